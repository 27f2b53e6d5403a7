package guardrails

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Document is a question as people read it, on whichever channel. Its texts
// are clean: one line each, without anything invisible. Those that members
// wrote are marked, and whoever shows them keeps them apart from ours.
type Document struct {
	Title   string `json:"title"`
	Tool    string `json:"tool"`
	Network string `json:"network"`
	Action  string `json:"action"`
	// Lapse says why an earlier approval of the call does not count.
	Lapse    *Lapse         `json:"lapse,omitempty"`
	Facts    []DocumentFact `json:"facts,omitempty"`
	Warnings []string       `json:"warnings,omitempty"`
	// Reversal says whether it can be undone.
	Reversal string `json:"reversal,omitempty"`
	// Retype is what the person types to approve; nil where a plain yes does.
	Retype *Retype `json:"retype,omitempty"`
	// Principal is who asks, by name; Asker describes them, with their client.
	Principal string `json:"principal"`
	Asker     string `json:"asker"`
	// Note says why the question came to the second channel.
	Note    string    `json:"note,omitempty"`
	Expires time.Time `json:"expires"`
}

// DocumentFact is a [Fact] as people read it.
type DocumentFact struct {
	Label string `json:"label"`
	Value string `json:"value,omitempty"`
	// Written: a member wrote the value.
	Written bool           `json:"written,omitempty"`
	Parts   []DocumentFact `json:"parts,omitempty"`
}

// Retype is what a person types to approve the worst.
type Retype struct {
	// What it is, in our words: "the member's name".
	What string `json:"what"`
	// Value is what has to be typed.
	Value string `json:"value"`
}

// RetypeID asks for a number, where there is no name to ask for.
func RetypeID(what string, id uint64) *Retype {
	return &Retype{What: "the number of " + what, Value: fmt.Sprint(id)}
}

// RetypeCount asks for the number of targets.
func RetypeCount(n int) *Retype { return &Retype{What: "how many it is done to", Value: fmt.Sprint(n)} }

// normal is how typed words are compared: without regard to case and spaces.
func (r Retype) normal() string { return normalTyped(r.Value) }

func normalTyped(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// Matches reports whether a person typed what was asked for.
func (r Retype) Matches(typed string) bool { return normalTyped(typed) == r.normal() }

// Document returns the question as people read it.
func (q Question) Document() Document {
	d := Document{
		Title: q.Title, Tool: q.Tool, Network: Field("", q.Network).Shown(), Action: q.Preview.Action, Lapse: q.Lapse,
		Warnings: q.Preview.Warnings, Reversal: q.Preview.Reversal, Retype: q.Preview.Retype, Principal: q.Caller.Principal, Asker: q.Caller.String(), Expires: q.Expires.UTC(),
	}
	for _, fact := range q.Preview.Facts {
		d.Facts = append(d.Facts, fact.document())
	}
	return d
}

func (f Fact) document() DocumentFact {
	d := DocumentFact{Label: f.Label, Written: f.Written}
	if f.parts == nil {
		d.Value = f.cleaned()
		return d
	}
	for _, part := range f.parts {
		d.Parts = append(d.Parts, part.document())
	}
	return d
}

// Shown returns the value in one line, in quotes where a member wrote it.
func (f DocumentFact) Shown() string {
	if f.Parts != nil {
		var shown []string
		for _, part := range f.Parts {
			shown = append(shown, part.Label+" "+part.Shown())
		}
		return strings.Join(shown, ", ")
	}
	if !f.Written {
		return f.Value
	}
	return quoted(f.Value)
}

// Text renders the question. Each fact stands on a line of its own behind a
// label of ours, and what members wrote is one cleaned line in quotes, so that
// no name or post can add a line or pass for ours.
func (d Document) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s) on network %s\n%s\n", d.Title, d.Tool, d.Network, d.Action)
	if d.Lapse != nil {
		fmt.Fprintf(&b, "! %s\n", d.Lapse.Text())
	}
	for _, fact := range d.Facts {
		fmt.Fprintf(&b, "- %s: %s\n", fact.Label, fact.Shown())
	}
	for _, warning := range d.Warnings {
		fmt.Fprintf(&b, "! %s\n", warning)
	}
	if d.Reversal != "" {
		fmt.Fprintf(&b, "! %s\n", d.Reversal)
	}
	fmt.Fprintf(&b, "Asked for by: %s. Nothing happens unless you approve.", d.Asker)
	return b.String()
}

// redacted is the document as the audit trail keeps it: what was shown, with
// addresses and long texts shortened.
func (d Document) redacted() json.RawMessage {
	if d.Facts != nil {
		d.Facts = redactFacts(d.Facts)
	}
	if d.Lapse != nil {
		d.Lapse = d.Lapse.redacted()
	}
	encoded, err := json.Marshal(d)
	if err != nil {
		return nil // of plain strings; cannot happen
	}
	return encoded
}

func redactFacts(facts []DocumentFact) []DocumentFact {
	kept := make([]DocumentFact, len(facts))
	for i, fact := range facts {
		fact.Value = redactText(fact.Value)
		if fact.Parts != nil {
			fact.Parts = redactFacts(fact.Parts)
		}
		kept[i] = fact
	}
	return kept
}
