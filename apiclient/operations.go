package apiclient

import (
	"net/http"
	"slices"
)

// Operation is one route of the Admin API as this client uses it.
type Operation struct {
	// Name is "resource.verb", unique.
	Name string
	// Method and Path are as in the vendor's document, the path below
	// /admin/v1 with its placeholders and its slashes.
	Method, Path string
	// Query and Body are the parameters and JSON fields the client may send.
	Query, Body []string
	// Success are the statuses the vendor documents for success.
	Success []int
	// Undocumented marks a route that the vendor's document does not list.
	Undocumented bool

	// root marks routes that address nothing but the network, where "not
	// found" speaks of the network.
	root bool
}

// String returns "METHOD path", the form of [Error.Operation].
func (o Operation) String() string { return o.Method + " " + o.Path }

func (o Operation) isWrite() bool { return o.Method != http.MethodGet }

// Operations returns every operation the client has, in the table's order.
// The caller may change what it gets.
func Operations() []Operation {
	rows := slices.Clone(operations[:])
	for i := range rows {
		rows[i].Query = slices.Clone(rows[i].Query)
		rows[i].Body = slices.Clone(rows[i].Body)
		rows[i].Success = slices.Clone(rows[i].Success)
	}
	return rows
}

// opID is a row of the table; every method of a service names its own.
type opID int

func (id opID) row() *Operation { return &operations[id] }

// One name per operation.
const (
	opNetworkGet opID = iota
	opMeGet

	opMemberList
	opMemberGet
	opMemberByEmail
	opMemberCreate
	opMemberUpdate
	opMemberDelete
	opMemberRemove
	opMemberSpaces

	opSpaceList
	opSpaceGet

	opSpaceMemberList
	opSpaceMemberGet
	opSpaceMemberAdd
	opSpaceMemberRemove
	opSpaceMemberSetRole
	opSpaceMemberBan

	opPostList
	opPostGet
	opPostCreate
	opPostUpdate
	opPostDelete

	opCommentList
	opCommentGet
	opCommentCreate
	opCommentDelete

	opEventList
	opEventGet
	opEventCreate
	opEventUpdate
	opEventDelete

	opCount
)

// network is what every path begins with.
const network = "/networks/{network_id}"

var (
	paging     = []string{"page", "per_page"}
	memberEdit = []string{"role", "email", "first_name", "last_name"}
	eventEdit  = []string{
		"title", "description", "link", "starts_at", "ends_at", "event_type", "location", "time_zone",
		"rsvp_enabled", "rsvp_closed", "restricted_event", "post_in_feed",
		"frequency", "interval", "by_days", "by_month_days", "recurrence_count", "recur_until",
	}

	ok        = []int{http.StatusOK}
	created   = []int{http.StatusCreated}
	noContent = []int{http.StatusNoContent}
)

// operations is the table: one row per operation, checked against the methods
// and against the vendor's document. It is never written to.
var operations = [opCount]Operation{
	opNetworkGet: {Name: "network.get", Method: "GET", Path: network + "/", Success: ok, root: true},
	opMeGet:      {Name: "me.get", Method: "GET", Path: network + "/me", Success: ok, root: true},

	opMemberList:    {Name: "member.list", Method: "GET", Path: network + "/members", Query: paging, Success: ok},
	opMemberGet:     {Name: "member.get", Method: "GET", Path: network + "/members/{id}/", Success: ok},
	opMemberByEmail: {Name: "member.by_email", Method: "GET", Path: network + "/members/by_email", Query: []string{"email"}, Success: ok},
	opMemberCreate: {Name: "member.create", Method: "POST", Path: network + "/members",
		Body:    []string{"email", "first_name", "last_name", "role", "member_type", "space_ids", "send_welcome_email"},
		Success: created},
	opMemberUpdate: {Name: "member.update", Method: "PATCH", Path: network + "/members/{id}/", Body: memberEdit, Success: ok},
	opMemberDelete: {Name: "member.delete", Method: "DELETE", Path: network + "/members/{id}/", Success: noContent},
	opMemberRemove: {Name: "member.remove", Method: "DELETE", Path: network + "/members/{id}/network_membership",
		Query: []string{"cancel_plans"}, Success: noContent},
	opMemberSpaces: {Name: "member.spaces", Method: "GET", Path: network + "/members/{member_id}/spaces", Query: paging, Success: ok},

	opSpaceList: {Name: "space.list", Method: "GET", Path: network + "/spaces", Query: paging, Success: ok},
	opSpaceGet:  {Name: "space.get", Method: "GET", Path: network + "/spaces/{id}", Success: ok},

	opSpaceMemberList:    {Name: "space_member.list", Method: "GET", Path: network + "/spaces/{space_id}/members", Query: paging, Success: ok},
	opSpaceMemberGet:     {Name: "space_member.get", Method: "GET", Path: network + "/spaces/{space_id}/members/{user_id}/", Success: ok},
	opSpaceMemberAdd:     {Name: "space_member.add", Method: "POST", Path: network + "/spaces/{space_id}/members", Query: []string{"user_id"}, Success: ok},
	opSpaceMemberRemove:  {Name: "space_member.remove", Method: "DELETE", Path: network + "/spaces/{space_id}/members/{user_id}/", Success: ok},
	opSpaceMemberSetRole: {Name: "space_member.set_role", Method: "PATCH", Path: network + "/spaces/{space_id}/members/{user_id}/", Body: []string{"role"}, Success: ok},
	opSpaceMemberBan:     {Name: "space_member.ban", Method: "POST", Path: network + "/spaces/{space_id}/members/{user_id}/ban", Body: []string{"ban_reason"}, Success: ok},

	opPostList: {Name: "post.list", Method: "GET", Path: network + "/posts", Query: []string{"space_id", "page", "per_page"}, Success: ok},
	opPostGet:  {Name: "post.get", Method: "GET", Path: network + "/posts/{id}/", Success: ok},
	opPostCreate: {Name: "post.create", Method: "POST", Path: network + "/posts", Query: []string{"notify"},
		Body: []string{"space_id", "title", "description", "post_type"}, Success: created},
	opPostUpdate: {Name: "post.update", Method: "PATCH", Path: network + "/posts/{id}/", Query: []string{"notify"},
		Body: []string{"title", "description"}, Success: ok},
	opPostDelete: {Name: "post.delete", Method: "DELETE", Path: network + "/posts/{id}/", Success: noContent},

	opCommentList:   {Name: "comment.list", Method: "GET", Path: network + "/posts/{post_id}/comments", Query: paging, Success: ok},
	opCommentGet:    {Name: "comment.get", Method: "GET", Path: network + "/posts/{post_id}/comments/{id}/", Success: ok},
	opCommentCreate: {Name: "comment.create", Method: "POST", Path: network + "/posts/{post_id}/comments", Body: []string{"text", "reply_to_id"}, Success: created},
	opCommentDelete: {Name: "comment.delete", Method: "DELETE", Path: network + "/posts/{post_id}/comments/{id}/", Success: noContent},

	opEventList:   {Name: "event.list", Method: "GET", Path: network + "/events", Query: paging, Success: ok},
	opEventGet:    {Name: "event.get", Method: "GET", Path: network + "/events/{id}/", Success: ok},
	opEventCreate: {Name: "event.create", Method: "POST", Path: network + "/events", Body: append([]string{"space_id"}, eventEdit...), Success: ok},
	opEventUpdate: {Name: "event.update", Method: "PATCH", Path: network + "/events/{id}/", Body: eventEdit, Success: ok},
	opEventDelete: {Name: "event.delete", Method: "DELETE", Path: network + "/events/{id}/", Success: noContent},
}
