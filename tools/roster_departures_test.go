package tools_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
	"github.com/mcp-mighty/mcp-mighty/tools"
)

// at returns the ids of the members on a page of the list as it is now.
func (s *clocked) at(page int) []uint64 {
	s.t.Helper()
	var ids []uint64
	for _, item := range s.ok("list_members", args("per_page", 100, "page", page))["items"].([]any) {
		ids = append(ids, uint64(item.(map[string]any)["id"].(float64)))
	}
	return ids
}

// has reports whether the directory has a member as one who is there.
func has(t *testing.T, d store.Directory, id uint64) bool {
	t.Helper()
	known, err := d.Known(t.Context(), []uint64{id})
	if err != nil {
		t.Fatal(err)
	}
	return len(known) == 1 && known[0].Gone.IsZero()
}

// drop removes members behind the client's back.
func (s *clocked) drop(ids ...uint64) {
	s.t.Helper()
	for _, id := range ids {
		if !s.sandbox.DropMember(id) {
			s.t.Fatalf("there is no member %d", id)
		}
	}
}

// refresh runs refresh_directory, and something once so many members are read.
func (s *clocked) refresh(most, members int, meanwhile func()) map[string]any {
	s.t.Helper()
	ran := false
	answer := s.catalogue.Call(context.Background(), "refresh_directory", guardrails.Request{Arguments: json.RawMessage(fmt.Sprintf(`{"max_requests":%d}`, most))}, func(done, _ int, _ string) {
		if done == members && !ran {
			ran = true
			meanwhile()
		}
	})
	if answer.Problem != "" || !ran {
		s.t.Fatalf("%s (ran in between: %v)", answer.Problem, ran)
	}
	var out map[string]any
	if err := json.Unmarshal(answer.JSON, &out); err != nil {
		s.t.Fatal(err)
	}
	return out
}

// TestWhoMovesUpBetweenTwoCallsIsRead: somebody leaves whom the first call has
// read, and so the first of its next page stands on its last one.
func TestWhoMovesUpBetweenTwoCallsIsRead(t *testing.T) {
	for _, leave := range []int{1, 100, 230} {
		directory := store.NewMemoryDirectory()
		s := newClocked(t, tools.Options{}, 650, directory)
		pages := [][]uint64{s.at(1), s.at(2), s.at(3), s.at(4)}
		moved := pages[3]
		s.ok("refresh_directory", args("max_requests", 3))
		var leaving []uint64
		for _, page := range pages[:3] {
			leaving = append(leaving, page[20:]...)
		}
		s.drop(leaving[:leave]...)
		out := s.ok("refresh_directory", args("max_requests", 100))
		for _, id := range moved {
			if !has(t, directory, id) {
				t.Errorf("after %d left, member %d of the next page was not read: %v", leave, id, out)
				break
			}
		}
		if out["complete"] != true {
			t.Errorf("after %d left: %v", leave, out)
		}
	}
}

// TestReadingGoesOnTakesTwoRequests: the first request of a reading that goes on
// is for what may have moved up.
func TestReadingGoesOnTakesTwoRequests(t *testing.T) {
	s := newClocked(t, tools.Options{}, 250)
	s.costs(1, "refresh_directory", args("max_requests", 1))
	if out := s.costs(0, "refresh_directory", args("max_requests", 1)); !strings.Contains(fmt.Sprint(out["note"]), "at least 2 requests") || out["complete"] != false {
		t.Errorf("with one request: %v", out)
	}
	s.costs(2, "refresh_directory", args("max_requests", 2))
}

// TestWhoMovesUpDuringOurOwnDeletionIsRead: nobody is known before, so nobody
// would be missed.
func TestWhoMovesUpDuringOurOwnDeletionIsRead(t *testing.T) {
	for read, next := range map[int]int{300: 4, 400: 5} {
		directory := store.NewMemoryDirectory()
		s := newClocked(t, tools.Options{}, 450, directory)
		leaver, moved := s.at(1)[50], s.at(next)[0]
		out := s.refresh(100, read, func() { s.ok("delete_member", args("member_id", leaver)) })
		if !has(t, directory, moved) || has(t, directory, leaver) || out["complete"] != true || out["members"] != 449.0 {
			t.Errorf("after %d members: moved up and there: %v, left and there: %v; %v", read, has(t, directory, moved), has(t, directory, leaver), out)
		}
	}
}

