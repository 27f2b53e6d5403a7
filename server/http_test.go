package server

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	mcpserver "github.com/mark3labs/mcp-go/server"

	"github.com/mcp-mighty/mcp-mighty/sandbox"
)

func TestOnlyLoopbackIsServed(t *testing.T) {
	w := newWorld(t)
	l, err := net.Listen("tcp", "0.0.0.0:0") //nolint:gosec // the point of the test; nothing is served
	if err != nil {
		t.Fatal(err)
	}
	err = w.server.Serve(t.Context(), l)
	if err == nil || !strings.Contains(err.Error(), "loopback") {
		t.Errorf("%v", err)
	}
	if _, err := l.Accept(); err == nil {
		t.Error("the listener is still open")
	}
}

func TestBodiesAreBounded(t *testing.T) {
	w := newWorld(t, func(s *setup) { s.options.MaxBody = 2000 })
	a := w.rawHTTP()
	long := message(1, "initialize", hello(map[string]any{"experimental": map[string]any{"x": strings.Repeat("x", 2000)}}))
	wantStatus(t, "with length", a.do("POST", "/mcp", long), http.StatusRequestEntityTooLarge)
	wantStatus(t, "without length", a.do("POST", "/mcp", long, func(r *http.Request) { r.ContentLength = -1 }), http.StatusRequestEntityTooLarge)
	s := a.openSSE()
	wantStatus(t, "SSE", s.post(long), http.StatusRequestEntityTooLarge)
	wantStatus(t, "SSE without length", s.post(long, func(r *http.Request) { r.ContentLength = -1 }), http.StatusRequestEntityTooLarge)
	wantStatus(t, "short enough", a.do("POST", "/mcp", message(1, "initialize", hello(canNone))), http.StatusOK)
}

func TestBodiesThatDoNotArriveAreNotWaitedFor(t *testing.T) {
	w := newWorld(t)
	w.server.limits.body = 50 * time.Millisecond
	address := strings.TrimPrefix(w.serveHTTP().url, "http://")
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_, _ = fmt.Fprintf(conn, "POST /mcp HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{", address)
	_ = conn.SetReadDeadline(time.Now().Add(patience))
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	wantStatus(t, "half a body", readHTTP(t, response), http.StatusBadRequest)
}

func TestHeadersThatDoNotArriveAreNotWaitedFor(t *testing.T) {
	w := newWorld(t)
	w.server.limits.header = 50 * time.Millisecond
	conn, err := net.Dial("tcp", strings.TrimPrefix(w.serveHTTP().url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_, _ = io.WriteString(conn, "POST /mcp HTTP/1.1\r\nHost: 127")
	_ = conn.SetReadDeadline(time.Now().Add(patience))
	if _, err := io.ReadAll(conn); err != nil {
		t.Errorf("the connection stayed open: %v", err)
	}
}

// The time for a body must not end the call that the body asks for.
func TestALongCallOutlivesTheTimeForItsBody(t *testing.T) {
	w := newWorld(t, slowReads(300*time.Millisecond))
	w.server.limits.body, w.server.limits.write = 50*time.Millisecond, 50*time.Millisecond
	a := w.rawHTTP()
	if got := a.callModern("get_network", callParams("get_network", nil), canNone); got.last().isError() || got.status != 200 {
		t.Errorf("modern: %d %s", got.status, got.body)
	}
	a.open(canNone)
	stream, err := a.request(t.Context(), "GET", "/mcp", "")
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(100 * time.Millisecond) // the time of all that was written has passed
	if got := a.do("POST", "/mcp", message(1, "tools/call", callParams("get_network", nil))); got.last().isError() || got.status != 200 {
		t.Errorf("legacy: %d %s", got.status, got.body)
	}
	a.do("DELETE", "/mcp", "")
	if _, err := io.ReadAll(stream.Body); err != nil {
		t.Errorf("the stream was cut off: %v", err)
	}
	_ = stream.Body.Close()
}

// The deadline of one answer must not break the next one on its connection.
func TestAConnectionOutlivesTheTimeToWrite(t *testing.T) {
	w := newWorld(t)
	w.server.limits.write = 50 * time.Millisecond
	address := strings.TrimPrefix(w.serveHTTP().url, "http://")
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetReadDeadline(time.Now().Add(patience))
	in := bufio.NewReader(conn)
	body := message(1, "initialize", hello(canNone))
	for range 2 {
		_, _ = fmt.Fprintf(conn, "POST /mcp HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", address, len(body))
		if line, err := in.ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
			t.Fatal(line, err)
		}
		_, _ = in.ReadString('\n')
		_, _ = io.WriteString(conn, body)
		response, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Fatal(err)
		}
		wantStatus(t, "initialize", readHTTP(t, response), 200)
		time.Sleep(100 * time.Millisecond)
	}
}

