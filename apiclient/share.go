package apiclient

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"sync"
	"time"
)

type freshKey struct{}

// Fresh returns a context whose reads are asked of the API itself: they
// neither take a kept answer nor join a read that is already under way. Whoever
// decides, approves or verifies by what he reads has to read like that. What
// comes back is kept for others.
func Fresh(ctx context.Context) context.Context {
	return context.WithValue(ctx, freshKey{}, true)
}

// IsFresh reports whether ctx is one of [Fresh].
func IsFresh(ctx context.Context) bool {
	fresh, _ := ctx.Value(freshKey{}).(bool)
	return fresh
}

// shareTransport makes one request of identical reads that are under way at
// the same time, and keeps answers for a moment. Writes pass, and make it
// forget what they may have changed.
type shareTransport struct {
	next    http.RoundTripper
	now     func() time.Time
	maxBody int64

	mu      sync.Mutex
	flights map[string]*flight // the newest of each address
	kept    keptAnswers
	// unsettled are writes whose outcome is unknown: they may yet happen.
	unsettled []unsettledWrite

	writes  WriteCount // nil for none
	written int64      // the count that what is kept is as of
}

// settleTime is how long after a lost answer a write is taken to happen yet.
const settleTime = time.Minute

type unsettledWrite struct {
	touches touches
	until   time.Time
}

func newShare(next http.RoundTripper, s settings) *shareTransport {
	t := &shareTransport{
		next: next, now: s.Now, maxBody: s.MaxBody,
		flights: map[string]*flight{}, kept: newKeptAnswers(s.Cache), writes: s.Writes,
	}
	t.heed()
	return t
}

// RoundTrip implements [http.RoundTripper].
func (t *shareTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Method != http.MethodGet {
		return t.write(req)
	}
	for {
		f, me, hit := t.board(req)
		if hit != nil {
			meterOf(req.Context()).addCached(hit.stored)
			return hit.response(req), nil
		}
		joined := me != f.first
		resp, err := t.ride(f, me, req)
		// The flight ended because all who were on it left, just when this
		// caller came.
		if joined && isLeft(err) && req.Context().Err() == nil {
			continue
		}
		if joined && err == nil {
			meterOf(req.Context()).addShared()
		}
		return resp, err
	}
}

// board returns a kept answer, or else a flight and who the caller is on it.
func (t *shareTransport) board(req *http.Request) (f *flight, me *rider, hit *keptAnswer) {
	key := req.URL.String()
	t.mu.Lock()
	defer t.mu.Unlock()
	if !IsFresh(req.Context()) {
		if t.flights[key] != nil || t.kept.byKey[key] != nil {
			t.heed()
		}
		if hit := t.kept.get(key, t.now()); hit != nil {
			return nil, nil, hit
		}
		if f := t.flights[key]; f != nil {
			return f, f.join(req.Context()), nil
		}
	}
	f = newFlight(&t.mu, req.Context())
	t.flights[key] = f
	go t.fly(f, key, req.WithContext(f))
	return f, f.first, nil
}

// fly makes the request. It ends at the latest when the last rider has left.
func (t *shareTransport) fly(f *flight, key string, req *http.Request) {
	defer close(f.landed)
	defer f.cancel()
	f.err = errNoAnswer
	defer func() {
		f.panicked = recover()
		t.mu.Lock()
		defer t.mu.Unlock()
		// Where a write came in between, or a later read took its place, this
		// is no longer the flight of its address.
		if t.flights[key] != f {
			return
		}
		delete(t.flights, key)
		if f.err == nil {
			t.keep(key, req, f)
		}
	}()
	resp, err := t.next.RoundTrip(req)
	if err != nil {
		f.err = err
		return
	}
	data, err := bodyOf(resp, t.maxBody)
	if err != nil {
		f.err = &tryError{cause: causeCutShort, sent: true, status: resp.StatusCode, err: err}
		return
	}
	f.resp, f.body, f.err = resp, data, nil
}

var errNoAnswer = errors.New("the transport ended without an answer")

// keep stores the flight's answer if it may be kept.
func (t *shareTransport) keep(key string, req *http.Request, f *flight) {
	op := opOf(req.Context())
	now := t.now()
	for _, write := range t.unsettled {
		if now.Before(write.until) && write.touches.reach(op) {
			return
		}
	}
	t.kept.put(key, op, f.resp, f.body, now)
}

// ride waits for the flight's answer. Who leaves first leaves the others their
// answer; who leaves last ends the flight, and waits for that.
func (t *shareTransport) ride(f *flight, me *rider, req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	select {
	case <-f.landed:
	case <-ctx.Done():
		if others := f.leave(me); others {
			return nil, &tryError{cause: causeLeft, err: ctx.Err()}
		}
		t.forget(f, req.URL.String())
		<-f.landed
	}
	if f.panicked != nil {
		panic(f.panicked)
	}
	if f.err != nil {
		return nil, f.err
	}
	body := f.body
	if f.joined { // nobody joins what has landed
		body = bytes.Clone(body) // nobody's answer is another's
	}
	return replica(f.resp, body, req), nil
}

func isLeft(err error) bool {
	var try *tryError
	var held *Withheld
	return errors.As(err, &try) && try.cause == causeLeft || errors.As(err, &held) && held.Kind == Canceled
}

// forget takes a flight that nobody is on from the newest of its address.
func (t *shareTransport) forget(f *flight, key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.flights[key] == f {
		delete(t.flights, key)
	}
}

// write passes a write on. What it may change is forgotten before, so that
// nobody is told what is about to be wrong, and after, because it was read in
// between.
func (t *shareTransport) write(req *http.Request) (resp *http.Response, err error) {
	touched := touchedBy(opOf(req.Context()))
	t.drop(touched, false)
	unknown := true // also when the transport panics
	defer func() { t.drop(touched, unknown) }()
	resp, err = t.next.RoundTrip(req)
	unknown = isUnknown(resp, err)
	return resp, err
}

// isUnknown reports whether a write may still take effect after this.
func isUnknown(resp *http.Response, err error) bool {
	if err != nil {
		return maybeSent(err)
	}
	return isFailure(resp.StatusCode) || resp.StatusCode == http.StatusAccepted
}

// drop forgets what a write may have changed.
func (t *shareTransport) drop(touched touches, unknown bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.tell()
	for key, f := range t.flights {
		if touched.reach(opOf(f)) {
			delete(t.flights, key)
		}
	}
	t.kept.drop(touched)
	now := t.now()
	open := t.unsettled[:0]
	for _, write := range t.unsettled {
		if now.Before(write.until) {
			open = append(open, write)
		}
	}
	if t.unsettled = open; unknown {
		t.unsettled = append(t.unsettled, unsettledWrite{touched, now.Add(settleTime)})
	}
}

// replica is an answer of one's own.
func replica(resp *http.Response, body []byte, req *http.Request) *http.Response {
	own := *resp
	own.Header = resp.Header.Clone()
	own.Request = req
	own.Body = newMemory(body)
	return &own
}
