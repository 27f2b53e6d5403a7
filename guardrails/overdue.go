package guardrails

import (
	"context"
	"time"

	"github.com/mcp-mighty/mcp-mighty/store"
)

// Overdue makes the audit record of an action whose process died, for
// [store.SQLite.CloseOverdue].
func Overdue(now func() time.Time) func(store.Entry) store.Event {
	return func(entry store.Entry) store.Event {
		e := settled(entry, now())
		e.Outcome, e.Note = string(store.Unknown), "its process ended before it did"
		return e
	}
}

// Forgotten makes the audit record of an action that is older than what is kept,
// and of which nobody knows how it ended, for [store.SQLite.Prune].
func Forgotten(now func() time.Time) func(store.Entry) store.Event {
	return func(entry store.Entry) store.Event {
		e := settled(entry, now())
		e.Outcome, e.Note = string(store.Unknown), "it is older than what is kept, and nobody knows how it ended"
		return e
	}
}

// Closed makes the audit record of an action of which nobody knows how it
// ended, and after which a person has looked, for [store.SQLite.CloseUnknown].
func Closed(entry store.Entry, at time.Time, by Settler) store.Event {
	e := settled(entry, at)
	e.Outcome, e.Approver, e.Channel, e.Note = string(store.Closed), by.Name, by.Channel, "a person has looked after it"
	return e
}

// settled begins the record of an ending that was found out later.
func settled(entry store.Entry, at time.Time) store.Event {
	return store.Event{
		At: at, Kind: "settled", Entry: entry.ID, Tool: entry.Tool, Risk: entry.Risk, Network: entry.Network,
		Principal: entry.Principal, Role: entry.Role, Client: entry.Client,
	}
}

// SettledAsDone writes down that an action whose end was not known has
// happened after all, with what reverses it, if anything does.
func (g *Gate) SettledAsDone(ctx context.Context, entry store.Entry, undo *store.Undo) error {
	at := g.o.Now()
	e := settled(entry, at)
	e.Outcome, e.Note = string(store.Done), "as its target shows"
	return g.o.Journal.Finish(ctx, entry.ID, store.Ending{At: at, State: store.Done, Note: "found done afterwards", Undo: undo}, e)
}
