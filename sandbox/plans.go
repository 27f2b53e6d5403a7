package sandbox

import (
	"net/http"
	"slices"
)

func planRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/plans", query: paged(), status: 200, handle: listPlans},
		{method: http.MethodGet, path: "/plans/{id}/", status: 200, handle: showPlan},
		// Looks like a delete: archives, cancels every subscription and revokes access.
		{method: http.MethodDelete, path: "/plans/{id}/", status: 204, handle: archivePlan},
		{method: http.MethodGet, path: "/members/{member_id}/plans", query: paged(), status: 200, handle: listMemberPlans},
	}
}

// The pricing types that the community has. The real API knows instalments and
// tokens too.
const (
	pricedFree         = "free"
	pricedNonpaid      = "nonpaid"
	pricedSubscription = "subscription"
	pricedOneTime      = "one_time"
)

const planArchived = "archived"

type plan struct {
	id                uint64
	name, description string
	status, pricing   string
	amount            uint64 // in cents
	interval          string
	network           bool // includes membership of the network
	apple             bool // has an active Apple product: cannot be archived
	spaces            []uint64
	created, updated  stamp
	granted           map[uint64]bool // who was given a nonpaid plan: no order shows it
	seats             map[seat]bool   // places in spaces that people have by this plan alone
}

// seat is one person's place in one space.
type seat struct{ space, member uint64 }

// paid reports whether the plan costs something.
func (pl *plan) paid() bool { return pl.pricing != pricedFree && pl.pricing != pricedNonpaid }

type planBody struct {
	ID               uint64 `json:"id"`
	CreatedAt        stamp  `json:"created_at"`
	UpdatedAt        stamp  `json:"updated_at"`
	Name             string `json:"name"`
	Description      string `json:"description,omitempty"`
	Status           string `json:"status"`
	PricingType      string `json:"pricing_type"`
	VisibleToMembers bool   `json:"visible_to_members"`
	External         bool   `json:"external"`
	Multiple         bool   `json:"multiple"`
	Permalink        string `json:"permalink"`
}

func (m *community) planBody(pl *plan) planBody {
	return planBody{
		pl.id, pl.created, pl.updated, pl.name, pl.description, pl.status, pl.pricing,
		pl.status == "visible", pl.network, len(pl.spaces) > 1, m.network.address("plans/%d", pl.id),
	}
}

func (m *community) plan(id uint64) (*plan, error) {
	if pl := m.plans[id]; pl != nil {
		return pl, nil
	}
	return nil, notFound("Plan")
}

func (m *community) planPage(c *call, ids []uint64) (any, error) {
	return pageOf(c, ids, func(id uint64) any { return m.planBody(m.plans[id]) })
}

// listPlans lists all plans by id, the archived ones with their status.
func listPlans(m *community, c *call) (any, error) { return m.planPage(c, m.planOrder) }

func showPlan(m *community, c *call) (any, error) {
	pl, err := m.plan(c.id("id"))
	if err != nil {
		return nil, err
	}
	return m.planBody(pl), nil
}

// archivePlan ends the plan for everybody. There is no way back.
func archivePlan(m *community, c *call) (any, error) {
	pl, err := m.plan(c.id("id"))
	switch {
	case err != nil:
		return nil, err
	case pl.apple:
		return nil, invalid("Plan cannot be archived because it has active Apple products")
	case pl.status == planArchived:
		return nil, invalid("Plan is already archived")
	}
	// Whoever is out of the network may still hold it, so the list of members
	// is not enough.
	holders := map[uint64]bool{}
	for _, o := range m.orders {
		if o.plan == pl {
			holders[o.member.id] = true
		}
	}
	for id := range pl.granted {
		holders[id] = true
	}
	pl.status, pl.updated = planArchived, c.now
	for id := range holders {
		m.revoke(pl, id, c.now)
	}
	return nil, nil
}

// listMemberPlans lists what a person has access to, however they got it. It is
// the only place where a nonpaid grant shows beside the plan's own members.
func listMemberPlans(m *community, c *call) (any, error) {
	p := m.active(c.id(memberParam))
	if p == nil {
		return nil, notFound("Member")
	}
	return m.planPage(c, m.plansOf(p.id, c.now))
}

func (m *community) plansOf(member uint64, at stamp) []uint64 {
	return slices.DeleteFunc(slices.Clone(m.planOrder), func(id uint64) bool { return !m.has(m.plans[id], member, at) })
}
