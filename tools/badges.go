package tools

import (
	"context"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/schema"
	"github.com/mcp-mighty/mcp-mighty/store"
)

const badgesToolset = "badges"

// badgeTools look after the network's badges.
func badgeTools() []Tool {
	return []Tool{
		read(Doc{
			Name: "list_badges", Title: "List badges", Toolset: badgesToolset,
			About: "The network's badges. Who has one is not listed; a member's: list_member_badges.",
		}, listBadges),
		read(Doc{
			Name: "get_badge", Title: "Get badge", Toolset: badgesToolset,
			About: "One badge.",
		}, getBadge),
		write(Doc{
			Name: "create_badge", Title: "Create badge", Toolset: badgesToolset, Anew: true,
			About: "Makes a badge; nobody has it yet (add_member_badge). Its picture must be uploaded first (upload_asset).",
		}, previewCreateBadge, createBadge, "delete_badge", func(_ createBadgeIn, out view[badgeView], _ map[string]any) *store.Undo {
			badge := objectOf[apiclient.Badge](out)
			return unmaking(values{"badge_id": badge.ID}, fieldsOfBadge(badge).asBefore())
		}),
		write(Doc{
			Name: "update_badge", Title: "Update badge", Toolset: badgesToolset,
			About: "Changes a badge's texts for all who have it. The picture: set_badge_avatar.",
		}, previewUpdateBadge, updateBadge, "update_badge", func(in updateBadgeIn, out view[badgeView], before map[string]any) *store.Undo {
			return putBack(values{"badge_id": in.id()}, before, fieldsOfBadge(objectOf[apiclient.Badge](out)).asBefore())
		}),
		// The present picture is shown as an address and not as an asset, so
		// that it could not be put back.
		destructive(Doc{
			Name: "set_badge_avatar", Title: "Set badge picture", Toolset: badgesToolset,
			About: "Replaces a badge's picture, for all who have it. The old one cannot be put back. A person must approve.",
		}, previewBadgeAvatar, setBadgeAvatar),
		destructive(Doc{
			Name: "delete_badge", Title: "Delete badge", Toolset: badgesToolset,
			About: "Deletes a badge for good, off every member. For one member: remove_member_badge. A person must approve.",
		}, previewDeleteBadge, deleteBadge),
	}
}

// memberBadgeTools look after who has which badge.
func memberBadgeTools() []Tool {
	back := func(in memberBadgeRef, _ memberBadgeDone, _ map[string]any) *store.Undo {
		return calling(values{"member_id": in.MemberID, "badge_id": in.id()})
	}
	off := func(in memberBadgeRef, _ memberBadgeDone, _ map[string]any) *store.Undo {
		return callingBlindly(values{"member_id": in.MemberID, "badge_id": in.id()}, "Whether they had the badge before is not known; it is taken off.")
	}
	return []Tool{
		read(Doc{
			Name: "list_member_badges", Title: "List member's badges", Toolset: badgesToolset,
			About: "The badges of one member.",
		}, listMemberBadges),
		read(Doc{
			Name: "get_member_badge", Title: "Get member's badge", Toolset: badgesToolset,
			About: "Whether a member has a badge.",
		}, getMemberBadge),
		write(Doc{
			Name: "add_member_badge", Title: "Add member badge", Toolset: badgesToolset,
			About: "Puts a badge on a member.",
		}, previewMemberBadge(labeling{action: "Put this badge on this member.", mark: badgeMark}), addMemberBadge, "remove_member_badge", off),
		write(Doc{
			Name: "remove_member_badge", Title: "Remove member badge", Toolset: badgesToolset,
			About: "Takes a badge off one member; the badge itself stays (delete_badge).",
		}, previewMemberBadge(labeling{action: "Take this badge off this member.", mark: badgeMark}), removeMemberBadge, "add_member_badge", back),
	}
}

// badgeRef names one badge.
type badgeRef struct {
	BadgeID schema.Reference `json:"badge_id" jsonschema_description:"id or exact title"`
}

// Resolve implements [Resolver].
func (r *badgeRef) Resolve(ctx context.Context, c *Call) error {
	return badgeThing().resolve(ctx, c, &r.BadgeID)
}

func (r *badgeRef) id() apiclient.ID { return idOf(r.BadgeID) }

