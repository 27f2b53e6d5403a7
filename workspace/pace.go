package workspace

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
)

// window is over what time the API counts requests.
const window = time.Minute

// paceTransport keeps within the API's limit by what the answers say of it
// (X-RateLimit-Limit, -Remaining, -Reset): once a tenth of the requests is
// left, it spreads them over the time until the count begins anew, and after a
// 429 it lets nothing through until the API wants to hear again. It sees every
// attempt, since every attempt counts.
type paceTransport struct {
	next     http.RoundTripper
	clock    apiclient.Clock
	maxPause time.Duration

	mu        sync.Mutex
	known     bool // the three below are what the API told
	limit     int
	remaining int
	reset     time.Time
	last      time.Time // when the latest attempt was let through
	hold      apiclient.Hold
	refused   int // 429s in a row
}

// RoundTrip implements [http.RoundTripper].
func (t *paceTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := t.await(req.Context()); err != nil {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, err
	}
	resp, err := t.next.RoundTrip(req)
	if err == nil {
		t.learn(resp)
	}
	return resp, err
}

// await holds an attempt back until it may go. All who wait compete for the
// next place, so that what the API tells in the meantime counts for them too.
func (t *paceTransport) await(ctx context.Context) error {
	var paused time.Duration
	for {
		wait := t.take()
		if wait <= 0 {
			return nil
		}
		deadline, bounded := ctx.Deadline()
		// A pause that outlasts the caller helps nobody.
		if paused += wait; paused > t.maxPause || bounded && time.Until(deadline) <= wait {
			return &apiclient.Withheld{
				Kind: apiclient.RateLimited, Wait: wait,
				Message: fmt.Sprintf("it was held back so that the API's limit is not exceeded, for another %s; nothing was sent", apiclient.Span(wait)),
			}
		}
		if err := t.clock.Sleep(ctx, wait); err != nil {
			return left(err)
		}
	}
}

// left is a caller who went away during a pause.
func left(err error) error {
	message := "the caller gave up waiting; nothing was sent"
	if errors.Is(err, context.DeadlineExceeded) {
		message = "the call's time ran out before anything was sent"
	}
	return &apiclient.Withheld{Kind: apiclient.Canceled, Message: message, Cause: err}
}

// take lets an attempt through and returns 0, or says how long to wait before
// asking again.
func (t *paceTransport) take() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.clock.Now()
	if wait := t.hold.Wait(now); wait > 0 {
		return wait
	}
	if t.known { // after the reset there is no wait, since all places are before it
		if wait := t.place().Sub(now); wait > 0 {
			return wait
		}
		t.remaining-- // the answer will say so too, but others may ask before
	}
	t.last = now
	t.hold.Pass(now)
	return 0
}

// place is when the next attempt may go.
func (t *paceTransport) place() time.Time {
	switch {
	case t.remaining <= 0:
		return t.reset
	case t.remaining > t.limit/10:
		return t.last
	}
	// What is left of the time from the latest attempt on, in equal parts.
	return t.last.Add(t.reset.Sub(t.last) / time.Duration(t.remaining+1))
}

// learn takes in what an answer says of the limit.
func (t *paceTransport) learn(resp *http.Response) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.clock.Now()
	limit, hasLimit := number(resp.Header, "X-RateLimit-Limit")
	remaining, hasRemaining := number(resp.Header, "X-RateLimit-Remaining")
	reset, hasReset := resetTime(resp.Header, now)
	if hasLimit && hasRemaining && hasReset {
		// Within one count answers may come out of order, and the lowest number
		// is the latest.
		if t.known && now.Before(t.reset) {
			t.remaining = min(t.remaining, remaining)
		} else {
			t.known, t.limit, t.remaining, t.reset = true, limit, remaining, reset
		}
	}
	if resp.StatusCode != http.StatusTooManyRequests {
		t.refused = 0
		t.hold.Answered()
		return
	}
	// The refusal says better than the count when to come back.
	t.known = false
	t.refused++
	wait, told := apiclient.RetryAfter(resp.Header, now)
	switch {
	case told:
	case hasReset:
		wait = reset.Sub(now)
	default:
		wait = min(time.Second<<min(t.refused-1, 10), window)
	}
	t.hold.Refused(now, wait)
}

func number(header http.Header, name string) (int, bool) {
	n, err := strconv.Atoi(strings.TrimSpace(header.Get(name)))
	return n, err == nil && n >= 0
}

// unixTime is the number from which on a reset is a point in time.
const unixTime = 1_000_000_000

// resetTime reads X-RateLimit-Reset. The vendor does not say what is in it, and
// both are usual: seconds from now, and seconds since 1970. No reset is further
// away than the window, whatever the clocks say.
func resetTime(header http.Header, now time.Time) (time.Time, bool) {
	n, ok := number(header, "X-RateLimit-Reset")
	if !ok {
		return time.Time{}, false
	}
	wait := time.Duration(min(n, unixTime)) * time.Second
	if n >= unixTime {
		wait = time.Unix(int64(n), 0).Sub(apiclient.AnsweredAt(header, now))
	}
	return now.Add(min(max(wait, 0), window)), true
}
