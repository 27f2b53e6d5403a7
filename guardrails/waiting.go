package guardrails

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/guardrails/untrusted"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// Waiting is an approval that a person has to settle on the second channel.
type Waiting struct {
	// Code is what people call it by.
	Code    string
	Expires time.Time
	// Preview is what would happen.
	Preview PreviewView
	// Lapse says why an earlier approval does not count; nil if there is none.
	Lapse *Lapse
	// How says what the person does, and what the assistant does then.
	How string
}

// pendingClaims are the claims of an approval on the second channel. The
// caller's session does not count: the approval outlives it.
func (c *call) pendingClaims() claims {
	now := c.claims()
	now.Second = true
	now.Caller = digest(c.request.Caller.Principal, c.request.Caller.Client)
	return now
}

// callDigest finds the approvals of a call.
func (c *call) callDigest() string {
	k := c.pendingClaims()
	return digest(k.Tool, k.Network, k.Caller, k.Arguments)
}

// findPending returns the approval that waits for this call or was given to
// it, nil if there is none. One that was rejected is a refusal until its time
// is up, so that nobody is asked over and over.
func (c *call) findPending(ctx context.Context) (*store.Pending, error) {
	found, err := c.gate.o.Journal.FindPending(ctx, c.callDigest(), c.gate.o.Now())
	switch {
	case err != nil:
		return nil, c.journalRefusal(err)
	case found == nil:
		return nil, nil
	case !found.Open(c.gate.o.Now()):
		if found.Status == store.Waiting || found.Status == store.Approved || found.Status == store.Expired {
			c.lapsed(*found, "")
		}
		return nil, nil
	case found.Status == store.Waiting:
		return c.stillAsked(ctx, found)
	case found.Status == store.Approved:
		return found, nil
	}
	reason := ""
	if found.Reason != "" {
		reason = " The reason given: " + quoted(untrusted.Line(found.Reason, factLength)) + "."
	}
	return nil, refuse(CodeRejected, "%s was rejected by %s (approval %s).%s Nothing was done. It stays rejected until %s, however often it is called. If the person wants it before that, they take the rejection back with %s; then call it once more, and they are asked anew.",
		c.action.Tool, Field("", found.By).Shown(), found.Code, reason, found.Expires.UTC().Format("2006-01-02 15:04 UTC"), c.gate.where("reopen", found.Code))
}

// stillAsked withdraws a question that nobody can answer any more, because its
// key was replaced or somebody altered it; the call is then asked about anew.
func (c *call) stillAsked(ctx context.Context, found *store.Pending) (*store.Pending, error) {
	key, err := c.gate.o.Key()
	if err != nil {
		return nil, c.journalRefusal(err)
	}
	asked, err := signer{key}.openPending(*found, c.gate.o.Now())
	why := withdrawnPolicy
	switch {
	case err != nil || !asked.sameCall(c.pendingClaims()):
		why = withdrawnVoid
	case found.TwoPeople || c.judged.verdict != config.TwoPeople:
		return found, nil
	}
	c.lapsed(*found, why)
	return nil, c.withdraw(ctx, *found, why)
}

// verifyPending checks that an approval from the second channel is one, and
// belongs to this call. One that is not good is withdrawn.
func (c *call) verifyPending(ctx context.Context, found store.Pending) (*approval, error) {
	key, err := c.gate.o.Key()
	if err != nil {
		return nil, c.journalRefusal(err)
	}
	s := signer{key}
	asked, err := s.openPending(found, c.gate.o.Now())
	why, outcome := "", withdrawnVoid
	switch {
	case errors.Is(err, errExpired):
		c.lapsed(found, "")
		return nil, nil // asked anew
	case err != nil || !s.sealed(found) || !asked.sameCall(c.pendingClaims()):
		why = "was not given through this program, or its key was replaced since"
	case c.judged.verdict == config.TwoPeople && !(found.TwoPeople && otherPerson(found.By, c.request.Caller.Principal)):
		why, outcome = "is not that of another person, which the operator's policy wants", withdrawnPolicy
	default:
		return &approval{claims: asked, pending: &found}, nil
	}
	if err := c.withdraw(ctx, found, outcome); err != nil {
		return nil, err
	}
	return nil, refuse(CodeBadApproval, "%s: the approval %s %s. Nothing was done. Call the tool again to ask anew.", c.action.Tool, found.Code, why)
}

// whySecond says why the question goes to the second channel.
func (c *call) whySecond() string {
	if secondOnly(c.judged.verdict) {
		return "The operator's policy wants this approved here: " + c.judged.why + "."
	}
	return "The client cannot ask a person."
}

// wait puts the question to the second channel.
func (c *call) wait(ctx context.Context, preview Preview, note string) (Outcome, error) {
	if !c.gate.hasSecond() {
		refusal := c.refusalFor(Unavailable)
		refusal.Message = strings.TrimSpace(refusal.Message + " " + c.warning)
		return Outcome{}, refusal
	}
	question := c.question(preview)
	c.document.Note = note
	document, err := json.Marshal(c.document)
	if err != nil {
		return Outcome{}, fmt.Errorf("%s: write the question down: %w", c.action.Tool, err)
	}
	now, code := c.pendingClaims(), newCode()
	now.Shown, now.Document = preview.fingerprints(), digest(code, string(document))
	token, err := c.sign(&now, question)
	if err != nil {
		return Outcome{}, err
	}
	e := c.full(c.event("waiting"))
	pending := store.Pending{ // counted by who asks, who may call their software what they like
		ID: now.Nonce, Code: code, Asked: c.gate.o.Now(), Expires: question.Expires,
		Call: c.callDigest(), Caller: digest(c.request.Caller.Principal), Token: token, Document: document, TwoPeople: c.judged.verdict == config.TwoPeople,
	}
	e.Note = pending.Code
	pending, err = c.gate.o.Journal.AddPending(context.WithoutCancel(ctx), pending, e)
	var crowded *store.Crowded
	switch {
	case errors.As(err, &crowded):
		return Outcome{}, refuse(CodeCrowded, "%s needs a person's approval, and %d such questions wait already. Nothing was done. Ask the person to settle some (%s shows them), then call the tool again.", c.action.Tool, crowded.Waiting, c.gate.command("list"))
	case err != nil:
		return Outcome{}, c.journalRefusal(err)
	}
	return Outcome{Waiting: c.waitingView(pending)}, nil
}

