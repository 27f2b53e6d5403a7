package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/sandbox"
)

// TestDirectoryAcrossProcesses fills a directory, is killed in the middle, goes
// on in another process, answers from it, and empties it.
func TestDirectoryAcrossProcesses(t *testing.T) {
	community := sandbox.New(sandbox.Options{Members: 1_200})
	api, err := sandbox.Start("127.0.0.1:0", community)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = api.Close() })
	state := filepath.Join(t.TempDir(), "state")
	env := isolated(t, "MIGHTY_API_URL="+api.URL, fmt.Sprint("MIGHTY_NETWORK_ID=", community.NetworkID()), "MIGHTY_API_TOKEN="+community.Token(),
		"MIGHTY_REQUESTS_PER_MINUTE=10000", "MIGHTY_STATE_DIR="+state)
	// says runs the program and looks for a text in what it prints.
	says := func(env []string, code int, want string, args ...string) {
		t.Helper()
		r := run(t, env, "", args...)
		if r.code != code || !regexp.MustCompile(want).MatchString(r.stdout+r.stderr) {
			t.Errorf("mcp-mighty %v ended with %d, want %d and %q:\n%s%s", args, r.code, code, want, r.stdout, r.stderr)
		}
	}
	requests := func(want int) {
		t.Helper()
		if got := len(community.Requests()); got != want {
			t.Errorf("it took %d requests, want %d", got, want)
		}
		community.ResetRequests()
	}

	says(env, 1, "there is no state in "+state, "directory", "status")
	says(env, 1, "there is no state in "+state, "directory", "clear")
	says(env, 1, "there is no state in "+state, "doctor", "--settle")
	says(env, 1, "there is no state in "+state, "doctor", "--close", "1")
	says(env, 0, "1 request for each 100 members", "directory", "refresh")
	requests(0)

	fault, err := sandbox.ParseFault("GET /members hang skip=5 times=1")
	if err != nil {
		t.Fatal(err)
	}
	community.Inject(fault)
	killed := exec.Command(binary, "directory", "refresh", "--max-requests", "100")
	killed.Env = env
	if err := killed.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(30 * time.Second); len(community.Requests()) < 6; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the reading did not come to its sixth page")
		}
	}
	if err := killed.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = killed.Wait()
	community.ClearFaults()
	community.ResetRequests()
	says(env, 0, `500 members \(0 gone\), not complete: the reading has come to page 6`, "directory", "status")

	says(env, 0, `members: 1200\n(.*\n)*complete: true`, "directory", "refresh", "--max-requests", "100")
	requests(1 + 7 + 4) // the fifth page again
	says(env, 0, `total: [1-9]`, "call", "search_members", "name=maria")
	says(env, 0, `members: 1200`, "call", "get_network_stats")
	requests(0)
	says(env, 0, `ok +directory .*1200 members \(0 gone\), complete, .* old; 0 other lists; \d{6,} bytes in `, "doctor")
	if err := filepath.WalkDir(state, func(path string, entry os.DirEntry, err error) error {
		if info, err := entry.Info(); err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %o", path, info.Mode().Perm())
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}

	// Switched off, it is not used; and it can still be cleared.
	off := with(env, "MIGHTY_DIRECTORY_KEEP=off")
	says(off, 0, "off: nothing is kept", "directory", "status")
	says(off, 1, "keeps no directory", "directory", "refresh", "--max-requests", "10")
	says(off, 0, "cleared", "directory", "clear")
	left, err := filepath.Glob(filepath.Join(state, "directory", "*"))
	if err != nil || len(left) != 0 {
		t.Errorf("after clearing there are %s (%v)", strings.Join(left, ", "), err)
	}
	says(env, 0, "not read yet", "directory", "status")
	says(env, 1, `Only the first 300 members`, "directory", "refresh", "--max-requests", "3")
}
