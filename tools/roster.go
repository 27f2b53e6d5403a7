package tools

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// Jobs over many members work on the directory, a local copy of the lists that
// they need. The API has no search and no filter, so that such a list has to
// be read to its end once; what was paid for is kept as long as the operator
// says. See [store.Directory].

// inNetwork is the list of all members.
func inNetwork() store.MemberList { return store.MemberList{Kind: store.InNetwork} }

// page requests one page of a list.
func (c *Call) page(ctx context.Context, list store.MemberList, number int) (*apiclient.Page[apiclient.Member], error) {
	at := apiclient.ListOptions{Page: number, PerPage: apiclient.MaxPerPage}
	switch list.Kind {
	case store.InSpace:
		return c.API.SpaceMembers().List(ctx, apiclient.ID(list.ID), at)
	case store.OnPlan:
		return c.API.PlanMembers().List(ctx, apiclient.ID(list.ID), at)
	default:
		return c.API.Members().List(ctx, at)
	}
}

// reading says how a list is read.
type reading struct {
	// fresh refuses what was kept before the call.
	fresh bool
	// approved: a person has agreed to the whole of it and to what it costs, so
	// a part of it is not what they want.
	approved bool
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

// roster is how well a list is known, after what could be done was done.
type roster struct {
	list store.MemberList
	// size is how many members are known.
	size int
	// since is when the oldest part of it was read; zero: that is not known.
	since time.Time
	// complete says that the list was read to its end.
	complete bool
	notes    []string
}

func (r *roster) note(format string, args ...any) {
	r.notes = append(r.notes, fmt.Sprintf(format, args...))
}

// roster reads a list as far as it has to and may be read. Errors are the
// API's; they fail the call only where nothing at all is known. Pages that came
// before one are kept.
func (c *Call) roster(ctx context.Context, list store.MemberList, r reading) (roster, error) {
	d := c.directory()
	before, err := d.List(ctx, list)
	if err != nil {
		return roster{}, err
	}
	release, err := c.kept.turns.take(ctx, turn{c.network, list})
	if err != nil {
		return roster{}, err
	}
	defer release()
	state, err := d.List(ctx, list)
	if err != nil {
		return roster{}, err
	}
	out := roster{list: list}
	// What somebody else began to read while this call waited is fresh.
	r.fresh = r.fresh && state.Walks == before.Walks
	read := false
	if c.due(ctx, list, state, r, &out) {
		if read, err = c.walk(ctx, d, list, state, r, &out); err != nil {
			return roster{}, err
		}
		if state, err = d.List(ctx, list); err != nil {
			return roster{}, err
		}
	}
	if list.Kind == store.InNetwork {
		if err := c.unseen(ctx, d, r, read, &out); err != nil {
			return roster{}, err
		}
		if err := c.reread(ctx, d, r, &out); err != nil {
			return roster{}, err
		}
	}
	out.settle(c, state, r)
	return out, nil
}

// settle says how well the list is known.
func (r *roster) settle(c *Call, state store.ListState, asked reading) {
	r.size, r.complete, r.since = state.Members, !state.Since.IsZero(), c.older(c.clock(), state.Since)
	switch {
	case r.complete && asked.fresh && !state.Walking.IsZero():
		r.note("Reading anew has come to page %d; the same call again goes on, and until it is done this is of the reading before.", state.Next)
	case !r.complete:
		r.since = c.older(c.clock(), state.Walking)
	}
	if !r.complete && len(r.notes) == 0 {
		if c.off() {
			r.note("Only the first %d members were read: max_requests was spent, and this server keeps nothing to go on from. Raise max_requests.", r.size)
		} else {
			r.note("Only the first %d members were read: max_requests was spent. The same call again goes on from there.", r.size)
		}
	}
}

// due reports whether a list is to be read, and notes why not where that
// matters. What nobody asked to be read leaves the rest of the month alone once
// that is short: it is for what people ask for, and for writes.
func (c *Call) due(ctx context.Context, list store.MemberList, state store.ListState, r reading, out *roster) bool {
	known := !state.Since.IsZero()
	old := !known || c.isOld(state.Since, c.maxAge) || state.Touched
	if !r.fresh && !old {
		return false
	}
	if !c.maySpend {
		what := "what is there is not fresh"
		switch {
		case old && known:
			what = "what is there is old"
		case !known:
			what = "the list was not read to its end"
		}
		out.note("%s, and your role may not spend requests on reading it. Somebody who may can use refresh_directory.", strings.ToUpper(what[:1])+what[1:])
		return false
	}
	if r.fresh {
		return true
	}
	cost := r.left()
	if known {
		cost = c.pagesToCome(state, c.maxAge)
	}
	if cost > r.left() {
		out.note("What is there is old. Reading it anew takes about %d requests: refresh_directory does, or fresh with so many max_requests.", cost)
		return false
	}
	if room, bounded := c.room(ctx); bounded && int64(cost) > room && !r.approved {
		out.note("This is of what is there: to read the list takes up to %d requests, and %d are left before the month's warning level. %s", cost, room, c.whoReads(list))
		return false
	}
	return true
}

// room is how many requests are left before the warning level. An account that
// cannot be read bounds nothing.
func (c *Call) room(ctx context.Context) (room int64, bounded bool) {
	if c.account == nil {
		return 0, false
	}
	room, bounded, err := c.account.Room(ctx, c.clock())
	return room, bounded && err == nil
}

// whoReads tells how a list is read all the same.
func (c *Call) whoReads(list store.MemberList) string {
	if list.Kind != store.InNetwork || c.off() {
		return "The same call with fresh and as many max_requests reads it all the same."
	}
	return "refresh_directory reads it all the same, and tells the cost first."
}

// pagesToCome is about how many requests a reading needs until its end. Of a
// list that was never read to its end nobody knows.
func (c *Call) pagesToCome(state store.ListState, within time.Duration) int {
	pages := (state.Members + apiclient.MaxPerPage - 1) / apiclient.MaxPerPage
	if c.goesOn(state, within) {
		pages -= max(state.Next-2, 0) // the last one is read again
	}
	return max(1, pages)
}

// goesOn reports whether a reading under way is young enough to go on with.
func (c *Call) goesOn(state store.ListState, within time.Duration) bool {
	return !state.Walking.IsZero() && !c.isOld(state.Walking, within)
}

// freshWithin is how old a reading under way may be that counts as fresh: long
// enough to read a large network in several calls.
func (c *Call) freshWithin() time.Duration { return max(time.Hour, c.maxAge/4) }

// walk reads a list page by page. What stops it is noted where the list is
// known from before, if only a part of it, and an error where it is not. read says that it was read
// to its end.
func (c *Call) walk(ctx context.Context, d store.Directory, list store.MemberList, state store.ListState, r reading, out *roster) (read bool, err error) {
	within := c.maxAge
	if r.fresh && !state.Since.IsZero() {
		within = c.freshWithin()
	}
	goesOn := c.goesOn(state, within)
	if goesOn && state.Next > 1 && r.left() == 1 {
		out.note("To go on with the reading takes at least 2 requests, since the last page has to be read again: raise max_requests.")
		return false, nil
	}
	read, err = c.readPages(ctx, d, list, !goesOn, r)
	switch {
	case err == nil:
		return read, nil
	case errors.Is(err, store.ErrHeld):
		out.note("Another process reads this list at the moment; this is what is there so far.")
		return false, nil
	case ctx.Err() != nil, errors.Is(err, context.Canceled):
		return false, err
	case !state.Since.IsZero():
		out.note("It could not be read anew: %s. This is of the reading before.%s", readProblem(err), nextAfter(err))
		return false, nil
	}
	if part, listing := d.List(ctx, list); listing != nil || part.Members == 0 || r.approved {
		return false, err
	}
	out.note("The rest of the list could not be read: %s. This is of the members who were read so far.%s", readProblem(err), nextAfter(err))
	return false, nil
}

// nextAfter is what to do about an error of the API, as the end of a note.
func nextAfter(err error) string {
	if api := (*apiclient.Error)(nil); errors.As(err, &api) {
		return " " + api.Advice()
	}
	return ""
}

// readPages requests pages until the end of the list or of what may be spent.
func (c *Call) readPages(ctx context.Context, d store.Directory, list store.MemberList, anew bool, r reading) (whole bool, err error) {
	walk, err := c.hold(ctx, d, list, anew)
	if err != nil {
		return false, err
	}
	defer func() { _ = d.End(ctx, walk) }()
	// A kept answer would be older than the clock that the page is filed under.
	ctx = apiclient.Fresh(ctx)
	for waits := 0; walk.Next != 0 && r.left() > 0; {
		if guardrails.CallerLeft(ctx) {
			return false, context.Canceled
		}
		page, err := c.page(ctx, list, walk.Next)
		if waits < maxWaits && c.waited(ctx, err, walk.Seen) {
			waits++
			continue
		}
		if err != nil {
			return false, err
		}
		further, err := d.Page(ctx, walk, directoryMembers(page.Items), page.NextPage)
		switch {
		case errors.Is(err, store.ErrRepeats):
			return false, &Obstacle{Message: "The API sends the same members again and again, so the list cannot be read to its end."}
		case errors.Is(err, store.ErrLost):
			return false, &Obstacle{Message: "The directory was cleared, or another process took the reading over. The same call again begins anew."}
		case err != nil:
			return false, err
		}
		walk, waits = further, 0
		c.Progress(walk.Seen, 0, "members read")
	}
	return walk.Next == 0, nil
}

// How long a call waits for another process that reads the same list.
const (
	holdWait  = 10 * time.Second
	holdPause = 200 * time.Millisecond
)

// hold takes hold of the reading of a list.
func (c *Call) hold(ctx context.Context, d store.Directory, list store.MemberList, anew bool) (store.Walk, error) {
	for end := time.Now().Add(holdWait); ; {
		walk, err := d.Begin(ctx, list, c.Now, anew)
		if !errors.Is(err, store.ErrHeld) || time.Now().After(end) {
			return walk, err
		}
		select {
		case <-ctx.Done():
			return store.Walk{}, ctx.Err()
		case <-time.After(holdPause):
		}
	}
}

// isOld also holds when the clock was set back, since the age is not known
// then.
func (c *Call) isOld(read time.Time, within time.Duration) bool {
	age := c.clock().Sub(read)
	return age < 0 || age >= within
}

// older returns the older of two times at which something was read. The zero
// time is not known, and so is one that is still to come.
func (c *Call) older(a, b time.Time) time.Time {
	switch {
	case a.IsZero(), b.IsZero(), b.After(c.clock()):
		return time.Time{}
	case b.Before(a):
		return b
	}
	return a
}

// age is how old what was read at a time is, in whole seconds; nil where that
// is not known.
func (c *Call) age(since time.Time) *int {
	if since.IsZero() {
		return nil
	}
	age := max(0, int(c.clock().Sub(since)/time.Second))
	return &age
}
