package guardrails

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// Action is a tool as the gate sees it.
type Action struct {
	Tool    string
	Title   string
	Toolset string
	Risk    Risk
	// Single is the tool that a call in bulk does many times; zero for none.
	Single Name
	// Reversal says in a sentence whether it can be undone; "" is that it cannot.
	Reversal string
	// Undoes says that it does what the tool does that undoes another action:
	// which one that is, the arguments tell.
	Undoes bool
	// Anew says that a second call of the same does it a second time.
	Anew bool
	// Off says why the tool is switched off; empty when it is on.
	Off string
	// Bind reads the arguments. Its error goes to the caller as it is.
	Bind func(arguments json.RawMessage) (Bound, error)
}

// Bound is a tool with its arguments.
type Bound interface {
	// Network names the network that the call is about, as its operator does.
	Network() string
	// Identity tells that network from others of the same name: two servers on
	// one state directory may both call theirs "default".
	Identity() string
	// Arguments returns the canonical JSON of the arguments as understood.
	Arguments() (json.RawMessage, error)
	// Items is how many targets the call has, which limits count and a person
	// may have to type; one, but for calls in bulk.
	Items() int
	// Steps is how many times the time of one target the call may take.
	Steps() int
	// Preview looks the target up. forPerson asks for all that a person wants
	// to read; without it only what the call itself needs is looked up.
	Preview(ctx context.Context, forPerson bool) (Preview, error)
	// Run does it and returns the result, and for the journal what reverses
	// it, if anything does.
	Run(ctx context.Context, preview Preview) (result any, undo *store.Undo, err error)
}

// Ended is a result that says itself how its action ended, because it may have
// been done in part; the note is for the journal.
type Ended interface {
	Ending() (state store.State, note string)
}

// Undoing is implemented by calls that reverse an action of the journal.
type Undoing interface {
	// Undoes returns the entry that the call reverses.
	Undoes() int64
}

// Request is one call.
type Request struct {
	Caller    Caller
	Arguments json.RawMessage
	// Approver asks a person; nil means that nobody can be asked.
	Approver Approver
	// Evidence is an answer that came with the call.
	Evidence *Evidence
	// Requests returns how many requests to the API the call has taken so far,
	// for the audit trail; nil when nobody counts.
	Requests func() int
}

// Outcome is what the gate let happen. Exactly one of Result, Previewed, Ask and
// Waiting is set; none, where the call failed.
type Outcome struct {
	// Result of a call that ran.
	Result any
	// Unwritten says of a call that ran, also of one that failed, that the journal
	// does not know how it ended, since that could not be written.
	Unwritten bool
	// Previewed is what would have happened; nothing has.
	Previewed *Preview
	// Ask is a question that must reach the client in the answer; nothing has
	// happened.
	Ask *Question
	// Waiting says that a person has to approve on the second channel; nothing
	// has happened.
	Waiting *Waiting
}

// Options configure a [Gate].
type Options struct {
	Mode      Mode
	Policy    config.Policy
	Protector Protector
	Journal   store.Journal
	// Key returns the key that signs questions. It is asked for on first use.
	Key func() ([]byte, error)
	// Page is the address of the approvals page, "" if there is none.
	Page string
	// Place is what a command of this program needs beside its own words to find
	// the journal, such as "--state-dir /srv/state"; "" if it finds it by itself.
	Place string
	// Unshared says that the journal is this process's alone, so that nobody can
	// settle approvals from another terminal.
	Unshared bool
	// Validity is how long a question may be answered; 0 is 10 minutes.
	Validity time.Duration
	// RunTimeout bounds a call that acts on one target, which goes on when
	// its caller leaves; 0 is one minute. Each further target of a call in bulk
	// adds a tenth of it.
	RunTimeout time.Duration
	Now        func() time.Time
	Logger     *slog.Logger
}

// Gate decides whether calls may happen. Use [New].
type Gate struct{ o Options }

// New returns a gate. Journal, Key and Protector.Owner are required.
func New(o Options) (*Gate, error) {
	switch {
	case o.Journal == nil:
		return nil, errors.New("guardrails: no journal")
	case o.Key == nil:
		return nil, errors.New("guardrails: no signing key")
	case o.Protector.Owner == nil:
		return nil, errors.New("guardrails: no way to find the key's owner")
	}
	mode, err := ParseMode(string(o.Mode))
	if err != nil {
		return nil, fmt.Errorf("guardrails: %w", err)
	}
	o.Mode = mode
	if o.Validity == 0 {
		o.Validity = 10 * time.Minute
	}
	if o.RunTimeout == 0 {
		o.RunTimeout = time.Minute
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	o.Protector.notices = &notices{logger: o.Logger}
	return &Gate{o: o}, nil
}

// Mode returns the mode of the gate.
func (g *Gate) Mode() Mode { return g.o.Mode }

// Admits reports whether a tool is worth showing to a caller: whether the mode,
// the operator's choice of tools and the policy let them call it at all. What
// hangs on the arguments or on the time is not asked: limits, protected people,
// quiet hours. The error is the refusal that every call would get.
func (g *Gate) Admits(action Action, caller Caller) error {
	c := g.newCall(action, Request{Caller: caller})
	if err := c.isOn(); err != nil {
		return err
	}
	return c.permitted()
}

// Permits is what [Gate.Admits] asks the policy, whatever the mode is and
// whether or not the tool is switched on.
func (g *Gate) Permits(action Action, caller Caller) error {
	return g.newCall(action, Request{Caller: caller}).permitted()
}

// isOn refuses what the operator's choice of tools and the mode rule out.
func (c *call) isOn() error {
	if c.action.Off != "" {
		return refuse(CodeToolOff, "%s is switched off: %s. Nothing was done.", c.action.Tool, c.action.Off)
	}
	if c.action.Risk.Acts() && c.gate.o.Mode == ReadOnly {
		return refuse(CodeReadOnly, "%s changes things and this server is read-only. Nothing was done. A person can start it with --mode live (or --mode preview to see what would happen).", c.action.Tool)
	}
	return nil
}

// Do is the one way to run a tool: admit, judge, read the arguments, preview,
// protect, limit, approve, write the intent down, run, write the outcome down.
//
// A [*Refusal] means that nothing was done; so do errors of Bind and Preview.
// An error of the run itself is returned as it is.
func (g *Gate) Do(ctx context.Context, action Action, request Request) (Outcome, error) {
	c := g.newCall(action, request)
	outcome, err := c.do(ctx)
	c.conclude(ctx, outcome, err)
	return outcome, err
}
