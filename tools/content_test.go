package tools_test

import (
	"slices"
	"strings"
	"testing"
)

func TestComments(t *testing.T) {
	s := newSandboxed(t)
	n := s.sandbox.Notable()
	before, _ := s.sandbox.PostByID(n.CommentedPost)
	made := s.ok("create_comment", map[string]any{"post_id": n.CommentedPost, "text": "Welcome", "reply_to_id": n.Comment})["result"].(map[string]any)
	if after, _ := s.sandbox.PostByID(n.CommentedPost); after.Comments != before.Comments+1 || made["reply_to_id"] != float64(n.Comment) {
		t.Errorf("create_comment made %v", made)
	}
	s.undo()
	if after, _ := s.sandbox.PostByID(n.CommentedPost); after.Comments != before.Comments {
		t.Errorf("after the undo the post has %d comments, want %d", after.Comments, before.Comments)
	}
	items := s.ok("list_comments", map[string]any{"post_id": n.CommentedPost})["items"].([]any)
	if len(items) != before.Comments {
		t.Errorf("list_comments shows %d of %d", len(items), before.Comments)
	}
	one := s.ok("get_comment", map[string]any{"post_id": n.CommentedPost, "comment_id": n.Comment})
	if one["id"] != float64(n.Comment) || strings.Contains(one["text"].(string), "<p>") {
		t.Errorf("get_comment = %v", one)
	}
	s.ok("delete_comment", map[string]any{"post_id": n.CommentedPost, "comment_id": n.Comment})
	if answer := s.problem("get_comment", map[string]any{"post_id": n.CommentedPost, "comment_id": n.Comment}); answer.Code != "not_found" {
		t.Errorf("a deleted comment: %s", answer.Problem)
	}
	if closed := s.problem("create_comment", map[string]any{"post_id": n.ClosedPost, "text": "x"}); closed.Code != "validation" {
		t.Errorf("a post without comments: %s", closed.Problem)
	}
}

func TestSpacesAreMadeChangedAndDeleted(t *testing.T) {
	s := newSandboxed(t)
	n := s.sandbox.Notable()
	made := s.ok("create_space", map[string]any{"name": "Boatyard"})["result"].(map[string]any)
	s.ok("update_space", map[string]any{"space_id": "Boatyard", "name": "Slipway"})
	if got := s.ok("get_space", map[string]any{"space_id": made["id"]}); got["name"] != "Slipway" {
		t.Errorf("update_space left %v", got)
	}
	s.undo()
	if got := s.ok("get_space", map[string]any{"space_id": made["id"]}); got["name"] != "Boatyard" {
		t.Errorf("the undo left %v", got)
	}
	s.ok("delete_space", map[string]any{"space_id": "Boatyard"})
	if answer := s.problem("get_space", map[string]any{"space_id": made["id"]}); answer.Code != "not_found" {
		t.Errorf("a deleted space: %s", answer.Problem)
	}
	if kept := s.problem("delete_space", map[string]any{"space_id": n.UndeletableSpace}); kept.Code != "validation" || !strings.Contains(kept.Problem, "nothing was changed") {
		t.Errorf("a space that cannot go: %s", kept.Problem)
	}
}

func TestSpaceRoles(t *testing.T) {
	s := newSandboxed(t)
	n := s.sandbox.Notable()
	s.ok("set_space_member_role", map[string]any{"space_id": n.AutoJoinSpace, "member_id": n.Spammers[0], "role": "moderator"})
	if got := s.sandbox.SpaceRole(n.AutoJoinSpace, n.Spammers[0]); got != "moderator" {
		t.Errorf("the role is %q", got)
	}
	if answer := s.problem("set_space_member_role", map[string]any{"space_id": n.AutoJoinSpace, "member_id": n.Owner, "role": "contributor"}); answer.Code != "protected" {
		t.Errorf("the owner was demoted in a space: %s", answer.Problem)
	}
	if got := s.ok("get_space_member", map[string]any{"space_id": n.AutoJoinSpace, "member_id": n.Owner}); got["id"] != float64(n.Owner) {
		t.Errorf("get_space_member = %v", got)
	}
}

