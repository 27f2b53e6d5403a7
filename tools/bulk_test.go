package tools_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// newcomers returns the ids of ordinary members who are in no paid space.
func (s *sandboxed) newcomers(n int) []uint64 {
	s.t.Helper()
	notable := s.sandbox.Notable()
	inPaid := s.sandbox.SpaceMembers(notable.PaidSpace)
	var ids []uint64
	for _, item := range s.ok("list_members", map[string]any{"page": 2, "per_page": 100})["items"].([]any) {
		id := uint64(item.(map[string]any)["id"].(float64))
		if !slices.Contains(inPaid, id) && len(ids) < n {
			ids = append(ids, id)
		}
	}
	if len(ids) < n {
		s.t.Fatalf("found %d of %d ordinary members", len(ids), n)
	}
	return ids
}

func list(ids []uint64, more map[string]any) map[string]any {
	items := []map[string]any{}
	for _, id := range ids {
		item := map[string]any{"member_id": id}
		for k, v := range more {
			item[k] = v
		}
		items = append(items, item)
	}
	return map[string]any{"items": items}
}

func TestBulkIsOneDecision(t *testing.T) {
	s := newSandboxed(t)
	ids := s.newcomers(30)
	asked := &person{decision: guardrails.Approved}
	answer := s.callAs(asked, "bulk_ban_members", list(ids, nil))
	if answer.Problem != "" || len(asked.asked) != 1 {
		t.Fatalf("%s, asked %d times", answer.Problem, len(asked.asked))
	}
	text := asked.asked[0].Text()
	for _, id := range ids {
		if !strings.Contains(text, fmt.Sprintf("member id %d", id)) {
			t.Errorf("the question does not name member %d", id)
		}
		if !s.sandbox.IsBanned(id) {
			t.Errorf("member %d is not banned", id)
		}
	}
	if !strings.Contains(string(answer.JSON), `"done":30`) || !strings.Contains(string(answer.JSON), `"status":"done"`) {
		t.Errorf("the answer is %s", answer.JSON)
	}
}

func TestBulkRefusesAListThatIsWrong(t *testing.T) {
	s := newSandboxed(t)
	ids := s.newcomers(3)
	for name, test := range map[string]struct {
		items any
		want  string
	}{
		"a missing member": {[]any{map[string]any{"member_id": ids[0]}, map[string]any{"member_id": 1}}, "item 2"},
		"twice":            {[]any{map[string]any{"member_id": ids[0]}, map[string]any{"member_id": fmt.Sprint(ids[0])}}, "items 1 and 2 are the same"},
		"empty":            {[]any{}, "items"},
		"too many":         {make([]struct{}, 201), "items"},
		"a protected one":  {[]any{map[string]any{"member_id": ids[0]}, map[string]any{"member_id": s.sandbox.OwnerID()}}, "owns the API key"},
	} {
		asked := &person{decision: guardrails.Approved}
		answer := s.callAs(asked, "bulk_ban_members", map[string]any{"items": test.items})
		if !strings.Contains(answer.Problem, test.want) || len(asked.asked) != 0 {
			t.Errorf("%s: %s%s", name, answer.Problem, answer.JSON)
		}
	}
	roles := s.problem("bulk_set_member_roles", list(ids, map[string]any{"role": "admin"}))
	if !strings.Contains(roles.Problem, "item 1") || !strings.Contains(roles.Problem, "is a host") {
		t.Errorf("a bad role: %s", roles.Problem)
	}
	if n := s.sandbox.Changes(); n != 0 {
		t.Errorf("%d things changed", n)
	}
}

func TestBulkStopsWhenItKeepsFailing(t *testing.T) {
	s := newSandboxed(t)
	if err := s.inject("POST /spaces/*/members 422 skip=2"); err != nil {
		t.Fatal(err)
	}
	answer := s.call("bulk_add_space_members", list(s.newcomers(10), map[string]any{"space_id": s.sandbox.Notable().PaidSpace}))
	var result map[string]any
	mustDecode(t, answer.JSON, &result)
	out := result["result"].(map[string]any)
	if !strings.HasPrefix(answer.NotDone, "2 done, 3 failed") {
		t.Errorf("who needs to know whether all was done reads %q", answer.NotDone)
	}
	if result["status"] != "partial" || out["done"] != 2.0 || out["failed"] != 3.0 || out["not_done"] != 5.0 || len(out["outcomes"].([]any)) != 8 {
		t.Errorf("result = %v; want 2 done, 3 failed, 5 left alone", result)
	}
}

func TestBulkSaysWhatIsUnknown(t *testing.T) {
	s := newSandboxed(t)
	if err := s.inject("PATCH /members/* reset-after skip=1 times=1"); err != nil {
		t.Fatal(err)
	}
	result := s.ok("bulk_set_member_roles", list(s.newcomers(3), map[string]any{"role": "moderator"}))
	out := result["result"].(map[string]any)
	if out["done"] != 2.0 || out["unknown"] != 1.0 {
		t.Errorf("result = %v; want the lost one unknown and the others done", result)
	}
	if entries, err := s.journal.Entries(t.Context(), store.Query{Limit: 1}); err != nil || entries[0].State != store.Unknown {
		t.Errorf("the journal holds %v, %v; want it open", entries, err)
	}
}

func TestBulkWriteCanBeUndone(t *testing.T) {
	s := newSandboxed(t)
	space := s.sandbox.Notable().PaidSpace
	before := s.sandbox.SpaceMembers(space)
	s.ok("bulk_add_space_members", list(s.newcomers(5), map[string]any{"space_id": space}))
	if got := s.sandbox.SpaceMembers(space); len(got) != len(before)+5 {
		t.Fatalf("%d members were added, want 5", len(got)-len(before))
	}
	s.undo()
	if got := s.sandbox.SpaceMembers(space); !slices.Equal(got, before) {
		t.Errorf("after the undo the space has %d members, want %d", len(got), len(before))
	}
}
