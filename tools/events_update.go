package tools

import (
	"context"
	"fmt"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// eventUpdateTools change events.
func eventUpdateTools() []Tool {
	return []Tool{
		write(Doc{
			Name: "update_event", Title: "Update event", Toolset: eventsToolset,
			About: "Changes an event; what is left out stays. Neither its space nor how it repeats can be changed here.",
		}, previewUpdateEvent, updateEvent, "update_event", func(in updateEventIn, out view[eventView], before map[string]any) *store.Undo {
			return putBack(values{"event_id": in.EventID}, before, in.of(objectOf[apiclient.Event](out)))
		}),
	}
}

type updateEventIn struct {
	eventRef
	Title       *string `json:"title,omitempty" jsonschema:"minLength=1,maxLength=300" jsonschema_description:"new title"`
	StartsAt    *string `json:"starts_at,omitempty" jsonschema:"format=date-time" jsonschema_description:"new start, with offset"`
	EndsAt      *string `json:"ends_at,omitempty" jsonschema:"format=date-time" jsonschema_description:"new end"`
	Description *string `json:"description,omitempty" jsonschema:"maxLength=100000" jsonschema_description:"new text, HTML allowed"`
	Location    *string `json:"location,omitempty" jsonschema:"maxLength=300" jsonschema_description:"new place"`
	Link        *string `json:"link,omitempty" jsonschema:"maxLength=2000" jsonschema_description:"new meeting URL"`
	TimeZone    *string `json:"time_zone,omitempty" jsonschema:"maxLength=60" jsonschema_description:"IANA name"`
	RSVPEnabled *bool   `json:"rsvp_enabled,omitempty" jsonschema_description:"members can RSVP"`
	RSVPClosed  *bool   `json:"rsvp_closed,omitempty" jsonschema_description:"no more RSVPs"`
}

// Check implements [Checker].
func (in *updateEventIn) Check() error {
	bare := updateEventIn{eventRef: in.eventRef}
	if *in == bare {
		return problem("title", "nothing to change: give at least one value besides event_id")
	}
	if in.StartsAt != nil && in.EndsAt != nil && !moment(*in.EndsAt).After(moment(*in.StartsAt)) {
		return problem("ends_at", `argument "ends_at" must be after "starts_at"`)
	}
	return nil
}

func previewUpdateEvent(ctx context.Context, c *Call, in updateEventIn) (guardrails.Preview, error) {
	event, err := c.API.Events().Get(ctx, in.EventID)
	if err != nil {
		return guardrails.Preview{}, err
	}
	p := guardrails.Preview{
		Action: "Change this event.",
		Facts: []guardrails.Fact{
			guardrails.Number("event id", event.ID), guardrails.Quote("title", event.Title), guardrails.Field("starts", stamp(event.StartsAt)),
		},
		Warnings: []string{"Whether people who said yes are told is not known."},
		Before:   in.of(event),
	}
	for _, field := range in.fields(event) {
		if field.given {
			p.Facts = append(p.Facts, guardrails.Quote("new "+field.name, excerpt(text(field.wanted))))
		}
	}
	return p, nil
}

// changing is one value of an update.
type changing struct {
	name string
	// given: it is to be changed, to wanted. is what the target has.
	given      bool
	wanted, is any
}

// beingChanged returns what the target has of what is to be changed.
func beingChanged(fields []changing) values {
	v := values{}
	for _, field := range fields {
		if field.given {
			v[field.name] = field.is
		}
	}
	return v
}

func (in *updateEventIn) fields(event *apiclient.Event) []changing {
	return []changing{
		{"title", in.Title != nil, in.Title, event.Title},
		{"starts_at", in.StartsAt != nil, in.StartsAt, stamp(event.StartsAt)},
		{"ends_at", in.EndsAt != nil, in.EndsAt, stamp(event.EndsAt)},
		{"description", in.Description != nil, in.Description, event.Description},
		{"location", in.Location != nil, in.Location, event.Location},
		{"link", in.Link != nil, in.Link, event.Link},
		{"time_zone", in.TimeZone != nil, in.TimeZone, event.TimeZone},
		{"rsvp_enabled", in.RSVPEnabled != nil, in.RSVPEnabled, event.RSVPEnabled},
		{"rsvp_closed", in.RSVPClosed != nil, in.RSVPClosed, event.RSVPClosed},
	}
}

// of returns what of an event the change is about.
func (in *updateEventIn) of(event *apiclient.Event) values { return beingChanged(in.fields(event)) }

// text writes a value of an update, behind a pointer or not.
func text(v any) string {
	switch v := v.(type) {
	case *string:
		return *v
	case *bool:
		return fmt.Sprint(*v)
	}
	return fmt.Sprint(v)
}

func updateEvent(ctx context.Context, c *Call, in updateEventIn) (view[eventView], error) {
	change := apiclient.EventUpdate{
		Title: in.Title, Description: in.Description, Location: in.Location, Link: in.Link, TimeZone: in.TimeZone,
		RSVPEnabled: in.RSVPEnabled, RSVPClosed: in.RSVPClosed,
	}
	if in.StartsAt != nil {
		starts := moment(*in.StartsAt)
		change.StartsAt = &starts
	}
	if in.EndsAt != nil {
		ends := moment(*in.EndsAt)
		change.EndsAt = &ends
	}
	event, err := c.API.Events().Update(ctx, in.EventID, change)
	err = c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		var readErr error
		event, readErr = c.API.Events().Get(ctx, in.EventID)
		return readErr == nil && is(in.Title, event.Title) && is(in.Description, event.Description) && is(in.Location, event.Location) &&
			is(in.Link, event.Link) && is(in.TimeZone, event.TimeZone) &&
			(change.StartsAt == nil || change.StartsAt.Equal(event.StartsAt)) && (change.EndsAt == nil || change.EndsAt.Equal(event.EndsAt)) &&
			(in.RSVPEnabled == nil || *in.RSVPEnabled == event.RSVPEnabled) && (in.RSVPClosed == nil || *in.RSVPClosed == event.RSVPClosed), readErr
	})
	return shown(eventRow(concise))(event, err)
}
