package sandbox

import "slices"

// content is what people make of the network beyond posts, comments and
// events. It has a struct of its own because the community is made in one
// place and its parts are written in many.
type content struct {
	collections map[uint64]*collection
	shelf       []uint64 // ids of collections in the order of display

	polls     map[uint64]*poll
	pollOrder idSet

	courses map[uint64]*coursework // by space: the overview, with the course under it

	reactions map[target][]*reaction // oldest first
	muted     map[uint64]idSet       // by post: who muted it
	rsvps     map[uint64][]*rsvp     // by event, oldest first
	reports   []*report              // oldest first

	lastOf contentIDs
}

// contentIDs are the highest ids given out. Polls and courseworks are posts of
// a kind, and share the posts' numbers.
type contentIDs struct{ collection, reaction, rsvp, report uint64 }

func newContent() content {
	return content{
		collections: map[uint64]*collection{}, polls: map[uint64]*poll{}, courses: map[uint64]*coursework{},
		reactions: map[target][]*reaction{}, muted: map[uint64]idSet{}, rsvps: map[uint64][]*rsvp{},
		lastOf: contentIDs{firstCollection, firstReaction, firstRSVP, firstReport},
	}
}

// dropPost deletes a post and everything that hangs on it. Reports about it
// stay, as a record; whether they do on the real API is unknown.
func (m *community) dropPost(id uint64) {
	for _, c := range m.threads[id] {
		m.dropReactions(c)
	}
	delete(m.reactions, target{onPost, id})
	delete(m.muted, id)
	delete(m.threads, id)
	delete(m.posts, id)
	m.postOrder.remove(id)
}

func (m *community) dropReactions(to *comment) { delete(m.reactions, target{onComment, to.id}) }

func (m *community) dropEvent(id uint64) {
	delete(m.rsvps, id)
	delete(m.events, id)
	m.eventOrder.remove(id)
}

func (m *community) dropPoll(id uint64) {
	delete(m.polls, id)
	m.pollOrder.remove(id)
}

// dropSpace deletes a space and all content in it. Its members stay in the
// network, and the plans that gave access to it stay without it.
func (m *community) dropSpace(sp *space) {
	for _, id := range slices.Clone(m.postOrder) {
		if m.posts[id].space == sp.id {
			m.dropPost(id)
		}
	}
	for _, id := range slices.Clone(m.eventOrder) {
		if m.events[id].space == sp.id {
			m.dropEvent(id)
		}
	}
	for _, id := range slices.Clone(m.pollOrder) {
		if m.polls[id].space == sp.id {
			m.dropPoll(id)
		}
	}
	delete(m.courses, sp.id)
	for _, pl := range m.plans {
		pl.spaces = slices.DeleteFunc(pl.spaces, func(id uint64) bool { return id == sp.id })
	}
	m.place(sp, 0)
	delete(m.spaces, sp.id)
	m.spaceOrder.remove(sp.id)
}

// place moves a space to the end of a collection, or out of all of them when
// the id is 0.
func (m *community) place(sp *space, into uint64) {
	if sp.collection == into {
		return
	}
	if from := m.collections[sp.collection]; from != nil {
		from.spaces = slices.DeleteFunc(from.spaces, func(id uint64) bool { return id == sp.id })
	}
	if to := m.collections[into]; to != nil {
		to.spaces = append(to.spaces, sp.id)
	}
	sp.collection = into
}
