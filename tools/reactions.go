package tools

import (
	"context"
	"iter"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

const reactionsToolset = "reactions"

// reactionTools read reactions, and set and remove the key owner's own: the API
// reacts for nobody else. Mute belongs here too: both are about how one person
// deals with one post.
func reactionTools() []Tool {
	return []Tool{
		read(Doc{
			Name: "list_post_reactions", Title: "List post reactions", Toolset: reactionsToolset,
			About: "Who reacted to a post with which emoji.",
		}, func(ctx context.Context, c *Call, in postReactionsIn) (list[view[reactionView]], error) {
			return listed(c, showReaction(in.Detail))(c.API.PostReactions().List(ctx, in.PostID, in.options()))
		}),
		read(Doc{
			Name: "list_comment_reactions", Title: "List comment reactions", Toolset: reactionsToolset,
			About: "Who reacted to a comment with which emoji.",
		}, func(ctx context.Context, c *Call, in commentReactionsIn) (list[view[reactionView]], error) {
			return listed(c, showReaction(in.Detail))(c.API.CommentReactions().List(ctx, in.CommentID, in.options()))
		}),
		write(Doc{
			Name: "add_post_reaction", Title: "React to post", Toolset: reactionsToolset,
			About: "Reacts to a post in the key owner's name; an earlier reaction is replaced.",
		}, func(ctx context.Context, c *Call, in addPostReactionIn) (guardrails.Preview, error) {
			p := previewReaction("React to this post in the key owner's name.", "post id", in.PostID, in.Emoji)
			err := keepOwnReaction(ctx, c, &p, c.API.PostReactions().All(ctx, in.PostID, manyAtOnce))
			return p, err
		}, func(ctx context.Context, c *Call, in addPostReactionIn) (view[reactionView], error) {
			return shown(showReaction(concise))(c.API.PostReactions().Add(ctx, in.PostID, in.Emoji))
		}, "add_post_reaction", func(in addPostReactionIn, out view[reactionView], before map[string]any) *store.Undo {
			return formerReaction(values{"post_id": in.PostID}, before, objectOf[apiclient.Reaction](out).Emoji)
		}).orIfNew("remove_post_reaction"),
		write(Doc{
			Name: "add_comment_reaction", Title: "React to comment", Toolset: reactionsToolset,
			About: "Reacts to a comment in the key owner's name; an earlier reaction is replaced.",
		}, func(ctx context.Context, c *Call, in addCommentReactionIn) (guardrails.Preview, error) {
			p := previewReaction("React to this comment in the key owner's name.", "comment id", in.CommentID, in.Emoji)
			err := keepOwnReaction(ctx, c, &p, c.API.CommentReactions().All(ctx, in.CommentID, manyAtOnce))
			return p, err
		}, func(ctx context.Context, c *Call, in addCommentReactionIn) (view[reactionView], error) {
			return shown(showReaction(concise))(c.API.CommentReactions().Add(ctx, in.CommentID, in.Emoji))
		}, "add_comment_reaction", func(in addCommentReactionIn, out view[reactionView], before map[string]any) *store.Undo {
			return formerReaction(values{"comment_id": in.CommentID}, before, objectOf[apiclient.Reaction](out).Emoji)
		}).orIfNew("remove_comment_reaction"),
		write(Doc{
			Name: "remove_post_reaction", Title: "Remove reaction from post", Toolset: reactionsToolset,
			About: "Takes back the key owner's own reaction to a post.",
		}, func(ctx context.Context, c *Call, in postRef) (guardrails.Preview, error) {
			p := previewReaction("Take back the key owner's reaction to this post.", "post id", in.PostID, "")
			err := keepOwnReaction(ctx, c, &p, c.API.PostReactions().All(ctx, in.PostID, manyAtOnce))
			return p, err
		}, func(ctx context.Context, c *Call, in postRef) (postRef, error) {
			return in, c.API.PostReactions().Remove(ctx, in.PostID)
		}, "add_post_reaction", func(in postRef, _ postRef, before map[string]any) *store.Undo {
			return formerReaction(values{"post_id": in.PostID}, before, "")
		}),
		write(Doc{
			Name: "remove_comment_reaction", Title: "Remove reaction from comment", Toolset: reactionsToolset,
			About: "Takes back the key owner's own reaction to a comment.",
		}, func(ctx context.Context, c *Call, in commentIDIn) (guardrails.Preview, error) {
			p := previewReaction("Take back the key owner's reaction to this comment.", "comment id", in.CommentID, "")
			err := keepOwnReaction(ctx, c, &p, c.API.CommentReactions().All(ctx, in.CommentID, manyAtOnce))
			return p, err
		}, func(ctx context.Context, c *Call, in commentIDIn) (commentIDIn, error) {
			return in, c.API.CommentReactions().Remove(ctx, in.CommentID)
		}, "add_comment_reaction", func(in commentIDIn, _ commentIDIn, before map[string]any) *store.Undo {
			return formerReaction(values{"comment_id": in.CommentID}, before, "")
		}),
		write(Doc{
			Name: "mute_post", Title: "Mute post for member", Toolset: reactionsToolset,
			About: "Stops notifications about one post for one member.",
		}, previewMute("Stop notifications about this post for this member."), func(ctx context.Context, c *Call, in muteIn) (muteIn, error) {
			return in, c.API.Posts().Mute(ctx, in.PostID, in.MemberID)
		}, "unmute_post", muting),
		write(Doc{
			Name: "unmute_post", Title: "Unmute post for member", Toolset: reactionsToolset,
			About: "Lets a member be notified about a post again.",
		}, previewMute("Let this member be notified about this post again."), func(ctx context.Context, c *Call, in muteIn) (muteIn, error) {
			return in, c.API.Posts().Unmute(ctx, in.PostID, in.MemberID)
		}, "mute_post", muting),
	}
}

type reactionView struct {
	ID       apiclient.ID `json:"id"`
	MemberID apiclient.ID `json:"member_id,omitempty"`
	Emoji    string       `json:"emoji,omitempty"`
}

func showReaction(d detail) func(apiclient.Reaction) view[reactionView] {
	return func(r apiclient.Reaction) view[reactionView] {
		return show(reactionView{ID: r.ID, MemberID: r.MemberID, Emoji: line(r.Emoji)}, r.Raw, d)
	}
}

type postReactionsIn struct {
	postRef
	paged
	detailed
}

// commentIDIn names a comment where the API wants no post beside it.
type commentIDIn struct {
	CommentID apiclient.ID `json:"comment_id" jsonschema:"minimum=1" jsonschema_description:"comment id"`
}

type commentReactionsIn struct {
	commentIDIn
	paged
	detailed
}

// reacting is the emoji of a reaction.
type reacting struct {
	Emoji string `json:"emoji" jsonschema:"minLength=1,maxLength=40" jsonschema_description:"one emoji"`
}

type addPostReactionIn struct {
	postRef
	reacting
}

type addCommentReactionIn struct {
	commentIDIn
	reacting
}

func previewReaction(action, label string, id apiclient.ID, emoji string) guardrails.Preview {
	p := guardrails.Preview{Action: action, Facts: []guardrails.Fact{guardrails.Number(label, id)}}
	if emoji != "" {
		p.Facts = append(p.Facts, guardrails.Quote("emoji", emoji))
	}
	return p
}

// manyAtOnce reads long lists with few requests.
var manyAtOnce = apiclient.ListOptions{PerPage: apiclient.MaxPerPage}

// unknownEmoji stands for a reaction that was not looked for to the end.
const unknownEmoji = "unknown"

// keepOwnReaction finds the key owner's reaction, so that it can be put back.
func keepOwnReaction(ctx context.Context, c *Call, p *guardrails.Preview, reactions iter.Seq2[apiclient.Reaction, error]) error {
	me, err := c.API.Me().Get(ctx)
	if err != nil {
		return err
	}
	looked := 0
	for reaction, err := range reactions {
		if err != nil {
			return err
		}
		if reaction.MemberID == me.User.ID {
			p.Before = values{"emoji": reaction.Emoji}
			p.Facts = append(p.Facts, guardrails.Quote("emoji so far", reaction.Emoji))
			return nil
		}
		if looked++; looked == maxCounted {
			p.Before = values{"emoji": unknownEmoji}
			p.Reversal = "This cannot be undone: there are too many reactions to look for an earlier one."
			return nil
		}
	}
	return nil
}

// formerReaction puts the key owner's former reaction back, or takes the new
// one away where there was none. Nil when the former one is not known.
func formerReaction(target, before values, now string) *store.Undo {
	switch {
	case before["emoji"] == unknownEmoji:
		return nil
	case before["emoji"] != nil && now != "":
		return putBack(target, before, values{"emoji": now})
	case before["emoji"] != nil: // and it is taken away
		return giveAgain(target, before)
	case now == "":
		return nil // there was none, and there is none
	}
	return unmaking(target, values{"emoji": now})
}

type muteIn struct {
	postRef
	memberRef
}

func previewMute(action string) preview[muteIn] {
	return func(ctx context.Context, c *Call, in muteIn) (guardrails.Preview, error) {
		p := guardrails.Preview{Action: action, Facts: []guardrails.Fact{guardrails.Number("post id", in.PostID)}}
		if !c.ForPerson {
			p.Facts = append(p.Facts, guardrails.Number("member id", in.MemberID))
			return p, nil
		}
		member, err := c.API.Members().Get(ctx, in.MemberID)
		if err != nil {
			return p, err
		}
		p.Facts = append(p.Facts, describe(member)...)
		return p, nil
	}
}

// muting undoes muting and the contrary alike. The API does not tell what it
// was before.
func muting(in muteIn, _ muteIn, _ map[string]any) *store.Undo {
	return callingBlindly(values{"post_id": in.PostID, "member_id": in.MemberID}, "Whether the post was muted for them before is not known; it is set to the contrary of what the action set.")
}
