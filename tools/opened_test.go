package tools_test

import (
	"strings"
	"testing"

	"github.com/mcp-mighty/mcp-mighty/sandbox"
)

// TestAForeignKeyIsNamedAtTheFirstCall: the API says "forbidden" or "not
// found" to a key of another network as to much else, so a first refusal is looked into.
func TestAForeignKeyIsNamedAtTheFirstCall(t *testing.T) {
	for tool, arguments := range map[string]map[string]any{
		"list_members": {}, "search_members": {"name": "a"}, "list_polls": {"space_id": "Lounge"},
		"ban_member": {"member_id": 7}, "create_tag": {"title": "a"},
	} {
		for how, says := range map[string]string{"hidden": "does not show it to this key", "forbidden": "the key does not open this network"} {
			s := newSandboxed(t, func(o *setup) { o.network = "777" })
			if how == "forbidden" {
				s.sandbox.Inject(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 403})
			}
			answer := s.problem(tool, arguments)
			if answer.Code != "wrong_network" || !strings.Contains(answer.Problem, says) || !strings.Contains(answer.Problem, "A key works for exactly one network") {
				t.Errorf("%s, %s: %s %s", tool, how, answer.Code, answer.Problem)
			}
			if s.sandbox.Changes() != 0 || len(s.sandbox.Requests()) > 3 {
				t.Errorf("%s, %s: %d changes after %d requests", tool, how, s.sandbox.Changes(), len(s.sandbox.Requests()))
			}
		}
	}
}

// TestARefusalIsNotTheKeysWhenTheKeyFits holds a refusal to what was asked.
func TestARefusalIsNotTheKeysWhenTheKeyFits(t *testing.T) {
	s := newSandboxed(t)
	s.sandbox.Inject(sandbox.Fault{Path: "/members", Kind: sandbox.FaultStatus, Status: 403})
	for range 2 {
		if answer := s.problem("list_members", nil); answer.Code != "not_allowed" {
			t.Errorf("%s %s", answer.Code, answer.Problem)
		}
	}
	// The key was looked at once.
	if n := len(s.sandbox.Requests()); n != 3 {
		t.Errorf("%d requests", n)
	}
}
