package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"modernc.org/sqlite" // the "sqlite" driver, pure Go
	sqlitelib "modernc.org/sqlite/lib"
)

// SQLite is a [Journal] in one SQLite file. It is opened on first use, so that
// a server whose state directory is broken still starts and can say so.
type SQLite struct {
	path string // empty: in memory

	mu  sync.Mutex
	db  *sql.DB
	key []byte
}

// databaseFile is the name of the database inside the state directory.
const databaseFile = "mcp-mighty.db"

// migrations lead from one layout of the database to the next; the database's
// user_version says how many have been made. They are plain SQL, so that
// another database can take them over. Times are Unix milliseconds.
var migrations = []string{journalSchema}

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

// NewSQLite returns a store in the state directory dir, which is created with
// owner-only rights on first use.
func NewSQLite(dir string) *SQLite { return &SQLite{path: filepath.Join(dir, databaseFile)} }

// NewMemory returns a store that is forgotten with the process.
func NewMemory() *SQLite { return &SQLite{} }

// Close closes the database, if it was opened.
func (s *SQLite) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db == nil {
		return nil
	}
	err := s.db.Close()
	s.db = nil
	return err
}

// open returns the database, opening it on the first call. A failure is not
// kept: the next call tries again.
func (s *SQLite) open(ctx context.Context) (*sql.DB, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db != nil {
		return s.db, nil
	}
	// Full sync: when Begin returns, the intent survives a power cut.
	db, err := connect(ctx, s.path, migrations, "synchronous(FULL)")
	if err != nil {
		return nil, fmt.Errorf("open the journal: %w", err)
	}
	s.db = db
	return db, nil
}

// connect opens the database at path, "" for one in memory, and brings its
// tables up to date. pragmas are further settings of its connection.
func connect(ctx context.Context, path string, migrations []string, pragmas ...string) (*sql.DB, error) {
	settings := url.Values{"_pragma": append([]string{"busy_timeout(5000)", "journal_mode(WAL)"}, pragmas...), "_txlock": {"immediate"}}
	source := ":memory:?" + settings.Encode()
	if path != "" {
		if err := ownerOnly(path); err != nil {
			return nil, err
		}
		source = "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + settings.Encode()
	}
	db, err := sql.Open("sqlite", source)
	if err != nil {
		return nil, err
	}
	// One connection: SQLite has one writer anyway, and a database in memory
	// belongs to its connection.
	db.SetMaxOpenConns(1)
	if err := prepare(context.WithoutCancel(ctx), db, migrations); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// How often and how long apart preparing is tried. SQLite's own waiting does
// not cover the moment in which two processes turn a new file to WAL.
const (
	prepareTries = 100
	preparePause = 50 * time.Millisecond
)

// prepare makes the tables, waiting for another process that does the same.
func prepare(ctx context.Context, db *sql.DB, migrations []string) error {
	var err error
	for range prepareTries {
		var busy *sqlite.Error
		if err = migrate(ctx, db, migrations); !errors.As(err, &busy) || busy.Code()&0xff != sqlitelib.SQLITE_BUSY {
			return err
		}
		time.Sleep(preparePause)
	}
	return err
}

// migrate makes what is missing of the migrations, all in one transaction.
func migrate(ctx context.Context, db *sql.DB, migrations []string) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	var made int
	if err := tx.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&made); err != nil {
		return err
	}
	if made > len(migrations) {
		return fmt.Errorf("the state was written by a newer version of this program (layout %d; this one knows %d)", made, len(migrations))
	}
	if made == len(migrations) {
		return nil
	}
	for _, migration := range migrations[made:] {
		if _, err := tx.ExecContext(ctx, migration); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf(`PRAGMA user_version = %d`, len(migrations))); err != nil {
		return err
	}
	return tx.Commit()
}

// ownerOnly makes the directory and an empty file that nobody else may read,
// before the driver would create it with wider rights.
func ownerOnly(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return file.Close()
}

