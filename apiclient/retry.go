package apiclient

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"time"
)

// RetrySettings says how calls are repeated: reads when the API or the way to
// it failed, writes only where that cannot do them twice (see repeat.go). Nothing
// is repeated when the caller's time leaves a try less than half of its own
// ([Options.Timeout]). The zero value is the default of each field.
type RetrySettings struct {
	// Tries is the most attempts a call gets, the first included; 0 is 3,
	// 1 switches repeating off.
	Tries int
	// Base is the ceiling of the first wait; it doubles with every try, and
	// the wait itself is drawn between 0 and the ceiling. 0 is 300 ms.
	Base time.Duration
	// Ceiling bounds the doubling; 0 is 5 s.
	Ceiling time.Duration
	// MaxRetryAfter is the longest wait that an answer may ask for
	// (Retry-After) before the call gives up at once instead; 0 is 10 s.
	MaxRetryAfter time.Duration
}

func (r *RetrySettings) fill() error {
	if r.Tries < 0 || r.Base < 0 || r.Ceiling < 0 || r.MaxRetryAfter < 0 {
		return errors.New("no setting can be negative")
	}
	r.Tries = orDefault(r.Tries, 3)
	r.Base = orDefault(r.Base, 300*time.Millisecond)
	r.Ceiling = orDefault(r.Ceiling, 5*time.Second)
	r.MaxRetryAfter = orDefault(r.MaxRetryAfter, 10*time.Second)
	return nil
}

func orDefault[T comparable](value, fallback T) T {
	var zero T
	if value == zero {
		return fallback
	}
	return value
}

// retryTransport repeats what failed upstream. The API knows no idempotency
// keys, so what a repetition could do twice passes once.
type retryTransport struct {
	next   http.RoundTripper
	conf   RetrySettings
	try    time.Duration // what one try may take
	now    func() time.Time
	sleep  func(context.Context, time.Duration) error
	jitter func(ceiling time.Duration) time.Duration
	log    *slog.Logger
}

func newRetry(next http.RoundTripper, s settings) *retryTransport {
	return &retryTransport{
		next: next, conf: s.Retry, try: s.Timeout, now: s.Now, sleep: s.Sleep, log: s.Logger,
		jitter: func(ceiling time.Duration) time.Duration { return rand.N(ceiling + 1) },
	}
}

// RoundTrip implements [http.RoundTripper].
func (t *retryTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	c := retried{req: req, op: opOf(ctx)}
	for {
		resp, err := t.next.RoundTrip(c.attempt())
		limited := err == nil && resp.StatusCode == http.StatusTooManyRequests
		if c.tries >= t.conf.Tries || limited && c.limited || !c.mayRepeat(resp, err) {
			return c.end(resp, err)
		}
		wait, again := t.wait(c.tries, resp, err)
		// A try that would be cut off says nothing that is not known already:
		// answer now with that. One has to have half of its time.
		if deadline, ok := deadlineOf(ctx); !again || ok && time.Until(deadline) <= wait+t.try/2 {
			return c.end(resp, err)
		}
		c.failed(resp, err)
		t.report(ctx, c.tries, wait, resp, err)
		if err := t.sleep(ctx, wait); err != nil {
			return nil, &tryError{cause: causeLeft, sent: c.lost != nil, err: err}
		}
	}
}

// wait decides whether another try may go better, and when.
func (t *retryTransport) wait(try int, resp *http.Response, err error) (time.Duration, bool) {
	if err != nil {
		return t.backoff(try), isPassing(err)
	}
	after, told := retryAfter(resp.Header, t.now())
	if told && after > t.conf.MaxRetryAfter {
		return 0, false
	}
	switch {
	case resp.StatusCode == http.StatusTooManyRequests:
		return after, told
	case isFailure(resp.StatusCode):
		return max(after, t.backoff(try)), true
	default:
		return 0, false
	}
}

// backoff draws the wait after the given try: full jitter, so that callers
// who failed together do not come back together.
func (t *retryTransport) backoff(try int) time.Duration {
	ceiling := t.conf.Ceiling
	// The shift stays small: beyond 20 doublings every base is at the ceiling.
	if doubled := t.conf.Base << min(try-1, 20); doubled > 0 && doubled < ceiling {
		ceiling = doubled
	}
	return t.jitter(ceiling)
}

// isPassing reports whether a failed attempt may go better a moment later.
func isPassing(err error) bool {
	var try *tryError
	if !errors.As(err, &try) {
		return false
	}
	var untrusted *tls.CertificateVerificationError
	switch try.cause {
	case causeBroken, causeTimeout, causeCutShort:
		return !errors.As(err, &untrusted)
	default:
		return false
	}
}

func (t *retryTransport) report(ctx context.Context, try int, wait time.Duration, resp *http.Response, err error) {
	attrs := []slog.Attr{
		slog.String("operation", operationOf(ctx)), slog.Int("try", try), slog.Duration("wait", wait),
	}
	if err != nil {
		attrs = append(attrs, slog.String("reason", err.Error()))
	} else {
		attrs = append(attrs, slog.Int("status", resp.StatusCode))
	}
	t.log.LogAttrs(ctx, slog.LevelDebug, "an attempt failed, trying again", attrs...)
}
