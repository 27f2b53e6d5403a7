package tools_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/sandbox"
	"github.com/mcp-mighty/mcp-mighty/store"
	"github.com/mcp-mighty/mcp-mighty/tools"
)

// callBy runs a tool as somebody; who is asked says yes.
func (s *sandboxed) callBy(caller guardrails.Caller, tool string, arguments map[string]any) tools.Answer {
	s.t.Helper()
	return s.catalogue.Call(s.t.Context(), tool, guardrails.Request{
		Caller: caller, Arguments: json.RawMessage(asJSON(arguments)), Approver: &person{decision: guardrails.Approved},
	}, nil)
}

func undoing(id int64) map[string]any { return map[string]any{"action_id": id} }

// refusesUndo wants the undo of the newest action to be refused, with these
// words and without a change.
func (s *sandboxed) refusesUndo(code string, words ...any) {
	s.t.Helper()
	changes := s.sandbox.Changes()
	answer := s.problem("undo_action", undoing(s.newest().ID))
	if answer.Code != code || s.sandbox.Changes() != changes {
		s.t.Errorf("the undo was answered with %s, %s, and %d changes; want %s", answer.Code, answer.Problem, s.sandbox.Changes()-changes, code)
	}
	contains(s.t, answer.Problem, append(words, "Nothing was done")...)
}

func TestUndoRefusesWhenTheWorldMovedOn(t *testing.T) {
	s := newSandboxed(t, small)
	n := s.sandbox.Notable()
	const code = "not_possible"

	s.ok("update_post", map[string]any{"post_id": n.SpamPost, "title": "Ours"})
	s.sandbox.SetPost(n.SpamPost, "Theirs", "<p>Text</p>")
	s.refusesUndo(code, "world has moved on", `title was left as "Ours" and is now "Theirs"`)

	// What the action did not touch may have changed.
	s.ok("update_post", map[string]any{"post_id": n.SpamPost, "title": "Ours again"})
	s.sandbox.SetPost(n.SpamPost, "Ours again", "<p>Other text</p>")
	s.ok("undo_action", undoing(s.newest().ID))
	if post, _ := s.sandbox.PostByID(n.SpamPost); post.Title != "Theirs" || post.Description != "<p>Other text</p>" {
		t.Errorf("after the undo: %+v", post)
	}

	made := s.ok("create_post", map[string]any{"space_id": s.postSpace(), "title": "New", "description": "<p>One</p>"})["result"].(map[string]any)
	s.sandbox.SetPost(uint64(made["id"].(float64)), "New", "<p>Two</p>")
	s.refusesUndo(code, "description was left as", "One", "Two")

	s.ok("update_member", map[string]any{"member_id": n.Moderator, "first_name": "Mo"})
	s.sandbox.SetMemberName(n.Moderator, "Maureen", "Other")
	s.refusesUndo(code, `first_name was left as "Mo" and is now "Maureen"`)

	at := map[string]any{"space_id": n.PaidSpace, "member_id": n.Spammers[0]}
	s.ok("add_space_member", at)
	added := s.newest().ID
	s.ok("remove_space_member", at)
	if answer := s.problem("undo_action", undoing(added)); answer.Code != code || !strings.Contains(answer.Problem, "moved on") {
		t.Errorf("the undo of an addition that was undone otherwise: %s %s", answer.Code, answer.Problem)
	}

	answer := map[string]any{"event_id": n.UpcomingEvent, "member_id": n.Spammers[0], "status": "yes"}
	s.ok("set_rsvp", answer)
	first := s.newest().ID
	answer["status"] = "no"
	s.ok("set_rsvp", answer)
	if answer := s.problem("undo_action", undoing(first)); !strings.Contains(answer.Problem, `status was left as "yes" and is now "no"`) {
		t.Errorf("the undo of an answer that was changed: %s", answer.Problem)
	}
}

