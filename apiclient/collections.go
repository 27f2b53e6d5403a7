package apiclient

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"
)

// Collection is a group of spaces, as the network's navigation shows them.
// Which spaces are in it is told by [Space].
type Collection struct {
	ID               ID        `json:"id"`
	Name             string    `json:"name,omitempty"`
	Description      string    `json:"description,omitempty"`
	VisibleToMembers bool      `json:"visible_to_members"`
	Position         int       `json:"position,omitempty"` // among the collections
	Explorable       bool      `json:"explorable"`         // holds something that people can find and join
	CreatedAt        time.Time `json:"created_at,omitzero"`
	UpdatedAt        time.Time `json:"updated_at,omitzero"`

	// Raw is the whole object as it came.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON reads a collection loosely and keeps it whole in Raw.
func (c *Collection) UnmarshalJSON(data []byte) error {
	o, err := readObject("collection", data)
	if err != nil {
		return err
	}
	*c = Collection{
		ID:               o.id("id"),
		Name:             o.text("name"),
		Description:      o.text("description"),
		VisibleToMembers: o.flag("visible_to_members"),
		Position:         o.count("position"),
		Explorable:       o.flag("explorable"),
		CreatedAt:        o.time("created_at"),
		UpdatedAt:        o.time("updated_at"),
		Raw:              o.raw,
	}
	return nil
}

// CollectionCreate describes a collection to make. Name is required and must
// be new; other empty fields are not sent.
type CollectionCreate struct {
	Name             string `json:"name"`
	Description      string `json:"description,omitempty"`
	VisibleToMembers *bool  `json:"visible_to_members,omitempty"` // nil leaves it to the API, which does not say what it takes
}

// CollectionUpdate describes a change; nil leaves a field as it is.
type CollectionUpdate struct {
	Name             *string `json:"name,omitempty"`
	Description      *string `json:"description,omitempty"`
	VisibleToMembers *bool   `json:"visible_to_members,omitempty"`
}

// SpacePosition puts a space at a place within its collection.
type SpacePosition struct {
	SpaceID  ID  `json:"space_id"`
	Position int `json:"position"` // counts from 1
}

// PlacedSpace is a space with its place within a collection.
type PlacedSpace struct {
	ID       ID     `json:"id"` // the space's
	Name     string `json:"name,omitempty"`
	Position int    `json:"position,omitempty"` // counts from 1

	// Raw is the whole object as it came.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON reads a placed space loosely and keeps it whole in Raw.
func (p *PlacedSpace) UnmarshalJSON(data []byte) error {
	o, err := readObject("space", data)
	if err != nil {
		return err
	}
	*p = PlacedSpace{ID: o.id("id"), Name: o.text("name"), Position: o.count("position"), Raw: o.raw}
	return nil
}

// CollectionsService reads and changes collections.
type CollectionsService struct{ c *Client }

// List returns one page of collections (GET /networks/{network_id}/collections).
func (s CollectionsService) List(ctx context.Context, opts ListOptions) (*Page[Collection], error) {
	return list[Collection](ctx, s.c, call{op: opCollectionList}, opts)
}

// All walks every collection, as [MembersService.All] walks members.
func (s CollectionsService) All(ctx context.Context, opts ListOptions) iter.Seq2[Collection, error] {
	return all(ctx, s.c, opCollectionList, opts, s.List)
}

// Get returns a collection (GET /networks/{network_id}/collections/{id}/).
func (s CollectionsService) Get(ctx context.Context, id ID) (*Collection, error) {
	return fetch[Collection](ctx, s.c, call{op: opCollectionGet, path: ids(id)})
}

// Create makes an empty collection (POST /networks/{network_id}/collections).
// A name that is taken, or one collection too many, is [Validation].
// [SpacesService.Update] moves spaces into it.
func (s CollectionsService) Create(ctx context.Context, c CollectionCreate) (*Collection, error) {
	if err := missing(opCollectionCreate, field{"name", c.Name}); err != nil {
		return nil, err
	}
	return fetch[Collection](ctx, s.c, call{op: opCollectionCreate, body: c})
}

// Update changes what is set in c
// (PATCH /networks/{network_id}/collections/{id}/). One of the system's own
// collections, and a name that is taken, are [Validation].
func (s CollectionsService) Update(ctx context.Context, id ID, c CollectionUpdate) (*Collection, error) {
	if c == (CollectionUpdate{}) {
		return nil, invalid(opCollectionUpdate, nothingToUpdate)
	}
	return fetch[Collection](ctx, s.c, call{op: opCollectionUpdate, path: ids(id), body: c})
}

// Delete deletes an empty collection for good
// (DELETE /networks/{network_id}/collections/{id}/). One that still holds
// spaces is [Validation].
func (s CollectionsService) Delete(ctx context.Context, id ID) error {
	return s.c.perform(ctx, call{op: opCollectionDelete, path: ids(id)})
}

// SetOrder puts spaces of a collection at the given places
// (PUT /networks/{network_id}/collections/{id}/order). It returns the order
// that results, up to [MaxPerPage] spaces of it: there is no way to read
// further ones without writing again. A space of another collection is
// [Validation].
func (s CollectionsService) SetOrder(ctx context.Context, id ID, order []SpacePosition) (*Page[PlacedSpace], error) {
	if err := checkOrder(order); err != nil {
		return nil, invalid(opCollectionSetOrder, err.Error())
	}
	body := struct {
		Spaces []SpacePosition `json:"spaces"`
	}{order}
	// The answer is paged although this is a write; without these the API
	// would show no more than its short page of the result.
	largest := ListOptions{Page: 1, PerPage: MaxPerPage}
	return list[PlacedSpace](ctx, s.c, call{op: opCollectionSetOrder, path: ids(id), body: body}, largest)
}

// checkOrder refuses what cannot be an order: nothing, no space, no place, or
// one of them twice.
func checkOrder(order []SpacePosition) error {
	if len(order) == 0 {
		return errors.New("required but not given: spaces")
	}
	spaces, places := map[ID]bool{}, map[int]bool{}
	for _, at := range order {
		switch {
		case at.SpaceID == 0:
			return errors.New("space_id is missing in an entry of spaces")
		case at.Position < 1:
			return fmt.Errorf("position counts from 1, space %s has %d", at.SpaceID, at.Position)
		case spaces[at.SpaceID]:
			return fmt.Errorf("space_id %s is given twice", at.SpaceID)
		case places[at.Position]:
			return fmt.Errorf("position %d is given twice", at.Position)
		}
		spaces[at.SpaceID], places[at.Position] = true, true
	}
	return nil
}
