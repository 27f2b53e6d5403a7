package apiclient

import (
	"context"
	"encoding/json"
	"iter"
	"net/url"
	"time"
)

// SubscriptionCanceled is the status that [SubscriptionList] can ask for; the
// API knows no other.
const SubscriptionCanceled = "canceled"

// CancelWhen says when a subscription ends.
type CancelWhen string

// The times at which [SubscriptionsService.Cancel] ends a subscription.
const (
	CancelNow         CancelWhen = "now"
	CancelAtPeriodEnd CancelWhen = "end_of_billing_cycle"
)

// Subscription is a member's recurring payment for a plan.
type Subscription struct {
	// ID is what [SubscriptionsService.Get] and Cancel take. It is neither the
	// member's id nor the plan's.
	ID ID `json:"id"`
	// Member is who pays. Its Raw is empty; the row's has everything.
	Member Member `json:"member"`
	// Plan is what is paid for, with the price.
	Plan SoldPlan `json:"plan"`

	PaymentPlatform    string    `json:"payment_platform,omitempty"` // for example stripe, apple, web3
	CurrentPeriodStart time.Time `json:"current_period_start,omitzero"`
	CurrentPeriodEnd   time.Time `json:"current_period_end,omitzero"`
	CanceledAt         time.Time `json:"canceled_at,omitzero"`   // zero while it runs
	TrialLength        int       `json:"trial_length,omitempty"` // days
	TrialStart         time.Time `json:"trial_start,omitzero"`
	TrialEnd           time.Time `json:"trial_end,omitzero"`
	PurchasedAt        time.Time `json:"purchased_at,omitzero"`

	// Raw is the whole row as it came.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON reads a row of the API loosely and keeps it whole in Raw.
func (s *Subscription) UnmarshalJSON(data []byte) error {
	row, err := readSale(data, "subscription")
	if err != nil {
		return err
	}
	o := row.detail["subscription"]
	*s = Subscription{
		ID:                 o.id("id"),
		Member:             row.member(""),
		Plan:               row.plan,
		PaymentPlatform:    o.text("payment_platform"),
		CurrentPeriodStart: o.time("current_period_start"),
		CurrentPeriodEnd:   o.time("current_period_end"),
		CanceledAt:         o.time("canceled_at"),
		TrialLength:        o.count("trial_length"),
		TrialStart:         o.time("trial_start"),
		TrialEnd:           o.time("trial_end"),
		PurchasedAt:        o.time("purchased_at"),
		Raw:                row.row.raw,
	}
	return nil
}

// SubscriptionList chooses subscriptions.
type SubscriptionList struct {
	ListOptions
	// Status is [SubscriptionCanceled] for the archived ones; "" leaves it to
	// the API.
	Status string
	// MemberID limits the list to one member; 0 is everybody.
	MemberID ID
}

// SubscriptionsService reads subscriptions and cancels them.
type SubscriptionsService struct{ c *Client }

// List returns one page of subscriptions
// (GET /networks/{network_id}/subscriptions).
func (s SubscriptionsService) List(ctx context.Context, opts SubscriptionList) (*Page[Subscription], error) {
	query := filters(field{"status", opts.Status}, field{"member_id", given(opts.MemberID)})
	return list[Subscription](ctx, s.c, call{op: opSubscriptionList, query: query}, opts.ListOptions)
}

// All walks every subscription that opts selects, as [MembersService.All]
// walks members.
func (s SubscriptionsService) All(ctx context.Context, opts SubscriptionList) iter.Seq2[Subscription, error] {
	return all(ctx, s.c, opSubscriptionList, opts.ListOptions, func(ctx context.Context, at ListOptions) (*Page[Subscription], error) {
		return s.List(ctx, SubscriptionList{ListOptions: at, Status: opts.Status, MemberID: opts.MemberID})
	})
}

// Get returns a subscription (GET /networks/{network_id}/subscriptions/{id}).
func (s SubscriptionsService) Get(ctx context.Context, id ID) (*Subscription, error) {
	return fetch[Subscription](ctx, s.c, call{op: opSubscriptionGet, path: ids(id)})
}

// Cancel ends a subscription and returns it
// (DELETE /networks/{network_id}/subscriptions/{id}?when=); the API has no way
// back and no refund. when must be given: the API waits for the end of the
// period without it, which not everybody expects of "cancel". One that is
// cancelled already is [Validation].
func (s SubscriptionsService) Cancel(ctx context.Context, id ID, when CancelWhen) (*Subscription, error) {
	if when != CancelNow && when != CancelAtPeriodEnd {
		return nil, invalid(opSubscriptionCancel, "when must be "+string(CancelNow)+" or "+string(CancelAtPeriodEnd))
	}
	query := url.Values{"when": {string(when)}}
	return fetch[Subscription](ctx, s.c, call{op: opSubscriptionCancel, path: ids(id), query: query})
}
