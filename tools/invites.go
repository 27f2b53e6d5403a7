package tools

import (
	"context"
	"fmt"
	"slices"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

const invitesToolset = "invites"

// inviteTools look after invitations to the network.
func inviteTools() []Tool {
	return []Tool{
		read(Doc{
			Name: "list_invites", Title: "List invites", Toolset: invitesToolset,
			About: "Invites to the network (to plans: list_plan_invites).",
		}, listInvites),
		outward(Doc{
			Name: "create_invite", Title: "Create invite", Toolset: invitesToolset, Anew: true,
			About: "Mails somebody an invite to the network. Without mail: create_member. A person must approve.",
		}, previewCreateInvite, createInvite),
		// The address is left out: whoever an invite is sent to gets in, so
		// another address is another invite, which a person approves.
		write(Doc{
			Name: "update_invite", Title: "Update invite", Toolset: invitesToolset,
			About: "Corrects name or sender of a waiting invite; whether it is mailed again is not known. Another address: create_invite.",
		}, previewUpdateInvite, updateInvite, "update_invite", func(in updateInviteIn, out updateInviteOut, before map[string]any) *store.Undo {
			return putBack(values{"invite_id": in.InviteID, "email": in.Email}, before, in.of(objectOf[apiclient.Invite](out.Invite)))
		}),
		destructive(Doc{
			Name: "delete_invite", Title: "Delete invite", Toolset: invitesToolset,
			About: "Takes back a waiting invite to the network; after acceptance: remove_member_from_network; to a plan: revoke_plan_invite. A person must approve.",
		}, previewDeleteInvite, deleteInvite),
	}
}

// inviteRef names one invite to the network. The API shows no single one, so
// the address finds it with one request, however many there are.
type inviteRef struct {
	InviteID apiclient.ID `json:"invite_id" jsonschema:"minimum=1" jsonschema_description:"invite id"`
	Email    string       `json:"email" jsonschema:"maxLength=254" jsonschema_description:"its recipient_email, to find it"`
}

type inviteView struct {
	ID                 apiclient.ID `json:"id"`
	RecipientEmail     string       `json:"recipient_email,omitempty"`
	RecipientFirstName string       `json:"recipient_first_name,omitempty"`
	RecipientLastName  string       `json:"recipient_last_name,omitempty"`
	SenderID           apiclient.ID `json:"sender_id,omitempty"`
	CreatedAt          string       `json:"created_at,omitempty"`
}

func showInvite(d detail) func(apiclient.Invite) view[inviteView] {
	return func(i apiclient.Invite) view[inviteView] {
		return show(inviteView{
			ID: i.ID, RecipientEmail: line(i.RecipientEmail), RecipientFirstName: line(i.RecipientFirstName),
			RecipientLastName: line(i.RecipientLastName), SenderID: i.SenderID, CreatedAt: stamp(i.CreatedAt),
		}, i.Raw, d)
	}
}

// aboutInvite says who is invited, since when.
func aboutInvite(i *apiclient.Invite) []guardrails.Fact {
	return []guardrails.Fact{
		guardrails.Number("invite id", i.ID), guardrails.Quote("e-mail", i.RecipientEmail),
		guardrails.Quote("name", i.RecipientFirstName+" "+i.RecipientLastName), guardrails.Field("invited", day(i.CreatedAt)),
	}
}

// inviteSent is the result of what mails an invite.
type inviteSent struct {
	Invite   view[inviteView] `json:"invite"`
	MailSent bool             `json:"mail_sent"`
}

type listInvitesIn struct {
	Email string `json:"email,omitempty" jsonschema:"maxLength=254" jsonschema_description:"only this recipient"`
	paged
}

func listInvites(ctx context.Context, c *Call, in listInvitesIn) (list[view[inviteView]], error) {
	page, err := c.API.Invites().List(ctx, apiclient.InviteList{ListOptions: in.options(), Email: in.Email})
	if err != nil {
		return list[view[inviteView]]{}, err
	}
	return listOf(c, page, showInvite(concise))
}

type createInviteIn struct {
	RecipientEmail     string       `json:"recipient_email" jsonschema:"format=email,maxLength=254" jsonschema_description:"address"`
	RecipientFirstName string       `json:"recipient_first_name,omitempty" jsonschema:"maxLength=100" jsonschema_description:"first name"`
	RecipientLastName  string       `json:"recipient_last_name,omitempty" jsonschema:"maxLength=100" jsonschema_description:"last name"`
	SenderID           apiclient.ID `json:"sender_id,omitempty" jsonschema:"minimum=1" jsonschema_description:"member who invites"`
}

// previewCreateInvite notes the invites that this address has had, so that a
// new one can be told from them should the answer get lost.
func previewCreateInvite(ctx context.Context, c *Call, in createInviteIn) (guardrails.Preview, error) {
	earlier, err := invitesOf(ctx, c, in.RecipientEmail)
	if err != nil {
		return guardrails.Preview{}, err
	}
	p := guardrails.Preview{
		Action: "Invite this person to the network and mail them.",
		Facts: []guardrails.Fact{
			guardrails.Quote("e-mail", in.RecipientEmail), guardrails.Quote("name", in.RecipientFirstName+" "+in.RecipientLastName),
			guardrails.Field("earlier invites", fmt.Sprint(len(earlier))),
		},
		Warnings: []string{mailWarning},
		Before:   map[string]any{"earlier": inviteIDs(earlier)},
	}
	if in.SenderID != 0 {
		sender, err := c.API.Members().Get(ctx, in.SenderID)
		if err != nil {
			return p, err
		}
		p.Facts = append(p.Facts, guardrails.Quote("sent as", sender.FullName()), guardrails.Number("sender id", sender.ID))
	}
	return p, nil
}

const mailWarning = "The mail goes out at once and cannot be called back."

// invitesOf returns the first page of an address's invites to the network.
func invitesOf(ctx context.Context, c *Call, email string) ([]apiclient.Invite, error) {
	page, err := c.API.Invites().List(ctx, apiclient.InviteList{ListOptions: apiclient.ListOptions{PerPage: apiclient.MaxPerPage}, Email: email})
	if err != nil {
		return nil, err
	}
	// The filter is the API's; what acts on its answer looks again.
	return slices.DeleteFunc(page.Items, func(i apiclient.Invite) bool {
		return !c.hasAddress(i.RecipientEmail, email)
	}), nil
}

func inviteIDs(invites []apiclient.Invite) []apiclient.ID {
	ids := []apiclient.ID{}
	for _, invite := range invites {
		ids = append(ids, invite.ID)
	}
	return ids
}

func createInvite(ctx context.Context, c *Call, in createInviteIn) (inviteSent, error) {
	invite, err := c.API.Invites().Create(ctx, apiclient.InviteCreate{
		RecipientEmail: in.RecipientEmail, RecipientFirstName: in.RecipientFirstName, RecipientLastName: in.RecipientLastName, SenderID: in.SenderID,
	})
	err = c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		earlier, _ := c.before["earlier"].([]apiclient.ID)
		now, err := invitesOf(ctx, c, in.RecipientEmail)
		for i := range now {
			if !slices.Contains(earlier, now[i].ID) {
				invite = &now[i]
				return true, nil
			}
		}
		return false, err
	})
	if err != nil {
		return inviteSent{}, err
	}
	return inviteSent{Invite: showInvite(concise)(*invite), MailSent: true}, nil
}

// find looks the invite up by its address.
func (r *inviteRef) find(ctx context.Context, c *Call) (*apiclient.Invite, error) {
	invites, err := invitesOf(ctx, c, r.Email)
	if err != nil {
		return nil, err
	}
	for i := range invites {
		if invites[i].ID == r.InviteID {
			return &invites[i], nil
		}
	}
	return nil, &Obstacle{Message: fmt.Sprintf("No invite %d to the network has this address. Look it up with list_invites; invites to a plan are another list (list_plan_invites).", r.InviteID)}
}

type updateInviteIn struct {
	inviteRef
	RecipientFirstName *string       `json:"recipient_first_name,omitempty" jsonschema:"maxLength=100" jsonschema_description:"new first name"`
	RecipientLastName  *string       `json:"recipient_last_name,omitempty" jsonschema:"maxLength=100" jsonschema_description:"new last name"`
	SenderID           *apiclient.ID `json:"sender_id,omitempty" jsonschema:"minimum=1" jsonschema_description:"member who invites"`
}

// Check implements [Checker].
func (in *updateInviteIn) Check() error {
	if in.RecipientFirstName == nil && in.RecipientLastName == nil && in.SenderID == nil {
		return problem("recipient_first_name", `nothing to change: give "recipient_first_name", "recipient_last_name" or "sender_id"`)
	}
	return nil
}