// TestWhoIsPassedOverIsLookedUp: somebody else deletes members while the list
// is read, so that others are on no page of it.
func TestWhoIsPassedOverIsLookedUp(t *testing.T) {
	directory := store.NewMemoryDirectory()
	s := newClocked(t, tools.Options{}, 450, directory)
	s.ok("refresh_directory", args("max_requests", 100))
	leaver, moved := s.at(1)[50], s.at(4)[0]
	out := s.refresh(100, 300, func() { s.drop(leaver) })
	if !has(t, directory, moved) || !has(t, directory, leaver) || out["members"] != 450.0 || out["gone"] != 0.0 {
		t.Errorf("passed over and there: %v, left after they were read and there: %v; %v", has(t, directory, moved), has(t, directory, leaver), out)
	}
	if note := fmt.Sprint(out["note"]); !strings.Contains(note, "1 of those who were there before stood on no page") || out["requests"] != 5.0+1+4 {
		t.Errorf("the answer says %v", out)
	}
	s.pass(3600e9)
	if out := s.costs(5+1+4, "refresh_directory", args("max_requests", 100)); out["note"] != nil || out["gone"] != 1.0 {
		t.Errorf("the next reading says %v", out)
	}
}

// TestManyWhoLeftAreLookedUpByTheNextReading: there is no asking about each of
// them, and who is missing twice is gone.
func TestManyWhoLeftAreLookedUpByTheNextReading(t *testing.T) {
	directory := store.NewMemoryDirectory()
	s := newClocked(t, tools.Options{}, 450, directory)
	s.ok("refresh_directory", args("max_requests", 100))
	s.drop(s.at(2)[:40]...)
	out := s.costs(5+4+10, "refresh_directory", args("max_requests", 100))
	if note := fmt.Sprint(out["note"]); out["gone"] != 10.0 || out["members"] != 440.0 || !strings.Contains(note, "30 of those who were there before were not on the list") {
		t.Errorf("after 40 left: %v", out)
	}
	if found := s.costs(0, "search_members", args("name", "zzyzx")); !strings.Contains(fmt.Sprint(found["note"]), "30 of those who were there before were not on the list") {
		t.Errorf("a search says %v", found)
	}
	s.pass(3600e9)
	out = s.costs(5+4, "refresh_directory", args("max_requests", 100))
	if out["gone"] != 40.0 || out["members"] != 410.0 || out["note"] != nil {
		t.Errorf("after the next reading: %v", out)
	}
}

// TestExportLooksUpWhoIsPassedOver: of fields that the directory does not keep,
// from a list that it knows.
func TestExportLooksUpWhoIsPassedOver(t *testing.T) {
	directory := store.NewMemoryDirectory()
	s, dir := exporting(t, func(o *setup) {
		o.sandbox.Members, o.directory = 450, directory
	})
	on := &clocked{sandboxed: s}
	s.ok("refresh_directory", args("max_requests", 100))
	leaver, moved := on.at(1)[50], on.at(4)[0]
	ran := false
	answer := s.catalogue.Call(t.Context(), "export_members", guardrails.Request{
		Arguments: json.RawMessage(`{"fields":["id","bio"],"file_name":"bios"}`), Approver: &person{decision: guardrails.Approved},
	}, func(done, _ int, _ string) {
		if done == 300 && !ran {
			ran = true
			on.drop(leaver)
		}
	})
	content, err := os.ReadFile(filepath.Join(dir, "bios.csv"))
	if err != nil || !ran {
		t.Fatal(answer.Problem, err, ran)
	}
	if !strings.Contains(string(content), fmt.Sprint("\n", moved, ",")) {
		t.Errorf("who moved up is not in the file: %s", answer.JSON)
	}
}
