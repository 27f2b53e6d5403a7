package tools

import (
	"context"
	"fmt"
	"slices"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/schema"
	"github.com/mcp-mighty/mcp-mighty/store"
)

const customFieldsToolset = "custom_fields"

// customFieldTools look after the questions that the network asks about its
// members. Of a field the API shows title and kind only, so that only a title
// can be put back; what else can be changed is a tool of a graver class.
func customFieldTools() []Tool {
	return []Tool{
		read(Doc{
			Name: "list_custom_fields", Title: "List custom fields", Toolset: customFieldsToolset,
			About: "The questions of member profiles (answers: list_member_answers).",
		}, listCustomFields),
		read(Doc{
			Name: "get_custom_field", Title: "Get custom field", Toolset: customFieldsToolset,
			About: "One custom field; the API shows title and kind only.",
		}, getCustomField),
		write(Doc{
			Name: "create_custom_field", Title: "Create custom field", Toolset: customFieldsToolset, Anew: true,
			About: "Adds a question to member profiles.",
		}, previewCreateCustomField, createCustomField, "delete_custom_field", func(_ createCustomFieldIn, out view[customFieldView], _ map[string]any) *store.Undo {
			field := objectOf[apiclient.CustomField](out)
			return unmaking(values{"custom_field_id": field.ID}, values{"title": field.Title})
		}),
		write(Doc{
			Name: "update_custom_field", Title: "Rename custom field", Toolset: customFieldsToolset,
			About: "Renames a custom field; nobody is notified. All else: set_custom_field_details.",
		}, previewUpdateCustomField, updateCustomField, "update_custom_field", func(in updateCustomFieldIn, out view[customFieldView], before map[string]any) *store.Undo {
			return putBack(values{"custom_field_id": in.id()}, before, values{"title": objectOf[apiclient.CustomField](out).Title})
		}),
		destructive(Doc{
			Name: "set_custom_field_details", Title: "Set custom field's details", Toolset: customFieldsToolset,
			About: "Sets what of a custom field the API does not show, so it cannot be undone. Nobody is notified (announce_custom_field). A person must approve.",
		}, previewFieldDetails, setFieldDetails),
		outward(Doc{
			Name: "announce_custom_field", Title: "Announce custom field", Toolset: customFieldsToolset, Anew: true,
			About: "Makes a hidden custom field visible and notifies all members. A person must approve.",
		}, previewAnnounceField, announceField),
		destructive(Doc{
			Name: "delete_custom_field", Title: "Delete custom field", Toolset: customFieldsToolset,
			About: "Deletes a custom field with every member's answer, for good. A person must approve.",
		}, previewDeleteCustomField, deleteCustomField),
	}
}

// customFieldRef names one custom field.
type customFieldRef struct {
	CustomFieldID schema.Reference `json:"custom_field_id" jsonschema_description:"id or exact title"`
}

// Resolve implements [Resolver].
func (r *customFieldRef) Resolve(ctx context.Context, c *Call) error {
	return customFieldThing().resolve(ctx, c, &r.CustomFieldID)
}

func (r *customFieldRef) id() apiclient.ID { return idOf(r.CustomFieldID) }

type customFieldView struct {
	ID           apiclient.ID `json:"id"`
	Title        string       `json:"title,omitempty"`
	ResponseType string       `json:"response_type,omitempty"`
}

func showCustomField(d detail) func(apiclient.CustomField) view[customFieldView] {
	return func(f apiclient.CustomField) view[customFieldView] {
		return show(customFieldView{ID: f.ID, Title: line(f.Title), ResponseType: line(f.ResponseType)}, f.Raw, d)
	}
}

func aboutField(f *apiclient.CustomField) []guardrails.Fact {
	return []guardrails.Fact{
		guardrails.Quote("custom field", f.Title), guardrails.Number("custom field id", f.ID), guardrails.Field("kind", line(f.ResponseType)),
	}
}

type listCustomFieldsIn struct {
	// The API lists everything for a kind that it does not know, so only known
	// ones are taken.
	ResponseType string `json:"response_type,omitempty" jsonschema:"enum=dropdown_single_select,enum=dropdown_multi_select,enum=text_short,enum=text_long" jsonschema_description:"only this kind"`
	paged
}

func listCustomFields(ctx context.Context, c *Call, in listCustomFieldsIn) (list[view[customFieldView]], error) {
	page, err := c.API.CustomFields().List(ctx, apiclient.CustomFieldList{ListOptions: in.options(), ResponseType: in.ResponseType})
	if err != nil {
		return list[view[customFieldView]]{}, err
	}
	return listOf(c, page, showCustomField(concise))
}

type getCustomFieldIn struct {
	customFieldRef
	detailed
}

