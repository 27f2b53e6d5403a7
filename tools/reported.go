package tools

import (
	"context"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
)

// reportedContent names something that members wrote, or a space.
type reportedContent struct {
	kind string
	id   apiclient.ID
	post apiclient.ID // above a comment
}

// The kinds of things that reports are about, in our words.
const (
	reportedPost    = "post"
	reportedComment = "comment"
	reportedMember  = "member"
	reportedSpace   = "space"
)

// contentOf returns what a report is about. The API calls members users, and
// finds a comment only by way of its post.
func contentOf(r apiclient.AbuseReport) reportedContent {
	content := reportedContent{kind: strings.ToLower(line(r.TargetableType)), id: r.TargetableID}
	switch content.kind {
	case "user":
		content.kind = reportedMember
	case reportedComment:
		if strings.EqualFold(r.ContextType, reportedPost) {
			content.post = r.ContextID
		}
	}
	return content
}

// hasAuthor reports whether a look-up can tell who wrote it.
func (r reportedContent) hasAuthor() bool {
	return r.kind == reportedPost || r.kind == reportedComment && r.post != 0
}

// What became of a look-up.
const (
	stateGone      = "gone"
	stateNotLooked = "not_looked_up"
)

// foundContent is what a look-up of content told.
type foundContent struct {
	title, text string
	author      apiclient.ID
	state       string // "" when it is there
}

// personView is somebody whom a report concerns.
type personView struct {
	ID        apiclient.ID `json:"id"`
	Name      string       `json:"name,omitempty"`
	Email     string       `json:"email,omitempty"`
	CreatedAt string       `json:"created_at,omitempty"`
	State     string       `json:"state,omitempty" jsonschema:"enum=gone,enum=not_looked_up"`

	bio string
}

// caseFile looks up what reports are about and whom they concern: each thing
// once, some side by side, within a number of requests.
type caseFile struct {
	c    *Call
	left func() int

	mu       sync.Mutex
	contents map[reportedContent]foundContent
	people   map[apiclient.ID]personView
	// trouble is the error that ended the look-ups; others would meet it too.
	trouble error
}

func newCaseFile(c *Call, left func() int) *caseFile {
	return &caseFile{c: c, left: left, contents: map[reportedContent]foundContent{}, people: map[apiclient.ID]personView{}}
}

// sideBySide runs look-ups side by side until one fails or the requests are spent.
// Only the end of the call itself is an error.
func sideBySide[K any](ctx context.Context, f *caseFile, keys []K, lookup func(context.Context, K) error) error {
	var group errgroup.Group
	group.SetLimit(lookupsAtOnce)
	for _, key := range keys[:min(len(keys), f.left())] {
		group.Go(func() error {
			if f.ended() || f.left() == 0 {
				return nil
			}
			err := lookup(ctx, key)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			f.mu.Lock()
			defer f.mu.Unlock()
			if f.trouble == nil {
				f.trouble = err
			}
			return nil
		})
	}
	return group.Wait()
}

func (f *caseFile) ended() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.trouble != nil
}

