package apiclient

import (
	"errors"
	"net"
	"net/http"
	"sync"
	"testing"
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
	_ = c.Members().Delete(innerCtx, 7)
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
				if _, err := c.Members().Get(ctx, 7); err != nil {
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
