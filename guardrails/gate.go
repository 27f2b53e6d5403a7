package guardrails

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/mcp-mighty/mcp-mighty/store"
)

// maxRounds bounds how often one call asks again because its target changed
// while the person was reading.
const maxRounds = 3

// Action is a tool as the gate sees it.
type Action struct {
	Tool  string
	Title string
	Risk  Risk
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
	// Items is how many targets the call has; one, but for calls in bulk.
	Items() int
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

// Request is one call.
type Request struct {
	Caller    Caller
	Arguments json.RawMessage
	// Approver asks a person; nil means that nobody can be asked.
	Approver Approver
	// Evidence is an answer that came with the call.
	Evidence *Evidence
}

// Outcome is what the gate let happen. Exactly one of its parts is set.
type Outcome struct {
	// Result of a call that ran.
	Result any
	// Previewed is what would have happened; nothing has.
	Previewed *Preview
	// Ask is a question that must reach the client in the answer; nothing has
	// happened.
	Ask *Question
}

// Options configure a [Gate].
type Options struct {
	Mode      Mode
	Protector Protector
	Journal   store.Journal
	// Key returns the key that signs questions. It is asked for on first use.
	Key func() ([]byte, error)
	// Validity is how long a question may be answered; 0 is 5 minutes.
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
		o.Validity = 5 * time.Minute
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
	return &Gate{o: o}, nil
}

// Mode returns the mode of the gate.
func (g *Gate) Mode() Mode { return g.o.Mode }

// Admits reports whether a tool is worth showing: whether the mode and the
// operator's choice of tools let it be called at all. The error is the
// refusal that a call would get.
func (g *Gate) Admits(risk Risk, tool, off string) error {
	if off != "" {
		return refuse(CodeToolOff, "%s is switched off: %s. Nothing was done.", tool, off)
	}
	if risk.Acts() && g.o.Mode == ReadOnly {
		return refuse(CodeReadOnly, "%s changes things and this server is read-only. Nothing was done. A person can start it with --mode live (or --mode preview to see what would happen).", tool)
	}
	return nil
}

// Do is the one way to run a tool: admit, read the arguments, preview,
// protect, approve, write the intent down, run, write the outcome down.
//
// A [*Refusal] means that nothing was done; so do errors of Bind and Preview.
// An error of the run itself is returned as it is.
func (g *Gate) Do(ctx context.Context, action Action, request Request) (Outcome, error) {
	if err := g.Admits(action.Risk, action.Tool, action.Off); err != nil {
		return Outcome{}, err
	}
	bound, err := action.Bind(request.Arguments)
	if err != nil {
		return Outcome{}, err
	}
	if !action.Risk.Acts() {
		result, _, err := bound.Run(ctx, Preview{})
		return Outcome{Result: result}, err
	}
	call := call{gate: g, action: action, request: request, bound: bound}
	return call.act(ctx)
}

// call is one call of an acting tool on its way through the gate.
type call struct {
	gate    *Gate
	action  Action
	request Request
	bound   Bound
	// arguments in canonical form.
	arguments json.RawMessage
	// channel on which a person approved; empty where none was needed.
	channel string
}

func (c *call) act(ctx context.Context) (Outcome, error) {
	var err error
	if c.arguments, err = c.bound.Arguments(); err != nil {
		return Outcome{}, fmt.Errorf("%s: write the arguments down: %w", c.action.Tool, err)
	}
	needsApproval := c.action.Risk.NeedsApproval()
	forPerson := needsApproval || c.gate.o.Mode == PreviewOnly
	evidence := c.request.Evidence
	if !needsApproval || c.gate.o.Mode == PreviewOnly {
		evidence = nil
	}
	for range maxRounds {
		var asked *claims
		if evidence != nil {
			// Before the look-ups, so that a "no" costs none.
			if asked, err = c.verify(ctx, *evidence); err != nil {
				return Outcome{}, err
			}
		}
		preview, err := c.bound.Preview(ctx, forPerson)
		if err != nil {
			return Outcome{}, err
		}
		if err := c.gate.o.Protector.check(ctx, c.bound.Network(), preview.Loses); err != nil {
			return Outcome{}, err
		}
		if c.gate.o.Mode == PreviewOnly {
			return Outcome{Previewed: &preview}, nil
		}
		if !needsApproval {
			return c.run(ctx, preview)
		}
		now := c.claims()
		now.Shown = preview.fingerprints()
		var changed []string
		if asked != nil {
			if err := c.spend(ctx, *asked); err != nil {
				return Outcome{}, err
			}
			if changed = asked.changed(now); len(changed) == 0 {
				return c.run(ctx, preview)
			}
		}
		question, answer, err := c.ask(ctx, preview, now, changed)
		if err != nil {
			return Outcome{}, err
		}
		if answer.Decision == Deferred {
			return Outcome{Ask: question}, nil
		}
		evidence = answer
	}
	return Outcome{}, refuse(CodeChanged, "%s: the target kept changing while approval was asked for. Nothing was done. Look at it and try again.", c.action.Tool)
}

// claims are what an approval of this call is bound to, but for the state of
// its target.
func (c *call) claims() claims {
	return claims{
		Version:   stateVersion,
		Tool:      c.action.Tool,
		Network:   digest(c.bound.Network(), c.bound.Identity()),
		Caller:    digest(c.request.Caller.Principal, c.request.Caller.Client, c.request.Caller.Session),
		Arguments: digest(string(c.arguments)),
	}
}

// ask signs a question and puts it to a person.
func (c *call) ask(ctx context.Context, preview Preview, now claims, changed []string) (*Question, *Evidence, error) {
	if c.request.Approver == nil {
		return nil, nil, c.refusalFor(Unavailable)
	}
	key, err := c.gate.o.Key()
	if err != nil {
		return nil, nil, c.journalRefusal(err)
	}
	expires := c.gate.o.Now().Add(c.gate.o.Validity)
	now.Expires, now.Nonce = expires.Unix(), newNonce()
	state, err := signer{key}.sign(now)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: sign the question: %w", c.action.Tool, err)
	}
	question := Question{
		Tool: c.action.Tool, Title: c.action.Title, Network: c.bound.Network(), Caller: c.request.Caller,
		Preview: preview, Changed: changed, State: state, Expires: expires,
	}
	decision, err := c.request.Approver.Ask(ctx, question)
	if err != nil {
		refusal := c.refusalFor(Unavailable)
		refusal.Err = err
		return nil, nil, refusal
	}
	return &question, &Evidence{State: state, Decision: decision}, nil
}

