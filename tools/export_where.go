package tools

import (
	"context"
	"fmt"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/schema"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// membership chooses members by what they belong to and what they hold, as
// search_members does.
type membership struct {
	SpaceID schema.Reference `json:"space_id,omitempty" jsonschema_description:"id or exact name"`
	PlanID  schema.Reference `json:"plan_id,omitempty" jsonschema_description:"id or exact name"`
	TagID   schema.Reference `json:"tag_id,omitempty" jsonschema_description:"id or exact name; 1 request for each who fits the rest"`
	BadgeID schema.Reference `json:"badge_id,omitempty" jsonschema_description:"like tag_id"`
}

// Resolve implements [Resolver].
func (m *membership) Resolve(ctx context.Context, c *Call) error {
	for _, resolve := range []func() error{
		func() error { return spaceThing().resolve(ctx, c, &m.SpaceID) },
		func() error { return planThing().resolve(ctx, c, &m.PlanID) },
		func() error { return tagThing().resolve(ctx, c, &m.TagID) },
		func() error { return badgeThing().resolve(ctx, c, &m.BadgeID) },
	} {
		if err := resolve(); err != nil {
			return err
		}
	}
	return nil
}

// none reports whether nothing is chosen.
func (m membership) none() bool { return m == membership{} }

// list returns the shortest list that holds everybody who can fit.
func (m membership) list() store.MemberList {
	switch {
	case m.SpaceID != "":
		return store.MemberList{Kind: store.InSpace, ID: uint64(idOf(m.SpaceID))}
	case m.PlanID != "":
		return store.MemberList{Kind: store.OnPlan, ID: uint64(idOf(m.PlanID))}
	}
	return inNetwork()
}

// facts tells a person who is chosen, by name. Looking the things up also finds
// out, before anybody is asked, that they exist.
func (m membership) facts(ctx context.Context, c *Call) ([]guardrails.Fact, error) {
	var facts []guardrails.Fact
	for _, chosen := range []struct {
		ref   schema.Reference
		label string
		name  func(apiclient.ID) (string, error)
	}{
		{m.SpaceID, "only in space", func(id apiclient.ID) (string, error) { return nameOf(c.API.Spaces().Get(ctx, id)) }},
		{m.PlanID, "only with plan", func(id apiclient.ID) (string, error) { return nameOf(c.API.Plans().Get(ctx, id)) }},
		{m.TagID, "only with tag", func(id apiclient.ID) (string, error) { return nameOf(c.API.Tags().Get(ctx, id)) }},
		{m.BadgeID, "only with badge", func(id apiclient.ID) (string, error) { return nameOf(c.API.Badges().Get(ctx, id)) }},
	} {
		if chosen.ref == "" {
			continue
		}
		id := idOf(chosen.ref)
		name, err := chosen.name(id)
		if err != nil {
			return nil, err
		}
		facts = append(facts, guardrails.Quote(chosen.label, name), guardrails.Number(chosen.label+", id", id))
	}
	return facts, nil
}

// nameOf returns what people call a thing.
func nameOf[T any](thing *T, err error) (string, error) {
	if err != nil {
		return "", err
	}
	switch t := any(thing).(type) {
	case *apiclient.Space:
		return t.Name, nil
	case *apiclient.Plan:
		return t.Name, nil
	case *apiclient.Tag:
		return t.Title, nil
	case *apiclient.Badge:
		return t.Title, nil
	}
	return "", fmt.Errorf("a %T has no name", thing)
}

// chooser keeps those of a page who fit a membership.
type chooser struct {
	c        *Call
	in       membership
	spending *spending
	// onPlan holds the plan's members where the list that is read is a space's.
	onPlan map[apiclient.ID]struct{}
	// unasked counts who was left out because nothing may be spent any more on
	// asking about their tags and badges.
	unasked int
}

// begin reads what must be known before the first page.
func (ch *chooser) begin(ctx context.Context) (complete bool, err error) {
	if ch.in.SpaceID == "" || ch.in.PlanID == "" {
		return true, nil
	}
	ch.onPlan = map[apiclient.ID]struct{}{}
	list := store.MemberList{Kind: store.OnPlan, ID: uint64(idOf(ch.in.PlanID))}
	return walkMembers(ctx, ch.c, list, 1, ch.spending, func(page *apiclient.Page[apiclient.Member]) (bool, error) {
		for i := range page.Items {
			ch.onPlan[page.Items[i].ID] = struct{}{}
		}
		return true, nil
	})
}

// choose keeps those who fit.
func (ch *chooser) choose(ctx context.Context, members []*apiclient.Member) ([]*apiclient.Member, error) {
	if ch.onPlan != nil {
		members = keep(members, func(m *apiclient.Member) bool { _, on := ch.onPlan[m.ID]; return on })
	}
	for _, label := range []struct {
		kind string
		ref  schema.Reference
	}{{store.WithTag, ch.in.TagID}, {store.WithBadge, ch.in.BadgeID}} {
		if label.ref == "" || len(members) == 0 {
			continue
		}
		has, err := ch.c.holders(ctx, store.MemberList{Kind: label.kind, ID: uint64(idOf(label.ref))}, members, ch.spending.left)
		if err != nil {
			return nil, err
		}
		members = keep(members, func(m *apiclient.Member) bool {
			holds, asked := has[uint64(m.ID)]
			if !asked {
				ch.unasked++
			}
			return holds
		})
	}
	return members, nil
}

func keep(members []*apiclient.Member, fits func(*apiclient.Member) bool) []*apiclient.Member {
	kept := members[:0]
	for _, m := range members {
		if fits(m) {
			kept = append(kept, m)
		}
	}
	return kept
}
