package sandbox

import (
	"net/http"
	"slices"
)

func purchaseRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/purchases", query: paged(param{name: "plan_id", kind: integer}, param{name: "member_id", kind: integer}), status: 200, handle: listPurchases},
		{method: http.MethodGet, path: "/purchases/{id}/", status: 200, handle: showPurchase},
		{method: http.MethodDelete, path: "/purchases/{id}/", query: []param{{name: "immediate", kind: boolean}}, status: 200, handle: cancelPurchase},
	}
}

const platformApple = "apple"

// purchaseBody is the buyer, under names with a prefix, with plan and purchase
// inside: the id to act on is purchase.id.
type purchaseBody struct {
	MemberID              uint64          `json:"member_id"`
	MemberEmail           string          `json:"member_email"`
	MemberFirstName       string          `json:"member_first_name"`
	MemberLastName        string          `json:"member_last_name"`
	MemberTimeZone        string          `json:"member_time_zone,omitempty"`
	MemberLocation        string          `json:"member_location,omitempty"`
	MemberReferralCount   uint64          `json:"member_referral_count"`
	MemberAvatar          string          `json:"member_avatar,omitempty"`
	MemberCategories      []categoryBody  `json:"member_categories"`
	MemberPermalink       string          `json:"member_permalink"`
	MemberAmbassadorLevel string          `json:"member_ambassador_level,omitempty"`
	Plan                  orderedPlanBody `json:"plan"`
	Purchase              purchaseDetail  `json:"purchase"`
}

type purchaseDetail struct {
	ID              uint64 `json:"id"`
	TaxPercent      uint64 `json:"tax_percent"`
	PaymentPlatform string `json:"payment_platform"`
	PurchasedAt     stamp  `json:"purchased_at"`
	CreatedAt       stamp  `json:"created_at"`
	UpdatedAt       stamp  `json:"updated_at"`
}

func (m *community) purchaseBody(o *order) purchaseBody {
	p := m.memberBody(o.member)
	return purchaseBody{
		MemberID: p.ID, MemberEmail: p.Email, MemberFirstName: p.FirstName, MemberLastName: p.LastName,
		MemberTimeZone: p.TimeZone, MemberLocation: p.Location, MemberReferralCount: p.ReferralCount, MemberAvatar: p.Avatar,
		MemberCategories: p.Categories, MemberPermalink: p.Permalink, MemberAmbassadorLevel: p.AmbassadorLevel, Plan: o.planBody(),
		Purchase: purchaseDetail{o.id, o.tax, o.platform, o.purchased, o.purchased, max(o.purchased, o.canceled)},
	}
}

// purchase returns an order that still gives access. What happens to one that
// does not is unknown; here it is gone from these routes.
func (m *community) purchase(id uint64, now stamp) (*order, error) {
	if o := m.orders[id]; o != nil && o.gives(now) {
		return o, nil
	}
	return nil, notFound("Purchase")
}

// listPurchases lists newest first, subscriptions among them. A filter for a
// plan or a person that does not exist finds nothing.
func listPurchases(m *community, c *call) (any, error) {
	plan, byPlan := c.uint("plan_id")
	member, byMember := c.uint("member_id")
	ids := slices.DeleteFunc(m.orderList.newestFirst(), func(id uint64) bool {
		o := m.orders[id]
		return !o.gives(c.now) || byMember && o.member.id != member || byPlan && (o.plan == nil || o.plan.id != plan)
	})
	return pageOf(c, ids, func(id uint64) any { return m.purchaseBody(m.orders[id]) })
}

func showPurchase(m *community, c *call) (any, error) {
	o, err := m.purchase(c.id("id"), c.now)
	if err != nil {
		return nil, err
	}
	return m.purchaseBody(o), nil
}

// cancelPurchase takes access away and answers 200 with what was taken. The
// default of immediate is unstated; here what is paid for runs out first, which
// makes a difference only where there is a billing cycle.
func cancelPurchase(m *community, c *call) (any, error) {
	o, err := m.purchase(c.id("id"), c.now)
	immediate := c.flag("immediate", false)
	switch {
	case err != nil:
		return nil, err
	case o.platform == platformApple:
		return nil, invalid("Member cannot be removed from an Apple In-App Purchase")
	case o.canceled != 0 && !immediate:
		return nil, invalid("Purchase is already canceled")
	}
	m.end(o, immediate, c.now)
	return m.purchaseBody(o), nil
}
