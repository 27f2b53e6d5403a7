package workspace_test

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/sandbox/workspace"
	client "github.com/mcp-mighty/mcp-mighty/workspace"
)

// ask lists users and returns the waits that it took.
func (w world) ask(t *testing.T) []time.Duration {
	t.Helper()
	if _, err := w.client.ListUsers(t.Context(), client.ListOptions{Limit: 1}); err != nil {
		t.Fatal(err)
	}
	return w.clock.slept()
}

// With little left the requests are spread over the rest of the minute, so
// that the limit is never met.
func TestThePaceSlowsDownBeforeTheLimit(t *testing.T) {
	w := newWorld(t, workspace.Options{PerMinute: 100})
	for range 90 {
		if waits := w.ask(t); waits != nil {
			t.Fatalf("waited %v with plenty left", waits)
		}
	}
	start := w.clock.now()
	var waits []time.Duration
	for range 10 {
		waits = append(waits, w.ask(t)...)
	}
	if len(waits) != 10 || slices.Min(waits) < 5*time.Second || slices.Max(waits) > 6*time.Second {
		t.Errorf("the last ten of a minute wait %v, want some 5.5 s each", waits)
	}
	if took := w.clock.now().Sub(start); took < 50*time.Second || took > time.Minute {
		t.Errorf("they take %s", took)
	}
	// The next minute begins with its first request.
	w.ask(t)
	if waits := w.ask(t); waits != nil {
		t.Errorf("waited %v in a new minute", waits)
	}
	for _, request := range w.Requests() {
		if request.Status != 200 {
			t.Fatalf("%+v", request)
		}
	}
}

func TestALongPauseIsAnAnswer(t *testing.T) {
	w := newWorld(t, workspace.Options{PerMinute: 2})
	w.ask(t)
	w.ask(t)
	before := len(w.Requests())
	_, err := w.client.CreateUser(t.Context(), client.UserCreate{Email: "a@b.example", Name: "A"})
	e := apiError(t, err, apiclient.RateLimited)
	if len(w.Requests()) != before || w.clock.slept() != nil || e.OutcomeUnknown() || e.RetryAfter != time.Minute ||
		!e.RetryAt.Equal(w.clock.now().Add(time.Minute)) || !strings.Contains(e.Advice(), "60 seconds") {
		t.Errorf("%v (%+v); want it held back at once, said to be unsent", e, e)
	}
	_ = w.clock.sleep(t.Context(), time.Minute)
	w.clock.slept()
	if waits := w.ask(t); waits != nil {
		t.Errorf("waited %v when the count has begun anew", waits)
	}
	patient := newWorld(t, workspace.Options{PerMinute: 1}, func(o *client.Options) { o.MaxPause = time.Hour })
	patient.ask(t)
	if waits := patient.ask(t); !slices.Equal(waits, []time.Duration{time.Minute}) {
		t.Errorf("waited %v, want the minute", waits)
	}
}

func TestAPauseEndsWithItsCaller(t *testing.T) {
	w := newWorld(t, workspace.Options{PerMinute: 1}, func(o *client.Options) { o.MaxPause = time.Hour })
	w.ask(t)
	before := len(w.Requests())
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	_, err := w.client.CreateUser(ctx, client.UserCreate{Email: "a@b.example", Name: "A"})
	apiError(t, err, apiclient.RateLimited) // it would outlast the caller
	leaving, leave := context.WithCancel(t.Context())
	impatient := newWorld(t, workspace.Options{PerMinute: 1}, func(o *client.Options) {
		o.MaxPause = time.Hour
		o.Sleep = func(ctx context.Context, _ time.Duration) error {
			leave()
			return ctx.Err()
		}
	})
	impatient.ask(t)
	_, err = impatient.client.CreateUser(leaving, client.UserCreate{Email: "a@b.example", Name: "A"})
	if e := apiError(t, err, apiclient.Canceled); e.OutcomeUnknown() || len(impatient.Requests()) != 1 || len(w.Requests()) != before {
		t.Errorf("%v after %d requests", e, len(impatient.Requests()))
	}
}

// After a 429 nothing is sent until the API wants to hear again, writes
// included.
func TestThePaceBacksOff(t *testing.T) {
	w := newWorld(t, workspace.Options{}, func(o *client.Options) { o.MaxPause = time.Minute })
	w.Inject(refusal(429, "17", 1))
	_, err := w.client.CreateUser(t.Context(), client.UserCreate{Email: "a@b.example", Name: "A"})
	if e := apiError(t, err, apiclient.RateLimited); e.RetryAfter != 17*time.Second || e.RequestID == "" {
		t.Errorf("%v", e)
	}
	if waits := w.ask(t); !slices.Equal(waits, []time.Duration{17 * time.Second}) {
		t.Errorf("waited %v, want the 17 s that were asked for", waits)
	}
	if waits := w.ask(t); waits != nil {
		t.Errorf("waited %v after that", waits)
	}
}

func TestRefusalsWithoutAHintBackOffMoreAndMore(t *testing.T) {
	w := newWorld(t, workspace.Options{})
	var waits []time.Duration
	for _, refusals := range []int{3, 1} {
		w.Inject(refusal(429, "", refusals))
		for range refusals + 1 {
			_, _ = w.client.ListUsers(t.Context(), client.ListOptions{})
			waits = append(waits, w.clock.slept()...)
		}
	}
	if want := []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, time.Second}; !slices.Equal(waits, want) {
		t.Errorf("waited %v, want %v", waits, want)
	}
}

