package sandbox

import (
	"net/http"
	"slices"
	"strings"
)

func inviteRoutes() []route {
	fields := func(required bool) []param {
		return []param{
			{name: "recipient_email", required: required}, {name: "recipient_first_name"}, {name: "recipient_last_name"}, {name: "user_id", kind: integer},
		}
	}
	return []route{
		{method: http.MethodGet, path: "/invites", query: paged(param{name: "email"}), status: 200, handle: listInvites},
		{method: http.MethodPost, path: "/invites", body: fields(true), status: 200, handle: createInvite},
		{method: http.MethodPatch, path: "/invites/{id}/", body: fields(false), status: 200, handle: patchInvite},
		// The vendor documents no 422 here, so that a missing address is a bad request.
		{method: http.MethodPut, path: "/invites/{id}/", body: fields(true), status: 200, absent: 400, handle: putInvite},
		{method: http.MethodDelete, path: "/invites/{id}/", status: 204, handle: deleteInvite},
	}
}

// invite is an invitation to the network, or to a plan.
type invite struct {
	id, sender         uint64
	plan               *plan // nil: to the network
	email, first, last string
	message            string
	converted          bool // accepted
	created, updated   stamp
}

type inviteBody struct {
	ID                 uint64 `json:"id"`
	CreatedAt          stamp  `json:"created_at"`
	UpdatedAt          stamp  `json:"updated_at"`
	RecipientEmail     string `json:"recipient_email"`
	RecipientFirstName string `json:"recipient_first_name"`
	RecipientLastName  string `json:"recipient_last_name"`
	SenderID           uint64 `json:"sender_id"`
	UserID             uint64 `json:"user_id"` // the same again, under its old name
}

func (i *invite) body() inviteBody {
	return inviteBody{i.id, i.created, i.updated, i.email, i.first, i.last, i.sender, i.sender}
}

func conflict(message string) error { return &apiError{http.StatusConflict, message} }

func (l *ledger) addInvite(i *invite) *invite {
	l.lastInvite++
	i.id = l.lastInvite
	l.invites[i.id] = i
	l.inviteList.add(i.id)
	return i
}

// invitesTo lists the invitations to a plan, or to the network, newest first.
func (l *ledger) invitesTo(pl *plan) []uint64 {
	return slices.DeleteFunc(l.inviteList.newestFirst(), func(id uint64) bool { return l.invites[id].plan != pl })
}

// pending reports whether somebody else's invitation waits for an answer at an
// address.
func (l *ledger) pending(pl *plan, email string, but *invite) bool {
	for _, i := range l.invites {
		if i != but && i.plan == pl && !i.converted && foldEmail(i.email) == foldEmail(email) {
			return true
		}
	}
	return false
}

// accepted marks the invitations of somebody who has just joined. Those to
// plans wait on: they take a decision of their own.
func (l *ledger) accepted(email string, now stamp) {
	for _, i := range l.invites {
		if i.plan == nil && !i.converted && foldEmail(i.email) == foldEmail(email) {
			i.converted, i.updated = true, now
		}
	}
}

// mail sends an invitation out.
func (m *community) mail(i *invite) {
	n := Notice{Kind: "invite_email", InviteID: i.id, Email: i.email}
	if i.plan != nil {
		n.Kind, n.PlanID = "plan_invite_email", i.plan.id
	}
	m.outbox = append(m.outbox, n)
}

func listInvites(m *community, c *call) (any, error) {
	email, filtered := c.str("email")
	ids := slices.DeleteFunc(m.invitesTo(nil), func(id uint64) bool {
		return filtered && foldEmail(m.invites[id].email) != foldEmail(email)
	})
	return pageOf(c, ids, func(id uint64) any { return m.invites[id].body() })
}

func createInvite(m *community, c *call) (any, error) {
	i := &invite{sender: c.actor.id, created: c.now, updated: c.now}
	if err := m.writeInvite(i, nil, c); err != nil {
		return nil, err
	}
	m.addInvite(i)
	m.mail(i) // at once, and there is no way to be asked first
	return i.body(), nil
}

// writeInvite lays the arguments over an invitation and checks the whole. self
// is the stored one that it is to replace, nil for a new one.
func (m *community) writeInvite(i, self *invite, c *call) error {
	for name, text := range map[string]*string{"recipient_email": &i.email, "recipient_first_name": &i.first, "recipient_last_name": &i.last} {
		if v, given := c.str(name); given {
			*text = strings.TrimSpace(v)
		}
	}
	if sender, given := c.uint("user_id"); given {
		if m.active(sender) == nil {
			return invalid("User does not exist")
		}
		i.sender = sender
	}
	known := m.byEmail[foldEmail(i.email)]
	switch {
	case !validEmail(i.email):
		return invalid("Recipient email is invalid")
	case known != nil && known.standing != standingRemoved: // who left may be asked back
		return invalid(known.refusesEmail())
	case m.pending(nil, i.email, self):
		return invalid("Recipient email has already been invited")
	}
	return nil
}

func patchInvite(m *community, c *call) (any, error) { return m.updateInvite(c, false) }

// putInvite replaces the invitation; the sender falls back to the key's owner.
func putInvite(m *community, c *call) (any, error) { return m.updateInvite(c, true) }

// updateInvite changes an invitation that waits, and sends nothing. The vendor
// documents no refusal at all here; these are the ones of the other routes.
func (m *community) updateInvite(c *call, replace bool) (any, error) {
	i, err := m.networkInvite(c)
	if err != nil {
		return nil, err
	}
	if i.converted {
		return nil, invalid("Invite has already been converted")
	}
	want := *i
	if replace {
		want.first, want.last, want.sender = "", "", c.actor.id
	}
	if err := m.writeInvite(&want, i, c); err != nil {
		return nil, err
	}
	want.updated = c.now
	*i = want
	return i.body(), nil
}

func (m *community) networkInvite(c *call) (*invite, error) {
	if i := m.invites[c.id("id")]; i != nil && i.plan == nil {
		return i, nil
	}
	return nil, notFound("Invite")
}

// deleteInvite also deletes invitations to plans, as a user of the API does.
func deleteInvite(m *community, c *call) (any, error) {
	i := m.invites[c.id("id")]
	if i == nil {
		return nil, notFound("Invite")
	}
	return nil, m.withdrawInvite(i)
}

func (m *community) withdrawInvite(i *invite) error {
	if i.converted {
		return conflict("Invite has already been accepted")
	}
	delete(m.invites, i.id)
	m.inviteList.remove(i.id)
	return nil
}
