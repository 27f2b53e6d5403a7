package guardrails_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// kim sits at the desk.
var kim = guardrails.Settler{Name: "kim", Channel: "terminal"}

func (f *fixture) desk() guardrails.Desk {
	return guardrails.Desk{Store: f.journal, Key: f.journal.SigningKey, Now: func() time.Time { return f.now }}
}

// waits calls and returns the code under which it waits.
func (f *fixture) waits(c try) string {
	f.t.Helper()
	outcome, err := f.do(c)
	if err != nil || outcome.Waiting == nil || f.world.runs != 0 {
		f.t.Fatalf("got %+v, %v after %d runs; want it to wait", outcome, err, f.world.runs)
	}
	return outcome.Waiting.Code
}

func (f *fixture) approves(code, typed string) {
	f.t.Helper()
	if err := f.desk().Approve(f.t.Context(), code, kim, typed); err != nil {
		f.t.Fatal(err)
	}
}

// wantCode is wantRefusal for a world in which things have happened.
func wantCode(t *testing.T, err error, code guardrails.Code) {
	t.Helper()
	var refusal *guardrails.Refusal
	if !errors.As(err, &refusal) || refusal.Code != code {
		t.Errorf("got %v, want a refusal with code %s", err, code)
	}
}

func TestApprovedElsewhereRunsOnce(t *testing.T) {
	f := newFixture(t)
	code := f.waits(ban())
	if again := f.waits(ban()); again != code || f.world.previews != 1 {
		t.Errorf("asked again it waits as %s after %d look-ups, want %s and one", again, f.world.previews, code)
	}
	papers, err := f.desk().Papers(t.Context())
	if err != nil || len(papers) != 1 || papers[0].Code != code || !strings.Contains(papers[0].Document.Text(), `name: "Bo"`) {
		t.Fatalf("the desk shows %+v, %v", papers, err)
	}
	f.approves(strings.ToLower(strings.ReplaceAll(code, "-", " ")), "")
	outcome, err := f.do(ban())
	if err != nil || outcome.Result != "banned" || f.world.runs != 1 {
		t.Fatalf("got %+v, %v after %d runs; want it done once", outcome, err, f.world.runs)
	}
	entry := f.lastEntry()
	if entry.Channel != "terminal" || entry.Approver != "kim" {
		t.Errorf("the journal says %q approved on %q", entry.Approver, entry.Channel)
	}
	if outcome, err = f.do(ban()); err != nil || outcome.Waiting == nil || outcome.Waiting.Code == code || f.world.runs != 1 {
		t.Errorf("the next time: %+v, %v after %d runs; want a new question", outcome, err, f.world.runs)
	}
	if err := f.desk().Approve(t.Context(), code, kim, ""); !errors.Is(err, guardrails.ErrNoPaper) {
		t.Errorf("approving it once more: %v", err)
	}
}

func (f *fixture) lastEntry() store.Entry {
	f.t.Helper()
	entries, err := f.journal.Entries(f.t.Context(), store.Query{Limit: 1})
	if err != nil || len(entries) != 1 {
		f.t.Fatalf("the journal holds %v, %v", entries, err)
	}
	return entries[0]
}

func TestRejectedElsewhere(t *testing.T) {
	f := newFixture(t)
	code := f.waits(ban())
	if err := f.desk().Reject(t.Context(), code, kim, "they are\nfriends\u202e"); err != nil {
		t.Fatal(err)
	}
	_, err := f.do(ban())
	f.wantRefusal(err, guardrails.CodeRejected)
	if !strings.Contains(err.Error(), `rejected by kim`) || !strings.Contains(err.Error(), `"they are friends"`) || !strings.Contains(err.Error(), "until 2023-11-14 22:23 UTC") || !strings.Contains(err.Error(), "approvals reopen "+code) {
		t.Errorf("the refusal does not say who and why, and until when: %v", err)
	}
	records, _ := f.trail()
	if decided := records[len(records)-2]; decided.Kind != "decided" || decided.Reason != "they are friends" {
		t.Errorf("the record of the decision does not say why: %+v", decided)
	}
	call := ban() // also through the client nobody is asked before its time is up
	somebody := &person{decision: guardrails.Approved}
	call.request.Approver = somebody
	_, err = f.do(call)
	f.wantRefusal(err, guardrails.CodeRejected)
	if len(somebody.asked) != 0 {
		t.Error("what one person rejected was put to another")
	}
	f.now = f.now.Add(10 * time.Minute)
	if f.waits(ban()) == code {
		t.Error("an expired rejection is asked about under its old code")
	}
}

