package tools

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"github.com/invopop/jsonschema"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/schema"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// undoAction makes the tool that runs the inverses of others.
//
// Its class, from which its annotations come, is the worst that an inverse can
// be: the undo of an addition takes something away. The gate judges each call
// by what its inverse is (see [undoBound.Also]), and for the rest as the write
// that it is in itself: whoever may change a title back by update_post may do
// so by undo_action, and where remove_space_member has to ask, so has the undo
// of add_space_member.
func undoAction() Tool {
	return define(Doc{
		Name: "undo_action", Title: "Undo action", Toolset: actionsToolset,
		About: "Undoes one of list_recent_actions, unless its target has changed since. Asks a person where the inverse tool would.",
	}, guardrails.Destructive, reflect.TypeFor[acted[undoOut]](), behaviour{inputType: reflect.TypeFor[undoIn](), undoes: true})
}

type undoIn struct {
	ActionID int64 `json:"action_id" jsonschema:"minimum=1" jsonschema_description:"its id"`
}

type undoOut struct {
	ActionID int64    `json:"action_id"`
	Tool     string   `json:"tool" jsonschema_description:"that undid it"`
	Result   anything `json:"result"`
}

// anything is the result of whichever tool undid an action.
type anything struct{ result any }

// JSONSchema tells that it is an object, and no more.
func (anything) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "object", AdditionalProperties: &jsonschema.Schema{Description: "as that tool answers"}}
}

// MarshalJSON implements json.Marshaler.
func (a anything) MarshalJSON() ([]byte, error) { return encode(a.result) }

// undoBound is the undo of one action on its way through the gate: the inverse
// tool with its arguments, under the name of undo_action.
type undoBound struct {
	bound
	entry store.Entry
}

// bindUndo finds the action and what undoes it. Everything that stands against
// it and is known without a request is said here.
func (t Tool) bindUndo(ctx context.Context, env Env, id int64) (guardrails.Bound, error) {
	p := env.past
	if p.journal == nil {
		return nil, errNoJournal
	}
	entry, err := p.journal.Entry(ctx, id)
	if err != nil && !errors.Is(err, store.ErrNoEntry) {
		return nil, &guardrails.Refusal{
			Code: guardrails.CodeJournal, Err: err,
			Message: t.Name + ": the journal cannot be read. Nothing was done. The operator can run `mcp-mighty doctor`.",
		}
	}
	// Of others' actions nothing is told, not even that they are there.
	if err != nil || !p.own(entry) {
		return nil, problem("action_id", fmt.Sprintf(`argument "action_id": there is no action %d among those that you can undo; list_recent_actions has them`, id))
	}
	if entry.Identity != env.Identity || env.Identity == "" && entry.Network != env.Network {
		return nil, &Obstacle{Message: fmt.Sprintf("%s: action %d was about another network, %s. It can be undone there only.", t.Name, id, quoted(entry.Network))}
	}
	inverse, why := p.wayBack(entry, env.Now())
	switch {
	case entry.UndoneBy != 0:
		return nil, &guardrails.Refusal{Code: guardrails.CodeUndone, Message: p.undoneBefore(ctx, entry, env)}
	case why != "":
		return nil, &Obstacle{Message: fmt.Sprintf("%s: action %d (%s) cannot be undone. %s", t.Name, id, line(entry.Tool), why)}
	}
	in := reflect.New(inverse.inputType).Interface()
	arguments, err := json.Marshal(entry.Undo.Arguments)
	if err == nil {
		_, err = inverse.Input.BindChoice(arguments, in)
	}
	if err == nil {
		err = inverse.check(in)
	}
	if err != nil {
		return nil, &Obstacle{Message: fmt.Sprintf("%s: action %d (%s) cannot be undone: %s does not take the former values (%v).", t.Name, id, line(entry.Tool), inverse.Name, err)}
	}
	return undoBound{bound{tool: inverse, env: env, in: in}, entry}, nil
}

