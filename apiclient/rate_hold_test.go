package apiclient

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// refusing answers 429 with a Retry-After.
func (p *paced) refusing(retryAfter string) {
	p.answer = func(r *http.Request) *http.Response {
		resp := respond(r, 429, `{}`)
		resp.Header.Set("Retry-After", retryAfter)
		return resp
	}
}

// However long a 429 asks to wait, somebody looks after a while: alone, and
// what the answer asks for then is what holds.
func TestNoRefusalSilencesForever(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPaced(t, RateSettings{PerMinute: 100, MaxWait: 10 * time.Second})
		p.refusing("99999999999")
		_ = p.ask(t.Context())
		if wait := heldBack(t, p.ask(t.Context())); wait != LongestHold {
			t.Fatalf("held back for %s", wait)
		}
		time.Sleep(LongestHold)
		_ = p.ask(t.Context())
		if wait := heldBack(t, p.ask(t.Context())); len(p.went) != 2 || wait != LongestHold {
			t.Fatalf("%d went, then held back for %s: one looks and learns anew", len(p.went), wait)
		}
		time.Sleep(LongestHold)
		p.refusing("7")
		_ = p.ask(t.Context())
		if wait := p.held(); len(p.went) != 3 || wait != 7*time.Second {
			t.Errorf("%d went, then held back for %s, want the seven seconds that are asked for by now", len(p.went), wait)
		}
	})
}

// held returns how long nobody may go.
func (p *paced) held() time.Duration {
	transport := p.transport.(*rateTransport)
	transport.mu.Lock()
	defer transport.mu.Unlock()
	return transport.pace.hold.Wait(time.Now())
}

// Those who come while one looks wait for its answer, and go once it is good.
// One that is never answered makes room for another.
func TestOneLooksAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPaced(t, RateSettings{PerMinute: 100, MaxWait: 10 * time.Second})
		p.refusing("86400")
		_ = p.ask(t.Context())
		time.Sleep(LongestHold)
		transport := p.transport.(*rateTransport)
		for range 2 { // let through, and not answered
			if err := transport.await(t.Context()); err != nil {
				t.Fatal(err)
			}
			if wait := p.held(); wait != probeTime {
				t.Fatalf("the others wait %s for it", wait)
			}
			time.Sleep(probeTime)
		}
		p.answer = nil
		start := time.Now()
		for range 3 {
			if err := p.ask(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(start); took != 0 {
			t.Errorf("after a good answer the others waited %s", took)
		}
	})
}

// What had left before the 429 came says nothing about it.
func TestALateAnswerEndsNoHold(t *testing.T) {
	var h Hold
	now := clock
	h.Refused(now, time.Hour)
	h.Answered()
	if h.Wait(now) != LongestHold {
		t.Errorf("it holds for %s", h.Wait(now))
	}
	h.Refused(now, time.Second)
	if h.Wait(now) != LongestHold {
		t.Errorf("a shorter one made it %s", h.Wait(now))
	}
}

// The times in an answer are by the clock that wrote it.
func TestTimesInAnswersAreByTheirOwnClock(t *testing.T) {
	theirs := clock.Add(10 * time.Minute)
	header := http.Header{"Date": {theirs.Format(http.TimeFormat)}, "Retry-After": {theirs.Add(2 * time.Second).Format(http.TimeFormat)}}
	if wait, told := retryAfter(header, clock); wait != 2*time.Second || !told {
		t.Errorf("Retry-After: %s", wait)
	}
	header = http.Header{"Date": header["Date"], "X-Ratelimit-Reset": {"1772367003"}} // theirs, 3 s later
	if reset, told := resetTime(header, "X-Ratelimit-Reset", clock); reset != clock.Add(3*time.Second) || !told {
		t.Errorf("reset: in %s", reset.Sub(clock))
	}
}

func TestASpanIsAsAPersonSaysIt(t *testing.T) {
	for wait, want := range map[time.Duration]string{
		0: "0 seconds", 1: "1 second", 1250 * time.Millisecond: "2 seconds", 2 * time.Minute: "120 seconds",
		2*time.Minute + 1: "3 minutes", LongestHold: "15 minutes", 2*time.Hour + 1: "3 hours", 49 * time.Hour: "3 days",
	} {
		if got := Span(wait); got != want {
			t.Errorf("%s: %s, want %s", wait, got, want)
		}
	}
}

// A time of another day has its date.
func TestAdviceNamesTheDay(t *testing.T) {
	for wait, want := range map[time.Duration]string{
		LongestHold:    "Try again in 15 minutes (at 12:15:00 UTC). Ask",
		time.Hour:      "Try again in 60 minutes (at 13:00:00 UTC). One request is let through every 15 minutes",
		13 * time.Hour: "Try again in 13 hours (at 2026-03-02 01:00 UTC).",
		longestWait:    "Try again in 366 days (at 2027-03-02 12:00 UTC).",
	} {
		e := &Error{Kind: RateLimited, RetryAfter: wait, RetryAt: clock.Add(wait)}
		if got := e.Advice(); !strings.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
}
