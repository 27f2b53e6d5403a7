// Package tools is the catalogue: what an assistant can do to a community.
//
// A tool is one [Tool] value in the file of its resource. Everything else
// follows from that value: its schemas, its annotations, its place in a
// toolset, what the gate asks for, and the tests that run over every tool.
package tools

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/schema"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// Doc is what a tool says of itself. It is written for a model that has never
// seen the community.
type Doc struct {
	// Name is a verb and a noun, at most 40 characters.
	Name string
	// Title is the name for people.
	Title string
	// Toolset is the resource that the tool belongs to.
	Toolset string
	// About says what the tool does to the world, when to use it and when its
	// neighbour, and what comes back.
	About string
}

// Tool is one thing that an assistant can do. Make one with read, write,
// outward or destructive; its class is fixed by that.
type Tool struct {
	Doc
	Risk guardrails.Risk
	// Inverse names the tool that undoes this one; every write has one.
	Inverse string
	Input   *schema.Schema
	Output  *schema.Schema

	bind func(input *schema.Schema, networks networks, arguments json.RawMessage) (guardrails.Bound, error)
	// many makes the tool that does this to a whole list; nil for a read.
	many func(doc Doc, undo string) Tool
	// broken is why the tool could not be made; [New] refuses such a tool.
	broken error
}

// Call is one running call of a tool.
type Call struct {
	API *apiclient.Client
	Now time.Time
	// ForPerson asks a preview for all that a person wants to read.
	ForPerson bool

	progress ProgressFunc
	// before holds the values that the preview kept, while a tool runs.
	before map[string]any
}

// ProgressFunc receives how far a long call is: steps done, steps in all (0 if
// unknown), and a line for people.
type ProgressFunc func(done, total int, message string)

// Progress reports how far the call is. Every tool may call it; who did not ask hears nothing.
func (c *Call) Progress(done, total int, message string) {
	if c.progress != nil {
		c.progress(done, total, message)
	}
}

// Checker is implemented by inputs whose fields depend on each other. Check
// runs after the schema and before anything else; it may put values into their
// normal form. It returns a [*schema.ArgumentError].
type Checker interface{ Check() error }

// read makes a tool that changes nothing.
func read[In, Out any](doc Doc, run func(ctx context.Context, c *Call, in In) (Out, error)) Tool {
	return define[In, Out](doc, guardrails.Read, func(b bound[In]) guardrails.Bound {
		return boundRead[In, Out]{b, run}
	})
}

// preview looks up what a call would do. It is asked before every call of an
// acting tool, so it requests only what the call needs, and more when
// [Call.ForPerson] is set.
type preview[In any] func(ctx context.Context, c *Call, in In) (guardrails.Preview, error)

// run does it.
type run[In, Out any] func(ctx context.Context, c *Call, in In) (Out, error)

// inverse returns the arguments for the tool that undoes a write.
type inverse[In, Out any] func(in In, out Out, before map[string]any) map[string]any

// write makes a tool that adds or changes something and can be undone by the
// tool named undo.
func write[In, Out any](doc Doc, p preview[In], r run[In, Out], undo string, inv inverse[In, Out]) Tool {
	tool := acting(doc, guardrails.Write, p, r, undo, inv)
	if undo == "" || inv == nil {
		tool.broken = fmt.Errorf("tool %s: a write names its inverse", doc.Name)
	}
	return tool
}

// outward makes a tool that reaches people. What was sent cannot be unsent.
func outward[In, Out any](doc Doc, p preview[In], r run[In, Out]) Tool {
	return acting(doc, guardrails.Outward, p, r, "", nil)
}

// destructive makes a tool that cannot be taken back, or that takes access,
// content or money.
func destructive[In, Out any](doc Doc, p preview[In], r run[In, Out]) Tool {
	return acting(doc, guardrails.Destructive, p, r, "", nil)
}

func acting[In, Out any](doc Doc, risk guardrails.Risk, p preview[In], r run[In, Out], undo string, inv inverse[In, Out]) Tool {
	tool := single(doc, risk, p, r, undo, inv)
	tool.many = func(doc Doc, undo string) Tool { return bulkOf(doc, risk, p, r, undo, inv) }
	return tool
}

// single is acting without the way to many, which would never end.
func single[In, Out any](doc Doc, risk guardrails.Risk, p preview[In], r run[In, Out], undo string, inv inverse[In, Out]) Tool {
	tool := define[In, acted[Out]](doc, risk, func(b bound[In]) guardrails.Bound {
		return boundAct[In, Out]{b, p, r, undo, inv}
	})
	tool.Inverse = undo
	if p == nil {
		tool.broken = fmt.Errorf("tool %s: an acting tool has a preview", doc.Name)
	}
	return tool
}

