package tools

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
)

// memberProfileTools put together what is known of one member.
func memberProfileTools() []Tool {
	return []Tool{
		read(Doc{
			Name: "get_member_profile", Title: "Get member profile", Toolset: membersToolset,
			About: "A member with spaces, plans, tags, badges, custom field answers and open abuse reports about them or what they wrote. 10 to 40 requests (get_member: 1). Parts that failed are named.",
		}, getMemberProfile),
	}
}

type memberProfileIn struct {
	memberRef
	MaxRequests int `json:"max_requests,omitempty" jsonschema:"minimum=15,maximum=200,default=40" jsonschema_description:"requests to spend at most"`
	detailed
}

// namedThing is something with a name that a member has.
type namedThing struct {
	ID     apiclient.ID `json:"id"`
	Name   string       `json:"name"`
	Status string       `json:"status,omitempty"`
}

// fieldAnswer is what a custom field says of a member.
type fieldAnswer struct {
	CustomFieldID apiclient.ID `json:"custom_field_id"`
	Title         string       `json:"title"`
	Text          string       `json:"text,omitempty"`
	Options       []string     `json:"options,omitempty"`
}

// failedPart names what could not be looked up, so that its absence is not
// taken for an answer.
type failedPart struct {
	Part    string `json:"part"`
	Problem string `json:"problem"`
}

type memberProfileOut struct {
	Member      view[memberView]   `json:"member"`
	Spaces      []namedThing       `json:"spaces"`
	Plans       []namedThing       `json:"plans"`
	Tags        []namedThing       `json:"tags"`
	Badges      []namedThing       `json:"badges"`
	Answers     []fieldAnswer      `json:"answers"`
	OpenReports []view[reportView] `json:"open_reports"`
	Failed      []failedPart       `json:"failed,omitempty"`
	Requests    int                `json:"requests"`
	Note        string             `json:"note,omitempty"`
}

// shorter implements [shortened].
func (o memberProfileOut) shorter(most int) any {
	cut := false
	for _, part := range []*[]namedThing{&o.Spaces, &o.Plans, &o.Tags, &o.Badges} {
		*part, cut = first(*part, most, cut)
	}
	o.Answers, cut = first(o.Answers, most, cut)
	o.Answers = slices.Clone(o.Answers)
	for i := range o.Answers {
		o.Answers[i].Options, cut = first(o.Answers[i].Options, most, cut)
	}
	o.OpenReports, cut = first(o.OpenReports, most, cut)
	if cut {
		o.Note = strings.TrimSpace(o.Note + fmt.Sprintf(" Cut to fit: only the first %d of each part are shown; list_member_plans, list_member_tags and list_member_badges page through theirs.", most))
	}
	return o
}

// first returns the first of a list, and whether any list was cut until now.
func first[T any](all []T, most int, cut bool) ([]T, bool) {
	if len(all) <= most {
		return all, cut
	}
	return all[:most], true
}

// partPages is how many pages of one part are read, of 100 each.
const partPages = 2

// profile is one profile on its way.
type profile struct {
	c        *Call
	in       memberProfileIn
	spending *spending

	mu     sync.Mutex
	failed []failedPart
	notes  []string

	fields  []apiclient.CustomField
	reports []apiclient.AbuseReport
	out     memberProfileOut
}

// requestsUpTo implements [budgeted].
func (in memberProfileIn) requestsUpTo() int { return in.MaxRequests }

// getMemberProfile asks for the member alone first: where there is none, all
// else would be paid for in vain.
func getMemberProfile(ctx context.Context, c *Call, in memberProfileIn) (memberProfileOut, error) {
	ctx, spending := spendingUpTo(ctx, in.MaxRequests)
	p := &profile{c: c, in: in, spending: spending}
	member, err := c.member(ctx, in.MemberID)
	if err != nil {
		return memberProfileOut{}, err
	}
	p.out.Member = showMember(member, in.Detail)
	p.readParts(ctx)
	p.readAnswers(ctx)
	p.readReports(ctx)
	if err := ctx.Err(); err != nil {
		return memberProfileOut{}, err
	}
	slices.SortFunc(p.failed, func(a, b failedPart) int { return strings.Compare(a.Part, b.Part) })
	slices.Sort(p.notes)
	p.out.Failed, p.out.Note, p.out.Requests = p.failed, strings.Join(p.notes, " "), spending.spent()
	return p.out, nil
}

// readParts reads what takes one request each, as a rule.
func (p *profile) readParts(ctx context.Context) {
	var group errgroup.Group
	group.SetLimit(lookupsAtOnce)
	id := p.in.MemberID
	at := apiclient.ListOptions{PerPage: apiclient.MaxPerPage}
	start := func(part string, read func() error) {
		group.Go(func() error { p.note(part, read()); return nil })
	}
	start("spaces", func() (err error) {
		p.out.Spaces, err = partOf(p, "spaces", p.c.API.Members().AllSpaces(ctx, id, at), func(s apiclient.Space) namedThing { return namedThing{ID: s.ID, Name: line(s.Name)} })
		return err
	})
	start("plans", func() (err error) {
		p.out.Plans, err = partOf(p, "plans", p.c.API.Members().AllPlans(ctx, id, at), func(t apiclient.Plan) namedThing {
			return namedThing{ID: t.ID, Name: line(t.Name), Status: line(t.Status)}
		})
		return err
	})
	start("tags", func() (err error) {
		p.out.Tags, err = partOf(p, "tags", p.c.API.MemberTags().All(ctx, id, at), func(t apiclient.Tag) namedThing { return namedThing{ID: t.ID, Name: line(t.Title)} })
		return err
	})
	start("badges", func() (err error) {
		p.out.Badges, err = partOf(p, "badges", p.c.API.MemberBadges().All(ctx, id, at), func(b apiclient.Badge) namedThing { return namedThing{ID: b.ID, Name: line(b.Title)} })
		return err
	})
	start("answers", func() (err error) {
		p.fields, err = partOf(p, "custom fields", p.c.API.CustomFields().All(ctx, apiclient.CustomFieldList{ListOptions: at}), func(f apiclient.CustomField) apiclient.CustomField { return f })
		return err
	})
	start("open_reports", func() (err error) {
		p.reports, err = partOf(p, "abuse reports", p.c.API.AbuseReports().All(ctx, at), func(r apiclient.AbuseReport) apiclient.AbuseReport { return r })
		return err
	})
	_ = group.Wait() // what failed is in p.failed
}

