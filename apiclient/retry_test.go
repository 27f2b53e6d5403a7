package apiclient

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// script is a transport that answers with the next of its steps, and repeats
// the last one.
type script struct {
	steps []any // an int (the status), a withHeader, or an error
	n     int
}

type withHeader struct {
	status int
	name   string
	value  string
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	step := s.steps[min(s.n, len(s.steps)-1)]
	s.n++
	switch step := step.(type) {
	case error:
		return nil, step
	case withHeader:
		resp := respond(r, step.status, `{"id":7}`)
		resp.Header.Set(step.name, step.value)
		return resp, nil
	default:
		return respond(r, step.(int), `{"id":7}`), nil
	}
}

var clock = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// retriedCall is how a call over a script went.
type retriedCall struct {
	status int // 0 when there was an error
	err    error
	tries  int
	waits  []time.Duration
}

// retryOver runs a method over a script. Jitter is at its ceiling.
func retryOver(t *testing.T, method string, ctx context.Context, conf RetrySettings, steps ...any) retriedCall {
	t.Helper()
	if err := conf.fill(); err != nil {
		t.Fatal(err)
	}
	s := &script{steps: steps}
	var waits []time.Duration
	transport := &retryTransport{
		next: s, conf: conf, log: slog.New(slog.DiscardHandler),
		now: func() time.Time { return clock },
		sleep: func(ctx context.Context, d time.Duration) error {
			waits = append(waits, d)
			return ctx.Err()
		},
		jitter: func(ceiling time.Duration) time.Duration { return ceiling },
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://127.0.0.1/x", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := transport.RoundTrip(req)
	got := retriedCall{err: err, tries: s.n, waits: waits}
	if err == nil {
		got.status = resp.StatusCode
	}
	return got
}

func TestWhatIsRepeated(t *testing.T) {
	broken := &tryError{cause: causeBroken, sent: true, err: errors.New("reset")}
	unsent := &tryError{cause: causeBroken, err: errors.New("refused")}
	const ms = time.Millisecond
	after := func(status int, value string) withHeader { return withHeader{status, "Retry-After", value} }
	for name, tt := range map[string]struct {
		method string
		steps  []any
		status int // 0: an error
		tries  int
		waits  []time.Duration
	}{
		"success":                 {"GET", []any{200}, 200, 1, nil},
		"refusal":                 {"GET", []any{404}, 404, 1, nil},
		"500":                     {"GET", []any{500}, 500, 3, []time.Duration{300 * ms, 600 * ms}},
		"501 too":                 {"GET", []any{501, 200}, 200, 2, []time.Duration{300 * ms}},
		"408":                     {"GET", []any{408, 200}, 200, 2, []time.Duration{300 * ms}},
		"recovers":                {"GET", []any{500, broken, 200}, 200, 3, []time.Duration{300 * ms, 600 * ms}},
		"broken":                  {"GET", []any{broken}, 0, 3, []time.Duration{300 * ms, 600 * ms}},
		"timeout":                 {"GET", []any{&tryError{cause: causeTimeout}, 200}, 200, 2, []time.Duration{300 * ms}},
		"cut short":               {"GET", []any{&tryError{cause: causeCutShort}, 200}, 200, 2, []time.Duration{300 * ms}},
		"too large":               {"GET", []any{&tryError{cause: causeTooLarge}}, 0, 1, nil},
		"caller left":             {"GET", []any{&tryError{cause: causeLeft}}, 0, 1, nil},
		"breaker open":            {"GET", []any{&openError{}}, 0, 1, nil},
		"other origin":            {"GET", []any{&originError{}}, 0, 1, nil},
		"unknown error":           {"GET", []any{errors.New("?")}, 0, 1, nil},
		"503 with Retry-After":    {"GET", []any{after(503, "2"), 200}, 200, 2, []time.Duration{2 * time.Second}},
		"503 with a long one":     {"GET", []any{after(503, "11")}, 503, 1, nil},
		"503 with a short one":    {"GET", []any{after(503, "0"), 200}, 200, 2, []time.Duration{300 * ms}},
		"429":                     {"GET", []any{429, 200}, 429, 1, nil},
		"429 with Retry-After":    {"GET", []any{after(429, "10"), 200}, 200, 2, []time.Duration{10 * time.Second}},
		"429 at once":             {"GET", []any{after(429, "0"), 200}, 200, 2, []time.Duration{0}},
		"429 with a date":         {"GET", []any{after(429, clock.Add(5*time.Second).Format(http.TimeFormat)), 200}, 200, 2, []time.Duration{5 * time.Second}},
		"429 with a past date":    {"GET", []any{after(429, clock.Add(-time.Hour).Format(http.TimeFormat)), 200}, 200, 2, []time.Duration{0}},
		"429 with a long wait":    {"GET", []any{after(429, "11"), 200}, 429, 1, nil},
		"429 with a far date":     {"GET", []any{after(429, clock.Add(time.Hour).Format(http.TimeFormat)), 200}, 429, 1, nil},
		"429 twice":               {"GET", []any{after(429, "1"), after(429, "1"), 200}, 429, 2, []time.Duration{time.Second}},
		"429 between failures":    {"GET", []any{500, after(429, "1"), 200}, 200, 3, []time.Duration{300 * ms, time.Second}},
		"POST, 500":               {"POST", []any{500}, 500, 1, nil},
		"POST, broken":            {"POST", []any{broken}, 0, 1, nil},
		"POST, 429":               {"POST", []any{after(429, "1"), 200}, 200, 2, []time.Duration{time.Second}},
		"POST, 429 without":       {"POST", []any{429, 200}, 429, 1, nil},
		"POST, 429 twice":         {"POST", []any{after(429, "1"), after(429, "1"), 200}, 429, 2, []time.Duration{time.Second}},
		"POST, 429 for long":      {"POST", []any{after(429, "11"), 200}, 429, 1, nil},
		"POST, not sent":          {"POST", []any{unsent, unsent, 200}, 200, 3, []time.Duration{300 * ms, 600 * ms}},
		"POST, not sent, 500":     {"POST", []any{unsent, 500, 200}, 500, 2, []time.Duration{300 * ms}},
		"POST, timeout":           {"POST", []any{&tryError{cause: causeTimeout, sent: true}, 200}, 0, 1, nil},
		"POST, cut short":         {"POST", []any{&tryError{cause: causeCutShort, sent: true, status: 201}, 200}, 0, 1, nil},
		"POST, unknown error":     {"POST", []any{errors.New("?"), 200}, 0, 1, nil},
		"POST, 503 with a header": {"POST", []any{after(503, "1"), 200}, 503, 1, nil},
		"PATCH, 500":              {"PATCH", []any{500}, 500, 1, nil},
		"DELETE, 500":             {"DELETE", []any{500}, 500, 1, nil},
		"PUT, 500":                {"PUT", []any{500}, 500, 1, nil},
	} {
		got := retryOver(t, tt.method, t.Context(), RetrySettings{}, tt.steps...)
		if got.status != tt.status || got.tries != tt.tries || !slices.Equal(got.waits, tt.waits) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestRetrySettings(t *testing.T) {
	got := retryOver(t, "GET", t.Context(), RetrySettings{Tries: 6, Base: time.Second, Ceiling: 5 * time.Second}, 500)
	if want := []time.Duration{1e9, 2e9, 4e9, 5e9, 5e9}; got.tries != 6 || !slices.Equal(got.waits, want) {
		t.Errorf("%+v", got)
	}
	if got := retryOver(t, "GET", t.Context(), RetrySettings{Tries: 1}, 500); got.tries != 1 {
		t.Errorf("Tries 1: %+v", got)
	}
	got = retryOver(t, "GET", t.Context(), RetrySettings{MaxRetryAfter: time.Minute}, withHeader{429, "Retry-After", "59"}, 200)
	if got.tries != 2 {
		t.Errorf("MaxRetryAfter a minute: %+v", got)
	}
	got = retryOver(t, "GET", t.Context(), RetrySettings{Tries: 100, Base: 10 * time.Hour, Ceiling: 20 * time.Hour}, 500)
	if got.tries != 100 || slices.Max(got.waits) != 20*time.Hour || slices.Min(got.waits) != 10*time.Hour {
		t.Errorf("the doubling overflows: %+v", got)
	}
}

func TestJitterIsFull(t *testing.T) {
	transport := newRetry(nil, settings{Options: Options{Retry: RetrySettings{Base: time.Second, Ceiling: time.Minute}}})
	low, high := time.Hour, time.Duration(0)
	for range 1000 {
		wait := transport.backoff(1)
		if wait < 0 || wait > time.Second {
			t.Fatalf("wait %s", wait)
		}
		low, high = min(low, wait), max(high, wait)
	}
	if low > 100*time.Millisecond || high < 900*time.Millisecond {
		t.Errorf("1000 waits between %s and %s, want them spread over a second", low, high)
	}
}

func TestRetryStaysWithinTheCallersTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		// 300 ms fit, the 600 ms after them do not: the answer comes at once.
		got := retryOver(t, "GET", ctx, RetrySettings{}, 500)
		if got.status != 500 || got.tries != 2 || len(got.waits) != 1 {
			t.Errorf("%+v", got)
		}
	})
}

