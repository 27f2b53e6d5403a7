package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mcp-mighty/mcp-mighty/store"
)

func open(t *testing.T, dir string) *store.SQLite {
	t.Helper()
	s := store.NewSQLite(dir)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func intent() store.Intent {
	return store.Intent{
		At: time.UnixMilli(1_700_000_000_000), Tool: "update_member", Risk: "write", Network: "harbour",
		Principal: "stdio", Client: "test/1", Arguments: json.RawMessage(`{"member_id":7}`),
		Before: map[string]any{"first_name": "Ada"}, Channel: "elicitation",
	}
}

func TestJournalSurvivesReopening(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "state")
	first := store.NewSQLite(dir)
	id, err := first.Begin(t.Context(), store.Start{Intent: intent()})
	if err != nil {
		t.Fatal(err)
	}
	crashed, err := first.Begin(t.Context(), store.Start{Intent: intent()})
	if err != nil {
		t.Fatal(err)
	}
	ending := store.Ending{
		At: time.UnixMilli(1_700_000_001_000), State: store.Done,
		Undo: &store.Undo{Tool: "update_member", Arguments: map[string]any{"first_name": "Ada"}},
	}
	if err := first.Finish(t.Context(), id, ending, store.Event{}); err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}

	second := open(t, dir)
	entries, err := second.Entries(t.Context(), store.Query{})
	if err != nil {
		t.Fatal(err)
	}
	want := []store.Entry{
		{ID: crashed, Intent: intent(), Ending: store.Ending{State: store.Begun}, Seal: store.Sealed},
		{ID: id, Intent: intent(), Ending: ending, Seal: store.Sealed},
	}
	if diff := cmp.Diff(want, entries); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
	unfinished, err := second.Entries(t.Context(), store.Query{States: []store.State{store.Begun, store.Unknown}})
	if err != nil || len(unfinished) != 1 || unfinished[0].ID != crashed {
		t.Errorf("unfinished = %v, %v; want entry %d alone", unfinished, err, crashed)
	}
}

func TestFinishRefusesToRewriteAnEnding(t *testing.T) {
	s := open(t, t.TempDir())
	id, err := s.Begin(t.Context(), store.Start{Intent: intent()})
	if err != nil {
		t.Fatal(err)
	}
	finish := func(id int64, state store.State) error {
		return s.Finish(t.Context(), id, store.Ending{State: state}, store.Event{})
	}
	if err := finish(id, store.Unknown); err != nil {
		t.Fatal(err)
	}
	if err := finish(id, store.Done); err != nil {
		t.Errorf("an unknown ending must be open to be settled: %v", err)
	}
	if err := finish(id, store.NotDone); err == nil {
		t.Error("an ended entry was ended again")
	}
	if err := finish(id+1, store.Done); err == nil {
		t.Error("an entry that does not exist was ended")
	}
}

func TestSpendCountsOnceAcrossProcesses(t *testing.T) {
	dir := t.TempDir()
	// Two handles on one file are what two processes have.
	handles := []*store.SQLite{open(t, dir), open(t, dir)}
	var fresh atomic.Int32
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			ok, err := handles[i%2].Spend(context.Background(), "nonce", time.Now().Add(time.Hour))
			if err != nil {
				t.Error(err)
			}
			if ok {
				fresh.Add(1)
			}
		})
	}
	wg.Wait()
	if n := fresh.Load(); n != 1 {
		t.Errorf("the nonce was spent %d times, want once", n)
	}
}

func TestSpendForgetsOnlyWhatExpiredLongAgo(t *testing.T) {
	s := open(t, t.TempDir())
	now := time.UnixMilli(1_700_000_000_000)
	spend := func(nonce string, expires time.Time, want bool) {
		t.Helper()
		if got, err := s.Spend(t.Context(), nonce, expires); err != nil || got != want {
			t.Errorf("Spend(%q) = %v, %v; want %v", nonce, got, err, want)
		}
	}
	spend("old", now.Add(-25*time.Hour), true)
	spend("recent", now.Add(-time.Hour), true)
	spend("other", now, true) // forgets "old"
	spend("recent", now.Add(-time.Hour), false)
	spend("old", now.Add(-25*time.Hour), true)
}

func TestFilesBelongToTheOwnerAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	s := open(t, dir)
	if _, err := s.Begin(t.Context(), store.Start{Intent: intent()}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SigningKey(); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		info, err := file.Info()
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %o; others must not reach it", file.Name(), info.Mode().Perm())
		}
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the state directory has mode %v, %v; want 0700", info.Mode(), err)
	}
}

func TestSigningKeyIsSharedAndGuarded(t *testing.T) {
	dir := t.TempDir()
	keys := make([][]byte, 8)
	var wg sync.WaitGroup
	for i := range keys {
		s := open(t, dir)
		wg.Go(func() {
			key, err := s.SigningKey()
			if err != nil {
				t.Error(err)
			}
			keys[i] = key
		})
	}
	wg.Wait()
	for _, key := range keys {
		if len(key) != 32 || string(key) != string(keys[0]) {
			t.Fatalf("processes that start together must share one key of 32 bytes, got %d and %d bytes", len(key), len(keys[0]))
		}
	}
	path := filepath.Join(dir, "approval.key")
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, dir).SigningKey(); err == nil {
		t.Error("a key that others can read was used")
	}
	if err := os.WriteFile(path, []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, dir).SigningKey(); err == nil {
		t.Error("a broken key was used")
	}
}

func TestMemoryKeepsNothing(t *testing.T) {
	s := store.NewMemory()
	if _, err := s.Begin(t.Context(), store.Start{Intent: intent()}); err != nil {
		t.Fatal(err)
	}
	if entries, err := s.Entries(t.Context(), store.Query{}); err != nil || len(entries) != 1 {
		t.Errorf("entries = %v, %v; want one", entries, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestBrokenDirectoryIsAnErrorEachTimeAndHeals(t *testing.T) {
	parent := t.TempDir()
	blocked := filepath.Join(parent, "state")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := open(t, blocked)
	if _, err := s.Begin(t.Context(), store.Start{Intent: intent()}); err == nil {
		t.Fatal("a journal was opened inside a file")
	}
	if err := os.Remove(blocked); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Begin(t.Context(), store.Start{Intent: intent()}); err != nil {
		t.Errorf("after the directory was mended: %v", err)
	}
}

// TestApprovalsAreForgotten: also where no other one is asked for.
func TestApprovalsAreForgotten(t *testing.T) {
	s := open(t, t.TempDir())
	p := add(t, s, "A", false)
	for _, test := range []struct {
		after time.Duration
		want  error
	}{{24 * time.Hour, nil}, {24*time.Hour + time.Millisecond, store.ErrNoPending}} {
		if err := s.PrunePending(t.Context(), p.Expires.Add(test.after)); err != nil {
			t.Fatal(err)
		}
		if _, err := s.PendingByCode(t.Context(), p.Code); !errors.Is(err, test.want) {
			t.Errorf("%s after it expired: %v, want %v", test.after, err, test.want)
		}
	}
}
