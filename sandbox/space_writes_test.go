package sandbox

import (
	"slices"
	"testing"
)

func TestSpaceWrites(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	a.want("POST", "/spaces", `{"name":" "}`, 422, "Name can't be blank")
	a.want("POST", "/spaces", `{"name":"x","collection_id":601}`, 400, "Unexpected parameters: collection_id")
	id := a.want("POST", "/spaces", `{"name":" Sail Loft "}`, 201, `"name":"Sail Loft"`).id(t)
	one := path("/spaces/%d", id)
	if state, _ := a.box.SpaceByID(id); state.CollectionID != 0 || a.box.SpaceRole(id, n.Owner) != "host" || len(a.box.SpaceMembers(id)) != 1 {
		t.Errorf("created %+v with members %v", state, a.box.SpaceMembers(id))
	}

	a.want("PATCH", one, path(`{"collection_id":%d}`, n.EmptyCollection), 200, path(`"name":"Sail Loft","collection_id":%d`, n.EmptyCollection))
	if got := a.box.CollectionOrder(n.EmptyCollection); !slices.Equal(got, []uint64{id}) {
		t.Errorf("the collection holds %v", got)
	}
	a.want("PATCH", one, `{"name":""}`, 422, "Name can't be blank")
	a.want("PATCH", one, `{"collection_id":1}`, 422, "Collection does not exist")
	a.want("PATCH", one, path(`{"collection_id":%d}`, n.SystemCollection), 422, "System collections cannot be changed")
	a.want("PUT", one, `{"collection_id":601}`, 422, "Name can't be blank")
	a.want("PUT", one, `{"name":"Rigging"}`, 200, `"name":"Rigging"}`) // without a collection
	if got := a.box.CollectionOrder(n.EmptyCollection); len(got) != 0 {
		t.Errorf("the collection still holds %v", got)
	}

	a.want("DELETE", one, "", 204, "")
	for _, method := range []string{"GET", "DELETE"} {
		a.want(method, one, "", 404, "Space not found")
	}
	a.want("PATCH", one, `{"name":"x"}`, 404, "Space not found")
	a.want("PUT", one, `{"name":"x"}`, 404, "Space not found")
	a.want("DELETE", path("/spaces/%d", n.UndeletableSpace), "", 422, "This space cannot be deleted")
	a.want("DELETE", path("/spaces/%d", n.PaidSpace), "", 422, "hold a paid plan")
}

// TestADeletedSpaceTakesItsContent looks for remains of one that had some of
// everything.
func TestADeletedSpaceTakesItsContent(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	space := n.DuplicateSpaces[1]
	m := a.box.community
	if m.courses[space] == nil {
		t.Fatal("the space has no course")
	}
	var events []uint64
	for id, e := range m.events {
		if e.space == space {
			events = append(events, id)
		}
	}
	post := a.want("POST", "/posts", path(`{"space_id":%d,"title":"x"}`, space), 201, "").id(t)
	comment := a.want("POST", path("/posts/%d/comments", post), `{"text":"y"}`, 201, "").id(t)
	a.want("POST", path("/posts/%d/reactions", post), `{"emoji":"👍"}`, 201, "")
	a.want("POST", path("/comments/%d/reactions", comment), `{"emoji":"👍"}`, 201, "")
	a.want("POST", path("/posts/%d/mute?user_id=%d", post, n.Owner), "", 204, "")
	poll := a.want("POST", "/polls", path(`{"space_id":%d,"title":"x","poll_type":"question"}`, space), 201, "").id(t)
	plan := m.plans[n.HiddenPlan]
	plan.spaces = append(plan.spaces, space)
	lesson := m.courses[space].children[0].children[0].id
	member := a.box.SpaceMembers(space)[0]

	a.want("DELETE", path("/spaces/%d", space), "", 204, "")
	for _, gone := range []string{path("/posts/%d/", post), path("/polls/%d/", poll), path("/events/%d/", events[0]), path("/comments/%d/reactions", comment), path("/spaces/%d/courseworks", space)} {
		a.want("GET", gone, "", 404, "")
	}
	if _, there := a.box.CourseworkByID(lesson); there || a.box.SpaceExists(space) || a.box.EventExists(events[0]) {
		t.Error("something of the space is still there")
	}
	if state, _ := a.box.MemberByID(member); state.Standing != "active" || slices.Contains(state.Spaces, space) {
		t.Errorf("a member of the space is now %+v", state)
	}
	if a.box.ReactionOf(post, n.Owner) != "" || a.box.CommentReactionOf(comment, n.Owner) != "" || a.box.Muted(post, n.Owner) || m.rsvps[events[0]] != nil {
		t.Error("something that hung on the content is still there")
	}
	if got := a.ids(path("/posts?space_id=%d", space)); len(got) != 0 {
		t.Errorf("posts of the space: %v", got)
	}
	for id, col := range m.collections {
		if slices.Contains(col.spaces, space) {
			t.Errorf("collection %d still holds the space", id)
		}
	}
	if slices.Contains(plan.spaces, space) {
		t.Error("a plan still gives access to the space")
	}
	for id, p := range m.posts {
		if m.spaces[p.space] == nil {
			t.Errorf("post %d is in no space", id)
		}
	}
}
