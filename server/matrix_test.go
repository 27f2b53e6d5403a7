package server

import (
	"context"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
)

// TestEveryWay walks through what every client can do, on every transport and
// in both eras, with one server each.
func TestEveryWay(t *testing.T) {
	for _, by := range ways() {
		t.Run(by.String(), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, func(s *setup) { s.sandbox.Members = 130 })
			if by.transport != "stdio" {
				w.serveHTTP()
			}
			t.Run("lists and calls", func(t *testing.T) { w.in(t).listsAndCalls(by) })
			t.Run("progress", func(t *testing.T) { w.in(t).progressArrives(by) })
			if canAnswer(by) {
				t.Run("question", func(t *testing.T) { w.in(t).questionShowsWhoAndWhat(by) })
			}
			for _, c := range approvals() {
				if canAnswer(by) || c.person == nil {
					t.Run(c.name, func(t *testing.T) { w.in(t).decides(by, c) })
				}
			}
		})
	}
}

// in is the same world for another test.
func (w *world) in(t *testing.T) *world {
	same := *w
	same.t = t
	return &same
}

func (w *world) listsAndCalls(by way) {
	t := w.t
	c := w.connect(by, nil)
	if c.serverName != "mcp-mighty" && by.version == legacyVersion {
		t.Errorf("server name %q", c.serverName)
	}
	mustContain(t, c.instructions, "live")
	listed, err := c.tools()
	if err != nil {
		t.Fatal(err)
	}
	want := 0
	for _, tool := range w.server.o.Catalogue.All() {
		if w.server.o.Catalogue.Admits(tool, guardrails.Caller{}) == nil {
			want++
		}
	}
	if len(listed) != want || want == 0 {
		t.Errorf("%d tools listed, want %d", len(listed), want)
	}
	r, err := c.call(t.Context(), "get_member", map[string]any{"member_id": w.spammer()}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.IsError || r.JSON == nil {
		t.Fatalf("%+v", r)
	}
	var fromText map[string]any
	if err := json.Unmarshal([]byte(r.Text), &fromText); err != nil || !reflect.DeepEqual(fromText, r.JSON) {
		t.Errorf("text and structure differ: %v\n%s\n%v", err, r.Text, r.JSON)
	}
	if r.Meta[metaRequests] != float64(1) {
		t.Errorf("_meta: %v", r.Meta)
	}
	r, err = c.call(t.Context(), "get_member", map[string]any{"member_id": 1 << 60}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !r.IsError || r.JSON != nil || r.Text == "" {
		t.Errorf("a miss: %+v", r)
	}
	if _, err = c.call(t.Context(), "no_such_tool", nil, nil); err == nil || !strings.Contains(err.Error(), "no_such_tool") {
		t.Errorf("unknown tool: %v", err)
	}
}

// canAnswer: mcp-go's own SSE client takes no questions in the handshake era.
func canAnswer(by way) bool {
	return by != way{"mcp-go", "sse", legacyVersion}
}

// approval is a person, and what comes of asking them.
type approval struct {
	name   string
	person person
	says   []string
	// waits: it can be approved on the second channel.
	waits bool
	// local: the modern client fails by itself and sends no answer.
	local bool
}

func approvals() []approval {
	fails := func(context.Context, string, any) (string, map[string]any, error) { return "", nil, errNoPatience }
	return []approval{
		{name: "line left empty", person: says("accept", map[string]any{"type_to_approve": ""}), says: []string{"declined at once"}},
		{name: "another name", person: says("accept", map[string]any{"type_to_approve": "Ada"}), says: []string{"what was typed is not"}},
		{name: "empty form", person: says("accept", map[string]any{}), local: true},
		{name: "declined", person: says("decline", nil), says: []string{"declined at once"}},
		{name: "dismissed", person: says("cancel", nil), says: []string{"dismissed"}},
		{name: "cannot ask", person: nil, waits: true, says: []string{"waits for approval"}},
		{name: "client fails", person: fails, says: []string{"cannot ask"}, local: true},
		{name: "approved", person: approves()}, // the last, for it is for good
	}
}

func (w *world) decides(by way, c approval) {
	r, err := w.connect(by, c.person).call(w.t.Context(), "ban_member", map[string]any{"member_id": w.spammer(), "reason": "spam"}, nil)
	approved := c.name == "approved"
	if w.sandbox.IsBanned(w.spammer()) != approved {
		w.t.Fatalf("banned: %v", !approved)
	}
	switch {
	case err != nil && c.local && by.version == modernVersion:
	case err != nil:
		w.t.Fatal(err)
	case approved && (r.IsError || r.JSON["status"] != "done"):
		w.t.Errorf("%+v", r)
	case !approved:
		if r.IsError == c.waits || c.waits && r.JSON["status"] != "awaiting_approval" {
			w.t.Errorf("%+v", r)
		}
		mustContain(w.t, r.Text, append(c.says, "Nothing was done", "mcp-mighty approvals approve")...)
	}
	if strings.Contains(r.Text, errNoPatience.Error()) {
		w.t.Errorf("the client's error text came through: %s", r.Text)
	}
}

func (w *world) questionShowsWhoAndWhat(by way) {
	t := w.t
	var asked string
	var schema any
	c := w.connect(by, func(_ context.Context, message string, s any) (string, map[string]any, error) {
		asked, schema = message, s
		return "decline", nil, nil
	})
	if _, err := c.call(t.Context(), "ban_member", map[string]any{"member_id": w.spammer()}, nil); err != nil {
		t.Fatal(err)
	}
	victim, _ := w.sandbox.MemberByID(w.spammer())
	principal := map[string]string{"stdio": "stdio", "http": "loopback", "sse": "loopback-sse"}[by.transport]
	mustContain(t, asked, victim.Email, "ban_member", "Asked for by: "+principal, `"matrix/9"`)
	encoded, err := json.Marshal(schema)
	if err != nil || strings.Contains(string(encoded), "null") {
		t.Errorf("requestedSchema: %s %v", encoded, err)
	}
}

func TestSilenceEndsTheQuestion(t *testing.T) {
	testEveryWay(t, func(t *testing.T, by way) {
		if by.version == modernVersion {
			t.Skip("nobody waits in the modern era")
		}
		w := newWorld(t, func(s *setup) { s.options.LegacyWait = 50 * time.Millisecond })
		silent := func(context.Context, string, any) (string, map[string]any, error) {
			<-t.Context().Done()
			return "accept", map[string]any{"approve": true}, nil
		}
		r, err := w.connect(by, silent).call(t.Context(), "ban_member", map[string]any{"member_id": w.spammer()}, nil)
		if err != nil {
			t.Fatal(err)
		}
		mustContain(t, r.Text, "nobody answered", "Nothing was done")
		if !r.IsError || w.sandbox.IsBanned(w.spammer()) {
			t.Errorf("%+v", r)
		}
	})
}

func (w *world) progressArrives(by way) {
	t := w.t
	c := w.connect(by, nil)
	for range 3 {
		arrived := make(chan float64, 100)
		r, err := c.call(t.Context(), "get_network_stats", nil, func(at float64) { arrived <- at })
		if err != nil || r.IsError {
			t.Fatal(err, r)
		}
		select {
		case at := <-arrived:
			if at != 100 {
				t.Errorf("first progress %v", at)
			}
		case <-time.After(patience):
			t.Fatal("no progress arrived")
		}
	}
}
