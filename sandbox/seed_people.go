package sandbox

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
)

// categoryTitles are the interests members can tick.
func categoryTitles() []string {
	return []string{"Wood & boats", "Textiles", "Electronics", "Ceramics", "Print & paper", "Metal", "Repair", "Teaching"}
}

const secondsPerDay = 24 * 60 * 60

// communityAge is how long ago the first member joined, in days.
const communityAge = 3 * 365

// seedPeople fills the roster with n people in order of joining. Membership
// grows the way communities do: quickly at first, then steadily up to now.
func (g *seeder) seedPeople(n int) {
	bank := cultures()
	start := g.now - communityAge*secondsPerDay
	cast := g.castPositions(n)
	people := make([]member, n) // one allocation: a large community starts faster
	for i := range people {
		share := 0.0 // the founder
		if i > 0 {
			share = math.Pow((float64(i)+0.9)/float64(n), 0.6)
		}
		p := &people[i]
		p.id, p.role, p.standing = g.nextMember(), roleContributor, standingActive
		p.created = start + stamp(share*communityAge*secondsPerDay)
		if role, ok := cast[i]; ok {
			g.playRole(p, role)
		} else {
			g.anyone(p, bank)
		}
		g.m.enrol(p)
		g.listed = append(g.listed, p)
	}
	g.m.last.member += 100 // a gap, so that the next id is not "one more"
}

// enrol files a person whose fields are complete.
func (m *community) enrol(p *member) {
	m.members[p.id] = p
	m.byEmail[foldEmail(p.email)] = p
	if p.standing == standingActive {
		m.roster = append(m.roster, p.id) // ids rise
	}
}

// anyone makes up an ordinary member.
func (g *seeder) anyone(p *member, bank []culture) {
	// The first cultures of the bank come up a little more often.
	names := bank[int(float64(len(bank))*math.Pow(g.people.Float64(), 1.3))]
	p.lang = names.lang
	first := pick(g.people, names.first)
	handle := first.handle
	p.first = first.shown
	if len(names.last) > 0 {
		last := pick(g.people, names.last)
		p.last, handle = last.shown, first.handle+"."+last.handle
	}
	p.email = g.freeEmail(handle)
	where := pick(g.people, names.homes)
	if g.people.IntN(3) == 0 { // people move
		where = pick(g.people, pick(g.people, bank).homes)
	}
	p.timeZone = where.zone
	if g.people.IntN(4) > 0 {
		p.location = where.city
	}
	if g.people.IntN(5) < 3 {
		p.bio = g.bio(p.lang, where)
	}
	g.habits(p)
}

// habits fills in what depends on how active somebody is.
func (g *seeder) habits(p *member) {
	r := g.people
	p.limited = p.limited || p.role == roleContributor && r.IntN(30) == 0
	for i := range categoryTitles() {
		if r.IntN(5) == 0 {
			p.interests = append(p.interests, i)
		}
	}
	if r.IntN(12) == 0 {
		p.referrals = uint64(1 + r.IntN(9))
		p.ambassador = "Bronze"
		if p.referrals > 5 {
			p.ambassador = "Silver"
		}
	}
	// The profile was last edited at some time since joining. One in seven
	// never came back; the others were seen lately, mostly very lately.
	since := g.now - p.created
	p.updated = p.created + stamp(r.Float64()*float64(since))
	if r.IntN(7) > 0 {
		p.seen = g.now - stamp(math.Pow(r.Float64(), 4)*float64(since))
	}
}

func (g *seeder) freeEmail(handle string) string {
	host := pick(g.people, []string{"example.com", "example.org", "example.net", "mail.example.com"})
	for n := 0; ; n++ {
		email := handle + "@" + host
		if n > 0 {
			// Counting up from 2 would be slow where thousands share a name.
			email = handle + strconv.Itoa(2+g.people.IntN(10_000*n)) + "@" + host
		}
		if g.m.byEmail[email] == nil {
			return email
		}
	}
}

// bio writes about somebody: one time in three in their own language where
// there is a text in it.
func (g *seeder) bio(lang string, where home) string {
	r := g.people
	city, _, _ := strings.Cut(where.city, ",")
	fill := strings.NewReplacer("{city}", city)
	if own := nativeBios(lang); len(own) > 0 && r.IntN(3) == 0 {
		return "<p>" + fill.Replace(pick(r, own)) + "</p>"
	}
	text := pick(r, bioOpeners())
	if r.IntN(3) > 0 {
		text += " " + pick(r, bioMiddles())
	}
	text = "<p>" + text + "</p>"
	if r.IntN(2) == 0 {
		text += "<p>" + pick(r, bioClosings()) + "</p>"
	}
	return fill.Replace(text)
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }
