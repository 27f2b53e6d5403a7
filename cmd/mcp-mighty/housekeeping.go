package main

import (
	"context"
	"sync"
	"time"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/guardrails/untrusted"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// How long after the start the first round of housekeeping comes, so that it
// is not in the way of the first call, and how far apart rounds are.
const (
	firstRound = 3 * time.Second
	roundEvery = time.Minute
)

// keepHouse closes actions whose process died and approvals whose time is up,
// and removes old approvals and what is older than the retention, for as long
// as the server runs. stop ends it.
func (a *app) keepHouse(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() {
		for wait := firstRound; ; wait = roundEvery {
			select {
			case <-ctx.Done():
				return
			case <-time.After(wait):
			}
			a.round(ctx)
			if wait == firstRound {
				a.sayOpen(ctx)
			}
		}
	})
	return func() { cancel(); running.Wait() }
}

// maxSaid is how many open actions are named.
const maxSaid = 20

// sayOpen names the actions whose end nobody knows, also those that an earlier
// server left.
func (a *app) sayOpen(ctx context.Context) {
	open, err := openEntries(ctx, a.store)
	if err != nil {
		if ctx.Err() == nil {
			a.logger.Error("the journal cannot be looked through", "error", err)
		}
		return
	}
	for _, entry := range open[:min(len(open), maxSaid)] {
		said := []any{"entry", entry.ID, "tool", untrusted.Line(entry.Tool, 80), "at", entry.Intent.At.UTC().Format(time.RFC3339), "by", untrusted.Line(entry.Principal, 80)}
		if entry.State == store.Begun {
			a.logger.Warn("an action may still be running, or its server ended before it was told how", append(said, "until", entry.Deadline.UTC().Format(time.RFC3339))...)
			continue
		}
		a.logger.Warn("how an action ended is not known; `mcp-mighty doctor --settle` looks", said...)
	}
	if n := len(open) - maxSaid; n > 0 {
		a.logger.Warn("more actions whose end is not known; `mcp-mighty doctor` names them", "actions", n)
	}
}

// openEntries are the actions whose end is not known, newest first.
func openEntries(ctx context.Context, s *store.SQLite) (open []store.Entry, err error) {
	q := store.Query{States: []store.State{store.Begun, store.Unknown}}
	for {
		page, err := s.Entries(ctx, q)
		if err != nil || len(page) == 0 {
			return open, err
		}
		open = append(open, page...)
		q.Before = page[len(page)-1].ID
	}
}

// round does what is to be done once. Failures are for the log: whatever needs
// the store says so itself.
func (a *app) round(ctx context.Context) {
	closed, err := a.store.CloseOverdue(ctx, time.Now(), guardrails.Overdue(time.Now))
	switch {
	case ctx.Err() != nil:
		return
	case err != nil:
		a.logger.Error("the journal cannot be looked through", "error", err)
		return
	case closed > 0:
		a.logger.Warn("how some actions ended is not known, since the server ended before them; `mcp-mighty doctor --settle` looks", "actions", closed)
	}
	if err := a.store.ExpirePendings(ctx, time.Now(), guardrails.ExpiredApproval(time.Now)); err != nil && ctx.Err() == nil {
		a.logger.Error("approvals whose time is up cannot be closed", "error", err)
	}
	if err := a.store.PrunePending(ctx, time.Now()); err != nil && ctx.Err() == nil {
		a.logger.Error("old approvals cannot be removed", "error", err)
	}
	keep := a.config.Audit.Retention
	if keep == 0 {
		return
	}
	if removed, err := a.store.Prune(ctx, time.Now().Add(-keep), guardrails.Forgotten(time.Now)); err != nil && ctx.Err() == nil {
		a.logger.Error("old audit records cannot be removed", "error", err)
	} else if removed > 0 {
		a.logger.Info("old audit records were removed", "records", removed)
	}
}
