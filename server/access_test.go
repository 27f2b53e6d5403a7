package server

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/config"
)

const (
	mariasToken = "marias-token-4711-abcdef"
	botsToken   = "the-bots-token-0815-xyz"
)

// team is a moderator and a bot.
func team(token string) (config.Caller, bool) {
	known := map[string]config.Caller{
		mariasToken: {Name: "maria", Role: "moderator"},
		botsToken:   {Name: "chat-ops", Role: "caller"},
	}
	caller, ok := known[token]
	return caller, ok
}

func withTeam(s *setup) { s.options.Callers = team }

func as(token string) func(*http.Request) { return header("Authorization", "Bearer "+token) }

// as is the same client with another token.
func (r *rawHTTP) as(t *testing.T, token string) *rawHTTP {
	other := &rawHTTP{t: t, url: r.url, client: webClient(t)}
	other.client.Transport = bearing{other.client.Transport, token}
	return other
}

func TestNobodyComesInWithoutAToken(t *testing.T) {
	w := newWorld(t, withTeam)
	a := w.rawHTTP()
	entrances := doors()
	entrances["GET /sse"] = func(a *rawHTTP, change ...func(*http.Request)) answered { return a.do("GET", "/sse", "", change...) }
	entrances["PUT /mcp"] = func(a *rawHTTP, change ...func(*http.Request)) answered { return a.do("PUT", "/mcp", "{}", change...) }
	entrances["a modern call"] = func(a *rawHTTP, change ...func(*http.Request)) answered {
		return a.do("POST", "/mcp", message(1, "tools/call", modern(callParams("get_network", nil), canNone)),
			append(change, modernHeaders("tools/call", "get_network"))...)
	}
	delete(entrances, "GET /healthz")
	strangers := map[string]func(*http.Request){
		"no token":          func(*http.Request) {},
		"wrong token":       as("not-a-token-of-anybody"),
		"almost":            as(mariasToken[:len(mariasToken)-1]),
		"more":              as(mariasToken + "x"),
		"other case":        as(strings.ToUpper(mariasToken)),
		"empty":             as(""),
		"another scheme":    header("Authorization", "Basic "+mariasToken),
		"no scheme":         header("Authorization", mariasToken),
		"a name":            as("maria"),
		"in the query":      func(r *http.Request) { r.URL.RawQuery = "access_token=" + mariasToken },
		"two headers":       func(r *http.Request) { r.Header["Authorization"] = []string{"Bearer " + mariasToken, "Bearer x"} },
		"the right one too": func(r *http.Request) { r.Header.Set("Authorization", "Bearer x, Bearer "+mariasToken) },
	}
	for door, knock := range entrances {
		for name, change := range strangers {
			got := knock(a, change)
			wantStatus(t, door+", "+name, got, http.StatusUnauthorized)
			if challenge := got.header.Get("WWW-Authenticate"); !strings.HasPrefix(challenge, `Bearer realm="mcp-mighty"`) {
				t.Errorf("%s, %s: challenge %q", door, name, challenge)
			}
		}
	}
	if n := len(w.sandbox.Requests()); n != 0 {
		t.Errorf("%d requests left for the API", n)
	}
	wantStatus(t, "healthz", doors()["GET /healthz"](a), http.StatusOK)
	wantStatus(t, "a foreign page", doors()["POST /mcp"](a, as(mariasToken), header("Origin", "http://evil.example")), http.StatusForbidden)
}

