package e2e

import (
	"strings"
	"testing"
)

// TestMaskOfTheProgram reads the key's owner with and without a mask.
func TestMaskOfTheProgram(t *testing.T) {
	env := isolated(t)
	plain := run(t, env, "", "call", "get_current_user", "--sandbox", "--toolsets", "all", "--output", "json")
	if !strings.Contains(plain.stdout, "@example.org") {
		t.Fatalf("without a mask there is no address: %s%s", plain.stdout, plain.stderr)
	}
	masked := run(t, with(env, "MIGHTY_PRIVACY_MASK=email,name,location"), "", "call", "get_current_user", "--sandbox", "--toolsets", "all", "--output", "json")
	if !strings.Contains(masked.stdout, "…@") || strings.Contains(masked.stdout, "@example.org") {
		t.Errorf("with a mask: %s%s", masked.stdout, masked.stderr)
	}
	users := run(t, with(env, "MIGHTY_PRIVACY_MASK=email"), "", "call", "list_workspace_users", "--sandbox", "--toolsets", "all", "--output", "json")
	if !strings.Contains(users.stdout, "…@") || strings.Contains(users.stdout, "@workspace") {
		t.Errorf("users of the workspace: %s%s", users.stdout, users.stderr)
	}
}
