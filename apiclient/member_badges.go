package apiclient

import (
	"context"
	"iter"
)

// MemberBadgesService reads and changes the badges of a member.
type MemberBadgesService struct{ c *Client }

// List returns one page of a member's badges
// (GET /networks/{network_id}/members/{member_id}/badges).
func (s MemberBadgesService) List(ctx context.Context, memberID ID, opts ListOptions) (*Page[Badge], error) {
	return list[Badge](ctx, s.c, call{op: opMemberBadgeList, path: ids(memberID)}, opts)
}

// All walks every badge of a member, as [MembersService.All] walks members.
func (s MemberBadgesService) All(ctx context.Context, memberID ID, opts ListOptions) iter.Seq2[Badge, error] {
	return all(ctx, s.c, opMemberBadgeList, opts, func(ctx context.Context, opts ListOptions) (*Page[Badge], error) {
		return s.List(ctx, memberID, opts)
	})
}

// Get returns a badge of a member
// (GET /networks/{network_id}/members/{member_id}/badges/{badge_id}/). One that
// the member does not have is [NotFound].
func (s MemberBadgesService) Get(ctx context.Context, memberID, badgeID ID) (*Badge, error) {
	return fetch[Badge](ctx, s.c, call{op: opMemberBadgeGet, path: ids(memberID, badgeID)})
}

// Add puts a badge on a member and returns the badge
// (POST /networks/{network_id}/members/{member_id}/badges).
func (s MemberBadgesService) Add(ctx context.Context, memberID, badgeID ID) (*Badge, error) {
	if err := missing(opMemberBadgeAdd, field{"badge_id", given(badgeID)}); err != nil {
		return nil, err
	}
	body := struct {
		BadgeID ID `json:"badge_id"`
	}{badgeID}
	return fetch[Badge](ctx, s.c, call{op: opMemberBadgeAdd, path: ids(memberID), body: body})
}

// Remove takes a badge off a member
// (DELETE /networks/{network_id}/members/{member_id}/badges/{badge_id}/). The badge
// itself stays.
func (s MemberBadgesService) Remove(ctx context.Context, memberID, badgeID ID) error {
	return s.c.perform(ctx, call{op: opMemberBadgeRemove, path: ids(memberID, badgeID)})
}
