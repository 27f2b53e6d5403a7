package e2e

import (
	"encoding/json"
	"io"
	"os/exec"
	"os/user"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// waiting calls a tool through a client that cannot ask, and returns the code
// under which it waits.
func (c *community) waiting(server, tool, arguments string) string {
	c.t.Helper()
	call := strings.Replace(modernCall(tool, arguments, ""), `{"elicitation":{}}`, `{}`, 1)
	_, body := post(c.t, server+"/mcp", call, "MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call", "Mcp-Name", tool)
	answer := lastMessage(c.t, body)
	var said struct {
		Status   string
		Approval struct{ Code string }
	}
	if err := json.Unmarshal([]byte(answer.text()), &said); err != nil || said.Status == "" {
		c.t.Fatalf("%s: %v: %+v", tool, err, answer)
	}
	if said.Status != "awaiting_approval" {
		return said.Status
	}
	return said.Approval.Code
}

// atTerminal runs the program at a terminal, and types what reply makes of
// what it shows.
func (c *community) atTerminal(question *regexp.Regexp, reply func(found []string) string, args ...string) (code int, screen string) {
	c.t.Helper()
	keyboard, tty := openTerminal(c.t)
	output := newLogged()
	go func() { _, _ = io.Copy(output, keyboard) }()
	command := exec.Command(binary, args...)
	command.Env, command.Stdin, command.Stdout, command.Stderr = c.env, tty, tty, tty
	if err := command.Start(); err != nil {
		c.t.Fatal(err)
	}
	if question != nil {
		found := question.FindStringSubmatch(output.waitFor(c.t, question))
		if _, err := keyboard.WriteString(reply(found)); err != nil {
			c.t.Fatal(err)
		}
	}
	_ = command.Wait()
	// What the program wrote last may still be on its way through the terminal.
	for last := "nothing yet"; last != output.String(); time.Sleep(50 * time.Millisecond) {
		last = output.String()
	}
	return command.ProcessState.ExitCode(), output.String()
}

var codeAsked = regexp.MustCompile(`Type (\w+) to approve, anything else`)

// TestApprovedFromAnotherTerminal settles what waits while the server runs.
func TestApprovedFromAnotherTerminal(t *testing.T) {
	c := newCommunity(t)
	server := serveHTTP(t, c.env)
	arguments := c.announcement("From afar")
	code := c.waiting(server, "announce_post", arguments)

	listed := run(t, c.env, "", "approvals", "list", "--output", "json")
	var papers []struct {
		Code, Status string
		Document     struct{ Tool string }
	}
	if err := json.Unmarshal([]byte(listed.stdout), &papers); err != nil || len(papers) != 1 || papers[0].Code != code || papers[0].Document.Tool != "announce_post" {
		t.Fatalf("list: %v: %+v", err, listed)
	}
	if r := run(t, c.env, "", "approvals", "list"); r.code != 0 || !strings.Contains(r.stdout, code) || !strings.Contains(r.stdout, "announce_post") || !strings.Contains(r.stdout, `title "From afar"`) {
		t.Errorf("list: %+v", r)
	}
	shown := run(t, c.env, "", "approvals", "show", strings.ToLower(code))
	if shown.code != 0 || !strings.Contains(shown.stdout, `title: "From afar"`) || !strings.Contains(shown.stdout, "The client cannot ask a person.") {
		t.Errorf("show: %+v", shown)
	}
	for _, verb := range []string{"approve", "reopen"} { // and the command that it names leads to the same state
		named := run(t, c.env, "", "approvals", verb, code, "--state-dir", c.state()).stderr
		if !strings.Contains(named, "`mcp-mighty approvals "+verb+" "+code+" --state-dir "+c.state()+"`") {
			t.Errorf("%s outside a terminal: %s", verb, named)
		}
	}
	if piped := run(t, c.env, "yes\n", "approvals", "approve", code); piped.code != 2 || !strings.Contains(piped.stderr, "needs a person at a terminal") {
		t.Errorf("approve through a pipe: %+v", piped)
	}
	exit, screen := c.atTerminal(codeAsked, func([]string) string { return "yes\n" }, "approvals", "approve", code)
	if exit != 1 || !strings.Contains(screen, "nothing was approved") {
		t.Errorf("approve with another word: exit %d:\n%s", exit, screen)
	}
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	if r := run(t, c.env, "", "audit", "list", "--limit", "1"); !regexp.MustCompile(`attempted +announce_post +` + me.Username + ` +mistyped, ` + code).MatchString(r.stdout) {
		t.Errorf("the trail does not tell who tried: %+v", r)
	}
	if got := c.waiting(server, "announce_post", arguments); got != code || len(c.posts("From afar")) != 0 {
		t.Fatalf("before it was approved: %s", got)
	}
	exit, screen = c.atTerminal(codeAsked, func(found []string) string { return found[1] + "\n" }, "approvals", "approve", code)
	if exit != 0 || !strings.Contains(screen, `title: "From afar"`) || !strings.Contains(screen, "Approved.") {
		t.Fatalf("approve: exit %d:\n%s", exit, screen)
	}
	if r := run(t, c.env, "", "audit", "list", "--limit", "1"); !regexp.MustCompile(`decided +announce_post +` + me.Username + ` +approved, ` + code).MatchString(r.stdout) {
		t.Errorf("the trail does not tell who approved: %+v", r)
	}
	if got := c.waiting(server, "announce_post", arguments); got != "done" || len(c.posts("From afar")) != 1 {
		t.Fatalf("after it was approved: %s", got)
	}
	if got := c.waiting(server, "announce_post", arguments); got == "done" || got == code || len(c.posts("From afar")) != 1 {
		t.Fatalf("once more: %s", got)
	}
	if r := run(t, c.env, "", "approvals", "show", code); !strings.Contains(r.stdout, code+", used") || !strings.Contains(r.stdout, "on the terminal") {
		t.Errorf("show what was used: %+v", r)
	}
	exit, screen = c.atTerminal(nil, nil, "approvals", "approve", code)
	if exit != 1 || !strings.Contains(screen, "no approval with this code") {
		t.Errorf("approve what was used: exit %d:\n%s", exit, screen)
	}
}

// TestANoInTheTerminalLeavesNothing: who mistyped a yes calls again.
func TestANoInTheTerminalLeavesNothing(t *testing.T) {
	c := newCommunity(t)
	exit, screen := c.atTerminal(codeAsked, func([]string) string { return "yse\n" }, "call", "announce_post", "--json", c.announcement("No"))
	if exit != 1 || !strings.Contains(screen, "was declined") || strings.Contains(screen, "approvals approve") {
		t.Errorf("exit %d:\n%s", exit, screen)
	}
	if r := run(t, c.env, "", "approvals", "list"); !strings.Contains(r.stdout, "Nothing waits") {
		t.Errorf("%+v", r)
	}
}

func TestRejectedAndRotated(t *testing.T) {
	c := newCommunity(t)
	server := serveHTTP(t, c.env)
	rejected := c.waiting(server, "announce_post", c.announcement("No"))
	voided := c.waiting(server, "announce_post", c.announcement("Void"))
	if r := run(t, c.env, "", "approvals", "reject", rejected, "--reason", "not today"); r.code != 0 {
		t.Fatalf("reject: %+v", r)
	}
	call := callHTTP(t, server, "announce_post", c.announcement("No"), "")
	if !call.Result.IsError || !strings.Contains(call.text(), `"not today"`) {
		t.Errorf("what was rejected: %+v", call)
	}
	if r := run(t, c.env, "", "audit", "list", "--limit", "2"); !strings.Contains(r.stdout, `"not today"`) {
		t.Errorf("the trail does not say why: %+v", r)
	}
	if r := run(t, c.env, "", "approvals", "reopen", rejected); r.code != 2 {
		t.Errorf("reopen through a pipe: %+v", r)
	}
	if exit, screen := c.atTerminal(nil, nil, "approvals", "reopen", rejected); exit != 0 || !strings.Contains(screen, "can ask anew") {
		t.Errorf("reopen: exit %d:\n%s", exit, screen)
	}
	if got := c.waiting(server, "announce_post", c.announcement("No")); got == rejected {
		t.Errorf("what was reopened waits under its old code")
	}
	if r := run(t, c.env, "", "approvals", "rotate-key"); r.code != 0 {
		t.Fatalf("rotate-key: %+v", r)
	}
	if r := run(t, c.env, "", "approvals", "list"); !strings.Contains(r.stdout, voided+"  void") {
		t.Errorf("list after the key was replaced: %+v", r)
	}
	if got := c.waiting(server, "announce_post", c.announcement("Void")); got == voided {
		t.Errorf("the running server still uses the old key")
	}
	if r := run(t, c.env, "", "audit", "list", "--limit", "3"); !strings.Contains(r.stdout, "rotated") || !strings.Contains(r.stdout, "waiting") {
		t.Errorf("the trail does not tell of it: %+v", r)
	}
}

func TestWatchShowsWhatComes(t *testing.T) {
	c := newCommunity(t)
	server := serveHTTP(t, c.env)
	first := c.waiting(server, "announce_post", c.announcement("First"))
	watch := start(t, c.env, "approvals", "watch", "--interval", "20ms")
	watch.stderr.waitFor(t, regexp.MustCompile("Approval "+first))
	second := c.waiting(server, "announce_post", c.announcement("Second"))
	watch.stderr.waitFor(t, regexp.MustCompile("Approval "+second))
	watch.stop(syscall.SIGINT)
	if shown := watch.stderr.String(); strings.Count(shown, "Approval "+first) != 1 || watch.cmd.ProcessState.ExitCode() != 0 {
		t.Errorf("exit %d:\n%s", watch.cmd.ProcessState.ExitCode(), shown)
	}
}

// TestWatchSendsTwoPeopleToThePage: the terminal cannot approve what needs them.
func TestWatchSendsTwoPeopleToThePage(t *testing.T) {
	c := newCommunity(t)
	c.env = with(c.env, "MARIA_TOKEN=marias-token-4711-abcdef", "MARIA_SECRET=marias-secret-3141-abcdef", "OLGA_SECRET=olgas-secret-2718-abcdef")
	server := serveHTTP(t, c.env, "--config", configured(t, teamFile))
	call := strings.Replace(modernCall("announce_post", c.announcement("By two"), ""), `{"elicitation":{}}`, `{}`, 1)
	_, body := post(t, server+"/mcp", call, "MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call", "Mcp-Name", "announce_post", "Authorization", "Bearer marias-token-4711-abcdef")
	if said := lastMessage(t, body); !strings.Contains(said.text(), "awaiting_approval") {
		t.Fatalf("%+v", said)
	}
	watch := start(t, c.env, "approvals", "watch", "--interval", "20ms")
	says := watch.stderr.waitFor(t, regexp.MustCompile(`To settle it: .*\n`))
	if strings.Contains(says, "approvals approve") || !strings.Contains(says, "approvals page") {
		t.Errorf("%s", says)
	}
}

func TestDoctorTellsOfTheState(t *testing.T) {
	c := newCommunity(t)
	code := c.waiting(serveHTTP(t, c.env), "announce_post", c.announcement("Waits"))
	r := run(t, c.env, "", "doctor")
	for _, says := range []string{"1 wait for a person: " + code, "the trail is whole", "nobody but the owner"} {
		if !strings.Contains(r.stdout, says) || r.code != 0 {
			t.Errorf("doctor does not say %q: %+v", says, r)
		}
	}
	dir := home(c.env) + "/mcp-mighty"
	if err := exec.Command("chmod", "o+r", dir+"/approval.key").Run(); err != nil {
		t.Fatal(err)
	}
	if r := run(t, c.env, "", "doctor"); r.code != 1 || !strings.Contains(r.stdout, "approval.key") {
		t.Errorf("a key that others can read: %+v", r)
	}
}