func TestAnApprovalCanBeTakenBack(t *testing.T) {
	f := newFixture(t)
	code := f.waits(ban())
	f.approves(code, "")
	if err := f.desk().Approve(t.Context(), code, kim, ""); !errors.Is(err, guardrails.ErrNoPaper) {
		t.Errorf("approved twice: %v", err)
	}
	if err := f.desk().Reject(t.Context(), code, kim, ""); err != nil {
		t.Fatal(err)
	}
	if err := f.desk().Approve(t.Context(), code, kim, ""); !errors.Is(err, guardrails.ErrNoPaper) {
		t.Errorf("approved after it was rejected: %v", err)
	}
	_, err := f.do(ban())
	f.wantRefusal(err, guardrails.CodeRejected)
}

func TestWaitingEnds(t *testing.T) {
	f := newFixture(t)
	code := f.waits(ban())
	f.now = f.now.Add(10*time.Minute - time.Second)
	if _, err := f.desk().Paper(t.Context(), code); err != nil {
		t.Errorf("just in time: %v", err)
	}
	f.approves(code, "")
	f.now = f.now.Add(time.Second)
	if got := f.waits(ban()); got == code {
		t.Error("an approval that had expired counted")
	}
	for _, do := range []func() error{
		func() error { _, err := f.desk().Paper(t.Context(), code); return err },
		func() error { return f.desk().Approve(t.Context(), code, kim, "") },
		func() error { return f.desk().Reject(t.Context(), code, kim, "") },
		func() error { return f.desk().Approve(t.Context(), "AAAA-AAAA", kim, "") },
		func() error { return f.desk().Approve(t.Context(), "x", kim, "") },
	} {
		if err := do(); !errors.Is(err, guardrails.ErrNoPaper) {
			t.Errorf("after its time: %v", err)
		}
	}
}

func TestAnApprovalIsForItsCallAlone(t *testing.T) {
	for name, change := range map[string]func(f *fixture, c *try){
		"other tool":      func(_ *fixture, c *try) { c.tool = "delete_member" },
		"other network":   func(_ *fixture, c *try) { c.network = "lake" },
		"same name":       func(f *fixture, _ *try) { f.world.identity = "other" },
		"other arguments": func(_ *fixture, c *try) { c.arguments = `{"member_id":8}` },
		"other caller":    func(_ *fixture, c *try) { c.request.Caller.Principal = "bot" },
		"other client":    func(_ *fixture, c *try) { c.request.Caller.Client = "test/2" },
	} {
		f := newFixture(t)
		f.approves(f.waits(ban()), "")
		call := ban()
		change(f, &call)
		if outcome, err := f.do(call); err != nil || outcome.Waiting == nil || f.world.runs != 0 {
			t.Errorf("%s: %+v, %v after %d runs", name, outcome, err, f.world.runs)
		}
	}
	// A session ends before a person has looked; the approval does not.
	f := newFixture(t)
	f.approves(f.waits(ban()), "")
	call := ban()
	call.request.Caller.Session = "another"
	if outcome, err := f.do(call); err != nil || outcome.Result == nil {
		t.Errorf("in another session: %+v, %v", outcome, err)
	}
}

