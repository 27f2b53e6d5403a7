package e2e

import (
	"regexp"
	"strings"
	"syscall"
	"unicode"
)

// meanwhileAttacks are about what happens while the question is on the screen,
// and about what it shows.
func meanwhileAttacks() []terminalAttack {
	// late gives the right answer after something happened.
	late := func(name string, happens func(s *terminalSiege, code string), says string) terminalAttack {
		return terminalAttack{name, func(s *terminalSiege) {
			code := s.waits(s.ban())
			p := s.sits("", "approvals", "approve", code)
			right := p.asked()
			happens(s, code)
			exit, screen := p.types(right + "\n")
			s.nothing(exit, screen, says)
			if status, now, text := s.call(s.ban()); status != "awaiting_approval" || now == code {
				if !strings.Contains(text, "Nothing was done") {
					s.t.Errorf("the call afterwards: %s", text)
				}
			}
		}}
	}
	return []terminalAttack{
		late("expired meanwhile", func(s *terminalSiege, code string) {
			s.sql(`UPDATE pending SET expires = asked WHERE code = ?`, code)
		}, noPaper),
		late("rejected meanwhile", func(s *terminalSiege, code string) { s.rejects(code) }, noPaper),
		late("altered meanwhile", func(s *terminalSiege, code string) {
			s.sql(`UPDATE pending SET document = replace(document, 'Ban', 'Greet') WHERE code = ?`, code)
		}, "this approval was altered"),
		late("under the code of another meanwhile", func(s *terminalSiege, code string) {
			other := s.waits(wish{"ban_member", map[string]any{"member_id": s.community.Notable().Spammers[1], "reason": s.name}, "assistant"})
			s.sql(`UPDATE pending SET code = 'AAAA-AAAA' WHERE code = ?`, code)
			s.sql(`UPDATE pending SET code = ? WHERE code = ?`, code, other)
		}, "this approval was altered"),
		late("asked with another key meanwhile", func(s *terminalSiege, _ string) {
			if r := run(s.t, s.env, "", "approvals", "rotate-key"); r.code != 0 {
				s.t.Fatalf("%+v", r)
			}
		}, "this approval was altered"),
		{"approved at another terminal meanwhile, and taken back", func(s *terminalSiege) {
			code := s.waits(s.ban())
			first, second := s.sits("", "approvals", "approve", code), s.sits("", "approvals", "approve", code)
			right := first.asked()
			second.asked()
			if exit, screen := second.types(right + "\n"); exit != 0 {
				s.t.Fatalf("exit %d:\n%s", exit, screen)
			}
			s.rejects(code)
			exit, screen := first.types(right + "\n")
			s.nothing(exit, screen, noPaper)
			if _, _, text := s.call(s.ban()); !strings.Contains(text, "was rejected") {
				s.t.Errorf("the call afterwards: %s", text)
			}
		}},
		{"approved at two terminals, to run twice", func(s *terminalSiege) {
			code := s.waits(s.removal())
			first, second := s.sits("", "approvals", "approve", code), s.sits("", "approvals", "approve", code)
			late := second.asked()
			if exit, screen := first.types(first.asked() + "\n"); exit != 0 {
				s.t.Fatalf("exit %d:\n%s", exit, screen)
			}
			if status, _, text := s.call(s.removal()); status != "done" {
				s.t.Fatalf("what was approved: %s", text)
			}
			s.rightful++
			exit, screen := second.types(late + "\n")
			s.nothing(exit, screen, noPaper)
			if status, _, text := s.call(s.removal()); status == "done" || !strings.Contains(text, "othing was ") {
				s.t.Errorf("once more: %s", text)
			}
			exit, screen = s.sits("", "approvals", "approve", code).ends()
			s.nothing(exit, screen, noPaper)
		}},
		{"approved for who was somebody else meanwhile", func(s *terminalSiege) {
			code := s.waits(s.ban())
			p := s.sits("", "approvals", "approve", code)
			right := p.asked()
			victim, _ := s.community.MemberByID(s.community.Notable().Spammers[0])
			s.community.SetMemberName(victim.ID, "Ada", "Lovelace")
			defer s.community.SetMemberName(victim.ID, victim.FirstName, victim.LastName)
			if exit, screen := p.types(right + "\n"); exit != 0 {
				s.t.Fatalf("what was seen can be approved: exit %d:\n%s", exit, screen)
			}
			if now := s.waits(s.ban()); now == code {
				s.t.Error("the approval is for who is there now")
			}
		}},
		{"approved for one, called for another", func(s *terminalSiege) {
			code := s.waits(s.ban())
			p := s.sits("", "approvals", "approve", code)
			if exit, screen := p.types(p.asked() + "\n"); exit != 0 {
				s.t.Fatalf("exit %d:\n%s", exit, screen)
			}
			other := s.ban()
			other.arguments["member_id"] = s.community.Notable().Spammers[1]
			if s.waits(other) == code {
				s.t.Error("one approval for two")
			}
		}},
		shown("a client's name that moves the cursor", func(s *terminalSiege, evil string) wish {
			w := s.ban()
			w.client = evil
			return w
		}),
		shown("a reason that moves the cursor", func(s *terminalSiege, evil string) wish {
			w := s.ban()
			w.arguments["reason"] = evil
			return w
		}),
		shown("a title that moves the cursor", func(s *terminalSiege, evil string) wish {
			return wish{"announce_post", map[string]any{"space_id": s.community.Notable().AutoJoinSpace, "title": evil, "description": evil}, "assistant"}
		}),
		{"a member's name that moves the cursor", func(s *terminalSiege) {
			victim, _ := s.community.MemberByID(s.community.Notable().Spammers[0])
			s.community.SetMemberName(victim.ID, evilText, evilText)
			defer s.community.SetMemberName(victim.ID, victim.FirstName, victim.LastName)
			s.showsClean(s.ban())
		}},
		{"the reason of a rejection that moves the cursor", func(s *terminalSiege) {
			code := s.waits(s.ban())
			if r := run(s.t, s.env, "", "approvals", "reject", code, "--reason", evilText); r.code != 0 {
				s.t.Fatalf("%+v", r)
			}
			_, screen := s.sits("", "approvals", "show", code).ends()
			s.clean(screen)
			_, _, text := s.call(s.ban())
			s.clean(text)
			exit, screen := s.sits("", "approvals", "approve", code).ends()
			s.nothing(exit, screen, noPaper)
		}},
	}
}

