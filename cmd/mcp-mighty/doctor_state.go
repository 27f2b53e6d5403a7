package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// state checks that the journal can be written and the trail is whole, and
// shows what is open. It returns false when nothing can be written.
func (d *doctor) state(ctx context.Context) bool {
	_, err := d.app.store.CloseOverdue(ctx, time.Now(), guardrails.Overdue(time.Now))
	if err == nil {
		_, err = d.app.store.SigningKey()
	}
	if err == nil {
		err = d.app.store.Probe(ctx)
	}
	if err != nil {
		d.wrong("state", "%s; without it the server changes nothing. Make the directory writable for its owner and its disk have room, or name another one (state_dir, MIGHTY_STATE_DIR)", err)
		return false
	}
	d.ok("state", "%s can be written", d.app.stateDir)
	d.rights()
	d.audit(ctx)
	d.approvals(ctx)
	d.seals(ctx)
	return true
}

// seals checks that the journal is as it was written.
func (d *doctor) seals(ctx context.Context) {
	altered, unsealed, err := d.app.store.Unsound(ctx)
	if err != nil {
		d.wrong("journal", "%s", err)
		return
	}
	if n := len(altered); n > 0 {
		few := altered[:min(n, 20)]
		d.wrong("journal", "entries are not as they were written, and cannot be undone: %s%s. Somebody else wrote to the database, or the audit key was replaced; the audit trail says what was done",
			strings.Trim(fmt.Sprint(few), "[]"), more(n-len(few)))
	}
	if unsealed > 0 {
		d.say("note", "journal", "%d entries are from a version that did not seal them, and cannot be undone", unsealed)
	}
}

// more says how many of a list were left out.
func more(n int) string {
	if n <= 0 {
		return ""
	}
	return fmt.Sprintf(" and %d more", n)
}

// rights checks that nobody but the owner can reach the state.
func (d *doctor) rights() {
	if os.PathSeparator != '/' || d.app.config.StateDir != d.app.stateDir {
		return // rights are not told by mode there, or nothing is on disk
	}
	var open []string
	err := filepath.WalkDir(d.app.stateDir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			open = append(open, path)
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil // a journal file of the database comes and goes
		}
		return err
	})
	switch {
	case err != nil:
		d.wrong("rights", "the state cannot be looked through: %s", err)
	case len(open) > 0:
		d.wrong("rights", "others can reach %s; take that away (chmod go= for each)", strings.Join(open, ", "))
	default:
		d.ok("rights", "nobody but the owner can reach the state")
	}
}

// audit verifies the trail.
func (d *doctor) audit(ctx context.Context) {
	newest, _, err := d.app.store.Trail(ctx, func(store.Record) error { return nil })
	var wrong *store.Tampered
	switch {
	case errors.As(err, &wrong):
		d.wrong("audit", "the trail is not as it was written: %s. `mcp-mighty audit verify` says more", err)
	case err != nil:
		d.wrong("audit", "the trail cannot be read: %s", err)
	default:
		d.ok("audit", "the trail is whole, up to record %d", newest)
	}
}

// approvals shows what waits for a person.
func (d *doctor) approvals(ctx context.Context) {
	papers, err := desk(d.app.store).Papers(ctx)
	if err != nil {
		d.wrong("approvals", "%s", err)
		return
	}
	var waiting []string
	for _, paper := range papers {
		if paper.Status == store.Waiting {
			waiting = append(waiting, paper.Code)
		}
	}
	if len(waiting) > 0 {
		d.say("note", "approvals", "%d wait for a person: %s (`mcp-mighty approvals show CODE%s`)", len(waiting), strings.Join(waiting, ", "), d.flags)
	}
}
