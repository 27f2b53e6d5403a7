package apiclient

import (
	"net/http"
	"strings"
	"testing"

	"github.com/mcp-mighty/mcp-mighty/config"
)

func TestNewChecksTheAddress(t *testing.T) {
	for _, tt := range []struct {
		base string
		want string // "" accepts; otherwise a part of the error
	}{
		{"", ""},
		{"https://api.mn.co", ""},
		{"https://api.mn.co/", ""},
		{"HTTPS://API.mn.co:8443", ""},
		{"http://127.0.0.1:8080", ""},
		{"http://127.9.9.9", ""},
		{"http://[::1]:8080", ""},
		{"http://localhost:8080", ""},
		{"http://api.mn.co", "plain http"},
		{"http://localhost.example.com", "plain http"},
		{"http://10.0.0.1", "plain http"},
		{"http://0.0.0.0", "plain http"},
		{"ftp://api.mn.co", "https://"},
		{"api.mn.co", "https://"},
		{"https://", "host"},
		{"https://:443", "host"},
		{"https://api.mn.co:0", "port"},
		{"https://api.mn.co:", "port"},
		{"https://api.mn.co:70000", "port"},
		{"https://api.mn.co:x", "URL"},
		{"https://ada:hunter2@api.mn.co", "user name"},
		{"https://api.mn.co/admin/v1", "path"},
		{"https://api.mn.co?x=1", "path"},
		{"https://api.mn.co?", "path"},
		{"https://api.mn.co#x", "path"},
		{"https://api.mn.co#", "path"},
	} {
		_, err := New(Options{BaseURL: tt.base, Network: "1", Token: config.NewSecret(testToken)})
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("%q: refused: %v", tt.base, err)
		case tt.want != "" && err == nil:
			t.Errorf("%q: accepted", tt.base)
		case tt.want != "" && !strings.Contains(err.Error(), tt.want):
			t.Errorf("%q: error %q does not speak of %q", tt.base, err, tt.want)
		case err != nil && strings.Contains(err.Error(), "hunter2"):
			t.Errorf("%q: the error repeats the password: %v", tt.base, err)
		}
	}
}

func TestNewChecksTheNetwork(t *testing.T) {
	for ref, accept := range map[string]bool{
		"1": true, "18446744073709551615": true, "paint-pals": true, "p2": true,
		"": false, "0": false, "01": false, "-1": false, "18446744073709551616": false,
		"p": false, "Paint": false, "2pals": false, "paint_pals": false, "paint/pals": false,
		"https://paint-pals.mn.co": false, "..": false, "paint-pals\n": false,
	} {
		_, err := New(Options{Network: ref, Token: config.NewSecret(testToken)})
		if (err == nil) != accept {
			t.Errorf("network %q: error %v, want accepted %v", ref, err, accept)
		}
	}
}

func TestNewChecksTheRest(t *testing.T) {
	valid := Options{Network: "1", Token: config.NewSecret(testToken)}
	for name, change := range map[string]func(*Options){
		"no key":             func(o *Options) { o.Token = config.Secret{} },
		"key with a break":   func(o *Options) { o.Token = config.NewSecret("mn_12\r\nX-Evil: 1") },
		"key with a space":   func(o *Options) { o.Token = config.NewSecret("mn_12 34") },
		"version with break": func(o *Options) { o.Version = "1\r\nX: y" },
		"negative body":      func(o *Options) { o.MaxBody = -1 },
		"negative timeout":   func(o *Options) { o.Timeout = -1 },
		"negative pages":     func(o *Options) { o.MaxPages = -1 },
		"negative tries":     func(o *Options) { o.Retry.Tries = -1 },
		"ratio above one":    func(o *Options) { o.Breaker.Ratio = 1.5 },
	} {
		opts := valid
		change(&opts)
		if _, err := New(opts); err == nil {
			t.Errorf("%s: accepted", name)
		} else if strings.Contains(err.Error(), "mn_12") {
			t.Errorf("%s: the error contains the key: %v", name, err)
		}
	}
}

func TestRequestSaysWhoIsAsking(t *testing.T) {
	var got http.Header
	var path string
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got, path = r.Header.Clone(), r.RequestURI
		replyJSON(200, `{"id":7}`)(w, r)
	})
	c := newClient(t, server.URL, func(o *Options) { o.Network = "paint-pals" })
	if _, err := c.Members().Get(t.Context(), 7); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"User-Agent":    "mcp-mighty/1.2.3",
		"Authorization": "Bearer " + testToken,
		"Accept":        "application/json",
	} {
		if got.Get(name) != want {
			t.Errorf("%s: got %q, want %q", name, got.Get(name), want)
		}
	}
	if path != "/admin/v1/networks/paint-pals/members/7/" {
		t.Errorf("path %s", path)
	}
	if c.NetworkRef() != "paint-pals" {
		t.Errorf("NetworkRef %s", c.NetworkRef())
	}
}

func TestVersionDefaultsToDev(t *testing.T) {
	var agent string
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		agent = r.UserAgent()
		replyJSON(200, `{"id":1}`)(w, r)
	})
	c := newClient(t, server.URL, func(o *Options) { o.Version = "" })
	if _, err := c.Networks().Get(t.Context()); err != nil {
		t.Fatal(err)
	}
	if agent != "mcp-mighty/dev" {
		t.Errorf("User-Agent %q", agent)
	}
}

func TestConnectionsAreReused(t *testing.T) {
	statuses := []int{200, 404, 500, 204, 200}
	var seen = map[string]bool{}
	var calls int
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen[r.RemoteAddr] = true
		status := statuses[calls]
		calls++
		if status == 204 {
			w.WriteHeader(status)
			return
		}
		replyJSON(status, `{"id":1,"error":"`+strings.Repeat("x", 20_000)+`"}`)(w, r)
	})
	c := newClient(t, server.URL, func(o *Options) { o.Retry.Tries = 1 })
	for range statuses {
		_, _ = c.Members().Get(t.Context(), 1)
	}
	if len(seen) != 1 {
		t.Errorf("%d calls used %d connections", calls, len(seen))
	}
}
