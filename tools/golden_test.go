package tools_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/tiktoken-go/tokenizer"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/tools"
)

var update = flag.Bool("update", false, "rewrite the golden files and the token counts")

// TestGolden pins what a client sees of every tool, byte by byte.
func TestGolden(t *testing.T) {
	dir := filepath.Join("testdata", "golden")
	catalogue := newSandboxed(t).catalogue
	want := map[string]bool{}
	tokens := map[string]int{}
	for _, tool := range catalogue.All() {
		name := tool.Name + ".json"
		want[name] = true
		if err := errors.Join(tool.Input.Compile(), tool.Output.Compile()); err != nil {
			t.Errorf("%s: %v", tool.Name, err)
		}
		tokens[tool.Name] = countTokens(t, tool)
		golden(t, filepath.Join(dir, name), indent(t, map[string]any{
			"name": tool.Name, "title": tool.Title, "toolset": tool.Toolset, "risk": tool.Risk.String(), "inverse": tool.Inverse,
			"annotations": tool.Hints(), "description": tool.About, "inputSchema": tool.Input.JSON(), "outputSchema": tool.Output.JSON(),
		}))
	}
	golden(t, "tokens.json", indent(t, tokens))
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if want[file.Name()] {
			continue
		}
		if *update {
			_ = os.Remove(filepath.Join(dir, file.Name()))
			continue
		}
		t.Errorf("%s belongs to no tool", file.Name())
	}
}

func indent(t *testing.T, v any) []byte {
	t.Helper()
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s changed; if that is meant, run `go test ./tools -run TestGolden -update` (-want +got):\n%s", path, diff)
	}
}

var o200k = func() tokenizer.Codec {
	codec, err := tokenizer.Get(tokenizer.O200kBase)
	if err != nil {
		panic(err)
	}
	return codec
}()

