package guardrails_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// world is a tiny community behind the gate: one member whose name can change
// while somebody reads a question, and a count of what was done to him.
type world struct {
	name     string
	runs     int
	previews int
	runErr   error
	onRun    func(ctx context.Context)
	identity string
	items    int
	retype   *guardrails.Retype
	also     []guardrails.Name
	undoes   int64
}

type bound struct {
	*world
	network   string
	arguments string
}

func (b bound) Network() string                     { return b.network }
func (b bound) Identity() string                    { return b.identity }
func (b bound) Items() int                          { return max(b.items, 1) }
func (b bound) Steps() int                          { return b.Items() }
func (b bound) Also() []guardrails.Name             { return b.also }
func (b bound) Undoes() int64                       { return b.undoes }
func (b bound) Arguments() (json.RawMessage, error) { return json.RawMessage(b.arguments), nil }

func (b bound) Preview(context.Context, bool) (guardrails.Preview, error) {
	b.previews++
	return guardrails.Preview{
		Action: "Ban this member from the whole network.",
		Facts:  []guardrails.Fact{guardrails.Quote("name", b.name), guardrails.Number("id", 7)},
		Loses:  []guardrails.Person{{ID: 7, Email: "bo@example.org"}},
		Retype: b.retype,
	}, nil
}

func (b bound) Run(ctx context.Context, _ guardrails.Preview) (any, *store.Undo, error) {
	if b.onRun != nil {
		b.onRun(ctx)
	}
	if b.runErr != nil {
		return nil, nil, b.runErr
	}
	b.runs++
	return "banned", nil, nil
}

// person answers questions as the test says.
type person struct {
	decision guardrails.Decision
	typed    string
	absent   bool
	err      error
	asked    []guardrails.Question
	reading  func()
}

func (p *person) Channel() string { return "test" }

func (p *person) CanAsk() bool { return !p.absent }

func (p *person) Ask(_ context.Context, q guardrails.Question) (guardrails.Answer, error) {
	p.asked = append(p.asked, q)
	if p.reading != nil {
		p.reading()
	}
	return guardrails.Answer{Decision: p.decision, Typed: p.typed}, p.err
}

type fixture struct {
	t       *testing.T
	gate    *guardrails.Gate
	world   *world
	journal *store.SQLite
	now     time.Time
	options guardrails.Options
}

func newFixture(t *testing.T, change ...func(*guardrails.Options)) *fixture {
	t.Helper()
	f := &fixture{t: t, world: &world{name: "Bo"}, journal: store.NewMemory(), now: time.UnixMilli(1_700_000_000_000)}
	t.Cleanup(func() { _ = f.journal.Close() })
	f.options = guardrails.Options{
		Mode: guardrails.Live, Journal: f.journal, Key: f.journal.SigningKey,
		Protector: guardrails.Protector{Owner: owner(guardrails.Person{ID: 1, Email: "owner@example.org"})},
		Now:       func() time.Time { return f.now },
	}
	for _, c := range change {
		c(&f.options)
	}
	f.regate(f.options)
	return f
}

func (f *fixture) regate(o guardrails.Options) {
	f.t.Helper()
	gate, err := guardrails.New(o)
	if err != nil {
		f.t.Fatal(err)
	}
	f.gate = gate
}

func owner(p guardrails.Person) func(context.Context, string) (guardrails.Person, error) {
	return func(context.Context, string) (guardrails.Person, error) { return p, nil }
}

// try is one call: what is asked, by whom, with which answer.
type try struct {
	tool, network, arguments string
	toolset                  string
	single                   guardrails.Name
	risk                     guardrails.Risk
	request                  guardrails.Request
}

func ban() try {
	return try{
		tool: "ban_member", toolset: "members", network: "harbour", arguments: `{"member_id":7}`, risk: guardrails.Destructive,
		request: guardrails.Request{Caller: guardrails.Caller{Principal: "stdio", Client: "test/1"}},
	}
}

func (f *fixture) do(c try) (guardrails.Outcome, error) { return f.doIn(f.t.Context(), c) }

func (f *fixture) doIn(ctx context.Context, c try) (guardrails.Outcome, error) {
	return f.gate.Do(ctx, guardrails.Action{
		Tool: c.tool, Title: "Ban member", Toolset: c.toolset, Single: c.single, Risk: c.risk,
		Bind: func(json.RawMessage) (guardrails.Bound, error) {
			return bound{f.world, c.network, c.arguments}, nil
		},
	}, c.request)
}

