package guardrails

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/mcp-mighty/mcp-mighty/store"
)

// maxRounds bounds how often one call asks again because its target changed
// while the person was reading.
const maxRounds = 3

// humanly is how long the fastest person takes to read a question and say no.
const humanly = 500 * time.Millisecond

// call is one call on its way through the gate.
type call struct {
	gate    *Gate
	action  Action
	request Request
	// id ties the call's audit records together.
	id string
	// names are what the policy knows the call by.
	names  []Name
	judged judgement

	bound Bound
	// arguments in canonical form.
	arguments json.RawMessage
	// warning is what a person has to know besides the preview; mostly "".
	warning string
	// document is the last question, as shown.
	document *Document
	// lapse says why an earlier approval does not count; nil if there is none.
	lapse *Lapse
	// open is an approval of the call on the second channel that is not used.
	open *store.Pending
	// channel on which a person approved, and who; empty where none was needed.
	channel, approver string
	began             bool
	// used are the approvals that do not count any more by this call.
	used []string
}

func (g *Gate) newCall(action Action, request Request) *call {
	c := &call{gate: g, action: action, request: request, id: rand.Text()[:12]}
	c.names = []Name{{Tool: action.Tool, Toolset: action.Toolset, Risk: action.Risk}}
	if action.Single != (Name{}) {
		c.names = append(c.names, action.Single)
	}
	return c
}

func (c *call) do(ctx context.Context) (Outcome, error) {
	if err := c.bind(); err != nil {
		return Outcome{}, err
	}
	if c.plan() == WouldRun && !c.action.Risk.Acts() {
		result, _, err := c.bound.Run(ctx, Preview{})
		return Outcome{Result: result}, err
	}
	if err := c.findTwin(ctx); err != nil {
		return Outcome{}, err
	}
	return c.act(ctx)
}

// bind goes through all that costs no request: admission, policy, arguments.
func (c *call) bind() error {
	if err := c.admit(); err != nil {
		return err
	}
	return c.read()
}

// read reads the arguments, and judges the call by what they make of it.
func (c *call) read() error {
	bound, err := c.action.Bind(c.request.Arguments)
	if err != nil {
		return err
	}
	c.bound = bound
	if also, ok := bound.(Also); ok {
		c.names = append(c.names, also.Also()...)
		if err := c.judgeCall(); err != nil {
			return err
		}
	}
	if c.arguments, err = bound.Arguments(); err != nil {
		return fmt.Errorf("%s: write the arguments down: %w", c.action.Tool, err)
	}
	return nil
}

// admit is what can be told without arguments.
func (c *call) admit() error {
	if err := c.isOn(); err != nil {
		return err
	}
	return c.judgeCall()
}

// approval is a person's yes that has been checked, but not used up.
type approval struct {
	claims  claims
	pending *store.Pending // of the second channel; nil for the first
}

func (c *call) act(ctx context.Context) (Outcome, error) {
	plan := c.plan()
	needsApproval, previewing := plan == WouldAsk || plan == WouldWait, plan == WouldPreview
	evidence := c.request.Evidence
	var waiting *store.Pending
	if plan != WouldAsk {
		evidence = nil
	}
	if needsApproval {
		var err error
		if waiting, err = c.findPending(ctx); err != nil {
			return Outcome{}, err
		}
		c.open = waiting
		if waiting != nil && waiting.Status == store.Waiting && evidence == nil && !c.canAsk() {
			return Outcome{Waiting: c.waitingView(*waiting)}, nil
		}
	}
	for range maxRounds {
		given, err := c.given(ctx, evidence, waiting)
		if err != nil {
			return Outcome{}, c.offerAfter(ctx, err, evidence)
		}
		preview, err := c.preview(ctx)
		if err != nil {
			return Outcome{}, err
		}
		if previewing {
			return Outcome{Previewed: &preview}, nil
		}
		if !needsApproval {
			return c.run(ctx, preview, nil)
		}
		now := c.claims()
		now.Shown = preview.fingerprints()
		if given != nil {
			changed := given.claims.changed(now)
			if len(changed) == 0 {
				return c.run(ctx, preview, given)
			}
			if err := c.use(ctx, *given); err != nil {
				return Outcome{}, err
			}
			c.changes(*given, changed, preview)
			if waiting = nil; given.pending != nil {
				c.open = nil
			}
		}
		if !c.canAsk() {
			return c.wait(ctx, preview, c.whySecond())
		}
		question, answer, err := c.ask(ctx, preview, now)
		if err != nil {
			return Outcome{}, c.offerSecond(ctx, err, preview)
		}
		if answer.Decision == Deferred {
			return Outcome{Ask: question}, nil
		}
		if evidence = answer; answer.Decision != Approved {
			_, err := c.verify(ctx, *answer)
			return Outcome{}, c.offerSecond(ctx, err, preview)
		}
	}
	return Outcome{}, refuse(CodeChanged, "%s: the target kept changing while approval was asked for. Nothing was done. Look at it and try again.", c.action.Tool)
}

// previews reports whether the call only says what it would do.
func (c *call) previews() bool { return c.gate.o.Mode == PreviewOnly && c.action.Risk.Acts() }

// canAsk reports whether the question may go, and can go, through the client.
func (c *call) canAsk() bool {
	return !secondOnly(c.judged.verdict) && c.request.Approver != nil && c.request.Approver.CanAsk()
}

// given returns the approval that came with the call or waits for it; nil if
// there is none yet.
func (c *call) given(ctx context.Context, evidence *Evidence, waiting *store.Pending) (*approval, error) {
	// Before the look-ups, so that a "no" costs none.
	if evidence != nil {
		asked, err := c.verify(ctx, *evidence)
		if err != nil {
			return nil, err
		}
		return &approval{claims: asked}, nil
	}
	if waiting != nil && waiting.Status == store.Approved {
		return c.verifyPending(ctx, *waiting)
	}
	return nil, nil
}

