package apiclient

import (
	"context"
	"encoding/json"
	"iter"
	"time"
)

// Comment is a comment on a post, or a reply to one.
type Comment struct {
	ID             ID            `json:"id"`
	AuthorID       ID            `json:"author_id,omitempty"` // a member's id
	SpaceID        ID            `json:"space_id,omitempty"`
	TargetableID   ID            `json:"targetable_id,omitempty"` // what is commented on
	TargetableType string        `json:"targetable_type,omitempty"`
	ReplyToID      ID            `json:"reply_to_id,omitempty"`
	Text           string        `json:"text,omitempty"` // HTML
	Replyable      bool          `json:"replyable"`
	Depth          int           `json:"depth,omitempty"` // 1 for a comment, more for replies
	CheerCount     int           `json:"cheer_count,omitempty"`
	ReplyCount     int           `json:"reply_count,omitempty"`
	Files          []Asset       `json:"files,omitempty"`
	EmbeddedLink   *EmbeddedLink `json:"embedded_link,omitempty"`
	Permalink      string        `json:"permalink,omitempty"`
	CreatedAt      time.Time     `json:"created_at,omitzero"`
	UpdatedAt      time.Time     `json:"updated_at,omitzero"`

	// Raw is the whole object as it came.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON reads a comment loosely and keeps it whole in Raw.
func (c *Comment) UnmarshalJSON(data []byte) error {
	o, err := readObject("comment", data)
	if err != nil {
		return err
	}
	*c = Comment{
		ID:             o.id("id"),
		AuthorID:       o.id("author_id"),
		SpaceID:        o.id("space_id"),
		TargetableID:   o.id("targetable_id"),
		TargetableType: o.text("targetable_type"),
		ReplyToID:      o.id("reply_to_id"),
		Text:           o.text("text"),
		Replyable:      o.flag("replyable"),
		Depth:          o.count("depth"),
		CheerCount:     o.count("cheer_count"),
		ReplyCount:     o.count("reply_count"),
		Files:          nestedList[Asset](o, "files"),
		Permalink:      o.text("permalink"),
		CreatedAt:      o.time("created_at"),
		UpdatedAt:      o.time("updated_at"),
		Raw:            o.raw,
	}
	var link EmbeddedLink
	if o.nested("embedded_link", &link) {
		c.EmbeddedLink = &link
	}
	return nil
}

// CommentCreate describes a comment to write. Text is required.
type CommentCreate struct {
	Text string `json:"text"`
	// ReplyTo is the comment that is answered; 0 comments on the post itself.
	ReplyTo ID `json:"reply_to_id,omitempty"`
}

// CommentsService reads and writes the comments of a post. The API has no way
// to change one.
type CommentsService struct{ c *Client }

// List returns one page of a post's comments
// (GET /networks/{network_id}/posts/{post_id}/comments).
func (s CommentsService) List(ctx context.Context, postID ID, opts ListOptions) (*Page[Comment], error) {
	return list[Comment](ctx, s.c, call{op: opCommentList, path: ids(postID)}, opts)
}

// All walks every comment of a post, as [MembersService.All] walks members.
func (s CommentsService) All(ctx context.Context, postID ID, opts ListOptions) iter.Seq2[Comment, error] {
	return all(ctx, s.c, opCommentList, opts, func(ctx context.Context, opts ListOptions) (*Page[Comment], error) {
		return s.List(ctx, postID, opts)
	})
}

// Get returns a comment
// (GET /networks/{network_id}/posts/{post_id}/comments/{id}/).
func (s CommentsService) Get(ctx context.Context, postID, id ID) (*Comment, error) {
	return fetch[Comment](ctx, s.c, call{op: opCommentGet, path: ids(postID, id)})
}

// Create writes a comment as the key's owner
// (POST /networks/{network_id}/posts/{post_id}/comments).
func (s CommentsService) Create(ctx context.Context, postID ID, comment CommentCreate) (*Comment, error) {
	if err := missing(opCommentCreate, field{"text", comment.Text}); err != nil {
		return nil, err
	}
	return fetch[Comment](ctx, s.c, call{op: opCommentCreate, path: ids(postID), body: comment})
}

// Delete deletes a comment for good
// (DELETE /networks/{network_id}/posts/{post_id}/comments/{id}/).
func (s CommentsService) Delete(ctx context.Context, postID, id ID) error {
	return s.c.perform(ctx, call{op: opCommentDelete, path: ids(postID, id)})
}
