package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/guardrails/untrusted"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// journal shows the actions whose end is not known, after it has closed and
// looked after what it was told to.
func (d *doctor) journal(ctx context.Context) {
	for _, id := range d.closing {
		d.close(ctx, id)
	}
	open, err := openEntries(ctx, d.app.store)
	if err != nil {
		d.wrong("journal", "%s", err)
		return
	}
	for i, entry := range open {
		if d.settle {
			d.look(ctx, entry)
			continue
		}
		if i == maxSaid {
			d.say("note", "journal", "%d more actions whose end is not known (`%s` looks after all)", len(open)-i, d.again("--settle"))
			break
		}
		d.say("note", "journal", "%s; look at its target (`%s` does): %s", notKnown(entry), d.again("--settle"), asked(entry))
	}
}

// again is this command with another flag, as it has to be typed to reach the
// same networks and the same state.
func (d *doctor) again(flag string) string {
	return "mcp-mighty doctor " + flag + d.flags
}

// notKnown says of which action it is not known how it ended.
func notKnown(entry store.Entry) string {
	underWay := ""
	if entry.State == store.Begun {
		underWay = ", and it may be under way until " + entry.Deadline.Format(time.RFC3339)
	}
	return fmt.Sprintf("entry %d of %s: how %s on network %s ended is not known%s",
		entry.ID, entry.Intent.At.Format(time.RFC3339), untrusted.Line(entry.Tool, 80), untrusted.Line(entry.Network, 80), underWay)
}

// asked shows the arguments of an action.
func asked(entry store.Entry) string { return untrusted.Line(string(entry.Arguments), 200) }

// look looks whether an action happened after all, and says what came of it.
func (d *doctor) look(ctx context.Context, entry store.Entry) {
	ctx, cancel := context.WithTimeout(ctx, doctorTimeout)
	defer cancel()
	done, err := d.app.catalogue.Settle(ctx, entry)
	why := "looked, and its target does not tell"
	switch {
	case err != nil:
		why = err.Error()
	case done:
		d.ok("journal", "entry %d: %s on network %s was done, as its target shows", entry.ID, entry.Tool, entry.Network)
		return
	}
	next := fmt.Sprintf("Look yourself, and then close it (`%s`)", d.again(fmt.Sprintf("--close %d", entry.ID)))
	if entry.State == store.Begun {
		next = "Look again after that"
	}
	d.say("note", "journal", "%s; %s. %s: %s", notKnown(entry), why, next, asked(entry))
}

// close takes the person's word that they have looked after an action.
func (d *doctor) close(ctx context.Context, id int64) {
	entry, err := d.app.store.Entry(ctx, id)
	if err == nil && entry.State == store.Begun {
		d.wrong("journal", "entry %d cannot be closed before %s: it may be under way", id, entry.Deadline.Format(time.RFC3339))
		return
	}
	by := guardrails.Settler{Name: osUser(), Channel: channelTerminal}
	if err == nil {
		err = d.app.store.CloseUnknown(ctx, entry, guardrails.Closed(entry, time.Now(), by))
	}
	switch {
	case errors.Is(err, store.ErrNotUnknown):
		d.wrong("journal", "entry %d is not open: its state is %s", id, entry.State)
	case err != nil:
		d.wrong("journal", "entry %d was not closed: %s", id, err)
	default:
		d.ok("journal", "entry %d is closed, since you have looked after it: %s on network %s of %s", id, entry.Tool, entry.Network, entry.Intent.At.Format(time.RFC3339))
	}
}
