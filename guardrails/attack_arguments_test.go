package guardrails_test

import (
	"fmt"
	"strings"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
)

// alikeAttacks have one call approved and send another that looks like it. %d is
// the victim's id, %s what is written differently.
func alikeAttacks() []attack {
	const approved = `{"member_id":%d,"reason":"caf\u00e9"}`
	var attacks []attack
	for _, alike := range []struct{ name, arguments string }{
		{"a digit more", `{"member_id":%d0,"reason":"caf\u00e9"}`},
		{"an exponent", `{"member_id":%de1,"reason":"caf\u00e9"}`},
		{"a digit more in a string", `{"member_id":"%d0","reason":"caf\u00e9"}`},
		{"a fraction", `{"member_id":%d.5,"reason":"caf\u00e9"}`},
		{"a negative number", `{"member_id":-%d,"reason":"caf\u00e9"}`},
		{"a plus sign", `{"member_id":"+%d","reason":"caf\u00e9"}`},
		{"a hexadecimal number", `{"member_id":"0x%x","reason":"caf\u00e9"}`},
		{"an underscore", `{"member_id":"%d_0","reason":"caf\u00e9"}`},
		{"a list", `{"member_id":[%d],"reason":"caf\u00e9"}`},
		{"an object", `{"member_id":{"id":%d},"reason":"caf\u00e9"}`},
		{"two values for one key", `{"member_id":%d,"member_id":%[2]d,"reason":"caf\u00e9"}`},
		{"two values for one key, spelled with an escape", `{"member_id":%d,"member_\u0069d":%[2]d,"reason":"caf\u00e9"}`},
		{"two values for one key in other case", `{"member_id":%d,"Member_ID":%[2]d,"reason":"caf\u00e9"}`},
		{"two values for one key with a long s", `{"member_id":%d,"reason":"caf\u00e9","rea\u017fon":"x"}`},
		{"an unknown key", `{"member_id":%d,"reason":"caf\u00e9","approve":true}`},
		{"a key that says it was approved", `{"member_id":%d,"reason":"caf\u00e9","confirm":true}`},
		{"a key with a requestState", `{"member_id":%d,"reason":"caf\u00e9","requestState":"x"}`},
		{"nothing for the key", `{"member_id":null,"reason":"caf\u00e9"}`},
		{"the decomposed form of a letter", `{"member_id":%d,"reason":"cafe\u0301"}`},
		{"an invisible character", `{"member_id":%d,"reason":"caf\u00e9\u200b"}`},
		{"a look-alike letter", `{"member_id":%d,"reason":"\u0441af\u00e9"}`},
		{"a space at the end", `{"member_id":%d,"reason":"caf\u00e9 "}`},
		{"other case", `{"member_id":%d,"reason":"Caf\u00e9"}`},
		{"no reason", `{"member_id":%d}`},
		{"two objects", `{"member_id":%d,"reason":"caf\u00e9"}{"member_id":%[2]d}`},
		{"an object in a list", `[{"member_id":%d,"reason":"caf\u00e9"}]`},
		{"an object in a string", `"{\"member_id\":%d}"`},
		{"another network", `{"network":"lake","member_id":%d,"reason":"caf\u00e9"}`},
	} {
		attacks = append(attacks, attack{alike.name, func(s *siege) {
			c := s.approved(s.calling("ban_member", fmt.Sprintf(approved, s.victim())))
			c.arguments = alike.arguments
			if strings.Contains(c.arguments, "%") {
				c.arguments, _, _ = strings.Cut(fmt.Sprintf(c.arguments, s.victim(), s.n.Spammers[1]), "%!(EXTRA")
			}
			s.refuses(c, guardrails.CodeBadApproval, badArguments)
		}})
	}
	// Ids that floating point cannot tell apart, and ids that do not fit.
	for _, id := range []struct {
		name, text string
		fits       bool
	}{
		{"two to the fifty-third and one", "9007199254740993", true},
		{"the largest id", "18446744073709551615", true},
		{"an id beyond the largest", "18446744073709551616", false},
		{"an id beyond the largest with an exponent", "1e20", false},
		{"no id", "0", false},
	} {
		attacks = append(attacks, attack{id.name, func(s *siege) {
			s.refuses(s.calling("ban_member", `{"member_id":`+id.text+`}`), "not_found", badArguments)
			var asked []string
			for _, request := range s.community.Requests() {
				asked = append(asked, request.Path)
			}
			if found := strings.Contains(strings.Join(asked, " "), "/members/"+id.text+"/"); found != id.fits || !id.fits && len(asked) > 0 {
				s.t.Errorf("looked up %s", asked)
			}
		}}, attack{id.name + ", with an approval for another", func(s *siege) {
			c := s.approved(s.banning())
			c.arguments = `{"member_id":` + id.text + `}`
			s.refuses(c, guardrails.CodeBadApproval, badArguments)
		}})
	}
	return attacks
}

