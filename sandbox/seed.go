package sandbox

import (
	"math/rand/v2"
	"slices"
	"time"
)

// seeder builds a community. Each part draws from a stream of its own, so that
// a change to one part does not reshuffle the others.
type seeder struct {
	m                             *community
	n                             *Notable
	now                           stamp
	people, places, words, chatty *rand.Rand
	lively                        *rand.Rand
	listed                        []*member // the roster, as people
	spaceByKey                    map[string]*space
	slots                         map[string][]string
}

// Where ids start: each kind of record in a range of its own, so that a mix-up
// does not find something by chance.
const (
	firstMember  = 5_100_000
	firstSpace   = 810_000
	firstPost    = 61_000_000
	firstComment = 930_000_000

	firstCollection = 600
	firstReaction   = 1_700_000_000
	firstRSVP       = 22_000_000
	firstReport     = 340_000
)

// postsCap bounds the seeded posts, to keep large communities quick to start.
const postsCap = 5_000

func seedCommunity(options Options) *community {
	now := stampOf(options.Now())
	m := &community{
		network: networkInfo{
			id: options.NetworkID, subdomain: options.Subdomain,
			title: "Harbour Makers", subtitle: "People who build, mend and lend",
			purpose:     "We bring together people who make things by hand so that skills and tools get around",
			description: "<p>A workshop with a leaking roof and a community around it: boats, textiles, radios, pots and books.</p>",
			created:     now - communityAge*secondsPerDay, updated: now - 20*secondsPerDay,
		},
		members: make(map[uint64]*member, options.Members+2), byEmail: make(map[string]*member, options.Members+2),
		roster: make(idSet, 0, options.Members), spaces: map[uint64]*space{},
		posts: map[uint64]*post{}, threads: map[uint64][]*comment{}, events: map[uint64]*event{},
		content: newContent(),

		labels: newLabels(), ledger: newLedger(), media: newMedia(),
		last: lastIDs{firstMember, firstSpace, firstPost, firstComment},
	}
	stream := func(n uint64) *rand.Rand { return rand.New(rand.NewPCG(options.Seed, n)) }
	g := &seeder{
		m: m, n: &m.notable, now: now, spaceByKey: map[string]*space{}, slots: slots(),
		lively: stream(20),
		people: stream(1), places: stream(2), words: stream(3), chatty: stream(4),
	}
	g.seedPeople(options.Members)
	g.seedAbsent()
	g.seedSpaces()
	g.seedPosts(min(options.Members*3/5, postsCap))
	g.seedComments()
	g.seedEvents()
	g.seedMoney(stream(11))
	g.seedLabels(stream(12))
	g.seedContent()
	return m
}

func (g *seeder) nextMember() uint64 {
	g.m.last.member += 1 + uint64(g.people.IntN(12))
	return g.m.last.member
}

func (g *seeder) nextPost() uint64 {
	g.m.last.post += 1 + uint64(g.words.IntN(30))
	return g.m.last.post
}

// joinedBefore returns the members of a space who had joined the network by a
// time. Ids rise with the date of joining.
func (g *seeder) joinedBefore(sp *space, at stamp) idSet {
	i, _ := slices.BinarySearchFunc(sp.members, at, func(id uint64, at stamp) int {
		if g.m.members[id].created <= at {
			return -1
		}
		return 1
	})
	return sp.members[:i]
}

// someone picks an author: a few people write most of what there is.
func (g *seeder) someone(r *rand.Rand, sp *space, at stamp) *member {
	there := g.joinedBefore(sp, at)
	if len(there) == 0 {
		return g.m.members[g.m.owner]
	}
	u := r.Float64()
	return g.m.members[there[int(u*u*float64(len(there)))]]
}

// seedEvents places the events around now.
func (g *seeder) seedEvents() {
	hosts := []uint64{g.n.Owner, g.n.SecondHost, g.n.Moderator}
	list := gatherings()
	slices.SortStableFunc(list, func(a, b gathering) int { return a.inDays - b.inDays })
	for i, gt := range list {
		creator := g.m.members[hosts[i%len(hosts)]]
		if creator == nil {
			creator = g.m.members[g.n.Owner]
		}
		e := &event{id: g.nextPost(), space: g.spaceByKey[gt.space].id, creator: creator, details: g.details(gt)}
		e.created = min(g.now-secondsPerDay, e.details.starts-30*secondsPerDay)
		e.updated = e.created
		g.m.events[e.id] = e
		g.m.eventOrder.add(e.id)
		if gt.frequency == "weekly" {
			g.n.WeeklyEvent = e.id
		}
		if gt.inDays > 0 && g.n.UpcomingEvent == 0 {
			g.n.UpcomingEvent = e.id
		}
	}
	g.m.last.post += 1000
}

func (g *seeder) details(gt gathering) eventDetails {
	d := defaultDetails()
	d.title, d.description, d.kind, d.zone = gt.title, gt.description, gt.kind, gt.zone
	d.location, d.link, d.frequency, d.byDays = gt.location, gt.link, gt.frequency, gt.byDays
	zone, err := d.place()
	if err != nil {
		zone = time.UTC // the zones above are in every tz database
	}
	day := g.now.time().In(zone).AddDate(0, 0, gt.inDays)
	for gt.byDays == "TH" && day.Weekday() != time.Thursday {
		day = day.AddDate(0, 0, 1)
	}
	start := time.Date(day.Year(), day.Month(), day.Day(), gt.hour, 0, 0, 0, zone)
	d.starts, d.ends = stampOf(start), stampOf(start.Add(time.Duration(gt.hours)*time.Hour))
	d.rsvpClosed = gt.inDays < 0
	return d
}
