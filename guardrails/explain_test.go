package guardrails_test

import (
	"context"
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

// What is explained is what happens: over policies, modes, callers and tools.
func TestExplanationsComeTrue(t *testing.T) {
	rule := func(is config.Verdict) []config.Rule {
		return []config.Rule{{Tools: []string{"ban_member"}, Is: is, Source: "p:1"}}
	}
	policies := map[string]config.Policy{
		"none":  {},
		"allow": {Rules: rule(config.Allow)}, "deny": {Rules: rule(config.Deny)}, "confirm": {Rules: rule(config.Confirm)},
		"second": {Rules: rule(config.ConfirmOutOfBand)}, "two": {Rules: rule(config.TwoPeople)},
		"by role": {Rules: []config.Rule{{Roles: []string{"bot"}, Is: config.Deny, Source: "p:2"}}},
		"quiet":   {Quiet: &config.QuietHours{From: 22 * time.Hour, To: 23 * time.Hour, Zone: time.UTC, Source: "p:3"}},
		"full":    {Limits: []config.Limit{{Most: 2, Per: time.Hour, Source: "p:4"}}},
		"tight":   {Limits: []config.Limit{{Risks: []string{"write", "destructive"}, Most: 6, Per: time.Hour, EachCaller: true, Source: "p:5"}}},
	}
	single := guardrails.Name{Tool: "ban_member", Toolset: "members", Risk: guardrails.Destructive}
	seen := map[guardrails.Plan]int{}
	for name, policy := range policies {
		for _, mode := range []guardrails.Mode{guardrails.ReadOnly, guardrails.PreviewOnly, guardrails.Live} {
			for _, risk := range []guardrails.Risk{guardrails.Read, guardrails.Write, guardrails.Outward, guardrails.Destructive} {
				for _, role := range []string{"", "bot"} {
					for _, bulk := range []bool{false, true} {
						f := newFixture(t, func(o *guardrails.Options) { o.Policy, o.Mode = policy, mode })
						call := ban()
						call.risk, call.request.Caller.Role = risk, role
						call.request.Arguments = json.RawMessage(`{"member_id":7}`)
						if bulk {
							call.tool, call.toolset, f.world.items, call.single = "bulk_ban_members", "bulk", 5, single
						}
						call.request.Approver = &person{decision: guardrails.Deferred}
						what := fmt.Sprint(name, ", ", mode, ", ", risk, ", role ", role, ", bulk ", bulk)
						e, err := f.explain(call)
						if err != nil {
							t.Fatalf("%s: %v", what, err)
						}
						if lines := f.untouched(); lines != "" {
							t.Errorf("%s: explaining left %s", what, lines)
						}
						seen[e.Plan]++
						outcome, err := f.do(call)
						if got := happened(outcome, err); got != string(e.Plan)+string(e.Code) {
							t.Errorf("%s: explained as %s %s, and it %s", what, e.Plan, e.Code, got)
						}
						if e.Plan != guardrails.WouldRefuse && !strings.Contains(e.Why, "p:") && !strings.Contains(e.Why, "no rule says otherwise") {
							t.Errorf("%s: the reason is %q", what, e.Why)
						}
					}
				}
			}
		}
	}
	for _, plan := range []guardrails.Plan{guardrails.WouldRun, guardrails.WouldPreview, guardrails.WouldAsk, guardrails.WouldWait, guardrails.WouldRefuse} {
		if seen[plan] == 0 {
			t.Errorf("no case is explained as %q", plan)
		}
	}
}

func (f *fixture) explain(c try) (guardrails.Explanation, error) {
	return f.gate.Explain(f.t.Context(), guardrails.Action{
		Tool: c.tool, Toolset: c.toolset, Single: c.single, Risk: c.risk,
		Bind: func(json.RawMessage) (guardrails.Bound, error) { return bound{f.world, c.network, c.arguments}, nil },
	}, c.request)
}

// untouched says what there is in the state and was looked up; "" for nothing.
func (f *fixture) untouched() string {
	f.t.Helper()
	records, _ := f.trail()
	entries, err := f.journal.Entries(f.t.Context(), store.Query{})
	if err != nil {
		f.t.Fatal(err)
	}
	if len(records)+len(entries)+f.world.previews+f.world.runs == 0 {
		return ""
	}
	return fmt.Sprint(records, entries, f.world)
}

// happened names what came of a call as [guardrails.Explanation] does.
func happened(outcome guardrails.Outcome, err error) string {
	var refusal *guardrails.Refusal
	switch {
	case errors.As(err, &refusal):
		return string(guardrails.WouldRefuse) + string(refusal.Code)
	case err != nil:
		return err.Error()
	case outcome.Result != nil:
		return string(guardrails.WouldRun)
	case outcome.Previewed != nil:
		return string(guardrails.WouldPreview)
	case outcome.Ask != nil:
		return string(guardrails.WouldAsk)
	case outcome.Waiting != nil:
		return string(guardrails.WouldWait)
	}
	return "nothing"
}

func TestAnExplanationTellsTheLimits(t *testing.T) {
	f := newFixture(t, limit(10), func(o *guardrails.Options) { o.Protector.IDs = []uint64{9} })
	f.world.items = 4
	if _, err := f.do(write()); err != nil {
		t.Fatal(err)
	}
	f.world.items = 5
	call := write()
	call.request.Arguments = json.RawMessage(`{}`)
	e, err := f.explain(call)
	if err != nil || len(e.Limits) != 1 || e.Limits[0] != (guardrails.ExplainedLimit{Rule: "tool ban_member: at most 10 in 1h (mighty.yaml:5)", Most: 10, Taken: 4, Takes: 5}) {
		t.Errorf("%+v, %v", e, err)
	}
	if !strings.Contains(e.Protected, "members by id (1)") || e.Undo == "" {
		t.Errorf("%+v", e)
	}
	call.request.Arguments = nil // the tool in general
	if e, err = f.explain(call); err != nil || e.Limits[0].Takes != 1 {
		t.Errorf("%+v, %v", e, err)
	}
}

func TestAnExplanationNeedsTheState(t *testing.T) {
	broken := store.NewSQLite("/dev/null/state")
	f := newFixture(t, limit(1), func(o *guardrails.Options) { o.Journal = broken })
	if e, err := f.explain(write()); err == nil {
		t.Errorf("%+v", e)
	}
	wrong := errors.New("member_id is missing")
	f = newFixture(t)
	_, err := f.gate.Explain(context.Background(), guardrails.Action{
		Tool: "x", Risk: guardrails.Write, Bind: func(json.RawMessage) (guardrails.Bound, error) { return nil, wrong },
	}, guardrails.Request{Arguments: json.RawMessage(`{}`)})
	if !errors.Is(err, wrong) {
		t.Errorf("arguments that do not fit: %v", err)
	}
}

// The arguments are read also where the mode refuses the call: they count, and
// a mistake in them is told beside the refusal.
func TestAnExplanationOfARefusedCallReadsItsArguments(t *testing.T) {
	f := newFixture(t, limit(10), func(o *guardrails.Options) { o.Mode = guardrails.ReadOnly })
	f.world.items = 9
	call := write()
	call.request.Arguments = json.RawMessage(`{}`)
	e, err := f.explain(call)
	if err != nil || e.Code != guardrails.CodeReadOnly || len(e.Limits) != 1 || e.Limits[0].Takes != 9 {
		t.Errorf("%+v, %v", e, err)
	}
	wrong := errors.New("member_id is missing")
	_, err = f.gate.Explain(t.Context(), guardrails.Action{
		Tool: "x", Risk: guardrails.Write, Bind: func(json.RawMessage) (guardrails.Bound, error) { return nil, wrong },
	}, guardrails.Request{Arguments: json.RawMessage(`{}`)})
	if !errors.Is(err, wrong) || !strings.Contains(err.Error(), "this server is read-only") {
		t.Errorf("arguments that do not fit: %v", err)
	}
}

// What an undo does, its arguments tell: without them it is not said to run.
func TestAnExplanationOfAnUndoDependsOnTheAction(t *testing.T) {
	undo := guardrails.Action{Tool: "undo_action", Toolset: "actions", Risk: guardrails.Write, Undoes: true, Reversal: "It depends."}
	explained := func(f *fixture, arguments string) guardrails.Explanation {
		t.Helper()
		undo.Bind = func(json.RawMessage) (guardrails.Bound, error) { return bound{f.world, "harbour", `{}`}, nil }
		e, err := f.gate.Explain(t.Context(), undo, guardrails.Request{Arguments: json.RawMessage(arguments)})
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	f := newFixture(t)
	f.world.also = []guardrails.Name{{Tool: "ban_member", Toolset: "members", Risk: guardrails.Destructive}}
	e, err := f.gate.Explain(t.Context(), undo, guardrails.Request{})
	if err != nil || e.Plan != guardrails.WouldDepend || e.Undo != "It depends." {
		t.Errorf("in general: %+v, %v", e, err)
	}
	if e := explained(f, `{}`); e.Plan != guardrails.WouldAsk || e.Risk != "destructive" {
		t.Errorf("of one action: %+v", e)
	}
	for mode, plan := range map[guardrails.Mode]guardrails.Plan{guardrails.ReadOnly: guardrails.WouldRefuse, guardrails.PreviewOnly: guardrails.WouldPreview} {
		f := newFixture(t, func(o *guardrails.Options) { o.Mode = mode })
		if e, err := f.gate.Explain(t.Context(), undo, guardrails.Request{}); err != nil || e.Plan != plan {
			t.Errorf("in mode %s: %+v, %v", mode, e, err)
		}
	}
}
