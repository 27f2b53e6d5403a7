package tools_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
	"github.com/mcp-mighty/mcp-mighty/tools"
)

// undone undoes the newest action and returns the question and the result of
// what undid it.
func (s *sandboxed) undone() (question string, result map[string]any) {
	s.t.Helper()
	asked := &person{decision: guardrails.Approved}
	answer := s.callAs(asked, "undo_action", undoing(s.newest().ID))
	if answer.Problem != "" {
		s.t.Fatal(answer.Problem)
	}
	if len(asked.asked) > 0 {
		question = asked.asked[0].Text()
	}
	var out struct {
		Result struct{ Result map[string]any }
	}
	mustDecode(s.t, answer.JSON, &out)
	return question, out.Result.Result
}

// trail returns the whole audit trail as text.
func (s *sandboxed) trail() string {
	s.t.Helper()
	var b strings.Builder
	if _, _, err := s.journal.Trail(s.t.Context(), func(r store.Record) error {
		_, err := fmt.Fprintf(&b, "%s\n", asText(r))
		return err
	}); err != nil {
		s.t.Fatal(err)
	}
	return b.String()
}

// TestDeletedPostComesBackAsANewOne: it says whose it was; its text is in the
// journal, and not in the audit trail.
func TestDeletedPostComesBackAsANewOne(t *testing.T) {
	s := newSandboxed(t, small)
	n := s.sandbox.Notable()
	secret := "<p>A sentence that people wrote and that is worth keeping, word by word, whatever becomes of it.</p>"
	s.sandbox.SetPost(n.SpamPost, "The title & more", secret)
	old, _ := s.sandbox.PostByID(n.SpamPost)
	s.sandbox.SetMemberName(old.AuthorID, "<b>Bo</b>", "Writer")

	asked := &person{decision: guardrails.Approved}
	s.callAs(asked, "delete_post", map[string]any{"post_id": n.SpamPost})
	contains(t, asked.asked[0].Text(), "as a new post under the key owner's name", "comments and reactions do not come back")
	entry := s.newest()
	if entry.Before["description"] != secret || entry.Before["title"] != "The title & more" || fmt.Sprint(entry.Before["author_id"]) != fmt.Sprint(old.AuthorID) ||
		entry.Before["author"] != "<b>Bo</b> Writer" || fmt.Sprint(entry.Before["space_id"]) != fmt.Sprint(old.SpaceID) {
		t.Errorf("the journal keeps %v", entry.Before)
	}

	_, made := s.undone()
	got, there := s.sandbox.PostByID(uint64(made["id"].(float64)))
	want := fmt.Sprintf("<p><em>Restored after it was deleted. Written by &lt;b&gt;Bo&lt;/b&gt; Writer (member %d) on 2026-11-01.</em></p>%s", old.AuthorID, secret)
	if !there || got.AuthorID != s.sandbox.OwnerID() || got.SpaceID != old.SpaceID || got.Title != "The title & more" || got.Description != want {
		t.Errorf("what came back is %+v, want the text %s", got, want)
	}
	if notices := s.sandbox.Outbox(); len(notices) != 0 {
		t.Errorf("somebody was notified: %v", notices)
	}
	if trail := s.trail(); strings.Contains(trail, "whatever becomes of it") {
		t.Error("the audit trail holds the text of the post")
	}
}

func TestDeletedPostsComeBackTogether(t *testing.T) {
	s := newSandboxed(t, small)
	n := s.sandbox.Notable()
	other := s.ok("create_post", map[string]any{"space_id": s.postSpace(), "title": "Second"})["result"].(map[string]any)
	before := s.ok("list_posts", map[string]any{"per_page": 100})
	s.ok("bulk_delete_posts", map[string]any{"items": []any{map[string]any{"post_id": n.SpamPost}, map[string]any{"post_id": other["id"]}}})
	deleted := s.newest()
	s.undone()
	after := s.ok("list_posts", map[string]any{"per_page": 100})
	if len(titles(after)) != len(titles(before)) || !slices.Equal(titles(after), titles(before)) {
		t.Errorf("the titles are %v, want %v", titles(after), titles(before))
	}
	// And that is undone by deleting both, for which the number is typed.
	asked := &person{decision: guardrails.Approved}
	if answer := s.callAs(asked, "undo_action", undoing(s.newest().ID)); answer.Problem != "" || asked.asked[0].Preview.Retype == nil || asked.asked[0].Preview.Retype.Value != "2" {
		t.Errorf("the undo of a restoration: %s", answer.Problem)
	}
	if got := s.ok("list_posts", map[string]any{"per_page": 100}); len(titles(got)) != len(titles(before))-2 {
		t.Errorf("%d posts, want 2 fewer than %d", len(titles(got)), len(titles(before)))
	}
	if deleted.Undo.Tool != "create_post" {
		t.Errorf("posts are restored by %s", deleted.Undo.Tool)
	}
}

