package tools

import (
	"context"
	"strings"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/schema"
	"github.com/mcp-mighty/mcp-mighty/store"
)

const membersToolset = "members"

// memberTools look members up, add them and correct their names.
func memberTools() []Tool {
	return []Tool{
		read(Doc{
			Name: "list_members", Title: "List members", Toolset: membersToolset,
			About: "Members of the network, unsorted. To find people: search_members, find_member_by_email.",
		}, listMembers),
		read(Doc{
			Name: "get_member", Title: "Get member", Toolset: membersToolset,
			About: "One member, with bio. The API does not tell roles.",
		}, getMember),
		read(Doc{
			Name: "find_member_by_email", Title: "Find member by e-mail", Toolset: membersToolset,
			About: "The member with exactly this address, or found: false. Finds also people whom list_members leaves out.",
		}, findMemberByEmail),
		write(Doc{
			Name: "create_member", Title: "Create member", Toolset: membersToolset, Anew: true,
			About: "Adds a person as contributor, at once and without any mail to them.",
		}, previewCreateMember, createMember, "remove_member_from_network", func(_ createMemberIn, out createMemberOut, _ map[string]any) *store.Undo {
			member := objectOf[apiclient.Member](out.Member)
			return unmaking(values{"member_id": member.ID}, values{"first_name": member.FirstName, "last_name": member.LastName})
		}),
		write(Doc{
			Name: "update_member", Title: "Update member's name", Toolset: membersToolset,
			About: "Changes a member's first or last name; what is left out stays. Address: change_member_email; role: set_member_role.",
		}, previewUpdateMember, updateMember, "update_member", func(in updateMemberIn, out view[memberView], before map[string]any) *store.Undo {
			return putBack(values{"member_id": in.MemberID}, before, in.of(objectOf[apiclient.Member](out)))
		}),
	}
}

type listMembersIn struct {
	paged
	detailed
	chosenOfMember
}

func listMembers(ctx context.Context, c *Call, in listMembersIn) (list[view[memberView]], error) {
	ctx, saw := c.sightings(ctx)
	page, err := c.API.Members().List(ctx, in.options())
	if err != nil {
		return list[view[memberView]]{}, err
	}
	saw(page.Items...)
	return listOf(c, page, in.rows(memberRow, in.Detail))
}

type getMemberIn struct {
	memberRef
	detailed
	chosenOfMember
}

func getMember(ctx context.Context, c *Call, in getMemberIn) (view[memberView], error) {
	member, err := c.member(ctx, in.MemberID)
	if err != nil {
		return view[memberView]{}, err
	}
	return in.of(showMember(member, in.from(in.Detail))), nil
}

type findMemberIn struct {
	Email string `json:"email" jsonschema:"maxLength=254" jsonschema_description:"whole e-mail address"`
	detailed
	chosenOfMember
}

// Check implements [Checker].
func (in *findMemberIn) Check() error {
	if !strings.Contains(in.Email, "@") {
		return problem("email", `argument "email" must be a whole e-mail address; search_members finds members by a part of it`)
	}
	return in.chosenOfMember.Check()
}

type findMemberOut struct {
	Found  bool              `json:"found"`
	Member *view[memberView] `json:"member,omitempty"`
}

// findMemberByEmail answers a miss as an answer: nobody has that address.
func findMemberByEmail(ctx context.Context, c *Call, in findMemberIn) (findMemberOut, error) {
	ctx, saw := c.sightings(ctx)
	member, err := c.API.Members().FindByEmail(ctx, in.Email)
	if apiclient.KindOf(err) == apiclient.NotFound {
		return findMemberOut{}, nil
	}
	if err != nil {
		return findMemberOut{}, err
	}
	saw(*member)
	found := in.of(showMember(member, in.from(in.Detail)))
	return findMemberOut{Found: true, Member: &found}, nil
}

type createMemberIn struct {
	Email      string         `json:"email" jsonschema:"format=email,maxLength=254" jsonschema_description:"e-mail address"`
	FirstName  string         `json:"first_name" jsonschema:"minLength=1,maxLength=100" jsonschema_description:"first name"`
	LastName   string         `json:"last_name" jsonschema:"minLength=1,maxLength=100" jsonschema_description:"last name"`
	MemberType string         `json:"member_type,omitempty" jsonschema:"enum=full,enum=limited,default=full" jsonschema_description:"limited: belongs to space_ids only"`
	SpaceIDs   []apiclient.ID `json:"space_ids,omitempty" jsonschema_description:"spaces of a limited member"`
}

