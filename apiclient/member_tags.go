package apiclient

import (
	"context"
	"iter"
)

// MemberTagsService reads and changes the tags of a member.
type MemberTagsService struct{ c *Client }

// List returns one page of a member's tags
// (GET /networks/{network_id}/members/{member_id}/tags).
func (s MemberTagsService) List(ctx context.Context, memberID ID, opts ListOptions) (*Page[Tag], error) {
	return list[Tag](ctx, s.c, call{op: opMemberTagList, path: ids(memberID)}, opts)
}

// All walks every tag of a member, as [MembersService.All] walks members.
func (s MemberTagsService) All(ctx context.Context, memberID ID, opts ListOptions) iter.Seq2[Tag, error] {
	return all(ctx, s.c, opMemberTagList, opts, func(ctx context.Context, opts ListOptions) (*Page[Tag], error) {
		return s.List(ctx, memberID, opts)
	})
}

// Get returns a tag of a member
// (GET /networks/{network_id}/members/{member_id}/tags/{tag_id}/). One that
// the member does not have is [NotFound].
func (s MemberTagsService) Get(ctx context.Context, memberID, tagID ID) (*Tag, error) {
	return fetch[Tag](ctx, s.c, call{op: opMemberTagGet, path: ids(memberID, tagID)})
}

// Add puts a tag on a member and returns the tag
// (POST /networks/{network_id}/members/{member_id}/tags).
func (s MemberTagsService) Add(ctx context.Context, memberID, tagID ID) (*Tag, error) {
	if err := missing(opMemberTagAdd, field{"tag_id", given(tagID)}); err != nil {
		return nil, err
	}
	body := struct {
		TagID ID `json:"tag_id"`
	}{tagID}
	return fetch[Tag](ctx, s.c, call{op: opMemberTagAdd, path: ids(memberID), body: body})
}

// Remove takes a tag off a member
// (DELETE /networks/{network_id}/members/{member_id}/tags/{tag_id}/). The tag
// itself stays.
func (s MemberTagsService) Remove(ctx context.Context, memberID, tagID ID) error {
	return s.c.perform(ctx, call{op: opMemberTagRemove, path: ids(memberID, tagID)})
}