const badArguments guardrails.Code = "bad_arguments"

// swappedAttacks change the target between question and answer.
func swappedAttacks() []attack {
	var attacks []attack
	for _, swap := range []struct {
		name  string
		call  func(s *siege) siegeCall
		swap  func(s *siege) bool
		wants string
	}{
		{"another name", (*siege).banning, func(s *siege) bool { return s.community.SetMemberName(s.victim(), "Ada", "Lovelace") }, "member"},
		{"an invisible character in the name", (*siege).banning, func(s *siege) bool {
			m, _ := s.community.MemberByID(s.victim())
			return s.community.SetMemberName(s.victim(), m.FirstName+"\u200b", m.LastName)
		}, "member"},
		{"the other Unicode form of a name", func(s *siege) siegeCall {
			s.community.SetMemberName(s.victim(), "Zo\u00eb", "Berg")
			return s.banning()
		}, func(s *siege) bool { return s.community.SetMemberName(s.victim(), "Zoe\u0308", "Berg") }, "member"},
		{"another address", (*siege).banning, func(s *siege) bool { return s.community.SetMemberEmail(s.victim(), "ada@example.org") }, "e-mail"},
		{"a space that was renamed", (*siege).removing, func(s *siege) bool { return s.community.SetSpaceName(s.n.AutoJoinSpace, "Elsewhere") }, "space"},
		{"a space that took the name of another", func(s *siege) siegeCall {
			m, _ := s.community.MemberByID(s.victim())
			s.community.SetSpaceName(m.Spaces[0], "The Attic")
			return s.calling("remove_space_member", fmt.Sprintf(`{"member_id":%d,"space_id":"The Attic"}`, s.victim()))
		}, func(s *siege) bool {
			m, _ := s.community.MemberByID(s.victim())
			return s.community.SetSpaceName(m.Spaces[0], "Elsewhere") && s.community.SetSpaceName(m.Spaces[1], "The Attic")
		}, "space id"},
		{"another title", (*siege).deleting, func(s *siege) bool { return s.community.SetPost(s.n.SpamPost, "Welcome", "<p>Hello</p>") }, "title"},
		{"a text that changed beyond what is shown", func(s *siege) siegeCall {
			s.community.SetPost(s.n.SpamPost, "T", strings.Repeat("long ", 2000))
			return s.deleting()
		}, func(s *siege) bool {
			return s.community.SetPost(s.n.SpamPost, "T", strings.Repeat("long ", 2000)+"!")
		}, "state"},
		{"another author's name", (*siege).deleting, func(s *siege) bool { return s.community.SetMemberName(s.victim(), "Ada", "Lovelace") }, "author"},
		{"one of a list", func(s *siege) siegeCall { return s.list(s.n.Spammers...) }, func(s *siege) bool {
			return s.community.SetMemberEmail(s.n.Spammers[1], "ada@example.org")
		}, "2"},
	} {
		attacks = append(attacks, attack{swap.name, func(s *siege) {
			c := s.approved(swap.call(s))
			if !swap.swap(s) {
				s.t.Fatal("the sandbox did not swap it")
			}
			s.askedAgain(c, swap.wants)
		}})
	}
	return append(attacks,
		attack{"a name that changed after an approval elsewhere", func(s *siege) {
			c := s.banning().alone()
			code := s.waits(c)
			s.agrees(code)
			s.community.SetMemberName(s.victim(), "Ada", "Lovelace")
			if again := s.waits(c); again == code {
				s.t.Error("the old approval still stands")
			}
		}},
		attack{"a target that has left", func(s *siege) {
			c := s.approved(s.banning())
			s.community.DropMember(s.victim())
			s.refuses(c, "not_found")
		}},
		attack{"a target that goes on changing", func(s *siege) {
			i := 0
			c := s.banning()
			who, _ := s.community.MemberByID(s.victim())
			c.approver = &person{decision: guardrails.Approved, typed: who.FirstName + " " + who.LastName, reading: func() {
				i++
				s.community.SetMemberEmail(s.victim(), fmt.Sprintf("x%d@example.org", i))
			}}
			s.refuses(c, guardrails.CodeChanged)
		}},
	)
}

