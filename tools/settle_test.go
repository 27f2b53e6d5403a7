package tools_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/store"
)

// lost leaves an action in the journal as a process does that is killed: as it
// began, with what its preview kept.
func (s *sandboxed) lost(tool string, arguments map[string]any) store.Entry {
	s.t.Helper()
	before := map[string]any{}
	if answer := s.call(tool, arguments); answer.Problem != "" {
		s.t.Fatalf("%s: %s", tool, answer.Problem)
	}
	entry := s.lastEntry()
	for key, value := range entry.Before {
		before[key] = value
	}
	intent := entry.Intent
	intent.At, intent.Before = entry.Ending.At, before
	id, err := s.journal.Begin(s.t.Context(), store.Start{Intent: intent})
	if err != nil {
		s.t.Fatal(err)
	}
	open, err := s.journal.Entry(s.t.Context(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	return open
}

func (s *sandboxed) lastEntry() store.Entry {
	s.t.Helper()
	entries, err := s.journal.Entries(s.t.Context(), store.Query{Limit: 1})
	if err != nil || len(entries) != 1 {
		s.t.Fatalf("the journal holds %v, %v", entries, err)
	}
	return entries[0]
}

// TestEveryToolSettlesWithoutWriting lets every acting tool look for what it
// has done, and for what it has not: the first is settled or left open, the
// second is left open, and nothing is sent that changes anything.
func TestEveryToolSettlesWithoutWriting(t *testing.T) {
	notUnderRace(t)
	settled := 0
	names := newSandboxed(t).goodArguments()
	for tool := range names {
		if tool == "undo_action" {
			continue // what it undoes it undoes once
		}
		s := newSandboxed(t)
		arguments := s.goodArguments()[tool]
		if of, is := strings.CutSuffix(tool, "_reaction"); is && strings.HasPrefix(of, "remove_") {
			add := maps.Clone(arguments) // there has to be one
			add["emoji"] = "👍"
			s.ok(strings.Replace(tool, "remove", "add", 1), add)
		}
		entry := s.lost(tool, arguments)
		changes, before := s.sandbox.Changes(), len(s.sandbox.Requests())
		done, err := s.catalogue.Settle(t.Context(), entry)
		if err != nil {
			t.Errorf("%s: %v", tool, err)
		}
		if done {
			settled++
		}
		after, err := s.journal.Entry(t.Context(), entry.ID)
		if err != nil || (after.State == store.Done) != done || s.sandbox.Changes() != changes {
			t.Errorf("%s: settled %v; the journal says %s, %v; %d changes", tool, done, after.State, err, s.sandbox.Changes()-changes)
		}
		for _, request := range s.sandbox.Requests()[before:] {
			if request.Method != "GET" {
				t.Errorf("%s: %s %s was sent to settle it", tool, request.Method, request.Path)
			}
		}
	}
	if settled < len(names)/3 {
		t.Errorf("of %d tools %d settled what they had done", len(names), settled)
	}
	t.Logf("%d of %d tools settle what they have done", settled, len(names))
}

// TestWhatDidNotHappenStaysOpen: a look-up never makes a deed of what is not
// there, also not out of what was there before.
func TestWhatDidNotHappenStaysOpen(t *testing.T) {
	s := newSandboxed(t)
	n := s.sandbox.Notable()
	address := "twice@example.org"
	sent := s.acted("create_invite", map[string]any{"recipient_email": address, "recipient_first_name": "T", "recipient_last_name": "W"})
	invite := sent["invite"].(map[string]any)["id"]
	invited := s.lastEntry()
	for tool, intent := range map[string]store.Intent{
		"ban_member":    {Arguments: json.RawMessage(asJSON(args("member_id", n.Spammers[0])))},
		"delete_post":   {Arguments: json.RawMessage(asJSON(args("post_id", n.SpamPost)))},
		"update_member": {Arguments: json.RawMessage(asJSON(args("member_id", n.Spammers[0], "first_name", "Nobody")))},
		// The invite that is there is an earlier one.
		"create_invite": {Arguments: invited.Arguments, Before: map[string]any{"earlier": []any{invite}}},
	} {
		intent.At, intent.Deadline, intent.Tool, intent.Network = time.Now(), time.Now(), tool, "harbour"
		id, err := s.journal.Begin(t.Context(), store.Start{Intent: intent})
		if err != nil {
			t.Fatal(err)
		}
		entry, err := s.journal.Entry(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		changes := s.sandbox.Changes()
		if done, err := s.catalogue.Settle(t.Context(), entry); done || err != nil || s.sandbox.Changes() != changes {
			t.Errorf("%s: settled %v, %v, %d changes", tool, done, err, s.sandbox.Changes()-changes)
		}
	}
	elsewhere := invited
	elsewhere.Identity = "another network of that name"
	if _, err := s.catalogue.Settle(t.Context(), elsewhere); err == nil {
		t.Error("another network was asked")
	}
}
