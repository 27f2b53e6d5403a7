package guardrails_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unicode"

	"pgregory.net/rapid"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// shown is an action whose preview a test chooses.
type shown struct {
	preview func() guardrails.Preview
	further int // targets beyond the first
	runs    atomic.Int32
	onRun   func(ctx context.Context)
}

func (s *shown) Network() string                     { return "harbour" }
func (s *shown) Identity() string                    { return "" }
func (s *shown) Items() int                          { return 1 + s.further }
func (s *shown) Steps() int                          { return s.Items() }
func (s *shown) Arguments() (json.RawMessage, error) { return json.RawMessage(`{"id":7}`), nil }

func (s *shown) Preview(context.Context, bool) (guardrails.Preview, error) { return s.preview(), nil }

func (s *shown) Run(ctx context.Context, _ guardrails.Preview) (any, *store.Undo, error) {
	s.runs.Add(1)
	if s.onRun != nil {
		s.onRun(ctx)
	}
	return "done", nil, nil
}

// through sends it through a gate, with an answer if there is one.
func (s *shown) through(ctx context.Context, gate *guardrails.Gate, risk guardrails.Risk, evidence *guardrails.Evidence) (guardrails.Outcome, error) {
	return gate.Do(ctx, guardrails.Action{
		Tool: "ban_member", Title: "Ban member", Risk: risk,
		Bind: func(json.RawMessage) (guardrails.Bound, error) { return s, nil },
	}, guardrails.Request{
		Caller: guardrails.Caller{Principal: "stdio"}, Approver: &person{decision: guardrails.Deferred}, Evidence: evidence,
	})
}

func harmless() guardrails.Preview {
	return guardrails.Preview{
		Action: "Ban this member.", Warnings: []string{"It cannot be undone."}, Before: map[string]any{"email": "bo@example.org"},
		Facts: []guardrails.Fact{
			guardrails.Quote("name", "Bo"), guardrails.Number("id", 7),
			guardrails.Group("1", []guardrails.Fact{guardrails.Quote("name", "Bo"), guardrails.Quote("e-mail", "bo@example.org")}),
		},
	}
}

// Two processes on one state directory, and an answer that is sent to both
// many times at once.
func TestRacingRetriesRunOnce(t *testing.T) {
	dir := t.TempDir()
	call := &shown{preview: harmless}
	var gates []*guardrails.Gate
	for range 2 {
		handle := store.NewSQLite(dir)
		defer handle.Close()
		gates = append(gates, newFixture(t, func(o *guardrails.Options) { o.Journal, o.Key = handle, handle.SigningKey }).gate)
	}
	asked, err := call.through(t.Context(), gates[0], guardrails.Destructive, nil)
	if err != nil || asked.Ask == nil {
		t.Fatalf("asking gave %+v, %v", asked, err)
	}
	var done atomic.Int32
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			outcome, err := call.through(t.Context(), gates[i%2], guardrails.Destructive, yesTo(asked.Ask.State))
			var refusal *guardrails.Refusal
			switch {
			case err == nil && outcome.Result == "done":
				done.Add(1)
			case !errors.As(err, &refusal) || refusal.Code != guardrails.CodeSpent:
				t.Errorf("got %+v, %v; want it done or spent", outcome, err)
			}
		})
	}
	wg.Wait()
	if done.Load() != 1 || call.runs.Load() != 1 {
		t.Errorf("one approval ran %d times, and %d callers were told it was done", call.runs.Load(), done.Load())
	}
}

func yesTo(state string) *guardrails.Evidence {
	return &guardrails.Evidence{State: state, Answer: guardrails.Answer{Decision: guardrails.Approved}}
}

