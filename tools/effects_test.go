package tools_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/tools"
)

// TestEffectsAreKnown has whoever adds a tool that acts say what it changes of
// what the directory keeps: members, where they are, what they bear, and names.
func TestEffectsAreKnown(t *testing.T) {
	nothing := slices.Concat([]string{
		"set_member_role", "set_space_member_role", "send_password_reset", "export_members", "sync_members_to_crm", "set_badge_avatar",
	}, []string{ // a field of profiles has no name that is kept, and a new one no answers
		"create_custom_field", "update_custom_field", "set_custom_field_details", "announce_custom_field",
	}, []string{ // who accepts an invite comes later, and not through us
		"create_invite", "update_invite", "delete_invite", "create_plan_invite", "resend_plan_invite", "revoke_plan_invite",
	}, []string{ // what members write, and what is made of it
		"create_post", "update_post", "delete_post", "announce_post", "create_comment", "delete_comment",
		"create_event", "update_event", "delete_event", "set_rsvp", "update_rsvp", "delete_rsvp",
		"create_poll", "update_poll", "delete_poll", "announce_poll", "create_coursework", "update_coursework", "delete_coursework",
		"add_post_reaction", "remove_post_reaction", "mute_post", "unmute_post", "add_comment_reaction", "remove_comment_reaction",
		"create_collection", "update_collection", "delete_collection", "set_collection_order", "upload_asset",
	}, []string{
		"undo_action",           // what it calls has the effects
		"create_workspace_user", // not of the network
	})
	known, catalogue := tools.ToolsWithEffects(), newSandboxed(t).catalogue
	for _, tool := range catalogue.All() {
		if !tool.Risk.Acts() || tool.Single != "" { // in bulk, each item goes through the single tool
			continue
		}
		if slices.Contains(known, tool.Name) == slices.Contains(nothing, tool.Name) {
			t.Errorf("%s: effects.go says what it changes in the directory, or this list that it changes nothing", tool.Name)
		}
	}
	for _, name := range slices.Concat(known, nothing) {
		if _, exists := catalogue.Lookup(name); !exists {
			t.Errorf("%s is known here and does not exist", name)
		}
	}
}

// tagged searches who has a tag, with as many requests as it takes.
func (s *sandboxed) tagged(tag any) (ids []uint64, requests int) {
	s.t.Helper()
	out := s.ok("search_members", args("tag_id", tag, "max_requests", 1000, "per_page", 100))
	for _, item := range out["items"].([]any) {
		ids = append(ids, uint64(item.(map[string]any)["id"].(float64)))
	}
	if out["complete"] != true {
		s.t.Errorf("who has tag %v is not complete: %v", tag, out)
	}
	slices.Sort(ids)
	return ids, int(out["requests"].(float64))
}

