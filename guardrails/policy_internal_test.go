package guardrails

import (
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/mcp-mighty/mcp-mighty/config"
)

func TestFirstRuleThatFitsDecides(t *testing.T) {
	rules := []config.Rule{
		{Tools: []string{"ban_member"}, Roles: []string{"bot"}, Is: config.Deny, Source: "a:1"},
		{Tools: []string{"ban_member"}, Is: config.TwoPeople, Source: "a:2"},
		{Toolsets: []string{"posts"}, Risks: []string{"write", "destructive"}, Is: config.ConfirmOutOfBand, Source: "a:3"},
		{Risks: []string{"destructive"}, Is: config.Allow, Source: "a:4"},
		{Tools: []string{"odd"}, Is: "maybe", Source: "a:5"},
	}
	ban := Name{"ban_member", "members", Destructive}
	for name, test := range map[string]struct {
		names []Name
		role  string
		want  config.Verdict
	}{
		"the first of two":                     {[]Name{ban}, "bot", config.Deny},
		"the second, where the role is other":  {[]Name{ban}, "local", config.TwoPeople},
		"by toolset and risk":                  {[]Name{{"delete_post", "posts", Destructive}}, "local", config.ConfirmOutOfBand},
		"by toolset, but of another risk":      {[]Name{{"list_posts", "posts", Read}}, "local", config.Allow},
		"a rule allows what would be asked":    {[]Name{{"delete_tag", "tags", Destructive}}, "local", config.Allow},
		"no rule: read":                        {[]Name{{"get_tag", "tags", Read}}, "local", config.Allow},
		"no rule: write":                       {[]Name{{"create_tag", "tags", Write}}, "local", config.Allow},
		"no rule: outward":                     {[]Name{{"send", "tags", Outward}}, "local", config.Confirm},
		"no rule: a class that nobody knows":   {[]Name{{"x", "tags", Risk(9)}}, "local", config.Confirm},
		"a verdict that nobody knows is no":    {[]Name{{"odd", "tags", Read}}, "local", config.Deny},
		"the strictest over all names, first":  {[]Name{ban, {"bulk_ban_members", "bulk", Destructive}}, "local", config.TwoPeople},
		"the strictest over all names, last":   {[]Name{{"bulk_ban_members", "bulk", Destructive}, ban}, "bot", config.Deny},
		"the strictest of allow and a default": {[]Name{{"delete_tag", "tags", Destructive}, {"send", "tags", Outward}}, "local", config.Confirm},
	} {
		if got := judge(rules, test.names, test.role); got.verdict != test.want || got.why == "" {
			t.Errorf("%s: %+v, want %s", name, got, test.want)
		}
	}
	if got := judge(rules, []Name{ban}, "bot").why; got != "the rule at a:1 says deny for ban_member" {
		t.Errorf("the reason reads %q", got)
	}
}

func TestQuietHours(t *testing.T) {
	zone := func(name string) *time.Location {
		z, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		return z
	}
	oslo := zone("Europe/Oslo")
	hours := func(from, to string) config.QuietHours {
		q := config.QuietHours{Zone: oslo}
		for text, into := range map[string]*time.Duration{from: &q.From, to: &q.To} {
			at, err := time.Parse("15:04", text)
			if err != nil {
				t.Fatal(err)
			}
			*into = time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute
		}
		return q
	}
	night, noon := hours("22:00", "07:00"), hours("12:00", "13:00")
	gap, twice := hours("02:30", "03:30"), hours("22:00", "02:30")
	for _, test := range []struct {
		q          config.QuietHours
		now, until string // UTC; "" is not quiet
	}{
		{night, "2026-07-01T19:59:59Z", ""},
		{night, "2026-07-01T20:00:00Z", "2026-07-02T05:00:00Z"},
		{night, "2026-07-01T22:30:00Z", "2026-07-02T05:00:00Z"},
		{night, "2026-07-02T04:59:59Z", "2026-07-02T05:00:00Z"},
		{night, "2026-07-02T05:00:00Z", ""},
		{noon, "2026-07-02T09:59:00Z", ""},
		{noon, "2026-07-02T10:00:00Z", "2026-07-02T11:00:00Z"},
		{noon, "2026-07-02T11:00:00Z", ""},
		// The clocks go on from 02:00 to 03:00 at 01:00 UTC on 29 March.
		{night, "2026-03-28T21:00:00Z", "2026-03-29T05:00:00Z"},
		{gap, "2026-03-29T00:59:00Z", ""},
		{gap, "2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z"},
		{gap, "2026-03-29T01:30:00Z", ""},
		// They go back from 03:00 to 02:00 at 01:00 UTC on 25 October.
		{night, "2026-10-24T20:30:00Z", "2026-10-25T06:00:00Z"},
		{twice, "2026-10-25T00:29:00Z", "2026-10-25T00:30:00Z"},
		{twice, "2026-10-25T00:45:00Z", ""},
		{twice, "2026-10-25T01:15:00Z", "2026-10-25T01:30:00Z"},
		{twice, "2026-10-25T01:30:00Z", ""},
	} {
		now, err := time.Parse(time.RFC3339, test.now)
		if err != nil {
			t.Fatal(err)
		}
		until, quiet := quietUntil(test.q, now)
		got := ""
		if quiet {
			got = until.UTC().Format(time.RFC3339)
		}
		if got != test.until {
			t.Errorf("at %s: quiet until %q, want %q", test.now, got, test.until)
		}
	}
}
