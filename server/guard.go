package server

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"
)

// guard keeps hostile web pages away from a server that runs on somebody's own
// machine. There are two ways in for a page, and both are closed:
//
//   - It sends a request to the loopback address. The browser then names the
//     page's origin, and only origins that the operator listed may enter, plus
//     the server's own. A page on http://localhost:3000 is not trusted: what
//     listens on another port is another program, often a development server
//     that runs other people's code. "null" (a sandboxed frame, a file) is
//     nobody. Requests without an origin come from programs, not from pages;
//     except plain GETs of a page, which browsers mark with Sec-Fetch-Site.
//   - It points its own name at the loopback address (DNS rebinding). The
//     browser then takes the server for the page's own, and only the Host
//     header tells: it must be a loopback name or one that the operator listed.
//
// The same holds for every method and every path.
type guard struct {
	origins map[string]bool
	hosts   map[string]bool
}

// newGuard checks the operator's lists. Its errors name the bad entry.
func newGuard(origins, hosts []string) (guard, error) {
	g := guard{origins: map[string]bool{}, hosts: map[string]bool{}}
	for _, origin := range origins {
		u, err := url.Parse(origin)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || u.Scheme+"://"+u.Host != origin || strings.Contains(origin, "*") {
			return guard{}, fmt.Errorf("allowed origin %q: it must be like https://host or https://host:port, without path or wildcard", origin)
		}
		g.origins[strings.ToLower(origin)] = true
	}
	for _, host := range hosts {
		u, err := url.Parse("//" + host)
		if err != nil || u.Hostname() == "" || u.Host != host || strings.Contains(host, "*") {
			return guard{}, fmt.Errorf("allowed host %q: it must be a name or an address, with or without port, without wildcard", host)
		}
		g.hosts[strings.ToLower(host)] = true
	}
	return g, nil
}

// protect puts the guard in front of next.
func (g guard) protect(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !g.admitsHost(r.Host) {
			writeRPCError(w, http.StatusForbidden, nil, mcp.INVALID_REQUEST,
				"Forbidden: the Host header names no host of this server. The operator can allow it (allowed hosts).")
			return
		}
		origin, admitted := g.admitsOrigin(r)
		if !admitted {
			writeRPCError(w, http.StatusForbidden, nil, mcp.INVALID_REQUEST,
				"Forbidden: web pages of this origin may not use this server. The operator can allow it (allowed origins).")
			return
		}
		if origin != "" && g.answerCORS(w, r, origin) {
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (g guard) admitsHost(host string) bool {
	host = strings.ToLower(host)
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	return isLoopbackName(name) || g.hosts[host] || g.hosts[name]
}

// isLoopbackName reports whether a name can only mean this machine.
func isLoopbackName(name string) bool {
	if strings.EqualFold(name, "localhost") {
		return true
	}
	address, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(name, "["), "]"))
	return err == nil && address.Unmap().IsLoopback()
}

// admitsOrigin reports whether the page behind a request, if there is one, may
// make it. It returns the origin if it is on the operator's list.
func (g guard) admitsOrigin(r *http.Request) (listed string, ok bool) {
	values := r.Header.Values("Origin")
	switch {
	case len(values) > 1:
		return "", false
	case len(values) == 0:
		site := r.Header.Get("Sec-Fetch-Site")
		return "", site == "" || site == "none" || site == "same-origin"
	}
	origin := strings.ToLower(values[0])
	if g.origins[origin] {
		return origin, true
	}
	host := strings.ToLower(r.Host)
	return "", origin == "http://"+host || origin == "https://"+host
}

// answerCORS lets the pages of a listed origin read the answers, and answers
// the browser's question for leave. It reports whether the request is done.
func (g guard) answerCORS(w http.ResponseWriter, r *http.Request, origin string) bool {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", origin)
	h.Set("Access-Control-Expose-Headers", "Mcp-Session-Id, MCP-Protocol-Version")
	h.Add("Vary", "Origin")
	if r.Method != http.MethodOptions {
		return false
	}
	h.Set("Access-Control-Allow-Methods", "GET, POST, DELETE")
	h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, Accept, Last-Event-ID, Mcp-Session-Id, MCP-Protocol-Version, Mcp-Method, Mcp-Name")
	h.Set("Access-Control-Max-Age", "600")
	w.WriteHeader(http.StatusNoContent)
	return true
}