// TestUndoOfManyRefusesWhenOneMovedOn: a list is undone whole or not at all.
func TestUndoOfManyRefusesWhenOneMovedOn(t *testing.T) {
	s := newSandboxed(t)
	n := s.sandbox.Notable()
	ids := s.newcomers(3)
	s.ok("bulk_add_space_members", list(ids, map[string]any{"space_id": n.PaidSpace}))
	id := s.newest().ID
	s.ok("remove_space_member", map[string]any{"space_id": n.PaidSpace, "member_id": ids[1]})
	changes := s.sandbox.Changes()
	if answer := s.problem("undo_action", undoing(id)); !strings.Contains(answer.Problem, "moved on") || s.sandbox.Changes() != changes {
		t.Errorf("%s, %d changes", answer.Problem, s.sandbox.Changes()-changes)
	}
}

func TestUndoIsForWhoDidIt(t *testing.T) {
	s := newSandboxed(t, small)
	ada, ben := guardrails.Caller{Principal: "ada", Role: "team"}, guardrails.Caller{Principal: "ben", Role: "team"}
	change := func(by guardrails.Caller, title string) int64 {
		t.Helper()
		if answer := s.callBy(by, "update_post", map[string]any{"post_id": s.sandbox.Notable().SpamPost, "title": title}); answer.Problem != "" {
			t.Fatal(answer.Problem)
		}
		return s.newest().ID
	}
	here, adas := guardrails.Caller{Principal: "test"}, int64(0)
	locals := change(here, "Local")
	adas = change(ada, "Ada's")
	changes := s.sandbox.Changes()
	for name, test := range map[string]struct {
		by guardrails.Caller
		id int64
	}{
		"of another":               {ben, adas},
		"of the machine":           {ada, locals},
		"of the machine, by name":  {guardrails.Caller{Principal: "test", Role: "team"}, locals},
		"that there is not":        {ben, 4711},
		"that there is not, local": {here, 4711},
	} {
		answer := s.callBy(test.by, "undo_action", undoing(test.id))
		if want := fmt.Sprintf("there is no action %d", test.id); answer.Code != tools.CodeBadArguments || !strings.Contains(answer.Problem, want) {
			t.Errorf("the undo of an action %s: %s %s%s", name, answer.Code, answer.Problem, answer.JSON)
		}
	}
	if s.sandbox.Changes() != changes {
		t.Error("something changed")
	}
	seen := func(by guardrails.Caller) string { return string(s.callBy(by, "list_recent_actions", nil).JSON) }
	if got := seen(ben); !strings.Contains(got, `"items":[]`) {
		t.Errorf("ben sees %s", got)
	}
	if got := seen(guardrails.Caller{Principal: "test", Role: "team"}); !strings.Contains(got, `"items":[]`) {
		t.Errorf("somebody who is called like the machine sees %s", got)
	}
	if got := seen(ada); !strings.Contains(got, `"by":"ada"`) || strings.Contains(got, `"by":"test"`) {
		t.Errorf("ada sees %s", got)
	}
	if got := seen(here); !strings.Contains(got, `"by":"ada"`) || !strings.Contains(got, `"by":"test"`) {
		t.Errorf("at the machine itself one sees %s", got)
	}
	if answer := s.callBy(ada, "undo_action", undoing(adas)); answer.Problem != "" {
		t.Errorf("ada's own: %s", answer.Problem)
	}
	if answer := s.callBy(here, "undo_action", undoing(locals)); answer.Problem != "" {
		t.Errorf("at the machine itself: %s", answer.Problem)
	}
}

func TestUndoStaysInItsNetwork(t *testing.T) {
	one, two := sandbox.New(sandbox.Options{Members: few}), sandbox.New(sandbox.Options{Members: few})
	s := newGuarded(t, guardrails.Protector{}, one, two)
	s.ok("update_post", map[string]any{"post_id": one.Notable().SpamPost, "title": "Changed", "network": "one"})
	id := s.newest().ID
	answer := s.problem("undo_action", map[string]any{"action_id": id, "network": "two"})
	if answer.Code != "not_possible" || !strings.Contains(answer.Problem, `another network, "one"`) || two.Changes() != 0 {
		t.Errorf("the undo in another network: %s %s, %d changes", answer.Code, answer.Problem, two.Changes())
	}
	if got := s.ok("list_recent_actions", map[string]any{"network": "two"}); len(got["items"].([]any)) != 0 {
		t.Errorf("the other network's actions: %v", got)
	}
	s.ok("undo_action", map[string]any{"action_id": id, "network": "one"})
}

