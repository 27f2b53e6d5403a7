package guardrails

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// RoleLocal is the role of whoever reaches the server without a name of their
// own: over stdio, in the terminal, or over loopback HTTP without callers.
const RoleLocal = "local"

// Name is what the policy knows a tool by.
type Name struct {
	Tool, Toolset string
	Risk          Risk
}

// Also is implemented by calls that do what other tools do: a call in bulk, an
// undo. They are judged under those names too, and the strictest verdict
// counts, so that no tool is a way around a rule for another.
type Also interface{ Also() []Name }

// risk is the gravest class among the names of a call.
func (c *call) risk() Risk {
	gravest := c.action.Risk
	for _, name := range c.names {
		gravest = max(gravest, name.Risk)
	}
	return gravest
}

// judgement is what the policy says of a call, and which rule says it.
type judgement struct {
	verdict config.Verdict
	why     string
}

// strictness orders the verdicts.
var strictness = []config.Verdict{config.Allow, config.Confirm, config.ConfirmOutOfBand, config.TwoPeople, config.Deny}

// judge returns the strictest verdict over all names. For each name the first
// rule that fits decides, and without one its class.
func judge(rules []config.Rule, names []Name, role string) judgement {
	worst := judgement{verdict: config.Allow}
	for _, name := range names {
		each := judgeOne(rules, name, role)
		if worst.why == "" || slices.Index(strictness, each.verdict) > slices.Index(strictness, worst.verdict) {
			worst = each
		}
	}
	return worst
}

func judgeOne(rules []config.Rule, name Name, role string) judgement {
	if i := firstFit(rules, name, role); i >= 0 {
		verdict := rules[i].Is
		if slices.Index(strictness, verdict) < 0 {
			verdict = config.Deny // closed when in doubt
		}
		return judgement{verdict, fmt.Sprintf("the rule at %s says %s for %s", rules[i].Source, verdict, name.Tool)}
	}
	if name.Risk.NeedsApproval() {
		return judgement{config.Confirm, fmt.Sprintf("%s is %s, and no rule says otherwise", name.Tool, name.Risk)}
	}
	return judgement{config.Allow, fmt.Sprintf("%s is %s, and no rule says otherwise", name.Tool, name.Risk)}
}

// firstFit returns the index of the rule that decides, -1 for none.
func firstFit(rules []config.Rule, name Name, role string) int {
	for i, rule := range rules {
		if fits(rule.Risks, name.Risk.String()) && fits(rule.Toolsets, name.Toolset) && fits(rule.Tools, name.Tool) && fits(rule.Roles, role) {
			return i
		}
	}
	return -1
}

// counts reports whether a limit is for calls under this name.
func (n Name) counts(limit config.Limit) bool {
	return fits(limit.Risks, n.Risk.String()) && fits(limit.Toolsets, n.Toolset) && fits(limit.Tools, n.Tool)
}

// fits reports whether a selector lets a word through; an empty one lets all.
func fits(selector []string, word string) bool {
	return len(selector) == 0 || slices.Contains(selector, word)
}

// asks reports whether a verdict needs a person's yes.
func asks(v config.Verdict) bool { return v != config.Allow }

// secondOnly reports whether a verdict takes a yes from the second channel
// alone.
func secondOnly(v config.Verdict) bool { return v == config.ConfirmOutOfBand || v == config.TwoPeople }

// judgeCall applies the policy to a call: whether it may happen at all and now,
// and who has to agree. It costs no request.
func (c *call) judgeCall() error {
	if err := c.permitted(); err != nil {
		return err
	}
	return c.checkQuiet()
}

// permitted judges a call by its names, and refuses what the rules let this
// caller do at no time.
func (c *call) permitted() error {
	c.judged = judge(c.gate.o.Policy.Rules, c.names, c.request.Caller.role())
	switch {
	case c.judged.verdict == config.Deny:
		return refuse(CodePolicy, "%s: the operator's policy forbids this (%s). Nothing was done. Only the operator can change the policy.", c.action.Tool, c.judged.why)
	case c.judged.verdict == config.TwoPeople && c.request.Caller.role() == RoleLocal:
		return refuse(CodePolicy, "%s: the operator's policy wants two people for this (%s), and this server does not know by name who is asking. Nothing was done. It can be asked for over HTTP by a caller with a name (callers, in the configuration).", c.action.Tool, c.judged.why)
	}
	return nil
}

// checkQuiet refuses what reaches people in the quiet hours.
func (c *call) checkQuiet() error {
	quiet := c.gate.o.Policy.Quiet
	if quiet == nil || !c.reachesPeople() {
		return nil
	}
	until, isQuiet := quietUntil(*quiet, c.gate.o.Now())
	if !isQuiet {
		return nil
	}
	return refuse(CodeQuiet, "%s reaches people, and these are quiet hours (%s). Nothing was done. Call it again after %s.", c.action.Tool, quiet.Source, until.Format("15:04 MST on Monday, 2 January"))
}

