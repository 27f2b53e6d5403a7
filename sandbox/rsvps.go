package sandbox

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

func rsvpRoutes() []route {
	const all, one = "/events/{event_id}/rsvps", "/events/{event_id}/rsvps/{id}/"
	whole := []param{{name: "member_id", kind: integer, required: true}, {name: "status", required: true}, {name: "instance_at"}}
	change := []param{{name: "member_id", kind: integer}, {name: "status"}, {name: "instance_at"}}
	return []route{
		{method: http.MethodGet, path: all, query: paged(param{name: "instance_at"}), status: 200, handle: listRSVPs},
		{method: http.MethodPost, path: all, body: whole, status: 200, handle: setRSVP},
		{method: http.MethodGet, path: one, status: 200, handle: showRSVP},
		{method: http.MethodPatch, path: one, body: change, status: 200, handle: patchRSVP},
		{method: http.MethodPut, path: one, body: whole, status: 200, handle: putRSVP},
		{method: http.MethodDelete, path: one, status: 204, handle: deleteRSVP},
	}
}

// rsvp is what one person answered for an event, or for one occurrence of it.
type rsvp struct {
	id      uint64
	updated stamp
	attendance
}

// attendance is the part of an RSVP that can be written.
type attendance struct {
	member   *member
	status   string
	instance stamp  // when the occurrence starts; 0 for the event as a whole
	number   uint64 // of the occurrence, from 0
}

type rsvpBody struct {
	ID            uint64        `json:"id"`
	Updated       stamp         `json:"updated"`
	Status        string        `json:"status"`
	Event         rsvpEventBody `json:"event"`
	Member        memberBody    `json:"member"`
	EventInstance *instanceBody `json:"event_instance,omitempty"`
}

// rsvpEventBody is the event as an RSVP shows it. It has fields that the event's
// own route lacks, its space above all.
type rsvpEventBody struct {
	ID              uint64     `json:"id"`
	CreatedAt       stamp      `json:"created_at"`
	UpdatedAt       stamp      `json:"updated_at"`
	PostType        string     `json:"post_type"`
	SpaceID         uint64     `json:"space_id"`
	CreatorID       uint64     `json:"creator_id"`
	Title           string     `json:"title"`
	Summary         string     `json:"summary"`
	EventType       string     `json:"event_type"`
	StartsAt        string     `json:"starts_at"`
	EndsAt          string     `json:"ends_at"`
	TimeZone        string     `json:"time_zone"`
	Location        string     `json:"location,omitempty"`
	Frequency       string     `json:"frequency,omitempty"`
	Interval        uint64     `json:"interval,omitempty"`
	RsvpEnabled     bool       `json:"rsvp_enabled"`
	RsvpClosed      bool       `json:"rsvp_closed"`
	RestrictedEvent bool       `json:"restricted_event"`
	PostInFeed      bool       `json:"post_in_feed"`
	Creator         memberBody `json:"creator"`
	Space           spaceBody  `json:"space"`
	Images          []string   `json:"images"`
	Permalink       string     `json:"permalink"`
}

type instanceBody struct {
	PostID        uint64 `json:"post_id"`
	StartsAt      string `json:"starts_at"`
	EndsAt        string `json:"ends_at"`
	InstanceIndex uint64 `json:"instance_index"`
}

func (m *community) rsvpBody(e *event, r *rsvp) rsvpBody {
	d, shown := e.details, m.eventBody(e)
	b := rsvpBody{ID: r.id, Updated: r.updated, Status: r.status, Member: m.memberBody(r.member), Event: rsvpEventBody{
		ID: e.id, CreatedAt: e.created, UpdatedAt: e.updated, PostType: shown.PostType, SpaceID: e.space, CreatorID: e.creator.id,
		Title: d.title, Summary: summary(d.description), EventType: d.kind, StartsAt: shown.StartsAt, EndsAt: shown.EndsAt,
		TimeZone: d.zone, Location: d.location, Frequency: shown.Frequency, Interval: shown.Interval,
		RsvpEnabled: d.rsvpEnabled, RsvpClosed: d.rsvpClosed, RestrictedEvent: d.restricted, PostInFeed: d.inFeed,
		Creator: m.memberBody(e.creator), Space: m.spaces[e.space].body(), Images: shown.Images, Permalink: shown.Permalink,
	}}
	if r.instance != 0 {
		b.EventInstance = &instanceBody{e.id, d.local(r.instance), d.local(r.instance + d.ends - d.starts), r.number}
	}
	return b
}

// rsvpsTo returns an event and its RSVPs, oldest first. Whoever is out of the
// network comes to nothing.
func (m *community) rsvpsTo(c *call) (*event, []*rsvp, error) {
	e, err := m.event(c.id("event_id"))
	if err != nil {
		return nil, nil, err
	}
	absent := func(r *rsvp) bool { return r.member.standing != standingActive }
	return e, slices.DeleteFunc(slices.Clone(m.rsvps[e.id]), absent), nil
}

