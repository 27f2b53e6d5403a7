package apiclient

import (
	"context"
	"encoding/json"
	"iter"
	"time"
)

// Tag is a mark that hosts put on members. The API cannot tell who has one,
// only which ones a member has ([MemberTagsService]).
type Tag struct {
	ID            ID        `json:"id"`
	Title         string    `json:"title,omitempty"`
	Description   string    `json:"description,omitempty"`
	Color         string    `json:"color,omitempty"`           // hex, "#FF5733"
	CustomFieldID ID        `json:"custom_field_id,omitempty"` // the hidden custom field whose options tags are
	CreatedAt     time.Time `json:"created_at,omitzero"`
	UpdatedAt     time.Time `json:"updated_at,omitzero"`

	// Raw is the whole object as it came.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON reads a tag loosely and keeps it whole in Raw.
func (t *Tag) UnmarshalJSON(data []byte) error {
	o, err := readObject("tag", data)
	if err != nil {
		return err
	}
	*t = Tag{
		ID:            o.id("id"),
		Title:         o.text("title"),
		Description:   o.text("description"),
		Color:         o.text("color"),
		CustomFieldID: o.id("custom_field_id"),
		CreatedAt:     o.time("created_at"),
		UpdatedAt:     o.time("updated_at"),
		Raw:           o.raw,
	}
	return nil
}

// TagCreate describes a tag to make. Title is required; other empty fields
// are not sent.
type TagCreate struct {
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	Color       string `json:"color,omitempty"` // hex, "#FF5733"
}

// TagUpdate describes a change; nil leaves a field as it is.
type TagUpdate struct {
	Title       *string `json:"title,omitempty"`
	Description *string `json:"description,omitempty"`
	Color       *string `json:"color,omitempty"`
}

// TagsService reads and changes the network's tags.
type TagsService struct{ c *Client }

// List returns one page of tags (GET /networks/{network_id}/tags).
func (s TagsService) List(ctx context.Context, opts ListOptions) (*Page[Tag], error) {
	return list[Tag](ctx, s.c, call{op: opTagList}, opts)
}

// All walks every tag, as [MembersService.All] walks members.
func (s TagsService) All(ctx context.Context, opts ListOptions) iter.Seq2[Tag, error] {
	return all(ctx, s.c, opTagList, opts, s.List)
}

// Get returns a tag (GET /networks/{network_id}/tags/{id}/).
func (s TagsService) Get(ctx context.Context, id ID) (*Tag, error) {
	return fetch[Tag](ctx, s.c, call{op: opTagGet, path: ids(id)})
}

// Create makes a tag (POST /networks/{network_id}/tags).
func (s TagsService) Create(ctx context.Context, t TagCreate) (*Tag, error) {
	if err := missing(opTagCreate, field{"title", t.Title}); err != nil {
		return nil, err
	}
	return fetch[Tag](ctx, s.c, call{op: opTagCreate, body: t})
}

// Update changes what is set in t (PATCH /networks/{network_id}/tags/{id}/).
func (s TagsService) Update(ctx context.Context, id ID, t TagUpdate) (*Tag, error) {
	if t == (TagUpdate{}) {
		return nil, invalid(opTagUpdate, nothingToUpdate)
	}
	return fetch[Tag](ctx, s.c, call{op: opTagUpdate, path: ids(id), body: t})
}

// Delete deletes a tag for good, from every member who has it
// (DELETE /networks/{network_id}/tags/{id}/).
func (s TagsService) Delete(ctx context.Context, id ID) error {
	return s.c.perform(ctx, call{op: opTagDelete, path: ids(id)})
}
