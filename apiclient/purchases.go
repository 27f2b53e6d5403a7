package apiclient

import (
	"context"
	"encoding/json"
	"iter"
	"net/url"
	"strconv"
	"time"
)

// Purchase is a member's single payment for a plan. A nonpaid plan that was
// given by hand has none: [MembersService.Plans] tells who has access.
type Purchase struct {
	// ID is what [PurchasesService.Get] and Cancel take. It is neither the
	// member's id nor the plan's. It is 0 in a row that is a subscription,
	// which the list may contain.
	ID ID `json:"id"`
	// SubscriptionID is what [SubscriptionsService] takes; 0 in a row that is
	// a purchase.
	SubscriptionID ID `json:"subscription_id,omitempty"`
	// Member is who paid. Its times are empty, and so is its Raw; the row's has
	// everything.
	Member Member `json:"member"`
	// Plan is what was paid for, with the price.
	Plan SoldPlan `json:"plan"`

	TaxPercent      float64   `json:"tax_percent,omitempty"`
	PaymentPlatform string    `json:"payment_platform,omitempty"` // for example stripe, apple, web3
	PurchasedAt     time.Time `json:"purchased_at,omitzero"`
	CreatedAt       time.Time `json:"created_at,omitzero"`
	UpdatedAt       time.Time `json:"updated_at,omitzero"`

	// Raw is the whole row as it came.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON reads a row of the API loosely and keeps it whole in Raw.
func (p *Purchase) UnmarshalJSON(data []byte) error {
	row, err := readSale(data, "purchase", "subscription")
	if err != nil {
		return err
	}
	o, isPurchase := row.detail["purchase"]
	if !isPurchase {
		o = row.detail["subscription"]
	}
	prefix := "member_"
	if _, has := row.row.fields["member_email"]; !has {
		prefix = "" // as the list of subscriptions writes it
	}
	tax, _ := strconv.ParseFloat(o.text("tax_percent"), 64)
	*p = Purchase{
		Member:          row.member(prefix),
		Plan:            row.plan,
		TaxPercent:      tax,
		PaymentPlatform: o.text("payment_platform"),
		PurchasedAt:     o.time("purchased_at"),
		CreatedAt:       o.time("created_at"),
		UpdatedAt:       o.time("updated_at"),
		Raw:             row.row.raw,
	}
	if isPurchase {
		p.ID = o.id("id")
	} else {
		p.SubscriptionID = o.id("id")
	}
	return nil
}

// PurchaseList chooses purchases.
type PurchaseList struct {
	ListOptions
	// PlanID limits the list to one plan; 0 is all of them.
	PlanID ID
	// MemberID limits the list to one member; 0 is everybody.
	MemberID ID
}

// PurchasesService reads purchases and takes them back.
type PurchasesService struct{ c *Client }

// List returns one page of purchases (GET /networks/{network_id}/purchases).
func (s PurchasesService) List(ctx context.Context, opts PurchaseList) (*Page[Purchase], error) {
	query := filters(field{"plan_id", given(opts.PlanID)}, field{"member_id", given(opts.MemberID)})
	return list[Purchase](ctx, s.c, call{op: opPurchaseList, query: query}, opts.ListOptions)
}

// All walks every purchase that opts selects, as [MembersService.All] walks
// members.
func (s PurchasesService) All(ctx context.Context, opts PurchaseList) iter.Seq2[Purchase, error] {
	return all(ctx, s.c, opPurchaseList, opts.ListOptions, func(ctx context.Context, at ListOptions) (*Page[Purchase], error) {
		return s.List(ctx, PurchaseList{ListOptions: at, PlanID: opts.PlanID, MemberID: opts.MemberID})
	})
}

// Get returns a purchase (GET /networks/{network_id}/purchases/{id}/).
func (s PurchasesService) Get(ctx context.Context, id ID) (*Purchase, error) {
	return fetch[Purchase](ctx, s.c, call{op: opPurchaseGet, path: ids(id)})
}

// Cancel takes the access back that a purchase gave, and returns the purchase
// (DELETE /networks/{network_id}/purchases/{id}/?immediate=). The API has no
// refund. immediate leaves out the period of grace; it is always sent, since the
// API does not say what it does without it. One made through Apple is
// [Validation].
func (s PurchasesService) Cancel(ctx context.Context, id ID, immediate bool) (*Purchase, error) {
	query := url.Values{"immediate": {strconv.FormatBool(immediate)}}
	return fetch[Purchase](ctx, s.c, call{op: opPurchaseCancel, path: ids(id), query: query})
}
