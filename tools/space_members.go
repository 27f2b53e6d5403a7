package tools

import (
	"context"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
)

// spaceMemberTools look after who is in a space.
func spaceMemberTools() []Tool {
	return []Tool{
		read(Doc{
			Name: "list_space_members", Title: "List space members", Toolset: spacesToolset,
			About: "The members of one space, page by page.",
		}, listSpaceMembers),
		write(Doc{
			Name: "add_space_member", Title: "Add space member", Toolset: spacesToolset,
			About: "Adds a member of the network to a space. Fails if they are in it already.",
		}, previewAddSpaceMember, addSpaceMember, "remove_space_member", func(in spaceMemberRef, _ spaceMemberDone, _ map[string]any) map[string]any {
			return map[string]any{"space_id": in.id(), "member_id": in.MemberID}
		}),
		destructive(Doc{
			Name: "remove_space_member", Title: "Remove space member", Toolset: spacesToolset,
			About: "Takes a member out of one space; they stay in the network (to end that: remove_member_from_network). Refused by the API while they hold a paid plan there. A person must approve.",
		}, previewRemoveSpaceMember, removeSpaceMember),
	}
}

// spaceMemberRef names one member of one space.
type spaceMemberRef struct {
	spaceRef
	memberRef
}

// spaceMemberDone is the result of what changes one member of one space.
type spaceMemberDone struct {
	SpaceID  apiclient.ID `json:"space_id"`
	MemberID apiclient.ID `json:"member_id"`
}

func (r *spaceMemberRef) done() spaceMemberDone {
	return spaceMemberDone{r.id(), r.MemberID}
}

type listSpaceMembersIn struct {
	spaceRef
	paged
	detailed
}

func listSpaceMembers(ctx context.Context, c *Call, in listSpaceMembersIn) (list[view[memberView]], error) {
	page, err := c.API.SpaceMembers().List(ctx, in.id(), in.options())
	if err != nil {
		return list[view[memberView]]{}, err
	}
	return listOf(page, memberRow(in.Detail))
}

// previewAddSpaceMember looks nobody up unless a person reads it: the request
// itself fails when one of the two is not there.
func previewAddSpaceMember(ctx context.Context, c *Call, in spaceMemberRef) (guardrails.Preview, error) {
	p := guardrails.Preview{Action: "Add this member to this space."}
	if !c.ForPerson {
		p.Facts = []guardrails.Fact{guardrails.Number("space id", in.id()), guardrails.Number("member id", in.MemberID)}
		return p, nil
	}
	member, err := c.API.Members().Get(ctx, in.MemberID)
	if err != nil {
		return p, err
	}
	space, err := c.API.Spaces().Get(ctx, in.id())
	if err != nil {
		return p, err
	}
	p.Facts = append(describe(member), aboutSpace(space)...)
	return p, nil
}

func aboutSpace(space *apiclient.Space) []guardrails.Fact {
	return []guardrails.Fact{guardrails.Quote("space", space.Name), guardrails.Number("space id", space.ID)}
}

func addSpaceMember(ctx context.Context, c *Call, in spaceMemberRef) (spaceMemberDone, error) {
	_, err := c.API.SpaceMembers().Add(ctx, in.id(), in.MemberID)
	return in.done(), settle(ctx, err, func(ctx context.Context) (bool, error) {
		_, err := c.API.SpaceMembers().Get(ctx, in.id(), in.MemberID)
		return err == nil, err
	})
}

// previewRemoveSpaceMember reads the member through the space, so that it
// fails before anybody is asked when they are not in it.
func previewRemoveSpaceMember(ctx context.Context, c *Call, in spaceMemberRef) (guardrails.Preview, error) {
	member, err := c.API.SpaceMembers().Get(ctx, in.id(), in.MemberID)
	if err != nil {
		return guardrails.Preview{}, err
	}
	space, err := c.API.Spaces().Get(ctx, in.id())
	if err != nil {
		return guardrails.Preview{}, err
	}
	return guardrails.Preview{
		Action:   "Take this member out of this space.",
		Facts:    append(describe(member), aboutSpace(space)...),
		Warnings: []string{"They lose access to what is in the space. add_space_member lets them in again."},
		Loses:    []guardrails.Person{asPerson(member)},
	}, nil
}

func removeSpaceMember(ctx context.Context, c *Call, in spaceMemberRef) (spaceMemberDone, error) {
	err := c.API.SpaceMembers().Remove(ctx, in.id(), in.MemberID)
	return in.done(), settle(ctx, err, func(ctx context.Context) (bool, error) {
		return gone(c.API.SpaceMembers().Get(ctx, in.id(), in.MemberID))
	})
}
