package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/store"
)

var day = time.UnixMilli(1_700_000_000_000)

// trail writes n records, a day apart, and returns a store and its database.
func trail(t *testing.T, n int) (*store.SQLite, *sql.DB) {
	t.Helper()
	dir := t.TempDir()
	s := open(t, dir)
	for i := range n {
		if err := s.Record(t.Context(), store.Event{At: day.AddDate(0, 0, i), Kind: "refused", Tool: fmt.Sprint("tool ", i+1), Outcome: "policy"}); err != nil {
			t.Fatal(err)
		}
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "mcp-mighty.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return s, db
}

// read returns the records up to the first that is wrong.
func read(t *testing.T, s *store.SQLite) (records []store.Record, newest int64, err error) {
	t.Helper()
	newest, _, err = s.Trail(t.Context(), func(r store.Record) error { records = append(records, r); return nil })
	return records, newest, err
}

func TestTrailTellsWhatWasRecorded(t *testing.T) {
	s, _ := trail(t, 5)
	records, newest, err := read(t, s)
	if err != nil || newest != 5 || len(records) != 5 {
		t.Fatalf("%d records up to %d, %v", len(records), newest, err)
	}
	third := records[2]
	if third.Seq != 3 || third.Tool != "tool 3" || third.Kind != "refused" || third.Outcome != "policy" || !third.At.Equal(day.AddDate(0, 0, 2)) {
		t.Errorf("the third is %+v", third)
	}
	stop := errors.New("enough")
	if _, _, err := s.Trail(t.Context(), func(store.Record) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("a reader that has had enough: %v", err)
	}
	if _, newest, err := read(t, store.NewMemory()); err != nil || newest != 0 {
		t.Errorf("an empty trail: %d, %v", newest, err)
	}
}

func TestTrailNamesTheFirstRecordThatIsWrong(t *testing.T) {
	for name, test := range map[string]struct {
		change string
		first  int64
	}{
		"edited":                {`UPDATE audit SET body = replace(body, 'tool 3', 'tool 9') WHERE seq = 3`, 3},
		"another time":          {`UPDATE audit SET at = at + 1 WHERE seq = 3`, 3},
		"dropped":               {`DELETE FROM audit WHERE seq = 3`, 3},
		"dropped and closed up": {`DELETE FROM audit WHERE seq = 3; UPDATE audit SET seq = seq - 1 WHERE seq > 3`, 3},
		"two changed places":    {`UPDATE audit SET seq = 30 WHERE seq = 3; UPDATE audit SET seq = 3 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = 30`, 3},
		"one twice":             {`UPDATE audit SET (at, body, mac) = (SELECT at, body, mac FROM audit WHERE seq = 2) WHERE seq = 3`, 3},
		"one made up":           {`INSERT INTO audit (seq, at, body, mac) VALUES (6, 1, '{"kind":"ended"}', 'x')`, 6},
		"the newest dropped":    {`DELETE FROM audit WHERE seq = 5`, 5},
		"newest and end":        {`DELETE FROM audit WHERE seq = 5; UPDATE audit_ends SET seq = 4, mac = (SELECT mac FROM audit WHERE seq = 4)`, 4},
		"the oldest dropped":    {`DELETE FROM audit WHERE seq = 1`, 1},
		"oldest and its end":    {`INSERT INTO audit_ends SELECT 'tail', 1, mac, 'x' FROM audit WHERE seq = 1; DELETE FROM audit WHERE seq = 1`, 1},
		"the end dropped":       {`DELETE FROM audit_ends`, 6},
		"all dropped":           {`DELETE FROM audit`, 1},
		"the head as the tail":  {`INSERT INTO audit_ends SELECT 'tail', seq, mac, seal FROM audit_ends; DELETE FROM audit`, 5},
	} {
		t.Run(name, func(t *testing.T) {
			s, db := trail(t, 5)
			if _, err := db.ExecContext(t.Context(), test.change); err != nil {
				t.Fatal(err)
			}
			_, _, err := read(t, s)
			var wrong *store.Tampered
			if !errors.As(err, &wrong) || wrong.Seq != test.first {
				t.Errorf("got %v, want record %d named", err, test.first)
			}
		})
	}
}

// Nothing is written onto an end that is not ours: the trail would heal.
func TestNothingFollowsATamperedEnd(t *testing.T) {
	s, db := trail(t, 3)
	if _, err := db.ExecContext(t.Context(), `UPDATE audit_ends SET seq = 2, mac = (SELECT mac FROM audit WHERE seq = 2); DELETE FROM audit WHERE seq = 3`); err != nil {
		t.Fatal(err)
	}
	var wrong *store.Tampered
	if err := s.Record(t.Context(), store.Event{At: day, Kind: "refused"}); !errors.As(err, &wrong) {
		t.Errorf("got %v", err)
	}
	if _, err := s.Begin(t.Context(), store.Start{Intent: intent(), Event: store.Event{At: day, Kind: "begun"}}); !errors.As(err, &wrong) {
		t.Errorf("an action began without its record: %v", err)
	}
	if entries, err := s.Entries(t.Context(), store.Query{}); err != nil || len(entries) != 0 {
		t.Errorf("its intent was kept: %v, %v", entries, err)
	}
}

func TestAnotherKeyIsNoKey(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	if err := s.Record(t.Context(), store.Event{At: day, Kind: "refused"}); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "audit.key")); err != nil {
		t.Fatal(err)
	}
	var wrong *store.Tampered
	if _, _, err := read(t, open(t, dir)); !errors.As(err, &wrong) {
		t.Errorf("got %v", err)
	}
}

