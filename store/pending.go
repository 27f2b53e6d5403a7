package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// pendingSchema holds approvals that a person settles on the second channel.
const pendingSchema = `
CREATE TABLE IF NOT EXISTS pending (
	id         TEXT PRIMARY KEY,
	code       TEXT NOT NULL UNIQUE,
	asked      BIGINT NOT NULL,
	expires    BIGINT NOT NULL,
	call       TEXT NOT NULL,
	caller     TEXT NOT NULL,
	token      TEXT NOT NULL,
	document   TEXT NOT NULL,
	two_people BIGINT NOT NULL,
	status     TEXT NOT NULL,
	decided_at BIGINT NOT NULL DEFAULT 0,
	decided_by TEXT NOT NULL DEFAULT '',
	channel    TEXT NOT NULL DEFAULT '',
	reason     TEXT NOT NULL DEFAULT '',
	seal       TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS pending_call ON pending (call);
`

const pendingAttempts = `ALTER TABLE pending ADD COLUMN attempts BIGINT NOT NULL DEFAULT 0;`

// PendingStatus is where an approval stands.
type PendingStatus string

// The statuses of an approval.
const (
	Waiting  PendingStatus = "waiting"
	Approved PendingStatus = "approved"
	Rejected PendingStatus = "rejected"
	// Reopened: a person took a rejection back, so that the call may be asked
	// about anew.
	Reopened  PendingStatus = "reopened"
	Used      PendingStatus = "used"
	Withdrawn PendingStatus = "withdrawn"
	// Expired: nobody answered, or what was approved was not used in time.
	Expired PendingStatus = "expired"
)

// Pending is an approval that a person settles on a channel of their own.
type Pending struct {
	// ID is the nonce of the token; Code is what people call it by.
	ID, Code       string
	Asked, Expires time.Time
	// Call and Caller are digests of the call that it is for, and of who asked.
	Call, Caller string
	// Token is the signed question.
	Token string
	// Document is the question as people read it.
	Document json.RawMessage
	// TwoPeople: who approves must not be who asked.
	TwoPeople bool

	Status PendingStatus
	PendingDecision
}

// Open reports whether the approval says something about a call of now: that
// it waits, may run, or must not.
func (p Pending) Open(now time.Time) bool {
	return now.Before(p.Expires) && (p.Status == Waiting || p.Status == Approved || p.Status == Rejected)
}

// PendingDecision is what a person said to an approval.
type PendingDecision struct {
	At          time.Time
	By, Channel string
	Reason      string // in the person's words
	Seal        string // vouches for the decision; see guardrails
}

// Crowded is a refusal to keep another approval.
type Crowded struct{ Waiting int }

// Error implements error.
func (c *Crowded) Error() string { return fmt.Sprintf("%d approvals wait already", c.Waiting) }

const (
	// maxPending bounds what may wait for people in all, and maxPendingEach
	// what may for one caller: a person reads no hundred questions.
	maxPending     = 100
	maxPendingEach = 20
	// pendingKept is how long an approval is remembered beyond its expiry.
	pendingKept = 24 * time.Hour
	// maxAttempts is how many failed attempts to approve one the trail tells of.
	maxAttempts = 10
)

// ErrNoPending: there is no such approval, or it is not waiting any more.
var ErrNoPending = errors.New("there is no such approval waiting")

// AddPending implements [Journal]. A [*Crowded] error says that too many wait.
func (s *SQLite) AddPending(ctx context.Context, p Pending, event Event) (Pending, error) {
	p.Status = Waiting
	err := s.write(ctx, "keep an approval that waits", func(tx *sql.Tx) error {
		if err := forgetPendings(ctx, tx, p.Asked); err != nil {
			return err
		}
		same, err := pendings(ctx, tx, `WHERE call = ? AND expires > ? AND status = ? LIMIT 1`, p.Call, p.Asked.UnixMilli(), string(Waiting))
		if err != nil {
			return err
		}
		if len(same) > 0 {
			p = same[0]
			return nil
		}
		var all, own int
		err = tx.QueryRowContext(ctx, `SELECT COUNT(*), COALESCE(SUM(caller = ?), 0) FROM pending WHERE status = ? AND expires > ?`,
			p.Caller, string(Waiting), p.Asked.UnixMilli()).Scan(&all, &own)
		if err != nil {
			return err
		}
		if all >= maxPending || own >= maxPendingEach {
			return &Crowded{Waiting: all}
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO pending (id, code, asked, expires, call, caller, token, document, two_people, status)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, p.ID, p.Code, p.Asked.UnixMilli(), p.Expires.UnixMilli(), p.Call, p.Caller, p.Token,
			string(p.Document), p.TwoPeople, string(p.Status))
		if err != nil {
			return err
		}
		return s.record(ctx, tx, event)
	})
	return p, err
}

