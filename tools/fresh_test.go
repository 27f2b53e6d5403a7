package tools_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
)

// renameElsewhere gives the notable tag another name, as a host does in the
// browser, and returns the old one.
func (s *sandboxed) renameElsewhere(to string) any {
	s.t.Helper()
	tag := s.sandbox.Notable().Tag
	old := s.ok("get_tag", args("tag_id", tag))["title"]
	s.elsewhere(http.MethodPatch, fmt.Sprintf("/tags/%d/", tag), fmt.Sprintf(`{"title":%q}`, to))
	return old
}

// A search that is to use nothing kept resolves its names anew as well.
func TestFreshResolvesNamesAnew(t *testing.T) {
	s := newSandboxed(t, keepingAnswers)
	s.tagged(s.ok("get_tag", args("tag_id", s.sandbox.Notable().Tag))["title"])
	old := s.renameElsewhere("Renamed")
	if out := s.ok("search_members", args("tag_id", old, "name", "a")); out["requests"] != 0.0 {
		t.Fatalf("the names are not kept: %v", out)
	}
	if answer := s.problem("search_members", args("tag_id", old, "name", "a", "fresh", true)); answer.Code != "bad_arguments" {
		t.Errorf("%s", answer.Problem)
	}
	// What was read for that is kept for others.
	if answer := s.problem("search_members", args("tag_id", old, "name", "a")); answer.Code != "bad_arguments" {
		t.Errorf("%s", answer.Problem)
	}
}

// The directory files what it reads as of now, so it takes no answers that the
// client kept from before.
func TestTheDirectoryFilesNothingOld(t *testing.T) {
	s := newSandboxed(t, keepingAnswers)
	n := s.sandbox.Notable()
	for _, tool := range []string{"list_spaces", "list_tags", "list_plans", "list_badges"} {
		s.ok(tool, args("per_page", 100))
	}
	s.elsewhere(http.MethodPost, "/spaces", `{"name":"Elsewhere"}`)
	if got := s.ok("get_network_stats", nil)["spaces"]; got != float64(len(s.sandbox.Spaces())) {
		t.Errorf("%v spaces, and there are %d", got, len(s.sandbox.Spaces()))
	}
	holders, _ := s.tagged(n.Tag)
	// Named by name, with the list of tags in the client's memory.
	s.ok("list_tags", args("per_page", 100))
	s.renameElsewhere("Once")
	if ids, _ := s.tagged("Once"); !slices.Equal(ids, holders) {
		t.Errorf("by its new name: %v", ids)
	}
	s.ok("list_tags", args("per_page", 100))
	s.renameElsewhere("Twice")
	s.ok("refresh_directory", args("max_requests", 100))
	if out := s.ok("search_members", args("tag_id", "Twice")); out["total"] != float64(len(holders)) || out["requests"] != 0.0 {
		t.Errorf("after the refresh: %v", out)
	}
}

// The same holds for what members bear.
func TestLabelsAreAskedAnew(t *testing.T) {
	s := newSandboxed(t, keepingAnswers)
	n := s.sandbox.Notable()
	holder := s.where(func(id uint64) bool { return slices.Contains(s.sandbox.MemberTags(id), n.Tag) })[0]
	s.ok("list_member_tags", args("member_id", holder, "per_page", 100))
	s.elsewhere(http.MethodDelete, fmt.Sprintf("/members/%d/tags/%d/", holder, n.Tag), "")
	if ids, _ := s.tagged(n.Tag); slices.Contains(ids, holder) {
		t.Errorf("%d lost the tag and is among %v", holder, ids)
	}
}