// state asks as a client of the stateless era does and returns the token.
func (f *fixture) state(c try) string {
	f.t.Helper()
	c.request.Approver = &person{decision: guardrails.Deferred}
	outcome, err := f.do(c)
	if err != nil || outcome.Ask == nil {
		f.t.Fatalf("asking gave %+v, %v; want a question", outcome, err)
	}
	return outcome.Ask.State
}

func (f *fixture) wantRefusal(err error, code guardrails.Code) {
	f.t.Helper()
	var refusal *guardrails.Refusal
	if !errors.As(err, &refusal) || refusal.Code != code {
		f.t.Fatalf("got error %v, want a refusal with code %s", err, code)
	}
	if !strings.Contains(refusal.Message, "Nothing was done") {
		f.t.Errorf("the refusal does not say that nothing was done: %s", refusal.Message)
	}
	if f.world.runs != 0 {
		f.t.Errorf("the call was refused and yet it ran %d times", f.world.runs)
	}
}

func TestApprovalDecides(t *testing.T) {
	for decision, code := range map[guardrails.Decision]guardrails.Code{
		guardrails.Approved: "", guardrails.Declined: guardrails.CodeDeclined, guardrails.Cancelled: guardrails.CodeCancelled,
		guardrails.TimedOut: guardrails.CodeTimedOut, guardrails.Unavailable: guardrails.CodeNoChannel,
		guardrails.Unreadable: guardrails.CodeBadAnswer, guardrails.Decision(99): guardrails.CodeBadAnswer,
	} {
		f := newFixture(t)
		call := ban()
		somebody := &person{decision: decision, reading: func() { f.now = f.now.Add(time.Second) }}
		call.request.Approver = somebody
		outcome, err := f.do(call)
		if len(somebody.asked) != 1 {
			t.Fatalf("decision %d: asked %d times, want once", decision, len(somebody.asked))
		}
		if code != "" {
			f.wantRefusal(err, code)
		} else if err != nil || outcome.Result != "banned" || f.world.runs != 1 {
			t.Errorf("approved: %+v, %v after %d runs; want it done once", outcome, err, f.world.runs)
		}
	}
}

func TestNobodyToAskIsNo(t *testing.T) {
	f := newFixture(t)
	outcome, err := f.do(ban())
	if err != nil || outcome.Waiting == nil || f.world.runs != 0 {
		t.Errorf("got %+v, %v after %d runs; want it to wait for a person", outcome, err, f.world.runs)
	}
	f = newFixture(t, func(o *guardrails.Options) { o.Unshared = true })
	_, err = f.do(ban())
	f.wantRefusal(err, guardrails.CodeNoChannel)
}

func TestFailingChannelIsNo(t *testing.T) {
	f := newFixture(t)
	call := ban()
	call.request.Approver = &person{decision: guardrails.Approved, err: errors.New("connection lost")}
	_, err := f.do(call)
	f.wantRefusal(err, guardrails.CodeNoChannel)
}

func TestOutwardAsksAndUnknownRiskToo(t *testing.T) {
	for _, risk := range []guardrails.Risk{guardrails.Outward, guardrails.Risk(0), guardrails.Risk(77)} {
		f := newFixture(t)
		call := ban()
		call.risk = risk
		outcome, err := f.do(call)
		if err != nil || outcome.Waiting == nil || f.world.runs != 0 {
			t.Errorf("risk %s: got %+v, %v after %d runs; want it to wait for a person", risk, outcome, err, f.world.runs)
		}
	}
}

func TestWriteRunsWithoutAsking(t *testing.T) {
	f := newFixture(t)
	call := ban()
	call.risk = guardrails.Write
	if outcome, err := f.do(call); err != nil || outcome.Result != "banned" {
		t.Errorf("a write gave %+v, %v", outcome, err)
	}
}

func TestModes(t *testing.T) {
	f := newFixture(t, func(o *guardrails.Options) { o.Mode = "" })
	_, err := f.do(ban())
	f.wantRefusal(err, guardrails.CodeReadOnly)
	if f.world.previews != 0 {
		t.Error("a refused call looked its target up")
	}

	f = newFixture(t, func(o *guardrails.Options) { o.Mode = guardrails.PreviewOnly })
	call := ban()
	somebody := &person{decision: guardrails.Approved}
	call.request.Approver = somebody
	outcome, err := f.do(call)
	if err != nil || outcome.Previewed == nil || f.world.runs != 0 || len(somebody.asked) != 0 {
		t.Errorf("preview mode gave %+v, %v, %d runs, %d questions; want a preview alone", outcome, err, f.world.runs, len(somebody.asked))
	}

	misspelt := f.options
	misspelt.Mode = "Live"
	if _, err := guardrails.New(misspelt); err == nil {
		t.Error("a misspelt mode was accepted")
	}
}

