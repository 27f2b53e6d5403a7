package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	mcpclient "github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

const (
	modernVersion = "2026-07-28"
	legacyVersion = "2025-11-25"
)

// person answers questions. A nil person cannot be asked: the client then
// declares no elicitation.
type person func(ctx context.Context, message string, schema any) (action string, content map[string]any, err error)

func says(action string, content map[string]any) person {
	return func(context.Context, string, any) (string, map[string]any, error) { return action, content, nil }
}

// approves reads what it is asked to type.
func approves() person {
	return func(_ context.Context, message string, _ any) (string, map[string]any, error) {
		if _, name, found := strings.Cut(message, "To approve, type the name of the member: "); found {
			return "accept", map[string]any{"type_to_approve": name}, nil
		}
		return "accept", map[string]any{"approve": true}, nil
	}
}

// reply is what a call brought back.
type reply struct {
	IsError bool
	Text    string
	JSON    map[string]any // structuredContent
	Meta    map[string]any
}

// peer is a client of some library, connected and initialized.
type peer struct {
	version      string
	instructions string
	serverName   string
	tools        func() (map[string]json.RawMessage, error)
	call         func(ctx context.Context, name string, arguments map[string]any, progress func(float64)) (reply, error)
	close        func()
}

// way is how a test client reaches the server.
type way struct{ library, transport, version string }

func (w way) String() string {
	era := "legacy"
	if w.version == modernVersion {
		era = "modern"
	}
	return fmt.Sprintf("%s/%s/%s", w.library, w.transport, era)
}

// ways are all of them.
func ways() []way {
	var all []way
	for _, library := range []string{"mcp-go", "go-sdk"} {
		for _, t := range []string{"stdio", "http", "sse"} {
			for _, v := range []string{modernVersion, legacyVersion} {
				all = append(all, way{library, t, v})
			}
		}
	}
	return all
}

func (w *world) connect(by way, p person) *peer {
	w.t.Helper()
	var connected *peer
	var err error
	switch by.library {
	case "mcp-go":
		connected, err = w.connectMCPGo(by, p)
	case "go-sdk":
		connected, err = w.connectSDK(by, p)
	}
	if err != nil {
		w.t.Fatalf("%s: %v", by, err)
	}
	if connected.version != by.version {
		w.t.Fatalf("%s speaks %s", by, connected.version)
	}
	w.t.Cleanup(connected.close)
	return connected
}

type mcpGoPerson struct{ person }

func (p mcpGoPerson) Elicit(ctx context.Context, request mcp.ElicitationRequest) (*mcp.ElicitationResult, error) {
	action, content, err := p.person(ctx, request.Params.Message, request.Params.RequestedSchema)
	if err != nil {
		return nil, err
	}
	result := &mcp.ElicitationResult{}
	result.Action = mcp.ElicitationResponseAction(action)
	if content != nil {
		result.Content = content
	}
	return result, nil
}

func (w *world) connectMCPGo(by way, p person) (*peer, error) {
	var carrier transport.Interface
	var err error
	switch by.transport {
	case "stdio":
		pipe := w.serveStdio()
		carrier = transport.NewIO(pipe.out, pipe.in, io.NopCloser(strings.NewReader("")))
	case "http":
		carrier, err = transport.NewStreamableHTTP(w.serveHTTP().url+"/mcp", transport.WithHTTPBasicClient(w.signedIn()))
	case "sse":
		carrier, err = transport.NewSSE(w.serveHTTP().url+"/sse", transport.WithHTTPClient(w.signedIn()))
	}
	if err != nil {
		return nil, err
	}
	options := []mcpclient.ClientOption{mcpclient.WithProtocolVersion(by.version)}
	if p != nil {
		options = append(options, mcpclient.WithElicitationHandler(mcpGoPerson{p}))
	}
	c := mcpclient.NewClient(carrier, options...)
	if err := c.Start(context.Background()); err != nil {
		return nil, err
	}
	var hello mcp.InitializeRequest
	hello.Params.ClientInfo = mcp.Implementation{Name: "matrix", Version: "9"}
	result, err := c.Initialize(context.Background(), hello)
	if err != nil {
		return nil, err
	}
	return &peer{
		version: result.ProtocolVersion, instructions: result.Instructions, serverName: result.ServerInfo.Name,
		close: func() { _ = c.Close() },
		tools: func() (map[string]json.RawMessage, error) {
			list, err := c.ListTools(context.Background(), mcp.ListToolsRequest{})
			if err != nil {
				return nil, err
			}
			all := map[string]json.RawMessage{}
			for _, tool := range list.Tools {
				all[tool.Name], _ = json.Marshal(tool)
			}
			return all, nil
		},
		call: func(ctx context.Context, name string, arguments map[string]any, progress func(float64)) (reply, error) {
			var request mcp.CallToolRequest
			request.Params.Name, request.Params.Arguments = name, arguments
			if progress != nil {
				request.Params.Meta = &mcp.Meta{ProgressToken: "steps"}
				c.OnNotification(func(n mcp.JSONRPCNotification) {
					if at, ok := n.Params.AdditionalFields["progress"].(float64); ok && n.Method == "notifications/progress" {
						progress(at)
					}
				})
			}
			result, err := c.CallTool(ctx, request)
			if err != nil {
				return reply{}, err
			}
			r := reply{IsError: result.IsError}
			r.JSON, _ = result.StructuredContent.(map[string]any)
			if result.Meta != nil {
				r.Meta = result.Meta.AdditionalFields
			}
			for _, c := range result.Content {
				r.Text += c.(mcp.TextContent).Text
			}
			return r, nil
		},
	}, nil
}

