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
	LockedEvent     uint64    // takes no RSVPs any more (403)

	Collection       uint64 // cannot be deleted (422): holds several spaces
	EmptyCollection  uint64 // can be deleted
	SystemCollection uint64 // read-only (422)

	Poll     uint64 // a multiple-choice poll
	Question uint64 // a question, which has no choices
	SpamPoll uint64 // a poll by the first of Spammers

	CourseSpace uint64 // a space with a course in it; the same as PaidSpace
	Overview    uint64 // the root of that course, read-only (422)
	Section     uint64 // a section with lessons under it
	Lesson      uint64 // the first of them
	Quiz        uint64

	CommentedPost uint64 // an ordinary post with comments
	Comment       uint64 // the first comment under it
	RSVP          uint64 // what Moderator answered for UpcomingEvent

	ReportedPost    uint64 // a post that three people reported: SpamPost
	ReportedComment uint64 // a comment reported as offensive; its author is an ordinary member
	ReportedMember  uint64 // a member reported as such, by several and for several things: the first of Spammers
	IgnoredReport   uint64 // a report that a moderator ignored

	FreePlan      uint64 // free: anybody can be added, an order of 0 is kept; SecondHost has it
	NonpaidPlan   uint64 // nonpaid: anybody can be added, no order shows it; Moderator has it
	PaidPlan      uint64 // a monthly subscription to PaidSpace; nobody can be added (422); PaidMember has it
	SupporterPlan uint64 // a yearly subscription without spaces
	HiddenPlan    uint64 // a yearly subscription that members do not see
	OneTimePlan   uint64 // paid once; OneName has it
	ApplePlan     uint64 // cannot be archived (422): has an active Apple product; MixedCaseEmail has it

	Subscription         uint64 // runs: PaidMember's to PaidPlan
	CanceledSubscription uint64 // cancelled and over (422 to cancel again): the first of Namesakes, SupporterPlan
	EndingSubscription   uint64 // cancelled (422), with access to the end of the year paid for: the second of Namesakes
	OrphanSubscription   uint64 // cancelled and over; its plan was deleted, so that plan id and name are null
	Purchase             uint64 // OneName's of OneTimePlan
	ApplePurchase        uint64 // cannot be cancelled (422): MixedCaseEmail's of ApplePlan
	FreePurchase         uint64 // SecondHost's of FreePlan, for nothing

	PendingInvite       uint64 // to the network, unanswered
	ConvertedInvite     uint64 // to the network, accepted: cannot be deleted (409)
	PendingPlanInvite   uint64 // to PaidPlan, unanswered
	ConvertedPlanInvite uint64 // to PaidPlan, accepted: cannot be resent (422) or deleted (409)

	Tag           uint64    // Moderator has it, and many others
	SpareTag      uint64    // nobody of the cast has it
	DuplicateTags [2]uint64 // two tags with the same title
	Badge         uint64    // Moderator has it, and many others
	SpareBadge    uint64    // nobody of the cast has it
	AvatarAsset   uint64    // an uploaded picture, for a badge
	TagField      uint64    // the hidden field behind the tags: hosts cannot change it (403)
	BadgeField    uint64    // and the one behind the badges

	SingleSelectField uint64 // pick one; Moderator picked FieldOption
	MultiSelectField  uint64 // pick up to 3
	ShortTextField    uint64 // Moderator's answer is Answer, InjectionAuthor's carries orders
	LongTextField     uint64
	HostsOnlyField    uint64 // only hosts answer
	UnpublishedField  uint64 // status "hidden": making it visible can notify everyone
	SystemField       uint64 // hosts can neither change nor answer it (403)
	FieldOption       uint64 // an option of SingleSelectField
	Answer            uint64 // Moderator's to ShortTextField
}
