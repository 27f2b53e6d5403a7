package store

import (
	"context"
	"crypto/hmac"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// journalSeals gives entries their seals. Those that are there stay without.
const journalSeals = `
ALTER TABLE journal ADD COLUMN seal TEXT NOT NULL DEFAULT '';
`

// Seal says whether an entry of the journal is as this program wrote it.
type Seal string

// What a seal can say.
const (
	Sealed Seal = "sealed"
	// Unsealed: the entry is from a version that sealed nothing.
	Unsealed Seal = "unsealed"
	// Altered: somebody else wrote to the entry, or the key is another one.
	Altered Seal = "altered"
)

// Why says in a sentence why an entry cannot be relied on; "" for one that can.
func (s Seal) Why() string {
	switch s {
	case Sealed:
		return ""
	case Unsealed:
		return "It was written by an earlier version, without a seal, so that nobody can tell whether it is as it was written."
	}
	return "It is not as it was written: somebody else wrote to the database, or the audit key was replaced."
}

// row is an entry as the database holds it.
type row struct {
	id, begun, deadline                  int64
	tool, risk, network, identity        string
	principal, role, client              string
	arguments, before, channel, approver string
	undoes                               int64
	state                                string
	ended                                int64
	note, undo, seal                     string
}

const rowColumns = `id, begun_at, deadline, tool, risk, network, identity, principal, role, client, arguments, before_values,
	channel, approver, undoes, state, ended_at, note, undo, seal`

// fields are where rowColumns go; the seal is the last.
func (r *row) fields() []any {
	return []any{
		&r.id, &r.begun, &r.deadline, &r.tool, &r.risk, &r.network, &r.identity, &r.principal, &r.role, &r.client, &r.arguments, &r.before,
		&r.channel, &r.approver, &r.undoes, &r.state, &r.ended, &r.note, &r.undo, &r.seal,
	}
}

// mac covers all that the entry says: what an undo runs, whose it is, how it
// ended, and the values from which a way back is made later.
func (r *row) mac(key []byte) string {
	fields := r.fields()
	var parts []string
	for _, field := range fields[:len(fields)-1] {
		switch field := field.(type) {
		case *int64:
			parts = append(parts, fmt.Sprint(*field))
		case *string:
			parts = append(parts, *field)
		}
	}
	return macOf(key, "journal", parts...)
}

func (r *row) sealed(key []byte) Seal {
	switch {
	case r.seal == "":
		return Unsealed
	case !hmac.Equal([]byte(r.seal), []byte(r.mac(key))):
		return Altered
	}
	return Sealed
}

// entry reads a row. What was altered is read as far as it can be.
func (r *row) entry(key []byte) (Entry, error) {
	entry := Entry{
		ID: r.id, Seal: r.sealed(key),
		Intent: Intent{
			At: time.UnixMilli(r.begun), Tool: r.tool, Risk: r.risk, Network: r.network, Identity: r.identity, Principal: r.principal, Role: r.role,
			Client: r.client, Arguments: json.RawMessage(r.arguments), Channel: r.channel, Approver: r.approver, Undoes: r.undoes,
		},
		Ending: Ending{State: State(r.state), Note: r.note},
	}
	if r.deadline != 0 {
		entry.Deadline = time.UnixMilli(r.deadline)
	}
	if r.ended != 0 {
		entry.Ending.At = time.UnixMilli(r.ended)
	}
	err := exactly([]byte(r.before), &entry.Before)
	if r.undo != "" {
		err = errors.Join(err, exactly([]byte(r.undo), &entry.Undo))
	}
	if err != nil && entry.Seal != Altered {
		return Entry{}, fmt.Errorf("entry %d: %w", entry.ID, err)
	}
	return entry, nil
}

func (s *SQLite) entries(ctx context.Context, where string, args ...any) ([]Entry, error) {
	db, err := s.open(ctx)
	if err != nil {
		return nil, err
	}
	key, err := s.auditKey()
	if err != nil {
		return nil, err
	}
	rows, err := db.QueryContext(ctx, `SELECT `+rowColumns+`,
		COALESCE((SELECT MAX(u.id) FROM journal u WHERE u.undoes = journal.id AND u.state != 'not_done'), 0)
		FROM journal `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read the journal: %w", err)
	}
	defer rows.Close()
	var entries []Entry
	for rows.Next() {
		var (
			r        row
			undoneBy int64
		)
		err := rows.Scan(append(r.fields(), &undoneBy)...)
		if err != nil {
			return nil, fmt.Errorf("read the journal: %w", err)
		}
		entry, err := r.entry(key)
		if err != nil {
			return nil, fmt.Errorf("read the journal: %w", err)
		}
		entry.UndoneBy = undoneBy
		entries = append(entries, entry)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read the journal: %w", err)
	}
	return entries, nil
}

// pruneJournal removes the actions that ended before a time.
func (s *SQLite) pruneJournal(ctx context.Context, tx *sql.Tx, before time.Time, event func(Entry) Event) error {
	unknown, err := unknownBefore(ctx, tx, before)
	if err != nil {
		return err
	}
	for _, id := range unknown {
		key, err := s.auditKey()
		if err != nil {
			return err
		}
		r, err := rowOf(ctx, tx, id)
		if err != nil {
			return err
		}
		entry, err := r.entry(key)
		if err != nil {
			return err
		}
		e := event(entry)
		e.Entry = id
		if err := s.record(ctx, tx, e); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM journal WHERE ended_at != 0 AND ended_at < ?`, before.UnixMilli())
	return err
}

func unknownBefore(ctx context.Context, tx *sql.Tx, before time.Time) (ids []int64, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT id FROM journal WHERE ended_at != 0 AND ended_at < ? AND state = ? ORDER BY id`, before.UnixMilli(), string(Unknown))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// rowOf reads one row within a transaction.
func rowOf(ctx context.Context, tx *sql.Tx, id int64) (r row, err error) {
	err = tx.QueryRowContext(ctx, `SELECT `+rowColumns+` FROM journal WHERE id = ?`, id).Scan(r.fields()...)
	return r, err
}

// seal seals an entry as it stands.
func (s *SQLite) seal(ctx context.Context, tx *sql.Tx, id int64) error {
	key, err := s.auditKey()
	if err != nil {
		return err
	}
	r, err := rowOf(ctx, tx, id)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE journal SET seal = ? WHERE id = ?`, r.mac(key), id)
	return err
}

// end changes how an entry ended, if it is in one of the states from, and
// seals it anew. One whose seal did not fit before gets none that does: nobody
// vouches for what somebody else wrote.
func (s *SQLite) end(ctx context.Context, tx *sql.Tx, id int64, to Ending, undo string, from ...State) (changed bool, err error) {
	key, err := s.auditKey()
	if err != nil {
		return false, err
	}
	r, err := rowOf(ctx, tx, id)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return false, nil
	case err != nil:
		return false, err
	}
	for _, state := range from {
		changed = changed || State(r.state) == state
	}
	if !changed {
		return false, nil
	}
	_, err = tx.ExecContext(ctx, `UPDATE journal SET state = ?, ended_at = ?, note = ?, undo = ? WHERE id = ?`,
		string(to.State), to.At.UnixMilli(), to.Note, undo, id)
	if err == nil && r.sealed(key) == Sealed {
		err = s.seal(ctx, tx, id)
	}
	return err == nil, err
}

// Unsound returns the entries that were altered, and how many of those that
// could be undone otherwise have no seal.
func (s *SQLite) Unsound(ctx context.Context) (altered []int64, unsealed int, err error) {
	db, err := s.open(ctx)
	if err != nil {
		return nil, 0, err
	}
	key, err := s.auditKey()
	if err != nil {
		return nil, 0, err
	}
	rows, err := db.QueryContext(ctx, `SELECT `+rowColumns+` FROM journal ORDER BY id`)
	if err != nil {
		return nil, 0, fmt.Errorf("read the journal: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var r row
		if err := rows.Scan(r.fields()...); err != nil {
			return nil, 0, fmt.Errorf("read the journal: %w", err)
		}
		switch r.sealed(key) {
		case Altered:
			altered = append(altered, r.id)
		case Unsealed:
			if r.undo != "" {
				unsealed++
			}
		}
	}
	if err := rows.Err(); err != nil {
		return nil, 0, fmt.Errorf("read the journal: %w", err)
	}
	return altered, unsealed, nil
}
