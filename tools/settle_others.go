package tools

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/mcp-mighty/mcp-mighty/store"
)

// deed is one thing that an action does: to whom, and as which call.
type deed struct {
	tool      string
	arguments values
	// anew: it makes something, which is then about nothing that was there.
	anew bool
}

// ids are the things that a deed is about, by their arguments.
func (d deed) ids() values {
	ids := values{}
	for name, value := range d.arguments {
		if strings.HasSuffix(name, "_id") {
			ids[name] = value
		}
	}
	return ids
}

// explains reports whether what an action was to do can be there because of
// another deed: because that did the same, or was about the same target, or
// about a larger one.
func (d deed) explains(what deed) bool {
	if d.anew || what.anew {
		return same(d.arguments, what.arguments)
	}
	ids := what.ids()
	if d.tool == what.tool && len(ids) == 0 {
		return true
	}
	about := d.ids()
	for name, id := range about {
		if wanted, there := ids[name]; !there || !sameThing(id, wanted) {
			return false
		}
	}
	return len(about) > 0
}

// sameThing compares two ids of things, which may also be names: those are not
// looked up, and so may be anything's.
func sameThing(a, b any) bool {
	one, other := fmt.Sprint(a), fmt.Sprint(b)
	return one == other || strings.Trim(one, "0123456789") != "" || strings.Trim(other, "0123456789") != ""
}

// maker returns an action by which what an entry was to do may have been done
// in its place; 0 for none. It may have acted since the entry began, and be the
// one that has the way back.
func (c *Catalogue) maker(ctx context.Context, entry store.Entry, undo *store.Undo) (int64, error) {
	wanted, err := c.deeds(ctx, entry)
	if err != nil {
		return 0, err
	}
	q := store.Query{Identity: &entry.Identity, Since: &entry, States: []store.State{store.Begun, store.Done, store.Partial, store.Unknown, store.Closed}}
	for {
		others, err := c.o.Journal.Entries(ctx, q)
		if err != nil {
			return 0, err
		}
		for _, other := range others {
			if other.Network != entry.Network && entry.Identity == "" {
				continue
			}
			if other.Seal == store.Altered { // it may have been anything
				return other.ID, nil
			}
			if undo != nil && other.Undo != nil && undo.Tool == other.Undo.Tool && same(undo.Arguments, other.Undo.Arguments) {
				return other.ID, nil
			}
			deeds, err := c.deeds(ctx, other)
			if errors.Is(err, store.ErrNoEntry) {
				return other.ID, nil // it undid what nobody remembers
			}
			if err != nil {
				return 0, err
			}
			for _, deed := range deeds {
				for _, what := range wanted {
					if deed.explains(what) {
						return other.ID, nil
					}
				}
			}
		}
		if len(others) == 0 {
			return 0, nil
		}
		q.Before = others[len(others)-1].ID
	}
}

// deeds are what an action was to do: one for each item of a list, and for an
// undo what undoes.
func (c *Catalogue) deeds(ctx context.Context, entry store.Entry) ([]deed, error) {
	name, text := entry.Tool, entry.Arguments
	if entry.Undoes != 0 {
		undone, err := c.o.Journal.Entry(ctx, entry.Undoes)
		if err != nil {
			return nil, err
		}
		if undone.Undo == nil {
			return nil, store.ErrNoEntry
		}
		name = undone.Undo.Tool
		if text, err = json.Marshal(undone.Undo.Arguments); err != nil {
			return nil, err
		}
	}
	tool, exists := c.Lookup(name)
	if exists && tool.Single != "" {
		name = tool.Single
		tool, _ = c.Lookup(name)
	}
	var arguments values
	if err := decode(text, &arguments); err != nil {
		return nil, fmt.Errorf("the arguments of action %d cannot be read: %w", entry.ID, err)
	}
	items, isList := arguments["items"].([]any)
	if !isList {
		return []deed{{name, arguments, tool.Anew}}, nil
	}
	var deeds []deed
	for _, item := range items {
		if each, is := item.(values); is {
			deeds = append(deeds, deed{name, each, tool.Anew})
		}
	}
	return deeds, nil
}
