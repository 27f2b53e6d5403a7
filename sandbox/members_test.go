package sandbox

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
)

func TestMemberNeverShowsTheRole(t *testing.T) {
	a := serve(t, Options{})
	id := a.box.Notable().SecondHost
	for _, answer := range []reply{
		a.want("GET", path("/members/%d/", id), "", 200, `"first_name":"Tomás"`),
		a.want("PATCH", path("/members/%d/", id), `{"role":"moderator"}`, 200, `"first_name":"Tomás"`),
	} {
		if strings.Contains(answer.body, "role") {
			t.Errorf("the answer shows a role: %s", answer.body)
		}
		if !strings.Contains(answer.body, `"last_visited_at":`) {
			t.Errorf("the field that came later is missing: %s", answer.body)
		}
	}
	if state, _ := a.box.MemberByID(id); state.Role != "moderator" {
		t.Errorf("role is %q after it was set to moderator", state.Role)
	}
}

func TestFindMemberByEmail(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	for _, test := range []struct {
		email  string
		status int
		id     uint64
	}{
		{"Ada.Lindqvist@Example.com", 200, n.MixedCaseEmail},
		{"ada.lindqvist@example.com", 200, n.MixedCaseEmail},
		{"  ADA.LINDQVIST@EXAMPLE.COM\n", 200, n.MixedCaseEmail},
		{"ada.lindqvist@example", 404, 0},
		{"", 404, 0},
		{"leander.frost@example.com", 200, n.Removed}, // on no list
		{"vera.molnar@example.net", 404, 0},           // banned
		{"petra.voss@example.com", 200, n.HiddenEmail},
	} {
		got := a.want("GET", "/members/by_email?email="+url.QueryEscape(test.email), "", test.status, "")
		if test.status == 200 && got.id(t) != test.id {
			t.Errorf("%q found %s, want %d", test.email, got.body, test.id)
		}
	}
	a.want("GET", path("/members/%d/", n.HiddenEmail), "", 200, `"email":""`)
	a.want("GET", path("/members/%d/", n.Removed), "", 404, "Member not found")
	a.want("GET", path("/members/%d/spaces", n.Removed), "", 404, "Member not found")
}

func TestCreateMember(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	for _, test := range []struct{ body, message string }{
		{`{"email":"ingrid.solberg@example.org","first_name":"A","last_name":"B"}`, "User is already a member"},
		{`{"email":" INGRID.Solberg@example.org ","first_name":"A","last_name":"B"}`, "User is already a member"},
		{`{"email":"vera.molnar@example.net","first_name":"A","last_name":"B"}`, "banned"},
		{`{"email":"nobody","first_name":"A","last_name":"B"}`, "Email is invalid"},
		{`{"email":"a@b","first_name":"A","last_name":"B"}`, "Email is invalid"},
		{`{"email":"A <a@example.com>","first_name":"A","last_name":"B"}`, "Email is invalid"},
		{`{"email":"new@example.com","first_name":" ","last_name":""}`, "First name can't be blank, Last name can't be blank"},
		{`{"email":"new@example.com","first_name":"A","last_name":"B","role":"admin"}`, "Role is invalid"},
		{`{"email":"new@example.com","first_name":"A","last_name":"B","member_type":"guest"}`, "Member type is invalid"},
		{`{"email":"new@example.com","first_name":"A","last_name":"B","member_type":"limited"}`, "Space ids are required"},
		{`{"email":"new@example.com","first_name":"A","last_name":"B","member_type":"limited","space_ids":[]}`, "Space ids are required"},
		{`{"email":"new@example.com","first_name":"A","last_name":"B","member_type":"limited","space_ids":[1]}`, "unknown space"},
	} {
		a.want("POST", "/members", test.body, 422, test.message)
	}
	if a.box.Changes() != 0 || len(a.box.Outbox()) != 0 {
		t.Fatalf("refused creations changed something: %d changes, %v", a.box.Changes(), a.box.Outbox())
	}

	full := a.want("POST", "/members", `{"email":"new@example.com","first_name":"Nye","last_name":"Bevan","space_ids":[1]}`, 201, `"member_type":"full"`).id(t)
	limited := a.want("POST", "/members", path(`{"email":"lim@example.com","first_name":"L","last_name":"M","role":"moderator","member_type":"limited","space_ids":[%d,%d],"send_welcome_email":false}`,
		n.PaidSpace, n.PaidSpace), 201, `"member_type":"limited"`).id(t)
	if state, _ := a.box.MemberByID(full); state.Role != "contributor" || !slices.Contains(state.Spaces, n.AutoJoinSpace) || slices.Contains(state.Spaces, n.PaidSpace) {
		t.Errorf("new full member is %+v", state)
	}
	if state, _ := a.box.MemberByID(limited); state.Role != "moderator" || !slices.Equal(state.Spaces, []uint64{n.PaidSpace}) {
		t.Errorf("new limited member is %+v", state)
	}
	if box := a.box.Outbox(); len(box) != 1 || box[0] != (Notice{Kind: "welcome_email", MemberID: full}) {
		t.Errorf("outbox is %v, want one welcome for %d: mail is on by default", box, full)
	}
	if list := a.ids("/members?per_page=100"); len(list) != 252 || a.box.Members() != 252 {
		t.Errorf("the list has %d members, the count says %d", len(list), a.box.Members())
	}
}

