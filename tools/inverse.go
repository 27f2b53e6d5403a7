package tools

import (
	"encoding/json"
	"maps"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// This file holds what is the same for all tools that can be undone. A write
// keeps two things for that: the call that reverses it, and the values that it
// left behind, so that an undo can tell whether the world has moved on.

// orIfNew names the tool that undoes a write where there was nothing before.
func (t Tool) orIfNew(undo string) Tool {
	t.InverseIfNew = undo
	return t
}

// restored gives a destructive tool a way back that does not bring back the
// same: by names the tool that makes it anew, and limits says in a sentence
// what that is and what is lost.
func restored[In, Out any](t Tool, by, limits string, inv inverse[In, Out]) Tool {
	t.Inverse, t.Limits = by, limits
	t.behaviour.inverse = untypedInverse(inv)
	return t
}

func untypedInverse[In, Out any](inv inverse[In, Out]) func(in, out any, before map[string]any) *store.Undo {
	return func(in, out any, before map[string]any) *store.Undo { return inv(*in.(*In), out.(Out), before) }
}

// undo returns the call that undoes what the tool did; nil for none.
func (t Tool) undo(in, out any, before map[string]any) *store.Undo {
	if t.inverse == nil {
		return nil
	}
	undo := t.inverse(in, out, before)
	if undo == nil {
		return nil
	}
	if undo.Tool = t.Inverse; t.InverseIfNew != "" && len(before) == 0 {
		undo.Tool = t.InverseIfNew
	}
	if undo.As == "" {
		undo.As = t.Limits
	}
	return undo
}

// values are fields of a target by the names of arguments.
type values = map[string]any

// calling undoes with these arguments, which overwrite nothing.
func calling(arguments values) *store.Undo { return &store.Undo{Arguments: arguments} }

// callingBlindly is calling where the API does not tell what was there before,
// so that the inverse may go further back than the action went.
func callingBlindly(arguments values, how string) *store.Undo {
	return &store.Undo{Arguments: arguments, As: how}
}

// unmaking undoes the making of something, as long as it is what was made.
func unmaking(ids, made values) *store.Undo { return &store.Undo{Arguments: ids, After: made} }

// giveAgain undoes taking something away, as long as nobody has given anything
// else. Nil when there was nothing.
func giveAgain(ids, former values) *store.Undo {
	return putBack(ids, former, nil)
}

// putBack undoes a change: it names the target by ids and sets the former
// values, as long as those are there that the change left. Nil when no former
// value can be set.
func putBack(ids, former, left values) *store.Undo {
	if len(former) == 0 {
		return nil
	}
	undo := &store.Undo{Arguments: maps.Clone(former), After: values{}}
	maps.Copy(undo.Arguments, ids)
	for name := range former {
		undo.After[name] = left[name]
	}
	return undo
}

// dropped takes a former value that the API would not take again out of what
// is put back, and says so.
func dropped(p *guardrails.Preview, name, why string) {
	if _, there := p.Before[name]; !there {
		return
	}
	delete(p.Before, name)
	p.Reversal = "It can be undone afterwards, but for one thing: " + why
	if len(p.Before) == 0 {
		p.Reversal = "This cannot be undone: " + why
	}
}

const noWayBack = "This cannot be undone."

// reversal says whether the tool can be undone, where nothing is known of its
// target.
func (t Tool) reversal() string {
	switch {
	case t.undoes:
		return "It can be undone afterwards where the tool that undoes the action can be."
	case t.inverse == nil:
		return noWayBack
	case t.Limits != "":
		return t.Limits
	}
	return "It can be undone afterwards."
}

// objectOf returns the object that a view shows, as the API sent it.
func objectOf[A, T any](v view[T]) *A {
	var object A
	_ = json.Unmarshal(v.raw, &object) // it has been read before
	return &object
}
