package sandbox

import (
	"net/http"
	"slices"
)

func spaceMemberRoutes() []route {
	const one = "/spaces/{space_id}/members/{user_id}/"
	return []route{
		{method: http.MethodGet, path: "/spaces/{space_id}/members", query: paged(), status: 200, handle: listSpaceMembers},
		// A write whose argument goes in the query string, with no body.
		{method: http.MethodPost, path: "/spaces/{space_id}/members", query: []param{{name: "user_id", kind: integer, required: true}}, status: 200, handle: addSpaceMember},
		{method: http.MethodGet, path: one, status: 200, handle: showSpaceMember},
		{method: http.MethodPatch, path: one, body: profileFields(), status: 200, handle: patchSpaceMember},
		{method: http.MethodPut, path: one, body: profileFields(), status: 200, handle: putSpaceMember},
		{method: http.MethodDelete, path: one, status: 200, handle: removeSpaceMember},
		{method: http.MethodPost, path: one + "ban", body: []param{{name: "ban_reason"}}, status: 200, handle: banMember},
	}
}

// spaceMember resolves both ids of a space member route.
func (m *community) spaceMember(c *call) (*space, *member, error) {
	sp, err := m.space(c.id("space_id"))
	if err != nil {
		return nil, nil, err
	}
	if p := m.active(c.id("user_id")); p != nil && sp.members.has(p.id) {
		return sp, p, nil
	}
	return nil, nil, notFound("Member")
}

func listSpaceMembers(m *community, c *call) (any, error) {
	sp, err := m.space(c.id("space_id"))
	if err != nil {
		return nil, err
	}
	return m.memberPage(c, sp.members)
}

func addSpaceMember(m *community, c *call) (any, error) {
	sp, err := m.space(c.id("space_id"))
	if err != nil {
		return nil, err
	}
	id, _ := c.uint("user_id")
	p := m.active(id)
	if p == nil {
		return nil, notFound("User")
	}
	if sp.members.has(id) {
		return nil, invalid("User is already a member of this space")
	}
	sp.members.add(id)
	return m.memberBody(p), nil
}

func showSpaceMember(m *community, c *call) (any, error) {
	_, p, err := m.spaceMember(c)
	if err != nil {
		return nil, err
	}
	return m.memberBody(p), nil
}

func patchSpaceMember(m *community, c *call) (any, error) {
	return m.updateSpaceMember(c, false)
}

func putSpaceMember(m *community, c *call) (any, error) {
	return m.updateSpaceMember(c, true)
}

// updateSpaceMember writes the role in the space; name and address belong to
// the person and change everywhere. Replacing without a role means the default
// role, and leaves the person's own fields alone.
func (m *community) updateSpaceMember(c *call, replace bool) (any, error) {
	sp, p, err := m.spaceMember(c)
	if err != nil {
		return nil, err
	}
	role, given := c.str("role")
	if !given && replace {
		role, given = roleContributor, true
	}
	if given && !slices.Contains(roles(), role) {
		return nil, invalid("Role is invalid")
	}
	want := c.applyTo(p.profile())
	want.role = p.role // the role in the network stays
	body, err := m.update(p, want, c)
	if err != nil {
		return nil, err
	}
	if given {
		sp.setRole(p.id, role)
	}
	return body, nil
}

func (sp *space) setRole(id uint64, role string) {
	if role == roleContributor {
		delete(sp.roles, id)
		return
	}
	sp.roles[id] = role
}

func (sp *space) roleOf(id uint64) string {
	if role := sp.roles[id]; role != "" {
		return role
	}
	return roleContributor
}

func removeSpaceMember(m *community, c *call) (any, error) {
	sp, p, err := m.spaceMember(c)
	if err != nil {
		return nil, err
	}
	if m.pays(sp, p.id, c.now) {
		return nil, forbidden("Member cannot be removed while they hold a paid plan in this space")
	}
	sp.drop(p.id)
	return struct{}{}, nil
}

// banMember bans from the whole network, whatever the path suggests, and for
// good: there is no route back. What the person wrote disappears. The person
// has to be in the space of the path; whether the real API insists on that is
// unknown.
func banMember(m *community, c *call) (any, error) {
	_, p, err := m.spaceMember(c)
	if err != nil {
		return nil, err
	}
	p.banReason, _ = c.str("ban_reason")
	m.withdraw(p, standingBanned, true, c.now)
	return struct{}{}, nil
}
