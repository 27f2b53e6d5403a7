package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// examined is what doctor says, with the exit status that it must have.
func examined(t *testing.T, env []string, code int, says ...string) string {
	t.Helper()
	r := run(t, env, "", "doctor")
	if r.code != code || strings.Contains(r.stdout, "mcp-mighty doctor`") {
		t.Errorf("doctor ends with %d, want %d, and must not name itself as the way on: %s%s", r.code, code, r.stdout, r.stderr)
	}
	for _, want := range says {
		if !strings.Contains(r.stdout, want) {
			t.Errorf("doctor does not say %q: %s", want, r.stdout)
		}
	}
	return r.stdout
}

func TestDoctorWithoutANetwork(t *testing.T) {
	env := isolated(t)
	told := examined(t, env, 1, "WRONG  configuration", "no network is configured", "skip   clock          the API has not answered")
	for _, not := range []string{"ok     configuration", "sent no date", "key ", "requests ", "directory "} {
		if strings.Contains(told, not) {
			t.Errorf("doctor says %q: %s", not, told)
		}
	}
	home := env[0][len("HOME="):]
	if made, _ := filepath.Glob(filepath.Join(home, "*", "directory", "*")); len(made) != 0 {
		t.Errorf("it made a directory for nobody: %v", made)
	}
}

func TestDoctorShowsEachNetwork(t *testing.T) {
	env := isolated(t)
	sandbox := start(t, env, "sandbox", "--listen", "127.0.0.1:0")
	url, token := sandbox.url(), sandbox.stderr.waitFor(t, tokenPattern)
	file := configured(t, strings.ReplaceAll("network: one\nnetworks: {one: {id: 4242, api_url: URL, token: {env: KEY}}, two: {id: 4343, api_url: URL, token: {env: KEY}}}\n", "URL", url))
	env = with(env, "KEY="+token, "MIGHTY_CONFIG="+file)
	examined(t, env, 0, "requests       network one: ", "requests       network two: 0 spent", "directory      network one: ", "directory      network two: ")
	// None of them is chosen.
	several := configured(t, strings.ReplaceAll("networks: {one: {id: 4242, api_url: URL}, two: {id: 4343, api_url: URL}}\n", "URL", url))
	told := examined(t, with(env, "MIGHTY_CONFIG="+several), 1, "WRONG  configuration", "none is chosen", "network two: ")
	if strings.Contains(told, "network : ") {
		t.Errorf("it speaks of a network without a name: %s", told)
	}
	examined(t, with(env, "KEY="), 1, "WRONG  key")
}

func TestDoctorLooksAtFilesAndFolders(t *testing.T) {
	env := isolated(t)
	sandbox := start(t, env, "sandbox", "--listen", "127.0.0.1:0")
	url, token := sandbox.url(), sandbox.stderr.waitFor(t, tokenPattern)
	folder := t.TempDir()
	file := configured(t, "export: {dir: "+folder+"}\n")
	env = with(env, "MIGHTY_API_TOKEN="+token, "MIGHTY_NETWORK_ID=4242", "MIGHTY_API_URL="+url, "MIGHTY_CONFIG="+file)
	examined(t, env, 0, "ok     export.dir     "+folder+" is there")
	examined(t, with(env, "MIGHTY_EXPORT_DIR="+file), 1, "WRONG  export.dir     "+file+" is not a folder")
	examined(t, with(env, "MIGHTY_UPLOAD_DIR="+folder+"/none"), 1, "WRONG  upload.dir")
	if err := os.Remove(folder); err != nil {
		t.Fatal(err)
	}
	examined(t, env, 1, "WRONG  export.dir")
	if os.PathSeparator == '/' {
		if err := os.Chmod(file, 0o620); err != nil {
			t.Fatal(err)
		}
		examined(t, with(env, "MIGHTY_EXPORT_DIR="+t.TempDir()), 1, "WRONG  configuration  others may write to "+file+" (mode 620)")
	}
}

// Every process that shares the state sees that one has written.
func TestWritesAreCountedInTheState(t *testing.T) {
	env := isolated(t)
	sandbox := start(t, env, "sandbox", "--listen", "127.0.0.1:0")
	state := t.TempDir()
	env = with(env, "MIGHTY_API_TOKEN="+sandbox.stderr.waitFor(t, tokenPattern), "MIGHTY_NETWORK_ID=4242", "MIGHTY_API_URL="+sandbox.url(), "MIGHTY_STATE_DIR="+state)
	if r := run(t, env, "", "call", "create_tag", "title=Counted", "--mode", "live", "--toolsets", "tags"); r.code != 0 {
		t.Fatalf("%+v", r)
	}
	if counts, _ := filepath.Glob(filepath.Join(state, "writes-*")); len(counts) != 1 {
		t.Errorf("the state has the counts %v", counts)
	}
}
