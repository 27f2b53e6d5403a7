package server

import (
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
)

// maxHeader bounds the header of an HTTP request, in bytes.
const maxHeader = 64 << 10

// limits are how long a client may delay things over HTTP. They never apply to
// how long a stream or a call lasts.
type limits struct {
	header time.Duration // until the header is complete
	body   time.Duration // until the body is
	write  time.Duration // until the client takes what is written
	idle   time.Duration // between two requests of a connection
}

func defaultLimits() limits {
	return limits{header: 10 * time.Second, body: 30 * time.Second, write: 30 * time.Second, idle: 2 * time.Minute}
}

// readBody reads a request's body within the limits. If that fails, it answers
// the request and returns false.
func (s *Server) readBody(w http.ResponseWriter, r *http.Request) ([]byte, bool) {
	tooLong := func() ([]byte, bool) {
		// The rest of the body is not worth reading.
		w.Header().Set("Connection", "close")
		writeRPCError(w, http.StatusRequestEntityTooLarge, nil, mcp.INVALID_REQUEST, "The message is longer than this server takes. Nothing was done.")
		return nil, false
	}
	if r.ContentLength > s.o.MaxBody {
		return tooLong()
	}
	// net/http lifts the deadline once the body has been read.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(s.limits.body))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, s.o.MaxBody))
	var over *http.MaxBytesError
	switch {
	case errors.As(err, &over):
		return tooLong()
	case err != nil:
		w.Header().Set("Connection", "close")
		writeRPCError(w, http.StatusBadRequest, nil, mcp.PARSE_ERROR, "The message could not be read to its end. Nothing was done.")
		return nil, false
	}
	return body, true
}

// limitWrites gives every write to the client its own deadline, so that a
// client that stops reading cannot hold a call or a stream for ever.
func (s *Server) limitWrites(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		limited := &limitedWriter{ResponseWriter: w, control: http.NewResponseController(w), limit: s.limits.write}
		// What the handler leaves in buffers is written after it; net/http lifts
		// the deadline then.
		defer limited.extend()
		next.ServeHTTP(limited, r)
	})
}

type limitedWriter struct {
	http.ResponseWriter
	control *http.ResponseController
	limit   time.Duration
}

func (w *limitedWriter) extend() {
	// An error means a writer without deadlines, as in tests without network.
	_ = w.control.SetWriteDeadline(time.Now().Add(w.limit))
}

// Write implements [http.ResponseWriter].
func (w *limitedWriter) Write(p []byte) (int, error) {
	w.extend()
	return w.ResponseWriter.Write(p)
}

// Flush implements [http.Flusher].
func (w *limitedWriter) Flush() { _ = w.FlushError() }

// FlushError is what [http.ResponseController] calls.
func (w *limitedWriter) FlushError() error {
	w.extend()
	return w.control.Flush()
}

// Unwrap lets [http.ResponseController] reach the connection.
func (w *limitedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