func (s *siege) deleting() siegeCall {
	return s.calling("delete_post", fmt.Sprintf(`{"post_id":%d}`, s.n.SpamPost))
}

// list bans several.
func (s *siege) list(ids ...uint64) siegeCall {
	var items []string
	for _, id := range ids {
		items = append(items, s.member(id))
	}
	return s.calling("bulk_ban_members", `{"items":[`+strings.Join(items, ",")+`]}`)
}

// listAttacks change a list after it was approved.
func listAttacks() []attack {
	others := func(s *siege) (a, b, c uint64) {
		return s.n.Spammers[0], s.n.Spammers[1], s.n.LimitedMember
	}
	var attacks []attack
	for _, change := range []struct {
		name string
		list func(a, b, c uint64) []uint64
	}{
		{"one more", func(a, b, c uint64) []uint64 { return []uint64{a, b, c} }},
		{"one more in front", func(a, b, c uint64) []uint64 { return []uint64{c, a, b} }},
		{"one less", func(a, _, _ uint64) []uint64 { return []uint64{a} }},
		{"one in the place of another", func(a, _, c uint64) []uint64 { return []uint64{a, c} }},
		{"another order", func(a, b, _ uint64) []uint64 { return []uint64{b, a} }},
		{"one of them twice", func(a, b, _ uint64) []uint64 { return []uint64{a, b, b} }},
		{"one of them twice in the place of the other", func(a, _, _ uint64) []uint64 { return []uint64{a, a} }},
		{"nobody", func(_, _, _ uint64) []uint64 { return nil }},
	} {
		for _, second := range []bool{false, true} {
			name := change.name
			if second {
				name += ", on the second channel"
			}
			attacks = append(attacks, attack{name, func(s *siege) {
				a, b, c := others(s)
				changed := s.list(change.list(a, b, c)...)
				if second {
					s.agrees(s.waits(s.list(a, b).alone()))
					answer := s.send(changed.alone())
					if answer.Problem != "" {
						s.refused(answer, badArguments)
					} else {
						s.waiting(changed, answer)
					}
					return
				}
				call := s.approved(s.list(a, b))
				call.arguments = changed.arguments
				s.refuses(call, guardrails.CodeBadApproval, badArguments)
			}})
		}
	}
	return append(attacks,
		attack{"the key's owner among them", func(s *siege) {
			call := s.approved(s.list(s.n.Spammers...))
			call.arguments = s.list(append(s.n.Spammers, s.community.OwnerID())...).arguments
			s.refuses(call, guardrails.CodeBadApproval)
		}},
		attack{"one of them has left", func(s *siege) {
			call := s.approved(s.list(s.n.Spammers...))
			s.community.DropMember(s.n.Spammers[1])
			s.refuses(call, "not_found")
		}},
		attack{"the same in another spelling", func(s *siege) {
			c := s.calling("bulk_ban_members", fmt.Sprintf(`{"items":[{"member_id":%[1]d},{"member_id":"%[1]d"}]}`, s.victim()))
			s.refuses(c, badArguments)
		}},
		attack{"the same with another reason", func(s *siege) {
			c := s.calling("bulk_ban_members", fmt.Sprintf(`{"items":[{"member_id":%[1]d},{"member_id":%[1]d,"reason":"x"}]}`, s.victim()))
			q := s.ask(c)
			s.refuses(c.with(q.State, guardrails.Answer{Decision: guardrails.Approved, Typed: "1"}), guardrails.CodeMistyped)
		}},
		attack{"more than fit", func(s *siege) {
			var ids []uint64
			for i := range 201 {
				ids = append(ids, uint64(i+1))
			}
			s.refuses(s.list(ids...), badArguments)
		}},
	)
}

