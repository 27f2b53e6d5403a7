package tools_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/store"
)

func mustDecode(t testing.TB, from json.RawMessage, into any) {
	t.Helper()
	if err := json.Unmarshal(from, into); err != nil {
		t.Fatal(err)
	}
}

func asText(v any) string {
	encoded, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(encoded)
}

func TestRecentActions(t *testing.T) {
	s := newSandboxed(t, small)
	n := s.sandbox.Notable()
	s.sandbox.SetPost(n.CommentedPost, "Old\u202e title", "<p>Text</p>")
	s.ok("update_post", map[string]any{"post_id": n.CommentedPost, "title": "New"})
	s.ok("ban_member", map[string]any{"member_id": n.Spammers[0]})
	s.ok("add_space_member", map[string]any{"space_id": n.DuplicateSpaces[0], "member_id": n.Spammers[1]})
	s.ok("undo_action", undoing(1))
	spent := len(s.sandbox.Requests())
	listed := s.ok("list_recent_actions", nil)
	if got := len(s.sandbox.Requests()); got != spent {
		t.Errorf("the list took %d requests", got-spent)
	}
	var got struct {
		Items []struct {
			ID       int64
			Tool     string
			On       string
			State    string
			By       string
			UndoneBy int64 `json:"undone_by"`
			CanUndo  bool  `json:"can_undo"`
			Undo     string
		}
	}
	mustDecode(t, json.RawMessage(asText(listed)), &got)
	want := []string{
		`4 undo_action action_id 1, post_id ` + fmt.Sprint(n.CommentedPost) + `, "New" done test 0 true by update_post`,
		fmt.Sprintf(`3 add_space_member member_id %d, space_id %d done test 0 true by remove_space_member, which a person must approve`, n.Spammers[1], n.DuplicateSpaces[0]),
		fmt.Sprintf(`2 ban_member member_id %d done test 0 false There is no way back from it.`, n.Spammers[0]),
		fmt.Sprintf(`1 update_post post_id %d, "Old title" done test 4 false Action 4 undid it, or tried to.`, n.CommentedPost),
	}
	if len(got.Items) != len(want) {
		t.Fatalf("%v", listed)
	}
	for i, item := range got.Items {
		if line := fmt.Sprint(item.ID, " ", item.Tool, " ", item.On, " ", item.State, " ", item.By, " ", item.UndoneBy, " ", item.CanUndo, " ", item.Undo); line != want[i] {
			t.Errorf("item %d is\n%s, want\n%s", i, line, want[i])
		}
	}
}

// TestReadsAreNoActions: a read that a person had to approve has changed nothing
// that there could be a way back from.
func TestReadsAreNoActions(t *testing.T) {
	s := newSandboxed(t, small, func(o *setup) {
		o.policy = config.Policy{Rules: []config.Rule{{Tools: []string{"get_member"}, Is: config.Confirm, Source: "x:1"}}}
	})
	s.ok("get_member", map[string]any{"member_id": s.sandbox.Notable().Spammers[0]})
	if entry := s.newest(); entry.Tool != "get_member" {
		t.Fatalf("the journal holds %+v", entry)
	}
	if listed := s.ok("list_recent_actions", nil); len(listed["items"].([]any)) != 0 {
		t.Errorf("a read is listed as what was done: %v", listed)
	}
	if refused := s.problem("undo_action", undoing(s.newest().ID)); !strings.Contains(refused.Problem, "only read") {
		t.Errorf("undoing a read: %s", refused.Problem)
	}
}

func TestRecentActionsInPages(t *testing.T) {
	s := newSandboxed(t, small)
	for range 5 {
		s.pastAction()
	}
	var ids []string
	arguments := map[string]any{"limit": 2}
	for pages := 0; pages < 5; pages++ {
		page := s.ok("list_recent_actions", arguments)
		for _, item := range page["items"].([]any) {
			ids = append(ids, fmt.Sprint(item.(map[string]any)["id"]))
		}
		if page["next_before_id"] == nil {
			break
		}
		arguments["before_id"] = page["next_before_id"]
	}
	if got := strings.Join(ids, " "); got != "5 4 3 2 1" {
		t.Errorf("the pages hold %s", got)
	}
}

// TestRecentActionsFit: what a call was about is told in a line, however long
// its arguments are.
func TestRecentActionsFit(t *testing.T) {
	s := newSandboxed(t, small)
	long := strings.Repeat("x", 5_000)
	for range 120 {
		if _, err := s.journal.Begin(t.Context(), store.Start{Intent: store.Intent{
			At: now, Tool: "create_post", Principal: strings.Repeat("p", 1000), Role: "local", Network: "harbour", Arguments: json.RawMessage(`{"title":"` + long + `"}`),
		}}); err != nil {
			t.Fatal(err)
		}
	}
	answer := s.call("list_recent_actions", map[string]any{"limit": 100})
	if len(answer.JSON) > 62_000 || !strings.Contains(string(answer.JSON), `"next_before_id"`) {
		t.Errorf("the list has %d bytes", len(answer.JSON))
	}
}

// TestWhatMayHaveDiedIsNotSaidToRun: until its time is up nobody can tell an
// action that runs from one whose server ended.
func TestWhatMayHaveDiedIsNotSaidToRun(t *testing.T) {
	s := newSandboxed(t, small)
	s.hung("delete_post", args("post_id", s.sandbox.Notable().SpamPost), nil)
	said := asJSON(s.ok("list_recent_actions", nil))
	contains(t, said, "may still be running, until 12:01 UTC, or its server ended before it was told how")
}