// Begin implements [Journal].
func (s *SQLite) Begin(ctx context.Context, intent Intent) (int64, error) {
	before, err := json.Marshal(intent.Before)
	if err != nil {
		return 0, fmt.Errorf("write the intent of %s: %w", intent.Tool, err)
	}
	db, err := s.open(ctx)
	if err != nil {
		return 0, err
	}
	result, err := db.ExecContext(ctx, `INSERT INTO journal
		(begun_at, tool, risk, network, principal, client, arguments, before_values, channel, state)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		intent.At.UnixMilli(), intent.Tool, intent.Risk, intent.Network, intent.Principal, intent.Client,
		string(intent.Arguments), string(before), intent.Channel, string(Begun))
	if err != nil {
		return 0, fmt.Errorf("write the intent of %s: %w", intent.Tool, err)
	}
	return result.LastInsertId()
}

// Finish implements [Journal].
func (s *SQLite) Finish(ctx context.Context, id int64, ending Ending) error {
	undo := ""
	if ending.Undo != nil {
		encoded, err := json.Marshal(ending.Undo)
		if err != nil {
			return fmt.Errorf("write the outcome of entry %d: %w", id, err)
		}
		undo = string(encoded)
	}
	db, err := s.open(ctx)
	if err != nil {
		return err
	}
	result, err := db.ExecContext(ctx, `UPDATE journal SET state = ?, ended_at = ?, note = ?, undo = ? WHERE id = ? AND state = ?`,
		string(ending.State), ending.At.UnixMilli(), ending.Note, undo, id, string(Begun))
	if err != nil {
		return fmt.Errorf("write the outcome of entry %d: %w", id, err)
	}
	if n, err := result.RowsAffected(); err == nil && n != 1 {
		return fmt.Errorf("write the outcome of entry %d: there is no such open entry", id)
	}
	return nil
}

// spentFor is how long a spent token is remembered beyond its expiry. Expired
// tokens are refused by their signature's own date; the margin covers clocks
// that differ between processes.
const spentFor = 24 * time.Hour

// Spend implements [Journal]. The primary key decides between processes. What
// expired long before this token is forgotten on the way.
func (s *SQLite) Spend(ctx context.Context, nonce string, expires time.Time) (bool, error) {
	db, err := s.open(ctx)
	if err != nil {
		return false, err
	}
	if _, err := db.ExecContext(ctx, `DELETE FROM spent WHERE expires < ?`, expires.Add(-spentFor).UnixMilli()); err != nil {
		return false, fmt.Errorf("spend an approval: %w", err)
	}
	result, err := db.ExecContext(ctx, `INSERT INTO spent (nonce, expires) VALUES (?, ?) ON CONFLICT (nonce) DO NOTHING`,
		nonce, expires.UnixMilli())
	if err != nil {
		return false, fmt.Errorf("spend an approval: %w", err)
	}
	n, err := result.RowsAffected()
	if err != nil {
		return false, fmt.Errorf("spend an approval: %w", err)
	}
	return n == 1, nil
}

// Entries returns the newest entries of the journal, newest first, at most
// limit of them; with states, only those in one of the states.
func (s *SQLite) Entries(ctx context.Context, limit int, states ...State) ([]Entry, error) {
	db, err := s.open(ctx)
	if err != nil {
		return nil, err
	}
	where, args := "", []any{}
	if len(states) > 0 {
		where = "WHERE state IN (?" + strings.Repeat(", ?", len(states)-1) + ")"
		for _, state := range states {
			args = append(args, string(state))
		}
	}
	rows, err := db.QueryContext(ctx, `SELECT id, begun_at, tool, risk, network, principal, client, arguments, before_values,
		channel, state, ended_at, note, undo FROM journal `+where+` ORDER BY id DESC LIMIT ?`, append(args, limit)...)
	if err != nil {
		return nil, fmt.Errorf("read the journal: %w", err)
	}
	defer rows.Close()
	var entries []Entry
	for rows.Next() {
		entry, err := scanEntry(rows)
		if err != nil {
			return nil, fmt.Errorf("read the journal: %w", err)
		}
		entries = append(entries, entry)
	}
	return entries, rows.Err()
}

func scanEntry(rows *sql.Rows) (Entry, error) {
	var (
		entry           Entry
		begun, ended    int64
		arguments, undo string
		before          []byte
	)
	err := rows.Scan(&entry.ID, &begun, &entry.Tool, &entry.Risk, &entry.Network, &entry.Principal, &entry.Client,
		&arguments, &before, &entry.Channel, &entry.State, &ended, &entry.Note, &undo)
	if err != nil {
		return Entry{}, err
	}
	entry.Intent.At, entry.Arguments = time.UnixMilli(begun), json.RawMessage(arguments)
	if ended != 0 {
		entry.Ending.At = time.UnixMilli(ended)
	}
	if err := exactly(before, &entry.Before); err != nil {
		return Entry{}, fmt.Errorf("entry %d: %w", entry.ID, err)
	}
	if undo != "" {
		if err := exactly([]byte(undo), &entry.Undo); err != nil {
			return Entry{}, fmt.Errorf("entry %d: %w", entry.ID, err)
		}
	}
	return entry, nil
}

// exactly decodes JSON without turning large ids into floating point.
func exactly(text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	return decoder.Decode(into)
}