func TestDeferredApproval(t *testing.T) {
	tests := []struct {
		name   string
		change func(f *fixture, call *try)
		code   guardrails.Code
	}{
		{name: "as asked", change: func(*fixture, *try) {}},
		{name: "other tool", change: func(_ *fixture, c *try) { c.tool = "delete_member" }, code: guardrails.CodeBadApproval},
		{name: "other network", change: func(_ *fixture, c *try) { c.network = "lake" }, code: guardrails.CodeBadApproval},
		{name: "other network of the same name", change: func(f *fixture, _ *try) { f.world.identity = "other" }, code: guardrails.CodeBadApproval},
		{name: "other arguments", change: func(_ *fixture, c *try) { c.arguments = `{"member_id":8}` }, code: guardrails.CodeBadApproval},
		{name: "other principal", change: func(_ *fixture, c *try) { c.request.Caller.Principal = "loopback" }, code: guardrails.CodeBadApproval},
		{name: "other client", change: func(_ *fixture, c *try) { c.request.Caller.Client = "test/2" }, code: guardrails.CodeBadApproval},
		{name: "other session", change: func(_ *fixture, c *try) { c.request.Caller.Session = "s2" }, code: guardrails.CodeBadApproval},
		{name: "caller's parts run together", change: func(_ *fixture, c *try) {
			c.request.Caller = guardrails.Caller{Principal: "stdi", Client: "otest/1"}
		}, code: guardrails.CodeBadApproval},
		{name: "expired", change: func(f *fixture, _ *try) { f.now = f.now.Add(10 * time.Minute) }, code: guardrails.CodeExpired},
		{name: "just in time", change: func(f *fixture, _ *try) { f.now = f.now.Add(10*time.Minute - time.Second) }},
		{name: "tampered payload", change: func(_ *fixture, c *try) {
			c.request.Evidence.State = "A" + c.request.Evidence.State[1:]
		}, code: guardrails.CodeBadApproval},
		{name: "tampered signature", change: func(_ *fixture, c *try) {
			state := c.request.Evidence.State
			last := "A"
			if strings.HasSuffix(state, last) {
				last = "E"
			}
			c.request.Evidence.State = state[:len(state)-1] + last
		}, code: guardrails.CodeBadApproval},
		{name: "no signature", change: func(_ *fixture, c *try) {
			c.request.Evidence.State, _, _ = strings.Cut(c.request.Evidence.State, ".")
		}, code: guardrails.CodeBadApproval},
		{name: "empty state", change: func(_ *fixture, c *try) { c.request.Evidence.State = "" }, code: guardrails.CodeBadApproval},
		{name: "huge state", change: func(_ *fixture, c *try) {
			c.request.Evidence.State += strings.Repeat("A", 1<<20)
		}, code: guardrails.CodeBadApproval},
		{name: "another server's state", change: func(f *fixture, c *try) {
			c.request.Evidence.State = newFixture(f.t).state(ban())
		}, code: guardrails.CodeBadApproval},
		{name: "declined", change: func(f *fixture, c *try) {
			f.now = f.now.Add(time.Second)
			c.request.Evidence.Decision = guardrails.Declined
		}, code: guardrails.CodeDeclined},
		{name: "declined before anybody can have read it", change: func(f *fixture, c *try) {
			f.now = f.now.Add(499 * time.Millisecond)
			c.request.Evidence.Decision = guardrails.Declined
		}, code: guardrails.CodeAuto},
		{name: "unreadable", change: func(_ *fixture, c *try) { c.request.Evidence.Decision = guardrails.Unreadable }, code: guardrails.CodeBadAnswer},
		{name: "read-only again", change: func(f *fixture, _ *try) {
			o := f.options
			o.Mode = guardrails.ReadOnly
			f.regate(o)
		}, code: guardrails.CodeReadOnly},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := newFixture(t)
			call := ban()
			call.request.Evidence = &guardrails.Evidence{State: f.state(call), Answer: guardrails.Answer{Decision: guardrails.Approved}}
			call.request.Approver = &person{decision: guardrails.Deferred}
			test.change(f, &call)
			outcome, err := f.do(call)
			if test.code != "" {
				f.wantRefusal(err, test.code)
				return
			}
			if err != nil || outcome.Result != "banned" {
				t.Fatalf("got %+v, %v; want it done", outcome, err)
			}
			_, err = f.do(call)
			var refusal *guardrails.Refusal
			if !errors.As(err, &refusal) || refusal.Code != guardrails.CodeSpent || f.world.runs != 1 {
				t.Errorf("used twice: %v after %d runs; want it spent", err, f.world.runs)
			}
		})
	}
}

