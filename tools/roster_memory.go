package tools

import (
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
)

// DefaultKeepMembers is how long lists of members are kept in memory.
const DefaultKeepMembers = 10 * time.Minute

// maxKeptMembers bounds what is kept of all lists together, at some 150 to 250
// bytes for a member.
const maxKeptMembers = 200_000

// lookupsAtOnce is how many look-ups of single things run side by side.
const lookupsAtOnce = 4

// memberMemory is a [memberSource] that lasts as long as the process. One call
// at a time reads a list; others that need it wait and then find it read.
type memberMemory struct {
	keep  time.Duration
	limit int // members, in all lists together

	mu      sync.Mutex
	shelves map[memberList]*shelf
	epochs  map[string]int // how often a network's members were forgotten
}

func newMemberMemory(keep time.Duration) *memberMemory {
	if keep <= 0 {
		keep = DefaultKeepMembers
	}
	return &memberMemory{keep: keep, limit: maxKeptMembers, shelves: map[memberList]*shelf{}, epochs: map[string]int{}}
}

// shelf is the place of one list. Whoever has put something into turn may
// request; the other fields are guarded by the memory's mu.
type shelf struct {
	turn  chan struct{}
	users int // calls that read it or wait to
	walks int // how often it was begun anew
	kept  *walk
	asked *labelled
	used  time.Time
}

func (s *shelf) size() int {
	n := 0
	if s.kept != nil {
		n = len(s.kept.members)
	}
	if s.asked != nil {
		n += len(s.asked.has)
	}
	return n
}

func (s *shelf) empty() { s.kept, s.asked = nil, nil }

// walk is a list as far as it was read. It is never changed: a further page
// makes another one, so that who reads the members is not disturbed.
type walk struct {
	members []rosterMember
	seen    map[apiclient.ID]struct{} // of whoever has the turn; nil at the end
	since   time.Time
	next    int // page; 0 at the end
	full    bool
}

func (w *walk) roster() roster {
	return roster{members: slices.Values(w.members), size: len(w.members), since: w.since, complete: w.next == 0, full: w.full}
}

// with returns the walk with one more page. Members who come twice, because
// somebody left while the list was read, are taken once.
func (w *walk) with(page *apiclient.Page[apiclient.Member], limit int) (*walk, error) {
	further := *w
	for _, m := range page.Items {
		if _, twice := w.seen[m.ID]; twice {
			continue
		}
		if further.full = len(further.members) >= limit; further.full {
			break
		}
		w.seen[m.ID] = struct{}{}
		further.members = append(further.members, rosterMemberOf(m))
	}
	further.next = page.NextPage
	if further.full {
		further.next = w.next
		return &further, nil
	}
	if page.NextPage != 0 && len(page.Items) > 0 && len(further.members) == len(w.members) {
		return nil, &Obstacle{Message: "The API sends the same members again and again, so the list cannot be read to its end."}
	}
	if page.NextPage == 0 {
		further.seen = nil
	}
	return &further, nil
}

// read implements [memberSource].
func (m *memberMemory) read(ctx context.Context, c *Call, of memberList, r reading) (roster, error) {
	s, epoch, err := m.take(ctx, c, of, r.fresh)
	defer m.release(of, s)
	if err != nil {
		return roster{}, err
	}
	defer func() { <-s.turn }()
	w := m.begun(c, s)
	for w.next != 0 && !w.full && r.left() > 0 {
		page, err := of.page(ctx, c, w.next)
		if err != nil {
			return roster{}, err
		}
		if w, err = w.with(page, m.limit); err != nil {
			return roster{}, err
		}
		m.put(c, of, epoch, func(s *shelf) { s.kept = w })
		c.Progress(len(w.members), 0, "members read")
	}
	return w.roster(), nil
}

// begun returns what is kept of a list, or its beginning.
func (m *memberMemory) begun(c *Call, s *shelf) *walk {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s.kept != nil {
		return s.kept
	}
	s.walks++
	return &walk{since: c.Now, next: 1, seen: map[apiclient.ID]struct{}{}}
}

// take waits for the turn at a list, and empties its shelf where what is kept
// is too old for the call. Release it in any case.
func (m *memberMemory) take(ctx context.Context, c *Call, of memberList, fresh bool) (*shelf, int, error) {
	m.mu.Lock()
	m.sweep(c)
	s := m.shelves[of]
	if s == nil {
		s = &shelf{turn: make(chan struct{}, 1)}
		m.shelves[of] = s
	}
	s.users++
	walks := s.walks
	m.mu.Unlock()

	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return s, 0, ctx.Err()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	s.used = c.Now
	// What somebody else began to read while this call waited is fresh.
	if m.stale(c, s) || fresh && s.walks == walks {
		s.empty()
	}
	return s, m.epochs[of.network], nil
}