// offerAfter is [call.offerSecond] for an answer that came with the call: what
// the second channel shows has to be looked up first.
func (c *call) offerAfter(ctx context.Context, err error, evidence *Evidence) error {
	if evidence == nil || !c.offers(err) || !c.gate.hasSecond() {
		return err
	}
	preview, previewErr := c.preview(ctx)
	if previewErr != nil {
		return err // the refusal stands, whatever became of the target
	}
	return c.offerSecond(ctx, err, preview)
}

// secondAfter says on the second channel what became of the first.
var secondAfter = map[Code]string{
	CodeDeclined:  "It was declined in the client.",
	CodeAuto:      "The client declined without asking anybody, as it seems.",
	CodeCancelled: "The question was dismissed in the client.",
	CodeTimedOut:  "Nobody answered the question in the client.",
	CodeMistyped:  "Something else was typed in the client than what was asked for.",
	CodeNoChannel: "The client failed to ask.",
	CodeBadAnswer: "The client's answer could not be read.",
}

// offers reports whether a refusal leaves the second channel.
func (c *call) offers(err error) bool {
	var refusal *Refusal
	return errors.As(err, &refusal) && secondAfter[refusal.Code] != ""
}

// offerSecond opens the second channel after the first one brought no yes, and
// says so in the refusal. Any other error passes through. After a no at first
// hand it closes it instead.
func (c *call) offerSecond(ctx context.Context, err error, preview Preview) error {
	var refusal *Refusal
	if !errors.As(err, &refusal) || !c.offers(err) || !c.gate.hasSecond() {
		return err
	}
	if _, firsthand := c.request.Approver.(Firsthand); firsthand {
		if c.open != nil {
			if failed := c.withdraw(ctx, *c.open, withdrawnAnswered); failed != nil {
				return failed
			}
		}
		return err
	}
	code, expires := "", time.Time{}
	if c.open != nil {
		code, expires = c.open.Code, c.open.Expires
	} else if outcome, waitErr := c.wait(ctx, preview, secondAfter[refusal.Code]); waitErr == nil {
		code, expires = outcome.Waiting.Code, outcome.Waiting.Expires
	}
	if code == "" {
		return err
	}
	offer := *refusal
	offer.Message += fmt.Sprintf(" If the person wants it after all, they can approve it with %s until %s, and the same call then runs.", c.gate.where("approve", code), expires.UTC().Format(time.RFC3339))
	return &offer
}

// waitingView is an approval as the caller gets to see it.
func (c *call) waitingView(p store.Pending) *Waiting {
	view := &Waiting{Code: p.Code, Expires: p.Expires}
	var d Document
	if json.Unmarshal(p.Document, &d) == nil {
		view.Preview, view.Lapse = d.view(), d.Lapse
	}
	people, where := "A person has to approve it with ", c.gate.where("approve", p.Code)
	if p.TwoPeople {
		people = "Another person than the one who asks has to approve it with "
		where = c.gate.onPage(p.Code) // a terminal does not know people by the callers' names
	}
	view.How = people + where + ". Tell them. Then call " + c.action.Tool + " again with the same arguments, and it runs, once."
	return view
}

// hasSecond reports whether there is a second channel at all.
func (g *Gate) hasSecond() bool { return !g.o.Unshared || g.o.Page != "" }

// where names the second channel.
func (g *Gate) where(verb, code string) string {
	terminal := g.command(verb+" "+code) + " in a terminal"
	switch {
	case g.o.Page == "":
		return terminal
	case g.o.Unshared:
		return g.onPage(code)
	}
	return terminal + " or on " + g.o.Page + "/" + code
}

// command is a command of the second channel, as it is typed anywhere.
func (g *Gate) command(words string) string {
	if g.o.Place != "" {
		words += " " + g.o.Place
	}
	return "`mcp-mighty approvals " + words + "`"
}

// onPage names the approvals page.
func (g *Gate) onPage(code string) string {
	if g.o.Page == "" {
		return "the approvals page, which the operator has to set up first: serve --http, with approvers in the configuration"
	}
	return "the page " + g.o.Page + "/" + code
}

// view is the document as results carry it.
func (d Document) view() PreviewView {
	view := PreviewView{Action: d.Action, Warnings: d.Warnings, Reversal: d.Reversal}
	if len(d.Facts) > 0 {
		view.Facts = make(map[string]string, len(d.Facts))
		for _, fact := range d.Facts {
			view.Facts[free(view.Facts, fact.Label)] = fact.Shown()
		}
	}
	return view
}

// newCode makes a code that people can say and type: without letters that look
// like digits.
func newCode() string {
	code := rand.Text() // A to Z, 2 to 7
	return code[:4] + "-" + code[4:8]
}
