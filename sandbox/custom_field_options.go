package sandbox

import (
	"net/http"
	"slices"
	"strings"
)

func customFieldOptionRoutes() []route {
	const list = "/custom_fields/{custom_field_id}/options"
	const one = list + "/{id}/"
	fields := func(create bool) []param { return []param{{name: "title", required: create}, {name: "description"}} }
	return []route{
		{method: http.MethodGet, path: list, query: paged(param{name: "term"}), status: 200, handle: listOptions},
		{method: http.MethodPost, path: list, body: fields(true), status: 201, handle: createOption},
		{method: http.MethodGet, path: one, status: 200, handle: showOption},
		{method: http.MethodPatch, path: one, body: fields(false), status: 200, handle: patchOption},
		{method: http.MethodPut, path: one, body: fields(false), status: 200, handle: putOption},
		{method: http.MethodDelete, path: one, status: 204, handle: deleteOption},
	}
}

type optionBody struct {
	ID            uint64 `json:"id"`
	CreatedAt     stamp  `json:"created_at"`
	UpdatedAt     stamp  `json:"updated_at"`
	Title         string `json:"title"`
	Description   string `json:"description,omitempty"`
	CustomFieldID uint64 `json:"custom_field_id"`
	MemberCount   uint64 `json:"member_count"`
	IsAdHoc       bool   `json:"is_ad_hoc"`
	CreatorID     uint64 `json:"creator_id"`
}

func (o *option) body(holders uint64) optionBody {
	return optionBody{o.id, o.created, o.updated, o.title, o.description, o.field.id, holders, o.adHoc, o.creator}
}

// optionField resolves the field of an option route. The vendor documents no
// answer for a field that does not exist; here it is not found.
func (m *community) optionField(c *call) (*field, error) { return m.field(c.id("custom_field_id")) }

func (m *community) fieldOption(c *call) (*option, error) {
	f, err := m.optionField(c)
	if err != nil {
		return nil, err
	}
	if o := m.optionOf(f, c.id("id")); o != nil {
		return o, nil
	}
	return nil, notFound("Option")
}

// listOptions lists by id. The term may stand anywhere in a title, in any case.
func listOptions(m *community, c *call) (any, error) {
	f, err := m.optionField(c)
	if err != nil {
		return nil, err
	}
	term, _ := c.str("term")
	term = strings.ToLower(strings.TrimSpace(term))
	ids := slices.DeleteFunc(slices.Clone(f.options), func(id uint64) bool {
		return !strings.Contains(strings.ToLower(m.options[id].title), term)
	})
	holders := f.tally()
	return pageOf(c, ids, func(id uint64) any { return m.options[id].body(holders[id]) })
}

func showOption(m *community, c *call) (any, error) {
	o, err := m.fieldOption(c)
	if err != nil {
		return nil, err
	}
	return o.body(o.field.tally()[o.id]), nil
}

func createOption(m *community, c *call) (any, error) {
	f, err := m.optionField(c)
	if err != nil {
		return nil, err
	}
	if !f.dropdown() {
		return nil, invalid("Custom field type takes no options")
	}
	o := &option{field: f, creator: c.actor.id, created: c.now, updated: c.now}
	if err := o.write(c); err != nil {
		return nil, err
	}
	return m.addOption(o).body(0), nil
}

func (o *option) write(c *call) error {
	if title, given := c.str("title"); given {
		o.title = strings.TrimSpace(title)
	}
	if description, given := c.str("description"); given {
		o.description = strings.TrimSpace(description)
	}
	if o.title == "" {
		return invalid("Title can't be blank")
	}
	return nil
}

func patchOption(m *community, c *call) (any, error) { return m.updateOption(c, false) }

// putOption replaces title and description: a missing title is refused.
func putOption(m *community, c *call) (any, error) { return m.updateOption(c, true) }

func (m *community) updateOption(c *call, replace bool) (any, error) {
	o, err := m.fieldOption(c)
	if err != nil {
		return nil, err
	}
	want := *o
	if replace {
		want.title, want.description = "", ""
	}
	if err := want.write(c); err != nil {
		return nil, err
	}
	want.updated = c.now
	*o = want
	return o.body(o.field.tally()[o.id]), nil
}

// deleteOption takes the option out of everybody's answers. Through the field
// behind the tags this deletes a tag, which is what an option there is.
func deleteOption(m *community, c *call) (any, error) {
	o, err := m.fieldOption(c)
	if err != nil {
		return nil, err
	}
	m.labels.deleteOption(o, c.now)
	return nil, nil
}
