package guardrails

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/mcp-mighty/mcp-mighty/config"
)

// Plan is what the gate does with a call that nothing refuses.
type Plan string

// The plans.
const (
	WouldRun     Plan = "runs"
	WouldPreview Plan = "previews"
	// WouldAsk: a person is asked through the client; where that cannot ask,
	// the call waits as for [WouldWait].
	WouldAsk Plan = "asks"
	// WouldWait: a person is asked on the second channel alone.
	WouldWait Plan = "waits"
	// WouldDepend: the call does what another tool does, which the arguments
	// tell, and they are not given. What its rules and limits say holds too, and
	// the strictest counts.
	WouldDepend Plan = "depends"
	// WouldRefuse: a refusal says why.
	WouldRefuse Plan = "refuses"
)

// plan is what happens to a call once it is admitted.
func (c *call) plan() Plan {
	switch {
	case c.previews():
		return WouldPreview
	case !asks(c.judged.verdict):
		return WouldRun
	case secondOnly(c.judged.verdict):
		return WouldWait
	}
	return WouldAsk
}

// Explanation says what the gate would do with a call, and why. It is made
// from what can be known without a request to the API: whether a target is
// protected, or has changed, shows in a call only.
type Explanation struct {
	Tool    string `json:"tool"`
	Toolset string `json:"toolset"`
	Risk    string `json:"risk"`
	Mode    Mode   `json:"mode"`
	Role    string `json:"role"`
	// Shown says whether the caller finds the tool in the list.
	Shown bool `json:"shown"`
	Plan  Plan `json:"plan"`
	// Verdict of the policy, and Why: the rule, or that there is none.
	Verdict config.Verdict `json:"verdict"`
	Why     string         `json:"why"`
	// Code and Refusal are set where the call would be refused.
	Code    Code   `json:"code,omitempty"`
	Refusal string `json:"refusal,omitempty"`
	// Limits that the call counts against.
	Limits []ExplainedLimit `json:"limits,omitempty"`
	// Quiet says when nothing that reaches people goes out.
	Quiet string `json:"quiet_hours,omitempty"`
	// Protected says who is protected, where the tool acts.
	Protected string `json:"protected,omitempty"`
	Undo      string `json:"undo,omitempty"`
}

// ExplainedLimit is a limit, how much of it is used, and how much the call
// would use.
type ExplainedLimit struct {
	Rule  string `json:"rule"`
	Most  int    `json:"most"`
	Taken int    `json:"taken"`
	Takes int    `json:"takes"`
}

// Explain says what would happen to a call, by the same steps as [Gate.Do] and
// without a request. Without arguments it speaks of the tool, with one target.
// An error is that of Bind, or says that the state cannot be read.
func (g *Gate) Explain(ctx context.Context, action Action, request Request) (Explanation, error) {
	c := g.newCall(action, request)
	// Before anything can refuse, so that a refused call is explained in full.
	c.judged = judge(g.o.Policy.Rules, c.names, request.Caller.role())
	admitted := c.admit()
	if request.Arguments != nil { // and they are read even where a call would be refused before
		err := c.read()
		switch {
		case err == nil:
		case !isRefusal(err) && admitted != nil:
			return Explanation{}, fmt.Errorf("%w (and without that mistake: %w)", err, admitted)
		case !isRefusal(err):
			return Explanation{}, err
		case admitted == nil:
			admitted = err
		}
	}
	if admitted == nil && action.Risk.Acts() {
		admitted = c.checkRoom(ctx)
	}
	if admitted == nil && c.bound != nil {
		admitted = c.findTwin(ctx)
	}
	e := Explanation{
		Tool: action.Tool, Toolset: action.Toolset, Risk: c.risk().String(), Mode: g.o.Mode, Role: request.Caller.role(),
		Shown: g.Admits(action, request.Caller) == nil,
		Plan:  c.plan(), Verdict: c.judged.verdict, Why: c.judged.why, Quiet: c.explainQuiet(),
	}
	if action.Undoes && c.bound == nil && !c.previews() {
		e.Plan = WouldDepend
	}
	var refusal *Refusal
	if errors.As(admitted, &refusal) {
		if refusal.Code == CodeJournal {
			return Explanation{}, refusal.Err
		}
		e.Plan, e.Code, e.Refusal = WouldRefuse, refusal.Code, refusal.Message
	}
	if !action.Risk.Acts() {
		return e, nil
	}
	e.Undo, e.Protected = c.reversal(), g.o.Protector.explain()
	limits := c.limits()
	taken, err := g.o.Journal.Taken(ctx, g.o.Now(), c.takes()...)
	if err != nil {
		return Explanation{}, err
	}
	for i, l := range limits {
		e.Limits = append(e.Limits, ExplainedLimit{Rule: l.words(), Most: l.Most, Taken: taken[i], Takes: l.N})
	}
	return e, nil
}

func isRefusal(err error) bool {
	var refusal *Refusal
	return errors.As(err, &refusal)
}

// words writes a limit as its operator did.
func (c counted) words() string {
	var of []string
	for i, selector := range [][]string{c.limit.Risks, c.limit.Toolsets, c.limit.Tools} {
		if len(selector) > 0 {
			of = append(of, []string{"risk ", "toolset ", "tool "}[i]+strings.Join(selector, ", "))
		}
	}
	if len(of) == 0 {
		of = []string{"everything that acts"}
	}
	each := ""
	if c.limit.EachCaller {
		each = " for each caller"
	}
	return fmt.Sprintf("%s: at most %d in %s%s (%s)", strings.Join(of, " and "), c.Most, inWords(c.Per), each, c.limit.Source)
}

func (c *call) explainQuiet() string {
	quiet := c.gate.o.Policy.Quiet
	if quiet == nil || !c.reachesPeople() {
		return ""
	}
	clock := func(of time.Duration) string {
		return fmt.Sprintf("%02d:%02d", int(of/time.Hour), int(of%time.Hour/time.Minute))
	}
	now := "not now"
	if until, is := quietUntil(*quiet, c.gate.o.Now()); is {
		now = "now, until " + until.Format("15:04 MST on Monday, 2 January")
	}
	return fmt.Sprintf("from %s to %s in %s (%s); %s", clock(quiet.From), clock(quiet.To), quiet.Zone, quiet.Source, now)
}

// explain says who is protected.
func (p Protector) explain() string {
	who := []string{"the owner of the key"}
	for _, group := range []struct {
		n    int
		what string
	}{{len(p.IDs), "members by id"}, {len(p.Emails), "members by address"}, {len(p.Tags), "tags"}, {len(p.Badges), "badges"}} {
		if group.n > 0 {
			who = append(who, fmt.Sprintf("%s (%d)", group.what, group.n))
		}
	}
	return strings.Join(who, "; ") + ". Whether the target is one of them shows when the tool is called."
}
