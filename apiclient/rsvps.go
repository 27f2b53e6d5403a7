package apiclient

import (
	"context"
	"iter"
	"net/url"
)

// RSVPsService reads and changes the answers to an event.
type RSVPsService struct{ c *Client }

// List returns one page of an event's RSVPs
// (GET /networks/{network_id}/events/{event_id}/rsvps), of one date when
// opts.InstanceAt is set.
func (s RSVPsService) List(ctx context.Context, eventID ID, opts RSVPList) (*Page[RSVP], error) {
	query := url.Values{}
	if !opts.InstanceAt.IsZero() {
		at, err := opts.InstanceAt.MarshalText()
		if err != nil {
			return nil, invalid(opRSVPList, "instance_at cannot be written as a date of the API")
		}
		query.Set("instance_at", string(at))
	}
	return list[RSVP](ctx, s.c, call{op: opRSVPList, path: ids(eventID), query: query}, opts.ListOptions)
}

// All walks every RSVP of an event that opts selects, as [MembersService.All]
// walks members.
func (s RSVPsService) All(ctx context.Context, eventID ID, opts RSVPList) iter.Seq2[RSVP, error] {
	return all(ctx, s.c, opRSVPList, opts.ListOptions, func(ctx context.Context, at ListOptions) (*Page[RSVP], error) {
		return s.List(ctx, eventID, RSVPList{ListOptions: at, InstanceAt: opts.InstanceAt})
	})
}

// Get returns an RSVP
// (GET /networks/{network_id}/events/{event_id}/rsvps/{id}/).
func (s RSVPsService) Get(ctx context.Context, eventID, id ID) (*RSVP, error) {
	return fetch[RSVP](ctx, s.c, call{op: opRSVPGet, path: ids(eventID, id)})
}

// Create answers an event on a member's behalf, or changes the answer they
// gave (POST /networks/{network_id}/events/{event_id}/rsvps). Somebody who is
// not in the network is [NotAllowed], a date that the event does not have
// [Validation].
func (s RSVPsService) Create(ctx context.Context, eventID ID, r RSVPCreate) (*RSVP, error) {
	if err := missing(opRSVPCreate, field{"member_id", given(r.MemberID)}, field{"status", r.Status}); err != nil {
		return nil, err
	}
	return fetch[RSVP](ctx, s.c, call{op: opRSVPCreate, path: ids(eventID), body: r})
}

// Update changes what is set in r
// (PATCH /networks/{network_id}/events/{event_id}/rsvps/{id}/). One that the
// event's settings lock is [NotAllowed].
func (s RSVPsService) Update(ctx context.Context, eventID, id ID, r RSVPUpdate) (*RSVP, error) {
	if r == (RSVPUpdate{}) {
		return nil, invalid(opRSVPUpdate, nothingToUpdate)
	}
	return fetch[RSVP](ctx, s.c, call{op: opRSVPUpdate, path: ids(eventID, id), body: r})
}

// Delete takes an RSVP away, which is not the same as [RSVPNo]
// (DELETE /networks/{network_id}/events/{event_id}/rsvps/{id}/).
func (s RSVPsService) Delete(ctx context.Context, eventID, id ID) error {
	return s.c.perform(ctx, call{op: opRSVPDelete, path: ids(eventID, id)})
}