// PrunePending forgets the approvals that expired long ago, with what they show
// of people.
func (s *SQLite) PrunePending(ctx context.Context, now time.Time) error {
	return s.write(ctx, "forget old approvals", func(tx *sql.Tx) error { return forgetPendings(ctx, tx, now) })
}

func forgetPendings(ctx context.Context, tx *sql.Tx, now time.Time) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM pending WHERE expires < ?`, now.Add(-pendingKept).UnixMilli())
	return err
}

// FindPending implements [Journal].
func (s *SQLite) FindPending(ctx context.Context, call string, now time.Time) (*Pending, error) {
	found, err := s.pendings(ctx, `WHERE call = ? ORDER BY expires > ? AND status IN (?, ?, ?) DESC, asked DESC, rowid DESC LIMIT 1`,
		call, now.UnixMilli(), string(Waiting), string(Approved), string(Rejected))
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// Pendings returns the approvals that have not expired, oldest first; with
// statuses, only those in one of them.
func (s *SQLite) Pendings(ctx context.Context, now time.Time, statuses ...PendingStatus) ([]Pending, error) {
	where, args := `WHERE expires > ?`, []any{now.UnixMilli()}
	if len(statuses) > 0 {
		where += ` AND status IN (?` + strings.Repeat(", ?", len(statuses)-1) + `)`
		for _, status := range statuses {
			args = append(args, string(status))
		}
	}
	return s.pendings(ctx, where+` ORDER BY asked, rowid`, args...)
}

// PendingByCode returns an approval by what people call it; [ErrNoPending] if
// there is none. It may have expired.
func (s *SQLite) PendingByCode(ctx context.Context, code string) (Pending, error) {
	found, err := s.pendings(ctx, `WHERE code = ?`, code)
	if err == nil && len(found) == 0 {
		err = ErrNoPending
	}
	if err != nil {
		return Pending{}, err
	}
	return found[0], nil
}

// decidedFrom says where an approval has to stand for a decision. A yes can be
// taken back while it is not used; from a no nothing leads to a yes.
var decidedFrom = map[PendingStatus][2]PendingStatus{
	Approved: {Waiting},
	Rejected: {Waiting, Approved},
	Reopened: {Rejected},
}

// Decide records what a person said. It returns [ErrNoPending] when that cannot
// be said of the approval any more, because somebody was faster or its time is
// up.
func (s *SQLite) Decide(ctx context.Context, id string, status PendingStatus, d PendingDecision, event Event) error {
	from := decidedFrom[status]
	return s.write(ctx, "settle an approval", func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `UPDATE pending SET status = ?, decided_at = ?, decided_by = ?, channel = ?, reason = ?, seal = ?
			WHERE id = ? AND status IN (?, ?) AND expires > ?`,
			string(status), d.At.UnixMilli(), d.By, d.Channel, d.Reason, d.Seal, id, string(from[0]), string(from[1]), d.At.UnixMilli())
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n != 1 {
			return errors.Join(err, ErrNoPending)
		}
		return s.record(ctx, tx, event)
	})
}

// Attempt records that somebody tried to approve something and could not. Of
// one approval the trail tells so ten times, so that nobody fills it.
func (s *SQLite) Attempt(ctx context.Context, id string, event Event) error {
	return s.write(ctx, "record an attempt to approve", func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `UPDATE pending SET attempts = attempts + 1 WHERE id = ? AND attempts < ?`, id, maxAttempts)
		return s.recordIf(ctx, tx, result, err, event)
	})
}

// recordIf records an event if something was changed.
func (s *SQLite) recordIf(ctx context.Context, tx *sql.Tx, result sql.Result, err error, event Event) error {
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return err
	}
	return s.record(ctx, tx, event)
}

// Withdraw implements [Journal].
func (s *SQLite) Withdraw(ctx context.Context, id string, event Event) error {
	return s.write(ctx, "withdraw an approval", func(tx *sql.Tx) error {
		return s.withdraw(ctx, tx, id, event)
	})
}

func (s *SQLite) withdraw(ctx context.Context, tx *sql.Tx, id string, event Event) error {
	if _, err := spendPending(ctx, tx, id); err != nil {
		return err
	}
	result, err := tx.ExecContext(ctx, `UPDATE pending SET status = ? WHERE id = ? AND status IN (?, ?)`,
		string(Withdrawn), id, string(Waiting), string(Approved))
	return s.recordIf(ctx, tx, result, err, event)
}

// ExpirePendings closes the approvals whose time is up, each with an audit
// record that event makes.
func (s *SQLite) ExpirePendings(ctx context.Context, now time.Time, event func(Pending) Event) error {
	over, err := s.pendings(ctx, `WHERE expires <= ? AND status IN (?, ?)`, now.UnixMilli(), string(Waiting), string(Approved))
	if err != nil || len(over) == 0 {
		return err
	}
	return s.write(ctx, "close what has expired", func(tx *sql.Tx) error {
		for _, p := range over {
			result, err := tx.ExecContext(ctx, `UPDATE pending SET status = ? WHERE id = ? AND status = ?`, string(Expired), p.ID, string(p.Status))
			if err := s.recordIf(ctx, tx, result, err, event(p)); err != nil {
				return err
			}
		}
		return nil
	})
}

// usePending spends an approval that was given.
func usePending(ctx context.Context, tx *sql.Tx, id string) error {
	result, err := tx.ExecContext(ctx, `UPDATE pending SET status = ? WHERE id = ? AND status = ?`, string(Used), id, string(Approved))
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		return errors.Join(err, ErrSpent)
	}
	if fresh, err := spendPending(ctx, tx, id); err != nil || !fresh {
		return errors.Join(err, ErrSpent)
	}
	return nil
}

// spendPending uses up the token of an approval, so that it stays used even if
// somebody sets the status back: the decision's seal would still be good.
func spendPending(ctx context.Context, tx *sql.Tx, id string) (fresh bool, err error) {
	result, err := tx.ExecContext(ctx, `INSERT INTO spent (nonce, expires) SELECT id, expires FROM pending WHERE id = ? ON CONFLICT (nonce) DO NOTHING`, id)
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n == 1, err
}

func (s *SQLite) pendings(ctx context.Context, where string, args ...any) ([]Pending, error) {
	db, err := s.open(ctx)
	if err != nil {
		return nil, err
	}
	return pendings(ctx, db, where, args...)
}

func pendings(ctx context.Context, db reader, where string, args ...any) ([]Pending, error) {
	rows, err := db.QueryContext(ctx, `SELECT id, code, asked, expires, call, caller, token, document, two_people, status,
		decided_at, decided_by, channel, reason, seal FROM pending `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read the approvals: %w", err)
	}
	defer rows.Close()
	var found []Pending
	for rows.Next() {
		var (
			p                       Pending
			asked, expires, decided int64
			document                string
		)
		err := rows.Scan(&p.ID, &p.Code, &asked, &expires, &p.Call, &p.Caller, &p.Token, &document, &p.TwoPeople, &p.Status,
			&decided, &p.By, &p.Channel, &p.Reason, &p.Seal)
		if err != nil {
			return nil, fmt.Errorf("read the approvals: %w", err)
		}
		p.Asked, p.Expires, p.Document = time.UnixMilli(asked), time.UnixMilli(expires), json.RawMessage(document)
		if decided != 0 {
			p.At = time.UnixMilli(decided)
		}
		found = append(found, p)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read the approvals: %w", err)
	}
	return found, nil
}
