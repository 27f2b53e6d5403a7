package guardrails_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/tools"
)

// expiredAttacks answer too late.
func expiredAttacks() []attack {
	late := func(name string, after time.Duration) attack {
		return attack{name, func(s *siege) {
			c := s.approved(s.banning())
			s.pass(after)
			s.refuses(c, guardrails.CodeExpired)
		}}
	}
	return []attack{
		late("to the second", 10*time.Minute),
		late("a moment later", 10*time.Minute+time.Millisecond),
		late("a day later", 24*time.Hour),
		{"by a shorter validity", func(s *siege) {
			s.rules(func(o *guardrails.Options) { o.Validity = time.Minute })
			c := s.approved(s.banning())
			s.pass(time.Minute)
			s.rules(nil)
			s.refuses(c, guardrails.CodeExpired)
		}},
		{"approved elsewhere, then forgotten", func(s *siege) {
			c := s.banning().alone()
			s.agrees(s.waits(c))
			s.pass(10 * time.Minute)
			s.waits(c)
		}},
		{"approved elsewhere too late", func(s *siege) {
			code := s.waits(s.banning().alone())
			s.pass(10 * time.Minute)
			s.settledNothing(s.agree(code, kirk), guardrails.ErrNoPaper)
			s.waits(s.banning().alone())
		}},
		{"approved elsewhere, with a longer expiry in the database", func(s *siege) {
			c := s.banning().alone()
			s.agrees(s.waits(c))
			s.sql("UPDATE pending SET expires = expires + 86400000")
			s.pass(10 * time.Minute)
			s.waits(c)
		}},
		{"waiting with a longer expiry in the database", func(s *siege) {
			code := s.waits(s.banning().alone())
			s.sql("UPDATE pending SET expires = expires + 86400000")
			s.pass(10 * time.Minute)
			s.settledNothing(s.agree(code, kirk), guardrails.ErrVoid)
			s.waits(s.banning().alone())
		}},
	}
}

