package tools

import (
	"context"
	"encoding/json"
	"time"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/schema"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// bound is a tool with its input on its way through the gate.
type bound struct {
	tool Tool
	env  Env
	in   any
}

// Network implements [guardrails.Bound].
func (b bound) Network() string { return b.env.Network }

// Identity implements [guardrails.Bound].
func (b bound) Identity() string { return b.env.Identity }

// Items implements [guardrails.Bound].
func (b bound) Items() int { return b.tool.items(b.in) }

// Steps implements [guardrails.Bound].
func (b bound) Steps() int {
	if b.tool.steps != nil {
		return b.tool.steps(b.in)
	}
	return b.Items()
}

// Arguments implements [guardrails.Bound].
func (b bound) Arguments() (json.RawMessage, error) { return schema.Canonical(b.in) }

// Reversal says whether it can be undone. An undo is bound to its inverse.
func (b bound) Reversal() string { return b.tool.reversal() }

// Preview implements [guardrails.Bound].
func (b bound) Preview(ctx context.Context, forPerson bool) (guardrails.Preview, error) {
	c, err := b.call()
	if err != nil {
		return guardrails.Preview{}, err
	}
	c.ForPerson = forPerson
	if err := resolve(ctx, c, b.in); err != nil {
		return guardrails.Preview{}, b.unfit(ctx, c, err)
	}
	if b.tool.preview == nil {
		return b.previewRead()
	}
	p, err := b.tool.preview(ctx, c, b.in)
	if err != nil {
		return p, b.unfit(ctx, c, err)
	}
	if p.Reversal == "" {
		p.Reversal = b.Reversal()
	}
	if b.tool.inverse != nil && c.mask.Spoils(p.Before) {
		p.Reversal = cannotReturn
	}
	return p, err
}

// budgeted is implemented by inputs that say how many requests may be spent.
type budgeted interface{ requestsUpTo() int }

// within bounds the time of a read: what the operator allows for a call, and a
// tenth of it more for each further request that the call may spend. Acting
// tools are bounded by the gate, which lets them go on when their caller leaves.
func (b bound) within(ctx context.Context) (context.Context, context.CancelFunc) {
	if b.tool.Risk.Acts() {
		return context.WithCancel(ctx)
	}
	limit := b.env.callTimeout
	if spends, ok := b.in.(budgeted); ok {
		limit += time.Duration(spends.requestsUpTo()) * limit / 10
	}
	return context.WithTimeout(ctx, limit)
}

// previewRead says what a tool reads, where a policy has a person agree to
// that.
func (b bound) previewRead() (guardrails.Preview, error) {
	arguments, err := b.Arguments()
	return guardrails.Preview{
		Action: "Let the assistant read: " + b.tool.Title + ".",
		Facts:  guardrails.QuoteAll("arguments", string(arguments), string(arguments)),
	}, err
}

// Run implements [guardrails.Bound].
func (b bound) Run(ctx context.Context, p guardrails.Preview) (any, *store.Undo, error) {
	c, err := b.call()
	if err != nil {
		return nil, nil, err
	}
	c.before = p.Before
	ctx, cancel := b.within(ctx)
	defer cancel()
	ctx, meter := apiclient.WithMeter(ctx)
	if err := resolve(ctx, c, b.in); err != nil { // done by the preview, where there was one
		return nil, nil, b.unfit(ctx, c, err)
	}
	defer c.end()
	out, err := b.tool.act(ctx, c, b.in)
	if err != nil {
		return out, nil, b.unfit(ctx, c, err)
	}
	b.fits(meter)
	if !b.tool.Risk.Acts() {
		return out, nil, nil
	}
	undo := b.tool.undo(b.in, out, p.Before)
	if undo != nil && c.mask.Spoils(undo.Arguments) {
		undo = nil
	}
	result := actedResult{Status: statusDone, Message: "Done: " + p.Action, Result: out}
	if partly, ok := out.(partial); ok {
		result.Status, result.Message, result.ending = partly.summary(p.Action)
	}
	if with, ok := out.(noted); ok {
		result.note = with.note()
	}
	return result, undo, nil
}

// resolve puts ids in the place of names in an input that has some.
func resolve(ctx context.Context, c *Call, in any) error {
	if resolver, ok := in.(Resolver); ok {
		return resolver.Resolve(ctx, c)
	}
	return nil
}

func (b bound) call() (*Call, error) {
	c := &Call{Now: b.env.Now(), clock: b.env.Now, sleep: b.env.Sleep, network: b.env.Network, identity: b.env.Identity, account: b.env.Account, past: b.env.past, kept: b.env.kept, local: b.env.Directory, directoryAccess: b.env.access, progress: b.env.progress, uploadDir: b.env.uploadDir, exportDir: b.env.exportDir, crm: b.env.crm, mask: b.env.mask, answerBytes: b.env.answerBytes}
	var err error
	if b.env.workspace != nil {
		c.Workspace, err = b.env.workspace()
	} else {
		c.API, err = b.env.Client()
	}
	return c, err
}

// partial is a result that may be less than what was asked for.
type partial interface {
	// summary returns the status, the message, and how the action ended.
	summary(action string) (status, message string, ending store.State)
}

// noted is a result that says for the journal what was not done.
type noted interface{ note() string }

// The statuses of an acting tool's result.
const (
	statusDone    = "done"
	statusPartial = "partial"
	statusPreview = "preview"
	statusWaiting = "awaiting_approval"
)

// acted describes the result of every acting tool, for its schema.
type acted[Out any] struct {
	Status  string                  `json:"status" jsonschema:"enum=done,enum=partial,enum=preview,enum=awaiting_approval" jsonschema_description:"preview, awaiting_approval: nothing was done"`
	Message string                  `json:"message"`
	Preview *guardrails.PreviewView `json:"preview,omitempty"`
	Waiting *waiting                `json:"approval,omitempty"`
	Result  *Out                    `json:"result,omitempty"`
}

// waiting is an approval that a person has to settle elsewhere.
type waiting struct {
	Code    string `json:"code" jsonschema_description:"for the person"`
	Expires string `json:"expires"`
	// Changed is what is not as it was when the same was approved before.
	Changed []string `json:"changed,omitempty"`
}

// actedResult is what acted describes.
type actedResult struct {
	Status  string                  `json:"status"`
	Message string                  `json:"message"`
	Preview *guardrails.PreviewView `json:"preview,omitempty"`
	Waiting *waiting                `json:"approval,omitempty"`
	Result  any                     `json:"result,omitempty"`

	ending store.State
	note   string
}

// Ending implements [guardrails.Ended].
func (a actedResult) Ending() (store.State, string) {
	if a.ending == "" {
		return store.Done, ""
	}
	return a.ending, a.note
}
