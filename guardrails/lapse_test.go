package guardrails_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// elsewhere sends a call through a gate that nobody can be asked through.
func (s *shown) elsewhere(t *testing.T, gate *guardrails.Gate) *guardrails.Waiting {
	t.Helper()
	outcome, err := gate.Do(t.Context(), guardrails.Action{
		Tool: "ban_member", Risk: guardrails.Destructive, Bind: func(json.RawMessage) (guardrails.Bound, error) { return s, nil },
	}, guardrails.Request{Caller: guardrails.Caller{Principal: "stdio"}})
	if err != nil || outcome.Waiting == nil {
		t.Fatalf("got %+v, %v; want it to wait", outcome, err)
	}
	return outcome.Waiting
}

// TestAChangeIsToldInWords: who approved once and is asked again is told what
// is different, and so is the assistant.
func TestAChangeIsToldInWords(t *testing.T) {
	for want, change := range map[string]func(p *guardrails.Preview){
		`name (from "Bo" to "Ada\" <")`: func(p *guardrails.Preview) { p.Facts[0].Value = "Ada\u201d\u200b <" },
		"name":                          func(p *guardrails.Preview) { p.Facts[0].Value = "Bo\u200b" },
		`id (from 7 to 8)`:              func(p *guardrails.Preview) { p.Facts[1] = guardrails.Number("id", 8) },
		`role (now host)`:               func(p *guardrails.Preview) { p.Facts = append(p.Facts, guardrails.Field("role", "host")) },
		`name (was "Bo")`:               func(p *guardrails.Preview) { p.Facts = p.Facts[1:] },
		`1, e-mail (from "bo@example.org" to "ada@example.org")`: func(p *guardrails.Preview) {
			p.Facts[2] = guardrails.Group("1", []guardrails.Fact{guardrails.Quote("name", "Bo"), guardrails.Quote("e-mail", "ada@example.org")})
		},
		"the warnings":       func(p *guardrails.Preview) { p.Warnings = nil },
		"what would be done": func(p *guardrails.Preview) { p.Action = "Ban everybody." },
		"what to type":       func(p *guardrails.Preview) { p.Retype = guardrails.RetypeCount(3) },
		"what it replaces":   func(p *guardrails.Preview) { p.Before["email"] = "ada@example.org" },
		`e-mail (now "x"), name (from "Bo" to "Ada")`: func(p *guardrails.Preview) { // the field of the same name with it
			p.Facts[0].Value, p.Before["name"] = "Ada", "Ada"
			p.Facts = append([]guardrails.Fact{guardrails.Quote("e-mail", "x")}, p.Facts...)
		},
		`a (now 1), b (now 1), c (now 1), d (now 1), e (now 1), 1 more`: func(p *guardrails.Preview) {
			var more []guardrails.Fact
			for _, label := range []string{"a", "b", "c", "d", "e", "f"} {
				more = append(more, guardrails.Number(label, 1))
			}
			p.Facts = append(more, p.Facts...)
		},
		`name (from "Bo" to "` + strings.Repeat("ab", 39) + `a…")`: func(p *guardrails.Preview) { p.Facts[0].Value = strings.Repeat("ab", 200) },
	} {
		f := newFixture(t)
		call := &shown{preview: harmless}
		first := call.elsewhere(t, f.gate)
		f.approves(first.Code, "")
		call.preview = func() guardrails.Preview { p := harmless(); change(&p); return p }
		want = "The approval " + first.Code + " no longer counts, because this changed since it was shown: " + want + "."
		for range 2 { // while it waits, too
			if got := call.elsewhere(t, f.gate); got.Lapse == nil || got.Lapse.Text() != want {
				t.Errorf("told %+v, want\n%s", got.Lapse, want)
			}
		}
		paper, err := f.desk().Paper(t.Context(), call.elsewhere(t, f.gate).Code)
		if err != nil || !strings.Contains(paper.Document.Text(), "\n! "+want+"\n") {
			t.Errorf("the paper says %v\n%s", err, paper.Document.Text())
		}
	}
}

// TestAChangeInTheClientIsToldInWords: what was asked a moment ago in the same
// call is known; of an earlier one the client kept digests only.
func TestAChangeInTheClientIsToldInWords(t *testing.T) {
	f := newFixture(t)
	call := ban()
	somebody := &person{decision: guardrails.Approved, reading: func() { f.world.name = "Ada" }}
	call.request.Approver = somebody
	if _, err := f.do(call); err != nil || len(somebody.asked) != 2 || !strings.Contains(somebody.asked[1].Text(), `name (from "Bo" to "Ada").`) {
		t.Errorf("%v: asked %+v", err, somebody.asked)
	}
}

func TestAnExpiryIsTold(t *testing.T) {
	f := newFixture(t)
	unanswered := f.waits(ban())
	f.now = f.now.Add(10 * time.Minute)
	outcome, err := f.do(ban())
	if err != nil || outcome.Waiting == nil || outcome.Waiting.Lapse == nil || outcome.Waiting.Lapse.Text() != "The earlier question "+unanswered+" expired unanswered at 2023-11-14 22:23 UTC." {
		t.Fatalf("%+v, %v", outcome.Waiting, err)
	}
	given := outcome.Waiting.Code
	f.approves(given, "")
	f.now = f.now.Add(10 * time.Minute)
	outcome, err = f.do(ban())
	if err != nil || outcome.Waiting == nil || outcome.Waiting.Lapse == nil || outcome.Waiting.Lapse.Text() != "The approval "+given+" no longer counts: it expired at 2023-11-14 22:33 UTC." {
		t.Fatalf("%+v, %v", outcome.Waiting, err)
	}
	f.approves(outcome.Waiting.Code, "")
	if _, err := f.do(ban()); err != nil {
		t.Fatal(err)
	}
	if outcome, err := f.do(ban()); err != nil || outcome.Waiting == nil || outcome.Waiting.Lapse != nil {
		t.Errorf("what was used up did not lapse: %+v, %v", outcome.Waiting, err)
	}
}

func TestAReplacedKeyIsTold(t *testing.T) {
	f := newFixture(t)
	code := f.waits(ban())
	if err := f.journal.RotateSigningKey(t.Context(), store.Event{At: f.now, Kind: "rotated"}); err != nil {
		t.Fatal(err)
	}
	if outcome, err := f.do(ban()); err != nil || outcome.Waiting == nil || outcome.Waiting.Lapse == nil ||
		outcome.Waiting.Lapse.Text() != "The earlier question "+code+" can no longer be answered: it was altered, or its key was replaced." {
		t.Errorf("%+v, %v", outcome.Waiting, err)
	}
}

// TestTheTrailKeepsNoAddressesOfChanges: values before and after are redacted
// as all that was shown.
func TestTheTrailKeepsNoAddressesOfChanges(t *testing.T) {
	f := newFixture(t)
	f.world.name = "before@example.org"
	f.approves(f.waits(ban()), "")
	f.world.name = "after@example.org"
	f.waits(ban())
	text := ""
	if _, _, err := f.journal.Trail(t.Context(), func(r store.Record) error { text += string(r.Shown); return nil }); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(text, "before@") || strings.Contains(text, "after@") || !strings.Contains(text, `"lapse"`) {
		t.Errorf("the trail has\n%s", text)
	}
}
