package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"sync/atomic"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"
)

// What a client reads when something here broke. What it was is in the log,
// where secrets and members' data of a panic's text harm nobody.
const (
	brokenTool    = "The server failed while it worked on this call, and whether something was done is not known. Read the target before you repeat anything. The operator finds the failure in the server's log."
	brokenMessage = "The server failed while it worked on this message. The operator finds the failure in the server's log."
)

// recoverTool keeps a panic of a tool inside.
func (s *Server) recoverTool(next mcpserver.ToolHandlerFunc) mcpserver.ToolHandlerFunc {
	return func(ctx context.Context, request mcp.CallToolRequest) (result *mcp.CallToolResult, err error) {
		defer func() {
			if p := recover(); p != nil {
				s.logPanic("a tool panicked", p, slog.String("tool", request.Params.Name))
				result, err = problem(brokenTool), nil
			}
		}()
		result, err = next(ctx, request)
		if err != nil {
			s.o.Logger.Error("a tool handler failed", "tool", request.Params.Name, "error", err)
			result, err = problem(brokenTool), nil
		}
		return result, err
	}
}

// recoverWeb keeps a panic of an HTTP handler inside. A response that has
// begun is broken off, so that nobody takes it for a whole one.
func (s *Server) recoverWeb(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tracked := &trackedWriter{ResponseWriter: w}
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if err, ok := p.(error); !ok || !errors.Is(err, http.ErrAbortHandler) {
				s.logPanic("an HTTP handler panicked", p, slog.String("path", r.URL.Path))
			}
			if tracked.began.Load() {
				panic(http.ErrAbortHandler)
			}
			writeRPCError(w, http.StatusInternalServerError, nil, mcp.INTERNAL_ERROR, brokenMessage)
		}()
		next.ServeHTTP(tracked, r)
	})
}

func (s *Server) logPanic(message string, p any, attrs ...slog.Attr) {
	attrs = append(attrs, slog.String("panic", fmt.Sprint(p)), slog.String("stack", string(debug.Stack())))
	s.o.Logger.LogAttrs(context.Background(), slog.LevelError, message, attrs...)
}

// trackedWriter knows whether a response has begun.
type trackedWriter struct {
	http.ResponseWriter
	began atomic.Bool
}

// WriteHeader implements [http.ResponseWriter].
func (w *trackedWriter) WriteHeader(status int) {
	w.began.Store(true)
	w.ResponseWriter.WriteHeader(status)
}

// Write implements [http.ResponseWriter].
func (w *trackedWriter) Write(p []byte) (int, error) {
	w.began.Store(true)
	return w.ResponseWriter.Write(p)
}

// Flush implements [http.Flusher].
func (w *trackedWriter) Flush() { _ = w.FlushError() }

// FlushError is what [http.ResponseController] calls.
func (w *trackedWriter) FlushError() error {
	w.began.Store(true)
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// Unwrap lets [http.ResponseController] reach the connection.
func (w *trackedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// writeRPCError answers an HTTP request with a JSON-RPC error.
func writeRPCError(w http.ResponseWriter, status int, id any, code int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(rpcError(id, code, message))
}

func rpcError(id any, code int, message string) mcp.JSONRPCError {
	return mcp.JSONRPCError{
		JSONRPC: mcp.JSONRPC_VERSION,
		ID:      mcp.NewRequestId(id),
		Error:   mcp.JSONRPCErrorDetails{Code: code, Message: message},
	}
}
