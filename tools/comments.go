package tools

import (
	"context"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

const commentsToolset = "comments"

// commentTools read, write and remove comments on posts. The API has no way to
// change one.
func commentTools() []Tool {
	return []Tool{
		read(Doc{
			Name: "list_comments", Title: "List comments", Toolset: commentsToolset,
			About: "Comments on a post, and replies to them.",
		}, listComments),
		read(Doc{
			Name: "get_comment", Title: "Get comment", Toolset: commentsToolset,
			About: "One comment, with its text.",
		}, getComment),
		write(Doc{
			Name: "create_comment", Title: "Create comment", Toolset: commentsToolset, Anew: true,
			About: "Comments on a post, or replies to a comment, under the key owner's name. It cannot be edited later.",
		}, previewCreateComment, createComment, "delete_comment", func(in createCommentIn, out view[commentView], _ map[string]any) *store.Undo {
			return unmaking(values{"post_id": in.PostID, "comment_id": out.fields.ID}, values{"text": objectOf[apiclient.Comment](out).Text})
		}),
		restored(destructive(Doc{
			Name: "delete_comment", Title: "Delete comment", Toolset: commentsToolset,
			About: "Deletes a comment for good. A person must approve.",
		}, previewDeleteComment, deleteComment), "create_comment", commentLimits, func(_, _ commentRef, before map[string]any) *store.Undo {
			return restoredComment(before)
		}),
	}
}

const commentLimits = "Its text can be written again as a new comment under the key owner's name, which says whose it was. Replies and reactions do not come back."

// commentRef names one comment of one post.
type commentRef struct {
	postRef
	CommentID apiclient.ID `json:"comment_id" jsonschema:"minimum=1" jsonschema_description:"comment id"`
}

type commentView struct {
	ID         apiclient.ID `json:"id"`
	AuthorID   apiclient.ID `json:"author_id,omitempty"`
	ReplyToID  apiclient.ID `json:"reply_to_id,omitempty"`
	Depth      int          `json:"depth,omitempty"`
	Text       string       `json:"text,omitempty"`
	CheerCount int          `json:"cheer_count,omitempty"`
	ReplyCount int          `json:"reply_count,omitempty"`
	CreatedAt  string       `json:"created_at,omitempty"`
}

func showComment(d detail) func(apiclient.Comment) view[commentView] {
	return func(c apiclient.Comment) view[commentView] {
		return show(commentView{
			ID: c.ID, AuthorID: c.AuthorID, ReplyToID: c.ReplyToID, Depth: c.Depth, Text: body(c.Text, d),
			CheerCount: c.CheerCount, ReplyCount: c.ReplyCount, CreatedAt: stamp(c.CreatedAt),
		}, c.Raw, d)
	}
}

type listCommentsIn struct {
	postRef
	paged
	detailed
}

func listComments(ctx context.Context, c *Call, in listCommentsIn) (list[view[commentView]], error) {
	page, err := c.API.Comments().List(ctx, in.PostID, in.options())
	if err != nil {
		return list[view[commentView]]{}, err
	}
	return listOf(c, page, showComment(in.Detail))
}

type getCommentIn struct {
	commentRef
	detailed
}

func getComment(ctx context.Context, c *Call, in getCommentIn) (view[commentView], error) {
	comment, err := c.API.Comments().Get(ctx, in.PostID, in.CommentID)
	if err != nil {
		return view[commentView]{}, err
	}
	return showComment(in.Detail)(*comment), nil
}

type createCommentIn struct {
	postRef
	Text      string       `json:"text" jsonschema:"minLength=1,maxLength=20000" jsonschema_description:"what to say"`
	ReplyToID apiclient.ID `json:"reply_to_id,omitempty" jsonschema:"minimum=1" jsonschema_description:"comment to reply to"`
}

func previewCreateComment(ctx context.Context, c *Call, in createCommentIn) (guardrails.Preview, error) {
	p := guardrails.Preview{Action: "Comment on this post.", Facts: []guardrails.Fact{
		guardrails.Quote("text", excerpt(in.Text)), guardrails.Number("post id", in.PostID),
	}}
	if in.ReplyToID != 0 {
		p.Facts = append(p.Facts, guardrails.Number("reply to comment", in.ReplyToID))
	}
	if !c.ForPerson {
		return p, nil
	}
	post, err := c.API.Posts().Get(ctx, in.PostID)
	if err != nil {
		return p, err
	}
	p.Facts = append(p.Facts, guardrails.Quote("post", post.Title))
	return p, nil
}

func createComment(ctx context.Context, c *Call, in createCommentIn) (view[commentView], error) {
	comment, err := c.API.Comments().Create(ctx, in.PostID, apiclient.CommentCreate{Text: in.Text, ReplyTo: in.ReplyToID})
	if err != nil {
		return view[commentView]{}, err
	}
	return showComment(concise)(*comment), nil
}

func previewDeleteComment(ctx context.Context, c *Call, in commentRef) (guardrails.Preview, error) {
	comment, err := c.API.Comments().Get(ctx, in.PostID, in.CommentID)
	if err != nil {
		return guardrails.Preview{}, err
	}
	p := guardrails.Preview{
		Action: "Delete this comment.",
		Facts: []guardrails.Fact{
			guardrails.Number("comment id", comment.ID), guardrails.Quote("text", excerpt(comment.Text)),
			guardrails.Field("written", day(comment.CreatedAt)),
		},
		Warnings: []string{"The comment itself cannot be restored."},
		Before: map[string]any{
			"post_id": in.PostID, "text": comment.Text, "reply_to_id": comment.ReplyToID,
			"author_id": comment.AuthorID, "published": day(comment.CreatedAt),
		},
	}
	if comment.ReplyCount > 0 {
		p.Facts = append(p.Facts, guardrails.Number("replies", comment.ReplyCount))
	}
	author, name, err := aboutAuthor(ctx, c, comment.AuthorID)
	p.Facts, p.Before["author"] = append(p.Facts, author...), name
	if restoredComment(p.Before) == nil {
		p.Reversal = noWayBack
	}
	return p, err
}

func deleteComment(ctx context.Context, c *Call, in commentRef) (commentRef, error) {
	err := c.API.Comments().Delete(ctx, in.PostID, in.CommentID)
	return in, c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		return gone(c.API.Comments().Get(ctx, in.PostID, in.CommentID))
	})
}
