package sandbox

// plot is a space to be seeded: what share of the members is in it, in
// percent.
type plot struct {
	key, name  string
	collection uint64
	share      int
	setup      func(g *seeder, sp *space)
}

// plots lists the spaces. Two of them share a name, which happens in real
// communities.
func plots() []plot {
	return []plot{
		{"start", "Start Here", 601, 100, func(g *seeder, sp *space) {
			sp.autoJoin, sp.undeletable, sp.owner = true, true, g.n.Owner
			g.n.AutoJoinSpace = sp.id
		}},
		{"intro", "Introductions", 601, 92, func(_ *seeder, sp *space) { sp.autoJoin = true }},
		{"boats", "Wood & Boats", 602, 55, nil},
		{"textiles", "Textiles", 602, 38, nil},
		{"electronics", "Electronics Bench", 602, 33, nil},
		{"ceramics", "Ceramics & Kiln Rota", 602, 29, nil},
		{"print", "Print & Bookbinding 📚", 602, 24, nil},
		{"market", "Swap & Sell", 601, 61, nil},
		{"calendar", "Open Workshop Calendar", 601, 70, func(g *seeder, sp *space) {
			sp.noPosts = true
			g.n.EventsOnlySpace = sp.id
		}},
		{"study", "Study Group", 603, 12, func(g *seeder, sp *space) { g.n.DuplicateSpaces[0] = sp.id }},
		{"study2", "Study Group", 603, 9, func(g *seeder, sp *space) { g.n.DuplicateSpaces[1] = sp.id }},
		{"winter", "Winter Build: Pram Dinghy", 603, 8, func(g *seeder, sp *space) { g.n.PaidSpace = sp.id }},
		{"tools", "Tool Library", 0, 44, func(g *seeder, sp *space) {
			sp.undeletable, sp.owner = true, g.n.SpaceOwner
			g.n.UndeletableSpace = sp.id
		}},
	}
}

// seedSpaces makes the spaces and decides who is in them.
func (g *seeder) seedSpaces() {
	for _, pl := range plots() {
		g.m.last.space += 1 + uint64(g.places.IntN(40))
		created := g.now - stamp(communityAge-g.places.IntN(200))*secondsPerDay
		sp := &space{
			id: g.m.last.space, name: pl.name, collection: pl.collection, owner: g.n.Owner,
			created: created, updated: created + 30*secondsPerDay,
			roles: map[uint64]string{}, paid: map[uint64]bool{},
		}
		if pl.setup != nil {
			pl.setup(g, sp)
		}
		g.m.spaces[sp.id] = sp
		g.m.spaceOrder.add(sp.id)
		g.spaceByKey[pl.key] = sp
		g.populate(sp, pl)
	}
	g.m.last.space += 50
	g.settleCast()
}

// populate draws the members of a space.
func (g *seeder) populate(sp *space, pl plot) {
	for _, p := range g.listed {
		if p.role != roleContributor {
			sp.roles[p.id] = p.role
		} else if !g.joins(p, pl) {
			continue
		}
		sp.members = append(sp.members, p.id) // the roster is sorted
	}
}

// joins decides whether a contributor is in a space. Limited members are in
// one of the study groups, the small spaces one can be invited to.
func (g *seeder) joins(p *member, pl plot) bool {
	if p.limited {
		return pl.key == "study" && p.id%2 == 0 || pl.key == "study2" && p.id%2 == 1
	}
	return g.places.IntN(100) < pl.share
}

// settleCast gives the people of the cast the places they need.
func (g *seeder) settleCast() {
	join := func(sp *space, ids ...uint64) {
		for _, id := range ids {
			if id != 0 {
				sp.members.add(id)
			}
		}
	}
	tools, winter := g.spaceByKey["tools"], g.spaceByKey["winter"]
	join(tools, g.n.SpaceOwner)
	join(g.spaceByKey["ceramics"], g.n.Namesakes[0])
	join(g.spaceByKey["print"], g.n.Namesakes[1], g.n.HiddenTextAuthor)
	join(g.spaceByKey["boats"], g.n.InjectionAuthor)
	join(g.spaceByKey["market"], g.n.Spammers...)
	join(winter, g.n.PaidMember)
	if g.n.SpaceOwner != 0 {
		tools.roles[g.n.SpaceOwner] = roleHost
	}
	if g.n.PaidMember != 0 {
		winter.paid[g.n.PaidMember] = true
	}
	// Every second participant of the winter course pays for it.
	for i, id := range winter.members {
		if i%2 == 0 && winter.roles[id] == "" {
			winter.paid[id] = true
		}
	}
}