// verify checks that an answer belongs to this call and is a yes. An answer
// that is not is used up by that: a "no" cannot become a "yes" later.
func (c *call) verify(ctx context.Context, evidence Evidence) (*claims, error) {
	key, err := c.gate.o.Key()
	if err != nil {
		return nil, c.journalRefusal(err)
	}
	asked, err := signer{key}.open(evidence.State, c.gate.o.Now())
	switch {
	case errors.Is(err, errExpired):
		return nil, refuse(CodeExpired, "%s: the answer came after the question had expired. Nothing was done. Call the tool again to ask anew.", c.action.Tool)
	case err != nil || !asked.sameCall(c.claims()):
		return nil, refuse(CodeBadApproval, "%s: the approval that came with this call does not belong to it. Nothing was done. Call the tool again, without requestState, to ask a person.", c.action.Tool)
	case evidence.Decision == Approved:
		return &asked, nil
	}
	if err := c.spend(ctx, asked); err != nil {
		return nil, err
	}
	return nil, c.refusalFor(evidence.Decision)
}

// spend uses an answer up, once over all processes.
func (c *call) spend(ctx context.Context, asked claims) error {
	// Also when the caller has just left: what was answered is used up.
	fresh, err := c.gate.o.Journal.Spend(context.WithoutCancel(ctx), asked.Nonce, time.Unix(asked.Expires, 0))
	switch {
	case err != nil:
		return c.journalRefusal(err)
	case !fresh:
		return refuse(CodeSpent, "%s: this approval was used before, and each counts once. Nothing was done by this call. Call the tool again to ask anew.", c.action.Tool)
	}
	if c.request.Approver != nil {
		c.channel = c.request.Approver.Channel()
	}
	return nil
}

