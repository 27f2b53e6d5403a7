// Package tools is the catalogue: what an assistant can do to a community.
//
// A tool is one [Tool] value in the file of its resource. Everything else
// follows from that value: its schemas, its annotations, its place in a
// toolset, what the gate asks for, and the tests that run over every tool.
package tools

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/guardrails/privacy"
	"github.com/mcp-mighty/mcp-mighty/schema"
	"github.com/mcp-mighty/mcp-mighty/store"
	"github.com/mcp-mighty/mcp-mighty/workspace"
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
	// Anew says that a second call of the same makes a second one.
	Anew bool
}

// Tool is one thing that an assistant can do. Make one with read, write,
// outward or destructive; its class is fixed by that.
type Tool struct {
	Doc
	Risk guardrails.Risk
	// Inverse names the tool that undoes this one; every write has one. A
	// destructive tool has one where what it takes can be made anew.
	Inverse string
	// Limits says how far undoing goes, where it does not bring back the same:
	// a sentence for who decides; mostly "".
	Limits string
	// Single names the tool that a bulk tool is made of.
	Single string
	// InverseIfNew names the tool that undoes this one instead where the
	// preview kept nothing, because there was nothing before; mostly "".
	InverseIfNew string
	Input        *schema.Schema
	Output       *schema.Schema

	behaviour
	// broken is why the tool could not be made; [New] refuses such a tool.
	broken error
}

// Call is one running call of a tool.
type Call struct {
	// API is the network's client; nil in a tool of the workspace, which has
	// Workspace in its place.
	API       *apiclient.Client
	Workspace *workspace.Client
	Now       time.Time
	// ForPerson asks a preview for all that a person wants to read.
	ForPerson bool

	// clock tells the time while the call runs; Now is when it began.
	clock func() time.Time
	sleep func(ctx context.Context, d time.Duration) error // nil for the real thing

	network  string // name of the network's profile
	account  *apiclient.Account
	identity string // of the network
	past     past
	kept     *kept
	// local is the network's directory; nil where none is kept, and then
	// passing may be one for this call alone.
	local, passing store.Directory
	directoryAccess
	progress ProgressFunc
	// uploadDir is the operator's folder of files to upload; "" for none.
	uploadDir string
	// exportDir is the operator's folder of exported files; "" for none. crm is
	// nil for none.
	exportDir string
	crm       *CRM
	// mask is what is masked in the answers of API and Workspace.
	mask privacy.Mask
	// answerBytes is how long the answer may be.
	answerBytes int
	// named remembers names that have been resolved, for calls in bulk.
	named map[string]schema.Reference
	// before holds the values that the preview kept, while a tool runs.
	before map[string]any
}

// ProgressFunc receives how far a long call is: steps done, steps in all (0 if
// unknown), and a line for people.
type ProgressFunc func(done, total int, message string)

// Progress reports how far the call is. Every tool may call it; who did not
// ask hears nothing.
func (c *Call) Progress(done, total int, message string) {
	if c.progress != nil {
		c.progress(done, total, message)
	}
}

// Checker is implemented by inputs whose fields depend on each other. Check
// runs after the schema and before anything else; it may put values into their
// normal form. It returns a [*schema.ArgumentError].
type Checker interface{ Check() error }

// The three parts of a tool. They are typed where a tool is written; behind
// that they work on any, because code made anew for every pair of types would
// be most of the program.
type (
	// preview looks up what a call would do. It is asked before every call of
	// an acting tool, so it requests only what the call needs, and more when
	// [Call.ForPerson] is set.
	preview[In any] func(ctx context.Context, c *Call, in In) (guardrails.Preview, error)

	// run does it.
	run[In, Out any] func(ctx context.Context, c *Call, in In) (Out, error)

	// inverse returns the call that undoes an action, for the journal; nil when
	// there is nothing to undo, or no way. It names no tool: that is
	// [Tool.Inverse], or [Tool.InverseIfNew].
	inverse[In, Out any] func(in In, out Out, before map[string]any) *store.Undo
)

