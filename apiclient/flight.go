package apiclient

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"
)

// flight is one read that several callers may be on. It is the context of its
// request: over when all who are on it have left, with the values of the first.
type flight struct {
	context.Context // with the first's values, canceled by cancel
	cancel          context.CancelFunc

	mu     *sync.Mutex
	first  *rider
	riders []*rider // those who are on it
	joined bool     // the first was not the only one
	why    error    // why the last one left

	landed chan struct{} // closed when the four below are there
	resp   *http.Response
	body   []byte
	err    error
	// panicked is what the transport panicked with: it belongs to those who
	// called, who may be able to catch it.
	panicked any
}

type rider struct{ ctx context.Context }

func newFlight(mu *sync.Mutex, first context.Context) *flight {
	ctx, cancel := context.WithCancel(context.WithoutCancel(first))
	f := &flight{Context: ctx, cancel: cancel, mu: mu, first: &rider{first}, landed: make(chan struct{})}
	f.riders = []*rider{f.first}
	return f
}

// join takes one more on. Its caller holds the lock.
func (f *flight) join(ctx context.Context) *rider {
	r := &rider{ctx}
	f.riders, f.joined = append(f.riders, r), true
	return r
}

// Err tells that all have left as soon as it is so: for a single caller it is
// his own context's.
func (f *flight) Err() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.why != nil {
		return f.why
	}
	var why error
	for _, rider := range f.riders {
		if why = rider.ctx.Err(); why == nil {
			return f.Context.Err()
		}
	}
	return why
}

type flightKey struct{}

// Value lets deadlineOf find the flight.
func (f *flight) Value(key any) any {
	if key == (flightKey{}) {
		return f
	}
	return f.Context.Value(key)
}

// leave takes a caller off and reports whether others stay. The last one ends
// the flight.
func (f *flight) leave(r *rider) (others bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.riders = slices.DeleteFunc(f.riders, func(on *rider) bool { return on == r })
	if len(f.riders) > 0 {
		return true
	}
	f.why = r.ctx.Err()
	f.cancel()
	return false
}

// deadline is when the most patient rider leaves; bounded is false when one
// has all the time there is. A context's own Deadline could not say that,
// since it must not move.
func (f *flight) deadline() (latest time.Time, bounded bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, rider := range f.riders {
		deadline, bounded := rider.ctx.Deadline()
		if !bounded {
			return time.Time{}, false
		}
		if deadline.After(latest) {
			latest = deadline
		}
	}
	return latest, len(f.riders) > 0
}

// deadlineOf is until when somebody waits for the request.
func deadlineOf(ctx context.Context) (time.Time, bool) {
	if f, ok := ctx.Value(flightKey{}).(*flight); ok {
		return f.deadline()
	}
	return ctx.Deadline()
}