func TestUpdateMember(t *testing.T) {
	a := serve(t, Options{})
	id := a.box.Notable().Moderator
	one := path("/members/%d/", id)
	a.want("PATCH", one, `{"first_name":"Amy"}`, 200, `"last_name":"Okafor"`)
	a.want("PATCH", one, `{"email":"Amy@Example.com"}`, 200, `"email":"Amy@Example.com"`)
	a.want("GET", "/members/by_email?email=amy@example.com", "", 200, path(`"id":%d`, id))
	a.want("GET", "/members/by_email?email=amara.okafor@example.net", "", 404, "")
	for _, test := range []struct{ body, message string }{
		{`{"role":"member"}`, "Role is invalid"},
		{`{"role":null}`, "Role is invalid"},
		{`{"email":"ingrid.solberg@example.org"}`, "User is already a member"},
		{`{"email":"vera.molnar@example.net"}`, "banned"},
		{`{"last_name":""}`, "Last name can't be blank"},
	} {
		a.want("PATCH", one, test.body, 422, test.message)
	}
	if state, _ := a.box.MemberByID(id); state.Role != "moderator" || state.FirstName != "Amy" || state.LastName != "Okafor" {
		t.Errorf("PATCH left %+v", state)
	}
	// PUT replaces: what creation requires is required, the role falls back.
	a.want("PUT", one, `{"first_name":"Amy"}`, 422, "Last name can't be blank, Email is invalid")
	a.want("PUT", one, `{"email":"amy@example.com","first_name":"Amy","last_name":"O"}`, 200, `"last_name":"O"`)
	if state, _ := a.box.MemberByID(id); state.Role != "contributor" {
		t.Errorf("PUT without a role left %q", state.Role)
	}
	a.want("PATCH", path("/members/%d/", a.box.Notable().OneName), `{"role":"moderator"}`, 200, `"last_name":""`)
	a.want("PATCH", "/members/1/", `{}`, 404, "Member not found")
	a.want("PUT", "/members/1/", `{}`, 404, "Member not found")
}

