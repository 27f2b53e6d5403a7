package sandbox

import "net/http"

func spaceRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/spaces", query: paged(), status: 200, handle: listSpaces},
		// No trailing slash, unlike the other single records.
		{method: http.MethodGet, path: "/spaces/{id}", status: 200, handle: showSpace},
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