func TestSessionsLiveFromInitializeToDelete(t *testing.T) {
	w := newWorld(t)
	a := w.rawHTTP()
	list := func() answered { return a.do("POST", "/mcp", message(1, "tools/list", nil)) }
	get := func() int {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		response, err := a.request(ctx, "GET", "/mcp", "")
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		return response.StatusCode
	}
	wantStatus(t, "POST without session", list(), http.StatusBadRequest)
	if got := get(); got != http.StatusBadRequest {
		t.Errorf("GET without session: %d", got)
	}
	a.session = "mcp-session-11111111-1111-1111-1111-111111111111"
	wantStatus(t, "POST with a made-up session", list(), http.StatusNotFound)
	if got := get(); got != http.StatusNotFound {
		t.Errorf("GET with a made-up session: %d", got)
	}
	a.session = ""
	a.open(canNone)
	wantStatus(t, "POST", list(), http.StatusOK)
	stream, err := a.request(t.Context(), "GET", "/mcp", "")
	if err != nil || stream.StatusCode != 200 {
		t.Fatal(err, stream)
	}
	wantStatus(t, "DELETE", a.do("DELETE", "/mcp", ""), http.StatusOK)
	wantStatus(t, "POST after DELETE", list(), http.StatusNotFound)
	if got := get(); got != http.StatusNotFound {
		t.Errorf("GET after DELETE: %d", got)
	}
	if _, err := io.ReadAll(stream.Body); err != nil {
		t.Errorf("the stream of a deleted session: %v", err)
	}
	_ = stream.Body.Close()
	if n := len(w.server.http().sessions.live); n != 0 {
		t.Errorf("%d sessions are still known", n)
	}
}

func TestIdleSessionsEndAndListeningOnesDoNot(t *testing.T) {
	w := newWorld(t, func(s *setup) { s.options.SessionIdle = time.Second })
	idle, listening := w.rawHTTP(), &rawHTTP{}
	*listening = *idle
	idle.open(canNone)
	listening.open(canNone)
	stream, err := listening.request(t.Context(), "GET", "/mcp", "")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stream.Body.Close() }()
	living := func() int {
		w.server.http().sessions.mu.Lock()
		defer w.server.http().sessions.mu.Unlock()
		return len(w.server.http().sessions.live)
	}
	eventually(t, "the idle session has ended", func() bool { return living() == 1 })
	wantStatus(t, "idle", idle.do("POST", "/mcp", message(1, "tools/list", nil)), http.StatusNotFound)
	wantStatus(t, "listening", listening.do("POST", "/mcp", message(1, "tools/list", nil)), http.StatusOK)
}

func TestSessionsAreBounded(t *testing.T) {
	w := newWorld(t)
	a := w.rawHTTP()
	a.open(canNone)
	h := w.server.http()
	for range maxSessions - 1 {
		h.sessions.ResolveSessionIdManager(nil).Generate()
		h.sse.add(&sseSession{link: &link{id: fmt.Sprint(len(h.sse.links))}})
	}
	h.sse.add(&sseSession{link: &link{id: "one more"}})
	wantStatus(t, "initialize", a.do("POST", "/mcp", message(1, "initialize", hello(canNone))), http.StatusServiceUnavailable)
	wantStatus(t, "GET /sse", a.do("GET", "/sse", ""), http.StatusServiceUnavailable)
	wantStatus(t, "a session that lives", a.do("POST", "/mcp", message(1, "tools/list", nil)), http.StatusOK)
}

