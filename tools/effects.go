package tools

import (
	"cmp"
	"context"
	"fmt"
	"slices"
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
	// lists are the kinds of lists on which the member is placed, or from which
	// they are taken.
	lists     []string
	placed    bool
	dropped   bool // the list itself goes
	allOfKind bool // it is not known which lists of the kinds
	// names: something has another name, or comes or goes.
	names bool
}

// Tags and badges are options of hidden custom fields, under the same ids, so
// that what changes an option or an answer may change either.
var (
	ofSpace  = []string{store.InSpace}
	ofPlan   = []string{store.OnPlan}
	ofTag    = []string{store.WithTag}
	ofBadge  = []string{store.WithBadge}
	ofEither = []string{store.WithTag, store.WithBadge}
)

// effects are the tools that change what the directory keeps. A test holds
// that each tool that acts is here or known to change nothing of it.
func effects() map[string]effect {
	return map[string]effect{
		"create_member":              {}, // puts the new member in itself
		"update_member":              {member: true},
		"change_member_email":        {member: true},
		"ban_member":                 {member: true, gone: true},
		"delete_member":              {member: true, gone: true},
		"remove_member_from_network": {member: true, gone: true},
		"add_space_member":           {lists: ofSpace, placed: true},
		"remove_space_member":        {lists: ofSpace},
		"add_plan_member":            {lists: ofPlan, placed: true},
		"remove_plan_member":         {lists: ofPlan},
		"add_member_tag":             {lists: ofTag, placed: true},
		"remove_member_tag":          {lists: ofTag},
		"add_member_badge":           {lists: ofBadge, placed: true},
		"remove_member_badge":        {lists: ofBadge},
		"set_member_answer":          {lists: ofEither, allOfKind: true, names: true}, // it may add options
		"delete_member_answer":       {lists: ofEither, allOfKind: true},
		"cancel_subscription":        {lists: ofPlan, allOfKind: true},
		"cancel_purchase":            {lists: ofPlan, allOfKind: true},
		"archive_plan":               {lists: ofPlan, dropped: true, names: true},
		"delete_space":               {lists: ofSpace, dropped: true, names: true},
		"delete_tag":                 {lists: ofTag, dropped: true, names: true},
		"delete_badge":               {lists: ofBadge, dropped: true, names: true},
		"delete_custom_field_option": {lists: ofEither, dropped: true, names: true},
		"delete_custom_field":        {lists: ofEither, dropped: true, allOfKind: true, names: true},
		"create_space":               {names: true},
		"update_space":               {names: true},
		"create_tag":                 {names: true},
		"update_tag":                 {names: true},
		"create_badge":               {names: true},
		"update_badge":               {names: true},
		"create_custom_field_option": {names: true},
		"update_custom_field_option": {names: true},
	}
}

// targets reads what a call is about out of its input: the member, 0 for none,
// and the lists.
func (e effect) targets(in any) (member uint64, lists []store.MemberList) {
	arguments, err := schema.Canonical(in)
	values := map[string]any{}
	if err != nil || decode(arguments, &values) != nil {
		return 0, nil
	}
	id := func(name string) uint64 {
		n, _ := strconv.ParseUint(fmt.Sprint(values[name]), 10, 64)
		return n
	}
	named := map[string]string{store.InSpace: "space_id", store.OnPlan: "plan_id", store.WithTag: "tag_id", store.WithBadge: "badge_id"}
	for _, kind := range e.lists {
		list := store.MemberList{Kind: kind}
		if !e.allOfKind {
			if list.ID = cmp.Or(id(named[kind]), id("option_id")); list.ID == 0 {
				continue
			}
		}
		lists = append(lists, list)
	}
	return id("member_id"), lists
}

func isLabel(list store.MemberList) bool { return slices.Contains(ofEither, list.Kind) }

// act runs an acting tool and keeps the directory right. That the directory
// cannot be kept right is no reason to fail: it has given its file up then.
func (t Tool) act(ctx context.Context, c *Call, in any) (any, error) {
	e, changes := effects()[t.Name]
	if !changes || c.local == nil {
		return t.run(ctx, c, in)
	}
	member, lists := e.targets(in)
	var members []uint64
	if (e.member || slices.ContainsFunc(lists, isLabel)) && member != 0 {
		members = append(members, member)
	}
	var clock int64
	if len(members)+len(lists) > 0 {
		clock, _ = c.local.Touch(ctx, members, lists)
	}
	e.forget(ctx, c.local, lists, e.allOfKind)
	out, err := t.run(ctx, c, in)
	ctx = context.WithoutCancel(ctx) // what is wrong now stays wrong when the caller has left
	e.forget(ctx, c.local, lists, e.allOfKind || err != nil)
	if err == nil {
		e.settle(ctx, c.local, member, lists, clock)
	}
	return out, err
}

// forget makes unknown what is not put in its place by a success: names, and
// who has the labels that go.
func (e effect) forget(ctx context.Context, d store.Directory, lists []store.MemberList, holders bool) {
	if e.names {
		_ = d.ForgetNames(ctx)
	}
	for _, list := range lists {
		if e.dropped && holders && isLabel(list) {
			_ = d.ForgetLabels(ctx, list)
		}
	}
}

// settle puts in place what is known after a success.
func (e effect) settle(ctx context.Context, d store.Directory, member uint64, lists []store.MemberList, clock int64) {
	if e.gone {
		_ = d.Gone(ctx, member)
	}
	for _, list := range lists {
		switch {
		case e.allOfKind:
		case e.dropped:
			_ = d.Drop(ctx, list)
		case !isLabel(list):
			_ = d.Place(ctx, list, member, e.placed, clock)
		}
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
