package tools_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/mcp-mighty/mcp-mighty/tools"
)

// found returns the ids that a search finds, through all its pages.
func (s *sandboxed) found(arguments map[string]any) []uint64 {
	s.t.Helper()
	ids := []uint64{}
	for page := 1.0; page != 0; {
		arguments["page"] = page
		out := s.ok("search_members", arguments)
		for _, item := range out["items"].([]any) {
			ids = append(ids, uint64(item.(map[string]any)["id"].(float64)))
		}
		if page, _ = out["next_page"].(float64); page == 0 && out["total"] != float64(len(ids)) {
			s.t.Errorf("search_members(%v) says %v and shows %d", arguments, out["total"], len(ids))
		}
	}
	slices.Sort(ids)
	return ids
}

// where returns the active members for whom a test holds, by their ids.
func (s *sandboxed) where(fits func(id uint64) bool) []uint64 {
	ids := []uint64{}
	for page := 1.0; page != 0; {
		out := s.ok("list_members", args("page", page, "per_page", 100))
		for _, item := range out["items"].([]any) {
			if id := uint64(item.(map[string]any)["id"].(float64)); fits(id) {
				ids = append(ids, id)
			}
		}
		page, _ = out["next_page"].(float64)
	}
	slices.Sort(ids)
	return ids
}

func sorted(ids ...uint64) []uint64 { return slices.Sorted(slices.Values(ids)) }

func TestSearchMembersByProfile(t *testing.T) {
	s := newSandboxed(t)
	n := s.sandbox.Notable()
	s.sandbox.SetMemberName(n.Spammers[1], "Søren", "Łukasz")
	for query, want := range map[string][]uint64{
		"tomas QUIROGA":    {n.SecondHost},
		"TOMÀS QUIRÓGA":    {n.SecondHost},
		"santos maria":     sorted(n.Namesakes[:]...),
		" ingrid  solberg": sorted(n.Owner, n.Impersonator),
		"soren lukasz":     {n.Spammers[1]},
		"no such person":   {},
	} {
		if got := s.found(args("name", query)); !slices.Equal(got, want) {
			t.Errorf("name %q finds %v, want %v", query, got, want)
		}
	}
	if got := s.found(args("email", "MSANTOS.print@")); !slices.Equal(got, []uint64{n.Namesakes[1]}) {
		t.Errorf("e-mail part finds %v", got)
	}
	if out := s.ok("search_members", args("email", "example")); !strings.Contains(fmt.Sprint(out["note"]), "show no address") {
		t.Errorf("hidden addresses are not mentioned: %v", out["note"])
	}
	limited := s.found(args("member_type", "limited"))
	if want := s.where(func(id uint64) bool { return s.member(id).Limited }); !slices.Equal(limited, want) || len(want) == 0 {
		t.Errorf("limited members: %v, want %v", limited, want)
	}
	lisbon := s.ok("search_members", args("location", "lisb"))
	for _, item := range lisbon["items"].([]any) {
		if !strings.Contains(fmt.Sprint(item.(map[string]any)["location"]), "Lisb") {
			t.Errorf("location finds %v", item)
		}
	}
}

func TestSearchMembersByDate(t *testing.T) {
	s := newSandboxed(t)
	const day = "2026-06-01"
	before, after := s.found(args("joined_before", day)), s.found(args("joined_after", day))
	if len(before) == 0 || len(after) == 0 || len(before)+len(after) != s.sandbox.Members() {
		t.Errorf("%d joined before and %d since, of %d", len(before), len(after), s.sandbox.Members())
	}
	for _, item := range s.ok("search_members", args("joined_after", day, "joined_before", "2026-07-01"))["items"].([]any) {
		if at := item.(map[string]any)["created_at"].(string); !strings.HasPrefix(at, "2026-06") {
			t.Errorf("June has somebody of %s", at)
		}
	}
}

func TestSearchMembersInSpaceAndOnPlan(t *testing.T) {
	s := newClocked(t, tools.Options{}, 250)
	n := s.sandbox.Notable()
	inSpace := s.sandbox.SpaceMembers(n.PaidSpace)
	if got := s.found(args("space_id", n.PaidSpace)); !slices.Equal(got, inSpace) {
		t.Errorf("in space: %v, want %v", got, inSpace)
	}
	name := s.ok("get_space", args("space_id", n.PaidSpace))["name"]
	if out := s.costs(1, "search_members", args("space_id", name)); out["total"] != float64(len(inSpace)) {
		t.Errorf("by the space's name, for one request: %v", out)
	}
	s.costs(1, "search_members", args("space_id", n.PaidSpace, "fresh", true))
	var plan uint64
	for _, id := range s.sandbox.Plans() {
		if slices.Contains(s.sandbox.PlanMembers(id), n.PaidMember) {
			plan = id
		}
	}
	onPlan := sorted(s.sandbox.PlanMembers(plan)...)
	if got := s.found(args("plan_id", plan)); !slices.Equal(got, onPlan) || len(got) == 0 {
		t.Errorf("on plan: %v, want %v", got, onPlan)
	}
	both := slices.DeleteFunc(slices.Clone(onPlan), func(id uint64) bool { return !slices.Contains(inSpace, id) })
	if got := s.found(args("plan_id", plan, "space_id", n.PaidSpace)); !slices.Equal(got, both) || len(both) == 0 {
		t.Errorf("in both: %v, want %v", got, both)
	}
	if answer := s.problem("search_members", args("space_id", "No such space")); answer.Code != "bad_arguments" {
		t.Errorf("a space that is not there: %s", answer.Problem)
	}
}