// What runs is what was shown: whatever part of a preview is another one by
// then, the person is asked again and told which.
func TestAnyPartOfThePreviewThatChangedIsAskedAbout(t *testing.T) {
	for name, test := range map[string]struct {
		change func(p *guardrails.Preview)
		want   string
	}{
		"another sentence":        {func(p *guardrails.Preview) { p.Action = "Ban everybody." }, "action"},
		"a further warning":       {func(p *guardrails.Preview) { p.Warnings = append(p.Warnings, "It costs money.") }, "warnings"},
		"a warning less":          {func(p *guardrails.Preview) { p.Warnings = nil }, "warnings"},
		"warnings run together":   {func(p *guardrails.Preview) { p.Warnings = []string{"It cannot", " be undone."} }, "warnings"},
		"another person":          {func(p *guardrails.Preview) { p.Facts[1] = guardrails.Number("id", 8) }, "id"},
		"a fact less":             {func(p *guardrails.Preview) { p.Facts = p.Facts[1:] }, "name"},
		"a further fact":          {func(p *guardrails.Preview) { p.Facts = append(p.Facts, guardrails.Field("role", "host")) }, "role"},
		"an invisible character":  {func(p *guardrails.Preview) { p.Facts[0].Value = "B\u200bo" }, "name"},
		"space at the end":        {func(p *guardrails.Preview) { p.Facts[0].Value = "Bo " }, "name"},
		"the other Unicode form":  {func(p *guardrails.Preview) { p.Facts[0].Value = "Bo\u0308" }, "name"},
		"what would be lost":      {func(p *guardrails.Preview) { p.Before["email"] = "ada@example.org" }, "state"},
		"what would be lost more": {func(p *guardrails.Preview) { p.Before["first_name"] = "Bo" }, "state"},
		"one of a group": {func(p *guardrails.Preview) {
			p.Facts[2] = guardrails.Group("1", []guardrails.Fact{guardrails.Quote("name", "Bo"), guardrails.Quote("e-mail", "ada@example.org")})
		}, "1"},
		"a group's parts run together": {func(p *guardrails.Preview) {
			p.Facts[2] = guardrails.Group("1", []guardrails.Fact{guardrails.Quote("name", "Boe-mailbo@example.org")})
		}, "1"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			call := &shown{preview: harmless}
			first, err := call.through(t.Context(), f.gate, guardrails.Destructive, nil)
			if err != nil {
				t.Fatal(err)
			}
			call.preview = func() guardrails.Preview { p := harmless(); test.change(&p); return p }
			second, err := call.through(t.Context(), f.gate, guardrails.Destructive, yesTo(first.Ask.State))
			if err != nil || second.Ask == nil || !slices.Equal(second.Ask.Changed, []string{test.want}) || call.runs.Load() != 0 {
				t.Fatalf("got %+v, %v after %d runs; want a new question that names %s", second, err, call.runs.Load(), test.want)
			}
			if _, err = call.through(t.Context(), f.gate, guardrails.Destructive, yesTo(first.Ask.State)); call.runs.Load() != 0 {
				t.Errorf("the old answer ran it: %v", err)
			}
			if _, err = call.through(t.Context(), f.gate, guardrails.Destructive, yesTo(second.Ask.State)); err != nil || call.runs.Load() != 1 {
				t.Errorf("the new answer: %v, %d runs; want it done", err, call.runs.Load())
			}
		})
	}
}

func TestSomebodyProtectedMeanwhileIsSafe(t *testing.T) {
	f := newFixture(t)
	call := ban()
	call.request.Evidence = yesTo(f.state(ban()))
	o := f.options
	o.Protector.IDs = []uint64{7}
	f.regate(o)
	_, err := f.do(call)
	f.wantRefusal(err, guardrails.CodeProtected)
}

// A list that happens to hold nothing, and a member without an address, are
// not the same person.
func TestNobodyIsNotEverybody(t *testing.T) {
	f := newFixture(t, func(o *guardrails.Options) {
		o.Protector = guardrails.Protector{Owner: owner(guardrails.Person{ID: 1}), Emails: []string{"", " "}}
	})
	call := &shown{preview: func() guardrails.Preview {
		return guardrails.Preview{Action: "Rename.", Loses: []guardrails.Person{{ID: 7}}}
	}}
	if _, err := call.through(t.Context(), f.gate, guardrails.Write, nil); err != nil {
		t.Error(err)
	}
}

