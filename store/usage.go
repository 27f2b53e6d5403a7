package store

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"sync"
	"time"
)

// Usage is the account of requests: how many attempts each network cost, by
// day (UTC). All methods are safe for concurrent use, also by several processes
// on one store.
type Usage interface {
	// Add counts n attempts on the day of at, unless the calendar month of at
	// has most or more already, where most is not 0. It returns whether it
	// counted them, and how many the month has after that.
	Add(ctx context.Context, network string, at time.Time, n, most int64) (month int64, added bool, err error)
	// Days returns the days from the one of from to the one of to that have
	// attempts, in order.
	Days(ctx context.Context, network string, from, to time.Time) ([]DayOfUsage, error)
	// Close closes the store.
	Close() error
}

// DayOfUsage is how many attempts a day had.
type DayOfUsage struct {
	Day      time.Time // its beginning, UTC
	Attempts int64
}

// SQLiteUsage is a [Usage] in one SQLite file of its own: an attempt must not
// wait for the journal, whose writes wait for the disk. It is opened on first
// use.
//
// When Add returns, the count outlives the process, however that ends. A power
// cut can take the counts of the last moments before it, since waiting for the
// disk would cost more than the requests that are counted; it never leaves the
// file broken.
type SQLiteUsage struct {
	path string // "" in memory

	mu       sync.Mutex
	db       *sql.DB
	add, sum *sql.Stmt
}

var _ Usage = (*SQLiteUsage)(nil)

// usageFile is the name of the database inside the state directory.
const usageFile = "usage.db"

func usageMigrations() []string {
	return []string{`
CREATE TABLE usage (
	network  TEXT NOT NULL,
	day      TEXT NOT NULL, -- 2026-11-30, UTC
	attempts BIGINT NOT NULL,
	PRIMARY KEY (network, day)
) WITHOUT ROWID;
`}
}

// NewUsage returns the account in the state directory dir.
func NewUsage(dir string) *SQLiteUsage { return &SQLiteUsage{path: filepath.Join(dir, usageFile)} }

// NewMemoryUsage returns an account that is forgotten with the process.
func NewMemoryUsage() *SQLiteUsage { return &SQLiteUsage{} }

// Close implements [Usage].
func (u *SQLiteUsage) Close() error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.db == nil {
		return nil
	}
	err := u.db.Close()
	u.db = nil
	return err
}

const (
	addUsage = `INSERT INTO usage (network, day, attempts)
		SELECT ?1, ?2, ?3 WHERE ?4 = 0 OR (SELECT COALESCE(SUM(attempts), 0) FROM usage WHERE network = ?1 AND day >= ?5 AND day <= ?6) < ?4
		ON CONFLICT (network, day) DO UPDATE SET attempts = attempts + excluded.attempts`
	sumUsage = `SELECT COALESCE(SUM(attempts), 0) FROM usage WHERE network = ?1 AND day >= ?2 AND day <= ?3`
)

// open opens the database. Its caller holds the lock. A failure is not kept.
func (u *SQLiteUsage) open(ctx context.Context) error {
	if u.db != nil {
		return nil
	}
	// An attempt waits for other processes' counts, and for a stuck one not long.
	db, err := connect(ctx, u.path, usageMigrations(), "synchronous(NORMAL)", "busy_timeout(250)")
	if err != nil {
		return fmt.Errorf("open the account of requests: %w", err)
	}
	if u.add, err = db.PrepareContext(context.WithoutCancel(ctx), addUsage); err == nil {
		u.sum, err = db.PrepareContext(context.WithoutCancel(ctx), sumUsage)
	}
	if err != nil {
		_ = db.Close()
		return fmt.Errorf("open the account of requests: %w", err)
	}
	u.db = db
	return nil
}

const dayForm = "2006-01-02"

func dayOf(at time.Time) string { return at.UTC().Format(dayForm) }

// monthOf returns the first and the last day that a month can have.
func monthOf(at time.Time) (first, last string) {
	month := at.UTC().Format("2006-01-")
	return month + "01", month + "31"
}

// Add implements [Usage].
func (u *SQLiteUsage) Add(ctx context.Context, network string, at time.Time, n, most int64) (month int64, added bool, err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if err := u.open(ctx); err != nil {
		return 0, false, err
	}
	ctx = context.WithoutCancel(ctx) // half a count helps nobody
	first, last := monthOf(at)
	result, err := u.add.ExecContext(ctx, network, dayOf(at), n, most, first, last)
	if err != nil {
		return 0, false, fmt.Errorf("count a request: %w", err)
	}
	rows, err := result.RowsAffected()
	if err != nil {
		return 0, false, fmt.Errorf("count a request: %w", err)
	}
	// What follows cannot make the count undone: better no sum than twice.
	_ = u.sum.QueryRowContext(ctx, network, first, last).Scan(&month)
	return month, rows > 0, nil
}

// Days implements [Usage].
func (u *SQLiteUsage) Days(ctx context.Context, network string, from, to time.Time) ([]DayOfUsage, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if err := u.open(ctx); err != nil {
		return nil, err
	}
	rows, err := u.db.QueryContext(ctx, `SELECT day, attempts FROM usage WHERE network = ? AND day >= ? AND day <= ? ORDER BY day`,
		network, dayOf(from), dayOf(to))
	if err != nil {
		return nil, fmt.Errorf("read the account of requests: %w", err)
	}
	defer rows.Close()
	var days []DayOfUsage
	for rows.Next() {
		var (
			day DayOfUsage
			at  string
		)
		if err := rows.Scan(&at, &day.Attempts); err != nil {
			return nil, fmt.Errorf("read the account of requests: %w", err)
		}
		if day.Day, err = time.Parse(dayForm, at); err != nil {
			return nil, fmt.Errorf("read the account of requests: %w", err)
		}
		days = append(days, day)
	}
	return days, rows.Err()
}
