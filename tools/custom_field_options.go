package tools

import (
	"context"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// customFieldOptionTools look after what a dropdown offers.
func customFieldOptionTools() []Tool {
	return []Tool{
		read(Doc{
			Name: "list_custom_field_options", Title: "List custom field options", Toolset: customFieldsToolset,
			About: "The options of a dropdown, with how many chose each.",
		}, listOptions),
		read(Doc{
			Name: "get_custom_field_option", Title: "Get custom field option", Toolset: customFieldsToolset,
			About: "One option of a dropdown.",
		}, getOption),
		write(Doc{
			Name: "create_custom_field_option", Title: "Create custom field option", Toolset: customFieldsToolset, Anew: true,
			About: "Adds an option to a dropdown.",
		}, previewCreateOption, createOption, "delete_custom_field_option", func(in createOptionIn, out view[optionView], _ map[string]any) *store.Undo {
			option := objectOf[apiclient.CustomFieldOption](out)
			return unmaking(values{"custom_field_id": in.id(), "option_id": option.ID}, fieldsOfOption(option))
		}),
		write(Doc{
			Name: "update_custom_field_option", Title: "Update custom field option", Toolset: customFieldsToolset,
			About: "Changes an option for all who chose it.",
		}, previewUpdateOption, updateOption, "update_custom_field_option", func(in updateOptionIn, out view[optionView], before map[string]any) *store.Undo {
			return putBack(values{"custom_field_id": in.id(), "option_id": in.OptionID}, before, fieldsOfOption(objectOf[apiclient.CustomFieldOption](out)))
		}),
		restored(destructive(Doc{
			Name: "delete_custom_field_option", Title: "Delete custom field option", Toolset: customFieldsToolset,
			About: "Deletes an option for good, also from answers. A person must approve.",
		}, previewDeleteOption, deleteOption), "create_custom_field_option", "An option of the same title and description can be made again; nobody has chosen it then.", func(in optionRef, _ optionDone, before map[string]any) *store.Undo {
			if before["kind"] != dropdownSingle && before["kind"] != dropdownMulti {
				return nil
			}
			undo := calling(filled(values{"title": before["title"], "description": before["description"]}))
			undo.Arguments["custom_field_id"] = in.id()
			return undo
		}),
	}
}

func fieldsOfOption(o *apiclient.CustomFieldOption) values {
	return values{"title": o.Title, "description": o.Description}
}

// optionRef names one option of one custom field.
type optionRef struct {
	customFieldRef
	OptionID apiclient.ID `json:"option_id" jsonschema:"minimum=1" jsonschema_description:"option id"`
}

type optionView struct {
	ID          apiclient.ID `json:"id"`
	Title       string       `json:"title,omitempty"`
	Description string       `json:"description,omitempty"`
	MemberCount int          `json:"member_count"`
	IsAdHoc     bool         `json:"is_ad_hoc,omitempty"`
}

func showOption(d detail) func(apiclient.CustomFieldOption) view[optionView] {
	return func(o apiclient.CustomFieldOption) view[optionView] {
		return show(optionView{
			ID: o.ID, Title: line(o.Title), Description: body(o.Description, d), MemberCount: o.MemberCount, IsAdHoc: o.IsAdHoc,
		}, o.Raw, d)
	}
}

func aboutOption(o *apiclient.CustomFieldOption) []guardrails.Fact {
	return []guardrails.Fact{
		guardrails.Quote("option", o.Title), guardrails.Number("option id", o.ID), guardrails.Number("custom field id", o.CustomFieldID),
		guardrails.Number("members who chose it", o.MemberCount),
	}
}

type listOptionsIn struct {
	customFieldRef
	Term string `json:"term,omitempty" jsonschema:"maxLength=200" jsonschema_description:"part of the title"`
	paged
}

func listOptions(ctx context.Context, c *Call, in listOptionsIn) (list[view[optionView]], error) {
	page, err := c.API.CustomFieldOptions().List(ctx, in.id(), apiclient.CustomFieldOptionList{ListOptions: in.options(), Term: in.Term})
	if err != nil {
		return list[view[optionView]]{}, err
	}
	return listOf(c, page, showOption(concise))
}

type getOptionIn struct {
	optionRef
	detailed
}

func getOption(ctx context.Context, c *Call, in getOptionIn) (view[optionView], error) {
	option, err := c.API.CustomFieldOptions().Get(ctx, in.id(), in.OptionID)
	if err != nil {
		return view[optionView]{}, err
	}
	return showOption(in.Detail)(*option), nil
}

type createOptionIn struct {
	customFieldRef
	Title       string `json:"title" jsonschema:"minLength=1,maxLength=200" jsonschema_description:"title"`
	Description string `json:"description,omitempty" jsonschema:"maxLength=5000" jsonschema_description:"explanation"`
}

func previewCreateOption(ctx context.Context, c *Call, in createOptionIn) (guardrails.Preview, error) {
	p := guardrails.Preview{Action: "Add an option to this dropdown."}
	if c.ForPerson {
		var err error
		if p, _, err = previewField(ctx, c, in.customFieldRef); err != nil {
			return p, err
		}
		p.Action = "Add an option to this dropdown."
	} else {
		p.Facts = append(p.Facts, guardrails.Number("custom field id", in.id()))
	}
	p.Facts = append(p.Facts, guardrails.Quote("title", in.Title), guardrails.Quote("description", excerpt(in.Description)))
	p.Marks = optionMarks(0, in.Title)
	return p, nil
}

func createOption(ctx context.Context, c *Call, in createOptionIn) (view[optionView], error) {
	option, err := c.API.CustomFieldOptions().Create(ctx, in.id(), apiclient.CustomFieldOptionCreate{Title: in.Title, Description: in.Description})
	if err != nil {
		return view[optionView]{}, err
	}
	return showOption(concise)(*option), nil
}

type updateOptionIn struct {
	optionRef
	Title       *string `json:"title,omitempty" jsonschema:"minLength=1,maxLength=200" jsonschema_description:"new title"`
	Description *string `json:"description,omitempty" jsonschema:"maxLength=5000" jsonschema_description:"new explanation"`
}

// Check implements [Checker].
func (in *updateOptionIn) Check() error {
	if in.Title == nil && in.Description == nil {
		return problem("title", `nothing to change: give "title", "description" or both`)
	}
	return nil
}

func previewUpdateOption(ctx context.Context, c *Call, in updateOptionIn) (guardrails.Preview, error) {
	option, err := c.API.CustomFieldOptions().Get(ctx, in.id(), in.OptionID)
	if err != nil {
		return guardrails.Preview{}, err
	}
	p := guardrails.Preview{Action: "Change this option, for all who chose it.", Facts: aboutOption(option), Before: map[string]any{}}
	if in.Title != nil {
		p.Facts = append(p.Facts, guardrails.Quote("new title", *in.Title))
		p.Marks = append(optionMarks(option.ID, option.Title), optionMarks(option.ID, *in.Title)...)
		p.Before["title"] = option.Title
	}
	if in.Description != nil {
		p.Facts = append(p.Facts, guardrails.Quote("new description", excerpt(*in.Description)))
		p.Before["description"] = option.Description
	}
	return p, nil
}

func updateOption(ctx context.Context, c *Call, in updateOptionIn) (view[optionView], error) {
	option, err := c.API.CustomFieldOptions().Update(ctx, in.id(), in.OptionID, apiclient.CustomFieldOptionUpdate{Title: in.Title, Description: in.Description})
	err = c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		var readErr error
		option, readErr = c.API.CustomFieldOptions().Get(ctx, in.id(), in.OptionID)
		return readErr == nil && is(in.Title, option.Title) && is(in.Description, option.Description), readErr
	})
	if err != nil {
		return view[optionView]{}, err
	}
	return showOption(concise)(*option), nil
}

