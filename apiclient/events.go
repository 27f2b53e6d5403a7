package apiclient

import (
	"context"
	"iter"
)

// EventsService reads and changes events.
type EventsService struct{ c *Client }

// List returns one page of events (GET /networks/{network_id}/events). The
// API offers no filter, not even by date.
func (s EventsService) List(ctx context.Context, opts ListOptions) (*Page[Event], error) {
	return list[Event](ctx, s.c, call{op: opEventList}, opts)
}

// All walks every event, as [MembersService.All] walks members.
func (s EventsService) All(ctx context.Context, opts ListOptions) iter.Seq2[Event, error] {
	return all(ctx, s.c, opEventList, opts, s.List)
}

// Get returns an event (GET /networks/{network_id}/events/{id}/).
func (s EventsService) Get(ctx context.Context, id ID) (*Event, error) {
	return fetch[Event](ctx, s.c, call{op: opEventGet, path: ids(id)})
}

// Create makes an event as the key's owner (POST /networks/{network_id}/events).
func (s EventsService) Create(ctx context.Context, e EventCreate) (*Event, error) {
	starts, ends := "", ""
	if !e.StartsAt.IsZero() {
		starts = e.StartsAt.String()
	}
	if !e.EndsAt.IsZero() {
		ends = e.EndsAt.String()
	}
	if err := missing(opEventCreate, field{"title", e.Title}, field{"event_type", e.EventType},
		field{"space_id", given(e.SpaceID)}, field{"starts_at", starts}, field{"ends_at", ends}); err != nil {
		return nil, err
	}
	return fetch[Event](ctx, s.c, call{op: opEventCreate, body: e})
}

// Update changes what is set in e (PATCH /networks/{network_id}/events/{id}/).
// The API cannot move an event to another space.
func (s EventsService) Update(ctx context.Context, id ID, e EventUpdate) (*Event, error) {
	if e.isEmpty() {
		return nil, invalid(opEventUpdate, nothingToUpdate)
	}
	return fetch[Event](ctx, s.c, call{op: opEventUpdate, path: ids(id), body: e})
}

// Delete deletes an event for good (DELETE /networks/{network_id}/events/{id}/).
func (s EventsService) Delete(ctx context.Context, id ID) error {
	return s.c.perform(ctx, call{op: opEventDelete, path: ids(id)})
}