// TestCallersComeIn goes over both HTTP transports, in both eras.
func TestCallersComeIn(t *testing.T) {
	testEveryWay(t, func(t *testing.T, by way) {
		if by.transport == "stdio" {
			t.Skip("stdio has one client, whom nobody needs to tell apart")
		}
		w := newWorld(t, withTeam)
		w.token = mariasToken
		var asked string
		c := w.connect(by, func(_ context.Context, message string, _ any) (string, map[string]any, error) {
			asked = message
			return "decline", nil, nil
		})
		if listed, err := c.tools(); err != nil || len(listed) == 0 {
			t.Fatalf("%d tools, %v", len(listed), err)
		}
		r, err := c.call(t.Context(), "get_network", nil, nil)
		if err != nil || r.IsError {
			t.Fatal(err, r)
		}
		if canAnswer(by) {
			if _, err := c.call(t.Context(), "ban_member", map[string]any{"member_id": w.spammer()}, nil); err != nil {
				t.Fatal(err)
			}
			mustContain(t, asked, "Asked for by: maria")
		}
		if !w.logged("principal=maria") || !w.logged("role=moderator") || w.logged("loopback") {
			t.Errorf("log: %s", w.log)
		}
		if w.logged(mariasToken) || w.logged("Bearer") {
			t.Errorf("the token is in the log: %s", w.log)
		}
		for _, sent := range w.sandbox.Requests() {
			if strings.Contains(sent.Header.Get("Authorization"), mariasToken) {
				t.Error("the token went to the API")
			}
		}
		w.token = ""
		if stranger, err := w.connectSDK(by, nil); err == nil {
			stranger.close()
			t.Error("a client without a token came in")
		}
	})
}

func TestASessionBelongsToItsCaller(t *testing.T) {
	w := newWorld(t, withTeam)
	maria, bot := w.rawHTTP().as(t, mariasToken), w.rawHTTP().as(t, botsToken)
	maria.open(canNone)
	bot.session = maria.session
	list := message(1, "tools/list", nil)
	wantStatus(t, "POST by another caller", bot.do("POST", "/mcp", list), http.StatusNotFound)
	wantStatus(t, "cancel by another caller", bot.do("POST", "/mcp", message(nil, "notifications/cancelled", map[string]any{"requestId": 1})), http.StatusNotFound)
	wantStatus(t, "an answer by another caller", bot.do("POST", "/mcp", answerTo(1, map[string]any{"action": "accept"})), http.StatusNotFound)
	wantStatus(t, "GET by another caller", bot.do("GET", "/mcp", ""), http.StatusNotFound)
	wantStatus(t, "DELETE by another caller", bot.do("DELETE", "/mcp", ""), http.StatusNotFound)
	wantStatus(t, "POST by its caller", maria.do("POST", "/mcp", list), http.StatusOK)
	wantStatus(t, "DELETE by its caller", maria.do("DELETE", "/mcp", ""), http.StatusOK)
	wantStatus(t, "POST after that", maria.do("POST", "/mcp", list), http.StatusNotFound)
	wantStatus(t, "DELETE once more", maria.do("DELETE", "/mcp", ""), http.StatusNotFound)
}

func TestAnSSESessionBelongsToItsCaller(t *testing.T) {
	w := newWorld(t, withTeam)
	maria, bot := w.rawHTTP().as(t, mariasToken), w.rawHTTP().as(t, botsToken)
	s := maria.openSSE()
	s.shake(canNone)
	call := message(1, "tools/call", callParams("get_network", nil))
	wantStatus(t, "another caller", bot.do("POST", s.endpoint, call), http.StatusNotFound)
	wantStatus(t, "its caller", s.post(message(2, "ping", nil)), http.StatusAccepted)
	if f := s.next(); f.ID != float64(2) {
		t.Errorf("a stranger's call was answered: %+v", f)
	}
	s.leave()
}

// Whose question it was is whose answer counts, also in the era without
// sessions.
func TestACallersApprovalIsOfNoUseToAnother(t *testing.T) {
	w := newWorld(t, withTeam)
	maria, bot := w.rawHTTP().as(t, mariasToken), w.rawHTTP().as(t, botsToken)
	ban := callParams("ban_member", map[string]any{"member_id": w.spammer(), "reason": "spam"})
	asked := maria.callModern("ban_member", ban, canForm).last()
	state, _ := asked.Result["requestState"].(string)
	if state == "" {
		t.Fatalf("no question: %+v", asked)
	}
	ban["requestState"] = state
	ban["inputResponses"] = w.accepted()
	if got := bot.callModern("ban_member", ban, canForm).last(); !got.isError() || w.sandbox.IsBanned(w.spammer()) {
		t.Fatalf("banned %v: %+v", w.sandbox.IsBanned(w.spammer()), got)
	}
	if got := maria.callModern("ban_member", ban, canForm).last(); got.isError() || !w.sandbox.IsBanned(w.spammer()) {
		t.Errorf("banned %v: %+v", w.sandbox.IsBanned(w.spammer()), got)
	}
}

