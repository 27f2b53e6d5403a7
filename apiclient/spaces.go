package apiclient

import (
	"context"
	"encoding/json"
	"iter"
	"time"
)

// Space is a place inside the network. The API tells no more of it: neither
// its kind, nor who may see it, nor how many members it has.
type Space struct {
	ID           ID        `json:"id"`
	Name         string    `json:"name,omitempty"` // not unique
	CollectionID ID        `json:"collection_id,omitempty"`
	CreatedAt    time.Time `json:"created_at,omitzero"`
	UpdatedAt    time.Time `json:"updated_at,omitzero"`

	// Raw is the whole object as it came.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON reads a space loosely and keeps it whole in Raw.
func (s *Space) UnmarshalJSON(data []byte) error {
	o, err := readObject("space", data)
	if err != nil {
		return err
	}
	*s = Space{
		ID:           o.id("id"),
		Name:         o.text("name"),
		CollectionID: o.id("collection_id"),
		CreatedAt:    o.time("created_at"),
		UpdatedAt:    o.time("updated_at"),
		Raw:          o.raw,
	}
	return nil
}

// SpaceCreate describes a space to make. Name is required; the API takes
// nothing else.
type SpaceCreate struct {
	Name string `json:"name"`
}

// SpaceUpdate describes a change; nil, and 0 for CollectionID, leave a field
// as it is.
type SpaceUpdate struct {
	Name         *string `json:"name,omitempty"`
	CollectionID ID      `json:"collection_id,omitempty"` // moves the space there
}

// SpacesService reads and changes spaces.
type SpacesService struct{ c *Client }

// List returns one page of spaces (GET /networks/{network_id}/spaces).
func (s SpacesService) List(ctx context.Context, opts ListOptions) (*Page[Space], error) {
	return list[Space](ctx, s.c, call{op: opSpaceList}, opts)
}

// All walks every space, as [MembersService.All] walks members.
func (s SpacesService) All(ctx context.Context, opts ListOptions) iter.Seq2[Space, error] {
	return all(ctx, s.c, opSpaceList, opts, s.List)
}

// Get returns a space (GET /networks/{network_id}/spaces/{id}).
func (s SpacesService) Get(ctx context.Context, id ID) (*Space, error) {
	return fetch[Space](ctx, s.c, call{op: opSpaceGet, path: ids(id)})
}

// Create makes a space (POST /networks/{network_id}/spaces). What it can hold
// and who may see it is set in the network's own settings, not by the API.
func (s SpacesService) Create(ctx context.Context, space SpaceCreate) (*Space, error) {
	if err := missing(opSpaceCreate, field{"name", space.Name}); err != nil {
		return nil, err
	}
	return fetch[Space](ctx, s.c, call{op: opSpaceCreate, body: space})
}

// Update changes what is set in space (PATCH /networks/{network_id}/spaces/{id}).
// The API can move a space into another collection; it documents no way to
// take it out of all of them.
func (s SpacesService) Update(ctx context.Context, id ID, space SpaceUpdate) (*Space, error) {
	if space == (SpaceUpdate{}) {
		return nil, invalid(opSpaceUpdate, nothingToUpdate)
	}
	return fetch[Space](ctx, s.c, call{op: opSpaceUpdate, path: ids(id), body: space})
}

// Delete deletes a space and everything in it
// (DELETE /networks/{network_id}/spaces/{id}); there is no way back. One that
// the network's rules keep is [Validation].
func (s SpacesService) Delete(ctx context.Context, id ID) error {
	return s.c.perform(ctx, call{op: opSpaceDelete, path: ids(id)})
}
