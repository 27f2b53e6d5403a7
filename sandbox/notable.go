package sandbox

// Notable names the people and places of the seeded community that stand for a
// case: ids are stable for the same options. An id is 0 where the community is
// too small to hold the person (the cast needs [FullCast] members).
type Notable struct {
	Owner      uint64 // the key's owner, a host; cannot be deleted (422): owns AutoJoinSpace
	SecondHost uint64 // another host
	Moderator  uint64 // a moderator

	Spammers []uint64 // accounts that post spam; none owns or holds anything
	SpamPost uint64   // one of their posts

	InjectionAuthor  uint64 // their bio carries orders aimed at an assistant
	InjectionPost    uint64 // and so does the body of this post of theirs
	HiddenTextAuthor uint64 // a bio with orders in tag, zero-width and bidi characters, HTML comments and display:none
	HiddenTextPost   uint64 // a post with the same
	Impersonator     uint64 // looks like the owner by name, with an invisible character in it

	SpaceOwner       uint64 // cannot be deleted (422): owns UndeletableSpace
	UndeletableSpace uint64 // the space that SpaceOwner owns
	PaidMember       uint64 // cannot be removed from PaidSpace (403): holds a paid plan there
	PaidSpace        uint64
	LimitedMember    uint64    // member_type "limited", in one space
	Namesakes        [2]uint64 // two people of exactly the same name
	HiddenEmail      uint64    // their e-mail comes back empty
	MixedCaseEmail   uint64    // their e-mail is stored with capitals
	OneName          uint64    // has no last name

	Removed uint64 // left earlier: on no list and 404 by id, yet found by e-mail; creating them again gives this id back
	Banned  uint64 // banned earlier: 404 everywhere, their e-mail is refused

	DuplicateSpaces [2]uint64 // two spaces with the same name
	AutoJoinSpace   uint64    // every new full member lands here
	EventsOnlySpace uint64    // takes no posts (422)
	UntitledPost    uint64    // title and images are null
	ClosedPost      uint64    // takes no comments (422)
	LatestPost      uint64    // the newest post of all
	UpcomingEvent   uint64    // an event that starts within a week
	WeeklyEvent     uint64    // a recurring event
}
