package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

func idText(id any) string {
	encoded, err := json.Marshal(id)
	if err != nil {
		panic(err)
	}
	return string(encoded)
}

// strangerAttacks are callers who use what is another caller's.
func strangerAttacks() []wireAttack {
	maria := func(s *wireSiege) *rawHTTP { return s.web.as(s.t, mariasToken) }
	bot := func(s *wireSiege) *rawHTTP { return s.web.as(s.t, botsToken) }
	return []wireAttack{
		{"the session of another, by a call", func(s *wireSiege) {
			m, b := maria(s), bot(s)
			m.open(canForm)
			b.session = m.session
			s.shut(b.do("POST", "/mcp", message(1, "tools/call", s.banParams())), http.StatusNotFound)
		}},
		{"the session of another, by listening", func(s *wireSiege) {
			m, b := maria(s), bot(s)
			m.open(canForm)
			b.session = m.session
			s.shut(b.do("GET", "/mcp", ""), http.StatusNotFound)
		}},
		{"the session of another, by ending it", func(s *wireSiege) {
			m, b := maria(s), bot(s)
			m.open(canForm)
			b.session = m.session
			s.shut(b.do("DELETE", "/mcp", ""), http.StatusNotFound)
			if got := m.do("POST", "/mcp", message(1, "ping", nil)); got.status != http.StatusOK {
				s.t.Errorf("it ended: %s", got.body)
			}
		}},
		{"the session of another, under a modern header", func(s *wireSiege) {
			m, b := maria(s), bot(s)
			m.open(canForm)
			b.session = m.session
			got := b.do("POST", "/mcp", message(1, "tools/call", s.banParams()), modernHeaders("tools/call", "ban_member"))
			if got.status == http.StatusOK {
				s.refusedOrWaits(got.last())
				return
			}
			s.shut(got, http.StatusBadRequest, http.StatusNotFound)
		}},
		{"the session of another, in the modern era", func(s *wireSiege) {
			m, b := maria(s), bot(s)
			m.open(canForm)
			b.session = m.session
			s.waits(b.callModern("ban_member", s.banParams(), canNone).last())
		}},
		{"the answer of another", func(s *wireSiege) {
			m, b := maria(s), bot(s)
			params := with(s.banParams(), map[string]any{"requestState": s.ask(m), "inputResponses": s.accepted()})
			s.refused(b.callModern("ban_member", params, canForm).last())
		}},
		{"the answer to a question of another", func(s *wireSiege) {
			m, b := maria(s), bot(s)
			m.open(canForm)
			response, err := m.request(s.t.Context(), "POST", "/mcp", message(1, "tools/call", s.banParams()))
			if err != nil {
				s.t.Fatal(err)
			}
			b.session = m.session
			for id := range 4 {
				s.shut(b.do("POST", "/mcp", answerTo(id, s.yes())), http.StatusNotFound)
			}
			m.do("DELETE", "/mcp", "")
			frames := readHTTP(s.t, response).frames
			s.refused(frames[len(frames)-1])
		}},
		{"the SSE session of another", func(s *wireSiege) {
			stream := maria(s).openSSE()
			defer stream.leave()
			stream.shake(canForm)
			s.shut(bot(s).do("POST", stream.endpoint, message(1, "tools/call", s.banParams())), http.StatusNotFound)
		}},
		{"the answer to a question of another, over SSE", func(s *wireSiege) {
			stream := maria(s).openSSE()
			defer stream.leave()
			stream.shake(canForm)
			stream.post(message(1, "tools/call", s.banParams()))
			question := stream.next()
			s.shut(bot(s).do("POST", stream.endpoint, answerTo(question.ID, s.yes())), http.StatusNotFound)
			stream.post(answerTo(question.ID, map[string]any{"action": "cancel"}))
			s.refused(stream.next())
		}},
		{"a session that never was", func(s *wireSiege) {
			b := bot(s)
			b.session = "mcp-session-4711"
			s.shut(b.do("POST", "/mcp", message(1, "tools/call", s.banParams())), http.StatusNotFound)
		}},
		{"no session", func(s *wireSiege) {
			s.shut(bot(s).do("POST", "/mcp", message(1, "tools/call", s.banParams())), http.StatusBadRequest)
		}},
		{"a name in the client's info", func(s *wireSiege) {
			params := modern(with(s.banParams(), map[string]any{"requestState": s.ask(maria(s)), "inputResponses": s.accepted()}), canForm)
			params["_meta"].(map[string]any)["io.modelcontextprotocol/clientInfo"] = map[string]any{"name": "maria", "version": "1"}
			s.refused(bot(s).do("POST", "/mcp", message(1, "tools/call", params), modernHeaders("tools/call", "ban_member")).last())
		}},
		{"a role in a header", func(s *wireSiege) {
			got := bot(s).do("POST", "/mcp", message(1, "tools/call", modern(s.banParams(), canNone)), modernHeaders("tools/call", "ban_member"),
				header("X-Role", "moderator"), header("X-Principal", "maria"))
			s.waits(got.last())
			if !s.logged("principal=chat-ops") {
				s.t.Error("the log does not know the caller")
			}
		}},
	}
}

