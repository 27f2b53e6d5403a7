package tools_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

// choosers are the tools whose rows are wide enough to choose from.
var choosers = []string{
	"list_members", "get_member", "find_member_by_email", "list_space_members", "list_plan_members",
	"list_posts", "get_post", "list_events", "get_event", "list_courseworks",
}

// TestFieldsAreChosen asks every tool that takes fields for single ones: these
// come, the id with them, and nothing else.
func TestFieldsAreChosen(t *testing.T) {
	s := newSandboxed(t)
	var takers []string
	for _, tool := range s.catalogue.All() {
		if tool.Risk.Acts() || !slices.Contains(tool.Input.Properties(), "fields") {
			continue
		}
		takers = append(takers, tool.Name)
		field := "first_name"
		if strings.Contains(tool.Name, "post") || strings.Contains(tool.Name, "event") || strings.Contains(tool.Name, "course") {
			field = "title"
		}
		for _, chosen := range [][]string{{field}, {field, "created_at"}} {
			arguments := s.readArguments(tool.Name)
			arguments["fields"] = chosen
			rows := rowsOf(s.ok(tool.Name, arguments))
			if len(rows) == 0 {
				t.Fatalf("%s shows nothing", tool.Name)
			}
			want := append([]string{"id"}, chosen...)
			slices.Sort(want)
			seen := map[string]any{} // not every object has every field
			for _, row := range rows {
				if row["id"] == nil {
					t.Errorf("%s with fields %v has a row without id", tool.Name, chosen)
				}
				maps.Copy(seen, row)
			}
			if got := slices.Sorted(maps.Keys(seen)); !slices.Equal(got, want) {
				t.Errorf("%s with fields %v has %v", tool.Name, chosen, got)
			}
		}
		before := len(s.sandbox.Requests())
		arguments := s.readArguments(tool.Name)
		arguments["fields"] = []string{field, "shoe_size"}
		answer := s.problem(tool.Name, arguments)
		if !strings.Contains(answer.Problem, `no field "shoe_size"; fields: id, `) || !strings.Contains(answer.Problem, field) {
			t.Errorf("%s: %s", tool.Name, answer.Problem)
		}
		if len(s.sandbox.Requests()) != before {
			t.Errorf("%s asked the API with a field that does not exist", tool.Name)
		}
	}
	slices.Sort(takers)
	want := slices.Sorted(slices.Values(choosers))
	if !slices.Equal(takers, want) {
		t.Errorf("fields can be chosen in %v, want %v", takers, want)
	}
}

// rowsOf returns the objects in a result.
func rowsOf(result map[string]any) []map[string]any {
	if member, ok := result["member"].(map[string]any); ok {
		return []map[string]any{member}
	}
	items, ok := result["items"].([]any)
	if !ok {
		return []map[string]any{result}
	}
	var rows []map[string]any
	for _, item := range items {
		rows = append(rows, item.(map[string]any))
	}
	return rows
}

// TestChosenTextIsClean holds chosen fields to the cleaner as all others.
func TestChosenTextIsClean(t *testing.T) {
	s := newSandboxed(t)
	id := s.sandbox.Notable().Moderator
	plain, _ := json.Marshal(s.ok("get_member", map[string]any{"member_id": id, "detail": "full"})["bio"])
	chosen, _ := json.Marshal(s.ok("get_member", map[string]any{"member_id": id, "fields": []string{"bio"}})["bio"])
	if string(plain) != string(chosen) {
		t.Errorf("bio is %s in full and %s when chosen", plain, chosen)
	}
}

// TestWhatTheAPIDoesNotSayIsShownAsThat chooses a field that the API may send
// and does not: the row says so.
func TestWhatTheAPIDoesNotSayIsShownAsThat(t *testing.T) {
	s := newSandboxed(t)
	arguments := map[string]any{"member_id": s.sandbox.Notable().Moderator, "fields": []string{"role", "first_name"}}
	got := s.ok("get_member", arguments)
	if role, shown := got["role"]; !shown || role != nil || got["first_name"] == nil {
		t.Errorf("role, which the API does not tell: %v", got)
	}
}
