// Package store keeps what must outlive a process: the journal of actions and
// the approvals that have been used up.
package store

import (
	"context"
	"encoding/json"
	"time"
)

// Journal is the durable record that the gate writes. All methods are safe
// for concurrent use, also by several processes on one store.
type Journal interface {
	// Begin records what is about to happen and returns the entry's id. When
	// it returns without error the record is on disk.
	Begin(ctx context.Context, intent Intent) (id int64, err error)
	// Finish records how it ended.
	Finish(ctx context.Context, id int64, ending Ending) error
	// Spend uses up a one-time token that loses its meaning at expires. It
	// returns false when the token was spent before, by whichever process.
	Spend(ctx context.Context, nonce string, expires time.Time) (fresh bool, err error)
}

// State is how an action ended.
type State string

// The states of an action. An entry that stays [Begun] belongs to a running
// call or to a process that died, and then nobody knows how it ended.
const (
	Begun   State = "begun"
	Done    State = "done"
	NotDone State = "not_done"
	// Partial: some targets of a list; the note says which were not.
	Partial State = "partial"
	Unknown State = "unknown"
)

// Intent is what is about to happen.
type Intent struct {
	At        time.Time
	Tool      string
	Risk      string
	Network   string
	Principal string
	Client    string
	Arguments json.RawMessage
	// Before holds the values that the action overwrites.
	Before map[string]any
	// Channel on which a person approved; empty where no approval is needed.
	Channel string
}

// Ending is how an action ended.
type Ending struct {
	At    time.Time
	State State
	// Note is the error of an action that was not done, or may not have been,
	// and for a list what became of the items that were not done.
	Note string
	// Undo reverses the action, where something does.
	Undo *Undo
}

// Undo is the call that reverses an action.
type Undo struct {
	Tool      string         `json:"tool"`
	Arguments map[string]any `json:"arguments"`
}

// Entry is one action of the journal.
type Entry struct {
	ID int64
	Intent
	Ending
}
