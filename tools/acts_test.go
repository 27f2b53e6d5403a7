package tools_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/sandbox"
	"github.com/mcp-mighty/mcp-mighty/store"
	"github.com/mcp-mighty/mcp-mighty/tools"
)

// member returns the state of a member that must be known.
func (s *sandboxed) member(id uint64) sandbox.MemberState {
	s.t.Helper()
	state, known := s.sandbox.MemberByID(id)
	if !known {
		s.t.Fatalf("the sandbox does not know member %d", id)
	}
	return state
}

// lastUndo returns how the newest action of the journal is undone.
func (s *sandboxed) lastUndo() *store.Undo {
	s.t.Helper()
	entries, err := s.journal.Entries(s.t.Context(), store.Query{Limit: 1})
	if err != nil || len(entries) != 1 || entries[0].State != store.Done {
		s.t.Fatalf("the journal's newest entry is %+v, %v; want one that is done", entries, err)
	}
	return entries[0].Undo
}

// undo runs the inverse of the newest action through the gate.
func (s *sandboxed) undo() {
	s.t.Helper()
	undo := s.lastUndo()
	if undo == nil {
		s.t.Fatal("the newest action names no inverse")
	}
	s.ok(undo.Tool, undo.Arguments)
}

func TestCreateMemberMailsNobodyAndCanBeUndone(t *testing.T) {
	s := newSandboxed(t)
	made := s.ok("create_member", map[string]any{"email": "New.Person@example.org", "first_name": "New", "last_name": "Person"})
	result := made["result"].(map[string]any)
	id := uint64(result["member"].(map[string]any)["id"].(float64))
	if made["status"] != "done" || result["welcome_email_sent"] != false {
		t.Errorf("create_member = %v", made)
	}
	if got := s.member(id); got.Role != "contributor" || got.Standing != "active" || got.FirstName != "New" {
		t.Errorf("the new member is %+v", got)
	}
	if mail := s.sandbox.Outbox(); len(mail) != 0 {
		t.Errorf("somebody got mail: %+v", mail)
	}
	s.undo()
	if got := s.member(id); got.Standing != "removed" {
		t.Errorf("after the undo they are %s, want removed", got.Standing)
	}
}

func TestCreateLimitedMember(t *testing.T) {
	s := newSandboxed(t)
	space := s.sandbox.Notable().PaidSpace
	person := map[string]any{"email": "l@example.org", "first_name": "L", "last_name": "M", "member_type": "limited"}
	if answer := s.problem("create_member", person); !strings.Contains(answer.Problem, `"space_ids"`) || s.sandbox.Changes() != 0 {
		t.Errorf("a limited member without spaces: %s", answer.Problem)
	}
	person["space_ids"] = []uint64{space}
	made := s.ok("create_member", person)["result"].(map[string]any)["member"].(map[string]any)
	if got := s.member(uint64(made["id"].(float64))); !got.Limited || !slices.Equal(got.Spaces, []uint64{space}) {
		t.Errorf("the limited member is %+v", got)
	}
}

func TestUpdateMemberAndUndo(t *testing.T) {
	s := newSandboxed(t)
	id := s.sandbox.Notable().Moderator
	before := s.member(id)
	s.ok("update_member", map[string]any{"member_id": id, "first_name": "Renamed"})
	if got := s.member(id); got.FirstName != "Renamed" || got.LastName != before.LastName {
		t.Errorf("after update_member: %+v", got)
	}
	s.undo()
	if diff := cmp.Diff(before, s.member(id)); diff != "" {
		t.Errorf("after the undo (-want +got):\n%s", diff)
	}
	if answer := s.problem("update_member", map[string]any{"member_id": id}); !strings.Contains(answer.Problem, "nothing to change") {
		t.Errorf("an update of nothing: %s", answer.Problem)
	}
}

func TestSetMemberRole(t *testing.T) {
	s := newSandboxed(t)
	id := s.sandbox.Notable().Spammers[0]
	for word, role := range map[string]string{"moderator": "moderator", " Host ": "host", "member": "contributor"} {
		s.ok("set_member_role", map[string]any{"member_id": id, "role": word})
		if got := s.member(id).Role; got != role {
			t.Errorf("role %q made them %s, want %s", word, got, role)
		}
	}
	changes := s.sandbox.Changes()
	for word, explanation := range map[string]string{"admin": "is a host", "guest": "limited member", "king": "host, moderator or contributor"} {
		answer := s.problem("set_member_role", map[string]any{"member_id": id, "role": word})
		if !strings.Contains(answer.Problem, explanation) || !strings.Contains(answer.Problem, "Nothing was done") {
			t.Errorf("role %q: %s", word, answer.Problem)
		}
	}
	if s.sandbox.Changes() != changes {
		t.Error("a refused role changed something")
	}
}

