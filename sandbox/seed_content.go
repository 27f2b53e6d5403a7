package sandbox

import "slices"

// seedContent adds what needs people, spaces, posts and events to be there.
func (g *seeder) seedContent() {
	g.seedCollections()
	g.seedPolls()
	g.seedCourses()
	g.seedReactions()
	g.seedRSVPs()
	g.noteTalk()
	g.seedReports()
	g.m.last.post += 1000
}

// seedCollections makes the collections and puts the spaces into those that
// their plots name.
func (g *seeder) seedCollections() {
	m := g.m
	for i, text := range shelfTexts() {
		m.lastOf.collection++
		created := g.now - stamp(communityAge-40*i)*secondsPerDay
		col := &collection{
			id: m.lastOf.collection, name: text.name, description: text.description,
			hidden: text.hidden, system: text.system, created: created, updated: created,
		}
		m.collections[col.id] = col
		m.shelf = append(m.shelf, col.id)
		if text.note != nil {
			text.note(g.n, col.id)
		}
	}
	m.lastOf.collection += 20
	for _, id := range m.spaceOrder {
		if col := m.collections[m.spaces[id].collection]; col != nil {
			col.spaces = append(col.spaces, id)
		}
	}
}

// laterID hands out a number shared with the posts.
func (g *seeder) laterID() uint64 {
	g.m.last.post += 1 + uint64(g.lively.IntN(30))
	return g.m.last.post
}

func (g *seeder) seedPolls() {
	for _, text := range pollTexts() {
		sp := g.spaceByKey[text.space]
		at := g.now - stamp(text.daysAgo)*secondsPerDay - 3*3600
		creator := g.someone(g.lively, sp, at)
		if text.spam {
			if len(g.n.Spammers) == 0 {
				continue // the community is too small for them
			}
			creator = g.m.members[g.n.Spammers[0]]
			at = max(at, creator.created)
		}
		p := &poll{
			id: g.laterID(), space: sp.id, creator: creator, kind: text.kind, title: text.title,
			description: text.description, choices: text.choices, created: at, updated: at,
		}
		g.m.polls[p.id] = p
		g.m.pollOrder.add(p.id)
		switch {
		case text.spam:
			g.n.SpamPoll = p.id
		case text.kind == "multiple_choice":
			g.n.Poll = p.id // in the end the newest of its kind
		case text.kind == pollQuestion:
			g.n.Question = p.id
		}
	}
}

// seedCourses builds the courses, each under its overview.
func (g *seeder) seedCourses() {
	for _, text := range courseTexts() {
		sp := g.spaceByKey[text.space]
		at := sp.created + 5*secondsPerDay
		overview := g.courseItem(nil, sp, at, kindOverview, syllabus{title: sp.name, body: text.body, status: "posted"})
		g.m.courses[sp.id] = overview
		for _, section := range text.sections {
			parent := g.courseItem(overview, sp, at, kindSection, section)
			for _, item := range section.items {
				g.courseItem(parent, sp, at, item.kind, item)
			}
		}
		if sp.id == g.n.PaidSpace {
			g.noteCourse(overview)
		}
	}
}

func (g *seeder) courseItem(parent *coursework, sp *space, at stamp, kind string, text syllabus) *coursework {
	w := &coursework{id: g.laterID(), space: sp.id, kind: kind, created: at, updated: at, outline: newOutline()}
	w.title, w.status = text.title, text.status
	if text.body != "" {
		w.description = "<p>" + text.body + "</p>"
	}
	switch kind {
	case kindLesson:
		w.completion = "button"
	case kindQuiz:
		w.completion, w.unlocking = "minimum_correct_percentage", "sequential"
	}
	if parent != nil {
		w.moveTo(parent)
	}
	return w
}

func (g *seeder) noteCourse(overview *coursework) {
	g.n.CourseSpace, g.n.Overview = overview.space, overview.id
	g.n.Section, g.n.Lesson = overview.children[0].id, overview.children[0].children[0].id
	for _, w := range overview.branch() {
		if w.kind == kindQuiz {
			g.n.Quiz = w.id
		}
	}
}

// seedReactions lets people react to posts and comments: to most a few times,
// to some not at all.
func (g *seeder) seedReactions() {
	for _, id := range g.m.postOrder {
		p := g.m.posts[id]
		g.react(target{onPost, id}, p.space, p.created, max(0, g.lively.IntN(7)-2))
		for _, c := range g.m.threads[id] {
			g.react(target{onComment, c.id}, p.space, c.created, max(0, g.lively.IntN(9)-5))
		}
	}
	g.m.lastOf.reaction += 500
}

// react adds up to n reactions, by different people.
func (g *seeder) react(to target, space uint64, at stamp, n int) {
	made := g.m.reactions[to]
	for range n {
		at += stamp(60 + g.lively.IntN(secondsPerDay))
		if at >= g.now {
			break
		}
		who := g.someone(g.lively, g.m.spaces[space], at)
		if slices.ContainsFunc(made, func(r *reaction) bool { return r.member == who }) {
			continue
		}
		g.m.lastOf.reaction += 1 + uint64(g.lively.IntN(9))
		made = append(made, &reaction{id: g.m.lastOf.reaction, member: who, emoji: pick(g.lively, emojis()), created: at, updated: at})
	}
	if len(made) > 0 {
		g.m.reactions[to] = made
	}
}

// seedRSVPs lets people answer for the events; for a recurring one mostly for
// its next date.
func (g *seeder) seedRSVPs() {
	m := g.m
	for _, id := range m.eventOrder {
		e := m.events[id]
		if e.details.rsvpClosed {
			g.n.LockedEvent = id // in the end the latest of them
		}
		last := min(g.now, e.details.starts)
		if id == g.n.UpcomingEvent && g.n.Moderator != 0 {
			g.n.RSVP = g.rsvp(e, attendance{member: m.members[g.n.Moderator], status: "yes"}, last)
		}
		for range 4 + g.lively.IntN(26) {
			a := attendance{member: g.someone(g.lively, m.spaces[e.space], last), status: pick(g.lively, []string{"yes", "yes", "yes", "maybe", "no"})}
			if next := e.details.nextOccurrence(g.now); next != 0 && g.lively.IntN(3) > 0 {
				a.instance = next
				a.number, _ = e.details.occurrence(next)
			}
			if m.sameRSVP(e, a) == nil {
				g.rsvp(e, a, last)
			}
		}
	}
	m.lastOf.rsvp += 100
}

func (g *seeder) rsvp(e *event, a attendance, before stamp) uint64 {
	g.m.lastOf.rsvp += 1 + uint64(g.lively.IntN(20))
	since := max(e.created, a.member.created)
	at := since + stamp(g.lively.Float64()*float64(max(0, before-since)))
	g.m.rsvps[e.id] = append(g.m.rsvps[e.id], &rsvp{id: g.m.lastOf.rsvp, updated: at, attendance: a})
	return g.m.lastOf.rsvp
}

// noteTalk picks the comment that stands for all others: under the newest post
// by ordinary people that has any.
func (g *seeder) noteTalk() {
	cast := map[uint64]bool{g.n.InjectionPost: true, g.n.HiddenTextPost: true, g.n.UntitledPost: true}
	for _, id := range g.m.postOrder.newestFirst() {
		p := g.m.posts[id]
		if !cast[id] && len(g.m.threads[id]) > 0 && !slices.Contains(g.n.Spammers, p.author.id) {
			g.n.CommentedPost, g.n.Comment = id, g.m.threads[id][0].id
			return
		}
	}
}
