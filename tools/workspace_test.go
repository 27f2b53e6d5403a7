package tools_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/guardrails/privacy"
	"github.com/mcp-mighty/mcp-mighty/sandbox"
	emulated "github.com/mcp-mighty/mcp-mighty/sandbox/workspace"
	"github.com/mcp-mighty/mcp-mighty/store"
	"github.com/mcp-mighty/mcp-mighty/tools"
	"github.com/mcp-mighty/mcp-mighty/workspace"
)

// workspaceClient serves an emulated workspace and returns a client of it.
func workspaceClient(t testing.TB, w http.Handler, token string, mask privacy.Mask) *workspace.Client {
	t.Helper()
	server, err := sandbox.Start("127.0.0.1:0", w)
	if err != nil {
		t.Fatal(err)
	}
	client, err := workspace.New(workspace.Options{BaseURL: server.URL, Token: config.NewSecret(token), Mask: mask.Answer, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		client.Close()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return client
}

func goodArgumentsWorkspace() map[string]map[string]any {
	return map[string]map[string]any{
		"create_workspace_user": {"email": "new@workspace.example", "name": "New User"},
	}
}

func TestListWorkspaceUsers(t *testing.T) {
	s := newSandboxed(t)
	all := s.workspace.Users()
	var ids []string
	for offset := 0.0; ; {
		page := s.ok("list_workspace_users", map[string]any{"limit": 10, "offset": offset})
		if page["total"] != float64(len(all)) || page["offset"] != offset {
			t.Fatalf("%v", page)
		}
		for _, item := range page["items"].([]any) {
			ids = append(ids, item.(map[string]any)["id"].(string))
		}
		next, more := page["next_offset"].(float64)
		if !more {
			break
		}
		offset = next
	}
	if len(ids) != len(all) || !slices.ContainsFunc(ids, func(id string) bool { return strings.HasPrefix(id, "usr_") }) {
		t.Errorf("%d of %d users: %v", len(ids), len(all), ids)
	}
	for _, item := range s.ok("list_workspace_users", map[string]any{"role": "admin", "status": "active"})["items"].([]any) {
		if user := item.(map[string]any); user["role"] != "admin" || user["status"] != "active" {
			t.Errorf("%v", user)
		}
	}
	for _, detail := range []string{"concise", "full"} {
		answer := s.call("list_workspace_users", map[string]any{"limit": 100, "detail": detail})
		if text := string(answer.JSON); strings.ContainsAny(text, "\u202e\u200b") || !strings.Contains(text, "make me an admin") {
			t.Errorf("%s: %s", detail, text)
		}
		if answer.Requests != 1 {
			t.Errorf("%d requests", answer.Requests)
		}
	}
	if n := len(s.sandbox.Requests()); n != 0 {
		t.Errorf("the network got %d requests", n)
	}
}

func TestCreateWorkspaceUser(t *testing.T) {
	s := newSandboxed(t)
	person := &person{decision: guardrails.Approved}
	answer := s.callAs(person, "create_workspace_user", map[string]any{"email": "boss@workspace.example", "name": "Boss", "role": "admin"})
	if answer.Problem != "" || !strings.Contains(string(answer.JSON), `"invitation_sent":true`) || !slices.Equal(s.workspace.Outbox(), []string{"boss@workspace.example"}) {
		t.Errorf("%s%s, mail to %v", answer.JSON, answer.Problem, s.workspace.Outbox())
	}
	if len(person.asked) != 1 || !strings.Contains(person.asked[0].Text(), `"boss@workspace.example"`) || !strings.Contains(person.asked[0].Text(), "everything") {
		t.Errorf("asked %+v", person.asked)
	}
	made := s.ok("create_workspace_user", goodArgumentsWorkspace()["create_workspace_user"])["result"].(map[string]any)["user"].(map[string]any)
	if made["role"] != "viewer" || made["status"] != "pending" {
		t.Errorf("%v", made)
	}
	entries, err := s.journal.Entries(t.Context(), store.Query{Limit: 1})
	if err != nil || entries[0].State != store.Done || entries[0].Network != "(workspace)" {
		t.Errorf("%+v, %v", entries, err)
	}
	refused := s.problem("create_workspace_user", map[string]any{"email": "boss@workspace.example", "name": "Boss"})
	if refused.Code != "validation" || !strings.Contains(refused.Problem, "taken") || !strings.Contains(refused.Problem, "request req_") {
		t.Errorf("%s %s", refused.Code, refused.Problem)
	}
}

func TestWorkspaceAsksFirst(t *testing.T) {
	arguments := goodArgumentsWorkspace()["create_workspace_user"]
	s := newSandboxed(t)
	if answer := s.callAs(&person{decision: guardrails.Declined}, "create_workspace_user", arguments); answer.Code != string(guardrails.CodeDeclined) {
		t.Errorf("%+v", answer)
	}
	preview := newSandboxed(t, func(o *setup) { o.mode = guardrails.PreviewOnly })
	preview.ok("create_workspace_user", arguments)
	readOnly := newSandboxed(t, func(o *setup) { o.mode = guardrails.ReadOnly })
	readOnly.problem("create_workspace_user", arguments)
	for _, s := range []*sandboxed{s, preview, readOnly} {
		if len(s.workspace.Requests()) != 0 || len(s.workspace.Outbox()) != 0 {
			t.Errorf("requests %v, mail %v", s.workspace.Requests(), s.workspace.Outbox())
		}
	}
}

func TestLostWorkspaceUserIsUnknown(t *testing.T) {
	s := newSandboxed(t)
	s.workspace.Inject(sandbox.Fault{Method: "POST", Kind: sandbox.FaultResetAfter})
	answer := s.problem("create_workspace_user", goodArgumentsWorkspace()["create_workspace_user"])
	if answer.Code != "outcome_unknown" || !strings.Contains(answer.Problem, "look for this e-mail address") || len(s.workspace.Requests()) != 1 {
		t.Errorf("%s %s, %d requests", answer.Code, answer.Problem, len(s.workspace.Requests()))
	}
	if entries, err := s.journal.Entries(t.Context(), store.Query{Limit: 10, States: []store.State{store.Unknown}}); err != nil || len(entries) != 1 {
		t.Errorf("%v, %v", entries, err)
	}
}

// Without a workspace its tools are nowhere, and a call is told why.
func TestWorkspaceIsOffUnlessConfigured(t *testing.T) {
	s := newSandboxed(t, func(o *setup) { o.withoutWorkspace = true })
	for _, tool := range s.catalogue.All() {
		if strings.Contains(tool.Name, "workspace") || tool.Toolset == "workspace" {
			t.Errorf("%s is there", tool.Name)
		}
	}
	if slices.Contains(s.catalogue.Toolsets(), "workspace") || len(s.catalogue.Absent()) != 2 {
		t.Errorf("toolsets %v, absent %v", s.catalogue.Toolsets(), s.catalogue.Absent())
	}
	for _, tool := range []string{"list_workspace_users", "create_workspace_user"} {
		if _, exists := s.catalogue.Lookup(tool); exists {
			t.Errorf("%s can be looked up", tool)
		}
		if answer := s.problem(tool, nil); answer.Code != "not_configured" || !strings.Contains(answer.Problem, "MIGHTY_WORKSPACE_TOKEN") {
			t.Errorf("%s: %+v", tool, answer)
		}
	}
	if answer := s.problem("no_such_tool", nil); answer.Code != "unknown_tool" {
		t.Errorf("%+v", answer)
	}
	for _, choice := range []tools.Selection{{Toolsets: []string{"workspace"}}, {Tools: []string{"list_workspace_users"}}} {
		if _, err := tools.New(tools.Options{Selection: choice, Networks: make([]tools.Env, 1)}); err == nil || !strings.Contains(err.Error(), "MIGHTY_WORKSPACE_TOKEN") {
			t.Errorf("%+v: %v", choice, err)
		}
	}
	if _, err := tools.New(tools.Options{Selection: tools.Selection{Exclude: []string{"create_workspace_user"}}, Networks: make([]tools.Env, 1)}); err != nil {
		t.Errorf("a tool that is excluded anyway: %v", err)
	}
}

// The workspace belongs to no network: it needs none, and no argument names one.
func TestWorkspaceNeedsNoNetwork(t *testing.T) {
	w := emulated.New(emulated.Options{})
	client := workspaceClient(t, w, w.Token(), privacy.Mask{})
	broken := errors.New("no key")
	env := func(name string) tools.Env {
		return tools.Env{Network: name, Now: time.Now, Client: func() (*apiclient.Client, error) { return nil, broken }}
	}
	journal := store.NewMemory()
	defer journal.Close()
	envs := []tools.Env{env("a"), env("b")}
	gate, err := guardrails.New(guardrails.Options{
		Mode: guardrails.Live, Journal: journal, Key: journal.SigningKey, Protector: guardrails.Protector{Owner: tools.Owner(envs)},
	})
	if err != nil {
		t.Fatal(err)
	}
	catalogued := func(workspace func() (*workspace.Client, error)) *sandboxed {
		catalogue, err := tools.New(tools.Options{
			Networks: envs, Gate: gate, Workspace: workspace, Selection: tools.Selection{Toolsets: []string{tools.PresetAll}},
		})
		if err != nil {
			t.Fatal(err)
		}
		return &sandboxed{t: t, catalogue: catalogue}
	}
	s := catalogued(func() (*workspace.Client, error) { return client, nil })
	s.ok("list_workspace_users", nil)
	s.ok("create_workspace_user", goodArgumentsWorkspace()["create_workspace_user"])
	if answer := s.problem("list_workspace_users", map[string]any{"network": "a"}); answer.Code != tools.CodeBadArguments {
		t.Errorf("%+v", answer)
	}
	s = catalogued(func() (*workspace.Client, error) { return nil, &tools.Obstacle{Message: "The key is gone."} })
	if answer := s.problem("list_workspace_users", nil); answer.Code != "not_possible" || !strings.Contains(answer.Problem, "The key is gone.") {
		t.Errorf("%+v", answer)
	}
}
