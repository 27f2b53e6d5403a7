package guardrails

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/mcp-mighty/mcp-mighty/store"
)

// What the trail says of an approval that was tried for and not given, in the
// outcome of an "attempted" record.
var attempts = map[error]string{
	ErrMistyped: "mistyped", ErrSamePerson: "same_person", ErrNamedPerson: "no_name", ErrVoid: "void",
}

// Attempted records that somebody tried to approve something and could not,
// with why, one of this package's errors. Nothing that they typed is kept.
func (d Desk) Attempted(ctx context.Context, code string, by Settler, why error) error {
	p, err := d.find(ctx, code)
	if err != nil {
		return err
	}
	return d.attempted(ctx, p, by, why)
}

func (d Desk) attempted(ctx context.Context, p store.Pending, by Settler, why error) error {
	e := pendingEvent("attempted", p, d.Now())
	e.Channel, e.Approver = by.Channel, by.Name
	for is, outcome := range attempts {
		if errors.Is(why, is) {
			e.Outcome = outcome
			return d.Store.Attempt(ctx, p.ID, e)
		}
	}
	return nil // it says nothing about a person
}

// pendingEvent begins an audit record about an approval.
func pendingEvent(kind string, p store.Pending, at time.Time) store.Event {
	e := store.Event{At: at, Kind: kind, Note: p.Code}
	var d Document
	if json.Unmarshal(p.Document, &d) == nil {
		e.Tool, e.Network = d.Tool, d.Network
	}
	return e
}

// Why an approval was withdrawn, as the trail says it.
const (
	withdrawnChanged  = "target_changed"
	withdrawnVoid     = "void"
	withdrawnPolicy   = "policy"
	withdrawnAnswered = "answered_in_client"
)

// withdraw ends an approval of the call on the second channel.
func (c *call) withdraw(ctx context.Context, p store.Pending, why string) error {
	// Also when the caller has just left: it does not count any more.
	if err := c.gate.o.Journal.Withdraw(context.WithoutCancel(ctx), p.ID, c.withdrawn(p, why)); err != nil {
		return c.journalRefusal(err)
	}
	c.used = append(c.used, p.ID)
	return nil
}

// withdrawn is the record of that. It may not be written, if somebody else was
// faster, so that what the call has used up stays for another record.
func (c *call) withdrawn(p store.Pending, why string) store.Event {
	used := c.used
	e := c.event("withdrawn")
	e.Used, c.used = nil, used
	e.Outcome, e.Note = why, p.Code
	return e
}

// ExpiredApproval makes the audit record of an approval whose time is up, for
// [store.SQLite.ExpirePendings].
func ExpiredApproval(now func() time.Time) func(store.Pending) store.Event {
	return func(p store.Pending) store.Event {
		e := pendingEvent("expired", p, now())
		e.Outcome = "unanswered"
		if p.Status == store.Approved {
			e.Outcome, e.Channel, e.Approver = "unused", p.Channel, p.By
		}
		return e
	}
}
