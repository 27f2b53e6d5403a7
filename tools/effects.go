package tools

import (
	"context"
	"fmt"
	"strconv"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/schema"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// effect is what a tool's call makes wrong in the directory. Before the call
// runs all of it is marked as old, so that also a call of which nobody knows
// how it ended leaves nothing wrong; what is known after a success is put in
// its place.
type effect struct {
	// member: something about the member that the directory keeps.
	member bool
	// gone: the member leaves the network.
	gone bool
	// list is the kind of list on which the member is placed, or from which
	// they are taken.
	list      string
	placed    bool
	dropped   bool // the list itself goes
	allOfKind bool // it is not known which list of the kind
	// names: something has another name, or comes or goes.
	names bool
}

// effects are the tools that change what the directory keeps. A test holds
// that each tool that could is here or known to change nothing of it.
func effects() map[string]effect {
	return map[string]effect{
		"create_member":              {}, // puts the new member in itself
		"update_member":              {member: true},
		"change_member_email":        {member: true},
		"ban_member":                 {member: true, gone: true},
		"delete_member":              {member: true, gone: true},
		"remove_member_from_network": {member: true, gone: true},
		"add_space_member":           {list: store.InSpace, placed: true},
		"remove_space_member":        {list: store.InSpace},
		"add_plan_member":            {list: store.OnPlan, placed: true},
		"remove_plan_member":         {list: store.OnPlan},
		"add_member_tag":             {list: store.WithTag, placed: true},
		"remove_member_tag":          {list: store.WithTag},
		"add_member_badge":           {list: store.WithBadge, placed: true},
		"remove_member_badge":        {list: store.WithBadge},
		"cancel_subscription":        {list: store.OnPlan, allOfKind: true},
		"cancel_purchase":            {list: store.OnPlan, allOfKind: true},
		"archive_plan":               {list: store.OnPlan, dropped: true, names: true},
		"delete_space":               {list: store.InSpace, dropped: true, names: true},
		"delete_tag":                 {list: store.WithTag, dropped: true, names: true},
		"delete_badge":               {list: store.WithBadge, dropped: true, names: true},
		"create_space":               {names: true},
		"update_space":               {names: true},
		"create_tag":                 {names: true},
		"update_tag":                 {names: true},
		"create_badge":               {names: true},
		"update_badge":               {names: true},
	}
}

// targets reads what a call is about out of its input.
type targets struct {
	member uint64
	list   store.MemberList
}

func (e effect) targets(in any) targets {
	arguments, err := schema.Canonical(in)
	values := map[string]any{}
	if err != nil || decode(arguments, &values) != nil {
		return targets{}
	}
	id := func(name string) uint64 {
		n, _ := strconv.ParseUint(fmt.Sprint(values[name]), 10, 64)
		return n
	}
	t := targets{member: id("member_id"), list: store.MemberList{Kind: e.list}}
	switch e.list {
	case store.InSpace:
		t.list.ID = id("space_id")
	case store.OnPlan:
		t.list.ID = id("plan_id")
	case store.WithTag:
		t.list.ID = id("tag_id")
	case store.WithBadge:
		t.list.ID = id("badge_id")
	}
	return t
}

// act runs an acting tool and keeps the directory right. That the directory
// cannot be kept right is no reason to fail: it has given its file up then.
func (t Tool) act(ctx context.Context, c *Call, in any) (any, error) {
	e, changes := effects()[t.Name]
	if !changes || c.local == nil {
		return t.run(ctx, c, in)
	}
	about := e.targets(in)
	var (
		members []uint64
		lists   []store.MemberList
	)
	if (e.member || e.list == store.WithTag || e.list == store.WithBadge) && about.member != 0 {
		members = append(members, about.member)
	}
	if e.list != "" && (about.list.ID != 0 || e.allOfKind) {
		lists = append(lists, about.list)
	}
	var clock int64
	if len(members)+len(lists) > 0 {
		clock, _ = c.local.Touch(ctx, members, lists)
	}
	if e.names {
		_ = c.local.ForgetNames(ctx)
	}
	out, err := t.run(ctx, c, in)
	if err == nil {
		e.settle(ctx, c.local, about, clock)
	}
	return out, err
}

// settle puts in place what is known after a success.
func (e effect) settle(ctx context.Context, d store.Directory, about targets, clock int64) {
	switch {
	case e.gone:
		_ = d.Gone(ctx, about.member)
	case e.dropped:
		_ = d.Drop(ctx, about.list)
	case e.list == store.InSpace || e.list == store.OnPlan && !e.allOfKind:
		_ = d.Place(ctx, about.list, about.member, e.placed, clock)
	}
	if e.names {
		_ = d.ForgetNames(ctx)
	}
}

// joined takes note of a new member, and of the spaces they were put into.
func (c *Call) joined(ctx context.Context, m apiclient.Member, spaces []apiclient.ID) {
	if c.local == nil {
		return
	}
	if clock, err := c.local.Clock(ctx); err == nil {
		_ = c.local.Add(ctx, clock, directoryMember(m))
	}
	for _, space := range spaces {
		_ = c.local.Place(ctx, store.MemberList{Kind: store.InSpace, ID: uint64(space)}, uint64(m.ID), true, 0)
	}
}
