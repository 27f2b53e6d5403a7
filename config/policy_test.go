package config_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/mcp-mighty/mcp-mighty/config"
)

// people are callers and an approver for policies that speak of them.
const people = `
callers:
  ben: {token: {env: BEN}}
  maria: {role: moderator, token: {env: MARIA}}
approvers: {olga: {secret: {env: OLGA}}}
`

func TestPolicyDefaults(t *testing.T) {
	want := config.Policy{Limits: []config.Limit{
		{Risks: []string{"destructive"}, Most: 10, Per: time.Hour, Source: "default"},
		{Risks: []string{"outward"}, Most: 50, Per: time.Hour, Source: "default"},
	}}
	for _, file := range []string{"", "policy:", "policy: {rules: , limits: , quiet_hours: }"} {
		c := load(t, file, env{})
		if diff := cmp.Diff(want, c.Policy); diff != "" || c.Source("policy.limits") != "default" {
			t.Errorf("%q: %s (%s)", file, diff, c.Source("policy.limits"))
		}
	}
	// An empty list is a choice.
	if c := load(t, "policy: {limits: [], rules: []}", env{}); len(c.Policy.Limits) != 0 || len(c.Policy.Rules) != 0 {
		t.Errorf("%+v", c.Policy)
	}
}

func TestRules(t *testing.T) {
	o := options(t, `policy:
  rules:
    - {risk: [destructive], toolset: [members], tool: [ban_member], role: [moderator], is: two_people}
    - risk:
        - outward
        - write
      role: local, caller
      is: deny
    - {tool: list_members, is: allow}
    - {toolset: posts, is: confirm}
    - {is: confirm_out_of_band}
`+people, env{})
	c := mustLoad(t, o)
	at := func(line string) string { return o.Path + ":" + line }
	want := []config.Rule{
		{Risks: []string{"destructive"}, Toolsets: []string{"members"}, Tools: []string{"ban_member"}, Roles: []string{"moderator"}, Is: config.TwoPeople, Source: at("3")},
		{Risks: []string{"outward", "write"}, Roles: []string{config.LocalRole, config.DefaultRole}, Is: config.Deny, Source: at("4")},
		{Tools: []string{"list_members"}, Is: config.Allow, Source: at("9")},
		{Toolsets: []string{"posts"}, Is: config.Confirm, Source: at("10")},
		{Is: config.ConfirmOutOfBand, Source: at("11")},
	}
	if diff := cmp.Diff(want, c.Policy.Rules); diff != "" {
		t.Error(diff)
	}
	if c.Source("policy.rules") != at("2") {
		t.Errorf("source %s", c.Source("policy.rules"))
	}
}

func TestLimits(t *testing.T) {
	o := options(t, `policy:
  limits:
    - {risk: destructive, toolset: [members, posts], tool: delete_post, most: 3, per: 24h, each: caller}
    - {most: 0, per: 1m, each: all}
    - most: 100000
      per: 31d
`, env{})
	want := []config.Limit{
		{Risks: []string{"destructive"}, Toolsets: []string{"members", "posts"}, Tools: []string{"delete_post"}, Most: 3, Per: 24 * time.Hour, EachCaller: true, Source: o.Path + ":3"},
		{Most: 0, Per: time.Minute, Source: o.Path + ":4"},
		{Most: 100000, Per: 31 * 24 * time.Hour, Source: o.Path + ":5"},
	}
	if diff := cmp.Diff(append(want, config.DefaultLimits()...), mustLoad(t, o).Policy.Limits); diff != "" {
		t.Error(diff)
	}
}

// Only a limit of a whole class takes the place of the class's default.
func TestALimitLeavesTheDefaultsOfOtherClasses(t *testing.T) {
	for list, defaults := range map[string]string{
		"{tool: delete_post, most: 3, per: 1h}":                                                                 "destructive outward",
		"{most: 500, per: 1d}":                                                                                  "destructive outward",
		"{risk: write, most: 500, per: 1d}":                                                                     "destructive outward",
		"{risk: destructive, toolset: posts, most: 3, per: 1h}":                                                 "destructive outward",
		"{risk: destructive, tool: [delete_post], most: 3, per: 1h}":                                            "destructive outward",
		"{risk: destructive, most: 100, per: 1h}":                                                               "outward",
		"{risk: [write, outward], most: 5, per: 1d, each: caller}":                                              "destructive",
		"{risk: [destructive, outward], most: 5, per: 1d}":                                                      "",
		"{tool: delete_post, most: 3, per: 1h}, {risk: outward, most: 9, per: 1h}":                              "destructive",
		"{risk: destructive, most: 3, per: 1h}, {tool: a, most: 3, per: 1h}, {risk: outward, most: 9, per: 1h}": "",
	} {
		var kept []string
		for _, limit := range load(t, "policy: {limits: ["+list+"]}", env{}).Policy.Limits {
			if limit.Source == "default" {
				kept = append(kept, limit.Risks...)
			}
		}
		if got := strings.Join(kept, " "); got != defaults {
			t.Errorf("%s leaves the defaults of %q, want %q", list, got, defaults)
		}
	}
}

