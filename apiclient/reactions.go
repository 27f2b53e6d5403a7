package apiclient

import (
	"context"
	"encoding/json"
	"iter"
	"time"
)

// Reaction is a member's emoji on a post or a comment.
type Reaction struct {
	ID                ID        `json:"id"`
	MemberID          ID        `json:"member_id,omitempty"` // who reacted
	Emoji             string    `json:"emoji,omitempty"`
	BaseEmoji         string    `json:"base_emoji,omitempty"`    // without the tone of the skin
	TargetableID      ID        `json:"targetable_id,omitempty"` // what is reacted to
	TargetableType    string    `json:"targetable_type,omitempty"`
	TargetableSpaceID ID        `json:"targetable_space_id,omitempty"`
	SpaceID           ID        `json:"space_id,omitempty"`
	NetworkID         ID        `json:"network_id,omitempty"`
	CreatedAt         time.Time `json:"created_at,omitzero"`
	UpdatedAt         time.Time `json:"updated_at,omitzero"`

	// Raw is the whole object as it came.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON reads a reaction loosely and keeps it whole in Raw.
func (r *Reaction) UnmarshalJSON(data []byte) error {
	o, err := readObject("reaction", data)
	if err != nil {
		return err
	}
	*r = Reaction{
		ID:                o.id("id"),
		MemberID:          o.id("member_id"),
		Emoji:             o.text("emoji"),
		BaseEmoji:         o.text("base_emoji"),
		TargetableID:      o.id("targetable_id"),
		TargetableType:    o.text("targetable_type"),
		TargetableSpaceID: o.id("targetable_space_id"),
		SpaceID:           o.id("space_id"),
		NetworkID:         o.id("network_id"),
		CreatedAt:         o.time("created_at"),
		UpdatedAt:         o.time("updated_at"),
		Raw:               o.raw,
	}
	return nil
}

// reactionBody is what Add sends.
type reactionBody struct {
	Emoji string `json:"emoji"`
}

// PostReactionsService reads the reactions to a post and changes that of the
// key's owner.
type PostReactionsService struct{ c *Client }

// List returns one page of the reactions to a post
// (GET /networks/{network_id}/posts/{post_id}/reactions).
func (s PostReactionsService) List(ctx context.Context, postID ID, opts ListOptions) (*Page[Reaction], error) {
	return list[Reaction](ctx, s.c, call{op: opPostReactionList, path: ids(postID)}, opts)
}

// All walks every reaction to a post, as [MembersService.All] walks members.
func (s PostReactionsService) All(ctx context.Context, postID ID, opts ListOptions) iter.Seq2[Reaction, error] {
	return all(ctx, s.c, opPostReactionList, opts, func(ctx context.Context, opts ListOptions) (*Page[Reaction], error) {
		return s.List(ctx, postID, opts)
	})
}

// Add reacts to a post as the key's owner
// (POST /networks/{network_id}/posts/{post_id}/reactions). A second emoji
// takes the first one's place, as users of the API saw.
func (s PostReactionsService) Add(ctx context.Context, postID ID, emoji string) (*Reaction, error) {
	if err := missing(opPostReactionAdd, field{"emoji", emoji}); err != nil {
		return nil, err
	}
	return fetch[Reaction](ctx, s.c, call{op: opPostReactionAdd, path: ids(postID), body: reactionBody{emoji}})
}

// Remove takes back the key owner's reaction to a post
// (DELETE /networks/{network_id}/posts/{post_id}/reactions). The route names no
// member, so nobody else's can be removed. None to take back is [NotFound].
func (s PostReactionsService) Remove(ctx context.Context, postID ID) error {
	return s.c.perform(ctx, call{op: opPostReactionRemove, path: ids(postID)})
}

// CommentReactionsService reads the reactions to a comment and changes that of
// the key's owner. Its routes do not name the comment's post.
type CommentReactionsService struct{ c *Client }

// List returns one page of the reactions to a comment
// (GET /networks/{network_id}/comments/{comment_id}/reactions).
func (s CommentReactionsService) List(ctx context.Context, commentID ID, opts ListOptions) (*Page[Reaction], error) {
	return list[Reaction](ctx, s.c, call{op: opCommentReactionList, path: ids(commentID)}, opts)
}

// All walks every reaction to a comment, as [MembersService.All] walks
// members.
func (s CommentReactionsService) All(ctx context.Context, commentID ID, opts ListOptions) iter.Seq2[Reaction, error] {
	return all(ctx, s.c, opCommentReactionList, opts, func(ctx context.Context, opts ListOptions) (*Page[Reaction], error) {
		return s.List(ctx, commentID, opts)
	})
}

// Add reacts to a comment as the key's owner
// (POST /networks/{network_id}/comments/{comment_id}/reactions). A second
// emoji takes the first one's place, as users of the API saw.
func (s CommentReactionsService) Add(ctx context.Context, commentID ID, emoji string) (*Reaction, error) {
	if err := missing(opCommentReactionAdd, field{"emoji", emoji}); err != nil {
		return nil, err
	}
	return fetch[Reaction](ctx, s.c, call{op: opCommentReactionAdd, path: ids(commentID), body: reactionBody{emoji}})
}

// Remove takes back the key owner's reaction to a comment
// (DELETE /networks/{network_id}/comments/{comment_id}/reactions). The route
// names no member, so nobody else's can be removed. None to take back is
// [NotFound].
func (s CommentReactionsService) Remove(ctx context.Context, commentID ID) error {
	return s.c.perform(ctx, call{op: opCommentReactionRemove, path: ids(commentID)})
}