func (s *wireSiege) refusedOrWaits(f frame) {
	s.t.Helper()
	if f.status() == "awaiting_approval" {
		s.waits(f)
		return
	}
	s.refused(f)
}

// envelopeAttacks bend the message around a call.
func envelopeAttacks() []wireAttack {
	post := func(name string, body func(s *wireSiege) string, change ...func(*http.Request)) wireAttack {
		return wireAttack{name, func(s *wireSiege) {
			got := s.web.do("POST", "/mcp", body(s), change...)
			if got.status != http.StatusOK {
				s.shut(got, got.status)
				return
			}
			s.refusedOrWaits(got.last())
		}}
	}
	call := func(s *wireSiege, params map[string]any) string {
		return message(1, "tools/call", modern(params, canNone))
	}
	headers := modernHeaders("tools/call", "ban_member")
	return []wireAttack{
		post("a batch", func(s *wireSiege) string { return "[" + call(s, s.banParams()) + "]" }, headers),
		post("another tool in the header", func(s *wireSiege) string { return call(s, s.banParams()) }, modernHeaders("tools/call", "get_network")),
		post("another method in the header", func(s *wireSiege) string { return call(s, s.banParams()) }, modernHeaders("tools/list", "")),
		post("no header", func(s *wireSiege) string { return call(s, s.banParams()) }),
		post("a version that there is not", func(s *wireSiege) string { return call(s, s.banParams()) }, headers, header("MCP-Protocol-Version", "2099-01-01")),
		post("two names for the tool", func(s *wireSiege) string {
			return strings.Replace(call(s, callParams("get_network", nil)), `"name":"get_network"`, `"name":"get_network","name":"ban_member"`, 1)
		}, headers),
		post("the method in other case", func(s *wireSiege) string {
			return strings.Replace(call(s, s.banParams()), "tools/call", "Tools/Call", 1)
		}, headers),
		post("the name in other case", func(s *wireSiege) string {
			return call(s, callParams("BAN_MEMBER", map[string]any{"member_id": s.spammer()}))
		}, headers),
		post("the name with a space", func(s *wireSiege) string {
			return call(s, callParams("ban_member ", map[string]any{"member_id": s.spammer()}))
		}, headers),
		post("a name that is a list", func(s *wireSiege) string {
			return call(s, map[string]any{"name": []any{"ban_member"}, "arguments": map[string]any{"member_id": s.spammer()}})
		}, headers),
		post("arguments in a string", func(s *wireSiege) string {
			return call(s, map[string]any{"name": "ban_member", "arguments": fmt.Sprintf(`{"member_id":%d}`, s.spammer())})
		}, headers),
		post("arguments in a list", func(s *wireSiege) string {
			return call(s, map[string]any{"name": "ban_member", "arguments": []any{s.spammer()}})
		}, headers),
		post("two sets of arguments", func(s *wireSiege) string {
			return strings.Replace(call(s, s.banParams()), `"arguments":`, fmt.Sprintf(`"arguments":{"member_id":%d},"arguments":`, s.sandbox.OwnerID()), 1)
		}, headers),
		post("a call as a task", func(s *wireSiege) string {
			return call(s, with(s.banParams(), map[string]any{"task": map[string]any{"ttl": 1000}}))
		}, headers),
		post("a call for a prompt", func(s *wireSiege) string { return message(1, "prompts/get", modern(s.banParams(), canNone)) }, headers),
		post("deep arguments", func(s *wireSiege) string {
			return strings.Replace(call(s, s.banParams()), `"arguments":{`, `"arguments":{"x":`+strings.Repeat("[", 5000)+strings.Repeat("]", 5000)+`,`, 1)
		}, headers),
		{"a message that is too long", func(s *wireSiege) {
			long := call(s, s.banParams()) + strings.Repeat(" ", 20_000)
			s.shut(s.web.do("POST", "/mcp", long, headers), http.StatusRequestEntityTooLarge)
			s.shut(s.web.do("POST", "/mcp", long, headers, func(r *http.Request) { r.ContentLength = -1 }), http.StatusRequestEntityTooLarge)
		}},
		post("bytes that are no text", func(s *wireSiege) string {
			return strings.Replace(call(s, s.banParams()), "ban_member", "ban_\xffmember", 1)
		}, headers),
		post("two messages", func(s *wireSiege) string { return call(s, callParams("get_network", nil)) + call(s, s.banParams()) }, headers),
		post("a form", func(s *wireSiege) string { return "name=ban_member&member_id=7" }, header("Content-Type", "application/x-www-form-urlencoded")),
		{"a call as a notification", func(s *wireSiege) {
			got := s.web.do("POST", "/mcp", message(nil, "tools/call", modern(s.banParams(), canNone)), headers)
			s.shut(got, got.status)
		}},
		{"a call by GET", func(s *wireSiege) {
			s.shut(s.web.do("GET", "/mcp?name=ban_member", ""), http.StatusBadRequest)
		}},
		{"a call over stdio before the handshake", func(s *wireSiege) {
			lines := s.rawStdio()
			lines.send(message(1, "tools/call", s.banParams()))
			s.refusedOrWaits(lines.next())
		}},
		{"two calls on one line", func(s *wireSiege) {
			lines := s.rawStdio()
			lines.open(canNone)
			lines.send(message(1, "ping", nil) + message(2, "tools/call", s.banParams()))
			s.refused(lines.next())
		}},
	}
}

