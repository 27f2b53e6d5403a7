package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const callersFile = `callers:
  maria:
    role: moderator
    token: {env: MARIA_TOKEN}
`

// configured writes a configuration file and returns its path.
func configured(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestCallersNeedTheirToken(t *testing.T) {
	const token = "marias-token-4711-abcdef"
	config := configured(t, callersFile)
	p := start(t, isolated(t, "MARIA_TOKEN="+token), "serve", "--sandbox", "--http", "127.0.0.1:0", "--config", config)
	url := p.url()
	hello := func(authorization string) int {
		body := strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"e2e","version":"1"}}}`)
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/mcp", body)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Accept", "application/json, text/event-stream")
		if authorization != "" {
			request.Header.Set("Authorization", authorization)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		return response.StatusCode
	}
	for authorization, want := range map[string]int{"": 401, "Bearer not-the-token-of-maria": 401, "Bearer " + token: 200} {
		if got := hello(authorization); got != want {
			t.Errorf("%q: %d, want %d", authorization, got, want)
		}
	}
	if strings.Contains(p.stderr.String(), token) {
		t.Errorf("the token is in the log: %s", p.stderr)
	}
}

func TestServeRefusesToLetEverybodyIn(t *testing.T) {
	config := configured(t, callersFile)
	for name, c := range map[string]struct {
		env  []string
		args []string
		says string
	}{
		"a token that is not there":           {nil, []string{"--http", "127.0.0.1:0", "--config", config}, "MARIA_TOKEN"},
		"a token that can be guessed":         {[]string{"MARIA_TOKEN=maria"}, []string{"--http", "127.0.0.1:0", "--config", config}, "too short"},
		"all addresses":                       {nil, []string{"--http", "0.0.0.0:0"}, "loopback"},
		"all addresses, callers, but no TLS":  {[]string{"MARIA_TOKEN=marias-token-4711-abcdef"}, []string{"--http", "0.0.0.0:0", "--config", config}, "http.behind_proxy"},
		"all addresses, proxy, but no caller": {[]string{"MIGHTY_HTTP_BEHIND_PROXY=true"}, []string{"--http", "0.0.0.0:0"}, "callers"},
	} {
		got := run(t, isolated(t, c.env...), "", append([]string{"serve", "--sandbox"}, c.args...)...)
		if got.code != 2 || !strings.Contains(got.stderr, c.says) {
			t.Errorf("%s: exit %d, %s", name, got.code, got.stderr)
		}
	}
}