type badgeView struct {
	ID          apiclient.ID `json:"id"`
	Title       string       `json:"title,omitempty"`
	Description string       `json:"description,omitempty"`
	Color       string       `json:"color,omitempty"`
	AvatarURL   string       `json:"avatar_url,omitempty"`
}

func showBadge(d detail) func(apiclient.Badge) view[badgeView] {
	return func(b apiclient.Badge) view[badgeView] {
		return show(badgeView{ID: b.ID, Title: line(b.Title), Description: body(b.Description, d), Color: line(b.Color), AvatarURL: address(b.AvatarURL)}, b.Raw, d)
	}
}

func aboutBadge(b *apiclient.Badge) []guardrails.Fact {
	return []guardrails.Fact{guardrails.Quote("badge", b.Title), guardrails.Number("badge id", b.ID)}
}

func fieldsOfBadge(b *apiclient.Badge) labelFields {
	return labelFields{b.Title, b.Description, b.Color}
}

func listBadges(ctx context.Context, c *Call, in paged) (list[view[badgeView]], error) {
	page, err := c.API.Badges().List(ctx, in.options())
	if err != nil {
		return list[view[badgeView]]{}, err
	}
	return listOf(c, page, showBadge(concise))
}

type getBadgeIn struct {
	badgeRef
	detailed
}

func getBadge(ctx context.Context, c *Call, in getBadgeIn) (view[badgeView], error) {
	badge, err := c.API.Badges().Get(ctx, in.id())
	if err != nil {
		return view[badgeView]{}, err
	}
	return showBadge(in.Detail)(*badge), nil
}

// avatarRef names an uploaded picture.
type avatarRef struct {
	AvatarID apiclient.ID `json:"avatar_id" jsonschema:"minimum=1" jsonschema_description:"asset id of the picture"`
}

type createBadgeIn struct {
	labelFields
	avatarRef
}

func previewCreateBadge(_ context.Context, _ *Call, in createBadgeIn) (guardrails.Preview, error) {
	return guardrails.Preview{
		Action: "Make a badge.", Facts: append(in.facts(), guardrails.Number("picture, asset id", in.AvatarID)), Marks: titled(badgeMark(0), in.Title),
	}, nil
}

func createBadge(ctx context.Context, c *Call, in createBadgeIn) (view[badgeView], error) {
	badge, err := c.API.Badges().Create(ctx, apiclient.BadgeCreate{Title: in.Title, Description: in.Description, Color: in.Color, AvatarID: in.AvatarID})
	if err != nil {
		return view[badgeView]{}, err
	}
	return showBadge(concise)(*badge), nil
}

type updateBadgeIn struct {
	badgeRef
	labelChange
}

func previewUpdateBadge(ctx context.Context, c *Call, in updateBadgeIn) (guardrails.Preview, error) {
	badge, err := c.API.Badges().Get(ctx, in.id())
	if err != nil {
		return guardrails.Preview{}, err
	}
	p := guardrails.Preview{Action: "Change this badge, for all who have it.", Facts: aboutBadge(badge)}
	in.preview(&p, fieldsOfBadge(badge))
	if in.Title != nil {
		p.Marks = append(titled(badgeMark(badge.ID), badge.Title), titled(badgeMark(badge.ID), *in.Title)...)
	}
	return p, nil
}

func updateBadge(ctx context.Context, c *Call, in updateBadgeIn) (view[badgeView], error) {
	badge, err := c.API.Badges().Update(ctx, in.id(), apiclient.BadgeUpdate{Title: in.Title, Description: in.Description, Color: in.Color})
	err = c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		var readErr error
		badge, readErr = c.API.Badges().Get(ctx, in.id())
		return readErr == nil && in.done(fieldsOfBadge(badge)), readErr
	})
	if err != nil {
		return view[badgeView]{}, err
	}
	return showBadge(concise)(*badge), nil
}

type badgeAvatarIn struct {
	badgeRef
	avatarRef
}

