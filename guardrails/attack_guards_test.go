package guardrails_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// guard is a line that keeps something from happening, and what the code looks
// like without it. groups are those of the attack suite in which its absence
// has to show.
type guard struct{ name, file, with, without, groups string }

// TestGuardsAreWhereTheTableSays keeps the table of guards from rotting.
func TestGuardsAreWhereTheTableSays(t *testing.T) {
	names := map[string]bool{}
	for _, g := range guards() {
		source, err := os.ReadFile(filepath.Join("..", g.file))
		if err != nil {
			t.Fatal(err)
		}
		if n := bytes.Count(source, []byte(g.with)); n != 1 {
			t.Errorf("%s: %s has its text %d times", g.name, g.file, n)
		}
		if names[g.name] || g.with == g.without {
			t.Errorf("%s: the name is taken, or nothing is taken out", g.name)
		}
		names[g.name] = true
		for group := range strings.SplitSeq(g.groups, "|") {
			if !strings.Contains(string(attacksPage(t)), "| `"+group+"` |") {
				t.Errorf("%s: there is no group %s", g.name, group)
			}
		}
	}
	if len(names) < 40 {
		t.Errorf("%d guards are listed, want 40 at least", len(names))
	}
}

func attacksPage(t *testing.T) []byte {
	t.Helper()
	page, err := os.ReadFile("../docs/attacks.md")
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// removeGuards is the variable of the environment that switches the test of
// the tests on: "all", or a regular expression for guards' names.
const removeGuards = "MCP_MIGHTY_REMOVE_GUARDS"

// TestEachGuardIsNeeded takes out one guard after the other and wants the
// attack suite to notice. It builds the program anew for each, which takes
// minutes, and so runs only when it is asked for.
func TestEachGuardIsNeeded(t *testing.T) {
	wanted := os.Getenv(removeGuards)
	if wanted == "" {
		t.Skipf("takes minutes; set %s=all", removeGuards)
	}
	if wanted == "all" {
		wanted = ""
	}
	chosen := regexp.MustCompile(wanted)
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	var (
		mu       sync.Mutex
		survived []string
		turns    = make(chan struct{}, 2) // a build at a time is slow, more are too many
	)
	t.Run("all", func(t *testing.T) {
		for _, g := range guards() {
			if !chosen.MatchString(g.name) {
				continue
			}
			t.Run(g.name, func(t *testing.T) {
				t.Parallel()
				turns <- struct{}{}
				defer func() { <-turns }()
				output, failed := runWithout(t, root, g)
				t.Logf("%s: noticed %v", g.name, failed)
				switch {
				case !failed:
					mu.Lock()
					survived = append(survived, g.name)
					mu.Unlock()
					t.Errorf("no attack noticed that it was gone:\n%s", output)
				case !strings.Contains(output, "--- FAIL: TestAttacks") && !strings.Contains(output, "--- FAIL: TestWireAttacks"):
					t.Errorf("it failed, but not by an attack:\n%s", output)
				}
			})
		}
	})
	if len(survived) > 0 {
		t.Errorf("%d guards can be taken out unnoticed: %s", len(survived), strings.Join(survived, "; "))
	}
}

// runWithout runs the attacks against the program without a guard.
func runWithout(t *testing.T, root string, g guard) (output string, failed bool) {
	t.Helper()
	path := filepath.Join(root, g.file)
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	altered := filepath.Join(dir, filepath.Base(path))
	if err := os.WriteFile(altered, bytes.Replace(source, []byte(g.with), []byte(g.without), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{path: altered}})
	if err != nil {
		t.Fatal(err)
	}
	listed := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(listed, overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	pkg, run := "./guardrails", "^TestAttacks$/^all$/^("+g.groups+")$"
	if strings.HasPrefix(g.file, "server/") {
		pkg, run = "./server", "^TestWireAttacks$/^("+g.groups+")$"
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	// Without optimizations our own packages are built in a tenth of the time.
	cmd := exec.CommandContext(ctx, "go", "test", "-count=1", "-failfast", "-vet=off", "-gcflags=github.com/mcp-mighty/mcp-mighty/...=-N -l",
		"-overlay", listed, "-run", run, pkg)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), removeGuards+"=")
	text, err := cmd.CombinedOutput()
	return string(text), err != nil
}
