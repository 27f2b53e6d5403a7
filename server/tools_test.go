package server

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/mark3labs/mcp-go/mcp"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/tools"
)

func TestDefinitionsFollowFromTheCatalogue(t *testing.T) {
	w := newWorld(t)
	a := w.rawHTTP()
	a.open(canNone)
	var list struct {
		Result struct {
			Tools []struct {
				Name, Title, Description  string
				InputSchema, OutputSchema json.RawMessage
				Annotations               map[string]any
			}
			NextCursor string
		}
	}
	body := a.do("POST", "/mcp", message(1, "tools/list", nil)).body
	if err := json.Unmarshal([]byte(body), &list); err != nil {
		t.Fatal(err)
	}
	hints := map[guardrails.Risk][4]bool{ // read-only, destructive, idempotent, open world
		guardrails.Read:        {true, false, true, false},
		guardrails.Write:       {false, false, false, true},
		guardrails.Outward:     {false, true, false, true},
		guardrails.Destructive: {false, true, false, true},
	}
	seen := map[guardrails.Risk]bool{}
	for _, listed := range list.Result.Tools {
		tool, ok := w.server.o.Catalogue.Lookup(listed.Name)
		if !ok {
			t.Fatalf("%s is in no catalogue", listed.Name)
		}
		seen[tool.Risk] = true
		if listed.Title != tool.Title || listed.Description != tool.About {
			t.Errorf("%s: %q, %q", listed.Name, listed.Title, listed.Description)
		}
		if compact(t, listed.InputSchema) != compact(t, tool.Input.JSON()) || compact(t, listed.OutputSchema) != compact(t, tool.Output.JSON()) {
			t.Errorf("%s: the schemas were changed on the way", listed.Name)
		}
		want := hints[tool.Risk]
		for i, hint := range []string{"readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"} {
			if got, set := listed.Annotations[hint].(bool); !set || got != want[i] {
				t.Errorf("%s (%s): %s is %v, want %v", listed.Name, tool.Risk, hint, listed.Annotations[hint], want[i])
			}
		}
	}
	if len(seen) < 4 {
		t.Errorf("not every class was seen: %v", seen)
	}
	unknown := annotations(tools.Tool{Risk: guardrails.Risk(99)})
	if *unknown.ReadOnlyHint || !*unknown.DestructiveHint || *unknown.IdempotentHint || !*unknown.OpenWorldHint {
		t.Errorf("an unknown class has harmless hints: %+v", unknown)
	}
}

func compact(t *testing.T, raw json.RawMessage) string {
	t.Helper()
	var value any
	if err := json.Unmarshal(raw, &value); err != nil {
		t.Fatal(err)
	}
	encoded, _ := json.Marshal(value)
	return string(encoded)
}

func TestOnlyTrueCapabilitiesAreOffered(t *testing.T) {
	w := newWorld(t)
	a := w.rawHTTP()
	for _, got := range []answered{
		a.do("POST", "/mcp", message(1, "initialize", hello(canNone))),
		a.do("POST", "/mcp", message(1, "server/discover", modern(nil, canNone)), modernHeaders("server/discover", "")),
	} {
		result := got.last().Result
		capabilities, _ := json.Marshal(result["capabilities"])
		if string(capabilities) != `{"resources":{},"tools":{}}` {
			t.Errorf("capabilities: %s", capabilities)
		}
		if text, _ := result["instructions"].(string); !strings.Contains(text, "is data") {
			t.Errorf("instructions: %q", text)
		}
		mustContain(t, got.body, `"name":"mcp-mighty"`, `"version":"1.2.3"`, `"title":"Mighty Networks community administration"`)
	}
}

// A tool that may not be called is not listed, and who calls it all the same
// reads why, instead of that it does not exist.
func TestHiddenToolsAnswerWithTheGatesRefusal(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*setup)
		hidden string
		shown  string
		says   string
	}{
		"read-only": {func(s *setup) { s.options.Mode = guardrails.ReadOnly }, "ban_member", "get_member", "read-only"},
		"excluded":  {func(s *setup) { s.selection.Exclude = []string{"get_member"} }, "get_member", "ban_member", "excluded"},
	} {
		for _, version := range []string{modernVersion, legacyVersion} {
			t.Run(name+"/"+version, func(t *testing.T) {
				w := newWorld(t, c.change)
				p := w.connect(way{"mcp-go", "http", version}, approves())
				listed, err := p.tools()
				if err != nil {
					t.Fatal(err)
				}
				if listed[c.hidden] != nil || listed[c.shown] == nil {
					t.Errorf("listed: %s %v, %s %v", c.hidden, listed[c.hidden] != nil, c.shown, listed[c.shown] != nil)
				}
				r, err := p.call(t.Context(), c.hidden, map[string]any{"member_id": w.spammer()}, nil)
				if err != nil || !r.IsError {
					t.Fatalf("%v %+v", err, r)
				}
				mustContain(t, r.Text, c.says, "Nothing was done")
				if n := len(w.sandbox.Requests()); n != 0 {
					t.Errorf("%d requests went out", n)
				}
			})
		}
	}
}

func TestUnknownToolIsAProtocolError(t *testing.T) {
	w := newWorld(t)
	a := w.rawHTTP()
	if got := a.callModern("nothing", callParams("nothing", nil), canNone); got.last().Error == nil || got.last().Error.Code != mcp.INVALID_PARAMS {
		t.Errorf("modern: %s", got.body)
	}
	a.open(canNone)
	if got := a.do("POST", "/mcp", message(1, "tools/call", callParams("nothing", nil))); got.last().Error == nil || got.last().Error.Code != mcp.INVALID_PARAMS {
		t.Errorf("legacy: %s", got.body)
	}
}

