package store_test

import (
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/store"
)

// sealedEntries is a store with two entries that can be undone and one whose
// end is not known, and its database as another program sees it.
func sealedEntries(t *testing.T) (*store.SQLite, *sql.DB) {
	t.Helper()
	dir := t.TempDir()
	s := open(t, dir)
	for _, state := range []store.State{store.Done, store.Done, ""} {
		i := intent()
		i.Deadline, i.Identity, i.Role, i.Approver = day.Add(time.Hour), "id", "team", "kirk"
		id, err := s.Begin(t.Context(), store.Start{Intent: i})
		if err == nil && state != "" {
			ending := store.Ending{At: day, State: state, Note: "n", Undo: &store.Undo{Tool: "update_member", Arguments: map[string]any{"first_name": "Ada"}}}
			err = s.Finish(t.Context(), id, ending, store.Event{})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "mcp-mighty.db")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return s, db
}

func sealOf(t *testing.T, s *store.SQLite, id int64) store.Seal {
	t.Helper()
	entry, err := s.Entry(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return entry.Seal
}

// TestEntriesAreSealed changes each column of an entry, and wants that to show.
func TestEntriesAreSealed(t *testing.T) {
	s, db := sealedEntries(t)
	for id := range int64(3) {
		if seal := sealOf(t, s, id+1); seal != store.Sealed || seal.Why() != "" {
			t.Fatalf("entry %d is %s", id+1, seal)
		}
	}
	columns, err := db.QueryContext(t.Context(), `SELECT name FROM pragma_table_info('journal') WHERE name NOT IN ('id', 'seal')`)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for columns.Next() {
		var name string
		if err := columns.Scan(&name); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	columns.Close()
	exec := func(statement string) {
		t.Helper()
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(statement, err)
		}
	}
	exec(`CREATE TABLE kept AS SELECT * FROM journal`)
	for _, name := range names {
		for _, to := range []string{"'7'", "'nope'"} { // a number, and no JSON
			if _, err := db.ExecContext(t.Context(), `UPDATE journal SET `+name+` = `+to+` WHERE id = 1`); err != nil {
				continue
			}
			if entry, err := s.Entry(t.Context(), 1); err == nil && entry.Seal != store.Altered || err == nil && entry.Seal.Why() == "" {
				t.Errorf("with another %s the entry is %s", name, entry.Seal)
			}
		}
		exec(`DELETE FROM journal WHERE id = 1`)
		exec(`INSERT INTO journal SELECT * FROM kept WHERE id = 1`)
	}
	if seal := sealOf(t, s, 1); seal != store.Sealed {
		t.Errorf("as it was before, the entry is %s", seal)
	}
	exec(`UPDATE journal SET undo = 'nope', seal = (SELECT k.seal FROM kept k WHERE k.id = 2) WHERE id = 1`)
	exec(`UPDATE journal SET seal = '' WHERE id = 2`)
	if one, two := sealOf(t, s, 1), sealOf(t, s, 2); one != store.Altered || two != store.Unsealed {
		t.Errorf("they are %s and %s", one, two)
	}
	if altered, unsealed, err := s.Unsound(t.Context()); err != nil || len(altered) != 1 || altered[0] != 1 || unsealed != 1 {
		t.Errorf("unsound are %v, %d, %v", altered, unsealed, err)
	}
}

// TestNothingSealsWhatWasAltered: an ending is written down, and vouches for
// nothing that somebody else wrote before.
func TestNothingSealsWhatWasAltered(t *testing.T) {
	for name, end := range map[string]func(s *store.SQLite) error{
		"its ending": func(s *store.SQLite) error {
			return s.Finish(t.Context(), 3, store.Ending{At: day, State: store.Unknown}, store.Event{})
		},
		"its time": func(s *store.SQLite) error {
			_, err := s.CloseOverdue(t.Context(), day.AddDate(1, 0, 0), overdue)
			return err
		},
	} {
		for statement, want := range map[string]store.Seal{
			`SELECT 1`:                            store.Sealed,
			`UPDATE journal SET arguments = '{}'`: store.Altered, `UPDATE journal SET before_values = '{}'`: store.Altered, `UPDATE journal SET seal = ''`: store.Unsealed,
		} {
			s, db := sealedEntries(t)
			if _, err := db.ExecContext(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
			if err := end(s); err != nil {
				t.Fatal(err)
			}
			if entry, err := s.Entry(t.Context(), 3); err != nil || entry.State != store.Unknown || entry.Seal != want {
				t.Errorf("%s, then %s: %s and %s, %v", statement, name, entry.State, entry.Seal, err)
			}
		}
	}
}

// TestSealsOutliveTheSigningKey: what was done can be undone after the other
// key was replaced.
func TestSealsOutliveTheSigningKey(t *testing.T) {
	s, _ := sealedEntries(t)
	if err := s.RotateSigningKey(t.Context(), store.Event{At: day, Kind: "rotated"}); err != nil {
		t.Fatal(err)
	}
	if seal := sealOf(t, s, 1); seal != store.Sealed {
		t.Errorf("the entry is %s", seal)
	}
}
