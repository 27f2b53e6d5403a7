package tools

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/schema"
)

// memberSearchTools answer questions that the API has no filter for.
func memberSearchTools() []Tool {
	return []Tool{
		read(Doc{
			Name: "search_members", Title: "Search members", Toolset: membersToolset,
			About: "Members who fit all that is given. Whole lists are read (1 request per 100 members), kept some minutes and searched here; the result says how old and complete.",
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
	in.Name, in.Email, in.Location = strings.TrimSpace(in.Name), strings.TrimSpace(in.Email), strings.TrimSpace(in.Location)
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
	AgeSeconds int  `json:"age_seconds"`
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
	s := search{c: c, in: in, reading: reading{fresh: in.Fresh, left: spending.left}, since: c.Now, complete: true}
	if err := s.resolve(ctx); err != nil {
		return searchMembersOut{}, err
	}
	matches, err := s.match(ctx)
	if err != nil {
		return searchMembersOut{}, err
	}
	rows, err := listOf(c, pageOf(matches, in.paged), func(m rosterMember) view[memberView] { return show(m.view(), nil, concise) })
	if err != nil {
		return searchMembersOut{}, err
	}
	rows.Note = strings.Join(append(s.notes, nonEmpty(rows.Note)...), " ")
	return searchMembersOut{
		list: rows, Total: len(matches), Searched: s.searched, Complete: s.complete,
		AgeSeconds: c.age(s.since), Requests: spending.spent(),
	}, nil
}

// pageOf cuts a page out of what is all at hand.
func pageOf[T any](all []T, p paged) *apiclient.Page[T] {
	from := len(all)
	if p.Page-1 <= len(all)/p.PerPage {
		from = min((p.Page-1)*p.PerPage, len(all))
	}
	to := min(from+p.PerPage, len(all))
	page := &apiclient.Page[T]{Items: all[from:to], Page: p.Page, PerPage: p.PerPage}
	if to < len(all) {
		page.NextPage = p.Page + 1
	}
	return page
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
	since    time.Time // of the oldest thing that was looked at
	complete bool
	notes    []string
}

func (s *search) resolve(ctx context.Context) error {
	for _, resolve := range []func() error{
		func() error { return spaceThing().resolve(ctx, s.c, &s.in.SpaceID) },
		func() error { return planThing().resolve(ctx, s.c, &s.in.PlanID) },
		func() error { return tagThing().resolve(ctx, s.c, &s.in.TagID) },
		func() error { return badgeThing().resolve(ctx, s.c, &s.in.BadgeID) },
	} {
		if err := resolve(); err != nil {
			return err
		}
	}
	return nil
}

func (s *search) match(ctx context.Context) ([]rosterMember, error) {
	base, err := s.base(ctx)
	if err != nil {
		return nil, err
	}
	s.searched = base.size
	var onPlanToo map[apiclient.ID]bool
	if s.in.SpaceID != "" && s.in.PlanID != "" {
		if onPlanToo, err = s.planMembers(ctx); err != nil {
			return nil, err
		}
	}
	fits := s.fits()
	var matches []rosterMember
	hidden := 0
	for m := range base.members {
		if s.in.Email != "" && m.email == "" {
			hidden++
		}
		if fits(m) && (onPlanToo == nil || onPlanToo[m.id]) {
			matches = append(matches, m)
		}
	}
	if hidden > 0 {
		s.notes = append(s.notes, fmt.Sprintf("%d of those searched show no address.", hidden))
	}
	for _, label := range []struct {
		kind listKind
		ref  schema.Reference
	}{{withTag, s.in.TagID}, {withBadge, s.in.BadgeID}} {
		if label.ref != "" {
			if matches, err = s.labelled(ctx, label.kind, idOf(label.ref), matches); err != nil {
				return nil, err
			}
		}
	}
	return matches, nil
}

// base reads the list to search in.
func (s *search) base(ctx context.Context) (roster, error) {
	switch {
	case s.in.SpaceID != "":
		return s.read(ctx, inSpace, idOf(s.in.SpaceID))
	case s.in.PlanID != "":
		return s.read(ctx, onPlan, idOf(s.in.PlanID))
	}
	return s.read(ctx, inNetwork, 0)
}

func (s *search) read(ctx context.Context, kind listKind, id apiclient.ID) (roster, error) {
	r, err := s.c.kept.members.read(ctx, s.c, memberList{s.c.network, kind, id}, s.reading)
	if err != nil {
		return roster{}, err
	}
	s.older(r.since)
	if !r.complete {
		s.complete = false
		s.notes = append(s.notes, incomplete(r))
	}
	return r, nil
}

// incomplete says why a list was not read to its end, and what to do.
func incomplete(r roster) string {
	if r.full {
		return fmt.Sprintf("Only the first %d members were read: this server keeps no more in memory.", r.size)
	}
	return fmt.Sprintf("Only the first %d members were read: max_requests was spent. The same call again goes on from there.", r.size)
}

func (s *search) planMembers(ctx context.Context) (map[apiclient.ID]bool, error) {
	list, err := s.read(ctx, onPlan, idOf(s.in.PlanID))
	if err != nil {
		return nil, err
	}
	ids := make(map[apiclient.ID]bool, list.size)
	for m := range list.members {
		ids[m.id] = true
	}
	return ids, nil
}

// labelled keeps those who hold a tag or badge.
func (s *search) labelled(ctx context.Context, kind listKind, id apiclient.ID, candidates []rosterMember) ([]rosterMember, error) {
	ids := make([]apiclient.ID, len(candidates))
	for i, m := range candidates {
		ids[i] = m.id
	}
	answers, err := s.c.kept.members.holders(ctx, s.c, memberList{s.c.network, kind, id}, ids, s.reading)
	if err != nil {
		return nil, err
	}
	s.older(answers.since)
	var holders []rosterMember
	unasked := 0
	for _, m := range candidates {
		holds, asked := answers.has[m.id]
		if !asked {
			unasked++
		}
		if holds {
			holders = append(holders, m)
		}
	}
	if unasked > 0 {
		s.complete = false
		s.notes = append(s.notes, fmt.Sprintf("%d of %d candidates were not asked about their %ss: max_requests was spent. The same call again goes on from there.", unasked, len(candidates), kind))
	}
	return holders, nil
}

func (s *search) older(than time.Time) {
	if than.Before(s.since) {
		s.since = than
	}
}

// fits returns the test for what a list of members itself tells.
func (s *search) fits() func(rosterMember) bool {
	name, email, location := strings.Fields(fold(s.in.Name)), fold(s.in.Email), fold(s.in.Location)
	from, to := dayOf(s.in.JoinedAfter), dayOf(s.in.JoinedBefore)
	dated := !from.IsZero() || !to.IsZero()
	return func(m rosterMember) bool {
		joined := m.joinedAt()
		switch {
		case s.in.MemberType != "" && m.memberType.Value() != s.in.MemberType,
			dated && joined.IsZero(), !from.IsZero() && joined.Before(from), !to.IsZero() && !joined.Before(to),
			email != "" && !strings.Contains(fold(m.email), email),
			location != "" && !strings.Contains(fold(m.location.Value()), location):
			return false
		}
		if len(name) == 0 {
			return true
		}
		whole := fold(m.name())
		for _, part := range name {
			if !strings.Contains(whole, part) {
				return false
			}
		}
		return true
	}
}

// dayOf returns when a day begins, in UTC; the zero time for no day.
func dayOf(day string) time.Time {
	t, _ := time.Parse(time.DateOnly, day) // the schema checked it
	return t
}
