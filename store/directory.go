package store

import (
	"context"
	"errors"
	"time"
)

// Directory is the local copy of one network's members, as far as they were
// read: who they are, and which lists they are on. It holds personal data. All
// methods are safe for concurrent use, also by several processes.
//
// Reading a list to its end is a walk: page after page, kept page by page, so
// that what was paid for is not lost when a process stops, and another one can
// go on. What a walk found before stays until the next one is complete.
//
// The lists have pages and no marks: where somebody leaves who stands on a page
// that was read, all behind them move up, and the first of the next page comes
// to stand on the last one that was read. So a walk that goes on, or that hears
// of a departure, goes back a page, and further until it meets somebody whom it
// has seen. Of what others do while it is under way it hears nothing. Members of
// the network who were known before and were on no page are therefore not gone
// but unseen, until they are looked up or the next walk does not see them
// either. What remains: somebody who was not known before, and whom a departure
// through another client moved up just then, is found by the next walk only;
// and so is anybody on another list than the network's.
type Directory interface {
	// List tells how far a list is known.
	List(ctx context.Context, list MemberList) (ListState, error)
	// Begin takes hold of the walk of a list for a while: of the one under way,
	// or of a new one, if there is none or anew says so. since is when the call
	// began that reads. The error is [ErrHeld] while another holder walks.
	Begin(ctx context.Context, list MemberList, since time.Time, anew bool) (Walk, error)
	// Page keeps a page of the walk, after which the list says comes next, 0
	// after the last. It returns the walk as it goes on. The error is [ErrLost] when the walk is
	// no longer the holder's, and [ErrRepeats] when the page holds nobody new.
	Page(ctx context.Context, walk Walk, members []DirectoryMember, next int) (Walk, error)
	// End lets go of the walk.
	End(ctx context.Context, walk Walk) error

	// Clock returns a number that rises with every write of our own. What is
	// read from the network is as of the clock before it was requested.
	Clock(ctx context.Context) (int64, error)
	// Save takes members who came by, as of the clock. Strangers are not taken.
	Save(ctx context.Context, asOf int64, members ...DirectoryMember) error
	// Add takes a member who is new in the network.
	Add(ctx context.Context, asOf int64, member DirectoryMember) error
	// Touch marks members and lists that are about to be changed: what is
	// known of them is old, and so are the members' labels of the lists' kinds.
	// A list without id stands for all of its kind. It returns the clock after
	// that.
	Touch(ctx context.Context, members []uint64, lists []MemberList) (int64, error)
	// Touched returns at most limit members who were touched and not read
	// since, and how many there are.
	Touched(ctx context.Context, limit int) (ids []uint64, all int, err error)
	// Unseen returns at most limit members whom the last complete walk of the
	// network did not see and who were there before, and how many there are.
	Unseen(ctx context.Context, limit int) (ids []uint64, all int, err error)
	// Gone marks a member who is not in the network any more.
	Gone(ctx context.Context, id uint64) error
	// Place puts a member on a list or takes them off it, as a write did that
	// touched the list at a clock.
	Place(ctx context.Context, list MemberList, member uint64, on bool, touched int64) error
	// Drop forgets a list and who was on it.
	Drop(ctx context.Context, list MemberList) error
	// Labels keeps all labels of a kind ([WithTag] or [WithBadge]) that members
	// have, as they were at a time.
	Labels(ctx context.Context, kind string, at time.Time, of map[uint64][]uint64) error
	// ForgetLabels makes those who have a label as if they had never been asked
	// about their labels of its kind. One without id stands for all of its kind.
	ForgetLabels(ctx context.Context, label MemberList) error

	// Held tells of those members who were asked about their labels between two
	// times whether they have one.
	Held(ctx context.Context, label MemberList, since, until time.Time, ids []uint64) (map[uint64]bool, error)

	// Find returns a page of those who fit, and how many do.
	Find(ctx context.Context, query MemberQuery, offset, limit int) (members []DirectoryMember, all int, err error)
	// After returns those who fit and come after a member, by id, at most limit
	// of them.
	After(ctx context.Context, query MemberQuery, after uint64, limit int) ([]DirectoryMember, error)
	// Known returns those of the members who are known, also those who are gone.
	Known(ctx context.Context, ids []uint64) ([]DirectoryMember, error)
	// Joins counts the members of the network: all, and those who joined since a
	// time, by the number of whole steps since an origin that is not later.
	Joins(ctx context.Context, since, origin time.Time, step time.Duration) (all int, joined map[int]int, err error)
	// Asked returns when the first of those who fit was asked about their labels
	// of a kind; the zero time where nobody was.
	Asked(ctx context.Context, query MemberQuery, kind string) (time.Time, error)
	// Shares counts the members of the network by what they have in common:
	// [ByLocation] or [ByTimeZone].
	Shares(ctx context.Context, by string, since time.Time) ([]Share, error)

	// SaveNames keeps the names of all things of a kind: [NamedSpace],
	// [NamedPlan], [WithTag] or [WithBadge].
	SaveNames(ctx context.Context, kind string, at time.Time, names map[uint64]string) error
	// Names returns what is kept, and when it was read; the zero time is never.
	Names(ctx context.Context, kind string) (names map[uint64]string, at time.Time, err error)

	// ForgetNames makes all names as if they had never been read.
	ForgetNames(ctx context.Context) error

	// Status describes the directory.
	Status(ctx context.Context) (DirectoryStatus, error)
	// Clear forgets everything; no trace of it stays in a file.
	Clear(ctx context.Context) error
	// Close lets go of the file.
	Close() error
}

