package server

import (
	"net/http"
	"strings"
	"testing"
)

// doors are all the ways into the HTTP side.
func doors() map[string]func(a *rawHTTP, change ...func(*http.Request)) answered {
	return map[string]func(a *rawHTTP, change ...func(*http.Request)) answered{
		"POST /mcp": func(a *rawHTTP, change ...func(*http.Request)) answered {
			return a.do("POST", "/mcp", message(1, "initialize", hello(canNone)), change...)
		},
		"GET /mcp":    func(a *rawHTTP, change ...func(*http.Request)) answered { return a.do("GET", "/mcp", "", change...) },
		"DELETE /mcp": func(a *rawHTTP, change ...func(*http.Request)) answered { return a.do("DELETE", "/mcp", "", change...) },
		"OPTIONS /mcp": func(a *rawHTTP, change ...func(*http.Request)) answered {
			return a.do("OPTIONS", "/mcp", "", change...)
		},
		"POST /message": func(a *rawHTTP, change ...func(*http.Request)) answered {
			return a.do("POST", "/message", "{}", change...)
		},
		"GET /healthz": func(a *rawHTTP, change ...func(*http.Request)) answered {
			return a.do("GET", "/healthz", "", change...)
		},
		"GET /nothing": func(a *rawHTTP, change ...func(*http.Request)) answered {
			return a.do("GET", "/nothing", "", change...)
		},
	}
}

func TestHostilePagesStayOutside(t *testing.T) {
	w := newWorld(t)
	a := w.rawHTTP()
	hostile := map[string]func(*http.Request){
		"foreign origin":                 header("Origin", "http://evil.example"),
		"page on another port":           header("Origin", "http://localhost:3000"),
		"page on another loopback name":  header("Origin", strings.Replace(a.url, "127.0.0.1", "localhost", 1)),
		"sandboxed frame":                header("Origin", "null"),
		"look-alike":                     header("Origin", a.url+".evil.example"),
		"empty origin":                   header("Origin", ""),
		"image on a page":                header("Sec-Fetch-Site", "cross-site"),
		"page on another port, plain":    header("Sec-Fetch-Site", "same-site"),
		"rebound name":                   host("evil.example"),
		"rebound name with port":         host("evil.example:80"),
		"rebound name, fitting origin":   func(r *http.Request) { r.Host = "evil.example"; r.Header.Set("Origin", "http://evil.example") },
		"name with the address in front": host("127.0.0.1.evil.example"),
		"no address of this machine":     host("192.168.1.7"),
		"two origins": func(r *http.Request) {
			r.Header["Origin"] = []string{a.url, "http://evil.example"}
		},
	}
	for door, knock := range doors() {
		for name, change := range hostile {
			got := knock(a, change)
			wantStatus(t, door+", "+name, got, http.StatusForbidden)
			if got.last().Error == nil || !strings.HasPrefix(got.last().Error.Message, "Forbidden") {
				t.Errorf("%s, %s: %s", door, name, got.body)
			}
		}
	}
	wantStatus(t, "GET /sse", a.do("GET", "/sse", "", hostile["image on a page"]), http.StatusForbidden)
}

func TestProgramsAndOwnPagesComeIn(t *testing.T) {
	w := newWorld(t)
	a := w.rawHTTP()
	port := a.url[strings.LastIndex(a.url, ":"):]
	for name, change := range map[string]func(*http.Request){
		"a program":       func(*http.Request) {},
		"own origin":      header("Origin", a.url),
		"localhost":       func(r *http.Request) { r.Host = "localhost" + port; r.Header.Set("Origin", "http://LOCALHOST"+port) },
		"IPv6":            host("[::1]" + port),
		"IPv6, bare":      host("[::1]"),
		"address bar":     header("Sec-Fetch-Site", "none"),
		"forwarded port":  host("localhost:1"),
		"other 127/8":     host("127.1.2.3"),
		"mapped loopback": host("[::ffff:127.0.0.1]:80"),
	} {
		got := doors()["POST /mcp"](a, change)
		wantStatus(t, name, got, http.StatusOK)
		if got.header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: %v", name, got.header)
		}
	}
	wantStatus(t, "healthz", doors()["GET /healthz"](a), http.StatusOK)
}

func TestTheOperatorsListsOpenTheDoor(t *testing.T) {
	w := newWorld(t, func(s *setup) {
		s.options.AllowedOrigins = []string{"https://app.example:8443"}
		s.options.AllowedHosts = []string{"mcp.example", "other.example:8080"}
	})
	a := w.rawHTTP()
	post := doors()["POST /mcp"]
	for name, status := range map[string]int{"mcp.example": 200, "MCP.example:99": 200, "other.example:8080": 200, "other.example": 403, "x.mcp.example": 403} {
		wantStatus(t, name, post(a, host(name)), status)
	}
	page := header("Origin", "https://app.example:8443")
	got := post(a, page)
	wantStatus(t, "listed origin", got, 200)
	if got.header.Get("Access-Control-Allow-Origin") != "https://app.example:8443" || got.header.Get("Vary") != "Origin" ||
		!strings.Contains(got.header.Get("Access-Control-Expose-Headers"), "Mcp-Session-Id") {
		t.Errorf("%v", got.header)
	}
	got = a.do("OPTIONS", "/mcp", "", page, header("Access-Control-Request-Method", "POST"))
	wantStatus(t, "preflight", got, http.StatusNoContent)
	mustContain(t, got.header.Get("Access-Control-Allow-Headers"), "Content-Type", "Mcp-Session-Id", "MCP-Protocol-Version", "Mcp-Method", "Mcp-Name")
	mustContain(t, got.header.Get("Access-Control-Allow-Methods"), "POST", "GET", "DELETE")
	wantStatus(t, "another scheme", post(a, header("Origin", "http://app.example:8443")), 403)
	wantStatus(t, "another port", post(a, header("Origin", "https://app.example")), 403)
}

func TestBadListsAreRefused(t *testing.T) {
	catalogue := newWorld(t).server.o.Catalogue
	for _, origin := range []string{"*", "null", "app.example", "https://app.example/", "https://*", "ftp://app.example", "https://a@b", ""} {
		if _, err := New(Options{Catalogue: catalogue, AllowedOrigins: []string{origin}}); err == nil {
			t.Errorf("origin %q was accepted", origin)
		}
	}
	for _, name := range []string{"*", "*.example", "http://app.example", "a/b", "", "a b"} {
		if _, err := New(Options{Catalogue: catalogue, AllowedHosts: []string{name}}); err == nil {
			t.Errorf("host %q was accepted", name)
		}
	}
	if _, err := New(Options{}); err == nil {
		t.Error("a server without a catalogue")
	}
	if _, err := New(Options{Catalogue: catalogue, LegacyWait: -1}); err == nil {
		t.Error("a negative time")
	}
}
