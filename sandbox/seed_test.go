package sandbox

import (
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

func TestSameSeedSameCommunity(t *testing.T) {
	everything := func(options Options) []string {
		a := serve(t, options)
		out := []string{a.box.Token()}
		for _, list := range []string{"/", "/me", "/members?per_page=100&page=2", "/tags", "/badges", "/plans", "/purchases?per_page=100", "/subscriptions?status=canceled", "/invites", path("/custom_fields/%d/options", a.box.Notable().MultiSelectField), "/spaces", "/posts?per_page=100", "/events", path("/posts/%d/comments", a.box.Notable().InjectionPost),
			"/collections", "/polls", "/abuse_reports?per_page=100", path("/spaces/%d/courseworks", a.box.Notable().CourseSpace), path("/events/%d/rsvps", a.box.Notable().WeeklyEvent),
			path("/posts/%d/reactions", a.box.Notable().CommentedPost)} {
			out = append(out, strings.ReplaceAll(a.want("GET", list, "", 200, "").body, a.server.URL, ""))
		}
		return out
	}
	one := everything(Options{})
	if diff := cmp.Diff(one, everything(Options{Seed: 1})); diff != "" {
		t.Errorf("the default seed is not 1, or the community is not the same twice:\n%s", diff)
	}
	if cmp.Equal(one, everything(Options{Seed: 2})) {
		t.Error("another seed gives the same community")
	}
}

func TestDefaultsAndToken(t *testing.T) {
	box := New(Options{})
	if !regexp.MustCompile(`^mn_[0-9a-f]{64}$`).MatchString(box.Token()) {
		t.Errorf("token %q", box.Token())
	}
	if box.Members() != 250 || box.NetworkID() != 4242 || box.Subdomain() != "harbour-makers" {
		t.Errorf("defaults: %d members, network %d, %q", box.Members(), box.NetworkID(), box.Subdomain())
	}
	other := New(Options{Token: "t", NetworkID: 9, Subdomain: "elsewhere", Members: 30})
	if other.Token() != "t" || other.NetworkID() != 9 || other.Subdomain() != "elsewhere" || other.Members() != 30 {
		t.Error("options are not taken over")
	}
}

// TestSmallCommunities: any size works, and names nobody who is not there.
func TestSmallCommunities(t *testing.T) {
	for n := 1; n <= FullCast+1; n++ {
		box := New(Options{Members: n, Now: func() time.Time { return noon }})
		if box.Members() != n {
			t.Errorf("%d members, want %d", box.Members(), n)
		}
		if box.OwnerID() == 0 {
			t.Errorf("%d members: nobody owns the key", n)
		}
		if n >= FullCast {
			if gap := missing(box.Notable()); gap != "" {
				t.Errorf("%d members: %s", n, gap)
			}
		}
	}
}

// missing names what a Notable lacks.
func missing(n Notable) string {
	for name, id := range map[string]uint64{
		"Owner": n.Owner, "SecondHost": n.SecondHost, "Moderator": n.Moderator, "SpamPost": n.SpamPost, "InjectionAuthor": n.InjectionAuthor,
		"InjectionPost": n.InjectionPost, "HiddenTextAuthor": n.HiddenTextAuthor, "HiddenTextPost": n.HiddenTextPost, "Impersonator": n.Impersonator,
		"SpaceOwner": n.SpaceOwner, "UndeletableSpace": n.UndeletableSpace, "PaidMember": n.PaidMember, "PaidSpace": n.PaidSpace,
		"LimitedMember": n.LimitedMember, "HiddenEmail": n.HiddenEmail, "MixedCaseEmail": n.MixedCaseEmail, "OneName": n.OneName,
		"Removed": n.Removed, "Banned": n.Banned, "AutoJoinSpace": n.AutoJoinSpace, "EventsOnlySpace": n.EventsOnlySpace,
		"UntitledPost": n.UntitledPost, "ClosedPost": n.ClosedPost, "LatestPost": n.LatestPost, "UpcomingEvent": n.UpcomingEvent, "WeeklyEvent": n.WeeklyEvent,
		"FreePlan": n.FreePlan, "NonpaidPlan": n.NonpaidPlan, "PaidPlan": n.PaidPlan, "SupporterPlan": n.SupporterPlan, "HiddenPlan": n.HiddenPlan,
		"OneTimePlan": n.OneTimePlan, "ApplePlan": n.ApplePlan, "Subscription": n.Subscription, "CanceledSubscription": n.CanceledSubscription,
		"EndingSubscription": n.EndingSubscription, "OrphanSubscription": n.OrphanSubscription, "Purchase": n.Purchase,
		"ApplePurchase": n.ApplePurchase, "FreePurchase": n.FreePurchase, "PendingInvite": n.PendingInvite, "ConvertedInvite": n.ConvertedInvite,
		"PendingPlanInvite": n.PendingPlanInvite, "ConvertedPlanInvite": n.ConvertedPlanInvite, "Tag": n.Tag, "SpareTag": n.SpareTag,
		"a duplicate tag": min(n.DuplicateTags[0], n.DuplicateTags[1]), "Badge": n.Badge, "SpareBadge": n.SpareBadge, "AvatarAsset": n.AvatarAsset,
		"TagField": n.TagField, "BadgeField": n.BadgeField, "SingleSelectField": n.SingleSelectField, "MultiSelectField": n.MultiSelectField,
		"ShortTextField": n.ShortTextField, "LongTextField": n.LongTextField, "HostsOnlyField": n.HostsOnlyField,
		"UnpublishedField": n.UnpublishedField, "SystemField": n.SystemField, "FieldOption": n.FieldOption, "Answer": n.Answer,
		"LockedEvent": n.LockedEvent, "Collection": n.Collection, "EmptyCollection": n.EmptyCollection, "SystemCollection": n.SystemCollection,
		"Poll": n.Poll, "Question": n.Question, "SpamPoll": n.SpamPoll, "CourseSpace": n.CourseSpace, "Overview": n.Overview, "Section": n.Section,
		"Lesson": n.Lesson, "Quiz": n.Quiz, "CommentedPost": n.CommentedPost, "Comment": n.Comment, "RSVP": n.RSVP,
		"ReportedPost": n.ReportedPost, "ReportedComment": n.ReportedComment, "ReportedMember": n.ReportedMember, "IgnoredReport": n.IgnoredReport,
		"a namesake": min(n.Namesakes[0], n.Namesakes[1]), "a duplicate space": min(n.DuplicateSpaces[0], n.DuplicateSpaces[1]),
	} {
		if id == 0 {
			return "no " + name
		}
	}
	if len(n.Spammers) != 3 {
		return "not 3 spammers"
	}
	return ""
}

func TestTheCommunityIsVaried(t *testing.T) {
	box := New(Options{Now: func() time.Time { return noon }})
	m := box.community
	scripts := map[string]*unicode.RangeTable{
		"Arabic": unicode.Arabic, "Hebrew": unicode.Hebrew, "Cyrillic": unicode.Cyrillic, "Greek": unicode.Greek, "Han": unicode.Han,
		"Hangul": unicode.Hangul, "Devanagari": unicode.Devanagari, "Thai": unicode.Thai, "emoji": unicode.So,
	}
	emails, bios, fresh := map[string]bool{}, 0, 0
	for _, id := range m.roster {
		p := m.members[id]
		for name, table := range scripts {
			if strings.ContainsFunc(p.name(), func(r rune) bool { return unicode.Is(table, r) }) {
				delete(scripts, name)
			}
		}
		if emails[foldEmail(p.email)] || m.byEmail[foldEmail(p.email)] != p {
			t.Errorf("address %s is not this member's alone", p.email)
		}
		emails[foldEmail(p.email)] = true
		if !validEmail(p.email) {
			t.Errorf("address %q of %s is not valid", p.email, p.name())
		}
		if p.bio != "" {
			bios++
		}
		if p.created > stampOf(noon)-7*secondsPerDay {
			fresh++
		}
		if p.created > stampOf(noon) || p.updated < p.created || p.seen > stampOf(noon) {
			t.Errorf("the times of %s are off: %d %d %d", p.name(), p.created, p.updated, p.seen)
		}
	}
	for name := range scripts {
		t.Errorf("nobody's name has %s in it", name)
	}
	if bios < 100 || bios > 230 || fresh < 2 {
		t.Errorf("%d bios, %d joined this week", bios, fresh)
	}
	if len(m.posts) < 150 || len(m.events) < 20 || len(m.spaces) < 12 {
		t.Errorf("%d posts, %d events, %d spaces", len(m.posts), len(m.events), len(m.spaces))
	}
	said := 0
	for id, p := range m.posts {
		if strings.ContainsAny(p.title+p.description, "{}") {
			t.Errorf("an open slot in %q", p.title+p.description)
		}
		if p.created > stampOf(noon) || p.created < p.author.created {
			t.Errorf("post %q was written at %d by somebody who joined at %d", p.title, p.created, p.author.created)
		}
		if !m.spaces[p.space].members.has(p.author.id) {
			t.Errorf("post %q is by somebody outside its space", p.title)
		}
		for _, c := range m.threads[id] {
			said++
			if parent := byID(m.threads[id], c.replyTo); c.replyTo != 0 && (parent == nil || parent.depth+1 != c.depth || parent.id > c.id) {
				t.Errorf("comment %d replies to %d, which is %+v", c.id, c.replyTo, parent)
			}
		}
	}
	if said < len(m.posts) {
		t.Errorf("%d comments under %d posts", said, len(m.posts))
	}
}

// TestHostileText holds the seed to what guards elsewhere are tested against.
func TestHostileText(t *testing.T) {
	box := New(Options{})
	n := box.Notable()
	post, _ := box.PostByID(n.HiddenTextPost)
	hidden := box.community.members[n.HiddenTextAuthor].bio + post.Title + post.Description
	for name, test := range map[string]func(rune) bool{
		"tag":        func(r rune) bool { return r >= 0xE0000 && r <= 0xE007F },
		"zero-width": func(r rune) bool { return r == 0x200B || r == 0x200C || r == 0x2060 || r == 0xFEFF },
		"bidi":       func(r rune) bool { return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 },
	} {
		if !strings.ContainsFunc(hidden, test) {
			t.Errorf("no %s characters", name)
		}
	}
	for _, markup := range []string{"<!--", "display:none"} {
		if !strings.Contains(hidden, markup) {
			t.Errorf("no %s", markup)
		}
	}
	post, _ = box.PostByID(n.InjectionPost)
	if bio := box.community.members[n.InjectionAuthor].bio; !strings.Contains(bio, "Ban every member") || !strings.Contains(post.Description, "ban_member") {
		t.Error("the plain injection is gone")
	}
	twins := box.community.members
	if a, b := twins[n.Namesakes[0]], twins[n.Namesakes[1]]; a.name() != b.name() || a == b {
		t.Error("the namesakes are not")
	}
	if a, b := twins[n.Owner], twins[n.Impersonator]; a.name() == b.name() || strings.ReplaceAll(b.name(), "\u200b", "") != a.name() {
		t.Error("the impersonator does not look like the owner")
	}
}

// TestLargeCommunity: 100,000 members within 2 seconds (of processor time, on
// however many cores) and 150 MB.
func TestLargeCommunity(t *testing.T) {
	limit := 2 * time.Second
	if raceEnabled {
		limit *= 10 // the detector slows everything down several times over
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := cpuTime()
	box := New(Options{Members: 100_000})
	took := cpuTime() - start
	runtime.GC()
	runtime.ReadMemStats(&after)
	if took > limit {
		t.Errorf("took %s", took)
	}
	if used := int64(after.HeapAlloc) - int64(before.HeapAlloc); used > 150<<20 {
		t.Errorf("uses %d MB", used>>20)
	}
	if box.Members() != 100_000 {
		t.Errorf("%d members", box.Members())
	}
	if posts := len(box.community.posts); posts < postsCap || posts > postsCap+100 {
		t.Errorf("%d posts", posts)
	}
}

func BenchmarkNew(b *testing.B) {
	for _, n := range []int{250, 100_000} {
		b.Run(path("%d", n), func(b *testing.B) {
			for b.Loop() {
				New(Options{Members: n})
			}
		})
	}
}

func BenchmarkGetMember(b *testing.B) {
	a := serve(b, Options{})
	one := path("/members/%d/", a.box.Notable().Moderator)
	for b.Loop() {
		if got := a.do("GET", one, ""); got.status != 200 {
			b.Fatal(got)
		}
		a.notes = nil
	}
}
