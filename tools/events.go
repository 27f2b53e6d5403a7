package tools

import (
	"context"
	"strings"
	"time"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

const eventsToolset = "events"

// eventTools read, make and remove events.
func eventTools() []Tool {
	return []Tool{
		read(Doc{
			Name: "list_events", Title: "List events", Toolset: eventsToolset,
			About: "Events of the network, past and future, unsorted.",
		}, listEvents),
		read(Doc{
			Name: "get_event", Title: "Get event", Toolset: eventsToolset,
			About: "One event, with its text. The API does not tell its space.",
		}, getEvent),
		write(Doc{
			Name: "create_event", Title: "Create event", Toolset: eventsToolset, Anew: true,
			About: "Makes an event in a space under the key owner's name. It shows in the feed unless post_in_feed is false.",
		}, previewCreateEvent, createEvent, "delete_event", func(_ createEventIn, out view[eventView], _ map[string]any) *store.Undo {
			event := objectOf[apiclient.Event](out)
			return unmaking(values{"event_id": event.ID}, aboutEventMade(event))
		}),
		destructive(Doc{
			Name: "delete_event", Title: "Delete event", Toolset: eventsToolset,
			About: "Deletes an event with its RSVPs, for good. A person must approve.",
		}, previewDeleteEvent, deleteEvent),
	}
}

// eventRef names one event.
type eventRef struct {
	EventID apiclient.ID `json:"event_id" jsonschema:"minimum=1" jsonschema_description:"event id"`
}

type eventView struct {
	ID             apiclient.ID `json:"id"`
	Title          string       `json:"title,omitempty"`
	EventType      string       `json:"event_type,omitempty"`
	StartsAt       string       `json:"starts_at,omitempty"`
	EndsAt         string       `json:"ends_at,omitempty"`
	TimeZone       string       `json:"time_zone,omitempty"`
	Location       string       `json:"location,omitempty"`
	Link           string       `json:"link,omitempty"`
	RecurrenceRule string       `json:"recurrence_rule,omitempty"`
	RSVPEnabled    *bool        `json:"rsvp_enabled,omitempty"`
	Description    string       `json:"description,omitempty"`
	CreatorID      apiclient.ID `json:"creator_id,omitempty"`
	Permalink      string       `json:"permalink,omitempty"`
}

func eventRow(d detail) func(apiclient.Event) view[eventView] {
	return func(e apiclient.Event) view[eventView] {
		if d == full {
			return showEvent(&e, d)
		}
		fields := eventHead(e)
		fields.Description = excerpt(e.Description)
		return show(fields, e.Raw, d)
	}
}

func showEvent(e *apiclient.Event, d detail) view[eventView] {
	fields := eventHead(*e)
	fields.Description, fields.Permalink = body(e.Description, d), line(e.Permalink)
	return show(fields, e.Raw, d)
}

func eventHead(e apiclient.Event) eventView {
	v := eventView{
		ID: e.ID, Title: line(e.Title), EventType: line(e.EventType), StartsAt: stamp(e.StartsAt), EndsAt: stamp(e.EndsAt),
		TimeZone: line(e.TimeZone), Location: line(e.Location), Link: line(e.Link), RecurrenceRule: line(e.RecurrenceRule),
		RSVPEnabled: &e.RSVPEnabled,
	}
	if e.Creator != nil {
		v.CreatorID = e.Creator.ID
	}
	return v
}

type chosenOfEvent = chosen[eventView, apiclient.Event]

type listEventsIn struct {
	paged
	detailed
	chosenOfEvent
}

func listEvents(ctx context.Context, c *Call, in listEventsIn) (list[view[eventView]], error) {
	page, err := c.API.Events().List(ctx, in.options())
	if err != nil {
		return list[view[eventView]]{}, err
	}
	return listOf(c, page, in.rows(eventRow, in.Detail))
}

type getEventIn struct {
	eventRef
	detailed
	chosenOfEvent
}

func getEvent(ctx context.Context, c *Call, in getEventIn) (view[eventView], error) {
	event, err := c.API.Events().Get(ctx, in.EventID)
	if err != nil {
		return view[eventView]{}, err
	}
	return in.of(showEvent(event, in.from(in.Detail))), nil
}

type createEventIn struct {
	spaceRef
	Title       string `json:"title" jsonschema:"minLength=1,maxLength=300" jsonschema_description:"title"`
	StartsAt    string `json:"starts_at" jsonschema:"format=date-time" jsonschema_description:"start, with offset: 2026-05-01T18:00:00+02:00"`
	EndsAt      string `json:"ends_at" jsonschema:"format=date-time" jsonschema_description:"end"`
	EventType   string `json:"event_type" jsonschema:"maxLength=60" jsonschema_description:"such as online_meeting, local_meetup, zoom_meeting, webinar"`
	Description string `json:"description,omitempty" jsonschema:"maxLength=100000" jsonschema_description:"text, HTML allowed"`
	TimeZone    string `json:"time_zone,omitempty" jsonschema:"maxLength=60" jsonschema_description:"IANA name"`
	Location    string `json:"location,omitempty" jsonschema:"maxLength=300" jsonschema_description:"place"`
	Link        string `json:"link,omitempty" jsonschema:"maxLength=2000" jsonschema_description:"meeting URL"`
	RSVPEnabled *bool  `json:"rsvp_enabled,omitempty" jsonschema:"default=true" jsonschema_description:"members can RSVP"`
	PostInFeed  *bool  `json:"post_in_feed,omitempty" jsonschema:"default=true" jsonschema_description:"show in the feed"`
	recurring
}

// recurring says how an event repeats.
type recurring struct {
	Frequency       string   `json:"frequency,omitempty" jsonschema:"enum=daily,enum=weekly,enum=monthly,enum=yearly" jsonschema_description:"repeat"`
	Interval        int      `json:"interval,omitempty" jsonschema:"minimum=1,maximum=366" jsonschema_description:"every so many of frequency"`
	ByDays          []string `json:"by_days,omitempty" jsonschema:"enum=SU,enum=MO,enum=TU,enum=WE,enum=TH,enum=FR,enum=SA" jsonschema_description:"weekdays"`
	ByMonthDays     []uint   `json:"by_month_days,omitempty" jsonschema_description:"days of the month"`
	RecurrenceCount int      `json:"recurrence_count,omitempty" jsonschema:"minimum=1,maximum=1000" jsonschema_description:"how many times"`
	RecurUntil      string   `json:"recur_until,omitempty" jsonschema:"format=date-time" jsonschema_description:"last time"`
}

// Check implements [Checker].
func (in *createEventIn) Check() error {
	if !in.ends().After(in.starts()) {
		return problem("ends_at", `argument "ends_at" must be after "starts_at"`)
	}
	if in.Frequency == "" && (in.Interval != 0 || len(in.ByDays) > 0 || len(in.ByMonthDays) > 0 || in.RecurrenceCount != 0 || in.RecurUntil != "") {
		return problem("frequency", `missing argument "frequency": without it the event does not repeat, and interval, by_days, by_month_days, recurrence_count and recur_until mean nothing`)
	}
	for _, day := range in.ByMonthDays {
		if day < 1 || day > 31 {
			return problem("by_month_days", `argument "by_month_days" takes days from 1 to 31`)
		}
	}
	return nil
}

func (r recurring) monthDays() (days []int) {
	for _, day := range r.ByMonthDays {
		days = append(days, int(day))
	}
	return days
}

func (in *createEventIn) starts() time.Time { return moment(in.StartsAt) }
func (in *createEventIn) ends() time.Time   { return moment(in.EndsAt) }

// moment reads a time that the schema has checked; "" is the zero time.
func moment(s string) time.Time {
	t, _ := time.Parse(time.RFC3339, s)
	return t
}

func previewCreateEvent(ctx context.Context, c *Call, in createEventIn) (guardrails.Preview, error) {
	p := guardrails.Preview{Action: "Make this event in this space.", Facts: []guardrails.Fact{
		guardrails.Quote("title", in.Title), guardrails.Field("starts", in.StartsAt), guardrails.Field("ends", in.EndsAt),
		guardrails.Quote("type", in.EventType), guardrails.Quote("text", excerpt(in.Description)),
	}}
	if in.Frequency != "" {
		p.Facts = append(p.Facts, guardrails.Quote("repeats", strings.TrimSpace(in.Frequency+" "+strings.Join(in.ByDays, " "))))
	}
	if *in.PostInFeed {
		p.Warnings = []string{"It shows in the feed."}
	}
	where, err := aboutTargetSpace(ctx, c, in.id())
	p.Facts = append(p.Facts, where...)
	return p, err
}

func createEvent(ctx context.Context, c *Call, in createEventIn) (view[eventView], error) {
	event, err := c.API.Events().Create(ctx, apiclient.EventCreate{
		SpaceID: in.id(), Title: in.Title, EventType: in.EventType, StartsAt: in.starts(), EndsAt: in.ends(),
		Description: in.Description, Link: in.Link, Location: in.Location, TimeZone: in.TimeZone,
		RSVPEnabled: in.RSVPEnabled, PostInFeed: in.PostInFeed,
		Frequency: in.Frequency, Interval: in.Interval, ByDays: in.ByDays, ByMonthDays: in.monthDays(),
		RecurrenceCount: in.RecurrenceCount, RecurUntil: moment(in.RecurUntil),
	})
	if err != nil {
		return view[eventView]{}, err
	}
	return eventRow(concise)(*event), nil
}

func previewDeleteEvent(ctx context.Context, c *Call, in eventRef) (guardrails.Preview, error) {
	event, err := c.API.Events().Get(ctx, in.EventID)
	if err != nil {
		return guardrails.Preview{}, err
	}
	return guardrails.Preview{
		Action: "Delete this event with its RSVPs.",
		Facts: []guardrails.Fact{
			guardrails.Number("event id", event.ID), guardrails.Quote("title", event.Title),
			guardrails.Field("starts", stamp(event.StartsAt)), guardrails.Quote("text", excerpt(event.Description)),
		},
		Warnings: []string{"It cannot be restored through the API. Whether people who said yes are told is not known."},
		Before:   keptEvent(event),
	}, nil
}

// aboutEventMade returns what of an event shows that it is still the one that
// was made.
func aboutEventMade(event *apiclient.Event) values {
	return values{"title": event.Title, "starts_at": stamp(event.StartsAt), "ends_at": stamp(event.EndsAt), "description": event.Description}
}

func keptEvent(event *apiclient.Event) values {
	kept := aboutEventMade(event)
	kept["event"] = event.Raw
	return kept
}

func deleteEvent(ctx context.Context, c *Call, in eventRef) (eventRef, error) {
	err := c.API.Events().Delete(ctx, in.EventID)
	return in, c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		return gone(c.API.Events().Get(ctx, in.EventID))
	})
}