// Answers are looked at only where one is wanted.
func TestAnswersMeanNothingElsewhere(t *testing.T) {
	for name, evidence := range map[string]*guardrails.Evidence{
		"forged yes": yesTo("e30.e30"), "forged no": {State: "e30.e30", Answer: guardrails.Answer{Decision: guardrails.Declined}}, "empty": {},
	} {
		f := newFixture(t)
		call := &shown{preview: harmless}
		if _, err := call.through(t.Context(), f.gate, guardrails.Write, evidence); err != nil || call.runs.Load() != 1 {
			t.Errorf("%s, with a write: %v", name, err)
		}
		o := f.options
		o.Mode = guardrails.PreviewOnly
		f.regate(o)
		outcome, err := call.through(t.Context(), f.gate, guardrails.Destructive, evidence)
		if err != nil || outcome.Previewed == nil || call.runs.Load() != 1 {
			t.Errorf("%s, in preview mode: %+v, %v", name, outcome, err)
		}
	}
}

func TestTokensThatNobodyIssued(t *testing.T) {
	key := []byte("0123456789abcdef0123456789abcdef")
	f := newFixture(t, func(o *guardrails.Options) { o.Key = func() ([]byte, error) { return key, nil } })
	call := &shown{preview: harmless}
	outcome, err := call.through(t.Context(), f.gate, guardrails.Destructive, nil)
	if err != nil {
		t.Fatal(err)
	}
	state := outcome.Ask.State
	encodedPayload, encodedMAC, _ := strings.Cut(state, ".")
	payload, err := base64.RawURLEncoding.DecodeString(encodedPayload)
	if err != nil {
		t.Fatal(err)
	}
	sign := func(domain string, payload []byte) string {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(domain))
		mac.Write(payload)
		return base64.RawURLEncoding.EncodeToString(payload) + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
	}
	domain := "mcp-mighty approval\x00"
	if sign(domain, payload) != state {
		t.Fatal("this test signs otherwise than the gate, so it shows nothing")
	}
	// The last character of a MAC of 32 bytes has two bits to spare.
	spare := encodedMAC[:42] + string(encodedMAC[42]+1)
	for name, forged := range map[string]string{
		"no payload":          "." + encodedMAC,
		"no signature":        encodedPayload + ".",
		"nothing":             ".",
		"twice":               state + "." + state,
		"the spare bits":      encodedPayload + "." + spare,
		"with padding":        state + "=",
		"a space in front":    " " + state,
		"half the signature":  encodedPayload + "." + encodedMAC[:22],
		"for another purpose": sign("mcp-mighty session\x00", payload),
		"signed without one":  sign("", payload),
		"an older version":    sign(domain, []byte(strings.Replace(string(payload), `"v":2`, `"v":1`, 1))),
		"a later version":     sign(domain, []byte(strings.Replace(string(payload), `"v":2`, `"v":3`, 1))),
		"no object":           sign(domain, []byte(`[]`)),
		"no claims":           sign(domain, []byte(`{}`)),
	} {
		_, err := call.through(t.Context(), f.gate, guardrails.Destructive, yesTo(forged))
		var refusal *guardrails.Refusal
		if !errors.As(err, &refusal) || refusal.Code != guardrails.CodeBadApproval || call.runs.Load() != 0 {
			t.Errorf("%s: %v after %d runs", name, err, call.runs.Load())
		}
	}
	// Line breaks do not count in base64, so this is the same token; spelled
	// anew it must not be worth a second run.
	for _, spelled := range []string{state, state + "\n", encodedPayload + "\r\n." + encodedMAC} {
		_, _ = call.through(t.Context(), f.gate, guardrails.Destructive, yesTo(spelled))
	}
	if call.runs.Load() != 1 {
		t.Errorf("one approval in three spellings ran %d times", call.runs.Load())
	}
}

