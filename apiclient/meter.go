package apiclient

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"
)

// Spender keeps account of what one network's requests cost, beyond the life
// of one process.
type Spender interface {
	// Spend counts one attempt at the time it is about to be sent; it is called
	// before each, and an attempt that then finds no connection stays counted. A
	// [*Withheld] (of kind [AllowanceSpent]) stops the attempt. Any other error
	// is logged and lets it pass: an account that cannot be written must not
	// silence a network, unless its keeper says stop.
	Spend(ctx context.Context, at time.Time) error
}

// Meter counts the requests that went to the wire inside one context.
// Requests cost money, so whoever answers a question can say what it cost.
type Meter struct {
	count, shared, cached atomic.Int64
	oldest                atomic.Int64 // Unix nanoseconds; 0 is none
	parent                *Meter
}

// Requests returns how many attempts went to the wire so far, retries
// included. An attempt that found no connection, or that the breaker
// withheld, does not count.
func (m *Meter) Requests() int { return int(m.count.Load()) }

// Shared returns how many reads cost nothing because the same read was under
// way for somebody else, who has the cost.
func (m *Meter) Shared() int { return int(m.shared.Load()) }

// Cached returns how many reads cost nothing because their answer was kept.
func (m *Meter) Cached() int { return int(m.cached.Load()) }

// Oldest returns when the oldest of the kept answers came from the API, and
// the zero time when there was none.
func (m *Meter) Oldest() time.Time {
	if at := m.oldest.Load(); at != 0 {
		return time.Unix(0, at)
	}
	return time.Time{}
}

func (m *Meter) add() {
	for ; m != nil; m = m.parent {
		m.count.Add(1)
	}
}

func (m *Meter) addShared() {
	for ; m != nil; m = m.parent {
		m.shared.Add(1)
	}
}

func (m *Meter) addCached(stored time.Time) {
	for at := stored.UnixNano(); m != nil; m = m.parent {
		m.cached.Add(1)
		for old := m.oldest.Load(); old == 0 || at < old; old = m.oldest.Load() {
			if m.oldest.CompareAndSwap(old, at) {
				break
			}
		}
	}
}

type meterKey struct{}

// WithMeter returns a context whose requests are counted by the returned
// meter. Meters nest: an inner one's requests count in the outer one as well.
func WithMeter(ctx context.Context) (context.Context, *Meter) {
	meter := &Meter{parent: meterOf(ctx)}
	return context.WithValue(ctx, meterKey{}, meter), meter
}

// meterOf returns the context's meter, or nil.
func meterOf(ctx context.Context) *Meter {
	meter, _ := ctx.Value(meterKey{}).(*Meter)
	return meter
}

// meterTransport counts attempts: in the network's account before they are
// sent, and for the meter in the request's context once they are.
type meterTransport struct {
	next    http.RoundTripper
	account Spender // may be nil
	now     func() time.Time
	log     *slog.Logger
}

// RoundTrip implements [http.RoundTripper].
func (t *meterTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := t.spend(req.Context()); err != nil {
		closeBody(req)
		return nil, err
	}
	meter := meterOf(req.Context())
	if meter == nil {
		return t.next.RoundTrip(req)
	}
	// The connection is what tells an attempt from an intention. It also
	// shows the standard transport's own repetition of a read whose reused
	// connection turned out to be dead.
	var traced atomic.Bool
	ctx := httptrace.WithClientTrace(req.Context(), &httptrace.ClientTrace{
		GetConn: func(string) { traced.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { meter.add() },
	})
	resp, err := t.next.RoundTrip(req.WithContext(ctx))
	if !traced.Load() && (err == nil || maybeSent(err)) {
		meter.add() // a transport that does not report its connections
	}
	return resp, err
}

// spend counts the attempt in the network's account, or says why it must not
// be sent.
func (t *meterTransport) spend(ctx context.Context) error {
	if t.account == nil {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return leftWaiting(err) // nothing is spent on who is gone
	}
	err := t.account.Spend(ctx, t.now())
	var held *Withheld
	switch {
	case err == nil:
		return nil
	case errors.As(err, &held):
		return held
	case ctx.Err() != nil:
		return leftWaiting(ctx.Err())
	}
	t.log.LogAttrs(ctx, slog.LevelWarn, "a request could not be entered in the network's account; it is sent all the same",
		slog.String("operation", operationOf(ctx)), slog.String("reason", err.Error()))
	return nil
}
