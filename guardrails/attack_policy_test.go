package guardrails_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
)

// ruled gives a house rules.
func ruled(rules ...config.Rule) func(*guardrails.Options) {
	return func(o *guardrails.Options) {
		for i := range rules {
			rules[i].Source = fmt.Sprintf("config.yaml:%d", i+1)
		}
		o.Policy.Rules = rules
	}
}

// as is the same call by a caller of a role.
func (c siegeCall) as(name, role string) siegeCall {
	c.caller.Principal, c.caller.Role = name, role
	return c
}

// bypassAttacks look for a way around the policy.
func bypassAttacks() []attack {
	deny := func(rule config.Rule) config.Rule { rule.Is = config.Deny; return rule }
	denied := func(name string, rule config.Rule, call func(s *siege) siegeCall) attack {
		return attack{name, func(s *siege) {
			s.rules(ruled(deny(rule)))
			before := len(s.community.Requests())
			s.refuses(call(s), guardrails.CodePolicy)
			if len(s.community.Requests()) != before {
				s.t.Error("a look-up left though the policy forbids the call")
			}
		}}
	}
	ban := config.Rule{Tools: []string{"ban_member"}}
	unknown := func(name string) attack {
		return attack{"as " + name, func(s *siege) {
			s.rules(ruled(deny(ban)))
			c := s.banning()
			c.tool = name
			s.refuses(c, "unknown_tool")
		}}
	}
	attacks := []attack{
		denied("by the tool", ban, (*siege).banning),
		denied("by its toolset", config.Rule{Toolsets: []string{"members"}}, (*siege).banning),
		denied("by its class", config.Rule{Risks: []string{"destructive"}}, (*siege).banning),
		denied("by everything", config.Rule{}, (*siege).banning),
		denied("by the list of a tool", ban, func(s *siege) siegeCall { return s.list(s.victim()) }),
		denied("by the list of a toolset", config.Rule{Toolsets: []string{"members"}}, func(s *siege) siegeCall { return s.list(s.victim()) }),
		denied("by a role", config.Rule{Roles: []string{"helper"}}, func(s *siege) siegeCall { return s.banning().as("bot", "helper") }),
		denied("by no role, which is local", config.Rule{Roles: []string{"local"}}, func(s *siege) siegeCall { return s.banning().as("stdio", "") }),
		denied("by a role and an approval", config.Rule{Roles: []string{"helper"}}, func(s *siege) siegeCall {
			return s.banning().as("bot", "helper").with("x", guardrails.Answer{Decision: guardrails.Approved})
		}),
		denied("by a first rule, before one that allows", config.Rule{Tools: []string{"ban_member"}}, (*siege).banning),
		unknown("Ban_Member"), unknown(" ban_member"), unknown("ban_member "), unknown("ban-member"), unknown("ban_member\x00"),
		unknown("members/ban_member"), unknown("b\u0430n_member"), unknown("ban_member?"), unknown(""),
		{"by a verdict that nobody knows", func(s *siege) {
			s.rules(ruled(config.Rule{Is: "ok"}))
			s.refuses(s.banning(), guardrails.CodePolicy)
		}},
		{"by an allowance for the list alone", func(s *siege) {
			s.rules(ruled(config.Rule{Tools: []string{"bulk_ban_members"}, Is: config.Allow}))
			s.waits(s.list(s.victim()).alone())
		}},
		{"by an allowance for another role", func(s *siege) {
			s.rules(ruled(config.Rule{Roles: []string{"admin"}, Is: config.Allow}))
			s.waits(s.banning().as("admin", "team").alone())
		}},
		{"by a client that calls itself the terminal", func(s *siege) {
			s.rules(ruled(config.Rule{Roles: []string{"local"}, Is: config.Allow}))
			c := s.banning().alone()
			c.caller.Client = "mcp-mighty/terminal"
			s.waits(c)
		}},
		{"by a rule that came after the question", func(s *siege) {
			c := s.approved(s.banning())
			s.rules(ruled(deny(ban)))
			s.refuses(c, guardrails.CodePolicy)
		}},
		{"by a rule that came after an approval elsewhere", func(s *siege) {
			c := s.banning().alone()
			s.agrees(s.waits(c))
			s.rules(ruled(deny(ban)))
			s.refuses(c, guardrails.CodePolicy)
		}},
		{"by an answer in the client where the second channel is wanted", func(s *siege) {
			c := s.approved(s.banning())
			s.rules(ruled(config.Rule{Is: config.ConfirmOutOfBand}))
			s.waits(c)
			s.waits(c)
		}},
		{"by an answer in the client where two people are wanted", func(s *siege) {
			c := s.approved(s.banning())
			s.rules(ruled(config.Rule{Is: config.TwoPeople}))
			s.waits(c)
		}},
		{"by having no name where two people are wanted", func(s *siege) {
			s.rules(ruled(config.Rule{Is: config.TwoPeople}))
			s.refuses(s.banning().as("stdio", "").alone(), guardrails.CodePolicy)
		}},
		{"by one approval where two people are wanted by now", func(s *siege) {
			c := s.banning().alone()
			code := s.waits(c)
			if err := s.agree(code, guardrails.Settler{Name: "ada", Channel: "page"}); err != nil {
				s.t.Fatal(err)
			}
			s.rules(ruled(config.Rule{Is: config.TwoPeople}))
			s.refuses(c, guardrails.CodeBadApproval)
		}},
		{"by a server that reads only", func(s *siege) {
			c := s.approved(s.banning())
			s.rules(func(o *guardrails.Options) { o.Mode = guardrails.ReadOnly })
			s.refuses(c, guardrails.CodeReadOnly)
			s.refuses(s.calling("create_tag", `{"title":"x"}`), guardrails.CodeReadOnly)
			s.refuses(s.list(s.victim()), guardrails.CodeReadOnly)
		}},
		{"by a server that previews only", func(s *siege) {
			c := s.approved(s.banning())
			s.rules(func(o *guardrails.Options) { o.Mode = guardrails.PreviewOnly })
			for _, c := range []siegeCall{c, s.calling("create_tag", `{"title":"x","color":"#123456"}`), s.list(s.victim())} {
				if answer := s.send(c); !strings.Contains(string(answer.JSON), `"status":"preview","message":"Nothing was done`) {
					s.t.Errorf("%s: %s%s", c.tool, answer.Problem, answer.JSON)
				}
			}
			s.rules(func(o *guardrails.Options) { o.Mode = guardrails.ReadOnly })
			s.refuses(c, guardrails.CodeReadOnly)
		}},
		{"by an excluded tool", func(s *siege) {
			s.refuses(s.calling("delete_space", fmt.Sprintf(`{"space_id":%d}`, s.n.DuplicateSpaces[1])), guardrails.CodeToolOff)
		}},
		{"by an excluded tool and an approval", func(s *siege) {
			c := s.approved(s.banning())
			c.tool, c.arguments = "delete_space", fmt.Sprintf(`{"space_id":%d}`, s.n.DuplicateSpaces[1])
			s.refuses(c, guardrails.CodeToolOff)
		}},
		{"by a read that has to be agreed to", func(s *siege) {
			s.rules(ruled(config.Rule{Tools: []string{"get_member"}, Is: config.Confirm}))
			answer := s.send(s.calling("get_member", s.member(s.victim())).alone())
			if answer.Code != "awaiting_approval" || len(s.community.Requests()) != 0 {
				s.t.Errorf("%s: %s%s", answer.Code, answer.Problem, answer.JSON)
			}
			s.refused(answer)
		}},
	}
	return attacks
}

