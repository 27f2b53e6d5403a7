package tools_test

import (
	"encoding/json"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/sandbox"
	"github.com/mcp-mighty/mcp-mighty/store"
	"github.com/mcp-mighty/mcp-mighty/tools"
)

func onDisks(t *testing.T, kind string) {
	signal.Ignore(syscall.SIGXFSZ)
	for name, run := range map[string]func(t *testing.T, d *disk){
		"before there is anything": fullFromTheStart,
		"before the intent":        fullBeforeTheIntent,
		"before the outcome":       fullBeforeTheOutcome,
		"while a person decides":   fullWhileAPersonDecides,
		"while requests count":     fullWhileRequestsCount,
		"while members are read":   fullWhileMembersAreRead,
		"while a file is exported": fullWhileAFileIsExported,
	} {
		t.Run(name, func(t *testing.T) { run(t, newDisk(t, kind)) })
	}
}

// actingOnDisk are tools of all kinds: made and taken back, mailed, deleted,
// many at once, and the second API.
func actingOnDisk() []string {
	return []string{"create_post", "update_post", "ban_member", "delete_post", "bulk_ban_members", "create_workspace_user"}
}

func fullFromTheStart(t *testing.T, d *disk) {
	s := newSandboxed(t, func(o *setup) { o.journal = store.NewSQLite(d.dir) })
	d.fill()
	s.readsOnly(actingOnDisk()...)
	d.free()
	s.ok("create_post", s.goodArguments()["create_post"])
}

// A full disk that was not at first: all that the journal needs is there, and
// what it has holds.
func fullBeforeTheIntent(t *testing.T, d *disk) {
	good := newSandboxed(t).goodArguments()
	s := newSandboxed(t, func(o *setup) { o.journal = store.NewSQLite(d.dir) })
	s.readsOnly()
	s.ok("create_post", good["create_post"])
	_, err := s.journal.SigningKey()
	must(t, err)
	before := s.executed()
	d.fill()
	for _, tool := range actingOnDisk() {
		answer := s.call(tool, good[tool])
		if answer.Code != string(guardrails.CodeJournal) || !strings.Contains(answer.Problem, "Nothing was done.") || !strings.Contains(answer.Problem, "doctor") {
			t.Errorf("%s: %s: %s%s", tool, answer.Code, answer.Problem, answer.JSON)
		}
		d.untold(t, answer)
		if answer := s.callAs(nil, tool, good[tool]); answer.Code != string(guardrails.CodeJournal) {
			t.Errorf("%s waits for an approval that is nowhere: %s%s", tool, answer.Problem, answer.JSON)
		}
	}
	if n := s.executed(); n != before {
		t.Errorf("%d things were done", n-before)
	}
	// What the refusals send the operator to is another process.
	doctor := store.NewSQLite(d.dir)
	defer doctor.Close()
	if doctor.Probe(t.Context()) == nil {
		t.Error("the doctor finds nothing")
	}
	d.free()
	must(t, doctor.Probe(t.Context()))
	s.ok("ban_member", good["ban_member"])
	s.ok("create_workspace_user", good["create_workspace_user"])
	s.wholeTrail()
}

// When the disk gets full while a request is under way, the intent is written
// and the outcome cannot be. What is told is what happened, with what the
// journal does not know; and the journal says, also to the next process, that
// it does not know.
func fullBeforeTheOutcome(t *testing.T, d *disk) {
	good := newSandboxed(t).goodArguments()
	for _, tool := range actingOnDisk() {
		for name, fault := range map[string]sandbox.Fault{
			"done": {}, "lost": {Kind: sandbox.FaultResetAfter}, "refused": {Kind: sandbox.FaultStatus, Status: 403},
		} {
			t.Run(tool+" "+name, func(t *testing.T) {
				defer d.free()
				dir := filepath.Join(d.dir, tool+name)
				s := newSandboxed(t, func(o *setup) {
					o.journal = store.NewSQLite(dir)
					o.front = atWrites(d.fill)
				})
				if fault.Kind != "" {
					fault.Method = "*"
					s.failWrites(fault)
				}
				answer := s.call(tool, good[tool])
				done := s.executed() > 0
				if said := claimOf(answer); said == saidDone && !done || said == saidNotDone && done || name == "done" && said != saidDone || name == "refused" && said != saidNotDone {
					t.Errorf("said to be %s, and done: %v: %s%s", said, done, answer.JSON, answer.Problem)
				}
				if text := string(answer.JSON) + answer.Problem; !strings.Contains(text, "could not be written to the journal") {
					t.Errorf("nothing is said of the journal: %s", text)
				}
				d.untold(t, answer)
				if entry := s.lastEntry(); entry.State != store.Begun {
					t.Errorf("the journal says %s", entry.State)
				}
				d.free()
				s.journal = restarted(t, dir)
				if entry := s.lastEntry(); entry.State != store.Unknown || entry.Tool != tool {
					t.Errorf("after a restart the journal says that %s is %s", entry.Tool, entry.State)
				}
				if settled, err := s.catalogue.Settle(t.Context(), s.lastEntry()); settled && !done || err != nil {
					t.Errorf("settled: %v, done: %v, %v", settled, done, err)
				}
				s.wholeTrail()
			})
		}
	}
}

