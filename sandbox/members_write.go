package sandbox

import (
	"net/mail"
	"slices"
	"strings"
)

// profile is the part of a person that can be written.
type profile struct{ email, first, last, role string }

func (p *member) profile() profile { return profile{p.email, p.first, p.last, p.role} }

// applyTo lays the arguments over a profile: over the present one for PATCH,
// over an empty one for POST and PUT.
func (c *call) applyTo(base profile) profile {
	for name, field := range map[string]*string{"email": &base.email, "first_name": &base.first, "last_name": &base.last, "role": &base.role} {
		if v, given := c.str(name); given {
			*field = strings.TrimSpace(v)
		}
	}
	return base
}

// check returns what is wrong with a profile. self is the person it is for,
// nil for a new one.
func (m *community) check(p profile, self *member) error {
	var problems []string
	if p.first == "" {
		problems = append(problems, "First name can't be blank")
	}
	// A last name is required at creation and may be empty afterwards: people
	// with one name are in the community.
	if p.last == "" && (self == nil || self.last != "") {
		problems = append(problems, "Last name can't be blank")
	}
	if !slices.Contains(roles(), p.role) {
		problems = append(problems, "Role is invalid")
	}
	if !validEmail(p.email) {
		problems = append(problems, "Email is invalid")
	} else if other := m.byEmail[foldEmail(p.email)]; other != nil && other != self {
		problems = append(problems, other.refusesEmail())
	}
	if len(problems) > 0 {
		return invalid(problems...)
	}
	return nil
}

// refusesEmail says why somebody else cannot have this person's address.
func (p *member) refusesEmail() string {
	if p.standing == standingBanned {
		return "Email belongs to a user who is banned from this network"
	}
	return "User is already a member"
}

func validEmail(email string) bool {
	parsed, err := mail.ParseAddress(email)
	if err != nil || parsed.Address != email {
		return false
	}
	_, domain, _ := strings.Cut(email, "@")
	return strings.Contains(strings.Trim(domain, "."), ".")
}

// createMember takes a new person in, or one back who was removed: they get
// their old id.
func createMember(m *community, c *call) (any, error) {
	want := c.applyTo(profile{role: roleContributor})
	returning := m.byEmail[foldEmail(want.email)]
	if returning != nil && returning.standing != standingRemoved {
		returning = nil // check will refuse the address
	}
	if err := m.check(want, returning); err != nil {
		return nil, err
	}
	spaces, limited, err := m.placement(c)
	if err != nil {
		return nil, err
	}
	p := returning
	if p == nil {
		m.last.member++
		p = &member{id: m.last.member, created: c.now}
		m.members[p.id] = p
	}
	p.standing, p.limited, p.updated = standingActive, limited, c.now
	m.write(p, want)
	m.roster.add(p.id)
	m.accepted(p.email, c.now)
	for _, id := range spaces {
		m.spaces[id].members.add(p.id)
	}
	if c.flag("send_welcome_email", true) {
		m.outbox = append(m.outbox, Notice{Kind: "welcome_email", MemberID: p.id})
	}
	return m.memberBody(p), nil
}

// placement decides which spaces a new member lands in: a limited one in those
// named, a full one in those that take everybody in (space_ids is then
// ignored, as documented).
func (m *community) placement(c *call) (spaces []uint64, limited bool, err error) {
	kind, given := c.str("member_type")
	named, _ := c.args["space_ids"].([]uint64)
	switch {
	case !given || kind == "full":
		for _, id := range m.spaceOrder {
			if m.spaces[id].autoJoin {
				spaces = append(spaces, id)
			}
		}
		return spaces, false, nil
	case kind != "limited":
		return nil, false, invalid("Member type is invalid")
	case len(named) == 0:
		return nil, false, invalid("Space ids are required for limited members")
	}
	for _, id := range named {
		if m.spaces[id] == nil {
			return nil, false, invalid("Space ids include an unknown space")
		}
	}
	return named, true, nil
}

// write stores a checked profile and keeps the index of addresses right.
func (m *community) write(p *member, want profile) {
	if m.byEmail[foldEmail(p.email)] == p {
		delete(m.byEmail, foldEmail(p.email))
	}
	p.email, p.first, p.last, p.role = want.email, want.first, want.last, want.role
	m.byEmail[foldEmail(p.email)] = p
}

func patchMember(m *community, c *call) (any, error) {
	p := m.active(c.id("id"))
	if p == nil {
		return nil, notFound("Member")
	}
	return m.update(p, c.applyTo(p.profile()), c)
}

// putMember replaces the whole profile: what creation requires is required
// again (answered 422), what creation defaults falls back to its default.
// Users of the API disagree about whether PUT does that.
func putMember(m *community, c *call) (any, error) {
	p := m.active(c.id("id"))
	if p == nil {
		return nil, notFound("Member")
	}
	return m.update(p, c.applyTo(profile{role: roleContributor}), c)
}

func (m *community) update(p *member, want profile, c *call) (any, error) {
	if err := m.check(want, p); err != nil {
		return nil, err
	}
	m.write(p, want)
	p.updated = c.now
	return m.memberBody(p), nil
}

// deleteMember deletes the account. The address is free afterwards, for a
// person with a new id; whether the real API frees it is unknown.
func deleteMember(m *community, c *call) (any, error) {
	p := m.active(c.id("id"))
	if p == nil {
		return nil, notFound("Member")
	}
	for _, sp := range m.spaces {
		if sp.undeletable && sp.owner == p.id {
			return nil, invalid("Member cannot be deleted because they own spaces that cannot be deleted")
		}
	}
	m.withdraw(p, standingDeleted, true, c.now)
	delete(m.byEmail, foldEmail(p.email))
	return nil, nil
}

// removeMember ends the membership and keeps the account. The default of
// cancel_plans is unstated by the vendor; here plans stay.
func removeMember(m *community, c *call) (any, error) {
	p := m.active(c.id("id"))
	if p == nil {
		return nil, notFound("Member")
	}
	m.withdraw(p, standingRemoved, c.flag("cancel_plans", false), c.now)
	return nil, nil
}