// previewDeleteOption warns that options of the fields behind tags and badges
// are tags and badges.
func previewDeleteOption(ctx context.Context, c *Call, in optionRef) (guardrails.Preview, error) {
	option, err := c.API.CustomFieldOptions().Get(ctx, in.id(), in.OptionID)
	if err != nil {
		return guardrails.Preview{}, err
	}
	p, field, err := previewField(ctx, c, in.customFieldRef)
	if err != nil {
		return p, err
	}
	p.Action = "Delete this option, also from the answers of all who chose it."
	p.Facts = append(p.Facts, aboutOption(option)[:2]...)
	p.Facts = append(p.Facts, guardrails.Number("members who chose it", option.MemberCount))
	p.Warnings = []string{"Nobody can tell afterwards who chose it."}
	p.Marks = optionMarks(option.ID, option.Title)
	if field.ResponseType == "tag" || field.ResponseType == "badge" {
		p.Warnings = append(p.Warnings, "The options of this field are the network's "+field.ResponseType+"s: this deletes one.")
	}
	p.Before = fieldsOfOption(option)
	if p.Before["kind"] = field.ResponseType; field.ResponseType != dropdownSingle && field.ResponseType != dropdownMulti {
		p.Reversal = noWayBack
	}
	return p, nil
}

// optionDone is the result of what ends one option.
type optionDone struct {
	CustomFieldID apiclient.ID `json:"custom_field_id"`
	OptionID      apiclient.ID `json:"option_id"`
}

func deleteOption(ctx context.Context, c *Call, in optionRef) (optionDone, error) {
	err := c.API.CustomFieldOptions().Delete(ctx, in.id(), in.OptionID)
	return optionDone{in.id(), in.OptionID}, c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		return gone(c.API.CustomFieldOptions().Get(ctx, in.id(), in.OptionID))
	})
}