func (m *memberMemory) release(of memberList, s *shelf) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s.users--; s.users == 0 && s.size() == 0 {
		delete(m.shelves, of)
	}
}

func (m *memberMemory) stale(c *Call, s *shelf) bool {
	return s.kept != nil && c.Now.Sub(s.kept.since) >= m.keep || s.asked != nil && c.Now.Sub(s.asked.since) >= m.keep
}

// sweep drops what was kept for its time. Networks may have clocks of their
// own only in tests, so the caller's clock decides for all.
func (m *memberMemory) sweep(c *Call) {
	for of, s := range m.shelves {
		if s.users == 0 && m.stale(c, s) {
			delete(m.shelves, of)
		}
	}
}

// put keeps something, unless the members were forgotten since the call began
// to read. Where that is too much for the memory, what was used longest ago
// goes.
func (m *memberMemory) put(c *Call, of memberList, epoch int, change func(*shelf)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.shelves[of]
	if s == nil || m.epochs[of.network] != epoch {
		return
	}
	change(s)
	for {
		total, oldest := 0, (*shelf)(nil)
		for _, other := range m.shelves {
			total += other.size()
			if other != s && other.size() > 0 && (oldest == nil || other.used.Before(oldest.used)) {
				oldest = other
			}
		}
		if total <= m.limit || oldest == nil {
			return
		}
		oldest.empty()
	}
}

// forget implements [memberSource].
func (m *memberMemory) forget(network string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.epochs[network]++
	for of, s := range m.shelves {
		if of.network == network {
			s.empty()
		}
	}
}

// known implements [memberSource].
func (m *memberMemory) known(c *Call, ids map[apiclient.ID]bool) map[apiclient.ID]rosterMember {
	m.mu.Lock()
	var kept *walk
	if s := m.shelves[memberList{network: c.network, kind: inNetwork}]; s != nil && !m.stale(c, s) {
		kept = s.kept
	}
	m.mu.Unlock()
	found := map[apiclient.ID]rosterMember{}
	if kept == nil {
		return found
	}
	for _, member := range kept.members {
		if ids[member.id] {
			found[member.id] = member
		}
	}
	return found
}

// holders implements [memberSource]. The API cannot list who holds a label;
// it can only be asked about one member at a time.
func (m *memberMemory) holders(ctx context.Context, c *Call, of memberList, ids []apiclient.ID, r reading) (labelled, error) {
	s, epoch, err := m.take(ctx, c, of, r.fresh)
	defer m.release(of, s)
	if err != nil {
		return labelled{}, err
	}
	defer func() { <-s.turn }()
	out := m.answered(c, s)
	var mu sync.Mutex
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(lookupsAtOnce)
	ids = slices.DeleteFunc(slices.Clone(ids), func(id apiclient.ID) bool {
		_, answered := out.has[id]
		return answered
	})
	for _, id := range ids[:min(len(ids), r.left())] {
		group.Go(func() error {
			if r.left() == 0 {
				return nil
			}
			holds, err := holds(ctx, c, of, id)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				out.has[id] = holds
			}
			return err
		})
	}
	err = group.Wait()
	kept := out
	m.put(c, of, epoch, func(s *shelf) { s.asked = &kept })
	return out, err
}

// answered returns a copy of the answers that are kept.
func (m *memberMemory) answered(c *Call, s *shelf) labelled {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := labelled{has: map[apiclient.ID]bool{}, since: c.Now}
	if s.asked != nil {
		out.since = s.asked.since
		for id, has := range s.asked.has {
			out.has[id] = has
		}
	} else {
		s.walks++
	}
	return out
}

// holds asks whether one member holds a tag or badge. Not found is a no, also
// for somebody who has left since the list was read.
func holds(ctx context.Context, c *Call, of memberList, member apiclient.ID) (bool, error) {
	var err error
	if of.kind == withTag {
		_, err = c.API.MemberTags().Get(ctx, member, of.id)
	} else {
		_, err = c.API.MemberBadges().Get(ctx, member, of.id)
	}
	if apiclient.KindOf(err) == apiclient.NotFound {
		return false, nil
	}
	return err == nil, err
}
