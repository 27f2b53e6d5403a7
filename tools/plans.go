package tools

import (
	"context"
	"fmt"
	"iter"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/schema"
)

const plansToolset = "plans"

// planTools look plans up and end them. The API neither makes nor changes one.
func planTools() []Tool {
	return []Tool{
		read(Doc{
			Name: "list_plans", Title: "List plans", Toolset: plansToolset,
			About: "The network's plans, archived ones too, without prices.",
		}, listPlans),
		read(Doc{
			Name: "get_plan", Title: "Get plan", Toolset: plansToolset,
			About: "One plan: status, pricing type, description.",
		}, getPlan),
		read(Doc{
			Name: "list_member_plans", Title: "List member's plans", Toolset: plansToolset,
			About: "What a member has access to, bought or given; list_purchases lacks what was given.",
		}, listMemberPlans),
		destructive(Doc{
			Name: "archive_plan", Title: "Archive plan", Toolset: plansToolset,
			About: "Archives a plan for good: cancels every subscription and takes access from all who hold it. For one member: remove_plan_member. A person must approve.",
		}, previewArchivePlan, archivePlan),
	}
}

// planRef names one plan.
type planRef struct {
	PlanID schema.Reference `json:"plan_id" jsonschema_description:"id or exact name"`
}

// Resolve implements [Resolver].
func (r *planRef) Resolve(ctx context.Context, c *Call) error {
	return planThing().resolve(ctx, c, &r.PlanID)
}

func (r *planRef) id() apiclient.ID { return idOf(r.PlanID) }

type planView struct {
	ID               apiclient.ID `json:"id"`
	Name             string       `json:"name,omitempty"`
	Status           string       `json:"status,omitempty"`
	PricingType      string       `json:"pricing_type,omitempty"`
	VisibleToMembers bool         `json:"visible_to_members"`
	Description      string       `json:"description,omitempty"`
	Permalink        string       `json:"permalink,omitempty"`
}

func planRow(d detail) func(apiclient.Plan) view[planView] {
	return func(p apiclient.Plan) view[planView] {
		if d == full {
			return showPlan(&p, d)
		}
		return show(planHead(p), p.Raw, d)
	}
}

func showPlan(p *apiclient.Plan, d detail) view[planView] {
	fields := planHead(*p)
	fields.Description, fields.Permalink = body(p.Description, d), line(p.Permalink)
	return show(fields, p.Raw, d)
}

func planHead(p apiclient.Plan) planView {
	return planView{ID: p.ID, Name: line(p.Name), Status: line(p.Status), PricingType: line(p.PricingType), VisibleToMembers: p.VisibleToMembers}
}

func aboutPlan(p *apiclient.Plan) []guardrails.Fact {
	return []guardrails.Fact{
		guardrails.Quote("plan", p.Name), guardrails.Number("plan id", p.ID),
		guardrails.Field("pricing", line(p.PricingType)), guardrails.Field("plan status", line(p.Status)),
	}
}

func listPlans(ctx context.Context, c *Call, in listIn) (list[view[planView]], error) {
	page, err := c.API.Plans().List(ctx, in.options())
	if err != nil {
		return list[view[planView]]{}, err
	}
	return listOf(c, page, planRow(in.Detail))
}

type getPlanIn struct {
	planRef
	detailed
}

func getPlan(ctx context.Context, c *Call, in getPlanIn) (view[planView], error) {
	plan, err := c.API.Plans().Get(ctx, in.id())
	if err != nil {
		return view[planView]{}, err
	}
	return showPlan(plan, in.Detail), nil
}

// memberPagesIn are the arguments of a list of what one member has.
type memberPagesIn struct {
	memberRef
	paged
}

func listMemberPlans(ctx context.Context, c *Call, in memberPagesIn) (list[view[planView]], error) {
	page, err := c.API.Members().Plans(ctx, in.MemberID, in.options())
	if err != nil {
		return list[view[planView]]{}, err
	}
	return listOf(c, page, planRow(concise))
}

// previewArchivePlan does not check the holders for protected people: taking a
// plan from everybody is no act against one of them, as with a space.
func previewArchivePlan(ctx context.Context, c *Call, in planRef) (guardrails.Preview, error) {
	plan, err := c.API.Plans().Get(ctx, in.id())
	if err != nil {
		return guardrails.Preview{}, err
	}
	holders, err := countSome(c.API.PlanMembers().All(ctx, plan.ID, apiclient.ListOptions{PerPage: apiclient.MaxPerPage}))
	if err != nil {
		return guardrails.Preview{}, err
	}
	return guardrails.Preview{
		Action: "Archive this plan: cancel every subscription to it and take the access from everybody who holds it.",
		Facts:  append(aboutPlan(plan), guardrails.Field("members who hold it", holders)),
		Warnings: []string{
			"There is no un-archive, and cancelled subscriptions cannot be resumed: everybody would have to buy again.",
			"Nothing is paid back by this.",
		},
		Before: map[string]any{"status": plan.Status},
		Retype: guardrails.RetypeName("the plan", plan.Name, uint64(plan.ID)),
	}, nil
}

// maxCounted bounds a count that is only to tell few from many: each hundred
// is a request.
const maxCounted = 500

// countSome counts what a walk finds, and says when there may be more.
func countSome[T any](all iter.Seq2[T, error]) (string, error) {
	n := 0
	for _, err := range all {
		if err != nil {
			return "", err
		}
		if n++; n == maxCounted {
			return fmt.Sprintf("%d or more", n), nil
		}
	}
	return fmt.Sprint(n), nil
}

// planDone is the result of what ends one plan.
type planDone struct {
	PlanID apiclient.ID `json:"plan_id"`
}

// planArchived is the status of a plan that was archived.
const planArchived = "archived"

func archivePlan(ctx context.Context, c *Call, in planRef) (planDone, error) {
	err := c.API.Plans().Archive(ctx, in.id())
	return planDone{in.id()}, c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		plan, err := c.API.Plans().Get(ctx, in.id())
		if err != nil {
			return gone(plan, err)
		}
		return plan.Status == planArchived && c.before["status"] != planArchived, nil
	})
}
