package tools

import (
	"context"
	"fmt"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/schema"
)

const billingToolset = "billing"

// billingTools look payments up and end them. The API has no refunds.
func billingTools() []Tool {
	return []Tool{
		read(Doc{
			Name: "list_subscriptions", Title: "List subscriptions", Toolset: billingToolset,
			About: "Recurring payments for plans; id is the subscription's.",
		}, listSubscriptions),
		read(Doc{
			Name: "get_subscription", Title: "Get subscription", Toolset: billingToolset,
			About: "One subscription.",
		}, getSubscription),
		destructive(Doc{
			Name: "cancel_subscription", Title: "Cancel subscription", Toolset: billingToolset,
			About: "Ends a recurring payment, by default after the paid period; no refund, no resuming. A person must approve.",
		}, previewCancelSubscription, cancelSubscription),
		read(Doc{
			Name: "list_purchases", Title: "List purchases", Toolset: billingToolset,
			About: "Payments for plans, subscriptions among them. Plans that were given have none (list_member_plans).",
		}, listPurchases),
		read(Doc{
			Name: "get_purchase", Title: "Get purchase", Toolset: billingToolset,
			About: "One purchase.",
		}, getPurchase),
		destructive(Doc{
			Name: "cancel_purchase", Title: "Cancel purchase", Toolset: billingToolset,
			About: "Takes back what a purchase gave, without refund; recurring ones: cancel_subscription. The API refuses Apple's. A person must approve.",
		}, previewCancelPurchase, cancelPurchase),
	}
}

// soldPlanView is a plan as it was sold.
type soldPlanView struct {
	ID       apiclient.ID `json:"id,omitempty"`
	Name     string       `json:"name,omitempty"`
	Amount   int          `json:"amount" jsonschema_description:"in cents"`
	Currency string       `json:"currency,omitempty"`
	Interval string       `json:"interval,omitempty"`
	Type     string       `json:"type,omitempty"`
}

func showSoldPlan(p apiclient.SoldPlan) soldPlanView {
	return soldPlanView{ID: p.ID, Name: line(p.Name), Amount: p.Amount, Currency: line(p.Currency), Interval: line(p.Interval), Type: line(p.Type)}
}

// payerView is who pays.
type payerView struct {
	MemberID  apiclient.ID `json:"member_id"`
	Email     string       `json:"email,omitempty"`
	FirstName string       `json:"first_name,omitempty"`
	LastName  string       `json:"last_name,omitempty"`
}

func showPayer(m apiclient.Member) payerView {
	return payerView{MemberID: m.ID, Email: line(m.Email), FirstName: line(m.FirstName), LastName: line(m.LastName)}
}

// payment says in one line what is paid, in our words and the API's.
func payment(p apiclient.SoldPlan, platform string) string {
	return line(fmt.Sprintf("%d.%02d %s (%s) through %s", p.Amount/100, p.Amount%100, p.Currency, p.Interval, platform))
}

// aboutSale says who pays what for what. The member is described by what the
// payment shows of them.
func aboutSale(m apiclient.Member, p apiclient.SoldPlan, platform string) []guardrails.Fact {
	return []guardrails.Fact{
		guardrails.Quote("member", m.FullName()), guardrails.Number("member id", m.ID), guardrails.Quote("e-mail", m.Email),
		guardrails.Quote("plan", p.Name), guardrails.Number("plan id", p.ID), guardrails.Field("payment", payment(p, platform)),
	}
}

// subscriptionRef names one subscription.
type subscriptionRef struct {
	SubscriptionID apiclient.ID `json:"subscription_id" jsonschema:"minimum=1" jsonschema_description:"subscription id"`
}

type subscriptionView struct {
	ID apiclient.ID `json:"id"`
	payerView
	Plan             soldPlanView `json:"plan"`
	PaymentPlatform  string       `json:"payment_platform,omitempty"`
	CurrentPeriodEnd string       `json:"current_period_end,omitempty"`
	CanceledAt       string       `json:"canceled_at,omitempty"`
	TrialEnd         string       `json:"trial_end,omitempty"`
	PurchasedAt      string       `json:"purchased_at,omitempty"`
}

