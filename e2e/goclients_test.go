package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	mcpclient "github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

var tokenPattern = regexp.MustCompile(`mn_[0-9a-f]{64}`)

// TestGoSDKClient drives the built program with the official Go SDK over all
// three transports, with somebody who agrees.
func TestGoSDKClient(t *testing.T) {
	env := isolated(t)
	victim, shown := spammer(t, env), shownTools(t, env)
	connections := map[string]func() sdk.Transport{
		"stdio": func() sdk.Transport {
			command := exec.Command(binary, "serve", "--sandbox")
			command.Env = env
			return &sdk.CommandTransport{Command: command}
		},
		"http": func() sdk.Transport {
			return &sdk.StreamableClientTransport{Endpoint: serveHTTP(t, env, "--sandbox") + "/mcp"}
		},
		"sse": func() sdk.Transport {
			return &sdk.SSEClientTransport{Endpoint: serveHTTP(t, env, "--sandbox") + "/sse"}
		},
	}
	for name, connect := range connections {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			asked := 0
			client := sdk.NewClient(&sdk.Implementation{Name: "go-sdk", Version: "1"}, &sdk.ClientOptions{
				ElicitationHandler: func(_ context.Context, r *sdk.ElicitRequest) (*sdk.ElicitResult, error) {
					asked++
					_, number, _ := strings.Cut(r.Params.Message, "To approve, type the number of the member: ")
					return &sdk.ElicitResult{Action: "accept", Content: map[string]any{"type_to_approve": number}}, nil
				},
			})
			session, err := client.Connect(t.Context(), connect(), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer session.Close()
			list, err := session.ListTools(t.Context(), nil)
			if err != nil || len(list.Tools) != shown {
				t.Fatalf("tools/list: %v tools, %v", list, err)
			}
			result, err := session.CallTool(t.Context(), &sdk.CallToolParams{Name: "ban_member", Arguments: map[string]any{"member_id": victim}})
			if err != nil || result.IsError || asked != 1 {
				t.Fatalf("ban_member: %+v, %v, asked %d times", result, err, asked)
			}
			encoded, _ := json.Marshal(result.StructuredContent)
			if text := result.Content[0].(*sdk.TextContent).Text; !strings.Contains(text, `"done"`) || !sameJSON(text, string(encoded)) {
				t.Errorf("text %s and structured content %s differ", text, encoded)
			}
			result, err = session.CallTool(t.Context(), &sdk.CallToolParams{Name: "get_member", Arguments: map[string]any{"member_id": victim}})
			if err != nil || !result.IsError {
				t.Errorf("the banned member is still there: %+v, %v", result, err)
			}
		})
	}
}

func sameJSON(a, b string) bool {
	var x, y any
	if json.Unmarshal([]byte(a), &x) != nil || json.Unmarshal([]byte(b), &y) != nil {
		return false
	}
	return fmt.Sprint(x) == fmt.Sprint(y)
}

// TestServerAnswersWithoutAnAPI starts the program without a network, without a
// key, with one that is wrong and with an API that is down: it lists its tools, and the first call says
// what is wrong, without the key.
func TestServerAnswersWithoutAnAPI(t *testing.T) {
	const key = "mn_0123456789abcdef"
	nothing := isolated(t)
	noKey := with(nothing, "MIGHTY_NETWORK_ID=4242")
	env := with(noKey, "MIGHTY_API_TOKEN="+key)
	upstream := start(t, env, "sandbox", "--listen", "127.0.0.1:0").url()
	for name, test := range map[string]struct {
		env  []string
		want string
	}{
		"no network": {nothing, "set MIGHTY_NETWORK_ID and MIGHTY_API_TOKEN"},
		"no key":     {noKey, "set MIGHTY_API_TOKEN or MIGHTY_API_TOKEN_FILE"},
		"API down":   {with(env, "MIGHTY_API_URL=http://127.0.0.1:1"), "not working at the moment"},
		"wrong key":  {with(env, "MIGHTY_API_URL="+upstream), "API key must be replaced"},
	} {
		t.Run(name, func(t *testing.T) {
			client, err := mcpclient.NewStdioMCPClientWithOptions(binary, test.env, []string{"serve"},
				transport.WithCommandFunc(func(ctx context.Context, name string, env, args []string) (*exec.Cmd, error) {
					c := exec.CommandContext(ctx, name, args...)
					c.Env = env
					return c, nil
				}))
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			var request mcp.InitializeRequest
			request.Params.ProtocolVersion = "2025-11-25"
			request.Params.ClientInfo = mcp.Implementation{Name: "mcp-go", Version: "1"}
			if _, err := client.Initialize(t.Context(), request); err != nil {
				t.Fatal(err)
			}
			list, err := client.ListTools(t.Context(), mcp.ListToolsRequest{})
			if err != nil || len(list.Tools) == 0 {
				t.Fatalf("tools/list: %v, %v", list, err)
			}
			for _, tool := range list.Tools {
				if tool.Annotations.ReadOnlyHint == nil || !*tool.Annotations.ReadOnlyHint {
					t.Errorf("%s is listed in read-only mode", tool.Name)
				}
			}
			var call mcp.CallToolRequest
			call.Params.Name = "get_network"
			result, err := client.CallTool(t.Context(), call)
			if err != nil || !result.IsError {
				t.Fatalf("get_network: %+v, %v", result, err)
			}
			if text := result.Content[0].(mcp.TextContent).Text; !strings.Contains(text, test.want) || strings.Contains(text, key) {
				t.Errorf("get_network: %s; want %q and no key", text, test.want)
			}
		})
	}
}

// TestStdioDrainsAtEndOfInput sends calls and closes stdin at once: every call
// is answered, and nothing but frames is on stdout.
func TestStdioDrainsAtEndOfInput(t *testing.T) {
	const calls = 200
	var input strings.Builder
	input.WriteString(`{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"pipe","version":"1"}}}` + "\n")
	input.WriteString(`{"jsonrpc":"2.0","method":"notifications/initialized"}` + "\n")
	for i := 1; i <= calls; i++ {
		fmt.Fprintf(&input, `{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"list_spaces","arguments":{"per_page":1}}}`+"\n", i)
	}
	r := run(t, isolated(t), input.String(), "serve", "--sandbox")
	answered := map[int]bool{}
	for _, line := range lines(r.stdout) {
		var frame struct {
			JSONRPC string
			ID      int
			Result  *struct{ IsError bool }
		}
		if err := json.Unmarshal([]byte(line), &frame); err != nil || frame.JSONRPC != "2.0" {
			t.Fatalf("stdout carries something else than a frame: %q", line)
		}
		if frame.Result == nil || frame.Result.IsError {
			t.Errorf("call %d failed: %s", frame.ID, line)
		}
		answered[frame.ID] = true
	}
	if r.code != 0 || len(answered) != calls+1 {
		t.Errorf("exit %d, %d of %d answered; stderr: %s", r.code, len(answered), calls+1, r.stderr)
	}
}
