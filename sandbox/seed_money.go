package sandbox

import (
	"math/rand/v2"
	"slices"
)

const (
	firstPlan   = 41_000
	firstOrder  = 7_700_000
	firstInvite = 2_300_000
)

// offer is a plan to be seeded: what share of the full members has it, in
// permille.
type offer struct {
	name, description, status, pricing string
	amount                             uint64
	interval                           string
	spaces                             []string // keys
	share                              int
	setup                              func(n *Notable, pl *plan)
}

func offers() []offer {
	return []offer{
		{"Harbour Friends", "Everybody who wants to hear from us.", "visible", pricedFree, 0, "one_time", []string{"print"}, 50,
			func(n *Notable, pl *plan) { n.FreePlan = pl.id; pl.network = true }},
		{"Volunteer Crew", "For those who hold the keys and sweep the floor.", "hidden", pricedNonpaid, 0, "one_time", []string{"tools", "calendar"}, 20,
			func(n *Notable, pl *plan) { n.NonpaidPlan = pl.id }},
		// Who pays for the winter course is settled with its space.
		{"Winter Build", "Ten evenings, one pram dinghy.", "visible", pricedSubscription, 1800, "month", []string{"winter"}, 0,
			func(n *Notable, pl *plan) { n.PaidPlan = pl.id }},
		{"Workshop Supporter", "Keeps the roof from leaking more.", "visible", pricedSubscription, 9600, "year", nil, 50,
			func(n *Notable, pl *plan) { n.SupporterPlan = pl.id; pl.network = true }},
		{"Founding Members", "The price of the first year, for good.", "hidden", pricedSubscription, 4800, "year", nil, 20,
			func(n *Notable, pl *plan) { n.HiddenPlan = pl.id; pl.network = true }},
		{"Kiln Weekend", "Two days, two firings.", "visible", pricedOneTime, 4500, "one_time", []string{"ceramics"}, 40,
			func(n *Notable, pl *plan) { n.OneTimePlan = pl.id }},
		{"Pocket Workshop", "The app, with the manuals.", "visible", pricedOneTime, 999, "one_time", nil, 20,
			func(n *Notable, pl *plan) { n.ApplePlan = pl.id; pl.apple = true }},
	}
}

// seedMoney makes plans, who has them, and invitations. Orders are drawn first
// and numbered afterwards, so that their ids rise with time.
func (g *seeder) seedMoney(r *rand.Rand) {
	id := uint64(firstPlan)
	var drawn []*order
	for _, of := range offers() {
		id += 1 + r.Uint64N(60)
		pl := &plan{
			id: id, name: of.name, description: of.description, status: of.status, pricing: of.pricing, amount: of.amount, interval: of.interval,
			created: g.now - 900*secondsPerDay, updated: g.now - 200*secondsPerDay, granted: map[uint64]bool{}, seats: map[seat]bool{},
		}
		for _, key := range of.spaces {
			pl.spaces = append(pl.spaces, g.spaceByKey[key].id)
		}
		of.setup(g.n, pl)
		g.m.plans[pl.id] = pl
		g.m.planOrder.add(pl.id)
		drawn = append(drawn, g.takers(r, pl, of.share)...)
	}
	drawn = append(drawn, g.winterCourse(r)...)
	cast, tell := g.castOrders()
	drawn = append(drawn, cast...)
	slices.SortStableFunc(drawn, func(a, b *order) int { return int(a.purchased - b.purchased) })
	for _, o := range drawn {
		g.m.lastOrder += r.Uint64N(9)
		g.m.addOrder(o)
		if o.plan != nil && o.gives(g.now) {
			g.place(o.plan, o.member.id)
		}
	}
	g.m.lastOrder += 100
	tell()
	g.seedInvites()
}

// takers draws the ordinary members who have a plan.
func (g *seeder) takers(r *rand.Rand, pl *plan, permille int) []*order {
	var out []*order
	for _, p := range g.listed {
		if p.limited || p.lang == "" || r.IntN(1000) >= permille { // the cast has no lang, and orders of its own
			continue
		}
		if pl.pricing == pricedNonpaid {
			pl.granted[p.id] = true
			g.place(pl, p.id)
			continue
		}
		o := g.sold(pl, p, p.created+stamp(r.Float64()*float64(g.now-p.created)))
		if pl.apple {
			o.platform = platformApple
		}
		if pl.pricing == pricedSubscription && r.IntN(5) == 0 { // and some have left again
			o.cancel(o.purchased+stamp(r.Float64()*float64(g.now-o.purchased)), r.IntN(2) == 0)
		}
		out = append(out, o)
	}
	return out
}

