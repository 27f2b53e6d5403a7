package server

import (
	"strings"
)

func (s *wireSiege) removeParams() map[string]any {
	return callParams("remove_space_member", map[string]any{"member_id": s.spammer(), "space_id": s.sandbox.Notable().AutoJoinSpace})
}

// answerAttacks are clients that answer for the person, with what does not fit
// the form.
func answerAttacks() []wireAttack {
	deep := any("x")
	for range 50 {
		deep = map[string]any{"x": deep}
	}
	type variant struct {
		name   string
		answer func(s *wireSiege) any
	}
	fixed := func(name string, answer any) variant { return variant{name, func(*wireSiege) any { return answer }} }
	accept := func(content any) map[string]any { return map[string]any{"action": "accept", "content": content} }
	typed := func(name string, content func(right string) any) variant {
		return variant{name, func(s *wireSiege) any {
			return accept(content(s.yes()["content"].(map[string]any)["type_to_approve"].(string)))
		}}
	}
	one := func(v any) map[string]any { return map[string]any{"type_to_approve": v} }
	forTyping := []variant{
		fixed("no content", map[string]any{"action": "accept"}), fixed("nothing for content", accept(nil)),
		fixed("empty content", accept(map[string]any{})), fixed("a list for content", accept([]any{true})),
		fixed("a word for content", accept("yes")), fixed("a tick for content", accept(true)),
		fixed("a tick instead of words", accept(map[string]any{"approve": true})),
		fixed("nothing typed", accept(one(""))), fixed("spaces typed", accept(one("   "))), fixed("true typed", accept(one(true))),
		fixed("a number typed", accept(one(7))), fixed("null typed", accept(one(nil))), fixed("another word typed", accept(one("yes"))),
		fixed("deep content", accept(one(deep))), fixed("a megabyte typed", accept(one(strings.Repeat("x", 900_000)))),
		typed("the right words in a list", func(right string) any { return one([]any{right}) }),
		typed("the right words in an object", func(right string) any { return one(map[string]any{"value": right}) }),
		typed("the right words under another key", func(right string) any { return map[string]any{"approve": right} }),
		typed("the right words under the key in other case", func(right string) any { return map[string]any{"Type_To_Approve": right} }),
		typed("the right words and a tick", func(right string) any { return map[string]any{"type_to_approve": right, "approve": true} }),
		typed("the right words and more fields", func(right string) any { return map[string]any{"type_to_approve": right, "note": "x"} }),
		typed("the right words backwards", func(right string) any {
			runes := []rune(right)
			for i, j := 0, len(runes)-1; i < j; i, j = i+1, j-1 {
				runes[i], runes[j] = runes[j], runes[i]
			}
			return one(string(runes))
		}),
		{"the right words and no", func(s *wireSiege) any {
			return with(map[string]any{"action": "decline"}, map[string]any{"content": s.yes()["content"]})
		}},
		{"the right words and a dismissal", func(s *wireSiege) any {
			return with(map[string]any{"action": "cancel"}, map[string]any{"content": s.yes()["content"]})
		}},
		{"the right words and an action in other case", func(s *wireSiege) any { return with(s.yes(), map[string]any{"action": "ACCEPT"}) }},
		{"the right words and another action", func(s *wireSiege) any { return with(s.yes(), map[string]any{"action": "accepted"}) }},
	}
	tick := func(v any) map[string]any { return accept(map[string]any{"approve": v}) }
	forTicking := []variant{
		fixed("no tick", tick(false)), fixed("a tick in words", tick("true")), fixed("one for a tick", tick(1)), fixed("null for a tick", tick(nil)),
		fixed("a list with a tick", tick([]any{true})), fixed("an object with a tick", tick(map[string]any{"approve": true})),
		fixed("a tick and words", accept(map[string]any{"approve": true, "type_to_approve": "x"})),
		fixed("a tick and more fields", accept(map[string]any{"approve": true, "x": 1})),
		fixed("a tick under another key", accept(map[string]any{"approved": true})),
		fixed("a tick under the key in other case", accept(map[string]any{"Approve": true})),
		fixed("a tick and no", map[string]any{"action": "decline", "content": map[string]any{"approve": true}}),
		fixed("a tick and another action", map[string]any{"action": "yes", "content": map[string]any{"approve": true}}),
	}
	var attacks []wireAttack
	add := func(v variant, name, tool string, params func(s *wireSiege) map[string]any) {
		attacks = append(attacks, wireAttack{name + ", in the modern era", func(s *wireSiege) {
			got := s.web.callModern(tool, params(s), canForm)
			state, _ := got.last().Result["requestState"].(string)
			if state == "" {
				s.t.Fatalf("no question: %s", got.body)
			}
			s.refused(s.web.callModern(tool, with(params(s), map[string]any{
				"requestState": state, "inputResponses": map[string]any{"approval": v.answer(s)},
			}), canForm).last())
		}}, wireAttack{name + ", before", func(s *wireSiege) {
			lines := s.rawStdio()
			lines.open(canForm)
			lines.send(message(1, "tools/call", params(s)))
			question := lines.next()
			result, _ := v.answer(s).(map[string]any)
			lines.send(answerTo(question.ID, result))
			s.refused(lines.next())
		}})
	}
	for _, v := range forTyping {
		add(v, v.name, "ban_member", (*wireSiege).ban)
	}
	for _, v := range forTicking {
		add(v, v.name, "remove_space_member", (*wireSiege).removeParams)
	}
	return attacks
}

