package sandbox

import "fmt"

// placing is where a space goes in its collection, counted from 1.
type placing struct{ space, position uint64 }

// placingParams are the fields of one placing; both are required.
func placingParams() []param {
	return []param{{name: "space_id", kind: integer}, {name: "position", kind: integer}}
}

// parsePlacings reads the array of objects that an order is, as strictly as the
// body around it.
func parsePlacings(name string, list []any) (any, error) {
	malformed := badRequest("Invalid parameter: " + name + " must be " + placings.words())
	out := make([]placing, 0, len(list))
	for _, v := range list {
		fields, ok := v.(map[string]any)
		if !ok {
			return nil, malformed
		}
		if err := expected(fields, placingParams()); err != nil {
			return nil, err
		}
		id, hasID := unsigned(fields["space_id"])
		position, hasPosition := unsigned(fields["position"])
		if !hasID || !hasPosition {
			return nil, malformed
		}
		out = append(out, placing{id, position})
	}
	return out, nil
}

type orderBody struct {
	ID       uint64 `json:"id"`
	Name     string `json:"name"`
	Position int    `json:"position"`
}

// orderCollection puts the spaces of a collection into a new order. It takes
// nothing but a whole order: each space once, each position from 1 once.
// Whether the real API takes a part of one is unknown.
func orderCollection(m *community, c *call) (any, error) {
	col, err := m.ownCollection(c)
	if err != nil {
		return nil, err
	}
	wanted, _ := c.args["spaces"].([]placing)
	order := make([]uint64, len(col.spaces))
	placed := map[uint64]bool{}
	for _, p := range wanted {
		sp := m.spaces[p.space]
		switch {
		case sp == nil || sp.collection != col.id:
			return nil, invalid(fmt.Sprintf("Space %d is not in this collection", p.space))
		case placed[p.space]:
			return nil, invalid(fmt.Sprintf("Space %d is given more than once", p.space))
		case p.position < 1 || p.position > uint64(len(order)) || order[p.position-1] != 0:
			return nil, invalid(fmt.Sprintf("Position %d is invalid", p.position))
		}
		placed[p.space], order[p.position-1] = true, p.space
	}
	if len(wanted) != len(order) {
		return nil, invalid("Spaces must include every space of the collection")
	}
	// Rendered by position: a page knows only the space.
	at := map[uint64]int{}
	for i, id := range order {
		at[id] = i + 1
	}
	page, err := pageOf(c, order, func(id uint64) any { return orderBody{id, m.spaces[id].name, at[id]} })
	if err != nil {
		return nil, err
	}
	col.spaces, col.updated = order, c.now
	return page, nil
}
