package tools

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// directoryTools look after the directory.
//
// refresh_directory changes nothing in the community and gives nothing away,
// so it is a read, and works on a read-only server. What it spends is bounded
// by an argument that is 0 where it is left out, and then it only tells the
// cost; the operator says whose calls may spend at all.
func directoryTools() []Tool {
	return []Tool{
		read(Doc{
			Name: "refresh_directory", Title: "Refresh member directory", Toolset: membersToolset,
			About: "Reads the member list that searches, reports and exports use. First call tells the cost; goes on where it stopped.",
		}, refreshDirectory),
	}
}

type refreshDirectoryIn struct {
	MaxRequests int `json:"max_requests,omitempty" jsonschema:"minimum=0,maximum=20000,default=0" jsonschema_description:"requests to spend at most"`
}

// requestsUpTo implements [budgeted].
func (in refreshDirectoryIn) requestsUpTo() int { return in.MaxRequests }

type refreshDirectoryOut struct {
	Members    int    `json:"members"`
	Gone       int    `json:"gone"`
	Complete   bool   `json:"complete"`
	AgeSeconds *int   `json:"age_seconds,omitempty"`
	Estimate   int    `json:"estimated_requests,omitempty" jsonschema_description:"until it is done; missing: unknown"`
	Bytes      int64  `json:"bytes"`
	Requests   int    `json:"requests"`
	Note       string `json:"note,omitempty"`
}

// namedKinds are the lists of names that are read along with the members.
const namedKinds = 4

func refreshDirectory(ctx context.Context, c *Call, in refreshDirectoryIn) (refreshDirectoryOut, error) {
	if c.off() {
		return refreshDirectoryOut{}, &Obstacle{Message: "This server keeps no directory, so every search reads the lists it needs. The operator can switch it on: directory.keep in the configuration file, or MIGHTY_DIRECTORY_KEEP, file or memory."}
	}
	if in.MaxRequests > 0 && !c.maySpend {
		return refreshDirectoryOut{}, &Obstacle{Message: "Your role may not spend requests on reading the member list. Nothing was read. The operator says who may: directory.refresh_roles."}
	}
	before, err := c.local.List(ctx, inNetwork())
	if err != nil {
		return refreshDirectoryOut{}, err
	}
	if in.MaxRequests == 0 {
		out, err := c.directoryAnswer(ctx, before)
		out.Note = strings.Join(slices.Concat([]string{costOf(before, out.Estimate)}, nonEmpty(c.monthLeft(ctx, int64(out.Estimate))), nonEmpty(out.Note)), " ")
		return out, err
	}
	ctx, spending := spendingUpTo(ctx, in.MaxRequests)
	r, err := c.roster(ctx, inNetwork(), reading{fresh: true, left: spending.left})
	if err != nil {
		return refreshDirectoryOut{}, err
	}
	after, err := c.local.List(ctx, inNetwork())
	if err == nil && after.Walking.IsZero() {
		err = c.refreshNames(ctx, spending.left)
	}
	if err != nil {
		return refreshDirectoryOut{}, err
	}
	out, err := c.directoryAnswer(ctx, after)
	if after.Walking.IsZero() {
		out.Estimate = 0
	}
	out.Requests, out.Note = spending.spent(), strings.TrimSpace(strings.Join(append(r.notes, nonEmpty(out.Note)...), " "))
	return out, err
}

// costOf tells what a reading would spend.
func costOf(state store.ListState, estimate int) string {
	if estimate == 0 {
		return fmt.Sprintf("Nothing was read. A reading takes 1 request for each 100 members and %d more; how many members there are is not known. Call again with max_requests.", namedKinds)
	}
	return fmt.Sprintf("Nothing was read. A reading takes about %d requests. Call again with max_requests to spend them.", estimate)
}

// monthLeft tells what is left of the month's allowance, and what requests
// beyond it cost; "" where there is none.
func (c *Call) monthLeft(ctx context.Context, estimate int64) string {
	if c.account == nil {
		return ""
	}
	r, err := c.account.Report(ctx, c.clock())
	if err != nil || r.Allowance == 0 {
		return ""
	}
	left := max(r.Left, 0)
	said := fmt.Sprintf("Of the %d requests that this month includes %d are left", r.Allowance, left)
	if over := estimate - left; over > 0 {
		said += fmt.Sprintf(", so that about %d of these would be beyond it", over)
	}
	if price := c.account.Terms().PricePerThousand; price > 0 {
		said += fmt.Sprintf("; a thousand beyond it cost %d cents", price)
	}
	return said + "."
}

// directoryAnswer describes the directory.
func (c *Call) directoryAnswer(ctx context.Context, state store.ListState) (refreshDirectoryOut, error) {
	status, err := c.local.Status(ctx)
	out := refreshDirectoryOut{
		Members: status.Members.Members, Gone: status.Gone, Complete: !state.Since.IsZero(), Bytes: status.Bytes, Note: status.Note,
	}
	since := state.Since
	if since.IsZero() {
		since = state.Walking
	}
	out.AgeSeconds = c.age(c.older(c.clock(), since))
	if !state.Since.IsZero() {
		out.Estimate = c.pagesToCome(state, c.freshWithin()) + namedKinds
	}
	return out, err
}

// refreshNames reads the names of spaces, plans, tags and badges.
func (c *Call) refreshNames(ctx context.Context, left func() int) error {
	ctx = apiclient.Fresh(ctx)
	all := apiclient.ListOptions{PerPage: apiclient.MaxPerPage}
	return errors.Join(
		keepNames(ctx, c, left, store.NamedSpace, c.API.Spaces().All(ctx, all), func(s apiclient.Space) (apiclient.ID, string) { return s.ID, s.Name }),
		keepNames(ctx, c, left, store.NamedPlan, c.API.Plans().All(ctx, all), func(p apiclient.Plan) (apiclient.ID, string) { return p.ID, p.Name }),
		keepNames(ctx, c, left, store.WithTag, c.API.Tags().All(ctx, all), func(t apiclient.Tag) (apiclient.ID, string) { return t.ID, t.Title }),
		keepNames(ctx, c, left, store.WithBadge, c.API.Badges().All(ctx, all), func(b apiclient.Badge) (apiclient.ID, string) { return b.ID, b.Title }),
	)
}

// keepNames reads one list of names, and keeps it if it came to its end.
func keepNames[T any](ctx context.Context, c *Call, left func() int, kind string, all iter.Seq2[T, error], name func(T) (apiclient.ID, string)) error {
	names := map[uint64]string{}
	if left() == 0 {
		return nil
	}
	for one, err := range all {
		if err != nil {
			return err
		}
		id, title := name(one)
		names[uint64(id)] = title
		if len(names)%apiclient.MaxPerPage == 0 && left() == 0 {
			return nil
		}
	}
	return c.local.SaveNames(ctx, kind, c.Now, names)
}

// DirectoryAge is how old a directory is, for people.
func DirectoryAge(state store.ListState, now time.Time) string {
	age := "of unknown age, since the clock was set back"
	if old := now.Sub(state.Since); old >= 0 {
		age = old.Round(time.Second).String() + " old"
	}
	switch {
	case !state.Since.IsZero() && !state.Walking.IsZero():
		return fmt.Sprintf("complete, %s; a newer reading has come to page %d", age, state.Next)
	case !state.Since.IsZero():
		return "complete, " + age
	case !state.Walking.IsZero():
		return fmt.Sprintf("not complete: the reading has come to page %d", state.Next)
	}
	return "not read yet"
}
