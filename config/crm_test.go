package config_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mcp-mighty/mcp-mighty/config"
)

func TestCRMAndExportAreOffUnlessConfigured(t *testing.T) {
	c := load(t, "", env{})
	if c.Export.Dir != "" || c.CRM.URL != "" || c.CRM.Fields != nil || c.CRM.Pace != config.DefaultCRMPace {
		t.Errorf("export %+v, crm %+v", c.Export, c.CRM)
	}
	if secret, err := c.CRM.ResolveToken(t.Context()); err != nil || !secret.IsZero() {
		t.Errorf("a CRM without a token: %v", err)
	}
}

func TestCRMToken(t *testing.T) {
	const token = "crm-token-1234567890"
	e := env{"C": token, "MIGHTY_CRM_TOKEN": ""}
	o := options(t, "crm:\n  url: https://crm.example\n  token: {env: C}\n", e)
	check := func(at string) {
		t.Helper()
		c := mustLoad(t, o)
		secret, err := c.CRM.ResolveToken(t.Context())
		if err != nil || secret.Reveal() != token || !strings.HasSuffix(c.Source("crm.token"), at) {
			t.Errorf("%v, from %s", err, c.Source("crm.token"))
		}
		if text := asJSON(t, c) + fmt.Sprintf("%+v", *c); strings.Contains(text, token) {
			t.Error("the token is printed with the settings")
		}
	}
	check("config.yaml:3")
	path := write(t, filepath.Join(filepath.Dir(o.Path), "crm.key"), token+"\n", 0o600)
	e["MIGHTY_CRM_TOKEN_FILE"] = path
	delete(e, "C")
	check("MIGHTY_CRM_TOKEN_FILE")
	delete(e, "MIGHTY_CRM_TOKEN_FILE")
	e["MIGHTY_CRM_TOKEN"] = token
	check("MIGHTY_CRM_TOKEN")
	e["MIGHTY_CRM_TOKEN_FILE"] = path
	_, err := config.Load(o)
	wantProblem(t, err, config.Invalid, "crm.token", "both are set")
	delete(e, "MIGHTY_CRM_TOKEN_FILE")
	delete(e, "MIGHTY_CRM_TOKEN")
	_, err = mustLoad(t, o).CRM.ResolveToken(t.Context())
	wantProblem(t, err, config.NoToken, "crm.token", "C is not set")
	wantProblem(t, loadError(t, "crm: {token: '"+key+"'}", env{}), config.Invalid, "crm.token", "never in this file")
}

func TestCRMURL(t *testing.T) {
	for address, want := range map[string]string{
		"https://CRM.example":                  "https://crm.example/",
		"https://crm.example:8443/Hooks/A?b=C": "https://crm.example:8443/Hooks/A?b=C",
		"http://localhost:1/x":                 "http://localhost:1/x",
		"http://[::1]:80":                      "http://[::1]:80/",
	} {
		if c := load(t, "", env{"MIGHTY_CRM_URL": address}); c.CRM.URL != want {
			t.Errorf("%s became %s", address, c.CRM.URL)
		}
	}
	for _, address := range []string{
		"http://crm.example/hook-secret", "http://10.0.0.1/hook-secret", "http://localhost.evil.example/hook-secret", "ftp://crm.example/hook-secret",
		"crm.example/hook-secret", "https:/hook-secret", "file:///hook-secret", "https://crm.example/#hook-secret", "https://a:hook-secret@crm.example/",
		"https://crm.example:0/hook-secret", "https://*.example/hook-secret", "https://crm.example/hook-secret\x7f", "https:// crm.example/hook-secret",
	} {
		err := loadError(t, "", env{"MIGHTY_CRM_URL": address})
		wantProblem(t, err, config.Invalid, "crm.url", "MIGHTY_CRM_URL", "https")
		if strings.Contains(err.Error(), "hook-secret") {
			t.Errorf("the address is shown: %v", err)
		}
	}
}

func TestCRMFields(t *testing.T) {
	for text, parts := range map[string][]string{
		"crm: {fields: {a b: email}}":  {"crm.fields", `"a b"`},
		"crm: {fields: {a: [email]}}":  {"crm.fields", `"a"`, "member field"},
		"crm: {fields: {a: 'E Mail'}}": {"crm.fields", "member field"},
		"crm: {fields: {a: }}":         {"crm.fields", "member field"},
		"crm: {fields: [email]}":       {"crm.fields", "mapping"},
		"crm: {pace: 2m}":              {"crm.pace", "0s to 1m"},
		"export: {dir: exports}":       {"export.dir", "absolute"},
	} {
		wantProblem(t, loadError(t, text, env{}), config.Invalid, parts...)
	}
	wantProblem(t, loadError(t, "crm: {uri: x}", env{}), config.Unknown, `"uri"`, "under crm", "did you mean url?", "url, pace, token, fields")
}