func TestDeleteMember(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	for _, owner := range []uint64{n.Owner, n.SpaceOwner} {
		a.want("DELETE", path("/members/%d/", owner), "", 422, "own spaces that cannot be deleted")
	}
	state, _ := a.box.MemberByID(n.Moderator)
	if got := a.want("DELETE", path("/members/%d/", n.Moderator), "", 204, ""); got.body != "" {
		t.Errorf("204 with a body: %q", got.body)
	}
	a.want("DELETE", path("/members/%d/", n.Moderator), "", 404, "Member not found")
	a.want("GET", path("/members/%d/", n.Moderator), "", 404, "")
	a.want("GET", "/members/by_email?email="+state.Email, "", 404, "")
	for _, space := range state.Spaces {
		if slices.Contains(a.box.SpaceMembers(space), n.Moderator) {
			t.Errorf("still in space %d", space)
		}
	}
	again := a.want("POST", "/members", path(`{"email":%q,"first_name":"A","last_name":"B"}`, state.Email), 201, "").id(t)
	if again == n.Moderator {
		t.Error("a deleted account came back under its old id")
	}
}

func TestRemoveMemberAndComeBack(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	id := n.InjectionAuthor
	state, _ := a.box.MemberByID(id)
	a.want("DELETE", path("/members/%d/network_membership?cancel_plans=maybe", id), "", 400, "cancel_plans must be true or false")
	a.want("DELETE", path("/members/%d/network_membership?cancel_plans=false", id), "", 204, "")
	a.want("DELETE", path("/members/%d/network_membership", id), "", 404, "")
	a.want("GET", path("/members/%d/", id), "", 404, "")
	a.want("GET", path("/posts/%d/", n.InjectionPost), "", 404, "") // comes back with its author
	if slices.Contains(a.ids("/members?per_page=100"), id) {
		t.Error("still on the list")
	}
	back := a.want("POST", "/members", path(`{"email":%q,"first_name":"Rowan","last_name":"Back"}`, strings.ToUpper(state.Email)), 201, "").id(t)
	if back != id {
		t.Errorf("came back as %d, want the old id %d", back, id)
	}
	a.want("GET", path("/posts/%d/", n.InjectionPost), "", 200, "")
	if now, _ := a.box.MemberByID(id); len(now.Spaces) >= len(state.Spaces) {
		t.Errorf("space access was restored: %v, before %v", now.Spaces, state.Spaces)
	}
}

func TestBanIsAOneWayDoor(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	spammer := n.Spammers[0]
	state, _ := a.box.MemberByID(spammer)
	bystander := a.want("POST", path("/posts/%d/comments", n.SpamPost), `{"text":"reported"}`, 201, "")
	post := a.want("POST", "/posts", path(`{"space_id":%d,"title":"mine"}`, n.PaidSpace), 201, "").id(t)

	a.want("POST", path("/spaces/%d/members/%d/ban", n.DuplicateSpaces[0], n.PaidMember), `{}`, 404, "Member not found")
	a.want("POST", path("/spaces/1/members/%d/ban", spammer), `{}`, 404, "Space not found")
	space := state.Spaces[0]
	if got := a.want("POST", path("/spaces/%d/members/%d/ban", space, spammer), `{"ban_reason":"Spam"}`, 200, ""); got.body != "{}" {
		t.Errorf("ban answered %s, want {}", got.body)
	}
	a.want("POST", path("/spaces/%d/members/%d/ban", space, spammer), `{}`, 404, "")
	a.want("GET", path("/members/%d/", spammer), "", 404, "")
	a.want("GET", "/members/by_email?email="+state.Email, "", 404, "")
	a.want("GET", path("/posts/%d/", n.SpamPost), "", 404, "")
	a.want("GET", path("/posts/%d/comments/%d/", n.SpamPost, bystander.id(t)), "", 404, "")
	a.want("POST", "/members", path(`{"email":%q,"first_name":"A","last_name":"B"}`, state.Email), 422, "banned")
	a.want("POST", path("/spaces/%d/members?user_id=%d", space, spammer), "", 404, "User not found")
	if slices.Contains(a.ids("/members?per_page=100"), spammer) || slices.Contains(a.ids("/posts?per_page=100"), n.SpamPost) {
		t.Error("the banned person or their post is still listed")
	}
	for _, id := range a.box.Spaces() {
		if slices.Contains(a.box.SpaceMembers(id), spammer) {
			t.Errorf("still in space %d", id)
		}
	}
	now, _ := a.box.MemberByID(spammer)
	if !a.box.IsBanned(spammer) || now.BanReason != "Spam" || a.box.IsBanned(n.Moderator) {
		t.Errorf("state after the ban: %+v", now)
	}
	a.want("GET", path("/posts/%d/", post), "", 200, "") // others' posts stay
}

