package config_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/mcp-mighty/mcp-mighty/config"
)

// A mistake names the setting, where it was made and what would be right.
func TestInvalid(t *testing.T) {
	tests := []struct {
		name, file string
		env        env
		parts      []string
	}{
		{"mode", "mode: fast", nil, []string{"mode", "config.yaml:1", `"fast"`, "read-only, preview, live"}},
		{"mode, nearly", "", env{"MIGHTY_MODE": "Live"}, []string{"mode", "MIGHTY_MODE", "did you mean live?"}},
		{"mode as a list", "mode: [live]", nil, []string{"mode", "not a list"}},
		{"level", "log:\n  level: loud", nil, []string{"log.level", "config.yaml:2", "debug, info, warn, error"}},
		{"toolset", "toolsets: [members, 'Two words']", nil, []string{"toolsets", `"Two words"`, "list_members"}},
		{"tool", "", env{"MIGHTY_TOOLS": "a,b*"}, []string{"tools", "MIGHTY_TOOLS", `"b*"`}},
		{"list in a list", "toolsets: [[a]]", nil, []string{"toolsets", "one list"}},
		{"mapping", "toolsets: {a: b}", nil, []string{"toolsets", "a list is wanted"}},
		{"anchor", "mode: &m live", nil, []string{"mode", "anchors"}},
		{"merge", "log: {<<: {level: info}}", nil, []string{"log", "plain word"}},
		{"state directory", "state_dir: state", nil, []string{"state_dir", "absolute"}},
		{"address", "http: {addr: localhost}", nil, []string{"http.addr", `"localhost"`, "127.0.0.1:8765"}},
		{"port", "", env{"MIGHTY_HTTP_ADDR": "127.0.0.1:99999"}, []string{"http.addr", "MIGHTY_HTTP_ADDR"}},
		{"port by name", "", env{"MIGHTY_HTTP_ADDR": "127.0.0.1:http"}, []string{"http.addr"}},
		{"URL for an address", "", env{"MIGHTY_HTTP_ADDR": "http://127.0.0.1:80"}, []string{"http.addr"}},
		{"origin with a path", "http: {allowed_origins: [https://a.example/]}", nil, []string{"http.allowed_origins", "without path"}},
		{"origin with a wildcard", "http: {allowed_origins: ['https://*.example']}", nil, []string{"http.allowed_origins", "wildcard"}},
		{"origin without a scheme", "http: {allowed_origins: [a.example]}", nil, []string{"http.allowed_origins"}},
		{"null origin", "http: {allowed_origins: ['null']}", nil, []string{"http.allowed_origins"}},
		{"host with a scheme", "http: {allowed_hosts: [https://a.example]}", nil, []string{"http.allowed_hosts"}},
		{"proxy, maybe", "http: {behind_proxy: maybe}", nil, []string{"http.behind_proxy", "true", "false"}},
		{"host with a wildcard", "http: {allowed_hosts: ['*']}", nil, []string{"http.allowed_hosts"}},
		{"body", "http: {max_body: 1GiB}", nil, []string{"http.max_body", `"1GiB"`, "64MiB"}},
		{"small body", "http: {max_body: 10}", nil, []string{"http.max_body", "16KiB"}},
		{"endless body", "http: {max_body: 99999999999999999999}", nil, []string{"http.max_body"}},
		{"negative body", "http: {max_body: -5}", nil, []string{"http.max_body"}},
		{"duration without a unit", "approval: {timeout: 5}", nil, []string{"approval.timeout", `"5"`, "5m", "10s to 24h"}},
		{"duration out of range", "", env{"MIGHTY_APPROVAL_TIMEOUT": "1s"}, []string{"approval.timeout", "MIGHTY_APPROVAL_TIMEOUT", "out of range", "10s to 24h"}},
		{"long wait", "approval: {legacy_wait: 2h}", nil, []string{"approval.legacy_wait", "1h"}},
		{"idle", "http: {session_idle: 0s}", nil, []string{"http.session_idle"}},
		{"try", "timeouts: {try: -5s}", nil, []string{"timeouts.try"}},
		{"id", "protected: {ids: [0]}", nil, []string{"protected.ids", `"0"`}},
		{"fraction", "protected: {ids: [1.5]}", nil, []string{"protected.ids", `"1.5"`}},
		{"large id", "protected: {ids: [18446744073709551616]}", nil, []string{"protected.ids", "too large"}},
		{"e-mail", "protected: {emails: [ada]}", nil, []string{"protected.emails", `"ada"`}},
		{"profile name", "network: 'a b'", nil, []string{"network", "harbour"}},
		{"group as a value", "http: 127.0.0.1:8765", nil, []string{"http", "config.yaml:1", "mapping"}},
		{"networks as a list", "networks: [a]", nil, []string{"networks", "mapping"}},
		{"long value", "mode: " + strings.Repeat("x ", 500), nil, []string{"x …"}},
		{"value with escapes", "mode: \"a\\e[31mb\"", nil, []string{`"a?[31mb"`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			wantProblem(t, loadError(t, tt.file, tt.env), config.Invalid, tt.parts...)
		})
	}
}