// The reset is read in both of its usual forms, and never believed to be
// further away than the minute in which the API counts.
func TestForms(t *testing.T) {
	now := newClock().now()
	for reset, want := range map[string]time.Duration{
		"30":                                   30 * time.Second,
		strconv.FormatInt(now.Unix()+30, 10):   30 * time.Second,
		"3600":                                 time.Minute,
		strconv.FormatInt(now.Unix()+3600, 10): time.Minute,
		strconv.FormatInt(now.Unix()-3600, 10): 0,
		"0":                                    0,
		"":                                     0,
		"soon":                                 0,
		"-5":                                   0,
	} {
		clock := newClock()
		c := newClient(t, "", clock, func(o *client.Options) {
			o.MaxPause = time.Hour
			o.Transport = limited("10", "0", reset)
		})
		for range 2 {
			if _, err := c.ListUsers(t.Context(), client.ListOptions{}); err != nil {
				t.Fatal(err)
			}
		}
		var total time.Duration
		for _, wait := range clock.slept() {
			total += wait
		}
		if total != want {
			t.Errorf("reset %q: waited %s, want %s", reset, total, want)
		}
	}
}

// answering is a transport whose answers have these statuses and headers, one
// after the other; the last one goes on.
func answering(answers ...answer) http.RoundTripper {
	n := 0
	return transport(func(r *http.Request) (*http.Response, error) {
		a := answers[min(n, len(answers)-1)]
		n++
		resp, err := limited("100", a.remaining, "60").RoundTrip(r)
		resp.StatusCode = a.status
		if a.retryAfter != "" {
			resp.Header.Set("Retry-After", a.retryAfter)
		}
		return resp, err
	})
}

type answer struct {
	status                int
	remaining, retryAfter string
}

// Each case asks once for each of its waits.
func TestWhatAnswersChange(t *testing.T) {
	const s = time.Second
	for name, tt := range map[string]struct {
		answers []answer
		waits   []time.Duration
	}{
		"a refusal knows better than the count when to come back": {
			[]answer{{429, "0", "20"}, {200, "50", ""}}, []time.Duration{0, 20 * s, 0},
		},
		"an older answer that comes late": {
			[]answer{{200, "5", ""}, {200, "50", ""}}, []time.Duration{0, 10 * s, 10 * s, 10 * s},
		},
		"refusals that are over": {
			[]answer{{429, "x", ""}, {429, "x", ""}, {200, "50", ""}, {429, "x", ""}, {200, "50", ""}},
			[]time.Duration{0, 60 * s, 60 * s, 0, 60 * s},
		},
		"answers that tell nothing": {
			[]answer{{200, "x", ""}}, []time.Duration{0, 0, 0},
		},
	} {
		clock := newClock()
		c := newClient(t, "", clock, func(o *client.Options) {
			o.MaxPause, o.Transport = time.Hour, answering(tt.answers...)
		})
		for i, want := range tt.waits {
			_, _ = c.ListUsers(t.Context(), client.ListOptions{})
			var waited time.Duration
			for _, wait := range clock.slept() {
				waited += wait
			}
			if waited != want {
				t.Errorf("%s: request %d waited %s, want %s", name, i, waited, want)
			}
		}
	}
}

// limited answers every request with an empty list and these headers.
func limited(limit, remaining, reset string) http.RoundTripper {
	return transport(func(r *http.Request) (*http.Response, error) {
		resp := &http.Response{
			StatusCode: 200, Header: http.Header{}, Request: r,
			Body: io.NopCloser(strings.NewReader(`{"data":[],"meta":{"total":0}}`)),
		}
		resp.Header.Set("X-RateLimit-Limit", limit)
		resp.Header.Set("X-RateLimit-Remaining", remaining)
		resp.Header.Set("X-RateLimit-Reset", reset)
		return resp, nil
	})
}

// Callers who arrive together are spread as well, also while the answers that
// would tell of the others are still out.
func TestThePaceHoldsForManyAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var sent []time.Time
		left := 4
		start := time.Now()
		c, err := client.New(client.Options{Token: secret("sk_live_x"), MaxPause: time.Hour, Timeout: time.Hour,
			Transport: transport(func(r *http.Request) (*http.Response, error) {
				mu.Lock()
				sent = append(sent, time.Now())
				left--
				headers := limited("100", strconv.Itoa(max(left, 0)), strconv.Itoa(int((time.Minute-time.Since(start))/time.Second)))
				first := len(sent) == 1
				mu.Unlock()
				if !first {
					time.Sleep(50 * time.Second)
				}
				return headers.RoundTrip(r)
			})})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.ListUsers(t.Context(), client.ListOptions{}); err != nil {
			t.Fatal(err)
		}
		var callers sync.WaitGroup
		for range 3 {
			callers.Go(func() {
				if _, err := c.ListUsers(t.Context(), client.ListOptions{}); err != nil {
					t.Error(err)
				}
			})
		}
		callers.Wait()
		for i, at := range sent {
			if want := time.Duration(i) * 15 * time.Second; at.Sub(start) != want {
				t.Errorf("request %d left after %s, want %s", i, at.Sub(start), want)
			}
		}
	})
}

// However long a 429 asks to wait, one request looks after a while.
func TestNoRefusalSilencesForever(t *testing.T) {
	w := newWorld(t, workspace.Options{}, func(o *client.Options) { o.MaxPause = time.Hour })
	w.Inject(refusal(429, "99999999999", 1))
	_, err := w.client.ListUsers(t.Context(), client.ListOptions{Limit: 1})
	apiError(t, err, apiclient.RateLimited)
	if waits := w.ask(t); !slices.Equal(waits, []time.Duration{apiclient.LongestHold}) {
		t.Errorf("waited %v", waits)
	}
	if waits := w.ask(t); waits != nil {
		t.Errorf("waited %v after a good answer", waits)
	}
}
