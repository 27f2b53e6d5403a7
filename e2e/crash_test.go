package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// holding is a proxy before an API that holds a request up, before it gets
// there or before its answer comes back.
type holding struct {
	url  string
	held chan struct{} // one for each that was held

	mu     sync.Mutex
	kind   string // what is held; "" is nothing
	before bool   // before it gets there
	counts map[string]int
	let    chan struct{} // closed when the test ends
}

// The kinds of requests.
const (
	reads  = "reads"
	writes = "writes"
)

func newHolding(t *testing.T, api string) *holding {
	t.Helper()
	target, err := url.Parse(api)
	if err != nil {
		t.Fatal(err)
	}
	h := &holding{held: make(chan struct{}, 100), counts: map[string]int{}, let: make(chan struct{})}
	proxy := httputil.NewSingleHostReverseProxy(target)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.mu.Lock()
		kind := writes
		if r.Method == http.MethodGet {
			kind = reads
		}
		holds, before := h.kind == kind, h.before
		if !holds || !before {
			h.counts[kind]++
		}
		h.mu.Unlock()
		if !holds {
			proxy.ServeHTTP(w, r)
			return
		}
		if !before {
			proxy.ServeHTTP(httptest.NewRecorder(), r)
		}
		h.held <- struct{}{}
		select {
		case <-r.Context().Done():
		case <-h.let:
		}
	}))
	t.Cleanup(func() { close(h.let); server.Close() })
	h.url = server.URL
	return h
}

func (h *holding) hold(kind string, before bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.kind, h.before = kind, before
}

// arrived is how many requests of a kind got to the API.
func (h *holding) arrived(kind string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.counts[kind]
}

// killedDuring starts a server, sends a call that is held up, and kills the
// server then.
func (c *community) killedDuring(h *holding, tool, arguments, more string) {
	c.t.Helper()
	p := start(c.t, c.env, "serve", "--http", "127.0.0.1:0")
	server := p.url()
	go func() {
		request, err := http.NewRequest(http.MethodPost, server+"/mcp", strings.NewReader(modernCall(tool, arguments, more)))
		if err != nil {
			return
		}
		for name, value := range map[string]string{
			"Content-Type": "application/json", "Accept": "application/json, text/event-stream",
			"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call", "Mcp-Name": tool,
		} {
			request.Header.Set(name, value)
		}
		if response, err := http.DefaultClient.Do(request); err == nil {
			_ = response.Body.Close()
		}
	}()
	select {
	case <-h.held:
	case <-time.After(30 * time.Second):
		c.t.Fatal("the call never got that far")
	}
	p.stop(syscall.SIGKILL)
	h.hold("", false)
}

// TestKilledAtEachStep kills the server with a write before its intent, between
// intent and request, and between request and outcome. What the journal and
// the look-back say is what the API shows, and nothing is sent twice.
func TestKilledAtEachStep(t *testing.T) {
	for name, test := range map[string]struct {
		kind    string
		before  bool
		open    bool // the journal holds it open
		done    bool // it happened, and is found
		changes int
	}{
		"before the intent":           {kind: reads, before: true},
		"between intent and request":  {kind: writes, before: true, open: true},
		"between request and outcome": {kind: writes, open: true, done: true, changes: 1},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCommunity(t)
			h := newHolding(t, c.url)
			c.env = with(c.env, "MIGHTY_API_URL="+h.url, "MIGHTY_TOOLSETS=all")
			var page struct{ Items []struct{ ID uint64 } }
			listed := run(t, c.env, "", "call", "list_members", "per_page=1", "page=20", "--output", "json")
			if err := json.Unmarshal([]byte(listed.stdout), &page); err != nil || len(page.Items) != 1 {
				t.Fatalf("list_members: %v: %+v", err, listed)
			}
			member := page.Items[0].ID
			arguments := fmt.Sprintf(`{"member_id":%d,"first_name":"Renamed"}`, member)
			h.hold(test.kind, test.before)
			c.killedDuring(h, "update_member", arguments, "")

			is := run(t, c.env, "", "call", "get_member", fmt.Sprint("member_id=", member)).stdout
			if renamed := strings.Contains(is, "first_name: Renamed"); renamed != test.done {
				t.Fatalf("the API shows %q; want renamed %v", is, test.done)
			}
			told := run(t, c.env, "", "doctor").stdout
			if open := strings.Contains(told, "how update_member on network default ended is not known"); open != test.open {
				t.Errorf("doctor says %q; want it open: %v", told, test.open)
			}
			if test.open {
				named := run(t, c.env, "", "doctor", "--state-dir", c.state()).stdout
				if !strings.Contains(named, "`mcp-mighty doctor --settle --state-dir "+c.state()+"`") {
					t.Errorf("the command that doctor names leads to another state: %s", named)
				}
				looked := run(t, c.env, "", "doctor", "--settle").stdout
				if found := strings.Contains(looked, "update_member on network default was done, as its target shows"); found != test.done {
					t.Errorf("doctor --settle says %q; want it done: %v", looked, test.done)
				}
				after := run(t, c.env, "", "doctor").stdout
				if still := strings.Contains(after, "ended is not known"); still == test.done {
					t.Errorf("afterwards doctor says %q", after)
				}
				trail := run(t, c.env, "", "audit", "list").stdout
				if settled := strings.Contains(trail, "settled"); settled != test.done || !strings.Contains(trail, "begun") {
					t.Errorf("the trail says %s", trail)
				}
			}
			if n := h.arrived(writes); n != test.changes {
				t.Errorf("%d changes were sent, want %d", n, test.changes)
			}
			if r := run(t, c.env, "", "audit", "verify"); r.code != 0 {
				t.Errorf("the trail after the kill: %+v", r)
			}
		})
	}
}

// TestAnApprovalSurvivesAKillBeforeItsUse: an answer that no action has begun
// with counts after a restart, once.
func TestAnApprovalSurvivesAKillBeforeItsUse(t *testing.T) {
	c := newCommunity(t)
	h := newHolding(t, c.url)
	c.env = with(c.env, "MIGHTY_API_URL="+h.url)
	arguments := c.announcement("Survived")
	asked := callHTTP(t, serveHTTP(t, c.env), "announce_post", arguments, "")
	if asked.Result.RequestState == "" {
		t.Fatalf("no question: %+v", asked)
	}
	yes := yesTo(asked.Result.RequestState)
	h.hold(reads, true)
	c.killedDuring(h, "announce_post", arguments, yes)
	server := serveHTTP(t, c.env)
	if got := callHTTP(t, server, "announce_post", arguments, yes); got.Result.IsError || len(c.posts("Survived")) != 1 {
		t.Fatalf("after the restart: %+v", got)
	}
	if got := callHTTP(t, server, "announce_post", arguments, yes); !got.Result.IsError || len(c.posts("Survived")) != 1 {
		t.Errorf("once more: %+v", got)
	}
}
