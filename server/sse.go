package server

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
)

// sseSession is one client of the older HTTP+SSE transport: it posts to
// /message and reads from the stream that it opened at /sse. The session lives
// as long as the stream.
type sseSession struct {
	*link
	owner     string       // the principal that opened it; it is nobody else's
	lastHeard atomic.Int64 // when the client last posted, in Unix nanoseconds
}

// sseSessions are the living ones, by id.
type sseSessions struct {
	mu    sync.Mutex
	links map[string]*sseSession
}

func (s *sseSessions) add(session *sseSession) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.links) >= maxSessions {
		return false
	}
	s.links[session.id] = session
	return true
}

func (s *sseSessions) get(id string) *sseSession {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.links[id]
}

func (s *sseSessions) remove(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.links, id)
}

// openSSE opens a session and serves its stream.
func (h *web) openSSE(w http.ResponseWriter, r *http.Request) {
	stream := &eventStream{w: w, control: http.NewResponseController(w)}
	as := arrivalOf(r.Context())
	session := &sseSession{link: h.server.newLink(as, stream.message), owner: as.principal}
	defer func() {
		session.close()
		// Who stops the server waits for this, and so for deeds that go on
		// after their client has left.
		session.idleWithin(h.server.o.DrainTimeout)
		session.quiesce() // nothing may write to w once this returns
	}()
	session.heard(h.server.o.Now())
	if h.stopping.Err() != nil || !h.sse.add(session) {
		w.Header().Set("Retry-After", "60")
		writeRPCError(w, http.StatusServiceUnavailable, nil, mcp.INTERNAL_ERROR, "No further session can be opened now.")
		return
	}
	defer h.sse.remove(session.id)

	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	endpoint := []byte("/message?sessionId=" + session.id)
	if session.exclusively(func() error { return stream.event("endpoint", endpoint) }) != nil {
		return
	}
	h.keepSSE(r.Context(), session)
}

// keepSSE returns when the session is over.
func (h *web) keepSSE(client context.Context, session *sseSession) {
	o := h.server.o
	ping := time.NewTicker(max(o.SessionIdle/3, time.Millisecond))
	defer ping.Stop()
	for {
		select {
		case <-client.Done():
			return
		case <-session.broken.Done():
			return
		case <-h.stopping.Done():
			// The answers to running calls go over this very stream.
			if n := session.finish(o.DrainTimeout); n > 0 {
				o.Logger.Warn("an SSE session ended before all its calls were answered", "unanswered", n)
			}
			return
		case <-ping.C:
			if o.Now().Sub(time.Unix(0, session.lastHeard.Load())) >= o.SessionIdle {
				o.Logger.Info("an SSE session ended because its client was silent", "session", digestOf(session.id))
				return
			}
			// A living client answers, and is heard.
			session.ping()
		}
	}
}

// ping asks the client for a sign of life. The answer needs no waiting for.
func (s *sseSession) ping() {
	id, _ := s.questions.open()
	s.questions.close(id)
	s.sendJSON(mcp.JSONRPCRequest{
		JSONRPC: mcp.JSONRPC_VERSION,
		ID:      mcp.NewRequestId(id),
		Request: mcp.Request{Method: string(mcp.MethodPing)},
	})
}

func (s *sseSession) heard(now time.Time) { s.lastHeard.Store(now.UnixNano()) }

// postMessage takes one message of an SSE session. Its answer goes over the
// session's stream. Headers of Streamable HTTP, which some clients send here
// too, mean nothing on this transport.
func (h *web) postMessage(w http.ResponseWriter, r *http.Request) {
	session := h.sse.get(r.URL.Query().Get("sessionId"))
	if session == nil || session.owner != arrivalOf(r.Context()).principal {
		writeRPCError(w, http.StatusNotFound, nil, mcp.INVALID_REQUEST, "There is no such session. Open one at /sse.")
		return
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		writeRPCError(w, http.StatusUnsupportedMediaType, nil, mcp.INVALID_REQUEST, "The message must be application/json.")
		return
	}
	body, ok := h.server.readBody(w, r)
	if !ok {
		return
	}
	session.heard(h.server.o.Now())
	if !session.receive(body) {
		writeRPCError(w, http.StatusServiceUnavailable, nil, mcp.INTERNAL_ERROR, "The session has ended. Nothing was done.")
		return
	}
	w.WriteHeader(http.StatusAccepted)
}

// eventStream writes server-sent events. Its caller sees to it that only one
// is written at a time.
type eventStream struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

func (s *eventStream) message(encoded []byte) error { return s.event("message", encoded) }

// event writes one event. The data is JSON or a path, and so has no line
// break that could end the event.
func (s *eventStream) event(name string, data []byte) error {
	if _, err := fmt.Fprintf(s.w, "event: %s\ndata: %s\n\n", name, data); err != nil {
		return err
	}
	if err := s.control.Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return nil
}