func titles(list map[string]any) (out []string) {
	for _, item := range list["items"].([]any) {
		title, _ := item.(map[string]any)["title"].(string)
		out = append(out, title)
	}
	slices.Sort(out)
	return out
}

func TestDeletedCommentComesBackAsANewOne(t *testing.T) {
	s := newSandboxed(t, small)
	n := s.sandbox.Notable()
	old, _ := s.sandbox.CommentByID(n.Comment)
	s.ok("delete_comment", map[string]any{"post_id": n.CommentedPost, "comment_id": n.Comment})
	_, made := s.undone()
	got, there := s.sandbox.CommentByID(uint64(made["id"].(float64)))
	text := strings.TrimSuffix(strings.TrimPrefix(old.Text, "<p>"), "</p>")
	if !there || got.AuthorID != s.sandbox.OwnerID() || got.PostID != old.PostID || !strings.Contains(got.Text, text) ||
		!strings.Contains(got.Text, fmt.Sprintf("(member %d) on ", old.AuthorID)) || strings.Contains(got.Text, "&lt;p&gt;") {
		t.Errorf("what came back of %+v is %+v", old, got)
	}
}

// TestOtherThingsComeBackAsFarAsTheyCan: a tag without its holders, a
// collection, an option, a lesson that members do not see yet.
func TestOtherThingsComeBackAsFarAsTheyCan(t *testing.T) {
	s := newSandboxed(t, small)
	good := s.goodArguments()
	same := func(tool, read string, ids map[string]any, id string, fields ...string) {
		t.Helper()
		with := func(of any) map[string]any {
			arguments := map[string]any{id: of}
			for name, value := range ids {
				arguments[name] = value
			}
			return arguments
		}
		before := s.ok(read, with(good[tool][id]))
		s.ok(tool, good[tool])
		question, made := s.undone()
		if made["id"] == before["id"] || question != "" {
			t.Errorf("%s: what came back has the id %v; asked %q", tool, made["id"], question)
		}
		after := s.ok(read, with(made["id"]))
		for _, field := range fields {
			if fmt.Sprint(after[field]) != fmt.Sprint(before[field]) {
				t.Errorf("%s: %s was %v and is %v", tool, field, before[field], after[field])
			}
		}
	}
	same("delete_tag", "get_tag", nil, "tag_id", "title", "description", "color")
	same("delete_collection", "get_collection", nil, "collection_id", "name", "description", "visible_to_members")
	same("delete_custom_field_option", "get_custom_field_option", map[string]any{"custom_field_id": good["delete_custom_field_option"]["custom_field_id"]}, "option_id", "title", "description")
	same("delete_poll", "get_poll", nil, "poll_id", "title", "poll_type", "choices", "space_id")
	course := map[string]any{"space_id": good["delete_coursework"]["space_id"]}
	same("delete_coursework", "get_coursework", course, "coursework_id", "title", "description", "parent_id", "type")
}

// TestNoWayBack: where there is none the question says so, and the journal
// holds none.
func TestNoWayBack(t *testing.T) {
	first := newSandboxed(t, small)
	for name := range first.goodArguments() {
		tool, _ := first.catalogue.Lookup(name)
		if tool.Inverse != "" || name == "undo_action" || !tool.Risk.NeedsApproval() {
			continue
		}
		s := newSandboxed(t, small)
		asked := &person{decision: guardrails.Approved}
		if answer := s.callAs(asked, name, s.goodArguments()[name]); answer.Problem != "" {
			t.Errorf("%s: %s", name, answer.Problem)
			continue
		}
		if entry := s.newest(); entry.Undo != nil || !strings.Contains(asked.asked[0].Text(), "This cannot be undone.") {
			t.Errorf("%s: its way back is %+v, and the question says:\n%s", name, entry.Undo, asked.asked[0].Text())
		}
	}
}

// TestPartsThatDoNotGoBack: what cannot be put back is said before, and the
// rest is put back all the same.
func TestPartsThatDoNotGoBack(t *testing.T) {
	s := newSandboxed(t, small, func(o *setup) { o.mode = guardrails.PreviewOnly })
	loose := s.looseSpace()
	said := asJSON(s.ok("update_space", map[string]any{"space_id": loose, "collection_id": s.sandbox.Notable().Collection}))
	contains(t, said, "This cannot be undone: the space is in no collection now")
	said = asJSON(s.ok("update_space", map[string]any{"space_id": loose, "name": "New", "collection_id": s.sandbox.Notable().Collection}))
	contains(t, said, "but for one thing: the space is in no collection now")
}

// looseSpace returns a space that is in no collection.
func (s *sandboxed) looseSpace() uint64 {
	s.t.Helper()
	for _, id := range s.sandbox.Spaces() {
		if space, _ := s.sandbox.SpaceByID(id); space.CollectionID == 0 {
			return id
		}
	}
	s.t.Fatal("every space is in a collection")
	return 0
}

