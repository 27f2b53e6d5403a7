package sandbox

import (
	"net/http"
	"strings"
)

func spaceRoutes() []route {
	// No trailing slash, unlike the other single records.
	const one = "/spaces/{id}"
	create := []param{{name: "name", required: true}}
	change := []param{{name: "name"}, {name: "collection_id", kind: integer}}
	return []route{
		{method: http.MethodGet, path: "/spaces", query: paged(), status: 200, handle: listSpaces},
		{method: http.MethodPost, path: "/spaces", body: create, status: 201, handle: createSpace},
		{method: http.MethodGet, path: one, status: 200, handle: showSpace},
		{method: http.MethodPatch, path: one, body: change, status: 200, handle: patchSpace},
		{method: http.MethodPut, path: one, body: change, status: 200, handle: putSpace},
		{method: http.MethodDelete, path: one, status: 204, handle: deleteSpace},
	}
}

type spaceBody struct {
	ID           uint64 `json:"id"`
	CreatedAt    stamp  `json:"created_at"`
	UpdatedAt    stamp  `json:"updated_at"`
	Name         string `json:"name"`
	CollectionID uint64 `json:"collection_id,omitempty"`
}

func (sp *space) body() spaceBody {
	return spaceBody{sp.id, sp.created, sp.updated, sp.name, sp.collection}
}

func listSpaces(m *community, c *call) (any, error) { return m.spacePage(c, m.spaceOrder) }

func (m *community) spacePage(c *call, ids []uint64) (any, error) {
	return pageOf(c, ids, func(id uint64) any { return m.spaces[id].body() })
}

func showSpace(m *community, c *call) (any, error) {
	sp, err := m.space(c.id("id"))
	if err != nil {
		return nil, err
	}
	return sp.body(), nil
}

// createSpace makes a space with the key's owner as its host and only member.
// It is in no collection: where the real API puts it is unknown. Names need
// not be unique.
func createSpace(m *community, c *call) (any, error) {
	written, _ := c.str("name")
	name := strings.TrimSpace(written)
	if name == "" {
		return nil, invalid("Name can't be blank")
	}
	m.last.space++
	sp := &space{
		id: m.last.space, name: name, owner: c.actor.id, created: c.now, updated: c.now,
		members: idSet{c.actor.id}, roles: map[uint64]string{c.actor.id: roleHost}, paid: map[uint64]bool{},
	}
	m.spaces[sp.id] = sp
	m.spaceOrder.add(sp.id)
	return sp.body(), nil
}

func patchSpace(m *community, c *call) (any, error) { return m.updateSpace(c, false) }

// putSpace replaces name and place: a missing name is refused, a missing
// collection takes the space out of the one it was in.
func putSpace(m *community, c *call) (any, error) { return m.updateSpace(c, true) }

func (m *community) updateSpace(c *call, replace bool) (any, error) {
	sp, err := m.space(c.id("id"))
	if err != nil {
		return nil, err
	}
	name, collection := sp.name, sp.collection
	if replace {
		name, collection = "", 0
	}
	if v, given := c.str("name"); given {
		name = strings.TrimSpace(v)
	}
	if v, given := c.args["collection_id"]; given {
		collection, _ = v.(uint64) // null takes it out
		if v != nil && m.collections[collection] == nil {
			return nil, invalid("Collection does not exist")
		}
	}
	switch to := m.collections[collection]; {
	case name == "":
		return nil, invalid("Name can't be blank")
	case to != nil && to.system && collection != sp.collection:
		return nil, invalid("System collections cannot be changed")
	}
	m.place(sp, collection)
	sp.name, sp.updated = name, c.now
	return sp.body(), nil
}

// deleteSpace takes the space and everything in it. Two rules stand for the
// business constraints that the vendor mentions and does not list: some spaces
// belong to the network for good, and one that people pay for stays.
func deleteSpace(m *community, c *call) (any, error) {
	sp, err := m.space(c.id("id"))
	switch {
	case err != nil:
		return nil, err
	case sp.undeletable:
		return nil, invalid("This space cannot be deleted")
	case len(sp.paid) > 0:
		return nil, invalid("Space cannot be deleted while members hold a paid plan in it")
	}
	m.dropSpace(sp)
	return nil, nil
}