// reachesPeople reports whether the call, or what it does in the place of other
// tools, goes out to people.
func (c *call) reachesPeople() bool {
	return slices.ContainsFunc(c.names, func(n Name) bool { return n.Risk == Outward })
}

// quietUntil reports whether now is in the quiet hours, and when they end.
func quietUntil(q config.QuietHours, now time.Time) (time.Time, bool) {
	// By the clock on the wall, which on some days shows an hour twice or not at
	// all.
	local := now.In(q.Zone)
	wall := time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute
	isQuiet := wall >= q.From && wall < q.To
	if q.To <= q.From { // over midnight
		isQuiet = wall >= q.From || wall < q.To
	}
	if !isQuiet {
		return time.Time{}, false
	}
	day := local.Day()
	if q.To <= wall {
		day++
	}
	until := time.Date(local.Year(), local.Month(), day, int(q.To/time.Hour), int(q.To%time.Hour/time.Minute), 0, 0, q.Zone)
	// Of a time that the clock shows twice, the next.
	for _, other := range []time.Time{until.Add(-time.Hour), until.Add(time.Hour)} {
		sameClock := other.Hour() == until.Hour() && other.Minute() == until.Minute()
		if other.After(local) && (sameClock && other.Before(until) || !until.After(local)) {
			until = other
		}
	}
	return until, true
}

// takes are the limits that a call counts against.
func (c *call) takes() []store.Take {
	limits := c.limits()
	takes := make([]store.Take, len(limits))
	for i, limit := range limits {
		takes[i] = limit.Take
	}
	return takes
}

// counted is a limit that a call counts against.
type counted struct {
	store.Take
	limit config.Limit
}

// limits are the limits that a call counts against. One limit counts a call
// once, under whichever of its names it fits.
func (c *call) limits() []counted {
	if !c.action.Risk.Acts() {
		return nil
	}
	items := 1
	if c.bound != nil {
		items = c.bound.Items()
	}
	var found []counted
	for _, limit := range c.gate.o.Policy.Limits {
		if !slices.ContainsFunc(c.names, func(n Name) bool { return n.counts(limit) }) {
			continue
		}
		parts := []string{strings.Join(limit.Risks, ","), strings.Join(limit.Toolsets, ","), strings.Join(limit.Tools, ","), limit.Per.String()}
		if limit.EachCaller {
			parts = append(parts, c.request.Caller.Principal)
		}
		take := store.Take{Key: digest(parts...), N: items, Most: limit.Most, Per: limit.Per}
		// Two limits that differ in nothing but their number are one.
		if same := slices.IndexFunc(found, func(f counted) bool { return f.Key == take.Key }); same >= 0 {
			if take.Most < found[same].Most {
				found[same] = counted{take, limit}
			}
			continue
		}
		found = append(found, counted{take, limit})
	}
	return found
}

// checkRoom refuses a call that a limit would stop, before it costs a request.
func (c *call) checkRoom(ctx context.Context) error {
	err := c.gate.o.Journal.Room(ctx, c.gate.o.Now(), c.takes()...)
	var full *store.Full
	switch {
	case errors.As(err, &full):
		return c.limitRefusal(full)
	case err != nil:
		return c.journalRefusal(err)
	}
	return nil
}

func (c *call) limitRefusal(full *store.Full) *Refusal {
	next := "It would fit again at " + full.Opens.UTC().Format(time.RFC3339) + "."
	switch {
	case full.Most == 0:
		next = "So it never fits."
	case full.Opens.IsZero():
		next = fmt.Sprintf("This call has %d targets and never fits; use a shorter list.", full.N)
	}
	r := refuse(CodeLimit, "%s: the limit of %s has no room for this: %d so far. Nothing was done. %s Only the operator can raise the limit (policy.limits, in the configuration).",
		c.action.Tool, c.whichLimit(full.Take), full.Taken, next)
	r.Err = full
	return r
}

// whichLimit says which limit a take is of: "10 destructive actions in 1h
// (config.yaml:5)".
func (c *call) whichLimit(take store.Take) string {
	limits := c.limits()
	limit := limits[slices.IndexFunc(limits, func(l counted) bool { return l.Take == take })].limit
	what := strings.TrimSpace(strings.Join(limit.Risks, " or ") + " action")
	if limit.Most != 1 {
		what += "s"
	}
	if len(limit.Tools) > 0 {
		what += " of " + strings.Join(limit.Tools, " or ")
	}
	if len(limit.Toolsets) > 0 {
		what += " of toolset " + strings.Join(limit.Toolsets, " or ")
	}
	if limit.EachCaller {
		what += " for each caller"
	}
	return fmt.Sprintf("%d %s in %s (%s)", limit.Most, what, inWords(limit.Per), limit.Source)
}

// inWords writes a duration as operators do: "1h", "30m", "7 days".
func inWords(d time.Duration) string {
	const day = 24 * time.Hour
	if d%day == 0 && d > day {
		return fmt.Sprintf("%d days", d/day)
	}
	return strings.TrimSuffix(strings.TrimSuffix(d.String(), "0s"), "0m")
}
