package tools

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/schema"
)

// Obstacle says why a call cannot be made: the server is not configured well
// enough, or the community is not as the API needs it. Its message is for the
// model and the operator, and holds no secret.
type Obstacle struct{ Message string }

// Error implements error.
func (e *Obstacle) Error() string { return e.Message }

// OutcomeUnknown reports false: no request that changes anything took effect.
func (e *Obstacle) OutcomeUnknown() bool { return false }

// CodeBadArguments is the code of answers to arguments that do not fit.
const CodeBadArguments = "bad_arguments"

// problem turns an error into an answer: what happened, whether anything
// changed, what to do next. An error that is none of ours is logged and not
// shown, since nobody has looked at what it may tell.
func (c *Catalogue) problem(tool Tool, err error) Answer {
	var (
		arguments *schema.ArgumentError
		refusal   *guardrails.Refusal
		api       *apiclient.Error
		obstacle  *Obstacle
	)
	unchanged := ""
	if tool.Risk.Acts() {
		unchanged = " Nothing was done."
	}
	name := tool.Name
	if item := (*itemError)(nil); errors.As(err, &item) {
		name = fmt.Sprintf("%s, item %d", tool.Name, item.item)
	}
	switch {
	case errors.As(err, &arguments):
		hint := ""
		if slices.ContainsFunc(arguments.Problems, func(p schema.Problem) bool { return strings.HasSuffix(p.Argument, "member_id") }) {
			hint = " search_members finds members' ids by their names."
		}
		return Answer{Code: CodeBadArguments, Problem: fmt.Sprintf("%s: %s.%s%s", name, arguments, hint, unchanged)}
	case errors.As(err, &refusal):
		return Answer{Code: string(refusal.Code), Problem: refusal.Message}
	case errors.As(err, &obstacle):
		return Answer{Code: "not_possible", Problem: obstacle.Message + unchanged}
	case errors.As(err, &api):
		return Answer{Code: string(api.Kind), Problem: name + ": " + apiProblem(tool, api)}
	case tool.Risk.Acts():
		// An error that does not say itself that nothing happened.
	case errors.Is(err, context.Canceled):
		return Answer{Code: "cancelled", Problem: tool.Name + ": the call was cancelled before it was through. Nothing was changed."}
	case errors.Is(err, context.DeadlineExceeded):
		return Answer{Code: "timeout", Problem: tool.Name + ": the call took too long and was given up. Nothing was changed."}
	}
	c.o.Logger.Error("a call failed for a reason of ours", "tool", tool.Name, "error", err)
	if tool.Risk.Acts() {
		return Answer{Code: "internal", Problem: tool.Name + " failed inside the server. Whether anything was done is in the journal; read the target before you try again."}
	}
	return Answer{Code: "internal", Problem: tool.Name + " failed inside the server; its log says why. Nothing was changed."}
}

// apiProblem tells what the API's error means and what to do about it. The
// error itself says whether a write changed something; a look-up before the
// write never did.
func apiProblem(tool Tool, err *apiclient.Error) string {
	text := err.Error() + ". "
	if tool.Risk.Acts() && strings.HasPrefix(err.Operation, "GET ") {
		text += "Nothing was done. "
	}
	return text + err.Advice()
}
