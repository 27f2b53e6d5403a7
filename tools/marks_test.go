package tools_test

import (
	"fmt"
	"testing"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
)

// TestBearersOfMarksAreProtected protects whoever has a tag or badge, named by
// id or title, and the mark itself.
func TestBearersOfMarksAreProtected(t *testing.T) {
	plain := newSandboxed(t, small)
	n := plain.sandbox.Notable()
	victim := n.Spammers[0]
	for kind, id := range map[string]uint64{"tag": n.SpareTag, "badge": n.SpareBadge} {
		field := map[string]uint64{"tag": n.TagField, "badge": n.BadgeField}[kind]
		mark := map[string]any{kind + "_id": id}
		title := plain.ok("get_"+kind, mark)["title"].(string)
		for _, word := range []string{fmt.Sprint(id), title} {
			s := newSandboxed(t, small, func(o *setup) {
				if kind == "tag" {
					o.protectedTags = []string{word}
				} else {
					o.protectedBadges = []string{word}
				}
			})
			member := map[string]any{"member_id": victim}
			both := map[string]any{"member_id": victim, kind + "_id": id}
			s.elsewhere("POST", fmt.Sprintf("/members/%d/%ss", victim, kind), fmt.Sprintf(`{"%s_id":%d}`, kind, id))
			changes := s.sandbox.Changes()
			giving := map[string]any{"member_id": n.Spammers[1], kind + "_id": id}
			refused := map[string]map[string]any{
				"ban_member":                       member,
				"bulk_ban_members":                 {"items": []any{map[string]any{"member_id": n.Spammers[1]}, member}},
				"set_member_role":                  {"member_id": victim, "role": "contributor"},
				"remove_member_" + kind:            both,
				"bulk_remove_member_" + kind + "s": {"items": []any{both}},
				"delete_" + kind:                   mark,
				"update_" + kind:                   {kind + "_id": id, "title": "Another"},
				// Tags and badges are options of hidden fields too.
				"delete_custom_field_option": {"custom_field_id": field, "option_id": id},
				"update_custom_field_option": {"custom_field_id": field, "option_id": id, "title": "Another"},
				"delete_member_answer":       {"custom_field_id": field, "member_id": victim},
				"set_member_answer":          {"custom_field_id": field, "member_id": victim, "text": "Another"},
				// Nobody is put out of reach from here either.
				"add_member_" + kind:            giving,
				"bulk_add_member_" + kind + "s": {"items": []any{giving}},
			}
			if word == title {
				refused["create_"+kind] = map[string]any{"title": title}
				if kind == "badge" {
					refused["create_badge"]["avatar_id"] = plain.goodArguments()["create_badge"]["avatar_id"]
				}
				refused["create_custom_field_option"] = map[string]any{"custom_field_id": field, "title": title}
			}
			for tool, arguments := range refused {
				if answer := s.problem(tool, arguments); answer.Code != string(guardrails.CodeProtected) || s.sandbox.Changes() != changes {
					t.Errorf("%s %q, %s: %s: %s", kind, word, tool, answer.Code, answer.Problem)
				}
			}
			more := []map[string]any{{"member_id": n.Spammers[1], "segment_ids": []any{id}}}
			if word == title {
				more = append(more, map[string]any{"member_id": n.Spammers[1], "text": title})
			}
			for _, arguments := range more {
				arguments["custom_field_id"] = field
				if answer := s.problem("set_member_answer", arguments); answer.Code != string(guardrails.CodeProtected) || s.sandbox.Changes() != changes {
					t.Errorf("%s %q, set_member_answer(%v): %s: %s", kind, word, arguments, answer.Code, answer.Problem)
				}
			}
			other := map[string]uint64{"tag": n.Tag, "badge": n.Badge}[kind]
			renamed := map[string]any{kind + "_id": other, "title": title}
			option := map[string]any{"custom_field_id": field, "option_id": other, "title": title}
			for tool, arguments := range map[string]map[string]any{"update_" + kind: renamed, "update_custom_field_option": option} {
				if answer := s.call(tool, arguments); word == title && answer.Code != string(guardrails.CodeProtected) {
					t.Errorf("%s %q, %s makes another of its name: %s %s", kind, word, tool, answer.Code, answer.Problem)
				}
			}
			s.acted("update_"+kind, map[string]any{kind + "_id": id, "description": "No matter"})
			s.acted("ban_member", map[string]any{"member_id": n.Spammers[1]})
		}
		s := newSandboxed(t, small, func(o *setup) {
			o.protectedTags, o.protectedBadges = []string{"No such tag"}, []string{"No such badge"}
		})
		for _, fault := range []string{"GET /members/*/" + kind + "s 500", "GET /" + kind + "s/* 500"} {
			if err := s.inject(fault); err != nil {
				t.Fatal(err)
			}
		}
		for tool, arguments := range map[string]map[string]any{
			"ban_member": {"member_id": victim}, "remove_member_" + kind: {"member_id": victim, kind + "_id": id},
		} {
			if answer := s.problem(tool, arguments); s.sandbox.Changes() != 0 {
				t.Errorf("%s with the look-up of %ss failing: %s", tool, kind, answer.Problem)
			}
		}
	}
}

// TestMarksCostNothingWhereNoneProtects: the look-ups are made only where an
// operator protects by marks, and only for calls by which somebody loses
// something, or gets a mark.
func TestMarksCostNothingWhereNoneProtects(t *testing.T) {
	cost := func(tags []string, tool string, arguments map[string]any) int {
		s := newSandboxed(t, small, func(o *setup) { o.protectedTags = tags })
		answer := s.call(tool, arguments)
		if answer.Problem != "" {
			t.Fatal(answer.Problem)
		}
		return answer.Requests
	}
	s := newSandboxed(t, small)
	n := s.sandbox.Notable()
	ban := map[string]any{"member_id": n.Spammers[0]}
	listed := []string{"No such tag"}
	if without, with := cost(nil, "ban_member", ban), cost(listed, "ban_member", ban); with <= without {
		t.Errorf("a ban takes %d requests without protected tags and %d with", without, with)
	}
	add := map[string]any{"member_id": n.Spammers[0], "tag_id": n.SpareTag}
	if without, with := cost(nil, "add_member_tag", add), cost(listed, "add_member_tag", add); without != 1 || with != 2 {
		t.Errorf("giving a tag takes %d requests without protected tags and %d with; want 1, and 1 more for its title", without, with)
	}
	update := map[string]any{"post_id": n.SpamPost, "title": "Another"}
	if without, with := cost(nil, "update_post", update), cost(listed, "update_post", update); with != without {
		t.Errorf("an update takes %d requests without protected tags and %d with", without, with)
	}
}