func TestATargetThatChangedSinceItWasApproved(t *testing.T) {
	f := newFixture(t)
	first := f.waits(ban())
	f.approves(first, "")
	f.world.name = "Ada"
	second := f.waits(ban())
	paper, err := f.desk().Paper(t.Context(), second)
	if err != nil || second == first || paper.Document.Lapse == nil || paper.Document.Lapse.Text() != "The approval "+first+` no longer counts, because this changed since it was shown: name (from "Bo" to "Ada").` {
		t.Fatalf("%s, then %s: %+v, %v; want to be asked anew, and told what changed", first, second, paper, err)
	}
	f.approves(second, "")
	if _, err := f.do(ban()); err != nil || f.world.runs != 1 {
		t.Errorf("%v after %d runs", err, f.world.runs)
	}
}

func TestPolicyCanWantTheSecondChannel(t *testing.T) {
	f := newFixture(t, rules(config.ConfirmOutOfBand))
	call := ban()
	somebody := &person{decision: guardrails.Approved}
	call.request.Approver = somebody
	code := f.waits(call)
	call.request.Evidence = yesTo("e30.e30")
	if f.waits(call) != code || len(somebody.asked) != 0 {
		t.Error("the client was asked, or believed")
	}
	f.approves(code, "")
	if _, err := f.do(call); err != nil || f.world.runs != 1 || len(somebody.asked) != 0 {
		t.Errorf("%v after %d runs and %d questions", err, f.world.runs, len(somebody.asked))
	}
}

func TestTwoPeople(t *testing.T) {
	f := newFixture(t, rules(config.TwoPeople))
	call := ban()
	call.request.Caller = guardrails.Caller{Principal: "maria", Role: "moderator"}
	if outcome, err := f.do(call); err != nil || strings.Contains(outcome.Waiting.How, "terminal") || !strings.Contains(outcome.Waiting.How, "approvals page") {
		t.Errorf("%+v, %v; want the page, since a terminal does not know people by name", outcome.Waiting, err)
	}
	code := f.waits(call)
	approve := func(name string) error {
		return f.desk().Approve(t.Context(), code, guardrails.Settler{Name: name, Channel: "page"}, "")
	}
	for _, same := range []string{"maria", "Maria", " MARIA "} {
		if err := approve(same); !errors.Is(err, guardrails.ErrSamePerson) {
			t.Errorf("approved by %q: %v", same, err)
		}
	}
	if err := approve(""); !errors.Is(err, guardrails.ErrNamedPerson) {
		t.Errorf("approved by nobody: %v", err)
	}
	if err := approve("kim"); err != nil {
		t.Fatal(err)
	}
	if _, err := f.do(call); err != nil || f.world.runs != 1 {
		t.Errorf("%v after %d runs", err, f.world.runs)
	}
}

// What one person approved before the policy wanted two does not count.
func TestTwoPeopleAreWantedMeanwhile(t *testing.T) {
	f := newFixture(t)
	call := ban()
	call.request.Caller = guardrails.Caller{Principal: "maria", Role: "moderator"}
	first := f.waits(call)
	o := f.options
	rules(config.TwoPeople)(&o)
	f.regate(o)
	second := f.waits(call)
	if second == first {
		t.Fatal("the old question stands")
	}
	f = newFixture(t)
	f.approves(f.waits(call), "")
	o = f.options
	rules(config.TwoPeople)(&o)
	f.regate(o)
	_, err := f.do(call)
	f.wantRefusal(err, guardrails.CodeBadApproval)
	f.waits(call)
}

// tampered puts a waiting approval on disk and lets a test change its row.
func tampered(t *testing.T, approve bool, change string, args ...any) (*fixture, string) {
	t.Helper()
	dir := t.TempDir()
	journal := store.NewSQLite(dir)
	t.Cleanup(func() { _ = journal.Close() })
	f := newFixture(t)
	f.journal, f.options.Journal, f.options.Key = journal, journal, journal.SigningKey
	f.regate(f.options)
	code := f.waits(ban())
	if approve {
		f.approves(code, "")
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "mcp-mighty.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), change, args...); err != nil {
		t.Fatal(err)
	}
	return f, code
}