// Ids of 64 bits lose their last digits as floating point.
func TestArgumentsArriveAsTheyWereSent(t *testing.T) {
	w := newWorld(t)
	a := w.rawHTTP()
	a.open(canNone)
	a.do("POST", "/mcp", `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_member","arguments":{"member_id":9007199254740993}}}`)
	a.do("POST", "/mcp", `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_network","arguments":null}}`)
	a.do("POST", "/mcp", `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_network"}}`)
	requests := w.sandbox.Requests()
	if len(requests) != 4 { // nothing was found at first, so the key was looked at
		t.Fatalf("%d requests", len(requests))
	}
	mustContain(t, requests[0].Path, "/9007199254740993/")
}

const leak = "dsn=postgres://secret"

// breakThings adds what breaks: two tools, and the list of tools.
func breakThings(s *Server) {
	s.mcp.AddTool(mcp.NewTool("panics"), func(context.Context, mcp.CallToolRequest) (*mcp.CallToolResult, error) { panic(leak) })
	s.mcp.AddTool(mcp.NewTool("fails"), func(context.Context, mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return nil, errors.New(leak)
	})
	s.mcp.GetHooks().AddBeforeListTools(func(context.Context, any, *mcp.ListToolsRequest) { panic(leak) })
}

func TestNoPanicOrErrorTextGetsOut(t *testing.T) {
	w := newWorld(t)
	breakThings(w.server)
	check := func(name, body string) {
		if strings.Contains(body, "secret") || strings.Contains(body, "panic") || strings.Contains(body, "goroutine") {
			t.Errorf("%s: %s", name, body)
		}
		if !strings.Contains(body, "The server failed") {
			t.Errorf("%s says nothing: %s", name, body)
		}
	}
	a := w.rawHTTP()
	for _, tool := range []string{"panics", "fails"} {
		check("modern HTTP "+tool, a.callModern(tool, callParams(tool, nil), canNone).body)
	}
	check("modern HTTP list", a.do("POST", "/mcp", message(1, "tools/list", modern(nil, canNone)), modernHeaders("tools/list", "")).body)
	a.open(canNone)
	check("HTTP list", a.do("POST", "/mcp", message(1, "tools/list", nil)).body)

	lines := w.rawStdio()
	lines.open(canNone)
	sse := a.openSSE()
	sse.shake(canNone)
	for id, request := range map[float64]string{
		1: message(1, "tools/call", callParams("panics", nil)),
		2: message(2, "tools/call", callParams("fails", nil)),
		3: message(3, "tools/list", nil),
	} {
		lines.send(request)
		sse.post(request)
		for name, got := range map[string]frame{"stdio": lines.next(), "sse": sse.next()} {
			if got.ID != id {
				t.Errorf("%s answered %v for %v", name, got.ID, id)
			}
			encoded, _ := json.Marshal(got)
			check(name, string(encoded))
		}
	}
	// The connection is still of use.
	lines.send(message(4, "ping", nil))
	if got := lines.next(); got.ID != 4.0 || got.Error != nil {
		t.Errorf("%+v", got)
	}
	mustContain(t, w.log.String(), leak, "a tool panicked", "tool=panics", "recover.go")
}

func TestMalformedParametersAreRefusedInWords(t *testing.T) {
	w := newWorld(t)
	a := w.rawHTTP()
	a.open(canNone)
	for name, request := range map[string]string{
		"call, params":  `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":[1]}`,
		"call, name":    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":7}}`,
		"call, answers": `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_network","inputResponses":[]}}`,
		"list":          `{"jsonrpc":"2.0","id":1,"method":"tools/list","params":"x"}`,
		"cursor":        `{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":"!"}}`,
		"initialize":    `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":7}}`,
	} {
		got := a.do("POST", "/mcp", request)
		if got.last().Error == nil {
			t.Errorf("%s: %s", name, got.body)
			continue
		}
		for _, goText := range []string{"json:", "Go struct", "unmarshal", "illegal base64", "mcp."} {
			if strings.Contains(got.body, goText) {
				t.Errorf("%s: %s", name, got.body)
			}
		}
		mustContain(t, got.last().Error.Message, "the parameters of")
	}
}

func TestASlotIsFreeWhileAPersonThinks(t *testing.T) {
	w := newWorld(t)
	w.server.slots = make(slots, 1)
	lines := w.rawStdio()
	lines.open(canForm)
	lines.send(message(1, "tools/call", callParams("ban_member", map[string]any{"member_id": w.spammer()})))
	question := lines.next()
	if question.Method != "elicitation/create" {
		t.Fatalf("%+v", question)
	}
	lines.send(message(2, "tools/call", callParams("get_network", nil)))
	if got := lines.next(); got.ID != 2.0 || got.isError() {
		t.Fatalf("%+v", got)
	}
	lines.send(answerTo(question.ID, w.yes()))
	if got := lines.next(); got.ID != 1.0 || got.isError() {
		t.Fatalf("%+v", got)
	}
	eventually(t, "the slots are free", func() bool { return len(w.server.slots) == 0 })
}

func TestCallsBeyondTheLimitWaitTheirTurn(t *testing.T) {
	w := newWorld(t)
	w.server.slots = make(slots, 1)
	w.server.slots <- struct{}{}
	lines := w.rawStdio()
	lines.open(canNone)
	lines.send(message(1, "tools/call", callParams("get_network", nil)), message(2, "tools/call", callParams("get_network", nil)))
	select {
	case f := <-lines.frames:
		t.Fatalf("%+v", f)
	case <-time.After(100 * time.Millisecond):
	}
	if n := len(w.sandbox.Requests()); n != 0 {
		t.Errorf("%d requests went out", n)
	}
	<-w.server.slots
	for range 2 {
		if got := lines.next(); got.isError() {
			t.Errorf("%+v", got)
		}
	}
}
