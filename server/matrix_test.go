package server

import (
	"context"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestEveryClientListsAndCalls(t *testing.T) {
	testEveryWay(t, func(t *testing.T, by way) {
		w := newWorld(t)
		c := w.connect(by, nil)
		if c.serverName != "mcp-mighty" && by.version == legacyVersion {
			t.Errorf("server name %q", c.serverName)
		}
		mustContain(t, c.instructions, "live")
		listed, err := c.tools()
		if err != nil {
			t.Fatal(err)
		}
		if want := len(w.server.o.Catalogue.All()); len(listed) != want {
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
	})
}

// canAnswer: mcp-go's own SSE client takes no questions in the handshake era.
func canAnswer(by way) bool {
	return by != way{"mcp-go", "sse", legacyVersion}
}

func TestApproval(t *testing.T) {
	cases := map[string]struct {
		person person
		banned bool
		says   []string
		// local: the modern client fails by itself and sends no answer.
		local bool
		wait  time.Duration
	}{
		"approved":     {person: approves(), banned: true},
		"box left":     {person: says("accept", map[string]any{"approve": false}), says: []string{"declined", "Nothing was done"}},
		"empty form":   {person: says("accept", map[string]any{}), says: []string{"Nothing was done"}, local: true},
		"declined":     {person: says("decline", nil), says: []string{"declined", "Nothing was done"}},
		"dismissed":    {person: says("cancel", nil), says: []string{"dismissed", "Nothing was done"}},
		"cannot ask":   {person: nil, says: []string{"cannot ask", "Nothing was done"}},
		"client fails": {person: func(context.Context, string, any) (string, map[string]any, error) { return "", nil, errNoPatience }, says: []string{"cannot ask", "Nothing was done"}, local: true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			testEveryWay(t, func(t *testing.T, by way) {
				if c.person != nil && !canAnswer(by) {
					t.Skip("this client takes no questions")
				}
				w := newWorld(t)
				r, err := w.connect(by, c.person).call(t.Context(), "ban_member", map[string]any{"member_id": w.spammer(), "reason": "spam"}, nil)
				if w.sandbox.IsBanned(w.spammer()) != c.banned {
					t.Errorf("banned: %v", !c.banned)
				}
				switch {
				case err != nil && !(c.local && by.version == modernVersion):
					t.Fatal(err)
				case err != nil:
				case c.banned && (r.IsError || r.JSON["status"] != "done"):
					t.Errorf("%+v", r)
				case !c.banned:
					if !r.IsError {
						t.Errorf("%+v", r)
					}
					mustContain(t, r.Text, c.says...)
				}
				if strings.Contains(r.Text, errNoPatience.Error()) {
					t.Errorf("the client's error text came through: %s", r.Text)
				}
			})
		})
	}
}

func TestQuestionShowsThePersonWhoAndWhat(t *testing.T) {
	testEveryWay(t, func(t *testing.T, by way) {
		if !canAnswer(by) {
			t.Skip("this client takes no questions")
		}
		w := newWorld(t)
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
	})
}

func TestSilenceEndsTheQuestion(t *testing.T) {
	testEveryWay(t, func(t *testing.T, by way) {
		if by.version == modernVersion {
			t.Skip("nobody waits in the modern era")
		}
		w := newWorld(t, func(s *setup) { s.options.LegacyWait = 50 * time.Millisecond })
		silent := func(ctx context.Context, _ string, _ any) (string, map[string]any, error) {
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

func TestProgressReachesWhoAsked(t *testing.T) {
	testEveryWay(t, func(t *testing.T, by way) {
		w := newWorld(t, func(s *setup) { s.sandbox.Members = 1200 })
		c := w.connect(by, nil)
		for range 5 {
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
	})
}
