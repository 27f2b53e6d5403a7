package server

import (
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"

	"github.com/mcp-mighty/mcp-mighty/tools"
)

// metaRequests is the key in a result's _meta under which the number of
// requests to the Admin API stands. Requests cost the community money.
const metaRequests = "mcp-mighty/requests"

// metaKept and metaAge are there when answers of the Admin API were taken from
// memory: how many, and the age of the oldest in whole seconds, rounded up.
const (
	metaKept = "mcp-mighty/kept_answers"
	metaAge  = "mcp-mighty/age_seconds"
)

// metaWarning is there when the month's requests are nearly or wholly spent.
const metaWarning = "mcp-mighty/allowance_warning"

// metaUntrusted is the key under which the paths of the texts stand that people
// wrote ([tools.Answer.Written]).
const metaUntrusted = "mcp-mighty/untrusted"

// result turns an answer into what goes over the wire.
func (s *Server) result(to client, answer tools.Answer) *mcp.CallToolResult {
	var result *mcp.CallToolResult
	switch {
	case answer.Ask != nil && to.modern:
		result = mcpserver.NewInputRequestBuilder(answer.Ask.State).
			Elicit(approvalID, form(*answer.Ask)).
			ToolResult()
	case answer.Ask != nil:
		// The approver never defers in the handshake era; mcp-go would take
		// such a result for a question and ask it itself, without a time limit.
		s.o.Logger.Error("a question was deferred in the handshake era")
		result = problem("The question for a person's approval could not be asked. Nothing was done.")
	case answer.Problem != "":
		result = problem(answer.Problem)
	default:
		result = &mcp.CallToolResult{
			// The text repeats the structure for clients that show the model
			// only one of them.
			Content:           []mcp.Content{mcp.NewTextContent(string(answer.JSON))},
			StructuredContent: answer.JSON,
		}
		for _, link := range answer.Links {
			result.Content = append(result.Content, mcp.NewResourceLink(link.URI, link.Name, "", link.MIMEType))
		}
	}
	result.Meta = mcp.NewMetaFromMap(meta(answer))
	return result
}

// meta is what a result says of its cost.
func meta(answer tools.Answer) map[string]any {
	meta := map[string]any{metaRequests: answer.Requests}
	if answer.Kept > 0 {
		meta[metaKept] = answer.Kept
		meta[metaAge] = int((answer.Age + time.Second - 1) / time.Second)
	}
	if answer.Warning != "" {
		meta[metaWarning] = answer.Warning
	}
	if len(answer.Written) > 0 {
		meta[metaUntrusted] = answer.Written
	}
	return meta
}

// problem is an error that the model reads.
func problem(text string) *mcp.CallToolResult {
	return &mcp.CallToolResult{IsError: true, Content: []mcp.Content{mcp.NewTextContent(text)}}
}
