package server

import (
	"context"
	"errors"
	"fmt"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
)

// approvalID names the one question that a modern result carries.
const approvalID = "approval"

var (
	errTooLate = errors.New("nobody answered in time")
	errNoInput = errors.New("no answer can arrive any more")
)

// approver puts questions to the person behind the client of one call. It is
// the one place where the eras differ: in the modern one the question travels
// in the result and the answer comes with a later call; before, the client is
// asked while the call waits.
//
// A client that shows no forms is not answered with the protocol's -32021
// (missing client capability), which over modern HTTP would be a 400: the
// question goes to the second channel, and the answer says in words that
// nothing was done and what a person can do.
type approver struct {
	server *Server
	client client
}

// Channel implements [guardrails.Approver].
func (a approver) Channel() string { return "elicitation" }

// CanAsk implements [guardrails.Approver].
func (a approver) CanAsk() bool { return a.client.canAskForms() }

// Ask implements [guardrails.Approver].
func (a approver) Ask(ctx context.Context, question guardrails.Question) (guardrails.Answer, error) {
	if a.client.modern {
		return guardrails.Answer{Decision: guardrails.Deferred}, nil
	}
	return a.server.askNow(ctx, question)
}

// askNow asks while the call waits, for LegacyWait at most and only as long as
// an answer can still arrive.
func (s *Server) askNow(ctx context.Context, question guardrails.Question) (guardrails.Answer, error) {
	waiting, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	open := arrivalOf(ctx).open
	defer context.AfterFunc(open, func() { cancel(errNoInput) })()
	waiting, stop := context.WithTimeoutCause(waiting, s.o.LegacyWait, errTooLate)
	defer stop()

	var result *mcp.ElicitationResult
	var err error
	outside(ctx, func() {
		if open.Err() != nil {
			err = errNoInput
			return
		}
		result, err = s.mcp.RequestElicitation(waiting, mcp.ElicitationRequest{Params: form(question)})
	})
	if err != nil {
		switch cause := context.Cause(waiting); {
		case ctx.Err() != nil:
			return guardrails.Answer{Decision: guardrails.Unavailable}, fmt.Errorf("ask the client: %w", ctx.Err())
		case errors.Is(cause, errTooLate):
			return guardrails.Answer{Decision: guardrails.TimedOut}, nil
		case cause != nil, errors.Is(err, errNoInput):
			return guardrails.Answer{Decision: guardrails.Cancelled}, nil
		}
		return guardrails.Answer{Decision: guardrails.Unavailable}, fmt.Errorf("ask the client: %w", err)
	}
	return readAnswer(result), nil
}

// form is the question as the protocol carries it.
func form(question guardrails.Question) mcp.ElicitationParams {
	return mcp.ElicitationParams{
		Mode:            mcp.ElicitationModeForm,
		Message:         question.Text(),
		RequestedSchema: question.Form(),
	}
}

func readAnswer(result *mcp.ElicitationResult) guardrails.Answer {
	content, _ := result.Content.(map[string]any)
	return guardrails.ReadAnswer(string(result.Action), content)
}

// evidence returns the answer that came with a modern call, nil if none did.
//
// In the handshake era the same fields can be put on the wire by anybody on
// their first call; they mean nothing there and are not looked at.
func evidence(c client, params mcp.CallToolParams) *guardrails.Evidence {
	if !c.modern || params.RequestState == "" {
		return nil
	}
	answer := mcpserver.ElicitationResponse(params.InputResponses, approvalID)
	if answer == nil || answer.Action == "" {
		return nil // the question stands and is asked again
	}
	return &guardrails.Evidence{State: params.RequestState, Answer: readAnswer(answer)}
}
