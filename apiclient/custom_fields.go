package apiclient

import (
	"context"
	"encoding/json"
	"iter"
	"time"
)

// CustomField is a question that the network asks about its members. The API
// tells no more of it than its title and what kind of answer it takes.
type CustomField struct {
	ID           ID        `json:"id"`
	Title        string    `json:"title,omitempty"`
	ResponseType string    `json:"response_type,omitempty"` // dropdown_single_select, dropdown_multi_select, text_short, text_long, tag, badge, …
	CreatedAt    time.Time `json:"created_at,omitzero"`
	UpdatedAt    time.Time `json:"updated_at,omitzero"`

	// Raw is the whole object as it came.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON reads a custom field loosely and keeps it whole in Raw.
func (f *CustomField) UnmarshalJSON(data []byte) error {
	o, err := readObject("custom_field", data)
	if err != nil {
		return err
	}
	*f = CustomField{
		ID:           o.id("id"),
		Title:        o.text("title"),
		ResponseType: o.text("response_type"),
		CreatedAt:    o.time("created_at"),
		UpdatedAt:    o.time("updated_at"),
		Raw:          o.raw,
	}
	return nil
}

// CustomFieldList chooses custom fields.
type CustomFieldList struct {
	ListOptions
	// ResponseType limits the list to one kind; "" is all of them. The API
	// ignores a kind it does not know and lists everything.
	ResponseType string
}

// CustomFieldCreate describes a custom field to make. Title, ResponseType,
// Privacy and ResponseBy are required; other zero fields are not sent.
type CustomFieldCreate struct {
	Title        string   `json:"title"`
	ResponseType string   `json:"response_type"` // dropdown_single_select, dropdown_multi_select, text_short, text_long
	Privacy      string   `json:"privacy"`       // public, private, admin
	ResponseBy   string   `json:"response_by"`   // hosts_only, individual_member
	Description  string   `json:"description,omitempty"`
	Placeholder  string   `json:"placeholder,omitempty"`
	AllowAdHoc   *bool    `json:"allow_ad_hoc,omitempty"`  // dropdowns: members may add options
	MaxResponses int      `json:"max_responses,omitempty"` // dropdown_multi_select: 2 to 40
	Options      []string `json:"options,omitempty"`       // dropdowns: the options' titles
}

// CustomFieldUpdate describes a change; nil leaves a field as it is.
type CustomFieldUpdate struct {
	Title       *string `json:"title,omitempty"`
	Description *string `json:"description,omitempty"`
	Placeholder *string `json:"placeholder,omitempty"`
	Status      *string `json:"status,omitempty"` // visible, hidden, billing_disabled
	Primary     *bool   `json:"primary,omitempty"`
	// NotifyAllMembers tells everybody when the field becomes visible. It is
	// always sent: the API does not say what it does without it.
	NotifyAllMembers bool `json:"notify_all_members"`
}

func (f CustomFieldUpdate) isEmpty() bool {
	f.NotifyAllMembers = false // says how, not what
	return f == CustomFieldUpdate{}
}

// CustomFieldsService reads and changes custom fields.
type CustomFieldsService struct{ c *Client }

// List returns one page of custom fields
// (GET /networks/{network_id}/custom_fields), of one kind when
// opts.ResponseType is set.
func (s CustomFieldsService) List(ctx context.Context, opts CustomFieldList) (*Page[CustomField], error) {
	query := filters(field{"response_type", opts.ResponseType})
	return list[CustomField](ctx, s.c, call{op: opCustomFieldList, query: query}, opts.ListOptions)
}

// All walks every custom field that opts selects, as [MembersService.All]
// walks members.
func (s CustomFieldsService) All(ctx context.Context, opts CustomFieldList) iter.Seq2[CustomField, error] {
	return all(ctx, s.c, opCustomFieldList, opts.ListOptions, func(ctx context.Context, at ListOptions) (*Page[CustomField], error) {
		return s.List(ctx, CustomFieldList{ListOptions: at, ResponseType: opts.ResponseType})
	})
}

// Get returns a custom field
// (GET /networks/{network_id}/custom_fields/{id}/).
func (s CustomFieldsService) Get(ctx context.Context, id ID) (*CustomField, error) {
	return fetch[CustomField](ctx, s.c, call{op: opCustomFieldGet, path: ids(id)})
}

// Create makes a custom field (POST /networks/{network_id}/custom_fields).
func (s CustomFieldsService) Create(ctx context.Context, f CustomFieldCreate) (*CustomField, error) {
	if err := missing(opCustomFieldCreate, field{"title", f.Title}, field{"response_type", f.ResponseType},
		field{"privacy", f.Privacy}, field{"response_by", f.ResponseBy}); err != nil {
		return nil, err
	}
	return fetch[CustomField](ctx, s.c, call{op: opCustomFieldCreate, body: f})
}

// Update changes what is set in f
// (PATCH /networks/{network_id}/custom_fields/{id}/). A field that hosts
// cannot make, such as the one behind the tags, is [NotAllowed].
func (s CustomFieldsService) Update(ctx context.Context, id ID, f CustomFieldUpdate) (*CustomField, error) {
	if f.isEmpty() {
		return nil, invalid(opCustomFieldUpdate, nothingToUpdate)
	}
	return fetch[CustomField](ctx, s.c, call{op: opCustomFieldUpdate, path: ids(id), body: f})
}

// Delete deletes a custom field for good, with every member's answer to it
// (DELETE /networks/{network_id}/custom_fields/{id}/). A field that hosts
// cannot make is [NotAllowed].
func (s CustomFieldsService) Delete(ctx context.Context, id ID) error {
	return s.c.perform(ctx, call{op: opCustomFieldDelete, path: ids(id)})
}