func TestChangeMemberEmail(t *testing.T) {
	s := newSandboxed(t)
	id := s.sandbox.Notable().Moderator
	s.ok("change_member_email", map[string]any{"member_id": id, "email": "fresh@example.org"})
	if got := s.member(id).Email; got != "fresh@example.org" {
		t.Errorf("the address is %s", got)
	}
}

func TestEndings(t *testing.T) {
	for tool, standing := range map[string]string{"ban_member": "banned", "delete_member": "deleted", "remove_member_from_network": "removed"} {
		t.Run(tool, func(t *testing.T) {
			s := newSandboxed(t)
			id := s.sandbox.Notable().Spammers[0]
			before := s.member(id)
			asked := &person{decision: guardrails.Approved}
			answer := s.callAs(asked, tool, map[string]any{"member_id": id})
			if answer.Problem != "" || s.member(id).Standing != standing {
				t.Fatalf("%s left them %s: %s", tool, s.member(id).Standing, answer.Problem)
			}
			text := asked.asked[0].Text()
			for _, want := range []string{before.FirstName, before.Email, fmt.Sprint(id), "joined", "in spaces"} {
				if !strings.Contains(text, want) {
					t.Errorf("the question does not say %q:\n%s", want, text)
				}
			}
		})
	}
}

func TestBanOfSomebodyInNoSpace(t *testing.T) {
	s := newSandboxed(t)
	id := s.sandbox.Notable().Spammers[0]
	for _, space := range s.member(id).Spaces {
		s.ok("remove_space_member", map[string]any{"space_id": space, "member_id": id})
	}
	ban := map[string]any{"member_id": id, "reason": "spam"}
	if answer := s.problem("ban_member", ban); !strings.Contains(answer.Problem, "add_space_member") || s.sandbox.IsBanned(id) {
		t.Errorf("somebody in no space: %s", answer.Problem)
	}
	s.ok("add_space_member", map[string]any{"member_id": id, "space_id": s.postSpace()})
	s.ok("ban_member", ban)
	if got := s.member(id); got.Standing != "banned" || got.BanReason != "spam" {
		t.Errorf("they are %+v, want banned for spam", got)
	}
}

func TestSpaceMembers(t *testing.T) {
	s := newSandboxed(t)
	n := s.sandbox.Notable()
	at := map[string]any{"space_id": n.PaidSpace, "member_id": n.Spammers[0]}
	s.ok("add_space_member", at)
	if !slices.Contains(s.sandbox.SpaceMembers(n.PaidSpace), n.Spammers[0]) {
		t.Error("add_space_member added nobody")
	}
	if answer := s.problem("add_space_member", at); answer.Code != "validation" || !strings.Contains(answer.Problem, "nothing was changed") {
		t.Errorf("adding twice: %s %s", answer.Code, answer.Problem)
	}
	s.ok("remove_space_member", at)
	if slices.Contains(s.sandbox.SpaceMembers(n.PaidSpace), n.Spammers[0]) {
		t.Error("remove_space_member removed nobody")
	}
	paid := s.problem("remove_space_member", map[string]any{"space_id": n.PaidSpace, "member_id": n.PaidMember})
	if !strings.Contains(paid.Problem, "paid plan") {
		t.Errorf("somebody with a paid plan: %s", paid.Problem)
	}
}