func define[In, Out any](doc Doc, risk guardrails.Risk, complete func(bound[In]) guardrails.Bound) Tool {
	input, err := schema.Input(reflect.TypeFor[In]())
	if err != nil {
		return Tool{Doc: doc, Risk: risk, broken: fmt.Errorf("tool %s: %w", doc.Name, err)}
	}
	output, err := schema.Output(reflect.TypeFor[Out]())
	if err != nil {
		return Tool{Doc: doc, Risk: risk, broken: fmt.Errorf("tool %s: %w", doc.Name, err)}
	}
	return Tool{
		Doc: doc, Risk: risk, Input: input, Output: output,
		bind: func(input *schema.Schema, networks networks, arguments json.RawMessage) (guardrails.Bound, error) {
			var b bound[In]
			name, err := input.BindChoice(arguments, &b.in)
			if err != nil {
				return nil, err
			}
			b.env = networks.named(name)
			if checker, ok := any(&b.in).(Checker); ok {
				if err := checker.Check(); err != nil {
					return nil, err
				}
			}
			return complete(b), nil
		},
	}
}

// bound is a tool's input on its way through the gate.
type bound[In any] struct {
	env Env
	in  In
}

// Network implements [guardrails.Bound].
func (b bound[In]) Network() string { return b.env.Network }

// Items implements [guardrails.Bound].
func (b bound[In]) Items() int {
	if many, ok := any(b.in).(interface{ items() int }); ok {
		return many.items()
	}
	return 1
}

// Arguments implements [guardrails.Bound].
func (b bound[In]) Arguments() (json.RawMessage, error) { return schema.Canonical(b.in) }

func (b bound[In]) call(forPerson bool) (*Call, error) {
	client, err := b.env.Client()
	if err != nil {
		return nil, err
	}
	return &Call{API: client, Now: b.env.Now(), ForPerson: forPerson, progress: b.env.progress}, nil
}

type boundRead[In, Out any] struct {
	bound[In]
	run func(context.Context, *Call, In) (Out, error)
}

// Preview implements [guardrails.Bound]; a read has nothing to preview.
func (b boundRead[In, Out]) Preview(context.Context, bool) (guardrails.Preview, error) {
	return guardrails.Preview{}, nil
}

// Run implements [guardrails.Bound].
func (b boundRead[In, Out]) Run(ctx context.Context, _ guardrails.Preview) (any, *store.Undo, error) {
	c, err := b.call(false)
	if err != nil {
		return nil, nil, err
	}
	out, err := b.run(ctx, c, b.in)
	return out, nil, err
}

type boundAct[In, Out any] struct {
	bound[In]
	preview preview[In]
	run     run[In, Out]
	undo    string
	inverse inverse[In, Out]
}

// Preview implements [guardrails.Bound].
func (b boundAct[In, Out]) Preview(ctx context.Context, forPerson bool) (guardrails.Preview, error) {
	c, err := b.call(forPerson)
	if err != nil {
		return guardrails.Preview{}, err
	}
	return b.preview(ctx, c, b.in)
}

// Run implements [guardrails.Bound].
func (b boundAct[In, Out]) Run(ctx context.Context, p guardrails.Preview) (any, *store.Undo, error) {
	c, err := b.call(false)
	if err != nil {
		return nil, nil, err
	}
	c.before = p.Before
	out, err := b.run(ctx, c, b.in)
	if err != nil {
		return nil, nil, err
	}
	var undo *store.Undo
	if b.inverse != nil {
		if arguments := b.inverse(b.in, out, p.Before); arguments != nil {
			undo = &store.Undo{Tool: b.undo, Arguments: arguments}
		}
	}
	result := acted[Out]{Status: statusDone, Message: "Done: " + p.Action, Result: &out}
	if partly, ok := any(out).(partial); ok {
		result.Status, result.Message, result.ending = partly.summary(p.Action)
	}
	return result, undo, nil
}

// partial is a result that may be less than what was asked for.
type partial interface {
	// summary returns the status, the message, and how the action ended.
	summary(action string) (status, message string, ending store.State)
}

// The statuses of an acting tool's result.
const (
	statusDone    = "done"
	statusPartial = "partial"
	statusPreview = "preview"
)

// acted is the result of every acting tool.
type acted[Out any] struct {
	Status  string                  `json:"status" jsonschema:"enum=done,enum=partial,enum=preview" jsonschema_description:"preview: nothing was done"`
	Message string                  `json:"message"`
	Preview *guardrails.PreviewView `json:"preview,omitempty"`
	Result  *Out                    `json:"result,omitempty"`

	ending store.State
}

// Ending implements [guardrails.Ended].
func (a acted[Out]) Ending() store.State { return cmp.Or(a.ending, store.Done) }
