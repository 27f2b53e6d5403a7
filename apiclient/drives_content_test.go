package apiclient

import "context"

// contentDrives are the drives of what people make and say in spaces.
var contentDrives = map[string]drive{
	"Spaces.Create": {op: opSpaceCreate, path: "/spaces", answer: `{"id":3}`,
		full:   func(ctx context.Context, c *Client) error { return only(c.Spaces().Create(ctx, SpaceCreate{"N"})) },
		leastB: []string{"name"}},
	"Spaces.Update": {op: opSpaceUpdate, path: "/spaces/3", answer: `{"id":3}`,
		full: func(ctx context.Context, c *Client) error {
			return only(c.Spaces().Update(ctx, 3, SpaceUpdate{ptr("N"), 8}))
		},
		least: func(ctx context.Context, c *Client) error {
			return only(c.Spaces().Update(ctx, 3, SpaceUpdate{CollectionID: 8}))
		}, leastB: []string{"collection_id"}},
	"Spaces.Delete": {op: opSpaceDelete, path: "/spaces/3",
		full: func(ctx context.Context, c *Client) error { return c.Spaces().Delete(ctx, 3) }},

	"Collections.List": {op: opCollectionList, path: "/collections", answer: emptyList,
		full:  func(ctx context.Context, c *Client) error { return only(c.Collections().List(ctx, pageTwo)) },
		least: func(ctx context.Context, c *Client) error { return only(c.Collections().List(ctx, ListOptions{})) }},
	"Collections.Get": {op: opCollectionGet, path: "/collections/8/", answer: `{"id":8}`,
		full: func(ctx context.Context, c *Client) error { return only(c.Collections().Get(ctx, 8)) }},
	"Collections.Create": {op: opCollectionCreate, path: "/collections", answer: `{"id":8}`,
		full: func(ctx context.Context, c *Client) error {
			return only(c.Collections().Create(ctx, CollectionCreate{"N", "D", ptr(false)}))
		},
		least: func(ctx context.Context, c *Client) error {
			return only(c.Collections().Create(ctx, CollectionCreate{Name: "N"}))
		}, leastB: []string{"name"}},
	"Collections.Update": {op: opCollectionUpdate, path: "/collections/8/", answer: `{"id":8}`,
		full: func(ctx context.Context, c *Client) error {
			return only(c.Collections().Update(ctx, 8, CollectionUpdate{ptr("N"), ptr("D"), ptr(false)}))
		},
		least: func(ctx context.Context, c *Client) error {
			return only(c.Collections().Update(ctx, 8, CollectionUpdate{VisibleToMembers: ptr(false)}))
		}, leastB: []string{"visible_to_members"}},
	"Collections.Delete": {op: opCollectionDelete, path: "/collections/8/",
		full: func(ctx context.Context, c *Client) error { return c.Collections().Delete(ctx, 8) }},
	"Collections.SetOrder": {op: opCollectionSetOrder, path: "/collections/8/order", answer: emptyList,
		full: func(ctx context.Context, c *Client) error {
			return only(c.Collections().SetOrder(ctx, 8, []SpacePosition{{3, 1}, {4, 2}}))
		}},

	"Polls.List": {op: opPollList, path: "/polls", answer: emptyList,
		full:  func(ctx context.Context, c *Client) error { return only(c.Polls().List(ctx, PollList{pageTwo, 3})) },
		least: func(ctx context.Context, c *Client) error { return only(c.Polls().List(ctx, PollList{})) }},
	"Polls.Get": {op: opPollGet, path: "/polls/9/", answer: `{"id":9}`,
		full: func(ctx context.Context, c *Client) error { return only(c.Polls().Get(ctx, 9)) }},
	"Polls.Create": {op: opPollCreate, path: "/polls", answer: `{"id":9}`,
		full: func(ctx context.Context, c *Client) error {
			return only(c.Polls().Create(ctx, PollCreate{3, "T", PollMultipleChoice, "D", []string{"a", "b"}, true}))
		},
		least: func(ctx context.Context, c *Client) error {
			return only(c.Polls().Create(ctx, PollCreate{SpaceID: 3, Title: "T", PollType: PollQuestion}))
		}, leastB: []string{"space_id", "title", "poll_type", "notify"}},
	"Polls.Update": {op: opPollUpdate, path: "/polls/9/", answer: `{"id":9}`,
		full: func(ctx context.Context, c *Client) error {
			return only(c.Polls().Update(ctx, 9, PollUpdate{ptr("T"), ptr("D")}))
		},
		least: func(ctx context.Context, c *Client) error {
			return only(c.Polls().Update(ctx, 9, PollUpdate{Description: ptr("")}))
		}, leastB: []string{"description"}},
	"Polls.Delete": {op: opPollDelete, path: "/polls/9/",
		full: func(ctx context.Context, c *Client) error { return c.Polls().Delete(ctx, 9) }},

	"Courseworks.List": {op: opCourseworkList, path: "/spaces/3/courseworks", answer: emptyList,
		full: func(ctx context.Context, c *Client) error {
			return only(c.Courseworks().List(ctx, 3, CourseworkList{pageTwo, CourseworkLesson, 5, CourseworkPosted}))
		},
		least: func(ctx context.Context, c *Client) error {
			return only(c.Courseworks().List(ctx, 3, CourseworkList{}))
		}},
	"Courseworks.Get": {op: opCourseworkGet, path: "/spaces/3/courseworks/5/", answer: `{"id":5}`,
		full: func(ctx context.Context, c *Client) error { return only(c.Courseworks().Get(ctx, 3, 5)) }},
	"Courseworks.Create": {op: opCourseworkCreate, path: "/spaces/3/courseworks", answer: `{"id":5}`,
		full: func(ctx context.Context, c *Client) error {
			return only(c.Courseworks().Create(ctx, 3, CourseworkCreate{CourseworkLesson, 4, "T", "D", CourseworkPosted, "visited", "sequential"}))
		},
		least: func(ctx context.Context, c *Client) error {
			return only(c.Courseworks().Create(ctx, 3, CourseworkCreate{Type: CourseworkSection}))
		}, leastB: []string{"type"}},
	"Courseworks.Update": {op: opCourseworkUpdate, path: "/spaces/3/courseworks/5/", answer: `{"id":5}`,
		full: func(ctx context.Context, c *Client) error {
			return only(c.Courseworks().Update(ctx, 3, 5,
				CourseworkUpdate{ptr("T"), ptr("D"), ptr(CourseworkHidden), 4, ptr("none"), ptr("none")}))
		},
		least: func(ctx context.Context, c *Client) error {
			return only(c.Courseworks().Update(ctx, 3, 5, CourseworkUpdate{ParentID: 4}))
		}, leastB: []string{"parent_id"}},
	"Courseworks.Delete": {op: opCourseworkDelete, path: "/spaces/3/courseworks/5/",
		full: func(ctx context.Context, c *Client) error { return c.Courseworks().Delete(ctx, 3, 5) }},

	"Posts.Mute": {op: opPostMute, path: "/posts/9/mute",
		full:   func(ctx context.Context, c *Client) error { return c.Posts().Mute(ctx, 9, 7) },
		leastQ: []string{"user_id"}},
	"Posts.Unmute": {op: opPostUnmute, path: "/posts/9/mute",
		full:   func(ctx context.Context, c *Client) error { return c.Posts().Unmute(ctx, 9, 7) },
		leastQ: []string{"user_id"}},

	"PostReactions.List": {op: opPostReactionList, path: "/posts/9/reactions", answer: emptyList,
		full:  func(ctx context.Context, c *Client) error { return only(c.PostReactions().List(ctx, 9, pageTwo)) },
		least: func(ctx context.Context, c *Client) error { return only(c.PostReactions().List(ctx, 9, ListOptions{})) }},
	"PostReactions.Add": {op: opPostReactionAdd, path: "/posts/9/reactions", answer: `{"id":2}`,
		full: func(ctx context.Context, c *Client) error { return only(c.PostReactions().Add(ctx, 9, "👍")) }},
	"PostReactions.Remove": {op: opPostReactionRemove, path: "/posts/9/reactions",
		full: func(ctx context.Context, c *Client) error { return c.PostReactions().Remove(ctx, 9) }},

	"CommentReactions.List": {op: opCommentReactionList, path: "/comments/5/reactions", answer: emptyList,
		full: func(ctx context.Context, c *Client) error { return only(c.CommentReactions().List(ctx, 5, pageTwo)) },
		least: func(ctx context.Context, c *Client) error {
			return only(c.CommentReactions().List(ctx, 5, ListOptions{}))
		}},
	"CommentReactions.Add": {op: opCommentReactionAdd, path: "/comments/5/reactions", answer: `{"id":2}`,
		full: func(ctx context.Context, c *Client) error { return only(c.CommentReactions().Add(ctx, 5, "👍")) }},
	"CommentReactions.Remove": {op: opCommentReactionRemove, path: "/comments/5/reactions",
		full: func(ctx context.Context, c *Client) error { return c.CommentReactions().Remove(ctx, 5) }},

	"RSVPs.List": {op: opRSVPList, path: "/events/6/rsvps", answer: emptyList,
		full:  func(ctx context.Context, c *Client) error { return only(c.RSVPs().List(ctx, 6, RSVPList{pageTwo, at})) },
		least: func(ctx context.Context, c *Client) error { return only(c.RSVPs().List(ctx, 6, RSVPList{})) }},
	"RSVPs.Get": {op: opRSVPGet, path: "/events/6/rsvps/2/", answer: `{"id":2}`,
		full: func(ctx context.Context, c *Client) error { return only(c.RSVPs().Get(ctx, 6, 2)) }},
	"RSVPs.Create": {op: opRSVPCreate, path: "/events/6/rsvps", answer: `{"id":2}`,
		full: func(ctx context.Context, c *Client) error {
			return only(c.RSVPs().Create(ctx, 6, RSVPCreate{7, RSVPYes, at}))
		},
		least: func(ctx context.Context, c *Client) error {
			return only(c.RSVPs().Create(ctx, 6, RSVPCreate{MemberID: 7, Status: RSVPNo}))
		}, leastB: []string{"member_id", "status"}},
	"RSVPs.Update": {op: opRSVPUpdate, path: "/events/6/rsvps/2/", answer: `{"id":2}`,
		full: func(ctx context.Context, c *Client) error {
			return only(c.RSVPs().Update(ctx, 6, 2, RSVPUpdate{7, ptr(RSVPMaybe), &at}))
		},
		least: func(ctx context.Context, c *Client) error {
			return only(c.RSVPs().Update(ctx, 6, 2, RSVPUpdate{Status: ptr(RSVPNo)}))
		}, leastB: []string{"status"}},
	"RSVPs.Delete": {op: opRSVPDelete, path: "/events/6/rsvps/2/",
		full: func(ctx context.Context, c *Client) error { return c.RSVPs().Delete(ctx, 6, 2) }},

	"AbuseReports.List": {op: opAbuseReportList, path: "/abuse_reports", answer: emptyList,
		full:  func(ctx context.Context, c *Client) error { return only(c.AbuseReports().List(ctx, pageTwo)) },
		least: func(ctx context.Context, c *Client) error { return only(c.AbuseReports().List(ctx, ListOptions{})) }},
}
