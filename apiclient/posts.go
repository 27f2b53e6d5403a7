package apiclient

import (
	"context"
	"iter"
	"net/url"
	"strconv"
)

// PostsService reads and changes posts.
type PostsService struct{ c *Client }

// List returns one page of posts (GET /networks/{network_id}/posts), of one
// space when opts.SpaceID is set.
func (s PostsService) List(ctx context.Context, opts PostList) (*Page[Post], error) {
	query := url.Values{}
	if opts.SpaceID != 0 {
		query.Set("space_id", opts.SpaceID.String())
	}
	return list[Post](ctx, s.c, call{op: opPostList, query: query}, opts.ListOptions)
}

// All walks every post that opts selects, as [MembersService.All] walks
// members.
func (s PostsService) All(ctx context.Context, opts PostList) iter.Seq2[Post, error] {
	return all(ctx, s.c, opPostList, opts.ListOptions, func(ctx context.Context, at ListOptions) (*Page[Post], error) {
		return s.List(ctx, PostList{ListOptions: at, SpaceID: opts.SpaceID})
	})
}

// Get returns a post (GET /networks/{network_id}/posts/{id}/).
func (s PostsService) Get(ctx context.Context, id ID) (*Post, error) {
	return fetch[Post](ctx, s.c, call{op: opPostGet, path: ids(id)})
}

// Create writes a post as the key's owner
// (POST /networks/{network_id}/posts?notify=). A space that does not exist is
// [NotFound], one that takes no posts [Validation].
func (s PostsService) Create(ctx context.Context, p PostCreate) (*Post, error) {
	if err := missing(opPostCreate, field{"space_id", given(p.SpaceID)}, field{"title", p.Title}); err != nil {
		return nil, err
	}
	return fetch[Post](ctx, s.c, call{op: opPostCreate, query: notify(p.Notify), body: p})
}

// Update changes what is set in p
// (PATCH /networks/{network_id}/posts/{id}/?notify=).
func (s PostsService) Update(ctx context.Context, id ID, p PostUpdate) (*Post, error) {
	if p.Title == nil && p.Description == nil {
		return nil, invalid(opPostUpdate, nothingToUpdate)
	}
	return fetch[Post](ctx, s.c, call{op: opPostUpdate, path: ids(id), query: notify(p.Notify), body: p})
}

// Delete deletes a post for good (DELETE /networks/{network_id}/posts/{id}/).
func (s PostsService) Delete(ctx context.Context, id ID) error {
	return s.c.perform(ctx, call{op: opPostDelete, path: ids(id)})
}

// Mute stops the notifications a member gets about a post
// (POST /networks/{network_id}/posts/{post_id}/mute?user_id=). Nobody else is
// affected, and the post stays where it is.
func (s PostsService) Mute(ctx context.Context, postID, memberID ID) error {
	return s.mute(ctx, opPostMute, postID, memberID)
}

// Unmute lets a member be notified about a post again
// (DELETE /networks/{network_id}/posts/{post_id}/mute?user_id=).
func (s PostsService) Unmute(ctx context.Context, postID, memberID ID) error {
	return s.mute(ctx, opPostUnmute, postID, memberID)
}

func (s PostsService) mute(ctx context.Context, op opID, postID, memberID ID) error {
	if err := missing(op, field{"user_id", given(memberID)}); err != nil {
		return err
	}
	return s.c.perform(ctx, call{op: op, path: ids(postID), query: url.Values{"user_id": {memberID.String()}}})
}

// notify is always sent: the API does not say what it does without it, and
// the network's members would be the ones to find out.
func notify(yes bool) url.Values {
	return url.Values{"notify": {strconv.FormatBool(yes)}}
}