func TestNothingBehindTheDoorSeesTheToken(t *testing.T) {
	w := newWorld(t, withTeam)
	t.Cleanup(w.server.Close)
	h := w.server.http()
	var seen []string
	door := h.signIn(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen = append(seen, r.Header.Values("Authorization")...) }))
	r := httptest.NewRequest("POST", "/mcp", nil)
	as(mariasToken)(r)
	door.ServeHTTP(httptest.NewRecorder(), r)
	if len(seen) != 0 || r.Header.Get("Authorization") == "" {
		t.Errorf("behind the door: %q; before it: %q", seen, r.Header)
	}
}

// clock is one that a test winds on.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Now()} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) wind(on time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(on)
}

func TestGuessingIsSlow(t *testing.T) {
	watch := newClock()
	w := newWorld(t, withTeam, func(s *setup) { s.options.Now = watch.now })
	a := w.rawHTTP()
	try := func(token string) answered { return doors()["POST /mcp"](a, as(token)) }
	for range 30 {
		wantStatus(t, "the same wrong one, over and over", try("an-old-token-that-was-replaced"), http.StatusUnauthorized)
	}
	for i := range attemptsAtOnce - 1 {
		wantStatus(t, "a guess", try(strings.Repeat("x", 20+i)), http.StatusUnauthorized)
	}
	if strings.Count(w.log.String(), "too many wrong tokens") != 1 {
		t.Errorf("log: %s", w.log)
	}
	got := try(mariasToken)
	wantStatus(t, "the right one, too soon", got, http.StatusTooManyRequests)
	if got.header.Get("Retry-After") != "6" {
		t.Errorf("%v", got.header)
	}
	watch.wind(attemptsEvery)
	wantStatus(t, "one more guess", try("one-more-guess-of-a-token"), http.StatusUnauthorized)
	wantStatus(t, "too soon again", try(mariasToken), http.StatusTooManyRequests)
	watch.wind(attemptsEvery)
	wantStatus(t, "the right one", try(mariasToken), http.StatusOK)
	wantStatus(t, "and again", try(mariasToken), http.StatusOK)
}

func TestAttemptsAreCountedByAddress(t *testing.T) {
	for name, c := range map[string]struct {
		remote, forwarded string
		proxied           bool
		want              string
	}{
		"IPv4":              {"192.0.2.7:1", "", false, "192.0.2.7"},
		"mapped":            {"[::ffff:192.0.2.7]:1", "", false, "192.0.2.7"},
		"IPv6":              {"[2001:db8:1:2:3:4:5:6]:1", "", false, "2001:db8:1:2::"},
		"no proxy":          {"192.0.2.7:1", "198.51.100.1", false, "192.0.2.7"},
		"proxy":             {"10.0.0.1:1", "198.51.100.1", true, "198.51.100.1"},
		"what a client put": {"10.0.0.1:1", "1.1.1.1, 198.51.100.1", true, "198.51.100.1"},
		"nonsense":          {"10.0.0.1:1", "unknown", true, "10.0.0.1"},
	} {
		r := &http.Request{RemoteAddr: c.remote, Header: http.Header{}}
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if got := newAttempts(time.Now, c.proxied).address(r).String(); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestOtherAddressesNeedCallersAndAProxy(t *testing.T) {
	catalogue := newWorld(t).server.o.Catalogue
	if _, err := New(Options{Catalogue: catalogue, BehindProxy: true}); err == nil || !strings.Contains(err.Error(), "callers") {
		t.Errorf("behind a proxy without callers: %v", err)
	}
	everywhere := func() net.Listener {
		l, err := net.Listen("tcp", "0.0.0.0:0") //nolint:gosec // the point of the test
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	tokens, err := New(Options{Catalogue: catalogue, Callers: team})
	if err != nil {
		t.Fatal(err)
	}
	if err := tokens.Serve(t.Context(), everywhere()); !errors.Is(err, ErrNotLoopback) {
		t.Errorf("tokens without TLS: %v", err)
	}
	proxied, err := New(Options{Catalogue: catalogue, Callers: team, BehindProxy: true})
	if err != nil {
		t.Fatal(err)
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := proxied.Serve(over, everywhere()); err != nil {
		t.Errorf("with callers, behind a proxy: %v", err)
	}
}