func (g *seeder) sold(pl *plan, p *member, at stamp) *order {
	o := pl.sell(p, at)
	if pl.paid() {
		o.tax = 25
	}
	if pl.pricing == pricedSubscription && pl.interval == "month" {
		o.trialDays = 7
	}
	return o
}

// place puts somebody into the spaces of their plan.
func (g *seeder) place(pl *plan, member uint64) {
	for _, id := range pl.spaces {
		sp := g.m.spaces[id]
		if !sp.members.has(member) {
			sp.members.add(member)
			pl.seats[seat{id, member}] = true
		}
		if pl.paid() {
			sp.paid[member] = true
		}
	}
}

// winterCourse makes the subscriptions of those who pay for the paid space.
func (g *seeder) winterCourse(r *rand.Rand) []*order {
	var out []*order
	winter := g.spaceByKey["winter"]
	for _, id := range winter.members {
		if winter.paid[id] {
			age := min(g.now-g.m.members[id].created, 120*secondsPerDay)
			out = append(out, g.sold(g.m.plans[g.n.PaidPlan], g.m.members[id], g.now-stamp(r.Float64()*float64(age))))
		}
	}
	return out
}

// castOrders gives the people of the cast the orders that Notable names. tell
// writes their ids down, once there are any.
func (g *seeder) castOrders() (out []*order, tell func()) {
	deal := func(plan, member uint64, days stamp) *order {
		o := &order{}
		if p := g.m.members[member]; p != nil {
			o = g.sold(g.m.plans[plan], p, max(p.created, g.now-days*secondsPerDay))
			out = append(out, o)
		}
		return o
	}
	cancelled := deal(g.n.SupporterPlan, g.n.Namesakes[0], 500)
	ending := deal(g.n.SupporterPlan, g.n.Namesakes[1], 100)
	orphan := deal(g.n.HiddenPlan, g.n.SpaceOwner, 700)
	bought := deal(g.n.OneTimePlan, g.n.OneName, 30)
	apple := deal(g.n.ApplePlan, g.n.MixedCaseEmail, 60)
	free := deal(g.n.FreePlan, g.n.SecondHost, 300)
	if len(out) > 0 {
		apple.platform = platformApple
		cancelled.cancel(max(cancelled.purchased, g.now-90*secondsPerDay), true)
		ending.cancel(g.now-secondsPerDay, false)
		orphan.cancel(max(orphan.purchased, g.now-200*secondsPerDay), true)
		orphan.plan = nil // deleted since
	}
	if g.n.Moderator != 0 {
		g.m.plans[g.n.NonpaidPlan].granted[g.n.Moderator] = true
		g.place(g.m.plans[g.n.NonpaidPlan], g.n.Moderator)
	}
	return out, func() {
		g.n.CanceledSubscription, g.n.EndingSubscription, g.n.OrphanSubscription = cancelled.id, ending.id, orphan.id
		g.n.Purchase, g.n.ApplePurchase, g.n.FreePurchase = bought.id, apple.id, free.id
		if o := g.m.orderFor(g.m.plans[g.n.PaidPlan], g.n.PaidMember, g.now); o != nil {
			g.n.Subscription = o.id
		}
	}
}

// seedInvites makes invitations that wait, and some that were accepted.
func (g *seeder) seedInvites() {
	member := g.m.members[g.n.PaidMember]
	if member == nil {
		member = g.m.members[g.n.Owner]
	}
	add := func(to uint64, email, first, last string, days stamp, converted bool) uint64 {
		g.m.lastInvite += uint64(days)
		at := g.now - days*secondsPerDay
		i := &invite{sender: g.n.Owner, plan: g.m.plans[to], email: email, first: first, last: last, converted: converted, created: at, updated: at}
		return g.m.addInvite(i).id
	}
	g.n.ConvertedInvite = add(0, member.email, member.first, member.last, 90, true)
	add(0, "oskar.brandt@example.com", "Oskar", "Brandt", 33, false)
	add(0, "lucia.ferrari@example.org", "Lucía", "Ferrari", 12, false)
	g.n.PendingInvite = add(0, "emre.kaya@example.net", "Emre", "Kaya", 3, false)
	g.n.ConvertedPlanInvite = add(g.n.PaidPlan, member.email, member.first, member.last, 80, true)
	add(g.n.HiddenPlan, "saoirse.byrne@example.com", "", "", 21, false)
	g.n.PendingPlanInvite = add(g.n.PaidPlan, "thea.lund@example.com", "", "", 2, false)
}
