package apiclient

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// paced is a limiter over a transport that notes when each attempt went.
type paced struct {
	transport http.RoundTripper

	mu     sync.Mutex
	went   []time.Time
	who    []string
	answer func(r *http.Request) *http.Response // nil: 200
}

func newPaced(t *testing.T, conf RateSettings) *paced {
	t.Helper()
	if err := conf.fill(); err != nil {
		t.Fatal(err)
	}
	p := &paced{}
	s := settings{Options: Options{Rate: conf, Now: time.Now, Sleep: sleep}}
	p.transport = newRate(roundTrip(func(r *http.Request) (*http.Response, error) {
		p.mu.Lock()
		defer p.mu.Unlock()
		key, _ := r.Context().Value(callerKey{}).(string)
		p.went, p.who = append(p.went, time.Now()), append(p.who, key)
		if p.answer != nil {
			return p.answer(r), nil
		}
		return respond(r, 200, `{}`), nil
	}), s)
	return p
}

func (p *paced) ask(ctx context.Context) error {
	req, _ := http.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1/x", nil)
	_, err := p.transport.RoundTrip(req)
	return err
}

// heldBack returns how long err says to wait.
func heldBack(t *testing.T, err error) time.Duration {
	t.Helper()
	var held *Withheld
	if !errors.As(err, &held) || held.Kind != RateLimited || held.Wait <= 0 {
		t.Fatalf("got %v, want an attempt that was held back", err)
	}
	return held.Wait
}

func TestNoMinuteHasMoreThanItsShare(t *testing.T) {
	for _, perMinute := range []int{1, 2, 7, 100} {
		synctest.Test(t, func(t *testing.T) {
			p := newPaced(t, RateSettings{PerMinute: perMinute, MaxWait: time.Hour})
			// Bursts and pauses by chance: the bucket is full at the worst times.
			random := rand.New(rand.NewPCG(1, uint64(perMinute)))
			for range 4 * perMinute {
				if err := p.ask(t.Context()); err != nil {
					t.Fatal(err)
				}
				if random.IntN(10) == 0 {
					time.Sleep(time.Duration(random.IntN(int(time.Minute))))
				}
			}
			for i := range p.went {
				if last := i + perMinute; last < len(p.went) && p.went[last].Sub(p.went[i]) < time.Minute-time.Millisecond {
					t.Errorf("%d a minute: %d in %s", perMinute, perMinute+1, p.went[last].Sub(p.went[i]))
				}
			}
		})
	}
}

func TestAFifthMayGoAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPaced(t, RateSettings{PerMinute: 100})
		start := time.Now()
		for range 21 {
			if err := p.ask(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if p.went[19] != start || p.went[20].Sub(start) != 750*time.Millisecond {
			t.Errorf("the 20th after %s, the 21st after %s", p.went[19].Sub(start), p.went[20].Sub(start))
		}
	})
}

func TestWithoutALimitNothingStandsBetween(t *testing.T) {
	wire := roundTrip(nil)
	if _, limits := newRate(wire, settings{}).(*rateTransport); limits {
		t.Error("a limiter without a limit")
	}
}

// One who asks for much does not keep another waiting who asks for one thing.
func TestCallersAreServedInTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPaced(t, RateSettings{PerMinute: 60, MaxWait: time.Hour})
		for range 12 { // what may go at once is gone
			_ = p.ask(t.Context())
		}
		ask := func(key string, n int) {
			for range n {
				go func() { _ = p.ask(WithCallerKey(t.Context(), key)) }()
			}
			synctest.Wait()
		}
		ask("export", 20)
		ask("ada", 2)
		ask("bob", 1)
		time.Sleep(time.Hour)
		synctest.Wait()
		if first := p.who[12:17]; !slices.Equal(first, []string{"export", "ada", "bob", "export", "ada"}) {
			t.Errorf("%v", p.who[12:])
		}
		if len(p.who) != 12+23 {
			t.Errorf("%d went", len(p.who))
		}
	})
}

func TestWhoWouldWaitTooLongIsToldAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPaced(t, RateSettings{PerMinute: 60, MaxWait: 2 * time.Second}) // 0.8 a second
		for range 12 {
			_ = p.ask(t.Context())
		}
		errs := make([]error, 3)
		for i := range errs {
			go func() { errs[i] = p.ask(t.Context()) }()
			synctest.Wait()
		}
		start := time.Now()
		if wait := heldBack(t, errs[1]); wait != 2500*time.Millisecond {
			t.Errorf("the second one would have to wait %s", wait)
		}
		heldBack(t, errs[2])
		time.Sleep(time.Minute)
		synctest.Wait()
		if errs[0] != nil || len(p.went) != 13 || p.went[12].Sub(start) != 1250*time.Millisecond {
			t.Errorf("the one that could wait: %v, %d went", errs[0], len(p.went))
		}
		// A wait that outlasts the caller helps nobody either.
		for range 12 {
			_ = p.ask(t.Context())
		}
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		before := time.Now()
		if heldBack(t, p.ask(short)); time.Since(before) != 0 {
			t.Errorf("told after %s", time.Since(before))
		}
	})
}

func TestLeavingTheLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPaced(t, RateSettings{PerMinute: 60, MaxWait: time.Hour})
		for range 12 {
			_ = p.ask(t.Context())
		}
		// The first in line keeps the time for the others; the second does not.
		contexts, leave, errs := make([]context.Context, 4), make([]context.CancelFunc, 4), make([]error, 4)
		for i := range errs {
			contexts[i], leave[i] = context.WithCancel(t.Context())
			defer leave[i]()
			go func() { errs[i] = p.ask(contexts[i]) }()
			synctest.Wait()
		}
		leave[0]()
		synctest.Wait()
		leave[1]()
		synctest.Wait()
		for _, err := range errs[:2] {
			var held *Withheld
			if !errors.As(err, &held) || held.Kind != Canceled || !errors.Is(err, context.Canceled) {
				t.Errorf("%v", err)
			}
		}
		start := time.Now()
		time.Sleep(time.Minute)
		synctest.Wait()
		if errs[2] != nil || errs[3] != nil || len(p.went) != 14 || p.went[12].Sub(start) != 1250*time.Millisecond {
			t.Errorf("%v; %d went", errs[2:], len(p.went))
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if err := p.ask(gone); !errors.Is(err, context.Canceled) || len(p.went) != 14 {
			t.Errorf("who was gone before: %v", err)
		}
	})
}

// After a 429 nothing goes until the API wants to hear again, and then less
// than before.
func TestTheLimiterLearnsFrom429(t *testing.T) {
	for name, tt := range map[string]struct {
		header [2]string
		wait   time.Duration
	}{
		"seconds": {[2]string{"Retry-After", "7"}, 7 * time.Second},
		"date":    {[2]string{"Retry-After", "DATE"}, 9 * time.Second},
		"reset":   {[2]string{"X-RateLimit-Reset", "5"}, 5 * time.Second},
		"nothing": {[2]string{"X-Other", ""}, time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			p := newPaced(t, RateSettings{PerMinute: 100, MaxWait: time.Minute})
			value := tt.header[1]
			if value == "DATE" {
				value = time.Now().UTC().Add(9 * time.Second).Format(http.TimeFormat)
			}
			p.answer = func(r *http.Request) *http.Response {
				resp := respond(r, 429, `{}`)
				resp.Header.Set(tt.header[0], value)
				return resp
			}
			_ = p.ask(t.Context())
			p.answer = nil
			start := time.Now()
			for range 10 {
				if err := p.ask(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if waited := p.went[1].Sub(start); waited < tt.wait || waited > tt.wait+3*time.Second {
				t.Errorf("%s: the next one went after %s", name, waited)
			}
			if apart := p.went[10].Sub(p.went[9]); apart <= 1400*time.Millisecond || apart > 1600*time.Millisecond {
				t.Errorf("%s: they go %s apart, and half the pace is 1.5 s", name, apart)
			}
			time.Sleep(10 * time.Minute)
			_ = p.ask(t.Context())
			if transport := p.transport.(*rateTransport); transport.pace.part != 1 {
				t.Errorf("%s: the pace does not recover: %v", name, transport.pace.part)
			}
		})
	}
}

// Near the end of the API's own count the rest is spread over the time until
// it begins anew.
func TestTheLimiterLearnsFromTheCount(t *testing.T) {
	for name, prefix := range map[string]string{"usual": "X-RateLimit-", "draft": "RateLimit-"} {
		synctest.Test(t, func(t *testing.T) {
			p := newPaced(t, RateSettings{PerMinute: 100, MaxWait: time.Minute})
			left, begun := 3, time.Now()
			p.answer = func(r *http.Request) *http.Response {
				resp := respond(r, 200, `{}`)
				if time.Since(begun) >= 40*time.Second {
					left, begun = 50, time.Now()
				}
				left--
				resp.Header.Set(prefix+"Limit", "50")
				resp.Header.Set(prefix+"Remaining", fmt.Sprint(max(left, 0)))
				resp.Header.Set(prefix+"Reset", fmt.Sprint(int(40-time.Since(begun).Seconds())))
				if left < 0 {
					t.Errorf("%s: more than the API's count allows", name)
				}
				return resp
			}
			start := time.Now()
			for range 6 {
				if err := p.ask(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if second := p.went[1].Sub(start); second < 10*time.Second {
				t.Errorf("%s: the second one went after %s, with two left for 40 s", name, second)
			}
			if fourth := p.went[3].Sub(start); fourth < 39*time.Second || fourth > 41*time.Second {
				t.Errorf("%s: the fourth one went after %s", name, fourth)
			}
		})
	}
}

func TestSettingsOfRateAndCache(t *testing.T) {
	for name, o := range map[string]Options{
		"PerMinute": {Rate: RateSettings{PerMinute: -1}},
		"MaxWait":   {Rate: RateSettings{MaxWait: -1}},
		"Lists":     {Cache: CacheSettings{Lists: -1}},
		"Settings":  {Cache: CacheSettings{Settings: -1}},
		"MaxBytes":  {Cache: CacheSettings{MaxBytes: -1}},
	} {
		o.Network, o.Token = "1", newClient(t, "http://127.0.0.1:9").token
		if _, err := New(o); err == nil {
			t.Errorf("%s is negative, and nobody says so", name)
		}
	}
}

// The chain as a whole: the retry of a read after a 429 waits as the answer
// says, and other callers wait with it.
func TestTheChainKeepsThePace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var went []time.Duration
		start := time.Now()
		c := newClient(t, "http://127.0.0.1:9", func(o *Options) {
			o.Sleep = nil
			o.Rate = RateSettings{PerMinute: 60, MaxWait: 15 * time.Second}
			o.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
				went = append(went, time.Since(start))
				if len(went) == 1 {
					resp := respond(r, 429, `{}`)
					resp.Header.Set("Retry-After", "3")
					return resp, nil
				}
				return respond(r, 200, `{"id":7}`), nil
			})
		})
		var first, second error
		go func() { _, first = c.Members().Get(t.Context(), 7) }()
		synctest.Wait()
		go func() { _, second = c.Members().Get(t.Context(), 8) }()
		time.Sleep(time.Minute)
		synctest.Wait()
		if first != nil || second != nil || len(went) != 3 || went[1] < 3*time.Second || went[2] <= went[1] {
			t.Errorf("%v %v, at %v", first, second, went)
		}
	})
}
