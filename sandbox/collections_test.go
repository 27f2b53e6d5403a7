package sandbox

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestCollections(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	if got := a.ids("/collections?per_page=2"); !slices.Equal(got, []uint64{601, 602, 603, 604, 605}) {
		t.Errorf("collections %v", got)
	}
	a.want("POST", "/collections", `{"name":" "}`, 422, "Name can't be blank")
	a.want("POST", "/collections", `{"name":"cRAFTS"}`, 422, "Name has already been taken")
	made := a.want("POST", "/collections", `{"name":"Boats","description":"d"}`, 201, `"visible_to_members":true,"position":6,"explorable":false`)
	one := path("/collections/%d/", made.id(t))
	a.want("PATCH", one, `{"visible_to_members":false}`, 200, `"description":"d","visible_to_members":false`)
	a.want("PATCH", one, `{"name":"boats"}`, 200, `"name":"boats"`) // its own name is no conflict
	a.want("PATCH", one, `{"name":"Crafts"}`, 422, "Name has already been taken")
	a.want("PUT", one, `{"description":"x"}`, 422, "Name can't be blank")
	if got := a.want("PUT", one, `{"name":"Ships"}`, 200, `"visible_to_members":true`).decode(t); got["description"] != nil {
		t.Errorf("PUT kept %v", got)
	}

	full := path("/collections/%d/", n.Collection)
	a.want("GET", full, "", 200, `"explorable":true`)
	a.want("DELETE", full, "", 422, "while it contains spaces")
	a.want("PUT", full, `{"name":"Benches"}`, 200, "")
	if got := a.box.CollectionOrder(n.Collection); len(got) < 2 {
		t.Errorf("PUT emptied the collection: %v", got)
	}
	system := path("/collections/%d/", n.SystemCollection)
	a.want("GET", system, "", 200, "")
	for _, answer := range []reply{
		a.do("PATCH", system, `{"name":"x"}`), a.do("PUT", system, `{"name":"x"}`), a.do("DELETE", system, ""), a.do("PUT", system+"order", `{"spaces":[]}`),
	} {
		if answer.status != 422 || !strings.Contains(answer.body, "System collections cannot be changed") {
			t.Errorf("the system collection: %d %s", answer.status, answer.body)
		}
	}

	a.want("DELETE", path("/collections/%d/", n.EmptyCollection), "", 204, "")
	a.want("GET", one, "", 200, `"position":5`)
	a.want("DELETE", one, "", 204, "")
	for _, method := range []string{"GET", "DELETE"} {
		a.want(method, one, "", 404, "Collection not found")
	}
	a.want("PATCH", one, `{}`, 404, "Collection not found")
	a.want("PUT", one, `{}`, 404, "Collection not found")
	a.want("PUT", one+"order", `{"spaces":[]}`, 404, "Collection not found")
}

func TestCollectionOrder(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	one := path("/collections/%d/order", n.Collection)
	before := a.box.CollectionOrder(n.Collection)
	places := func(ids []uint64, positions ...int) string {
		var out []string
		for i, id := range ids {
			out = append(out, fmt.Sprintf(`{"space_id":%d,"position":%d}`, id, positions[i]))
		}
		return `{"spaces":[` + strings.Join(out, ",") + `]}`
	}
	foreign := append([]uint64{n.UndeletableSpace}, before[1:]...)
	twice := append([]uint64{before[1]}, before[1:]...)
	for _, test := range []struct {
		body    string
		status  int
		message string
	}{
		{places(foreign, 1, 2, 3, 4, 5), 422, path("Space %d is not in this collection", n.UndeletableSpace)},
		{places([]uint64{1}, 1), 422, "Space 1 is not in this collection"},
		{places(twice, 1, 2, 3, 4, 5), 422, path("Space %d is given more than once", before[1])},
		{places(before, 0, 1, 2, 3, 4), 422, "Position 0 is invalid"},
		{places(before, 2, 3, 4, 5, 6), 422, "Position 6 is invalid"},
		{places(before, 1, 1, 2, 3, 4), 422, "Position 1 is invalid"},
		{places(before[1:], 1, 2, 3, 4), 422, "must include every space"},
		{`{}`, 422, "Missing required parameters: spaces"},
		{`{"spaces":[7]}`, 400, "spaces must be an array of objects"},
		{`{"spaces":[{"space_id":7}]}`, 400, "spaces must be an array of objects"},
		{`{"spaces":[{"space_id":7,"position":1,"name":"x"}]}`, 400, "Unexpected parameters: name"},
		{`{"spaces":{}}`, 400, "spaces must be an array of objects"},
	} {
		a.want("PUT", one, test.body, test.status, test.message)
	}
	if got := a.box.CollectionOrder(n.Collection); !slices.Equal(got, before) || a.box.Changes() != 0 {
		t.Fatalf("a refused order changed %v to %v", before, got)
	}
	a.want("PUT", one+"?per_page=2&page=0", places(before, 5, 4, 3, 2, 1), 400, "page and per_page start at 1")

	answer := a.want("PUT", one, places(before, 5, 4, 3, 2, 1), 200, `"position":1`)
	after := slices.Clone(before)
	slices.Reverse(after)
	if got := a.box.CollectionOrder(n.Collection); !slices.Equal(got, after) {
		t.Errorf("order %v, want %v", got, after)
	}
	for i, item := range answer.decode(t)["items"].([]any) {
		if a.number(item, "id") != after[i] || a.number(item, "position") != uint64(i+1) {
			t.Errorf("answered %s", answer.body)
		}
	}
}
