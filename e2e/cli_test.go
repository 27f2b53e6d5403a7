package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// spammer returns the id of a member of the default sandbox who is neither its
// owner nor anybody special.
func spammer(t *testing.T, env []string) uint64 {
	t.Helper()
	r := run(t, env, "", "call", "list_members", "per_page=1", "page=200", "--sandbox", "--output", "json")
	var page struct{ Items []struct{ ID uint64 } }
	if err := json.Unmarshal([]byte(r.stdout), &page); err != nil || len(page.Items) != 1 {
		t.Fatalf("list_members: %v\n%s%s", err, r.stdout, r.stderr)
	}
	return page.Items[0].ID
}

// shownTools returns how many tools an assistant sees in the sandbox.
func shownTools(t *testing.T, env []string) int {
	t.Helper()
	var rows []struct{ Shown bool }
	r := run(t, env, "", "tools", "--sandbox", "--output", "json")
	if err := json.Unmarshal([]byte(r.stdout), &rows); err != nil {
		t.Fatalf("tools: %v\n%s", err, r.stderr)
	}
	shown := 0
	for _, row := range rows {
		if row.Shown {
			shown++
		}
	}
	return shown
}

func TestUsageErrorsAreOneLineAndExit2(t *testing.T) {
	env := isolated(t)
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad.yaml")
	if err := os.WriteFile(bad, []byte("mode: live\nnetworkz: {}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	two := configured(t, "networks:\n  a: {id: 1, token: {env: A}}\n  b: {id: 2, token: {env: B}}\n")
	for name, test := range map[string]struct {
		env  []string
		args []string
		want string
	}{
		"unknown command":      {env, []string{"sevre"}, `unknown command "sevre"`},
		"help of no command":   {env, []string{"undo", "--help"}, `unknown command "undo"`},
		"help with nothing":    {env, []string{"help", "undo"}, `unknown command "undo"`},
		"unknown subcommand":   {env, []string{"approvals", "bogus"}, `unknown command "bogus"; ` + "`mcp-mighty approvals --help`"},
		"near a subcommand":    {env, []string{"audit", "verfy"}, "did you mean verify?"},
		"a port alone":         {env, []string{"serve", "--sandbox", "--http", "18778"}, "host:port, like 127.0.0.1:8765"},
		"tools of no tool":     {env, []string{"tools", "bann_member"}, "did you mean ban_member?"},
		"explain of no tool":   {env, []string{"policy", "explain", "bann_member"}, "did you mean ban_member?"},
		"unknown flag":         {env, []string{"serve", "--htpp", "x"}, "--htpp"},
		"bad mode":             {env, []string{"serve", "--mode", "Live"}, "read-only, preview, live"},
		"bad mode in env":      {with(env, "MIGHTY_MODE=yes"), []string{"serve"}, "MIGHTY_MODE"},
		"no network":           {env, []string{"call", "get_network"}, "MIGHTY_NETWORK_ID"},
		"no key":               {with(env, "MIGHTY_NETWORK_ID=1"), []string{"call", "get_network"}, "MIGHTY_API_TOKEN"},
		"no network chosen":    {env, []string{"serve", "--config", two}, "none is chosen"},
		"bad network":          {with(env, "MIGHTY_NETWORK_ID=Not Me", "MIGHTY_API_TOKEN=x"), []string{"serve"}, "MIGHTY_NETWORK_ID"},
		"plain http elsewhere": {with(env, "MIGHTY_NETWORK_ID=1", "MIGHTY_API_TOKEN=x", "MIGHTY_API_URL=http://example.org"), []string{"serve"}, "https"},
		"missing file":         {env, []string{"serve", "--config", filepath.Join(dir, "no.yaml")}, "no.yaml"},
		"unknown key":          {env, []string{"serve", "--sandbox", "--config", bad}, `networkz`},
		"unknown toolset":      {env, []string{"serve", "--sandbox", "--toolsets", "memberz"}, "memberz"},
		"unknown tool":         {env, []string{"serve", "--sandbox", "--tools", "ban"}, `"ban"`},
		"not loopback":         {env, []string{"serve", "--sandbox", "--http", "0.0.0.0:0"}, "loopback"},
		"bad fault":            {env, []string{"serve", "--sandbox", "--fault", "GET /x explode"}, "explode"},
		"call without tool":    {env, []string{"call", "--sandbox"}, "name of a tool"},
		"call of no tool":      {env, []string{"call", "bann_member", "--sandbox"}, "did you mean ban_member?"},
		"bad argument":         {env, []string{"call", "get_member", "id=7", "--sandbox"}, `unknown argument "id"`},
		"bad output":           {env, []string{"call", "get_network", "--sandbox", "--output", "xml"}, "text or json"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := run(t, test.env, "", test.args...)
			if r.code != 2 || r.stdout != "" || len(lines(r.stderr)) != 1 || !strings.Contains(r.stderr, test.want) {
				t.Errorf("exit %d, stdout %q, stderr %q; want exit 2 and one line with %q", r.code, r.stdout, r.stderr, test.want)
			}
		})
	}
}

func TestCall(t *testing.T) {
	env := isolated(t)
	victim := fmt.Sprint("member_id=", spammer(t, env))
	readable := run(t, env, "", "call", "get_member", victim, "--sandbox")
	if readable.code != 0 || !strings.Contains(readable.stdout, "first_name: ") || strings.Contains(readable.stdout, "{") {
		t.Errorf("get_member: %+v; want something readable", readable)
	}
	stats := run(t, env, "", "call", "get_network_stats", "--json", `{"max_requests": 50}`, "--sandbox", "-o", "json")
	if !strings.Contains(stats.stdout, `"members": 250`) {
		t.Errorf("get_network_stats: %+v", stats)
	}
	// Toolsets are for what an assistant sees; who types a name has found it.
	if r := run(t, env, "", "call", "list_badges", "--sandbox"); r.code != 0 {
		t.Errorf("a tool outside the core preset: %+v", r)
	}
	if r := run(t, env, "", "call", "list_badges", "--sandbox", "--exclude-tools", "list_badges"); r.code != 1 || !strings.Contains(r.stderr, "the operator excluded it") {
		t.Errorf("a tool that is excluded: %+v", r)
	}
	if r := run(t, env, "", "directory", "refresh", "--sandbox"); r.code != 0 || !strings.Contains(r.stdout, "Call again with --max-requests") {
		t.Errorf("directory refresh: %+v", r)
	}
	// A pipe that says yes is no person.
	for _, input := range []string{"", "yes\n", "y\nyes\nyes\n"} {
		ban := run(t, env, input, "call", "ban_member", victim, "--sandbox")
		if ban.code != 1 || !strings.Contains(ban.stderr, "Nothing was done") {
			t.Errorf("ban_member with %q on stdin: %+v; want a refusal", input, ban)
		}
	}
	quiet := run(t, env, "", "call", "add_space_member", victim, "space_id=1", "--sandbox")
	if quiet.code != 1 || !strings.Contains(quiet.stderr, "nothing was found") {
		t.Errorf("a space that does not exist: %+v", quiet)
	}
	readOnly := run(t, env, "", "call", "add_space_member", victim, "space_id=1", "--sandbox", "--mode", "read-only")
	if readOnly.code != 1 || !strings.Contains(readOnly.stderr, "read-only") {
		t.Errorf("a write in read-only mode: %+v", readOnly)
	}
}

// TestCallExits0OnlyWhenItWasDone: a script goes on after a 0.
func TestCallExits0OnlyWhenItWasDone(t *testing.T) {
	c := newCommunity(t)
	announce := []string{"call", "announce_post", "--json", c.announcement("From a script")}
	waits := run(t, c.env, "", announce...)
	if waits.code != 1 || !strings.Contains(waits.stdout, "status: awaiting_approval") || !strings.Contains(waits.stderr, "Nothing was done yet: announce_post waits for approval") || len(lines(waits.stderr)) != 1 {
		t.Errorf("what waits for approval: %+v; want its answer, exit 1 and one line that says why", waits)
	}
	preview := run(t, c.env, "", append(announce, "--mode", "preview")...)
	if preview.code != 0 || !strings.Contains(preview.stdout, "status: preview") || preview.stderr != "" {
		t.Errorf("what preview mode was asked for: %+v", preview)
	}
	if n := len(c.posts("From a script")); n != 0 {
		t.Errorf("%d posts were made", n)
	}
}

func TestToolsCommand(t *testing.T) {
	env := isolated(t)
	table := run(t, env, "", "tools")
	if table.code != 0 || !strings.Contains(table.stdout, "ban_member") || !strings.Contains(table.stdout, "destructive") || len(lines(table.stdout)) < 30 {
		t.Errorf("tools: %+v; want a heading, the tools and a sum", table)
	}
	one := run(t, env, "", "tools", "ban_member")
	if !strings.Contains(one.stdout, "for good") || !strings.Contains(one.stdout, `"member_id"`) {
		t.Errorf("tools ban_member: %+v", one)
	}
	var rows []struct {
		Name   string
		Tokens int
		Shown  bool
	}
	encoded := run(t, env, "", "tools", "--output", "json", "--mode", "live", "--toolsets", "all", "--exclude-tools", "ban_member")
	if err := json.Unmarshal([]byte(encoded.stdout), &rows); err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		off := row.Name == "ban_member" || row.Name == "bulk_ban_members"
		if row.Tokens == 0 || row.Shown == off {
			t.Errorf("row %+v; want tokens, and everything shown but ban_member and its bulk twin", row)
		}
	}
}

