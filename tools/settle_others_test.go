package tools_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/store"
)

// hung leaves an action in the journal whose request never left, with what its
// preview kept.
func (s *sandboxed) hung(tool string, arguments, before map[string]any) store.Entry {
	s.t.Helper()
	id, err := s.journal.Begin(s.t.Context(), store.Start{Intent: store.Intent{
		At: now, Deadline: now.Add(time.Minute), Tool: tool, Risk: "destructive", Network: "harbour", Principal: "test",
		Arguments: json.RawMessage(asJSON(arguments)), Before: before,
	}})
	if err != nil {
		s.t.Fatal(err)
	}
	entry, err := s.journal.Entry(s.t.Context(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	return entry
}

// TestALaterDeedIsNotAnEarlierOne: an action never left; what it wanted was
// done afterwards by another one. That has the only way back.
func TestALaterDeedIsNotAnEarlierOne(t *testing.T) {
	s := newSandboxed(t, small)
	n := s.sandbox.Notable()
	post, _ := s.sandbox.PostByID(n.SpamPost)
	deletes := args("post_id", n.SpamPost)
	hung := func() store.Entry {
		return s.hung("delete_post", deletes, map[string]any{
			"space_id": post.SpaceID, "title": post.Title, "description": post.Description, "author": "A", "author_id": post.AuthorID, "published": "then",
		})
	}
	first, second := hung(), hung()
	s.ok("delete_post", deletes)
	done := s.newest()
	for _, entry := range []store.Entry{second, first} {
		settled, err := s.catalogue.Settle(t.Context(), entry)
		if settled || err == nil || !strings.Contains(err.Error(), "nobody knows by which") {
			t.Errorf("entry %d: settled %v, %v", entry.ID, settled, err)
		}
		if left, err := s.journal.Entry(t.Context(), entry.ID); err != nil || left.State == store.Done || left.Undo != nil {
			t.Errorf("the journal says of entry %d: %s, way back %v, %v", entry.ID, left.State, left.Undo, err)
		}
	}
	before := s.sandbox.Changes()
	s.ok("undo_action", undoing(done.ID))
	s.problem("undo_action", undoing(first.ID))
	s.problem("undo_action", undoing(second.ID))
	if changes := s.sandbox.Changes() - before; changes != 1 {
		t.Errorf("the undo of one deletion changed %d things", changes)
	}
}

// TestWhatTouchesATargetAlsoCounts: the same by another tool, in a list, by an
// undo, or in part. What is about something else does not.
func TestWhatTouchesATargetAlsoCounts(t *testing.T) {
	for name, test := range map[string]struct {
		tool    string
		of      func(s *sandboxed) map[string]any
		since   func(s *sandboxed)
		settles bool
	}{
		"by another tool": {
			tool: "remove_space_member", of: func(s *sandboxed) map[string]any { return s.goodArguments()["remove_space_member"] },
			since: func(s *sandboxed) {
				s.ok("ban_member", args("member_id", s.goodArguments()["remove_space_member"]["member_id"]))
			},
		},
		"in a list": {
			tool: "delete_post", of: func(s *sandboxed) map[string]any { return args("post_id", s.sandbox.Notable().SpamPost) },
			since: func(s *sandboxed) {
				s.ok("bulk_delete_posts", args("items", []any{args("post_id", s.sandbox.Notable().SpamPost)}))
			},
		},
		"with more in it": {
			tool: "update_member", of: func(s *sandboxed) map[string]any {
				return args("member_id", s.sandbox.Notable().Moderator, "first_name", "Mo")
			},
			since: func(s *sandboxed) {
				s.ok("update_member", args("member_id", s.sandbox.Notable().Moderator, "first_name", "Mo", "last_name", "Other"))
			},
		},
		"by an undo": {
			tool: "update_member", of: func(s *sandboxed) map[string]any {
				first, _ := s.sandbox.MemberByID(s.sandbox.Notable().Moderator)
				return args("member_id", s.sandbox.Notable().Moderator, "first_name", first.FirstName)
			},
			since: func(s *sandboxed) {
				s.ok("undo_action", undoing(s.beforeLast().ID))
			},
		},
		"something else": {
			tool: "delete_post", of: func(s *sandboxed) map[string]any { return args("post_id", s.sandbox.Notable().SpamPost) },
			since: func(s *sandboxed) {
				s.ok("update_member", args("member_id", s.sandbox.Notable().Moderator, "first_name", "Mo"))
				s.ok("create_post", args("space_id", s.postSpace(), "title", "T"))
			},
			settles: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSandboxed(t, small)
			arguments := test.of(s)
			if name == "by an undo" {
				s.ok("update_member", args("member_id", arguments["member_id"], "first_name", "Between"))
			}
			lose := func() store.Entry { return s.hung(test.tool, arguments, nil) }
			if test.settles { // it did happen
				lose = func() store.Entry { return s.lost(test.tool, arguments) }
			}
			entry := lose()
			test.since(s)
			settled, err := s.catalogue.Settle(t.Context(), entry)
			if settled != test.settles || (err == nil) != test.settles {
				t.Errorf("settled %v, %v; want %v", settled, err, test.settles)
			}
		})
	}
}

// beforeLast is the last action but one.
func (s *sandboxed) beforeLast() store.Entry {
	s.t.Helper()
	entries, err := s.journal.Entries(s.t.Context(), store.Query{Limit: 2})
	if err != nil || len(entries) != 2 {
		s.t.Fatal(len(entries), err)
	}
	return entries[1]
}