// doorAttacks knock at the door, with a call that was approved.
func doorAttacks() []wireAttack {
	var attacks []wireAttack
	for _, knock := range []struct {
		name   string
		change func(*http.Request)
		status int
	}{
		{"without a token", func(r *http.Request) { r.Header.Del("Authorization") }, 401},
		{"with a wrong token", as("not-a-token-of-anybody"), 401},
		{"with most of the token", as(mariasToken[:len(mariasToken)-1]), 401},
		{"with more than the token", as(mariasToken + "x"), 401},
		{"with the token in other case", as(strings.ToUpper(mariasToken)), 401},
		{"with the name", as("maria"), 401},
		{"with another scheme", header("Authorization", "Basic "+mariasToken), 401},
		{"with two tokens", func(r *http.Request) { r.Header["Authorization"] = []string{"Bearer " + mariasToken, "Bearer x"} }, 401},
		{"with the token in the address", func(r *http.Request) {
			r.Header.Del("Authorization")
			r.URL.RawQuery = "access_token=" + mariasToken
		}, 401},
		{"with the token in a cookie", func(r *http.Request) {
			r.Header.Set("Authorization", "")
			r.Header.Set("Cookie", "token="+mariasToken)
		}, 401},
		{"from a foreign page", header("Origin", "http://evil.example"), 403},
		{"from a page on another port", header("Origin", "http://127.0.0.1:3000"), 403},
		{"from a sandboxed page", header("Origin", "null"), 403},
		{"from two pages", func(r *http.Request) { r.Header["Origin"] = []string{"http://" + r.Host, "http://evil.example"} }, 403},
		{"from a page that names none", header("Sec-Fetch-Site", "cross-site"), 403},
		{"under a foreign name", host("evil.example"), 403},
		{"under a foreign name with a loopback one in it", host("127.0.0.1.evil.example"), 403},
		{"under a foreign name and its own page", func(r *http.Request) {
			r.Host = "evil.example"
			r.Header.Set("Origin", "http://evil.example")
		}, 403},
	} {
		attacks = append(attacks, wireAttack{knock.name, func(s *wireSiege) {
			m := s.web.as(s.t, mariasToken)
			params := with(s.banParams(), map[string]any{"requestState": s.ask(m), "inputResponses": s.accepted()})
			s.shut(s.web.do("POST", "/mcp", message(1, "tools/call", modern(params, canForm)),
				modernHeaders("tools/call", "ban_member"), as(mariasToken), knock.change), knock.status, http.StatusTooManyRequests)
		}})
	}
	return attacks
}
