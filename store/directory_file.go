package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"modernc.org/sqlite"
	sqlitelib "modernc.org/sqlite/lib"
)

// FileDirectory is a [Directory] in one SQLite file of its own, or in memory.
//
// The directory is a copy: losing it costs requests and nothing else. So where
// its file cannot be used, it goes on in memory, with what is in the file as far
// as that can be read; and where the file is damaged, that is set aside and a
// new one begun; [DirectoryStatus] says so.
type FileDirectory struct {
	// network begins the names of all files about the network; path is the
	// file. Both are "" in memory.
	network, path string
	now           func() time.Time
	// holder tells the walks of this process from those of others.
	holder string

	mu sync.Mutex
	db *sql.DB
	// file is the file that db has open, to tell it from one of the same name.
	file os.FileInfo
	note string
	// writes counts our own, and counted is what was counted last.
	writes  atomic.Int64
	counted counted
}

var _ Directory = (*FileDirectory)(nil)

// directoryFolder is where directories are inside the state directory.
const directoryFolder = "directory"

// NewDirectory returns the directory of a network in the state directory dir.
// identity is what no other network has, and form what tells apart copies in
// which members look different, such as masked ones; mostly "". The file is
// made on first use, and only its owner can read it.
func NewDirectory(dir, identity, form string) *FileDirectory {
	d := NewMemoryDirectory()
	d.network = filepath.Join(dir, directoryFolder, digest(identity))
	d.path = d.network + ".db"
	if form != "" {
		d.path = d.network + "-" + digest(form) + ".db"
	}
	return d
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// NewMemoryDirectory returns a directory that is forgotten with the process.
func NewMemoryDirectory() *FileDirectory {
	return &FileDirectory{now: time.Now, holder: fmt.Sprintf("%d %s", os.Getpid(), rand.Text())}
}

// Close implements [Directory].
func (d *FileDirectory) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.close()
}

func (d *FileDirectory) close() error {
	if d.db == nil {
		return nil
	}
	err := d.db.Close()
	d.db, d.file, d.counted = nil, nil, counted{}
	return err
}

// open returns the database, opening it on the first call.
func (d *FileDirectory) open(ctx context.Context) (*sql.DB, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.db != nil {
		return d.db, nil
	}
	// It need not survive a power cut whole: a page that is lost is read again.
	// What is deleted is overwritten.
	pragmas := directoryPragmas()
	was, _ := os.Stat(d.path)
	db, err := connect(ctx, d.path, directoryMigrations(), pragmas...)
	if err != nil && was != nil && damaged(err) {
		d.setAside(was)
		db, err = connect(ctx, d.path, directoryMigrations(), pragmas...)
	}
	if err != nil && d.path != "" {
		d.toMemory(err)
		db, err = connect(ctx, "", directoryMigrations(), pragmas...)
	}
	if err != nil {
		return nil, err
	}
	if d.path != "" {
		d.file, _ = os.Stat(d.path)
	}
	d.db = db
	return db, nil
}

func directoryPragmas() []string {
	return []string{"synchronous(NORMAL)", "secure_delete(ON)", "cache_size(-8000)", "temp_store(MEMORY)"}
}

// copied returns a database in memory with what is in the file: what was read
// is paid for, and who is in the middle of a walk or a search finds all again.
// The file stays open meanwhile, since where nothing can be written it cannot
// be opened anew.
func copied(ctx context.Context, path string) (*sql.DB, error) {
	db, err := connect(ctx, "", directoryMigrations(), directoryPragmas()...)
	if err != nil {
		return nil, err
	}
	if err := restore(ctx, db, path); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// restore puts the content of a file into a database.
func restore(ctx context.Context, db *sql.DB, path string) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(driver any) error {
		into, ok := driver.(interface {
			NewRestore(source string) (*sqlite.Backup, error)
		})
		if !ok {
			return errors.New("the driver copies nothing")
		}
		copying, err := into.NewRestore("file:" + (&url.URL{Path: path}).EscapedPath())
		if err != nil {
			return err
		}
		_, err = copying.Step(-1)
		return errors.Join(err, copying.Finish())
	})
}

// toMemory gives the file up.
func (d *FileDirectory) toMemory(why error) {
	d.path = ""
	d.note = "The directory's file cannot be used (" + plainly(why) + "), so the directory is kept in memory until the program ends."
}

// plainly is why a file cannot be used, without where it is: a model reads it.
func plainly(err error) string {
	var path *fs.PathError
	switch {
	case hasCode(err, sqlitelib.SQLITE_FULL), errors.Is(err, syscall.ENOSPC):
		return "the disk is full"
	case hasCode(err, sqlitelib.SQLITE_READONLY), errors.Is(err, fs.ErrPermission):
		return "permission denied"
	case errors.As(err, &path):
		return path.Err.Error()
	}
	return "the disk failed"
}

// setAside renames a damaged file, unless another process has done so and
// begun a new one. It is not deleted, since it could tell what happened.
func (d *FileDirectory) setAside(was os.FileInfo) {
	if now, err := os.Stat(d.path); err != nil || was == nil || !os.SameFile(was, now) {
		return
	}
	aside := d.path + ".damaged"
	if err := os.Rename(d.path, aside); err != nil {
		_ = os.Remove(d.path)
	}
	for _, part := range []string{"-wal", "-shm"} {
		_ = os.Remove(d.path + part)
	}
	d.note = "The directory's file was damaged. It was set aside as " + filepath.Base(aside) + " and a new one begun, so members are read anew."
}

// do runs something that can be run again. Where the file turns out to be
// damaged or cannot be written, it is run again without that file.
func (d *FileDirectory) do(ctx context.Context, what string, f func(db *sql.DB) error) error {
	db, err := d.open(ctx)
	if err == nil {
		err = f(db)
	}
	if err != nil && d.mend(context.WithoutCancel(ctx), db, err) {
		if db, err = d.open(ctx); err == nil {
			err = f(db)
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// mend lets go of a file that failed, and reports whether to try again.
func (d *FileDirectory) mend(ctx context.Context, failed *sql.DB, err error) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.path == "" || failed == nil || !damaged(err) && !unwritable(err) {
		return false
	}
	if failed != d.db { // somebody else did
		return true
	}
	was := d.file
	if damaged(err) {
		_ = d.close()
		d.setAside(was)
		return true
	}
	memory, _ := copied(ctx, d.path) // else an empty one is opened
	_ = d.close()
	d.toMemory(err)
	d.db = memory
	return true
}

// write runs a transaction that changes something. It is not cut short when
// the caller leaves: what came was paid for.
func (d *FileDirectory) write(ctx context.Context, what string, change func(ctx context.Context, tx *sql.Tx) error) error {
	ctx = context.WithoutCancel(ctx)
	return d.do(ctx, what, func(db *sql.DB) error {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback() }()
		if err := change(ctx, tx); err != nil {
			return err
		}
		defer d.writes.Add(1) // once it is there to be counted
		return tx.Commit()
	})
}

func damaged(err error) bool {
	return hasCode(err, sqlitelib.SQLITE_CORRUPT, sqlitelib.SQLITE_NOTADB)
}

func unwritable(err error) bool {
	return hasCode(err, sqlitelib.SQLITE_READONLY, sqlitelib.SQLITE_IOERR, sqlitelib.SQLITE_FULL, sqlitelib.SQLITE_CANTOPEN)
}

func hasCode(err error, codes ...int) bool {
	var failed *sqlite.Error
	if !errors.As(err, &failed) {
		return false
	}
	for _, code := range codes {
		if failed.Code()&0xff == code {
			return true
		}
	}
	return false
}