func TestLeavingEndsTheWait(t *testing.T) {
	server := serve(t, replyJSON(500, `{}`))
	ctx, cancel := context.WithCancel(t.Context())
	waiting := 0
	c := newClient(t, server.URL, func(o *Options) {
		o.Sleep = func(ctx context.Context, _ time.Duration) error {
			waiting++
			cancel()
			return ctx.Err()
		}
	})
	_, err := c.Members().Get(ctx, 7)
	if e := apiError(t, err, Canceled); waiting != 1 || !errors.Is(e, context.Canceled) {
		t.Errorf("%v after %d waits", e, waiting)
	}
}

func TestSleep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		if err := sleep(t.Context(), time.Hour); err != nil || time.Since(start) != time.Hour {
			t.Errorf("%v after %s", err, time.Since(start))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start = time.Now()
		if err := sleep(ctx, time.Hour); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Minute {
			t.Errorf("%v after %s", err, time.Since(start))
		}
	})
}

func TestRetryAfter(t *testing.T) {
	for value, want := range map[string]struct {
		wait time.Duration
		told bool
	}{
		"": {}, "x": {}, "-1": {}, "1.5": {}, "0": {0, true}, " 3 ": {3 * time.Second, true},
		"99999999999999999": {longestWait, true}, "99999999999999999999999": {},
		clock.Add(time.Minute).Format(http.TimeFormat):    {time.Minute, true},
		clock.Add(-time.Minute).Format(http.TimeFormat):   {0, true},
		clock.AddDate(5000, 0, 0).Format(http.TimeFormat): {longestWait, true},
	} {
		wait, told := retryAfter(http.Header{"Retry-After": {value}}, clock)
		if wait != want.wait || told != want.told {
			t.Errorf("%q: %s, %v", value, wait, told)
		}
	}
}

