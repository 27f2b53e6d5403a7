package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mcp-mighty/mcp-mighty/config"
)

// key is a key as the vendor makes them; no output of this package may hold
// any part of it.
const key = "mn_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// env is an environment of its own.
type env map[string]string

func (e env) lookup(name string) (string, bool) {
	value, ok := e[name]
	return value, ok
}

// options reads text as the default configuration file, unless it is empty.
func options(t *testing.T, text string, e env) config.LoadOptions {
	t.Helper()
	dir := t.TempDir()
	o := config.LoadOptions{Path: filepath.Join(dir, "config.yaml"), Env: e.lookup, Home: dir}
	if text != "" {
		write(t, o.Path, text, 0o600)
	}
	return o
}

func write(t *testing.T, path, text string, mode os.FileMode) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	// The umask has a say in what WriteFile creates.
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

func load(t *testing.T, text string, e env) *config.Config {
	t.Helper()
	return mustLoad(t, options(t, text, e))
}

func mustLoad(t *testing.T, o config.LoadOptions) *config.Config {
	t.Helper()
	c, err := config.Load(o)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	return c
}

// wantProblem asks that err has exactly one problem, of that kind and in one
// line, that mentions every part.
func wantProblem(t *testing.T, err error, kind config.Kind, parts ...string) {
	t.Helper()
	var e *config.Error
	if !errors.As(err, &e) {
		t.Fatalf("error %v, want an *Error", err)
	}
	if len(e.Problems) != 1 || e.Problems[0].Kind != kind {
		t.Fatalf("problems %+v, want one of kind %s", e.Problems, kind)
	}
	line := e.Problems[0].String()
	for _, part := range parts {
		if !strings.Contains(line, part) {
			t.Errorf("problem %q does not mention %q", line, part)
		}
	}
	if strings.ContainsAny(line, "\n\r") {
		t.Errorf("problem has several lines: %q", line)
	}
	if strings.Contains(err.Error(), key[3:12]) {
		t.Errorf("problem shows the key: %q", err)
	}
}

func loadError(t *testing.T, text string, e env) error {
	t.Helper()
	c, err := config.Load(options(t, text, e))
	if err == nil {
		t.Fatalf("no error; config %+v", c)
	}
	return err
}

func ptr[T any](v T) *T { return &v }

// wantLines asks that a file has exactly these problems, word for word, with
// the file's name in place of its path.
func wantLines(t *testing.T, file string, want ...string) {
	t.Helper()
	o := options(t, file, env{})
	_, err := config.Load(o)
	var e *config.Error
	if !errors.As(err, &e) {
		t.Errorf("%s: error %v, want an *Error", file, err)
		return
	}
	got := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		got[i] = strings.ReplaceAll(p.String(), o.Path, "config.yaml")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: %s", file, diff)
	}
}
