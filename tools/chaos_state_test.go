package tools_test

import (
	"context"
	"database/sql"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// Where the journal cannot be written nothing is done, what only reads goes on,
// and the answer says why.
func TestNothingIsDoneWithoutAJournal(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, dir string){
		"a file in the directory's place": func(t *testing.T, dir string) {
			must(t, os.WriteFile(dir, nil, 0o600))
		},
		"read-only": func(t *testing.T, dir string) {
			if os.Geteuid() == 0 {
				t.Skip("for this user nothing is read-only")
			}
			must(t, os.Mkdir(dir, 0o500))
		},
		// Every write to this file fails as on a full disk.
		"disk full": func(t *testing.T, dir string) {
			if _, err := os.Stat("/dev/full"); err != nil {
				t.Skip("there is no /dev/full")
			}
			must(t, os.Mkdir(dir, 0o700))
			must(t, os.Symlink("/dev/full", filepath.Join(dir, "mcp-mighty.db")))
		},
		"no database": func(t *testing.T, dir string) {
			must(t, os.Mkdir(dir, 0o700))
			must(t, os.WriteFile(filepath.Join(dir, "mcp-mighty.db"), []byte(strings.Repeat("this is no database ", 1000)), 0o600))
		},
		"from a newer version": func(t *testing.T, dir string) {
			later := store.NewSQLite(dir)
			_, err := later.Entries(t.Context(), store.Query{Limit: 1})
			must(t, err)
			must(t, later.Close())
			db := open(t, dir)
			_, err = db.Exec("PRAGMA user_version = 1000")
			must(t, err)
			must(t, db.Close())
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "state")
			spoil(t, dir)
			newSandboxed(t, func(o *setup) { o.journal = store.NewSQLite(dir) }).readsOnly("create_post", "ban_member", "delete_post", "bulk_ban_members")
		})
	}
}

// readsOnly wants that tools which act are refused for want of a journal, and
// that tools which read are not.
func (s *sandboxed) readsOnly(acting ...string) {
	s.t.Helper()
	good := newSandboxed(s.t).goodArguments() // which need a journal, too
	for _, tool := range acting {
		answer := s.call(tool, good[tool])
		if answer.Code != string(guardrails.CodeJournal) || !strings.Contains(answer.Problem, "othing was done") {
			s.t.Errorf("%s: %s: %s%s", tool, answer.Code, answer.Problem, answer.JSON)
		}
	}
	if n := s.sandbox.Changes(); n != 0 || len(s.sandbox.Outbox()) != 0 {
		s.t.Errorf("%d things changed", n)
	}
	for _, tool := range []string{"get_network", "list_members", "list_posts"} {
		s.ok(tool, nil)
	}
}

// While another process holds the database, nothing is done; when it lets go,
// all is as before.
func TestALockedJournal(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "state")
	s := newSandboxed(t, func(o *setup) { o.journal = store.NewSQLite(dir) })
	s.ok("create_post", s.goodArguments()["create_post"])
	db := open(t, dir)
	defer db.Close()
	lock, err := db.Conn(t.Context())
	must(t, err)
	_, err = lock.ExecContext(t.Context(), "BEGIN IMMEDIATE")
	must(t, err)
	before := s.sandbox.Changes()
	answer := s.call("update_post", s.goodArguments()["update_post"])
	if answer.Code != string(guardrails.CodeJournal) || s.sandbox.Changes() != before {
		t.Errorf("%s: %s%s", answer.Code, answer.Problem, answer.JSON)
	}
	s.ok("get_network", nil)
	_, err = lock.ExecContext(t.Context(), "ROLLBACK")
	must(t, err)
	must(t, lock.Close())
	s.ok("update_post", s.goodArguments()["update_post"])
}

// A clock that jumps while a person decides lets no approval live longer than
// was said, and never does anything twice.
func TestTheClockJumpsWhileAPersonDecides(t *testing.T) {
	for name, tt := range map[string]struct {
		jump time.Duration
		done bool
	}{
		"ahead by a day": {24 * time.Hour, false},
		"ahead a little": {10 * time.Second, true},
		"back by a day":  {-24 * time.Hour, false},
	} {
		t.Run(name, func(t *testing.T) {
			var jumped atomic.Int64
			s := newSandboxed(t, func(o *setup) {
				unhurried := unhurried()
				o.gateNow = func() time.Time { return unhurried().Add(time.Duration(jumped.Load())) }
			})
			who := jumper{person: &person{decision: guardrails.Approved}, jump: func() { jumped.Store(int64(tt.jump)) }}
			answer := s.callAs(who, "ban_member", s.goodArguments()["ban_member"])
			changes := s.sandbox.Changes()
			if done := answer.Problem == ""; changes > 1 || done != (changes == 1) || tt.jump > 0 && done != tt.done {
				t.Errorf("%d changes: %s%s", changes, answer.Problem, answer.JSON)
			}
		})
	}
}

