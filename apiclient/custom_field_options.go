package apiclient

import (
	"context"
	"encoding/json"
	"iter"
	"time"
)

// CustomFieldOption is one of the answers that a dropdown custom field
// offers.
type CustomFieldOption struct {
	ID            ID        `json:"id"`
	Title         string    `json:"title,omitempty"`
	Description   string    `json:"description,omitempty"`
	CustomFieldID ID        `json:"custom_field_id,omitempty"`
	MemberCount   int       `json:"member_count"`         // how many have chosen it
	IsAdHoc       bool      `json:"is_ad_hoc"`            // made by a member, not by a host
	CreatorID     ID        `json:"creator_id,omitempty"` // a member's id
	CreatedAt     time.Time `json:"created_at,omitzero"`
	UpdatedAt     time.Time `json:"updated_at,omitzero"`

	// Raw is the whole object as it came.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON reads an option loosely and keeps it whole in Raw.
func (p *CustomFieldOption) UnmarshalJSON(data []byte) error {
	o, err := readObject("option", data)
	if err != nil {
		return err
	}
	*p = CustomFieldOption{
		ID:            o.id("id"),
		Title:         o.text("title"),
		Description:   o.text("description"),
		CustomFieldID: o.id("custom_field_id"),
		MemberCount:   o.count("member_count"),
		IsAdHoc:       o.flag("is_ad_hoc"),
		CreatorID:     o.id("creator_id"),
		CreatedAt:     o.time("created_at"),
		UpdatedAt:     o.time("updated_at"),
		Raw:           o.raw,
	}
	return nil
}

// CustomFieldOptionList chooses options.
type CustomFieldOptionList struct {
	ListOptions
	// Term limits the list to titles that fit it; "" is all of them.
	Term string
}

// CustomFieldOptionCreate describes an option to make. Title is required; an
// empty Description is not sent.
type CustomFieldOptionCreate struct {
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
}

// CustomFieldOptionUpdate describes a change; nil leaves a field as it is.
type CustomFieldOptionUpdate struct {
	Title       *string `json:"title,omitempty"`
	Description *string `json:"description,omitempty"`
}

// CustomFieldOptionsService reads and changes the options of a custom field.
type CustomFieldOptionsService struct{ c *Client }

// List returns one page of a custom field's options
// (GET /networks/{network_id}/custom_fields/{custom_field_id}/options).
func (s CustomFieldOptionsService) List(ctx context.Context, fieldID ID, opts CustomFieldOptionList) (*Page[CustomFieldOption], error) {
	query := filters(field{"term", opts.Term})
	return list[CustomFieldOption](ctx, s.c, call{op: opCustomFieldOptionList, path: ids(fieldID), query: query}, opts.ListOptions)
}

// All walks every option that opts selects, as [MembersService.All] walks
// members.
func (s CustomFieldOptionsService) All(ctx context.Context, fieldID ID, opts CustomFieldOptionList) iter.Seq2[CustomFieldOption, error] {
	return all(ctx, s.c, opCustomFieldOptionList, opts.ListOptions, func(ctx context.Context, at ListOptions) (*Page[CustomFieldOption], error) {
		return s.List(ctx, fieldID, CustomFieldOptionList{ListOptions: at, Term: opts.Term})
	})
}

// Get returns an option
// (GET /networks/{network_id}/custom_fields/{custom_field_id}/options/{id}/).
func (s CustomFieldOptionsService) Get(ctx context.Context, fieldID, id ID) (*CustomFieldOption, error) {
	return fetch[CustomFieldOption](ctx, s.c, call{op: opCustomFieldOptionGet, path: ids(fieldID, id)})
}

// Create makes an option
// (POST /networks/{network_id}/custom_fields/{custom_field_id}/options).
func (s CustomFieldOptionsService) Create(ctx context.Context, fieldID ID, p CustomFieldOptionCreate) (*CustomFieldOption, error) {
	if err := missing(opCustomFieldOptionCreate, field{"title", p.Title}); err != nil {
		return nil, err
	}
	return fetch[CustomFieldOption](ctx, s.c, call{op: opCustomFieldOptionCreate, path: ids(fieldID), body: p})
}

// Update changes what is set in p
// (PATCH /networks/{network_id}/custom_fields/{custom_field_id}/options/{id}/).
// Everybody who has chosen the option shows the new title.
func (s CustomFieldOptionsService) Update(ctx context.Context, fieldID, id ID, p CustomFieldOptionUpdate) (*CustomFieldOption, error) {
	if p == (CustomFieldOptionUpdate{}) {
		return nil, invalid(opCustomFieldOptionUpdate, nothingToUpdate)
	}
	return fetch[CustomFieldOption](ctx, s.c, call{op: opCustomFieldOptionUpdate, path: ids(fieldID, id), body: p})
}

// Delete deletes an option for good, also from the answers of those who have
// chosen it
// (DELETE /networks/{network_id}/custom_fields/{custom_field_id}/options/{id}/).
func (s CustomFieldOptionsService) Delete(ctx context.Context, fieldID, id ID) error {
	return s.c.perform(ctx, call{op: opCustomFieldOptionDelete, path: ids(fieldID, id)})
}
