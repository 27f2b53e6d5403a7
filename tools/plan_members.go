package tools

import (
	"context"
	"fmt"
	"slices"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// planMemberTools look after who has a plan.
func planMemberTools() []Tool {
	return []Tool{
		read(Doc{
			Name: "list_plan_members", Title: "List plan members", Toolset: plansToolset,
			About: "The members who hold one plan, bought or given.",
		}, listPlanMembers),
		read(Doc{
			Name: "get_plan_member", Title: "Get plan member", Toolset: plansToolset,
			About: "Whether a member holds a plan, and who they are.",
		}, getPlanMember),
		write(Doc{
			Name: "add_plan_member", Title: "Add plan member", Toolset: plansToolset,
			About: "Gives a member a free or nonpaid plan at once, without any mail. To a paid one: create_plan_invite.",
		}, previewAddPlanMember, addPlanMember, "remove_plan_member", func(in planMemberRef, _ planMemberAdded, _ map[string]any) *store.Undo {
			return calling(values{"plan_id": in.id(), "member_id": in.MemberID})
		}),
		restored(destructive(Doc{
			Name: "remove_plan_member", Title: "Remove plan member", Toolset: plansToolset,
			About: "Takes a plan from a member at once and cancels the purchase or subscription behind it. To let it run out: cancel_subscription. A person must approve.",
		}, previewRemovePlanMember, removePlanMember), "add_plan_member", "The plan was given and not bought; it can be given again.", func(in planMemberRef, _ planMemberDone, before map[string]any) *store.Undo {
			if before["bought"] != false {
				return nil
			}
			return calling(values{"plan_id": in.id(), "member_id": in.MemberID})
		}),
	}
}

// planMemberRef names one member of one plan.
type planMemberRef struct {
	planRef
	memberRef
}

type listPlanMembersIn struct {
	planRef
	paged
	chosenOfMember
}

func listPlanMembers(ctx context.Context, c *Call, in listPlanMembersIn) (list[view[memberView]], error) {
	ctx, saw := c.sightings(ctx)
	page, err := c.API.PlanMembers().List(ctx, in.id(), in.options())
	if err != nil {
		return list[view[memberView]]{}, err
	}
	saw(page.Items...)
	return listOf(c, page, in.rows(memberRow, concise))
}

type getPlanMemberIn struct {
	planMemberRef
	detailed
}

func getPlanMember(ctx context.Context, c *Call, in getPlanMemberIn) (view[memberView], error) {
	member, err := c.API.PlanMembers().Get(ctx, in.id(), in.MemberID)
	if err != nil {
		return view[memberView]{}, err
	}
	return showMember(member, in.Detail), nil
}

// planMemberAdded is the result of giving a plan. InvitationSent is always
// false; it is said so that nobody wonders.
type planMemberAdded struct {
	PlanID         apiclient.ID `json:"plan_id"`
	MemberID       apiclient.ID `json:"member_id"`
	InvitationSent bool         `json:"invitation_sent"`
}

// previewAddPlanMember looks nobody up unless a person reads it: the request
// itself fails when one of the two is not there, or the plan is a paid one.
func previewAddPlanMember(ctx context.Context, c *Call, in planMemberRef) (guardrails.Preview, error) {
	p := guardrails.Preview{Action: "Give this member this plan. No invitation goes out."}
	if !c.ForPerson {
		p.Facts = []guardrails.Fact{guardrails.Number("plan id", in.id()), guardrails.Number("member id", in.MemberID)}
		return p, nil
	}
	plan, err := c.API.Plans().Get(ctx, in.id())
	if err != nil {
		return p, err
	}
	member, err := c.API.Members().Get(ctx, in.MemberID)
	if err != nil {
		return p, err
	}
	p.Facts = append(describe(member), aboutPlan(plan)...)
	return p, nil
}

func addPlanMember(ctx context.Context, c *Call, in planMemberRef) (planMemberAdded, error) {
	_, err := c.API.PlanMembers().Add(ctx, in.id(), in.MemberID)
	return planMemberAdded{PlanID: in.id(), MemberID: in.MemberID}, c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		_, err := c.API.PlanMembers().Get(ctx, in.id(), in.MemberID)
		return err == nil, err
	})
}

// previewRemovePlanMember reads the member through the plan, so that it fails
// before anybody is asked when they do not hold it.
func previewRemovePlanMember(ctx context.Context, c *Call, in planMemberRef) (guardrails.Preview, error) {
	member, err := c.API.PlanMembers().Get(ctx, in.id(), in.MemberID)
	if err != nil {
		return guardrails.Preview{}, err
	}
	plan, err := c.API.Plans().Get(ctx, in.id())
	if err != nil {
		return guardrails.Preview{}, err
	}
	behind, err := c.API.Purchases().List(ctx, apiclient.PurchaseList{PlanID: plan.ID, MemberID: member.ID})
	if err != nil {
		return guardrails.Preview{}, err
	}
	p := guardrails.Preview{
		Action: "Take this plan from this member and cancel the purchase or subscription behind it.",
		Facts:  append(describe(member), aboutPlan(plan)...),
		Warnings: []string{
			"They lose the access that this plan gives, and a cancelled purchase or subscription cannot be resumed. Nothing is paid back by this.",
			"A free or nonpaid plan can be given again with add_plan_member; a paid one they would have to buy again.",
		},
		Loses:  []guardrails.Person{asPerson(member)},
		Before: values{"bought": bought(plan, behind.Items)},
	}
	if p.Before["bought"] == true {
		p.Reversal = noWayBack
	}
	for i, sale := range behind.Items {
		p.Facts = append(p.Facts, guardrails.Field(fmt.Sprintf("payment %d", i+1), payment(sale.Plan, sale.PaymentPlatform)))
	}
	if len(behind.Items) == 0 {
		p.Facts = append(p.Facts, guardrails.Field("payment", "none is listed; it was given"))
	}
	return p, nil
}

// bought reports whether a member paid for a plan, or would have to.
func bought(plan *apiclient.Plan, sales []apiclient.Purchase) bool {
	paid := func(sale apiclient.Purchase) bool { return sale.Plan.Amount != 0 }
	return plan.PricingType != "free" && plan.PricingType != "nonpaid" || slices.ContainsFunc(sales, paid)
}

// planMemberDone is the result of what changes one member of one plan.
type planMemberDone struct {
	PlanID   apiclient.ID `json:"plan_id"`
	MemberID apiclient.ID `json:"member_id"`
}

func removePlanMember(ctx context.Context, c *Call, in planMemberRef) (planMemberDone, error) {
	err := c.API.PlanMembers().Remove(ctx, in.id(), in.MemberID)
	return planMemberDone{in.id(), in.MemberID}, c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		return gone(c.API.PlanMembers().Get(ctx, in.id(), in.MemberID))
	})
}
