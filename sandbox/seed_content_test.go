package sandbox

import (
	"testing"
	"time"
)

// TestTheContentHangsTogether: nobody reacts, answers or reports before they
// could, twice, or from outside.
func TestTheContentHangsTogether(t *testing.T) {
	now := stampOf(noon)
	for _, members := range []int{1, 3, FullCast, 250, 2000} {
		box := New(Options{Members: members, Now: func() time.Time { return noon }})
		m := box.community
		for id, sp := range m.spaces {
			if col := m.collections[sp.collection]; sp.collection != 0 && (col == nil || col.system) {
				t.Errorf("%d members: space %d is in collection %d", members, id, sp.collection)
			}
		}
		placed := 0
		for _, id := range m.shelf {
			placed += len(m.collections[id].spaces)
		}
		if placed != len(m.spaces)-1 { // the tool library is in none
			t.Errorf("%d members: %d of %d spaces are in collections", members, placed, len(m.spaces))
		}
		for id, p := range m.polls {
			if sp := m.spaces[p.space]; !sp.members.has(p.creator.id) || p.created < p.creator.created || p.created > now || sp.noPosts || len(p.problems()) > 0 {
				t.Errorf("%d members: poll %d %q by %s: %v", members, id, p.title, p.creator.name(), p.problems())
			}
		}
		for space, overview := range m.courses {
			for _, w := range overview.branch() {
				if w.space != space || w.created > now || len(w.problems()) > 0 || w.id == 0 {
					t.Errorf("%d members: coursework %q: %v", members, w.title, w.problems())
				}
			}
		}
		reacted := 0
		for to, all := range m.reactions {
			seen := map[*member]bool{}
			for i, r := range all {
				reacted++
				if seen[r.member] || r.created > now || r.created < r.member.created || !isEmoji(r.emoji) || i > 0 && r.id < all[i-1].id {
					t.Errorf("%d members: reaction %+v to %v", members, r, to)
				}
				seen[r.member] = true
			}
		}
		for id, all := range m.rsvps {
			e, seen := m.events[id], map[attendance]bool{}
			for _, r := range all {
				if seen[attendance{member: r.member, instance: r.instance}] || r.updated > now || r.updated < e.created || r.updated < r.member.created {
					t.Errorf("%d members: RSVP %+v for %q", members, r, e.details.title)
				}
				if number, there := e.details.occurrence(r.instance); r.instance != 0 && (!there || number != r.number) {
					t.Errorf("%d members: RSVP %d is for no occurrence of %q", members, r.id, e.details.title)
				}
				seen[attendance{member: r.member, instance: r.instance}] = true
			}
		}
		for i, r := range m.reports {
			if r.created > now || r.created < r.reporter.created || r.ignored > now || r.ignored != 0 && r.ignored < r.created || i > 0 && r.created < m.reports[i-1].created {
				t.Errorf("%d members: report %+v", members, r)
			}
			if p := m.posts[r.about.id]; p != nil && p.created > r.created {
				t.Errorf("%d members: post %d was reported before it was written", members, p.id)
			}
		}
		if members >= 250 && (reacted < 2*len(m.posts) || len(m.reports) < 15) {
			t.Errorf("%d members: %d reactions, %d reports", members, reacted, len(m.reports))
		}
	}
}

func TestARenamedSpace(t *testing.T) {
	a := serve(t, Options{})
	space := a.box.Notable().DuplicateSpaces[0]
	if !a.box.SetSpaceName(space, "Reading Room") || a.box.SetSpaceName(1, "x") {
		t.Error("SetSpaceName found the wrong spaces")
	}
	a.want("GET", path("/spaces/%d", space), "", 200, `"name":"Reading Room"`)
	if a.box.Changes() != 0 {
		t.Error("a fixture counts as a change")
	}
}
