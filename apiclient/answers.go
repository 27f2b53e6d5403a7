package apiclient

import (
	"context"
	"encoding/json"
	"iter"
	"time"
)

// Answer is what a custom field says about a member: a text, or the options
// that were chosen.
type Answer struct {
	ID            ID        `json:"id"`
	MemberID      ID        `json:"user_id,omitempty"`
	CustomFieldID ID        `json:"custom_field_id,omitempty"`
	Text          string    `json:"text,omitempty"`
	Segments      []Segment `json:"segments,omitempty"`
	LastEditedAt  time.Time `json:"last_edited_at,omitzero"`
	CreatedAt     time.Time `json:"created_at,omitzero"`
	UpdatedAt     time.Time `json:"updated_at,omitzero"`

	// Raw is the whole object as it came.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON reads an answer loosely and keeps it whole in Raw.
func (a *Answer) UnmarshalJSON(data []byte) error {
	o, err := readObject("answer", data)
	if err != nil {
		return err
	}
	*a = Answer{
		ID:            o.id("id"),
		MemberID:      o.id("user_id"),
		CustomFieldID: o.id("custom_field_id"),
		Text:          o.text("text"),
		Segments:      nestedList[Segment](o, "segments"),
		LastEditedAt:  o.time("last_edited_at"),
		CreatedAt:     o.time("created_at"),
		UpdatedAt:     o.time("updated_at"),
		Raw:           o.raw,
	}
	return nil
}

// Segment is an option as an answer shows it. Its id is the option's.
type Segment struct {
	ID            ID        `json:"id"`
	Title         string    `json:"title,omitempty"`
	Description   string    `json:"description,omitempty"`
	Color         string    `json:"color,omitempty"` // hex, "#FF5733"
	CustomFieldID ID        `json:"custom_field_id,omitempty"`
	CreatedAt     time.Time `json:"created_at,omitzero"`
	UpdatedAt     time.Time `json:"updated_at,omitzero"`

	// Raw is the whole object as it came.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON reads a segment loosely and keeps it whole in Raw.
func (s *Segment) UnmarshalJSON(data []byte) error {
	o, err := readObject("segment", data)
	if err != nil {
		return err
	}
	*s = Segment{
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

// AnswerCreate is a member's answer: Text to a text field, SegmentIDs (ids of
// the field's options) to a dropdown.
type AnswerCreate struct {
	Text       string `json:"text,omitempty"`
	SegmentIDs []ID   `json:"segment_ids,omitempty"`
}

// AnswersService reads and changes what one custom field says about one
// member. A whole profile is one request per field.
type AnswersService struct{ c *Client }

// List returns one page of a member's answers to a custom field
// (GET /networks/{network_id}/custom_fields/{custom_field_id}/members/{member_id}/answers).
func (s AnswersService) List(ctx context.Context, fieldID, memberID ID, opts ListOptions) (*Page[Answer], error) {
	return list[Answer](ctx, s.c, call{op: opAnswerList, path: ids(fieldID, memberID)}, opts)
}

// All walks every answer of a member to a custom field, as
// [MembersService.All] walks members.
func (s AnswersService) All(ctx context.Context, fieldID, memberID ID, opts ListOptions) iter.Seq2[Answer, error] {
	return all(ctx, s.c, opAnswerList, opts, func(ctx context.Context, opts ListOptions) (*Page[Answer], error) {
		return s.List(ctx, fieldID, memberID, opts)
	})
}

// Get returns an answer
// (GET /networks/{network_id}/custom_fields/{custom_field_id}/members/{member_id}/answers/{id}/).
func (s AnswersService) Get(ctx context.Context, fieldID, memberID, id ID) (*Answer, error) {
	return fetch[Answer](ctx, s.c, call{op: opAnswerGet, path: ids(fieldID, memberID, id)})
}

// Create writes a member's answer, in place of the one that is there
// (POST /networks/{network_id}/custom_fields/{custom_field_id}/members/{member_id}/answers).
// An answer that does not fit the field is [Validation]; an empty one is not
// sent, Delete does that.
func (s AnswersService) Create(ctx context.Context, fieldID, memberID ID, a AnswerCreate) (*Answer, error) {
	if a.Text == "" && len(a.SegmentIDs) == 0 {
		return nil, invalid(opAnswerCreate, "an answer needs text or segment_ids")
	}
	return fetch[Answer](ctx, s.c, call{op: opAnswerCreate, path: ids(fieldID, memberID), body: a})
}

// Delete deletes a member's answer to a custom field for good
// (DELETE /networks/{network_id}/custom_fields/{custom_field_id}/members/{member_id}/answers).
// The path names no single answer. A kind of field that cannot be emptied is
// [Validation].
func (s AnswersService) Delete(ctx context.Context, fieldID, memberID ID) error {
	return s.c.perform(ctx, call{op: opAnswerDelete, path: ids(fieldID, memberID)})
}
