package main

import (
	"context"
	"sync"
	"time"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
)

// How long after the start the first round of housekeeping comes, so that it
// is not in the way of the first call, and how far apart rounds are.
const (
	firstRound = 3 * time.Second
	roundEvery = time.Minute
)

// keepHouse closes actions whose process died, and removes what is older than
// the retention, for as long as the server runs. stop ends it.
func (a *app) keepHouse(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() {
		for wait := firstRound; ; wait = roundEvery {
			select {
			case <-ctx.Done():
				return
			case <-time.After(wait):
				a.round(ctx)
			}
		}
	})
	return func() { cancel(); running.Wait() }
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
	keep := a.config.Audit.Retention
	if keep == 0 {
		return
	}
	if removed, err := a.store.Prune(ctx, time.Now().Add(-keep)); err != nil && ctx.Err() == nil {
		a.logger.Error("old audit records cannot be removed", "error", err)
	} else if removed > 0 {
		a.logger.Info("old audit records were removed", "records", removed)
	}
}
