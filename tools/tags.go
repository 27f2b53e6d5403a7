package tools

import (
	"context"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/schema"
	"github.com/mcp-mighty/mcp-mighty/store"
)

const tagsToolset = "tags"

// tagTools look after the network's tags.
func tagTools() []Tool {
	return []Tool{
		read(Doc{
			Name: "list_tags", Title: "List tags", Toolset: tagsToolset,
			About: "The network's tags. Who has one is not listed; a member's: list_member_tags.",
		}, listTags),
		read(Doc{
			Name: "get_tag", Title: "Get tag", Toolset: tagsToolset,
			About: "One tag.",
		}, getTag),
		write(Doc{
			Name: "create_tag", Title: "Create tag", Toolset: tagsToolset, Anew: true,
			About: "Makes a tag; nobody has it yet (add_member_tag).",
		}, previewCreateTag, createTag, "delete_tag", func(_ labelFields, out view[tagView], _ map[string]any) *store.Undo {
			tag := objectOf[apiclient.Tag](out)
			return unmaking(values{"tag_id": tag.ID}, fieldsOfTag(tag).asBefore())
		}),
		write(Doc{
			Name: "update_tag", Title: "Update tag", Toolset: tagsToolset,
			About: "Changes a tag for all who have it.",
		}, previewUpdateTag, updateTag, "update_tag", func(in updateTagIn, out view[tagView], before map[string]any) *store.Undo {
			return putBack(values{"tag_id": in.id()}, before, fieldsOfTag(objectOf[apiclient.Tag](out)).asBefore())
		}),
		restored(destructive(Doc{
			Name: "delete_tag", Title: "Delete tag", Toolset: tagsToolset,
			About: "Deletes a tag for good, off every member. For one member: remove_member_tag. A person must approve.",
		}, previewDeleteTag, deleteTag), "create_tag", "A tag of the same title, description and color can be made again; nobody has it then.", func(_ tagRef, _ tagDone, before map[string]any) *store.Undo {
			return calling(filled(before))
		}),
	}
}

// memberTagTools look after who has which tag.
func memberTagTools() []Tool {
	back := func(in memberTagRef, _ memberTagDone, _ map[string]any) *store.Undo {
		return calling(values{"member_id": in.MemberID, "tag_id": in.id()})
	}
	off := func(in memberTagRef, _ memberTagDone, _ map[string]any) *store.Undo {
		return callingBlindly(values{"member_id": in.MemberID, "tag_id": in.id()}, "Whether they had the tag before is not known; it is taken off.")
	}
	return []Tool{
		read(Doc{
			Name: "list_member_tags", Title: "List member's tags", Toolset: tagsToolset,
			About: "The tags of one member.",
		}, listMemberTags),
		read(Doc{
			Name: "get_member_tag", Title: "Get member's tag", Toolset: tagsToolset,
			About: "Whether a member has a tag.",
		}, getMemberTag),
		write(Doc{
			Name: "add_member_tag", Title: "Add member tag", Toolset: tagsToolset,
			About: "Puts a tag on a member.",
		}, previewMemberTag(labeling{action: "Put this tag on this member.", mark: tagMark}), addMemberTag, "remove_member_tag", off),
		write(Doc{
			Name: "remove_member_tag", Title: "Remove member tag", Toolset: tagsToolset,
			About: "Takes a tag off one member; the tag itself stays (delete_tag).",
		}, previewMemberTag(labeling{action: "Take this tag off this member.", mark: tagMark}), removeMemberTag, "add_member_tag", back),
	}
}

// tagRef names one tag.
type tagRef struct {
	TagID schema.Reference `json:"tag_id" jsonschema_description:"id or exact title"`
}

// Resolve implements [Resolver].
func (r *tagRef) Resolve(ctx context.Context, c *Call) error {
	return tagThing().resolve(ctx, c, &r.TagID)
}

func (r *tagRef) id() apiclient.ID { return idOf(r.TagID) }

type tagView struct {
	ID          apiclient.ID `json:"id"`
	Title       string       `json:"title,omitempty"`
	Description string       `json:"description,omitempty"`
	Color       string       `json:"color,omitempty"`
}

func showTag(d detail) func(apiclient.Tag) view[tagView] {
	return func(t apiclient.Tag) view[tagView] {
		return show(tagView{ID: t.ID, Title: line(t.Title), Description: body(t.Description, d), Color: line(t.Color)}, t.Raw, d)
	}
}

func aboutTag(t *apiclient.Tag) []guardrails.Fact {
	return []guardrails.Fact{guardrails.Quote("tag", t.Title), guardrails.Number("tag id", t.ID)}
}

func fieldsOfTag(t *apiclient.Tag) labelFields { return labelFields{t.Title, t.Description, t.Color} }

func listTags(ctx context.Context, c *Call, in paged) (list[view[tagView]], error) {
	page, err := c.API.Tags().List(ctx, in.options())
	if err != nil {
		return list[view[tagView]]{}, err
	}
	return listOf(c, page, showTag(concise))
}

type getTagIn struct {
	tagRef
	detailed
}

