//go:build unix

package store

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Other users of the machine neither read the state nor put another in its
// place.
func TestTheStateIsItsOwners(t *testing.T) {
	ctx := t.Context()
	open := t.TempDir()
	if err := os.Chmod(open, 0o777); err != nil {
		t.Fatal(err)
	}
	s := NewSQLite(open)
	defer s.Close()
	if err := s.Record(ctx, Event{At: time.Now(), Kind: "refused"}); err == nil || !strings.Contains(err.Error(), "chmod 700") {
		t.Errorf("a directory that everybody may write to: %v", err)
	}

	dir := t.TempDir()
	path := filepath.Join(dir, databaseFile)
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o666); err != nil {
		t.Fatal(err)
	}
	wide := NewSQLite(dir)
	defer wide.Close()
	if err := wide.Record(ctx, Event{At: time.Now(), Kind: "refused"}); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) < 2 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v; want 600", filepath.Base(file), info.Mode().Perm(), err)
		}
	}
}
