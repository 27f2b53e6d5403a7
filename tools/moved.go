package tools

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// moved says what of a target is not any more what an action left, one
// sentence for each field. Present are the values that the inverse would
// overwrite, as its preview has just read them.
func moved(where string, left, present values) []string {
	var sentences []string
	for _, name := range slices.Sorted(maps.Keys(left)) {
		items, isList := left[name].([]any)
		now, known := present[name].([]map[string]any)
		if isList && known {
			for i := range min(len(items), len(now)) {
				item, _ := items[i].(map[string]any)
				sentences = append(sentences, moved(fmt.Sprintf("item %d, ", i+1), item, now[i])...)
			}
			continue
		}
		if !same(left[name], present[name]) {
			sentences = append(sentences, fmt.Sprintf("%s%s was left as %s and is now %s", where, name, inText(left[name]), inText(present[name])))
		}
	}
	return sentences
}

// same compares two values by their JSON form: one comes from the journal, and
// one from the API.
func same(a, b any) bool {
	one, err1 := canonicalValue(a)
	other, err2 := canonicalValue(b)
	return err1 == nil && err2 == nil && bytes.Equal(one, other)
}

func canonicalValue(v any) ([]byte, error) {
	encoded, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var plain any
	if err := decode(encoded, &plain); err != nil {
		return nil, err
	}
	return json.Marshal(plain) // maps marshal in key order
}

// inText shows a value in a sentence.
func inText(v any) string {
	switch v := v.(type) {
	case nil:
		return "nothing"
	case string:
		return quoted(excerpt(v))
	}
	encoded, err := json.Marshal(v)
	if err != nil {
		return "something else"
	}
	return line(string(encoded))
}

// maxMoved is how many changes an error lists.
const maxMoved = 5

func (b undoBound) movedOn(moved []string) error {
	more := ""
	if n := len(moved) - maxMoved; n > 0 {
		moved, more = moved[:maxMoved], fmt.Sprintf("; and %d more", n)
	}
	return &Obstacle{Message: fmt.Sprintf("undo_action: action %d (%s) cannot be undone, since the world has moved on: %s%s. An undo would overwrite that. If it was an action of yours, undo it first (list_recent_actions).",
		b.entry.ID, line(b.entry.Tool), strings.Join(moved, "; "), more)}
}

// goingBack shows which values an undo sets, and in place of what.
func goingBack(undo *store.Undo) []guardrails.Fact {
	var facts []guardrails.Fact
	for _, name := range slices.Sorted(maps.Keys(undo.After)) {
		if former, set := undo.Arguments[name]; set && name != "items" {
			facts = append(facts,
				guardrails.Quote("sets "+name+" back from", inText(undo.After[name])), guardrails.Quote("sets "+name+" back to", inText(former)))
		}
	}
	return facts
}
