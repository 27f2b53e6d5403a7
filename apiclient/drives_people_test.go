package apiclient

import (
	"context"
	"strings"
)

const (
	someSubscription = `{"member_id":7,"plan":{"id":2},"subscription":{"id":70}}`
	somePurchase     = `{"member_id":7,"plan":{"id":2},"purchase":{"id":80}}`
)

// peopleDrives are the drives of who belongs where, and pays for it.
var peopleDrives = map[string]drive{
	"Members.Plans": {op: opMemberPlans, path: "/members/7/plans", answer: emptyList,
		full:  func(ctx context.Context, c *Client) error { return only(c.Members().Plans(ctx, 7, pageTwo)) },
		least: func(ctx context.Context, c *Client) error { return only(c.Members().Plans(ctx, 7, ListOptions{})) }},

	"Plans.List": {op: opPlanList, path: "/plans", answer: emptyList,
		full:  func(ctx context.Context, c *Client) error { return only(c.Plans().List(ctx, pageTwo)) },
		least: func(ctx context.Context, c *Client) error { return only(c.Plans().List(ctx, ListOptions{})) }},
	"Plans.Get": {op: opPlanGet, path: "/plans/2/", answer: `{"id":2}`,
		full: func(ctx context.Context, c *Client) error { return only(c.Plans().Get(ctx, 2)) }},
	"Plans.Archive": {op: opPlanArchive, path: "/plans/2/",
		full: func(ctx context.Context, c *Client) error { return c.Plans().Archive(ctx, 2) }},

	"PlanMembers.List": {op: opPlanMemberList, path: "/plans/2/members", answer: emptyList,
		full:  func(ctx context.Context, c *Client) error { return only(c.PlanMembers().List(ctx, 2, pageTwo)) },
		least: func(ctx context.Context, c *Client) error { return only(c.PlanMembers().List(ctx, 2, ListOptions{})) }},
	"PlanMembers.Get": {op: opPlanMemberGet, path: "/plans/2/members/7/", answer: `{"id":7}`,
		full: func(ctx context.Context, c *Client) error { return only(c.PlanMembers().Get(ctx, 2, 7)) }},
	"PlanMembers.Add": {op: opPlanMemberAdd, path: "/plans/2/members", answer: `{"id":2}`,
		full:   func(ctx context.Context, c *Client) error { return only(c.PlanMembers().Add(ctx, 2, 7)) },
		leastQ: []string{"user_id"}},
	"PlanMembers.Remove": {op: opPlanMemberRemove, path: "/plans/2/members/7/",
		full: func(ctx context.Context, c *Client) error { return c.PlanMembers().Remove(ctx, 2, 7) }},

	"PlanInvites.List": {op: opPlanInviteList, path: "/plans/2/invites", answer: emptyList,
		full:  func(ctx context.Context, c *Client) error { return only(c.PlanInvites().List(ctx, 2, pageTwo)) },
		least: func(ctx context.Context, c *Client) error { return only(c.PlanInvites().List(ctx, 2, ListOptions{})) }},
	"PlanInvites.Get": {op: opPlanInviteGet, path: "/plans/2/invites/4/", answer: `{"id":4}`,
		full: func(ctx context.Context, c *Client) error { return only(c.PlanInvites().Get(ctx, 2, 4)) }},
	"PlanInvites.Create": {op: opPlanInviteCreate, path: "/plans/2/invites", answer: `{"id":4}`, except: "user_id",
		full: func(ctx context.Context, c *Client) error {
			return only(c.PlanInvites().Create(ctx, 2, PlanInviteCreate{Email: " a@example.com ", Message: "Hello"}))
		},
		least: func(ctx context.Context, c *Client) error {
			return only(c.PlanInvites().Create(ctx, 2, PlanInviteCreate{MemberID: 7}))
		}, leastQ: []string{"user_id"}},
	"PlanInvites.Resend": {op: opPlanInviteResend, path: "/plans/2/invites/4/", answer: `{"id":4}`,
		full: func(ctx context.Context, c *Client) error { return only(c.PlanInvites().Resend(ctx, 2, 4)) }},
	"PlanInvites.Revoke": {op: opPlanInviteRevoke, path: "/plans/2/invites/4/",
		full: func(ctx context.Context, c *Client) error { return c.PlanInvites().Revoke(ctx, 2, 4) }},

	"Invites.List": {op: opInviteList, path: "/invites", answer: emptyList,
		full: func(ctx context.Context, c *Client) error {
			return only(c.Invites().List(ctx, InviteList{pageTwo, "a@example.com"}))
		},
		least: func(ctx context.Context, c *Client) error { return only(c.Invites().List(ctx, InviteList{})) }},
	"Invites.Create": {op: opInviteCreate, path: "/invites", answer: `{"id":4}`,
		full: func(ctx context.Context, c *Client) error {
			return only(c.Invites().Create(ctx, InviteCreate{"a@example.com", "Ada", "L", 7}))
		},
		least: func(ctx context.Context, c *Client) error {
			return only(c.Invites().Create(ctx, InviteCreate{RecipientEmail: "a@example.com"}))
		}, leastB: []string{"recipient_email"}},
	"Invites.Update": {op: opInviteUpdate, path: "/invites/4/", answer: `{"id":4}`,
		full: func(ctx context.Context, c *Client) error {
			return only(c.Invites().Update(ctx, 4, InviteUpdate{ptr("a@example.com"), ptr("Ada"), ptr("L"), ptr(ID(7))}))
		},
		least: func(ctx context.Context, c *Client) error {
			return only(c.Invites().Update(ctx, 4, InviteUpdate{RecipientLastName: ptr("")}))
		}, leastB: []string{"recipient_last_name"}},
	"Invites.Delete": {op: opInviteDelete, path: "/invites/4/",
		full: func(ctx context.Context, c *Client) error { return c.Invites().Delete(ctx, 4) }},

	"Subscriptions.List": {op: opSubscriptionList, path: "/subscriptions", answer: emptyList,
		full: func(ctx context.Context, c *Client) error {
			return only(c.Subscriptions().List(ctx, SubscriptionList{pageTwo, SubscriptionCanceled, 7}))
		},
		least: func(ctx context.Context, c *Client) error {
			return only(c.Subscriptions().List(ctx, SubscriptionList{}))
		}},
	"Subscriptions.Get": {op: opSubscriptionGet, path: "/subscriptions/70", answer: someSubscription,
		full: func(ctx context.Context, c *Client) error { return only(c.Subscriptions().Get(ctx, 70)) }},
	"Subscriptions.Cancel": {op: opSubscriptionCancel, path: "/subscriptions/70", answer: someSubscription,
		full: func(ctx context.Context, c *Client) error {
			return only(c.Subscriptions().Cancel(ctx, 70, CancelNow))
		}, leastQ: []string{"when"}},

	"Purchases.List": {op: opPurchaseList, path: "/purchases", answer: emptyList,
		full: func(ctx context.Context, c *Client) error {
			return only(c.Purchases().List(ctx, PurchaseList{pageTwo, 2, 7}))
		},
		least: func(ctx context.Context, c *Client) error { return only(c.Purchases().List(ctx, PurchaseList{})) }},
	"Purchases.Get": {op: opPurchaseGet, path: "/purchases/80/", answer: somePurchase,
		full: func(ctx context.Context, c *Client) error { return only(c.Purchases().Get(ctx, 80)) }},
	"Purchases.Cancel": {op: opPurchaseCancel, path: "/purchases/80/", answer: somePurchase,
		full:   func(ctx context.Context, c *Client) error { return only(c.Purchases().Cancel(ctx, 80, true)) },
		least:  func(ctx context.Context, c *Client) error { return only(c.Purchases().Cancel(ctx, 80, false)) },
		leastQ: []string{"immediate"}},

	"PasswordResets.Create": {op: opPasswordResetCreate, path: "/members/7/password_resets",
		full: func(ctx context.Context, c *Client) error { return c.PasswordResets().Create(ctx, 7) }},

	"Assets.Upload": {op: opAssetUpload, path: "/assets", answer: `{"id":1,"type":"Asset"}`, except: "source_url",
		full: func(ctx context.Context, c *Client) error {
			return only(c.Assets().Upload(ctx, AssetUpload{Style: "avatar", Filename: "a.png", Content: strings.NewReader("x")}))
		},
		least: func(ctx context.Context, c *Client) error {
			return only(c.Assets().Upload(ctx, AssetUpload{Style: "avatar", SourceURL: "https://example.com/a.png"}))
		}, leastB: []string{"asset_style", "source_url"}},
}
