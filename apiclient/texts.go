package apiclient

import "maps"

// Writer says who decides what a text in an answer says.
type Writer uint8

// The writers. What members or hosts write is data, whatever it says: see
// [Writer.IsData].
const (
	// ByAPI: the API's own words, such as statuses, kinds and currencies.
	ByAPI Writer = iota + 1
	// ByHost: what hosts write, such as the names of spaces, tags and plans.
	ByHost
	// ByMember: what any member writes or has a say in, such as names, posts,
	// and addresses made of either.
	ByMember
)

// IsData reports whether people write it, so that it may hold words that look
// like orders. Hosts are people too, and a host's account may be taken over.
func (w Writer) IsData() bool { return w == ByHost || w == ByMember }

// Texts returns, for every type of the API's answers and every field of it that
// holds a text or a list of texts, who writes it: by the name of the Go type
// and the field's name on the wire. Fields that this package does not know,
// which come through in Raw, count as written by members.
//
// This is the one list. A text that is not in it fails the tests.
func Texts() map[string]map[string]Writer {
	labels := map[string]Writer{"title": ByHost, "description": ByHost, "color": ByHost}
	return map[string]map[string]Writer{
		"AbuseReport": {"reason": ByMember, "targetable_type": ByAPI, "report_type": ByAPI, "context_type": ByAPI},
		"Answer":      {"text": ByMember},
		// Where members may add options of their own, they write segments and options.
		"Segment":           {"title": ByMember, "description": ByMember, "color": ByHost},
		"CustomFieldOption": {"title": ByMember, "description": ByMember},
		"CustomField":       {"title": ByHost, "response_type": ByAPI},
		"Asset":             {"name": ByMember, "url": ByMember, "type": ByAPI},
		"EmbeddedLink":      {"url": ByMember, "title": ByMember, "description": ByMember, "favicon_url": ByMember},
		"Badge":             with(labels, map[string]Writer{"avatar_url": ByHost}),
		"Tag":               labels,
		"Collection":        {"name": ByHost, "description": ByHost},
		"PlacedSpace":       {"name": ByHost},
		"Space":             {"name": ByHost},
		"Comment":           {"text": ByMember, "permalink": ByMember, "targetable_type": ByAPI},
		"Coursework": {
			"title": ByHost, "description": ByHost, "permalink": ByHost,
			"type": ByAPI, "parent_type": ByAPI, "status": ByAPI, "completion_criteria": ByAPI, "unlocking_criteria": ByAPI,
		},
		"Event": {
			"title": ByMember, "description": ByMember, "location": ByMember, "link": ByMember, "images": ByMember, "permalink": ByMember,
			"time_zone": ByMember, "event_type": ByMember, "post_type": ByAPI, "recurrence_rule": ByAPI, "frequency": ByAPI,
		},
		"Invite": {"recipient_email": ByMember, "recipient_first_name": ByMember, "recipient_last_name": ByMember},
		"Member": {
			"name": ByMember, "first_name": ByMember, "last_name": ByMember, "email": ByMember, "bio": ByMember, "location": ByMember,
			"time_zone": ByMember, "avatar": ByMember, "permalink": ByMember, "categories": ByHost, "ambassador_level": ByHost,
			"role": ByAPI, "member_type": ByAPI,
		},
		"Network":  {"title": ByHost, "subtitle": ByHost, "purpose": ByHost, "description": ByHost, "subdomain": ByHost},
		"Plan":     {"name": ByHost, "description": ByHost, "permalink": ByHost, "status": ByAPI, "pricing_type": ByAPI},
		"SoldPlan": {"name": ByHost, "currency": ByAPI, "interval": ByAPI, "type": ByAPI},
		"Poll": {
			"title": ByMember, "description": ByMember, "images": ByMember, "permalink": ByMember,
			"post_type": ByAPI, "poll_type": ByAPI, "status": ByAPI,
		},
		"PollChoice": {"text": ByMember, "id": ByAPI},
		"Post": {
			"title": ByMember, "summary": ByMember, "description": ByMember, "images": ByMember, "permalink": ByMember,
			"post_type": ByAPI, "content_type": ByAPI, "status": ByAPI,
		},
		"Purchase":     {"payment_platform": ByAPI},
		"Subscription": {"payment_platform": ByAPI},
		"Reaction":     {"emoji": ByMember, "base_emoji": ByMember, "targetable_type": ByAPI},
		"RSVP":         {"status": ByAPI},
	}
}

func with(all, more map[string]Writer) map[string]Writer {
	merged := maps.Clone(all)
	maps.Copy(merged, more)
	return merged
}
