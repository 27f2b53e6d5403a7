package config_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mcp-mighty/mcp-mighty/config"
)

// workspaceKey is a key as the second API has them.
const workspaceKey = "sk_live_0123456789abcdefXYZ"

func TestWorkspaceIsOffUnlessConfigured(t *testing.T) {
	c := load(t, "", env{})
	if c.Workspace.On() || c.Workspace.APIURL != config.DefaultWorkspaceURL || c.Workspace.TokenSource() != "" {
		t.Errorf("%+v", c.Workspace)
	}
	// An address alone opens nothing.
	if c := load(t, "workspace: {api_url: https://a.example}", env{}); c.Workspace.On() {
		t.Error("on without a key")
	}
	if _, err := c.Workspace.ResolveToken(t.Context()); err == nil {
		t.Error("a key out of nothing")
	}
}

func TestWorkspaceToken(t *testing.T) {
	e := env{"W": ` "Bearer ` + workspaceKey + `" `}
	o := options(t, "workspace:\n  token: {env: W}\n", e)
	check := func(source, at string) {
		t.Helper()
		c := mustLoad(t, o)
		secret, err := c.Workspace.ResolveToken(t.Context())
		if err != nil || secret.Reveal() != workspaceKey || !c.Workspace.On() || c.Workspace.TokenSource() != source || !strings.HasSuffix(c.Source("workspace.token"), at) {
			t.Errorf("%v, on %v, from %q (%s)", err, c.Workspace.On(), c.Workspace.TokenSource(), c.Source("workspace.token"))
		}
		printed, _ := json.Marshal(c)
		if text := string(printed) + fmt.Sprintf("%+v", *c); strings.Contains(text, workspaceKey[8:]) {
			t.Error("the key is printed with the settings")
		}
	}
	check("environment variable W", "config.yaml:2")
	path := write(t, filepath.Join(filepath.Dir(o.Path), "w.key"), workspaceKey+"\n", 0o600)
	e["MIGHTY_WORKSPACE_TOKEN_FILE"] = path
	check("file "+path, "MIGHTY_WORKSPACE_TOKEN_FILE")
	delete(e, "MIGHTY_WORKSPACE_TOKEN_FILE")
	e["MIGHTY_WORKSPACE_TOKEN"] = workspaceKey
	check("environment variable MIGHTY_WORKSPACE_TOKEN", "MIGHTY_WORKSPACE_TOKEN")

	e["MIGHTY_WORKSPACE_TOKEN_FILE"] = path
	_, err := config.Load(o)
	wantProblem(t, err, config.Invalid, "workspace.token", "both are set")

	delete(e, "MIGHTY_WORKSPACE_TOKEN_FILE")
	delete(e, "MIGHTY_WORKSPACE_TOKEN")
	delete(e, "W")
	_, err = mustLoad(t, o).Workspace.ResolveToken(t.Context())
	wantProblem(t, err, config.NoToken, "workspace.token", "config.yaml:2", "W is not set")
	e["W"] = "two words"
	_, err = mustLoad(t, o).Workspace.ResolveToken(t.Context())
	wantProblem(t, err, config.NoToken, "workspace.token", "white space")
	// Its key is no network's, and the other way round.
	delete(e, "W")
	e["MIGHTY_API_TOKEN"] = key
	if _, err := mustLoad(t, o).Workspace.ResolveToken(t.Context()); err == nil {
		t.Error("the network's key opens the workspace")
	}
}

func TestWorkspaceMistakes(t *testing.T) {
	for file, parts := range map[string][]string{
		"workspace: x":                                     {"workspace", "mapping"},
		"workspace:\n  key: {env: X}":                      {"config.yaml:2", "under workspace", "api_url, token"},
		"workspace:\n  token: {variable: X}":               {"workspace.token", "{env: VARIABLE}"},
		"workspace:\n  token: " + workspaceKey:             {"workspace.token", "never in this file"},
		"workspace:\n  token: {env: " + workspaceKey + "}": {"workspace.token.env", "looks like a key"},
		"wrkspace: {}":                                     {"did you mean workspace?"},
	} {
		err := loadError(t, file, env{})
		for _, part := range parts {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: %v does not mention %q", file, err, part)
			}
		}
		if strings.Contains(err.Error(), workspaceKey[8:]) {
			t.Errorf("the key is shown: %v", err)
		}
	}
}

func TestWorkspaceURL(t *testing.T) {
	for address, want := range map[string]string{
		"https://api.admin.io":       "https://api.admin.io",
		"https://API.admin.io/v3":    "https://api.admin.io",
		"https://api.admin.io:8/v3/": "https://api.admin.io:8",
		"http://127.0.0.1:1/v3":      "http://127.0.0.1:1",
	} {
		if c := load(t, "workspace: {api_url: '"+address+"'}", env{}); c.Workspace.APIURL != want {
			t.Errorf("%s from the file: %q", address, c.Workspace.APIURL)
		}
		c := load(t, "workspace: {api_url: 'https://other.example'}", env{"MIGHTY_WORKSPACE_API_URL": address, "MIGHTY_API_URL": "https://net.example"})
		if c.Workspace.APIURL != want || c.Source("workspace.api_url") != "MIGHTY_WORKSPACE_API_URL" {
			t.Errorf("%s from the environment: %q (%s)", address, c.Workspace.APIURL, c.Source("workspace.api_url"))
		}
	}
	for _, address := range []string{"http://api.admin.io/v3", "https://api.admin.io/v2", "https://api.admin.io/v3/users", "/v3", "https://u:hunter2@api.admin.io/v3"} {
		err := loadError(t, "", env{"MIGHTY_WORKSPACE_API_URL": address})
		wantProblem(t, err, config.Invalid, "workspace.api_url", "MIGHTY_WORKSPACE_API_URL")
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the password is shown: %v", err)
		}
	}
}

func TestTheExampleExplainsTheWorkspace(t *testing.T) {
	for _, name := range []string{"MIGHTY_WORKSPACE_API_URL\n", "MIGHTY_WORKSPACE_TOKEN,", "MIGHTY_WORKSPACE_TOKEN_FILE", "api_url: " + config.DefaultWorkspaceURL} {
		if !strings.Contains(example, name) {
			t.Errorf("example.yaml does not mention %q", name)
		}
	}
}
