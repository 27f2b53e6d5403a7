package server

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	mcpserver "github.com/mark3labs/mcp-go/server"

	"github.com/mcp-mighty/mcp-mighty/sandbox"
)

func TestSSEQuestionsAreAnsweredOverMessages(t *testing.T) {
	w := newWorld(t)
	s := w.rawHTTP().openSSE()
	s.shake(canForm)
	wantStatus(t, "call", s.post(message(1, "tools/call", w.banParams())), http.StatusAccepted)
	question := s.next()
	if question.Method != "elicitation/create" {
		t.Fatalf("%+v", question)
	}
	// An answer by another session is nobody's answer.
	stranger := s.openSSE()
	stranger.post(answerTo(question.ID, w.yes()))
	stranger.shake(canNone)
	w.mustNotBeBanned("a stranger answered")
	s.post(answerTo(question.ID, w.yes()))
	if got := s.next(); got.ID != 1.0 || got.isError() {
		t.Errorf("%+v", got)
	}
	if !w.sandbox.IsBanned(w.spammer()) {
		t.Error("not banned")
	}
}

// Some clients send the headers of Streamable HTTP here too.
func TestSSEIgnoresHeadersOfAnotherTransport(t *testing.T) {
	w := newWorld(t)
	s := w.rawHTTP().openSSE()
	s.post(message(1, "tools/call", modern(callParams("get_network", nil), canNone)), header("MCP-Protocol-Version", modernVersion))
	if got := s.next(); got.ID != 1.0 || got.isError() || got.Error != nil {
		t.Errorf("%+v", got)
	}
}

func TestSSESessionsEndWithTheirStream(t *testing.T) {
	w := newWorld(t, hangingReads)
	s := w.rawHTTP().openSSE()
	s.shake(canNone)
	s.post(message(1, "tools/call", callParams("get_network", nil)))
	eventually(t, "the call runs", func() bool { return len(w.sandbox.Requests()) == 1 })
	s.leave()
	eventually(t, "the call was cancelled", func() bool { return w.logged("tool=get_network outcome=caller_left") })
	eventually(t, "the session is unknown", func() bool { return s.post(message(2, "ping", nil)).status == http.StatusNotFound })
}

func TestSSEMessages(t *testing.T) {
	w := newWorld(t)
	s := w.rawHTTP().openSSE()
	wantStatus(t, "unknown session", s.do("POST", "/message?sessionId=ABC", message(1, "ping", nil)), http.StatusNotFound)
	wantStatus(t, "no session", s.do("POST", "/message", message(1, "ping", nil)), http.StatusNotFound)
	wantStatus(t, "no JSON", s.post(message(1, "ping", nil), header("Content-Type", "text/plain")), http.StatusUnsupportedMediaType)
	wantStatus(t, "broken JSON", s.post("{"), http.StatusAccepted)
	if got := s.next(); got.Error == nil || got.Error.Code != -32700 {
		t.Errorf("%+v", got)
	}
}

func TestSilentSSESessionsEndAndAnsweringOnesDoNot(t *testing.T) {
	w := newWorld(t, func(s *setup) { s.options.SessionIdle = 300 * time.Millisecond })
	silent := w.rawHTTP().openSSE()
	living := silent.openSSE()
	stop := make(chan struct{})
	answering := make(chan struct{})
	go func() {
		defer close(answering)
		for {
			select {
			case f := <-living.frames:
				if f.Method == "ping" {
					living.post(answerTo(f.ID, map[string]any{}))
				}
			case <-stop:
				return
			}
		}
	}()
	silent.ended()
	time.Sleep(300 * time.Millisecond)
	close(stop)
	<-answering
	wantStatus(t, "living", living.post(message(1, "ping", nil)), http.StatusAccepted)
	wantStatus(t, "silent", silent.post(message(1, "ping", nil)), http.StatusNotFound)
}

// A client that takes nothing any more must not hold calls for ever.
func TestAnSSEClientThatStopsReadingIsDropped(t *testing.T) {
	w := newWorld(t)
	w.server.limits.write = 100 * time.Millisecond
	a := w.rawHTTP()
	address := strings.TrimPrefix(a.url, "http://")
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.(*net.TCPConn).SetReadBuffer(4096)
	_, _ = fmt.Fprintf(conn, "GET /sse HTTP/1.1\r\nHost: %s\r\n\r\n", address)
	in := bufio.NewReader(conn)
	endpoint := ""
	for endpoint == "" {
		line, err := in.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		endpoint, _ = strings.CutPrefix(strings.TrimSpace(line), "data: ")
		if !strings.HasPrefix(endpoint, "/") {
			endpoint = ""
		}
	}
	list := message(1, "tools/list", nil)
	eventually(t, "the session was dropped", func() bool {
		return a.do("POST", endpoint, list).status == http.StatusNotFound
	})
}

