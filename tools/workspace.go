package tools

import (
	"context"
	"fmt"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/workspace"
)

const workspaceToolset = "workspace"

// workspaceTools are about the users of the workspace: the people who
// administer it. They belong to no network, so they take no argument for one.
func workspaceTools() []Tool {
	return []Tool{
		read(Doc{
			Name: "list_workspace_users", Title: "List workspace users", Toolset: workspaceToolset,
			About: "People who administer the workspace, not community members (list_members).",
		}, listWorkspaceUsers),
		outward(Doc{
			Name: "create_workspace_user", Title: "Invite workspace user", Toolset: workspaceToolset, Anew: true,
			About: "Adds an administrator of the workspace and mails them an invitation. A person must approve. Community members: create_member.",
		}, previewCreateWorkspaceUser, createWorkspaceUser),
	}
}

// workspaceUserView is a user as results show one.
type workspaceUserView struct {
	ID        string `json:"id"`
	Name      string `json:"name,omitempty"`
	Email     string `json:"email,omitempty"`
	Role      string `json:"role,omitempty"`
	Status    string `json:"status,omitempty"`
	CreatedAt string `json:"created_at,omitempty"`
}

func showWorkspaceUser(u *workspace.User, d detail) view[workspaceUserView] {
	return show(workspaceUserView{
		ID: line(u.ID), Name: line(u.Name), Email: line(u.Email),
		Role: line(string(u.Role)), Status: line(string(u.Status)), CreatedAt: stamp(u.CreatedAt),
	}, u.Raw, d)
}

type listWorkspaceUsersIn struct {
	Limit  int              `json:"limit,omitempty" jsonschema:"minimum=1,maximum=100,default=20" jsonschema_description:"users per page"`
	Offset int              `json:"offset,omitempty" jsonschema:"minimum=0" jsonschema_description:"users to skip"`
	Role   workspace.Role   `json:"role,omitempty" jsonschema:"enum=admin,enum=editor,enum=viewer" jsonschema_description:"only this role"`
	Status workspace.Status `json:"status,omitempty" jsonschema:"enum=active,enum=pending,enum=disabled" jsonschema_description:"only this status; pending: invited"`
	detailed
}

type listWorkspaceUsersOut struct {
	Items      []view[workspaceUserView] `json:"items"`
	Total      int                       `json:"total" jsonschema_description:"on all pages"`
	Offset     int                       `json:"offset"`
	NextOffset int                       `json:"next_offset,omitempty"`
	Note       string                    `json:"note,omitempty"`
}

func listWorkspaceUsers(ctx context.Context, c *Call, in listWorkspaceUsersIn) (listWorkspaceUsersOut, error) {
	page, err := c.Workspace.ListUsers(ctx, workspace.ListOptions{Limit: in.Limit, Offset: in.Offset, Role: in.Role, Status: in.Status})
	if err != nil {
		return listWorkspaceUsersOut{}, err
	}
	out := listWorkspaceUsersOut{Items: []view[workspaceUserView]{}, Total: page.Total, Offset: page.Offset, NextOffset: page.NextOffset}
	size := 0
	for i := range page.Users {
		shown := showWorkspaceUser(&page.Users[i], in.Detail)
		encoded, err := encode(shown)
		if err != nil {
			return listWorkspaceUsersOut{}, err
		}
		if size += len(encoded); size > c.itemBytes() && i > 0 {
			out.NextOffset = page.Offset + i
			out.Note = fmt.Sprintf("Cut to fit: these are %d of %d users. Go on with offset %d.", i, len(page.Users), out.NextOffset)
			break
		}
		out.Items = append(out.Items, shown)
	}
	return out, nil
}

type createWorkspaceUserIn struct {
	Email string         `json:"email" jsonschema:"format=email,maxLength=254" jsonschema_description:"where the invitation goes"`
	Name  string         `json:"name" jsonschema:"minLength=1,maxLength=200" jsonschema_description:"full name"`
	Role  workspace.Role `json:"role,omitempty" jsonschema:"enum=admin,enum=editor,enum=viewer,default=viewer" jsonschema_description:"what they may do"`
}

type createWorkspaceUserOut struct {
	User view[workspaceUserView] `json:"user"`
	// InvitationSent is always true; it is said so that nobody wonders.
	InvitationSent bool `json:"invitation_sent"`
}

func previewCreateWorkspaceUser(_ context.Context, _ *Call, in createWorkspaceUserIn) (guardrails.Preview, error) {
	p := guardrails.Preview{
		Action: "Add this person to the workspace as a user, and mail them an invitation.",
		Facts: []guardrails.Fact{
			guardrails.Quote("name", in.Name),
			guardrails.Quote("e-mail", in.Email),
			guardrails.Field("role", string(in.Role)),
		},
		Warnings: []string{"The invitation is mailed at once and cannot be taken back from here."},
	}
	if in.Role == workspace.RoleAdmin {
		p.Warnings = append(p.Warnings, "An admin of the workspace may do everything in it.")
	}
	return p, nil
}

// createWorkspaceUser leaves a lost answer unknown: that a user is there does
// not tell that this call made them, nor that the mail went out.
func createWorkspaceUser(ctx context.Context, c *Call, in createWorkspaceUserIn) (createWorkspaceUserOut, error) {
	user, err := c.Workspace.CreateUser(ctx, workspace.UserCreate{Email: in.Email, Name: in.Name, Role: in.Role})
	if err != nil {
		return createWorkspaceUserOut{}, err
	}
	return createWorkspaceUserOut{User: showWorkspaceUser(user, concise), InvitationSent: true}, nil
}

// workspaceName stands where calls about a network have the network's name:
// in the journal and in approvals. No profile of a network can have it, since
// a profile's name has no parentheses.
const workspaceName = "(workspace)"

// absentWorkspace is why tools of a workspace that is not configured are not
// there.
const absentWorkspace = "is about a workspace, and none is configured. The operator can set MIGHTY_WORKSPACE_TOKEN, or workspace.token in the configuration file."
