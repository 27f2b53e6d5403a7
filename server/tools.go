package server

import (
	"context"
	"log/slog"
	"slices"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/tools"
)

// addTools registers every tool, also those that may not be called: a call to
// one of them must reach the gate, whose refusal says why and what to do.
// [Server.hideTools] keeps them out of the list. (mcp-go's own filter would
// answer the call with "not found", which is not true.) The same holds for
// tools of what is not configured.
func (s *Server) addTools() {
	for _, tool := range slices.Concat(s.o.Catalogue.All(), s.o.Catalogue.Absent()) {
		s.mcp.AddTool(describe(tool), s.callTool)
	}
}

// describe turns a tool into its MCP definition.
func describe(tool tools.Tool) mcp.Tool {
	return mcp.Tool{
		Name:            tool.Name,
		Title:           tool.Title,
		Description:     tool.About,
		RawInputSchema:  tool.Input.JSON(),
		RawOutputSchema: tool.Output.JSON(),
		Annotations:     annotations(tool),
	}
}

// annotations sets all four hints, because a missing one has a default that a
// client may read otherwise than it was meant.
func annotations(tool tools.Tool) mcp.ToolAnnotation {
	hints := tool.Hints()
	return mcp.ToolAnnotation{
		Title:           tool.Title,
		ReadOnlyHint:    mcp.ToBoolPtr(hints.ReadOnly),
		DestructiveHint: mcp.ToBoolPtr(hints.Destructive),
		IdempotentHint:  mcp.ToBoolPtr(hints.Idempotent),
		OpenWorldHint:   mcp.ToBoolPtr(hints.OpenWorld),
	}
}

// hideTools takes out of the list what every call of this caller would be
// refused for.
func (s *Server) hideTools(ctx context.Context, _ any, _ *mcp.ListToolsRequest, result *mcp.ListToolsResult) {
	caller := callerOf(ctx)
	result.Tools = slices.DeleteFunc(result.Tools, func(listed mcp.Tool) bool { return !s.shows(listed.Name, caller) })
}

// shows reports whether a caller is shown a tool.
func (s *Server) shows(name string, to guardrails.Caller) bool {
	tool, exists := s.o.Catalogue.Lookup(name)
	return exists && s.o.Catalogue.Admits(tool, to) == nil
}

// callTool is the handler of every tool, in every era, on every transport. It
// never returns an error: mcp-go would send its text to the client.
func (s *Server) callTool(ctx context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	start := s.o.Now()
	ctx, leave, err := s.slots.enter(ctx)
	if err != nil {
		return problem("The call ended before it was its turn. Nothing was done."), nil
	}
	defer leave()
	ctx = s.withShelf(ctx)

	from := clientOf(ctx)
	caller := from.caller(arrivalOf(ctx))
	progress, settle := s.progress(ctx, request.Params.Meta)
	answer := s.o.Catalogue.Call(ctx, request.Params.Name, guardrails.Request{
		Caller: caller,
		// The bytes as they came. The decoded map that mcp-go offers beside
		// them has turned ids into floating point.
		Arguments: request.Params.RawArguments,
		Approver:  approver{server: s, client: from},
		Evidence:  evidence(from, request.Params),
	}, progress)
	settle()

	s.o.Logger.Info("call",
		slog.String("tool", request.Params.Name),
		slog.String("outcome", outcome(ctx, answer)),
		slog.Int("requests", answer.Requests),
		slog.Duration("took", s.o.Now().Sub(start)),
		slog.String("principal", caller.Principal),
		slog.String("role", caller.Role),
		slog.String("client", caller.Client),
		slog.String("session", caller.Session),
	)
	return s.result(from, answer), nil
}

func outcome(ctx context.Context, answer tools.Answer) string {
	switch {
	case answer.Problem != "" && ctx.Err() != nil:
		return "caller_left"
	case answer.Ask != nil:
		return "asked"
	case answer.Problem != "":
		return answer.Code
	}
	return "ok"
}

var _ mcpserver.ToolHandlerFunc = (*Server)(nil).callTool
