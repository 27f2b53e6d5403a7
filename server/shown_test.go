package server

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/store"
	"github.com/mcp-mighty/mcp-mighty/tools"
)

// ruled gives a world rules.
func ruled(rules ...config.Rule) func(*setup) {
	for i := range rules {
		rules[i].Source = fmt.Sprintf("config.yaml:%d", i+1)
	}
	return func(s *setup) { s.policy.Rules = rules }
}

// byRole denies each of the team something else.
func byRole() func(*setup) {
	return ruled(
		config.Rule{Tools: []string{"ban_member"}, Roles: []string{"moderator"}, Is: config.Deny},
		config.Rule{Toolsets: []string{"billing"}, Roles: []string{"moderator"}, Is: config.Deny},
		config.Rule{Risks: []string{"outward", "destructive"}, Roles: []string{"caller"}, Is: config.Deny},
		config.Rule{Tools: []string{"delete_space"}, Is: config.TwoPeople},
	)
}

// TestEachCallerIsShownTheirOwnTools goes over both HTTP transports, in both
// eras: what the policy denies a role is not in its list, and who calls it all
// the same reads why, costs no request and leaves a record.
func TestEachCallerIsShownTheirOwnTools(t *testing.T) {
	testEveryWay(t, func(t *testing.T, by way) {
		if by.transport == "stdio" {
			t.Skip("stdio has one client")
		}
		w := newWorld(t, withTeam, byRole())
		for _, test := range []struct {
			token, name, role string
			shown, hidden     []string
		}{
			{mariasToken, "maria", "moderator",
				[]string{"get_member", "delete_post", "announce_post", "delete_space", "undo_action"}, []string{"ban_member", "bulk_ban_members"}},
			{botsToken, "chat-ops", "caller",
				[]string{"get_member", "update_member", "undo_action"}, []string{"ban_member", "bulk_ban_members", "delete_post", "announce_post", "delete_space"}},
		} {
			w.token = test.token
			c := w.connect(by, approves())
			w.wantShown(c, test.role, test.shown, test.hidden)
			for _, hidden := range test.hidden {
				w.wantForbidden(c, hidden, test.name, test.role)
			}
		}
	})
}

// TestWhatNobodyMayIsNotShown does so over stdio, where all are local.
func TestWhatNobodyMayIsNotShown(t *testing.T) {
	for _, library := range []string{"mcp-go", "go-sdk"} {
		for _, version := range []string{modernVersion, legacyVersion} {
			by := way{library, "stdio", version}
			t.Run(by.String(), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, ruled(
					config.Rule{Tools: []string{"delete_post"}, Is: config.Allow},
					config.Rule{Risks: []string{"destructive"}, Is: config.Deny},
					config.Rule{Tools: []string{"announce_post"}, Roles: []string{"moderator"}, Is: config.Deny},
					config.Rule{Tools: []string{"update_member"}, Is: config.TwoPeople},
				))
				c := w.connect(by, approves())
				hidden := []string{"ban_member", "bulk_ban_members", "delete_space", "update_member"}
				w.wantShown(c, "local", []string{"get_member", "delete_post", "announce_post", "undo_action"}, hidden)
				for _, name := range hidden {
					w.wantForbidden(c, name, "stdio", "local")
				}
			})
		}
	}
}

func (w *world) wantShown(c *peer, role string, shown, hidden []string) {
	w.t.Helper()
	listed, err := c.tools()
	if err != nil {
		w.t.Fatal(err)
	}
	for _, name := range shown {
		if listed[name] == nil {
			w.t.Errorf("%s is not shown %s", role, name)
		}
	}
	for _, name := range hidden {
		if listed[name] != nil {
			w.t.Errorf("%s is shown %s", role, name)
		}
	}
	again, err := c.tools()
	if err != nil || !slices.Equal(slices.Sorted(maps.Keys(listed)), slices.Sorted(maps.Keys(again))) {
		w.t.Errorf("%s: another list, %v", role, err)
	}
}