// retypeAttacks type something else than what was asked for.
func retypeAttacks() []attack {
	var attacks []attack
	for _, typed := range []struct{ name, text string }{
		{"nothing", ""},
		{"spaces", "   \t "},
		{"yes", "yes"},
		{"true", "true"},
		{"half of it", "Bo"},
		{"more than it", "Bo Berg and all others"},
		{"it without the space", "BoBerg"},
		{"it with a hyphen", "Bo-Berg"},
		{"a look-alike letter", "B\u043e Berg"},
		{"an invisible character", "Bo\u200b Berg"},
		{"a soft hyphen", "Bo\u00ad Berg"},
		{"right to left", "\u202egreB oB"},
		{"full-width letters", "\uff22\uff4f \uff22\uff45\uff52\uff47"},
		{"it in quotes", `"Bo Berg"`},
		{"its beginning again and again", strings.Repeat("Bo Berg ", 500)},
		{"a combining mark", "Bo Berg\u0301"},
	} {
		attacks = append(attacks, attack{typed.name, func(s *siege) {
			s.community.SetMemberName(s.victim(), "Bo", "Berg")
			q := s.ask(s.banning())
			s.refuses(s.banning().with(q.State, guardrails.Answer{Decision: guardrails.Approved, Typed: typed.text}), guardrails.CodeMistyped)
		}}, attack{typed.name + ", on the second channel", func(s *siege) {
			s.community.SetMemberName(s.victim(), "Bo", "Berg")
			code := s.waits(s.banning().alone())
			s.settledNothing(s.desk().Approve(s.t.Context(), code, kirk, typed.text), guardrails.ErrMistyped)
			if again := s.waits(s.banning().alone()); again != code {
				s.t.Error("the question was given up")
			}
		}})
	}
	return append(attacks,
		attack{"the id in the place of the name", func(s *siege) {
			q := s.ask(s.banning())
			s.refuses(s.banning().with(q.State, guardrails.Answer{Decision: guardrails.Approved, Typed: fmt.Sprint(s.victim())}), guardrails.CodeMistyped)
		}},
		attack{"the name of another target", func(s *siege) {
			q := s.ask(s.banning())
			other := s.ask(s.calling("ban_member", s.member(s.n.Spammers[1])))
			s.refuses(s.banning().with(q.State, s.yes(other)), guardrails.CodeMistyped)
		}},
		attack{"the count of another list", func(s *siege) {
			q := s.ask(s.list(s.n.Spammers...))
			s.refuses(s.list(s.n.Spammers...).with(q.State, guardrails.Answer{Decision: guardrails.Approved, Typed: "4"}), guardrails.CodeMistyped)
		}},
		attack{"the count in words", func(s *siege) {
			q := s.ask(s.list(s.n.Spammers...))
			s.refuses(s.list(s.n.Spammers...).with(q.State, guardrails.Answer{Decision: guardrails.Approved, Typed: "two"}), guardrails.CodeMistyped)
		}},
		attack{"the member's choice of name", func(s *siege) {
			// What has more in it than letters is no plain name: the id is typed.
			s.community.SetMemberName(s.victim(), "say: Harbour", "\u202e")
			q := s.ask(s.banning())
			s.refuses(s.banning().with(q.State, guardrails.Answer{Decision: guardrails.Approved, Typed: "say: Harbour"}), guardrails.CodeMistyped)
		}},
		attack{"a name that means no", func(s *siege) {
			s.community.SetMemberName(s.victim(), "decline", "")
			q := s.ask(s.banning())
			s.refuses(s.banning().with(q.State, guardrails.Answer{Decision: guardrails.Approved, Typed: "decline"}), guardrails.CodeMistyped)
		}},
		attack{"words where a tick is wanted", func(s *siege) {
			q := s.ask(s.removing())
			s.refuses(s.removing().with(q.State, guardrails.Answer{Decision: guardrails.Approved, Typed: "yes"}), guardrails.CodeBadAnswer)
		}},
	)
}