func getCustomField(ctx context.Context, c *Call, in getCustomFieldIn) (view[customFieldView], error) {
	field, err := c.API.CustomFields().Get(ctx, in.id())
	if err != nil {
		return view[customFieldView]{}, err
	}
	return showCustomField(in.Detail)(*field), nil
}

// The kinds of custom fields whose answers pick from options.
const (
	dropdownSingle = "dropdown_single_select"
	dropdownMulti  = "dropdown_multi_select"
)

type createCustomFieldIn struct {
	Title        string   `json:"title" jsonschema:"minLength=1,maxLength=300" jsonschema_description:"the question"`
	ResponseType string   `json:"response_type" jsonschema:"enum=dropdown_single_select,enum=dropdown_multi_select,enum=text_short,enum=text_long" jsonschema_description:"kind of answer"`
	Privacy      string   `json:"privacy" jsonschema:"enum=public,enum=private,enum=admin" jsonschema_description:"who sees answers"`
	ResponseBy   string   `json:"response_by" jsonschema:"enum=hosts_only,enum=individual_member" jsonschema_description:"who answers"`
	Description  string   `json:"description,omitempty" jsonschema:"maxLength=5000" jsonschema_description:"explanation"`
	Placeholder  string   `json:"placeholder,omitempty" jsonschema:"maxLength=300" jsonschema_description:"text of the empty box"`
	Options      []string `json:"options,omitempty" jsonschema:"minLength=1,maxLength=200" jsonschema_description:"dropdowns: titles"`
	AllowAdHoc   bool     `json:"allow_ad_hoc,omitempty" jsonschema:"default=false" jsonschema_description:"dropdowns: members may add options"`
	MaxResponses int      `json:"max_responses,omitempty" jsonschema:"minimum=2,maximum=40" jsonschema_description:"dropdown_multi_select: how many"`
}

// Check implements [Checker].
func (in *createCustomFieldIn) Check() error {
	dropdown := in.ResponseType == dropdownSingle || in.ResponseType == dropdownMulti
	switch {
	case !dropdown && len(in.Options) > 0:
		return problem("options", `argument "options" goes with a dropdown only`)
	case !dropdown && in.AllowAdHoc:
		return problem("allow_ad_hoc", `argument "allow_ad_hoc" goes with a dropdown only`)
	case in.ResponseType != dropdownMulti && in.MaxResponses != 0:
		return problem("max_responses", `argument "max_responses" goes with dropdown_multi_select only`)
	}
	return nil
}

func previewCreateCustomField(_ context.Context, _ *Call, in createCustomFieldIn) (guardrails.Preview, error) {
	p := guardrails.Preview{Action: "Add this question to member profiles.", Facts: []guardrails.Fact{
		guardrails.Quote("title", in.Title), guardrails.Field("kind", in.ResponseType), guardrails.Field("seen by", in.Privacy),
		guardrails.Field("answered by", in.ResponseBy), guardrails.Quote("description", excerpt(in.Description)),
	}}
	for i, option := range in.Options {
		p.Facts = append(p.Facts, guardrails.Quote(fmt.Sprintf("option %d", i+1), option))
	}
	return p, nil
}

func createCustomField(ctx context.Context, c *Call, in createCustomFieldIn) (view[customFieldView], error) {
	create := apiclient.CustomFieldCreate{
		Title: in.Title, ResponseType: in.ResponseType, Privacy: in.Privacy, ResponseBy: in.ResponseBy,
		Description: in.Description, Placeholder: in.Placeholder, Options: slices.Clone(in.Options), MaxResponses: in.MaxResponses,
	}
	if in.AllowAdHoc {
		create.AllowAdHoc = &in.AllowAdHoc
	}
	field, err := c.API.CustomFields().Create(ctx, create)
	if err != nil {
		return view[customFieldView]{}, err
	}
	return showCustomField(concise)(*field), nil
}

type updateCustomFieldIn struct {
	customFieldRef
	Title string `json:"title" jsonschema:"minLength=1,maxLength=300" jsonschema_description:"new title"`
}

func previewUpdateCustomField(ctx context.Context, c *Call, in updateCustomFieldIn) (guardrails.Preview, error) {
	p, field, err := previewField(ctx, c, in.customFieldRef)
	if err != nil {
		return p, err
	}
	p.Action = "Rename this custom field; nobody is notified."
	p.Facts = append(p.Facts, guardrails.Quote("new title", in.Title))
	p.Before = map[string]any{"title": field.Title}
	return p, nil
}

func previewField(ctx context.Context, c *Call, ref customFieldRef) (guardrails.Preview, *apiclient.CustomField, error) {
	field, err := c.API.CustomFields().Get(ctx, ref.id())
	if err != nil {
		return guardrails.Preview{}, nil, err
	}
	return guardrails.Preview{Facts: aboutField(field)}, field, nil
}

