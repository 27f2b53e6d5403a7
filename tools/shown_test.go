package tools_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// manyRoles has for each role something of its own, by every kind of rule.
func manyRoles() config.Policy {
	policy := config.Policy{
		Rules: []config.Rule{
			{Roles: []string{"reader"}, Risks: []string{"write", "outward", "destructive"}, Is: config.Deny},
			{Roles: []string{"moderator"}, Tools: []string{"delete_post"}, Is: config.Allow},
			{Roles: []string{"moderator"}, Toolsets: []string{"billing", "tags"}, Is: config.Deny},
			{Roles: []string{"moderator"}, Risks: []string{"destructive"}, Is: config.TwoPeople},
			{Roles: []string{"moderator"}, Tools: []string{"list_spaces"}, Is: config.Confirm},
			{Roles: []string{"poster"}, Toolsets: []string{"posts"}, Is: config.Allow},
			{Roles: []string{"poster"}, Is: config.Deny},
			{Roles: []string{"odd"}, Toolsets: []string{"events"}, Is: "perhaps"},
			{Roles: []string{"odd"}, Tools: []string{"undo_action"}, Is: config.Deny},
			{Tools: []string{"set_member_role", "list_plans"}, Is: config.TwoPeople},
			{Tools: []string{"ban_member"}, Is: config.Deny},
		},
		// These hang on more than who asks, and hide nothing.
		Limits: []config.Limit{{Risks: []string{"destructive"}, Most: 0, Per: time.Hour, Source: "p:limit"}},
		Quiet:  &config.QuietHours{From: 8 * time.Hour, To: 20 * time.Hour, Zone: time.UTC, Source: "p:quiet"},
	}
	for i := range policy.Rules {
		policy.Rules[i].Source = "p:rule"
	}
	return policy
}

// TestShownIsWhatMayBeCalled holds of every tool and role: what is shown is not
// refused by the policy for being what it is; what is not shown always is, with
// the refusal that the list went by, and neither costs a request nor escapes
// the audit trail; and policy explain says the same.
func TestShownIsWhatMayBeCalled(t *testing.T) {
	s := newSandboxed(t, small, func(o *setup) { o.mode, o.policy = guardrails.PreviewOnly, manyRoles() })
	good := s.goodArguments()
	codes := map[string]int{}
	shown, hidden := map[string]int{}, 0
	for _, role := range []string{"", guardrails.RoleLocal, "reader", "moderator", "poster", "odd", "stranger"} {
		caller := guardrails.Caller{Principal: "test " + role, Role: role}
		for _, tool := range s.catalogue.All() {
			arguments := good[tool.Name]
			if !tool.Risk.Acts() {
				arguments = s.readArguments(tool.Name)
			}
			encoded, err := json.Marshal(arguments)
			if err != nil {
				t.Fatal(err)
			}
			request := guardrails.Request{Caller: caller, Arguments: encoded}
			before := len(s.sandbox.Requests())
			answer := s.catalogue.Call(t.Context(), tool.Name, request, nil)
			refusal := s.catalogue.Admits(tool, caller)
			explained, err := s.catalogue.Explain(t.Context(), tool, guardrails.Request{Caller: caller})
			if err != nil || explained.Shown != (refusal == nil) {
				t.Errorf("%q, %s: explained as shown %v, %v", role, tool.Name, explained.Shown, err)
			}
			switch policy := answer.Code == string(guardrails.CodePolicy); {
			case refusal == nil:
				shown[role]++
				codes[answer.Code]++
				if policy && tool.Name != "undo_action" { // whose inverse decides
					t.Errorf("%q is shown %s, and then: %s", role, tool.Name, answer.Problem)
				}
			case !policy || answer.Problem != refusal.Error():
				t.Errorf("%q is not shown %s (%v), and it answers %s %s", role, tool.Name, refusal, answer.Code, answer.Problem)
			case len(s.sandbox.Requests()) != before || answer.Requests != 0:
				t.Errorf("%q calls %s: requests went out", role, tool.Name)
			case explained.Plan != guardrails.WouldRefuse || explained.Refusal != answer.Problem:
				t.Errorf("%q calls %s: explained as %+v", role, tool.Name, explained)
			default:
				hidden++
			}
		}
	}
	all := len(s.catalogue.All())
	if shown[""] != shown["local"] || shown["stranger"] <= shown["local"] || shown["reader"] >= all/2 || shown["poster"] == 0 || shown["poster"] > 20 {
		t.Errorf("of %d tools are shown: %v", all, shown)
	}
	for _, code := range []guardrails.Code{guardrails.CodeLimit, guardrails.CodeQuiet} {
		if codes[string(code)] == 0 {
			t.Errorf("no shown tool was refused as %s: %v", code, codes)
		}
	}
	if n := s.refusals("policy"); n < hidden {
		t.Errorf("the audit trail has %d refusals of %d", n, hidden)
	}
}

// refusals counts those of a code in the audit trail.
func (s *sandboxed) refusals(code string) (n int) {
	s.t.Helper()
	if _, _, err := s.journal.Trail(s.t.Context(), func(r store.Record) error {
		if r.Kind == "refused" && r.Outcome == code {
			n++
		}
		return nil
	}); err != nil {
		s.t.Fatal(err)
	}
	return n
}

// TestUndoIsShownWhereAnInverseIsDenied: what an undo does shows in the call,
// and list_recent_actions says beforehand which is no use.
func TestUndoIsShownWhereAnInverseIsDenied(t *testing.T) {
	deny := config.Policy{Rules: []config.Rule{{Risks: []string{"destructive"}, Is: config.Deny, Source: "p:1"}}}
	s := newSandboxed(t, small, func(o *setup) { o.policy = deny })
	undo, _ := s.catalogue.Lookup("undo_action")
	if err := s.catalogue.Admits(undo, guardrails.Caller{}); err != nil {
		t.Fatal(err)
	}
	s.ok("add_space_member", s.goodArguments()["add_space_member"])
	s.ok("update_post", s.goodArguments()["update_post"])
	listed := asText(s.ok("list_recent_actions", nil))
	for _, want := range []string{
		`"can_undo":true`, `"undo":"by update_post"`,
		`"can_undo":false`, "It would take remove_space_member, which the operator's policy does not let you use.",
	} {
		if !strings.Contains(listed, want) {
			t.Errorf("%s is missing in %s", want, listed)
		}
	}
	items := s.ok("list_recent_actions", nil)["items"].([]any)
	for _, item := range items {
		item := item.(map[string]any)
		answer := s.call("undo_action", map[string]any{"action_id": item["id"]})
		if forbidden := answer.Code == string(guardrails.CodePolicy); forbidden == (item["can_undo"] == true) {
			t.Errorf("%v: %s %s", item, answer.Code, answer.Problem)
		}
	}
}