func TestApprovalsThatSomebodyAltered(t *testing.T) {
	for name, test := range map[string]struct {
		approve bool
		change  string
	}{
		"approved by hand":       {false, `UPDATE pending SET status = 'approved', decided_by = 'kim', channel = 'terminal'`},
		"by another":             {true, `UPDATE pending SET decided_by = 'ada'`},
		"on another channel":     {true, `UPDATE pending SET channel = 'page'`},
		"for longer":             {true, `UPDATE pending SET decided_at = decided_at + 1`},
		"by two":                 {true, `UPDATE pending SET two_people = 1`},
		"of another document":    {true, `UPDATE pending SET document = replace(document, 'Bo', 'Ada')`},
		"with another token":     {true, `UPDATE pending SET token = 'e30.e30'`},
		"under another id":       {true, `UPDATE pending SET id = 'x'`},
		"without a seal":         {true, `UPDATE pending SET seal = ''`},
		"a rejection made a yes": {true, `UPDATE pending SET status = 'approved', seal = upper(seal)`},
	} {
		t.Run(name, func(t *testing.T) {
			f, code := tampered(t, test.approve, test.change)
			_, err := f.do(ban())
			f.wantRefusal(err, guardrails.CodeBadApproval)
			if got := f.waits(ban()); got == code {
				t.Error("it is still there")
			}
		})
	}
	for name, change := range map[string]string{
		"another document": `UPDATE pending SET document = replace(document, 'Bo', 'Ada')`,
		"no document":      `UPDATE pending SET document = ''`,
		"another token":    `UPDATE pending SET token = 'e30.e30'`,
		"another call":     `UPDATE pending SET id = 'x'`,
	} {
		t.Run("waiting: "+name, func(t *testing.T) {
			f, code := tampered(t, false, change)
			papers, err := f.desk().Papers(t.Context())
			if err != nil || len(papers) != 1 || !papers[0].Void {
				t.Errorf("the desk shows %+v, %v; want it void", papers, err)
			}
			if err := f.desk().Approve(t.Context(), code, kim, ""); !errors.Is(err, guardrails.ErrVoid) {
				t.Errorf("approving it: %v", err)
			}
			if got := f.waits(ban()); got == code {
				t.Error("the call still waits for what nobody can approve")
			}
		})
	}
	// A call that is not its own: only the digest under which it is found.
	f, _ := tampered(t, true, `UPDATE pending SET call = (SELECT call FROM pending) || 'x'`)
	f.waits(ban())
}

func TestAReplacedKeyVoidsWhatWasAsked(t *testing.T) {
	f := newFixture(t)
	waiting := f.waits(ban())
	other := ban()
	other.arguments = `{"member_id":8}`
	approved := f.waits(other)
	f.approves(approved, "")
	rotated := store.Event{At: f.now, Kind: "rotated", Approver: "kim"}
	if err := f.journal.RotateSigningKey(t.Context(), rotated); err != nil {
		t.Fatal(err)
	}
	if err := f.desk().Approve(t.Context(), waiting, kim, ""); !errors.Is(err, guardrails.ErrVoid) {
		t.Errorf("a question under the old key: %v", err)
	}
	if f.waits(ban()) == waiting {
		t.Error("it still waits under the old key")
	}
	_, err := f.do(other)
	f.wantRefusal(err, guardrails.CodeBadApproval)
	f.waits(other)
}

// Both channels at once: what was approved on one does not run again by the
// other.
func TestOneYesClosesTheOtherQuestion(t *testing.T) {
	for _, approvedToo := range []bool{false, true} {
		f := newFixture(t)
		code := f.waits(ban())
		call := ban()
		call.request.Evidence = yesTo(f.state(ban()))
		call.request.Approver = &person{decision: guardrails.Deferred}
		if approvedToo {
			f.approves(code, "")
		}
		if outcome, err := f.do(call); err != nil || outcome.Result == nil {
			t.Fatalf("%+v, %v", outcome, err)
		}
		if err := f.desk().Approve(t.Context(), code, kim, ""); !errors.Is(err, guardrails.ErrNoPaper) {
			t.Errorf("the other question can still be approved: %v", err)
		}
		if outcome, err := f.do(ban()); err != nil || outcome.Waiting == nil || f.world.runs != 1 {
			t.Errorf("the next call: %+v, %v after %d runs", outcome, err, f.world.runs)
		}
	}
}

