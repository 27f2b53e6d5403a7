package tools_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// newest returns the newest action of the journal.
func (s *sandboxed) newest() store.Entry {
	s.t.Helper()
	entries, err := s.journal.Entries(s.t.Context(), store.Query{Limit: 1})
	if err != nil || len(entries) != 1 {
		s.t.Fatalf("the journal's newest entry: %v, %v", entries, err)
	}
	return entries[0]
}

// TestEveryWriteIsUndone does what every tool does that says how it is undone,
// undoes it, undoes that again and again, and compares the whole community.
func TestEveryWriteIsUndone(t *testing.T) {
	notUnderRace(t)
	first := newSandboxed(t, small)
	good := first.goodArguments()
	for _, name := range slices.Sorted(maps.Keys(good)) {
		tool, _ := first.catalogue.Lookup(name)
		if tool.Inverse == "" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			s := newSandboxed(t, small)
			arguments := s.prepare(name)
			before := s.sandbox.Snapshot()
			s.seeded = before
			s.ok(name, arguments)
			done, entry := s.sandbox.Snapshot(), s.newest()
			if entry.Undo == nil {
				t.Fatalf("the journal holds no way back from %s", name)
			}
			if slices.Equal(before, done) {
				t.Fatalf("%s changed nothing, so that this test shows nothing", name)
			}
			s.ok("undo_action", map[string]any{"action_id": entry.ID})
			if !slices.Contains(anew, name) {
				s.compare("the undo", before)
			}
			undone := s.newest()
			if undone.Undoes != entry.ID || undone.Tool != "undo_action" {
				t.Errorf("the journal says of the undo: %+v", undone)
			}
			if undone.Undo == nil {
				inverse, _ := s.catalogue.Lookup(entry.Undo.Tool)
				if inverse.Inverse != "" {
					t.Errorf("the undo by %s cannot be undone", inverse.Name)
				}
				return
			}
			s.ok("undo_action", map[string]any{"action_id": undone.ID})
			if !slices.Contains(againAnew, name) && !slices.Contains(anew, name) {
				s.compare("the undo of the undo", done)
			}
		})
	}
}

// anew names the tools whose undo does not bring back the same, as it says, and
// that have a test of their own: it makes something anew, or leaves a person
// behind who was there. againAnew names those of which that holds of the undo
// of the undo.
var (
	anew = []string{
		"bulk_delete_posts", "create_member", "delete_collection", "delete_comment", "delete_coursework", "delete_custom_field_option",
		"delete_poll", "delete_post", "delete_tag",
	}
	againAnew = []string{"create_comment", "create_coursework", "create_custom_field_option", "create_poll", "create_post", "create_tag"}
)

// prepare makes the community one in which a tool has something to do, and
// returns the arguments.
func (s *sandboxed) prepare(tool string) map[string]any {
	good := s.goodArguments()
	switch tool {
	case "remove_post_reaction", "remove_comment_reaction":
		add := strings.Replace(tool, "remove", "add", 1)
		s.ok(add, good[add])
	case "unmute_post":
		s.ok("mute_post", good["mute_post"])
	}
	return good[tool]
}

var (
	// place is where something stands in a list whose order means nothing.
	place  = regexp.MustCompile(`(\.rsvps\[[0-9]+\])\[[0-9]+\]`)
	number = regexp.MustCompile(`[0-9]{3,}`)
	// ownID is the id of something that is only known by what it belongs to.
	ownID = regexp.MustCompile(`\.(answers|reactions|rsvps)\[.*\]\.id = `)
)

// newIDs returns lines of a snapshot in which ids that were given out after the
// beginning are all alike: what is made again has another one.
func newIDs(old map[string]bool, lines []string) []string {
	var out []string
	for _, line := range lines {
		if !ownID.MatchString(line) {
			line = place.ReplaceAllString(line, "$1")
			out = append(out, number.ReplaceAllStringFunc(line, func(id string) string {
				if old[id] {
					return id
				}
				return "(new)"
			}))
		}
	}
	slices.Sort(out)
	return out
}

// beyond returns the lines of a that b does not have as often.
func beyond(a, b []string) (rest []string) {
	count := map[string]int{}
	for _, line := range b {
		count[line]++
	}
	for _, line := range a {
		if count[line]--; count[line] < 0 {
			rest = append(rest, line)
		}
	}
	return rest
}

// compare fails where the community is another than in a snapshot, whatever
// the ids of what is new in it. What is the same in both is most of it, and
// need not be looked at.
func (s *sandboxed) compare(what string, want []string) {
	s.t.Helper()
	got := s.sandbox.Snapshot()
	missing, added := beyond(want, got), beyond(got, want)
	if len(missing)+len(added) == 0 {
		return
	}
	old := map[string]bool{}
	for _, line := range s.seeded {
		for _, id := range number.FindAllString(line, -1) {
			old[id] = true
		}
	}
	if diff := cmp.Diff(newIDs(old, missing), newIDs(old, added)); diff != "" {
		lines := strings.Split(diff, "\n")
		s.t.Errorf("after %s (-want +got):\n%s", what, strings.Join(lines[:min(len(lines), 40)], "\n"))
	}
}

var _ = guardrails.Approved
