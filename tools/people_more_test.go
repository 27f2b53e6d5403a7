package tools_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
)

// goodArgumentsPeople returns arguments with which each acting tool around
// plans, invites, payments, labels, custom fields and files succeeds.
func (s *sandboxed) goodArgumentsPeople() map[string]map[string]any {
	n := s.sandbox.Notable()
	newcomer := n.Spammers[0]
	waiting := func(more map[string]any) map[string]any {
		invite, _ := s.sandbox.InviteByID(n.PendingInvite)
		arguments := map[string]any{"invite_id": invite.ID, "email": invite.Email}
		for k, v := range more {
			arguments[k] = v
		}
		return arguments
	}
	option := map[string]any{"custom_field_id": n.SingleSelectField, "option_id": n.FieldOption}
	good := map[string]map[string]any{
		"archive_plan":        {"plan_id": n.PaidPlan},
		"add_plan_member":     {"plan_id": n.NonpaidPlan, "member_id": newcomer},
		"remove_plan_member":  {"plan_id": n.NonpaidPlan, "member_id": n.Moderator},
		"create_plan_invite":  {"plan_id": n.PaidPlan, "email": "plan@example.org", "message": "Join us"},
		"resend_plan_invite":  {"plan_id": n.PaidPlan, "invite_id": n.PendingPlanInvite},
		"revoke_plan_invite":  {"plan_id": n.PaidPlan, "invite_id": n.PendingPlanInvite},
		"create_invite":       {"recipient_email": "guest@example.org", "recipient_first_name": "Guest"},
		"update_invite":       waiting(map[string]any{"recipient_first_name": "Renamed"}),
		"delete_invite":       waiting(nil),
		"send_password_reset": {"member_id": newcomer},
		"cancel_subscription": {"subscription_id": n.Subscription},
		"cancel_purchase":     {"purchase_id": n.Purchase},

		"create_tag":          {"title": "New tag", "color": "#123456"},
		"update_tag":          {"tag_id": n.Tag, "title": "Other title"},
		"delete_tag":          {"tag_id": n.Tag},
		"add_member_tag":      {"tag_id": n.SpareTag, "member_id": newcomer},
		"remove_member_tag":   {"tag_id": n.Tag, "member_id": n.Moderator},
		"create_badge":        {"title": "New badge", "avatar_id": n.AvatarAsset},
		"update_badge":        {"badge_id": n.Badge, "description": "Other text"},
		"set_badge_avatar":    {"badge_id": n.Badge, "avatar_id": n.AvatarAsset},
		"delete_badge":        {"badge_id": n.Badge},
		"add_member_badge":    {"badge_id": n.SpareBadge, "member_id": newcomer},
		"remove_member_badge": {"badge_id": n.Badge, "member_id": n.Moderator},

		"create_custom_field":        {"title": "Pet", "response_type": "text_short", "privacy": "public", "response_by": "individual_member"},
		"update_custom_field":        {"custom_field_id": n.ShortTextField, "title": "Saying"},
		"set_custom_field_details":   {"custom_field_id": n.ShortTextField, "status": "hidden"},
		"announce_custom_field":      {"custom_field_id": n.UnpublishedField},
		"delete_custom_field":        {"custom_field_id": n.ShortTextField},
		"create_custom_field_option": {"custom_field_id": n.SingleSelectField, "title": "Glass"},
		"update_custom_field_option": {"custom_field_id": n.SingleSelectField, "option_id": n.FieldOption, "title": "Timber"},
		"delete_custom_field_option": option,
		"set_member_answer":          {"custom_field_id": n.ShortTextField, "member_id": n.Moderator, "text": "Measure again."},
		"delete_member_answer":       {"custom_field_id": n.ShortTextField, "member_id": n.Moderator},
		"upload_asset":               {"asset_style": "avatar", "source_url": "https://example.org/badge.png"},
	}
	for name, one := range map[string]string{
		"bulk_add_member_tags": "add_member_tag", "bulk_remove_member_tags": "remove_member_tag", "bulk_create_invites": "create_invite",
		"bulk_add_member_badges": "add_member_badge", "bulk_remove_member_badges": "remove_member_badge",
	} {
		good[name] = map[string]any{"items": []any{good[one]}}
	}
	return good
}

