package server

import (
	"strings"
	"testing"
)

// Tools of what is not configured are in no list; a call of one is told why.
func TestToolsOfWhatIsNotConfigured(t *testing.T) {
	a := newWorld(t).rawHTTP()
	a.open(canNone)
	if list := a.do("POST", "/mcp", message(1, "tools/list", nil)).body; strings.Contains(list, "workspace_user") || !strings.Contains(list, "get_member") {
		t.Errorf("tools/list: %.500s", list)
	}
	body := a.do("POST", "/mcp", message(2, "tools/call", map[string]any{"name": "list_workspace_users"})).body
	if !strings.Contains(body, "MIGHTY_WORKSPACE_TOKEN") || !strings.Contains(body, `"isError":true`) {
		t.Errorf("tools/call: %s", body)
	}
}
