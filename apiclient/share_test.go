package apiclient

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// gated is a transport that answers reads when it is let go, and counts.
type gated struct {
	mu    sync.Mutex
	asked []string
	gate  chan struct{} // nil lets everything pass
}

func (g *gated) RoundTrip(r *http.Request) (*http.Response, error) {
	g.mu.Lock()
	g.asked = append(g.asked, r.Method+" "+strings.TrimPrefix(r.URL.Path, "/admin/v1/networks/1"))
	n := len(g.asked)
	g.mu.Unlock()
	if g.gate != nil && r.Method == http.MethodGet {
		select {
		case <-g.gate:
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
	return respond(r, 200, fmt.Sprintf(`{"id":7,"first_name":"answer %d"}`, n)), nil
}

func (g *gated) requests() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.asked)
}

func sharing(t *testing.T, g *gated, change ...func(*Options)) *Client {
	return newClient(t, "http://127.0.0.1:9", append([]func(*Options){func(o *Options) {
		o.Transport, o.Sleep = g, nil
		o.Cache = CacheSettings{Lists: 30 * time.Second, Settings: 5 * time.Minute}
	}}, change...)...)
}

func TestIdenticalReadsAreOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gated{gate: make(chan struct{})}
		c := sharing(t, g, func(o *Options) { o.Cache = CacheSettings{} }) // also when nothing is kept
		ctx, meter := WithMeter(t.Context())
		members := make([]*Member, 8)
		for i := range members {
			go func() {
				var err error
				if members[i], err = c.Members().Get(ctx, 7); err != nil {
					t.Error(err)
				}
			}()
		}
		go func() { _, _ = c.Members().Get(ctx, 8) }()
		synctest.Wait()
		close(g.gate)
		synctest.Wait()
		if g.requests() != 2 || meter.Requests() != 2 || meter.Shared() != 7 {
			t.Errorf("%v; the meter has %d requests and %d shared", g.asked, meter.Requests(), meter.Shared())
		}
		for i, m := range members {
			if m == nil || m.FirstName != members[0].FirstName || i > 0 && m == members[0] {
				t.Errorf("caller %d got %+v", i, m)
			}
		}
		if _, err := c.Members().Get(ctx, 7); err != nil || g.requests() != 3 {
			t.Errorf("%d requests after one that came later: %v", g.requests(), err)
		}
	})
}

// Who leaves first leaves the others their answer; who leaves last ends the
// request.
func TestLeavingASharedRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gated{gate: make(chan struct{})}
		c := sharing(t, g)
		get := func(ctx context.Context, into *error) {
			*into = errors.New("still waiting")
			go func() { _, err := c.Members().Get(ctx, 7); *into = err }()
			synctest.Wait()
		}
		firstCtx, leaveFirst := context.WithCancel(t.Context())
		secondCtx, leaveSecond := context.WithCancel(t.Context())
		defer leaveSecond()
		var first, second error
		get(firstCtx, &first)
		get(secondCtx, &second)
		leaveFirst()
		synctest.Wait()
		if apiError(t, first, Canceled); second == nil || second.Error() != "still waiting" {
			t.Errorf("the second one: %v", second)
		}
		close(g.gate)
		synctest.Wait()
		if second != nil || g.requests() != 1 {
			t.Errorf("%d requests, %v", g.requests(), second)
		}

		g.gate = make(chan struct{})
		secondCtx, leaveSecond = context.WithCancel(t.Context())
		get(Fresh(secondCtx), &second)
		leaveSecond()
		synctest.Wait() // the gate is closed: only the end of the request ends this
		apiError(t, second, Canceled)
	})
}

// The one who has time gets the repetitions that his time allows, whatever the
// one has who came first.
func TestTheMostPatientCallerDecidesHowLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n int
		c := newClient(t, "http://127.0.0.1:9", func(o *Options) {
			o.Sleep = nil
			o.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
				time.Sleep(time.Second)
				if n++; n < 3 {
					return respond(r, 503, `{}`), nil
				}
				return respond(r, 200, `{"id":7}`), nil
			})
		})
		hasty, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
		defer cancel()
		var first, second error
		go func() { _, first = c.Members().Get(hasty, 7) }()
		synctest.Wait()
		go func() { _, second = c.Members().Get(t.Context(), 7) }()
		time.Sleep(time.Minute)
		synctest.Wait()
		e := apiError(t, first, Canceled)
		if !errors.Is(e, context.DeadlineExceeded) || second != nil || n != 3 {
			t.Errorf("%d requests: %v and %v", n, first, second)
		}
	})
}

// A caller who comes just when all others have left is not told that he left.
func TestTakingAFlightThatEnds(t *testing.T) {
	g := &gated{}
	c := sharing(t, g)
	share := c.chain.(*shareTransport)
	left, leave := context.WithCancel(t.Context())
	leave()
	req, err := http.NewRequestWithContext(withOperation(t.Context(), opMemberGet.row()), http.MethodGet, "http://127.0.0.1:9/x", nil)
	if err != nil {
		t.Fatal(err)
	}
	ending := newFlight(&share.mu, left)
	share.flights[req.URL.String()] = ending
	ending.leave(ending.first)
	ending.err = &tryError{cause: causeLeft, err: context.Canceled}
	go func() {
		for joined := false; !joined; time.Sleep(time.Millisecond) {
			share.mu.Lock()
			if joined = ending.joined; joined {
				delete(share.flights, req.URL.String())
			}
			share.mu.Unlock()
		}
		close(ending.landed)
	}()
	if resp, err := share.RoundTrip(req); err != nil || resp.StatusCode != 200 {
		t.Errorf("%v", err)
	}
}

