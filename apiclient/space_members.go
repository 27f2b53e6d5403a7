package apiclient

import (
	"context"
	"iter"
	"net/url"
)

// SpaceMembersService reads and changes who is in a space. The API calls the
// member's id user_id here; it is the same number.
type SpaceMembersService struct{ c *Client }

// List returns one page of a space's members
// (GET /networks/{network_id}/spaces/{space_id}/members).
func (s SpaceMembersService) List(ctx context.Context, spaceID ID, opts ListOptions) (*Page[Member], error) {
	return list[Member](ctx, s.c, call{op: opSpaceMemberList, path: ids(spaceID)}, opts)
}

// All walks every member of a space, as [MembersService.All] walks members.
func (s SpaceMembersService) All(ctx context.Context, spaceID ID, opts ListOptions) iter.Seq2[Member, error] {
	return all(ctx, s.c, opSpaceMemberList, opts, func(ctx context.Context, opts ListOptions) (*Page[Member], error) {
		return s.List(ctx, spaceID, opts)
	})
}

// Get returns a member of a space
// (GET /networks/{network_id}/spaces/{space_id}/members/{user_id}/). Someone
// who is not in the space is [NotFound].
func (s SpaceMembersService) Get(ctx context.Context, spaceID, memberID ID) (*Member, error) {
	return fetch[Member](ctx, s.c, call{op: opSpaceMemberGet, path: ids(spaceID, memberID)})
}

// Add puts a member into a space
// (POST /networks/{network_id}/spaces/{space_id}/members?user_id=). Someone
// who is in it already is [Validation].
func (s SpaceMembersService) Add(ctx context.Context, spaceID, memberID ID) (*Member, error) {
	if err := missing(opSpaceMemberAdd, field{"user_id", given(memberID)}); err != nil {
		return nil, err
	}
	query := url.Values{"user_id": {memberID.String()}}
	return fetch[Member](ctx, s.c, call{op: opSpaceMemberAdd, path: ids(spaceID), query: query})
}

// Remove takes a member out of a space
// (DELETE /networks/{network_id}/spaces/{space_id}/members/{user_id}/).
// Someone who is in it by a paid plan is [NotAllowed].
func (s SpaceMembersService) Remove(ctx context.Context, spaceID, memberID ID) error {
	return s.c.perform(ctx, call{op: opSpaceMemberRemove, path: ids(spaceID, memberID)})
}

// SetRole makes a member [RoleHost], [RoleModerator] or [RoleContributor] of a
// space (PATCH /networks/{network_id}/spaces/{space_id}/members/{user_id}/).
// The returned member does not show the role: the API leaves it out.
func (s SpaceMembersService) SetRole(ctx context.Context, spaceID, memberID ID, role string) (*Member, error) {
	if err := missing(opSpaceMemberSetRole, field{"role", role}); err != nil {
		return nil, err
	}
	body := struct {
		Role string `json:"role"`
	}{role}
	return fetch[Member](ctx, s.c, call{op: opSpaceMemberSetRole, path: ids(spaceID, memberID), body: body})
}

// Ban bans a member from the whole network, although the path names a space
// (POST /networks/{network_id}/spaces/{space_id}/members/{user_id}/ban). What
// they wrote is deleted and they cannot join again; the API has no way back.
// reason may be empty.
func (s SpaceMembersService) Ban(ctx context.Context, spaceID, memberID ID, reason string) error {
	// The API requires a body even when there is no reason in it.
	body := struct {
		Reason string `json:"ban_reason,omitempty"`
	}{reason}
	return s.c.perform(ctx, call{op: opSpaceMemberBan, path: ids(spaceID, memberID), body: body})
}
