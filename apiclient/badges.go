package apiclient

import (
	"context"
	"encoding/json"
	"iter"
	"time"
)

// Badge is a picture that hosts put on members. The API cannot tell who has one,
// only which ones a member has ([MemberBadgesService]).
type Badge struct {
	ID            ID        `json:"id"`
	Title         string    `json:"title,omitempty"`
	Description   string    `json:"description,omitempty"`
	Color         string    `json:"color,omitempty"`           // hex, "#FF5733"
	AvatarURL     string    `json:"avatar_url,omitempty"`      // its picture
	CustomFieldID ID        `json:"custom_field_id,omitempty"` // the hidden custom field whose options badges are
	CreatedAt     time.Time `json:"created_at,omitzero"`
	UpdatedAt     time.Time `json:"updated_at,omitzero"`

	// Raw is the whole object as it came.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON reads a badge loosely and keeps it whole in Raw.
func (b *Badge) UnmarshalJSON(data []byte) error {
	o, err := readObject("badge", data)
	if err != nil {
		return err
	}
	*b = Badge{
		ID:            o.id("id"),
		Title:         o.text("title"),
		Description:   o.text("description"),
		Color:         o.text("color"),
		AvatarURL:     o.text("avatar_url"),
		CustomFieldID: o.id("custom_field_id"),
		CreatedAt:     o.time("created_at"),
		UpdatedAt:     o.time("updated_at"),
		Raw:           o.raw,
	}
	return nil
}

// BadgeCreate describes a badge to make. Title and AvatarID are required; other
// empty fields are not sent.
type BadgeCreate struct {
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	Color       string `json:"color,omitempty"` // hex, "#FF5733"
	// AvatarID is the asset that becomes the picture ([AssetsService.Upload]).
	AvatarID ID `json:"avatar_id"`
}

// BadgeUpdate describes a change; nil leaves a field as it is.
type BadgeUpdate struct {
	Title       *string `json:"title,omitempty"`
	Description *string `json:"description,omitempty"`
	Color       *string `json:"color,omitempty"`
	AvatarID    *ID     `json:"avatar_id,omitempty"`
}

// BadgesService reads and changes the network's badges.
type BadgesService struct{ c *Client }

// List returns one page of badges (GET /networks/{network_id}/badges).
func (s BadgesService) List(ctx context.Context, opts ListOptions) (*Page[Badge], error) {
	return list[Badge](ctx, s.c, call{op: opBadgeList}, opts)
}

// All walks every badge, as [MembersService.All] walks members.
func (s BadgesService) All(ctx context.Context, opts ListOptions) iter.Seq2[Badge, error] {
	return all(ctx, s.c, opBadgeList, opts, s.List)
}

// Get returns a badge (GET /networks/{network_id}/badges/{id}/).
func (s BadgesService) Get(ctx context.Context, id ID) (*Badge, error) {
	return fetch[Badge](ctx, s.c, call{op: opBadgeGet, path: ids(id)})
}

// Create makes a badge (POST /networks/{network_id}/badges).
func (s BadgesService) Create(ctx context.Context, b BadgeCreate) (*Badge, error) {
	if err := missing(opBadgeCreate, field{"title", b.Title}, field{"avatar_id", given(b.AvatarID)}); err != nil {
		return nil, err
	}
	return fetch[Badge](ctx, s.c, call{op: opBadgeCreate, body: b})
}

// Update changes what is set in b (PATCH /networks/{network_id}/badges/{id}/).
func (s BadgesService) Update(ctx context.Context, id ID, b BadgeUpdate) (*Badge, error) {
	if b == (BadgeUpdate{}) {
		return nil, invalid(opBadgeUpdate, nothingToUpdate)
	}
	return fetch[Badge](ctx, s.c, call{op: opBadgeUpdate, path: ids(id), body: b})
}

// Delete deletes a badge for good, from every member who has it
// (DELETE /networks/{network_id}/badges/{id}/).
func (s BadgesService) Delete(ctx context.Context, id ID) error {
	return s.c.perform(ctx, call{op: opBadgeDelete, path: ids(id)})
}
