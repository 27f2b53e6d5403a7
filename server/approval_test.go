package server

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/sandbox"
)

func (w *world) accepted() map[string]any { return map[string]any{"approval": w.yes()} }

// yes is the answer that approves a ban of the spammer.
func (w *world) yes() map[string]any {
	victim, _ := w.sandbox.MemberByID(w.spammer())
	return map[string]any{"action": "accept", "content": map[string]any{"type_to_approve": victim.FirstName + " " + victim.LastName}}
}

// with adds fields to the parameters of a call.
func with(params map[string]any, more map[string]any) map[string]any {
	for k, v := range more {
		params[k] = v
	}
	return params
}

func (w *world) banParams() map[string]any {
	return callParams("ban_member", map[string]any{"member_id": w.spammer()})
}

func (w *world) mustNotBeBanned(what string) {
	w.t.Helper()
	if w.sandbox.IsBanned(w.spammer()) {
		w.t.Fatalf("%s: the member was banned", what)
	}
}

// ask makes a modern call that needs approval and returns its state.
func (w *world) ask(a *rawHTTP) string {
	w.t.Helper()
	got := a.callModern("ban_member", w.banParams(), canForm)
	state, _ := got.last().Result["requestState"].(string)
	if got.last().Result["resultType"] != "input_required" || state == "" {
		w.t.Fatalf("no question came: %s", got.body)
	}
	return state
}

func TestModernAnswerCountsOnceAndForItsQuestionOnly(t *testing.T) {
	w := newWorld(t)
	a := w.rawHTTP()
	state := w.ask(a)
	retry := func(params, more map[string]any) answered {
		return a.callModern("ban_member", with(params, more), canForm)
	}
	asksAgain := map[string]map[string]any{
		"state without answers":      {"requestState": state},
		"state with empty answers":   {"requestState": state, "inputResponses": map[string]any{}},
		"answer to another question": {"requestState": state, "inputResponses": map[string]any{"other": w.accepted()["approval"]}},
		"answer without state":       {"inputResponses": w.accepted()},
		"answer that is none":        {"requestState": state, "inputResponses": map[string]any{"approval": 7}},
		"answer without action":      {"requestState": state, "inputResponses": map[string]any{"approval": map[string]any{}}},
	}
	for name, more := range asksAgain {
		if got := retry(w.banParams(), more); got.last().Result["resultType"] != "input_required" {
			t.Errorf("%s: %s", name, got.body)
		}
		w.mustNotBeBanned(name)
	}
	other := callParams("ban_member", map[string]any{"member_id": w.sandbox.Notable().Spammers[1]})
	for name, got := range map[string]answered{
		"forged":          retry(w.banParams(), map[string]any{"requestState": state[:len(state)-2] + "AA", "inputResponses": w.accepted()}),
		"other arguments": retry(other, map[string]any{"requestState": state, "inputResponses": w.accepted()}),
	} {
		if !got.last().isError() {
			t.Errorf("%s: %s", name, got.body)
		}
		mustContain(t, got.last().text(), "Nothing was done")
		w.mustNotBeBanned(name)
	}
	answer := map[string]any{"requestState": state, "inputResponses": w.accepted()}
	if got := retry(w.banParams(), answer); got.last().isError() || !w.sandbox.IsBanned(w.spammer()) {
		t.Fatalf("approved: %s", got.body)
	}
	if got := retry(w.banParams(), answer); !got.last().isError() {
		t.Errorf("a second time: %s", got.body)
	}
}

func TestAStrangersAnswerDoesNotCount(t *testing.T) {
	w := newWorld(t)
	a := w.rawHTTP()
	params := with(w.banParams(), map[string]any{"requestState": w.ask(a), "inputResponses": w.accepted()})
	stranger := modern(params, canForm)
	stranger["_meta"].(map[string]any)["io.modelcontextprotocol/clientInfo"] = map[string]any{"name": "stranger", "version": "1"}
	got := a.do("POST", "/mcp", message(1, "tools/call", stranger), modernHeaders("tools/call", "ban_member"))
	if !got.last().isError() {
		t.Errorf("%s", got.body)
	}
	w.mustNotBeBanned("a stranger's answer")
}

// In the handshake era anybody can write an answer into their first call.
func TestLegacyCallsCannotBringTheirOwnApproval(t *testing.T) {
	w := newWorld(t)
	a := w.rawHTTP()
	smuggled := with(w.banParams(), map[string]any{"requestState": w.ask(a), "inputResponses": w.accepted()})

	a.open(canNone)
	if got := a.do("POST", "/mcp", message(1, "tools/call", smuggled)); got.last().status() != "awaiting_approval" {
		t.Errorf("over HTTP: %s", got.body)
	}
	w.mustNotBeBanned("over HTTP")

	lines := w.rawStdio()
	lines.open(canForm)
	lines.send(message(1, "tools/call", smuggled))
	if got := lines.next(); got.Method != "elicitation/create" {
		t.Errorf("over stdio: %+v", got)
	}
	w.mustNotBeBanned("over stdio")
}

