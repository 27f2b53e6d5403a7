package e2e

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/store"
)

// state is the state directory of a community's server.
func (c *community) state() string { return filepath.Join(home(c.env), "mcp-mighty") }

// opened returns the server's state, and the database as another program sees
// it.
func (c *community) opened() (*store.SQLite, *sql.DB) {
	c.t.Helper()
	s := store.NewSQLite(c.state())
	if err := s.Record(c.t.Context(), store.Event{At: time.Now(), Kind: "opened"}); err != nil {
		c.t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(c.state(), "mcp-mighty.db")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { _ = db.Close(); _ = s.Close() })
	return s, db
}

// lost writes the intent of an action whose server died an hour ago.
func (c *community) lost(s *store.SQLite, tool, arguments string) int64 {
	c.t.Helper()
	at := time.Now().Add(-time.Hour)
	id, err := s.Begin(c.t.Context(), store.Start{Intent: store.Intent{
		At: at, Deadline: at.Add(time.Minute), Tool: tool, Network: "default", Identity: c.url + " 4242", Principal: "ada", Arguments: json.RawMessage(arguments),
	}})
	if err != nil {
		c.t.Fatal(err)
	}
	return id
}

func TestDoctorSaysWhatWasAltered(t *testing.T) {
	c := newCommunity(t)
	s, db := c.opened()
	for range 3 {
		id := c.lost(s, "ban_member", `{"member_id":7}`)
		if err := s.Finish(t.Context(), id, store.Ending{At: time.Now(), State: store.Done, Undo: &store.Undo{Tool: "create_tag"}}, store.Event{}); err != nil {
			t.Fatal(err)
		}
	}
	if r := run(t, c.env, "", "doctor"); r.code != 0 || strings.Contains(r.stdout, "seal") {
		t.Fatalf("doctor of a whole journal: %+v", r)
	}
	for _, statement := range []string{`UPDATE journal SET undo = replace(undo, 'create_tag', 'delete_tag') WHERE id = 2`, `UPDATE journal SET seal = '' WHERE id = 3`} {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	r := run(t, c.env, "", "doctor")
	for _, want := range []string{"WRONG  journal        entries are not as they were written, and cannot be undone: 2. ", "1 entries are from a version that did not seal them"} {
		if r.code != 1 || !strings.Contains(r.stdout, want) {
			t.Errorf("doctor does not say %q: %+v", want, r)
		}
	}
}

// TestTheNextStartNamesWhatIsOpen: also what an earlier server closed as
// unknown, and not more of it than one reads.
func TestTheNextStartNamesWhatIsOpen(t *testing.T) {
	c := newCommunity(t)
	s, _ := c.opened()
	known := c.lost(s, "ban_member", `{"member_id":7}`)
	if err := s.Finish(t.Context(), known, store.Ending{At: time.Now(), State: store.Unknown}, store.Event{}); err != nil {
		t.Fatal(err)
	}
	for range 21 {
		c.lost(s, "delete_post", `{"post_id":7}`)
	}
	at := time.Now()
	if _, err := s.Begin(t.Context(), store.Start{Intent: store.Intent{
		At: at, Deadline: at.Add(time.Hour), Tool: "update_post", Network: "default", Principal: "ben", Arguments: json.RawMessage(`{}`),
	}}); err != nil {
		t.Fatal(err)
	}
	p := start(t, c.env, "serve", "--http", "127.0.0.1:0")
	p.url()
	p.stderr.waitFor(t, regexp.MustCompile(`more actions whose end is not known.*actions=\d`))
	said := p.stderr.String()
	for want, times := range map[string]int{"how an action ended is not known": 19, "tool=delete_post": 19, "may still be running": 1, "by=ben": 1, "actions=3": 1, "entry=22": 1} {
		if n := strings.Count(said, want); n != times {
			t.Errorf("the log says %q %d times, want %d:\n%s", want, n, times, said)
		}
	}
}

// TestDoctorLooksAfterAll: after more than a page, once, with an end to it for
// what no target tells.
func TestDoctorLooksAfterAll(t *testing.T) {
	c := newCommunity(t)
	c.env = with(c.env, "MIGHTY_TOOLSETS=all")
	s, _ := c.opened()
	for range 24 {
		c.lost(s, "create_tag", `{"title":"Never made"}`)
	}
	if told := run(t, c.env, "", "doctor").stdout; strings.Count(told, "ended is not known") != 20 || !strings.Contains(told, "4 more actions") {
		t.Errorf("doctor says %s", told)
	}
	looked := run(t, c.env, "", "doctor", "--settle").stdout
	if n := strings.Count(looked, "looked, and its target does not tell"); n != 24 || strings.Contains(looked, "doctor --settle") || !strings.Contains(looked, "`mcp-mighty doctor --close 1`") {
		t.Errorf("doctor --settle looked %d times: %s", n, looked)
	}
	closed := run(t, c.env, "", "doctor", "--close", "1,2", "--close", "3")
	if closed.code != 0 || strings.Count(closed.stdout, "is closed") != 3 || strings.Contains(closed.stdout, "entry 2 of") {
		t.Errorf("doctor --close: %+v", closed)
	}
	if again := run(t, c.env, "", "doctor", "--close", "1"); again.code != 1 || !strings.Contains(again.stdout, "its state is closed") {
		t.Errorf("once more: %+v", again)
	}
	at := time.Now()
	running, err := s.Begin(t.Context(), store.Start{Intent: store.Intent{At: at, Deadline: at.Add(time.Hour), Tool: "create_tag", Network: "default", Arguments: json.RawMessage(`{}`)}})
	if err != nil {
		t.Fatal(err)
	}
	if early := run(t, c.env, "", "doctor", "--close", fmt.Sprint(running)); early.code != 1 || !strings.Contains(early.stdout, "it may be under way") {
		t.Errorf("one that may run: %+v", early)
	}
	trail := run(t, c.env, "", "audit", "export").stdout
	if n := strings.Count(trail, `"outcome":"closed"`); n != 3 || !strings.Contains(trail, `"channel":"terminal"`) {
		t.Errorf("the trail tells of %d that were closed: %s", n, trail)
	}
}
