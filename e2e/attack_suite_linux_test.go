package e2e

import (
	"database/sql"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/mcp-mighty/mcp-mighty/sandbox"
)

// terminalAttack is one case of the part of the attack suite that is about the
// terminal. The other parts are in packages guardrails and server.
type terminalAttack struct {
	name string
	try  func(s *terminalSiege)
}

// leastTerminalAttacks is how many cases this part has at least.
const leastTerminalAttacks = 45

// TestTerminalAttacks is the attack suite at the terminal: the built program
// serves a community, and runs beside that server at a terminal of the
// kernel's. Each case checks that the community saw no change and that the
// program says so.
func TestTerminalAttacks(t *testing.T) {
	var ran atomic.Int32
	attacks := terminalAttacks()
	t.Run("terminal", func(t *testing.T) {
		s := newTerminalSiege(t)
		for _, a := range attacks {
			t.Run(a.name, func(t *testing.T) {
				former := s.t
				defer func() { s.t = former }()
				s.t, s.heard, s.name = t, 0, a.name
				a.try(s)
				if s.heard == 0 {
					t.Error("the case heard no answer that says that nothing was done")
				}
				s.unharmed()
				ran.Add(1)
			})
		}
	})
	if strings.Contains(flag.Lookup("test.run").Value.String(), "/") || flag.Lookup("test.skip").Value.String() != "" {
		return
	}
	if ran.Load() < leastTerminalAttacks {
		t.Errorf("%d cases ran, want %d at least", ran.Load(), leastTerminalAttacks)
	}
	page, err := os.ReadFile("../docs/attacks.md")
	if err != nil {
		t.Fatal(err)
	}
	if row := fmt.Sprintf("| `terminal` | %d |", len(attacks)); !strings.Contains(string(page), row) {
		t.Errorf("docs/attacks.md lacks the row %s", row)
	}
}

const siegeFile = `callers:
  maria: {role: moderator, token: {env: MARIA_TOKEN}}
approvers:
  olga: {secret: {env: OLGA_SECRET}}
policy:
  rules:
    - {tool: delete_member, is: two_people}
`

// terminalSiege is a server with a community behind it, and what lies on its
// disk.
type terminalSiege struct {
	t         *testing.T
	name      string // of the case
	community *sandbox.Sandbox
	env       []string
	server    string
	raw       *sql.DB // the same database, as somebody with another program sees it

	heard    int // answers that said that nothing was done
	rightful int // changes that were made rightfully
}

func newTerminalSiege(t *testing.T) *terminalSiege {
	t.Helper()
	s := &terminalSiege{t: t, community: sandbox.New(sandbox.Options{Members: 60})}
	api, err := sandbox.Start("127.0.0.1:0", s.community)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = api.Close() })
	s.env = isolated(t, "MIGHTY_API_URL="+api.URL, fmt.Sprint("MIGHTY_NETWORK_ID=", s.community.NetworkID()), "MIGHTY_API_TOKEN="+s.community.Token(),
		"MIGHTY_MODE=live", "MIGHTY_REQUESTS_PER_MINUTE=10000", "MARIA_TOKEN=marias-token-4711-abcdef", "OLGA_SECRET=olgas-secret-2718-abcdef")
	s.server = serveHTTP(t, s.env, "--config", configured(t, siegeFile), "--toolsets", "all")
	if s.raw, err = sql.Open("sqlite", "file:"+filepath.Join(home(s.env), "mcp-mighty", "mcp-mighty.db")+"?_pragma=busy_timeout(5000)"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.raw.Close() })
	return s
}

// unharmed checks that the community saw no change but those that the cases
// made rightfully, and no attempt at one.
func (s *terminalSiege) unharmed() {
	s.t.Helper()
	var attempts []string
	for _, request := range s.community.Requests() {
		if request.Method != http.MethodGet {
			attempts = append(attempts, request.Method+" "+request.Path)
		}
	}
	if len(attempts) != s.rightful || s.community.Changes() != s.rightful || len(s.community.Outbox()) != 0 {
		s.t.Errorf("%q reached the community, which changed %d times and sent %d messages; %d changes were rightful",
			attempts, s.community.Changes(), len(s.community.Outbox()), s.rightful)
	}
}

// wish is a call that maria's assistant makes.
type wish struct {
	tool      string
	arguments map[string]any
	client    string
}

// ban wishes for what the name of a member has to be typed for.
func (s *terminalSiege) ban() wish {
	return wish{"ban_member", map[string]any{"member_id": s.community.Notable().Spammers[0], "reason": s.name}, "assistant"}
}

// removal wishes for what a word has to be typed for that is new each time.
func (s *terminalSiege) removal() wish {
	return wish{"remove_space_member", map[string]any{"member_id": s.community.Notable().Spammers[0], "space_id": s.community.Notable().AutoJoinSpace}, "assistant " + s.name}
}