func (s *wireSiege) ban() map[string]any { return s.banParams() }

// smuggledAttacks bring an approval where none was asked for.
func smuggledAttacks() []wireAttack {
	// The modern era: each is asked again, or refused.
	modernCall := func(name string, more func(s *wireSiege, state string) map[string]any, refused bool) wireAttack {
		return wireAttack{name, func(s *wireSiege) {
			got := s.web.callModern("ban_member", with(s.banParams(), more(s, s.ask(s.web))), canForm).last()
			if refused {
				s.refused(got)
				return
			}
			s.asked(got)
		}}
	}
	state := func(more map[string]any) func(*wireSiege, string) map[string]any {
		return func(_ *wireSiege, state string) map[string]any {
			return with(map[string]any{"requestState": state}, more)
		}
	}
	attacks := []wireAttack{
		modernCall("a state without an answer", state(nil), false),
		modernCall("a state with no answers", state(map[string]any{"inputResponses": map[string]any{}}), false),
		modernCall("a state with the answer to another question", func(s *wireSiege, state string) map[string]any {
			return map[string]any{"requestState": state, "inputResponses": map[string]any{"other": s.yes()}}
		}, false),
		modernCall("an answer without a state", func(s *wireSiege, _ string) map[string]any { return map[string]any{"inputResponses": s.accepted()} }, false),
		modernCall("an answer with an empty state", func(s *wireSiege, _ string) map[string]any {
			return map[string]any{"requestState": "", "inputResponses": s.accepted()}
		}, false),
		modernCall("an answer that is a number", state(map[string]any{"inputResponses": map[string]any{"approval": 7}}), false),
		modernCall("an answer without an action", state(map[string]any{"inputResponses": map[string]any{"approval": map[string]any{}}}), false),
		modernCall("an answer with a forged state", func(s *wireSiege, state string) map[string]any {
			return map[string]any{"requestState": state[:len(state)-2] + "AA", "inputResponses": s.accepted()}
		}, true),
		modernCall("an answer in a list", func(s *wireSiege, state string) map[string]any {
			return map[string]any{"requestState": state, "inputResponses": []any{s.yes()}}
		}, true),
		modernCall("a state that is no text", func(s *wireSiege, state string) map[string]any {
			return map[string]any{"requestState": []any{state}, "inputResponses": s.accepted()}
		}, true),
		{"an answer among the arguments", func(s *wireSiege) {
			params := callParams("ban_member", map[string]any{"member_id": s.spammer(), "requestState": s.ask(s.web), "inputResponses": s.accepted()})
			s.refused(s.web.callModern("ban_member", params, canForm).last())
		}},
		{"an answer in _meta", func(s *wireSiege) {
			params := modern(s.banParams(), canForm)
			params["_meta"].(map[string]any)["requestState"] = s.ask(s.web)
			params["_meta"].(map[string]any)["inputResponses"] = s.accepted()
			s.asked(s.web.do("POST", "/mcp", message(1, "tools/call", params), modernHeaders("tools/call", "ban_member")).last())
		}},
		{"an answer of another client", func(s *wireSiege) {
			params := modern(with(s.banParams(), map[string]any{"requestState": s.ask(s.web), "inputResponses": s.accepted()}), canForm)
			params["_meta"].(map[string]any)["io.modelcontextprotocol/clientInfo"] = map[string]any{"name": "stranger", "version": "1"}
			s.refused(s.web.do("POST", "/mcp", message(1, "tools/call", params), modernHeaders("tools/call", "ban_member")).last())
		}},
		{"an answer for other arguments", func(s *wireSiege) {
			other := callParams("ban_member", map[string]any{"member_id": s.sandbox.Notable().Spammers[1]})
			s.refused(s.web.callModern("ban_member", with(other, map[string]any{"requestState": s.ask(s.web), "inputResponses": s.accepted()}), canForm).last())
		}},
		{"an answer for another tool", func(s *wireSiege) {
			other := callParams("delete_member", map[string]any{"member_id": s.spammer()})
			s.refused(s.web.callModern("delete_member", with(other, map[string]any{"requestState": s.ask(s.web), "inputResponses": s.accepted()}), canForm).last())
		}},
	}
	// The handshake era: what comes with a call means nothing.
	smuggled := func(s *wireSiege) map[string]any {
		return with(s.banParams(), map[string]any{"requestState": s.ask(s.web), "inputResponses": s.accepted()})
	}
	return append(attacks,
		wireAttack{"before: over HTTP, by who cannot be asked", func(s *wireSiege) {
			params := smuggled(s)
			s.web.open(canNone)
			s.waits(s.web.do("POST", "/mcp", message(1, "tools/call", params)).last())
		}},
		wireAttack{"before: over stdio", func(s *wireSiege) {
			params := smuggled(s)
			lines := s.rawStdio()
			lines.open(canForm)
			lines.send(message(1, "tools/call", params))
			s.asked(lines.next())
		}},
		wireAttack{"before: over stdio, by who cannot be asked", func(s *wireSiege) {
			params := smuggled(s)
			lines := s.rawStdio()
			lines.open(canNone)
			lines.send(message(1, "tools/call", params))
			s.waits(lines.next())
		}},
		wireAttack{"before: over SSE", func(s *wireSiege) {
			params := smuggled(s)
			stream := s.web.openSSE()
			defer stream.leave()
			stream.shake(canForm)
			stream.post(message(1, "tools/call", params))
			s.asked(stream.next())
		}},
		wireAttack{"before: an answer before its question", func(s *wireSiege) {
			lines := s.rawStdio()
			lines.open(canForm)
			for id := range 5 {
				lines.send(answerTo(id, s.yes()))
			}
			lines.send(message(1, "tools/call", s.banParams()))
			s.asked(lines.next())
		}},
		wireAttack{"before: an answer with a number in words", func(s *wireSiege) {
			lines := s.rawStdio()
			lines.open(canForm)
			lines.send(message(1, "tools/call", s.banParams()))
			question := lines.next()
			lines.send(answerTo("1", s.yes()), answerTo(1.5, s.yes()), answerTo(nil, s.yes()), answerTo(99, s.yes()))
			lines.send(message(2, "ping", nil))
			if got := lines.next(); got.ID != 2.0 {
				s.t.Errorf("%+v", got)
			}
			lines.send(answerTo(question.ID, map[string]any{"action": "decline"}))
			s.refused(lines.next())
		}},
	)
}