// A wait that outlasts all who wait for the read helps nobody.
func TestARepetitionBeyondTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, "http://127.0.0.1:9", func(o *Options) {
			o.Sleep = nil
			o.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
				resp := respond(r, 429, `{}`)
				resp.Header.Set("Retry-After", "5")
				return resp, nil
			})
		})
		ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
		defer cancel()
		start := time.Now()
		_, err := c.Members().Get(ctx, 7)
		if e := apiError(t, err, RateLimited); e.RetryAfter != 5*time.Second || time.Since(start) != 0 {
			t.Errorf("%v after %s", e, time.Since(start))
		}
	})
}

func TestAnswersAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gated{}
		c := sharing(t, g)
		get := func(ctx context.Context) {
			t.Helper()
			if err := errors.Join(only(c.Members().Get(ctx, 7)), only(c.Spaces().Get(ctx, 7))); err != nil {
				t.Fatal(err)
			}
		}
		steps := []struct {
			wait     time.Duration
			ctx      context.Context
			requests int
		}{
			{0, t.Context(), 2},
			{29 * time.Second, t.Context(), 0},
			{time.Second, t.Context(), 1}, // the member's 30 seconds are over
			{4*time.Minute + 29*time.Second, t.Context(), 1},
			{time.Second, t.Context(), 1}, // and now the space's 5 minutes
			{0, Fresh(t.Context()), 2},
			{0, t.Context(), 0}, // what came fresh is kept
		}
		for i, step := range steps {
			time.Sleep(step.wait)
			before := g.requests()
			get(step.ctx)
			if n := g.requests() - before; n != step.requests {
				t.Errorf("step %d: %d requests, want %d", i, n, step.requests)
			}
		}
	})
}

// A kept answer belongs to nobody: what one caller does to his does not reach
// another.
func TestKeptAnswersAreOnesOwn(t *testing.T) {
	kept := newKeptAnswers(CacheSettings{Lists: time.Minute, MaxBytes: 1 << 20})
	req, _ := http.NewRequest(http.MethodGet, "http://127.0.0.1/x", nil)
	kept.put("x", opMemberGet.row(), respond(req, 200, ""), []byte(`{"id":7}`), clock)
	for range 2 {
		resp := kept.get("x", clock).response(req)
		body, err := bodyOf(resp, 100)
		if err != nil || string(body) != `{"id":7}` || resp.Header.Get("Content-Type") != "application/json" {
			t.Fatalf("%q %v %v", body, resp.Header, err)
		}
		body[1] = 'X'
		resp.Header.Set("Content-Type", "X")
	}
}

func TestWhatIsNotKept(t *testing.T) {
	huge := `{"id":7,"bio":"` + strings.Repeat("x", 3<<20) + `"}`
	for name, answer := range map[string]http.HandlerFunc{
		"not found":  replyJSON(404, `{"error":"no"}`),
		"500":        replyJSON(500, `{}`),
		"page":       reply(200, "text/html", "<html>"),
		"cut JSON":   replyJSON(200, `{"id":7,`),
		"accepted":   replyJSON(202, `{"id":7}`),
		"very large": replyJSON(200, huge),
	} {
		var requests counter
		server := serve(t, requests.count(answer))
		c := newClient(t, server.URL, func(o *Options) { o.Cache.Lists, o.Retry.Tries = time.Hour, 1 })
		for range 2 {
			_, _ = c.Members().Get(t.Context(), 7)
		}
		if requests.requests() != 2 {
			t.Errorf("%s: %d requests for two reads", name, requests.requests())
		}
	}
}

func TestKeptAnswersAreBounded(t *testing.T) {
	conf := CacheSettings{Lists: time.Minute, Settings: time.Minute, MaxBytes: 10 * keptOverhead}
	kept := newKeptAnswers(conf)
	req, _ := http.NewRequest(http.MethodGet, "http://127.0.0.1/x", nil)
	put := func(key string, now time.Time) {
		kept.put(key, opMemberGet.row(), respond(req, 200, ""), []byte(`{"id":7}`), now)
	}
	put("used", clock)
	for i := range 100 {
		put(fmt.Sprint(i), clock)
		kept.get("used", clock)
		if kept.size > conf.MaxBytes || len(kept.byKey) != kept.order.Len() {
			t.Fatalf("%d bytes in %d answers", kept.size, len(kept.byKey))
		}
	}
	if kept.get("used", clock) == nil || kept.get("0", clock) != nil || kept.get("99", clock) == nil {
		t.Error("what was used last does not stay")
	}
	// What nobody asks for does not stay either.
	put("new", clock.Add(2*time.Minute))
	if len(kept.byKey) != 1 {
		t.Errorf("%d answers after their time", len(kept.byKey))
	}
	// A clock that was set back leaves the age unknown.
	if kept.get("new", clock) != nil {
		t.Error("an answer from the future is used")
	}
}
