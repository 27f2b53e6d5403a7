package guardrails

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Question is what a person is asked before a grave call runs.
type Question struct {
	Tool    string
	Title   string
	Network string
	Caller  Caller
	Preview Preview
	// Changed names what is different from an earlier question about the same
	// call; empty the first time.
	Changed []string
	// State is the signed token that binds an answer to this question. It must
	// come back with the answer, unaltered.
	State   string
	Expires time.Time
}

// Text renders the question. Each fact stands on a line of its own behind a
// label of ours, and what members wrote is one cleaned line in quotes, so that
// no name or post can add a line or pass for ours.
func (q Question) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s) on network %s\n%s\n", q.Title, q.Tool, Field("", q.Network).Shown(), q.Preview.Action)
	if len(q.Changed) > 0 {
		fmt.Fprintf(&b, "Changed since you were last asked: %s.\n", strings.Join(q.Changed, ", "))
	}
	for _, fact := range q.Preview.Facts {
		fmt.Fprintf(&b, "- %s: %s\n", fact.Label, fact.Shown())
	}
	for _, warning := range q.Preview.Warnings {
		fmt.Fprintf(&b, "! %s\n", warning)
	}
	fmt.Fprintf(&b, "Asked for by: %s. Nothing happens unless you approve.", q.Caller)
	return b.String()
}

// approveField is the only field of the form that a person fills in.
const approveField = "approve"

// Form returns the JSON Schema of the form that goes with the text: one box to
// tick, empty at first. Sending the form without ticking it approves nothing.
func (q Question) Form() map[string]any {
	return map[string]any{
		"type": "object",
		"properties": map[string]any{
			approveField: map[string]any{
				"type":        "boolean",
				"title":       "Yes, do it",
				"description": q.Preview.Action,
				"default":     false,
			},
		},
		"required": []string{approveField},
	}
}

// Decision is what came of a question.
type Decision uint8

// The decisions. Only [Approved] lets a call run.
const (
	// Unreadable is an answer that does not fit the form; it is the zero value.
	Unreadable Decision = iota
	// Approved: a person said yes.
	Approved
	// Declined: a person, or a client in its place, said no.
	Declined
	// Cancelled: the question was dismissed without an answer.
	Cancelled
	// TimedOut: no answer came in time.
	TimedOut
	// Unavailable: this client cannot ask a person.
	Unavailable
	// Deferred: the question travels to the client in the result; the answer
	// comes with a later call, as [Evidence].
	Deferred
)

// ReadAnswer turns the answer to a form into a decision. An accepted form
// approves only with its one box ticked and nothing else in it.
func ReadAnswer(action string, content map[string]any) Decision {
	switch action {
	case "accept":
		approved, ok := content[approveField].(bool)
		switch {
		case !ok || len(content) != 1:
			return Unreadable
		case approved:
			return Approved
		}
		return Declined
	case "decline":
		return Declined
	case "cancel":
		return Cancelled
	}
	return Unreadable
}

// Approver puts a question to a person. It must not answer in the person's
// place: whoever implements it holds a channel that the model does not.
type Approver interface {
	// Channel names the way the question goes, for the journal.
	Channel() string
	// Ask returns the decision, [Deferred] when the answer will come with a
	// later call. An error means that the channel failed; nothing is approved.
	Ask(ctx context.Context, question Question) (Decision, error)
}

// Evidence is an answer that came with a call: the token of the question and
// what the client says the person decided.
type Evidence struct {
	State    string
	Decision Decision
}

// Caller is who asks. Approvals are bound to all of it.
type Caller struct {
	// Principal is the authenticated name, or the transport where there is no
	// authentication: "stdio", "terminal", "loopback".
	Principal string
	// Client is the software that the caller says it uses.
	Client string
	// Session tells two connections of one principal apart; it may be empty
	// and is never a usable session id.
	Session string
}

// String names the caller for people.
func (c Caller) String() string {
	name := Field("", c.Principal).Shown()
	if c.Client != "" {
		name += " with " + Quote("", c.Client).Shown()
	}
	return name
}
