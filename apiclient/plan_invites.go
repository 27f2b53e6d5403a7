package apiclient

import (
	"context"
	"iter"
	"strings"
)

// PlanInviteCreate describes an invite to a plan: either Email or MemberID
// says whom.
type PlanInviteCreate struct {
	Email    string
	MemberID ID // user_id in the API
	Message  string
}

// PlanInvitesService reads and changes invites to a plan.
type PlanInvitesService struct{ c *Client }

// List returns one page of a plan's invites
// (GET /networks/{network_id}/plans/{plan_id}/invites).
func (s PlanInvitesService) List(ctx context.Context, planID ID, opts ListOptions) (*Page[Invite], error) {
	return list[Invite](ctx, s.c, call{op: opPlanInviteList, path: ids(planID)}, opts)
}

// All walks every invite to a plan, as [MembersService.All] walks members.
func (s PlanInvitesService) All(ctx context.Context, planID ID, opts ListOptions) iter.Seq2[Invite, error] {
	return all(ctx, s.c, opPlanInviteList, opts, func(ctx context.Context, opts ListOptions) (*Page[Invite], error) {
		return s.List(ctx, planID, opts)
	})
}

// Get returns an invite to a plan
// (GET /networks/{network_id}/plans/{plan_id}/invites/{id}/).
func (s PlanInvitesService) Get(ctx context.Context, planID, id ID) (*Invite, error) {
	return fetch[Invite](ctx, s.c, call{op: opPlanInviteGet, path: ids(planID, id)})
}

// Create invites someone to a plan and mails them
// (POST /networks/{network_id}/plans/{plan_id}/invites?email=&user_id=&message=).
func (s PlanInvitesService) Create(ctx context.Context, planID ID, i PlanInviteCreate) (*Invite, error) {
	email := strings.TrimSpace(i.Email)
	// With both, the API does not say which of the two people it would mail.
	if (email == "") == (i.MemberID == 0) {
		return nil, invalid(opPlanInviteCreate, "give either email or user_id")
	}
	query := filters(field{"email", email}, field{"user_id", given(i.MemberID)}, field{"message", i.Message})
	return fetch[Invite](ctx, s.c, call{op: opPlanInviteCreate, path: ids(planID), query: query})
}

// Resend mails an invite again, which is all that the API's update does
// (PATCH /networks/{network_id}/plans/{plan_id}/invites/{id}/, no body). An
// accepted one is [Validation].
func (s PlanInvitesService) Resend(ctx context.Context, planID, id ID) (*Invite, error) {
	return fetch[Invite](ctx, s.c, call{op: opPlanInviteResend, path: ids(planID, id)})
}

// Revoke takes back an invite that nobody has accepted
// (DELETE /networks/{network_id}/plans/{plan_id}/invites/{id}/). An accepted
// one is [Conflict]; [PlanMembersService.Remove] takes the plan away then.
func (s PlanInvitesService) Revoke(ctx context.Context, planID, id ID) error {
	return s.c.perform(ctx, call{op: opPlanInviteRevoke, path: ids(planID, id)})
}