// updateInviteOut says that the API tells nothing of mail.
type updateInviteOut struct {
	Invite   view[inviteView] `json:"invite"`
	MailSent string           `json:"mail_sent"`
}

func previewUpdateInvite(ctx context.Context, c *Call, in updateInviteIn) (guardrails.Preview, error) {
	invite, err := in.find(ctx, c)
	if err != nil {
		return guardrails.Preview{}, err
	}
	p := guardrails.Preview{
		Action: "Change this invite.", Facts: aboutInvite(invite), Before: in.of(invite),
		Warnings: []string{"Whether the API mails a changed invite again is not known."},
	}
	if in.RecipientFirstName != nil {
		p.Facts = append(p.Facts, guardrails.Quote("new first name", *in.RecipientFirstName))
	}
	if in.RecipientLastName != nil {
		p.Facts = append(p.Facts, guardrails.Quote("new last name", *in.RecipientLastName))
	}
	if in.SenderID != nil {
		p.Facts = append(p.Facts, guardrails.Number("new sender id", *in.SenderID))
		if invite.SenderID == 0 {
			dropped(&p, "sender_id", "no sender is known now.")
		}
	}
	return p, nil
}

// of returns what of an invite the change is about.
func (in *updateInviteIn) of(invite *apiclient.Invite) values {
	v := values{}
	if in.RecipientFirstName != nil {
		v["recipient_first_name"] = invite.RecipientFirstName
	}
	if in.RecipientLastName != nil {
		v["recipient_last_name"] = invite.RecipientLastName
	}
	if in.SenderID != nil {
		v["sender_id"] = invite.SenderID
	}
	return v
}

func updateInvite(ctx context.Context, c *Call, in updateInviteIn) (updateInviteOut, error) {
	invite, err := c.API.Invites().Update(ctx, in.InviteID, apiclient.InviteUpdate{
		RecipientFirstName: in.RecipientFirstName, RecipientLastName: in.RecipientLastName, SenderID: in.SenderID,
	})
	err = c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		var readErr error
		invite, readErr = in.find(ctx, c)
		return readErr == nil && is(in.RecipientFirstName, invite.RecipientFirstName) && is(in.RecipientLastName, invite.RecipientLastName) &&
			(in.SenderID == nil || *in.SenderID == invite.SenderID), readErr
	})
	if err != nil {
		return updateInviteOut{}, err
	}
	return updateInviteOut{Invite: showInvite(concise)(*invite), MailSent: "unknown"}, nil
}

func previewDeleteInvite(ctx context.Context, c *Call, in inviteRef) (guardrails.Preview, error) {
	invite, err := in.find(ctx, c)
	if err != nil {
		return guardrails.Preview{}, err
	}
	return guardrails.Preview{
		Action:   "Take back this invite to the network.",
		Facts:    aboutInvite(invite),
		Warnings: []string{"The link in their mail stops working. To invite them again a new mail goes out."},
		Before: map[string]any{
			"recipient_email": invite.RecipientEmail, "recipient_first_name": invite.RecipientFirstName,
			"recipient_last_name": invite.RecipientLastName, "sender_id": invite.SenderID,
		},
	}, nil
}

// inviteDone is the result of what ends one invite.
type inviteDone struct {
	InviteID apiclient.ID `json:"invite_id"`
}

func deleteInvite(ctx context.Context, c *Call, in inviteRef) (inviteDone, error) {
	err := c.API.Invites().Delete(ctx, in.InviteID)
	return inviteDone{in.InviteID}, c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		invites, err := invitesOf(ctx, c, in.Email)
		return err == nil && !slices.Contains(inviteIDs(invites), in.InviteID), err
	})
}