// crossedAttacks use an approval for another call than its own.
func crossedAttacks() []attack {
	as := func(c siegeCall, change func(*guardrails.Caller)) siegeCall { change(&c.caller); return c }
	caller := func(name string, change func(*guardrails.Caller)) attack {
		return attack{name, func(s *siege) { s.refuses(as(s.approved(s.banning()), change), guardrails.CodeBadApproval) }}
	}
	elsewhere := func(name string, change func(*guardrails.Caller)) attack {
		return attack{name + ", on the second channel", func(s *siege) {
			s.agrees(s.waits(s.banning().alone()))
			s.waits(as(s.banning().alone(), change))
		}}
	}
	other := func(c *guardrails.Caller) { c.Principal = "ben" }
	client := func(c *guardrails.Caller) { c.Client = "test/2" }
	joined := func(c *guardrails.Caller) { c.Principal, c.Client = "adat", "est/1" }
	attacks := []attack{
		caller("another caller", other),
		caller("another client", client),
		caller("another session", func(c *guardrails.Caller) { c.Session = "s2" }),
		caller("a caller of the same letters", joined),
		caller("a caller in other case", func(c *guardrails.Caller) { c.Principal = "Ada" }),
		caller("a caller with a space", func(c *guardrails.Caller) { c.Principal = "ada " }),
		caller("nobody", func(c *guardrails.Caller) { *c = guardrails.Caller{} }),
		elsewhere("another caller", other),
		elsewhere("another client", client),
		elsewhere("a caller of the same letters", joined),
		{"another network", func(s *siege) {
			c := s.approved(s.banning())
			c.arguments = strings.Replace(c.arguments, "{", `{"network":"lake",`, 1)
			s.refuses(c, guardrails.CodeBadApproval)
		}},
		{"another network, on the second channel", func(s *siege) {
			c := s.calling("update_member", fmt.Sprintf(`{"member_id":%d,"first_name":"X"}`, s.lake.Notable().Spammers[0])).alone()
			s.rules(ruled(config.Rule{Is: config.Confirm}))
			s.community.SetMemberName(s.victim(), "X", "Y")
			code := s.waits(c)
			s.agrees(code)
			c.arguments = strings.Replace(c.arguments, "{", `{"network":"lake",`, 1)
			s.waits(c)
		}},
		{"two that wait and change their codes in the database", func(s *siege) {
			c := s.banning().alone()
			code := s.waits(c)
			c.arguments = strings.Replace(c.arguments, "{", `{"reason":"another",`, 1)
			other := s.waits(c)
			s.sql("UPDATE pending SET code = 'AAAA-AAAA' WHERE code = '" + code + "'")
			s.sql("UPDATE pending SET code = '" + code + "' WHERE code = '" + other + "'")
			s.sql("UPDATE pending SET code = '" + other + "' WHERE code = 'AAAA-AAAA'")
			s.settledNothing(s.agree(code, kirk), guardrails.ErrVoid)
			s.settledNothing(s.agree(other, kirk), guardrails.ErrVoid)
			s.waits(c)
		}},
		{"another network that took the name", func(s *siege) {
			c := s.approved(s.banning())
			s.refused(s.moved().send(c), guardrails.CodeBadApproval)
		}},
		{"another process with another key", func(s *siege) {
			c := s.approved(s.banning())
			s.rules(func(o *guardrails.Options) { o.Key = func() ([]byte, error) { return make([]byte, 32), nil } })
			s.refuses(c, guardrails.CodeBadApproval)
		}},
		{"a key that was replaced", func(s *siege) {
			c := s.approved(s.banning())
			s.rotate()
			s.refuses(c, guardrails.CodeBadApproval)
		}},
		{"a key that was replaced, on the second channel", func(s *siege) {
			c := s.banning().alone()
			s.agrees(s.waits(c))
			s.rotate()
			s.refuses(c, guardrails.CodeBadApproval)
		}},
	}
	for _, tool := range []string{"delete_member", "remove_member_from_network"} {
		attacks = append(attacks, attack{"from ban_member to " + tool, func(s *siege) {
			c := s.approved(s.banning())
			c.tool = tool
			s.refuses(c, guardrails.CodeBadApproval)
		}}, attack{"from ban_member to " + tool + ", on the second channel", func(s *siege) {
			c := s.banning().alone()
			s.agrees(s.waits(c))
			c.tool = tool
			s.waits(c)
		}})
	}
	return append(attacks,
		attack{"from one to a list of one", func(s *siege) {
			c := s.approved(s.banning())
			c.tool, c.arguments = "bulk_ban_members", `{"items":[`+c.arguments+`]}`
			s.refuses(c, guardrails.CodeBadApproval)
		}},
		attack{"from a list of one to one", func(s *siege) {
			single := s.banning()
			c := s.approved(s.calling("bulk_ban_members", `{"items":[`+single.arguments+`]}`))
			c.tool, c.arguments = single.tool, single.arguments
			s.refuses(c, guardrails.CodeBadApproval)
		}},
		attack{"from a preview to the deed", func(s *siege) {
			s.rules(func(o *guardrails.Options) { o.Mode = guardrails.PreviewOnly })
			answer := s.send(s.banning())
			if !strings.Contains(string(answer.JSON), "Nothing was done: this server only previews") {
				s.t.Errorf("%s%s", answer.Problem, answer.JSON)
			}
			s.rules(nil)
			s.waits(s.banning().alone())
		}},
	)
}

// moved is a house whose first network is another one of the same name.
func (s *siege) moved() *siege {
	s.t.Helper()
	o := s.options
	envs := append([]tools.Env(nil), s.envs...)
	envs[0].Identity = "https://elsewhere.example 4242"
	gate, err := guardrails.New(o)
	if err != nil {
		s.t.Fatal(err)
	}
	catalogue, err := tools.New(tools.Options{Networks: envs, Gate: gate, Selection: tools.Selection{Toolsets: []string{tools.PresetAll}}})
	if err != nil {
		s.t.Fatal(err)
	}
	return &siege{t: s.t, catalogue: catalogue, secrets: s.secrets}
}
