package guardrails

import (
	"strings"
	"testing"

	"github.com/mcp-mighty/mcp-mighty/config"
)

func TestIdleRulesAndLimits(t *testing.T) {
	names := []Name{
		{"export_members", "directory", Outward}, {"list_members", "members", Read},
		{"ban_member", "members", Destructive}, {"delete_member", "members", Destructive}, {"delete_post", "posts", Destructive},
	}
	roles := []string{"local", "bot", "moderator"}
	confirm := config.Rule{Risks: []string{"destructive"}, Is: config.Confirm, Source: "c:1"}
	const nothing = "the rule never decides: no tool fits it"
	for name, test := range map[string]struct {
		rules []config.Rule
		want  string
	}{
		"none":      {nil, ""},
		"each fits": {[]config.Rule{{Tools: []string{"ban_member"}, Is: config.Deny}, confirm}, ""},
		"of another class": {[]config.Rule{{Risks: []string{"read"}, Tools: []string{"export_members"}, Source: "c:1"}},
			"c:1: policy.rules: " + nothing + " (export_members is outward, of toolset directory)"},
		"of another toolset": {[]config.Rule{{Toolsets: []string{"posts"}, Tools: []string{"ban_member", "list_members"}, Source: "c:1"}},
			nothing + " (list_members is read, of toolset members; ban_member is destructive, of toolset members)"},
		"a class that a toolset does not have": {[]config.Rule{{Risks: []string{"read"}, Toolsets: []string{"posts"}, Source: "c:1"}}, nothing},
		"behind its class": {[]config.Rule{confirm, {Tools: []string{"ban_member"}, Is: config.Deny, Source: "c:2"}},
			"c:2: policy.rules: the rule never decides: c:1 decides before it for all that it fits; put it before that"},
		"behind everything": {[]config.Rule{{Is: config.Confirm, Source: "c:1"}, confirm, {Roles: []string{"bot"}, Is: config.Deny, Source: "c:3"}}, "policy.rules: the rule never decides: c:1 decides"},
		"behind two, a tool each": {[]config.Rule{{Tools: []string{"ban_member"}, Source: "c:1"}, {Tools: []string{"delete_member"}, Source: "c:2"}, {Toolsets: []string{"posts"}, Source: "c:3"}, {Risks: []string{"destructive"}, Is: config.Deny, Source: "c:4"}},
			"c:1, c:2 and c:3 decide before it"},
		"behind two, a role each": {[]config.Rule{{Tools: []string{"ban_member"}, Roles: []string{"local"}, Source: "c:1"}, {Tools: []string{"ban_member"}, Roles: []string{"bot", "moderator"}, Source: "c:2"}, {Tools: []string{"ban_member"}, Source: "c:3"}},
			"c:1 and c:2 decide before it"},
		"left a role": {[]config.Rule{{Tools: []string{"ban_member"}, Roles: []string{"local"}}, {Tools: []string{"ban_member"}}}, ""},
		"left a tool": {[]config.Rule{{Tools: []string{"ban_member"}}, {Toolsets: []string{"members"}, Risks: []string{"destructive"}}}, ""},
	} {
		err := Idle(config.Policy{Rules: test.rules}, names, roles)
		if got := said(err); test.want == "" && err != nil || !strings.Contains(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
	for name, test := range map[string]struct {
		limit config.Limit
		want  string
	}{
		"everything":        {config.Limit{}, ""},
		"a tool":            {config.Limit{Tools: []string{"list_members", "ban_member"}}, ""},
		"a tool that reads": {config.Limit{Tools: []string{"list_members"}, Source: "c:9"}, "c:9: policy.limits: the limit never counts: no tool that changes anything fits it (list_members is read, of toolset members)"},
		"the class":         {config.Limit{Risks: []string{"read"}, Source: "c:9"}, "no tool that changes anything fits it"},
		"of another class":  {config.Limit{Risks: []string{"outward"}, Tools: []string{"ban_member"}}, "ban_member is destructive"},
	} {
		err := Idle(config.Policy{Limits: []config.Limit{test.limit}}, names, roles)
		if got := said(err); test.want == "" && err != nil || !strings.Contains(got, test.want) {
			t.Errorf("a limit of %s: %q, want %q", name, got, test.want)
		}
	}
}

func said(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
