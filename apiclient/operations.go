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
	// Form are the fields of a multipart body, which takes the place of JSON.
	Form []string
	// Success are the statuses the vendor documents for success.
	Success []int
	// Undocumented marks a route that the vendor's document does not list.
	Undocumented bool

	// root marks routes that address nothing but the network, where "not
	// found" speaks of the network.
	root bool
	// final marks removals of one thing by its own id, which is never given
	// again: who removes it twice finds nothing the second time.
	final bool
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
		rows[i].Form = slices.Clone(rows[i].Form)
		rows[i].Success = slices.Clone(rows[i].Success)
	}
	return rows
}

// network is what every path begins with.
const network = "/networks/{network_id}"

var (
	paging         = []string{"page", "per_page"}
	memberEdit     = []string{"role", "email", "first_name", "last_name"}
	rsvpEdit       = []string{"member_id", "status", "instance_at"}
	collectionEdit = []string{"name", "description", "visible_to_members"}
	courseworkEdit = []string{"title", "description", "status", "parent_id", "completion_criteria", "unlocking_criteria"}
	inviteEdit     = []string{"recipient_email", "recipient_first_name", "recipient_last_name", "user_id"}
	tagEdit        = []string{"title", "description", "color"}
	badgeEdit      = []string{"title", "description", "color", "avatar_id"}
	eventEdit      = []string{
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
	opMemberDelete: {Name: "member.delete", Method: "DELETE", Path: network + "/members/{id}/", Success: noContent, final: true},
	opMemberRemove: {Name: "member.remove", Method: "DELETE", Path: network + "/members/{id}/network_membership",
		Query: []string{"cancel_plans"}, Success: noContent},
	opMemberSpaces: {Name: "member.spaces", Method: "GET", Path: network + "/members/{member_id}/spaces", Query: paging, Success: ok},

	opSpaceList: {Name: "space.list", Method: "GET", Path: network + "/spaces", Query: paging, Success: ok},
	opSpaceGet:  {Name: "space.get", Method: "GET", Path: network + "/spaces/{id}", Success: ok},

	opSpaceCreate: {Name: "space.create", Method: "POST", Path: network + "/spaces", Body: []string{"name"}, Success: created},
	opSpaceUpdate: {Name: "space.update", Method: "PATCH", Path: network + "/spaces/{id}", Body: []string{"name", "collection_id"}, Success: ok},
	opSpaceDelete: {Name: "space.delete", Method: "DELETE", Path: network + "/spaces/{id}", Success: noContent, final: true},

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
	opPostDelete: {Name: "post.delete", Method: "DELETE", Path: network + "/posts/{id}/", Success: noContent, final: true},

	opPostMute:   {Name: "post.mute", Method: "POST", Path: network + "/posts/{post_id}/mute", Query: []string{"user_id"}, Success: noContent},
	opPostUnmute: {Name: "post.unmute", Method: "DELETE", Path: network + "/posts/{post_id}/mute", Query: []string{"user_id"}, Success: noContent},

	opPostReactionList:   {Name: "post_reaction.list", Method: "GET", Path: network + "/posts/{post_id}/reactions", Query: paging, Success: ok},
	opPostReactionAdd:    {Name: "post_reaction.add", Method: "POST", Path: network + "/posts/{post_id}/reactions", Body: []string{"emoji"}, Success: created},
	opPostReactionRemove: {Name: "post_reaction.remove", Method: "DELETE", Path: network + "/posts/{post_id}/reactions", Success: noContent},

	opCommentList:   {Name: "comment.list", Method: "GET", Path: network + "/posts/{post_id}/comments", Query: paging, Success: ok},
	opCommentGet:    {Name: "comment.get", Method: "GET", Path: network + "/posts/{post_id}/comments/{id}/", Success: ok},
	opCommentCreate: {Name: "comment.create", Method: "POST", Path: network + "/posts/{post_id}/comments", Body: []string{"text", "reply_to_id"}, Success: created},
	opCommentDelete: {Name: "comment.delete", Method: "DELETE", Path: network + "/posts/{post_id}/comments/{id}/", Success: noContent, final: true},

	opCommentReactionList:   {Name: "comment_reaction.list", Method: "GET", Path: network + "/comments/{comment_id}/reactions", Query: paging, Success: ok},
	opCommentReactionAdd:    {Name: "comment_reaction.add", Method: "POST", Path: network + "/comments/{comment_id}/reactions", Body: []string{"emoji"}, Success: created},
	opCommentReactionRemove: {Name: "comment_reaction.remove", Method: "DELETE", Path: network + "/comments/{comment_id}/reactions", Success: noContent},

	opEventList:   {Name: "event.list", Method: "GET", Path: network + "/events", Query: paging, Success: ok},
	opEventGet:    {Name: "event.get", Method: "GET", Path: network + "/events/{id}/", Success: ok},
	opEventCreate: {Name: "event.create", Method: "POST", Path: network + "/events", Body: append([]string{"space_id"}, eventEdit...), Success: ok},
	opEventUpdate: {Name: "event.update", Method: "PATCH", Path: network + "/events/{id}/", Body: eventEdit, Success: ok},
	opEventDelete: {Name: "event.delete", Method: "DELETE", Path: network + "/events/{id}/", Success: noContent, final: true},

	opRSVPList: {Name: "rsvp.list", Method: "GET", Path: network + "/events/{event_id}/rsvps",
		Query: []string{"instance_at", "page", "per_page"}, Success: ok},
	opRSVPGet:    {Name: "rsvp.get", Method: "GET", Path: network + "/events/{event_id}/rsvps/{id}/", Success: ok},
	opRSVPCreate: {Name: "rsvp.create", Method: "POST", Path: network + "/events/{event_id}/rsvps", Body: rsvpEdit, Success: ok},
	opRSVPUpdate: {Name: "rsvp.update", Method: "PATCH", Path: network + "/events/{event_id}/rsvps/{id}/", Body: rsvpEdit, Success: ok},
	opRSVPDelete: {Name: "rsvp.delete", Method: "DELETE", Path: network + "/events/{event_id}/rsvps/{id}/", Success: noContent},

	opCollectionList:   {Name: "collection.list", Method: "GET", Path: network + "/collections", Query: paging, Success: ok},
	opCollectionGet:    {Name: "collection.get", Method: "GET", Path: network + "/collections/{id}/", Success: ok},
	opCollectionCreate: {Name: "collection.create", Method: "POST", Path: network + "/collections", Body: collectionEdit, Success: created},
	opCollectionUpdate: {Name: "collection.update", Method: "PATCH", Path: network + "/collections/{id}/", Body: collectionEdit, Success: ok},
	opCollectionDelete: {Name: "collection.delete", Method: "DELETE", Path: network + "/collections/{id}/", Success: noContent, final: true},
	// The one PUT without a PATCH twin.
	opCollectionSetOrder: {Name: "collection.set_order", Method: "PUT", Path: network + "/collections/{id}/order",
		Query: paging, Body: []string{"spaces"}, Success: ok},

	opPollList: {Name: "poll.list", Method: "GET", Path: network + "/polls", Query: []string{"space_id", "page", "per_page"}, Success: ok},
	opPollGet:  {Name: "poll.get", Method: "GET", Path: network + "/polls/{id}/", Success: ok},
	opPollCreate: {Name: "poll.create", Method: "POST", Path: network + "/polls",
		Body: []string{"space_id", "title", "poll_type", "description", "choices", "notify"}, Success: created},
	opPollUpdate: {Name: "poll.update", Method: "PATCH", Path: network + "/polls/{id}/", Body: []string{"title", "description"}, Success: ok},
	opPollDelete: {Name: "poll.delete", Method: "DELETE", Path: network + "/polls/{id}/", Success: noContent, final: true},

	opCourseworkList: {Name: "coursework.list", Method: "GET", Path: network + "/spaces/{space_id}/courseworks",
		Query: []string{"type", "parent_id", "status", "page", "per_page"}, Success: ok},
	opCourseworkGet: {Name: "coursework.get", Method: "GET", Path: network + "/spaces/{space_id}/courseworks/{id}/", Success: ok},
	opCourseworkCreate: {Name: "coursework.create", Method: "POST", Path: network + "/spaces/{space_id}/courseworks",
		Body: append([]string{"type"}, courseworkEdit...), Success: created},
	opCourseworkUpdate: {Name: "coursework.update", Method: "PATCH", Path: network + "/spaces/{space_id}/courseworks/{id}/", Body: courseworkEdit, Success: ok},
	opCourseworkDelete: {Name: "coursework.delete", Method: "DELETE", Path: network + "/spaces/{space_id}/courseworks/{id}/", Success: noContent, final: true},

	opAbuseReportList: {Name: "abuse_report.list", Method: "GET", Path: network + "/abuse_reports", Query: paging, Success: ok},

	opMemberPlans: {Name: "member.plans", Method: "GET", Path: network + "/members/{member_id}/plans", Query: paging, Success: ok},

	opPlanList:    {Name: "plan.list", Method: "GET", Path: network + "/plans", Query: paging, Success: ok},
	opPlanGet:     {Name: "plan.get", Method: "GET", Path: network + "/plans/{id}/", Success: ok},
	opPlanArchive: {Name: "plan.archive", Method: "DELETE", Path: network + "/plans/{id}/", Success: noContent},

	opPlanMemberList:   {Name: "plan_member.list", Method: "GET", Path: network + "/plans/{plan_id}/members", Query: paging, Success: ok},
	opPlanMemberGet:    {Name: "plan_member.get", Method: "GET", Path: network + "/plans/{plan_id}/members/{member_id}/", Success: ok},
	opPlanMemberAdd:    {Name: "plan_member.add", Method: "POST", Path: network + "/plans/{plan_id}/members", Query: []string{"user_id"}, Success: ok},
	opPlanMemberRemove: {Name: "plan_member.remove", Method: "DELETE", Path: network + "/plans/{plan_id}/members/{id}/", Success: noContent},

	opPlanInviteList:   {Name: "plan_invite.list", Method: "GET", Path: network + "/plans/{plan_id}/invites", Query: paging, Success: ok},
	opPlanInviteGet:    {Name: "plan_invite.get", Method: "GET", Path: network + "/plans/{plan_id}/invites/{id}/", Success: ok},
	opPlanInviteCreate: {Name: "plan_invite.create", Method: "POST", Path: network + "/plans/{plan_id}/invites", Query: []string{"email", "user_id", "message"}, Success: ok},
	// It looks like an update and does nothing but mail again.
	opPlanInviteResend: {Name: "plan_invite.resend", Method: "PATCH", Path: network + "/plans/{plan_id}/invites/{id}/", Success: ok},
	opPlanInviteRevoke: {Name: "plan_invite.revoke", Method: "DELETE", Path: network + "/plans/{plan_id}/invites/{id}/", Success: noContent, final: true},

	opInviteList:   {Name: "invite.list", Method: "GET", Path: network + "/invites", Query: []string{"email", "page", "per_page"}, Success: ok},
	opInviteCreate: {Name: "invite.create", Method: "POST", Path: network + "/invites", Body: inviteEdit, Success: ok},
	opInviteUpdate: {Name: "invite.update", Method: "PATCH", Path: network + "/invites/{id}/", Body: inviteEdit, Success: ok},
	opInviteDelete: {Name: "invite.delete", Method: "DELETE", Path: network + "/invites/{id}/", Success: noContent, final: true},

	opSubscriptionList:   {Name: "subscription.list", Method: "GET", Path: network + "/subscriptions", Query: []string{"status", "member_id", "page", "per_page"}, Success: ok},
	opSubscriptionGet:    {Name: "subscription.get", Method: "GET", Path: network + "/subscriptions/{id}", Success: ok},
	opSubscriptionCancel: {Name: "subscription.cancel", Method: "DELETE", Path: network + "/subscriptions/{id}", Query: []string{"when"}, Success: ok},

	opPurchaseList:   {Name: "purchase.list", Method: "GET", Path: network + "/purchases", Query: []string{"plan_id", "member_id", "page", "per_page"}, Success: ok},
	opPurchaseGet:    {Name: "purchase.get", Method: "GET", Path: network + "/purchases/{id}/", Success: ok},
	opPurchaseCancel: {Name: "purchase.cancel", Method: "DELETE", Path: network + "/purchases/{id}/", Query: []string{"immediate"}, Success: ok},

	opPasswordResetCreate: {Name: "password_reset.create", Method: "POST", Path: network + "/members/{member_id}/password_resets", Success: noContent},

	opTagList:   {Name: "tag.list", Method: "GET", Path: network + "/tags", Query: paging, Success: ok},
	opTagGet:    {Name: "tag.get", Method: "GET", Path: network + "/tags/{id}/", Success: ok},
	opTagCreate: {Name: "tag.create", Method: "POST", Path: network + "/tags", Body: tagEdit, Success: created},
	opTagUpdate: {Name: "tag.update", Method: "PATCH", Path: network + "/tags/{id}/", Body: tagEdit, Success: ok},
	opTagDelete: {Name: "tag.delete", Method: "DELETE", Path: network + "/tags/{id}/", Success: noContent, final: true},

	opMemberTagList:   {Name: "member_tag.list", Method: "GET", Path: network + "/members/{member_id}/tags", Query: paging, Success: ok},
	opMemberTagGet:    {Name: "member_tag.get", Method: "GET", Path: network + "/members/{member_id}/tags/{tag_id}/", Success: ok},
	opMemberTagAdd:    {Name: "member_tag.add", Method: "POST", Path: network + "/members/{member_id}/tags", Body: []string{"tag_id"}, Success: ok},
	opMemberTagRemove: {Name: "member_tag.remove", Method: "DELETE", Path: network + "/members/{member_id}/tags/{tag_id}/", Success: noContent},

	opBadgeList:   {Name: "badge.list", Method: "GET", Path: network + "/badges", Query: paging, Success: ok},
	opBadgeGet:    {Name: "badge.get", Method: "GET", Path: network + "/badges/{id}/", Success: ok},
	opBadgeCreate: {Name: "badge.create", Method: "POST", Path: network + "/badges", Body: badgeEdit, Success: created},
	opBadgeUpdate: {Name: "badge.update", Method: "PATCH", Path: network + "/badges/{id}/", Body: badgeEdit, Success: ok},
	opBadgeDelete: {Name: "badge.delete", Method: "DELETE", Path: network + "/badges/{id}/", Success: noContent, final: true},

	opMemberBadgeList:   {Name: "member_badge.list", Method: "GET", Path: network + "/members/{member_id}/badges", Query: paging, Success: ok},
	opMemberBadgeGet:    {Name: "member_badge.get", Method: "GET", Path: network + "/members/{member_id}/badges/{badge_id}/", Success: ok},
	opMemberBadgeAdd:    {Name: "member_badge.add", Method: "POST", Path: network + "/members/{member_id}/badges", Body: []string{"badge_id"}, Success: created},
	opMemberBadgeRemove: {Name: "member_badge.remove", Method: "DELETE", Path: network + "/members/{member_id}/badges/{badge_id}/", Success: noContent},

	opCustomFieldList: {Name: "custom_field.list", Method: "GET", Path: network + "/custom_fields", Query: []string{"response_type", "page", "per_page"}, Success: ok},
	opCustomFieldGet:  {Name: "custom_field.get", Method: "GET", Path: network + "/custom_fields/{id}/", Success: ok},
	opCustomFieldCreate: {Name: "custom_field.create", Method: "POST", Path: network + "/custom_fields",
		Body: []string{"title", "description", "placeholder", "response_type", "privacy", "response_by", "allow_ad_hoc", "max_responses", "options"}, Success: created},
	opCustomFieldUpdate: {Name: "custom_field.update", Method: "PATCH", Path: network + "/custom_fields/{id}/",
		Body: []string{"title", "description", "placeholder", "status", "primary", "notify_all_members"}, Success: ok},
	opCustomFieldDelete: {Name: "custom_field.delete", Method: "DELETE", Path: network + "/custom_fields/{id}/", Success: noContent, final: true},

	opCustomFieldOptionList:   {Name: "custom_field_option.list", Method: "GET", Path: network + "/custom_fields/{custom_field_id}/options", Query: []string{"term", "page", "per_page"}, Success: ok},
	opCustomFieldOptionGet:    {Name: "custom_field_option.get", Method: "GET", Path: network + "/custom_fields/{custom_field_id}/options/{id}/", Success: ok},
	opCustomFieldOptionCreate: {Name: "custom_field_option.create", Method: "POST", Path: network + "/custom_fields/{custom_field_id}/options", Body: []string{"title", "description"}, Success: created},
	opCustomFieldOptionUpdate: {Name: "custom_field_option.update", Method: "PATCH", Path: network + "/custom_fields/{custom_field_id}/options/{id}/", Body: []string{"title", "description"}, Success: ok},
	opCustomFieldOptionDelete: {Name: "custom_field_option.delete", Method: "DELETE", Path: network + "/custom_fields/{custom_field_id}/options/{id}/", Success: noContent, final: true},

	opAnswerList:   {Name: "answer.list", Method: "GET", Path: network + "/custom_fields/{custom_field_id}/members/{member_id}/answers", Query: paging, Success: ok},
	opAnswerGet:    {Name: "answer.get", Method: "GET", Path: network + "/custom_fields/{custom_field_id}/members/{member_id}/answers/{id}/", Success: ok},
	opAnswerCreate: {Name: "answer.create", Method: "POST", Path: network + "/custom_fields/{custom_field_id}/members/{member_id}/answers", Body: []string{"text", "segment_ids"}, Success: ok},
	opAnswerDelete: {Name: "answer.delete", Method: "DELETE", Path: network + "/custom_fields/{custom_field_id}/members/{member_id}/answers", Success: noContent},

	opAssetUpload: {Name: "asset.upload", Method: "POST", Path: network + "/assets", Form: []string{"asset_style", "asset_file", "source_url"}, Success: created},
}
