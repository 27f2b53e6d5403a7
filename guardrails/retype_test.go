package guardrails_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
)

func bo(f *fixture) { f.world.retype = guardrails.RetypeName("the member", "Nils", 7) }

func TestTheWorstIsTyped(t *testing.T) {
	for typed, code := range map[string]guardrails.Code{
		"Nils": "", " nils ": "", "NILS": "",
		"": guardrails.CodeMistyped, "yes": guardrails.CodeMistyped, "N ils": guardrails.CodeMistyped, "Nils 2": guardrails.CodeMistyped, "7": guardrails.CodeMistyped,
	} {
		for _, era := range []string{"legacy", "modern"} {
			f := newFixture(t)
			bo(f)
			call := ban()
			if era == "legacy" {
				call.request.Approver = &person{decision: guardrails.Approved, typed: typed}
			} else {
				call.request.Evidence = &guardrails.Evidence{State: f.state(ban()), Answer: guardrails.Answer{Decision: guardrails.Approved, Typed: typed}}
			}
			outcome, err := f.do(call)
			if code == "" {
				if err != nil || outcome.Result == nil {
					t.Errorf("%s, typed %q: %+v, %v", era, typed, outcome, err)
				}
				continue
			}
			f.wantRefusal(err, code)
			if era == "modern" { // what was mistyped cannot be tried again
				call.request.Evidence.Typed = "Nils"
				_, err = f.do(call)
				f.wantRefusal(err, guardrails.CodeSpent)
			}
		}
		f := newFixture(t)
		bo(f)
		paper := f.waits(ban())
		err := f.desk().Approve(t.Context(), paper, kim, typed)
		if code != "" && !errors.Is(err, guardrails.ErrMistyped) || code == "" && err != nil {
			t.Errorf("at the desk, typed %q: %v", typed, err)
		}
	}
}

// A form that has nothing to type cannot be answered by typing.
func TestTypingWhereATickIsWanted(t *testing.T) {
	f := newFixture(t)
	call := ban()
	call.request.Approver = &person{decision: guardrails.Approved, typed: "Nils"}
	_, err := f.do(call)
	f.wantRefusal(err, guardrails.CodeBadAnswer)
}

func TestWhatIsTypedIsPartOfWhatWasShown(t *testing.T) {
	f := newFixture(t)
	bo(f)
	call := ban()
	call.request.Evidence = &guardrails.Evidence{State: f.state(ban()), Answer: guardrails.Answer{Decision: guardrails.Approved, Typed: "Nils"}}
	call.request.Approver = &person{decision: guardrails.Deferred}
	f.world.retype = guardrails.RetypeName("the member", "Lovelace", 7)
	outcome, err := f.do(call)
	if err != nil || outcome.Ask == nil || strings.Join(outcome.Ask.Changed, " ") != "what to type" || f.world.runs != 0 {
		t.Errorf("%+v, %v after %d runs", outcome, err, f.world.runs)
	}
}

func TestManyAtOnceAreCounted(t *testing.T) {
	f := newFixture(t)
	f.world.items = 12
	call := ban()
	call.tool, call.single = "bulk_ban_members", guardrails.Name{Tool: "ban_member", Toolset: "members", Risk: guardrails.Destructive}
	somebody := &person{decision: guardrails.Approved, typed: "12"}
	call.request.Approver = somebody
	if _, err := f.do(call); err != nil || f.world.runs != 1 {
		t.Fatalf("%v after %d runs", err, f.world.runs)
	}
	form := somebody.asked[0].Form()["properties"].(map[string]any)
	if _, typed := form["type_to_approve"]; !typed || len(form) != 1 || !strings.Contains(somebody.asked[0].Text(), "To approve, type how many it is done to: 12") {
		t.Errorf("the form is %v", form)
	}
	f = newFixture(t)
	f.world.items = 12
	call.request.Approver = &person{decision: guardrails.Approved}
	_, err := f.do(call)
	f.wantRefusal(err, guardrails.CodeMistyped)
	call.risk, call.single.Risk = guardrails.Outward, guardrails.Outward // not the worst
	if _, err := f.do(call); err != nil {
		t.Error(err)
	}
}

func TestNamesThatCanBeTyped(t *testing.T) {
	for name, want := range map[string]string{
		"Ada Lovelace": "Ada Lovelace", "  Ada \n L. ": "Ada L.", "O'Neil-2": "O'Neil-2",
		"": "7", "123": "7", "Zoë": "7", "Аda": "7", "Ada\u200b": "7", "Ada: yes": "7", strings.Repeat("ab ", 14): "7", "ሀና": "7",
	} {
		if got := guardrails.RetypeName("the member", name, 7); got.Value != want && !(name == "Ada\u200b" && got.Value == "Ada") {
			t.Errorf("%q is typed as %q, want %q", name, got.Value, want)
		}
	}
}

// The fastest no is not a person's; a slow one is.
func TestANoThatIsTooFast(t *testing.T) {
	for after, code := range map[time.Duration]guardrails.Code{
		0: guardrails.CodeAuto, 499 * time.Millisecond: guardrails.CodeAuto, -time.Minute: guardrails.CodeAuto,
		500 * time.Millisecond: guardrails.CodeDeclined, time.Minute: guardrails.CodeDeclined,
	} {
		f := newFixture(t)
		call := ban()
		call.request.Approver = &person{decision: guardrails.Declined, reading: func() { f.now = f.now.Add(after) }}
		_, err := f.do(call)
		f.wantRefusal(err, code)
	}
}