// jumper is a person during whose decision the clock jumps.
type jumper struct {
	*person
	jump func()
}

func (j jumper) Ask(ctx context.Context, q guardrails.Question) (guardrails.Answer, error) {
	j.jump()
	return j.person.Ask(ctx, q)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// open opens the database of a state directory beside the store.
func open(t *testing.T, dir string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "mcp-mighty.db"))
	must(t, err)
	return db
}

// Where the state is taken away or replaced while the server runs, nothing is
// done: what was written into the old file nobody would find again. What had
// begun is told, with what the journal does not know.
func TestTheStateIsReplacedInTheMiddle(t *testing.T) {
	if os.PathSeparator != '/' {
		t.Skip("an open file stays where it is there")
	}
	for name, replace := range map[string]func(t *testing.T, dir string){
		"another journal": func(t *testing.T, dir string) {
			other := filepath.Join(t.TempDir(), "state")
			s := newSandboxed(t, func(o *setup) { o.journal = store.NewSQLite(other) })
			s.ok("create_post", s.goodArguments()["create_post"])
			must(t, s.journal.Close())
			must(t, os.Rename(filepath.Join(other, "mcp-mighty.db"), filepath.Join(dir, "mcp-mighty.db")))
		},
		"no file": func(t *testing.T, dir string) { must(t, os.Remove(filepath.Join(dir, "mcp-mighty.db"))) },
		"nothing": func(t *testing.T, dir string) { must(t, os.RemoveAll(dir)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			good := newSandboxed(t).goodArguments()
			dir := filepath.Join(t.TempDir(), "state")
			var spoil atomic.Bool
			s := newSandboxed(t, func(o *setup) {
				o.journal = store.NewSQLite(dir)
				o.front = atWrites(func() {
					if spoil.Swap(false) {
						replace(t, dir)
					}
				})
			})
			s.ok("create_post", good["create_post"])
			spoil.Store(true)
			before := s.sandbox.Changes()
			if answer := s.call("update_post", good["update_post"]); answer.Problem != "" || !strings.Contains(string(answer.JSON), "could not be written to the journal") {
				t.Errorf("under way: %s%s", answer.JSON, answer.Problem)
			}
			for _, tool := range []string{"ban_member", "delete_post", "bulk_ban_members"} {
				answer := s.call(tool, good[tool])
				if answer.Code != string(guardrails.CodeJournal) || !strings.Contains(answer.Problem, "Nothing was done. The operator has to start the server again") {
					t.Errorf("%s: %s: %s%s", tool, answer.Code, answer.Problem, answer.JSON)
				}
			}
			if n := s.sandbox.Changes() - before; n != 1 {
				t.Errorf("%d things were done, want the one that was under way", n)
			}
			s.ok("list_members", nil)
		})
	}
}

// atWrites calls f when a request arrives that changes something, before it
// does.
func atWrites(f func()) func(http.Handler) http.Handler {
	return func(api http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodGet {
				f()
			}
			api.ServeHTTP(w, r)
		})
	}
}

// A key that others can read while the server runs signs nothing any more, and
// nothing is done on what was signed with it.
func TestTheKeyIsOpenedInTheMiddle(t *testing.T) {
	if os.PathSeparator != '/' {
		t.Skip("rights are not told by mode there")
	}
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "state")
	s := newSandboxed(t, func(o *setup) { o.journal = store.NewSQLite(dir) })
	ban := s.goodArguments()["ban_member"]
	before := s.sandbox.Changes()
	key := filepath.Join(dir, "approval.key")
	who := jumper{person: &person{decision: guardrails.Approved}, jump: func() { must(t, os.Chmod(key, 0o644)) }}
	for _, when := range []string{"while a person decides", "before the question"} {
		answer := s.callAs(who, "ban_member", ban)
		if answer.Code != string(guardrails.CodeJournal) || !strings.Contains(answer.Problem, "Nothing was done") || strings.Contains(answer.Problem, dir) {
			t.Errorf("%s: %s: %s%s", when, answer.Code, answer.Problem, answer.JSON)
		}
	}
	if n := s.sandbox.Changes() - before; n != 0 {
		t.Errorf("%d things were done", n)
	}
	must(t, os.Chmod(key, 0o600))
	s.ok("ban_member", ban)
}
