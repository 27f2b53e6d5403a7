package sandbox

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// Server is a handler on a real listener.
type Server struct {
	// URL is where it listens, without a trailing slash: "http://127.0.0.1:8766".
	URL string

	http  *http.Server
	ended chan error

	mu      sync.Mutex
	closing bool
	running sync.WaitGroup
}

// Start listens on addr (host:port; port 0 picks a free one) and serves h
// until [Server.Close]. The error says which address could not be used.
func Start(addr string, h http.Handler) (*Server, error) {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("sandbox cannot listen on %q: %w", addr, err)
	}
	s := &Server{URL: "http://" + reachable(listener.Addr()), ended: make(chan error, 1)}
	s.http = &http.Server{
		Handler:           s.counted(h),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		// No WriteTimeout: hang and slow faults keep requests open on
		// purpose. Each answer sets its own deadline when it is written.
		ErrorLog: slog.NewLogLogger(slog.Default().Handler(), slog.LevelError),
	}
	go func() { s.ended <- s.http.Serve(listener) }()
	return s, nil
}

// Close stops listening, breaks open connections (hung requests included) and
// returns once every handler has returned. A second call does nothing.
func (s *Server) Close() error {
	s.mu.Lock()
	already := s.closing
	s.closing = true
	s.mu.Unlock()
	if already {
		return nil
	}
	err := s.http.Close()
	if served := <-s.ended; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	s.running.Wait()
	return err
}

// counted keeps track of running handlers. None starts after Close began, so
// that waiting for them ends.
func (s *Server) counted(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		if s.closing {
			s.mu.Unlock()
			panic(http.ErrAbortHandler) // drop the connection; net/http catches this value
		}
		s.running.Add(1)
		s.mu.Unlock()
		defer s.running.Done()
		h.ServeHTTP(w, r)
	})
}

// reachable turns a listening address into one that a client can dial: an
// unspecified host is reached over loopback.
func reachable(addr net.Addr) string {
	tcp, ok := addr.(*net.TCPAddr)
	if !ok {
		return addr.String()
	}
	host := tcp.IP.String()
	if tcp.IP.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, fmt.Sprint(tcp.Port))
}