// quietAttacks reach people while nobody is to be reached.
func quietAttacks() []attack {
	zone := func(name string) *time.Location {
		at, err := time.LoadLocation(name)
		if err != nil {
			at = time.FixedZone(name, 13*3600)
		}
		return at
	}
	quiet := func(from, to time.Duration, in *time.Location) func(*guardrails.Options) {
		return func(o *guardrails.Options) {
			o.Policy.Quiet = &config.QuietHours{From: from, To: to, Zone: in, Source: "config.yaml:9"}
		}
	}
	inviting := func(s *siege) siegeCall {
		return s.calling("create_invite", `{"recipient_email":"guest@example.org","recipient_first_name":"Guest"}`)
	}
	many := func(s *siege) siegeCall {
		return s.calling("bulk_create_invites", `{"items":[{"recipient_email":"guest@example.org","recipient_first_name":"Guest"}]}`)
	}
	refused := func(name string, rules func(*guardrails.Options), call func(s *siege) siegeCall) attack {
		return attack{name, func(s *siege) {
			s.rules(rules)
			s.refuses(call(s), guardrails.CodeQuiet)
		}}
	}
	noon := 12 * time.Hour // by the clock of the house, in UTC
	return []attack{
		refused("a call", quiet(noon, noon+time.Minute, time.UTC), inviting),
		refused("a list", quiet(noon, noon+time.Minute, time.UTC), many),
		refused("to the last minute", quiet(noon-time.Hour, noon+time.Minute, time.UTC), inviting),
		refused("over midnight", quiet(23*time.Hour, 13*time.Hour, time.UTC), inviting),
		refused("in another zone", quiet(0, 2*time.Hour, zone("Pacific/Auckland")), inviting),
		refused("in a zone behind", quiet(7*time.Hour, 8*time.Hour, time.FixedZone("x", -5*3600)), inviting),
		{"with a yes that was given before", func(s *siege) {
			c := s.approved(inviting(s))
			s.rules(quiet(noon, noon+time.Hour, time.UTC))
			s.refuses(c, guardrails.CodeQuiet)
		}},
		{"with an approval elsewhere that was given before", func(s *siege) {
			c := inviting(s).alone()
			s.agrees(s.waits(c))
			s.rules(quiet(noon, noon+time.Hour, time.UTC))
			s.refuses(c, guardrails.CodeQuiet)
		}},
		{"where a rule allows the call", func(s *siege) {
			s.rules(func(o *guardrails.Options) {
				ruled(config.Rule{Is: config.Allow})(o)
				quiet(noon, noon+time.Hour, time.UTC)(o)
			})
			s.refuses(inviting(s), guardrails.CodeQuiet)
		}},
	}
}

