package tools

import (
	"context"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
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
		}, func(_ context.Context, _ *Call, in addPostReactionIn) (guardrails.Preview, error) {
			return previewReaction("React to this post in the key owner's name.", "post id", in.PostID, in.Emoji), nil
		}, func(ctx context.Context, c *Call, in addPostReactionIn) (view[reactionView], error) {
			return shown(showReaction(concise))(c.API.PostReactions().Add(ctx, in.PostID, in.Emoji))
		}, "remove_post_reaction", func(in addPostReactionIn, _ view[reactionView], _ map[string]any) map[string]any {
			return map[string]any{"post_id": in.PostID}
		}),
		write(Doc{
			Name: "add_comment_reaction", Title: "React to comment", Toolset: reactionsToolset,
			About: "Reacts to a comment in the key owner's name; an earlier reaction is replaced.",
		}, func(_ context.Context, _ *Call, in addCommentReactionIn) (guardrails.Preview, error) {
			return previewReaction("React to this comment in the key owner's name.", "comment id", in.CommentID, in.Emoji), nil
		}, func(ctx context.Context, c *Call, in addCommentReactionIn) (view[reactionView], error) {
			return shown(showReaction(concise))(c.API.CommentReactions().Add(ctx, in.CommentID, in.Emoji))
		}, "remove_comment_reaction", func(in addCommentReactionIn, _ view[reactionView], _ map[string]any) map[string]any {
			return map[string]any{"comment_id": in.CommentID}
		}),
		write(Doc{
			Name: "remove_post_reaction", Title: "Remove reaction from post", Toolset: reactionsToolset,
			About: "Takes back the key owner's own reaction to a post.",
		}, func(ctx context.Context, c *Call, in postRef) (guardrails.Preview, error) {
			p := previewReaction("Take back the key owner's reaction to this post.", "post id", in.PostID, "")
			err := keepOwnReaction(ctx, c, &p, func(opts apiclient.ListOptions) (*apiclient.Page[apiclient.Reaction], error) {
				return c.API.PostReactions().List(ctx, in.PostID, opts)
			})
			return p, err
		}, func(ctx context.Context, c *Call, in postRef) (postRef, error) {
			return in, c.API.PostReactions().Remove(ctx, in.PostID)
		}, "add_post_reaction", func(in postRef, _ postRef, before map[string]any) map[string]any {
			return withEmoji(before, "post_id", in.PostID)
		}),
		write(Doc{
			Name: "remove_comment_reaction", Title: "Remove reaction from comment", Toolset: reactionsToolset,
			About: "Takes back the key owner's own reaction to a comment.",
		}, func(ctx context.Context, c *Call, in commentIDIn) (guardrails.Preview, error) {
			p := previewReaction("Take back the key owner's reaction to this comment.", "comment id", in.CommentID, "")
			err := keepOwnReaction(ctx, c, &p, func(opts apiclient.ListOptions) (*apiclient.Page[apiclient.Reaction], error) {
				return c.API.CommentReactions().List(ctx, in.CommentID, opts)
			})
			return p, err
		}, func(ctx context.Context, c *Call, in commentIDIn) (commentIDIn, error) {
			return in, c.API.CommentReactions().Remove(ctx, in.CommentID)
		}, "add_comment_reaction", func(in commentIDIn, _ commentIDIn, before map[string]any) map[string]any {
			return withEmoji(before, "comment_id", in.CommentID)
		}),
		write(Doc{
			Name: "mute_post", Title: "Mute post for member", Toolset: reactionsToolset,
			About: "Stops notifications about one post for one member.",
		}, previewMute("Stop notifications about this post for this member."), func(ctx context.Context, c *Call, in muteIn) (muteIn, error) {
			return in, c.API.Posts().Mute(ctx, in.PostID, in.MemberID)
		}, "unmute_post", unmuteArguments),
		write(Doc{
			Name: "unmute_post", Title: "Unmute post for member", Toolset: reactionsToolset,
			About: "Lets a member be notified about a post again.",
		}, previewMute("Let this member be notified about this post again."), func(ctx context.Context, c *Call, in muteIn) (muteIn, error) {
			return in, c.API.Posts().Unmute(ctx, in.PostID, in.MemberID)
		}, "mute_post", unmuteArguments),
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

// keepOwnReaction finds the key owner's reaction on the first page, so that it
// can be put back.
func keepOwnReaction(ctx context.Context, c *Call, p *guardrails.Preview, page func(apiclient.ListOptions) (*apiclient.Page[apiclient.Reaction], error)) error {
	me, err := c.API.Me().Get(ctx)
	if err != nil {
		return err
	}
	reactions, err := page(apiclient.ListOptions{PerPage: apiclient.MaxPerPage})
	if err != nil {
		return err
	}
	for _, reaction := range reactions.Items {
		if reaction.MemberID == me.User.ID {
			p.Before = map[string]any{"emoji": reaction.Emoji}
			p.Facts = append(p.Facts, guardrails.Quote("emoji", reaction.Emoji))
		}
	}
	return nil
}

// withEmoji returns the arguments that put a reaction back, nil when it is not
// known which it was.
func withEmoji(before map[string]any, name string, id apiclient.ID) map[string]any {
	if before["emoji"] == nil {
		return nil
	}
	return map[string]any{name: id, "emoji": before["emoji"]}
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

func unmuteArguments(in muteIn, _ muteIn, _ map[string]any) map[string]any {
	return map[string]any{"post_id": in.PostID, "member_id": in.MemberID}
}
