package apiclient

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"
)

// Event is a gathering that members can say yes or no to (RSVP).
type Event struct {
	ID              ID        `json:"id"`
	SpaceID         ID        `json:"space_id,omitempty"` // only where it comes with an RSVP
	Title           string    `json:"title,omitempty"`
	Description     string    `json:"description,omitempty"` // HTML
	PostType        string    `json:"post_type,omitempty"`
	EventType       string    `json:"event_type,omitempty"` // for example online_meeting, local_meetup, zoom_meeting
	Creator         *Member   `json:"creator,omitempty"`
	StartsAt        time.Time `json:"starts_at,omitzero"` // in the event's own zone
	EndsAt          time.Time `json:"ends_at,omitzero"`
	TimeZone        string    `json:"time_zone,omitempty"` // IANA name
	Location        string    `json:"location,omitempty"`
	Link            string    `json:"link,omitempty"`
	Images          []string  `json:"images,omitempty"` // URLs
	RSVPEnabled     bool      `json:"rsvp_enabled"`
	RSVPClosed      bool      `json:"rsvp_closed"`
	RestrictedEvent bool      `json:"restricted_event"`
	PostInFeed      bool      `json:"post_in_feed"`
	RecurrenceRule  string    `json:"recurrence_rule,omitempty"` // iCalendar RRULE
	Frequency       string    `json:"frequency,omitempty"`       // daily, weekly, monthly, yearly
	Interval        int       `json:"interval,omitempty"`
	Permalink       string    `json:"permalink,omitempty"`
	CreatedAt       time.Time `json:"created_at,omitzero"`
	UpdatedAt       time.Time `json:"updated_at,omitzero"`

	// Raw is the whole object as it came.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON reads an event loosely and keeps it whole in Raw. It also
// reads the form in which RSVPs describe events (summary, space_id).
func (e *Event) UnmarshalJSON(data []byte) error {
	o, err := readObject("event", data)
	if err != nil {
		return err
	}
	*e = Event{
		ID:              o.id("id"),
		SpaceID:         o.id("space_id"),
		Title:           o.text("title"),
		Description:     firstOf(o.text("description"), o.text("summary")),
		PostType:        o.text("post_type"),
		EventType:       o.text("event_type"),
		StartsAt:        o.time("starts_at"),
		EndsAt:          o.time("ends_at"),
		TimeZone:        o.text("time_zone"),
		Location:        o.text("location"),
		Link:            o.text("link"),
		Images:          o.texts("images"),
		RSVPEnabled:     o.flag("rsvp_enabled"),
		RSVPClosed:      o.flag("rsvp_closed"),
		RestrictedEvent: o.flag("restricted_event"),
		PostInFeed:      o.flag("post_in_feed"),
		RecurrenceRule:  o.text("recurrence_rule"),
		Frequency:       o.text("frequency"),
		Interval:        o.count("interval"),
		Permalink:       o.text("permalink"),
		CreatedAt:       o.time("created_at"),
		UpdatedAt:       o.time("updated_at"),
		Raw:             o.raw,
	}
	var creator Member
	if o.nested("creator", &creator) {
		e.Creator = &creator
	}
	return nil
}

// CommaList is a list that the API takes as one text, "MO,WE,FR" or "1,15".
// The vendor's document calls it a number when an event is made and a text
// when it is changed; its examples are texts both times.
type CommaList[T ~string | ~int] []T

// MarshalJSON writes the items with commas between them.
func (l CommaList[T]) MarshalJSON() ([]byte, error) {
	parts := make([]string, len(l))
	for i, item := range l {
		parts[i] = fmt.Sprint(item)
	}
	return json.Marshal(strings.Join(parts, ","))
}

// EventCreate describes an event to make. SpaceID, Title, EventType, StartsAt
// and EndsAt are required; other zero fields are not sent.
type EventCreate struct {
	SpaceID     ID        `json:"space_id"`
	Title       string    `json:"title"`
	EventType   string    `json:"event_type"` // open text; for example online_meeting, local_meetup, zoom_meeting
	StartsAt    time.Time `json:"starts_at"`
	EndsAt      time.Time `json:"ends_at"`
	Description string    `json:"description,omitempty"`
	Link        string    `json:"link,omitempty"`
	Location    string    `json:"location,omitempty"`
	TimeZone    string    `json:"time_zone,omitempty"` // IANA name

	RSVPEnabled     *bool `json:"rsvp_enabled,omitempty"`     // the API takes true
	RSVPClosed      *bool `json:"rsvp_closed,omitempty"`      // the API takes false
	RestrictedEvent *bool `json:"restricted_event,omitempty"` // the API takes false
	PostInFeed      *bool `json:"post_in_feed,omitempty"`     // the API takes true: the event shows in the feed

	// Recurrence: every Interval days, weeks, months or years (Frequency is
	// daily, weekly, monthly or yearly), on ByDays (SU to SA) or ByMonthDays
	// (1 to 31), RecurrenceCount times or until RecurUntil.
	Frequency       string            `json:"frequency,omitempty"`
	Interval        int               `json:"interval,omitempty"`
	ByDays          CommaList[string] `json:"by_days,omitempty"`
	ByMonthDays     CommaList[int]    `json:"by_month_days,omitempty"`
	RecurrenceCount int               `json:"recurrence_count,omitempty"`
	RecurUntil      time.Time         `json:"recur_until,omitzero"`
}

// EventUpdate describes a change; nil leaves a field as it is. The fields
// mean what they mean in [EventCreate].
type EventUpdate struct {
	Title           *string           `json:"title,omitempty"`
	Description     *string           `json:"description,omitempty"`
	Link            *string           `json:"link,omitempty"`
	StartsAt        *time.Time        `json:"starts_at,omitempty"`
	EndsAt          *time.Time        `json:"ends_at,omitempty"`
	EventType       *string           `json:"event_type,omitempty"`
	Location        *string           `json:"location,omitempty"`
	TimeZone        *string           `json:"time_zone,omitempty"`
	RSVPEnabled     *bool             `json:"rsvp_enabled,omitempty"`
	RSVPClosed      *bool             `json:"rsvp_closed,omitempty"`
	RestrictedEvent *bool             `json:"restricted_event,omitempty"`
	PostInFeed      *bool             `json:"post_in_feed,omitempty"`
	Frequency       *string           `json:"frequency,omitempty"`
	Interval        *int              `json:"interval,omitempty"`
	ByDays          CommaList[string] `json:"by_days,omitzero"` // empty but not nil clears it
	ByMonthDays     CommaList[int]    `json:"by_month_days,omitzero"`
	RecurrenceCount *int              `json:"recurrence_count,omitempty"`
	RecurUntil      *time.Time        `json:"recur_until,omitempty"`
}

func (e EventUpdate) isEmpty() bool { return reflect.ValueOf(e).IsZero() }