// partOf reads the first pages of a list.
func partOf[A, T any](p *profile, what string, items iter.Seq2[A, error], item func(A) T) ([]T, error) {
	out := []T{}
	for each, err := range items {
		if err != nil {
			return out, err
		}
		if len(out) == partPages*apiclient.MaxPerPage {
			p.cut(fmt.Sprintf("Only the first %d %s were looked at.", len(out), what))
			break
		}
		out = append(out, item(each))
	}
	return out, nil
}

func (p *profile) note(part string, err error) {
	if err == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failed = append(p.failed, failedPart{part, troubleOf(err)})
}

func (p *profile) cut(note string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.notes = append(p.notes, note)
}

// troubleOf words an error that is only part of an answer.
func troubleOf(err error) string {
	var api *apiclient.Error
	if errors.As(err, &api) {
		return api.Error()
	}
	return "it failed inside the server"
}

// readAnswers asks field by field, since the API answers no other way. Tags
// and badges are fields too, and are there already.
func (p *profile) readAnswers(ctx context.Context) {
	fields := slices.DeleteFunc(p.fields, func(f apiclient.CustomField) bool { return f.ResponseType == "tag" || f.ResponseType == "badge" })
	// Half of what is left is for the reports.
	asked := min(len(fields), (p.spending.left()+1)/2)
	if asked < len(fields) {
		p.cut(fmt.Sprintf("Only %d of %d custom fields were asked for: max_requests.", asked, len(fields)))
	}
	answers := make([]*fieldAnswer, asked)
	var group errgroup.Group
	group.SetLimit(lookupsAtOnce)
	for i, field := range fields[:asked] {
		group.Go(func() error {
			page, err := p.c.API.Answers().List(ctx, field.ID, p.in.MemberID, apiclient.ListOptions{})
			if err == nil && len(page.Items) > 0 {
				answers[i] = showFieldAnswer(field, page.Items, p.in.Detail)
			}
			p.note("answer to custom field "+field.ID.String(), err)
			return nil
		})
	}
	_ = group.Wait() // what failed is in p.failed
	p.out.Answers = []fieldAnswer{}
	for _, answer := range answers {
		if answer != nil {
			p.out.Answers = append(p.out.Answers, *answer)
		}
	}
}

func showFieldAnswer(field apiclient.CustomField, answers []apiclient.Answer, d detail) *fieldAnswer {
	out := &fieldAnswer{CustomFieldID: field.ID, Title: line(field.Title)}
	for _, answer := range answers {
		if out.Text == "" {
			if out.Text = excerpt(answer.Text); d == full {
				out.Text = body(answer.Text, d)
			}
		}
		for _, option := range answer.Segments {
			out.Options = append(out.Options, line(option.Title))
		}
	}
	return out
}

// readReports finds the open reports about the member and what they wrote. Who
// wrote something has to be looked up, text by text.
func (p *profile) readReports(ctx context.Context) {
	p.out.OpenReports = []view[reportView]{}
	open := slices.DeleteFunc(p.reports, func(r apiclient.AbuseReport) bool { return !r.IgnoredAt.IsZero() })
	slices.SortStableFunc(open, queueOrder)
	file := newCaseFile(p.c, p.spending.left)
	var contents []reportedContent
	for _, r := range open {
		// Where it is known that somebody else wrote it, nobody needs to look.
		content := contentOf(r)
		if author := file.authorOf(content); author == p.in.MemberID || file.authorUnknown(content) {
			contents = append(contents, content)
		}
	}
	if file.readContents(ctx, contents) != nil {
		return // the call is over
	}
	p.note("open_reports", file.trouble)
	var reporters []apiclient.ID
	for _, r := range open {
		reporters = append(reporters, r.MemberID)
	}
	file.know(ctx, reporters)
	unknown, about := 0, 0
	for _, r := range open {
		content := contentOf(r)
		if file.authorUnknown(content) {
			unknown++
		}
		if file.authorOf(content) != p.in.MemberID {
			continue
		}
		if about++; about <= profileReports {
			report := file.report(r, nil, p.in.Detail)
			report.Author = nil // whose profile this is
			if content.kind == reportedMember {
				report.About.State = ""
			}
			p.out.OpenReports = append(p.out.OpenReports, show(report, r.Raw, p.in.Detail))
		}
	}
	if about > profileReports {
		p.cut(fmt.Sprintf("Only the newest %d of %d open reports are shown; list_moderation_queue has them all.", profileReports, about))
	}
	if unknown > 0 {
		p.cut(fmt.Sprintf("%d open reports are about texts whose author was not looked up.", unknown))
	}
}

// profileReports is how many open reports a profile shows.
const profileReports = 20
