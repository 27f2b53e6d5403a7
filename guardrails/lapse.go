package guardrails

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mcp-mighty/mcp-mighty/guardrails/untrusted"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// Lapse says why an earlier approval of the same call does not count, so that
// whoever is asked again, and whoever asks, need not guess. Its values are
// clean, as those of a [Document].
type Lapse struct {
	// Code of the earlier approval; "" where the question was put in the client.
	Code string `json:"code,omitempty"`
	// Given: a person had approved it.
	Given bool `json:"given,omitempty"`
	// Expired is when its time was up, if that is why.
	Expired time.Time `json:"expired,omitzero"`
	// Changed is what is different, if that is why.
	Changed []Change `json:"changed,omitempty"`
	// Policy: what the operator's policy wants is another one now, if that is why.
	Policy bool `json:"policy,omitempty"`

	parts []string // of the preview, as [Preview.fingerprints] names them
}

// Change is a part of a preview that is not as it was shown.
type Change struct {
	Label string `json:"label"`
	// Was and Is are nil where they are not known, or where there is none.
	Was *DocumentFact `json:"was,omitempty"`
	Is  *DocumentFact `json:"is,omitempty"`
}

// How many changes are named, and how much of a value is shown, in characters.
const (
	toldChanges   = 5
	changedLength = 80
)

// String names the part, with its value before and now.
func (c Change) String() string {
	value := func(f *DocumentFact) string {
		if f == nil || f.Parts != nil {
			return ""
		}
		short := *f
		short.Value = untrusted.Line(f.Value, changedLength)
		return short.Shown()
	}
	switch was, is := value(c.Was), value(c.Is); {
	case was == is: // both unknown, or different only beyond the cut
		return c.Label
	case was == "":
		return c.Label + " (now " + is + ")"
	case is == "":
		return c.Label + " (was " + was + ")"
	default:
		return c.Label + " (from " + was + " to " + is + ")"
	}
}

// Differences lists what changed, each in a few words.
func (l Lapse) Differences() []string {
	var told []string
	for i, change := range l.Changed {
		if i == toldChanges {
			return append(told, fmt.Sprintf("%d more", len(l.Changed)-i))
		}
		told = append(told, change.String())
	}
	return told
}

// Text says it in a sentence.
func (l Lapse) Text() string {
	until := l.Expired.UTC().Format("2006-01-02 15:04 UTC")
	changed := strings.Join(l.Differences(), ", ")
	switch {
	case l.Code == "":
		return "This changed since it was last asked about: " + changed + "."
	case changed != "":
		return "The approval " + l.Code + " no longer counts, because this changed since it was shown: " + changed + "."
	case l.Given:
		return "The approval " + l.Code + " no longer counts: it expired at " + until + "."
	case !l.Expired.IsZero():
		return "The earlier question " + l.Code + " expired unanswered at " + until + "."
	}
	if l.Policy {
		return "The earlier question " + l.Code + " no longer counts: the operator's policy wants more than one person now."
	}
	return "The earlier question " + l.Code + " can no longer be answered: it was altered, or its key was replaced."
}

// lapsed remembers why an approval of the second channel, which was found for
// the call, does not count.
func (c *call) lapsed(found store.Pending, why string) {
	l := Lapse{Code: found.Code, Given: !found.At.IsZero(), Policy: why == withdrawnPolicy}
	if !c.gate.o.Now().Before(found.Expires) {
		l.Expired = found.Expires
	}
	c.lapse = &l
}

// changes remembers that what was approved is not what is there now.
func (c *call) changes(given approval, parts []string, now Preview) {
	l := Lapse{Given: true, parts: parts}
	var was *Document
	switch {
	case given.pending != nil:
		l.Code = given.pending.Code
		was = new(Document)
		if json.Unmarshal(given.pending.Document, was) != nil {
			was = nil
		}
	case c.document != nil: // asked during this very call
		was = c.document
	}
	is := make([]DocumentFact, 0, len(now.Facts))
	for _, fact := range now.Facts {
		is = append(is, fact.document())
	}
	l.Changed = differences(was, is, parts)
	if slices.Contains(parts, "state") && !covers(l.Changed, now.Before) {
		l.Changed = append(l.Changed, Change{Label: "what it replaces"})
	}
	c.lapse = &l
}

// differences finds the parts in what was shown and what is now, and calls them
// as people read them.
func differences(was *Document, is []DocumentFact, parts []string) []Change {
	var before []DocumentFact
	if was != nil {
		before = was.Facts
	}
	var changes []Change
	names, then, now := pair(before, is)
	for _, name := range names {
		if slices.Contains(parts, name) {
			changes = append(changes, difference(name, then[name], now[name])...)
		}
	}
	for _, part := range parts {
		switch {
		case part == "action":
			changes = append(changes, Change{Label: "what would be done"})
		case part == "warnings":
			changes = append(changes, Change{Label: "the warnings"})
		case part != "state" && now[part] == nil && then[part] == nil:
			changes = append(changes, Change{Label: part})
		}
	}
	return changes
}

// difference of one fact; of a group, of each fact in it that is different.
func difference(label string, was, is *DocumentFact) []Change {
	if was == nil || is == nil || was.Parts == nil || is.Parts == nil {
		return []Change{{label, was, is}}
	}
	var changes []Change
	names, then, now := pair(was.Parts, is.Parts)
	for _, name := range names {
		if one := (Change{label + ", " + name, then[name], now[name]}); one.String() != one.Label {
			changes = append(changes, one)
		}
	}
	if changes == nil { // nothing that can be seen
		return []Change{{Label: label}}
	}
	return changes
}

// pair returns the facts of before and of now by their names, and all names:
// those of now, and then those that are gone.
func pair(was, is []DocumentFact) (names []string, then, now map[string]*DocumentFact) {
	names, now = named(is)
	old, then := named(was)
	return append(names, slices.DeleteFunc(old, func(name string) bool { return now[name] != nil })...), then, now
}

// named returns facts under the names that [Preview.fingerprints] has for them.
func named(facts []DocumentFact) (names []string, by map[string]*DocumentFact) {
	by = map[string]*DocumentFact{"action": nil}
	for i, fact := range facts {
		name := free(by, fact.Label)
		names, by[name] = append(names, name), &facts[i]
	}
	return names, by
}

// covers reports whether the changes speak of what is replaced: one of its
// fields, or a target among many.
func covers(changes []Change, before map[string]any) bool {
	return slices.ContainsFunc(changes, func(change Change) bool {
		if change.Is != nil && change.Is.Parts != nil || strings.Contains(change.Label, ", ") {
			return true
		}
		_, is := before[strings.ReplaceAll(change.Label, " ", "_")]
		return is
	})
}

// redacted is the lapse as the audit trail keeps it.
func (l Lapse) redacted() *Lapse {
	kept := l
	kept.Changed = slices.Clone(l.Changed)
	for i, change := range kept.Changed {
		for _, fact := range []**DocumentFact{&change.Was, &change.Is} {
			if *fact != nil {
				*fact = &redactFacts([]DocumentFact{**fact})[0]
			}
		}
		kept.Changed[i] = change
	}
	return &kept
}