func TestEventsAreUpdatedAndAnswered(t *testing.T) {
	s := newSandboxed(t)
	n := s.sandbox.Notable()
	before := s.ok("get_event", map[string]any{"event_id": n.UpcomingEvent})
	s.ok("update_event", map[string]any{"event_id": n.UpcomingEvent, "title": "Moved", "starts_at": "2026-12-24T10:00:00Z", "ends_at": "2026-12-24T11:00:00Z", "rsvp_closed": true})
	if got := s.ok("get_event", map[string]any{"event_id": n.UpcomingEvent}); got["title"] != "Moved" || !strings.HasPrefix(got["starts_at"].(string), "2026-12-24") {
		t.Errorf("update_event left %v", got)
	}
	s.undo()
	if got := s.ok("get_event", map[string]any{"event_id": n.UpcomingEvent}); got["title"] != before["title"] || got["starts_at"] != before["starts_at"] {
		t.Errorf("the undo left %v, want %v", got, before)
	}

	answer := map[string]any{"event_id": n.UpcomingEvent, "member_id": n.Moderator, "status": "no"}
	old, _ := s.sandbox.RSVPOf(n.UpcomingEvent, n.Moderator)
	s.ok("set_rsvp", answer)
	if got, _ := s.sandbox.RSVPOf(n.UpcomingEvent, n.Moderator); got.Status != "no" {
		t.Errorf("set_rsvp left %+v", got)
	}
	s.undo()
	if got, _ := s.sandbox.RSVPOf(n.UpcomingEvent, n.Moderator); got.Status != old.Status {
		t.Errorf("the undo left %+v, want %+v", got, old)
	}
	s.ok("delete_rsvp", map[string]any{"event_id": n.UpcomingEvent, "rsvp_id": n.RSVP})
	if _, there := s.sandbox.RSVPOf(n.UpcomingEvent, n.Moderator); there {
		t.Error("delete_rsvp left the answer")
	}
	locked := s.problem("set_rsvp", map[string]any{"event_id": n.LockedEvent, "member_id": n.Moderator, "status": "yes"})
	if locked.Code != "not_allowed" {
		t.Errorf("a locked event: %s", locked.Problem)
	}
}

func TestCollections(t *testing.T) {
	s := newSandboxed(t)
	n := s.sandbox.Notable()
	order := s.sandbox.CollectionOrder(n.Collection)
	turned := append(append([]uint64{}, order[1:]...), order[0])
	s.ok("set_collection_order", map[string]any{"collection_id": n.Collection, "space_ids": turned})
	if got := s.sandbox.CollectionOrder(n.Collection); !slices.Equal(got, turned) {
		t.Errorf("the order is %v, want %v", got, turned)
	}
	if answer := s.problem("set_collection_order", map[string]any{"collection_id": n.Collection, "space_ids": turned[1:]}); answer.Code != "validation" {
		t.Errorf("an order that lacks a space: %s", answer.Problem)
	}
	made := s.ok("create_collection", map[string]any{"name": "Pastimes A"})["result"].(map[string]any)
	s.ok("update_collection", map[string]any{"collection_id": "Pastimes A", "name": "Pastimes B", "visible_to_members": false})
	s.undo()
	if got := s.ok("get_collection", map[string]any{"collection_id": made["id"]}); got["name"] != "Pastimes A" || got["visible_to_members"] != true {
		t.Errorf("the undo left %v", got)
	}
	s.ok("update_space", map[string]any{"space_id": n.AutoJoinSpace, "collection_id": "Pastimes A"})
	for _, kept := range []any{n.Collection, n.SystemCollection, "Pastimes A"} {
		if answer := s.problem("delete_collection", map[string]any{"collection_id": kept}); answer.Code != "validation" {
			t.Errorf("collection %v was deleted: %s", kept, answer.Problem)
		}
	}
	s.ok("delete_collection", map[string]any{"collection_id": n.EmptyCollection})
}

