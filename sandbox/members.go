package sandbox

import (
	"net/http"
	"slices"
)

const (
	roleHost        = "host"
	roleModerator   = "moderator"
	roleContributor = "contributor"
)

func roles() []string { return []string{roleHost, roleModerator, roleContributor} }

// profileFields are what an update of a person takes, in the network as in a
// space.
func profileFields() []param {
	return []param{{name: "role"}, {name: "email"}, {name: "first_name"}, {name: "last_name"}}
}

func memberRoutes() []route {
	create := []param{
		{name: "email", required: true}, {name: "first_name", required: true}, {name: "last_name", required: true},
		{name: "role"}, {name: "member_type"}, {name: "space_ids", kind: integers}, {name: "send_welcome_email", kind: boolean},
	}
	return []route{
		{method: http.MethodGet, path: "/members", query: paged(), status: 200, handle: listMembers},
		{method: http.MethodPost, path: "/members", body: create, status: 201, handle: createMember},
		// The vendor documents no 422 here, so that a missing address is a bad request.
		{method: http.MethodGet, path: "/members/by_email", query: []param{{name: "email", required: true}}, status: 200, absent: 400, handle: findMember},
		{method: http.MethodGet, path: "/members/{id}/", status: 200, handle: showMember},
		{method: http.MethodPatch, path: "/members/{id}/", body: profileFields(), status: 200, handle: patchMember},
		{method: http.MethodPut, path: "/members/{id}/", body: profileFields(), status: 200, handle: putMember},
		{method: http.MethodDelete, path: "/members/{id}/", status: 204, handle: deleteMember},
		{method: http.MethodDelete, path: "/members/{id}/network_membership", query: []param{{name: "cancel_plans", kind: boolean}}, status: 204, handle: removeMember},
		{method: http.MethodGet, path: "/members/{member_id}/spaces", query: paged(), status: 200, handle: listMemberSpaces},
	}
}

// memberBody is a person as every member route shows them. The role is not
// among the fields, on the real API either: it can be written and not read.
type memberBody struct {
	ID              uint64         `json:"id"`
	CreatedAt       stamp          `json:"created_at"`
	UpdatedAt       stamp          `json:"updated_at"`
	Email           string         `json:"email"`
	MemberType      string         `json:"member_type"`
	FirstName       string         `json:"first_name"`
	LastName        string         `json:"last_name"`
	TimeZone        string         `json:"time_zone,omitempty"`
	Location        string         `json:"location,omitempty"`
	Bio             string         `json:"bio,omitempty"`
	ReferralCount   uint64         `json:"referral_count"`
	Avatar          string         `json:"avatar,omitempty"`
	Categories      []categoryBody `json:"categories"`
	Permalink       string         `json:"permalink"`
	AmbassadorLevel string         `json:"ambassador_level,omitempty"`
	// LastVisitedAt is not in the vendor's document: users saw it appear
	// later. Clients must live with fields they do not know.
	LastVisitedAt *stamp `json:"last_visited_at"`
}

type categoryBody struct {
	ID    uint64 `json:"id"`
	Title string `json:"title"`
}

func (m *community) memberBody(p *member) memberBody {
	b := memberBody{
		ID: p.id, CreatedAt: p.created, UpdatedAt: p.updated, Email: p.shownEmail(), MemberType: "full",
		FirstName: p.first, LastName: p.last, TimeZone: p.timeZone, Location: p.location, Bio: p.bio,
		ReferralCount: p.referrals, Categories: []categoryBody{}, AmbassadorLevel: p.ambassador,
		Permalink: m.network.address("members/%d", p.id),
	}
	if p.limited {
		b.MemberType = "limited"
	}
	if p.bio != "" { // those who filled in their profile also have a picture
		b.Avatar = m.network.address("avatars/%d/medium.jpg", p.id)
	}
	if p.seen != 0 {
		seen := p.seen
		b.LastVisitedAt = &seen
	}
	// The vendor types categories as a string and describes it as an array of
	// objects; the description is the one that other routes bear out.
	titles := categoryTitles()
	for _, i := range p.interests {
		b.Categories = append(b.Categories, categoryBody{ID: uint64(7001 + i), Title: titles[i]})
	}
	return b
}

// shownEmail is empty for those whose address the network may not show.
func (p *member) shownEmail() string {
	if p.emailHidden {
		return ""
	}
	return p.email
}

// listMembers lists active members by id. The order is our choice: none is
// documented, and no client should count on one.
func listMembers(m *community, c *call) (any, error) {
	return m.memberPage(c, m.roster)
}

func (m *community) memberPage(c *call, ids []uint64) (any, error) {
	return pageOf(c, ids, func(id uint64) any { return m.memberBody(m.members[id]) })
}

// findMember looks an address up, without regard to case and outer space. It
// also finds people who were removed from the network and are on no list.
func findMember(m *community, c *call) (any, error) {
	email, _ := c.str("email")
	p := m.byEmail[foldEmail(email)]
	if p == nil || p.standing == standingBanned {
		return nil, notFound("Member")
	}
	return m.memberBody(p), nil
}

func showMember(m *community, c *call) (any, error) {
	p := m.active(c.id("id"))
	if p == nil {
		return nil, notFound("Member")
	}
	return m.memberBody(p), nil
}

func listMemberSpaces(m *community, c *call) (any, error) {
	p := m.active(c.id("member_id"))
	if p == nil {
		return nil, notFound("Member")
	}
	return m.spacePage(c, m.spacesOf(p.id))
}

// spacesOf lists the spaces a person is in, by id.
func (m *community) spacesOf(id uint64) []uint64 {
	return slices.DeleteFunc(slices.Clone(m.spaceOrder), func(space uint64) bool { return !m.spaces[space].members.has(id) })
}
