package sandbox

import (
	"net/http"
	"strings"
)

func planInviteRoutes() []route {
	const list = "/plans/{plan_id}/invites"
	const one = list + "/{id}/"
	create := []param{{name: "email"}, {name: "user_id", kind: integer}, {name: "message"}}
	return []route{
		{method: http.MethodGet, path: list, query: paged(), status: 200, handle: listPlanInvites},
		// A write whose arguments go in the query string, with no body.
		{method: http.MethodPost, path: list, query: create, status: 200, handle: createPlanInvite},
		{method: http.MethodGet, path: one, status: 200, handle: showPlanInvite},
		// No edits, whatever the methods suggest: both send the mail again.
		{method: http.MethodPatch, path: one, status: 200, handle: resendPlanInvite},
		{method: http.MethodPut, path: one, status: 200, handle: resendPlanInvite},
		{method: http.MethodDelete, path: one, status: 204, handle: deletePlanInvite},
	}
}

func listPlanInvites(m *community, c *call) (any, error) {
	pl, err := m.plan(c.id("plan_id"))
	if err != nil {
		return nil, err
	}
	return pageOf(c, m.invitesTo(pl), func(id uint64) any { return m.invites[id].body() })
}

func (m *community) planInvite(c *call) (*invite, error) {
	if i := m.invites[c.id("id")]; i != nil && i.plan != nil && i.plan.id == c.id("plan_id") {
		return i, nil
	}
	return nil, notFound("Invite")
}

func showPlanInvite(m *community, c *call) (any, error) {
	i, err := m.planInvite(c)
	if err != nil {
		return nil, err
	}
	return i.body(), nil
}

// createPlanInvite invites a member or an address, and sends the mail. Both or
// neither is refused; what the real API does with both is unknown.
func createPlanInvite(m *community, c *call) (any, error) {
	pl, err := m.plan(c.id("plan_id"))
	if err != nil {
		return nil, err
	}
	email, _ := c.str("email")
	email = strings.TrimSpace(email)
	id, byID := c.uint("user_id")
	if byID == (email != "") {
		return nil, invalid("Either email or user must be given")
	}
	known := m.byEmail[foldEmail(email)]
	if byID {
		if known = m.active(id); known == nil {
			return nil, invalid("User does not exist") // 404 is for the plan alone
		}
		email = known.email
	}
	switch {
	case !validEmail(email):
		return nil, invalid("Email is invalid")
	case pl.status == planArchived:
		return nil, invalid("Plan is archived")
	case known != nil && known.standing == standingBanned:
		return nil, invalid(known.refusesEmail())
	case known != nil && m.has(pl, known.id, c.now):
		return nil, invalid("User already has access to this plan")
	case m.pending(pl, email, nil):
		return nil, invalid("User has already been invited to this plan")
	}
	i := &invite{sender: c.actor.id, plan: pl, email: email, created: c.now, updated: c.now}
	i.message, _ = c.str("message")
	if known != nil {
		i.first, i.last = known.first, known.last
	}
	m.addInvite(i)
	m.mail(i)
	return i.body(), nil
}

func resendPlanInvite(m *community, c *call) (any, error) {
	i, err := m.planInvite(c)
	switch {
	case err != nil:
		return nil, err
	case i.converted:
		return nil, invalid("Invite has already been converted")
	case i.plan.status == planArchived:
		return nil, invalid("Plan is archived")
	}
	i.updated = c.now
	m.mail(i)
	return i.body(), nil
}

// deletePlanInvite revokes an invitation that waits. Who accepted has the plan,
// and is removed from that.
func deletePlanInvite(m *community, c *call) (any, error) {
	i, err := m.planInvite(c)
	if err != nil {
		return nil, err
	}
	return nil, m.withdrawInvite(i)
}
