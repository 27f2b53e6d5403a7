package apiclient

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// RateSettings says how fast the client may ask. The zero value sets no limit
// and learns none.
type RateSettings struct {
	// PerMinute is the most attempts that are sent within any minute. A fifth
	// of them may go at once; the rest of the minute has the others evenly. 0
	// sets no limit.
	PerMinute int
	// MaxWait is the longest that one attempt is held back. What would have to
	// wait longer, or longer than its caller does, fails at once with
	// [RateLimited] and says for how long. 0 is 10 s.
	MaxWait time.Duration
}

func (r *RateSettings) fill() error {
	if r.PerMinute < 0 || r.MaxWait < 0 {
		return errors.New("no setting can be negative")
	}
	r.MaxWait = orDefault(r.MaxWait, 10*time.Second)
	return nil
}

type callerKey struct{}

// WithCallerKey returns a context whose requests stand in the line of the
// caller named key, while the limiter holds requests back. The lines of all
// callers are served in turn, so that the many requests of one do not keep the
// single one of another waiting. Requests without a key share one line.
func WithCallerKey(ctx context.Context, key string) context.Context {
	return context.WithValue(ctx, callerKey{}, key)
}

// rateTransport keeps attempts within the pace. It sees every attempt, since
// every attempt counts.
type rateTransport struct {
	next    http.RoundTripper
	maxWait time.Duration
	now     func() time.Time
	sleep   func(context.Context, time.Duration) error

	mu    sync.Mutex
	pace  pace
	queue fairQueue
	// led says that one of those who wait keeps the time for all, which spares
	// a goroutine that nobody would own.
	led bool
}

func newRate(next http.RoundTripper, s settings) http.RoundTripper {
	if s.Rate.PerMinute == 0 {
		return next
	}
	return &rateTransport{next: next, maxWait: s.Rate.MaxWait, now: s.Now, sleep: s.Sleep, pace: newPace(s.Rate.PerMinute)}
}

// RoundTrip implements [http.RoundTripper].
func (t *rateTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := t.await(req.Context()); err != nil {
		closeBody(req)
		return nil, err
	}
	resp, err := t.next.RoundTrip(req)
	if err == nil {
		t.mu.Lock()
		t.pace.learn(t.now(), resp)
		t.mu.Unlock()
	}
	return resp, err
}

// waiter is an attempt that is held back. Its fields belong to the lock of
// its transport.
type waiter struct {
	ctx     context.Context
	key     string
	since   time.Time
	wake    chan struct{} // something below has changed
	settled bool          // it may go, or failed with err
	err     error
	leads   bool
}

func (w *waiter) poke() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

func (w *waiter) settle(err error) {
	w.settled, w.err = true, err
	w.poke()
}

// await holds an attempt back until it may go.
func (t *rateTransport) await(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return leftWaiting(err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	if t.queue.size == 0 && t.pace.take(now) == 0 {
		return nil
	}
	key, _ := ctx.Value(callerKey{}).(string)
	w := &waiter{ctx: ctx, key: key, since: now, wake: make(chan struct{}, 1)}
	t.queue.add(w)
	t.refuse(now)
	if !w.settled && !t.led {
		t.led, w.leads = true, true
	}
	for !w.settled {
		if err := t.idle(w); err != nil && !w.settled {
			t.queue.remove(w)
			w.settle(leftWaiting(err))
		}
	}
	if w.leads {
		t.handOver()
	}
	return w.err
}

// idle gives the lock away until something may have changed for w, and
// returns the error of a caller who left. Who leads lets others go first.
func (t *rateTransport) idle(w *waiter) error {
	if w.leads {
		wait := t.serve(t.now())
		if w.settled {
			return nil
		}
		t.mu.Unlock()
		defer t.mu.Lock()
		return t.sleep(w.ctx, wait)
	}
	t.mu.Unlock()
	defer t.mu.Lock()
	select {
	case <-w.wake:
		return nil
	case <-w.ctx.Done():
		return w.ctx.Err()
	}
}

// serve lets go who may go now and returns how long the next has to wait.
func (t *rateTransport) serve(now time.Time) (wait time.Duration) {
	for t.queue.size > 0 {
		if wait = t.pace.take(now); wait > 0 {
			break
		}
		t.queue.pop().settle(nil)
	}
	t.refuse(now)
	return wait
}

// rounding is what waits may differ by that were computed at different times.
const rounding = time.Millisecond

// refuse sends those away whose turn comes too late for them.
func (t *rateTransport) refuse(now time.Time) {
	ahead := 0
	for _, w := range t.queue.inTurn() {
		wait := t.pace.forecast(now, ahead)
		deadline, bounded := deadlineOf(w.ctx)
		if now.Sub(w.since)+wait <= t.maxWait+rounding && (!bounded || time.Until(deadline) > wait) {
			ahead++
			continue
		}
		t.queue.remove(w)
		w.settle(&Withheld{
			Kind: RateLimited, Wait: wait,
			Message: fmt.Sprintf("it was held back so that the API's limit is not exceeded, for another %s; nothing was sent", Span(wait)),
		})
	}
}

// handOver lets the next of those who wait keep the time.
func (t *rateTransport) handOver() {
	t.led = false
	if t.queue.size > 0 {
		next := t.queue.first()
		t.led, next.leads = true, true
		next.poke()
	}
}

// leftWaiting is a caller who went away before the attempt was sent.
func leftWaiting(err error) error {
	message := "the caller gave up waiting; nothing was sent"
	if errors.Is(err, context.DeadlineExceeded) {
		message = "the call's time ran out before anything was sent"
	}
	return &Withheld{Kind: Canceled, Message: message, Cause: err}
}