func TestSearchMembersByTagAndBadge(t *testing.T) {
	s := newClocked(t, tools.Options{}, 250)
	n := s.sandbox.Notable()
	want := s.where(func(id uint64) bool { return slices.Contains(s.sandbox.MemberTags(id), n.Tag) })
	limited := s.where(func(id uint64) bool { return s.member(id).Limited })
	both := slices.DeleteFunc(slices.Clone(want), func(id uint64) bool { return !slices.Contains(limited, id) })

	// One request for each candidate, and none for those asked about before.
	s.costs(3+len(limited), "search_members", args("tag_id", n.Tag, "member_type", "limited"))
	if got := s.found(args("tag_id", n.Tag, "member_type", "limited")); !slices.Equal(got, both) {
		t.Errorf("limited and tagged: %v, want %v", got, both)
	}
	s.costs(0, "search_members", args("tag_id", n.Tag, "member_type", "limited"))

	first := s.costs(100, "search_members", args("tag_id", n.Tag))
	if first["complete"] != false || !strings.Contains(first["note"].(string), "were not asked about their tags") {
		t.Errorf("with 100 requests: %v", first)
	}
	s.costs(250-len(limited)-100, "search_members", args("tag_id", n.Tag, "max_requests", 200))
	if got := s.found(args("tag_id", n.Tag)); !slices.Equal(got, want) || len(want) == 0 {
		t.Errorf("tagged: %v, want %v", got, want)
	}
	badged := s.where(func(id uint64) bool { return slices.Contains(s.sandbox.MemberBadges(id), n.Badge) })
	if got := s.found(args("badge_id", n.Badge, "max_requests", 500)); !slices.Equal(got, badged) || len(badged) == 0 {
		t.Errorf("with the badge: %v, want %v", got, badged)
	}
	if s.sandbox.Changes() != 0 {
		t.Error("a search changed something")
	}
}

func TestSearchMembersRefusesWhatMeansNothing(t *testing.T) {
	s := newSandboxed(t)
	for want, arguments := range map[string]map[string]any{
		"list_members":   args("name", "  "),
		"later day":      args("joined_after", "2026-02-01", "joined_before", "2026-02-01"),
		"joined_after":   args("joined_after", "yesterday"),
		"max_requests":   args("name", "x", "max_requests", 1),
		"member_type":    args("member_type", "guest"),
		"per_page":       args("name", "x", "per_page", 1000),
		"called exactly": args("space_id", "HARBOUR"),
	} {
		if want == "called exactly" {
			arguments["space_id"] = strings.ToUpper(s.ok("get_space", args("space_id", s.postSpace()))["name"].(string))
		}
		if answer := s.problem("search_members", arguments); answer.Code != "bad_arguments" || !strings.Contains(answer.Problem, want) {
			t.Errorf("%v: %s %s", arguments, answer.Code, answer.Problem)
		}
	}
	past := s.ok("search_members", args("name", "a", "page", 1<<40))
	if len(past["items"].([]any)) != 0 || past["total"] == 0.0 {
		t.Errorf("a page past the end: %v", past)
	}
}

// TestWhoIsLookedForTheWrongWay tells where people are found by name.
func TestWhoIsLookedForTheWrongWay(t *testing.T) {
	s := newSandboxed(t)
	for tool, arguments := range map[string]map[string]any{
		"get_member": {"member_id": "Juma Mwangi"}, "find_member_by_email": {"email": "juma"},
	} {
		if answer := s.problem(tool, arguments); !strings.Contains(answer.Problem, "search_members") {
			t.Errorf("%s(%v): %s", tool, arguments, answer.Problem)
		}
	}
	if len(s.sandbox.Requests()) > 0 {
		t.Error("requests were spent")
	}
	turned, straight := s.ok("search_members", map[string]any{"name": "santos, maria"}), s.ok("search_members", map[string]any{"name": "Maria Santos"})
	if turned["total"] == 0.0 || turned["total"] != straight["total"] {
		t.Errorf("with the family name first %v are found, otherwise %v", turned["total"], straight["total"])
	}
	if answer := s.problem("search_members", map[string]any{"name": " , "}); answer.Code != tools.CodeBadArguments {
		t.Errorf("nothing but a comma: %s", answer.Problem)
	}
}

// TestSearchTellsOfFormerMembers who fit: how many, and nothing about them.
func TestSearchTellsOfFormerMembers(t *testing.T) {
	s := newClocked(t, tools.Options{}, 150)
	n := s.sandbox.Notable()
	s.ok("search_members", args("name", "x"))
	gone, _ := s.sandbox.MemberByID(n.Spammers[0])
	s.ok("delete_member", args("member_id", n.Spammers[0]))
	found := s.costs(0, "search_members", args("email", gone.Email))
	if note := fmt.Sprint(found["note"]); found["total"] != 0.0 || !strings.Contains(note, "1 former member fits") || strings.Contains(note, gone.Email) {
		t.Errorf("by the address: %v", found)
	}
	for _, other := range []map[string]any{
		args("email", gone.Email, "joined_before", "1999-01-01"), args("joined_after", "2000-01-01"), args("email", gone.Email, "space_id", fmt.Sprint(n.PaidSpace)), args("name", "zzyzx"),
	} {
		if found := s.ok("search_members", other); strings.Contains(fmt.Sprint(found["note"]), "former") {
			t.Errorf("%v: %v", other, found["note"])
		}
	}
}
