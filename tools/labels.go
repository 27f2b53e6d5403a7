package tools

import (
	"context"
	"slices"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
)

// Tags and badges are both marks on members, made of a title, a description
// and a colour. This file holds what is the same for both.

// labelFields are the fields of a new tag or badge.
type labelFields struct {
	Title       string `json:"title" jsonschema:"minLength=1,maxLength=200" jsonschema_description:"title"`
	Description string `json:"description,omitempty" jsonschema:"maxLength=5000" jsonschema_description:"description"`
	Color       string `json:"color,omitempty" jsonschema:"maxLength=20" jsonschema_description:"hex, as #FF5733"`
}

func (l labelFields) facts() []guardrails.Fact {
	return []guardrails.Fact{guardrails.Quote("title", l.Title), guardrails.Quote("description", excerpt(l.Description)), guardrails.Quote("color", l.Color)}
}

// labelChange are the fields of a tag or badge that can be changed and put
// back.
type labelChange struct {
	Title       *string `json:"title,omitempty" jsonschema:"minLength=1,maxLength=200" jsonschema_description:"new title"`
	Description *string `json:"description,omitempty" jsonschema:"maxLength=5000" jsonschema_description:"new description"`
	Color       *string `json:"color,omitempty" jsonschema:"maxLength=20" jsonschema_description:"hex, as #FF5733"`
}

// Check implements [Checker].
func (l *labelChange) Check() error {
	if l.Title == nil && l.Description == nil && l.Color == nil {
		return problem("title", `nothing to change: give "title", "description" or "color"`)
	}
	return nil
}

// preview adds what changes to a preview, with what it was.
func (l *labelChange) preview(p *guardrails.Preview, now labelFields) {
	p.Before = map[string]any{}
	for _, change := range []struct {
		name string
		to   *string
		from string
	}{{"title", l.Title, now.Title}, {"description", l.Description, now.Description}, {"color", l.Color, now.Color}} {
		if change.to != nil {
			p.Facts = append(p.Facts, guardrails.Quote("new "+change.name, excerpt(*change.to)))
			p.Before[change.name] = change.from
		}
	}
}

// done reports whether the change shows.
func (l *labelChange) done(now labelFields) bool {
	return is(l.Title, now.Title) && is(l.Description, now.Description) && is(l.Color, now.Color)
}

// asBefore keeps a tag or badge that is about to go.
func (l labelFields) asBefore() map[string]any {
	return map[string]any{"title": l.Title, "description": l.Description, "color": l.Color}
}

// tagMark and badgeMark name a tag and a badge for [guardrails.Protector].
func tagMark(id apiclient.ID) guardrails.Mark {
	return guardrails.Mark{Kind: guardrails.Tag, ID: uint64(id)}
}

func badgeMark(id apiclient.ID) guardrails.Mark {
	return guardrails.Mark{Kind: guardrails.Badge, ID: uint64(id)}
}

// titled names a tag or badge whose title is known; its id is 0 where it has
// none yet.
func titled(mark guardrails.Mark, title string) []guardrails.Mark {
	mark.Title = title
	return []guardrails.Mark{mark}
}

// optionMarks names an option of a custom field as what it may be: tags and
// badges are options of hidden fields, under the same ids.
func optionMarks(id apiclient.ID, title string) []guardrails.Mark {
	return slices.Concat(titled(tagMark(id), title), titled(badgeMark(id), title))
}

// holdersOf counts who has a tag or badge. It is an option of a hidden custom
// field, which is the only place that counts; where the API does not show it
// there, the number is unknown.
func holdersOf(ctx context.Context, c *Call, field, label apiclient.ID) (guardrails.Fact, error) {
	const name = "members who have it"
	unknown := guardrails.Field(name, "not told by the API")
	if field == 0 {
		return unknown, nil
	}
	option, err := c.API.CustomFieldOptions().Get(ctx, field, label)
	switch apiclient.KindOf(err) {
	case apiclient.NotFound, apiclient.NotAllowed, apiclient.Validation:
		return unknown, nil
	}
	if err != nil {
		return guardrails.Fact{}, err
	}
	return guardrails.Number(name, option.MemberCount), nil
}

// labeling is giving or taking a tag or badge.
type labeling struct {
	action string
	mark   func(id apiclient.ID) guardrails.Mark
}

// previewLabeling describes a labeling. It looks nobody up unless a person
// reads it: the request itself fails when one of the two is not there.
func previewLabeling(ctx context.Context, c *Call, what labeling, member, label apiclient.ID, describeLabel func(ctx context.Context) ([]guardrails.Fact, error)) (guardrails.Preview, error) {
	mark := what.mark(label)
	p := guardrails.Preview{Action: what.action, Marks: []guardrails.Mark{mark}}
	if !c.ForPerson {
		p.Facts = []guardrails.Fact{guardrails.Number("member id", member), guardrails.Number(mark.Kind+" id", label)}
		return p, nil
	}
	who, err := c.API.Members().Get(ctx, member)
	if err != nil {
		return p, err
	}
	which, err := describeLabel(ctx)
	p.Facts = append(describe(who), which...)
	return p, err
}
