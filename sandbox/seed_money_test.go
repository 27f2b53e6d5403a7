package sandbox

import (
	"slices"
	"testing"
	"time"
)

// TestPeopleHaveThings: enough of everything to be believed, in the right
// order, and nothing that contradicts something else.
func TestPeopleHaveThings(t *testing.T) {
	box := New(Options{Now: func() time.Time { return noon }})
	m, now := box.community, stampOf(noon)
	tags, badges := m.hidden[kindTag], m.hidden[kindBadge]
	for what, n := range map[string][2]int{
		"orders": {len(m.orders), 40}, "plans": {len(m.plans), 6}, "tags": {len(tags.options), 8}, "badges": {len(badges.options), 6},
		"tagged members": {len(tags.answers), 40}, "decorated members": {len(badges.answers), 30}, "invitations": {len(m.invites), 6},
	} {
		if n[0] < n[1] {
			t.Errorf("%d %s, want at least %d", n[0], what, n[1])
		}
	}
	var before stamp
	trials := 0
	for _, id := range m.orderList {
		o := m.orders[id]
		if o.purchased < before || o.purchased < o.member.created || o.purchased > now || o.canceled > now {
			t.Errorf("order %d was made at %d and cancelled at %d, by somebody who joined at %d", id, o.purchased, o.canceled, o.member.created)
		}
		before = o.purchased
		if !slices.Contains(m.ordersOf[o.member.id], o) {
			t.Errorf("order %d is not among its member's", id)
		}
		if start, end := o.period(now); o.trialDays > 0 && o.gives(now) && (start > now || end <= now) {
			t.Errorf("order %d is in a period from %d to %d", id, start, end)
		}
		if o.trialDays > 0 {
			trials++
		}
		if o.plan == nil || !o.gives(now) {
			continue
		}
		for _, space := range o.plan.spaces {
			if sp := m.spaces[space]; !sp.members.has(o.member.id) || o.plan.paid() != sp.paid[o.member.id] {
				t.Errorf("order %d does not show in space %s", id, sp.name)
			}
		}
	}
	if trials == 0 {
		t.Error("no trials")
	}
	for _, sp := range m.spaces {
		for id := range sp.paid {
			if !m.pays(sp, id, now) {
				t.Errorf("%d pays nothing for %s", id, sp.name)
			}
		}
	}
	for _, f := range m.fields {
		for id, given := range f.answers {
			if m.active(id) == nil || given.created < m.members[id].created || given.edited > now || (given.text == "") == (len(given.picked) == 0) {
				t.Errorf("answer of %d to %s: %+v", id, f.title, given)
			}
		}
	}
}
