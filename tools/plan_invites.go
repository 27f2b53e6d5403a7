package tools

import (
	"context"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
)

// planInviteTools look after invitations to plans.
func planInviteTools() []Tool {
	return []Tool{
		read(Doc{
			Name: "list_plan_invites", Title: "List plan invites", Toolset: invitesToolset,
			About: "Invites to one plan.",
		}, listPlanInvites),
		read(Doc{
			Name: "get_plan_invite", Title: "Get plan invite", Toolset: invitesToolset,
			About: "One invite to a plan.",
		}, getPlanInvite),
		outward(Doc{
			Name: "create_plan_invite", Title: "Create plan invite", Toolset: invitesToolset, Anew: true,
			About: "Mails a member or an address an invite to a plan. A free or nonpaid one can be given without mail: add_plan_member. A person must approve.",
		}, previewCreatePlanInvite, createPlanInvite),
		outward(Doc{
			Name: "resend_plan_invite", Title: "Resend plan invite", Toolset: invitesToolset, Anew: true,
			About: "Mails a waiting invite to a plan again. A person must approve.",
		}, previewResendPlanInvite, resendPlanInvite),
		destructive(Doc{
			Name: "revoke_plan_invite", Title: "Revoke plan invite", Toolset: invitesToolset,
			About: "Takes back a waiting invite to a plan; after acceptance: remove_plan_member. A person must approve.",
		}, previewRevokePlanInvite, revokePlanInvite),
	}
}

// planInviteRef names one invite to one plan.
type planInviteRef struct {
	planRef
	InviteID apiclient.ID `json:"invite_id" jsonschema:"minimum=1" jsonschema_description:"invite id"`
}

type listPlanInvitesIn struct {
	planRef
	paged
}

func listPlanInvites(ctx context.Context, c *Call, in listPlanInvitesIn) (list[view[inviteView]], error) {
	page, err := c.API.PlanInvites().List(ctx, in.id(), in.options())
	if err != nil {
		return list[view[inviteView]]{}, err
	}
	return listOf(c, page, showInvite(concise))
}

func getPlanInvite(ctx context.Context, c *Call, in planInviteRef) (view[inviteView], error) {
	invite, err := c.API.PlanInvites().Get(ctx, in.id(), in.InviteID)
	if err != nil {
		return view[inviteView]{}, err
	}
	return showInvite(concise)(*invite), nil
}

type createPlanInviteIn struct {
	planRef
	MemberID apiclient.ID `json:"member_id,omitempty" jsonschema:"minimum=1" jsonschema_description:"member to invite"`
	Email    string       `json:"email,omitempty" jsonschema:"format=email,maxLength=254" jsonschema_description:"or an address"`
	// The bound is what the question to a person shows of a text, so that
	// nothing goes out that nobody saw.
	Message string `json:"message,omitempty" jsonschema:"maxLength=300" jsonschema_description:"text in the mail, 300 characters"`
}

// Check implements [Checker].
func (in *createPlanInviteIn) Check() error {
	if (in.Email == "") == (in.MemberID == 0) {
		return problem("member_id", `give either "member_id" or "email"`)
	}
	return nil
}

func previewCreatePlanInvite(ctx context.Context, c *Call, in createPlanInviteIn) (guardrails.Preview, error) {
	plan, err := c.API.Plans().Get(ctx, in.id())
	if err != nil {
		return guardrails.Preview{}, err
	}
	p := guardrails.Preview{Action: "Invite this person to this plan and mail them.", Facts: aboutPlan(plan), Warnings: []string{mailWarning}}
	if in.Email != "" {
		p.Facts = append(p.Facts, guardrails.Quote("e-mail", in.Email))
	} else {
		member, err := c.API.Members().Get(ctx, in.MemberID)
		if err != nil {
			return p, err
		}
		p.Facts = append(p.Facts, describe(member)...)
	}
	if in.Message != "" {
		p.Facts = append(p.Facts, guardrails.Quote("message", in.Message))
	}
	return p, nil
}

// createPlanInvite has no read-back: plan invites cannot be looked up by
// address, and walking all of them could not tell this mail from an earlier one.
func createPlanInvite(ctx context.Context, c *Call, in createPlanInviteIn) (inviteSent, error) {
	invite, err := c.API.PlanInvites().Create(ctx, in.id(), apiclient.PlanInviteCreate{Email: in.Email, MemberID: in.MemberID, Message: in.Message})
	if err != nil {
		return inviteSent{}, err
	}
	return inviteSent{Invite: showInvite(concise)(*invite), MailSent: true}, nil
}

// previewPlanInvite describes a plan invite and the plan.
func previewPlanInvite(ctx context.Context, c *Call, in planInviteRef) (guardrails.Preview, error) {
	invite, err := c.API.PlanInvites().Get(ctx, in.id(), in.InviteID)
	if err != nil {
		return guardrails.Preview{}, err
	}
	plan, err := c.API.Plans().Get(ctx, in.id())
	if err != nil {
		return guardrails.Preview{}, err
	}
	return guardrails.Preview{
		Facts:  append(aboutInvite(invite), aboutPlan(plan)...),
		Before: map[string]any{"plan_id": plan.ID, "email": invite.RecipientEmail},
	}, nil
}

func previewResendPlanInvite(ctx context.Context, c *Call, in planInviteRef) (guardrails.Preview, error) {
	p, err := previewPlanInvite(ctx, c, in)
	p.Action = "Mail this invite to this plan again."
	p.Warnings = []string{mailWarning}
	return p, err
}

// resendPlanInvite has no read-back: an invite does not tell when it was
// mailed.
func resendPlanInvite(ctx context.Context, c *Call, in planInviteRef) (inviteSent, error) {
	invite, err := c.API.PlanInvites().Resend(ctx, in.id(), in.InviteID)
	if err != nil {
		return inviteSent{}, err
	}
	return inviteSent{Invite: showInvite(concise)(*invite), MailSent: true}, nil
}

func previewRevokePlanInvite(ctx context.Context, c *Call, in planInviteRef) (guardrails.Preview, error) {
	p, err := previewPlanInvite(ctx, c, in)
	p.Action = "Take back this invite to this plan."
	p.Warnings = []string{"The link in their mail stops working. To invite them again a new mail goes out."}
	return p, err
}

func revokePlanInvite(ctx context.Context, c *Call, in planInviteRef) (inviteDone, error) {
	err := c.API.PlanInvites().Revoke(ctx, in.id(), in.InviteID)
	return inviteDone{in.InviteID}, c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		return gone(c.API.PlanInvites().Get(ctx, in.id(), in.InviteID))
	})
}