// Modern requests have no session, and mcp-go tells them apart by nothing but
// their id, which clients count from 1.
func TestNobodyCancelsAStrangersCall(t *testing.T) {
	w := newWorld(t, slowReads(300*time.Millisecond))
	a := w.rawHTTP()
	result := make(chan answered, 1)
	go func() { result <- a.callModern("get_network", callParams("get_network", nil), canNone) }()
	eventually(t, "the call runs", func() bool { return len(w.sandbox.Requests()) == 1 })
	cancelled := map[string]any{"requestId": 1}
	for name, change := range map[string][]func(*http.Request){
		"header and meta": {modernHeaders("notifications/cancelled", "")},
		"meta only":       nil,
	} {
		wantStatus(t, name, a.do("POST", "/mcp", message(nil, "notifications/cancelled", modern(cancelled, canNone)), change...), http.StatusAccepted)
	}
	wantStatus(t, "header only", a.do("POST", "/mcp", message(nil, "notifications/cancelled", cancelled), modernHeaders("notifications/cancelled", "")), http.StatusAccepted)
	wantStatus(t, "legacy without session", a.do("POST", "/mcp", message(nil, "notifications/cancelled", cancelled)), http.StatusBadRequest)
	stranger := w.rawSessionOn(a.url)
	wantStatus(t, "another session", stranger.do("POST", "/mcp", message(nil, "notifications/cancelled", cancelled)), http.StatusAccepted)
	if got := <-result; got.last().isError() || got.last().Error != nil {
		t.Errorf("the call was cancelled: %s", got.body)
	}
}

func (w *world) rawSessionOn(url string) *rawHTTP {
	a := &rawHTTP{t: w.t, url: url, client: webClient(w.t)}
	a.open(canNone)
	return a
}

func TestASessionCancelsItsOwnCalls(t *testing.T) {
	w := newWorld(t, hangingReads)
	a := w.rawHTTP()
	a.open(canNone)
	result := make(chan answered, 1)
	go func() {
		result <- a.do("POST", "/mcp", message(7, "tools/call", callParams("get_network", nil)))
	}()
	eventually(t, "the call runs", func() bool { return len(w.sandbox.Requests()) == 1 })
	a.do("POST", "/mcp", message(nil, "notifications/cancelled", map[string]any{"requestId": 7}))
	select {
	case <-result:
	case <-time.After(patience):
		t.Fatal("the call goes on")
	}
}

// Who leaves ends what only reads, and never what acts.
func TestLeavingEndsReadsAndNotDeeds(t *testing.T) {
	for _, version := range []string{modernVersion, legacyVersion} {
		t.Run(version, func(t *testing.T) {
			w := newWorld(t, func(s *setup) {
				s.sandbox.Faults = []sandbox.Fault{
					{Method: "GET", Path: "/spaces/*", Kind: sandbox.FaultHang},
					{Method: "POST", Path: "/posts", Kind: sandbox.FaultSlow, Delay: 300 * time.Millisecond},
					{Method: "POST", Path: "/posts/", Kind: sandbox.FaultSlow, Delay: 300 * time.Millisecond},
				}
			})
			a := w.rawHTTP()
			post := func(ctx context.Context, tool string, arguments map[string]any) {
				params, change := callParams(tool, arguments), []func(*http.Request){}
				if version == modernVersion {
					params, change = modern(params, canNone), append(change, modernHeaders("tools/call", tool))
				}
				if response, err := a.request(ctx, "POST", "/mcp", message(1, "tools/call", params), change...); err == nil {
					_ = response.Body.Close()
				}
			}
			if version == legacyVersion {
				a.open(canNone)
			}
			leaveAfter := func(method, tool string, arguments map[string]any) {
				ctx, leave := context.WithCancel(t.Context())
				var calling sync.WaitGroup
				calling.Go(func() { post(ctx, tool, arguments) })
				eventually(t, tool+" is under way", func() bool {
					for _, r := range w.sandbox.Requests() {
						if r.Method == method {
							return true
						}
					}
					return false
				})
				leave()
				calling.Wait()
				eventually(t, tool+" has ended", func() bool { return w.logged("tool=" + tool) })
			}
			space := w.sandbox.Spaces()[0]
			leaveAfter("GET", "get_space", map[string]any{"space_id": space})
			if !w.logged("tool=get_space outcome=caller_left") {
				t.Errorf("the read went on: %s", w.log)
			}
			w.sandbox.ClearFaults()
			w.sandbox.ResetRequests()
			w.sandbox.Inject(sandbox.Fault{Method: "POST", Kind: sandbox.FaultSlow, Delay: 300 * time.Millisecond})
			before := w.sandbox.Changes()
			leaveAfter("POST", "create_post", map[string]any{"space_id": space, "title": "Hello", "description": "World"})
			if !w.logged("tool=create_post outcome=ok") || w.sandbox.Changes() == before {
				t.Errorf("the deed was cut off: %s", w.log)
			}
		})
	}
}