func TestPolls(t *testing.T) {
	s := newSandboxed(t)
	n := s.sandbox.Notable()
	poll := map[string]any{"space_id": s.postSpace(), "title": "Which day?", "poll_type": "multiple_choice", "choices": []string{"Monday", "Friday"}}
	made := s.ok("create_poll", poll)["result"].(map[string]any)
	if len(s.sandbox.Outbox()) != 0 {
		t.Error("create_poll notified somebody")
	}
	got := s.ok("get_poll", map[string]any{"poll_id": made["id"]})
	if choices := got["choices"].([]any); len(choices) != 2 || choices[1] != "Friday" {
		t.Errorf("get_poll = %v", got)
	}
	s.undo()
	s.ok("announce_poll", poll)
	if len(s.sandbox.Outbox()) == 0 {
		t.Error("announce_poll notified nobody")
	}
	s.ok("update_poll", map[string]any{"poll_id": n.Poll, "title": "Changed"})
	s.undo()
	for change, want := range map[string]map[string]any{
		"without choices": {"choices": nil}, "with choices": {"poll_type": "question"},
	} {
		wrong := map[string]any{}
		for k, v := range poll {
			wrong[k] = v
		}
		for k, v := range want {
			wrong[k] = v
		}
		if answer := s.problem("create_poll", wrong); answer.Code != "bad_arguments" {
			t.Errorf("%s: %s", change, answer.Problem)
		}
	}
}

func TestReactionsAndMute(t *testing.T) {
	s := newSandboxed(t)
	n := s.sandbox.Notable()
	s.ok("add_post_reaction", map[string]any{"post_id": n.LatestPost, "emoji": "🔥"})
	if got := s.sandbox.ReactionOf(n.LatestPost, n.Owner); got != "🔥" {
		t.Errorf("the reaction is %q", got)
	}
	s.ok("remove_post_reaction", map[string]any{"post_id": n.LatestPost})
	if got := s.sandbox.ReactionOf(n.LatestPost, n.Owner); got != "" {
		t.Errorf("the reaction is still %q", got)
	}
	s.undo()
	if got := s.sandbox.ReactionOf(n.LatestPost, n.Owner); got != "🔥" {
		t.Errorf("the undo left %q", got)
	}
	s.ok("add_comment_reaction", map[string]any{"comment_id": n.Comment, "emoji": "👏"})
	if got := s.sandbox.CommentReactionOf(n.Comment, n.Owner); got != "👏" {
		t.Errorf("the comment's reaction is %q", got)
	}
	s.undo()
	s.ok("mute_post", map[string]any{"post_id": n.LatestPost, "member_id": n.Moderator})
	if !s.sandbox.Muted(n.LatestPost, n.Moderator) {
		t.Error("mute_post did nothing")
	}
	s.undo()
	if s.sandbox.Muted(n.LatestPost, n.Moderator) {
		t.Error("the undo left the post muted")
	}
}

func TestCourseworks(t *testing.T) {
	s := newSandboxed(t)
	n := s.sandbox.Notable()
	made := s.ok("create_coursework", map[string]any{"space_id": n.CourseSpace, "type": "lesson", "title": "Knots", "description": "<p>Tie</p>", "parent_id": n.Section})["result"].(map[string]any)
	if made["status"] != "hidden" || made["parent_id"] != float64(n.Section) {
		t.Errorf("create_coursework made %v", made)
	}
	s.ok("update_coursework", map[string]any{"space_id": n.CourseSpace, "coursework_id": made["id"], "title": "Splices", "status": "posted"})
	s.undo()
	got := s.ok("get_coursework", map[string]any{"space_id": n.CourseSpace, "coursework_id": made["id"]})
	if got["title"] != "Knots" || got["status"] != "hidden" || got["description"] != "Tie" {
		t.Errorf("the undo left %v", got)
	}
	lessons := s.ok("list_courseworks", map[string]any{"space_id": n.CourseSpace, "type": "lesson", "parent_id": n.Section})["items"].([]any)
	if len(lessons) < 2 {
		t.Errorf("list_courseworks shows %v", lessons)
	}
	s.ok("delete_coursework", map[string]any{"space_id": n.CourseSpace, "coursework_id": made["id"]})
	if fixed := s.problem("update_coursework", map[string]any{"space_id": n.CourseSpace, "coursework_id": n.Overview, "title": "x"}); fixed.Code != "validation" {
		t.Errorf("the overview: %s", fixed.Problem)
	}
}