func previewBadgeAvatar(ctx context.Context, c *Call, in badgeAvatarIn) (guardrails.Preview, error) {
	badge, err := c.API.Badges().Get(ctx, in.id())
	if err != nil {
		return guardrails.Preview{}, err
	}
	return guardrails.Preview{
		Action:   "Replace this badge's picture, for all who have it.",
		Facts:    append(aboutBadge(badge), guardrails.Quote("present picture", badge.AvatarURL), guardrails.Number("new picture, asset id", in.AvatarID)),
		Warnings: []string{"The API does not tell the asset of the present picture, so this server cannot put it back."},
		Before:   map[string]any{"avatar_url": badge.AvatarURL},
	}, nil
}

// setBadgeAvatar has no read-back: which asset a picture is, no answer tells.
func setBadgeAvatar(ctx context.Context, c *Call, in badgeAvatarIn) (view[badgeView], error) {
	badge, err := c.API.Badges().Update(ctx, in.id(), apiclient.BadgeUpdate{AvatarID: &in.AvatarID})
	if err != nil {
		return view[badgeView]{}, err
	}
	return showBadge(concise)(*badge), nil
}

func previewDeleteBadge(ctx context.Context, c *Call, in badgeRef) (guardrails.Preview, error) {
	badge, err := c.API.Badges().Get(ctx, in.id())
	if err != nil {
		return guardrails.Preview{}, err
	}
	holders, err := holdersOf(ctx, c, badge.CustomFieldID, badge.ID)
	return guardrails.Preview{
		Action:   "Delete this badge and take it off every member.",
		Facts:    append(aboutBadge(badge), guardrails.Quote("description", excerpt(badge.Description)), holders),
		Warnings: []string{"It cannot be restored through the API, and nobody can tell afterwards who had it."},
		Before:   fieldsOfBadge(badge).asBefore(),
		Marks:    titled(badgeMark(badge.ID), badge.Title),
	}, err
}

// badgeDone is the result of what ends one badge.
type badgeDone struct {
	BadgeID apiclient.ID `json:"badge_id"`
}

func deleteBadge(ctx context.Context, c *Call, in badgeRef) (badgeDone, error) {
	err := c.API.Badges().Delete(ctx, in.id())
	return badgeDone{in.id()}, c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		return gone(c.API.Badges().Get(ctx, in.id()))
	})
}

// memberBadgeRef names one badge of one member.
type memberBadgeRef struct {
	memberRef
	badgeRef
}

// memberBadgeDone is the result of what changes one badge of one member.
type memberBadgeDone struct {
	MemberID apiclient.ID `json:"member_id"`
	BadgeID  apiclient.ID `json:"badge_id"`
}

func listMemberBadges(ctx context.Context, c *Call, in memberPagesIn) (list[view[badgeView]], error) {
	page, err := c.API.MemberBadges().List(ctx, in.MemberID, in.options())
	if err != nil {
		return list[view[badgeView]]{}, err
	}
	return listOf(c, page, showBadge(concise))
}

func getMemberBadge(ctx context.Context, c *Call, in memberBadgeRef) (view[badgeView], error) {
	badge, err := c.API.MemberBadges().Get(ctx, in.MemberID, in.id())
	if err != nil {
		return view[badgeView]{}, err
	}
	return showBadge(concise)(*badge), nil
}

func previewMemberBadge(what labeling) preview[memberBadgeRef] {
	return func(ctx context.Context, c *Call, in memberBadgeRef) (guardrails.Preview, error) {
		return previewLabeling(ctx, c, what, in.MemberID, in.id(), func(ctx context.Context) ([]guardrails.Fact, error) {
			badge, err := c.API.Badges().Get(ctx, in.id())
			if err != nil {
				return nil, err
			}
			return aboutBadge(badge), nil
		})
	}
}

func addMemberBadge(ctx context.Context, c *Call, in memberBadgeRef) (memberBadgeDone, error) {
	_, err := c.API.MemberBadges().Add(ctx, in.MemberID, in.id())
	return memberBadgeDone{in.MemberID, in.id()}, c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		_, err := c.API.MemberBadges().Get(ctx, in.MemberID, in.id())
		return err == nil, err
	})
}

func removeMemberBadge(ctx context.Context, c *Call, in memberBadgeRef) (memberBadgeDone, error) {
	err := c.API.MemberBadges().Remove(ctx, in.MemberID, in.id())
	return memberBadgeDone{in.MemberID, in.id()}, c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		return gone(c.API.MemberBadges().Get(ctx, in.MemberID, in.id()))
	})
}
