package sandbox

import (
	"net/http"
	"slices"
	"strings"
)

func customFieldRoutes() []route {
	create := []param{
		{name: "title", required: true}, {name: "response_type", required: true}, {name: "privacy", required: true}, {name: "response_by", required: true},
		{name: "description"}, {name: "placeholder"}, {name: "allow_ad_hoc", kind: boolean}, {name: "max_responses", kind: integer}, {name: "options", kind: texts},
	}
	change := []param{
		{name: "title"}, {name: "description"}, {name: "placeholder"}, {name: "status"},
		{name: "notify_all_members", kind: boolean}, {name: "primary", kind: boolean},
	}
	return []route{
		{method: http.MethodGet, path: "/custom_fields", query: paged(param{name: "response_type"}), status: 200, handle: listFields},
		{method: http.MethodPost, path: "/custom_fields", body: create, status: 201, handle: createField},
		{method: http.MethodGet, path: "/custom_fields/{id}/", status: 200, handle: showField},
		{method: http.MethodPatch, path: "/custom_fields/{id}/", body: change, status: 200, handle: patchField},
		{method: http.MethodPut, path: "/custom_fields/{id}/", body: change, status: 200, handle: putField},
		{method: http.MethodDelete, path: "/custom_fields/{id}/", status: 204, handle: deleteField},
	}
}

// fieldBody is all that a response shows of a field. Privacy, status, who may
// answer and the rest can be written and not read.
type fieldBody struct {
	ID           uint64 `json:"id"`
	CreatedAt    stamp  `json:"created_at"`
	UpdatedAt    stamp  `json:"updated_at"`
	Title        string `json:"title"`
	ResponseType string `json:"response_type"`
}

func (f *field) body() fieldBody {
	return fieldBody{f.id, f.created, f.updated, f.title, f.kind}
}

func (m *community) field(id uint64) (*field, error) {
	if f := m.fields[id]; f != nil {
		return f, nil
	}
	return nil, notFound("Custom field")
}

// fieldKinds are the types that hosts can create.
func fieldKinds() []string { return []string{kindSingle, kindMulti, kindShort, kindLong} }

// listFields lists by id. The fields behind tags and badges show only to who
// asks for their type; whether the real API lists them unasked is unknown. A
// type that does not exist is ignored, as documented.
func listFields(m *community, c *call) (any, error) {
	only, _ := c.str("response_type")
	filtered := slices.Contains(append(fieldKinds(), kindTag, kindBadge), only)
	ids := slices.DeleteFunc(slices.Clone(m.fieldOrder), func(id uint64) bool {
		f := m.fields[id]
		if filtered {
			return f.kind != only
		}
		return !f.listed()
	})
	return pageOf(c, ids, func(id uint64) any { return m.fields[id].body() })
}

func showField(m *community, c *call) (any, error) {
	f, err := m.field(c.id("id"))
	if err != nil {
		return nil, err
	}
	return f.body(), nil
}

// Bounds of max_responses, as documented.
const (
	minResponses = 2
	maxResponses = 40
)

func createField(m *community, c *call) (any, error) {
	f := &field{status: "visible", created: c.now, updated: c.now, adHoc: c.flag("allow_ad_hoc", false)}
	for name, text := range map[string]*string{
		"title": &f.title, "description": &f.description, "placeholder": &f.placeholder,
		"response_type": &f.kind, "privacy": &f.privacy, "response_by": &f.answeredBy,
	} {
		v, _ := c.str(name)
		*text = strings.TrimSpace(v)
	}
	titles, _ := c.args["options"].([]string)
	limit, limited := c.uint("max_responses")
	f.maxAnswers = limit

	var problems []string
	wrong := func(bad bool, problem string) {
		if bad {
			problems = append(problems, problem)
		}
	}
	wrong(f.title == "", "Title can't be blank")
	wrong(!slices.Contains(fieldKinds(), f.kind), "Response type is invalid")
	wrong(!slices.Contains([]string{"public", "private", "admin"}, f.privacy), "Privacy is invalid")
	wrong(!slices.Contains([]string{"hosts_only", "individual_member"}, f.answeredBy), "Response by is invalid")
	wrong(!f.dropdown() && len(titles) > 0, "Options are for dropdown types only")
	wrong(!f.dropdown() && f.adHoc, "Allow ad hoc is for dropdown types only")
	wrong(limited && f.kind != kindMulti, "Max responses is for dropdown_multi_select only")
	wrong(limited && (limit < minResponses || limit > maxResponses), "Max responses must be between 2 and 40")
	wrong(slices.ContainsFunc(titles, func(s string) bool { return strings.TrimSpace(s) == "" }), "Options can't be blank")
	if len(problems) > 0 {
		return nil, invalid(problems...)
	}
	m.addField(f)
	for _, title := range titles {
		m.addOption(&option{field: f, creator: c.actor.id, title: strings.TrimSpace(title), created: c.now, updated: c.now})
	}
	return f.body(), nil
}

func patchField(m *community, c *call) (any, error) { return m.updateField(c, false) }

// putField starts from the defaults of a new field.
func putField(m *community, c *call) (any, error) { return m.updateField(c, true) }

func (m *community) updateField(c *call, replace bool) (any, error) {
	f, err := m.changeable(c)
	if err != nil {
		return nil, err
	}
	want := *f
	if replace {
		want.title, want.description, want.placeholder, want.status, want.primary = "", "", "", "visible", false
	}
	for name, text := range map[string]*string{"title": &want.title, "description": &want.description, "placeholder": &want.placeholder, "status": &want.status} {
		if v, given := c.str(name); given {
			*text = strings.TrimSpace(v)
		}
	}
	want.primary = c.flag("primary", want.primary)
	switch {
	case want.title == "":
		return nil, invalid("Title can't be blank")
	case !slices.Contains([]string{"visible", "hidden", "billing_disabled"}, want.status):
		return nil, invalid("Status is invalid")
	}
	appears := f.status != "visible" && want.status == "visible"
	want.updated = c.now
	*f = want
	if f.primary { // there is one
		for _, other := range m.fields {
			other.primary = other == f
		}
	}
	if appears && c.flag("notify_all_members", false) {
		m.outbox = append(m.outbox, Notice{Kind: "custom_field_notification", CustomFieldID: f.id})
	}
	return f.body(), nil
}

// changeable resolves a field that hosts may change: neither one that came with
// the network nor those behind tags and badges.
func (m *community) changeable(c *call) (*field, error) {
	f, err := m.field(c.id("id"))
	if err != nil {
		return nil, err
	}
	if f.system || !f.listed() {
		return nil, forbidden("Custom field cannot be changed by hosts")
	}
	return f, nil
}

// deleteField deletes a field with its options and everybody's answers.
func deleteField(m *community, c *call) (any, error) {
	f, err := m.changeable(c)
	if err != nil {
		return nil, err
	}
	m.labels.deleteField(f)
	return nil, nil
}
