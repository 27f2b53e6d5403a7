package e2e

import (
	"strings"
	"testing"
)

// explain runs policy explain in the sandbox under a configuration.
func explain(t *testing.T, file string, args ...string) finished {
	t.Helper()
	return run(t, isolated(t), "", append([]string{"policy", "explain", "--sandbox", "--config", configured(t, file)}, args...)...)
}

func TestPolicyExplainTellsTheLimits(t *testing.T) {
	const list = "policy:\n  limits:\n    - {tool: delete_post, most: 3, per: 1h}\n"
	for _, test := range []struct{ file, tool, want string }{
		{"", "ban_member", "- limit: risk destructive: at most 10 in 1h (default); 0 are taken, and this takes 1\n"},
		{list, "ban_member", "- limit: risk destructive: at most 10 in 1h (default); 0 are taken, and this takes 1\n"},
		{list, "delete_post", "- limit: tool delete_post: at most 3 in 1h ("},
		{list, "create_tag", "- limit: no limit\n"},
		{"policy: {limits: []}\n", "ban_member", "- limit: no limit\n"},
	} {
		if r := explain(t, test.file, test.tool); r.code != 0 || !strings.Contains(r.stdout, test.want) {
			t.Errorf("%s under %q: exit %d, %s%s; want %q", test.tool, test.file, r.code, r.stdout, r.stderr, test.want)
		}
	}
	if r := explain(t, "", "list_members"); strings.Contains(r.stdout, "limit:") {
		t.Errorf("a read has no limits: %s", r.stdout)
	}
}

func TestPolicyExplainDoesNotMislead(t *testing.T) {
	const two = `callers: {maria: {role: moderator, token: {env: MARIA_TOKEN}}}
approvers: {olga: {secret: {env: OLGA_SECRET}}}
policy: {rules: [{tool: ban_member, is: two_people}]}
`
	const nine = `{"items":[{"member_id":1},{"member_id":2},{"member_id":3},{"member_id":4},{"member_id":5},{"member_id":6},{"member_id":7},{"member_id":8},{"member_id":9}]}`
	for _, test := range []struct {
		file string
		args []string
		code int
		says []string
		not  string
	}{
		{"", []string{"undo_action"}, 0, []string{"asks a person where that asks", "undo: It can be undone afterwards where the tool"}, "without asking anybody"},
		{"", []string{"delete_post"}, 0, []string{"undo: Its text can be published again as a new post under the key owner's name"}, "It can be undone afterwards"},
		{two, []string{"ban_member", "--role", "moderator"}, 0, []string{"another person", "on the approvals page"}, "approves it away from the assistant's program"},
		{"", []string{"bulk_ban_members", "--mode", "read-only", "--toolsets", "all", "--json", nine}, 0, []string{"read-only", "this takes 9"}, "this takes 1"},
		{"", []string{"bulk_ban_members", "--json", nine}, 0, []string{"switched off", "this takes 9"}, "this takes 1"},
		{"", []string{"ban_member", "--mode", "read-only", "member_id=x"}, 2, []string{"member_id", "this server is read-only"}, "is refused"},
		{"", []string{"delete_tag", "id=7"}, 2, []string{`unknown argument "id"`, "switched off"}, "is refused"},
	} {
		r := explain(t, test.file, test.args...)
		said := r.stdout + r.stderr
		for _, says := range test.says {
			if r.code != test.code || !strings.Contains(said, says) || strings.Contains(said, test.not) {
				t.Errorf("%v: exit %d, %s; want %q and not %q", test.args, r.code, said, says, test.not)
			}
		}
	}
}