// TestUndoOfPart undoes what was done of a list, and no more.
func TestUndoOfPart(t *testing.T) {
	s := newSandboxed(t)
	space := s.sandbox.Notable().PaidSpace
	before := s.sandbox.SpaceMembers(space)
	if err := s.inject("POST /spaces/*/members 422 skip=2 times=1"); err != nil {
		t.Fatal(err)
	}
	s.ok("bulk_add_space_members", list(s.newcomers(4), map[string]any{"space_id": space}))
	if entry := s.newest(); entry.State != store.Partial || len(s.sandbox.SpaceMembers(space)) != len(before)+3 {
		t.Fatalf("the list was done: %s, %d members", entry.State, len(s.sandbox.SpaceMembers(space)))
	}
	s.ok("undo_action", undoing(s.newest().ID))
	if got := s.sandbox.SpaceMembers(space); !slices.Equal(got, before) {
		t.Errorf("after the undo the space has %d members, want %d", len(got), len(before))
	}
}

// TestUndoOfManyIsJudgedAsManyAreJudged: where posts must not be deleted in
// bulk, the undo of a restoration does not delete them in bulk.
func TestUndoOfManyIsJudgedAsManyAreJudged(t *testing.T) {
	s := newSandboxed(t, small)
	s.ok("bulk_delete_posts", s.goodArguments()["bulk_delete_posts"])
	s.ok("undo_action", undoing(s.newest().ID))
	restored := s.newest()
	strict := newSandboxed(t, small, func(o *setup) {
		o.policy = config.Policy{Rules: []config.Rule{{Tools: []string{"bulk_delete_posts"}, Is: config.Deny, Source: "x:1"}}}
	})
	id, err := strict.journal.Begin(t.Context(), store.Start{Intent: restored.Intent})
	if err == nil {
		err = strict.journal.Finish(t.Context(), id, restored.Ending, store.Event{})
	}
	if err != nil {
		t.Fatal(err)
	}
	if answer := strict.problem("undo_action", undoing(id)); answer.Code != string(guardrails.CodePolicy) || strict.sandbox.Changes() != 0 {
		t.Errorf("deleting in bulk by undo: %s %s", answer.Code, answer.Problem)
	}
}

// TestOneUndoOnly races several undos of one action.
func TestOneUndoOnly(t *testing.T) {
	s := newSandboxed(t, small)
	s.ok("add_member_tag", s.goodArguments()["add_member_tag"])
	id, changes := s.newest().ID, s.sandbox.Changes()
	var (
		all     sync.WaitGroup
		answers = make([]tools.Answer, 8)
	)
	for i := range answers {
		all.Go(func() { answers[i] = s.callBy(guardrails.Caller{Principal: "test"}, "undo_action", undoing(id)) })
	}
	all.Wait()
	done := 0
	for _, answer := range answers {
		if answer.Problem == "" {
			done++
		} else if answer.Code != string(guardrails.CodeUndone) {
			t.Errorf("a late undo: %s %s", answer.Code, answer.Problem)
		}
	}
	if done != 1 || s.sandbox.Changes() != changes+1 {
		t.Errorf("%d of %d undos were done, with %d changes; want one", done, len(answers), s.sandbox.Changes()-changes)
	}
	answer := s.problem("undo_action", undoing(id))
	contains(t, answer.Problem, "was undone before, by action", "To take that back, undo action", "Nothing was done")
}

func TestUndoOfWhatIsOpen(t *testing.T) {
	s := newSandboxed(t, small)
	if err := s.inject("PATCH /members/* reset times=1"); err != nil {
		t.Fatal(err)
	}
	s.problem("set_member_role", s.goodArguments()["set_member_role"])
	s.refusesUndo("not_possible", "Nobody knows whether it was done")
	if err := s.inject("PATCH /posts/* 422 times=1"); err != nil {
		t.Fatal(err)
	}
	s.problem("update_post", s.goodArguments()["update_post"])
	s.refusesUndo("not_possible", "It was not done")
	s.ok("announce_post", s.goodArguments()["announce_post"])
	s.refusesUndo("not_possible", "no way back")
}

