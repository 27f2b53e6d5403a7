package apiclient

import "context"

// fieldDrives are the drives of what is known about members.
var fieldDrives = map[string]drive{
	"Tags.List": {op: opTagList, path: "/tags", answer: emptyList,
		full:  func(ctx context.Context, c *Client) error { return only(c.Tags().List(ctx, pageTwo)) },
		least: func(ctx context.Context, c *Client) error { return only(c.Tags().List(ctx, ListOptions{})) }},
	"Tags.Get": {op: opTagGet, path: "/tags/11/", answer: `{"id":11}`,
		full: func(ctx context.Context, c *Client) error { return only(c.Tags().Get(ctx, 11)) }},
	"Tags.Create": {op: opTagCreate, path: "/tags", answer: `{"id":11}`,
		full: func(ctx context.Context, c *Client) error {
			return only(c.Tags().Create(ctx, TagCreate{"T", "D", "#ff5733"}))
		},
		least:  func(ctx context.Context, c *Client) error { return only(c.Tags().Create(ctx, TagCreate{Title: "T"})) },
		leastB: []string{"title"}},
	"Tags.Update": {op: opTagUpdate, path: "/tags/11/", answer: `{"id":11}`,
		full: func(ctx context.Context, c *Client) error {
			return only(c.Tags().Update(ctx, 11, TagUpdate{ptr("T"), ptr("D"), ptr("#ff5733")}))
		},
		least: func(ctx context.Context, c *Client) error {
			return only(c.Tags().Update(ctx, 11, TagUpdate{Description: ptr("")}))
		}, leastB: []string{"description"}},
	"Tags.Delete": {op: opTagDelete, path: "/tags/11/",
		full: func(ctx context.Context, c *Client) error { return c.Tags().Delete(ctx, 11) }},

	"MemberTags.List": {op: opMemberTagList, path: "/members/7/tags", answer: emptyList,
		full:  func(ctx context.Context, c *Client) error { return only(c.MemberTags().List(ctx, 7, pageTwo)) },
		least: func(ctx context.Context, c *Client) error { return only(c.MemberTags().List(ctx, 7, ListOptions{})) }},
	"MemberTags.Get": {op: opMemberTagGet, path: "/members/7/tags/11/", answer: `{"id":11}`,
		full: func(ctx context.Context, c *Client) error { return only(c.MemberTags().Get(ctx, 7, 11)) }},
	"MemberTags.Add": {op: opMemberTagAdd, path: "/members/7/tags", answer: `{"id":11}`,
		full:   func(ctx context.Context, c *Client) error { return only(c.MemberTags().Add(ctx, 7, 11)) },
		leastB: []string{"tag_id"}},
	"MemberTags.Remove": {op: opMemberTagRemove, path: "/members/7/tags/11/",
		full: func(ctx context.Context, c *Client) error { return c.MemberTags().Remove(ctx, 7, 11) }},

	"Badges.List": {op: opBadgeList, path: "/badges", answer: emptyList,
		full:  func(ctx context.Context, c *Client) error { return only(c.Badges().List(ctx, pageTwo)) },
		least: func(ctx context.Context, c *Client) error { return only(c.Badges().List(ctx, ListOptions{})) }},
	"Badges.Get": {op: opBadgeGet, path: "/badges/12/", answer: `{"id":12}`,
		full: func(ctx context.Context, c *Client) error { return only(c.Badges().Get(ctx, 12)) }},
	"Badges.Create": {op: opBadgeCreate, path: "/badges", answer: `{"id":12}`,
		full: func(ctx context.Context, c *Client) error {
			return only(c.Badges().Create(ctx, BadgeCreate{"T", "D", "#ff5733", 1}))
		},
		least: func(ctx context.Context, c *Client) error {
			return only(c.Badges().Create(ctx, BadgeCreate{Title: "T", AvatarID: 1}))
		}, leastB: []string{"avatar_id", "title"}},
	"Badges.Update": {op: opBadgeUpdate, path: "/badges/12/", answer: `{"id":12}`,
		full: func(ctx context.Context, c *Client) error {
			return only(c.Badges().Update(ctx, 12, BadgeUpdate{ptr("T"), ptr("D"), ptr("#ff5733"), ptr(ID(1))}))
		},
		least: func(ctx context.Context, c *Client) error {
			return only(c.Badges().Update(ctx, 12, BadgeUpdate{Color: ptr("")}))
		}, leastB: []string{"color"}},
	"Badges.Delete": {op: opBadgeDelete, path: "/badges/12/",
		full: func(ctx context.Context, c *Client) error { return c.Badges().Delete(ctx, 12) }},

	"MemberBadges.List": {op: opMemberBadgeList, path: "/members/7/badges", answer: emptyList,
		full:  func(ctx context.Context, c *Client) error { return only(c.MemberBadges().List(ctx, 7, pageTwo)) },
		least: func(ctx context.Context, c *Client) error { return only(c.MemberBadges().List(ctx, 7, ListOptions{})) }},
	"MemberBadges.Get": {op: opMemberBadgeGet, path: "/members/7/badges/12/", answer: `{"id":12}`,
		full: func(ctx context.Context, c *Client) error { return only(c.MemberBadges().Get(ctx, 7, 12)) }},
	"MemberBadges.Add": {op: opMemberBadgeAdd, path: "/members/7/badges", answer: `{"id":12}`,
		full:   func(ctx context.Context, c *Client) error { return only(c.MemberBadges().Add(ctx, 7, 12)) },
		leastB: []string{"badge_id"}},
	"MemberBadges.Remove": {op: opMemberBadgeRemove, path: "/members/7/badges/12/",
		full: func(ctx context.Context, c *Client) error { return c.MemberBadges().Remove(ctx, 7, 12) }},

	"CustomFields.List": {op: opCustomFieldList, path: "/custom_fields", answer: emptyList,
		full: func(ctx context.Context, c *Client) error {
			return only(c.CustomFields().List(ctx, CustomFieldList{pageTwo, "text_short"}))
		},
		least: func(ctx context.Context, c *Client) error {
			return only(c.CustomFields().List(ctx, CustomFieldList{}))
		}},
	"CustomFields.Get": {op: opCustomFieldGet, path: "/custom_fields/13/", answer: `{"id":13}`,
		full: func(ctx context.Context, c *Client) error { return only(c.CustomFields().Get(ctx, 13)) }},
	"CustomFields.Create": {op: opCustomFieldCreate, path: "/custom_fields", answer: `{"id":13}`,
		full: func(ctx context.Context, c *Client) error {
			return only(c.CustomFields().Create(ctx, CustomFieldCreate{"T", "dropdown_multi_select", "public", "hosts_only",
				"D", "P", ptr(false), 2, []string{"a", "b"}}))
		},
		least: func(ctx context.Context, c *Client) error {
			return only(c.CustomFields().Create(ctx, CustomFieldCreate{Title: "T", ResponseType: "text_long", Privacy: "admin", ResponseBy: "hosts_only"}))
		}, leastB: []string{"privacy", "response_by", "response_type", "title"}},
	"CustomFields.Update": {op: opCustomFieldUpdate, path: "/custom_fields/13/", answer: `{"id":13}`,
		full: func(ctx context.Context, c *Client) error {
			return only(c.CustomFields().Update(ctx, 13, CustomFieldUpdate{ptr("T"), ptr("D"), ptr("P"), ptr("visible"), ptr(false), true}))
		},
		least: func(ctx context.Context, c *Client) error {
			return only(c.CustomFields().Update(ctx, 13, CustomFieldUpdate{Status: ptr("visible")}))
		}, leastB: []string{"notify_all_members", "status"}},
	"CustomFields.Delete": {op: opCustomFieldDelete, path: "/custom_fields/13/",
		full: func(ctx context.Context, c *Client) error { return c.CustomFields().Delete(ctx, 13) }},

	"CustomFieldOptions.List": {op: opCustomFieldOptionList, path: "/custom_fields/13/options", answer: emptyList,
		full: func(ctx context.Context, c *Client) error {
			return only(c.CustomFieldOptions().List(ctx, 13, CustomFieldOptionList{pageTwo, "blue"}))
		},
		least: func(ctx context.Context, c *Client) error {
			return only(c.CustomFieldOptions().List(ctx, 13, CustomFieldOptionList{}))
		}},
	"CustomFieldOptions.Get": {op: opCustomFieldOptionGet, path: "/custom_fields/13/options/14/", answer: `{"id":14}`,
		full: func(ctx context.Context, c *Client) error { return only(c.CustomFieldOptions().Get(ctx, 13, 14)) }},
	"CustomFieldOptions.Create": {op: opCustomFieldOptionCreate, path: "/custom_fields/13/options", answer: `{"id":14}`,
		full: func(ctx context.Context, c *Client) error {
			return only(c.CustomFieldOptions().Create(ctx, 13, CustomFieldOptionCreate{"T", "D"}))
		},
		least: func(ctx context.Context, c *Client) error {
			return only(c.CustomFieldOptions().Create(ctx, 13, CustomFieldOptionCreate{Title: "T"}))
		}, leastB: []string{"title"}},
	"CustomFieldOptions.Update": {op: opCustomFieldOptionUpdate, path: "/custom_fields/13/options/14/", answer: `{"id":14}`,
		full: func(ctx context.Context, c *Client) error {
			return only(c.CustomFieldOptions().Update(ctx, 13, 14, CustomFieldOptionUpdate{ptr("T"), ptr("D")}))
		},
		least: func(ctx context.Context, c *Client) error {
			return only(c.CustomFieldOptions().Update(ctx, 13, 14, CustomFieldOptionUpdate{Title: ptr("T")}))
		}, leastB: []string{"title"}},
	"CustomFieldOptions.Delete": {op: opCustomFieldOptionDelete, path: "/custom_fields/13/options/14/",
		full: func(ctx context.Context, c *Client) error { return c.CustomFieldOptions().Delete(ctx, 13, 14) }},

	"Answers.List": {op: opAnswerList, path: "/custom_fields/13/members/7/answers", answer: emptyList,
		full: func(ctx context.Context, c *Client) error { return only(c.Answers().List(ctx, 13, 7, pageTwo)) },
		least: func(ctx context.Context, c *Client) error {
			return only(c.Answers().List(ctx, 13, 7, ListOptions{}))
		}},
	"Answers.Get": {op: opAnswerGet, path: "/custom_fields/13/members/7/answers/15/", answer: `{"id":15}`,
		full: func(ctx context.Context, c *Client) error { return only(c.Answers().Get(ctx, 13, 7, 15)) }},
	"Answers.Create": {op: opAnswerCreate, path: "/custom_fields/13/members/7/answers", answer: `{"id":15}`,
		full: func(ctx context.Context, c *Client) error {
			return only(c.Answers().Create(ctx, 13, 7, AnswerCreate{"A", []ID{14}}))
		},
		least: func(ctx context.Context, c *Client) error {
			return only(c.Answers().Create(ctx, 13, 7, AnswerCreate{SegmentIDs: []ID{14}}))
		}, leastB: []string{"segment_ids"}},
	"Answers.Delete": {op: opAnswerDelete, path: "/custom_fields/13/members/7/answers",
		full: func(ctx context.Context, c *Client) error { return c.Answers().Delete(ctx, 13, 7) }},
}
