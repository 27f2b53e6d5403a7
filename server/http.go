package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"

	mcpserver "github.com/mark3labs/mcp-go/server"
)

// web is the HTTP side of a server.
type web struct {
	server     *Server
	streamable *mcpserver.StreamableHTTPServer
	sessions   *sessions
	sse        *sseSessions
	tokens     *attempts
	handler    http.Handler
	// stopping ends when the server begins to stop: streams that only listen
	// and open questions end with it, running calls do not.
	stopping context.Context
	stop     context.CancelFunc
}

func (s *Server) http() *web {
	s.webOnce.Do(func() { s.web = s.newWeb() })
	return s.web
}

func (s *Server) newWeb() *web {
	h := &web{server: s}
	h.stopping, h.stop = context.WithCancel(context.Background())
	h.sessions = newSessions(h.stopping)
	h.sse = &sseSessions{links: map[string]*sseSession{}}
	h.tokens = newAttempts(s.o.Now, s.o.BehindProxy)
	h.streamable = mcpserver.NewStreamableHTTPServer(s.mcp,
		mcpserver.WithSessionIdManagerResolver(h.sessions),
		mcpserver.WithSessionIdleTTL(s.o.SessionIdle),
		// A client that listens is alive, however long it says nothing.
		mcpserver.WithHeartbeatInterval(s.o.SessionIdle/3),
		// The guard does this and more, and knows the operator's list.
		mcpserver.WithDisableLocalhostProtection(true),
		mcpserver.WithStreamableHTTPLogger(slog.New(libraryLog{s.o.Logger.Handler()})),
	)
	tools := http.NewServeMux()
	tools.HandleFunc("POST /mcp", h.postMCP)
	tools.HandleFunc("GET /mcp", h.getMCP)
	tools.HandleFunc("DELETE /mcp", h.deleteMCP)
	tools.HandleFunc("GET /sse", h.openSSE)
	tools.HandleFunc("POST /message", h.postMessage)
	mux := http.NewServeMux()
	mux.Handle("/", h.signIn(tools))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte("ok\n"))
	})
	handler := s.guard.protect(mux)
	if s.o.Approvers != nil {
		handler = besides(s.newPage(), handler)
	}
	h.handler = s.limitWrites(s.recoverWeb(handler))
	return h
}

// besides serves the approvals page, which looks after itself, besides the
// rest.
func besides(p *page, rest http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isPage(r) {
			p.ServeHTTP(w, r)
			return
		}
		rest.ServeHTTP(w, r)
	})
}

// close ends everything that lives on its own.
func (h *web) close() {
	h.stop()
	// Shutdown without an http.Server of its own stops mcp-go's sweeper and
	// drops the sessions; it waits for nothing and cannot fail.
	_ = h.streamable.Shutdown(context.Background())
}

// Handler returns the HTTP side: Streamable HTTP at /mcp, the older HTTP+SSE
// at /sse and /message, and GET /healthz, with the guard in front of all. Call
// [Server.Close] when it is no longer served.
//
// Without callers there is no sign-in: mount it where only its owner can reach
// it then.
func (s *Server) Handler() http.Handler { return s.http().handler }

// ErrNotLoopback refuses to serve where others could reach the server, or read
// what is sent to it.
var ErrNotLoopback = errors.New("only loopback addresses (127.0.0.1, [::1]) are served; others need callers with tokens, and a proxy in front that brings TLS (callers and http.behind_proxy in the configuration)")

// Serve serves the handler on l until ctx is done, and closes l. Then it takes
// no new connections, ends streams that only listen and open questions, and
// lets running calls finish, for DrainTimeout at most.
//
// It returns nil after an orderly end, and [ErrNotLoopback] at once if l does
// not listen on a loopback address and Options.BehindProxy is not set: there is
// no TLS here, so tokens could be read on their way.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	if err := s.Admits(l); err != nil {
		_ = l.Close()
		return err
	}
	h := s.http()
	defer s.Close()
	hosted := &http.Server{
		Handler:           h.handler,
		ReadHeaderTimeout: s.limits.header,
		IdleTimeout:       s.limits.idle,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(s.o.Logger.Handler(), slog.LevelWarn),
	}
	ended := make(chan error, 1)
	go func() { ended <- hosted.Serve(l) }()
	s.o.Logger.Info("serving over HTTP", "url", "http://"+l.Addr().String()+"/mcp", "mode", string(s.o.Mode))
	select {
	case err := <-ended:
		return fmt.Errorf("serve HTTP on %s: %w", l.Addr(), err)
	case <-ctx.Done():
	}
	h.stop()
	draining, cancel := context.WithTimeout(context.Background(), s.o.DrainTimeout)
	defer cancel()
	if err := hosted.Shutdown(draining); err != nil {
		s.o.Logger.Warn("the server stopped before all calls were answered", "error", err)
		_ = hosted.Close()
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve HTTP on %s: %w", l.Addr(), err)
	}
	return nil
}

// Admits reports whether [Server.Serve] would serve on l; the error is
// [ErrNotLoopback].
func (s *Server) Admits(l net.Listener) error {
	if !isLoopbackListener(l) && !s.o.BehindProxy {
		return fmt.Errorf("serve HTTP on %s: %w", l.Addr(), ErrNotLoopback)
	}
	return nil
}

func isLoopbackListener(l net.Listener) bool {
	address, ok := l.Addr().(*net.TCPAddr)
	return ok && address.IP.IsLoopback()
}

// until returns a context that also ends with other.
func until(ctx, other context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(other, cancel)
	return ctx, func() { stop(); cancel() }
}