// MemberList names a list of members.
type MemberList struct {
	Kind string
	ID   uint64 // of the space, plan, tag or badge; 0 for the network
}

// The kinds of lists.
const (
	InNetwork = "network"
	InSpace   = "space"
	OnPlan    = "plan"
	WithTag   = "tag"
	WithBadge = "badge"
)

// The kinds of names that are not lists of members under the same word.
const (
	NamedSpace = InSpace
	NamedPlan  = OnPlan
)

// What [Directory.Shares] counts by.
const (
	ByLocation = "location"
	ByTimeZone = "time_zone"
)

// Errors of a walk.
var (
	// ErrHeld: another process reads the list at the moment.
	ErrHeld = errors.New("another process reads this list at the moment")
	// ErrLost: the walk was taken over, begun anew, or forgotten.
	ErrLost = errors.New("the reading was taken over or the directory was cleared")
	// ErrRepeats: a page held only members that the walk has seen.
	ErrRepeats = errors.New("the list repeats itself")
)

// DirectoryMember is what is kept of a member.
type DirectoryMember struct {
	ID                             uint64
	First, Last, Name, Email       string // Name: only where there is no First and Last
	Type, Location, TimeZone       string
	Joined                         time.Time // zero: unknown
	FindName, FindEmail, FindPlace string    // what is searched, as [MemberQuery] writes it
	Gone                           time.Time // zero: still there
}

// ListState is how far a list is known.
type ListState struct {
	// Members are known to be on the list.
	Members int
	// Since is when the last complete walk began; zero: there was none.
	Since time.Time
	// Walking is when the walk under way began; zero: there is none. Next is
	// its next page.
	Walking time.Time
	Next    int
	// Walks is the number of walks that were begun.
	Walks int64
	// Touched: our own writes changed the list since.
	Touched bool
}

// Walk is the hold on the walk of a list.
type Walk struct {
	List   MemberList
	Number int64
	Since  time.Time
	// Next is the page to read, 0 after the last. It can be one that was read
	// before.
	Next int
	// Seen is how many members the walk has seen.
	Seen int
	// AsOf is the clock as of which the next page is.
	AsOf int64
	// reached is the first page that was never read.
	reached int
}

// MemberQuery is what members must fit, all of it. Texts are in the form of
// [DirectoryMember]'s Find fields. A query of nothing is everybody on the list.
type MemberQuery struct {
	// List is where they are; the zero value is the network.
	List MemberList
	// Name has parts that must each be in the name; none has white space.
	Name         []string
	Email, Place string
	Type         string
	// From is the first moment, To the first one after the last.
	From, To time.Time
	// On are further lists they must be on.
	On []MemberList
	// Unasked is a kind of label about which they must not have been asked
	// between AskedSince and AskedUntil.
	Unasked                string
	AskedSince, AskedUntil time.Time
	// Former chooses those who were in the network, in place of the list.
	Former bool
	// NoEmail chooses those who show no address.
	NoEmail bool
}

// Share is how many members have a value in common.
type Share struct {
	Value string
	// Joined counts those of the Members who joined since the time asked for.
	Members, Joined int
}

// DirectoryStatus describes a directory.
type DirectoryStatus struct {
	// Path is its file; "" for one in memory.
	Path string
	// Bytes is the size of its files.
	Bytes int64
	// Members is the list of the network; Gone are those who were on it.
	Members ListState
	Gone    int
	// Lists counts the other lists that were read to their end.
	Lists int
	// Note says what is wrong with it, if anything is.
	Note string
}