func showSubscription(d detail) func(apiclient.Subscription) view[subscriptionView] {
	return func(s apiclient.Subscription) view[subscriptionView] {
		return show(subscriptionView{
			ID: s.ID, payerView: showPayer(s.Member), Plan: showSoldPlan(s.Plan), PaymentPlatform: line(s.PaymentPlatform),
			CurrentPeriodEnd: stamp(s.CurrentPeriodEnd), CanceledAt: stamp(s.CanceledAt), TrialEnd: stamp(s.TrialEnd), PurchasedAt: stamp(s.PurchasedAt),
		}, s.Raw, d)
	}
}

type listSubscriptionsIn struct {
	Status   string       `json:"status,omitempty" jsonschema:"enum=canceled" jsonschema_description:"default: running"`
	MemberID apiclient.ID `json:"member_id,omitempty" jsonschema:"minimum=1" jsonschema_description:"only this member"`
	paged
	detailed
}

func listSubscriptions(ctx context.Context, c *Call, in listSubscriptionsIn) (list[view[subscriptionView]], error) {
	page, err := c.API.Subscriptions().List(ctx, apiclient.SubscriptionList{ListOptions: in.options(), Status: in.Status, MemberID: in.MemberID})
	if err != nil {
		return list[view[subscriptionView]]{}, err
	}
	return listOf(c, page, showSubscription(in.Detail))
}

type getSubscriptionIn struct {
	subscriptionRef
	detailed
}

func getSubscription(ctx context.Context, c *Call, in getSubscriptionIn) (view[subscriptionView], error) {
	subscription, err := c.API.Subscriptions().Get(ctx, in.SubscriptionID)
	if err != nil {
		return view[subscriptionView]{}, err
	}
	return showSubscription(in.Detail)(*subscription), nil
}

type cancelSubscriptionIn struct {
	subscriptionRef
	When apiclient.CancelWhen `json:"when,omitempty" jsonschema:"enum=now,enum=end_of_billing_cycle,default=end_of_billing_cycle" jsonschema_description:"when access ends"`
}

// previewCancelSubscription leaves it to the API to refuse one that is
// cancelled already, since only the API knows whether "now" still shortens it.
func previewCancelSubscription(ctx context.Context, c *Call, in cancelSubscriptionIn) (guardrails.Preview, error) {
	s, err := c.API.Subscriptions().Get(ctx, in.SubscriptionID)
	if err != nil {
		return guardrails.Preview{}, err
	}
	p := guardrails.Preview{
		Action: "Cancel this subscription; the access stays until the paid period ends.",
		Facts: append(aboutSale(s.Member, s.Plan, s.PaymentPlatform),
			guardrails.Number("subscription id", s.ID), guardrails.Field("paid until", day(s.CurrentPeriodEnd))),
		Warnings: []string{"A cancelled subscription cannot be resumed: they would have to buy again. Nothing is paid back by this."},
		Loses:    []guardrails.Person{asPerson(&s.Member)},
		Before:   map[string]any{"canceled_at": stamp(s.CanceledAt)},
	}
	if in.When == apiclient.CancelNow {
		p.Action = "Cancel this subscription now; the access ends at once, whatever is paid already."
	}
	if !s.CanceledAt.IsZero() {
		p.Facts = append(p.Facts, guardrails.Field("already cancelled", day(s.CanceledAt)))
	}
	return p, nil
}

// cancelSubscriptionOut is what was cancelled, and when the access ends.
type cancelSubscriptionOut struct {
	SubscriptionID apiclient.ID `json:"subscription_id"`
	When           string       `json:"when"`
	AccessUntil    string       `json:"access_until,omitempty"`
}

func cancelSubscription(ctx context.Context, c *Call, in cancelSubscriptionIn) (cancelSubscriptionOut, error) {
	s, err := c.API.Subscriptions().Cancel(ctx, in.SubscriptionID, in.When)
	err = c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		var readErr error
		if s, readErr = c.API.Subscriptions().Get(ctx, in.SubscriptionID); readErr != nil {
			return false, readErr
		}
		return c.before["canceled_at"] == "" && !s.CanceledAt.IsZero(), nil
	})
	if err != nil {
		return cancelSubscriptionOut{}, err
	}
	out := cancelSubscriptionOut{SubscriptionID: in.SubscriptionID, When: string(in.When)}
	if in.When == apiclient.CancelAtPeriodEnd {
		out.AccessUntil = stamp(s.CurrentPeriodEnd)
	}
	return out, nil
}

