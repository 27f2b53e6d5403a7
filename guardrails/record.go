package guardrails

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"time"
	"unicode/utf8"

	"github.com/mcp-mighty/mcp-mighty/guardrails/untrusted"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// auditText is how much of a text the audit trail keeps, in characters.
const auditText = 80

// event begins an audit record about the call.
func (c *call) event(kind string) store.Event {
	e := store.Event{
		At: c.gate.o.Now(), Kind: kind, Call: c.id, Tool: c.action.Tool, Risk: c.risk().String(),
		Principal: c.request.Caller.Principal, Role: c.request.Caller.role(), Client: c.request.Caller.Client,
	}
	e.Used, c.used = c.used, nil // once is enough
	if c.bound != nil {
		e.Network = c.bound.Network()
	}
	if c.request.Requests != nil {
		e.Requests = c.request.Requests()
	}
	return e
}

// full adds what the call asked for and what a person was shown.
func (c *call) full(e store.Event) store.Event {
	e.Arguments = redactArguments(c.arguments)
	if c.arguments == nil {
		e.Arguments = redactArguments(c.request.Arguments)
	}
	if c.document != nil {
		e.Shown = c.document.redacted()
	}
	return e
}

// note writes a record that nothing depends on: the refusal stands whether or
// not it can be written down.
func (c *call) note(ctx context.Context, e store.Event) {
	if err := c.gate.o.Journal.Record(context.WithoutCancel(ctx), e); err != nil {
		c.gate.o.Logger.Error("the audit trail cannot be written", "tool", c.action.Tool, "kind", e.Kind, "error", err)
	}
}

// conclude records a call that did not run: what was refused and what was only
// previewed. What ran is recorded with its intent and its ending.
func (c *call) conclude(ctx context.Context, outcome Outcome, err error) {
	var refusal *Refusal
	switch {
	case errors.As(err, &refusal):
		e := c.full(c.event("refused"))
		e.Outcome = string(refusal.Code)
		c.note(ctx, e)
	case c.began || !c.action.Risk.Acts():
	case err != nil:
		e := c.full(c.event("refused"))
		e.Outcome = "not_possible"
		if c.bound != nil { // else it is about the arguments, and quotes them
			e.Note = redactText(err.Error())
		}
		c.note(ctx, e)
	case outcome.Previewed != nil:
		c.note(ctx, c.full(c.event("previewed")))
	}
}

// answered records what came of a question.
func (c *call) answered(ctx context.Context, decision Decision, took time.Duration) {
	e := c.event("answered")
	e.Channel, e.Decision, e.Note = c.request.Approver.Channel(), decision.String(), fmt.Sprintf("after %d ms", took.Milliseconds())
	c.note(ctx, e)
}

var (
	address = regexp.MustCompile(`([^\s@"'<>(),;:])[^\s@"'<>(),;:]*@([^\s@"'<>(),;:]+)`)
	plain   = regexp.MustCompile(`^[0-9][0-9T:.Z+-]*$`)
)

// redactText shortens a text and hides the names in addresses.
func redactText(s string) string {
	return untrusted.Line(address.ReplaceAllString(s, "$1…@$2"), auditText)
}

// redactArguments keeps numbers, choices of yes and no, and dates; of other
// texts their length. Arguments that are no JSON are not kept.
func redactArguments(arguments json.RawMessage) json.RawMessage {
	decoder := json.NewDecoder(bytes.NewReader(arguments))
	decoder.UseNumber()
	var value any
	if len(arguments) > maxState || decoder.Decode(&value) != nil {
		return nil
	}
	encoded, err := json.Marshal(redactValue(value))
	if err != nil {
		return nil
	}
	return encoded
}

func redactValue(value any) any {
	switch v := value.(type) {
	case map[string]any:
		kept := make(map[string]any, len(v))
		for key, each := range v {
			kept[untrusted.Line(key, auditText)] = redactValue(each)
		}
		return kept
	case []any:
		kept := make([]any, len(v))
		for i, each := range v {
			kept[i] = redactValue(each)
		}
		return kept
	case string:
		if plain.MatchString(v) {
			return untrusted.Line(v, auditText)
		}
		return fmt.Sprintf("(text of %d characters)", utf8.RuneCountInString(v))
	}
	return value
}