func TestPeopleReads(t *testing.T) {
	s := newSandboxed(t)
	n := s.sandbox.Notable()
	at := func(pairs ...any) map[string]any {
		arguments := map[string]any{}
		for i := 0; i < len(pairs); i += 2 {
			arguments[pairs[i].(string)] = pairs[i+1]
		}
		return arguments
	}
	for tool, arguments := range map[string]map[string]any{
		"list_plans": nil, "list_member_plans": at("member_id", n.PaidMember), "list_plan_members": at("plan_id", n.PaidPlan),
		"list_plan_invites": at("plan_id", n.PaidPlan), "list_invites": nil, "list_subscriptions": at("member_id", n.PaidMember),
		"list_purchases": at("plan_id", n.OneTimePlan), "list_tags": nil, "list_member_tags": at("member_id", n.Moderator), "list_badges": nil,
		"list_member_badges": at("member_id", n.Moderator), "list_custom_fields": at("response_type", "text_short"),
		"list_custom_field_options": at("custom_field_id", n.SingleSelectField),
		"list_member_answers":       at("custom_field_id", n.ShortTextField, "member_id", n.Moderator),
	} {
		for _, detail := range []string{"concise", "full"} {
			with := at()
			if found, _ := s.catalogue.Lookup(tool); slices.Contains(found.Input.Properties(), "detail") {
				with["detail"] = detail
			}
			for k, v := range arguments {
				with[k] = v
			}
			if items := s.ok(tool, with)["items"].([]any); len(items) == 0 {
				t.Errorf("%s is empty", tool)
			}
		}
	}
	for tool, test := range map[string]struct {
		arguments map[string]any
		id        uint64
	}{
		"get_plan":                {at("plan_id", n.PaidPlan), n.PaidPlan},
		"get_plan_member":         {at("plan_id", n.PaidPlan, "member_id", n.PaidMember), n.PaidMember},
		"get_plan_invite":         {at("plan_id", n.PaidPlan, "invite_id", n.PendingPlanInvite), n.PendingPlanInvite},
		"get_subscription":        {at("subscription_id", n.Subscription), n.Subscription},
		"get_purchase":            {at("purchase_id", n.Purchase), n.Purchase},
		"get_tag":                 {at("tag_id", n.Tag), n.Tag},
		"get_member_tag":          {at("tag_id", n.Tag, "member_id", n.Moderator), n.Tag},
		"get_badge":               {at("badge_id", n.Badge), n.Badge},
		"get_member_badge":        {at("badge_id", n.Badge, "member_id", n.Moderator), n.Badge},
		"get_custom_field":        {at("custom_field_id", n.ShortTextField), n.ShortTextField},
		"get_custom_field_option": {at("custom_field_id", n.SingleSelectField, "option_id", n.FieldOption), n.FieldOption},
		"get_member_answer":       {at("custom_field_id", n.ShortTextField, "member_id", n.Moderator, "answer_id", n.Answer), n.Answer},
	} {
		if got := s.ok(tool, test.arguments); got["id"] != float64(test.id) {
			t.Errorf("%s = %v, want id %d", tool, got, test.id)
		}
		for name := range test.arguments {
			if strings.HasSuffix(name, "_id") {
				test.arguments[name] = 1
			}
		}
		if answer := s.problem(tool, test.arguments); answer.Code != "not_found" {
			t.Errorf("%s of nothing: %s %s", tool, answer.Code, answer.Problem)
		}
	}
}

// TestPaymentsShowTheIdToActOn reads lists whose rows are members with what
// they bought inside.
func TestPaymentsShowTheIdToActOn(t *testing.T) {
	s := newSandboxed(t)
	n := s.sandbox.Notable()
	subscription := s.ok("list_subscriptions", map[string]any{"member_id": n.PaidMember})["items"].([]any)[0].(map[string]any)
	if subscription["id"] != float64(n.Subscription) || subscription["member_id"] != float64(n.PaidMember) {
		t.Errorf("a subscription shows as %v", subscription)
	}
	orphans := s.ok("list_subscriptions", map[string]any{"status": "canceled", "per_page": 100})["items"].([]any)
	if !slices.ContainsFunc(orphans, func(o any) bool {
		row := o.(map[string]any)
		return row["id"] == float64(n.OrphanSubscription) && row["plan"].(map[string]any)["id"] == nil && row["canceled_at"] != nil
	}) {
		t.Errorf("the cancelled subscriptions lack %d, whose plan is gone", n.OrphanSubscription)
	}
	purchase := s.ok("get_purchase", map[string]any{"purchase_id": n.ApplePurchase, "detail": "full"})
	if purchase["payment_platform"] != "apple" || purchase["member_id"] != float64(n.MixedCaseEmail) || purchase["purchase"] == nil {
		t.Errorf("a purchase in full shows as %v", purchase)
	}
}