func TestRateLimitSaysHowLong(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "90")
		replyJSON(429, `{"error":"Too many requests"}`)(w, r)
	})
	c := newClient(t, server.URL, func(o *Options) { o.Now = func() time.Time { return clock } })
	_, err := c.Members().Get(t.Context(), 7)
	e := apiError(t, err, RateLimited)
	if e.RetryAfter != 90*time.Second || !e.RetryAt.Equal(clock.Add(90*time.Second)) || !strings.Contains(e.Advice(), "90 seconds (at 12:01:30 UTC)") {
		t.Errorf("%+v, %s", e, e.Advice())
	}
}

func TestLogHoldsNoAddressAndNoKey(t *testing.T) {
	var out bytes.Buffer
	server := serve(t, replyJSON(500, `{}`))
	c := newClient(t, server.URL, func(o *Options) {
		o.Breaker.Consecutive = 3
		o.Logger = slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	_, err := c.Members().FindByEmail(t.Context(), "ada@example.com")
	apiError(t, err, Unavailable)
	log := out.String()
	if strings.Contains(log, "ada") || strings.Contains(log, testToken) {
		t.Errorf("the log says too much: %s", log)
	}
	for _, want := range []string{"by_email", "status=500", "to=open"} {
		if !strings.Contains(log, want) {
			t.Errorf("the log lacks %q: %s", want, log)
		}
	}
}