// limited gives a house one limit.
func limited(limit config.Limit) func(*guardrails.Options) {
	return func(o *guardrails.Options) { o.Policy.Limits = []config.Limit{limit} }
}

// limitAttacks try to do more than a limit lets happen.
func limitAttacks() []attack {
	one := config.Limit{Risks: []string{"destructive"}, Most: 1, Per: time.Hour}
	both := func(s *siege, limit config.Limit, second siegeCall) {
		s.t.Helper()
		s.rules(limited(limit))
		s.done(s.approved(s.removing()))
		s.refuses(second, guardrails.CodeLimit)
	}
	return []attack{
		{"a second time", func(s *siege) { both(s, one, s.banning()) }},
		{"by another caller", func(s *siege) { both(s, one, s.banning().as("ben", "team")) }},
		{"by another client", func(s *siege) {
			c := s.banning()
			c.caller.Client = "other/1"
			limit := one
			limit.EachCaller = true
			both(s, limit, c)
		}},
		{"in another session", func(s *siege) {
			c := s.banning()
			c.caller.Session = "s2"
			limit := one
			limit.EachCaller = true
			both(s, limit, c)
		}},
		{"by a list", func(s *siege) { both(s, one, s.list(s.victim())) }},
		{"by the list of the tool", func(s *siege) {
			limit := config.Limit{Tools: []string{"remove_space_member"}, Most: 1, Per: time.Hour}
			c := s.removing()
			c.tool, c.arguments = "bulk_remove_space_members", `{"items":[`+c.arguments+`]}`
			both(s, limit, c)
		}},
		{"by a list that is too long", func(s *siege) {
			s.rules(limited(one))
			s.refuses(s.list(s.n.Spammers...), guardrails.CodeLimit)
		}},
		{"with a yes from before", func(s *siege) {
			c := s.approved(s.banning())
			both(s, one, c)
		}},
		{"with an approval elsewhere", func(s *siege) {
			s.rules(limited(one))
			c := s.banning().alone()
			s.agrees(s.waits(c))
			both(s, one, c)
		}},
		{"in another network", func(s *siege) {
			c := s.banning()
			c.arguments = fmt.Sprintf(`{"network":"lake","member_id":%d}`, s.lake.Notable().Spammers[0])
			both(s, one, c)
		}},
		{"in another process", func(s *siege) {
			s.rules(limited(one))
			s.done(s.approved(s.removing()))
			other := s.another()
			other.rules(limited(one))
			s.refused(other.send(s.banning()), guardrails.CodeLimit)
		}},
		{"at a clock that was set back", func(s *siege) {
			s.rules(limited(one))
			s.done(s.approved(s.removing()))
			s.pass(-3 * time.Hour)
			s.refuses(s.banning(), guardrails.CodeLimit)
		}},
		{"a moment before it opens", func(s *siege) {
			s.rules(limited(one))
			s.done(s.approved(s.removing()))
			s.pass(time.Hour - time.Millisecond)
			s.refuses(s.banning(), guardrails.CodeLimit)
		}},
		{"after a deed that failed", func(s *siege) {
			s.rules(limited(one))
			s.fault("DELETE /spaces/*/members/* 403 times=1")
			s.refuses(s.approved(s.removing()))
			s.community.ResetRequests()
			s.refuses(s.banning(), guardrails.CodeLimit)
		}},
		{"of nothing at all", func(s *siege) {
			s.rules(limited(config.Limit{Tools: []string{"ban_member"}, Most: 0, Per: time.Hour}))
			s.refuses(s.banning(), guardrails.CodeLimit)
		}},
		{"where no approval is needed", func(s *siege) {
			s.rules(func(o *guardrails.Options) {
				limited(one)(o)
				ruled(config.Rule{Is: config.Allow})(o)
			})
			s.done(s.removing())
			s.refuses(s.banning(), guardrails.CodeLimit)
		}},
		{"by default, eleven times in an hour", func(s *siege) {
			s.rules(func(o *guardrails.Options) { ruled(config.Rule{Is: config.Allow})(o) })
			for range 5 {
				s.done(s.removing())
				s.joins()
			}
			for range 5 {
				s.done(s.removing())
				s.joins()
			}
			s.refuses(s.banning(), guardrails.CodeLimit)
		}},
	}
}
