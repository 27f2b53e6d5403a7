package guardrails

import (
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/mcp-mighty/mcp-mighty/guardrails/untrusted"
)

// factLength bounds one value of a preview, in characters.
const factLength = 300

// longLength bounds a text that people will read, in characters.
const longLength = 4000

// Preview says what a call would do, in words for a person who knows the
// community and not the API.
type Preview struct {
	// Action is one sentence in our words, without names that members chose:
	// "Ban this member from the whole network, for good."
	Action string
	// Facts describe the target as it is now.
	Facts []Fact
	// Warnings say what cannot be taken back, and what else happens.
	Warnings []string
	// Loses lists the people who lose access, rights or content by the call;
	// the gate refuses when one of them is protected.
	Loses []Person
	// Marks lists tags and badges that come, go, change hands or get another name
	// by the call; the gate refuses when one of them protects people, or would.
	Marks []Mark
	// Before keeps the values that the call overwrites, for the journal.
	Before map[string]any
	// Retype is what a person must type to approve; nil where a yes is enough.
	Retype *Retype
	// Reversal says whether the call can be undone. Where it is empty, the gate
	// says what holds for all calls of the tool.
	Reversal string
}

// Fact is one thing a person should know before deciding.
type Fact struct {
	Label string
	Value string
	// Written marks a value that a member wrote. It is shown in quotes.
	Written bool
	// Long shows up to [longLength] characters, for text that goes out to
	// people: what is approved must have been seen.
	Long bool

	parts []Fact // of a group; Value is then their digest
}

// The kinds of a [Mark].
const (
	Tag   = "tag"
	Badge = "badge"
)

// Mark is a tag or a badge.
type Mark struct {
	Kind  string
	ID    uint64
	Title string // "" is not known yet
	// Field is the custom field whose option it is, where only that is known.
	Field uint64
}

// Person identifies a member for protection: by id and, where known, e-mail.
type Person struct {
	ID    uint64
	Email string
}

// Field makes a fact from our own words, numbers or the API's enumerations.
func Field(label, value string) Fact { return Fact{Label: label, Value: value} }

// Quote makes a fact from text that a member wrote.
func Quote(label, value string) Fact { return Fact{Label: label, Value: value, Written: true} }

// QuoteAll makes a fact of a text that goes out to people, as it will be read
// (written), from the form in which it is sent. It is shown whole up to 4,000
// characters, and says when there is more than can be seen.
func QuoteAll(label, sent, read string) []Fact {
	facts := []Fact{{Label: label, Value: read, Written: true, Long: true}}
	if n := utf8.RuneCountInString(read); n > longLength {
		facts = append(facts, Field(label+", not shown", fmt.Sprintf("%d more characters", n-longLength)))
	}
	if sent != read {
		facts = append(facts, Field(label+", as sent", fmt.Sprintf("%d characters with markup", utf8.RuneCountInString(sent))))
	}
	return append(facts, Field(label+", digest", digest(sent)[:12]))
}

// Number makes a fact from a number.
func Number[N ~int | ~int64 | ~uint64](label string, n N) Fact {
	return Fact{Label: label, Value: strconv.FormatUint(uint64(n), 10)}
}

// Group makes one fact of several, such as all there is to say about one of
// many targets. What a member wrote stays in its quotes.
func Group(label string, facts []Fact) Fact {
	group := Fact{Label: label, parts: facts}
	var values []string
	for _, fact := range facts {
		values = append(values, fact.Label, fact.Value)
	}
	group.Value = digest(values...)
	return group
}

// Shown returns the value as a person or a model sees it: one cleaned line,
// in quotes where a member wrote it, so that it cannot pass for our words.
func (f Fact) Shown() string { return f.document().Shown() }

// cleaned returns the value as one line without anything invisible.
func (f Fact) cleaned() string {
	limit := factLength
	if f.Long {
		limit = longLength
	}
	return untrusted.Line(f.Value, limit)
}

// PreviewView is a preview as results carry it.
type PreviewView struct {
	Action   string            `json:"action"`
	Facts    map[string]string `json:"facts,omitempty"`
	Warnings []string          `json:"warnings,omitempty"`
	Reversal string            `json:"reversal,omitempty"`
}

// View returns the preview for a result. The zero preview has an empty view.
func (p Preview) View() PreviewView {
	var d Document
	for _, fact := range p.Facts {
		d.Facts = append(d.Facts, fact.document())
	}
	d.Action, d.Warnings, d.Reversal = p.Action, p.Warnings, p.Reversal
	return d.view()
}

// free returns a label, with a number behind it where it is taken: two facts
// may be called the same, and neither may hide the other.
func free[T any](taken map[string]T, label string) string {
	name := label
	for n := 2; ; n++ {
		if _, is := taken[name]; !is {
			return name
		}
		name = fmt.Sprintf("%s (%d)", label, n)
	}
}

// fingerprints returns a digest for each part of the preview. An approval
// carries them, so that what runs is what was shown, and a change can be
// named by its label.
//
// The digests are over the values as they are, not as shown: a name that was
// changed only beyond the cut or by an invisible character has changed.
func (p Preview) fingerprints() map[string]string {
	prints := map[string]string{"action": digest(p.Action)}
	for _, fact := range p.Facts {
		prints[free(prints, fact.Label)] = digest(fact.Value)
	}
	prints["warnings"] = digest(p.Warnings...)
	if p.Retype != nil {
		prints["what to type"] = digest(p.Retype.What, p.Retype.Value)
	}
	before, _ := json.Marshal(p.Before) // maps marshal in key order
	prints["state"] = digest(string(before))
	return prints
}