// failWrites lets a fault meet all that changes something.
func (s *sandboxed) failWrites(fault sandbox.Fault) {
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		fault.Method = method
		s.sandbox.Inject(fault)
		s.workspace.Inject(fault)
	}
}

// executed counts what was done to both APIs.
func (s *sandboxed) executed() int { return s.sandbox.Changes() + len(s.workspace.Outbox()) }

// restarted opens the journal as the next process does, a day later.
func restarted(t *testing.T, dir string) *store.SQLite {
	t.Helper()
	next := store.NewSQLite(dir)
	t.Cleanup(func() { _ = next.Close() })
	later := now.AddDate(0, 0, 1)
	_, err := next.CloseOverdue(t.Context(), later, guardrails.Overdue(func() time.Time { return later }))
	must(t, err)
	return next
}

// wholeTrail wants that the audit trail has no gap and no wrong seal.
func (s *sandboxed) wholeTrail() {
	s.t.Helper()
	records := 0
	if newest, _, err := s.journal.Trail(s.t.Context(), func(store.Record) error { records++; return nil }); err != nil || newest != int64(records) || records == 0 {
		s.t.Errorf("the trail has %d records of %d: %v", records, newest, err)
	}
}

// untold wants that an answer tells nothing of where files are, nor in the
// words of the store.
func (d *disk) untold(t *testing.T, answer tools.Answer) {
	t.Helper()
	text := string(answer.JSON) + answer.Problem
	for _, word := range []string{d.dir, filepath.Dir(d.dir), "mcp-mighty.db", "sqlite", "SQLITE", ".key", "database or disk", "INSERT"} {
		if strings.Contains(text, word) {
			t.Errorf("the answer tells %q: %s", word, text)
		}
	}
}

// The audit trail cannot be written while a person decides: a no stays a no,
// and a yes does nothing.
func fullWhileAPersonDecides(t *testing.T, d *disk) {
	s := newSandboxed(t, func(o *setup) { o.journal = store.NewSQLite(d.dir) })
	ban := s.goodArguments()["ban_member"]
	before := s.executed()
	for _, decision := range []guardrails.Decision{guardrails.Declined, guardrails.Approved, guardrails.Cancelled} {
		who := jumper{person: &person{decision: decision}, jump: d.fill}
		answer := s.callAs(who, "ban_member", ban)
		if answer.Problem == "" || !strings.Contains(answer.Problem, "Nothing was done") || decision == guardrails.Approved && answer.Code != string(guardrails.CodeJournal) {
			t.Errorf("%s: %s: %s%s", decision, answer.Code, answer.Problem, answer.JSON)
		}
		d.untold(t, answer)
		d.free()
	}
	d.fill()
	answer := s.call("ban_member", map[string]any{"member_id": s.sandbox.Notable().Owner})
	if answer.Code != string(guardrails.CodeProtected) {
		t.Errorf("a refusal that cannot be recorded: %s: %s", answer.Code, answer.Problem)
	}
	if n := s.executed(); n != before {
		t.Errorf("%d things were done", n-before)
	}
	d.free()
	s.ok("ban_member", ban)
	s.wholeTrail()
}

// Requests go on while their account cannot be written, and are entered later.
func fullWhileRequestsCount(t *testing.T, d *disk) {
	usage := store.NewUsage(d.dir)
	var clock atomic.Int64
	s := newSandboxed(t, func(o *setup) {
		o.usage = usage
		o.client = func(o *apiclient.Options) {
			o.Now = func() time.Time { return now.Add(time.Duration(clock.Load())) }
		}
	})
	counted := func() (spent, requests int64) {
		t.Helper()
		days, err := usage.Days(t.Context(), "harbour", now, now)
		must(t, err)
		for _, day := range days {
			spent += day.Attempts
		}
		return spent, int64(len(s.sandbox.Requests()))
	}
	s.ok("list_members", nil)
	d.fill()
	for page := range 3 {
		answer := s.call("list_members", map[string]any{"page": page + 1, "per_page": 7 + page})
		if answer.Problem != "" {
			t.Errorf("a request that cannot be counted: %s", answer.Problem)
		}
		clock.Add(int64(2 * time.Second)) // the store is left alone for a while after it failed
	}
	if spent, requests := counted(); spent == requests {
		t.Fatalf("all %d requests are counted, so the disk is not full", requests)
	}
	var told struct {
		Spent int64
		Note  string
	}
	answer := s.call("get_request_usage", nil)
	if err := json.Unmarshal(answer.JSON, &told); err != nil || told.Spent != int64(len(s.sandbox.Requests())) || !strings.Contains(told.Note, "could not be written") {
		t.Errorf("%s%s", answer.JSON, answer.Problem)
	}
	d.untold(t, answer)
	d.free()
	clock.Add(int64(2 * time.Second))
	s.ok("list_posts", nil)
	if spent, requests := counted(); spent != requests {
		t.Errorf("%d of %d requests are counted", spent, requests)
	}
}

