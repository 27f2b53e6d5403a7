package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

const journalSchema = `
CREATE TABLE IF NOT EXISTS journal (
	id            INTEGER PRIMARY KEY AUTOINCREMENT,
	begun_at      BIGINT NOT NULL,
	tool          TEXT NOT NULL,
	risk          TEXT NOT NULL,
	network       TEXT NOT NULL,
	principal     TEXT NOT NULL,
	client        TEXT NOT NULL,
	arguments     TEXT NOT NULL,
	before_values TEXT NOT NULL,
	channel       TEXT NOT NULL,
	state         TEXT NOT NULL,
	ended_at      BIGINT NOT NULL DEFAULT 0,
	note          TEXT NOT NULL DEFAULT '',
	undo          TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS journal_state ON journal (state);
CREATE TABLE IF NOT EXISTS spent (
	nonce   TEXT PRIMARY KEY,
	expires BIGINT NOT NULL
);
`

const journalColumns = `
ALTER TABLE journal ADD COLUMN deadline BIGINT NOT NULL DEFAULT 0;
ALTER TABLE journal ADD COLUMN identity TEXT NOT NULL DEFAULT '';
ALTER TABLE journal ADD COLUMN role TEXT NOT NULL DEFAULT '';
ALTER TABLE journal ADD COLUMN approver TEXT NOT NULL DEFAULT '';
ALTER TABLE journal ADD COLUMN undoes BIGINT NOT NULL DEFAULT 0;
CREATE INDEX journal_undoes ON journal (undoes) WHERE undoes != 0;
`