// TestUndoThatDied: an undo whose process died half way may have been done, and
// is not offered a second time; one that is known not to have been done is.
func TestUndoThatDied(t *testing.T) {
	s := newSandboxed(t, small)
	s.ok("update_post", s.goodArguments()["update_post"])
	id := s.newest().ID
	begun, err := s.journal.Begin(t.Context(), store.Start{Intent: store.Intent{
		At: now, Deadline: now.Add(time.Minute), Tool: "undo_action", Risk: "write", Network: "harbour", Principal: "test", Role: "local",
		Arguments: json.RawMessage(fmt.Sprintf(`{"action_id":%d}`, id)), Undoes: id,
	}})
	if err != nil {
		t.Fatal(err)
	}
	changes := s.sandbox.Changes()
	check := func(words ...any) {
		t.Helper()
		answer := s.problem("undo_action", undoing(id))
		if answer.Code != string(guardrails.CodeUndone) || s.sandbox.Changes() != changes {
			t.Errorf("a second undo: %s %s", answer.Code, answer.Problem)
		}
		contains(t, answer.Problem, words...)
		item := s.ok("list_recent_actions", map[string]any{"before_id": begun})["items"].([]any)[0].(map[string]any)
		if item["can_undo"] != false || item["undone_by"] != float64(begun) {
			t.Errorf("the list says %v", item)
		}
	}
	check("is being undone")
	if err := s.journal.Finish(t.Context(), begun, store.Ending{At: now, State: store.Unknown}, store.Event{}); err != nil {
		t.Fatal(err)
	}
	check("may have been undone", "nobody knows")
	if err := s.journal.Finish(t.Context(), begun, store.Ending{At: now, State: store.NotDone}, store.Event{}); err != nil {
		t.Fatal(err)
	}
	s.ok("undo_action", undoing(id))
}

func TestUndoOfAProtectedPerson(t *testing.T) {
	moderator := newSandboxed(t, small).sandbox.Notable().Moderator
	s := newSandboxed(t, small, func(o *setup) { o.protected = []uint64{moderator} })
	space := s.ok("create_space", map[string]any{"name": "New"})["result"].(map[string]any)["id"]
	s.ok("add_space_member", map[string]any{"space_id": space, "member_id": moderator})
	changes := s.sandbox.Changes()
	answer := s.problem("undo_action", undoing(s.newest().ID))
	if answer.Code != string(guardrails.CodeProtected) || s.sandbox.Changes() != changes {
		t.Errorf("taking a protected person out by undo: %s %s", answer.Code, answer.Problem)
	}
}

// TestUndoIsJudgedAsItsInverse: whatever holds for a tool holds for the undo
// that it does.
func TestUndoIsJudgedAsItsInverse(t *testing.T) {
	forbidden := config.Policy{Rules: []config.Rule{{Tools: []string{"remove_space_member"}, Is: config.Deny, Source: "x:1"}}}
	limited := config.Policy{Limits: []config.Limit{{Risks: []string{"destructive"}, Most: 0, Per: time.Hour, Source: "x:2"}}}
	apart := config.Policy{Rules: []config.Rule{{Risks: []string{"destructive"}, Is: config.ConfirmOutOfBand, Source: "x:3"}}}
	for name, test := range map[string]struct {
		change func(*setup)
		code   string
	}{
		"forbidden":    {func(o *setup) { o.policy = forbidden }, string(guardrails.CodePolicy)},
		"limited":      {func(o *setup) { o.policy = limited }, string(guardrails.CodeLimit)},
		"switched off": {func(o *setup) { o.selection.Exclude = []string{"remove_space_member"} }, "not_possible"},
	} {
		s := newSandboxed(t, small, test.change)
		s.ok("add_space_member", s.goodArguments()["add_space_member"])
		changes := s.sandbox.Changes()
		if answer := s.problem("undo_action", undoing(s.newest().ID)); answer.Code != test.code || s.sandbox.Changes() != changes {
			t.Errorf("%s: %s %s", name, answer.Code, answer.Problem)
		}
	}
	s := newSandboxed(t, small, func(o *setup) { o.policy = apart })
	s.ok("add_space_member", s.goodArguments()["add_space_member"])
	if got := s.ok("undo_action", undoing(s.newest().ID)); got["status"] != "awaiting_approval" {
		t.Errorf("where destructive tools need the second channel: %v", got)
	}
	// A limit for what the inverse is not does not stop the undo.
	s = newSandboxed(t, small, func(o *setup) { o.policy = limited })
	s.ok("update_post", s.goodArguments()["update_post"])
	s.ok("undo_action", undoing(s.newest().ID))
}

