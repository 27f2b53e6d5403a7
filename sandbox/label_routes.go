package sandbox

import (
	"net/http"
	"regexp"
	"strings"
)

// labelKind is one of the two kinds of label that hosts give to people. Both
// behave alike; where they differ, the routes in tags.go and badges.go say so.
type labelKind struct {
	what string // "Tag"
	kind string // of the hidden field
}

type labelBody struct {
	ID            uint64 `json:"id"`
	CreatedAt     stamp  `json:"created_at"`
	UpdatedAt     stamp  `json:"updated_at"`
	Title         string `json:"title"`
	Description   string `json:"description,omitempty"`
	Color         string `json:"color,omitempty"`
	CustomFieldID uint64 `json:"custom_field_id"`
	AvatarURL     string `json:"avatar_url,omitempty"`
}

func (o *option) labelBody() labelBody {
	b := labelBody{o.id, o.created, o.updated, o.title, o.description, o.color, o.field.id, ""}
	if o.avatar != nil {
		b.AvatarURL = o.avatar.url
	}
	return b
}

// find resolves a label by id.
func (k labelKind) find(m *community, id uint64) (*option, error) {
	if o := m.optionOf(m.hidden[k.kind], id); o != nil {
		return o, nil
	}
	return nil, notFound(k.what)
}

func (k labelKind) page(m *community, c *call, ids []uint64) (any, error) {
	return pageOf(c, ids, func(id uint64) any { return m.options[id].labelBody() })
}

func (k labelKind) list(m *community, c *call) (any, error) {
	return k.page(m, c, m.hidden[k.kind].options)
}

func (k labelKind) show(m *community, c *call) (any, error) {
	o, err := k.find(m, c.id("id"))
	if err != nil {
		return nil, err
	}
	return o.labelBody(), nil
}

func (k labelKind) create(m *community, c *call) (any, error) {
	want := &option{field: m.hidden[k.kind], creator: c.actor.id, created: c.now, updated: c.now}
	if err := k.write(m, want, c); err != nil {
		return nil, err
	}
	return m.addOption(want).labelBody(), nil
}

func (k labelKind) patch(m *community, c *call) (any, error) { return k.update(m, c, false) }

// put replaces the label: what is left out is lost, and what creation requires
// is required again.
func (k labelKind) put(m *community, c *call) (any, error) { return k.update(m, c, true) }

func (k labelKind) update(m *community, c *call, replace bool) (any, error) {
	o, err := k.find(m, c.id("id"))
	if err != nil {
		return nil, err
	}
	want := *o
	if replace {
		want.title, want.description, want.color, want.avatar = "", "", "", nil
	}
	if err := k.write(m, &want, c); err != nil {
		return nil, err
	}
	want.updated = c.now
	*o = want
	return o.labelBody(), nil
}

var hexColor = regexp.MustCompile(`^#[0-9A-Fa-f]{6}$`)

// write lays the arguments over a label and checks the whole. Two labels may
// have the same title: nothing documented forbids it.
func (k labelKind) write(m *community, o *option, c *call) error {
	for name, text := range map[string]*string{"title": &o.title, "description": &o.description, "color": &o.color} {
		if v, given := c.str(name); given {
			*text = strings.TrimSpace(v)
		}
	}
	var problems []string
	if o.title == "" {
		problems = append(problems, "Title can't be blank")
	}
	if o.color != "" && !hexColor.MatchString(o.color) {
		problems = append(problems, "Color must be a hex color")
	}
	if k.kind == kindBadge {
		id, given := c.uint("avatar_id")
		if given {
			o.avatar = m.assets[id]
		}
		if o.avatar == nil {
			problems = append(problems, "Avatar does not exist")
		}
	}
	if len(problems) > 0 {
		return invalid(problems...)
	}
	return nil
}

// remove deletes the label and takes it from everybody who holds it.
func (k labelKind) remove(m *community, c *call) (any, error) {
	o, err := k.find(m, c.id("id"))
	if err != nil {
		return nil, err
	}
	m.deleteOption(o, c.now)
	return nil, nil
}

// memberParam is how the routes under a member name them.
const memberParam = "member_id"

func (k labelKind) listHeld(m *community, c *call) (any, error) {
	p := m.active(c.id(memberParam))
	if p == nil {
		return nil, notFound("Member")
	}
	return k.page(m, c, m.hidden[k.kind].held(p.id))
}

// held resolves member and label of a route of one held label. given tells
// whether the member holds it.
func (k labelKind) held(m *community, c *call) (p *member, o *option, given bool, err error) {
	if p = m.active(c.id(memberParam)); p == nil {
		return nil, nil, false, notFound("Member")
	}
	if o, err = k.find(m, c.id(k.kind+"_id")); err != nil {
		return nil, nil, false, err
	}
	return p, o, o.holds(p.id), nil
}

func (k labelKind) showHeld(m *community, c *call) (any, error) {
	_, o, given, err := k.held(m, c)
	if err != nil {
		return nil, err
	}
	if !given {
		return nil, notFound(k.what)
	}
	return o.labelBody(), nil
}

// give gives a label to a member. Giving it twice is refused; whether the real
// API minds is unknown.
func (k labelKind) give(m *community, c *call) (any, error) {
	p := m.active(c.id(memberParam))
	if p == nil {
		return nil, notFound("Member")
	}
	id, _ := c.uint(k.kind + "_id")
	o, err := k.find(m, id)
	if err != nil {
		return nil, err
	}
	if o.holds(p.id) {
		return nil, invalid("Member already has this " + k.kind)
	}
	m.pick(o, p.id, c.now)
	return o.labelBody(), nil
}

// take takes a label back. For a tag that the member does not hold the vendor
// documents a validation error; for a badge there is only not found.
func (k labelKind) take(m *community, c *call) (any, error) {
	p, o, given, err := k.held(m, c)
	switch {
	case err != nil:
		return nil, err
	case !given && k.kind == kindTag:
		return nil, invalid("Member does not have this tag")
	case !given:
		return nil, notFound(k.what)
	}
	m.unpick(o, p.id, c.now)
	return nil, nil
}

// labelFields are the fields that tags and badges have in common.
func labelFields(create bool, more ...param) []param {
	return append([]param{{name: "title", required: create}, {name: "description"}, {name: "color"}}, more...)
}

func (k labelKind) heldRoutes(path string, added int) []route {
	one := path + "/{" + k.kind + "_id}/"
	body := []param{{name: k.kind + "_id", kind: integer, required: true}}
	return []route{
		{method: http.MethodGet, path: path, query: paged(), status: 200, handle: k.listHeld},
		{method: http.MethodPost, path: path, body: body, status: added, handle: k.give},
		{method: http.MethodGet, path: one, status: 200, handle: k.showHeld},
		{method: http.MethodDelete, path: one, status: 204, handle: k.take},
	}
}
