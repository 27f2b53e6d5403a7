package apiclient

import (
	"context"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
)

// Meter counts the requests that went to the wire inside one context.
// Requests cost money, so whoever answers a question can say what it cost.
type Meter struct {
	count  atomic.Int64
	parent *Meter
}

// Requests returns how many attempts went to the wire so far, retries
// included. An attempt that found no connection, or that the breaker
// withheld, does not count.
func (m *Meter) Requests() int { return int(m.count.Load()) }

func (m *Meter) add() {
	for ; m != nil; m = m.parent {
		m.count.Add(1)
	}
}

type meterKey struct{}

// WithMeter returns a context whose requests are counted by the returned
// meter. Meters nest: an inner one's requests count in the outer one as well.
func WithMeter(ctx context.Context) (context.Context, *Meter) {
	parent, _ := ctx.Value(meterKey{}).(*Meter)
	meter := &Meter{parent: parent}
	return context.WithValue(ctx, meterKey{}, meter), meter
}

// meterTransport counts attempts for the meter in the request's context.
type meterTransport struct {
	next http.RoundTripper
}

// RoundTrip implements [http.RoundTripper].
func (t *meterTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	meter, _ := req.Context().Value(meterKey{}).(*Meter)
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
