package tools

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
)

const moderationToolset = "moderation"

// moderationQueueTools show what waits for a moderator.
func moderationQueueTools() []Tool {
	return []Tool{
		read(Doc{
			Name: "list_moderation_queue", Title: "List moderation queue", Toolset: moderationToolset,
			About: "Abuse reports, open and newest first, with the reported text, its author, earlier reports on them, and the reporter. They are settled in the community, not here.",
		}, listModerationQueue),
	}
}

type moderationQueueIn struct {
	Page        int `json:"page,omitempty" jsonschema:"minimum=1,default=1" jsonschema_description:"page"`
	PerPage     int `json:"per_page,omitempty" jsonschema:"minimum=1,maximum=50,default=10" jsonschema_description:"items"`
	MaxRequests int `json:"max_requests,omitempty" jsonschema:"minimum=2,maximum=500,default=60" jsonschema_description:"requests to spend at most"`
	detailed
}

// reportView is a report with what was looked up about it.
type reportView struct {
	ID          apiclient.ID `json:"id"`
	CreatedAt   string       `json:"created_at,omitempty"`
	ReportType  string       `json:"report_type,omitempty"`
	Reason      string       `json:"reason,omitempty"`
	IgnoredAt   string       `json:"ignored_at,omitempty"`
	IgnoredByID apiclient.ID `json:"ignored_by_id,omitempty"`
	About       aboutView    `json:"about"`
	Author      *personView  `json:"author,omitempty"`
	// EarlierReports counts what is known; it is missing with its author.
	EarlierReports *int        `json:"earlier_reports,omitempty" jsonschema_description:"on the author and what they wrote"`
	Reporter       *personView `json:"reporter,omitempty"`
}

type aboutView struct {
	Type    string       `json:"type"`
	ID      apiclient.ID `json:"id,omitempty"`
	PostID  apiclient.ID `json:"post_id,omitempty"`
	SpaceID apiclient.ID `json:"space_id,omitempty"`
	Title   string       `json:"title,omitempty"`
	Text    string       `json:"text,omitempty"`
	State   string       `json:"state,omitempty" jsonschema:"enum=gone,enum=not_looked_up"`
}

type moderationQueueOut struct {
	list[view[reportView]]
	Total    int  `json:"total"`
	Open     int  `json:"open"`
	Complete bool `json:"complete" jsonschema_description:"false: there are more reports"`
	Requests int  `json:"requests"`
}

func listModerationQueue(ctx context.Context, c *Call, in moderationQueueIn) (moderationQueueOut, error) {
	ctx, spending := spendingUpTo(ctx, in.MaxRequests)
	reports, complete, err := readReports(ctx, c, spending.left)
	if err != nil {
		return moderationQueueOut{}, err
	}
	slices.SortStableFunc(reports, queueOrder)
	page := pageOf(reports, paged{Page: in.Page, PerPage: in.PerPage})
	file := newCaseFile(c, spending.left)
	if err := file.open(ctx, page.Items, reports); err != nil {
		return moderationQueueOut{}, err
	}
	earlier := file.earlier(reports)
	rows, err := listOf(c, page, func(r apiclient.AbuseReport) view[reportView] {
		return show(file.report(r, earlier, in.Detail), r.Raw, in.Detail)
	})
	if err != nil {
		return moderationQueueOut{}, err
	}
	rows.Note = strings.Join(append(file.notes(page.Items, reports, complete), nonEmpty(rows.Note)...), " ")
	return moderationQueueOut{
		list: rows, Total: len(reports), Open: openReports(reports), Complete: complete, Requests: spending.spent(),
	}, nil
}

// queueOrder puts open reports before ignored ones, and the newest first.
func queueOrder(a, b apiclient.AbuseReport) int {
	if aOpen, bOpen := a.IgnoredAt.IsZero(), b.IgnoredAt.IsZero(); aOpen != bOpen {
		if aOpen {
			return -1
		}
		return 1
	}
	return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(b.ID, a.ID))
}

func openReports(reports []apiclient.AbuseReport) int {
	n := 0
	for _, r := range reports {
		if r.IgnoredAt.IsZero() {
			n++
		}
	}
	return n
}