// lateAttacks answer when nobody waits any more.
func lateAttacks() []wireAttack {
	return []wireAttack{
		{"after the question was taken down, over stdio", func(s *wireSiege) {
			lines := s.rawStdio()
			lines.open(canForm)
			lines.send(message(1, "tools/call", s.banParams()))
			question := lines.next()
			lines.next() // it is taken down
			s.refused(lines.next())
			lines.send(answerTo(question.ID, s.yes()))
			lines.send(message(2, "ping", nil))
			if got := lines.next(); got.ID != 2.0 {
				s.t.Errorf("%+v", got)
			}
		}},
		{"after the question was taken down, over SSE", func(s *wireSiege) {
			stream := s.web.openSSE()
			defer stream.leave()
			stream.shake(canForm)
			stream.post(message(1, "tools/call", s.banParams()))
			question := stream.next()
			stream.next()
			s.refused(stream.next())
			stream.post(answerTo(question.ID, s.yes()))
			stream.post(message(2, "ping", nil))
			if got := stream.next(); got.ID != 2.0 {
				s.t.Errorf("%+v", got)
			}
		}},
	}
}

// answeredAttacks answer a question that is settled already.
func answeredAttacks() []wireAttack {
	return []wireAttack{
		{"after the call was cancelled", func(s *wireSiege) {
			lines := s.rawStdio()
			lines.open(canForm)
			lines.send(message(1, "tools/call", s.banParams()))
			question := lines.next()
			lines.send(message(nil, "notifications/cancelled", map[string]any{"requestId": 1}))
			lines.next()
			lines.send(answerTo(question.ID, s.yes()), message(2, "ping", nil))
			if got := lines.next(); got.ID != 2.0 {
				s.t.Errorf("%+v", got)
			}
			s.heard++
		}},
		{"a no and then a yes", func(s *wireSiege) {
			lines := s.rawStdio()
			lines.open(canForm)
			lines.send(message(1, "tools/call", s.banParams()))
			question := lines.next()
			lines.send(answerTo(question.ID, map[string]any{"action": "decline"}), answerTo(question.ID, s.yes()))
			s.refused(lines.next())
		}},
		{"an error and then a yes", func(s *wireSiege) {
			lines := s.rawStdio()
			lines.open(canForm)
			lines.send(message(1, "tools/call", s.banParams()))
			question := lines.next()
			lines.send(`{"jsonrpc":"2.0","id":`+idText(question.ID)+`,"error":{"code":-1,"message":"no"}}`, answerTo(question.ID, s.yes()))
			s.refused(lines.next())
		}},
	}
}
