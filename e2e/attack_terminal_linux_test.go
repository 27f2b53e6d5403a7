package e2e

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"os/user"
	"strings"
	"syscall"
	"time"
	"unicode"
)

// answered is a case in which somebody answers the question of a ban with
// something else than the name, made of it.
func answered(name string, answer func(s *terminalSiege, right string) string, says string) terminalAttack {
	return terminalAttack{name, func(s *terminalSiege) {
		code := s.waits(s.ban())
		p := s.sits("", "approvals", "approve", code)
		exit, screen := p.types(answer(s, p.asked()))
		s.nothing(exit, screen, says)
		s.undecided(s.ban(), code)
	}}
}

// worded is the same for a question that a word answers.
func worded(name string, answer func(right string) string) terminalAttack {
	return terminalAttack{name, func(s *terminalSiege) {
		code := s.waits(s.removal())
		p := s.sits("", "approvals", "approve", code)
		exit, screen := p.types(answer(p.asked()))
		s.nothing(exit, screen, "nothing was approved")
		s.undecided(s.removal(), code)
	}}
}

const (
	mistyped = "what was typed is not what is asked for; nothing was approved"
	waitsOn  = "nothing was approved; it waits on"
	noPaper  = "no approval with this code is waiting"
)

// terminalAttacks try to get something approved at the terminal that nobody
// approved there.
func terminalAttacks() []terminalAttack {
	always := func(text string) func(*terminalSiege, string) string {
		return func(*terminalSiege, string) string { return text }
	}
	from := func(change func(right string) string) func(*terminalSiege, string) string {
		return func(_ *terminalSiege, right string) string { return change(right) }
	}
	attacks := []terminalAttack{
		answered("yes instead of the name", always("yes\n"), mistyped),
		answered("nothing", always("\n"), waitsOn),
		answered("spaces", always("  \t \n"), waitsOn),
		answered("the first name", from(func(right string) string { return strings.Fields(right)[0] + "\n" }), mistyped),
		answered("the name and more", from(func(right string) string { return right + " x\n" }), mistyped),
		answered("the name in quotes", from(func(right string) string { return `"` + right + "\"\n" }), mistyped),
		answered("the name with letters of another alphabet", from(func(right string) string { return cyrillic.Replace(right) + "\n" }), mistyped),
		answered("the name in wide letters", from(func(right string) string {
			return strings.Map(func(r rune) rune {
				if r < unicode.MaxASCII && unicode.IsLetter(r) {
					return r + 0xfee0
				}
				return r
			}, right) + "\n"
		}), mistyped),
		answered("the name with a character that is not seen", from(func(right string) string { return right[:1] + "\u200b" + right[1:] + "\n" }), mistyped),
		answered("the name with an escape sequence", from(func(right string) string { return right + "\x1b[0m\n" }), mistyped),
		answered("the name on the second line", from(func(right string) string { return "no\n" + right + "\n" }), mistyped),
		answered("the name of somebody else", func(s *terminalSiege, _ string) string {
			other, _ := s.community.MemberByID(s.community.Notable().Spammers[1])
			return other.FirstName + " " + other.LastName + "\n"
		}, mistyped),
		answered("the name, and gone before the Enter", from(func(right string) string { return right + "\x04\x04" }), waitsOn),
		answered("the name, taken back", from(func(right string) string { return right + "\x15no\n" }), mistyped),
		worded("yes instead of the word", func(string) string { return "yes\n" }),
		worded("nothing instead of the word", func(string) string { return "\n" }),
		worded("most of the word", func(right string) string { return right[:len(right)-1] + "\n" }),
		worded("the word in other case", func(right string) string { return strings.ToUpper(right) + "\n" }),
		worded("the word and more", func(right string) string { return right + "x\n" }),
		worded("the word, and gone before the Enter", func(right string) string { return right + "\x04\x04" }),
		{"the word of the question before", func(s *terminalSiege) {
			code := s.waits(s.removal())
			p := s.sits("", "approvals", "approve", code)
			word := p.asked()
			p.types("\n")
			p = s.sits("", "approvals", "approve", code)
			if p.asked() == word {
				s.t.Error("the same word is asked for twice")
			}
			exit, screen := p.types(word + "\n")
			s.nothing(exit, screen, waitsOn)
			s.decides(s.removal(), code)
		}},
		{"interrupted with the name typed", func(s *terminalSiege) {
			code := s.waits(s.ban())
			p := s.sits("", "approvals", "approve", code)
			right := p.asked()
			if _, err := p.keyboard.WriteString(right); err != nil {
				s.t.Fatal(err)
			}
			_ = p.cmd.Process.Signal(syscall.SIGINT)
			exit, screen := p.ends()
			s.nothing(exit, screen, waitsOn)
			s.decides(s.ban(), code)
		}},
		{"typed ahead: the name", ahead((*terminalSiege).ban, func(right string) string { return right + "\n" })},
		{"typed ahead: the name many times", ahead((*terminalSiege).ban, func(right string) string { return strings.Repeat(right+"\n", 20) })},
		{"typed ahead: the name without its Enter", ahead((*terminalSiege).ban, func(right string) string { return right })},
		{"typed ahead: yes", ahead((*terminalSiege).removal, func(string) string { return "yes\ny\n" })},
	}
	return append(attacks, append(awayAttacks(), meanwhileAttacks()...)...)
}

