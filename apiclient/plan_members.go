package apiclient

import (
	"context"
	"iter"
	"net/url"
)

// PlanMembersService reads and changes who has a plan. The API calls the
// member's id user_id when one is added; it is the same number.
type PlanMembersService struct{ c *Client }

// List returns one page of a plan's members
// (GET /networks/{network_id}/plans/{plan_id}/members).
func (s PlanMembersService) List(ctx context.Context, planID ID, opts ListOptions) (*Page[Member], error) {
	return list[Member](ctx, s.c, call{op: opPlanMemberList, path: ids(planID)}, opts)
}

// All walks every member of a plan, as [MembersService.All] walks members.
func (s PlanMembersService) All(ctx context.Context, planID ID, opts ListOptions) iter.Seq2[Member, error] {
	return all(ctx, s.c, opPlanMemberList, opts, func(ctx context.Context, opts ListOptions) (*Page[Member], error) {
		return s.List(ctx, planID, opts)
	})
}

// Get returns a member of a plan
// (GET /networks/{network_id}/plans/{plan_id}/members/{member_id}/). Someone
// who does not have the plan is [NotFound].
func (s PlanMembersService) Get(ctx context.Context, planID, memberID ID) (*Member, error) {
	return fetch[Member](ctx, s.c, call{op: opPlanMemberGet, path: ids(planID, memberID)})
}

// Add gives a member a free or nonpaid plan at once, without an invite, and
// returns the plan
// (POST /networks/{network_id}/plans/{plan_id}/members?user_id=). It leaves no
// [Purchase]. A paid plan, or one the member has already, is [Validation].
func (s PlanMembersService) Add(ctx context.Context, planID, memberID ID) (*Plan, error) {
	if err := missing(opPlanMemberAdd, field{"user_id", given(memberID)}); err != nil {
		return nil, err
	}
	query := url.Values{"user_id": {memberID.String()}}
	return fetch[Plan](ctx, s.c, call{op: opPlanMemberAdd, path: ids(planID), query: query})
}

// Remove takes a plan away from a member and cancels the subscription or
// purchase behind it
// (DELETE /networks/{network_id}/plans/{plan_id}/members/{id}/). The member
// keeps what another plan gives them. Someone who does not have the plan is
// [NotFound] or [Validation].
func (s PlanMembersService) Remove(ctx context.Context, planID, memberID ID) error {
	return s.c.perform(ctx, call{op: opPlanMemberRemove, path: ids(planID, memberID)})
}
