package tools

import (
	"context"
	"fmt"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// spaceMemberTools look after who is in a space.
func spaceMemberTools() []Tool {
	return []Tool{
		read(Doc{
			Name: "list_space_members", Title: "List space members", Toolset: spacesToolset,
			About: "The members of one space.",
		}, listSpaceMembers),
		read(Doc{
			Name: "get_space_member", Title: "Get space member", Toolset: spacesToolset,
			About: "Whether a member is in a space, and who they are. Roles are not readable.",
		}, getSpaceMember),
		destructive(Doc{
			Name: "set_space_member_role", Title: "Set space member's role", Toolset: spacesToolset,
			About: "Makes a member host, moderator or contributor of one space (of the network: set_member_role). The former role cannot be read. A person must approve.",
		}, previewSetSpaceRole, setSpaceRole),
		write(Doc{
			Name: "add_space_member", Title: "Add space member", Toolset: spacesToolset,
			About: "Adds a member of the network to a space. Fails if they are in it already.",
		}, previewAddSpaceMember, addSpaceMember, "remove_space_member", asSpaceMember),
		restored(destructive(Doc{
			Name: "remove_space_member", Title: "Remove space member", Toolset: spacesToolset,
			About: "Takes a member out of one space; they stay in the network (to end that: remove_member_from_network). Refused by the API while they hold a paid plan there. A person must approve.",
		}, previewRemoveSpaceMember, removeSpaceMember), "add_space_member", "They can be put into the space again, as a contributor: the role they had there is not known.", asSpaceMember),
	}
}

// asSpaceMember undoes adding and removing alike.
func asSpaceMember(in spaceMemberRef, _ spaceMemberDone, _ map[string]any) *store.Undo {
	return calling(values{"space_id": in.id(), "member_id": in.MemberID})
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
	chosenOfMember
}

func listSpaceMembers(ctx context.Context, c *Call, in listSpaceMembersIn) (list[view[memberView]], error) {
	ctx, saw := c.sightings(ctx)
	page, err := c.API.SpaceMembers().List(ctx, in.id(), in.options())
	if err != nil {
		return list[view[memberView]]{}, err
	}
	saw(page.Items...)
	return listOf(c, page, in.rows(memberRow, in.Detail))
}

type getSpaceMemberIn struct {
	spaceMemberRef
	detailed
}

func getSpaceMember(ctx context.Context, c *Call, in getSpaceMemberIn) (view[memberView], error) {
	member, err := c.API.SpaceMembers().Get(ctx, in.id(), in.MemberID)
	if err != nil {
		return view[memberView]{}, err
	}
	return showMember(member, in.Detail), nil
}

type setSpaceRoleIn struct {
	spaceMemberRef
	Role string `json:"role" jsonschema:"maxLength=40" jsonschema_description:"host, moderator or contributor"`
}

// Check implements [Checker].
func (in *setSpaceRoleIn) Check() (err error) {
	in.Role, err = parseRole(in.Role)
	return err
}

func previewSetSpaceRole(ctx context.Context, c *Call, in setSpaceRoleIn) (guardrails.Preview, error) {
	p, err := previewRemoveSpaceMember(ctx, c, in.spaceMemberRef)
	if err != nil {
		return p, err
	}
	p.Action = fmt.Sprintf("Make this member a %s of this space.", in.Role)
	p.Facts = append(p.Facts, guardrails.Field("new role", in.Role))
	p.Warnings = []string{"The API does not tell the present role, so this server cannot put it back."}
	if in.Role == apiclient.RoleHost {
		p.Loses = nil
	}
	return p, nil
}

// setSpaceRole has no read-back: the role is in no answer of the API.
func setSpaceRole(ctx context.Context, c *Call, in setSpaceRoleIn) (spaceMemberDone, error) {
	_, err := c.API.SpaceMembers().SetRole(ctx, in.id(), in.MemberID, in.Role)
	return in.done(), err
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

// aboutTargetSpace says where something will be: by name for a person, else
// by number alone, which costs no request.
func aboutTargetSpace(ctx context.Context, c *Call, id apiclient.ID) ([]guardrails.Fact, error) {
	if !c.ForPerson {
		return []guardrails.Fact{guardrails.Number("space id", id)}, nil
	}
	space, err := c.API.Spaces().Get(ctx, id)
	if err != nil {
		return nil, err
	}
	return aboutSpace(space), nil
}

func addSpaceMember(ctx context.Context, c *Call, in spaceMemberRef) (spaceMemberDone, error) {
	_, err := c.API.SpaceMembers().Add(ctx, in.id(), in.MemberID)
	return in.done(), c.settle(ctx, err, func(ctx context.Context) (bool, error) {
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
	return in.done(), c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		return gone(c.API.SpaceMembers().Get(ctx, in.id(), in.MemberID))
	})
}