// TestPresetsCanUndo: where a preset has a write, it has what undoes it.
func TestPresetsCanUndo(t *testing.T) {
	var nobody guardrails.Caller
	for _, name := range tools.Presets() {
		s := newSandboxed(t, small, func(o *setup) { o.selection = tools.Selection{Toolsets: []string{name}} })
		for _, tool := range s.catalogue.All() {
			for _, inverse := range []string{tool.Inverse, tool.InverseIfNew} {
				found, exists := s.catalogue.Lookup(inverse)
				if tool.Risk == guardrails.Write && s.catalogue.Admits(tool, nobody) == nil && exists && s.catalogue.Admits(found, nobody) != nil {
					t.Errorf("preset %s has %s, and not %s, which undoes it", name, tool.Name, inverse)
				}
			}
		}
	}
}

// TestSettledDeletionComesBack: what was found to be done only later is undone
// from what the journal kept.
func TestSettledDeletionComesBack(t *testing.T) {
	for _, tool := range []string{"delete_post", "delete_comment", "delete_poll", "delete_coursework", "delete_tag"} {
		s := newSandboxed(t, small)
		entry := s.lost(tool, s.goodArguments()[tool])
		if done, err := s.catalogue.Settle(t.Context(), entry); err != nil || !done {
			t.Fatalf("%s: settled %v, %v", tool, done, err)
		}
		settled, err := s.journal.Entry(t.Context(), entry.ID)
		if err != nil || settled.Undo == nil {
			t.Errorf("%s: the journal holds %+v, %v", tool, settled.Undo, err)
			continue
		}
		s.ok("undo_action", undoing(entry.ID))
	}
}

// TestDeletedTwinsComeBackTogether: the same spam twice is two posts, which are
// deleted together, restored together, and deleted again.
func TestDeletedTwinsComeBackTogether(t *testing.T) {
	s := newSandboxed(t, small)
	spam := map[string]any{"space_id": s.postSpace(), "title": "Cheap watches", "description": "<p>Buy now</p>"}
	var items []any
	for range 3 {
		made := s.ok("create_post", spam)["result"].(map[string]any)
		items = append(items, map[string]any{"post_id": made["id"]})
	}
	before := s.ok("list_posts", map[string]any{"per_page": 100})
	s.ok("bulk_delete_posts", map[string]any{"items": items})
	for _, want := range []int{0, -3, 0, -3} { // the undo, the undo of that, and so on
		s.undone()
		if after := s.ok("list_posts", map[string]any{"per_page": 100}); len(titles(after)) != len(titles(before))+want {
			t.Errorf("there are %d posts, want %d", len(titles(after)), len(titles(before))+want)
		}
	}
	// That a call makes the same twice is no reason to take it twice in others.
	tag := s.goodArguments()["add_member_tag"]
	s.problem("bulk_add_member_tags", map[string]any{"items": []any{tag, tag}})
}

// TestTwoNamesOfOneThingAreTheSame: a list that names one thing twice, once by
// its name, would leave a way back that does the same twice.
func TestTwoNamesOfOneThingAreTheSame(t *testing.T) {
	s := newSandboxed(t, small)
	space, _ := s.sandbox.SpaceByID(s.sandbox.Notable().PaidSpace)
	who := s.sandbox.Notable().Spammers[0]
	changes := s.sandbox.Changes()
	answer := s.problem("bulk_add_space_members", map[string]any{"items": []any{
		map[string]any{"space_id": s.sandbox.Notable().PaidSpace, "member_id": who}, map[string]any{"space_id": space.Name, "member_id": who},
	}})
	contains(t, answer.Problem, "items 1 and 2 are the same")
	if s.sandbox.Changes() != changes {
		t.Error("something was done")
	}
}

// TestExplainedReversalsAreThoseOfThePreview: a tool in general, and the undo of
// one action, whose inverse decides.
func TestExplainedReversalsAreThoseOfThePreview(t *testing.T) {
	s := newSandboxed(t, small)
	s.ok("delete_post", map[string]any{"post_id": s.sandbox.Notable().SpamPost})
	undoing, err := json.Marshal(undoing(s.newest().ID))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ tool, arguments, want string }{
		{"delete_post", "", "as a new post under the key owner's name"},
		{"bulk_delete_posts", "", "as a new post under the key owner's name"},
		{"create_post", "", "It can be undone afterwards."},
		{"ban_member", "", "This cannot be undone."},
		{"undo_action", "", "where the tool that undoes the action can be"},
		{"undo_action", string(undoing), "It can be undone afterwards."}, // create_post is what it calls
	} {
		tool, _ := s.catalogue.Lookup(test.tool)
		request := guardrails.Request{Caller: guardrails.Caller{Principal: "stdio"}, Arguments: json.RawMessage(test.arguments)}
		if test.arguments == "" {
			request.Arguments = nil
		}
		if e, err := s.catalogue.Explain(t.Context(), tool, request); err != nil || !strings.Contains(e.Undo, test.want) {
			t.Errorf("%s %s: %q, %v; want %q", test.tool, test.arguments, e.Undo, err, test.want)
		}
	}
}
