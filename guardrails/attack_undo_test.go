package guardrails_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
	"github.com/mcp-mighty/mcp-mighty/tools"
)

// newest is the newest action of the journal.
func (s *siege) newest() store.Entry {
	s.t.Helper()
	entries, err := s.journal.Entries(s.t.Context(), store.Query{Limit: 1})
	if err != nil || len(entries) == 0 {
		s.t.Fatalf("no action: %v", err)
	}
	return entries[0]
}

// undoing is the undo of the newest action.
func (s *siege) undoing() siegeCall {
	return s.calling("undo_action", fmt.Sprintf(`{"action_id":%d}`, s.newest().ID))
}

// adding and renaming are writes that nobody is asked about.
func (s *siege) adding() siegeCall {
	return s.calling("add_space_member", fmt.Sprintf(`{"member_id":%d,"space_id":%d}`, s.victim(), s.n.PaidSpace))
}

func (s *siege) renaming(id uint64) siegeCall {
	return s.calling("update_member", fmt.Sprintf(`{"member_id":%d,"first_name":"Zoe"}`, id))
}

// undoAttacks undo what is not theirs to undo, or not any more.
func undoAttacks() []attack {
	after := func(name string, first func(s *siege) siegeCall, try func(s *siege, c siegeCall)) attack {
		return attack{name, func(s *siege) {
			s.done(first(s))
			try(s, s.undoing())
		}}
	}
	renaming := func(s *siege) siegeCall { return s.renaming(s.victim()) }
	// planted is an undo of what somebody else wrote into the journal.
	planted := func(name, statement string, change ...func(siegeCall) siegeCall) attack {
		return after(name, renaming, func(s *siege, c siegeCall) {
			if s.sql(statement) == 0 {
				s.t.Fatal("nothing was altered")
			}
			for _, change := range change {
				c = change(c)
			}
			s.refuses(c, "not_possible")
			if listed := s.send(s.calling("list_recent_actions", "{}").as(c.caller.Principal, c.caller.Role)); strings.Contains(string(listed.JSON), `"can_undo":true`) {
				s.t.Errorf("it can be undone: %s", listed.JSON)
			}
		})
	}
	return []attack{
		after("of another", renaming, func(s *siege, c siegeCall) { s.refuses(c.as("ben", "team"), badArguments) }),
		after("of another in other case", renaming, func(s *siege, c siegeCall) { s.refuses(c.as("Ada", "team"), badArguments) }),
		after("of the machine, by its name", func(s *siege) siegeCall { return s.renaming(s.victim()).as("stdio", "") }, func(s *siege, c siegeCall) {
			s.refuses(c.as("stdio", "team"), badArguments)
		}),
		after("that there is not", renaming, func(s *siege, c siegeCall) {
			for _, id := range []string{"0", "-1", "4711", "9223372036854775808", `"1 OR 1=1"`, "1.5", "[1]"} {
				c.arguments = `{"action_id":` + id + `}`
				s.refuses(c, badArguments)
			}
		}),
		after("in another network", renaming, func(s *siege, c siegeCall) {
			c.arguments = strings.Replace(c.arguments, "{", `{"network":"lake",`, 1)
			before := len(s.lake.Requests())
			s.refuses(c, "not_possible")
			if len(s.lake.Requests()) != before {
				s.t.Error("something was looked up in the other network")
			}
		}),
		after("a second time", renaming, func(s *siege, c siegeCall) {
			s.done(c)
			s.refuses(c, guardrails.CodeUndone)
		}),
		after("a second time, after a restart", renaming, func(s *siege, c siegeCall) {
			s.done(c)
			if err := s.journal.Close(); err != nil {
				s.t.Fatal(err)
			}
			s.refuses(c, guardrails.CodeUndone)
		}),
		after("many times at once", renaming, func(s *siege, c siegeCall) {
			undo := func() tools.Answer { return s.send(c) }
			s.atOnce(1, undo, undo, undo, undo)
		}),
		after("in two processes at once", renaming, func(s *siege, c siegeCall) {
			other := s.another()
			s.atOnce(1, func() tools.Answer { return s.send(c) }, func() tools.Answer { return other.send(c) })
		}),
		after("what somebody else has changed since", renaming, func(s *siege, c siegeCall) {
			s.community.SetMemberName(s.victim(), "Theirs", "Name")
			s.refuses(c)
		}),
		after("what has no way back", func(s *siege) siegeCall { return s.approved(s.banning()) }, func(s *siege, c siegeCall) { s.refuses(c) }),
		after("that takes something, without being asked", (*siege).adding, func(s *siege, c siegeCall) { s.waits(c.alone()) }),
		after("with the approval of what it does", (*siege).adding, func(s *siege, c siegeCall) {
			removal := s.approved(s.calling("remove_space_member", s.adding().arguments))
			c.evidence = removal.evidence
			s.refuses(c, guardrails.CodeBadApproval)
		}),
		after("what it does, with its approval", (*siege).adding, func(s *siege, c siegeCall) {
			removal := s.calling("remove_space_member", s.adding().arguments)
			removal.evidence = s.approved(c).evidence
			s.refuses(removal, guardrails.CodeBadApproval)
		}),
		after("by a tool that the policy forbids", (*siege).adding, func(s *siege, c siegeCall) {
			s.rules(ruled(config.Rule{Tools: []string{"remove_space_member"}, Is: config.Deny}))
			s.refuses(c, guardrails.CodePolicy)
		}),
		after("by a class that the policy forbids", (*siege).adding, func(s *siege, c siegeCall) {
			s.rules(ruled(config.Rule{Risks: []string{"destructive"}, Is: config.Deny}))
			s.refuses(c, guardrails.CodePolicy)
		}),
		after("by a tool that is excluded", func(s *siege) siegeCall { return s.calling("create_space", `{"name":"The Attic"}`) }, func(s *siege, c siegeCall) {
			s.refuses(c)
		}),
		after("more than a limit lets happen", (*siege).adding, func(s *siege, c siegeCall) {
			s.rules(limited(config.Limit{Tools: []string{"remove_space_member"}, Most: 0, Per: time.Hour}))
			s.refuses(c, guardrails.CodeLimit)
		}),
		after("of somebody who is protected by now", func(s *siege) siegeCall { return s.renaming(s.n.Moderator) }, func(s *siege, c siegeCall) {
			s.rules(func(o *guardrails.Options) { o.Protector.IDs = []uint64{s.n.Moderator} })
			s.refuses(c, guardrails.CodeProtected)
		}),
		after("on a server that reads only", renaming, func(s *siege, c siegeCall) {
			s.rules(func(o *guardrails.Options) { o.Mode = guardrails.ReadOnly })
			s.refuses(c, guardrails.CodeReadOnly)
		}),
		planted("with planted arguments", `UPDATE journal SET undo = json_set(undo, '$.arguments.first_name', 'Mallory')`),
		planted("of somebody else", `UPDATE journal SET undo = json_set(undo, '$.arguments.member_id', 1)`),
		planted("by a planted tool", `UPDATE journal SET undo = json_set(undo, '$.tool', 'create_tag', '$.arguments', json('{"title":"Planted"}'), '$.after', json('{}'))`),
		planted("with nothing to compare", `UPDATE journal SET undo = json_remove(undo, '$.after')`),
		planted("under another name", `UPDATE journal SET principal = 'ben'`, func(c siegeCall) siegeCall { return c.as("ben", "team") }),
		planted("without a seal", `UPDATE journal SET seal = '', undo = json_set(undo, '$.arguments.first_name', 'Mallory')`),
		after("with the way back and the seal of another", renaming, func(s *siege, c siegeCall) {
			s.done(s.renaming(s.n.Spammers[1]))
			s.sql(`UPDATE journal SET (undo, arguments, seal) = (SELECT j.undo, j.arguments, j.seal FROM journal j ORDER BY id LIMIT 1) WHERE id = (SELECT MAX(id) FROM journal)`)
			s.refuses(s.undoing(), "not_possible")
		}),
		after("of planted values that are found done", renaming, func(s *siege, c siegeCall) {
			entry := s.newest()
			id, err := s.journal.Begin(s.t.Context(), store.Start{Intent: entry.Intent})
			if err != nil {
				s.t.Fatal(err)
			}
			s.sql(`UPDATE journal SET before_values = json_set(before_values, '$.first_name', 'Mallory') WHERE id = ?`, id)
			planted := s.newest()
			if done, err := s.catalogue.Settle(s.t.Context(), planted); done || err == nil || !strings.Contains(err.Error(), "not as it was written") {
				s.t.Errorf("it was settled: %v, %v", done, err)
			}
			s.refuses(s.undoing(), "not_possible")
		}),
		{"of what never happened", func(s *siege) {
			s.fault("PATCH /members/* 422 times=1")
			s.send(s.renaming(s.victim()))
			s.community.ResetRequests()
			s.refuses(s.undoing())
		}},
	}
}