func (w *world) connectSDK(by way, p person) (*peer, error) {
	var carrier sdk.Transport
	switch by.transport {
	case "stdio":
		pipe := w.serveStdio()
		carrier = &sdk.IOTransport{Reader: pipe.out, Writer: pipe.in}
	case "http":
		carrier = &sdk.StreamableClientTransport{Endpoint: w.serveHTTP().url + "/mcp", HTTPClient: w.signedIn(), MaxRetries: -1}
	case "sse":
		carrier = &sdk.SSEClientTransport{Endpoint: w.serveHTTP().url + "/sse", HTTPClient: w.signedIn()}
	}
	var progress func(float64)
	options := &sdk.ClientOptions{
		ProgressNotificationHandler: func(_ context.Context, r *sdk.ProgressNotificationClientRequest) {
			if progress != nil {
				progress(r.Params.Progress)
			}
		},
	}
	if p != nil {
		options.ElicitationHandler = func(ctx context.Context, r *sdk.ElicitRequest) (*sdk.ElicitResult, error) {
			action, content, err := p(ctx, r.Params.Message, r.Params.RequestedSchema)
			if err != nil {
				return nil, err
			}
			return &sdk.ElicitResult{Action: action, Content: content}, nil
		}
	}
	c := sdk.NewClient(&sdk.Implementation{Name: "matrix", Version: "9"}, options)
	session, err := c.Connect(context.Background(), carrier, &sdk.ClientSessionOptions{ProtocolVersion: by.version})
	if err != nil {
		return nil, err
	}
	hello := session.InitializeResult()
	connected := &peer{
		version: hello.ProtocolVersion, instructions: hello.Instructions,
		close: func() { _ = session.Close() },
		tools: func() (map[string]json.RawMessage, error) {
			list, err := session.ListTools(context.Background(), nil)
			if err != nil {
				return nil, err
			}
			all := map[string]json.RawMessage{}
			for _, tool := range list.Tools {
				all[tool.Name], _ = json.Marshal(tool)
			}
			return all, nil
		},
		call: func(ctx context.Context, name string, arguments map[string]any, report func(float64)) (reply, error) {
			params := &sdk.CallToolParams{Name: name, Arguments: arguments}
			if report != nil {
				progress = report
				params.SetProgressToken("steps")
			}
			result, err := session.CallTool(ctx, params)
			if err != nil {
				return reply{}, err
			}
			r := reply{IsError: result.IsError, Meta: result.Meta}
			r.JSON, _ = result.StructuredContent.(map[string]any)
			for _, c := range result.Content {
				r.Text += c.(*sdk.TextContent).Text
			}
			return r, nil
		},
	}
	if hello.ServerInfo != nil {
		connected.serverName = hello.ServerInfo.Name
	}
	return connected, nil
}

var errNoPatience = errors.New("the test client has no screen")

func testEveryWay(t *testing.T, test func(t *testing.T, by way)) {
	for _, by := range ways() {
		t.Run(by.String(), func(t *testing.T) {
			t.Parallel()
			test(t, by)
		})
	}
}
