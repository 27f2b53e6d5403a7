package guardrails_test

import (
	"sync"
	"time"

	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/tools"
)

// atOnce sends calls at the same moment and wants one of them done, or none;
// all others refused or waiting.
func (s *siege) atOnce(most int, send ...func() tools.Answer) {
	s.t.Helper()
	answers := make([]tools.Answer, len(send))
	start := make(chan struct{})
	var all sync.WaitGroup
	for i, one := range send {
		all.Go(func() {
			<-start
			answers[i] = one()
		})
	}
	close(start)
	all.Wait()
	done := 0
	for _, answer := range answers {
		switch {
		case answer.Problem != "":
			s.refused(answer)
		case statusOf(answer) == "awaiting_approval":
			s.waiting(siegeCall{}, answer)
		case statusOf(answer) == "done":
			done++
		}
	}
	if done != most {
		s.t.Errorf("%d calls were done, want %d", done, most)
	}
	s.changes += done
}

// raceAttacks do things at the same time.
func raceAttacks() []attack {
	times := func(n int, send func() tools.Answer) (all []func() tools.Answer) {
		for range n {
			all = append(all, send)
		}
		return all
	}
	return append(processAttacks(), []attack{
		{"one yes, many times", func(s *siege) {
			c := s.approved(s.removing())
			s.atOnce(1, times(8, func() tools.Answer { return s.send(c) })...)
		}},
		{"one yes, in two processes", func(s *siege) {
			c := s.approved(s.removing())
			other := s.another()
			here := times(4, func() tools.Answer { return s.send(c) })
			s.atOnce(1, append(here, times(4, func() tools.Answer { return other.send(c) })...)...)
		}},
		{"one approval elsewhere, many times", func(s *siege) {
			c := s.removing().alone()
			s.agrees(s.waits(c))
			s.atOnce(1, times(8, func() tools.Answer { return s.send(c) })...)
		}},
		{"one approval elsewhere, in two processes", func(s *siege) {
			c := s.removing().alone()
			s.agrees(s.waits(c))
			other := s.another()
			here := times(4, func() tools.Answer { return s.send(c) })
			s.atOnce(1, append(here, times(4, func() tools.Answer { return other.send(c) })...)...)
		}},
		{"a yes and a no to one question", func(s *siege) {
			c := s.approved(s.banning())
			no := c
			no.evidence = &guardrails.Evidence{State: c.evidence.State, Answer: guardrails.Answer{Decision: guardrails.Declined}}
			s.pass(time.Second)
			s.send(no)
			s.atOnce(0, times(4, func() tools.Answer { return s.send(c) })...)
		}},
		{"two answers for one limit", func(s *siege) {
			s.rules(limited(config.Limit{Risks: []string{"destructive"}, Most: 1, Per: time.Hour}))
			one, two := s.approved(s.removing()), s.approved(s.calling("ban_member", s.member(s.n.Spammers[1])))
			s.atOnce(1, func() tools.Answer { return s.send(one) }, func() tools.Answer { return s.send(two) })
		}},
		{"two answers for one limit, in two processes", func(s *siege) {
			limit := limited(config.Limit{Risks: []string{"destructive"}, Most: 1, Per: time.Hour})
			s.rules(limit)
			other := s.another()
			other.rules(limit)
			one, two := s.approved(s.removing()), s.approved(s.calling("ban_member", s.member(s.n.Spammers[1])))
			s.atOnce(1, func() tools.Answer { return s.send(one) }, func() tools.Answer { return other.send(two) })
		}},
		{"many questions about one call", func(s *siege) {
			c := s.banning().alone()
			s.atOnce(0, times(8, func() tools.Answer { return s.send(c) })...)
			if papers, err := s.desk().Papers(s.t.Context()); err != nil || len(papers) != 1 {
				s.t.Errorf("%d questions wait, %v", len(papers), err)
			}
		}},
		{"approved and rejected at once", func(s *siege) {
			c := s.banning().alone()
			code := s.waits(c)
			var all sync.WaitGroup
			all.Go(func() { _ = s.agree(code, kirk) })
			all.Go(func() { _ = s.desk().Reject(s.t.Context(), code, kirk, "") })
			all.Wait()
			// Whoever was first, a rejection ends it: an approval can be taken back.
			s.refuses(c, guardrails.CodeRejected)
		}},
	}...)
}