func getTag(ctx context.Context, c *Call, in getTagIn) (view[tagView], error) {
	tag, err := c.API.Tags().Get(ctx, in.id())
	if err != nil {
		return view[tagView]{}, err
	}
	return showTag(in.Detail)(*tag), nil
}

func previewCreateTag(_ context.Context, _ *Call, in labelFields) (guardrails.Preview, error) {
	return guardrails.Preview{Action: "Make a tag.", Facts: in.facts(), Marks: titled(tagMark(0), in.Title)}, nil
}

func createTag(ctx context.Context, c *Call, in labelFields) (view[tagView], error) {
	tag, err := c.API.Tags().Create(ctx, apiclient.TagCreate(in))
	if err != nil {
		return view[tagView]{}, err
	}
	return showTag(concise)(*tag), nil
}

type updateTagIn struct {
	tagRef
	labelChange
}

func previewUpdateTag(ctx context.Context, c *Call, in updateTagIn) (guardrails.Preview, error) {
	tag, err := c.API.Tags().Get(ctx, in.id())
	if err != nil {
		return guardrails.Preview{}, err
	}
	p := guardrails.Preview{Action: "Change this tag, for all who have it.", Facts: aboutTag(tag)}
	in.preview(&p, fieldsOfTag(tag))
	if in.Title != nil {
		p.Marks = append(titled(tagMark(tag.ID), tag.Title), titled(tagMark(tag.ID), *in.Title)...)
	}
	return p, nil
}

func updateTag(ctx context.Context, c *Call, in updateTagIn) (view[tagView], error) {
	tag, err := c.API.Tags().Update(ctx, in.id(), apiclient.TagUpdate(in.labelChange))
	err = c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		var readErr error
		tag, readErr = c.API.Tags().Get(ctx, in.id())
		return readErr == nil && in.done(fieldsOfTag(tag)), readErr
	})
	if err != nil {
		return view[tagView]{}, err
	}
	return showTag(concise)(*tag), nil
}

func previewDeleteTag(ctx context.Context, c *Call, in tagRef) (guardrails.Preview, error) {
	tag, err := c.API.Tags().Get(ctx, in.id())
	if err != nil {
		return guardrails.Preview{}, err
	}
	holders, err := holdersOf(ctx, c, tag.CustomFieldID, tag.ID)
	return guardrails.Preview{
		Action:   "Delete this tag and take it off every member.",
		Facts:    append(aboutTag(tag), guardrails.Quote("description", excerpt(tag.Description)), holders),
		Warnings: []string{"Nobody can tell afterwards who had it."},
		Before:   fieldsOfTag(tag).asBefore(),
		Marks:    titled(tagMark(tag.ID), tag.Title),
	}, err
}

// tagDone is the result of what ends one tag.
type tagDone struct {
	TagID apiclient.ID `json:"tag_id"`
}

func deleteTag(ctx context.Context, c *Call, in tagRef) (tagDone, error) {
	err := c.API.Tags().Delete(ctx, in.id())
	return tagDone{in.id()}, c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		return gone(c.API.Tags().Get(ctx, in.id()))
	})
}

// memberTagRef names one tag of one member.
type memberTagRef struct {
	memberRef
	tagRef
}

// memberTagDone is the result of what changes one tag of one member.
type memberTagDone struct {
	MemberID apiclient.ID `json:"member_id"`
	TagID    apiclient.ID `json:"tag_id"`
}

func listMemberTags(ctx context.Context, c *Call, in memberPagesIn) (list[view[tagView]], error) {
	page, err := c.API.MemberTags().List(ctx, in.MemberID, in.options())
	if err != nil {
		return list[view[tagView]]{}, err
	}
	return listOf(c, page, showTag(concise))
}

func getMemberTag(ctx context.Context, c *Call, in memberTagRef) (view[tagView], error) {
	tag, err := c.API.MemberTags().Get(ctx, in.MemberID, in.id())
	if err != nil {
		return view[tagView]{}, err
	}
	return showTag(concise)(*tag), nil
}

func previewMemberTag(what labeling) preview[memberTagRef] {
	return func(ctx context.Context, c *Call, in memberTagRef) (guardrails.Preview, error) {
		return previewLabeling(ctx, c, what, in.MemberID, in.id(), func(ctx context.Context) ([]guardrails.Fact, error) {
			tag, err := c.API.Tags().Get(ctx, in.id())
			if err != nil {
				return nil, err
			}
			return aboutTag(tag), nil
		})
	}
}

func addMemberTag(ctx context.Context, c *Call, in memberTagRef) (memberTagDone, error) {
	_, err := c.API.MemberTags().Add(ctx, in.MemberID, in.id())
	return memberTagDone{in.MemberID, in.id()}, c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		_, err := c.API.MemberTags().Get(ctx, in.MemberID, in.id())
		return err == nil, err
	})
}

func removeMemberTag(ctx context.Context, c *Call, in memberTagRef) (memberTagDone, error) {
	err := c.API.MemberTags().Remove(ctx, in.MemberID, in.id())
	return memberTagDone{in.MemberID, in.id()}, c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		return gone(c.API.MemberTags().Get(ctx, in.MemberID, in.id()))
	})
}