// readContents looks up what is not known yet of what was written.
func (f *caseFile) readContents(ctx context.Context, contents []reportedContent) error {
	seen := map[reportedContent]bool{}
	var unknown []reportedContent
	for _, content := range contents {
		_, known := f.contents[content]
		if !known && !seen[content] && (content.hasAuthor() || content.kind == reportedSpace) {
			unknown = append(unknown, content)
		}
		seen[content] = true
	}
	return sideBySide(ctx, f, unknown, func(ctx context.Context, content reportedContent) error {
		what, err := f.content(ctx, content)
		if apiclient.KindOf(err) == apiclient.NotFound {
			what, err = foundContent{state: stateGone}, nil
		}
		if err != nil {
			return err
		}
		if content.hasAuthor() {
			f.c.kept.authors.put(f.c.network, content, what.author)
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		f.contents[content] = what
		return nil
	})
}

func (f *caseFile) content(ctx context.Context, content reportedContent) (foundContent, error) {
	switch content.kind {
	case reportedPost:
		post, err := f.c.API.Posts().Get(ctx, content.id)
		if err != nil {
			return foundContent{}, err
		}
		return foundContent{title: line(post.Title), text: excerpt(post.Description), author: post.CreatorID}, nil
	case reportedComment:
		comment, err := f.c.API.Comments().Get(ctx, content.post, content.id)
		if err != nil {
			return foundContent{}, err
		}
		return foundContent{text: excerpt(comment.Text), author: comment.AuthorID}, nil
	}
	space, err := f.c.API.Spaces().Get(ctx, content.id)
	if err != nil {
		return foundContent{}, err
	}
	return foundContent{title: line(space.Name)}, nil
}

// authorOf returns who is behind what a report is about; 0 when that is not
// known. It requests nothing.
func (f *caseFile) authorOf(content reportedContent) apiclient.ID {
	if content.kind == reportedMember {
		return content.id
	}
	if what, known := f.contents[content]; known {
		return what.author
	}
	author, _ := f.c.kept.authors.get(f.c.network, content)
	return author
}

// authorUnknown reports whether a look-up could still tell who is behind it.
func (f *caseFile) authorUnknown(content reportedContent) bool {
	if !content.hasAuthor() {
		return false
	}
	_, here := f.contents[content]
	_, before := f.c.kept.authors.get(f.c.network, content)
	return !here && !before
}

// readPeople looks members up. Those in whole are wanted with their bio; the
// names of others can come from what is kept, for no request.
func (f *caseFile) readPeople(ctx context.Context, whole, named []apiclient.ID) error {
	wanted := map[apiclient.ID]bool{}
	var ids []apiclient.ID
	for _, id := range whole {
		if id != 0 && !wanted[id] {
			wanted[id] = true
			ids = append(ids, id)
		}
	}
	f.know(ctx, named)
	for _, id := range named {
		if _, known := f.people[id]; !known && id != 0 && !wanted[id] {
			wanted[id] = true
			ids = append(ids, id)
		}
	}
	return sideBySide(ctx, f, ids, func(ctx context.Context, id apiclient.ID) error {
		person := personView{ID: id, State: stateGone}
		member, err := f.c.API.Members().Get(ctx, id)
		if apiclient.KindOf(err) == apiclient.NotFound {
			err = nil
		} else if err == nil {
			person = personView{ID: id, Name: line(member.FullName()), Email: line(member.Email), CreatedAt: stamp(member.CreatedAt), bio: excerpt(member.Bio)}
		}
		if err != nil {
			return err
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		f.people[id] = person
		return nil
	})
}

// know takes those people who are kept, for no request.
func (f *caseFile) know(ctx context.Context, ids []apiclient.ID) {
	for _, m := range f.c.known(ctx, ids) {
		f.people[apiclient.ID(m.ID)] = personView{ID: apiclient.ID(m.ID), Name: rowName(m), Email: line(m.Email), CreatedAt: rowJoined(m)}
	}
}

// person shows somebody, with no more than the id where nobody looked.
func (f *caseFile) person(id apiclient.ID) *personView {
	if id == 0 {
		return nil
	}
	person, looked := f.people[id]
	if !looked {
		person = personView{ID: id, State: stateNotLooked}
	}
	return &person
}

// readReports reads all reports, or as many as it may. There is no filter and
// no stated order, so the newest are found only by reading all.
func readReports(ctx context.Context, c *Call, left func() int) (reports []apiclient.AbuseReport, complete bool, err error) {
	seen := map[apiclient.ID]bool{}
	for next := 1; next != 0; {
		if left() == 0 || len(reports) >= maxReports {
			return reports, false, nil
		}
		page, err := c.API.AbuseReports().List(ctx, apiclient.ListOptions{Page: next, PerPage: apiclient.MaxPerPage})
		if err != nil {
			return nil, false, err
		}
		for _, report := range page.Items {
			if !seen[report.ID] {
				seen[report.ID] = true
				reports = append(reports, report)
			}
		}
		next = page.NextPage
	}
	return reports, true, nil
}

// maxReports bounds the reports that one call holds.
const maxReports = 5_000
