package sandbox

import (
	"slices"
	"testing"
)

func TestSpaces(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	list := a.want("GET", "/spaces", "", 200, "").decode(t)["items"].([]any)
	if len(list) < 12 {
		t.Errorf("%d spaces", len(list))
	}
	names := map[string][]uint64{}
	for _, item := range list {
		name := item.(map[string]any)["name"].(string)
		names[name] = append(names[name], a.number(item, "id"))
	}
	if got := names["Study Group"]; !slices.Equal(got, n.DuplicateSpaces[:]) {
		t.Errorf("the spaces of one name are %v, Notable says %v", got, n.DuplicateSpaces)
	}
	a.want("GET", path("/spaces/%d", n.PaidSpace), "", 200, `"name":"Winter Build: Pram Dinghy"`)
	a.want("GET", "/spaces/1", "", 404, `{"error":"Space not found"}`)
	a.want("GET", "/spaces/1/members", "", 404, `{"error":"Space not found"}`)
	if got := a.ids(path("/members/%d/spaces", n.LimitedMember)); len(got) != 1 {
		t.Errorf("the limited member is in %v", got)
	}
	state, _ := a.box.MemberByID(n.Moderator)
	if got := a.ids(path("/members/%d/spaces?per_page=5", n.Moderator)); !slices.Equal(got, state.Spaces) {
		t.Errorf("spaces of a member: %v, want %v", got, state.Spaces)
	}
}

func TestSpaceMembers(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	members := path("/spaces/%d/members", n.PaidSpace)
	outsider := n.LimitedMember
	one := path("%s/%d/", members, outsider)
	if got := a.ids(members + "?per_page=7"); !slices.Equal(got, a.box.SpaceMembers(n.PaidSpace)) {
		t.Errorf("listed %v", got)
	}
	a.want("GET", one, "", 404, "Member not found")
	a.want("PATCH", one, `{"role":"host"}`, 404, "Member not found")
	a.want("DELETE", one, "", 404, "Member not found")
	a.want("POST", members+"?user_id=1", "", 404, "User not found")
	a.want("POST", path("/spaces/1/members?user_id=%d", outsider), "", 404, "Space not found")
	a.want("POST", members, path(`{"user_id":%d}`, outsider), 400, "Unexpected request body")

	a.want("POST", path("%s?user_id=%d", members, outsider), "", 200, path(`"id":%d`, outsider))
	a.want("POST", path("%s?user_id=%d", members, outsider), "", 422, "User is already a member of this space")
	a.want("GET", one, "", 200, `"email":"kenji.watanabe@example.com"`)

	a.want("PATCH", one, `{"role":"owner"}`, 422, "Role is invalid")
	a.want("PATCH", one, `{"role":"moderator","first_name":"Ken"}`, 200, `"first_name":"Ken"`)
	if role := a.box.SpaceRole(n.PaidSpace, outsider); role != "moderator" {
		t.Errorf("role in the space is %q", role)
	}
	if state, _ := a.box.MemberByID(outsider); state.Role != "contributor" {
		t.Errorf("a role in a space changed the role in the network to %q", state.Role)
	}
	a.want("PATCH", one, `{"last_name":"W"}`, 200, "")
	if role := a.box.SpaceRole(n.PaidSpace, outsider); role != "moderator" {
		t.Errorf("PATCH without a role changed it to %q", role)
	}
	a.want("PUT", one, `{}`, 200, `"first_name":"Ken"`)
	if role := a.box.SpaceRole(n.PaidSpace, outsider); role != "contributor" {
		t.Errorf("PUT without a role left %q", role)
	}

	if got := a.want("DELETE", one, "", 200, ""); got.body != "{}" {
		t.Errorf("removing answered %q, want {}", got.body)
	}
	a.want("GET", one, "", 404, "")
	a.want("GET", path("/members/%d/", outsider), "", 200, "") // still in the network
	if a.box.SpaceRole(n.PaidSpace, outsider) != "" {
		t.Error("still has a role in the space")
	}
}

func TestPaidMembersStay(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	one := path("/spaces/%d/members/%d/", n.PaidSpace, n.PaidMember)
	a.want("DELETE", one, "", 403, "hold a paid plan in this space")
	a.want("GET", one, "", 200, "")
	// Leaving with the plan kept, they come back still paying for it; with the
	// plan cancelled they do not.
	for _, test := range []struct {
		query  string
		status int
	}{{"", 403}, {"?cancel_plans=true", 200}} {
		a.want("DELETE", path("/members/%d/network_membership%s", n.PaidMember, test.query), "", 204, "")
		a.want("POST", "/members", `{"email":"noor.haddad@example.org","first_name":"Noor","last_name":"Haddad"}`, 201, "")
		a.want("POST", path("/spaces/%d/members?user_id=%d", n.PaidSpace, n.PaidMember), "", 200, "")
		a.want("DELETE", one, "", test.status, "")
	}
}