// Check implements [Checker].
func (in *createMemberIn) Check() error {
	switch limited := in.MemberType == apiclient.MemberLimited; {
	case limited && len(in.SpaceIDs) == 0:
		return problem("space_ids", `missing argument "space_ids": a limited member belongs to at least one space`)
	case !limited && len(in.SpaceIDs) > 0:
		return problem("space_ids", `argument "space_ids" goes with member_type "limited" only; add a full member to spaces with add_space_member`)
	}
	return nil
}

func problem(argument, message string) error {
	return &schema.ArgumentError{Problems: []schema.Problem{{Argument: argument, Message: message}}}
}

type createMemberOut struct {
	Member view[memberView] `json:"member"`
	// WelcomeEmailSent is always false; it is said so that nobody wonders.
	WelcomeEmailSent bool `json:"welcome_email_sent"`
}

func previewCreateMember(_ context.Context, _ *Call, in createMemberIn) (guardrails.Preview, error) {
	p := guardrails.Preview{
		Action: "Add this person to the network as a contributor. No mail is sent to them.",
		Facts: []guardrails.Fact{
			guardrails.Quote("member", in.FirstName+" "+in.LastName),
			guardrails.Quote("e-mail", in.Email),
			guardrails.Field("member type", in.MemberType),
		},
	}
	for _, id := range in.SpaceIDs {
		p.Facts = append(p.Facts, guardrails.Number("space id", id))
	}
	return p, nil
}

func createMember(ctx context.Context, c *Call, in createMemberIn) (createMemberOut, error) {
	member, err := c.API.Members().Create(ctx, apiclient.MemberCreate{
		Email: in.Email, FirstName: in.FirstName, LastName: in.LastName,
		MemberType: in.MemberType, SpaceIDs: in.SpaceIDs, SendWelcomeEmail: false,
	})
	if err != nil {
		return createMemberOut{}, err
	}
	c.joined(ctx, *member, in.SpaceIDs)
	return createMemberOut{Member: showMember(member, concise)}, nil
}

type updateMemberIn struct {
	memberRef
	FirstName *string `json:"first_name,omitempty" jsonschema:"minLength=1,maxLength=100" jsonschema_description:"new first name"`
	LastName  *string `json:"last_name,omitempty" jsonschema:"maxLength=100" jsonschema_description:"new last name"`
}

// Check implements [Checker].
func (in *updateMemberIn) Check() error {
	if in.FirstName == nil && in.LastName == nil {
		return problem("first_name", `nothing to change: give "first_name", "last_name" or both`)
	}
	return nil
}

func previewUpdateMember(ctx context.Context, c *Call, in updateMemberIn) (guardrails.Preview, error) {
	member, err := c.API.Members().Get(ctx, in.MemberID)
	if err != nil {
		return guardrails.Preview{}, err
	}
	p := guardrails.Preview{Action: "Change this member's name.", Facts: describe(member), Before: in.of(member), Loses: []guardrails.Person{asPerson(member)}}
	if in.FirstName != nil {
		p.Facts = append(p.Facts, guardrails.Quote("new first name", *in.FirstName))
		if member.FirstName == "" {
			dropped(&p, "first_name", "they have no first name now, and the API takes none away.")
		}
	}
	if in.LastName != nil {
		p.Facts = append(p.Facts, guardrails.Quote("new last name", *in.LastName))
	}
	return p, nil
}

// of returns what of a member the change is about.
func (in *updateMemberIn) of(member *apiclient.Member) values {
	v := values{}
	if in.FirstName != nil {
		v["first_name"] = member.FirstName
	}
	if in.LastName != nil {
		v["last_name"] = member.LastName
	}
	return v
}

func updateMember(ctx context.Context, c *Call, in updateMemberIn) (view[memberView], error) {
	ctx, saw := c.sightings(ctx)
	member, err := c.API.Members().Update(ctx, in.MemberID, apiclient.MemberUpdate{FirstName: in.FirstName, LastName: in.LastName})
	err = c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		var readErr error
		member, readErr = c.API.Members().Get(ctx, in.MemberID)
		return readErr == nil && is(in.FirstName, member.FirstName) && is(in.LastName, member.LastName), readErr
	})
	if err != nil {
		return view[memberView]{}, err
	}
	saw(*member)
	return showMember(member, concise), nil
}

// is reports whether a wanted value, if there is one, is the present one.
func is(wanted *string, present string) bool { return wanted == nil || *wanted == present }
