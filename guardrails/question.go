package guardrails

import (
	"cmp"
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
	// Changed names the parts of the preview that are different from an earlier
	// question about the same call; empty the first time. Lapse says it in words.
	Changed []string
	Lapse   *Lapse
	// State is the signed token that binds an answer to this question. It must
	// come back with the answer, unaltered.
	State   string
	Expires time.Time
}

// Text renders the question for a form or a terminal.
func (q Question) Text() string {
	text := q.Document().Text()
	if q.Preview.Retype != nil {
		text += fmt.Sprintf("\nTo approve, type %s: %s", q.Preview.Retype.What, q.Preview.Retype.Value)
	}
	return text
}

// The fields of the form, of which it has one.
const (
	approveField = "approve"
	retypeField  = "type_to_approve"
)

// Form returns the JSON Schema of the form that goes with the text. It has one
// field: a box to tick, empty at first, or for the worst a line to type.
// Sending the form as it comes approves nothing.
func (q Question) Form() map[string]any {
	name, field := approveField, map[string]any{
		"type":        "boolean",
		"title":       "Yes, do it",
		"description": q.Preview.Action,
		"default":     false,
	}
	if retype := q.Preview.Retype; retype != nil {
		name, field = retypeField, map[string]any{
			"type":        "string",
			"title":       "Type " + retype.Value + " to approve",
			"description": q.Preview.Action,
			"maxLength":   4 * maxRetype,
		}
	}
	return map[string]any{
		"type":       "object",
		"properties": map[string]any{name: field},
		"required":   []string{name},
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
	// Mistyped: a person typed something else than what was asked for.
	Mistyped
	// AutoDeclined is a no that came faster than anybody can read.
	AutoDeclined
)

// String names a decision for the audit trail.
func (d Decision) String() string {
	names := []string{"unreadable", "approved", "declined", "cancelled", "timed_out", "unavailable", "deferred", "mistyped", "auto_declined"}
	if int(d) < len(names) {
		return names[d]
	}
	return fmt.Sprintf("decision(%d)", uint8(d))
}

// Answer is what a person said to a question.
type Answer struct {
	Decision Decision
	// Typed is what was typed, where something had to be.
	Typed string
}

// ReadAnswer turns the answer to a form into a decision. An accepted form
// approves only with its one field filled in and nothing else in it; whether
// what was typed is right, the gate decides.
func ReadAnswer(action string, content map[string]any) Answer {
	switch action {
	case "accept":
		approved, ticked := content[approveField].(bool)
		typed, wrote := content[retypeField].(string)
		switch {
		case len(content) != 1 || !ticked && !wrote:
			return Answer{}
		case approved || strings.TrimSpace(typed) != "":
			return Answer{Approved, typed}
		}
		return Answer{Decision: Declined}
	case "decline":
		return Answer{Decision: Declined}
	case "cancel":
		return Answer{Decision: Cancelled}
	}
	return Answer{}
}

// Approver puts a question to a person. It must not answer in the person's
// place: whoever implements it holds a channel that the model does not.
type Approver interface {
	// Channel names the way the question goes, for the journal.
	Channel() string
	// CanAsk reports whether there is a person to ask.
	CanAsk() bool
	// Ask returns what the person said, [Deferred] when the answer will come
	// with a later call. An error means that the channel failed; nothing is
	// approved.
	Ask(ctx context.Context, question Question) (Answer, error)
}

// Firsthand is implemented by an [Approver] that sits with the person itself, at
// a keyboard and not behind a client that may have said no on its own. A no there
// is the end of it: nothing is left to be approved elsewhere.
type Firsthand interface {
	Firsthand()
}

// Evidence is an answer that came with a call: the token of the question and
// what the client says the person decided.
type Evidence struct {
	State string
	Answer
}

// Caller is who asks. Approvals are bound to all of it.
type Caller struct {
	// Principal is the authenticated name, or the transport where there is no
	// authentication: "stdio", "terminal", "loopback".
	Principal string
	// Role is what the policy knows the caller by; "" is [RoleLocal].
	Role string
	// Client is the software that the caller says it uses.
	Client string
	// Session tells two connections of one principal apart; it may be empty
	// and is never a usable session id.
	Session string
}

func (c Caller) role() string { return cmp.Or(c.Role, RoleLocal) }

// String names the caller for people.
func (c Caller) String() string {
	name := Field("", c.Principal).Shown()
	if c.Client != "" {
		name += " with " + Quote("", c.Client).Shown()
	}
	return name
}