func TestDoctor(t *testing.T) {
	env := isolated(t)
	sandbox := start(t, env, "sandbox", "--listen", "127.0.0.1:0")
	url := sandbox.url()
	token := sandbox.stderr.waitFor(t, tokenPattern)
	network := with(isolated(t), "MIGHTY_API_URL="+url, "MIGHTY_NETWORK_ID=4242")
	well := run(t, with(network, "MIGHTY_API_TOKEN="+token), "", "doctor")
	if well.code != 0 || strings.Contains(well.stdout, "WRONG") || !strings.Contains(well.stdout, "clock") {
		t.Errorf("doctor of a healthy setup: %+v", well)
	}
	if strings.Contains(well.stdout+well.stderr, token) {
		t.Error("doctor prints the key")
	}
	people := "MIGHTY_CONFIG=" + configured(t, teamFile)
	secrets := []string{people, "MIGHTY_API_TOKEN=" + token, "MARIA_TOKEN=marias-token-4711-abcdef", "MARIA_SECRET=marias-secret-3141-abcdef", "OLGA_SECRET=olgas-secret-2718-abcdef"}
	if team := run(t, with(network, secrets...), "", "doctor"); team.code != 0 || !strings.Contains(team.stdout, "1 callers and 2 approvers") {
		t.Errorf("doctor of a team: %+v", team)
	}
	listed := with(network, "MIGHTY_API_TOKEN="+token, "MIGHTY_PROTECTED_TAGS=MENTOR", fmt.Sprintf("MIGHTY_PROTECTED_IDS=%d", spammer(t, env)))
	if r := run(t, listed, "", "doctor"); r.code != 0 || !strings.Contains(r.stdout, "ok     protected      1 members, 1 tags and 0 badges of the list are there") {
		t.Errorf("doctor of a list that is right: %+v", r)
	}
	for name, test := range map[string]struct {
		env  []string
		want string
	}{
		"shared secret":   {with(network, append(secrets, "OLGA_SECRET=marias-token-4711-abcdef")...), "WRONG  people"},
		"wrong key":       {with(network, "MIGHTY_API_TOKEN=mn_wrong"), "WRONG  key"},
		"wrong network":   {with(network, "MIGHTY_API_TOKEN="+token, "MIGHTY_NETWORK_ID=7"), "WRONG  network"},
		"API down":        {with(network, "MIGHTY_API_TOKEN="+token, "MIGHTY_API_URL=http://127.0.0.1:1"), "WRONG  network"},
		"state forbidden": {with(network, "MIGHTY_API_TOKEN="+token, "MIGHTY_STATE_DIR=/dev/null/x"), "WRONG  state"},
		"misspelt tag":    {with(network, "MIGHTY_API_TOKEN="+token, "MIGHTY_PROTECTED_TAGS=mentr"), `WRONG  protected      protected.tags: no tag is called "mentr" or has it as its id (did you mean mentor?)`},
		"no such badge":   {with(network, "MIGHTY_API_TOKEN="+token, "MIGHTY_PROTECTED_BADGES=Nope"), `WRONG  protected      protected.badges: no badge is called "Nope"`},
		"no such address": {with(network, "MIGHTY_API_TOKEN="+token, "MIGHTY_PROTECTED_EMAILS=nobody@example.org"), `WRONG  protected      protected.emails: no member is nobody@example.org`},
		"no such member":  {with(network, "MIGHTY_API_TOKEN="+token, "MIGHTY_PROTECTED_IDS=1"), `WRONG  protected      protected.ids: no member is 1`},
	} {
		t.Run(name, func(t *testing.T) {
			ill := run(t, test.env, "", "doctor")
			if ill.code != 1 || !strings.Contains(ill.stdout, test.want) {
				t.Errorf("doctor: %+v; want %q", ill, test.want)
			}
		})
	}
}

