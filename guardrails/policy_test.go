package guardrails_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// rules is a policy of one rule for ban_member.
func rules(is config.Verdict) func(*guardrails.Options) {
	return func(o *guardrails.Options) {
		o.Policy.Rules = []config.Rule{{Tools: []string{"ban_member"}, Is: is, Source: "mighty.yaml:3"}}
	}
}

func TestPolicyDecidesBeforeAnythingIsLookedUp(t *testing.T) {
	f := newFixture(t, rules(config.Deny))
	call := ban()
	somebody := &person{decision: guardrails.Approved}
	call.request.Approver = somebody
	_, err := f.do(call)
	f.wantRefusal(err, guardrails.CodePolicy)
	if f.world.previews != 0 || len(somebody.asked) != 0 || !strings.Contains(err.Error(), "mighty.yaml:3") {
		t.Errorf("%d look-ups, %d questions, %v; want a refusal that names the rule", f.world.previews, len(somebody.asked), err)
	}
}

func TestARuleCanAllowWhatWouldBeAsked(t *testing.T) {
	f := newFixture(t, rules(config.Allow))
	f.world.retype = &guardrails.Retype{What: "the name", Value: "Bo"}
	if outcome, err := f.do(ban()); err != nil || outcome.Result != "banned" {
		t.Errorf("got %+v, %v; want it done", outcome, err)
	}
}

func TestAReadCanBeAskedAbout(t *testing.T) {
	for _, mode := range []guardrails.Mode{guardrails.Live, guardrails.ReadOnly, guardrails.PreviewOnly} {
		f := newFixture(t, rules(config.Confirm), func(o *guardrails.Options) { o.Mode = mode })
		call := ban()
		call.risk = guardrails.Read
		f.world.runErr = nil
		if outcome, err := f.do(call); err != nil || outcome.Waiting == nil || f.world.runs != 0 {
			t.Fatalf("in mode %s: got %+v, %v; want it to wait for a person", mode, outcome, err)
		}
		call.request.Approver = &person{decision: guardrails.Approved}
		if outcome, err := f.do(call); err != nil || outcome.Result != "banned" {
			t.Errorf("in mode %s: got %+v, %v; want it done", mode, outcome, err)
		}
	}
}

// A call in bulk, and whatever does what another tool does, obeys the rules
// for that one too.
func TestNoToolIsAWayAroundARule(t *testing.T) {
	single := guardrails.Name{Tool: "ban_member", Toolset: "members", Risk: guardrails.Destructive}
	for name, rule := range map[string]config.Rule{
		"by tool":    {Tools: []string{"ban_member"}, Is: config.Deny},
		"by toolset": {Toolsets: []string{"members"}, Is: config.Deny},
		"by risk":    {Risks: []string{"destructive"}, Is: config.Deny},
	} {
		for how, change := range map[string]func(f *fixture, c *try){
			"in bulk": func(_ *fixture, c *try) { c.single = single },
			"by undo": func(f *fixture, _ *try) { f.world.also = []guardrails.Name{single} },
		} {
			f := newFixture(t, func(o *guardrails.Options) { o.Policy.Rules = []config.Rule{rule} })
			call := ban()
			call.tool, call.toolset, call.risk = "other", "bulk", guardrails.Write
			change(f, &call)
			_, err := f.do(call)
			f.wantRefusal(err, guardrails.CodePolicy)
			if f.world.previews != 0 {
				t.Errorf("%s, %s: %d look-ups", name, how, f.world.previews)
			}
		}
	}
}

func TestTwoPeopleNeedsANameForTheAsker(t *testing.T) {
	f := newFixture(t, rules(config.TwoPeople))
	_, err := f.do(ban())
	f.wantRefusal(err, guardrails.CodePolicy)
}

func TestNothingGoesOutInQuietHours(t *testing.T) {
	quiet := func(o *guardrails.Options) {
		o.Policy.Quiet = &config.QuietHours{From: 22 * time.Hour, To: 23 * time.Hour, Zone: time.UTC, Source: "mighty.yaml:9"}
	} // the fixture's clock says 22:13
	f := newFixture(t, quiet)
	call := ban()
	call.risk = guardrails.Outward
	_, err := f.do(call)
	f.wantRefusal(err, guardrails.CodeQuiet)
	if !strings.Contains(err.Error(), "after 23:00 UTC on Tuesday, 14 November") || f.world.previews != 0 {
		t.Errorf("after %d look-ups: %v", f.world.previews, err)
	}
	call.risk = guardrails.Write
	if _, err := f.do(call); err != nil {
		t.Errorf("what reaches nobody: %v", err)
	}
	f.world.also = []guardrails.Name{{Tool: "send", Risk: guardrails.Outward}}
	if _, err = f.do(call); err == nil {
		t.Error("an action that also reaches people went out")
	}
	f.now = f.now.Add(time.Hour)
	if _, err := f.do(call); err != nil {
		t.Errorf("after the quiet hours: %v", err)
	}
}

func limit(most int, change ...func(*config.Limit)) func(*guardrails.Options) {
	l := config.Limit{Tools: []string{"ban_member"}, Most: most, Per: time.Hour, Source: "mighty.yaml:5"}
	for _, c := range change {
		c(&l)
	}
	return func(o *guardrails.Options) { o.Policy.Limits = append(o.Policy.Limits, l) }
}

func write() try {
	call := ban()
	call.risk = guardrails.Write
	return call
}

