package tools

import (
	"context"
	"fmt"
	"strings"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// memberAccessTools change what a member may do, or whether they are there at
// all. Each needs a person's approval.
func memberAccessTools() []Tool {
	return []Tool{
		destructive(Doc{
			Name: "set_member_role", Title: "Set member's role", Toolset: membersToolset,
			About: "Makes a member host (can do everything), moderator or contributor of the network. The former role cannot be read. A person must approve.",
		}, previewSetMemberRole, setMemberRole),
		restored(destructive(Doc{
			Name: "change_member_email", Title: "Change member's e-mail", Toolset: membersToolset,
			About: "Changes the address a member logs in with. A person must approve.",
		}, previewChangeMemberEmail, changeMemberEmail), "change_member_email", "", func(in changeMemberEmailIn, out memberDone, before map[string]any) *store.Undo {
			return putBack(values{"member_id": in.MemberID}, before, values{"email": out.email})
		}),
		destructive(Doc{
			Name: "ban_member", Title: "Ban member", Toolset: membersToolset,
			About: "Bans a member from the whole network for good and deletes their posts; there is no unban. Milder: remove_space_member (one space), remove_member_from_network (may rejoin). A person must approve.",
		}, previewBanMember, banMember),
		destructive(Doc{
			Name: "delete_member", Title: "Delete member", Toolset: membersToolset,
			About: "Deletes a member's account for good. For abuse: ban_member; to let somebody leave: remove_member_from_network. A person must approve.",
		}, previewDeleteMember, deleteMember),
		destructive(Doc{
			Name: "remove_member_from_network", Title: "Remove member from network", Toolset: membersToolset,
			About: "Ends a membership; the person may join again. Paid plans go on being charged unless cancel_plans. For one space: remove_space_member. A person must approve.",
		}, previewRemoveMember, removeMember),
	}
}

// memberDone is the result of what changes one member.
type memberDone struct {
	MemberID apiclient.ID `json:"member_id"`

	email string // that the member has now, where it was changed
}

type setMemberRoleIn struct {
	memberRef
	Role string `json:"role" jsonschema:"maxLength=40" jsonschema_description:"host, moderator or contributor"`
}

// Check implements [Checker].
func (in *setMemberRoleIn) Check() (err error) {
	in.Role, err = parseRole(in.Role)
	return err
}

func previewSetMemberRole(ctx context.Context, c *Call, in setMemberRoleIn) (guardrails.Preview, error) {
	member, err := c.API.Members().Get(ctx, in.MemberID)
	if err != nil {
		return guardrails.Preview{}, err
	}
	p := guardrails.Preview{
		Action:   fmt.Sprintf("Make this member a %s of the whole network.", in.Role),
		Facts:    append(describe(member), guardrails.Field("new role", in.Role)),
		Warnings: []string{"The API does not tell the present role, so this server cannot put it back."},
	}
	if in.Role == apiclient.RoleHost {
		p.Warnings = append(p.Warnings, "A host can do everything in the network, also remove others and see all members' data.")
	} else {
		p.Loses = []guardrails.Person{asPerson(member)}
	}
	return p, nil
}

// setMemberRole has no read-back: the role is in no answer of the API.
func setMemberRole(ctx context.Context, c *Call, in setMemberRoleIn) (memberDone, error) {
	_, err := c.API.Members().Update(ctx, in.MemberID, apiclient.MemberUpdate{Role: &in.Role})
	return memberDone{MemberID: in.MemberID}, err
}

type changeMemberEmailIn struct {
	memberRef
	Email string `json:"email" jsonschema:"format=email,maxLength=254" jsonschema_description:"new address"`
}

func previewChangeMemberEmail(ctx context.Context, c *Call, in changeMemberEmailIn) (guardrails.Preview, error) {
	member, err := c.API.Members().Get(ctx, in.MemberID)
	if err != nil {
		return guardrails.Preview{}, err
	}
	return guardrails.Preview{
		Action:   "Change the address that this member logs in with.",
		Facts:    append(describe(member), guardrails.Quote("new e-mail", in.Email)),
		Warnings: []string{"Whoever reads the new address can take the account over. The old address no longer logs in."},
		Loses:    []guardrails.Person{asPerson(member)},
		Before:   map[string]any{"email": member.Email},
	}, nil
}

func changeMemberEmail(ctx context.Context, c *Call, in changeMemberEmailIn) (memberDone, error) {
	ctx, saw := c.sightings(ctx)
	member, err := c.API.Members().Update(ctx, in.MemberID, apiclient.MemberUpdate{Email: &in.Email})
	err = c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		var readErr error
		member, readErr = c.API.Members().Get(ctx, in.MemberID)
		return readErr == nil && strings.EqualFold(member.Email, in.Email), readErr
	})
	if err != nil {
		return memberDone{}, err
	}
	saw(*member)
	return memberDone{in.MemberID, member.Email}, nil
}

type banMemberIn struct {
	memberRef
	Reason string `json:"reason,omitempty" jsonschema:"maxLength=1000" jsonschema_description:"why, for the record"`
}

