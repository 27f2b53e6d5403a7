package store_test

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/mcp-mighty/mcp-mighty/store"
)

func TestWritesAreCountedByAll(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			w := store.NewWriteCount(dir, "one")
			for range 25 {
				if !w.Wrote() {
					t.Error("it cannot be counted")
				}
			}
		})
	}
	all.Wait()
	if n := store.NewWriteCount(dir, "one").Count(); n != 100 {
		t.Errorf("%d, want 100", n)
	}
	if n := store.NewWriteCount(dir, "other").Count(); n != 0 {
		t.Errorf("the other network has %d", n)
	}
	files, err := filepath.Glob(filepath.Join(dir, "writes-*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v %v", files, err)
	}
	if info, err := os.Stat(files[0]); err != nil || os.PathSeparator == '/' && info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
}

// BenchmarkWriteCount is what a look costs each time something is answered from
// memory, and what a write adds.
func BenchmarkWriteCount(b *testing.B) {
	w := store.NewWriteCount(b.TempDir(), "one")
	b.Run("look", func(b *testing.B) {
		for b.Loop() {
			w.Count()
		}
	})
	b.Run("write", func(b *testing.B) {
		for b.Loop() {
			w.Wrote()
		}
	})
}
