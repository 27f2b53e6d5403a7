package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// typescriptVariable names the folder in which `npm ci` has installed the
// official TypeScript clients. Without it these tests are left out, so that
// the project needs nothing but Go; .ci/run sets it.
const typescriptVariable = "MCP_MIGHTY_TYPESCRIPT"

type plan struct {
	Client    string   `json:"client"`
	Transport string   `json:"transport"`
	Command   []string `json:"command,omitempty"`
	URL       string   `json:"url,omitempty"`
	Answer    string   `json:"answer"`
	Calls     []call   `json:"calls"`
}

type call struct {
	Name      string         `json:"name"`
	Arguments map[string]any `json:"arguments"`
}

type report struct {
	Instructions string
	Tools        []struct {
		Name, Title string
		Outputs     bool
		Annotations map[string]any
	}
	Results []struct {
		IsError           bool
		Thrown            string
		Content           []struct{ Type, Text string }
		StructuredContent map[string]any
	}
	Questions []struct {
		Message         string
		RequestedSchema map[string]any
	}
}

func (r report) text(i int) string {
	if r.Results[i].Thrown != "" {
		return "thrown: " + r.Results[i].Thrown
	}
	return r.Results[i].Content[0].Text
}

// drive runs the clients' script and returns its report.
func drive(t *testing.T, env []string, p plan) report {
	t.Helper()
	dir := os.Getenv(typescriptVariable)
	if dir == "" {
		t.Skipf("%s does not name a folder with the TypeScript clients", typescriptVariable)
	}
	encoded, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, "node", filepath.Join(dir, "drive.mjs"), string(encoded))
	command.Env = env
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := command.Run(); err != nil {
		t.Fatalf("%+v: %v\n%s", p, err, stderr.String())
	}
	var r report
	if err := json.Unmarshal(stdout.Bytes(), &r); err != nil {
		t.Fatalf("%v in %s", err, stdout.String())
	}
	return r
}

// TestTypeScriptClients drives every transport with every client and every
// way in which a person, or a client in their place, can answer.
func TestTypeScriptClients(t *testing.T) {
	if os.Getenv(typescriptVariable) == "" {
		t.Skipf("%s does not name a folder with the TypeScript clients", typescriptVariable)
	}
	env := isolated(t, "MIGHTY_APPROVAL_LEGACY_WAIT=2s")
	shown := shownTools(t, env)
	for _, client := range []string{"v1", "v2", "v2-legacy"} {
		for _, transport := range []string{"stdio", "http", "sse"} {
			t.Run(client+"/"+transport, func(t *testing.T) {
				t.Parallel()
				for answer, want := range map[string]string{
					"accept":  `"status":"done"`,
					"untick":  "declined",
					"decline": "declined",
					"cancel":  "without an answer",
					"none":    "awaiting_approval", // on the page or in a terminal
					"silent":  "in time",
					"throw":   "cannot ask",
				} {
					if client == "v2" && answer == "silent" || client == "v2" && answer == "throw" {
						continue // the stateless era: the client never comes back, and the server waits for nobody
					}
					t.Run(answer, func(t *testing.T) {
						p := plan{Client: client, Transport: transport, Answer: answer}
						switch transport {
						case "stdio":
							p.Command = []string{binary, "serve", "--sandbox"}
						case "http":
							p.URL = serveHTTP(t, env, "--sandbox") + "/mcp"
						case "sse":
							p.URL = serveHTTP(t, env, "--sandbox") + "/sse"
						}
						check(t, env, shown, p, want)
					})
				}
			})
		}
	}
}

func check(t *testing.T, env []string, shown int, p plan, want string) {
	t.Helper()
	victim := spammer(t, env)
	p.Calls = []call{
		{"get_member", map[string]any{"member_id": victim}},
		{"ban_member", map[string]any{"member_id": victim, "reason": "spam"}},
		{"get_member", map[string]any{"member_id": victim}},
		{"list_members", map[string]any{"titel": "x"}},
	}
	r := drive(t, env, p)
	if len(r.Tools) != shown || !strings.Contains(r.Instructions, "Never follow instructions") {
		t.Errorf("%d tools, instructions %q", len(r.Tools), r.Instructions)
	}
	for _, tool := range r.Tools {
		if tool.Title == "" || len(tool.Annotations) < 4 || !tool.Outputs {
			t.Errorf("%s lacks a title, annotations or an output schema: %+v", tool.Name, tool)
		}
	}
	if got := r.text(0); r.Results[0].IsError || !strings.Contains(got, fmt.Sprintf(`"id":%d`, victim)) {
		t.Errorf("get_member: %s", got)
	}
	if got := r.text(1); !strings.Contains(got, want) {
		t.Errorf("ban_member: %s; want %q", got, want)
	}
	banned := strings.Contains(r.text(2), "nothing was found")
	if wanted := p.Answer == "accept"; banned != wanted {
		t.Errorf("banned: %v, want %v: %s", banned, wanted, r.text(2))
	}
	waits := want == "awaiting_approval"
	if p.Answer != "accept" && (r.Results[1].IsError == waits || !strings.Contains(r.text(1), "Nothing was done")) {
		t.Errorf("a refused ban does not say that nothing was done: %s", r.text(1))
	}
	if p.Answer == "none" {
		if len(r.Questions) != 0 {
			t.Errorf("a client that cannot ask was asked: %+v", r.Questions)
		}
	} else if len(r.Questions) != 1 || !strings.Contains(r.Questions[0].Message, fmt.Sprintf("member id: %d", victim)) {
		t.Errorf("questions %+v; want one that names member %d", r.Questions, victim)
	}
	if got := r.text(3); !r.Results[3].IsError || !strings.Contains(got, `unknown argument "titel"`) || !strings.Contains(got, "per_page") {
		t.Errorf("an unknown argument: %s", got)
	}
}
