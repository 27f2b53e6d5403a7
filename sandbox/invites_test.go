package sandbox

import (
	"slices"
	"testing"
)

func TestNetworkInvites(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	for _, test := range []struct{ body, message string }{
		{`{"recipient_email":"nobody"}`, "Recipient email is invalid"},
		{`{"recipient_email":"INGRID.solberg@example.org"}`, "already a member"},
		{`{"recipient_email":"vera.molnar@example.net"}`, "banned"},
		{`{"recipient_email":"Emre.Kaya@example.net"}`, "already been invited"},
		{`{"recipient_email":"new@example.com","user_id":1}`, "User does not exist"},
	} {
		a.want("POST", "/invites", test.body, 422, test.message)
	}
	if len(a.box.Outbox()) != 0 {
		t.Fatalf("a refused invitation was sent: %v", a.box.Outbox())
	}
	a.want("POST", "/invites", `{"recipient_email":"leander.frost@example.com"}`, 200, "") // who left may be asked back
	id := a.want("POST", "/invites", path(`{"recipient_email":"new@example.com","recipient_first_name":"N","user_id":%d}`, n.Moderator), 200, path(`"sender_id":%d`, n.Moderator)).id(t)
	if box := a.box.Outbox(); len(box) != 2 || box[1] != (Notice{Kind: "invite_email", InviteID: id, Email: "new@example.com"}) {
		t.Errorf("outbox is %v", box)
	}
	if got := a.ids("/invites?email=NEW@example.com"); !slices.Equal(got, []uint64{id}) {
		t.Errorf("found %v", got)
	}
	if got := a.ids("/invites?email="); len(got) != 0 {
		t.Errorf("an empty address found %v", got)
	}
	if all := a.ids("/invites"); slices.Contains(all, n.PendingPlanInvite) || !slices.Contains(all, n.ConvertedInvite) {
		t.Errorf("listed %v", all)
	}

	one := path("/invites/%d/", id)
	a.want("PATCH", one, `{"recipient_last_name":"M"}`, 200, `"recipient_first_name":"N"`)
	a.want("PATCH", one, `{"recipient_email":"emre.kaya@example.net"}`, 422, "already been invited")
	a.want("PUT", one, `{"recipient_first_name":"X"}`, 400, "recipient_email")
	a.want("PUT", one, `{"recipient_email":"newer@example.com"}`, 200, `"recipient_first_name":""`)
	if state, _ := a.box.InviteByID(id); state.SenderID != n.Owner || state.Email != "newer@example.com" {
		t.Errorf("PUT left %+v", state)
	}
	for _, method := range []string{"PATCH", "PUT"} {
		body := `{"recipient_email":"other@example.com"}`
		a.want(method, path("/invites/%d/", n.ConvertedInvite), body, 422, "already been converted")
		a.want(method, "/invites/1/", body, 404, "Invite not found")
	}
	if len(a.box.Outbox()) != 2 {
		t.Errorf("an update was sent: %v", a.box.Outbox())
	}
	a.want("DELETE", path("/invites/%d/", n.ConvertedInvite), "", 409, "already been accepted")
	// Who joins has accepted.
	a.want("POST", "/members", `{"email":"newer@example.com","first_name":"N","last_name":"M","send_welcome_email":false}`, 201, "")
	if state, _ := a.box.InviteByID(id); !state.Accepted {
		t.Error("the invitation still waits for somebody who joined")
	}
	a.want("DELETE", one, "", 409, "already been accepted")
	a.want("DELETE", path("/invites/%d/", n.PendingInvite), "", 204, "")
	a.want("DELETE", path("/invites/%d/", n.PendingInvite), "", 404, "Invite not found")
	a.want("DELETE", path("/invites/%d/", n.PendingPlanInvite), "", 204, "") // plans' invitations share the numbers
}

func TestPlanInvites(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	invites := path("/plans/%d/invites", n.PaidPlan)
	for _, test := range []struct{ query, message string }{
		{"", "Either email or user must be given"},
		{path("?email=x%%40example.com&user_id=%d", n.OneName), "Either email or user must be given"},
		{"?user_id=1", "User does not exist"},
		{"?email=nobody", "Email is invalid"},
		{"?email=vera.molnar%40example.net", "banned"},
		{path("?user_id=%d", n.PaidMember), "already has access"},
		{"?email=NOOR.haddad%40example.org", "already has access"},
		{"?email=thea.lund%40example.com", "already been invited"},
	} {
		a.want("POST", invites+test.query, "", 422, test.message)
	}
	a.want("POST", invites, `{"email":"x@example.com"}`, 400, "Unexpected request body")
	if len(a.box.Outbox()) != 0 {
		t.Fatalf("a refused invitation was sent: %v", a.box.Outbox())
	}
	id := a.want("POST", path("%s?user_id=%d&message=Come%%20and%%20build", invites, n.OneName), "", 200, `"recipient_email":"wayan@example.org"`).id(t)
	if state, _ := a.box.InviteByID(id); state.Message != "Come and build" || state.PlanID != n.PaidPlan {
		t.Errorf("kept %+v", state)
	}
	one := path("%s/%d/", invites, id)
	for _, method := range []string{"PATCH", "PUT"} {
		a.want(method, one, `{"message":"x"}`, 400, "Unexpected request body")
		a.want(method, one, "", 200, path(`"id":%d`, id))
		a.want(method, path("%s/%d/", invites, n.ConvertedPlanInvite), "", 422, "already been converted")
		a.want(method, path("/plans/%d/invites/%d/", n.HiddenPlan, id), "", 404, "Invite not found") // another plan's
	}
	mail := Notice{Kind: "plan_invite_email", InviteID: id, PlanID: n.PaidPlan, Email: "wayan@example.org"}
	if got := a.box.Outbox(); !slices.Equal(got, []Notice{mail, mail, mail}) {
		t.Errorf("one invitation and two resends sent %v", got)
	}
	a.want("DELETE", path("%s/%d/", invites, n.ConvertedPlanInvite), "", 409, "already been accepted")
	if got := a.ids(invites); !slices.Contains(got, id) || !slices.Contains(got, n.ConvertedPlanInvite) || slices.Contains(got, n.PendingInvite) {
		t.Errorf("listed %v", got)
	}
	a.want("DELETE", one, "", 204, "")
	a.want("GET", one, "", 404, "Invite not found")
}
