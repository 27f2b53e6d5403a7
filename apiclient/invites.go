package apiclient

import (
	"context"
	"encoding/json"
	"iter"
	"strings"
	"time"
)

// Invite is an invitation to the network or to a plan.
type Invite struct {
	ID                 ID        `json:"id"`
	RecipientEmail     string    `json:"recipient_email,omitempty"`
	RecipientFirstName string    `json:"recipient_first_name,omitempty"`
	RecipientLastName  string    `json:"recipient_last_name,omitempty"`
	SenderID           ID        `json:"sender_id,omitempty"` // a member's id
	CreatedAt          time.Time `json:"created_at,omitzero"`
	UpdatedAt          time.Time `json:"updated_at,omitzero"`

	// Raw is the whole object as it came.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON reads an invite loosely and keeps it whole in Raw.
func (i *Invite) UnmarshalJSON(data []byte) error {
	o, err := readObject("invite", data)
	if err != nil {
		return err
	}
	*i = Invite{
		ID:                 o.id("id"),
		RecipientEmail:     o.text("recipient_email"),
		RecipientFirstName: o.text("recipient_first_name"),
		RecipientLastName:  o.text("recipient_last_name"),
		SenderID:           o.id("sender_id"),
		CreatedAt:          o.time("created_at"),
		UpdatedAt:          o.time("updated_at"),
		Raw:                o.raw,
	}
	if i.SenderID == 0 {
		i.SenderID = o.id("user_id") // its name before
	}
	return nil
}

// InviteList chooses invites to the network.
type InviteList struct {
	ListOptions
	// Email limits the list to one recipient; "" is everybody.
	Email string
}

// InviteCreate describes an invite to the network. RecipientEmail is
// required; other empty fields are not sent.
type InviteCreate struct {
	RecipientEmail     string `json:"recipient_email"`
	RecipientFirstName string `json:"recipient_first_name,omitempty"`
	RecipientLastName  string `json:"recipient_last_name,omitempty"`
	// SenderID is the member who counts as inviting; 0 is the key's owner.
	SenderID ID `json:"user_id,omitempty"`
}

// InviteUpdate describes a change; nil leaves a field as it is.
type InviteUpdate struct {
	RecipientEmail     *string `json:"recipient_email,omitempty"`
	RecipientFirstName *string `json:"recipient_first_name,omitempty"`
	RecipientLastName  *string `json:"recipient_last_name,omitempty"`
	SenderID           *ID     `json:"user_id,omitempty"`
}

// InvitesService reads and changes invites to the network. The API shows no
// single one and has no way to mail one again.
type InvitesService struct{ c *Client }

// List returns one page of invites (GET /networks/{network_id}/invites), of
// one recipient when opts.Email is set.
func (s InvitesService) List(ctx context.Context, opts InviteList) (*Page[Invite], error) {
	query := filters(field{"email", strings.TrimSpace(opts.Email)})
	return list[Invite](ctx, s.c, call{op: opInviteList, query: query}, opts.ListOptions)
}

// All walks every invite that opts selects, as [MembersService.All] walks
// members.
func (s InvitesService) All(ctx context.Context, opts InviteList) iter.Seq2[Invite, error] {
	return all(ctx, s.c, opInviteList, opts.ListOptions, func(ctx context.Context, at ListOptions) (*Page[Invite], error) {
		return s.List(ctx, InviteList{ListOptions: at, Email: opts.Email})
	})
}

// Create makes an invite and mails it at once
// (POST /networks/{network_id}/invites). Someone who has been invited already
// is [Validation].
func (s InvitesService) Create(ctx context.Context, i InviteCreate) (*Invite, error) {
	if err := missing(opInviteCreate, field{"recipient_email", i.RecipientEmail}); err != nil {
		return nil, err
	}
	return fetch[Invite](ctx, s.c, call{op: opInviteCreate, body: i})
}

// Update changes what is set in i (PATCH /networks/{network_id}/invites/{id}/).
// The API does not say whether it mails the invite again.
func (s InvitesService) Update(ctx context.Context, id ID, i InviteUpdate) (*Invite, error) {
	if i == (InviteUpdate{}) {
		return nil, invalid(opInviteUpdate, nothingToUpdate)
	}
	return fetch[Invite](ctx, s.c, call{op: opInviteUpdate, path: ids(id), body: i})
}

// Delete deletes an invite that nobody has accepted
// (DELETE /networks/{network_id}/invites/{id}/). An accepted one is
// [Conflict]: its recipient is a member by now.
func (s InvitesService) Delete(ctx context.Context, id ID) error {
	return s.c.perform(ctx, call{op: opInviteDelete, path: ids(id)})
}