// preview looks the target up and refuses what must not happen to it.
func (c *call) preview(ctx context.Context) (Preview, error) {
	if err := c.checkRoom(ctx); err != nil {
		return Preview{}, err
	}
	preview, err := c.bound.Preview(ctx, asks(c.judged.verdict) || c.previews())
	if err != nil {
		return Preview{}, err
	}
	if err := c.gate.o.Protector.check(ctx, c.bound.Network(), preview); err != nil {
		return Preview{}, err
	}
	if c.action.Risk.Acts() && preview.Reversal == "" {
		preview.Reversal = c.reversal()
	}
	if c.warning != "" {
		preview.Warnings = append([]string{c.warning}, preview.Warnings...)
	}
	switch {
	case !asks(c.judged.verdict):
		preview.Retype = nil // nobody is asked, so nothing is typed
	case preview.Retype == nil && c.action.Single != (Name{}) && c.action.Risk == Destructive:
		preview.Retype = RetypeCount(c.bound.Items())
	}
	return preview, nil
}

// reversal says whether the action can be undone.
func (c *call) reversal() string {
	if b, ok := c.bound.(interface{ Reversal() string }); ok {
		return b.Reversal() // an undo is its inverse's
	}
	return cmp.Or(c.action.Reversal, "This cannot be undone.")
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

// sign turns the claims into the token of a question.
func (c *call) sign(now *claims, q Question) (token string, err error) {
	key, err := c.gate.o.Key()
	if err != nil {
		return "", c.journalRefusal(err)
	}
	now.Asked, now.Expires, now.Nonce = c.gate.o.Now().UnixMilli(), q.Expires.Unix(), newNonce()
	if retype := q.Preview.Retype; retype != nil {
		now.Retype = digest(retype.normal())
	}
	token, err = signer{key}.sign(*now)
	if err != nil {
		return "", fmt.Errorf("%s: sign the question: %w", c.action.Tool, err)
	}
	return token, nil
}

// question makes the question of a preview, as it is shown and recorded; its
// token comes later.
func (c *call) question(preview Preview) Question {
	q := Question{
		Tool: c.action.Tool, Title: c.action.Title, Network: c.bound.Network(), Caller: c.request.Caller,
		Preview: preview, Lapse: c.lapse, Expires: c.gate.o.Now().Add(c.gate.o.Validity),
	}
	if c.lapse != nil {
		q.Changed = c.lapse.parts
	}
	document := q.Document()
	c.document = &document
	return q
}

// ask signs a question and puts it to the person behind the client.
func (c *call) ask(ctx context.Context, preview Preview, now claims) (*Question, *Evidence, error) {
	question := c.question(preview)
	token, err := c.sign(&now, question)
	if err != nil {
		return nil, nil, err
	}
	question.State = token
	e := c.full(c.event("asked"))
	e.Channel = c.request.Approver.Channel()
	c.note(ctx, e)
	answer, err := c.request.Approver.Ask(ctx, question)
	if err != nil {
		refusal := c.refusalFor(Unavailable)
		refusal.Err = err
		return nil, nil, refusal
	}
	return &question, &Evidence{State: token, Answer: answer}, nil
}

// verify checks that an answer belongs to this call and is a yes. An answer
// that is not is used up by that: a "no" cannot become a "yes" later.
func (c *call) verify(ctx context.Context, evidence Evidence) (claims, error) {
	key, err := c.gate.o.Key()
	if err != nil {
		return claims{}, c.journalRefusal(err)
	}
	now := c.gate.o.Now()
	asked, err := signer{key}.open(evidence.State, now)
	switch {
	case errors.Is(err, errExpired):
		return claims{}, refuse(CodeExpired, "%s: the answer came after the question had expired. Nothing was done. Call the tool again to ask anew.", c.action.Tool)
	case err != nil || !asked.sameCall(c.claims()):
		return claims{}, refuse(CodeBadApproval, "%s: the approval that came with this call does not belong to it. Nothing was done. Call the tool again, without requestState, to ask a person.", c.action.Tool)
	}
	decision, took := evidence.Decision, now.Sub(time.UnixMilli(asked.Asked))
	switch {
	case decision == Approved && asked.Retype == "" && evidence.Typed != "":
		decision = Unreadable
	case decision == Approved && asked.Retype != "" && digest(normalTyped(evidence.Typed)) != asked.Retype:
		decision = Mistyped
	case decision == Declined && took < humanly:
		decision = AutoDeclined
	}
	if c.request.Approver != nil {
		c.answered(ctx, decision, took)
	}
	if decision == Approved {
		return asked, nil
	}
	if err := c.spend(ctx, asked); err != nil {
		return claims{}, err
	}
	return claims{}, c.refusalFor(decision)
}

// spend uses an answer up, once over all processes.
func (c *call) spend(ctx context.Context, asked claims) error {
	// Also when the caller has just left: what was answered is used up.
	fresh, err := c.gate.o.Journal.Spend(context.WithoutCancel(ctx), asked.Nonce, time.Unix(asked.Expires, 0))
	switch {
	case err != nil:
		return c.journalRefusal(err)
	case !fresh:
		return c.spentRefusal()
	}
	c.used = append(c.used, asked.Nonce)
	return nil
}

// use uses an approval up without running.
func (c *call) use(ctx context.Context, given approval) error {
	if given.pending == nil {
		return c.spend(ctx, given.claims)
	}
	return c.withdraw(ctx, *given.pending, withdrawnChanged)
}
