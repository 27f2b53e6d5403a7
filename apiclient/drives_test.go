package apiclient

import (
	"context"
	"maps"
	"time"
)

const emptyList = `{"items":[],"links":{"self":"","next":null}}`

// drive is one method with every argument set, and with the fewest.
type drive struct {
	op     opID
	path   string // what the template becomes with the arguments used here
	answer string
	full   func(context.Context, *Client) error
	least  func(context.Context, *Client) error // nil: the same as full
	leastQ []string                             // query parameters that least sends
	leastB []string                             // body fields that least sends
	except string                               // what full cannot send beside the others, and least does
}

func only[T any](_ T, err error) error { return err }

var (
	pageTwo = ListOptions{Page: 2, PerPage: 50}
	at      = time.Date(2026, 3, 1, 18, 0, 0, 0, time.UTC)
)

// drives holds every method of every service, by "Service.Method".
var drives = together(coreDrives, contentDrives, peopleDrives, fieldDrives)

func together(parts ...map[string]drive) map[string]drive {
	whole := map[string]drive{}
	for _, part := range parts {
		maps.Copy(whole, part)
	}
	return whole
}

var coreDrives = map[string]drive{
	"Networks.Get": {op: opNetworkGet, path: "/", answer: `{"id":1}`,
		full: func(ctx context.Context, c *Client) error { return only(c.Networks().Get(ctx)) }},
	"Me.Get": {op: opMeGet, path: "/me", answer: `{"user":{"id":1},"network":{"id":2}}`,
		full: func(ctx context.Context, c *Client) error { return only(c.Me().Get(ctx)) }},

	"Members.List": {op: opMemberList, path: "/members", answer: emptyList,
		full:  func(ctx context.Context, c *Client) error { return only(c.Members().List(ctx, pageTwo)) },
		least: func(ctx context.Context, c *Client) error { return only(c.Members().List(ctx, ListOptions{})) }},
	"Members.Get": {op: opMemberGet, path: "/members/7/", answer: `{"id":7}`,
		full: func(ctx context.Context, c *Client) error { return only(c.Members().Get(ctx, 7)) }},
	"Members.FindByEmail": {op: opMemberByEmail, path: "/members/by_email", answer: `{"id":7}`,
		full: func(ctx context.Context, c *Client) error {
			return only(c.Members().FindByEmail(ctx, "ada+x@example.com"))
		}, leastQ: []string{"email"}},
	"Members.Create": {op: opMemberCreate, path: "/members", answer: `{"id":7}`,
		full: func(ctx context.Context, c *Client) error {
			return only(c.Members().Create(ctx, MemberCreate{Email: "a@example.com", FirstName: "Ada", LastName: "Lovelace",
				Role: RoleHost, MemberType: MemberLimited, SpaceIDs: []ID{3}, SendWelcomeEmail: true}))
		},
		least: func(ctx context.Context, c *Client) error {
			return only(c.Members().Create(ctx, MemberCreate{Email: "a@example.com", FirstName: "Ada", LastName: "Lovelace"}))
		},
		leastB: []string{"email", "first_name", "last_name", "send_welcome_email"}},
	"Members.Update": {op: opMemberUpdate, path: "/members/7/", answer: `{"id":7}`,
		full: func(ctx context.Context, c *Client) error {
			return only(c.Members().Update(ctx, 7, MemberUpdate{ptr("host"), ptr("a@example.com"), ptr("Ada"), ptr("L")}))
		},
		least: func(ctx context.Context, c *Client) error {
			return only(c.Members().Update(ctx, 7, MemberUpdate{LastName: ptr("")}))
		}, leastB: []string{"last_name"}},
	"Members.Delete": {op: opMemberDelete, path: "/members/7/",
		full: func(ctx context.Context, c *Client) error { return c.Members().Delete(ctx, 7) }},
	"Members.RemoveFromNetwork": {op: opMemberRemove, path: "/members/7/network_membership",
		full:   func(ctx context.Context, c *Client) error { return c.Members().RemoveFromNetwork(ctx, 7, true) },
		least:  func(ctx context.Context, c *Client) error { return c.Members().RemoveFromNetwork(ctx, 7, false) },
		leastQ: []string{"cancel_plans"}},
	"Members.Spaces": {op: opMemberSpaces, path: "/members/7/spaces", answer: emptyList,
		full:  func(ctx context.Context, c *Client) error { return only(c.Members().Spaces(ctx, 7, pageTwo)) },
		least: func(ctx context.Context, c *Client) error { return only(c.Members().Spaces(ctx, 7, ListOptions{})) }},

	"Spaces.List": {op: opSpaceList, path: "/spaces", answer: emptyList,
		full:  func(ctx context.Context, c *Client) error { return only(c.Spaces().List(ctx, pageTwo)) },
		least: func(ctx context.Context, c *Client) error { return only(c.Spaces().List(ctx, ListOptions{})) }},
	"Spaces.Get": {op: opSpaceGet, path: "/spaces/3", answer: `{"id":3}`,
		full: func(ctx context.Context, c *Client) error { return only(c.Spaces().Get(ctx, 3)) }},

	"SpaceMembers.List": {op: opSpaceMemberList, path: "/spaces/3/members", answer: emptyList,
		full:  func(ctx context.Context, c *Client) error { return only(c.SpaceMembers().List(ctx, 3, pageTwo)) },
		least: func(ctx context.Context, c *Client) error { return only(c.SpaceMembers().List(ctx, 3, ListOptions{})) }},
	"SpaceMembers.Get": {op: opSpaceMemberGet, path: "/spaces/3/members/7/", answer: `{"id":7}`,
		full: func(ctx context.Context, c *Client) error { return only(c.SpaceMembers().Get(ctx, 3, 7)) }},
	"SpaceMembers.Add": {op: opSpaceMemberAdd, path: "/spaces/3/members", answer: `{"id":7}`,
		full:   func(ctx context.Context, c *Client) error { return only(c.SpaceMembers().Add(ctx, 3, 7)) },
		leastQ: []string{"user_id"}},
	"SpaceMembers.Remove": {op: opSpaceMemberRemove, path: "/spaces/3/members/7/",
		full: func(ctx context.Context, c *Client) error { return c.SpaceMembers().Remove(ctx, 3, 7) }},
	"SpaceMembers.SetRole": {op: opSpaceMemberSetRole, path: "/spaces/3/members/7/", answer: `{"id":7}`,
		full:   func(ctx context.Context, c *Client) error { return only(c.SpaceMembers().SetRole(ctx, 3, 7, "host")) },
		leastB: []string{"role"}},
	"SpaceMembers.Ban": {op: opSpaceMemberBan, path: "/spaces/3/members/7/ban",
		full:  func(ctx context.Context, c *Client) error { return c.SpaceMembers().Ban(ctx, 3, 7, "spam") },
		least: func(ctx context.Context, c *Client) error { return c.SpaceMembers().Ban(ctx, 3, 7, "") }},

	"Posts.List": {op: opPostList, path: "/posts", answer: emptyList,
		full:  func(ctx context.Context, c *Client) error { return only(c.Posts().List(ctx, PostList{pageTwo, 3})) },
		least: func(ctx context.Context, c *Client) error { return only(c.Posts().List(ctx, PostList{})) }},
	"Posts.Get": {op: opPostGet, path: "/posts/9/", answer: `{"id":9}`,
		full: func(ctx context.Context, c *Client) error { return only(c.Posts().Get(ctx, 9)) }},
	"Posts.Create": {op: opPostCreate, path: "/posts", answer: `{"id":9}`,
		full: func(ctx context.Context, c *Client) error {
			return only(c.Posts().Create(ctx, PostCreate{SpaceID: 3, Title: "T", Description: "D", PostType: "article", Notify: true}))
		},
		least: func(ctx context.Context, c *Client) error {
			return only(c.Posts().Create(ctx, PostCreate{SpaceID: 3, Title: "T"}))
		}, leastQ: []string{"notify"}, leastB: []string{"space_id", "title"}},
	"Posts.Update": {op: opPostUpdate, path: "/posts/9/", answer: `{"id":9}`,
		full: func(ctx context.Context, c *Client) error {
			return only(c.Posts().Update(ctx, 9, PostUpdate{ptr("T"), ptr("D"), true}))
		},
		least: func(ctx context.Context, c *Client) error {
			return only(c.Posts().Update(ctx, 9, PostUpdate{Title: ptr("T")}))
		}, leastQ: []string{"notify"}, leastB: []string{"title"}},
	"Posts.Delete": {op: opPostDelete, path: "/posts/9/",
		full: func(ctx context.Context, c *Client) error { return c.Posts().Delete(ctx, 9) }},

	"Comments.List": {op: opCommentList, path: "/posts/9/comments", answer: emptyList,
		full:  func(ctx context.Context, c *Client) error { return only(c.Comments().List(ctx, 9, pageTwo)) },
		least: func(ctx context.Context, c *Client) error { return only(c.Comments().List(ctx, 9, ListOptions{})) }},
	"Comments.Get": {op: opCommentGet, path: "/posts/9/comments/5/", answer: `{"id":5}`,
		full: func(ctx context.Context, c *Client) error { return only(c.Comments().Get(ctx, 9, 5)) }},
	"Comments.Create": {op: opCommentCreate, path: "/posts/9/comments", answer: `{"id":5}`,
		full: func(ctx context.Context, c *Client) error {
			return only(c.Comments().Create(ctx, 9, CommentCreate{"Hello", 4}))
		},
		least: func(ctx context.Context, c *Client) error {
			return only(c.Comments().Create(ctx, 9, CommentCreate{Text: "Hello"}))
		}, leastB: []string{"text"}},
	"Comments.Delete": {op: opCommentDelete, path: "/posts/9/comments/5/",
		full: func(ctx context.Context, c *Client) error { return c.Comments().Delete(ctx, 9, 5) }},

	"Events.List": {op: opEventList, path: "/events", answer: emptyList,
		full:  func(ctx context.Context, c *Client) error { return only(c.Events().List(ctx, pageTwo)) },
		least: func(ctx context.Context, c *Client) error { return only(c.Events().List(ctx, ListOptions{})) }},
	"Events.Get": {op: opEventGet, path: "/events/6/", answer: `{"id":6}`,
		full: func(ctx context.Context, c *Client) error { return only(c.Events().Get(ctx, 6)) }},
	"Events.Create": {op: opEventCreate, path: "/events", answer: `{"id":6}`,
		full: func(ctx context.Context, c *Client) error {
			return only(c.Events().Create(ctx, EventCreate{SpaceID: 3, Title: "T", EventType: "local_meetup", StartsAt: at, EndsAt: at,
				Description: "D", Link: "L", Location: "O", TimeZone: "Europe/Berlin",
				RSVPEnabled: ptr(false), RSVPClosed: ptr(false), RestrictedEvent: ptr(false), PostInFeed: ptr(false),
				Frequency: "weekly", Interval: 1, ByDays: []string{"MO"}, ByMonthDays: []int{1}, RecurrenceCount: 3, RecurUntil: at}))
		},
		least: func(ctx context.Context, c *Client) error {
			return only(c.Events().Create(ctx, EventCreate{SpaceID: 3, Title: "T", EventType: "local_meetup", StartsAt: at, EndsAt: at}))
		}, leastB: []string{"ends_at", "event_type", "space_id", "starts_at", "title"}},
	"Events.Update": {op: opEventUpdate, path: "/events/6/", answer: `{"id":6}`,
		full: func(ctx context.Context, c *Client) error {
			return only(c.Events().Update(ctx, 6, EventUpdate{ptr("T"), ptr("D"), ptr("L"), &at, &at, ptr("t"), ptr("O"), ptr("Z"),
				ptr(false), ptr(false), ptr(false), ptr(false), ptr("daily"), ptr(1), []string{"MO"}, []int{1}, ptr(3), &at}))
		},
		least: func(ctx context.Context, c *Client) error {
			return only(c.Events().Update(ctx, 6, EventUpdate{ByDays: []string{}}))
		}, leastB: []string{"by_days"}},
	"Events.Delete": {op: opEventDelete, path: "/events/6/",
		full: func(ctx context.Context, c *Client) error { return c.Events().Delete(ctx, 6) }},
}
