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

// SpacesService reads spaces.
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