func TestQuietHours(t *testing.T) {
	// Written without quotes, YAML of old would take these for numbers.
	o := options(t, "policy:\n  quiet_hours: {from: 22:00, to: 7:05, zone: Europe/Oslo}\n", env{})
	q := mustLoad(t, o).Policy.Quiet
	if q == nil || q.From != 22*time.Hour || q.To != 7*time.Hour+5*time.Minute || q.Zone.String() != "Europe/Oslo" || q.Source != o.Path+":2" {
		t.Errorf("%+v", q)
	}
	q = load(t, "policy: {quiet_hours: {from: '00:00', to: '23:59'}}", env{}).Policy.Quiet
	if q == nil || q.From != 0 || q.To != 24*time.Hour-time.Minute || q.Zone != time.UTC {
		t.Errorf("%+v", q)
	}
}

func TestPolicyMistakes(t *testing.T) {
	const (
		rules  = "policy:\n  rules:\n    - "
		limits = "policy:\n  limits:\n    - "
		quiet  = "policy:\n  quiet_hours: "
		list   = `it must be a list, one "- {key: value}" on each line`
		fields = `it must be a mapping, one "key: value" on each line`
		zone   = ` is not a time zone that this system knows; use a name like Europe/Oslo or UTC, and if it is one, install the system's time zone data (often a package called tzdata)`
	)
	for file, want := range map[string]string{
		"policy: strict":        `policy (config.yaml:1): ` + fields,
		"policy: {rule: []}":    `config.yaml:1: unknown key "rule" under policy (did you mean rules?); valid keys: rules, limits, quiet_hours`,
		"policy: {rule: }":      `config.yaml:1: unknown key "rule" under policy (did you mean rules?); valid keys: rules, limits, quiet_hours`,
		"policy:\n  rules: {}":  `policy.rules (config.yaml:2): ` + list,
		"policy:\n  limits: 10": `policy.limits (config.yaml:2): ` + list,

		rules + "deny":                                                 `policy.rules (config.yaml:3): ` + fields,
		rules + "[]":                                                   `policy.rules (config.yaml:3): ` + fields,
		rules + "~":                                                    `policy.rules (config.yaml:3): the rule decides nothing; add is: with one of: allow, deny, confirm, confirm_out_of_band, two_people`,
		rules + "&a {}":                                                `policy.rules (config.yaml:3): the rule decides nothing; add is: with one of: allow, deny, confirm, confirm_out_of_band, two_people`,
		rules + "{tool: ban_member}":                                   `policy.rules (config.yaml:3): the rule decides nothing; add is: with one of: allow, deny, confirm, confirm_out_of_band, two_people`,
		rules + "{is: allow}":                                          `policy.rules (config.yaml:3): the rule allows every call of every tool; say which, by risk, toolset, tool or role`,
		rules + "{is: alow, tool: a}":                                  `policy.rules.is (config.yaml:3): "alow" is not a verdict (did you mean allow?); use one of: allow, deny, confirm, confirm_out_of_band, two_people`,
		rules + "{is: [deny]}":                                         `policy.rules.is (config.yaml:3): it is one value, not a list`,
		rules + "{is: }":                                               `policy.rules.is (config.yaml:3): it is empty; give it a value, or leave the key out`,
		rules + "{is: deny, risks: read}":                              `config.yaml:3: unknown key "risks" under policy.rules (did you mean risk?); valid keys: risk, toolset, tool, role, is`,
		rules + "{is: deny, is: allow}":                                `config.yaml:3: the key "is" is there twice; keep one`,
		rules + "risk: [destructiv]\n      is: deny":                   `policy.rules.risk (config.yaml:3): "destructiv" is not a risk (did you mean destructive?); use one of: read, write, outward, destructive`,
		rules + "is: allow\n      tool: ":                              `policy.rules.tool (config.yaml:4): it is empty; give it a value, or leave the key out`,
		rules + "{is: allow, tool: []}":                                `policy.rules.tool (config.yaml:3): it names nothing, so no call would fit; name something, or leave the key out`,
		rules + "{is: deny, risk: ['']}":                               `policy.rules.risk (config.yaml:3): it names nothing, so no call would fit; name something, or leave the key out`,
		rules + "{is: deny, tool: {a: b}}":                             `policy.rules.tool (config.yaml:3): it is a mapping where one value or a list is wanted`,
		rules + "{is: deny, tool: 'Ban Member'}":                       `policy.rules.tool (config.yaml:3): "Ban Member" cannot be a name; names are lower-case words like members or list_members (` + "`mcp-mighty tools`" + ` lists them)`,
		rules + "{is: deny, toolset: '*'}":                             `policy.rules.toolset (config.yaml:3): "*" cannot be a name; names are lower-case words like members or list_members (` + "`mcp-mighty tools`" + ` lists them)`,
		rules + "{is: deny, role: The Crew}":                           `policy.rules.role (config.yaml:3): "The Crew" cannot be a role; use a lower-case word, like moderator`,
		rules + "{is: deny, role: moderator}":                          `policy.rules.role (config.yaml:3): "moderator" is not the role of a caller; use one of: local`,
		rules + "{is: deny, role: [local, modrator]}" + people:         `policy.rules.role (config.yaml:3): "modrator" is not the role of a caller (did you mean moderator?); use one of: local, caller, moderator`,
		rules + "{is: two_people}":                                     `policy.rules.is (config.yaml:3): two_people needs at least one caller, who asks, and one approver, who agrees; there is nobody under callers and approvers`,
		rules + "{is: two_people}\ncallers: {a: {token: {env: A}}}":    `policy.rules.is (config.yaml:3): two_people needs at least one caller, who asks, and one approver, who agrees; there is nobody under approvers`,
		rules + "{is: two_people}\napprovers: {a: {secret: {env: A}}}": `policy.rules.is (config.yaml:3): two_people needs at least one caller, who asks, and one approver, who agrees; there is nobody under callers`,
		rules + "{is: maybe}\n    - {tool: ban_member, is: deny}":      `policy.rules.is (config.yaml:3): "maybe" is not a verdict; use one of: allow, deny, confirm, confirm_out_of_band, two_people`,
		rules + "{is: two_people, role: boss}\ncallers: {a: {role: B, token: {env: A}}}": `callers.a.role (config.yaml:4): "B" cannot be a role; use a lower-case word, like moderator`,

		limits + "{}":                                    `policy.limits (config.yaml:3): a limit needs most and per, like {risk: destructive, most: 10, per: 1h}`,
		limits + "{most: 3}":                             `policy.limits (config.yaml:3): a limit needs most and per, like {risk: destructive, most: 10, per: 1h}`,
		limits + "{per: 3h}":                             `policy.limits (config.yaml:3): a limit needs most and per, like {risk: destructive, most: 10, per: 1h}`,
		limits + "{most: , per: 3h}":                     `policy.limits.most (config.yaml:3): it is empty; give it a value, or leave the key out`,
		limits + "{most: -1, per: 3h}":                   `policy.limits.most (config.yaml:3): "-1" is not a whole number from 0 to 100000`,
		limits + "{most: 100001, per: 3h}":               `policy.limits.most (config.yaml:3): "100001" is not a whole number from 0 to 100000`,
		limits + "{most: 1, per: 59s}":                   `policy.limits.per (config.yaml:3): "59s" is out of range; use a length of time from 1m to 31d`,
		limits + "{most: 1, per: 32d}":                   `policy.limits.per (config.yaml:3): "32d" is out of range; use a length of time from 1m to 31d`,
		limits + "{most: 1, per: hour}":                  `policy.limits.per (config.yaml:3): "hour" is not a length of time; write it with a unit, like 90s, 5m, 1h or 7d, from 1m to 31d`,
		limits + "{most: 1, per: 1h, each: tool}":        `policy.limits.each (config.yaml:3): "tool" is not a way of counting; use one of: caller, all`,
		limits + "{most: 1, per: 1h, each: callr}":       `policy.limits.each (config.yaml:3): "callr" is not a way of counting (did you mean caller?); use one of: caller, all`,
		limits + "{most: 1, per: 1h, risk: [], tool: a}": `policy.limits.risk (config.yaml:3): it names nothing, so no call would fit; name something, or leave the key out`,
		limits + "{most: 1, per: 1h, tool: A}":           `policy.limits.tool (config.yaml:3): "A" cannot be a name; names are lower-case words like members or list_members (` + "`mcp-mighty tools`" + ` lists them)`,
		limits + "{most: 1, per: 1h, toolset: A}":        `policy.limits.toolset (config.yaml:3): "A" cannot be a name; names are lower-case words like members or list_members (` + "`mcp-mighty tools`" + ` lists them)`,
		limits + "{most: 1, per: 1h, role: local}":       `config.yaml:3: unknown key "role" under policy.limits; valid keys: risk, toolset, tool, most, per, each`,
		limits + "{mst: 1, per: 1h}":                     `config.yaml:3: unknown key "mst" under policy.limits (did you mean most?); valid keys: risk, toolset, tool, most, per, each`,

		quiet + "night":                                     `policy.quiet_hours (config.yaml:2): ` + fields,
		quiet + "{}":                                        `policy.quiet_hours (config.yaml:2): they need from and to, like {from: "22:00", to: "07:00"}`,
		quiet + "{from: '22:00'}":                           `policy.quiet_hours (config.yaml:2): they need from and to, like {from: "22:00", to: "07:00"}`,
		quiet + "{to: '22:00'}":                             `policy.quiet_hours (config.yaml:2): they need from and to, like {from: "22:00", to: "07:00"}`,
		quiet + "{from: '22:00', to: '22:00'}":              `policy.quiet_hours (config.yaml:2): from and to are the same time; use two different ones, or a rule that denies risk: outward for all day`,
		quiet + "{from: '24:00', to: '07:00'}":              `policy.quiet_hours.from (config.yaml:2): "24:00" is not a time of the day; use hours and minutes from 00:00 to 23:59, like "22:00"`,
		quiet + "{from: '22:00', to: 7}":                    `policy.quiet_hours.to (config.yaml:2): "7" is not a time of the day; use hours and minutes from 00:00 to 23:59, like "22:00"`,
		quiet + "{from: '22:00', to: '7:60'}":               `policy.quiet_hours.to (config.yaml:2): "7:60" is not a time of the day; use hours and minutes from 00:00 to 23:59, like "22:00"`,
		quiet + "{from: '22:00', to: 7am}":                  `policy.quiet_hours.to (config.yaml:2): "7am" is not a time of the day; use hours and minutes from 00:00 to 23:59, like "22:00"`,
		quiet + "{from: '22:00', to: [1]}":                  `policy.quiet_hours.to (config.yaml:2): it is one value, not a list`,
		quiet + "{from: '22:00', to: '7:00', zone: Oslo}":   `policy.quiet_hours.zone (config.yaml:2): "Oslo"` + zone,
		quiet + "{from: '22:00', to: '7:00', zone: Local}":  `policy.quiet_hours.zone (config.yaml:2): "Local"` + zone,
		quiet + "{from: '22:00', to: '7:00', zone: ''}":     `policy.quiet_hours.zone (config.yaml:2): ""` + zone,
		quiet + "{from: '22:00', to: '7:00', zone: ../UTC}": `policy.quiet_hours.zone (config.yaml:2): "../UTC"` + zone,
		quiet + "{from: '22:00', to: '7:00', zone: }":       `policy.quiet_hours.zone (config.yaml:2): it is empty; give it a value, or leave the key out`,
		quiet + "{from: '22:00', to: '7:00', zone: [UTC]}":  `policy.quiet_hours.zone (config.yaml:2): it is one value, not a list`,
		quiet + "{from: '22:00', until: '7:00'}":            `config.yaml:2: unknown key "until" under policy.quiet_hours; valid keys: from, to, zone`,
	} {
		wantLines(t, file, want)
	}
	// Every mistake of a policy comes at once, a line each.
	wantLines(t, rules+"{is: deny, role: boss}\n    - {is: two_people, role: chief}\n    - {is: two_people}",
		`policy.rules.role (config.yaml:3): "boss" is not the role of a caller; use one of: local`,
		`policy.rules.role (config.yaml:4): "chief" is not the role of a caller; use one of: local`,
		`policy.rules.is (config.yaml:4): two_people needs at least one caller, who asks, and one approver, who agrees; there is nobody under callers and approvers`,
		`policy.rules.is (config.yaml:5): two_people needs at least one caller, who asks, and one approver, who agrees; there is nobody under callers and approvers`)
}

