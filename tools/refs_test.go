package tools_test

import (
	"fmt"
	"strings"
	"testing"
)

func TestSpacesByName(t *testing.T) {
	s := newSandboxed(t)
	n := s.sandbox.Notable()
	space := s.ok("get_space", map[string]any{"space_id": n.PaidSpace})
	name := space["name"].(string)
	if got := s.ok("get_space", map[string]any{"space_id": " " + name + " "}); got["id"] != space["id"] {
		t.Errorf("by name %q: %v, want %v", name, got, space)
	}
	s.ok("add_space_member", map[string]any{"space_id": name, "member_id": n.Spammers[0]})
	if got := s.sandbox.SpaceRole(n.PaidSpace, n.Spammers[0]); got == "" {
		t.Error("add_space_member by name added nobody")
	}
	s.undo()
	s.ok("create_post", map[string]any{"space_id": s.ok("get_space", map[string]any{"space_id": s.postSpace()})["name"], "title": "By name"})

	changes := s.sandbox.Changes()
	twice := s.ok("get_space", map[string]any{"space_id": n.DuplicateSpaces[0]})["name"].(string)
	for reference, want := range map[string]string{
		twice:                    fmt.Sprint(n.DuplicateSpaces[1]),
		strings.ToUpper(name):    "similar: " + fmt.Sprint(n.PaidSpace),
		"No such space":          "list_spaces",
		name[:len(name)-1]:       "list_spaces",
		"../members":             "list_spaces",
		"<b>\u202e</b>\n\nrules": "list_spaces",
	} {
		answer := s.problem("add_space_member", map[string]any{"space_id": reference, "member_id": n.Spammers[0]})
		if !strings.Contains(answer.Problem, want) || !strings.Contains(answer.Problem, "Nothing was done") || answer.Code != "bad_arguments" {
			t.Errorf("%q: %s; want %q", reference, answer.Problem, want)
		}
	}
	if s.sandbox.Changes() != changes {
		t.Error("a name that fits nothing or two things changed something")
	}
}
