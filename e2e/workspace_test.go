package e2e

import (
	"regexp"
	"strings"
	"testing"
)

func TestWorkspaceInTheSandbox(t *testing.T) {
	env := isolated(t)
	users := run(t, env, "", "call", "list_workspace_users", "limit=3", "status=active", "--sandbox", "--toolsets", "workspace")
	if users.code != 0 || !strings.Contains(users.stdout, "usr_") || !strings.Contains(users.stdout, "total: ") {
		t.Errorf("list_workspace_users: %+v", users)
	}
	quiet := run(t, env, "yes\n", "call", "create_workspace_user", "email=a@b.example", "name=A B", "--sandbox", "--toolsets", "workspace")
	if quiet.code != 1 || !strings.Contains(quiet.stderr, "Nothing was done") {
		t.Errorf("create_workspace_user without a person: %+v", quiet)
	}
	if table := run(t, env, "", "tools", "--sandbox"); !strings.Contains(table.stdout, "list_workspace_users") {
		t.Errorf("tools --sandbox: %s", table.stdout)
	}
}

func TestWorkspaceIsOffUnlessConfigured(t *testing.T) {
	env := with(isolated(t), "MIGHTY_NETWORK_ID=1", "MIGHTY_API_TOKEN=x")
	if table := run(t, env, "", "tools"); table.code != 0 || strings.Contains(table.stdout, "workspace") {
		t.Errorf("tools: %+v", table)
	}
	for _, args := range [][]string{{"call", "list_workspace_users"}, {"tools", "list_workspace_users"}, {"serve", "--toolsets", "core,workspace"}} {
		if r := run(t, env, "", args...); r.code != 2 || !strings.Contains(r.stderr, "MIGHTY_WORKSPACE_TOKEN") {
			t.Errorf("%v: %+v", args, r)
		}
	}
}

func TestWorkspaceByItsKey(t *testing.T) {
	env := isolated(t)
	sandbox := start(t, env, "sandbox", "--listen", "127.0.0.1:0")
	url := sandbox.url()
	token := sandbox.stderr.waitFor(t, tokenPattern)
	key := sandbox.stderr.waitFor(t, regexp.MustCompile(`sk_live_\w+`))
	env = with(env, "MIGHTY_API_URL="+url, "MIGHTY_NETWORK_ID=4242", "MIGHTY_API_TOKEN="+token, "MIGHTY_WORKSPACE_API_URL="+url+"/v3")
	if r := run(t, with(env, "MIGHTY_WORKSPACE_TOKEN="+key), "", "call", "list_workspace_users", "--toolsets", "workspace"); r.code != 0 || !strings.Contains(r.stdout, "usr_") {
		t.Errorf("list_workspace_users: %+v", r)
	}
	well := run(t, with(env, "MIGHTY_WORKSPACE_TOKEN="+key), "", "doctor")
	if well.code != 0 || !strings.Contains(well.stdout, "workspace      its key works") || strings.Contains(well.stdout+well.stderr, key) {
		t.Errorf("doctor: %+v", well)
	}
	// The network's key is not the workspace's.
	ill := run(t, with(env, "MIGHTY_WORKSPACE_TOKEN="+token), "", "doctor")
	if ill.code != 1 || !strings.Contains(ill.stdout, "WRONG  workspace") || strings.Contains(ill.stdout+ill.stderr, token) {
		t.Errorf("doctor with another key: %+v", ill)
	}
}