// purchaseRef names one purchase.
type purchaseRef struct {
	PurchaseID apiclient.ID `json:"purchase_id" jsonschema:"minimum=1" jsonschema_description:"purchase id"`
}

// purchaseView is a payment. One of ID and SubscriptionID is there, and tells
// which tools take it.
type purchaseView struct {
	ID             apiclient.ID `json:"id,omitempty"`
	SubscriptionID apiclient.ID `json:"subscription_id,omitempty"`
	payerView
	Plan            soldPlanView `json:"plan"`
	PaymentPlatform string       `json:"payment_platform,omitempty"`
	PurchasedAt     string       `json:"purchased_at,omitempty"`
}

func showPurchase(d detail) func(apiclient.Purchase) view[purchaseView] {
	return func(p apiclient.Purchase) view[purchaseView] {
		return show(purchaseView{
			ID: p.ID, SubscriptionID: p.SubscriptionID, payerView: showPayer(p.Member), Plan: showSoldPlan(p.Plan),
			PaymentPlatform: line(p.PaymentPlatform), PurchasedAt: stamp(p.PurchasedAt),
		}, p.Raw, d)
	}
}

type listPurchasesIn struct {
	PlanID   schema.Reference `json:"plan_id,omitempty" jsonschema_description:"id or exact name"`
	MemberID apiclient.ID     `json:"member_id,omitempty" jsonschema:"minimum=1" jsonschema_description:"only this member"`
	paged
	detailed
}

// Resolve implements [Resolver].
func (in *listPurchasesIn) Resolve(ctx context.Context, c *Call) error {
	return planThing().resolve(ctx, c, &in.PlanID)
}

func listPurchases(ctx context.Context, c *Call, in listPurchasesIn) (list[view[purchaseView]], error) {
	page, err := c.API.Purchases().List(ctx, apiclient.PurchaseList{ListOptions: in.options(), PlanID: idOf(in.PlanID), MemberID: in.MemberID})
	if err != nil {
		return list[view[purchaseView]]{}, err
	}
	return listOf(c, page, showPurchase(in.Detail))
}

type getPurchaseIn struct {
	purchaseRef
	detailed
}

func getPurchase(ctx context.Context, c *Call, in getPurchaseIn) (view[purchaseView], error) {
	purchase, err := c.API.Purchases().Get(ctx, in.PurchaseID)
	if err != nil {
		return view[purchaseView]{}, err
	}
	return showPurchase(in.Detail)(*purchase), nil
}

type cancelPurchaseIn struct {
	purchaseRef
	Immediate bool `json:"immediate,omitempty" jsonschema:"default=false" jsonschema_description:"without the period of grace"`
}

// platformApple is how the API names sales that only Apple can take back.
const platformApple = "apple"

func previewCancelPurchase(ctx context.Context, c *Call, in cancelPurchaseIn) (guardrails.Preview, error) {
	purchase, err := c.API.Purchases().Get(ctx, in.PurchaseID)
	if err != nil {
		return guardrails.Preview{}, err
	}
	p := guardrails.Preview{
		Action: "Take back the access that this purchase gave, after the period of grace where the plan has one.",
		Facts: append(aboutSale(purchase.Member, purchase.Plan, purchase.PaymentPlatform),
			guardrails.Number("purchase id", in.PurchaseID), guardrails.Field("bought", day(purchase.PurchasedAt))),
		Warnings: []string{"It cannot be put back: they would have to buy again. Nothing is paid back by this."},
		Loses:    []guardrails.Person{asPerson(&purchase.Member)},
	}
	if in.Immediate {
		p.Action = "Take back the access that this purchase gave, at once."
	}
	if purchase.PaymentPlatform == platformApple {
		p.Warnings = append(p.Warnings, "It was bought through Apple, and the API refuses to cancel such purchases.")
	}
	return p, nil
}

// cancelPurchaseOut is what was cancelled.
type cancelPurchaseOut struct {
	PurchaseID apiclient.ID `json:"purchase_id"`
	Immediate  bool         `json:"immediate"`
}

func cancelPurchase(ctx context.Context, c *Call, in cancelPurchaseIn) (cancelPurchaseOut, error) {
	_, err := c.API.Purchases().Cancel(ctx, in.PurchaseID, in.Immediate)
	return cancelPurchaseOut{in.PurchaseID, in.Immediate}, c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		return gone(c.API.Purchases().Get(ctx, in.PurchaseID))
	})
}