func TestEachNoOffersTheSecondChannel(t *testing.T) {
	for decision, code := range map[guardrails.Decision]guardrails.Code{
		guardrails.Declined: guardrails.CodeDeclined, guardrails.Cancelled: guardrails.CodeCancelled, guardrails.TimedOut: guardrails.CodeTimedOut,
		guardrails.Unavailable: guardrails.CodeNoChannel, guardrails.Unreadable: guardrails.CodeBadAnswer,
	} {
		for _, era := range []string{"legacy", "modern"} {
			f := newFixture(t)
			call := ban()
			if era == "legacy" {
				call.request.Approver = &person{decision: decision, reading: func() { f.now = f.now.Add(time.Second) }}
			} else {
				call.request.Evidence = &guardrails.Evidence{State: f.state(ban()), Answer: guardrails.Answer{Decision: decision}}
				f.now = f.now.Add(time.Second)
			}
			_, err := f.do(call)
			f.wantRefusal(err, code)
			papers, deskErr := f.desk().Papers(t.Context())
			if deskErr != nil || len(papers) != 1 || !strings.Contains(err.Error(), "mcp-mighty approvals approve "+papers[0].Code) || papers[0].Document.Note == "" {
				t.Fatalf("%s: %v; the desk shows %+v, %v", era, err, papers, deskErr)
			}
			until := " until " + papers[0].Document.Expires.Format(time.RFC3339) + ","
			if !strings.Contains(err.Error(), until) {
				t.Errorf("%s: the offer does not say%s: %v", era, until, err)
			}
			if era == "legacy" { // no again, while the question waits there
				call.request.Approver = &person{decision: decision, reading: func() { f.now = f.now.Add(time.Second) }}
				if _, err := f.do(call); !strings.Contains(err.Error(), until) {
					t.Errorf("the second time: %v", err)
				}
			}
			f.approves(papers[0].Code, "")
			if outcome, err := f.do(ban()); err != nil || outcome.Result == nil {
				t.Errorf("%s: approved there: %+v, %v", era, outcome, err)
			}
		}
	}
}

// keyboard is a person at first hand.
type keyboard struct{ person }

func (*keyboard) Firsthand() {}

// TestANoAtFirstHandIsTheEnd: whoever says no at the keyboard has not left the
// question to somebody else, nor what waited of it before.
func TestANoAtFirstHandIsTheEnd(t *testing.T) {
	for _, before := range []bool{false, true} {
		for _, decision := range []guardrails.Decision{guardrails.Declined, guardrails.Cancelled, guardrails.Unreadable} {
			f := newFixture(t)
			if before {
				f.waits(ban())
			}
			call := ban()
			call.request.Approver = &keyboard{person{decision: decision}}
			_, err := f.do(call)
			papers, deskErr := f.desk().Papers(t.Context())
			if err == nil || deskErr != nil || len(papers) != 0 || strings.Contains(err.Error(), "mcp-mighty approvals") || f.world.runs != 0 {
				t.Errorf("%s, waiting before: %v: %v; the desk shows %+v, %v", decision, before, err, papers, deskErr)
			}
		}
	}
}

func TestThePageIsNamed(t *testing.T) {
	f := newFixture(t, func(o *guardrails.Options) { o.Page = "http://127.0.0.1:1/approvals" })
	outcome, err := f.do(ban())
	if err != nil || !strings.Contains(outcome.Waiting.How, " in a terminal or on http://127.0.0.1:1/approvals") {
		t.Errorf("%+v, %v", outcome, err)
	}
	f = newFixture(t, func(o *guardrails.Options) { o.Page, o.Unshared = "http://127.0.0.1:1/approvals", true })
	outcome, err = f.do(ban())
	if err != nil || strings.Contains(outcome.Waiting.How, "terminal") || !strings.Contains(outcome.Waiting.How, "http://127.0.0.1:1/approvals") {
		t.Errorf("%+v, %v", outcome, err)
	}
}