func TestVersionAndHelp(t *testing.T) {
	env := isolated(t)
	if v := run(t, env, "", "version"); v.code != 0 || !strings.HasPrefix(v.stdout, "mcp-mighty ") {
		t.Errorf("version: %+v", v)
	}
	for _, command := range []string{"serve", "call", "tools", "sandbox", "doctor", "version"} {
		if help := run(t, env, "", command, "--help"); help.code != 0 || len(lines(help.stdout)) < 5 {
			t.Errorf("%s --help: %+v", command, help)
		}
	}
	if help := run(t, env, "", "serve", "--help"); !strings.Contains(help.stdout, "--toolsets strings ") {
		t.Errorf("serve --help: %s", help.stdout)
	}
	if help := run(t, env, ""); help.code != 0 || !strings.Contains(help.stdout, "--sandbox") {
		t.Errorf("no arguments: %+v; want the help", help)
	}
}

func TestServeSaysWhatToDoAboutATakenPort(t *testing.T) {
	env := isolated(t)
	address := strings.TrimPrefix(serveHTTP(t, env, "--sandbox"), "http://")
	r := run(t, env, "", "serve", "--sandbox", "--http", address)
	if r.code != 1 || !strings.Contains(r.stderr, address) || !strings.Contains(r.stderr, "give another one (--http") {
		t.Errorf("%+v", r)
	}
}

func TestServerStopsWhenTold(t *testing.T) {
	env := isolated(t)
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		p := start(t, env, "serve", "--sandbox", "--http", "127.0.0.1:0")
		p.url()
		p.stop(signal)
		if code := p.cmd.ProcessState.ExitCode(); code != 0 {
			t.Errorf("after %v it exits with %d:\n%s", signal, code, p.stderr)
		}
	}
}
