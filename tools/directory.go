package tools

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// DirectoryRules say how the networks' directories are used.
type DirectoryRules struct {
	// MaxAge is how old a list may be before it is read anew; 0 is
	// [config.DefaultDirectoryAge].
	MaxAge time.Duration
	// RefreshRoles are the roles whose calls may spend requests on reading
	// lists; nil is [config.LocalRole] alone.
	RefreshRoles []string
}

// directoryAccess is what a call needs to use the directory.
type directoryAccess struct {
	maxAge time.Duration
	// maySpend: the caller's role may spend requests on reading lists.
	maySpend bool
	roles    []string
}

// keepingTo returns the networks with the rules for their directories.
func (n networks) keepingTo(r DirectoryRules) networks {
	if r.MaxAge <= 0 {
		r.MaxAge = config.DefaultDirectoryAge
	}
	if r.RefreshRoles == nil {
		r.RefreshRoles = []string{config.LocalRole}
	}
	keeping := slices.Clone(n)
	for i := range keeping {
		keeping[i].access = directoryAccess{maxAge: r.MaxAge, roles: r.RefreshRoles}
	}
	return keeping
}

// calledBy returns the networks for the calls of one caller.
func (n networks) calledBy(caller guardrails.Caller) networks {
	called := slices.Clone(n)
	for i := range called {
		called[i].access.maySpend = slices.Contains(called[i].access.roles, cmp.Or(caller.Role, guardrails.RoleLocal))
	}
	return called
}

// off reports that the operator keeps no directory.
func (c *Call) off() bool { return c.local == nil }

// directory returns the network's directory. Where the operator keeps none, it
// is one in memory that ends with the call.
func (c *Call) directory() store.Directory {
	if c.local != nil {
		return c.local
	}
	if c.passing == nil {
		c.passing = store.NewMemoryDirectory()
	}
	return c.passing
}

// end forgets what a call has kept for itself.
func (c *Call) end() {
	if c.passing != nil {
		_ = c.passing.Close()
		c.passing = nil
	}
}

// turn is a list that one call at a time reads; others that need it wait and
// then find it read.
type turn struct {
	network string
	list    store.MemberList
}

type turns struct {
	mu    sync.Mutex
	taken map[turn]chan struct{}
}

// take waits for the turn.
func (t *turns) take(ctx context.Context, of turn) (release func(), err error) {
	for {
		t.mu.Lock()
		other, taken := t.taken[of]
		if !taken {
			mine := make(chan struct{})
			t.taken[of] = mine
			t.mu.Unlock()
			return func() {
				t.mu.Lock()
				delete(t.taken, of)
				t.mu.Unlock()
				close(mine)
			}, nil
		}
		t.mu.Unlock()
		select {
		case <-other:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// sightings returns what takes note of members that are read from now on, with
// the returned context. A single read that passes by so keeps the directory
// fresh. An answer that the client had kept is not taken: nobody knows as of
// when it is. That it cannot be kept is no reason to fail a call.
func (c *Call) sightings(ctx context.Context) (context.Context, func(members ...apiclient.Member)) {
	if c.local == nil {
		return ctx, func(...apiclient.Member) {}
	}
	asOf, err := c.local.Clock(ctx)
	ctx, meter := apiclient.WithMeter(ctx)
	return ctx, func(members ...apiclient.Member) {
		if err == nil && meter.Cached() == 0 {
			_ = c.local.Save(ctx, asOf, directoryMembers(members)...)
		}
	}
}

// member requests a member, and takes note of them or of their absence.
func (c *Call) member(ctx context.Context, id apiclient.ID) (*apiclient.Member, error) {
	ctx, saw := c.sightings(ctx)
	m, err := c.API.Members().Get(ctx, id)
	switch {
	case err == nil:
		saw(*m)
	case apiclient.KindOf(err) == apiclient.NotFound && c.local != nil:
		_ = c.local.Gone(ctx, uint64(id))
	}
	return m, err
}

// maxReread bounds how many members are read again for one question.
const maxReread = 20

// reread reads members again whom our own writes changed.
func (c *Call) reread(ctx context.Context, d store.Directory, r reading, out *roster) error {
	ids, all, err := d.Touched(ctx, maxReread)
	if err != nil || all == 0 {
		return err
	}
	read, _, err := c.lookUp(ctx, ids, r)
	if left := all - read; left > 0 && err == nil {
		out.note("%d members were changed through this server and not read again since.", left)
	}
	return err
}

// lookUp reads members one by one, as far as may be spent, and counts those who
// were there. An answer that does not come is no error.
func (c *Call) lookUp(ctx context.Context, ids []uint64, r reading) (read int, there int64, err error) {
	if !c.maySpend {
		return 0, 0, nil
	}
	ids = ids[:min(len(ids), r.left())]
	var found atomic.Int64
	group, asking := errgroup.WithContext(ctx)
	group.SetLimit(lookupsAtOnce)
	for _, id := range ids {
		group.Go(func() error {
			_, err := c.member(apiclient.Fresh(asking), apiclient.ID(id))
			switch {
			case err == nil:
				found.Add(1)
			case apiclient.KindOf(err) == apiclient.NotFound:
				err = nil
			}
			return err
		})
	}
	err = group.Wait()
	switch {
	case err == nil:
		return len(ids), found.Load(), nil
	case ctx.Err() != nil && apiclient.KindOf(err) == "":
		return 0, 0, err
	}
	return 0, found.Load(), nil
}

// maxUnseen bounds how many members are looked up after a reading: a hundredth
// of what a large network's takes.
const maxUnseen = 10

// unseen settles after a reading of the network who was there before and on no
// page of it: somebody who left, or who was passed over since others did. Who
// is not looked up counts as there until the next reading.
func (c *Call) unseen(ctx context.Context, d store.Directory, r reading, read bool, out *roster) error {
	ids, all, err := d.Unseen(ctx, maxUnseen)
	if err != nil || all == 0 {
		return err
	}
	if read {
		_, there, err := c.lookUp(ctx, ids, r)
		if err != nil {
			return err
		}
		if there > 0 {
			out.note("%d of those who were there before stood on no page, since others left meanwhile, and were looked up. Somebody new who was passed over so as well comes with the next reading.", there)
		}
		if _, all, err = d.Unseen(ctx, 0); err != nil {
			return err
		}
	}
	if all > 0 {
		out.note("%d of those who were there before were not on the list when it was read last, and not looked up: they count as there until the next reading.", all)
	}
	return nil
}

// lookupsAtOnce is how many look-ups of single things run side by side.
const lookupsAtOnce = 4

// known returns those of the members whom the directory has; it requests
// nothing.
func (c *Call) known(ctx context.Context, ids []apiclient.ID) []store.DirectoryMember {
	if c.local == nil {
		return nil
	}
	plain := make([]uint64, len(ids))
	for i, id := range ids {
		plain[i] = uint64(id)
	}
	members, err := c.local.Known(ctx, plain)
	if err != nil {
		return nil
	}
	return slices.DeleteFunc(members, func(m store.DirectoryMember) bool { return !m.Gone.IsZero() })
}
