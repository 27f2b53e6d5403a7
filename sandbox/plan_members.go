package sandbox

import (
	"net/http"
	"slices"
)

func planMemberRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/plans/{plan_id}/members", query: paged(), status: 200, handle: listPlanMembers},
		// A write whose argument goes in the query string, with no body.
		{method: http.MethodPost, path: "/plans/{plan_id}/members", query: []param{{name: "user_id", kind: integer}}, status: 200, handle: addPlanMember},
		{method: http.MethodGet, path: "/plans/{plan_id}/members/{member_id}/", status: 200, handle: showPlanMember},
		{method: http.MethodDelete, path: "/plans/{plan_id}/members/{id}/", status: 204, handle: removePlanMember},
	}
}

// planMember resolves both ids of a plan member route; param names the second.
func (m *community) planMember(c *call, param string) (*plan, *member, error) {
	pl, err := m.plan(c.id("plan_id"))
	if err != nil {
		return nil, nil, err
	}
	if p := m.active(c.id(param)); p != nil {
		return pl, p, nil
	}
	return nil, nil, notFound("Member")
}

// holdersOf lists the members with access to a plan, by id.
func (m *community) holdersOf(pl *plan, at stamp) []uint64 {
	var out []uint64
	for _, o := range m.orders {
		if o.plan == pl && m.has(pl, o.member.id, at) && m.active(o.member.id) != nil {
			out = append(out, o.member.id)
		}
	}
	for id := range pl.granted {
		if m.has(pl, id, at) && m.active(id) != nil {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func listPlanMembers(m *community, c *call) (any, error) {
	pl, err := m.plan(c.id("plan_id"))
	if err != nil {
		return nil, err
	}
	return m.memberPage(c, m.holdersOf(pl, c.now))
}

func showPlanMember(m *community, c *call) (any, error) {
	pl, p, err := m.planMember(c, memberParam)
	if err != nil {
		return nil, err
	}
	if !m.has(pl, p.id, c.now) {
		return nil, notFound("Member")
	}
	return m.memberBody(p), nil
}

// addPlanMember gives a free or nonpaid plan to a member at once; no invitation
// goes out. A free plan leaves an order of 0 behind, a nonpaid one none.
func addPlanMember(m *community, c *call) (any, error) {
	pl, err := m.plan(c.id("plan_id"))
	if err != nil {
		return nil, err
	}
	id, given := c.uint("user_id")
	if !given {
		return nil, invalid("User can't be blank")
	}
	p := m.active(id)
	if p == nil {
		return nil, notFound("User")
	}
	switch {
	case pl.status == planArchived:
		return nil, invalid("Plan is archived")
	case pl.paid():
		return nil, invalid("Members can be added to free and nonpaid plans only")
	case m.has(pl, id, c.now):
		return nil, invalid("User already has access to this plan")
	}
	m.grant(pl, p, c.now)
	return m.planBody(pl), nil
}

func (m *community) grant(pl *plan, p *member, now stamp) {
	if pl.pricing == pricedFree {
		m.addOrder(pl.sell(p, now))
	} else {
		pl.granted[p.id] = true
	}
	for _, id := range pl.spaces {
		if sp := m.spaces[id]; sp != nil && !sp.members.has(p.id) {
			sp.members.add(p.id)
			pl.seats[seat{id, p.id}] = true
		}
	}
}

// sell makes the order of somebody who takes the plan now.
func (pl *plan) sell(p *member, now stamp) *order {
	return &order{
		member: p, plan: pl, kind: pl.pricing, amount: pl.amount, currency: "EUR", interval: pl.interval,
		platform: "stripe", purchased: now,
	}
}

// removePlanMember cancels what stands behind somebody's access, at once.
// Apple keeps its sales to itself.
func removePlanMember(m *community, c *call) (any, error) {
	pl, p, err := m.planMember(c, "id")
	if err != nil {
		return nil, err
	}
	if !m.has(pl, p.id, c.now) {
		return nil, invalid("Member does not have access to this plan")
	}
	if o := m.orderFor(pl, p.id, c.now); o != nil && o.platform == platformApple {
		return nil, invalid("Member cannot be removed from an Apple In-App Purchase")
	}
	m.revoke(pl, p.id, c.now)
	return nil, nil
}
