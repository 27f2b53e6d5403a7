package guardrails

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mcp-mighty/mcp-mighty/guardrails/untrusted"
)

// How many of many targets a list of approvals names, and how much of a value
// it shows, in characters.
const (
	toldTargets = 3
	toldLength  = 60
)

// Telling returns what tells an approval from others like it, for a list of
// them: of each target its title or name, whose it is, what it becomes, and its
// number. Of many targets these are the first few, and how many more there are.
func (d Document) Telling() [][]DocumentFact {
	var targets [][]DocumentFact
	for _, fact := range d.Facts {
		if fact.Parts != nil {
			targets = append(targets, telling(fact.Parts))
		}
	}
	switch {
	case len(targets) > toldTargets:
		more := DocumentFact{Value: fmt.Sprintf("and %d more", len(targets)-toldTargets)}
		return append(targets[:toldTargets:toldTargets], []DocumentFact{more})
	case len(targets) == 0 && len(d.Facts) > 0:
		targets = append(targets, telling(d.Facts))
	}
	return targets
}

// telling picks from what there is to know about one target.
func telling(facts []DocumentFact) []DocumentFact {
	var told []DocumentFact
	pick := func(is func(DocumentFact) bool) bool {
		i := slices.IndexFunc(facts, func(f DocumentFact) bool {
			return f.Parts == nil && strings.TrimSpace(f.Value) != "" && is(f) && !slices.ContainsFunc(told, func(t DocumentFact) bool { return t.Label == f.Label })
		})
		if i < 0 {
			return false
		}
		fact := facts[i]
		fact.Value = untrusted.Line(fact.Value, toldLength)
		told = append(told, fact)
		return true
	}
	isNew := func(f DocumentFact) bool { return strings.HasPrefix(f.Label, "new ") }
	written := func(f DocumentFact) bool { return f.Written && !isNew(f) }
	pick(written)
	if !pick(func(f DocumentFact) bool { return f.Label == "author" }) {
		pick(written)
	}
	pick(isNew)
	pick(func(f DocumentFact) bool { return strings.HasSuffix(f.Label, " id") })
	if len(told) == 0 {
		pick(func(DocumentFact) bool { return true })
	}
	return told
}

// Told is [Document.Telling] in one line.
func (d Document) Told() string {
	var targets []string
	for _, target := range d.Telling() {
		var told []string
		for _, fact := range target {
			told = append(told, strings.TrimSpace(fact.Label+" "+fact.Shown()))
		}
		targets = append(targets, strings.Join(told, ", "))
	}
	return strings.Join(targets, "; ")
}
