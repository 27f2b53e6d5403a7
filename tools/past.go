package tools

import (
	"context"
	"fmt"
	"time"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

const actionsToolset = "actions"

// Journal is what tools read of the journal of actions.
type Journal interface {
	Entries(ctx context.Context, q store.Query) ([]store.Entry, error)
	Entry(ctx context.Context, id int64) (store.Entry, error)
}

// past is what a call may know of the actions of one network, by whose call it
// is.
type past struct {
	journal   Journal
	catalogue *Catalogue
	caller    guardrails.Caller
}

// rememberingFor returns the networks for a call that is about the past.
func (n networks) rememberingFor(c *Catalogue, caller guardrails.Caller) networks {
	remembering := make(networks, len(n))
	for i, env := range n {
		env.past = past{c.o.Journal, c, caller}
		remembering[i] = env
	}
	return remembering
}

var errNoJournal = &Obstacle{Message: "This server keeps no journal, so that it knows of no actions."}

// seesAll reports whether the caller sees what others did: whoever is at the
// machine itself does, and a caller with a name of their own does not.
func (p past) seesAll() bool { return p.caller.Role == "" || p.caller.Role == guardrails.RoleLocal }

// own reports whether an action is the caller's to see and to undo. A name is
// the same person's only where it was signed in with: at the machine itself
// everybody is called alike.
func (p past) own(entry store.Entry) bool {
	return p.seesAll() || entry.Principal == p.caller.Principal && entry.Role != "" && entry.Role != guardrails.RoleLocal
}

// query asks for the actions that the caller may see. Reads that a person
// approved are in the journal too, but nothing came of them.
func (p past) query(identity string) store.Query {
	q := store.Query{Identity: &identity, NotRisk: guardrails.Read.String()}
	if !p.seesAll() {
		q.Principals, q.NotRole = []string{p.caller.Principal}, guardrails.RoleLocal
	}
	return q
}

// stateOf is how an action ended, as far as anybody knows now.
func stateOf(entry store.Entry, now time.Time) store.State {
	if entry.State == store.Begun && now.After(entry.Deadline) {
		return store.Unknown // its process died
	}
	return entry.State
}

// wayBack returns the tool that undoes an action, or says in a sentence why
// there is none now.
func (p past) wayBack(entry store.Entry, now time.Time) (inverse Tool, why string) {
	if why := entry.Seal.Why(); why != "" {
		return Tool{}, why
	}
	switch stateOf(entry, now) {
	case store.NotDone:
		return Tool{}, "It was not done, so that there is nothing to undo."
	case store.Begun:
		return Tool{}, fmt.Sprintf("It may still be running, until %s UTC, or its server ended before it was told how. Look again then.", entry.Deadline.UTC().Format("15:04"))
	case store.Unknown:
		return Tool{}, "Nobody knows whether it was done. Look at its target; where it was done, the tools that change the target can change it back."
	}
	if entry.Risk == guardrails.Read.String() {
		return Tool{}, "It only read, so that there is nothing to undo."
	}
	if entry.State == store.Closed {
		return Tool{}, "Nobody knows whether it was done, and a person has looked after it."
	}
	if entry.UndoneBy != 0 {
		return Tool{}, fmt.Sprintf("Action %d undid it, or tried to.", entry.UndoneBy)
	}
	if entry.Undo == nil {
		return Tool{}, "There is no way back from it."
	}
	inverse, exists := p.catalogue.inverse(entry.Undo)
	if !exists {
		return Tool{}, fmt.Sprintf("It would take the tool %s, which this server does not have.", line(entry.Undo.Tool))
	}
	for _, name := range []string{inverse.Name, inverse.Single} {
		if off := p.catalogue.off[name]; off != "" {
			return Tool{}, fmt.Sprintf("It would take %s, which is switched off: %s.", name, off)
		}
	}
	return inverse, ""
}

// forbidden says in a sentence that the policy lets the caller use a way back
// at no time; "" where it may. Who tries all the same is refused by the gate.
func (p past) forbidden(inverse Tool) string {
	undo, _ := p.catalogue.Lookup("undo_action")
	for _, tool := range []Tool{undo, inverse} {
		if !p.catalogue.permits(tool, p.caller) {
			return fmt.Sprintf("It would take %s, which the operator's policy does not let you use.", tool.Name)
		}
	}
	return ""
}

// inverse returns the tool that a call of the journal is of. A list for a tool
// that takes one thing is for many calls of it.
func (c *Catalogue) inverse(undo *store.Undo) (Tool, bool) {
	tool, exists := c.Lookup(undo.Tool)
	if _, isList := undo.Arguments["items"]; !exists || !isList || tool.Single != "" {
		return tool, exists
	}
	for _, many := range c.tools {
		if many.Single == tool.Name {
			return many, true // what holds for the tool in bulk holds here too
		}
	}
	list := distinct
	if tool.Anew { // of two things that were alike both are made again
		list = func([]any) error { return nil }
	}
	many := bulkOf(tool, tool.Doc, tool.Inverse, list)
	return many, many.broken == nil
}
