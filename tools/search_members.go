package tools

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/schema"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// memberSearchTools answer questions that the API has no filter for.
func memberSearchTools() []Tool {
	return []Tool{
		read(Doc{
			Name: "search_members", Title: "Search members", Toolset: membersToolset,
			About: "Members who fit all that is given. Lists are read once (1 request per 100 members), kept and searched here; the result says how old and complete.",
		}, searchMembers),
	}
}

// costed is the argument of jobs that may need many requests.
type costed struct {
	Fresh       bool `json:"fresh,omitempty" jsonschema:"default=false" jsonschema_description:"use nothing kept"`
	MaxRequests int  `json:"max_requests,omitempty" jsonschema:"minimum=2,maximum=2000,default=100" jsonschema_description:"requests to spend at most"`
}

// reading returns the context in which a job reads, and what it spends there.
func (in costed) reading(ctx context.Context) (context.Context, *spending) {
	if in.Fresh {
		ctx = apiclient.Fresh(ctx)
	}
	return spendingUpTo(ctx, in.MaxRequests)
}

// requestsUpTo implements [budgeted].
func (in costed) requestsUpTo() int { return in.MaxRequests }

type searchMembersIn struct {
	Name         string           `json:"name,omitempty" jsonschema:"maxLength=100" jsonschema_description:"parts of the name, any case or accents"`
	Email        string           `json:"email,omitempty" jsonschema:"maxLength=254" jsonschema_description:"part of the address"`
	Location     string           `json:"location,omitempty" jsonschema:"maxLength=100" jsonschema_description:"part of the location"`
	MemberType   string           `json:"member_type,omitempty" jsonschema:"enum=full,enum=limited" jsonschema_description:"type"`
	JoinedAfter  string           `json:"joined_after,omitempty" jsonschema:"format=date" jsonschema_description:"first day"`
	JoinedBefore string           `json:"joined_before,omitempty" jsonschema:"format=date" jsonschema_description:"day after the last"`
	SpaceID      schema.Reference `json:"space_id,omitempty" jsonschema_description:"id or exact name"`
	PlanID       schema.Reference `json:"plan_id,omitempty" jsonschema_description:"id or exact name"`
	TagID        schema.Reference `json:"tag_id,omitempty" jsonschema_description:"id or exact name; 1 request for each who fits the rest"`
	BadgeID      schema.Reference `json:"badge_id,omitempty" jsonschema_description:"like tag_id"`
	costed
	paged
}

// Check implements [Checker].
func (in *searchMembersIn) Check() error {
	// "Santos, Maria" is how lists write it, not how the name is.
	in.Name, in.Email, in.Location = strings.TrimSpace(strings.ReplaceAll(in.Name, ",", " ")), strings.TrimSpace(in.Email), strings.TrimSpace(in.Location)
	switch {
	case in.Name+in.Email+in.Location+in.MemberType+in.JoinedAfter+in.JoinedBefore == "" &&
		in.SpaceID+in.PlanID+in.TagID+in.BadgeID == "":
		return problem("name", "nothing to search for: give at least one thing that members must fit; list_members has them all")
	case in.JoinedAfter != "" && in.JoinedBefore != "" && in.JoinedAfter >= in.JoinedBefore:
		return problem("joined_before", `argument "joined_before" must be a later day than "joined_after"`)
	}
	return nil
}

type searchMembersOut struct {
	list[view[memberView]]
	Total      int  `json:"total" jsonschema_description:"matches on all pages"`
	Searched   int  `json:"searched" jsonschema_description:"members looked at"`
	Complete   bool `json:"complete" jsonschema_description:"false: there may be more matches"`
	AgeSeconds *int `json:"age_seconds,omitempty"`
	Requests   int  `json:"requests"`
}