// call makes a call by a client that cannot ask.
func (s *terminalSiege) call(w wish) (status, code, text string) {
	s.t.Helper()
	body, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": map[string]any{
		"name": w.tool, "arguments": w.arguments, "_meta": map[string]any{
			"io.modelcontextprotocol/protocolVersion":    "2026-07-28",
			"io.modelcontextprotocol/clientInfo":         map[string]any{"name": w.client, "version": "1"},
			"io.modelcontextprotocol/clientCapabilities": map[string]any{},
		},
	}})
	if err != nil {
		s.t.Fatal(err)
	}
	_, answer := post(s.t, s.server+"/mcp", string(body), "Authorization", "Bearer marias-token-4711-abcdef",
		"MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call", "Mcp-Name", w.tool)
	message := lastMessage(s.t, answer)
	var said struct {
		Status   string
		Approval struct{ Code string }
	}
	_ = json.Unmarshal([]byte(message.text()), &said)
	return said.Status, said.Approval.Code, message.text()
}

// waits makes a call that must wait for a person, and returns its code.
func (s *terminalSiege) waits(w wish) string {
	s.t.Helper()
	status, code, text := s.call(w)
	if status != "awaiting_approval" || code == "" || !strings.Contains(text, "Nothing was done") {
		s.t.Fatalf("%s does not wait: %s", w.tool, text)
	}
	s.heard++
	return code
}

// sitting is the program at a terminal.
type sitting struct {
	s        *terminalSiege
	cmd      *exec.Cmd
	keyboard *os.File
	screen   *logged
	shown    chan struct{} // closed when all that it wrote is on the screen
}

// sits runs the program at a terminal in which something was typed before.
func (s *terminalSiege) sits(typedAhead string, args ...string) *sitting {
	s.t.Helper()
	keyboard, tty := openTerminal(s.t)
	if typedAhead != "" {
		if _, err := keyboard.WriteString(typedAhead); err != nil {
			s.t.Fatal(err)
		}
	}
	p := &sitting{s: s, cmd: exec.CommandContext(s.t.Context(), binary, args...), keyboard: keyboard, screen: newLogged(), shown: make(chan struct{})}
	p.cmd.Env, p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = s.env, tty, tty, tty
	if err := p.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	_ = tty.Close() // the program has the terminal to itself, and takes it along
	go func() {
		defer close(p.shown)
		_, _ = io.Copy(p.screen, keyboard)
	}()
	return p
}

var wordAsked = regexp.MustCompile(`(?m)^Type (\w+) to approve, anything|^Type (?:the (?:name|number) of .{1,40}) to approve, which is ([^,]+), anything`)

// asked waits for the question, and returns what has to be typed.
func (p *sitting) asked() string {
	p.s.t.Helper()
	found := wordAsked.FindStringSubmatch(p.screen.waitFor(p.s.t, wordAsked))
	return found[1] + found[2]
}

// types types, and returns how the program ends.
func (p *sitting) types(text string) (exit int, screen string) {
	p.s.t.Helper()
	if _, err := p.keyboard.WriteString(text); err != nil {
		p.s.t.Fatal(err)
	}
	return p.ends()
}

// ends waits for the end of the program.
func (p *sitting) ends() (exit int, screen string) {
	p.s.t.Helper()
	late := time.AfterFunc(30*time.Second, func() { _ = p.cmd.Process.Kill() })
	_ = p.cmd.Wait()
	if !late.Stop() {
		p.s.t.Errorf("it still waits for something:\n%s", p.screen)
	}
	<-p.shown
	return p.cmd.ProcessState.ExitCode(), p.screen.String()
}

// nothing wants the program to have approved nothing, and to say so.
func (s *terminalSiege) nothing(exit int, screen, says string) {
	s.t.Helper()
	if exit == 0 || strings.Contains(screen, "Approved.") || !strings.Contains(strings.Join(strings.Fields(screen), " "), says) {
		s.t.Errorf("exit %d, want %q:\n%s", exit, says, screen)
		return
	}
	s.heard++
}

// undecided wants a call to wait under its code.
func (s *terminalSiege) undecided(w wish, code string) {
	s.t.Helper()
	if now := s.waits(w); now != code {
		s.t.Errorf("%s waits, not %s", now, code)
	}
	s.sql(`DELETE FROM pending WHERE code = ?`, code) // so that there is room for the next
}

// decides wants a call to wait under its code, and a person at the terminal to
// be able to approve it. That is taken back then.
func (s *terminalSiege) decides(w wish, code string) {
	s.t.Helper()
	if now := s.waits(w); now != code {
		s.t.Errorf("%s waits, not %s", now, code)
	}
	p := s.sits("", "approvals", "approve", code)
	if exit, screen := p.types(p.asked() + "\n"); exit != 0 || !strings.Contains(screen, "Approved.") {
		s.t.Errorf("exit %d:\n%s", exit, screen)
	}
	s.rejects(code)
	if _, _, text := s.call(w); !strings.Contains(text, "was rejected") || !strings.Contains(text, "Nothing was done") {
		s.t.Errorf("what was taken back: %s", text)
	}
}

func (s *terminalSiege) rejects(code string) {
	s.t.Helper()
	if r := run(s.t, s.env, "", "approvals", "reject", code); r.code != 0 {
		s.t.Fatalf("reject: %+v", r)
	}
}

// sql is what somebody does who can write to the database.
func (s *terminalSiege) sql(statement string, args ...any) {
	s.t.Helper()
	result, err := s.raw.ExecContext(s.t.Context(), statement, args...)
	if err != nil {
		s.t.Fatal(err)
	}
	if n, _ := result.RowsAffected(); n == 0 {
		s.t.Fatal("nothing was altered")
	}
}