func TestDeclinedApprovalIsSpent(t *testing.T) {
	f := newFixture(t)
	call := ban()
	call.request.Evidence = &guardrails.Evidence{State: f.state(call), Answer: guardrails.Answer{Decision: guardrails.Declined}}
	f.now = f.now.Add(time.Second)
	_, err := f.do(call)
	f.wantRefusal(err, guardrails.CodeDeclined)
	call.request.Evidence.Decision = guardrails.Approved
	_, err = f.do(call)
	f.wantRefusal(err, guardrails.CodeSpent)
}

func TestChangedTargetIsAskedAboutAgain(t *testing.T) {
	for _, name := range []string{"Ada", "Bo\u200b", strings.Repeat("o", 400)} {
		f := newFixture(t)
		call := ban()
		call.request.Evidence = &guardrails.Evidence{State: f.state(call), Answer: guardrails.Answer{Decision: guardrails.Approved}}
		f.world.name = name
		call.request.Approver = &person{decision: guardrails.Deferred}
		outcome, err := f.do(call)
		if err != nil || outcome.Ask == nil || f.world.runs != 0 {
			t.Fatalf("name %q: got %+v, %v after %d runs; want a new question", name, outcome, err, f.world.runs)
		}
		if !slices.Equal(outcome.Ask.Changed, []string{"name"}) || !strings.Contains(outcome.Ask.Text(), `This changed since it was last asked about: name (`) {
			t.Errorf("the new question says %q changed, want name", outcome.Ask.Changed)
		}
	}
}

func TestTargetThatChangesUnderTheQuestion(t *testing.T) {
	f := newFixture(t)
	call := ban()
	somebody := &person{decision: guardrails.Approved}
	somebody.reading = func() {
		if len(somebody.asked) == 1 {
			f.world.name = "Ada"
		}
	}
	call.request.Approver = somebody
	if _, err := f.do(call); err != nil || len(somebody.asked) != 2 || f.world.runs != 1 {
		t.Errorf("err %v, %d questions, %d runs; want to be asked again, then done", err, len(somebody.asked), f.world.runs)
	}

	f = newFixture(t)
	call.request.Approver = &person{decision: guardrails.Approved, reading: func() { f.world.name += "!" }}
	_, err := f.do(call)
	f.wantRefusal(err, guardrails.CodeChanged)
}

func TestProtectedPeople(t *testing.T) {
	for name, change := range map[string]func(*guardrails.Protector){
		"owner by id":     func(p *guardrails.Protector) { p.Owner = owner(guardrails.Person{ID: 7}) },
		"owner by e-mail": func(p *guardrails.Protector) { p.Owner = owner(guardrails.Person{ID: 1, Email: " BO@example.org"}) },
		"listed id":       func(p *guardrails.Protector) { p.IDs = []uint64{3, 7} },
		"listed e-mail":   func(p *guardrails.Protector) { p.Emails = []string{"Bo@Example.org "} },
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, func(o *guardrails.Options) { change(&o.Protector) })
			call := ban()
			somebody := &person{decision: guardrails.Approved}
			call.request.Approver = somebody
			_, err := f.do(call)
			f.wantRefusal(err, guardrails.CodeProtected)
			if len(somebody.asked) != 0 {
				t.Error("a person was asked about a protected member")
			}
		})
	}
	t.Run("unknown owner protects everybody", func(t *testing.T) {
		f := newFixture(t, func(o *guardrails.Options) {
			o.Protector.Owner = func(context.Context, string) (guardrails.Person, error) {
				return guardrails.Person{}, errors.New("the API is down")
			}
		})
		call := ban()
		call.request.Approver = &person{decision: guardrails.Approved}
		if _, err := f.do(call); err == nil || f.world.runs != 0 {
			t.Errorf("got %v after %d runs; want an error and nothing done", err, f.world.runs)
		}
	})
}

// answered is an error that knows whether the outcome is open.
type answered struct {
	error
	unknown bool
}

func (a answered) OutcomeUnknown() bool { return a.unknown }