func TestStoppingFinishesCallsAndEndsStreams(t *testing.T) {
	w := newWorld(t, slowReads(300*time.Millisecond))
	server := w.serveHTTP()
	a := &rawHTTP{t: t, url: server.url, client: webClient(t)}
	legacy := w.rawSessionOn(server.url)
	stream, err := legacy.request(context.Background(), "GET", "/mcp", "")
	if err != nil {
		t.Fatal(err)
	}
	sse := a.openSSE()
	sse.shake(canNone)
	asking := a.openSSE()
	asking.shake(canForm)

	answers := make(chan answered, 2)
	go func() { answers <- a.callModern("get_network", callParams("get_network", nil), canNone) }()
	go func() {
		answers <- legacy.do("POST", "/mcp", message(1, "tools/call", callParams("get_network", nil)))
	}()
	sse.post(message(1, "tools/call", callParams("get_network", nil)))
	asking.post(message(1, "tools/call", w.banParams()))
	if q := asking.next(); q.Method != "elicitation/create" {
		t.Fatalf("%+v", q)
	}
	eventually(t, "the calls run", func() bool { return len(w.sandbox.Requests()) >= 4 })
	start := time.Now()
	if err := server.stop(); err != nil {
		t.Error(err)
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("stopping took %s", took)
	}
	for range 2 {
		if got := <-answers; got.last().isError() || got.last().Result == nil {
			t.Errorf("%d %s", got.status, got.body)
		}
	}
	if got := sse.next(); got.ID != 1.0 || got.isError() {
		t.Errorf("SSE: %+v", got)
	}
	if down := asking.next(); down.Method != "notifications/cancelled" {
		t.Errorf("%+v", down)
	}
	if got := asking.next(); !got.isError() || !strings.Contains(got.text(), "without an answer") {
		t.Errorf("%+v", got)
	}
	sse.ended()
	if _, err := io.ReadAll(stream.Body); err != nil {
		t.Errorf("the stream that listens: %v", err)
	}
	_ = stream.Body.Close()
}

func TestStoppingWaitsForDeedsOfClientsThatLeft(t *testing.T) {
	w := newWorld(t, func(s *setup) {
		s.sandbox.Faults = []sandbox.Fault{{Method: "POST", Kind: sandbox.FaultSlow, Delay: time.Second}}
	})
	server := w.serveHTTP()
	a := &rawHTTP{t: t, url: server.url, client: webClient(t)}
	s := a.openSSE()
	s.post(message(1, "tools/call", callParams("create_post", map[string]any{"space_id": w.sandbox.Spaces()[0], "title": "Hello", "description": "World"})))
	eventually(t, "the deed is under way", func() bool {
		for _, r := range w.sandbox.Requests() {
			if r.Method == "POST" {
				return true
			}
		}
		return false
	})
	s.leave()
	eventually(t, "the session is over", func() bool { return s.post(message(2, "ping", nil)).status == http.StatusNotFound })
	if err := server.stop(); err != nil {
		t.Error(err)
	}
	if !w.logged("tool=create_post outcome=ok") {
		t.Errorf("the server did not wait: %s", w.log)
	}
}

func TestStoppingHasALimit(t *testing.T) {
	w := newWorld(t, hangingReads, func(s *setup) { s.options.DrainTimeout = 50 * time.Millisecond })
	server := w.serveHTTP()
	a := &rawHTTP{t: t, url: server.url, client: webClient(t)}
	gone := make(chan error, 1)
	go func() {
		response, err := a.request(context.Background(), "POST", "/mcp", message(1, "tools/call", modern(callParams("get_network", nil), canNone)), modernHeaders("tools/call", "get_network"))
		if err == nil {
			_ = response.Body.Close()
		}
		gone <- err
	}()
	sse := a.openSSE()
	sse.post(message(1, "tools/call", callParams("list_spaces", nil))) // an identical one would be no second request
	eventually(t, "the calls run", func() bool { return len(w.sandbox.Requests()) == 2 })
	if err := server.stop(); err != nil {
		t.Error(err)
	}
	if err := <-gone; err == nil {
		t.Error("the call was answered")
	}
	sse.ended()
	mustContain(t, w.log.String(), "stopped before all calls were answered")
}

// Nothing of this server can be listened for yet, so the test offers something.
func TestListenStreamsEndWhenTheServerStops(t *testing.T) {
	w := newWorld(t)
	mcpserver.WithResourceCapabilities(true, true)(w.server.mcp)
	server := w.serveHTTP()
	a := &rawHTTP{t: t, url: server.url, client: webClient(t)}
	params := modern(map[string]any{"notifications": map[string]any{"resourcesListChanged": true}}, canNone)
	response, err := a.request(context.Background(), "POST", "/mcp", message(1, "subscriptions/listen", params), modernHeaders("subscriptions/listen", ""))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if kind := response.Header.Get("Content-Type"); kind != "text/event-stream" {
		t.Fatal(readHTTP(t, response).body)
	}
	start := time.Now()
	if err := server.stop(); err != nil {
		t.Error(err)
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("stopping took %s", took)
	}
}
