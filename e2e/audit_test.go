package e2e

import (
	"bufio"
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite"
)

// audited makes a community with a few records in its trail.
func audited(t *testing.T) *community {
	t.Helper()
	c := newCommunity(t)
	for range 3 { // refused, since nobody can be asked and nothing may wait for long
		if r := run(t, with(c.env, "MIGHTY_MODE=read-only"), "", "call", "announce_post", "space_id=1", "title=x"); r.code != 1 {
			t.Fatalf("%+v", r)
		}
	}
	return c
}

func TestAuditTrailFromTheCommandLine(t *testing.T) {
	c := audited(t)
	list := run(t, c.env, "", "audit", "list", "--limit", "2")
	lines := strings.Split(strings.TrimSpace(list.stdout), "\n")
	if list.code != 0 || len(lines) != 3 || !strings.HasPrefix(lines[1], "3 ") || !strings.HasPrefix(lines[2], "2 ") || !strings.Contains(lines[1], "read_only") {
		t.Errorf("list: %+v", list)
	}
	show := run(t, c.env, "", "audit", "show", "2", "--output", "json")
	var record struct {
		Seq                int
		Kind, Tool, MAC    string
		Principal, Outcome string
	}
	if err := json.Unmarshal([]byte(show.stdout), &record); err != nil || record.Seq != 2 || record.Kind != "refused" || record.Tool != "announce_post" || record.Principal != "terminal" || record.MAC == "" {
		t.Errorf("show: %v: %+v", err, show)
	}
	if r := run(t, c.env, "", "audit", "show", "9"); r.code != 1 || !strings.Contains(r.stderr, "there is no record 9") {
		t.Errorf("show what is not there: %+v", r)
	}
	if r := run(t, c.env, "", "audit", "show", "x"); r.code != 2 {
		t.Errorf("show x: %+v", r)
	}
	exported := run(t, c.env, "", "audit", "export")
	seq := 0
	for scanner := bufio.NewScanner(strings.NewReader(exported.stdout)); scanner.Scan(); {
		seq++
		if err := json.Unmarshal(scanner.Bytes(), &record); err != nil || record.Seq != seq {
			t.Errorf("line %d: %v: %s", seq, err, scanner.Text())
		}
	}
	if seq != 3 {
		t.Errorf("%d records were exported", seq)
	}
}

func TestAuditVerifyFindsWhatWasDoneToTheTrail(t *testing.T) {
	c := audited(t)
	whole := run(t, c.env, "", "audit", "verify")
	lines := strings.Split(strings.TrimSpace(whole.stdout), "\n")
	if whole.code != 0 || len(lines) != 2 || !strings.HasPrefix(lines[1], "3:") {
		t.Fatalf("verify: %+v", whole)
	}
	seal := lines[1]
	run(t, with(c.env, "MIGHTY_MODE=read-only"), "", "call", "announce_post", "space_id=1", "title=x")
	if r := run(t, c.env, "", "audit", "verify", "--expect", seal); r.code != 0 {
		t.Errorf("a trail that went on: %+v", r)
	}
	for _, wrong := range []string{"3:" + strings.Repeat("0", 64), "9" + seal[1:]} {
		if r := run(t, c.env, "", "audit", "verify", "--expect", wrong); r.code != 1 || !strings.Contains(r.stderr, "put back or made anew") {
			t.Errorf("another trail: %+v", r)
		}
	}
	if r := run(t, c.env, "", "audit", "verify", "--expect", "x"); r.code != 2 {
		t.Errorf("--expect x: %+v", r)
	}
	dir := filepath.Join(home(c.env), "mcp-mighty")
	if _, err := os.Stat(dir); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "mcp-mighty.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), `UPDATE audit SET body = replace(body, 'read_only', 'tool_off') WHERE seq = 2`); err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"verify", "export", "list"} {
		if r := run(t, c.env, "", "audit", command); r.code != 1 || !strings.Contains(r.stderr, "audit record 2") {
			t.Errorf("%s of a trail that was edited: %+v", command, r)
		}
	}
	if r := run(t, c.env, "", "doctor"); r.code != 1 || !strings.Contains(r.stdout, "WRONG  audit") {
		t.Errorf("doctor: %+v", r)
	}
}

// home is where a program with this environment keeps its state.
func home(env []string) string {
	for _, variable := range env {
		if dir, found := strings.CutPrefix(variable, "XDG_STATE_HOME="); found {
			return dir
		}
	}
	return ""
}

