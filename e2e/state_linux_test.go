package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// TestTheWayToTheDeskIsComplete: a person's terminal has neither the flags nor
// the environment of the server, so what an answer tells them to type has to
// lead to the server's own state.
func TestTheWayToTheDeskIsComplete(t *testing.T) {
	c := newCommunity(t)
	dir := filepath.Join(t.TempDir(), "Maria's state")
	file := filepath.Join(t.TempDir(), "own.yaml")
	if err := os.WriteFile(file, []byte("state_dir: "+dir+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		env  []string
		args []string
	}{
		"flag":        {c.env, []string{"--state-dir", dir}},
		"environment": {with(c.env, "MIGHTY_STATE_DIR="+dir), nil},
		"file":        {c.env, []string{"--config", file}},
	} {
		t.Run(name, func(t *testing.T) {
			waits := run(t, test.env, "", append([]string{"call", "announce_post", "--output", "json", "--json", c.announcement(name)}, test.args...)...)
			command := regexp.MustCompile("`mcp-mighty (approvals approve .*?)`").FindStringSubmatch(strings.ReplaceAll(waits.stdout, `\\`, `\`))
			if command == nil {
				t.Fatalf("%+v", waits)
			}
			quoted := `'` + strings.ReplaceAll(dir, "'", `'\''`) + `'`
			words, found := strings.CutSuffix(command[1], " --state-dir "+quoted)
			if !found {
				t.Fatalf("the command is %q; want the state directory in it, quoted", command[1])
			}
			exit, screen := c.atTerminal(codeAsked, func(found []string) string { return found[1] + "\n" }, append(strings.Fields(words), "--state-dir", dir)...)
			if exit != 0 || !strings.Contains(screen, "Approved.") {
				t.Errorf("exit %d:\n%s", exit, screen)
			}
		})
	}
	plain := run(t, c.env, "", "call", "announce_post", "--json", c.announcement("plain"))
	if !strings.Contains(plain.stdout, "awaiting_approval") || strings.Contains(plain.stdout, "--state-dir") {
		t.Errorf("with the state where every command looks: %+v", plain)
	}
	code := regexp.MustCompile(`[A-Z2-7]{4}-[A-Z2-7]{4}`).FindString(plain.stdout)
	if r := run(t, c.env, "", "approvals", "show", code, "--state-dir", dir); r.code != 1 || !strings.Contains(r.stderr, dir) {
		t.Errorf("show in another directory: %+v; want its name", r)
	}
	empty := isolated(t)
	run(t, with(empty, "MIGHTY_MODE=read-only", "MIGHTY_NETWORK_ID=1", "MIGHTY_API_TOKEN=x"), "", "call", "announce_post", "space_id=1", "title=x")
	here := filepath.Join(home(empty), "mcp-mighty")
	if r := run(t, empty, "", "approvals", "list"); r.code != 0 || r.stdout != "Nothing waits for approval in "+here+".\n" {
		t.Errorf("list of nothing: %+v", r)
	}
}

// TestASandboxOverStdioHasADesk: a client that cannot ask is where most people
// try the sandbox first, and there is no page.
func TestASandboxOverStdioHasADesk(t *testing.T) {
	c := &community{t: t, env: isolated(t, "TMPDIR="+t.TempDir())}
	victim := spammer(t, c.env)
	command := exec.Command(binary, "serve", "--sandbox")
	command.Env = c.env
	session, err := sdk.NewClient(&sdk.Implementation{Name: "formless", Version: "1"}, nil).Connect(t.Context(), &sdk.CommandTransport{Command: command}, nil)
	if err != nil {
		t.Fatal(err)
	}
	ban := func() string {
		result, err := session.CallTool(t.Context(), &sdk.CallToolParams{Name: "ban_member", Arguments: map[string]any{"member_id": victim}})
		if err != nil {
			t.Fatal(err)
		}
		return result.Content[0].(*sdk.TextContent).Text
	}
	said := ban()
	way := regexp.MustCompile("`mcp-mighty (approvals approve [^ ]+ --state-dir ([^ ]+))`").FindStringSubmatch(said)
	if way == nil {
		t.Fatalf("%s; want where to approve it", said)
	}
	asked := regexp.MustCompile(`to approve, which is (.+), anything`)
	exit, screen := c.atTerminal(asked, func(found []string) string { return found[1] + "\n" }, strings.Fields(way[1])...)
	if exit != 0 {
		t.Fatalf("exit %d:\n%s", exit, screen)
	}
	if said := ban(); !strings.Contains(said, `"done"`) {
		t.Errorf("after it was approved: %s", said)
	}
	if err := session.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(way[2]); err == nil {
		t.Errorf("%s is still there", way[2])
	}
}

// TestLookingMakesNoState: a mistyped directory must not look like one in which
// nothing ever happened.
func TestLookingMakesNoState(t *testing.T) {
	env := isolated(t, "MIGHTY_NETWORK_ID=1", "MIGHTY_API_TOKEN=x")
	for _, command := range []string{
		"audit verify", "audit list", "audit show 1", "audit export", "directory status", "approvals list", "approvals show K7QM-2XPA",
		"approvals watch", "approvals reject K7QM-2XPA", "approvals rotate-key",
	} {
		dir := filepath.Join(t.TempDir(), "no", "such")
		r := run(t, env, "", append(strings.Fields(command), "--state-dir", dir)...)
		if r.code != 1 || r.stdout != "" || !strings.Contains(r.stderr, "there is no state in "+dir) {
			t.Errorf("%s: %+v", command, r)
		}
		if _, err := os.Stat(filepath.Dir(dir)); err == nil {
			t.Errorf("%s made the directory", command)
		}
	}
	dir := filepath.Join(t.TempDir(), "state")
	if r := run(t, env, "", "policy", "explain", "ban_member", "--mode", "live", "--state-dir", dir); r.code != 0 || !strings.Contains(r.stdout, "0 are taken") {
		t.Errorf("policy explain: %+v", r)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("policy explain made the directory")
	}
	// A flag starts from the working directory, as paths do in a shell.
	if r := run(t, env, "", "audit", "verify", "--state-dir", "no-such-state"); r.code != 1 || !strings.Contains(r.stderr, "/e2e/no-such-state:") {
		t.Errorf("a relative flag: %+v", r)
	}
}
