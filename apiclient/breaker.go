package apiclient

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/sony/gobreaker/v2"
)

// BreakerSettings says when the client stops sending because the API is down.
// It counts answers with 5xx, attempts that ran out of time and broken
// connections over a rolling window; refusals (4xx, 429 included) and callers
// who left count for nothing. Either of two things opens it: failures in a row,
// however little is sent (two reads that were tried three times are enough), or
// a part of all attempts, once there were many. The zero value is the default of each field.
type BreakerSettings struct {
	// Disabled switches the breaker off.
	Disabled bool
	// Consecutive is how many failures in a row, within the window, open it; 0
	// is 5.
	Consecutive int
	// Ratio of failed attempts in the window that opens it, once the window
	// holds MinAttempts; 0 is 0.5.
	Ratio float64
	// MinAttempts is how many attempts Ratio needs; 0 is 20.
	MinAttempts int
	// Window is the rolling window, kept in ten parts; 0 is 60 s.
	Window time.Duration
	// OpenFor is how long nothing is sent before one attempt tests the API
	// again; 0 is 15 s.
	OpenFor time.Duration
}

func (b *BreakerSettings) fill() error {
	if b.Consecutive < 0 || b.Ratio < 0 || b.Ratio > 1 || b.MinAttempts < 0 || b.Window < 0 || b.OpenFor < 0 {
		return errors.New("no setting can be negative, and the ratio is at most 1")
	}
	b.Consecutive = orDefault(b.Consecutive, 5)
	b.Ratio = orDefault(b.Ratio, 0.5)
	b.MinAttempts = orDefault(b.MinAttempts, 20)
	b.Window = orDefault(b.Window, time.Minute)
	b.OpenFor = orDefault(b.OpenFor, 15*time.Second)
	return nil
}

// breakerTransport withholds attempts while the API is down.
type breakerTransport struct {
	next   http.RoundTripper
	cb     *gobreaker.CircuitBreaker[*http.Response]
	reopen atomic.Int64 // when an open breaker lets the next attempt through, in Unix nanoseconds
}

// openError is an attempt that the breaker withheld.
type openError struct {
	wait time.Duration
}

func (e *openError) Error() string {
	return fmt.Sprintf("the API failed repeatedly; nothing is sent for another %s", Span(e.wait))
}

// probeWait is what callers are told while one attempt is testing the API.
const probeWait = time.Second

func newBreaker(next http.RoundTripper, conf BreakerSettings, log *slog.Logger) http.RoundTripper {
	if conf.Disabled {
		return next
	}
	t := &breakerTransport{next: next}
	t.cb = gobreaker.NewCircuitBreaker[*http.Response](gobreaker.Settings{
		Name:         "admin-api",
		MaxRequests:  1,
		Interval:     conf.Window,
		BucketPeriod: max(conf.Window/10, 1),
		Timeout:      conf.OpenFor,
		ReadyToTrip:  conf.trips,
		IsExcluded:   func(err error) bool { return err != nil && !isUpstreamFailure(err) },
		OnStateChange: func(_ string, from, to gobreaker.State) {
			if to == gobreaker.StateOpen {
				t.reopen.Store(time.Now().Add(conf.OpenFor).UnixNano())
			}
			log.Warn("the breaker in front of the API changed", "from", from.String(), "to", to.String())
		},
	})
	return t
}

func (b BreakerSettings) trips(counts gobreaker.Counts) bool {
	if counts.ConsecutiveFailures >= uint32(b.Consecutive) {
		return true
	}
	answered := counts.TotalSuccesses + counts.TotalFailures
	return answered >= uint32(b.MinAttempts) && float64(counts.TotalFailures) >= b.Ratio*float64(answered)
}

// serverError carries an answer with 5xx through the breaker as a failure.
type serverError struct{ resp *http.Response }

func (e *serverError) Error() string { return e.resp.Status }

// isUpstreamFailure reports whether err speaks against the API's health.
func isUpstreamFailure(err error) bool {
	var down *serverError
	if errors.As(err, &down) {
		return true
	}
	var try *tryError
	if !errors.As(err, &try) {
		return false // withheld on our side
	}
	switch try.cause {
	case causeBroken, causeTimeout, causeCutShort:
		return true
	case causeLeft:
		// Callers with short deadlines would otherwise hide an API that hangs.
		return try.slow
	default:
		return false
	}
}

// RoundTrip implements [http.RoundTripper].
func (t *breakerTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.cb.Execute(func() (*http.Response, error) {
		resp, err := t.next.RoundTrip(req)
		if err == nil && resp.StatusCode >= 500 {
			return nil, &serverError{resp: resp}
		}
		return resp, err
	})
	var down *serverError
	switch {
	case errors.As(err, &down):
		return down.resp, nil
	case errors.Is(err, gobreaker.ErrOpenState):
		closeBody(req)
		return nil, &openError{wait: max(time.Until(time.Unix(0, t.reopen.Load())), 0)}
	case errors.Is(err, gobreaker.ErrTooManyRequests):
		closeBody(req)
		return nil, &openError{wait: probeWait}
	default:
		return resp, err
	}
}
