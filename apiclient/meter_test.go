package apiclient

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestMeterCountsAttempts(t *testing.T) {
	server := serve(t, replyJSON(503, `{}`))
	c := newClient(t, server.URL, func(o *Options) { o.Breaker.Disabled = true })
	outerCtx, outer := WithMeter(t.Context())
	_, _ = c.Members().Get(outerCtx, 7)
	if outer.Requests() != 3 {
		t.Errorf("three tries count as %d", outer.Requests())
	}
	innerCtx, inner := WithMeter(outerCtx)
	_ = c.Members().RemoveFromNetwork(innerCtx, 7, false)
	if inner.Requests() != 1 || outer.Requests() != 4 {
		t.Errorf("inner %d, outer %d", inner.Requests(), outer.Requests())
	}
	_, _ = c.Members().Get(t.Context(), 7)
	_, _ = c.Members().Get(outerCtx, 0) // refused before sending
	if outer.Requests() != 4 {
		t.Errorf("outer %d after calls that are not its own", outer.Requests())
	}
}

func TestMeterLeavesOutWhatWasNotSent(t *testing.T) {
	ctx, meter := WithMeter(t.Context())
	c := newClient(t, refusing(t), func(o *Options) { o.Breaker.Consecutive = 2 })
	_, err := c.Members().Get(ctx, 7) // two refused dials, then the breaker
	apiError(t, err, BreakerOpen)
	if meter.Requests() != 0 {
		t.Errorf("%d requests", meter.Requests())
	}
}

func TestMeterWithATransportThatDoesNotTrace(t *testing.T) {
	for name, tt := range map[string]struct {
		err  error
		want int
	}{
		"answered": {nil, 1},
		"broken":   {errors.New("reset"), 1},
		"no dial":  {&net.OpError{Op: "dial", Err: errors.New("refused")}, 0},
	} {
		ctx, meter := WithMeter(t.Context())
		c := newClient(t, "http://127.0.0.1:9", func(o *Options) {
			o.Retry.Tries = 1
			o.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
				if tt.err != nil {
					return nil, tt.err
				}
				return respond(r, 200, `{"id":7}`), nil
			})
		})
		_, _ = c.Members().Get(ctx, 7)
		if meter.Requests() != tt.want {
			t.Errorf("%s: %d requests", name, meter.Requests())
		}
	}
}

func TestMeterInParallel(t *testing.T) {
	server := serve(t, replyJSON(200, `{"id":7}`))
	c := newClient(t, server.URL)
	ctx, meter := WithMeter(t.Context())
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 10 {
				if _, err := c.Members().Get(Fresh(ctx), 7); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if meter.Requests() != 80 {
		t.Errorf("%d requests", meter.Requests())
	}
}

// A read that another one has covered costs nothing, and both know.
func TestMeterTellsWhatCostNothing(t *testing.T) {
	server := serve(t, replyJSON(200, `{"id":7}`))
	c := newClient(t, server.URL, func(o *Options) { o.Cache.Lists = time.Minute })
	outerCtx, outer := WithMeter(t.Context())
	before := time.Now()
	for range 3 {
		ctx, inner := WithMeter(outerCtx)
		if _, err := c.Members().Get(ctx, 7); err != nil {
			t.Fatal(err)
		}
		if inner.Requests()+inner.Cached() != 1 {
			t.Errorf("%d requests and %d kept answers", inner.Requests(), inner.Cached())
		}
	}
	if outer.Requests() != 1 || outer.Cached() != 2 || outer.Shared() != 0 {
		t.Errorf("%d requests, %d kept, %d shared", outer.Requests(), outer.Cached(), outer.Shared())
	}
	if age := outer.Oldest(); age.Before(before) || age.After(time.Now()) {
		t.Errorf("the oldest answer is of %s", age)
	}
}

// account is a [Spender] made of a function.
type account func(ctx context.Context, at time.Time) error

func (f account) Spend(ctx context.Context, at time.Time) error { return f(ctx, at) }

func TestEveryAttemptIsEnteredInTheAccount(t *testing.T) {
	var spent []time.Time
	server := serve(t, replyJSON(503, `{}`))
	c := newClient(t, server.URL, func(o *Options) {
		o.Breaker.Disabled = true
		o.Now = func() time.Time { return clock }
		o.Account = account(func(_ context.Context, at time.Time) error { spent = append(spent, at); return nil })
	})
	_, err := c.Members().Get(t.Context(), 7)
	apiError(t, err, Unavailable)
	if len(spent) != 3 || !spent[0].Equal(clock) {
		t.Errorf("three tries, in the account: %v", spent)
	}
	_ = c.Members().RemoveFromNetwork(t.Context(), 7, false)
	_, _ = c.Members().Get(t.Context(), 0) // refused before sending
	if len(spent) != 4 {
		t.Errorf("%d in the account", len(spent))
	}
}

func TestTheAccountStopsAttempts(t *testing.T) {
	var requests counter
	server := serve(t, requests.count(replyJSON(200, `{"id":7}`)))
	until := clock.Add(48 * time.Hour)
	c := newClient(t, server.URL, func(o *Options) {
		o.Now = func() time.Time { return clock }
		o.Account = account(func(context.Context, time.Time) error {
			return &Withheld{Kind: AllowanceSpent, Message: "the month's requests are used up; nothing was sent", Wait: 48 * time.Hour}
		})
	})
	_, err := c.Members().Get(t.Context(), 7)
	if e := apiError(t, err, AllowanceSpent); !e.RetryAt.Equal(until) || !strings.Contains(e.Advice(), "2026-03-03 12:00 UTC") {
		t.Errorf("%+v: %s", e, e.Advice())
	}
	err = c.Members().RemoveFromNetwork(t.Context(), 7, false)
	if e := apiError(t, err, AllowanceSpent); e.OutcomeUnknown() {
		t.Errorf("%+v", e)
	}
	if requests.requests() != 0 {
		t.Errorf("%d requests", requests.requests())
	}
}

// An account that cannot be written does not silence the network, and says so.
func TestABrokenAccountLetsRequestsPass(t *testing.T) {
	var log bytes.Buffer
	server := serve(t, replyJSON(200, `{"id":7}`))
	c := newClient(t, server.URL, func(o *Options) {
		o.Logger = slog.New(slog.NewTextHandler(&log, nil))
		o.Account = account(func(context.Context, time.Time) error { return errors.New("disk full") })
	})
	if _, err := c.Members().Get(t.Context(), 7); err != nil {
		t.Fatal(err)
	}
	if said := log.String(); !strings.Contains(said, "disk full") || !strings.Contains(said, "level=WARN") {
		t.Errorf("the log says %q", said)
	}
}
