package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
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

	mu sync.Mutex
	db *sql.DB
	// file is what db has open, to tell it from another one of its name.
	file           os.FileInfo
	signing, audit []byte // keys of a store in memory, and the audit key
}

// databaseFile is the name of the database inside the state directory.
const databaseFile = "mcp-mighty.db"

// migrations lead from one layout of the database to the next; the database's
// user_version says how many have been made. They are plain SQL, so that
// another database can take them over. Times are Unix milliseconds.
var migrations = []string{journalSchema, journalColumns + auditSchema + limitsSchema + pendingSchema, journalSeals, pendingAttempts}

// NewSQLite returns a store in the state directory dir, which is created with
// owner-only rights on first use.
func NewSQLite(dir string) *SQLite { return &SQLite{path: filepath.Join(dir, databaseFile)} }

// Exists reports whether there is a store in the state directory dir. Whoever
// only reads asks first, since a store is made where there is none.
func Exists(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, databaseFile))
	return !errors.Is(err, fs.ErrNotExist)
}

// AnyState reports whether there is anything of this program in the directory
// dir: a store, or the directory of a network.
func AnyState(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, directoryFolder))
	return Exists(dir) || err == nil
}

// Dir is the state directory, "" for a store in memory.
func (s *SQLite) Dir() string {
	if s.path == "" {
		return ""
	}
	return filepath.Dir(s.path)
}

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
	if s.path != "" {
		if s.file, err = os.Stat(s.path); err != nil {
			return nil, errors.Join(fmt.Errorf("open the journal: %w", err), db.Close())
		}
	}
	s.db = db
	return db, nil
}

// ErrReplaced: the file of the state is not the one that was opened. What is
// written into that one nobody will find again, neither another process nor the
// next one; and what is in the other has nothing to do with what is under way.
var ErrReplaced = errors.New("the file of the journal was removed or replaced while the program runs")

// inPlace returns [ErrReplaced] unless the open file is still the one of its
// name.
func (s *SQLite) inPlace() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.path == "" || s.db == nil {
		return nil
	}
	if now, err := os.Stat(s.path); err != nil || !os.SameFile(s.file, now) {
		return errors.Join(ErrReplaced, err)
	}
	return nil
}

// Probe returns why the state cannot be written, if it cannot: it writes
// something to the disk, and takes it back.
func (s *SQLite) Probe(ctx context.Context) error {
	return s.write(ctx, "write to the state directory", func(tx *sql.Tx) error {
		for _, statement := range []string{`INSERT INTO spent (nonce, expires) VALUES ('probe', 0)`, `DELETE FROM spent WHERE nonce = 'probe'`} {
			if _, err := tx.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
}

// connect opens the database at path, "" for one in memory, and brings its
// tables up to date. pragmas are further settings of its connection.
func connect(ctx context.Context, path string, migrations []string, pragmas ...string) (*sql.DB, error) {
	if !slices.ContainsFunc(pragmas, func(p string) bool { return strings.HasPrefix(p, "busy_timeout") }) {
		pragmas = append(pragmas, "busy_timeout(5000)")
	}
	settings := url.Values{"_pragma": append([]string{"journal_mode(WAL)"}, pragmas...), "_txlock": {"immediate"}}
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

// write runs a transaction that changes something. Its error says what could
// not be done; those that the caller tells apart can still be found in it.
func (s *SQLite) write(ctx context.Context, what string, change func(tx *sql.Tx) error) error {
	db, err := s.open(ctx)
	if err == nil {
		err = s.inPlace()
	}
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	defer func() { _ = tx.Rollback() }()
	if err := change(tx); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// ownerOnly makes the directory and an empty file that nobody else may read,
// before the driver would create it with wider rights. It takes such rights
// from a file that has them, and refuses a directory in which everybody may
// put another file in the place of ours.
func ownerOnly(path string) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if os.PathSeparator == '/' {
		info, err := os.Stat(dir)
		if err != nil {
			return err
		}
		if info.Mode().Perm()&0o002 != 0 && info.Mode()&os.ModeSticky == 0 {
			return fmt.Errorf("everybody may write to %s (mode %o), and so replace what is approved there: run chmod 700 on it, or choose another state directory", dir, info.Mode().Perm())
		}
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	info, err := file.Stat()
	if err == nil && info.Mode().Perm()&0o077 != 0 && os.PathSeparator == '/' {
		err = file.Chmod(0o600)
	}
	return errors.Join(err, file.Close())
}