// TestUndoAsksAsItsInverse: a person is asked exactly where the inverse would
// ask, and types what it would have them type.
func TestUndoAsksAsItsInverse(t *testing.T) {
	s := newSandboxed(t)
	good := s.goodArguments()
	for tool, test := range map[string]struct {
		arguments map[string]any
		asked     int
		typed     string
	}{
		"update_post":            {good["update_post"], 0, ""},
		"add_member_tag":         {good["add_member_tag"], 0, ""},
		"add_space_member":       {good["add_space_member"], 1, ""},
		"create_space":           {map[string]any{"name": "Typed name"}, 1, "Typed name"},
		"bulk_add_space_members": {list(s.newcomers(2), map[string]any{"space_id": s.sandbox.Notable().PaidSpace}), 1, "2"},
		"create_post":            {good["create_post"], 1, ""},
	} {
		s.ok(tool, test.arguments)
		id, asked := s.newest().ID, &person{decision: guardrails.Approved}
		if answer := s.callAs(asked, "undo_action", undoing(id)); answer.Problem != "" || len(asked.asked) != test.asked {
			t.Errorf("the undo of %s asked %d times, want %d: %s", tool, len(asked.asked), test.asked, answer.Problem)
		}
		if test.asked == 0 {
			continue
		}
		typed := ""
		if retype := asked.asked[0].Preview.Retype; retype != nil {
			typed = retype.Value
		}
		if typed != test.typed {
			t.Errorf("for the undo of %s one types %q, want %q", tool, typed, test.typed)
		}
		contains(t, asked.asked[0].Text(), "Undo an earlier action", fmt.Sprintf("undoes action: %d", id), tool)
		if entry := s.newest(); entry.Risk != "destructive" || entry.Channel != "test" {
			t.Errorf("the journal says of the undo of %s: %s, approved on %q", tool, entry.Risk, entry.Channel)
		}
	}
	declined := &person{decision: guardrails.Declined}
	s.ok("add_space_member", map[string]any{"space_id": s.sandbox.Notable().PaidSpace, "member_id": s.sandbox.Notable().Spammers[1]})
	changes := s.sandbox.Changes()
	if answer := s.callAs(declined, "undo_action", undoing(s.newest().ID)); answer.Code != string(guardrails.CodeDeclined) || s.sandbox.Changes() != changes {
		t.Errorf("a declined undo: %s%s", answer.Problem, answer.JSON)
	}
}

func TestUndoIsPreviewed(t *testing.T) {
	s := newSandboxed(t, small, func(o *setup) { o.mode = guardrails.PreviewOnly })
	post := s.sandbox.Notable().SpamPost
	s.sandbox.SetPost(post, "After", "<p>Text</p>")
	id, err := s.journal.Begin(t.Context(), store.Start{Intent: store.Intent{At: now, Tool: "update_post", Principal: "test", Role: "local", Network: "harbour", Arguments: json.RawMessage(`{}`)}})
	if err == nil {
		err = s.journal.Finish(t.Context(), id, store.Ending{At: now, State: store.Done, Undo: &store.Undo{
			Tool: "update_post", Arguments: map[string]any{"post_id": post, "title": "Before"}, After: map[string]any{"title": "After"},
		}}, store.Event{})
	}
	if err != nil {
		t.Fatal(err)
	}
	got := asJSON(s.ok("undo_action", undoing(id)))
	contains(t, got, `"status":"preview"`, "sets title back from", "After", "sets title back to", "Before", "It can be undone afterwards.")
	if s.sandbox.Changes() != 0 {
		t.Error("a preview changed something")
	}
}
