package sandbox

import (
	"net/http"
	"slices"
)

func subscriptionRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/subscriptions", query: paged(param{name: "status"}, param{name: "member_id", kind: integer}), status: 200, handle: listSubscriptions},
		// No trailing slash, unlike purchases.
		{method: http.MethodGet, path: "/subscriptions/{id}", status: 200, handle: showSubscription},
		{method: http.MethodDelete, path: "/subscriptions/{id}", query: []param{{name: "when"}}, status: 200, handle: cancelSubscription},
	}
}

// subscriptionBody is the subscriber, with plan and subscription inside: the id
// to act on is subscription.id, and the times at the top are the person's.
type subscriptionBody struct {
	MemberID        uint64             `json:"member_id"`
	CreatedAt       stamp              `json:"created_at"`
	UpdatedAt       stamp              `json:"updated_at"`
	Email           string             `json:"email"`
	FirstName       string             `json:"first_name"`
	LastName        string             `json:"last_name"`
	TimeZone        string             `json:"time_zone,omitempty"`
	Location        string             `json:"location,omitempty"`
	ReferralCount   uint64             `json:"referral_count"`
	Avatar          string             `json:"avatar,omitempty"`
	Categories      []categoryBody     `json:"categories"`
	Permalink       string             `json:"permalink"`
	AmbassadorLevel string             `json:"ambassador_level,omitempty"`
	Plan            orderedPlanBody    `json:"plan"`
	Subscription    subscriptionDetail `json:"subscription"`
}

// orderedPlanBody is a plan as orders show it. ID and name are null when the
// plan was deleted.
type orderedPlanBody struct {
	ID           *uint64 `json:"id"`
	Name         *string `json:"name"`
	Amount       uint64  `json:"amount"`
	Currency     string  `json:"currency"`
	Interval     string  `json:"interval"`
	Type         string  `json:"type"`
	HasFreeTrial bool    `json:"has_free_trial"`
}

type subscriptionDetail struct {
	ID                 uint64 `json:"id"`
	CurrentPeriodStart stamp  `json:"current_period_start"`
	CurrentPeriodEnd   stamp  `json:"current_period_end"`
	PaymentPlatform    string `json:"payment_platform"`
	CanceledAt         *stamp `json:"canceled_at,omitempty"`
	TrialLength        uint64 `json:"trial_length,omitempty"`
	TrialStart         *stamp `json:"trial_start,omitempty"`
	TrialEnd           *stamp `json:"trial_end,omitempty"`
	PurchasedAt        stamp  `json:"purchased_at"`
}

func (o *order) planBody() orderedPlanBody {
	b := orderedPlanBody{Amount: o.amount, Currency: o.currency, Interval: o.interval, Type: o.kind, HasFreeTrial: o.trialDays > 0}
	if o.kind == pricedOneTime {
		b.Type = "one-time-payment" // a plan's own pricing_type says one_time
	}
	if o.plan != nil {
		id, name := o.plan.id, o.plan.name
		b.ID, b.Name = &id, &name
	}
	return b
}

func (m *community) subscriptionBody(o *order, now stamp) subscriptionBody {
	p := m.memberBody(o.member)
	b := subscriptionBody{
		MemberID: p.ID, CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt, Email: p.Email, FirstName: p.FirstName, LastName: p.LastName,
		TimeZone: p.TimeZone, Location: p.Location, ReferralCount: p.ReferralCount, Avatar: p.Avatar, Categories: p.Categories,
		Permalink: p.Permalink, AmbassadorLevel: p.AmbassadorLevel, Plan: o.planBody(),
		Subscription: subscriptionDetail{ID: o.id, PaymentPlatform: o.platform, TrialLength: o.trialDays, PurchasedAt: o.purchased},
	}
	d := &b.Subscription
	d.CurrentPeriodStart, d.CurrentPeriodEnd = o.period(now)
	if o.canceled != 0 {
		at := o.canceled
		d.CanceledAt = &at
	}
	if o.trialDays > 0 {
		start, end := o.purchased, o.purchased+stamp(o.trialDays)*secondsPerDay
		d.TrialStart, d.TrialEnd = &start, &end
	}
	return b
}

func (m *community) subscription(id uint64) (*order, error) {
	if o := m.orders[id]; o != nil && o.subscription() {
		return o, nil
	}
	return nil, notFound("Subscription")
}

// listSubscriptions lists newest first: those that still give access, or with
// status=canceled those that were cancelled. No other status is documented, nor
// an error for one, so that anything else is ignored.
func listSubscriptions(m *community, c *call) (any, error) {
	status, _ := c.str("status")
	only, filtered := c.uint("member_id")
	ids := slices.DeleteFunc(m.orderList.newestFirst(), func(id uint64) bool {
		o := m.orders[id]
		if !o.subscription() || filtered && o.member.id != only {
			return true
		}
		if status == "canceled" {
			return o.canceled == 0
		}
		return !o.gives(c.now)
	})
	return pageOf(c, ids, func(id uint64) any { return m.subscriptionBody(m.orders[id], c.now) })
}

func showSubscription(m *community, c *call) (any, error) {
	o, err := m.subscription(c.id("id"))
	if err != nil {
		return nil, err
	}
	return m.subscriptionBody(o, c.now), nil
}

// cancelSubscription answers 200 with what was cancelled. By default it runs to
// the end of what is paid for.
func cancelSubscription(m *community, c *call) (any, error) {
	o, err := m.subscription(c.id("id"))
	if err != nil {
		return nil, err
	}
	when, given := c.str("when")
	switch {
	case given && when != "now" && when != "end_of_billing_cycle":
		return nil, badRequest("Invalid parameter: when must be now or end_of_billing_cycle")
	case o.canceled != 0:
		return nil, invalid("Subscription is already canceled")
	}
	m.end(o, when == "now", c.now)
	return m.subscriptionBody(o, c.now), nil
}