func TestPruneKeepsTheRestWhole(t *testing.T) {
	s, db := trail(t, 6)
	id, err := s.Begin(t.Context(), store.Start{Intent: intent()})
	if err != nil {
		t.Fatal(err)
	}
	running, err := s.Begin(t.Context(), store.Start{Intent: intent()})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Finish(t.Context(), id, store.Ending{At: day, State: store.Done}, store.Event{}); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		before        time.Time
		removed, left int
	}{{day, 0, 6}, {day.AddDate(0, 0, 2), 2, 4}, {day.AddDate(0, 0, 2), 0, 4}, {day.AddDate(0, 0, 3), 1, 3}} {
		removed, err := s.Prune(t.Context(), test.before, overdue)
		records, newest, readErr := read(t, s)
		if err != nil || removed != int64(test.removed) || readErr != nil || len(records) != test.left || newest != 6 {
			t.Errorf("pruned before %s: %d, %v; %d left up to %d, %v", test.before, removed, err, len(records), newest, readErr)
		}
	}
	entries, err := s.Entries(t.Context(), store.Query{})
	if err != nil || len(entries) != 1 || entries[0].ID != running {
		t.Errorf("the journal holds %+v, %v; want what has not ended", entries, err)
	}
	if err := s.Record(t.Context(), store.Event{At: day, Kind: "refused"}); err != nil {
		t.Error(err)
	}
	if _, _, err := read(t, s); err != nil {
		t.Errorf("after more was written: %v", err)
	}
	if _, err := db.ExecContext(t.Context(), `DELETE FROM audit WHERE seq = 4`); err != nil {
		t.Fatal(err)
	}
	var wrong *store.Tampered
	if _, _, err := read(t, s); !errors.As(err, &wrong) || wrong.Seq != 4 {
		t.Errorf("the oldest that was left is gone: %v", err)
	}
	if _, err := s.Prune(t.Context(), day.AddDate(1, 0, 0), overdue); !errors.As(err, &wrong) {
		t.Errorf("a tampered trail was pruned: %v", err)
	}
}

func TestPruneLeavesTheNewest(t *testing.T) {
	s, _ := trail(t, 4)
	if removed, err := s.Prune(t.Context(), day.AddDate(1, 0, 0), overdue); err != nil || removed != 3 {
		t.Errorf("%d, %v", removed, err)
	}
	if records, newest, err := read(t, s); err != nil || len(records) != 1 || newest != 4 {
		t.Errorf("%d left up to %d, %v", len(records), newest, err)
	}
}

// Processes that write at once make one chain.
func TestTrailHasNoForks(t *testing.T) {
	dir := t.TempDir()
	handles := []*store.SQLite{open(t, dir), open(t, dir), open(t, dir)}
	var wg sync.WaitGroup
	for i := range 30 {
		wg.Go(func() {
			if err := handles[i%3].Record(context.Background(), store.Event{At: day, Kind: "refused"}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if records, newest, err := read(t, handles[0]); err != nil || len(records) != 30 || newest != 30 {
		t.Errorf("%d records up to %d, %v", len(records), newest, err)
	}
}

func TestRotationIsRecordedAndLeavesTheTrailWhole(t *testing.T) {
	for name, s := range map[string]*store.SQLite{"file": open(t, t.TempDir()), "memory": store.NewMemory()} {
		before, err := s.SigningKey()
		if err != nil {
			t.Fatal(err)
		}
		if err := s.RotateSigningKey(t.Context(), store.Event{At: day, Kind: "rotated", Approver: "kim"}); err != nil {
			t.Fatal(err)
		}
		after, err := s.SigningKey()
		if err != nil || string(after) == string(before) || len(after) != 32 {
			t.Errorf("%s: the key is the old one, or none: %v", name, err)
		}
		if records, _, err := read(t, s); err != nil || len(records) != 1 || records[0].Approver != "kim" {
			t.Errorf("%s: %+v, %v", name, records, err)
		}
	}
}

func TestNewKeysBelongToTheOwnerAlone(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	if err := s.Record(t.Context(), store.Event{At: day, Kind: "refused"}); err != nil {
		t.Fatal(err)
	}
	if err := s.RotateSigningKey(t.Context(), store.Event{At: day, Kind: "rotated"}); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"approval.key", "audit.key"} {
		if info, err := os.Stat(filepath.Join(dir, key)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", key, info, err)
		}
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*.key.*")); err != nil || len(left) != 0 {
		t.Errorf("drafts are left behind: %v", left)
	}
}
