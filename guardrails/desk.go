package guardrails

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/mcp-mighty/mcp-mighty/guardrails/untrusted"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// maxReason bounds why a person rejected something, in characters.
const maxReason = 300

// DeskStore is what a [Desk] needs of the store.
type DeskStore interface {
	Pendings(ctx context.Context, now time.Time, statuses ...store.PendingStatus) ([]store.Pending, error)
	PendingByCode(ctx context.Context, code string) (store.Pending, error)
	Decide(ctx context.Context, id string, status store.PendingStatus, d store.PendingDecision, event store.Event) error
	Attempt(ctx context.Context, id string, event store.Event) error
}

// Desk is where people settle approvals, on a channel that no model holds.
// Whoever uses it has made sure that a person sits there, and who.
type Desk struct {
	// Store keeps the approvals, and Key signs what is decided about them.
	Store DeskStore
	Key   func() ([]byte, error)
	Now   func() time.Time
}

// Paper is an approval on the desk.
type Paper struct {
	Code      string              `json:"code"`
	Status    store.PendingStatus `json:"status"`
	Asked     time.Time           `json:"asked"`
	Expires   time.Time           `json:"expires"`
	TwoPeople bool                `json:"two_people,omitempty"`
	Document  Document            `json:"document"`
	// Void says that it was altered, or that its key was replaced since. It
	// cannot be approved, and what its document says may not be true.
	Void bool `json:"void,omitempty"`
	// Settled, By, Channel and Reason are there once it is settled.
	Settled time.Time `json:"settled,omitzero"`
	By      string    `json:"by,omitempty"`
	Channel string    `json:"channel,omitempty"`
	Reason  string    `json:"reason,omitempty"`
}

// Settler is a person at the desk.
type Settler struct {
	// Name of the person; "" where the desk does not know one.
	Name string
	// Channel on which they decide: "terminal", "page".
	Channel string
}

// The reasons why nothing was settled. Their texts are for people.
var (
	ErrNoPaper     = errors.New("no approval with this code is waiting: it was settled or used already, has expired, or never was")
	ErrMistyped    = errors.New("what was typed is not what is asked for; nothing was approved")
	ErrSamePerson  = errors.New("this needs another person than the one who asked; nothing was approved")
	ErrVoid        = errors.New("this approval was altered, or its key was replaced since; nothing was approved. Reject it, or let it expire; the assistant can ask anew")
	ErrNamedPerson = errors.New("this needs a person whom the server knows by name; nothing was approved")
)

// Papers returns what waits, and what was settled but is neither used nor
// expired, oldest first.
func (d Desk) Papers(ctx context.Context) ([]Paper, error) {
	return d.papers(ctx, d.Now(), store.Waiting, store.Approved, store.Rejected)
}

// Recent returns what waits, and what was settled, used or left to expire and
// would have run out after since, oldest first. Approvals are forgotten a day
// after they expire.
func (d Desk) Recent(ctx context.Context, since time.Time) ([]Paper, error) {
	return d.papers(ctx, since)
}

func (d Desk) papers(ctx context.Context, expireAfter time.Time, statuses ...store.PendingStatus) ([]Paper, error) {
	pendings, err := d.Store.Pendings(ctx, expireAfter, statuses...)
	if err != nil {
		return nil, err
	}
	papers := make([]Paper, 0, len(pendings))
	for _, p := range pendings {
		paper, err := d.asPaper(p)
		if err != nil {
			return nil, err
		}
		papers = append(papers, paper)
	}
	return papers, nil
}

// Paper returns one approval; [ErrNoPaper] if there is none of that code.
func (d Desk) Paper(ctx context.Context, code string) (Paper, error) {
	p, err := d.find(ctx, code)
	if err != nil {
		return Paper{}, err
	}
	return d.asPaper(p)
}

func (d Desk) find(ctx context.Context, code string) (store.Pending, error) {
	p, err := d.Store.PendingByCode(ctx, normalCode(code))
	if errors.Is(err, store.ErrNoPending) || err == nil && !d.Now().Before(p.Expires) {
		return store.Pending{}, ErrNoPaper
	}
	return p, err
}

