package sandbox

import (
	"fmt"
	"slices"
	"strings"
)

// community is the whole state of the network. It has no lock of its own: the
// Sandbox holds one around every handler.
type community struct {
	network networkInfo
	owner   uint64

	members map[uint64]*member
	roster  idSet // ids of active members: the member list
	byEmail map[string]*member

	spaces     map[uint64]*space
	spaceOrder idSet

	posts     map[uint64]*post
	postOrder idSet
	threads   map[uint64][]*comment // by post, oldest first

	events     map[uint64]*event
	eventOrder idSet

	content

	labels
	ledger
	media

	last    lastIDs
	outbox  []Notice
	notable Notable
}

// lastIDs are the highest ids given out. Events are posts of a kind, and share
// the posts' numbers.
type lastIDs struct{ member, space, post, comment uint64 }

type networkInfo struct {
	id                                               uint64
	subdomain, title, subtitle, purpose, description string
	created, updated                                 stamp
}

// address is the public address of a page of the network.
func (n networkInfo) address(format string, args ...any) string {
	return "https://" + n.subdomain + ".mn.co/" + fmt.Sprintf(format, args...)
}

// standing is where a person stands with the network.
type standing string

const (
	standingActive  standing = "active"
	standingRemoved standing = "removed" // left or taken out; may come back under the same id
	standingBanned  standing = "banned"  // for good
	standingDeleted standing = "deleted" // the account is gone
)

type member struct {
	id                       uint64
	email, first, last, role string
	location, timeZone       string
	bio, ambassador          string
	lang                     string // what they write in; only the seed asks
	interests                []int  // indexes into categoryTitles
	referrals                uint64
	standing                 standing
	banReason                string
	limited, emailHidden     bool
	created, updated, seen   stamp
}

func (p *member) name() string { return strings.TrimSpace(p.first + " " + p.last) }

type space struct {
	id, collection, owner uint64
	name                  string
	undeletable           bool // its owner's account cannot be deleted either
	autoJoin              bool // new full members land in it
	noPosts               bool // has no posts feature
	created, updated      stamp
	members               idSet
	roles                 map[uint64]string // who is more than a contributor here
	paid                  map[uint64]bool   // who holds a paid plan here
}

type post struct {
	id, space                  uint64
	author                     *member
	title, description, kind   string
	images                     []string
	untitled                   bool // title and images come back as null
	closed                     bool // comments are off
	created, updated, activity stamp
}

type comment struct {
	id, replyTo uint64
	author      *member
	text        string // HTML
	depth       uint64
	created     stamp
}

type event struct {
	id, space        uint64
	creator          *member
	details          eventDetails
	created, updated stamp
}

// foldEmail is how addresses are compared: without case and outer space.
func foldEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// active returns a member who is on the member list, or nil.
func (m *community) active(id uint64) *member {
	if p := m.members[id]; p != nil && p.standing == standingActive {
		return p
	}
	return nil
}

// withdraw takes a person out of the network and all its spaces. Whoever is
// removed keeps the right to come back to a paid plan unless it was cancelled.
func (m *community) withdraw(p *member, to standing, cancelPlans bool, now stamp) {
	p.standing, p.updated = to, now
	m.roster.remove(p.id)
	m.forget(p.id)
	for _, pl := range m.plans {
		pl.vacate(p.id)
	}
	if cancelPlans {
		m.endPlans(p.id, now)
	}
	for _, sp := range m.spaces {
		sp.drop(p.id)
		if cancelPlans {
			delete(sp.paid, p.id)
		}
	}
}

// drop ends a space membership.
func (sp *space) drop(id uint64) {
	sp.members.remove(id)
	delete(sp.roles, id)
}

// visible reports whether what a person wrote can be seen: not while they are
// out of the network, and never again after a ban. What a deleted account
// wrote stays; whether it does on the real API is unknown.
func (p *member) visible() bool {
	return p.standing == standingActive || p.standing == standingDeleted
}

// post returns a visible post.
func (m *community) post(id uint64) (*post, error) {
	if p := m.posts[id]; p != nil && p.author.visible() {
		return p, nil
	}
	return nil, notFound("Post")
}

func (m *community) space(id uint64) (*space, error) {
	if sp := m.spaces[id]; sp != nil {
		return sp, nil
	}
	return nil, notFound("Space")
}

// Notice is something the network sent to people.
type Notice struct {
	Kind     string // "welcome_email", "post_notification", "poll_notification" or one of those below
	MemberID uint64 // who was welcomed; 0 for a notification to everyone
	PostID   uint64 // the post or poll everyone was told of; 0 for mail

	// Of "invite_email" and "plan_invite_email"; a resent one comes again.
	InviteID uint64
	PlanID   uint64 // what the invitation is to; 0 for the network
	Email    string
	// Of "custom_field_notification", which goes to everyone.
	// "password_reset_email" has only MemberID.
	CustomFieldID uint64
}

// idSet is a sorted set of ids. Ids are handed out in rising order, so that
// adding usually appends.
type idSet []uint64

func (s idSet) has(id uint64) bool {
	_, found := slices.BinarySearch(s, id)
	return found
}

func (s *idSet) add(id uint64) {
	if i, found := slices.BinarySearch(*s, id); !found {
		*s = slices.Insert(*s, i, id)
	}
}

func (s *idSet) remove(id uint64) {
	if i, found := slices.BinarySearch(*s, id); found {
		*s = slices.Delete(*s, i, i+1)
	}
}

// newestFirst returns the set in falling order.
func (s idSet) newestFirst() []uint64 {
	out := slices.Clone(s)
	slices.Reverse(out)
	return out
}