// rsvpOf resolves both ids of an RSVP route.
func (m *community) rsvpOf(c *call) (*event, *rsvp, error) {
	e, all, err := m.rsvpsTo(c)
	if err != nil {
		return nil, nil, err
	}
	if i := slices.IndexFunc(all, func(r *rsvp) bool { return r.id == c.id("id") }); i >= 0 {
		return e, all[i], nil
	}
	return nil, nil, notFound("RSVP")
}

// listRSVPs lists oldest first. The filter leaves those out that are for the
// event as a whole.
func listRSVPs(m *community, c *call) (any, error) {
	e, all, err := m.rsvpsTo(c)
	if err != nil {
		return nil, err
	}
	if written, filtered := c.str("instance_at"); filtered {
		at, err := time.Parse(time.RFC3339, written)
		if err != nil { // no 422 is documented
			return nil, badRequest("Invalid parameter: instance_at must be an ISO 8601 time")
		}
		all = slices.DeleteFunc(all, func(r *rsvp) bool { return r.instance != stampOf(at) })
	}
	return pageOf(c, all, func(r *rsvp) any { return m.rsvpBody(e, r) })
}

func showRSVP(m *community, c *call) (any, error) {
	e, r, err := m.rsvpOf(c)
	if err != nil {
		return nil, err
	}
	return m.rsvpBody(e, r), nil
}

// answered lays the arguments over an attendance and checks the whole: the
// event takes RSVPs, the person is in the network, status and occurrence exist.
func (m *community) answered(e *event, base attendance, c *call) (attendance, error) {
	if !e.details.rsvpEnabled || e.details.rsvpClosed {
		return base, forbidden("RSVPs are closed for this event")
	}
	if id, given := c.uint("member_id"); given {
		if base.member = m.members[id]; base.member == nil {
			return base, notFound("Member")
		}
	}
	if base.member.standing != standingActive {
		return base, forbidden("Member is not in this network")
	}
	if status, given := c.str("status"); given {
		base.status = strings.TrimSpace(status)
	}
	if !slices.Contains([]string{"yes", "maybe", "no"}, base.status) {
		return base, invalid("Status is invalid")
	}
	written, given := c.str("instance_at")
	if !given {
		return base, nil
	}
	base.instance, base.number = 0, 0
	if written == "" {
		return base, nil
	}
	at, err := time.Parse(time.RFC3339, written)
	if err != nil {
		return base, invalid("Instance at is not an ISO 8601 time")
	}
	number, exists := e.details.occurrence(stampOf(at))
	if !exists {
		return base, invalid("Instance at is not an occurrence of this event")
	}
	base.instance, base.number = stampOf(at), number
	return base, nil
}

// sameRSVP finds a person's RSVP for an event, or for one occurrence of it.
func (m *community) sameRSVP(e *event, a attendance) *rsvp {
	for _, r := range m.rsvps[e.id] {
		if r.member == a.member && r.instance == a.instance {
			return r
		}
	}
	return nil
}

// setRSVP answers for a member, or changes the answer there is.
func setRSVP(m *community, c *call) (any, error) {
	e, err := m.event(c.id("event_id"))
	if err != nil {
		return nil, err
	}
	want, err := m.answered(e, attendance{}, c)
	if err != nil {
		return nil, err
	}
	r := m.sameRSVP(e, want)
	if r == nil {
		m.lastOf.rsvp++
		r = &rsvp{id: m.lastOf.rsvp}
		m.rsvps[e.id] = append(m.rsvps[e.id], r)
	}
	r.attendance, r.updated = want, c.now
	return m.rsvpBody(e, r), nil
}

func patchRSVP(m *community, c *call) (any, error) { return m.updateRSVP(c, false) }

// putRSVP requires member and status, and without instance_at it is for the
// event as a whole again.
func putRSVP(m *community, c *call) (any, error) { return m.updateRSVP(c, true) }

func (m *community) updateRSVP(c *call, replace bool) (any, error) {
	e, r, err := m.rsvpOf(c)
	if err != nil {
		return nil, err
	}
	base := r.attendance
	if replace {
		base = attendance{}
	}
	want, err := m.answered(e, base, c)
	if err != nil {
		return nil, err
	}
	if other := m.sameRSVP(e, want); other != nil && other != r {
		return nil, invalid("Member already has an RSVP for this event")
	}
	r.attendance, r.updated = want, c.now
	return m.rsvpBody(e, r), nil
}

// deleteRSVP works on closed events too: no refusal is documented.
func deleteRSVP(m *community, c *call) (any, error) {
	e, r, err := m.rsvpOf(c)
	if err != nil {
		return nil, err
	}
	m.rsvps[e.id] = slices.DeleteFunc(m.rsvps[e.id], func(other *rsvp) bool { return other == r })
	return nil, nil
}
