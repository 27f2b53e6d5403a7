package sandbox

import "slices"

// ledger is what the network sells and gives away, and who has it.
type ledger struct {
	plans     map[uint64]*plan
	planOrder idSet
	orders    map[uint64]*order
	orderList idSet
	ordersOf  map[uint64][]*order // by member, oldest first

	invites    map[uint64]*invite
	inviteList idSet

	lastOrder, lastInvite uint64
}

func newLedger() ledger {
	return ledger{
		plans: map[uint64]*plan{}, orders: map[uint64]*order{}, ordersOf: map[uint64][]*order{}, invites: map[uint64]*invite{},
		lastOrder: firstOrder, lastInvite: firstInvite,
	}
}

// order is one person's purchase of a plan, a subscription among them: both
// are the same record here and share their numbers, because the vendor says of
// the purchase list that it holds the subscriptions too.
type order struct {
	id        uint64
	member    *member
	plan      *plan // nil when it was deleted later
	kind      string
	amount    uint64 // in cents, as it was when bought
	currency  string
	interval  string // "month" or "year"; "one_time" for a purchase
	platform  string
	tax       uint64 // percent
	trialDays uint64
	purchased stamp
	canceled  stamp // 0: runs
	ends      stamp // when access ends, once cancelled
}

func (o *order) subscription() bool { return o.kind == pricedSubscription }

// gives reports whether the order gives access at a moment.
func (o *order) gives(at stamp) bool { return o.canceled == 0 || at < o.ends }

// period is the billing period that a moment is in: the trial, or a month or
// year counted from its end.
func (o *order) period(at stamp) (start, end stamp) {
	if o.canceled != 0 {
		at = min(at, o.canceled)
	}
	paid := o.purchased + stamp(o.trialDays)*secondsPerDay
	if at < paid {
		return o.purchased, paid
	}
	months := 1
	if o.interval == "year" {
		months = 12
	}
	end = paid
	for n := 1; end <= at; n++ {
		start, end = end, stampOf(paid.time().AddDate(0, n*months, 0))
	}
	return start, end
}

// cancel ends an order: at once, or when what was paid for is used up. A
// purchase has no cycle to wait for.
func (o *order) cancel(now stamp, immediate bool) {
	_, end := o.period(now)
	if immediate || !o.subscription() {
		end = now
	}
	if o.canceled == 0 {
		o.canceled = now
	}
	o.ends = end
}

func (l *ledger) addOrder(o *order) *order {
	l.lastOrder++
	o.id = l.lastOrder
	l.orders[o.id] = o
	l.orderList.add(o.id)
	l.ordersOf[o.member.id] = append(l.ordersOf[o.member.id], o)
	return o
}

// orderFor is the order that gives a person a plan, or nil.
func (l *ledger) orderFor(pl *plan, member uint64, at stamp) *order {
	for _, o := range l.ordersOf[member] {
		if o.plan == pl && o.gives(at) {
			return o
		}
	}
	return nil
}

// has reports whether a person has access to a plan, bought or granted.
func (l *ledger) has(pl *plan, member uint64, at stamp) bool {
	return pl.status != planArchived && (pl.granted[member] || l.orderFor(pl, member, at) != nil)
}

// pays reports whether a person holds a paid plan that a space is part of.
func (l *ledger) pays(sp *space, member uint64, at stamp) bool {
	return slices.ContainsFunc(l.ordersOf[member], func(o *order) bool {
		return o.plan != nil && o.plan.paid() && o.gives(at) && slices.Contains(o.plan.spaces, sp.id)
	})
}

// settle keeps the index of a plan's spaces in step after an order of it ended.
func (m *community) settle(pl *plan, member uint64, now stamp) {
	for _, id := range pl.spaces {
		if sp := m.spaces[id]; sp != nil && sp.paid[member] && !m.pays(sp, member, now) {
			delete(sp.paid, member)
		}
	}
}

// endPlans ends everything a person bought or was granted.
func (m *community) endPlans(member uint64, now stamp) {
	for _, pl := range m.plans {
		m.revoke(pl, member, now)
	}
	for _, o := range m.ordersOf[member] { // of deleted plans too
		if o.gives(now) {
			o.cancel(now, true)
		}
	}
}

// end cancels one order, and takes what it brought when nothing else gives it.
func (m *community) end(o *order, immediate bool, now stamp) {
	o.cancel(now, immediate)
	if o.plan != nil && !m.has(o.plan, o.member.id, now) {
		m.revoke(o.plan, o.member.id, now)
	}
}

// revoke takes a plan from a person at once, and the places in spaces that it
// brought: not those that they had already or that another plan gives as well.
func (m *community) revoke(pl *plan, member uint64, now stamp) {
	for _, o := range m.ordersOf[member] {
		if o.plan == pl && o.gives(now) {
			o.cancel(now, true)
		}
	}
	delete(pl.granted, member)
	m.settle(pl, member, now)
	for _, id := range pl.spaces {
		place := seat{id, member}
		if !pl.seats[place] {
			continue
		}
		delete(pl.seats, place)
		if heir := m.otherPlan(pl, place, now); heir != nil {
			heir.seats[place] = true
		} else if sp := m.spaces[id]; sp != nil {
			sp.drop(member)
		}
	}
}

// otherPlan finds another plan that gives the same place.
func (m *community) otherPlan(but *plan, place seat, now stamp) *plan {
	for _, id := range m.planOrder {
		if pl := m.plans[id]; pl != but && slices.Contains(pl.spaces, place.space) && m.has(pl, place.member, now) {
			return pl
		}
	}
	return nil
}

// vacate forgets the places a plan gave somebody who leaves: should they come
// back to them, it is not by the plan.
func (pl *plan) vacate(member uint64) {
	for _, id := range pl.spaces {
		delete(pl.seats, seat{id, member})
	}
}