func TestPosts(t *testing.T) {
	s := newSandboxed(t)
	space := s.postSpace()
	quiet := s.ok("create_post", map[string]any{"space_id": space, "title": "Quiet", "description": "<p>Hello</p>"})
	id := uint64(quiet["result"].(map[string]any)["id"].(float64))
	if got, there := s.sandbox.PostByID(id); !there || got.Title != "Quiet" || got.AuthorID != s.sandbox.OwnerID() {
		t.Errorf("create_post made %+v", got)
	}
	if notices := s.sandbox.Outbox(); len(notices) != 0 {
		t.Errorf("create_post notified: %+v", notices)
	}
	if undo := s.lastUndo(); undo.Tool != "delete_post" || undo.Arguments["post_id"] == nil {
		t.Errorf("the inverse of create_post is %+v", undo)
	}
	s.ok("update_post", map[string]any{"post_id": id, "title": "Louder"})
	s.undo()
	if got, _ := s.sandbox.PostByID(id); got.Title != "Quiet" || got.Description != "<p>Hello</p>" {
		t.Errorf("after the undo of update_post: %+v", got)
	}
	if notices := s.sandbox.Outbox(); len(notices) != 0 {
		t.Errorf("update_post notified: %+v", notices)
	}
	s.ok("delete_post", map[string]any{"post_id": id})
	if _, there := s.sandbox.PostByID(id); there {
		t.Error("delete_post left the post")
	}
	s.ok("announce_post", map[string]any{"space_id": space, "title": "Loud"})
	if notices := s.sandbox.Outbox(); len(notices) == 0 {
		t.Error("announce_post notified nobody")
	}
	refused := s.problem("create_post", map[string]any{"space_id": s.sandbox.Notable().EventsOnlySpace, "title": "x"})
	if refused.Code != "validation" {
		t.Errorf("a space that takes no posts: %s", refused.Problem)
	}
}

func TestEvents(t *testing.T) {
	s := newSandboxed(t)
	event := map[string]any{
		"space_id": s.postSpace(), "title": "Walk", "event_type": "local_meetup",
		"starts_at": "2026-12-01T10:00:00+01:00", "ends_at": "2026-12-01T12:00:00+01:00",
		"frequency": "weekly", "by_days": []string{"TU"}, "recurrence_count": 4, "post_in_feed": false,
	}
	made := s.ok("create_event", event)["result"].(map[string]any)
	id := uint64(made["id"].(float64))
	if !s.sandbox.EventExists(id) || made["title"] != "Walk" {
		t.Errorf("create_event made %v", made)
	}
	s.undo()
	if s.sandbox.EventExists(id) {
		t.Error("the undo of create_event left the event")
	}
	changes := s.sandbox.Changes()
	for name, change := range map[string]map[string]any{
		"ends before it starts":        {"ends_at": "2026-12-01T09:00:00+01:00"},
		"repeats without a frequency":  {"frequency": nil},
		"a day that no month has":      {"by_month_days": []int{32}},
		"a time without its offset":    {"starts_at": "2026-12-01T10:00:00"},
		"a weekday that is none":       {"by_days": []string{"Tuesday"}},
		"an argument that is not ours": {"when": "now"},
	} {
		wrong := map[string]any{}
		for k, v := range event {
			wrong[k] = v
		}
		for k, v := range change {
			wrong[k] = v
		}
		if answer := s.problem("create_event", wrong); answer.Code != "bad_arguments" {
			t.Errorf("%s: %s %s", name, answer.Code, answer.Problem)
		}
	}
	if s.sandbox.Changes() != changes {
		t.Error("a refused event changed something")
	}
}

// TestPreviewModeDoesNothing calls every acting tool with good arguments.
func TestPreviewModeDoesNothing(t *testing.T) {
	s := newSandboxed(t, func(o *setup) { o.mode = guardrails.PreviewOnly })
	for tool, arguments := range s.goodArguments() {
		asked := &person{decision: guardrails.Approved}
		answer := s.callAs(asked, tool, arguments)
		if !strings.Contains(string(answer.JSON), `"status":"preview"`) || len(asked.asked) != 0 {
			t.Errorf("%s: %s%s", tool, answer.JSON, answer.Problem)
		}
	}
	if n := s.sandbox.Changes(); n != 0 {
		t.Errorf("previews changed %d things", n)
	}
}

