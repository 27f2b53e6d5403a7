package server

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"
)

// incoming is what the HTTP side must know of a message before mcp-go reads
// it. It is decoded exactly as mcp-go does, so that the two never disagree on
// what a message is.
type incoming struct {
	ID     any
	Method string
	// Modern is what mcp-go goes by on HTTP: the message or the header names
	// a version without sessions.
	Modern bool
}

func readIncoming(header http.Header, body []byte) incoming {
	var base struct {
		ID     any    `json:"id,omitempty"`
		Method string `json:"method"`
	}
	var meta struct {
		Params struct {
			Meta *mcp.Meta `json:"_meta"`
		} `json:"params"`
	}
	in := incoming{Modern: isModern(header)}
	if json.Unmarshal(body, &base) == nil {
		in.ID, in.Method = base.ID, base.Method
	}
	if json.Unmarshal(body, &meta) == nil {
		in.Modern = in.Modern || mcp.IsModernProtocol(meta.Params.Meta.ProtocolVersion())
	}
	return in
}

func isModern(header http.Header) bool {
	return mcp.IsModernProtocol(header.Get(mcp.HeaderProtocolVersion))
}

// postMCP takes one message on Streamable HTTP.
func (h *web) postMCP(w http.ResponseWriter, r *http.Request) {
	body, ok := h.server.readBody(w, r)
	if !ok {
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	in := readIncoming(r.Header, body)
	id := r.Header.Get(mcpserver.HeaderKeySessionID)
	arrived := arrivalOf(r.Context())
	arrived.open = h.stopping

	switch {
	case in.Modern && in.ID == nil && in.Method == string(mcp.MethodNotificationCancelled):
		// Modern requests have no session, and mcp-go finds the call to cancel
		// by session and request id: anybody could cancel anybody's calls. The
		// modern era defines no notification from client to server over HTTP;
		// a client cancels by closing its connection.
		w.WriteHeader(http.StatusAccepted)
		return
	case in.Modern:
	case in.Method == string(mcp.MethodInitialize):
		if h.sessions.full() {
			w.Header().Set("Retry-After", "60")
			writeRPCError(w, http.StatusServiceUnavailable, in.ID, mcp.INTERNAL_ERROR, "There are too many sessions. End some, or wait until idle ones have ended.")
			return
		}
		// mcp-go makes the session known only after it has written the answer.
		// A client must not be able to act on the answer before.
		held := &heldWriter{ResponseWriter: w}
		defer held.release()
		w = held
	case id == "":
		writeRPCError(w, http.StatusBadRequest, in.ID, mcp.INVALID_REQUEST, "The Mcp-Session-Id header is missing. Send initialize first, and its Mcp-Session-Id with every message after it.")
		return
	default:
		if open, living := h.sessions.open(id, arrived.principal); living {
			arrived.open = open
		} // mcp-go answers 404 otherwise
	}

	ctx := r.Context()
	if in.Method == string(mcp.MethodSubscriptionsListen) {
		// A stream that only listens does not hold up the server's end.
		var cancel context.CancelFunc
		ctx, cancel = until(ctx, h.stopping)
		defer cancel()
	}
	h.streamable.ServeHTTP(w, r.WithContext(withArrival(ctx, arrived)))
}

// getMCP opens the stream on which a session of the handshake era listens.
func (h *web) getMCP(w http.ResponseWriter, r *http.Request) {
	if isModern(r.Header) {
		h.streamable.ServeHTTP(w, r) // 405; the era has no such stream
		return
	}
	id := r.Header.Get(mcpserver.HeaderKeySessionID)
	if id == "" {
		writeRPCError(w, http.StatusBadRequest, nil, mcp.INVALID_REQUEST, "The Mcp-Session-Id header is missing. Send initialize first.")
		return
	}
	// mcp-go opens a stream, and with it a session, for any id at all.
	open, living := h.sessions.open(id, arrivalOf(r.Context()).principal)
	if !living {
		writeNoSession(w)
		return
	}
	ctx, cancel := until(r.Context(), open)
	defer cancel()
	w.Header().Set("X-Accel-Buffering", "no")
	h.streamable.ServeHTTP(w, r.WithContext(ctx))
}

// deleteMCP ends a session of the caller's.
func (h *web) deleteMCP(w http.ResponseWriter, r *http.Request) {
	if !isModern(r.Header) { // 405 otherwise; the era has no sessions
		_, living := h.sessions.open(r.Header.Get(mcpserver.HeaderKeySessionID), arrivalOf(r.Context()).principal)
		if !living {
			writeNoSession(w)
			return
		}
	}
	h.streamable.ServeHTTP(w, r)
}

// writeNoSession answers for a session that never was, has ended, or is
// somebody else's.
func writeNoSession(w http.ResponseWriter) {
	writeRPCError(w, http.StatusNotFound, nil, mcp.INVALID_REQUEST, "There is no such session. Send initialize to begin one.")
}

// heldWriter keeps a response back until it is released. It does not stream.
type heldWriter struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

// WriteHeader implements [http.ResponseWriter].
func (w *heldWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

// Write implements [http.ResponseWriter].
func (w *heldWriter) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

func (w *heldWriter) release() {
	if w.status != 0 {
		w.ResponseWriter.WriteHeader(w.status)
		_, _ = w.ResponseWriter.Write(w.body.Bytes())
	}
}