// The directory goes on in memory, with all that it has: what was paid for is
// not paid twice, and a search does not look where nothing is.
func fullWhileMembersAreRead(t *testing.T, d *disk) {
	var pages atomic.Int32
	s := newSandboxed(t, func(o *setup) {
		o.directory = store.NewDirectory(d.dir, "harbour", "")
		o.front = func(api http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(strings.TrimSuffix(r.URL.Path, "/"), "/members") && pages.Add(1) == 2 {
					d.fill()
				}
				api.ServeHTTP(w, r)
			})
		}
	})
	read := map[string]any{"max_requests": 50}
	answer := s.call("refresh_directory", read)
	if text := string(answer.JSON); !strings.Contains(text, `"complete":true`) || !strings.Contains(text, "kept in memory") || answer.Requests > 3+4 {
		t.Errorf("%d requests: %s%s", answer.Requests, text, answer.Problem)
	}
	d.untold(t, answer)
	d.free()

	// A search reads somebody again who was changed, and cannot keep that.
	another := store.NewDirectory(d.dir, "another", "")
	s = newSandboxed(t, func(o *setup) { o.directory = another })
	s.ok("refresh_directory", read)
	everybody := map[string]any{"joined_after": "2000-01-01", "max_requests": 50}
	before := s.ok("search_members", everybody)
	_, err := another.Touch(t.Context(), []uint64{s.sandbox.Notable().Moderator}, nil)
	must(t, err)
	d.fill()
	answer = s.call("search_members", everybody)
	var after map[string]any
	if err := json.Unmarshal(answer.JSON, &after); err != nil || after["total"] != before["total"] || answer.Requests != 1 {
		t.Errorf("of %v are found after %d requests: %s%s", before["total"], answer.Requests, answer.JSON, answer.Problem)
	}
	if status := s.call("refresh_directory", nil); !strings.Contains(string(status.JSON), "kept in memory") {
		t.Errorf("it is not said that the disk is full: %s%s", status.JSON, status.Problem)
	}
	d.untold(t, answer)
}

// Half a file does not stay, and the journal knows how it ended, where that can
// be written: also on the same disk, since the half file was removed.
func fullWhileAFileIsExported(t *testing.T, d *disk) {
	exports := filepath.Join(d.dir, "exports")
	must(t, os.Mkdir(exports, 0o700))
	var filling atomic.Bool
	s := newSandboxed(t, func(o *setup) {
		o.exportDir = &exports
		o.sandbox.Members = 1200 // more than a buffer of the file holds
		o.front = func(api http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Query().Get("page") == "2" && filling.Load() {
					d.fill()
				}
				api.ServeHTTP(w, r)
			})
		}
	})
	for _, fields := range [][]string{{"id", "email"}, {"id", "email", "bio", "avatar"}} {
		arguments := map[string]any{"fields": fields, "format": "ndjson"}
		filling.Store(true)
		answer := s.call("export_members", arguments)
		if answer.Code != "not_possible" || !strings.Contains(answer.Problem, "No part of it was left there. Nothing was done.") {
			t.Errorf("%s: %s%s", answer.Code, answer.Problem, answer.JSON)
		}
		d.untold(t, answer)
		left, err := os.ReadDir(exports)
		must(t, err)
		if len(left) != 0 {
			t.Errorf("%v is left", left)
		}
		if entry := s.lastEntry(); entry.State != store.NotDone {
			t.Errorf("the journal says %s", entry.State)
		}
		filling.Store(false)
		d.free()
		if out := s.ok("export_members", arguments)["result"].(map[string]any); out["rows"].(float64) < 1000 {
			t.Errorf("%v", out)
		}
		must(t, os.RemoveAll(exports))
		must(t, os.Mkdir(exports, 0o700))
	}
}