func TestFormsAreOnlySentToWhoShowsThem(t *testing.T) {
	form, url := map[string]any{"form": map[string]any{}}, map[string]any{"url": map[string]any{}}
	for name, c := range map[string]struct {
		elicitation any
		asked       bool
	}{
		"none":  {nil, false},
		"plain": {map[string]any{}, true},
		"form":  {form, true},
		"url":   {url, false},
		"both":  {with(map[string]any{"form": map[string]any{}}, url), true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			capabilities := map[string]any{}
			if c.elicitation != nil {
				capabilities["elicitation"] = c.elicitation
			}
			got := w.rawHTTP().callModern("ban_member", w.banParams(), capabilities).last()
			if asked := got.Result["resultType"] == "input_required"; asked != c.asked {
				t.Errorf("modern: asked %v: %+v", asked, got)
			}
			lines := w.rawStdio()
			lines.open(capabilities)
			lines.send(message(1, "tools/call", w.banParams()))
			first := lines.next()
			if asked := first.Method == "elicitation/create"; asked != c.asked {
				t.Errorf("legacy: asked %v: %+v", asked, first)
			}
			if !c.asked {
				for _, answer := range []frame{got, first} {
					if answer.isError() || answer.status() != "awaiting_approval" {
						t.Errorf("%+v", answer)
					}
					mustContain(t, answer.text(), "Nothing was done yet", "mcp-mighty approvals approve")
				}
			}
		})
	}
}

// A question that nobody waits for any more is taken back.
func TestAnOverdueQuestionIsTakenDown(t *testing.T) {
	w := newWorld(t, func(s *setup) { s.options.LegacyWait = 20 * time.Millisecond })
	lines := w.rawStdio()
	lines.open(canForm)
	lines.send(message(1, "tools/call", w.banParams()))
	question := lines.next()
	down := lines.next()
	if down.Method != "notifications/cancelled" || down.Params["requestId"] != question.ID {
		t.Errorf("%+v", down)
	}
	if got := lines.next(); got.ID != 1.0 || !strings.Contains(got.text(), "nobody answered") {
		t.Errorf("%+v", got)
	}
	// Who answers now is too late.
	lines.send(answerTo(question.ID, w.yes()))
	lines.send(message(2, "ping", nil))
	if got := lines.next(); got.ID != 2.0 {
		t.Errorf("%+v", got)
	}
	w.mustNotBeBanned("a late answer")
}

func TestAClientThatCancelsItsCallIsNotAskedAnyMore(t *testing.T) {
	w := newWorld(t)
	lines := w.rawStdio()
	lines.open(canForm)
	lines.send(message(1, "tools/call", w.banParams()))
	question := lines.next()
	lines.send(message(nil, "notifications/cancelled", map[string]any{"requestId": 1}))
	if down := lines.next(); down.Method != "notifications/cancelled" || down.Params["requestId"] != question.ID {
		t.Errorf("%+v", down)
	}
	eventually(t, "the call has ended", func() bool { return w.logged("outcome=caller_left") })
	lines.send(message(2, "ping", nil))
	if got := lines.next(); got.ID != 2.0 {
		t.Errorf("an answer to a cancelled call: %+v", got)
	}
}

// The question ends with whatever its answer would have come by.
func TestQuestionsEndWithTheConnection(t *testing.T) {
	dismissed := func(t *testing.T, w *world) {
		t.Helper()
		eventually(t, "the question is over", func() bool { return w.logged("outcome=cancelled") || w.logged("outcome=caller_left") })
		w.mustNotBeBanned("nobody answered")
	}
	t.Run("stdio", func(t *testing.T) {
		w := newWorld(t)
		lines := w.rawStdio()
		lines.open(canForm)
		lines.send(message(1, "tools/call", w.banParams()))
		lines.next()
		_ = lines.pipe.in.Close()
		rest := lines.rest()
		last := rest[len(rest)-1]
		if last.ID != 1.0 || !strings.Contains(last.text(), "without an answer") {
			t.Errorf("%+v", rest)
		}
		dismissed(t, w)
	})
	t.Run("stdio, asked after the end", func(t *testing.T) {
		w := newWorld(t, func(s *setup) {
			s.sandbox.Faults = []sandbox.Fault{{Method: "GET", Path: "/members/*", Kind: sandbox.FaultSlow, Delay: 200 * time.Millisecond}}
		})
		lines := w.rawStdio()
		lines.open(canForm)
		lines.send(message(1, "tools/call", w.banParams()))
		_ = lines.pipe.in.Close()
		for _, f := range lines.rest() {
			if f.Method == "elicitation/create" {
				t.Error("asked, though no answer could come")
			}
		}
		dismissed(t, w)
	})
	t.Run("sse", func(t *testing.T) {
		w := newWorld(t)
		s := w.rawHTTP().openSSE()
		s.shake(canForm)
		s.post(message(1, "tools/call", w.banParams()))
		s.next()
		s.leave()
		dismissed(t, w)
	})
	t.Run("http, session deleted", func(t *testing.T) {
		w := newWorld(t)
		a := w.rawHTTP()
		a.open(canForm)
		response, err := a.request(context.Background(), "POST", "/mcp", message(1, "tools/call", w.banParams()))
		if err != nil {
			t.Fatal(err)
		}
		if got := a.do("DELETE", "/mcp", ""); got.status != 200 {
			t.Errorf("%+v", got)
		}
		frames := readHTTP(t, response).frames
		if len(frames) != 2 || frames[0].Method != "elicitation/create" || !strings.Contains(frames[1].text(), "without an answer") {
			t.Errorf("%+v", frames)
		}
		dismissed(t, w)
	})
	t.Run("http, connection closed", func(t *testing.T) {
		w := newWorld(t)
		a := w.rawHTTP()
		a.open(canForm)
		ctx, leave := context.WithCancel(context.Background())
		response, err := a.request(ctx, "POST", "/mcp", message(1, "tools/call", w.banParams()))
		if err != nil {
			t.Fatal(err)
		}
		leave()
		_ = response.Body.Close()
		dismissed(t, w)
	})
}