// searchMembers reads the shortest list that holds everybody who can fit, and
// asks for tags and badges last, when few are left. Names are resolved here,
// so that what that costs is counted.
func searchMembers(ctx context.Context, c *Call, in searchMembersIn) (searchMembersOut, error) {
	if err := c.choosable(in.Name, in.Email, in.Location); err != nil {
		return searchMembersOut{}, err
	}
	ctx, spending := in.reading(ctx)
	s := search{c: c, in: in, reading: reading{fresh: in.Fresh, left: spending.left}, since: c.clock(), complete: true}
	if err := s.resolve(ctx); err != nil {
		return searchMembersOut{}, err
	}
	page, total, err := s.match(ctx)
	if err != nil {
		return searchMembersOut{}, err
	}
	rows, err := listOf(c, page, func(m store.DirectoryMember) view[memberView] { return show(rowView(m), nil, concise) })
	if err != nil {
		return searchMembersOut{}, err
	}
	rows.Note = strings.Join(append(s.notes, nonEmpty(rows.Note)...), " ")
	return searchMembersOut{
		list: rows, Total: total, Searched: s.searched, Complete: s.complete,
		AgeSeconds: c.age(s.since), Requests: spending.spent(),
	}, nil
}

func nonEmpty(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

// search is one running search.
type search struct {
	c       *Call
	in      searchMembersIn
	reading reading

	searched int
	since    time.Time // when the oldest thing that was looked at was read; zero: that is not known
	complete bool
	notes    []string
}

func (s *search) resolve(ctx context.Context) error {
	for _, resolve := range []func() error{
		func() error { return resolveKept(ctx, s.c, store.NamedSpace, spaceThing(), &s.in.SpaceID) },
		func() error { return resolveKept(ctx, s.c, store.NamedPlan, planThing(), &s.in.PlanID) },
		func() error { return resolveKept(ctx, s.c, store.WithTag, tagThing(), &s.in.TagID) },
		func() error { return resolveKept(ctx, s.c, store.WithBadge, badgeThing(), &s.in.BadgeID) },
	} {
		if err := resolve(); err != nil {
			return err
		}
	}
	return nil
}

// match makes the lists that are needed as good as it may, and searches them.
func (s *search) match(ctx context.Context) (*apiclient.Page[store.DirectoryMember], int, error) {
	d := s.c.directory()
	query, err := s.prepare(ctx, d)
	if err != nil {
		return nil, 0, err
	}
	offset, far := 0, s.in.Page-1 > s.searched/s.in.PerPage
	if !far {
		offset = (s.in.Page - 1) * s.in.PerPage
	}
	members, total, err := d.Find(ctx, query, offset, s.in.PerPage)
	if err != nil {
		return nil, 0, err
	}
	if err := s.former(ctx, d, query); err != nil {
		return nil, 0, err
	}
	if far {
		members = nil
	}
	page := &apiclient.Page[store.DirectoryMember]{Items: members, Page: s.in.Page, PerPage: s.in.PerPage}
	if !far && offset+len(members) < total {
		page.NextPage = s.in.Page + 1
	}
	return page, total, nil
}

// former says how many of those who have left fit what is asked of a person, so
// that one who is looked for and not found is known to have been there. Of
// lists and labels that they had nothing is kept.
func (s *search) former(ctx context.Context, d store.Directory, query store.MemberQuery) error {
	if query.List != inNetwork() || len(query.On) > 0 || s.in.Name+s.in.Email == "" {
		return nil
	}
	query.Former = true
	_, n, err := d.Find(ctx, query, 0, 0)
	switch {
	case n == 1:
		s.notes = append(s.notes, "1 former member fits, who has left the network.")
	case n > 1:
		s.notes = append(s.notes, fmt.Sprintf("%d former members fit, who have left the network.", n))
	}
	return err
}

// prepare makes what the search needs as good as it may, and returns the
// question for the directory.
func (s *search) prepare(ctx context.Context, d store.Directory) (store.MemberQuery, error) {
	query := s.in.query()
	if err := s.lists(ctx, d, &query); err != nil {
		return query, err
	}
	for _, label := range []struct {
		kind string
		ref  schema.Reference
	}{{store.WithTag, s.in.TagID}, {store.WithBadge, s.in.BadgeID}} {
		if label.ref != "" {
			if err := s.labels(ctx, d, label.kind, query); err != nil {
				return query, err
			}
			query.On = append(query.On, store.MemberList{Kind: label.kind, ID: uint64(idOf(label.ref))})
		}
	}
	return query, nil
}

// query is what members must fit of themselves.
func (in searchMembersIn) query() store.MemberQuery {
	return store.MemberQuery{
		Name: strings.Fields(fold(in.Name)), Email: fold(in.Email), Place: fold(in.Location), Type: in.MemberType,
		From: dayOf(in.JoinedAfter), To: dayOf(in.JoinedBefore),
	}
}

// lists reads the shortest list that holds everybody who can fit, and what
// they must be on besides.
func (s *search) lists(ctx context.Context, d store.Directory, query *store.MemberQuery) error {
	space, plan := store.MemberList{Kind: store.InSpace, ID: uint64(idOf(s.in.SpaceID))}, store.MemberList{Kind: store.OnPlan, ID: uint64(idOf(s.in.PlanID))}
	query.List = inNetwork()
	switch {
	case s.in.SpaceID != "" && s.in.PlanID != "":
		query.List, query.On = space, []store.MemberList{plan}
	case s.in.SpaceID != "":
		query.List = space
	case s.in.PlanID != "":
		query.List = plan
	}
	for i, list := range append([]store.MemberList{query.List}, query.On...) {
		r, err := s.c.roster(ctx, list, s.reading)
		if err != nil {
			return err
		}
		s.since = s.c.older(s.since, r.since)
		s.complete = s.complete && r.complete
		s.notes = append(s.notes, r.notes...)
		if i == 0 {
			s.searched = r.size
		}
	}
	if query.Email != "" {
		_, hidden, err := d.Find(ctx, store.MemberQuery{List: query.List, NoEmail: true}, 0, 0)
		if err != nil {
			return err
		}
		if hidden > 0 {
			s.notes = append(s.notes, fmt.Sprintf("%d of those searched show no address.", hidden))
		}
	}
	return nil
}

// labels asks those who fit so far about their tags or badges. The API cannot
// list who has a label, so that takes a request for each of whom it is not
// known; it tells all of their labels.
func (s *search) labels(ctx context.Context, d store.Directory, kind string, query store.MemberQuery) error {
	unasked := query
	unasked.Unasked, unasked.AskedSince, unasked.AskedUntil = kind, s.c.Now.Add(-s.c.maxAge), s.c.clock()
	if s.reading.fresh {
		unasked.AskedSince = s.c.Now
	}
	for s.c.maySpend && s.reading.left() > 0 {
		some, _, err := d.Find(ctx, unasked, 0, min(s.reading.left(), apiclient.MaxPerPage))
		if err != nil {
			return err
		}
		if len(some) == 0 {
			break
		}
		if err := s.c.askLabels(ctx, d, kind, some, s.reading.left); err != nil {
			return err
		}
	}
	_, left, err := d.Find(ctx, unasked, 0, 0)
	if err != nil {
		return err
	}
	if left > 0 {
		_, all, err := d.Find(ctx, query, 0, 0)
		if err != nil {
			return err
		}
		s.complete = false
		why := "max_requests was spent. The same call again goes on from there"
		if !s.c.maySpend {
			why = "your role may not spend requests on that"
		}
		s.notes = append(s.notes, fmt.Sprintf("%d of %d candidates were not asked about their %ss: %s.", left, all, kind, why))
	}
	asked, err := d.Asked(ctx, query, kind)
	if err == nil && !asked.IsZero() {
		s.since = s.c.older(s.since, asked)
	}
	return err
}

// dayOf returns when a day begins, in UTC; the zero time for no day.
func dayOf(day string) time.Time {
	t, _ := time.Parse(time.DateOnly, day) // the schema checked it
	return t
}