// wantForbidden calls what is not shown.
func (w *world) wantForbidden(c *peer, tool, name, role string) {
	w.t.Helper()
	before := len(w.sandbox.Requests())
	r, err := c.call(w.t.Context(), tool, map[string]any{"member_id": w.spammer()}, nil)
	if err != nil || !r.IsError {
		w.t.Fatalf("%s calls %s: %v %+v", role, tool, err, r)
	}
	mustContain(w.t, r.Text, tool, "the operator's policy", "config.yaml:", "Nothing was done")
	if n := len(w.sandbox.Requests()); n != before {
		w.t.Errorf("%s calls %s: %d requests went out", role, tool, n-before)
	}
	recorded := false
	if _, _, err := w.journal.Trail(w.t.Context(), func(r store.Record) error {
		recorded = recorded || r.Kind == "refused" && r.Outcome == "policy" && r.Tool == tool && r.Principal == name && r.Role == role
		return nil
	}); err != nil || !recorded {
		w.t.Errorf("%s calls %s: the audit trail has no refusal, %v", role, tool, err)
	}
}

// TestTheListIsTheCallersOwn: what differs by caller must not be kept for
// another, and comes in the same order each time.
func TestTheListIsTheCallersOwn(t *testing.T) {
	w := newWorld(t, withTeam, byRole())
	bodies := map[string]string{}
	for _, token := range []string{mariasToken, botsToken, mariasToken, botsToken} {
		got := w.rawHTTP().as(t, token).do("POST", "/mcp", message(1, "tools/list", modern(nil, canNone)), modernHeaders("tools/list", ""))
		result := got.last().Result
		if result["cacheScope"] != "private" || result["nextCursor"] != nil || got.header.Get("ETag") != "" {
			t.Errorf("cacheScope %v, nextCursor %v, ETag %q", result["cacheScope"], result["nextCursor"], got.header.Get("ETag"))
		}
		if before, seen := bodies[token]; seen && before != got.body {
			t.Error("the list has changed")
		}
		bodies[token] = got.body
	}
	if bodies[mariasToken] == bodies[botsToken] {
		t.Error("two roles have one list")
	}
}

// TestNothingElseNamesWhatIsDenied: not the instructions, which say what could
// be switched on, and not the templates, which say what makes an export.
func TestNothingElseNamesWhatIsDenied(t *testing.T) {
	core := func(s *setup) {
		s.selection = tools.Selection{Tools: []string{"export_members"}, Toolsets: []string{tools.PresetCore}}
	}
	w := newWorld(t, withTeam, byRole(), core)
	for token, denied := range map[string]struct{ toolset, template string }{
		mariasToken: {toolset: "billing"},
		botsToken:   {template: "export_members"},
	} {
		modernly := w.rawHTTP().as(t, token)
		handshake := w.rawHTTP().as(t, token)
		for era, got := range map[string]answered{
			"modern":    modernly.do("POST", "/mcp", message(1, "server/discover", modern(nil, canNone)), modernHeaders("server/discover", "")),
			"handshake": handshake.do("POST", "/mcp", message(1, "initialize", hello(canNone))),
		} {
			text, _ := got.last().Result["instructions"].(string)
			mustContain(t, text, "Switched off", "polls")
			if strings.Contains(text, "billing") != (denied.toolset == "") {
				t.Errorf("%s: %s", era, text)
			}
		}
		handshake.open(canNone)
		for era, got := range map[string]answered{
			"modern":    modernly.do("POST", "/mcp", message(1, "resources/templates/list", modern(nil, canNone)), modernHeaders("resources/templates/list", "")),
			"handshake": handshake.do("POST", "/mcp", message(1, "resources/templates/list", nil)),
		} {
			list, isList := got.last().Result["resourceTemplates"].([]any)
			if !isList || (len(list) == 0) != (denied.template != "") {
				t.Errorf("%s: %s", era, got.body)
			}
		}
	}
}