func previewBanMember(ctx context.Context, c *Call, in banMemberIn) (guardrails.Preview, error) {
	p, err := previewEnd(ctx, c, in.MemberID)
	if err != nil {
		return p, err
	}
	p.Action = "Ban this member from the whole network, for good."
	p.Warnings = []string{
		"There is no unban. Their posts, comments and activity are deleted, and they cannot join again.",
		"Paid plans may go on being charged; the API does not say that a ban cancels them.",
	}
	if in.Reason != "" {
		p.Facts = append(p.Facts, guardrails.Quote("reason given", in.Reason))
	}
	return p, nil
}

// banMember finds the space that the route wants in its path; the ban itself
// is from the whole network (POST /spaces/{space_id}/members/{user_id}/ban).
func banMember(ctx context.Context, c *Call, in banMemberIn) (memberDone, error) {
	space, own, err := anySpaceOf(ctx, c, in.MemberID)
	if err != nil {
		return memberDone{}, err
	}
	err = c.API.SpaceMembers().Ban(ctx, space, in.MemberID, in.Reason)
	if !own && apiclient.KindOf(err) == apiclient.NotFound {
		return memberDone{}, &Obstacle{Message: "ban_member: the API bans by way of a space, and this member is in none. Add them to one with add_space_member, then ban them."}
	}
	return memberDone{MemberID: in.MemberID}, c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		return gone(c.API.Members().Get(ctx, in.MemberID))
	})
}

// anySpaceOf returns a space that the member is in (own), or one of the
// network when the member is in none.
func anySpaceOf(ctx context.Context, c *Call, member apiclient.ID) (id apiclient.ID, own bool, err error) {
	one := apiclient.ListOptions{PerPage: 1}
	spaces, err := c.API.Members().Spaces(ctx, member, one)
	if own = err == nil && len(spaces.Items) > 0; err == nil && !own {
		spaces, err = c.API.Spaces().List(ctx, one)
	}
	if err == nil && len(spaces.Items) == 0 {
		err = &Obstacle{Message: "ban_member: the network has no space, and the API bans only by way of one. Ban the person in the community's own settings."}
	}
	if err != nil {
		return 0, false, err
	}
	return spaces.Items[0].ID, own, nil
}

func previewDeleteMember(ctx context.Context, c *Call, in memberRef) (guardrails.Preview, error) {
	p, err := previewEnd(ctx, c, in.MemberID)
	p.Action = "Delete this member's account."
	p.Warnings = []string{"It cannot be restored through the API."}
	return p, err
}

func deleteMember(ctx context.Context, c *Call, in memberRef) (memberDone, error) {
	err := c.API.Members().Delete(ctx, in.MemberID)
	return memberDone{MemberID: in.MemberID}, c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		return gone(c.API.Members().Get(ctx, in.MemberID))
	})
}

type removeMemberIn struct {
	memberRef
	CancelPlans bool `json:"cancel_plans,omitempty" jsonschema:"default=false" jsonschema_description:"also end their paid plans"`
}

func previewRemoveMember(ctx context.Context, c *Call, in removeMemberIn) (guardrails.Preview, error) {
	p, err := previewEnd(ctx, c, in.MemberID)
	p.Action = "End this person's membership of the network; their plans are left as they are."
	p.Warnings = []string{"They may join again, but answers to custom fields, bookmarks and access to spaces do not come back."}
	if in.CancelPlans {
		p.Action = "End this person's membership of the network and cancel their plans."
		p.Warnings = append(p.Warnings, "Cancelled plans cannot be resumed from here.")
	}
	return p, err
}

func removeMember(ctx context.Context, c *Call, in removeMemberIn) (memberDone, error) {
	err := c.API.Members().RemoveFromNetwork(ctx, in.MemberID, in.CancelPlans)
	return memberDone{MemberID: in.MemberID}, c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		return gone(c.API.Members().Get(ctx, in.MemberID))
	})
}

// previewEnd describes somebody who is about to lose the whole network.
func previewEnd(ctx context.Context, c *Call, id apiclient.ID) (guardrails.Preview, error) {
	member, err := c.API.Members().Get(ctx, id)
	if err != nil {
		return guardrails.Preview{}, err
	}
	spaces, err := c.API.Members().Spaces(ctx, id, apiclient.ListOptions{})
	if err != nil {
		return guardrails.Preview{}, err
	}
	return guardrails.Preview{
		Facts:  append(describe(member), guardrails.Quote("in spaces", spaceNames(spaces))),
		Loses:  []guardrails.Person{asPerson(member)},
		Retype: c.retype(member),
		Before: map[string]any{
			"email": member.Email, "first_name": member.FirstName, "last_name": member.LastName,
		},
	}, nil
}

// spaceNames lists the names of the first spaces of a page.
func spaceNames(page *apiclient.Page[apiclient.Space]) string {
	var names []string
	for _, space := range page.Items {
		names = append(names, line(space.Name))
	}
	text := strings.Join(names, ", ")
	if page.NextPage != 0 {
		text += " and more"
	}
	return text
}
