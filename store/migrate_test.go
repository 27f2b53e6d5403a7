package store_test

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/store"
)

// layout1 is the database as this program made it before there was an audit
// trail; the first releases did not number it.
const layout1 = `
CREATE TABLE journal (
	id INTEGER PRIMARY KEY AUTOINCREMENT, begun_at BIGINT NOT NULL, tool TEXT NOT NULL, risk TEXT NOT NULL, network TEXT NOT NULL,
	principal TEXT NOT NULL, client TEXT NOT NULL, arguments TEXT NOT NULL, before_values TEXT NOT NULL, channel TEXT NOT NULL,
	state TEXT NOT NULL, ended_at BIGINT NOT NULL DEFAULT 0, note TEXT NOT NULL DEFAULT '', undo TEXT NOT NULL DEFAULT '');
CREATE INDEX journal_state ON journal (state);
CREATE TABLE spent (nonce TEXT PRIMARY KEY, expires BIGINT NOT NULL);
INSERT INTO journal (begun_at, tool, risk, network, principal, client, arguments, before_values, channel, state, ended_at, undo)
	VALUES (1700000000000, 'update_member', 'write', 'harbour', 'stdio', 'test/1', '{"member_id":7}', '{"first_name":"Ada"}', '', 'done', 1700000001000,
		'{"tool":"update_member","arguments":{"member_id":7}}');
INSERT INTO journal (begun_at, tool, risk, network, principal, client, arguments, before_values, channel, state)
	VALUES (1700000000000, 'ban_member', 'destructive', 'harbour', 'stdio', 'test/1', '{"member_id":8}', 'null', 'elicitation', 'begun');
INSERT INTO spent VALUES ('old answer', 4000000000000);
`

func TestStateOfEarlierVersions(t *testing.T) {
	for name, number := range map[string]string{"without a number": "", "layout 1": "PRAGMA user_version = 1;"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			old, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "mcp-mighty.db"))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := old.ExecContext(t.Context(), layout1+number); err != nil {
				t.Fatal(err)
			}
			if err := old.Close(); err != nil {
				t.Fatal(err)
			}
			s := open(t, dir)
			entries, err := s.Entries(t.Context(), store.Query{})
			if err != nil || len(entries) != 2 {
				t.Fatalf("%+v, %v", entries, err)
			}
			if e := entries[1]; e.Tool != "update_member" || e.State != store.Done || e.Before["first_name"] != "Ada" || e.Undo.Tool != "update_member" || !e.Deadline.IsZero() || e.Undoes != 0 {
				t.Errorf("the first is %+v", e)
			}
			for _, e := range entries {
				if e.Seal != store.Unsealed || !strings.Contains(e.Seal.Why(), "earlier version") {
					t.Errorf("entry %d, which was never sealed, is %s: %s", e.ID, e.Seal, e.Seal.Why())
				}
			}
			if fresh, err := s.Spend(t.Context(), "old answer", time.UnixMilli(4000000000000)); err != nil || fresh {
				t.Errorf("an answer that was used before the update counts again: %v, %v", fresh, err)
			}
			id, err := s.Begin(t.Context(), store.Start{Intent: intent(), Event: store.Event{At: day, Kind: "begun"}})
			if err != nil || id != 3 {
				t.Errorf("the next entry: %d, %v", id, err)
			}
			if err := s.Finish(t.Context(), entries[0].ID, store.Ending{State: store.Unknown}, store.Event{At: day, Kind: "settled"}); err != nil {
				t.Errorf("an entry from before cannot be settled: %v", err)
			}
			if records, _, err := read(t, s); err != nil || len(records) != 2 {
				t.Errorf("%+v, %v", records, err)
			}
		})
	}
}

func TestStateOfLaterVersionsIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	later, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "mcp-mighty.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer later.Close()
	if _, err := later.ExecContext(t.Context(), `PRAGMA user_version = 99`); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, dir).Begin(t.Context(), store.Start{Intent: intent()}); err == nil || !strings.Contains(err.Error(), "newer version") {
		t.Errorf("got %v", err)
	}
}
