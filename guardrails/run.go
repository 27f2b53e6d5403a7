package guardrails

import (
	"context"
	"errors"
	"time"

	"github.com/mcp-mighty/mcp-mighty/store"
)

// afterwards is how much longer than its time limit a call may take to write
// down how it ended.
const afterwards = time.Minute

// run uses the approval up and writes the intent down, runs, and writes the
// outcome down. From the intent on the call goes on even if its caller leaves:
// a request that is cut off half way would leave nobody knowing whether it was
// executed.
func (c *call) run(ctx context.Context, preview Preview, given *approval) (Outcome, error) {
	detached := context.WithoutCancel(ctx)
	if err := ctx.Err(); err != nil {
		refusal := refuse(CodeCancelled, "%s: the call was cancelled before it began. Nothing was done.", c.action.Tool)
		refusal.Err = err
		return Outcome{}, refusal
	}
	limit := c.gate.o.RunTimeout + time.Duration(c.bound.Steps()-1)*c.gate.o.RunTimeout/10
	id, err := c.begin(detached, preview, given, limit)
	if err != nil {
		return Outcome{}, err
	}
	c.began = true
	running, cancel := context.WithTimeout(context.WithValue(detached, callerKey{}, ctx), limit)
	defer cancel()
	result, undo, err := c.bound.Run(running, preview)
	ending := store.Ending{At: c.gate.o.Now(), State: store.Done, Undo: undo}
	if ended, ok := result.(Ended); ok && err == nil {
		ending.State, ending.Note = ended.Ending()
	}
	if err != nil {
		ending = store.Ending{At: c.gate.o.Now(), State: store.NotDone, Note: err.Error()}
		if c.action.Risk.Acts() && unknownOutcome(err) {
			ending.State = store.Unknown
		}
	}
	e := c.event("ended")
	e.Outcome, e.Note = string(ending.State), redactText(ending.Note)
	unwritten := c.gate.o.Journal.Finish(detached, id, ending, e)
	if unwritten != nil {
		// The deed is done or not, whatever the journal says; the intent stays
		// open there, which is the honest state.
		c.gate.o.Logger.Error("the outcome of a call could not be written to the journal", "tool", c.action.Tool, "entry", id, "error", unwritten)
	}
	return Outcome{Result: result, Unwritten: unwritten != nil}, err
}

// begin writes everything down that must be on disk before the request leaves,
// all at once.
func (c *call) begin(ctx context.Context, preview Preview, given *approval, limit time.Duration) (int64, error) {
	now := c.gate.o.Now()
	start := store.Start{Takes: c.takes()}
	switch {
	case given == nil:
	case given.pending != nil:
		start.Pending = given.pending.ID
		start.Asked, c.used = time.UnixMilli(given.claims.Asked), append(c.used, given.pending.ID)
		c.channel, c.approver = given.pending.Channel, given.pending.By
	default:
		start.Token = &store.Token{Nonce: given.claims.Nonce, Expires: time.Unix(given.claims.Expires, 0)}
		start.Asked, c.used = time.UnixMilli(given.claims.Asked), append(c.used, given.claims.Nonce)
		if c.request.Approver != nil {
			c.channel = c.request.Approver.Channel()
		}
	}
	start.Intent = store.Intent{
		At: now, Deadline: now.Add(limit + afterwards), Tool: c.action.Tool, Risk: c.risk().String(),
		Network: c.bound.Network(), Identity: c.bound.Identity(),
		Principal: c.request.Caller.Principal, Role: c.request.Caller.role(), Client: c.request.Caller.Client,
		Arguments: c.arguments, Before: preview.Before, Channel: c.channel, Approver: c.approver,
	}
	if c.open != nil && c.open.ID != start.Pending {
		c.used = append(c.used, c.open.ID)
		start.Withdraw = c.open.ID // somebody else's yes to the same must not run it again
		start.Withdrawn = c.withdrawn(*c.open, withdrawnAnswered)
	}
	if undoing, ok := c.bound.(Undoing); ok {
		start.Undoes = undoing.Undoes()
	}
	if c.document == nil {
		c.question(preview) // for the audit trail
	}
	start.Event = c.full(c.event("begun"))
	start.Event.Channel, start.Event.Approver = c.channel, c.approver
	id, err := c.gate.o.Journal.Begin(ctx, start)
	var full *store.Full
	switch {
	case err == nil:
		return id, nil
	case errors.Is(err, store.ErrSpent):
		return 0, c.spentRefusal()
	case errors.Is(err, store.ErrUndone):
		return 0, refuse(CodeUndone, "%s: this action was undone before, or is being undone. Nothing was done.", c.action.Tool)
	case errors.As(err, &full):
		return 0, c.limitRefusal(full)
	}
	return 0, c.journalRefusal(err)
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
	if errors.Is(err, store.ErrReplaced) {
		r.Message = c.action.Tool + ": the server's journal was removed or replaced while the server runs, and without it nothing is changed. Nothing was done. The operator has to start the server again."
	}
	r.Err = err
	c.gate.o.Logger.Error("the journal cannot be used", "tool", c.action.Tool, "error", err)
	return r
}

func (c *call) spentRefusal() *Refusal {
	return refuse(CodeSpent, "%s: this approval was used before, and each counts once. Nothing was done by this call. Call the tool again to ask anew.", c.action.Tool)
}

func (c *call) refusalFor(decision Decision) *Refusal {
	tool := c.action.Tool
	switch decision {
	case Declined:
		return refuse(CodeDeclined, "%s was declined. Nothing was done. Do not ask again unless the person wants it.", tool)
	case AutoDeclined:
		return refuse(CodeAuto, "%s was declined at once: the client said no by itself, without showing the question to anybody, as it seems. Nothing was done.", tool)
	case Cancelled:
		return refuse(CodeCancelled, "%s: the question was dismissed without an answer. Nothing was done.", tool)
	case TimedOut:
		return refuse(CodeTimedOut, "%s: nobody answered the question in time. Nothing was done. Call the tool again when somebody is there to answer.", tool)
	case Mistyped:
		return refuse(CodeMistyped, "%s: what was typed is not what the question asked for, so it counts as no. Nothing was done.", tool)
	case Unavailable:
		return refuse(CodeNoChannel, "%s needs a person's approval, and the client cannot ask for it. Nothing was done.", tool)
	}
	return refuse(CodeBadAnswer, "%s: the answer to the question did not fit its form, so it counts as no. Nothing was done.", tool)
}
