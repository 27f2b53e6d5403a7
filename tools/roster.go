package tools

import (
	"context"
	"iter"
	"slices"
	"strings"
	"time"
	"unique"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
)

// memberSource is where jobs over many members read them from. The API has no
// search and no filter, so such a job means reading a list to its end; what
// was paid for is kept for a while. A durable directory can take its place.
type memberSource interface {
	// read returns the members of a list, and requests only pages that it does
	// not keep. A list that it may not read to the end is not complete; the
	// next reading goes on where this one stopped. Errors are the API's; pages
	// that came before one are not lost.
	read(ctx context.Context, c *Call, of memberList, r reading) (roster, error)
	// holders tells of as many of the members as it may whether they hold a
	// tag or badge, at one request for each that it does not keep.
	holders(ctx context.Context, c *Call, of memberList, ids []apiclient.ID, r reading) (labelled, error)
	// known returns those of the members whom it keeps; it requests nothing.
	known(c *Call, ids map[apiclient.ID]bool) map[apiclient.ID]rosterMember
	// forget drops all that is kept about a network's members.
	forget(network string)
}

// memberList names a list of members.
type memberList struct {
	network string
	kind    listKind
	id      apiclient.ID // of the space, plan, tag or badge
}

type listKind string

const (
	inNetwork listKind = "network"
	inSpace   listKind = "space"
	onPlan    listKind = "plan"
	withTag   listKind = "tag"
	withBadge listKind = "badge"
)

// page requests one page of the list.
func (l memberList) page(ctx context.Context, c *Call, number int) (*apiclient.Page[apiclient.Member], error) {
	at := apiclient.ListOptions{Page: number, PerPage: apiclient.MaxPerPage}
	switch l.kind {
	case inSpace:
		return c.API.SpaceMembers().List(ctx, l.id, at)
	case onPlan:
		return c.API.PlanMembers().List(ctx, l.id, at)
	default:
		return c.API.Members().List(ctx, at)
	}
}

// reading says how a list is read.
type reading struct {
	// fresh refuses what was kept before the call.
	fresh bool
	// left returns how many requests may still be made.
	left func() int
}

// spending counts the requests of a job and bounds them. A request that had
// to be repeated can take it over the bound by the repetition.
type spending struct {
	meter *apiclient.Meter
	bound int
}

func spendingUpTo(ctx context.Context, bound int) (context.Context, *spending) {
	ctx, meter := apiclient.WithMeter(ctx)
	return ctx, &spending{meter, bound}
}

func (s *spending) left() int { return max(0, s.bound-s.spent()) }

func (s *spending) spent() int { return s.meter.Requests() }

// roster is a list of members as far as it was read.
type roster struct {
	members iter.Seq[rosterMember]
	size    int
	// since is when the first, and so the oldest, page was read.
	since time.Time
	// complete says that the list was read to its end.
	complete bool
	// full says that there was no room for more.
	full bool
}

// labelled says of members whether they hold a tag or badge. Who is not in has
// was not asked about.
type labelled struct {
	has   map[apiclient.ID]bool
	since time.Time // of the oldest answer
}

// rosterMember is what is kept of a member: what can be searched, cleaned and
// short. Texts that many share are kept once.
type rosterMember struct {
	id                             apiclient.ID
	joined                         int64 // seconds since 1970; 0 is unknown
	first, last, email             string
	memberType, location, timeZone unique.Handle[string]
}

func rosterMemberOf(m apiclient.Member) rosterMember {
	row := rosterMember{
		id: m.ID, first: line(m.FirstName), last: line(m.LastName), email: line(m.Email),
		memberType: unique.Make(line(m.MemberType)), location: unique.Make(line(m.Location)), timeZone: unique.Make(line(m.TimeZone)),
	}
	if row.first == "" && row.last == "" {
		row.first = line(m.Name)
	}
	if !m.CreatedAt.IsZero() {
		row.joined = m.CreatedAt.Unix()
	}
	return row
}

func (m rosterMember) name() string { return strings.TrimSpace(m.first + " " + m.last) }

func (m rosterMember) joinedAt() time.Time {
	if m.joined == 0 {
		return time.Time{}
	}
	return time.Unix(m.joined, 0).UTC()
}

// view shows the member as lists of members do.
func (m rosterMember) view() memberView {
	return memberView{
		ID: m.id, FirstName: m.first, LastName: m.last, Email: m.email,
		MemberType: m.memberType.Value(), Location: m.location.Value(), CreatedAt: stamp(m.joinedAt()),
	}
}

// age is how old what was read at a time is, in whole seconds. A call that
// waited for another one's pages can be older than they are.
func (c *Call) age(since time.Time) int { return max(0, int(c.Now.Sub(since)/time.Second)) }

// changesMembers reports whether a call of the tool can make a list of members
// wrong. It errs on the safe side: reading again costs requests, no more.
func changesMembers(t Tool) bool {
	return t.Risk.Acts() && (strings.Contains(t.Name, "member") ||
		slices.Contains([]string{"delete_space", "delete_tag", "delete_badge"}, t.Name) ||
		slices.Contains([]string{membersToolset, "plans", "billing"}, t.Toolset))
}