func TestAnswersExpireToTheSecond(t *testing.T) {
	for after, want := range map[time.Duration]bool{0: true, 599 * time.Second: true, 600 * time.Second: false, time.Hour: false, -time.Hour: true} {
		f := newFixture(t)
		call := &shown{preview: harmless}
		outcome, err := call.through(t.Context(), f.gate, guardrails.Destructive, nil)
		if err != nil {
			t.Fatal(err)
		}
		f.now = f.now.Add(after)
		if _, err = call.through(t.Context(), f.gate, guardrails.Destructive, yesTo(outcome.Ask.State)); (err == nil) != want {
			t.Errorf("after %s: %v", after, err)
		}
	}
}

// brokenIn is a store that fails in one place.
type brokenIn struct {
	*store.SQLite
	spend, begin bool
}

func (b brokenIn) Spend(ctx context.Context, nonce string, expires time.Time) (bool, error) {
	if b.spend {
		return true, errors.New("disk full")
	}
	return b.SQLite.Spend(ctx, nonce, expires)
}

func (b brokenIn) Begin(ctx context.Context, start store.Start) (int64, error) {
	if b.begin {
		return 0, errors.New("disk full")
	}
	return b.SQLite.Begin(ctx, start)
}

func TestAJournalThatBreaksHalfWayStopsTheCall(t *testing.T) {
	for name, where := range map[string]brokenIn{"when a no is spent": {spend: true}, "when the intent is written": {begin: true}} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			o := f.options
			where.SQLite = f.journal
			o.Journal = where
			f.regate(o)
			call := ban()
			somebody := &person{decision: guardrails.Approved}
			if where.spend {
				somebody.decision = guardrails.Declined
			}
			call.request.Approver = somebody
			_, err := f.do(call)
			f.wantRefusal(err, guardrails.CodeJournal)
		})
	}
}

func TestWhoLeavesBeforeTheDeedPreventsIt(t *testing.T) {
	f := newFixture(t)
	ctx, leave := context.WithCancel(t.Context())
	call := &shown{preview: func() guardrails.Preview { leave(); return harmless() }}
	if _, err := call.through(ctx, f.gate, guardrails.Write, nil); err == nil || call.runs.Load() != 0 {
		t.Errorf("who left during the look-up: %v, %d runs", err, call.runs.Load())
	}
	if entries, err := f.journal.Entries(t.Context(), store.Query{Limit: 1}); err != nil || len(entries) != 0 {
		t.Errorf("the journal holds %v, %v", entries, err)
	}
}

func TestWhoLeavesDuringTheDeedDoesNotKeepItsEndSecret(t *testing.T) {
	f := newFixture(t)
	ctx, leave := context.WithCancel(t.Context())
	call := &shown{preview: harmless, onRun: func(running context.Context) {
		leave()
		if running.Err() != nil || !guardrails.CallerLeft(running) {
			t.Errorf("the deed was cut off (%v), or was not told that its caller left", running.Err())
		}
	}}
	if _, err := call.through(ctx, f.gate, guardrails.Write, nil); err != nil {
		t.Error(err)
	}
	if entries, err := f.journal.Entries(t.Context(), store.Query{Limit: 1}); err != nil || len(entries) != 1 || entries[0].State != store.Done {
		t.Errorf("the journal holds %v, %v; want it done", entries, err)
	}
}

// Each further target has its own time, so that a long list is not cut off
// where a short one would have ended.
func TestLongListsHaveLonger(t *testing.T) {
	f := newFixture(t, func(o *guardrails.Options) { o.RunTimeout = time.Hour })
	call := &shown{preview: harmless, further: 10, onRun: func(ctx context.Context) {
		if end, bounded := ctx.Deadline(); !bounded || time.Until(end) < 90*time.Minute || time.Until(end) > 2*time.Hour {
			t.Errorf("eleven targets have until %v, want two hours", end)
		}
	}}
	if _, err := call.through(t.Context(), f.gate, guardrails.Write, nil); err != nil {
		t.Error(err)
	}
}

func TestNobodyIsAskedForEver(t *testing.T) {
	f := newFixture(t)
	call := ban()
	somebody := &person{decision: guardrails.Approved, reading: func() { f.world.name += "!" }}
	call.request.Approver = somebody
	_, err := f.do(call)
	f.wantRefusal(err, guardrails.CodeChanged)
	if len(somebody.asked) != 3 {
		t.Errorf("the person was asked %d times, want 3", len(somebody.asked))
	}
}