func TestSessionIDsStayOutOfTheLog(t *testing.T) {
	w := newWorld(t, func(s *setup) { s.options.SessionIdle = time.Second })
	a := w.rawHTTP()
	a.open(canForm)
	response, err := a.request(t.Context(), "POST", "/mcp", message(1, "tools/call", w.banParams()))
	if err != nil {
		t.Fatal(err)
	}
	// mcp-go logs the answers that it takes, and those that it does not.
	for _, id := range []int{1, 1, 99} {
		a.do("POST", "/mcp", answerTo(id, map[string]any{"action": "decline"}))
	}
	readHTTP(t, response)
	s := a.openSSE()
	s.shake(canNone)
	s.post(message(1, "tools/call", callParams("get_network", nil)))
	s.next()
	eventually(t, "the sweeper has logged", func() bool { return w.logged("Sweeping") })
	log := w.log.String()
	if strings.Contains(log, a.session) || strings.Contains(log, strings.TrimPrefix(s.endpoint, "/message?sessionId=")) {
		t.Errorf("a session id is in the log:\n%s", log)
	}
	mustContain(t, log, "session="+digestOf(a.session), "mcp-go: Delivered sampling response", "no pending request found for session (session)")
}

func TestOtherMethodsAndPaths(t *testing.T) {
	w := newWorld(t)
	a := w.rawHTTP()
	for request, status := range map[string]int{
		"PUT /mcp": 405, "OPTIONS /mcp": 405, "POST /sse": 405, "GET /message": 405, "GET /": 404, "POST /mcp/": 404, "GET /healthz": 200,
	} {
		method, path, _ := strings.Cut(request, " ")
		wantStatus(t, request, a.do(method, path, ""), status)
	}
	wantStatus(t, "modern GET", a.do("GET", "/mcp", "", modernHeaders("", "")), http.StatusMethodNotAllowed)
	wantStatus(t, "text", a.do("POST", "/mcp", message(1, "initialize", hello(canNone)), header("Content-Type", "text/plain")), http.StatusBadRequest)
}

// mcp-go answers initialize first and makes the session known then. The
// answer here is so long that it would not wait in a buffer.
func TestInitializeIsAnsweredOnlyWhenTheSessionIsKnown(t *testing.T) {
	w := newWorld(t, func(s *setup) { s.options.Version = strings.Repeat("1", 10_000) })
	goOn := make(chan struct{})
	w.server.mcp.GetHooks().AddOnRegisterSession(func(context.Context, mcpserver.ClientSession) { <-goOn })
	a := w.rawHTTP()
	began := make(chan int, 1)
	go func() {
		response, err := a.request(t.Context(), "POST", "/mcp", message(1, "initialize", hello(canForm)))
		if err != nil {
			began <- 0
			return
		}
		_ = response.Body.Close()
		began <- response.StatusCode
	}()
	select {
	case <-began:
		t.Error("the answer came before the session was known")
	case <-time.After(100 * time.Millisecond):
	}
	close(goOn)
	if status := <-began; status != 200 {
		t.Errorf("%d", status)
	}
}
