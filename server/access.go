package server

import (
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/mark3labs/mcp-go/mcp"

	"github.com/mcp-mighty/mcp-mighty/config"
)

// signIn lets only callers through to next, and says on the way who it is.
// Without callers everybody is let through, as whoever uses this machine.
//
// Nothing behind it gets to see the token.
func (h *web) signIn(next http.Handler) http.Handler {
	find := h.server.o.Callers
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		as := arrival{principal: localPrincipal(r.URL.Path), role: config.LocalRole}
		if find != nil {
			caller, ok := h.callerOf(w, r)
			if !ok {
				return
			}
			as = arrival{principal: caller.Name, role: caller.Role}
		}
		inside := r.WithContext(withArrival(r.Context(), as))
		inside.Header = r.Header.Clone()
		inside.Header.Del("Authorization")
		next.ServeHTTP(w, inside)
	})
}

// callerOf finds whose token a request carries. If it is nobody's, it answers
// the request and returns false.
func (h *web) callerOf(w http.ResponseWriter, r *http.Request) (config.Caller, bool) {
	refuse := func(status int, challenge, text string) (config.Caller, bool) {
		w.Header().Set("WWW-Authenticate", challenge)
		writeRPCError(w, status, nil, mcp.INVALID_REQUEST, text)
		return config.Caller{}, false
	}
	const realm = `Bearer realm="mcp-mighty"`
	token, ok := bearer(r.Header)
	if !ok {
		return refuse(http.StatusUnauthorized, realm,
			"This server is for callers that its operator knows. Send your token with every request, as Authorization: Bearer TOKEN. Nothing was done.")
	}
	caller, known := h.server.o.Callers(token)
	from := h.tokens.address(r)
	wait, began := h.tokens.try(from, token, known)
	if began {
		h.server.o.Logger.Warn("too many wrong tokens came from one address; it has to wait", slog.String("address", from.String()))
	}
	switch {
	case wait > 0:
		w.Header().Set("Retry-After", seconds(wait))
		return refuse(http.StatusTooManyRequests, realm,
			"Too many wrong tokens came from this address. Wait "+seconds(wait)+" s, then send the right one. Nothing was done.")
	case !known:
		return refuse(http.StatusUnauthorized, realm+`, error="invalid_token"`,
			"This token is not a caller's. Ask the operator of this server for yours. Nothing was done.")
	}
	return caller, true
}

// bearer returns the token of a request that has exactly one.
func bearer(h http.Header) (string, bool) {
	values := h.Values("Authorization")
	if len(values) != 1 {
		return "", false
	}
	scheme, token, _ := strings.Cut(values[0], " ")
	token = strings.TrimSpace(token)
	return token, strings.EqualFold(scheme, "Bearer") && token != ""
}

// localPrincipal names whoever needs no token, by the way they came in.
func localPrincipal(path string) string {
	if path == "/sse" || path == "/message" {
		return principalSSE
	}
	return principalHTTP
}

// seconds writes a duration as HTTP does, rounded up.
func seconds(d time.Duration) string { return strconv.Itoa(int(math.Ceil(d.Seconds()))) }