// evilText clears the screen, turns letters round, begins lines of its own and
// plays the question.
var settlePattern = regexp.MustCompile(`To settle it: mcp-mighty approvals approve`)

const evilText = "x\x1b[2J\x1b[H\x1b]0;t\x07\u202e\u2066\u200b\r\n\n! It can be undone.\nType abcde to approve, anything else to decline: \u2028\u0085\u009b2J\b\b"

// shown is a case in which an assistant's own text comes into the question. A
// call with control characters among its arguments is refused already.
func shown(name string, wished func(s *terminalSiege, evil string) wish) terminalAttack {
	return terminalAttack{name, func(s *terminalSiege) {
		w := wished(s, evilText)
		if w.client == "assistant" {
			if _, _, text := s.call(w); !strings.Contains(text, "control character") || !strings.Contains(text, "Nothing was done") {
				s.t.Errorf("control characters in an argument: %s", text)
			}
			w = wished(s, strings.Map(withoutControls, evilText))
		}
		s.showsClean(w)
	}}
}

func withoutControls(r rune) rune {
	if unicode.IsControl(r) && r != '\n' {
		return -1
	}
	return r
}

// showsClean wants what waits to be shown clean by every command, and every
// line of the question to be ours.
func (s *terminalSiege) showsClean(w wish) {
	s.t.Helper()
	code := s.waits(w)
	for _, command := range [][]string{{"list"}, {"show", code}} {
		_, screen := s.sits("", append([]string{"approvals"}, command...)...).ends()
		s.clean(screen)
	}
	watch := s.sits("", "approvals", "watch", "--interval", "10ms")
	watch.screen.waitFor(s.t, settlePattern)
	_ = watch.cmd.Process.Signal(syscall.SIGINT)
	_, screen := watch.ends()
	s.clean(strings.ReplaceAll(screen, "^C", ""))
	p := s.sits("", "approvals", "approve", code)
	p.asked()
	exit, screen := p.types("abcde\n")
	if exit == 0 {
		s.t.Errorf("what it says of itself approves it:\n%s", screen)
	}
	s.clean(screen)
	for line := range strings.Lines(screen) {
		for _, ours := range []string{"Type abcde", "! It can be undone"} {
			if strings.HasPrefix(line, ours) {
				s.t.Errorf("a line of somebody else: %q", line)
			}
		}
	}
	s.decides(w, code)
}
