package config

import (
	"slices"
	"time"
)

// Verdict says what happens to a call that a [Rule] fits.
type Verdict string

// The verdicts.
const (
	Allow            Verdict = "allow"               // it runs
	Deny             Verdict = "deny"                // it is refused
	Confirm          Verdict = "confirm"             // a person agrees first, on any channel
	ConfirmOutOfBand Verdict = "confirm_out_of_band" // a person agrees first, away from the assistant's client
	TwoPeople        Verdict = "two_people"          // a person who is not the asker agrees first
)

// LocalRole is the role of whoever reaches the server without a caller's
// token: over standard input and output, from a terminal, or over loopback
// HTTP while there are no callers.
const LocalRole = "local"

// DefaultRole is the role of a [Caller] that is given none.
const DefaultRole = "caller"

// Policy says what calls may do.
type Policy struct {
	// Rules are asked in this order; the first that fits a call decides. Where
	// none fits, read and write are allowed, outward and destructive confirmed.
	Rules []Rule
	// Limits bound how often something happens; each that fits a call counts
	// it. Those of [DefaultLimits] are among them, each unless its class has
	// another limit; where the operator's list is empty, there is none.
	Limits []Limit
	// Quiet is when nothing goes out to people; nil is never.
	Quiet *QuietHours
}

// Rule decides about the calls that it fits: those that every selector
// contains. A selector that is nil contains every call.
type Rule struct {
	// Risks are of read, write, outward and destructive.
	Risks []string
	// Toolsets and Tools are spelled correctly but not known to exist; the
	// catalogue checks that.
	Toolsets, Tools []string
	// Roles are roles of callers, or [LocalRole].
	Roles []string
	// Is decides.
	Is Verdict
	// Source is file:line of the rule.
	Source string
}

// Limit bounds how often the calls that it fits may act. Its selectors are
// those of a [Rule].
type Limit struct {
	Risks, Toolsets, Tools []string
	// Most is how many actions fit in a window of the length Per that slides
	// with time. 0 is none at all.
	Most int
	Per  time.Duration
	// EachCaller counts for each caller alone; otherwise all count together.
	EachCaller bool
	// Source is file:line of the limit, or "default".
	Source string
}

// QuietHours is a time of each day, from From until before To. It goes over
// midnight where To is the smaller.
type QuietHours struct {
	// From and To are what a clock on the wall of Zone shows, as the time
	// since midnight. They differ.
	From, To time.Duration
	// Zone is never nil.
	Zone *time.Location
	// Source is file:line of the setting.
	Source string
}

// DefaultLimits are the limits of the classes that a policy does not limit.
func DefaultLimits() []Limit {
	return []Limit{
		{Risks: []string{"destructive"}, Most: 10, Per: time.Hour, Source: "default"},
		{Risks: []string{"outward"}, Most: 50, Per: time.Hour, Source: "default"},
	}
}

// withDefaults adds the limits of the classes that no limit of the list is for
// as a whole: what bounds one tool, or everything together, is no word on them.
// An empty list stays empty.
func withDefaults(limits []Limit) []Limit {
	if len(limits) == 0 {
		return limits
	}
	all := slices.Clone(limits)
	for _, byDefault := range DefaultLimits() {
		if !slices.ContainsFunc(limits, func(l Limit) bool {
			return slices.Contains(l.Risks, byDefault.Risks[0]) && len(l.Toolsets)+len(l.Tools) == 0
		}) {
			all = append(all, byDefault)
		}
	}
	return all
}