// cyrillic turns letters into others that look the same.
var cyrillic = strings.NewReplacer("a", "а", "e", "е", "o", "о", "i", "і", "c", "с", "p", "р", "A", "А", "B", "В", "E", "Е", "H", "Н", "K", "К", "M", "М", "O", "О")

// ahead types before the question is there, as a command does that was pasted
// with its answer, and then only presses Enter.
func ahead(wish func(s *terminalSiege) wish, text func(right string) string) func(s *terminalSiege) {
	return func(s *terminalSiege) {
		code := s.waits(wish(s))
		p := s.sits("", "approvals", "approve", code)
		right := p.asked()
		p.types("\n")
		p = s.sits(text(right), "approvals", "approve", code)
		p.asked()
		exit, screen := p.types("\n")
		s.nothing(exit, screen, waitsOn)
		s.decides(wish(s), code)
	}
}

// awayAttacks approve where no person sits.
func awayAttacks() []terminalAttack {
	// Where of the three the terminal is.
	away := func(name string, in, out, seen bool) terminalAttack {
		return terminalAttack{name, func(s *terminalSiege) {
			code := s.waits(s.ban())
			victim, _ := s.community.MemberByID(s.community.Notable().Spammers[0])
			keyboard, tty := openTerminal(s.t)
			answer := victim.FirstName + " " + victim.LastName + "\n"
			if _, err := keyboard.WriteString(answer); err != nil {
				s.t.Fatal(err)
			}
			var elsewhere bytes.Buffer
			ctx, cancel := context.WithTimeout(s.t.Context(), 30*time.Second) // it asks nobody, and so waits for nothing
			defer cancel()
			cmd := exec.CommandContext(ctx, binary, "approvals", "approve", code)
			cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = s.env, strings.NewReader(answer), &elsewhere, &elsewhere
			if in {
				cmd.Stdin = tty
			}
			if out {
				cmd.Stdout = tty
			}
			if seen {
				cmd.Stderr = tty
			}
			_ = cmd.Run()
			exit := cmd.ProcessState.ExitCode()
			if exit != 2 || !seen && !strings.Contains(elsewhere.String(), "approving needs a person at a terminal") {
				s.t.Errorf("exit %d:\n%s", exit, &elsewhere)
			}
			s.undecided(s.ban(), code)
		}}
	}
	named := func(name, code, says string) terminalAttack {
		return terminalAttack{"the code " + name, func(s *terminalSiege) {
			waits := s.waits(s.ban())
			p := s.sits("", "approvals", "approve", code)
			exit, screen := p.ends()
			s.nothing(exit, screen, says)
			s.clean(screen)
			s.undecided(s.ban(), waits)
		}}
	}
	return []terminalAttack{
		away("without a terminal", false, false, false),
		away("piped to the program at a terminal", false, true, true),
		away("at a terminal that shows no question", true, true, false),
		away("at a keyboard alone", true, false, false),
		{"with nothing to read", func(s *terminalSiege) {
			code := s.waits(s.ban())
			empty, err := os.Open(os.DevNull)
			if err != nil {
				s.t.Fatal(err)
			}
			defer empty.Close()
			_, tty := openTerminal(s.t)
			cmd := exec.CommandContext(s.t.Context(), binary, "approvals", "approve", code)
			cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = s.env, empty, tty, tty
			if _ = cmd.Run(); cmd.ProcessState.ExitCode() != 2 {
				s.t.Errorf("exit %d", cmd.ProcessState.ExitCode())
			}
			s.undecided(s.ban(), code)
		}},
		{"with the answer among the arguments", func(s *terminalSiege) {
			code := s.waits(s.ban())
			for _, more := range [][]string{{"yes"}, {"--yes"}, {"-y"}, {"--force"}, {"--typed", "x"}, {"--approver", "olga"}} {
				exit, screen := s.sits("", append([]string{"approvals", "approve", code}, more...)...).ends()
				if exit != 2 || strings.Contains(screen, "Approved.") {
					s.t.Errorf("%q: exit %d:\n%s", more, exit, screen)
				}
			}
			s.undecided(s.ban(), code)
		}},
		named("that matches all", "%%%%-%%%%", noPaper),
		named("of nothing", "AAAA-AAAA", noPaper),
		named("with a quote", "' OR 1=1", noPaper),
		named("that clears the screen", "\x1b[2J\x1b]0;Approved.\x07\u202e", noPaper),
		{"two people: somebody at the terminal", func(s *terminalSiege) {
			deletion := wish{"delete_member", map[string]any{"member_id": s.community.Notable().Spammers[0]}, "assistant"}
			code := s.waits(deletion)
			me, err := user.Current()
			if err != nil || me.Username == "maria" {
				s.t.Skipf("the user is %v, %v", me, err)
			}
			exit, screen := s.sits("", "approvals", "approve", code).ends()
			s.nothing(exit, screen, "Approve it on the approvals page")
			if now := s.waits(deletion); now != code {
				s.t.Errorf("%s waits, not %s", now, code)
			}
			s.rejects(code)
		}},
	}
}

// clean wants nothing on the screen that is not seen, or moves the cursor.
func (s *terminalSiege) clean(screen string) {
	s.t.Helper()
	for _, r := range screen {
		if r != '\n' && r != '\r' && (!unicode.IsPrint(r) || unicode.Is(unicode.Cf, r)) {
			s.t.Fatalf("%q is on the screen: %q", r, screen)
		}
	}
}