// The example's policy is what it says, and its limits are the default ones.
func TestPolicyOfTheExample(t *testing.T) {
	c := load(t, example, env{})
	where := cmpopts.IgnoreFields
	if diff := cmp.Diff(config.DefaultLimits(), c.Policy.Limits, where(config.Limit{}, "Source")); diff != "" {
		t.Error(diff)
	}
	want := []config.Rule{
		{Tools: []string{"delete_space"}, Is: config.Deny},
		{Risks: []string{"destructive"}, Toolsets: []string{"members", "posts"}, Roles: []string{"moderator"}, Is: config.TwoPeople},
		{Risks: []string{"outward", "destructive"}, Is: config.ConfirmOutOfBand},
	}
	if diff := cmp.Diff(want, c.Policy.Rules, where(config.Rule{}, "Source")); diff != "" {
		t.Error(diff)
	}
	if q := c.Policy.Quiet; q == nil || q.From != 22*time.Hour || q.To != 7*time.Hour || q.Zone.String() != "Europe/Oslo" {
		t.Errorf("%+v", q)
	}
	for _, word := range []string{"read, write, outward, destructive", "allow  ", "deny  ", "confirm  ", "confirm_out_of_band  ", "two_people  ", "each: all"} {
		if !strings.Contains(example, word) {
			t.Errorf("example.yaml does not explain %q", word)
		}
	}
}
