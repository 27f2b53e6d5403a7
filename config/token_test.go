package config_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/zalando/go-keyring"

	"github.com/mcp-mighty/mcp-mighty/config"
)

// resolve loads the settings and reads the key of a network.
func resolve(t *testing.T, o config.LoadOptions, name string) (string, error) {
	t.Helper()
	p, err := mustLoad(t, o).Profile(name)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := p.ResolveToken(t.Context())
	return secret.Reveal(), err
}

func TestTokenFromEnvironment(t *testing.T) {
	o := options(t, "", env{"MIGHTY_NETWORK_ID": "1", "MIGHTY_API_TOKEN": ` "Bearer ` + key + `\n"`})
	if got, err := resolve(t, o, ""); err != nil || got != key {
		t.Errorf("implicit network: %q, %v", got, err)
	}
	c := mustLoad(t, o)
	if err := c.Check(); err != nil {
		t.Errorf("Check: %v", err)
	}
	e := env{}
	o = options(t, "networks:\n  a:\n    id: 1\n    token:\n      env: A_TOKEN\n", e)
	c = mustLoad(t, o)
	wantProblem(t, c.Check(), config.NoToken, "networks.a.token", "config.yaml:5", "A_TOKEN is not set")
	e["A_TOKEN"] = ""
	wantProblem(t, c.Check(), config.NoToken, "A_TOKEN is not set")
	// It is read when it is needed.
	e["A_TOKEN"] = key
	if err := c.Check(); err != nil {
		t.Errorf("a key that was set later: %v", err)
	}
	p, _ := c.Profile("a")
	if p.TokenSource() != "environment variable A_TOKEN" {
		t.Errorf("source %q", p.TokenSource())
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := p.ResolveToken(ctx)
	wantProblem(t, err, config.NoToken, "canceled")
	for name, value := range map[string]string{
		"is empty":    `""`,
		"white space": key[:10] + " " + key[10:],
		"character":   key[:10] + "\u200b" + key[10:],
	} {
		e["A_TOKEN"] = value
		wantProblem(t, c.Check(), config.NoToken, "networks.a.token", "environment variable A_TOKEN", name)
	}
}

func TestNoTokenAtAll(t *testing.T) {
	wantProblem(t, load(t, "", env{"MIGHTY_NETWORK_ID": "1"}).Check(), config.NoToken, "networks.default.token", "MIGHTY_API_TOKEN or MIGHTY_API_TOKEN_FILE")
	wantProblem(t, load(t, "networks: {a: {id: 1}}", env{}).Check(), config.NoToken, "networks.a.token", `"a" has no key`, "{env: VARIABLE}")
	wantProblem(t, loadError(t, "", env{"MIGHTY_NETWORK_ID": "1", "MIGHTY_API_TOKEN": key, "MIGHTY_API_TOKEN_FILE": "/x"}),
		config.Invalid, "networks.default.token", "both are set")
	if p, _ := load(t, "networks: {a: {id: 1}}", env{}).Profile("a"); p.TokenSource() != "" {
		t.Errorf("source %q", p.TokenSource())
	}
}

// The variables go over the network of the file that has the default name, and
// only over that.
func TestTokenOverTheFile(t *testing.T) {
	const file = "networks:\n  default: {id: 1, token: {env: D}}\n  a: {id: 2, token: {env: A}}\n"
	o := options(t, file, env{"D": "d-key", "A": "a-key", "MIGHTY_API_TOKEN": "env-key"})
	for name, want := range map[string]string{"default": "env-key", "a": "a-key"} {
		if got, err := resolve(t, o, name); err != nil || got != want {
			t.Errorf("%s: %q, %v; want %q", name, got, err, want)
		}
	}
}

func TestTokenFromFile(t *testing.T) {
	e := env{}
	o := options(t, "networks: {a: {id: 1, token: {file: a.key}}, b: {id: 2, token: {file: ~/b.key}}}\nnetwork: a\n", e)
	dir := filepath.Dir(o.Path)
	c := mustLoad(t, o)
	path := filepath.Join(dir, "a.key")
	wantProblem(t, c.Check(), config.NoToken, "networks.a.token", "config.yaml:1", path, "no such file")

	write(t, path, "\ufeff"+key+"\r\n", 0o600)
	write(t, filepath.Join(dir, "b.key"), key, 0o400)
	for _, name := range []string{"a", "b"} { // beside the configuration file, and in the home directory
		if got, err := resolve(t, o, name); err != nil || got != key {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	e["MIGHTY_NETWORK_ID"], e["MIGHTY_API_TOKEN_FILE"] = "1", path
	if got, err := resolve(t, o, ""); err != nil || got != key {
		t.Errorf("MIGHTY_API_TOKEN_FILE: %q, %v", got, err)
	}

	write(t, path, "\n", 0o600)
	wantProblem(t, c.Check(), config.NoToken, "is empty")
	write(t, path, key+"\n"+key+"\n", 0o600)
	wantProblem(t, c.Check(), config.NoToken, "white space")
	write(t, path, strings.Repeat("x", 20<<10), 0o600)
	wantProblem(t, c.Check(), config.NoToken, "too large")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	wantProblem(t, c.Check(), config.NoToken, "not a plain file")
}

func TestTokenFilePermissions(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows keeps no such permissions")
	}
	o := options(t, "networks: {a: {id: 1, token: {file: a.key}}}", env{})
	path := filepath.Join(filepath.Dir(o.Path), "a.key")
	c := mustLoad(t, o)
	for _, mode := range []os.FileMode{0o644, 0o640, 0o604, 0o660, 0o620, 0o602, 0o610, 0o777} {
		write(t, path, key, mode)
		wantProblem(t, c.Check(), config.NoToken, "others", "chmod 600 "+path)
		if got, err := resolve(t, o, "a"); err == nil || got != "" {
			t.Errorf("mode %04o: key %q", mode, got)
		}
	}
	// A link is as private as what it leads to.
	link := filepath.Join(filepath.Dir(o.Path), "link")
	if err := os.Rename(path, link+"ed"); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(link+"ed", path); err != nil {
		t.Fatal(err)
	}
	wantProblem(t, c.Check(), config.NoToken, "others")
	write(t, link+"ed", key, 0o600)
	if err := c.Check(); err != nil {
		t.Errorf("a link to a private file: %v", err)
	}
}

func TestTokenFromKeychain(t *testing.T) {
	keyring.MockInit()
	o := options(t, "networks: {a: {id: 1, token: {keychain: my-harbour}}}", env{})
	c := mustLoad(t, o)
	if err := c.Check(); err != nil {
		t.Errorf("Check asked the keychain: %v", err)
	}
	p, _ := c.Profile("")
	if want := "keychain entry my-harbour of mcp-mighty"; p.TokenSource() != want {
		t.Errorf("source %q, want %q", p.TokenSource(), want)
	}
	_, err := p.ResolveToken(t.Context())
	wantProblem(t, err, config.NoToken, "networks.a.token", "no entry my-harbour", "add it with")

	if err := keyring.Set("mcp-mighty", "my-harbour", key+"\n"); err != nil {
		t.Fatal(err)
	}
	if secret, err := p.ResolveToken(t.Context()); err != nil || secret.Reveal() != key {
		t.Errorf("%q, %v", secret.Reveal(), err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = p.ResolveToken(ctx)
	wantProblem(t, err, config.NoToken, "canceled")

	keyring.MockInitWithError(errors.New("locked; tried " + key))
	_, err = p.ResolveToken(t.Context())
	wantProblem(t, err, config.NoToken, "cannot be read", "locked")
	keyring.MockInitWithError(keyring.ErrUnsupportedPlatform)
	_, err = p.ResolveToken(t.Context())
	wantProblem(t, err, config.NoToken, "no keychain", "{file: PATH}")
}

// A key in the wrong place is refused and not repeated.
func TestKeyInTheFile(t *testing.T) {
	for name, token := range map[string]string{
		"as it is":           key,
		"in a list":          "[" + key + "]",
		"as a variable":      "{env: " + key + "}",
		"as a file":          "{file: " + key + "}",
		"as an entry":        "{keychain: " + key + "}",
		"as hex":             "{env: A" + strings.Repeat("0123456789abcdef", 3) + "}",
		"not a variable":     "{env: 'A B'}",
		"a path as variable": "{env: ./a}",
		"two places":         "{env: A, file: B}",
		"empty":              "{env: ''}",
		"nothing":            "{env: }",
		"list of places":     "{env: [A]}",
	} {
		t.Run(name, func(t *testing.T) {
			err := loadError(t, "networks:\n  a:\n    id: 1\n    token: "+token, env{})
			wantProblem(t, err, config.Invalid, "networks.a.token", "config.yaml:4")
		})
	}
	wantProblem(t, loadError(t, "networks:\n  a:\n    id: 1\n    token: {"+key+": x}", env{}), config.Unknown, "networks.a.token")
	for _, name := range []string{"MIGHTY_MODE", "MIGHTY_NETWORK_ID", "MIGHTY_TOOLS", "MIGHTY_API_URL", "MIGHTY_HTTP_ADDR", "MIGHTY_PROTECTED_EMAILS", "MIGHTY_LOG_LEVEL"} {
		wantProblem(t, loadError(t, "", env{name: key}), config.Invalid, name, "***")
	}
}