func (f *fixture) wantLimit(call try, says string) {
	f.t.Helper()
	runs, looks := f.world.runs, f.world.previews
	_, err := f.do(call)
	var refusal *guardrails.Refusal
	if !errors.As(err, &refusal) || refusal.Code != guardrails.CodeLimit || f.world.runs != runs || f.world.previews != looks {
		f.t.Fatalf("got %v after %d runs and %d look-ups; want the limit to stop it before any", err, f.world.runs-runs, f.world.previews-looks)
	}
	if !strings.Contains(refusal.Message, says) {
		f.t.Errorf("the refusal does not say %q: %s", says, refusal.Message)
	}
}

func TestLimitsSlide(t *testing.T) {
	f := newFixture(t, limit(2))
	start := f.now
	for _, at := range []time.Duration{0, 10 * time.Minute} {
		f.now = start.Add(at)
		if _, err := f.do(write()); err != nil {
			t.Fatal(err)
		}
	}
	f.now = start.Add(time.Hour - time.Millisecond)
	f.wantLimit(write(), start.Add(time.Hour).UTC().Format(time.RFC3339))
	f.now = start.Add(-time.Hour) // a clock that was set back opens nothing
	f.wantLimit(write(), "the limit of 2")
	f.now = start.Add(time.Hour)
	if _, err := f.do(write()); err != nil {
		t.Errorf("when the first has left the window: %v", err)
	}
	f.wantLimit(write(), start.Add(70*time.Minute).UTC().Format(time.RFC3339))
}

func TestABulkCallCountsItsItems(t *testing.T) {
	f := newFixture(t, limit(10))
	f.world.items = 11
	f.wantLimit(write(), "11 targets and never fits")
	f.world.items = 6
	call := write()
	call.tool, call.single = "bulk_ban_members", guardrails.Name{Tool: "ban_member", Risk: guardrails.Write}
	if outcome, err := f.do(call); err != nil || outcome.Result == nil {
		t.Fatal(outcome, err)
	}
	f.world.items = 5
	f.wantLimit(write(), "6 so far")
	f.world.items = 4
	if _, err := f.do(write()); err != nil {
		t.Error(err)
	}
}

func TestLimitsOfOneCallerAndOfAll(t *testing.T) {
	f := newFixture(t, limit(1, func(l *config.Limit) { l.EachCaller = true }), limit(2))
	call := write()
	for _, name := range []string{"maria", "bot"} {
		call.request.Caller.Principal = name
		if _, err := f.do(call); err != nil {
			t.Fatal(err)
		}
		f.wantLimit(call, "the limit of 1")
	}
	call.request.Caller.Principal = "third"
	f.wantLimit(call, "the limit of 2")
}

func TestALimitOfNothingAndTwoOfOneKind(t *testing.T) {
	f := newFixture(t, limit(0))
	f.wantLimit(write(), "never fits")
	f = newFixture(t, limit(5), limit(1)) // counted once, and the lower one holds
	if _, err := f.do(write()); err != nil {
		t.Fatal(err)
	}
	f.wantLimit(write(), "the limit of 1 action of ban_member in 1h (mighty.yaml:5) has no room for this: 1 so far")
}

// A refusal says which limit it is that stops the call.
func TestALimitIsNamed(t *testing.T) {
	for says, l := range map[string]config.Limit{
		"ban_member: the limit of 0 destructive actions in 1h (default) has no room": {Risks: []string{"destructive"}, Source: "default"},
		"the limit of 0 write or destructive actions in 1h (c:3)":                    {Risks: []string{"write", "destructive"}, Source: "c:3"},
		"the limit of 0 actions of delete_post or ban_member in 1h (c:3)":            {Tools: []string{"delete_post", "ban_member"}, Source: "c:3"},
		"the limit of 0 destructive actions of toolset members in 1h (c:3)":          {Risks: []string{"destructive"}, Toolsets: []string{"members"}, Source: "c:3"},
		"the limit of 0 actions for each caller in 1h (c:3)":                         {EachCaller: true, Source: "c:3"},
	} {
		l.Per = time.Hour
		// The one that has room comes first, and is not the one.
		f := newFixture(t, limit(9), func(o *guardrails.Options) { o.Policy.Limits = append(o.Policy.Limits, l) })
		f.wantLimit(ban(), says)
	}
}

// What was refused or only asked has not happened, and counts for nothing.
func TestOnlyDeedsCount(t *testing.T) {
	f := newFixture(t, limit(1))
	call := ban()
	call.request.Approver = &person{decision: guardrails.Cancelled}
	for range 3 {
		_, err := f.do(call)
		f.wantRefusal(err, guardrails.CodeCancelled)
	}
	call.request.Approver = &person{decision: guardrails.Approved}
	if _, err := f.do(call); err != nil {
		t.Fatal(err)
	}
	f.wantLimit(call, "the limit of 1")
}

// Two processes, and more calls at once than the limit has room for: those
// that looked in time and were overtaken are refused too.
func TestALimitHoldsBetweenProcesses(t *testing.T) {
	dir := t.TempDir()
	var gates []*guardrails.Gate
	for range 2 {
		handle := store.NewSQLite(dir)
		defer handle.Close()
		gates = append(gates, newFixture(t, limit(3), func(o *guardrails.Options) { o.Journal, o.Key = handle, handle.SigningKey }).gate)
	}
	var looked sync.WaitGroup
	looked.Add(12)
	call := &shown{preview: func() guardrails.Preview {
		looked.Done()
		looked.Wait() // nobody begins before all have found room
		return harmless()
	}}
	var refused atomic.Int32
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() {
			_, err := call.through(t.Context(), gates[i%2], guardrails.Write, nil)
			var refusal *guardrails.Refusal
			if errors.As(err, &refusal) && refusal.Code == guardrails.CodeLimit {
				refused.Add(1)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := fmt.Sprint(call.runs.Load(), " ran, ", refused.Load(), " were refused"); got != "3 ran, 9 were refused" {
		t.Error(got)
	}
}
