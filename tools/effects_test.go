package tools_test

import (
	"slices"
	"testing"

	"github.com/mcp-mighty/mcp-mighty/tools"
)

// TestEffectsAreKnown has whoever adds a tool around members say what it
// changes of what the directory keeps.
func TestEffectsAreKnown(t *testing.T) {
	nothing := []string{
		"set_member_role", "set_space_member_role", "send_password_reset", "export_members", "sync_members_to_crm",
		"set_badge_avatar",
	}
	known := tools.ToolsWithEffects()
	for _, tool := range newSandboxed(t).catalogue.All() {
		if !tool.Risk.Acts() || tool.Single != "" || !slices.Contains([]string{"members", "spaces", "plans", "billing", "tags", "badges"}, tool.Toolset) {
			continue
		}
		if slices.Contains(known, tool.Name) == slices.Contains(nothing, tool.Name) {
			t.Errorf("%s: effects.go says what it changes in the directory, or this list that it changes nothing", tool.Name)
		}
	}
	for _, name := range known {
		if _, exists := newSandboxed(t).catalogue.Lookup(name); !exists {
			t.Errorf("%s has effects and does not exist", name)
		}
	}
}