func TestBannedPeoplesCommentsDisappear(t *testing.T) {
	a := serve(t, Options{})
	var author, on uint64
	for _, id := range a.ids("/posts?per_page=100") {
		for _, c := range a.want("GET", path("/posts/%d/comments", id), "", 200, "").decode(t)["items"].([]any) {
			author, on = a.number(c, "author_id"), id
			if p, _ := a.box.PostByID(id); author != p.AuthorID && author != a.box.OwnerID() {
				before := p.Comments
				state, _ := a.box.MemberByID(author)
				a.want("POST", path("/spaces/%d/members/%d/ban", state.Spaces[0], author), `{}`, 200, "{}")
				after, _ := a.box.PostByID(on)
				if after.Comments >= before {
					t.Errorf("post %d had %d comments and has %d", on, before, after.Comments)
				}
				if strings.Contains(a.want("GET", path("/posts/%d/comments", on), "", 200, "").body, path(`"author_id":%d`, author)) {
					t.Error("a banned person's comment is still listed")
				}
				return
			}
		}
	}
	t.Fatal("the community has no comment to test with")
}

// TestKeyDiesWithItsOwner: a key acts as its maker.
func TestKeyDiesWithItsOwner(t *testing.T) {
	a := serve(t, Options{})
	a.want("GET", "/me", "", 200, `"admin":true`)
	a.want("PATCH", path("/members/%d/", a.box.OwnerID()), `{"role":"contributor"}`, 200, "")
	a.want("GET", "/me", "", 200, `"admin":false`)
	a.want("DELETE", path("/members/%d/network_membership", a.box.OwnerID()), "", 204, "")
	a.want("GET", "/me", "", 401, "unauthorized")
}

// number reads an integer field of a decoded object.
func (a *api) number(object any, field string) uint64 {
	a.t.Helper()
	var n uint64
	if _, err := fmt.Sscan(fmt.Sprint(object.(map[string]any)[field]), &n); err != nil {
		a.t.Fatalf("%s of %v: %v", field, object, err)
	}
	return n
}

// TestBanHidesEventsAndReplies: what else a banned person leaves behind.
func TestBanHidesEventsAndReplies(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	comments := path("/posts/%d/comments", n.InjectionPost)
	parent := a.want("POST", comments, `{"text":"parent"}`, 201, "").id(t)
	a.want("POST", comments, path(`{"text":"reply","reply_to_id":%d}`, parent), 201, "")
	reply := a.box.community.threads[n.InjectionPost]
	reply[len(reply)-1].author = a.box.community.members[n.SecondHost] // the API cannot write as somebody else

	before := a.ids("/events?per_page=100")
	a.want("GET", path("%s/%d/", comments, parent), "", 200, `"reply_count":1`)
	a.want("POST", path("/spaces/%d/members/%d/ban", n.AutoJoinSpace, n.SecondHost), `{}`, 200, "")
	a.want("GET", path("%s/%d/", comments, parent), "", 200, `"reply_count":0`)
	after := a.ids("/events?per_page=100")
	if len(after) >= len(before) || len(after) == 0 {
		t.Fatalf("%d events before the ban, %d after", len(before), len(after))
	}
	for _, id := range before {
		if !slices.Contains(after, id) {
			a.want("GET", path("/events/%d/", id), "", 404, "Event not found")
		}
	}
}