// normalCode understands a code however a person types it.
func normalCode(code string) string {
	code = strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(code))
	if len(code) != 8 {
		return ""
	}
	return code[:4] + "-" + code[4:]
}

func (d Desk) asPaper(p store.Pending) (Paper, error) {
	key, err := d.Key()
	if err != nil {
		return Paper{}, err
	}
	paper := Paper{
		Code: p.Code, Status: p.Status, Asked: p.Asked, Expires: p.Expires, TwoPeople: p.TwoPeople,
		Settled: p.At, By: p.By, Channel: p.Channel, Reason: untrusted.Line(p.Reason, maxReason),
	}
	_, err = signer{key}.openPending(p, d.Now())
	paper.Void = err != nil || json.Unmarshal(p.Document, &paper.Document) != nil
	return paper, nil
}

// Approve lets the call run, once. typed is what the person typed, where the
// document asks for that. Who must not approve it, and tries, is recorded.
func (d Desk) Approve(ctx context.Context, code string, by Settler, typed string) error {
	p, err := d.find(ctx, code)
	if err != nil {
		return err
	}
	if err := d.mayApprove(p, by, typed); err != nil {
		if recordErr := d.attempted(ctx, p, by, err); recordErr != nil {
			return errors.Join(err, recordErr)
		}
		return err
	}
	return d.settle(ctx, p, store.Approved, by, "")
}

func (d Desk) mayApprove(p store.Pending, by Settler, typed string) error {
	key, err := d.Key()
	if err != nil {
		return err
	}
	asked, err := signer{key}.openPending(p, d.Now())
	if err != nil {
		return ErrVoid
	}
	paper, err := d.asPaper(p)
	switch {
	case err != nil:
		return err
	case asked.Retype != "" && digest(normalTyped(typed)) != asked.Retype:
		return ErrMistyped
	case p.TwoPeople && plainPerson(by.Name) == "":
		return ErrNamedPerson
	case p.TwoPeople && !otherPerson(by.Name, askerOf(paper)):
		return ErrSamePerson
	}
	return nil
}

// Reject refuses the call, with a reason that the assistant gets to read. What
// was approved and is not used yet can be rejected too.
func (d Desk) Reject(ctx context.Context, code string, by Settler, reason string) error {
	p, err := d.find(ctx, code)
	if err != nil {
		return err
	}
	return d.settle(ctx, p, store.Rejected, by, untrusted.Line(reason, maxReason))
}

// Reopen takes a rejection back: nothing is approved by that, and the call is
// asked about anew when it comes again.
func (d Desk) Reopen(ctx context.Context, code string, by Settler) error {
	p, err := d.find(ctx, code)
	if err != nil {
		return err
	}
	return d.settle(ctx, p, store.Reopened, by, "")
}

func (d Desk) settle(ctx context.Context, p store.Pending, status store.PendingStatus, by Settler, reason string) error {
	key, err := d.Key()
	if err != nil {
		return err
	}
	p.Status, p.PendingDecision = status, store.PendingDecision{At: d.Now(), By: by.Name, Channel: by.Channel, Reason: reason}
	p.Seal = signer{key}.seal(p)
	paper, err := d.asPaper(p)
	if err != nil {
		return err
	}
	e := store.Event{
		At: d.Now(), Kind: "decided", Tool: paper.Document.Tool, Network: paper.Document.Network, Channel: by.Channel, Approver: by.Name,
		Decision: string(status), Note: p.Code, Reason: reason, Shown: paper.Document.redacted(),
	}
	if status == store.Rejected { // also if somebody puts back how it was approved
		e.Used = []string{p.ID}
	}
	err = d.Store.Decide(ctx, p.ID, status, p.PendingDecision, e)
	if errors.Is(err, store.ErrNoPending) {
		return ErrNoPaper
	}
	return err
}

// otherPerson reports whether two names are of two people.
func otherPerson(approver, asker string) bool {
	return plainPerson(approver) != "" && plainPerson(approver) != plainPerson(asker)
}

// plainPerson is how names of people are compared: as they are read.
func plainPerson(name string) string {
	return strings.ToLower(strings.TrimSpace(untrusted.Line(name, maxReason)))
}

// askerOf returns the principal who asked.
func askerOf(p Paper) string { return p.Document.Principal }