// Begin implements [Journal].
func (s *SQLite) Begin(ctx context.Context, start Start) (id int64, err error) {
	intent := start.Intent
	before, err := json.Marshal(intent.Before)
	if err != nil {
		return 0, fmt.Errorf("write the intent of %s: %w", intent.Tool, err)
	}
	err = s.write(ctx, "write the intent of "+intent.Tool, func(tx *sql.Tx) error {
		if start.Token != nil {
			if err := s.unused(ctx, tx, start.Token.Nonce, start.Asked); err != nil {
				return err
			}
			if fresh, err := spend(ctx, tx, start.Token.Nonce, start.Token.Expires); err != nil || !fresh {
				return errors.Join(err, ErrSpent)
			}
		}
		if start.Pending != "" {
			if err := s.unused(ctx, tx, start.Pending, start.Asked); err != nil {
				return err
			}
			if err := usePending(ctx, tx, start.Pending); err != nil {
				return err
			}
		}
		if start.Withdraw != "" {
			if err := s.withdraw(ctx, tx, start.Withdraw, start.Withdrawn); err != nil {
				return err
			}
		}
		if err := takeAll(ctx, tx, intent.At, start.Takes); err != nil {
			return err
		}
		if err := undoOnce(ctx, tx, intent.Undoes); err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, `INSERT INTO journal (begun_at, deadline, tool, risk, network, identity, principal, role, client,
			arguments, before_values, channel, approver, undoes, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			intent.At.UnixMilli(), millis(intent.Deadline), intent.Tool, intent.Risk, intent.Network, intent.Identity, intent.Principal, intent.Role,
			intent.Client, string(intent.Arguments), string(before), intent.Channel, intent.Approver, intent.Undoes, string(Begun))
		if err != nil {
			return err
		}
		if id, err = result.LastInsertId(); err != nil {
			return err
		}
		if err := s.seal(ctx, tx, id); err != nil {
			return err
		}
		event := start.Event
		event.Entry = id
		return s.record(ctx, tx, event)
	})
	if err != nil {
		return 0, err
	}
	return id, nil
}

// undoOnce refuses to reverse what was reversed, or may have been.
func undoOnce(ctx context.Context, tx *sql.Tx, entry int64) error {
	if entry == 0 {
		return nil
	}
	var n int
	err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM journal WHERE undoes = ? AND state != ?`, entry, string(NotDone)).Scan(&n)
	if err == nil && n > 0 {
		err = ErrUndone
	}
	return err
}

// Finish implements [Journal]. An entry that is unknown can be settled later;
// any other ending is final.
func (s *SQLite) Finish(ctx context.Context, id int64, ending Ending, event Event) error {
	undo := ""
	if ending.Undo != nil {
		encoded, err := json.Marshal(ending.Undo)
		if err != nil {
			return fmt.Errorf("write the outcome of entry %d: %w", id, err)
		}
		undo = string(encoded)
	}
	return s.write(ctx, fmt.Sprintf("write the outcome of entry %d", id), func(tx *sql.Tx) error {
		if open, err := s.end(ctx, tx, id, ending, undo, Begun, Unknown); err != nil || !open {
			return errors.Join(err, errors.New("there is no such open entry"))
		}
		event.Entry = id
		return s.record(ctx, tx, event)
	})
}

// undated is how long an entry of an older layout, which has no deadline, may
// be under way.
const undated = 24 * time.Hour

// CloseOverdue gives up waiting for the end of actions whose deadline has
// passed, because their process died: they become [Unknown], with an audit
// record that event makes. It returns how many there were. One that ends after
// all is still recorded.
func (s *SQLite) CloseOverdue(ctx context.Context, at time.Time, event func(Entry) Event) (closed int, err error) {
	begun, err := s.entries(ctx, `WHERE state = ? AND (deadline != 0 AND deadline < ? OR deadline = 0 AND begun_at < ?) ORDER BY id`,
		string(Begun), at.UnixMilli(), at.Add(-undated).UnixMilli())
	if err != nil || len(begun) == 0 {
		return 0, err
	}
	err = s.write(ctx, "close overdue actions", func(tx *sql.Tx) error {
		for _, entry := range begun {
			open, err := s.end(ctx, tx, entry.ID, Ending{At: at, State: Unknown}, "", Begun)
			if err != nil {
				return err
			}
			if !open {
				continue // it ended meanwhile, or another process was faster
			}
			e := event(entry)
			e.Entry = entry.ID
			if err := s.record(ctx, tx, e); err != nil {
				return err
			}
			closed++
		}
		return nil
	})
	return closed, err
}

// ErrNotUnknown: how the action ended is known, or may still be told.
var ErrNotUnknown = errors.New("it is no action whose end nobody knows")

// CloseUnknown takes a person's word that they have looked after an action whose
// end nobody knows. It stays undone by nobody, and is not asked about any more.
func (s *SQLite) CloseUnknown(ctx context.Context, entry Entry, event Event) error {
	return s.write(ctx, fmt.Sprintf("close entry %d", entry.ID), func(tx *sql.Tx) error {
		ending := Ending{At: event.At, State: Closed, Note: entry.Note}
		if unknown, err := s.end(ctx, tx, entry.ID, ending, "", Unknown); err != nil || !unknown {
			return errors.Join(err, ErrNotUnknown)
		}
		event.Entry = entry.ID
		return s.record(ctx, tx, event)
	})
}

// spentFor is how long a spent token is remembered beyond its expiry. Expired
// tokens are refused by their signature's own date; the margin covers clocks
// that differ between processes.
const spentFor = 24 * time.Hour

// Spend implements [Journal]. The primary key decides between processes.
func (s *SQLite) Spend(ctx context.Context, nonce string, expires time.Time) (fresh bool, err error) {
	err = s.write(ctx, "spend an approval", func(tx *sql.Tx) error {
		fresh, err = spend(ctx, tx, nonce, expires)
		return err
	})
	return fresh && err == nil, err
}

// spend uses a token up. What expired long before it is forgotten on the way.
func spend(ctx context.Context, tx *sql.Tx, nonce string, expires time.Time) (bool, error) {
	if _, err := tx.ExecContext(ctx, `DELETE FROM spent WHERE expires < ?`, expires.Add(-spentFor).UnixMilli()); err != nil {
		return false, err
	}
	result, err := tx.ExecContext(ctx, `INSERT INTO spent (nonce, expires) VALUES (?, ?) ON CONFLICT (nonce) DO NOTHING`, nonce, expires.UnixMilli())
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n == 1, err
}

// Query chooses entries of the journal. The zero value chooses all.
type Query struct {
	// States, if any: only entries in one of them.
	States []State
	// Principals, if any: only what one of them asked for.
	Principals []string
	// Roles, if any: only what somebody in one of these roles asked for.
	Roles []string
	// NotRole, if any, leaves out what somebody in this role asked for.
	NotRole string
	// NotRisk, if any, leaves out actions of this class.
	NotRisk string
	// Identity, if any: only what was done to this network.
	Identity *string
	// Limit is how many; 0 is 100.
	Limit int
	// Before leaves out entries with this id and later ones; 0 for none.
	Before int64
	// Since, if any: only what may have acted since this entry began, because it
	// began later, or ended later.
	Since *Entry
}

// Entries returns entries of the journal, newest first.
func (s *SQLite) Entries(ctx context.Context, q Query) ([]Entry, error) {
	var (
		conditions []string
		args       []any
	)
	in := func(column string, n int) {
		if n > 0 {
			conditions = append(conditions, column+" IN (?"+strings.Repeat(", ?", n-1)+")")
		}
	}
	in("state", len(q.States))
	for _, state := range q.States {
		args = append(args, string(state))
	}
	in("principal", len(q.Principals))
	for _, principal := range q.Principals {
		args = append(args, principal)
	}
	in("role", len(q.Roles))
	for _, role := range q.Roles {
		args = append(args, role)
	}
	if q.NotRole != "" {
		conditions, args = append(conditions, "role NOT IN ('', ?)"), append(args, q.NotRole)
	}
	if q.NotRisk != "" {
		conditions, args = append(conditions, "risk != ?"), append(args, q.NotRisk)
	}
	if q.Identity != nil {
		conditions, args = append(conditions, "identity = ?"), append(args, *q.Identity)
	}
	if q.Before > 0 {
		conditions, args = append(conditions, "id < ?"), append(args, q.Before)
	}
	if q.Since != nil {
		conditions = append(conditions, "id != ? AND (id > ? OR ended_at > ?)")
		args = append(args, q.Since.ID, q.Since.ID, q.Since.Intent.At.UnixMilli())
	}
	where := ""
	if len(conditions) > 0 {
		where = "WHERE " + strings.Join(conditions, " AND ")
	}
	limit := q.Limit
	if limit == 0 {
		limit = 100
	}
	return s.entries(ctx, where+` ORDER BY id DESC LIMIT ?`, append(args, limit)...)
}

// ErrNoEntry: the journal has no such entry.
var ErrNoEntry = errors.New("there is no such action in the journal")

// Entry returns one entry of the journal, or [ErrNoEntry].
func (s *SQLite) Entry(ctx context.Context, id int64) (Entry, error) {
	found, err := s.entries(ctx, `WHERE id = ?`, id)
	if err == nil && len(found) == 0 {
		err = ErrNoEntry
	}
	if err != nil {
		return Entry{}, err
	}
	return found[0], nil
}

// exactly decodes JSON without turning large ids into floating point.
func exactly(text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	return decoder.Decode(into)
}