// Tags are options of a hidden field: what is done to that shows in searches,
// like what is done to tags.
func TestTheFieldBehindTheTagsKeepsTheDirectoryRight(t *testing.T) {
	// The sandbox takes no answers there; who knows what the API does.
	var s *sandboxed
	answers := func(behind http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			n := s.sandbox.Notable()
			_, member, isAnswer := strings.Cut(r.URL.Path, fmt.Sprintf("/custom_fields/%d/members/", n.TagField))
			member, _, _ = strings.Cut(member, "/")
			switch {
			case isAnswer && r.Method == http.MethodDelete:
				s.elsewhere(r.Method, fmt.Sprintf("/members/%s/tags/%d/", member, n.Tag), "")
				w.WriteHeader(http.StatusNoContent)
			case isAnswer && r.Method == http.MethodPost:
				s.elsewhere(r.Method, fmt.Sprintf("/members/%s/tags", member), fmt.Sprintf(`{"tag_id":%d}`, n.Tag))
				fmt.Fprintf(w, `{"id":1,"segments":[{"id":%d}]}`, n.Tag)
			default:
				behind.ServeHTTP(w, r)
			}
		})
	}
	s = newSandboxed(t, func(o *setup) { o.front = answers })
	n := s.sandbox.Notable()
	title := s.ok("get_tag", args("tag_id", n.Tag))["title"]
	holders, _ := s.tagged(title)
	if len(holders) < 2 {
		t.Fatalf("only %v have the tag", holders)
	}
	if _, requests := s.tagged(title); requests != 0 {
		t.Fatalf("the same again takes %d requests", requests)
	}

	// An answer takes a tag from one member; who else has it need not be asked.
	s.ok("delete_member_answer", args("custom_field_id", n.TagField, "member_id", holders[0]))
	left, requests := s.tagged(n.Tag)
	if !slices.Equal(left, holders[1:]) || requests == 0 || requests > 2 {
		t.Errorf("after the answer was deleted, with %d requests: %v, want %v", requests, left, holders[1:])
	}
	s.ok("set_member_answer", args("custom_field_id", n.TagField, "member_id", holders[0], "segment_ids", []any{n.Tag}))
	if again, _ := s.tagged(n.Tag); !slices.Equal(again, holders) {
		t.Errorf("after the answer was set: %v, want %v", again, holders)
	}

	s.tagged(title) // the names are kept again
	s.ok("update_custom_field_option", args("custom_field_id", n.TagField, "option_id", n.Tag, "title", "Renamed"))
	if old := s.call("search_members", args("tag_id", title)); old.Code != "bad_arguments" {
		t.Errorf("the old name still finds %s%s", old.JSON, old.Problem)
	}
	if renamed, _ := s.tagged("Renamed"); !slices.Equal(renamed, holders) {
		t.Errorf("the new name finds %v, want %v", renamed, holders)
	}

	s.ok("delete_custom_field_option", args("custom_field_id", n.TagField, "option_id", n.Tag))
	if still, _ := s.tagged(n.Tag); len(still) != 0 {
		t.Errorf("the tag is gone, and %v have it", still)
	}
}

// A field that goes takes all its options along, of which nobody says which
// they are; and so may a deletion of which nobody knows whether it happened.
func TestWhatADeletionMayHaveTakenIsAskedAnew(t *testing.T) {
	for name, tt := range map[string]struct {
		tool   string
		about  []string
		status int
	}{
		"the field":           {"delete_custom_field", []string{"custom_field_id"}, http.StatusNoContent},
		"the field, perhaps":  {"delete_custom_field", []string{"custom_field_id"}, http.StatusBadGateway},
		"the option, perhaps": {"delete_custom_field_option", []string{"custom_field_id", "option_id"}, http.StatusBadGateway},
		"the tag, perhaps":    {"delete_tag", []string{"tag_id"}, http.StatusBadGateway},
	} {
		down := false
		s := newSandboxed(t, func(o *setup) {
			o.front = func(behind http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.Method == http.MethodDelete {
						down = tt.status >= 500 // and a read-back knows nothing either
						w.WriteHeader(tt.status)
						return
					}
					if down {
						w.WriteHeader(tt.status)
						return
					}
					behind.ServeHTTP(w, r)
				})
			}
			o.client = func(o *apiclient.Options) { o.Retry.Tries, o.Breaker.Disabled = 1, true }
		})
		n := s.sandbox.Notable()
		if holders, _ := s.tagged(n.Tag); len(holders) == 0 {
			t.Fatal("nobody has the tag")
		}
		about := map[string]any{}
		for _, argument := range tt.about {
			about[argument] = map[string]uint64{"custom_field_id": n.TagField, "option_id": n.Tag, "tag_id": n.Tag}[argument]
		}
		if answer := s.call(tt.tool, about); (answer.Problem != "") != down {
			t.Fatalf("%s: %s%s", name, answer.JSON, answer.Problem)
		}
		down = false
		s.elsewhere(http.MethodDelete, fmt.Sprintf("/tags/%d/", n.Tag), "") // it had happened
		if still, _ := s.tagged(n.Tag); len(still) != 0 {
			t.Errorf("%s may be gone, and %v have the tag for certain", name, still)
		}
	}
}