// undoneBefore says what became of the undo that there was.
func (p past) undoneBefore(ctx context.Context, entry store.Entry, env Env) string {
	text := fmt.Sprintf("undo_action: action %d was undone before, by action %d. Nothing was done now.", entry.ID, entry.UndoneBy)
	undo, err := p.journal.Entry(ctx, entry.UndoneBy)
	if err != nil {
		return text
	}
	switch stateOf(undo, env.Now()) {
	case store.Begun:
		return fmt.Sprintf("undo_action: action %d is being undone, by action %d, until %s UTC, or the server ended before it was told how. Nothing was done by this call.",
			entry.ID, entry.UndoneBy, undo.Deadline.UTC().Format("15:04"))
	case store.Partial:
		return text + " That undid it in part; what is left is for the tools that change its targets."
	case store.Unknown, store.Closed:
		return fmt.Sprintf("undo_action: action %d may have been undone: how action %d ended, nobody knows. Nothing was done now. Look at the target; what is left is for the tools that change it.", entry.ID, entry.UndoneBy)
	}
	return text + fmt.Sprintf(" To take that back, undo action %d.", entry.UndoneBy)
}

// Arguments implements [guardrails.Bound]. What is approved is the undo of one
// action, whose inverse stays what it is.
func (b undoBound) Arguments() (json.RawMessage, error) {
	return schema.Canonical(&undoIn{b.entry.ID})
}

// Undoes implements [guardrails.Undoing].
func (b undoBound) Undoes() int64 { return b.entry.ID }

// Also implements [guardrails.Also]: an undo is no way around a rule for the
// tool that does it, nor for the one that this is made of.
func (b undoBound) Also() []guardrails.Name {
	names := []guardrails.Name{b.tool.name()}
	if single, exists := b.env.past.catalogue.Lookup(b.tool.Single); exists {
		names = append(names, single.name())
	}
	return names
}

// Preview implements [guardrails.Bound]: what the inverse would do, if what it
// would overwrite is still what the action left.
func (b undoBound) Preview(ctx context.Context, forPerson bool) (guardrails.Preview, error) {
	p, err := b.bound.Preview(ctx, forPerson)
	if err != nil {
		return p, b.explain(err)
	}
	// The journal may be older than the mask. What is masked now cannot be
	// compared, and is not shown.
	if left := b.entry.Undo.After; !same(left, b.env.mask.Values(left)) || b.env.mask.Spoils(p.Before) {
		return p, &Obstacle{Message: fmt.Sprintf("undo_action: action %d (%s) cannot be undone: what it changed is masked on this server, so that nobody can tell from here whether it is still as the action left it.", b.entry.ID, line(b.entry.Tool))}
	}
	if moved := moved("", b.entry.Undo.After, p.Before); len(moved) > 0 {
		return p, b.movedOn(moved)
	}
	facts := []guardrails.Fact{
		guardrails.Number("undoes action", b.entry.ID), guardrails.Field("which was", line(b.entry.Tool)),
		guardrails.Field("done at", stamp(b.entry.Intent.At.UTC())), guardrails.Quote("done by", b.entry.Principal),
	}
	p.Facts = append(append(facts, goingBack(b.entry.Undo)...), p.Facts...)
	p.Action = "Undo an earlier action: " + p.Action
	if b.entry.Undo.As != "" {
		p.Warnings = append(p.Warnings, b.entry.Undo.As)
	}
	if p.Retype == nil && b.tool.Single != "" && b.tool.Risk == guardrails.Destructive {
		p.Retype = guardrails.RetypeCount(b.Items())
	}
	return p, nil
}

// explain says that what cannot be found is what the action was about.
func (b undoBound) explain(err error) error {
	var api *apiclient.Error
	if errors.As(err, &api) && api.Kind == apiclient.NotFound {
		return &Obstacle{Message: fmt.Sprintf("undo_action: action %d (%s) cannot be undone, since the world has moved on: %v. %s", b.entry.ID, line(b.entry.Tool), api, api.Advice())}
	}
	return err
}

// Run implements [guardrails.Bound].
func (b undoBound) Run(ctx context.Context, p guardrails.Preview) (any, *store.Undo, error) {
	result, undo, err := b.bound.Run(ctx, p)
	if did, ok := result.(actedResult); ok {
		did.Result = undoOut{b.entry.ID, b.tool.Name, anything{did.Result}}
		result = did
	}
	return result, undo, err
}