// behaviour is what a tool does. Inputs are pointers to the input's type.
type behaviour struct {
	inputType reflect.Type
	// listType is an input that holds a list of inputs, for tools in bulk.
	listType reflect.Type

	check   func(in any) error
	items   func(in any) int
	steps   func(in any) int                                                       // nil where it is items
	preview func(ctx context.Context, c *Call, in any) (guardrails.Preview, error) // nil for a read
	run     func(ctx context.Context, c *Call, in any) (any, error)
	inverse func(in, out any, before map[string]any) *store.Undo // nil where nothing undoes it
	// undoes marks the tool that runs the inverses of others.
	undoes bool
}

// read makes a tool that changes nothing.
func read[In, Out any](doc Doc, r run[In, Out]) Tool {
	return define(doc, guardrails.Read, reflect.TypeFor[Out](), behaviour{inputType: reflect.TypeFor[In](), run: untypedRun(r)})
}

// write makes a tool that adds or changes something and can be undone by the
// tool named undo.
func write[In, Out any](doc Doc, p preview[In], r run[In, Out], undo string, inv inverse[In, Out]) Tool {
	b := acting(p, r)
	if inv != nil {
		b.inverse = untypedInverse(inv)
	}
	tool := define(doc, guardrails.Write, reflect.TypeFor[acted[Out]](), b)
	tool.Inverse = undo
	if undo == "" || inv == nil {
		tool.broken = fmt.Errorf("tool %s: a write names its inverse", doc.Name)
	}
	return tool
}

// outward makes a tool that reaches people. What was sent cannot be unsent.
func outward[In, Out any](doc Doc, p preview[In], r run[In, Out]) Tool {
	return define(doc, guardrails.Outward, reflect.TypeFor[acted[Out]](), acting(p, r))
}

// destructive makes a tool that cannot be taken back, or that takes access,
// content or money.
func destructive[In, Out any](doc Doc, p preview[In], r run[In, Out]) Tool {
	return define(doc, guardrails.Destructive, reflect.TypeFor[acted[Out]](), acting(p, r))
}

func acting[In, Out any](p preview[In], r run[In, Out]) behaviour {
	b := behaviour{inputType: reflect.TypeFor[In](), listType: reflect.TypeFor[bulkIn[In]](), run: untypedRun(r)}
	if p != nil {
		b.preview = func(ctx context.Context, c *Call, in any) (guardrails.Preview, error) { return p(ctx, c, *in.(*In)) }
	}
	return b
}

func untypedRun[In, Out any](r run[In, Out]) func(ctx context.Context, c *Call, in any) (any, error) {
	return func(ctx context.Context, c *Call, in any) (any, error) { return r(ctx, c, *in.(*In)) }
}

// checkInput runs the input's own check, if it has one.
func checkInput(in any) error {
	if checker, ok := in.(Checker); ok {
		return checker.Check()
	}
	return nil
}

func define(doc Doc, risk guardrails.Risk, output reflect.Type, b behaviour) Tool {
	tool := Tool{Doc: doc, Risk: risk, behaviour: b}
	if tool.check == nil {
		tool.check = checkInput
	}
	if tool.items == nil {
		tool.items = func(any) int { return 1 }
	}
	var inErr, outErr, err error
	tool.Input, inErr = schema.Input(b.inputType)
	tool.Output, outErr = schema.Output(output)
	if risk.Acts() && b.preview == nil && !b.undoes {
		err = errors.New("an acting tool has a preview")
	}
	if err := errors.Join(inErr, outErr, err); err != nil {
		tool.broken = fmt.Errorf("tool %s: %w", doc.Name, err)
	}
	return tool
}

// bind reads the arguments of one call.
func (t Tool) bind(ctx context.Context, networks networks, arguments json.RawMessage) (guardrails.Bound, error) {
	in := reflect.New(t.inputType).Interface()
	network, err := t.Input.BindChoice(arguments, in)
	if err != nil {
		return nil, err
	}
	if err := t.check(in); err != nil {
		return nil, err
	}
	env := networks.named(network)
	if t.undoes {
		return t.bindUndo(ctx, env, in.(*undoIn).ActionID)
	}
	if err := env.unmasked(t, arguments); err != nil {
		return nil, err
	}
	if n := t.items(in); t.Single != "" && env.bulkItems > 0 && n > env.bulkItems {
		return nil, problem("items", fmt.Sprintf(`argument "items" has %d elements; this server takes %d at most in one call`, n, env.bulkItems))
	}
	return bound{tool: t, env: env, in: in}, nil
}