func countTokens(t *testing.T, tool tools.Tool) int {
	t.Helper()
	surface, err := tool.Surface()
	if err != nil {
		t.Fatal(err)
	}
	n, err := o200k.Count(string(surface))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestPresets holds every preset to names that exist, and the default to a
// size that leaves a conversation room.
func TestPresets(t *testing.T) {
	const (
		defaultTools = 30
	)
	for _, name := range append(tools.Presets(), "") {
		s := newSandboxed(t, func(o *setup) {
			o.selection = tools.Selection{Toolsets: []string{name}}
			if name == "" {
				o.selection = tools.Selection{}
			}
		})
		shown, tokens := 0, 0
		for _, tool := range s.catalogue.All() {
			if s.catalogue.Admits(tool, guardrails.Caller{}) == nil {
				shown++
				tokens += countTokens(t, tool)
			}
		}
		t.Logf("preset %q: %d tools, %d tokens", name, shown, tokens)
		if shown == 0 || name == "" && (shown > defaultTools || tokens > tools.BudgetDefault) {
			t.Errorf("preset %q shows %d tools of %d tokens", name, shown, tokens)
		}
	}
	if unknown := newSandboxed(t).catalogue.UnknownInPresets(); len(unknown) > 0 {
		t.Errorf("presets name what does not exist: %v", unknown)
	}
}

// TestTokenBudget holds what the tools cost in every conversation.
func TestTokenBudget(t *testing.T) {
	const (
		averageBudget = 130
	)
	all := newSandboxed(t).catalogue.All()
	sum := 0
	for _, tool := range all {
		n := countTokens(t, tool)
		sum += n
		if n > tools.BudgetTool {
			t.Errorf("%s takes %d tokens, more than %d", tool.Name, n, tools.BudgetTool)
		}
	}
	if sum > tools.BudgetAll {
		t.Errorf("all tools take %d tokens, more than %d", sum, tools.BudgetAll)
	}
	if average := float64(sum) / float64(len(all)); average > averageBudget {
		t.Errorf("%d tools take %d tokens, %.1f each; the budget is %d", len(all), sum, average, averageBudget)
	} else {
		t.Logf("%d tools take %d tokens, %.1f each", len(all), sum, average)
	}
}

// verbs mean the same in every tool's name.
var verbs = []string{"list", "sync", "export", "get", "find", "search", "create", "update", "delete", "add", "remove", "set", "send", "ban", "change", "announce", "bulk", "mute", "unmute",
	"archive", "cancel", "revoke", "resend", "upload", "refresh", "undo"}

// TestRules holds every tool to the rules that a reader relies on.
func TestRules(t *testing.T) {
	titles := map[string]string{}
	for _, tool := range newSandboxed(t).catalogue.All() {
		verb, noun, found := strings.Cut(tool.Name, "_")
		if !found || noun == "" || !slices.Contains(verbs, verb) || len(tool.Name) > 40 {
			t.Errorf("%s: a name is one of the verbs %v and a noun, at most 40 characters", tool.Name, verbs)
		}
		if tool.Title == "" || tool.About == "" || tool.Toolset == "" || !strings.HasSuffix(tool.About, ".") {
			t.Errorf("%s: title, toolset and description belong to every tool", tool.Name)
		}
		if other, twice := titles[tool.Title]; twice {
			t.Errorf("%s and %s have one title", tool.Name, other)
		}
		titles[tool.Title] = tool.Name
		for _, name := range tool.Input.Properties() {
			if slices.Contains([]string{"confirm", "confirmed", "force", "approve", "approved", "dry_run", "tool", "method", "path", "action"}, name) {
				t.Errorf("%s: there is no argument %q in this house", tool.Name, name)
			}
		}
		hints := tool.Hints()
		if hints.ReadOnly == tool.Risk.Acts() || hints.ReadOnly && hints.Destructive {
			t.Errorf("%s: annotations %+v do not fit risk %s", tool.Name, hints, tool.Risk)
		}
		// Whether a person must approve an undo depends on what is undone.
		if tool.Name != "undo_action" && tool.Risk.NeedsApproval() != strings.Contains(tool.About, "A person must approve.") {
			t.Errorf("%s: the description says that a person must approve exactly when one must", tool.Name)
		}
	}
}

// TestSliceIsComplete names the tools that must be there.
func TestSliceIsComplete(t *testing.T) {
	got := map[string]bool{}
	for _, tool := range newSandboxed(t).catalogue.All() {
		got[tool.Name] = true
	}
	for _, name := range []string{
		"get_network", "get_current_user", "get_network_stats", "get_request_usage",
		"list_members", "get_member", "find_member_by_email", "create_member", "update_member",
		"set_member_role", "change_member_email", "ban_member", "delete_member", "remove_member_from_network",
		"search_members", "refresh_directory", "export_members", "sync_members_to_crm", "get_member_profile", "get_member_activity_report", "list_moderation_queue",
		"create_space", "update_space", "delete_space", "get_space_member", "set_space_member_role",
		"update_event", "list_rsvps", "get_rsvp", "set_rsvp", "update_rsvp", "delete_rsvp",
		"list_collections", "get_collection", "create_collection", "update_collection", "set_collection_order", "delete_collection",
		"list_polls", "get_poll", "create_poll", "announce_poll", "update_poll", "delete_poll",
		"list_post_reactions", "list_comment_reactions", "add_post_reaction", "add_comment_reaction", "remove_post_reaction", "remove_comment_reaction",
		"mute_post", "unmute_post",
		"list_courseworks", "get_coursework", "create_coursework", "update_coursework", "delete_coursework",
		"list_comments", "get_comment", "create_comment", "delete_comment",
		"list_plans", "get_plan", "list_member_plans", "archive_plan", "list_plan_members", "get_plan_member", "add_plan_member", "remove_plan_member",
		"list_plan_invites", "get_plan_invite", "create_plan_invite", "resend_plan_invite", "revoke_plan_invite",
		"list_invites", "create_invite", "update_invite", "delete_invite", "send_password_reset",
		"list_subscriptions", "get_subscription", "cancel_subscription", "list_purchases", "get_purchase", "cancel_purchase",
		"list_tags", "get_tag", "create_tag", "update_tag", "delete_tag",
		"list_member_tags", "get_member_tag", "add_member_tag", "remove_member_tag",
		"list_badges", "get_badge", "create_badge", "update_badge", "set_badge_avatar", "delete_badge",
		"list_member_badges", "get_member_badge", "add_member_badge", "remove_member_badge",
		"list_custom_fields", "get_custom_field", "create_custom_field", "update_custom_field", "set_custom_field_details",
		"announce_custom_field", "delete_custom_field",
		"list_custom_field_options", "get_custom_field_option", "create_custom_field_option", "update_custom_field_option", "delete_custom_field_option",
		"list_member_answers", "get_member_answer", "set_member_answer", "delete_member_answer", "upload_asset",
		"bulk_add_member_tags", "bulk_remove_member_tags", "bulk_add_member_badges", "bulk_remove_member_badges", "bulk_create_invites",
		"list_workspace_users", "create_workspace_user", "list_recent_actions", "undo_action",
		"list_spaces", "get_space", "list_space_members", "add_space_member", "remove_space_member",
		"list_posts", "get_post", "create_post", "announce_post", "update_post", "delete_post",
		"list_events", "get_event", "create_event", "delete_event",
		"bulk_set_member_roles", "bulk_add_space_members", "bulk_remove_space_members", "bulk_ban_members", "bulk_delete_posts",
	} {
		if !got[name] {
			t.Errorf("%s is missing", name)
		}
		delete(got, name)
	}
	for name := range maps.Keys(got) {
		t.Errorf("%s is not in this list", name)
	}
}
