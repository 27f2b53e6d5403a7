package apiclient

import (
	"slices"
	"strings"
	"time"
)

// CacheSettings says for how long answers to reads are kept in memory. The
// zero value keeps none. Only complete answers (HTTP 200 with JSON) are kept,
// and a write of this client forgets what it may have changed, one of another
// process everything ([Options.Writes]). What others change shows when the time is over, or in a read with [Fresh].
type CacheSettings struct {
	// Settings is for what seldom changes: the network, its key's owner,
	// spaces, plans, tags, badges, custom fields and their options.
	Settings time.Duration
	// Lists is for all other reads.
	Lists time.Duration
	// MaxBytes bounds what is kept, the least used going first; 0 is 8 MiB.
	MaxBytes int
}

// isSetting tells resources that are kept as settings.
func isSetting(resource string) bool {
	switch resource {
	case "network", "me", "space", "plan", "tag", "badge", "custom_field", "custom_field_option":
		return true
	}
	return false
}

// touches is what a write may change: what is no setting always, and of the
// settings those it names.
type touches struct {
	everything bool
	settings   []string
}

// reach reports whether the answer to the read may have changed.
func (t touches) reach(read *Operation) bool {
	if t.everything || read == nil {
		return true
	}
	resource := read.resource()
	return !isSetting(resource) || slices.Contains(t.settings, resource)
}

// touchedBy returns what a write may change. Where in doubt it is more: a
// needless request costs less than a wrong answer. nil is an unknown write.
func touchedBy(write *Operation) touches {
	if write == nil {
		return touches{everything: true}
	}
	switch write.resource() {
	case "space", "plan":
		return touches{settings: []string{"space", "plan"}}
	case "collection": // spaces name theirs
		return touches{settings: []string{"space"}}
	case "tag", "badge", "custom_field", "custom_field_option", "answer":
		// Tags and badges are options of hidden custom fields, and answers may
		// add options.
		return touches{settings: []string{"tag", "badge", "custom_field", "custom_field_option"}}
	case "member", "space_member", "plan_member", "plan_invite", "invite", "subscription", "purchase", "password_reset":
		// The member may be the key's owner, and networks may count members.
		return touches{settings: []string{"me", "network"}}
	case "post", "post_reaction", "comment", "comment_reaction", "event", "rsvp", "poll", "coursework", "asset",
		"member_tag", "member_badge":
		return touches{} // no setting says who holds it or what was written
	}
	return touches{everything: true}
}

// resource is the first part of the operation's name.
func (o *Operation) resource() string {
	resource, _, _ := strings.Cut(o.Name, ".")
	return resource
}
