package apiclient

import (
	"encoding/json"
	"time"
)

// The answers a member can give to an event.
const (
	RSVPYes   = "yes"
	RSVPMaybe = "maybe"
	RSVPNo    = "no"
)

// RSVP is a member's answer to an event, or to one date of a recurring event.
type RSVP struct {
	ID     ID      `json:"id"`
	Status string  `json:"status,omitempty"` // [RSVPYes], [RSVPMaybe] or [RSVPNo]
	Member *Member `json:"member,omitempty"`
	// Event is the event in a shorter form than [EventsService.Get] returns it.
	Event     *Event         `json:"event,omitempty"`
	Instance  *EventInstance `json:"event_instance,omitempty"` // nil unless the event recurs
	UpdatedAt time.Time      `json:"updated,omitzero"`

	// Raw is the whole object as it came.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON reads an RSVP loosely and keeps it whole in Raw.
func (r *RSVP) UnmarshalJSON(data []byte) error {
	o, err := readObject("rsvp", data)
	if err != nil {
		return err
	}
	*r = RSVP{ID: o.id("id"), Status: o.text("status"), UpdatedAt: o.time("updated"), Raw: o.raw}
	var member Member
	if o.nested("member", &member) {
		r.Member = &member
	}
	var event Event
	if o.nested("event", &event) {
		r.Event = &event
	}
	var instance EventInstance
	if o.nested("event_instance", &instance) {
		r.Instance = &instance
	}
	return nil
}

// EventInstance is one date of a recurring event.
type EventInstance struct {
	PostID   ID        `json:"post_id,omitempty"` // the recurring event's id
	StartsAt time.Time `json:"starts_at,omitzero"`
	EndsAt   time.Time `json:"ends_at,omitzero"`
	Index    int       `json:"instance_index"` // its number in the series

	// Raw is the whole object as it came.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON reads a date loosely and keeps it whole in Raw.
func (i *EventInstance) UnmarshalJSON(data []byte) error {
	o, err := readPart("date of an event", data)
	if err != nil {
		return err
	}
	*i = EventInstance{
		PostID:   o.id("post_id"),
		StartsAt: o.time("starts_at"),
		EndsAt:   o.time("ends_at"),
		Index:    o.count("instance_index"),
		Raw:      o.raw,
	}
	return nil
}

// RSVPList chooses RSVPs.
type RSVPList struct {
	ListOptions
	// InstanceAt limits the list to the date of a recurring event that starts
	// then; zero is all of them.
	InstanceAt time.Time
}

// RSVPCreate describes an answer to give on a member's behalf. MemberID and
// Status are required.
type RSVPCreate struct {
	MemberID ID     `json:"member_id"`
	Status   string `json:"status"` // [RSVPYes], [RSVPMaybe] or [RSVPNo]
	// InstanceAt is when the date of a recurring event starts that is
	// answered; zero is not sent.
	InstanceAt time.Time `json:"instance_at,omitzero"`
}

// RSVPUpdate describes a change; nil, and 0 for MemberID, leave a field as it
// is.
type RSVPUpdate struct {
	MemberID   ID         `json:"member_id,omitempty"`
	Status     *string    `json:"status,omitempty"`
	InstanceAt *time.Time `json:"instance_at,omitempty"`
}