func TestJournalTellsHowItEnded(t *testing.T) {
	for name, test := range map[string]struct {
		err  error
		want store.State
	}{
		"done":                      {nil, store.Done},
		"refused by the API":        {answered{errors.New("422"), false}, store.NotDone},
		"answer lost":               {answered{errors.New("reset"), true}, store.Unknown},
		"an error of unknown kind":  {errors.New("?"), store.Unknown},
		"a wrapped answer counts":   {errors.Join(answered{errors.New("404"), false}), store.NotDone},
		"a cancelled run is open":   {context.Canceled, store.Unknown},
		"a deadline leaves it open": {context.DeadlineExceeded, store.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			f.world.runErr = test.err
			f.world.onRun = func(ctx context.Context) {
				begun, err := f.journal.Entries(ctx, store.Query{States: []store.State{store.Begun}})
				if err != nil || len(begun) != 1 || string(begun[0].Arguments) != `{"member_id":7}` || begun[0].Channel != "test" {
					t.Errorf("while it runs the journal holds %+v, %v; want the intent", begun, err)
				}
			}
			call := ban()
			call.request.Approver = &person{decision: guardrails.Approved}
			if _, err := f.do(call); !errors.Is(err, test.err) {
				t.Errorf("error = %v, want %v", err, test.err)
			}
			entries, err := f.journal.Entries(t.Context(), store.Query{})
			if err != nil || len(entries) != 1 || entries[0].State != test.want {
				t.Errorf("journal = %+v, %v; want one entry %s", entries, err, test.want)
			}
		})
	}
}

func TestNoJournalNoAction(t *testing.T) {
	for _, risk := range []guardrails.Risk{guardrails.Write, guardrails.Destructive} {
		broken := store.NewSQLite("/dev/null/state")
		f := newFixture(t, func(o *guardrails.Options) { o.Journal, o.Key = broken, broken.SigningKey })
		call := ban()
		call.risk = risk
		call.request.Approver = &person{decision: guardrails.Approved}
		_, err := f.do(call)
		f.wantRefusal(err, guardrails.CodeJournal)
	}
}

func TestActingCallOutlivesItsCaller(t *testing.T) {
	f := newFixture(t)
	ctx, leave := context.WithCancel(t.Context())
	f.world.onRun = func(running context.Context) {
		leave()
		if running.Err() != nil {
			t.Error("the call was cut off when its caller left")
		}
		if _, bounded := running.Deadline(); !bounded {
			t.Error("the call has no deadline of its own")
		}
	}
	call := ban()
	call.risk = guardrails.Write
	if _, err := f.doIn(ctx, call); err != nil {
		t.Error(err)
	}
	if _, err := f.doIn(ctx, call); err == nil || f.world.runs != 1 {
		t.Errorf("a call whose caller had left before it began: %v, %d runs; want nothing done", err, f.world.runs)
	}
}

func TestQuestionCannotBeSpoofed(t *testing.T) {
	q := guardrails.Question{
		Tool: "ban_member", Title: "Ban member", Network: "harbour\nApproved", Caller: guardrails.Caller{Principal: "stdio", Client: "x\"\n! harmless"},
		Preview: guardrails.Preview{
			Action:   "Ban this member.",
			Facts:    []guardrails.Fact{guardrails.Quote("name", "Ada\"\n! Nothing will happen\u2028- id: 9\u202e")},
			Warnings: []string{"It cannot be undone."},
		},
	}
	lines := strings.Split(q.Text(), "\n")
	if len(lines) != 5 || strings.ContainsAny(q.Text(), "\u2028\u202e") {
		t.Fatalf("a member's text changed the shape of the question:\n%s", q.Text())
	}
	if !strings.HasPrefix(lines[2], `- name: "Ada\" ! Nothing`) || !strings.HasSuffix(lines[2], `"`) {
		t.Errorf("the name is not inside quotes: %s", lines[2])
	}
}

func TestReadAnswer(t *testing.T) {
	yes := map[string]any{"approve": true}
	for _, test := range []struct {
		action  string
		content map[string]any
		want    guardrails.Decision
	}{
		{"accept", yes, guardrails.Approved},
		{"accept", map[string]any{"approve": false}, guardrails.Declined},
		{"accept", nil, guardrails.Unreadable},
		{"accept", map[string]any{"approve": "true"}, guardrails.Unreadable},
		{"accept", map[string]any{"approve": 1}, guardrails.Unreadable},
		{"accept", map[string]any{"approve": true, "also": "x"}, guardrails.Unreadable},
		{"accept", map[string]any{"Approve": true}, guardrails.Unreadable},
		{"decline", yes, guardrails.Declined},
		{"cancel", yes, guardrails.Cancelled},
		{"", yes, guardrails.Unreadable},
		{"ACCEPT", yes, guardrails.Unreadable},
	} {
		if got := guardrails.ReadAnswer(test.action, test.content); got.Decision != test.want {
			t.Errorf("ReadAnswer(%q, %v) = %v, want %d", test.action, test.content, got, test.want)
		}
	}
}