// run writes the intent down, runs, and writes the outcome down. From the
// intent on the call goes on even if its caller leaves: a request that is cut
// off half way would leave nobody knowing whether it was executed.
func (c *call) run(ctx context.Context, preview Preview) (Outcome, error) {
	detached := context.WithoutCancel(ctx)
	if err := ctx.Err(); err != nil {
		refusal := refuse(CodeCancelled, "%s: the call was cancelled before it began. Nothing was done.", c.action.Tool)
		refusal.Err = err
		return Outcome{}, refusal
	}
	intent := store.Intent{
		At: c.gate.o.Now(), Tool: c.action.Tool, Risk: c.action.Risk.String(), Network: c.bound.Network(),
		Principal: c.request.Caller.Principal, Client: c.request.Caller.Client,
		Arguments: c.arguments, Before: preview.Before, Channel: c.channel,
	}
	id, err := c.gate.o.Journal.Begin(detached, intent)
	if err != nil {
		return Outcome{}, c.journalRefusal(err)
	}
	limit := c.gate.o.RunTimeout + time.Duration(c.bound.Items()-1)*c.gate.o.RunTimeout/10
	running, cancel := context.WithTimeout(context.WithValue(detached, callerKey{}, ctx), limit)
	defer cancel()
	result, undo, err := c.bound.Run(running, preview)
	ending := store.Ending{At: c.gate.o.Now(), State: store.Done, Undo: undo}
	if ended, ok := result.(Ended); ok && err == nil {
		ending.State, ending.Note = ended.Ending()
	}
	if err != nil {
		ending = store.Ending{At: c.gate.o.Now(), State: store.NotDone, Note: err.Error()}
		if unknownOutcome(err) {
			ending.State = store.Unknown
		}
	}
	if err := c.gate.o.Journal.Finish(detached, id, ending); err != nil {
		// The deed is done or not, whatever the journal says; the intent stays
		// open there, which is the honest state.
		c.gate.o.Logger.Error("the outcome of a call could not be written to the journal", "tool", c.action.Tool, "entry", id, "error", err)
	}
	return Outcome{Result: result}, err
}

type callerKey struct{}

// CallerLeft reports whether the caller of a running action has left or
// cancelled it. The action goes on regardless; one in bulk stops between two
// targets.
func CallerLeft(running context.Context) bool {
	caller, ok := running.Value(callerKey{}).(context.Context)
	return ok && caller.Err() != nil
}

// unknownOutcome reports whether an error leaves open what happened. Only an
// error that says so itself is known to have changed nothing.
func unknownOutcome(err error) bool {
	var answer interface{ OutcomeUnknown() bool }
	if errors.As(err, &answer) {
		return answer.OutcomeUnknown()
	}
	return true
}

func (c *call) journalRefusal(err error) *Refusal {
	r := refuse(CodeJournal, "%s: the server cannot write to its state directory, and without a journal it changes nothing. Nothing was done. The operator can run `mcp-mighty doctor`.", c.action.Tool)
	r.Err = err
	c.gate.o.Logger.Error("the journal cannot be used", "tool", c.action.Tool, "error", err)
	return r
}

func (c *call) refusalFor(decision Decision) *Refusal {
	tool := c.action.Tool
	switch decision {
	case Declined:
		return refuse(CodeDeclined, "%s was declined, by the person or by the client in their place. Nothing was done. Do not ask again unless the person wants it.", tool)
	case Cancelled:
		return refuse(CodeCancelled, "%s: the question was dismissed without an answer. Nothing was done.", tool)
	case TimedOut:
		return refuse(CodeTimedOut, "%s: nobody answered the question in time. Nothing was done. Call the tool again when somebody is there to answer.", tool)
	case Unavailable:
		return refuse(CodeNoChannel, "%s needs a person's approval, and this client cannot ask for one (it offers no form elicitation). Nothing was done. A person can run `mcp-mighty call %s` in a terminal, or use a client that can show questions.", tool, tool)
	}
	return refuse(CodeBadAnswer, "%s: the answer to the question did not fit its form, so it counts as no. Nothing was done.", tool)
}
