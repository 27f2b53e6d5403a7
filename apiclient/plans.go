package apiclient

import (
	"context"
	"encoding/json"
	"iter"
	"time"
)

// Plan is what members get access by, for money or for nothing. The API
// neither makes nor changes plans, and tells their price only in a
// [Subscription] or [Purchase].
type Plan struct {
	ID               ID        `json:"id"`
	Name             string    `json:"name,omitempty"`
	Description      string    `json:"description,omitempty"`
	Status           string    `json:"status,omitempty"`       // visible, hidden, pending, rejected, archived, legacy
	PricingType      string    `json:"pricing_type,omitempty"` // free, subscription, one_time, installment, one_time_installment, token_gated, nonpaid
	VisibleToMembers bool      `json:"visible_to_members"`
	External         bool      `json:"external"` // includes membership in the network
	Multiple         bool      `json:"multiple"` // includes several spaces
	Permalink        string    `json:"permalink,omitempty"`
	CreatedAt        time.Time `json:"created_at,omitzero"`
	UpdatedAt        time.Time `json:"updated_at,omitzero"`

	// Raw is the whole object as it came.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON reads a plan loosely and keeps it whole in Raw.
func (p *Plan) UnmarshalJSON(data []byte) error {
	o, err := readObject("plan", data)
	if err != nil {
		return err
	}
	*p = Plan{
		ID:               o.id("id"),
		Name:             o.text("name"),
		Description:      o.text("description"),
		Status:           o.text("status"),
		PricingType:      o.text("pricing_type"),
		VisibleToMembers: o.flag("visible_to_members"),
		External:         o.flag("external"),
		Multiple:         o.flag("multiple"),
		Permalink:        o.text("permalink"),
		CreatedAt:        o.time("created_at"),
		UpdatedAt:        o.time("updated_at"),
		Raw:              o.raw,
	}
	return nil
}

// PlansService reads plans and archives them.
type PlansService struct{ c *Client }

// List returns one page of plans (GET /networks/{network_id}/plans).
func (s PlansService) List(ctx context.Context, opts ListOptions) (*Page[Plan], error) {
	return list[Plan](ctx, s.c, call{op: opPlanList}, opts)
}

// All walks every plan, as [MembersService.All] walks members.
func (s PlansService) All(ctx context.Context, opts ListOptions) iter.Seq2[Plan, error] {
	return all(ctx, s.c, opPlanList, opts, s.List)
}

// Get returns a plan (GET /networks/{network_id}/plans/{id}/).
func (s PlansService) Get(ctx context.Context, id ID) (*Plan, error) {
	return fetch[Plan](ctx, s.c, call{op: opPlanGet, path: ids(id)})
}

// Archive archives a plan for good (DELETE /networks/{network_id}/plans/{id}/).
// Every subscription to it is cancelled and everybody who has it loses the
// access. A plan with active Apple products is [Validation].
func (s PlansService) Archive(ctx context.Context, id ID) error {
	return s.c.perform(ctx, call{op: opPlanArchive, path: ids(id)})
}