// TestDocumentedRefusals calls tools where the API says no, and wants the
// reason in words and nothing changed.
func TestDocumentedRefusals(t *testing.T) {
	s := newSandboxed(t)
	n := s.sandbox.Notable()
	accepted, _ := s.sandbox.InviteByID(n.ConvertedInvite)
	for name, test := range map[string]struct {
		tool      string
		arguments map[string]any
		code      string
		want      string
	}{
		"a plan sold through Apple": {"archive_plan", map[string]any{"plan_id": n.ApplePlan}, "validation", "Apple"},
		"a paid plan":               {"add_plan_member", map[string]any{"plan_id": n.PaidPlan, "member_id": n.Moderator}, "validation", "free and nonpaid"},
		"a plan that they have":     {"add_plan_member", map[string]any{"plan_id": n.NonpaidPlan, "member_id": n.Moderator}, "validation", "already"},
		"Apple's customer":          {"remove_plan_member", map[string]any{"plan_id": n.ApplePlan, "member_id": n.MixedCaseEmail}, "validation", "Apple"},
		"somebody without the plan": {"remove_plan_member", map[string]any{"plan_id": n.PaidPlan, "member_id": n.Moderator}, "not_found", "Nothing was done"},
		"resend what was accepted":  {"resend_plan_invite", map[string]any{"plan_id": n.PaidPlan, "invite_id": n.ConvertedPlanInvite}, "validation", "converted"},
		"revoke what was accepted":  {"revoke_plan_invite", map[string]any{"plan_id": n.PaidPlan, "invite_id": n.ConvertedPlanInvite}, "conflict", "accepted"},
		"delete what was accepted":  {"delete_invite", map[string]any{"invite_id": accepted.ID, "email": accepted.Email}, "conflict", "accepted"},
		"an invite to a plan":       {"delete_invite", map[string]any{"invite_id": n.PendingPlanInvite, "email": "a@example.org"}, "not_possible", "list_plan_invites"},
		"invited already":           {"create_plan_invite", map[string]any{"plan_id": n.PaidPlan, "member_id": n.PaidMember}, "validation", "already"},
		"cancelled already":         {"cancel_subscription", map[string]any{"subscription_id": n.CanceledSubscription}, "validation", "already"},
		"ending already":            {"cancel_subscription", map[string]any{"subscription_id": n.EndingSubscription, "when": "now"}, "validation", "already"},
		"a member's id":             {"cancel_subscription", map[string]any{"subscription_id": n.PaidMember}, "not_found", "Nothing was done"},
		"Apple's purchase":          {"cancel_purchase", map[string]any{"purchase_id": n.ApplePurchase}, "validation", "Apple"},
		"a color that is none":      {"create_tag", map[string]any{"title": "x", "color": "red"}, "validation", "Color"},
		"a tag twice":               {"add_member_tag", map[string]any{"tag_id": n.Tag, "member_id": n.Moderator}, "validation", "already"},
		"a tag that they lack":      {"remove_member_tag", map[string]any{"tag_id": n.SpareTag, "member_id": n.Moderator}, "validation", "does not have"},
		"a badge that they lack":    {"remove_member_badge", map[string]any{"badge_id": n.SpareBadge, "member_id": n.Moderator}, "not_found", "nothing was changed"},
		"a badge without a picture": {"create_badge", map[string]any{"title": "x", "avatar_id": 1}, "validation", "Avatar"},
		"the field of the tags":     {"delete_custom_field", map[string]any{"custom_field_id": n.TagField}, "not_allowed", "hosts"},
		"a field of the network":    {"update_custom_field", map[string]any{"custom_field_id": n.SystemField, "title": "x"}, "not_allowed", "hosts"},
		"an answer of the network":  {"set_member_answer", map[string]any{"custom_field_id": n.SystemField, "member_id": n.Moderator, "text": "x"}, "not_allowed", "permission"},
		"text for a dropdown":       {"set_member_answer", map[string]any{"custom_field_id": n.SingleSelectField, "member_id": n.Moderator, "text": "x"}, "validation", "Text"},
		"too many options": {"set_member_answer", map[string]any{
			"custom_field_id": n.SingleSelectField, "member_id": n.Moderator, "segment_ids": []uint64{n.FieldOption, n.FieldOption + 1},
		}, "validation", "too many"},
		"an answer that is none": {"delete_member_answer", map[string]any{"custom_field_id": n.ShortTextField, "member_id": n.Owner}, "not_found", "nothing was changed"},
		"an option for a text":   {"create_custom_field_option", map[string]any{"custom_field_id": n.ShortTextField, "title": "x"}, "validation", "no options"},
		"a style that is none":   {"upload_asset", map[string]any{"asset_style": "wallpaper", "source_url": "https://example.org/x.png"}, "validation", "style"},
	} {
		answer := s.problem(test.tool, test.arguments)
		if answer.Code != test.code || !strings.Contains(answer.Problem, test.want) {
			t.Errorf("%s: %s %s; want %s and %q", name, answer.Code, answer.Problem, test.code, test.want)
		}
	}
	if changes := s.sandbox.Changes(); changes != 0 {
		t.Errorf("refused calls changed %d things", changes)
	}
}

