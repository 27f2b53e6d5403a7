// Package store keeps what must outlive a process: the journal of actions and
// what reverses them, approvals that wait for a person or have been used up,
// how often limited actions happened, and the audit trail.
package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Journal is the durable record that the gate writes. All methods are safe
// for concurrent use, also by several processes on one store.
type Journal interface {
	// Begin records what is about to happen and returns the entry's id: it uses
	// up the approval, counts against the limits, and writes the intent and the
	// audit record, all of them or none. When it returns without error all of it
	// is on disk. The errors are [ErrSpent], [ErrUndone], a [*Full], or say that
	// the store cannot be written.
	Begin(ctx context.Context, start Start) (id int64, err error)
	// Finish records how it ended, with an audit record.
	Finish(ctx context.Context, id int64, ending Ending, event Event) error
	// Spend uses up a one-time token that loses its meaning at expires. It
	// returns false when the token was spent before, by whichever process.
	Spend(ctx context.Context, nonce string, expires time.Time) (fresh bool, err error)
	// Room returns a [*Full] when one of the limits would be passed at that time.
	Room(ctx context.Context, at time.Time, takes ...Take) error
	// Taken returns how much of each limit is used at that time.
	Taken(ctx context.Context, at time.Time, takes ...Take) ([]int, error)
	// Record appends to the audit trail.
	Record(ctx context.Context, event Event) error
	// AddPending keeps an approval that waits for a person. Where one waits for
	// the same call already, that one is returned and stays as it is.
	AddPending(ctx context.Context, pending Pending, event Event) (Pending, error)
	// FindPending returns the newest approval for a call that is open, else the
	// newest that was; nil if there is none.
	FindPending(ctx context.Context, call string, now time.Time) (*Pending, error)
	// Unsettled returns the newest entry of the same call since a time whose end
	// is not known, nil if there is none.
	Unsettled(ctx context.Context, tool, network, identity string, arguments json.RawMessage, since time.Time) (*Entry, error)
	// Withdraw ends an approval that waits or was given but not used, with an
	// audit record if it did.
	Withdraw(ctx context.Context, id string, event Event) error
}

// State is how an action ended.
type State string

// The states of an action. An entry that stays [Begun] beyond its deadline
// belongs to a process that died, and then nobody knows how it ended.
const (
	Begun   State = "begun"
	Done    State = "done"
	NotDone State = "not_done"
	// Partial: some targets of a list; the note says which were not.
	Partial State = "partial"
	Unknown State = "unknown"
	// Closed: unknown, and a person has looked after it.
	Closed State = "closed"
)

// Intent is what is about to happen.
type Intent struct {
	At time.Time
	// Deadline is when it will have ended, unless its process dies.
	Deadline time.Time
	Tool     string
	Risk     string
	Network  string
	// Identity is what no other network has.
	Identity  string
	Principal string
	Role      string
	Client    string
	Arguments json.RawMessage
	// Before holds the values that the action overwrites.
	Before map[string]any
	// Channel on which a person approved, and who; empty where no approval is
	// needed.
	Channel  string
	Approver string
	// Undoes is the entry that this action reverses; 0 for none.
	Undoes int64
}

// Start is an intent with what is used up by it.
type Start struct {
	Intent
	// Token is the answer to a question, used up once; nil for none.
	Token *Token
	// Pending is the id of an approval from the second channel; "" for none.
	Pending string
	// Asked is when the question was put to whose answer Token or Pending is.
	Asked time.Time
	// Withdraw is the id of one that loses its meaning by this; "" for none.
	Withdraw string
	Takes    []Take
	// Event is the audit record of the intent, Withdrawn that of what loses its
	// meaning.
	Event     Event
	Withdrawn Event
}

// Token is a one-time answer.
type Token struct {
	Nonce   string
	Expires time.Time
}

// Take counts against a limit: N more under a key that may hold Most in any
// time of the length Per.
type Take struct {
	Key  string
	N    int
	Most int
	Per  time.Duration
}

var (
	// ErrSpent: the approval was used before, or is not one any more.
	ErrSpent = errors.New("the approval was used before")
	// ErrUndone: the entry was reversed before, or is being reversed.
	ErrUndone = errors.New("the action was undone before")
)

// Full is a limit that has been reached.
type Full struct {
	Take
	// Taken is how much of the limit is used; Opens is when the take would fit
	// again, zero if it never does.
	Taken int
	Opens time.Time
}

// Error implements error.
func (f *Full) Error() string {
	return fmt.Sprintf("the limit of %d in %s is reached (%d so far)", f.Most, f.Per, f.Taken)
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
	// After holds what the action left behind where Arguments overwrite it. An
	// undo that finds something else there would undo somebody else's work.
	After map[string]any `json:"after,omitempty"`
	// As says what the undo really makes, where it cannot bring back the same.
	As string `json:"as,omitempty"`
}

// Entry is one action of the journal.
type Entry struct {
	ID int64
	Intent
	Ending
	// UndoneBy is the entry that reversed this one; 0 for none.
	UndoneBy int64
	// Seal says whether it is as it was written.
	Seal Seal
}