// open looks up what the shown reports need, and then, for what is left to
// spend, who wrote what the others are about, so that reports can be counted
// by author.
func (f *caseFile) open(ctx context.Context, shown, all []apiclient.AbuseReport) error {
	var contents []reportedContent
	for _, r := range shown {
		contents = append(contents, contentOf(r))
	}
	if err := f.readContents(ctx, contents); err != nil {
		return err
	}
	var whole, named []apiclient.ID
	for i, r := range shown {
		if contents[i].kind == reportedMember {
			whole = append(whole, r.TargetableID)
		}
		named = append(named, f.authorOf(contents[i]), r.MemberID)
	}
	if err := f.readPeople(ctx, whole, named); err != nil {
		return err
	}
	return f.readContents(ctx, f.unknownAuthors(shown, all))
}

// unknownAuthors lists what reports before the newest of those shown are
// about, where its author is not known.
func (f *caseFile) unknownAuthors(shown, all []apiclient.AbuseReport) []reportedContent {
	var unknown []reportedContent
	for _, r := range all {
		content := contentOf(r)
		before := slices.ContainsFunc(shown, func(s apiclient.AbuseReport) bool { return isEarlier(r, s) })
		if before && f.authorUnknown(content) && !slices.Contains(unknown, content) {
			unknown = append(unknown, content)
		}
	}
	return unknown
}

func isEarlier(r, than apiclient.AbuseReport) bool {
	return cmp.Or(r.CreatedAt.Compare(than.CreatedAt), cmp.Compare(r.ID, than.ID)) < 0
}

// earlier returns for every report how many came before it about the same
// author, as far as authors are known.
func (f *caseFile) earlier(reports []apiclient.AbuseReport) map[apiclient.ID]int {
	oldestFirst := slices.Clone(reports)
	slices.SortFunc(oldestFirst, func(a, b apiclient.AbuseReport) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	counts, onAuthor := map[apiclient.ID]int{}, map[apiclient.ID]int{}
	for _, r := range oldestFirst {
		if author := f.authorOf(contentOf(r)); author != 0 {
			counts[r.ID] = onAuthor[author]
			onAuthor[author]++
		}
	}
	return counts
}

func (f *caseFile) report(r apiclient.AbuseReport, earlier map[apiclient.ID]int, d detail) reportView {
	content := contentOf(r)
	out := reportView{
		ID: r.ID, CreatedAt: stamp(r.CreatedAt), ReportType: line(r.ReportType), Reason: excerpt(r.Reason),
		IgnoredAt: stamp(r.IgnoredAt), IgnoredByID: r.IgnoredByID,
		About:    aboutView{Type: content.kind, ID: content.id, PostID: content.post, SpaceID: r.SpaceID},
		Reporter: f.person(r.MemberID),
	}
	if d == full {
		out.Reason = body(r.Reason, d)
	}
	author := f.authorOf(content)
	out.Author = f.person(author)
	if content.kind == reportedMember {
		out.About.Title, out.About.Text, out.About.State = out.Author.Name, out.Author.bio, out.Author.State
	} else if what, looked := f.contents[content]; looked {
		out.About.Title, out.About.Text, out.About.State = what.title, what.text, what.state
	} else {
		out.About.State = stateNotLooked
	}
	if n, known := earlier[r.ID]; known {
		out.EarlierReports = &n
	}
	return out
}

// notes says what the answer lacks.
func (f *caseFile) notes(shown, all []apiclient.AbuseReport, complete bool) []string {
	var notes []string
	if !complete {
		notes = append(notes, fmt.Sprintf("Only %d reports were read, so newer or open ones may be missing.", len(all)))
	}
	if f.trouble != nil {
		notes = append(notes, "Look-ups were ended by an error: "+troubleOf(f.trouble)+".")
	} else if f.left() == 0 {
		notes = append(notes, "max_requests was spent; what is not_looked_up needs more.")
	}
	if n := len(f.unknownAuthors(shown, all)); n > 0 {
		notes = append(notes, fmt.Sprintf("earlier_reports may be too low: the authors of %d reported texts were not looked up.", n))
	}
	return notes
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
