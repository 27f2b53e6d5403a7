package server

import (
	"context"
	"testing"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
)

// reports runs a tool that reports through the server's own reporter, over a
// link, and returns what arrived before the answer.
func reports(t *testing.T, report func(s *Server, now *time.Time, progress func(done, total int))) []float64 {
	t.Helper()
	now := time.Unix(1_000_000, 0)
	w := newWorld(t, func(s *setup) { s.options.Now = func() time.Time { return now } })
	w.server.mcp.AddTool(mcp.NewTool("long"), func(ctx context.Context, r mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		progress, settle := w.server.progress(ctx, r.Params.Meta)
		report(w.server, &now, func(done, total int) { progress(done, total, "step") })
		settle()
		return mcp.NewToolResultText("done"), nil
	})
	lines := w.rawStdio()
	lines.open(canNone)
	params := callParams("long", nil)
	params["_meta"] = map[string]any{"progressToken": "tok"}
	lines.send(message(1, "tools/call", params))
	var seen []float64
	for {
		f := lines.next()
		if f.Method != "notifications/progress" {
			if f.ID != 1.0 {
				t.Errorf("%+v", f)
			}
			return seen
		}
		if f.Params["progressToken"] != "tok" || f.Params["message"] != "step" {
			t.Errorf("%+v", f)
		}
		seen = append(seen, f.Params["progress"].(float64))
	}
}

func TestProgressIsThinnedOutAndRises(t *testing.T) {
	got := reports(t, func(_ *Server, now *time.Time, progress func(int, int)) {
		for i := 1; i <= 50; i++ {
			*now = now.Add(10 * time.Millisecond)
			progress(i, 50)
		}
		for back := range 50 { // nothing that does not rise, however late
			*now = now.Add(time.Second)
			progress(back+1, 50)
		}
	})
	want := []float64{1, 11, 21, 31, 41, 50}
	if len(got) != len(want) {
		t.Fatalf("%v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("%v, want %v", got, want)
		}
	}
}

func TestProgressGoesOnlyToWhoAsked(t *testing.T) {
	w := newWorld(t, func(s *setup) { s.sandbox.Members = 300 })
	lines := w.rawStdio()
	lines.open(canNone)
	lines.send(message(1, "tools/call", callParams("get_network_stats", nil)))
	if got := lines.next(); got.ID != 1.0 || got.isError() {
		t.Errorf("%+v", got)
	}
}

// mcp-go's Streamable HTTP loses a report that was sent just before the
// answer, nearly every time.
func TestTheLastReportArrivesOverHTTP(t *testing.T) {
	w := newWorld(t)
	w.server.mcp.AddTool(mcp.NewTool("long"), func(ctx context.Context, r mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		progress, settle := w.server.progress(ctx, r.Params.Meta)
		progress(7, 7, "")
		settle()
		return mcp.NewToolResultText("done"), nil
	})
	a := w.rawHTTP()
	params := modern(callParams("long", nil), canNone)
	params["_meta"].(map[string]any)["progressToken"] = 5
	for i := range 40 {
		got := a.do("POST", "/mcp", message(1, "tools/call", params), modernHeaders("tools/call", "long"))
		if len(got.frames) != 2 || got.frames[0].Method != "notifications/progress" || got.frames[0].Params["progressToken"] != 5.0 {
			t.Fatalf("modern, call %d: %s", i, got.body)
		}
	}
	a.open(canNone)
	params = callParams("long", nil)
	params["_meta"] = map[string]any{"progressToken": 5}
	for i := range 40 {
		if got := a.do("POST", "/mcp", message(1, "tools/call", params)); len(got.frames) != 2 {
			t.Fatalf("legacy, call %d: %s", i, got.body)
		}
	}
}

// Nothing can be listened for; who asks all the same learns that.
func TestSubscriptionsAreAcknowledgedBeforeTheyEnd(t *testing.T) {
	w := newWorld(t)
	a := w.rawHTTP()
	lines := w.rawStdio()
	request := message(1, "subscriptions/listen", modern(map[string]any{"notifications": map[string]any{"toolsListChanged": true}}, canNone))
	for range 100 {
		overHTTP := a.do("POST", "/mcp", request, modernHeaders("subscriptions/listen", "")).frames
		lines.send(request)
		for name, frames := range map[string][]frame{"http": overHTTP, "stdio": {lines.next(), lines.next()}} {
			if len(frames) != 2 || frames[0].Method != "notifications/subscriptions/acknowledged" || frames[1].ID != 1.0 {
				t.Fatalf("%s: %+v", name, frames)
			}
		}
	}
}

func TestReportsStayInFrontOfTheAnswer(t *testing.T) {
	for range 2 {
		got := reports(t, func(s *Server, now *time.Time, progress func(int, int)) {
			for i := range 20 {
				*now = now.Add(time.Second)
				progress(i+1, 20)
			}
		})
		if len(got) != 20 {
			t.Fatalf("%v", got)
		}
	}
}
