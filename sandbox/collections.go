package sandbox

import (
	"net/http"
	"slices"
	"strings"
)

func collectionRoutes() []route {
	const one = "/collections/{id}/"
	create := []param{{name: "name", required: true}, {name: "description"}, {name: "visible_to_members", kind: boolean}}
	change := []param{{name: "name"}, {name: "description"}, {name: "visible_to_members", kind: boolean}}
	return []route{
		{method: http.MethodGet, path: "/collections", query: paged(), status: 200, handle: listCollections},
		{method: http.MethodPost, path: "/collections", body: create, status: 201, handle: createCollection},
		{method: http.MethodGet, path: one, status: 200, handle: showCollection},
		{method: http.MethodPatch, path: one, body: change, status: 200, handle: patchCollection},
		{method: http.MethodPut, path: one, body: change, status: 200, handle: putCollection},
		{method: http.MethodDelete, path: one, status: 204, handle: deleteCollection},
		// A write that answers with a page of a list, and the only PUT without
		// a PATCH beside it.
		{method: http.MethodPut, path: one + "order", query: paged(), body: []param{{name: "spaces", kind: placings, required: true}}, status: 200, handle: orderCollection},
	}
}

// collection is a heading in the navigation with spaces under it.
type collection struct {
	id                uint64
	name, description string
	hidden            bool     // from ordinary members
	system            bool     // made by the platform, read-only
	spaces            []uint64 // in the order of display
	created, updated  stamp
}

type collectionBody struct {
	ID               uint64 `json:"id"`
	CreatedAt        stamp  `json:"created_at"`
	UpdatedAt        stamp  `json:"updated_at"`
	Name             string `json:"name"`
	Description      string `json:"description,omitempty"`
	VisibleToMembers bool   `json:"visible_to_members"`
	Position         int    `json:"position"`
	Explorable       bool   `json:"explorable"`
}

// collectionBody shows a collection. Here every space can be discovered, so
// that one is explorable as soon as it holds any.
func (m *community) collectionBody(col *collection) collectionBody {
	return collectionBody{
		ID: col.id, CreatedAt: col.created, UpdatedAt: col.updated, Name: col.name, Description: col.description,
		VisibleToMembers: !col.hidden, Position: 1 + slices.Index(m.shelf, col.id), Explorable: len(col.spaces) > 0,
	}
}

func (m *community) collection(c *call) (*collection, error) {
	if col := m.collections[c.id("id")]; col != nil {
		return col, nil
	}
	return nil, notFound("Collection")
}

// ownCollection returns a collection that may be changed.
func (m *community) ownCollection(c *call) (*collection, error) {
	col, err := m.collection(c)
	if err == nil && col.system {
		return nil, invalid("System collections cannot be changed")
	}
	return col, err
}

func listCollections(m *community, c *call) (any, error) {
	return pageOf(c, m.shelf, func(id uint64) any { return m.collectionBody(m.collections[id]) })
}

func showCollection(m *community, c *call) (any, error) {
	col, err := m.collection(c)
	if err != nil {
		return nil, err
	}
	return m.collectionBody(col), nil
}

// fill lays the arguments over a collection and checks the whole. Unlike those
// of spaces, names are unique: the vendor mentions the conflict.
func (m *community) fill(col collection, c *call) (collection, error) {
	if name, given := c.str("name"); given {
		col.name = strings.TrimSpace(name)
	}
	if description, given := c.str("description"); given {
		col.description = description
	}
	col.hidden = !c.flag("visible_to_members", !col.hidden)
	if col.name == "" {
		return col, invalid("Name can't be blank")
	}
	for _, other := range m.collections {
		if other.id != col.id && strings.EqualFold(other.name, col.name) {
			return col, invalid("Name has already been taken")
		}
	}
	return col, nil
}

func createCollection(m *community, c *call) (any, error) {
	made, err := m.fill(collection{created: c.now, updated: c.now}, c)
	if err != nil {
		return nil, err
	}
	m.lastOf.collection++
	made.id = m.lastOf.collection
	m.collections[made.id] = &made
	m.shelf = append(m.shelf, made.id)
	return m.collectionBody(&made), nil
}

func patchCollection(m *community, c *call) (any, error) {
	col, err := m.ownCollection(c)
	if err != nil {
		return nil, err
	}
	return m.rewriteCollection(col, *col, c)
}

// putCollection starts from an empty collection: a missing name is refused, a
// missing description empties it, and it is visible unless told otherwise. The
// spaces stay.
func putCollection(m *community, c *call) (any, error) {
	col, err := m.ownCollection(c)
	if err != nil {
		return nil, err
	}
	return m.rewriteCollection(col, collection{id: col.id, spaces: col.spaces, created: col.created}, c)
}

func (m *community) rewriteCollection(col *collection, base collection, c *call) (any, error) {
	want, err := m.fill(base, c)
	if err != nil {
		return nil, err
	}
	want.updated = c.now
	*col = want
	return m.collectionBody(col), nil
}

func deleteCollection(m *community, c *call) (any, error) {
	col, err := m.ownCollection(c)
	if err != nil {
		return nil, err
	}
	if len(col.spaces) > 0 {
		return nil, invalid("Collection cannot be deleted while it contains spaces")
	}
	delete(m.collections, col.id)
	m.shelf = slices.DeleteFunc(m.shelf, func(id uint64) bool { return id == col.id })
	return nil, nil
}
