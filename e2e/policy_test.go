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