func TestNobodyIsBuriedInQuestions(t *testing.T) {
	f := newFixture(t)
	ask := func(who string, n int) error {
		call := ban()
		call.request.Caller.Principal = who
		arguments, _ := json.Marshal(n)
		call.arguments = string(arguments)
		_, err := f.do(call)
		return err
	}
	for n := range 20 {
		if err := ask("bot", n); err != nil {
			t.Fatal(err)
		}
	}
	wantCode(t, ask("bot", 20), guardrails.CodeCrowded)
	if err := ask("bot", 3); err != nil {
		t.Errorf("what waits already: %v", err)
	}
	for n := range 80 {
		if err := ask("caller "+string(rune('a'+n/20)), n); err != nil {
			t.Fatal(err)
		}
	}
	wantCode(t, ask("maria", 1), guardrails.CodeCrowded)
	f.now = f.now.Add(time.Hour)
	if err := ask("bot", 20); err != nil {
		t.Errorf("when the others have expired: %v", err)
	}
}

// Two processes and one approval on the second channel, used many times at
// once.
func TestRacingCallsUseOneApprovalOnce(t *testing.T) {
	dir := t.TempDir()
	call := &shown{preview: harmless}
	var gates []*guardrails.Gate
	var fixtures []*fixture
	for range 2 {
		handle := store.NewSQLite(dir)
		defer handle.Close()
		f := newFixture(t, func(o *guardrails.Options) { o.Journal, o.Key = handle, handle.SigningKey })
		f.journal = handle
		gates, fixtures = append(gates, f.gate), append(fixtures, f)
	}
	do := func(i int) (guardrails.Outcome, error) {
		return gates[i%2].Do(t.Context(), guardrails.Action{
			Tool: "ban_member", Risk: guardrails.Destructive, Bind: func(json.RawMessage) (guardrails.Bound, error) { return call, nil },
		}, guardrails.Request{Caller: guardrails.Caller{Principal: "stdio"}})
	}
	var codes sync.Map
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			outcome, err := do(i)
			if err != nil || outcome.Waiting == nil {
				t.Errorf("%+v, %v", outcome, err)
				return
			}
			codes.Store(outcome.Waiting.Code, true)
		})
	}
	wg.Wait()
	var all []string
	codes.Range(func(code, _ any) bool { all = append(all, code.(string)); return true })
	if len(all) != 1 {
		t.Fatalf("one call asked under the codes %v", all)
	}
	fixtures[0].approves(all[0], "")
	var done atomic.Int32
	for i := range 16 {
		wg.Go(func() {
			outcome, err := do(i)
			var refusal *guardrails.Refusal
			switch {
			case err == nil && outcome.Result != nil:
				done.Add(1)
			case err == nil && outcome.Waiting != nil && outcome.Waiting.Code != all[0]:
			case !errors.As(err, &refusal) || refusal.Code != guardrails.CodeSpent:
				t.Errorf("%+v, %v; want it done, spent, or asked anew", outcome, err)
			}
		})
	}
	wg.Wait()
	if done.Load() != 1 || call.runs.Load() != 1 {
		t.Errorf("one approval ran %d times, and %d were told so", call.runs.Load(), done.Load())
	}
}

// Who waits on a desk without a store to write to gets no approval at all.
func TestASecondChannelThatCannotBeWritten(t *testing.T) {
	broken := store.NewSQLite("/dev/null/state")
	f := newFixture(t, func(o *guardrails.Options) { o.Journal, o.Key = broken, broken.SigningKey })
	_, err := f.do(ban())
	f.wantRefusal(err, guardrails.CodeJournal)
	if _, err := (guardrails.Desk{Store: broken, Key: broken.SigningKey, Now: time.Now}).Papers(context.Background()); err == nil {
		t.Error("a desk without a store shows something")
	}
}