func updateCustomField(ctx context.Context, c *Call, in updateCustomFieldIn) (view[customFieldView], error) {
	field, err := c.API.CustomFields().Update(ctx, in.id(), apiclient.CustomFieldUpdate{Title: &in.Title, NotifyAllMembers: false})
	err = c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		var readErr error
		field, readErr = c.API.CustomFields().Get(ctx, in.id())
		return readErr == nil && field.Title == in.Title, readErr
	})
	if err != nil {
		return view[customFieldView]{}, err
	}
	return showCustomField(concise)(*field), nil
}

type fieldDetailsIn struct {
	customFieldRef
	Description *string `json:"description,omitempty" jsonschema:"maxLength=5000" jsonschema_description:"new explanation"`
	Placeholder *string `json:"placeholder,omitempty" jsonschema:"maxLength=300" jsonschema_description:"new text of the empty box"`
	Status      *string `json:"status,omitempty" jsonschema:"enum=visible,enum=hidden,enum=billing_disabled" jsonschema_description:"new status"`
	Primary     *bool   `json:"primary,omitempty" jsonschema_description:"make it the main field"`
}

// Check implements [Checker].
func (in *fieldDetailsIn) Check() error {
	if in.Description == nil && in.Placeholder == nil && in.Status == nil && in.Primary == nil {
		return problem("status", `nothing to change: give "description", "placeholder", "status" or "primary"`)
	}
	return nil
}

func previewFieldDetails(ctx context.Context, c *Call, in fieldDetailsIn) (guardrails.Preview, error) {
	p, _, err := previewField(ctx, c, in.customFieldRef)
	p.Action = "Set details of this custom field; nobody is notified."
	p.Warnings = []string{"The API does not tell the present values, so this server cannot put them back."}
	if in.Description != nil {
		p.Facts = append(p.Facts, guardrails.Quote("new description", excerpt(*in.Description)))
	}
	if in.Placeholder != nil {
		p.Facts = append(p.Facts, guardrails.Quote("new placeholder", *in.Placeholder))
	}
	if in.Status != nil {
		p.Facts = append(p.Facts, guardrails.Field("new status", *in.Status))
	}
	if in.Primary != nil {
		p.Facts = append(p.Facts, guardrails.Field("main field", fmt.Sprint(*in.Primary)))
	}
	return p, err
}

// setFieldDetails has no read-back: these values are in no answer of the API.
func setFieldDetails(ctx context.Context, c *Call, in fieldDetailsIn) (view[customFieldView], error) {
	field, err := c.API.CustomFields().Update(ctx, in.id(), apiclient.CustomFieldUpdate{
		Description: in.Description, Placeholder: in.Placeholder, Status: in.Status, Primary: in.Primary, NotifyAllMembers: false,
	})
	if err != nil {
		return view[customFieldView]{}, err
	}
	return showCustomField(concise)(*field), nil
}

func previewAnnounceField(ctx context.Context, c *Call, in customFieldRef) (guardrails.Preview, error) {
	p, _, err := previewField(ctx, c, in)
	p.Action = "Make this custom field visible and notify all members."
	p.Warnings = []string{"The notification goes out at once and cannot be called back. Where the field is visible already, nobody may be notified."}
	return p, err
}

// announceFieldOut says what was asked for: the API does not tell whom it
// notified.
type announceFieldOut struct {
	CustomField      view[customFieldView] `json:"custom_field"`
	NotifyAllMembers bool                  `json:"notify_all_members"`
}

func announceField(ctx context.Context, c *Call, in customFieldRef) (announceFieldOut, error) {
	visible := "visible"
	field, err := c.API.CustomFields().Update(ctx, in.id(), apiclient.CustomFieldUpdate{Status: &visible, NotifyAllMembers: true})
	if err != nil {
		return announceFieldOut{}, err
	}
	return announceFieldOut{CustomField: showCustomField(concise)(*field), NotifyAllMembers: true}, nil
}

func previewDeleteCustomField(ctx context.Context, c *Call, in customFieldRef) (guardrails.Preview, error) {
	p, field, err := previewField(ctx, c, in)
	if err != nil {
		return p, err
	}
	p.Action = "Delete this custom field with every member's answer to it."
	p.Warnings = []string{"Neither the field nor the answers can be restored through the API."}
	p.Before = map[string]any{"title": field.Title, "response_type": field.ResponseType}
	return p, nil
}

// customFieldDone is the result of what ends one custom field.
type customFieldDone struct {
	CustomFieldID apiclient.ID `json:"custom_field_id"`
}

func deleteCustomField(ctx context.Context, c *Call, in customFieldRef) (customFieldDone, error) {
	err := c.API.CustomFields().Delete(ctx, in.id())
	return customFieldDone{in.id()}, c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		return gone(c.API.CustomFields().Get(ctx, in.id()))
	})
}