func TestPolicyFromTheCommandLine(t *testing.T) {
	env := isolated(t, "MIGHTY_NETWORK_ID=4242", "MIGHTY_API_URL=http://127.0.0.1:1", "MIGHTY_API_TOKEN=mn_none", "MIGHTY_MODE=live")
	policy := func(text string) string {
		path := filepath.Join(t.TempDir(), "config.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	file := policy("policy:\n  rules:\n    - {tool: ban_member, is: confirm_out_of_band}\n    - {toolset: tags, risk: write, is: deny}\n  limits:\n    - {risk: destructive, most: 3, per: 2h}\n")
	for _, test := range []struct {
		args []string
		says []string
		code int
	}{
		{[]string{"ban_member"}, []string{"waits until a person approves", "config.yaml:3", "at most 3 in 2h", "0 are taken"}, 0},
		{[]string{"ban_member", "member_id=7"}, []string{"waits until"}, 0},
		{[]string{"ban_member", "--mode", "read-only"}, []string{"refused", "read-only"}, 0},
		{[]string{"bulk_ban_members", "--json", `{"items":[{"member_id":7},{"member_id":8}]}`, "--toolsets", "all"}, []string{"waits until", "this takes 2"}, 0},
		{[]string{"create_tag", "--toolsets", "all"}, []string{"refused", "config.yaml:4", "policy: deny", "is not shown the tool"}, 0},
		{[]string{"list_members"}, []string{"runs, without asking"}, 0},
		{[]string{"delete_tag"}, []string{"switched off"}, 0},
		{[]string{"ban_member", "member_id=x"}, []string{"member_id"}, 2},
		{[]string{"ban_membr"}, []string{"there is no tool"}, 2},
		{[]string{"ban_member", "--role", "moderator"}, []string{"nobody has the role"}, 2},
	} {
		r := run(t, env, "", append([]string{"policy", "explain", "--config", file}, test.args...)...)
		for _, says := range test.says {
			if r.code != test.code || !strings.Contains(r.stdout+r.stderr, says) {
				t.Errorf("%v: %+v; want %q", test.args, r, says)
			}
		}
	}
	// The catalogue says the same, for each role.
	roles := policy("policy:\n  rules:\n    - {tool: ban_member, role: moderator, is: deny}\n    - {toolset: tags, risk: write, role: local, is: deny}\n" + callersFile)
	withMaria := with(env, "MARIA_TOKEN=marias-token-4711-abcdef")
	for who, want := range map[string]map[string]bool{
		"--role=local":     {"create_tag": false, "bulk_add_member_tags": false, "delete_tag": true, "ban_member": true},
		"--role=moderator": {"create_tag": true, "ban_member": false, "bulk_ban_members": false},
		"--caller=maria":   {"create_tag": true, "ban_member": false, "bulk_ban_members": false},
	} {
		var rows []struct {
			Name  string
			Shown bool
		}
		r := run(t, withMaria, "", "tools", "--config", roles, "--toolsets", "all", "--output", "json", who)
		if err := json.Unmarshal([]byte(r.stdout), &rows); err != nil {
			t.Fatalf("tools %s: %v, %+v", who, err, r)
		}
		for _, row := range rows {
			if shown, named := want[row.Name]; named && row.Shown != shown {
				t.Errorf("tools %s: %s is shown: %v", who, row.Name, row.Shown)
			}
		}
	}
	if r := run(t, withMaria, "", "tools", "--config", roles, "--role", "moderator"); !strings.Contains(r.stdout, "to role moderator") {
		t.Errorf("tools --role moderator: %+v", r)
	}
	if r := run(t, withMaria, "", "tools", "--config", roles, "--role", "moderatr"); r.code != 2 || !strings.Contains(r.stderr, "did you mean moderator?") {
		t.Errorf("tools --role moderatr: %+v", r)
	}
	// The API is down, so all this cost no request; and a policy that speaks of
	// what does not exist stops the start.
	for text, says := range map[string]string{
		"policy:\n  rules:\n    - {tool: export_members, risk: read, is: deny}\n":                                 `config.yaml:3: policy.rules: the rule never decides: no tool fits it (export_members is outward, of toolset members)`,
		"policy:\n  rules:\n    - {risk: destructive, is: confirm}\n    - {tool: ban_member, is: deny}\n":         `config.yaml:3 decides before it`,
		"policy:\n  rules:\n    - {is: confirm}\n    - {tool: ban_member, is: deny}\n":                            `config.yaml:4: policy.rules: the rule never decides`,
		"policy:\n  limits:\n    - {tool: list_members, most: 1, per: 1h}\n":                                      `config.yaml:3: policy.limits: the limit never counts`,
		"policy:\n  rules:\n    - {tool: delete_tag, is: deny}\n    - {toolset: tags, risk: read, is: confirm}\n": "", // its toolset is not on
		"policy:\n  rules:\n    - {tool: ban_membr, is: deny}\n":                                                  `config.yaml:3: policy.rules.tool: there is no tool "ban_membr" (did you mean ban_member?)`,
		"policy:\n  limits:\n    - {toolset: tagz, most: 1, per: 1h}\n":                                           `config.yaml:3: policy.limits.toolset: there is no toolset "tagz" (did you mean tags?)`,
		"policy:\n  rules:\n    - {toolset: workspace, risk: outward, is: deny}\n":                                "",
	} {
		r := run(t, env, "", "tools", "--config", policy(text))
		if says == "" && r.code != 0 || says != "" && (r.code != 2 || !strings.Contains(r.stderr, says)) {
			t.Errorf("%s: %+v; want %q", text, r, says)
		}
	}
}
