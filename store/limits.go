package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// limitsSchema holds what counted against limits.
const limitsSchema = `
CREATE TABLE IF NOT EXISTS taken (
	id    INTEGER PRIMARY KEY,
	name  TEXT NOT NULL,
	at    BIGINT NOT NULL,
	items BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS taken_name ON taken (name, at);
`

// Room implements [Journal].
func (s *SQLite) Room(ctx context.Context, at time.Time, takes ...Take) error {
	if len(takes) == 0 {
		return nil
	}
	db, err := s.open(ctx)
	if err != nil {
		return err
	}
	for _, take := range takes {
		if err := room(ctx, db, at, take); err != nil {
			return err
		}
	}
	return nil
}

// Taken implements [Journal].
func (s *SQLite) Taken(ctx context.Context, at time.Time, takes ...Take) ([]int, error) {
	db, err := s.open(ctx)
	if err != nil {
		return nil, err
	}
	used := make([]int, len(takes))
	for i, take := range takes {
		all, err := taken(ctx, db, at, take)
		if err != nil {
			return nil, err
		}
		for _, t := range all {
			used[i] += t.items
		}
	}
	return used, nil
}

// reader is a database or a transaction.
type reader interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// takeAll counts against all limits, or fails before it counts against any;
// the transaction is then given up.
func takeAll(ctx context.Context, tx *sql.Tx, at time.Time, takes []Take) error {
	for _, take := range takes {
		if err := room(ctx, tx, at, take); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM taken WHERE name = ? AND at <= ?`, take.Key, at.Add(-take.Per).UnixMilli()); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO taken (name, at, items) VALUES (?, ?, ?)`, take.Key, at.UnixMilli(), take.N); err != nil {
			return err
		}
	}
	return nil
}

// room returns a [*Full] when a take does not fit. What is dated later than
// now counts too: a clock that was set back does not open a limit.
func room(ctx context.Context, tx reader, at time.Time, take Take) error {
	all, err := taken(ctx, tx, at, take)
	if err != nil {
		return err
	}
	sum := 0
	for _, t := range all {
		sum += t.items
	}
	if sum+take.N <= take.Most {
		return nil
	}
	full := &Full{Take: take, Taken: sum}
	for left, i := sum, 0; take.N <= take.Most && i < len(all); i++ {
		if left -= all[i].items; left+take.N <= take.Most {
			full.Opens = time.UnixMilli(all[i].at).Add(take.Per)
			break
		}
	}
	return full
}

type takenRow struct {
	at    int64
	items int
}

// taken returns what counts against a limit, oldest first.
func taken(ctx context.Context, tx reader, at time.Time, take Take) ([]takenRow, error) {
	rows, err := tx.QueryContext(ctx, `SELECT at, items FROM taken WHERE name = ? AND at > ? ORDER BY at`, take.Key, at.Add(-take.Per).UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("read the limits: %w", err)
	}
	defer rows.Close()
	var all []takenRow
	for rows.Next() {
		var t takenRow
		if err := rows.Scan(&t.at, &t.items); err != nil {
			return nil, fmt.Errorf("read the limits: %w", err)
		}
		all = append(all, t)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read the limits: %w", err)
	}
	return all, nil
}
