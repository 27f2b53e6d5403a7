package store

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Status implements [Directory].
func (d *FileDirectory) Status(ctx context.Context) (DirectoryStatus, error) {
	var s DirectoryStatus
	if d.unmade() {
		s.Path = d.path
		return s, nil
	}
	err := d.do(ctx, "look at the directory", func(db *sql.DB) error {
		return db.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM members WHERE gone_at > 0), (SELECT count(*) FROM lists WHERE since > 0 AND kind <> ?)`,
			InNetwork).Scan(&s.Gone, &s.Lists)
	})
	if err != nil {
		return s, err
	}
	if s.Members, err = d.List(ctx, MemberList{Kind: InNetwork}); err != nil {
		return s, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	s.Path, s.Note = d.path, d.note
	for _, part := range fileParts(d.path) {
		if info, err := os.Stat(part); err == nil {
			s.Bytes += info.Size()
		}
	}
	return s, nil
}

// unmade reports whether there is no file yet, which looking does not make.
func (d *FileDirectory) unmade() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, err := os.Stat(d.path)
	return d.db == nil && d.path != "" && errors.Is(err, fs.ErrNotExist)
}

func fileParts(path string) []string {
	if path == "" {
		return nil
	}
	return []string{path, path + "-wal", path + "-shm"}
}

// Clear implements [Directory]. Rows are overwritten as they are deleted, and
// the file is written anew and cut. Where no other process has it open, it is
// removed; so are files that were set aside, and copies in other forms.
func (d *FileDirectory) Clear(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	err := d.write(ctx, "clear the directory", func(ctx context.Context, tx *sql.Tx) error {
		for _, table := range []string{"lists", "members", "listed", "asked", "names", "named"} {
			if _, err := tx.ExecContext(ctx, `DELETE FROM `+table); err != nil {
				return err
			}
		}
		return unindexAll(ctx, tx)
	})
	if err != nil {
		return err
	}
	err = d.do(ctx, "clear the directory", func(db *sql.DB) error {
		for _, statement := range []string{`VACUUM`, `PRAGMA wal_checkpoint(TRUNCATE)`} {
			if _, err := db.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return errors.Join(d.remove(ctx), d.clearOthers(ctx))
}

// clearOthers clears the network's copies in other forms.
func (d *FileDirectory) clearOthers(ctx context.Context) error {
	if d.network == "" {
		return nil
	}
	others, err := filesLike(d.network)
	for _, path := range others {
		if path != d.path && filepath.Ext(path) == ".db" {
			other := NewMemoryDirectory()
			other.path = path
			err = errors.Join(err, other.Clear(ctx), other.Close())
		}
	}
	return err
}

// remove removes the file where nobody else has it open.
func (d *FileDirectory) remove(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.path == "" || d.db == nil {
		return nil
	}
	err := os.Remove(d.path + ".damaged")
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	var mode string
	// Leaving the write-ahead log needs the file for oneself alone.
	alone := d.db.QueryRowContext(ctx, `PRAGMA journal_mode = DELETE`).Scan(&mode) == nil && mode == "delete"
	err = errors.Join(err, d.close())
	if !alone {
		return err
	}
	for _, part := range fileParts(d.path) {
		if gone := os.Remove(part); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
	}
	return err
}

// filesLike returns the files whose paths begin so.
func filesLike(start string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Dir(start))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	var paths []string
	for _, entry := range entries {
		if path := filepath.Join(filepath.Dir(start), entry.Name()); strings.HasPrefix(path, start) {
			paths = append(paths, path)
		}
	}
	return paths, err
}

// millis writes a time; the zero time is 0.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}