// TestReadOnlyRefusesBeforeAnyRequest calls every acting tool.
func TestReadOnlyRefusesBeforeAnyRequest(t *testing.T) {
	s := newSandboxed(t, func(o *setup) { o.mode = guardrails.ReadOnly })
	for tool, arguments := range s.goodArguments() {
		if answer := s.problem(tool, arguments); answer.Code != string(guardrails.CodeReadOnly) {
			t.Errorf("%s: %s", tool, answer.Problem)
		}
	}
	if n := len(s.sandbox.Requests()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

// TestGraveToolsStopWithoutAPerson calls every tool that needs approval
// without anybody to ask, and with somebody who declines.
func TestGraveToolsStopWithoutAPerson(t *testing.T) {
	s := newSandboxed(t)
	for tool, arguments := range s.goodArguments() {
		found, _ := s.catalogue.Lookup(tool)
		if !found.Risk.NeedsApproval() {
			continue
		}
		answer := s.catalogue.Call(t.Context(), tool, guardrails.Request{
			Caller: guardrails.Caller{Principal: "alone with " + tool}, Arguments: json.RawMessage(asJSON(arguments)),
		}, nil)
		var waits struct {
			Status   string
			Approval struct{ Code string }
		}
		if err := json.Unmarshal(answer.JSON, &waits); err != nil || waits.Status != "awaiting_approval" || waits.Approval.Code == "" {
			t.Errorf("%s without anybody to ask: %s%s", tool, answer.JSON, answer.Problem)
		}
		if answer := s.callAs(&person{decision: guardrails.Declined}, tool, arguments); answer.Code != string(guardrails.CodeDeclined) {
			t.Errorf("%s declined: %s%s", tool, answer.JSON, answer.Problem)
		}
	}
	if n := s.sandbox.Changes(); n != 0 {
		t.Errorf("%d things changed", n)
	}
	if entries, err := s.journal.Entries(t.Context(), store.Query{Limit: 10}); err != nil || len(entries) != 1 { // the past action
		t.Errorf("the journal of actions holds %v, %v; nothing was done", entries, err)
	}
}

// goodArguments returns arguments with which each acting tool succeeds.
func (s *sandboxed) goodArguments() map[string]map[string]any {
	n := s.sandbox.Notable()
	spammer := map[string]any{"member_id": n.Spammers[0]}
	with := func(more map[string]any) map[string]any {
		merged := map[string]any{"member_id": n.Spammers[0]}
		for k, v := range more {
			merged[k] = v
		}
		return merged
	}
	post := map[string]any{"space_id": s.postSpace(), "title": "T"}
	good := map[string]map[string]any{
		"create_member":              {"email": "x@example.org", "first_name": "X", "last_name": "Y"},
		"update_member":              with(map[string]any{"first_name": "Z"}),
		"set_member_role":            with(map[string]any{"role": "moderator"}),
		"change_member_email":        with(map[string]any{"email": "y@example.org"}),
		"ban_member":                 spammer,
		"delete_member":              spammer,
		"remove_member_from_network": spammer,
		"add_space_member":           with(map[string]any{"space_id": n.PaidSpace}),
		"remove_space_member":        with(map[string]any{"space_id": n.AutoJoinSpace}),
		"create_post":                post,
		"announce_post":              post,
		"update_post":                {"post_id": n.SpamPost, "title": "T"},
		"delete_post":                {"post_id": n.SpamPost},
		"create_event": {
			"space_id": s.postSpace(), "title": "E", "event_type": "local_meetup",
			"starts_at": "2026-12-01T10:00:00Z", "ends_at": "2026-12-01T11:00:00Z",
		},
		"delete_event":            {"event_id": n.UpcomingEvent},
		"update_event":            {"event_id": n.UpcomingEvent, "title": "Later"},
		"set_rsvp":                {"event_id": n.UpcomingEvent, "member_id": n.Spammers[0], "status": "yes"},
		"update_rsvp":             {"event_id": n.UpcomingEvent, "rsvp_id": n.RSVP, "status": "no"},
		"delete_rsvp":             {"event_id": n.UpcomingEvent, "rsvp_id": n.RSVP},
		"create_collection":       {"name": "New collection"},
		"update_collection":       {"collection_id": n.Collection, "name": "Other collection"},
		"set_collection_order":    {"collection_id": n.Collection, "space_ids": s.sandbox.CollectionOrder(n.Collection)},
		"delete_collection":       {"collection_id": n.EmptyCollection},
		"create_poll":             {"space_id": s.postSpace(), "title": "P", "poll_type": "multiple_choice", "choices": []string{"a", "b"}},
		"announce_poll":           {"space_id": s.postSpace(), "title": "P", "poll_type": "question"},
		"update_poll":             {"poll_id": n.Poll, "title": "P"},
		"delete_poll":             {"poll_id": n.SpamPoll},
		"add_post_reaction":       {"post_id": n.LatestPost, "emoji": "👍"},
		"add_comment_reaction":    {"comment_id": n.Comment, "emoji": "👍"},
		"remove_post_reaction":    {"post_id": n.LatestPost},
		"remove_comment_reaction": {"comment_id": n.Comment},
		"mute_post":               {"post_id": n.LatestPost, "member_id": n.Spammers[0]},
		"unmute_post":             {"post_id": n.LatestPost, "member_id": n.Spammers[0]},
		"create_coursework":       {"space_id": n.CourseSpace, "type": "lesson", "title": "L", "parent_id": n.Section},
		"update_coursework":       {"space_id": n.CourseSpace, "coursework_id": n.Lesson, "title": "L"},
		"delete_coursework":       {"space_id": n.CourseSpace, "coursework_id": n.Lesson},
		"create_space":            {"name": "New space"},
		"update_space":            {"space_id": n.PaidSpace, "name": "Other name"},
		"delete_space":            {"space_id": n.DuplicateSpaces[1]},
		"set_space_member_role":   with(map[string]any{"space_id": n.AutoJoinSpace, "role": "moderator"}),
		"create_comment":          {"post_id": n.CommentedPost, "text": "Welcome"},
		"delete_comment":          {"post_id": n.CommentedPost, "comment_id": n.Comment},
	}
	good["undo_action"] = map[string]any{"action_id": s.onePastAction()}
	for name, one := range map[string]string{
		"bulk_set_member_roles": "set_member_role", "bulk_add_space_members": "add_space_member", "bulk_delete_posts": "delete_post",
		"bulk_remove_space_members": "remove_space_member", "bulk_ban_members": "ban_member",
	} {
		good[name] = map[string]any{"items": []any{good[one]}}
	}
	maps.Copy(good, goodArgumentsWorkspace())
	maps.Copy(good, goodArgumentsExport())
	maps.Copy(good, s.goodArgumentsPeople())
	for _, tool := range s.catalogue.All() {
		if _, there := good[tool.Name]; tool.Risk.Acts() != there {
			s.t.Fatalf("goodArguments and the catalogue disagree about %s", tool.Name)
		}
	}
	return good
}

// onePastAction is pastAction, once.
func (s *sandboxed) onePastAction() int64 {
	if s.past == 0 {
		s.past = s.pastAction()
	}
	return s.past
}

// pastAction puts an action into the journal that looks like one that was done:
// somebody was added to a space, which a person has to undo.
func (s *sandboxed) pastAction() int64 {
	s.t.Helper()
	n := s.sandbox.Notable()
	arguments := map[string]any{"space_id": n.AutoJoinSpace, "member_id": n.Spammers[0]}
	id, err := s.journal.Begin(s.t.Context(), store.Start{Intent: store.Intent{
		At: now, Tool: "add_space_member", Risk: "write", Network: "harbour", Principal: "test", Role: "local", Arguments: json.RawMessage(asJSON(arguments)),
	}})
	if err == nil {
		err = s.journal.Finish(s.t.Context(), id, store.Ending{At: now, State: store.Done, Undo: &store.Undo{Tool: "remove_space_member", Arguments: arguments}}, store.Event{})
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return id
}

func TestProtectedMembersSurvive(t *testing.T) {
	s := newSandboxed(t)
	n := s.sandbox.Notable()
	listed := newSandboxed(t, func(o *setup) { o.protected = []uint64{n.Moderator} })
	for _, target := range []struct {
		s  *sandboxed
		id uint64
	}{{s, n.Owner}, {listed, n.Moderator}} {
		for tool, arguments := range map[string]map[string]any{
			"ban_member": {}, "delete_member": {}, "remove_member_from_network": {},
			"set_member_role": {"role": "contributor"}, "change_member_email": {"email": "thief@example.org"},
			"remove_space_member": {"space_id": n.AutoJoinSpace},
		} {
			arguments["member_id"] = target.id
			asked := &person{decision: guardrails.Approved}
			if answer := target.s.callAs(asked, tool, arguments); answer.Code != string(guardrails.CodeProtected) || len(asked.asked) != 0 {
				t.Errorf("%s of protected member %d: %s%s", tool, target.id, answer.JSON, answer.Problem)
			}
		}
		if n := target.s.sandbox.Changes(); n != 0 {
			t.Errorf("%d things changed", n)
		}
	}
}

func TestLostAnswersAreSettledOrSaidToBeUnknown(t *testing.T) {
	for tool, fault := range map[string]string{
		"ban_member":                 "POST /spaces/*/members/*/ban",
		"delete_member":              "DELETE /members/*",
		"remove_member_from_network": "DELETE /members/*/network_membership",
		"change_member_email":        "PATCH /members/*",
		"update_member":              "PATCH /members/*",
		"add_space_member":           "POST /spaces/*/members",
		"remove_space_member":        "DELETE /spaces/*/members/*",
		"update_post":                "PATCH /posts/*",
		"delete_post":                "DELETE /posts/*",
		"delete_event":               "DELETE /events/*",
	} {
		t.Run(tool, func(t *testing.T) {
			s := newSandboxed(t)
			if err := s.inject(fault + " reset-after"); err != nil {
				t.Fatal(err)
			}
			s.ok(tool, s.goodArguments()[tool])
			if changes := s.sandbox.Changes(); changes != 1 {
				t.Errorf("it was executed %d times, want once", changes)
			}

			s = newSandboxed(t)
			if err := s.inject(fault + " reset"); err != nil {
				t.Fatal(err)
			}
			s.unknown(tool)
		})
	}
	for tool, fault := range map[string]string{
		"create_member": "POST /members", "set_member_role": "PATCH /members/*",
		"create_post": "POST /posts", "announce_post": "POST /posts", "create_event": "POST /events",
	} {
		t.Run(tool, func(t *testing.T) {
			for _, how := range []string{" reset-after", " reset", " status=500", " status=502", " truncate"} {
				s := newSandboxed(t)
				if err := s.inject(fault + how); err != nil {
					t.Fatal(err)
				}
				s.unknown(tool)
			}
		})
	}
}

// unknown calls a tool whose answer gets lost and whose effect no look-up can
// tell, and wants that to be said.
func (s *sandboxed) unknown(tool string) {
	s.t.Helper()
	answer := s.problem(tool, s.goodArguments()[tool])
	if answer.Code != "outcome_unknown" || !strings.Contains(answer.Problem, "unknown") {
		s.t.Errorf("%s with its answer lost: %s %s", tool, answer.Code, answer.Problem)
	}
	writes := 0
	for _, request := range s.sandbox.Requests() {
		if request.Method != "GET" {
			writes++
		}
	}
	if want := sentWhenLost(tool); writes != want {
		s.t.Errorf("%s was sent %d times, want %d", tool, writes, want)
	}
	entries, err := s.journal.Entries(s.t.Context(), store.Query{Limit: 10, States: []store.State{store.Unknown}})
	if err != nil || len(entries) != 1 {
		s.t.Errorf("%s: the journal's open entries are %v, %v; want one", tool, entries, err)
	}
}

// sentWhenLost is how often a write goes out whose answer is lost each time:
// once, or twice where it removes one thing for good, which cannot happen twice.
func sentWhenLost(tool string) int {
	if tool == "revoke_plan_invite" || strings.HasPrefix(tool, "delete_") && tool != "delete_member_answer" {
		return 2
	}
	return 1
}

func TestSelection(t *testing.T) {
	s := newSandboxed(t, func(o *setup) {
		o.selection = tools.Selection{Toolsets: []string{"posts"}, Tools: []string{"get_member"}, Exclude: []string{"delete_post"}}
	})
	for tool, on := range map[string]bool{"get_post": true, "get_member": true, "delete_post": false, "list_members": false} {
		found, _ := s.catalogue.Lookup(tool)
		if got := s.catalogue.Admits(found, guardrails.Caller{}) == nil; got != on {
			t.Errorf("%s is on: %v, want %v", tool, got, on)
		}
	}
	if answer := s.problem("delete_post", map[string]any{"post_id": s.sandbox.Notable().SpamPost}); answer.Code != string(guardrails.CodeToolOff) || len(s.sandbox.Requests()) != 0 {
		t.Errorf("an excluded tool: %s", answer.Problem)
	}
	for _, wrong := range []tools.Selection{{Toolsets: []string{"posst"}}, {Tools: []string{"ban"}}, {Exclude: []string{"ban"}}} {
		if _, err := tools.New(tools.Options{Selection: wrong, Networks: make([]tools.Env, 1)}); err == nil || !strings.Contains(err.Error(), "unknown") {
			t.Errorf("selection %+v: %v", wrong, err)
		}
	}
}