func TestAGateLacksNothing(t *testing.T) {
	for name, remove := range map[string]func(*guardrails.Options){
		"journal": func(o *guardrails.Options) { o.Journal = nil },
		"key":     func(o *guardrails.Options) { o.Key = nil },
		"owner":   func(o *guardrails.Options) { o.Protector.Owner = nil },
	} {
		o := newFixture(t).options
		remove(&o)
		if _, err := guardrails.New(o); err == nil {
			t.Errorf("a gate was made without a %s", name)
		}
	}
}

// hostile draws text as a member would write it who wants to pass for us.
func hostile() *rapid.Generator[string] {
	pieces := rapid.SampledFrom([]string{
		`"`, `\`, "\n", "\r\n", "\u2028", "\u2029", "\u0085", "\v", "- member id: 1", "! Nothing happens", "Asked for by: you", "approve",
		"\u202e", "\u2066", "\u200b", "\ufeff", "\U000e0041", "\x1b[2K\x1b[1A", "\x9b2J", "\x00", "\xff\xfe", "**", "</p>", "”", "＂", "ﷺ", "שלום", "é",
	})
	return rapid.Custom(func(t *rapid.T) string {
		var b strings.Builder
		for range rapid.IntRange(0, 12).Draw(t, "pieces") {
			if rapid.Bool().Draw(t, "known") {
				b.WriteString(pieces.Draw(t, "piece"))
			} else {
				b.WriteString(rapid.String().Draw(t, "text"))
			}
		}
		return b.String()
	})
}

// Whatever members and clients call themselves, a question has the lines that
// we wrote, each with our beginning, and their words stay between its quotes.
func TestNoTextBreaksOutOfAQuestion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name, client, part := hostile().Draw(t, "name"), hostile().Draw(t, "client"), hostile().Draw(t, "part")
		q := guardrails.Question{
			Tool: "ban_member", Title: "Ban member", Network: "harbour", Caller: guardrails.Caller{Principal: "stdio", Client: client},
			Preview: guardrails.Preview{Action: "Ban.", Warnings: []string{"For good."}, Facts: []guardrails.Fact{
				guardrails.Quote("name", name), guardrails.Number("id", 7),
				guardrails.Group("1", []guardrails.Fact{guardrails.Quote("name", part), guardrails.Number("id", 8)}),
			}},
		}
		lines := strings.Split(q.Text(), "\n")
		begins := []string{"Ban member (ban_member) on network harbour", "Ban.", `- name: "`, "- id: 7", `- 1: name "`, "! For good.", "Asked for by: stdio"}
		if len(lines) != len(begins) {
			t.Fatalf("%d lines:\n%s", len(lines), q.Text())
		}
		for i, line := range lines {
			if !strings.HasPrefix(line, begins[i]) {
				t.Errorf("line %d is %q, want it to begin with %q", i, line, begins[i])
			}
			for _, r := range line {
				if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == 0x2028 || r == 0x2029 {
					t.Errorf("line %d holds %U", i, r)
				}
			}
		}
		outsideQuotes(t, lines[2], "- name: ")
		outsideQuotes(t, lines[4], "- 1: name , id 8")
		if client := outside(lines[6]); client != "Asked for by: stdio. Nothing happens unless you approve." &&
			client != "Asked for by: stdio with . Nothing happens unless you approve." {
			t.Errorf("outside the quotes the last line reads %q", client)
		}
	})
}

func outsideQuotes(t *rapid.T, line, want string) {
	if got := outside(line); got != want {
		t.Errorf("outside its quotes %q reads %q, want %q", line, got, want)
	}
}

// outside returns what stands outside the quotes of a line.
func outside(line string) string {
	var b strings.Builder
	quoted, escaped := false, false
	for _, r := range line {
		switch {
		case escaped:
			escaped = false
		case quoted && r == '\\':
			escaped = true
		case r == '"':
			quoted = !quoted
		case !quoted:
			b.WriteRune(r)
		}
	}
	return b.String()
}