func TestInvalidFlag(t *testing.T) {
	o := options(t, "", env{})
	o.Flags.Mode = ptr("fast")
	_, err := config.Load(o)
	wantProblem(t, err, config.Invalid, "mode (--mode)", `"fast"`)
}

func TestUnknownKeys(t *testing.T) {
	tests := []struct {
		name, file string
		parts      []string
	}{
		{"top", "mode: live\ntolsets: [a]", []string{"config.yaml:2", `"tolsets"`, "did you mean toolsets?", "network, networks, mode, toolsets, tools, exclude_tools, state_dir, http, approval, log, protected, timeouts"}},
		{"group", "http:\n  addr: :1\n  port: 2", []string{"config.yaml:3", `"port"`, "under http", "addr, allowed_origins, allowed_hosts, behind_proxy, max_body, session_idle"}},
		{"dotted", "http.addr: :1", []string{"config.yaml:1", `"http.addr"`}},
		{"network", "networks:\n  a:\n    id: 1\n    key: {env: X}", []string{"config.yaml:4", `"key"`, "under networks.a", "id, token, api_url"}},
		{"token", "networks:\n  a:\n    id: 1\n    token:\n      variable: X", []string{"config.yaml:5", "networks.a.token", "{env: VARIABLE}"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			wantProblem(t, loadError(t, tt.file, env{}), config.Unknown, tt.parts...)
		})
	}
}

func TestBadYAML(t *testing.T) {
	tests := []struct {
		name, file string
		parts      []string
	}{
		{"syntax", "mode: live\nhttp: [", []string{"config.yaml:2", "not valid YAML"}},
		{"tab", "http:\n\taddr: x", []string{"config.yaml:", "not valid YAML"}},
		{"twice", "mode: live\nmode: preview", []string{"config.yaml:2", `"mode" is there twice`}},
		{"two documents", "mode: live\n---\nmode: preview", []string{"config.yaml:3", "second document"}},
		{"a key beside the mistake", "networks:\n  a: {id: 1, token: " + key + "\nmode: [", nil},
		{"a key as a key", "? [" + key + "\n: 2", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			wantProblem(t, loadError(t, tt.file, env{}), config.BadFile, tt.parts...)
		})
	}
	for _, text := range []string{"# nothing\n", "---\n", "---\n# x\n...\n", "null", "mode:\nhttp:\n  addr:\n"} {
		if c := load(t, text, env{}); c.Mode != config.ReadOnly || c.HTTP.Addr != "" {
			t.Errorf("%q: %+v", text, c)
		}
	}
	if err := loadError(t, "just words", env{}); !strings.Contains(err.Error(), "mapping") {
		t.Errorf("a scalar: %v", err)
	}
}

// All mistakes come at once, each a line of its own in Problems, all in one
// line as an error.
func TestManyProblems(t *testing.T) {
	err := loadError(t, "mode: fast\nfoo: 1\nlog: {level: loud}", env{"MIGHTY_TOOLS": "a b"})
	var e *config.Error
	if !errors.As(err, &e) || len(e.Problems) != 4 {
		t.Fatalf("%v", err)
	}
	if !e.Has(config.Invalid) || !e.Has(config.Unknown) || e.Has(config.NoToken) {
		t.Errorf("kinds: %+v", e.Problems)
	}
	if strings.Contains(err.Error(), "\n") || strings.Count(err.Error(), "; ") < 3 {
		t.Errorf("%q", err)
	}
}

func FuzzFile(f *testing.F) {
	for _, s := range []string{example, "", "mode: live", "networks: {a: {id: 1, token: {env: X}}}", "a: &x [1]\nb: *x", "<<: {mode: live}", "? a\n: b", "!!str mode: live", "mode: |\n  live\n", "[", "{a: b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := config.Load(options(t, s, env{}))
		if err == nil && c == nil || err != nil && (c != nil || strings.ContainsAny(err.Error(), "\n\r\x1b")) {
			t.Errorf("Load(%q) = %v, %q", s, c, err)
		}
	})
}