func TestWrongArgumentsAroundPeople(t *testing.T) {
	s := newSandboxed(t)
	for tool, arguments := range map[string]map[string]any{
		"create_plan_invite":         {"plan_id": 1},
		"update_invite":              {"invite_id": 1, "email": "a@example.org"},
		"update_tag":                 {"tag_id": 1},
		"update_badge":               {"badge_id": 1},
		"set_custom_field_details":   {"custom_field_id": 1},
		"update_custom_field_option": {"custom_field_id": 1, "option_id": 1},
		"set_member_answer":          {"custom_field_id": 1, "member_id": 1, "text": "x", "segment_ids": []int{1}},
		"create_custom_field":        {"title": "x", "response_type": "text_short", "privacy": "public", "response_by": "hosts_only", "options": []string{"a"}},
		"upload_asset":               {"asset_style": "file", "asset_file": "a.png", "source_url": "https://example.org/a.png"},
	} {
		if answer := s.problem(tool, arguments); answer.Code != "bad_arguments" {
			t.Errorf("%s(%v): %s %s", tool, arguments, answer.Code, answer.Problem)
		}
	}
	if n := len(s.sandbox.Requests()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

func TestThingsByName(t *testing.T) {
	s := newSandboxed(t)
	n := s.sandbox.Notable()
	for tool, test := range map[string]struct {
		argument string
		id       uint64
		name     string
	}{
		"get_plan": {"plan_id", n.PaidPlan, "name"}, "get_tag": {"tag_id", n.Tag, "title"},
		"get_badge": {"badge_id", n.Badge, "title"}, "get_custom_field": {"custom_field_id", n.ShortTextField, "title"},
	} {
		name := s.ok(tool, map[string]any{test.argument: test.id})[test.name]
		if got := s.ok(tool, map[string]any{test.argument: name}); got["id"] != float64(test.id) {
			t.Errorf("%s by name %q = %v, want %d", tool, name, got, test.id)
		}
		if answer := s.problem(tool, map[string]any{test.argument: "No such thing"}); !strings.Contains(answer.Problem, "list_") {
			t.Errorf("%s of a name that nothing has: %s", tool, answer.Problem)
		}
	}
	twice := s.ok("get_tag", map[string]any{"tag_id": n.DuplicateTags[0]})["title"]
	answer := s.problem("delete_tag", map[string]any{"tag_id": twice})
	if !strings.Contains(answer.Problem, fmt.Sprint(n.DuplicateTags[1])) || s.sandbox.Changes() != 0 {
		t.Errorf("a title that two tags have: %s", answer.Problem)
	}

	title := s.ok("get_tag", map[string]any{"tag_id": n.SpareTag})["title"]
	s.sandbox.ResetRequests()
	ids := s.newcomers(20)
	spent := len(s.sandbox.Requests())
	s.ok("bulk_add_member_tags", list(ids, map[string]any{"tag_id": title}))
	if requests := len(s.sandbox.Requests()) - spent; requests != 21 {
		t.Errorf("a tag by name for 20 members took %d requests, want one for the name and one each", requests)
	}
}

// TestProtectedPeopleKeepWhatTheyBought takes plans and payments from the
// owner of the key and from somebody on the list.
func TestProtectedPeopleKeepWhatTheyBought(t *testing.T) {
	n := newSandboxed(t).sandbox.Notable()
	s := newSandboxed(t, func(o *setup) { o.protected = []uint64{n.PaidMember, n.OneName} })
	for tool, arguments := range map[string]map[string]any{
		"remove_plan_member":  {"plan_id": n.PaidPlan, "member_id": n.PaidMember},
		"cancel_subscription": {"subscription_id": n.Subscription},
		"cancel_purchase":     {"purchase_id": n.Purchase},
	} {
		asked := &person{decision: guardrails.Approved}
		if answer := s.callAs(asked, tool, arguments); answer.Code != string(guardrails.CodeProtected) || len(asked.asked) != 0 {
			t.Errorf("%s of somebody protected: %s%s", tool, answer.JSON, answer.Problem)
		}
	}
	if changes := s.sandbox.Changes(); changes != 0 {
		t.Errorf("%d things changed", changes)
	}
}

func TestLostAnswersAroundPeople(t *testing.T) {
	notUnderRace(t)
	for tool, fault := range map[string]string{
		"archive_plan":               "DELETE /plans/*",
		"add_plan_member":            "POST /plans/*/members",
		"remove_plan_member":         "DELETE /plans/*/members/*",
		"revoke_plan_invite":         "DELETE /plans/*/invites/*",
		"create_invite":              "POST /invites",
		"update_invite":              "PATCH /invites/*",
		"delete_invite":              "DELETE /invites/*",
		"cancel_subscription":        "DELETE /subscriptions/*",
		"cancel_purchase":            "DELETE /purchases/*",
		"update_tag":                 "PATCH /tags/*",
		"delete_tag":                 "DELETE /tags/*",
		"add_member_tag":             "POST /members/*/tags",
		"remove_member_tag":          "DELETE /members/*/tags/*",
		"update_badge":               "PATCH /badges/*",
		"delete_badge":               "DELETE /badges/*",
		"add_member_badge":           "POST /members/*/badges",
		"remove_member_badge":        "DELETE /members/*/badges/*",
		"update_custom_field":        "PATCH /custom_fields/*",
		"delete_custom_field":        "DELETE /custom_fields/*",
		"update_custom_field_option": "PATCH /custom_fields/*/options/*",
		"delete_custom_field_option": "DELETE /custom_fields/*/options/*",
		"set_member_answer":          "POST /custom_fields/*/members/*/answers",
		"delete_member_answer":       "DELETE /custom_fields/*/members/*/answers",
	} {
		t.Run(tool, func(t *testing.T) {
			s := newSandboxed(t)
			if err := s.inject(fault + " reset-after"); err != nil {
				t.Fatal(err)
			}
			s.ok(tool, s.goodArguments()[tool])
			if changes := s.sandbox.Changes(); changes != 1 {
				t.Errorf("it was executed %d times, want once", changes)
			}

			s = newSandboxed(t)
			if err := s.inject(fault + " reset"); err != nil {
				t.Fatal(err)
			}
			s.unknown(tool)
		})
	}
	for tool, fault := range map[string]string{
		"create_plan_invite": "POST /plans/*/invites", "resend_plan_invite": "PATCH /plans/*/invites/*", "send_password_reset": "POST /members/*/password_resets",
		"create_tag": "POST /tags", "create_badge": "POST /badges", "set_badge_avatar": "PATCH /badges/*", "create_custom_field": "POST /custom_fields",
		"set_custom_field_details": "PATCH /custom_fields/*", "announce_custom_field": "PATCH /custom_fields/*",
		"create_custom_field_option": "POST /custom_fields/*/options", "upload_asset": "POST /assets",
	} {
		t.Run(tool, func(t *testing.T) {
			for _, how := range []string{" reset-after", " reset", " status=500"} {
				s := newSandboxed(t)
				if err := s.inject(fault + how); err != nil {
					t.Fatal(err)
				}
				s.unknown(tool)
			}
		})
	}
}
