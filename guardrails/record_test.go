package guardrails_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// trail returns what was recorded, one line each.
func (f *fixture) trail() (records []store.Record, lines string) {
	f.t.Helper()
	var all []string
	_, _, err := f.journal.Trail(f.t.Context(), func(r store.Record) error {
		records = append(records, r)
		all = append(all, strings.Join(strings.Fields(fmt.Sprint(r.Kind, " ", r.Decision, " ", r.Outcome, " ", r.Channel, " ", r.Approver)), " "))
		return nil
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return records, strings.Join(all, "; ")
}

func TestTheTrailTellsTheWholeStory(t *testing.T) {
	slow := func(f *fixture, decision guardrails.Decision) *person {
		return &person{decision: decision, reading: func() { f.now = f.now.Add(time.Second) }}
	}
	for name, test := range map[string]struct {
		options func(*guardrails.Options)
		story   func(f *fixture, call try)
		want    string
	}{
		"a yes": {nil, func(f *fixture, call try) {
			call.request.Approver = slow(f, guardrails.Approved)
			_, _ = f.do(call)
		}, "asked test; answered approved test; begun test; ended done"},
		"a no": {nil, func(f *fixture, call try) {
			call.request.Approver = slow(f, guardrails.Declined)
			_, _ = f.do(call)
		}, "asked test; answered declined test; waiting; refused declined"},
		"a yes elsewhere": {nil, func(f *fixture, call try) {
			f.approves(f.waits(call), "")
			_, _ = f.do(call)
		}, "waiting; decided approved terminal kim; begun terminal kim; ended done"},
		"a no elsewhere": {nil, func(f *fixture, call try) {
			if err := f.desk().Reject(f.t.Context(), f.waits(call), kim, ""); err != nil {
				f.t.Error(err)
			}
			_, _ = f.do(call)
		}, "waiting; decided rejected terminal kim; refused rejected"},
		"no need to ask": {rules(config.Allow), func(f *fixture, call try) { _, _ = f.do(call) }, "begun; ended done"},
		"forbidden":      {rules(config.Deny), func(f *fixture, call try) { _, _ = f.do(call) }, "refused policy"},
		"a forbidden read": {rules(config.Deny), func(f *fixture, call try) {
			call.risk = guardrails.Read
			_, _ = f.do(call)
		}, "refused policy"},
		"a read": {nil, func(f *fixture, call try) {
			call.risk = guardrails.Read
			_, _ = f.do(call)
		}, ""},
		"preview":   {func(o *guardrails.Options) { o.Mode = guardrails.PreviewOnly }, func(f *fixture, call try) { _, _ = f.do(call) }, "previewed"},
		"read-only": {func(o *guardrails.Options) { o.Mode = guardrails.ReadOnly }, func(f *fixture, call try) { _, _ = f.do(call) }, "refused read_only"},
		"protected": {func(o *guardrails.Options) { o.Protector.IDs = []uint64{7} }, func(f *fixture, call try) { _, _ = f.do(call) }, "refused protected"},
		"a failure": {rules(config.Allow), func(f *fixture, call try) {
			f.world.runErr = errors.New("reset")
			_, _ = f.do(call)
		}, "begun; ended unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			var changes []func(*guardrails.Options)
			if test.options != nil {
				changes = append(changes, test.options)
			}
			f := newFixture(t, changes...)
			test.story(f, ban())
			if _, lines := f.trail(); lines != test.want {
				t.Errorf("the trail reads\n%s, want\n%s", lines, test.want)
			}
		})
	}
}

func TestARecordSaysWhoAndWhatAndNoMoreThanItMust(t *testing.T) {
	f := newFixture(t, rules(config.Allow))
	f.world.name = "Bo " + strings.Repeat("writes much ", 40) + "SECRET END"
	call := ban()
	call.arguments = `{"member_id":7,"note":"call bo@example.org at once","dates":["2026-01-02"],"deep":{"flag":true,"text":"ab"}}`
	call.request.Caller = guardrails.Caller{Principal: "maria", Role: "moderator", Client: "test/1"}
	call.request.Requests = func() int { return 3 }
	f.world.runErr = errors.New("the API said: bo@example.org is unknown")
	_, _ = f.do(call)
	records, _ := f.trail()
	if len(records) != 2 {
		t.Fatalf("%+v", records)
	}
	begun, ended := records[0], records[1]
	if begun.Principal != "maria" || begun.Role != "moderator" || begun.Client != "test/1" || begun.Tool != "ban_member" || begun.Network != "harbour" ||
		begun.Risk != "destructive" || begun.Requests != 3 || begun.Entry != 1 || ended.Entry != 1 || begun.Call == "" || begun.Call != ended.Call || !begun.At.Equal(f.now) {
		t.Errorf("%+v", begun)
	}
	const want = `{"dates":["2026-01-02"],"deep":{"flag":true,"text":"(text of 2 characters)"},"member_id":7,"note":"(text of 27 characters)"}`
	if got := string(begun.Arguments); got != want {
		t.Errorf("the arguments are %s", got)
	}
	var shown guardrails.Document
	if err := json.Unmarshal(begun.Shown, &shown); err != nil || shown.Action == "" || len(shown.Facts) != 2 || strings.Contains(string(begun.Shown), "SECRET END") {
		t.Errorf("what was shown: %s", begun.Shown)
	}
	if ended.Note != "the API said: b…@example.org is unknown" {
		t.Errorf("the note reads %q", ended.Note)
	}
}

// Arguments that nobody could read are refused, and not kept.
func TestArgumentsThatAreNoneAreNotKept(t *testing.T) {
	for _, arguments := range []string{`not JSON with bo@example.org`, `"` + strings.Repeat("a", 70<<10) + `"`} {
		f := newFixture(t, rules(config.Deny))
		call := ban()
		call.request.Arguments = json.RawMessage(arguments)
		_, _ = f.do(call)
		if records, _ := f.trail(); len(records) != 1 || records[0].Arguments != nil {
			t.Errorf("%+v", records)
		}
	}
}

// A trail that cannot be written stops deeds, and changes no refusal.
func TestARefusalStandsWithoutATrail(t *testing.T) {
	broken := store.NewSQLite("/dev/null/state")
	f := newFixture(t, rules(config.Deny), func(o *guardrails.Options) { o.Journal = broken })
	_, err := f.do(ban())
	f.wantRefusal(err, guardrails.CodePolicy)
}
