package tools

import (
	"context"
	"fmt"
	"strings"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/schema"
	"github.com/mcp-mighty/mcp-mighty/store"
)

const collectionsToolset = "collections"

// collectionTools look after collections: groups of spaces in the navigation.
func collectionTools() []Tool {
	return []Tool{
		read(Doc{
			Name: "list_collections", Title: "List collections", Toolset: collectionsToolset,
			About: "Collections of spaces; list_spaces tells which space is in which.",
		}, func(ctx context.Context, c *Call, in listIn) (list[view[collectionView]], error) {
			return listed(c, showCollection(in.Detail))(c.API.Collections().List(ctx, in.options()))
		}),
		read(Doc{
			Name: "get_collection", Title: "Get collection", Toolset: collectionsToolset,
			About: "One collection.",
		}, func(ctx context.Context, c *Call, in getCollectionIn) (view[collectionView], error) {
			return shown(showCollection(in.Detail))(c.API.Collections().Get(ctx, in.id()))
		}),
		write(Doc{
			Name: "create_collection", Title: "Create collection", Toolset: collectionsToolset, Anew: true,
			About: "Makes an empty collection; move spaces into it with update_space.",
		}, previewCreateCollection, createCollection, "delete_collection", func(_ createCollectionIn, out view[collectionView], _ map[string]any) *store.Undo {
			collection := objectOf[apiclient.Collection](out)
			return unmaking(values{"collection_id": collection.ID}, fieldsOfCollection(collection))
		}),
		write(Doc{
			Name: "update_collection", Title: "Update collection", Toolset: collectionsToolset,
			About: "Changes a collection's name, description or visibility.",
		}, previewUpdateCollection, updateCollection, "update_collection", func(in updateCollectionIn, out view[collectionView], before map[string]any) *store.Undo {
			return putBack(values{"collection_id": in.id()}, before, fieldsOfCollection(objectOf[apiclient.Collection](out)))
		}),
		// The order is in no answer of the API, so that it could not be put back.
		destructive(Doc{
			Name: "set_collection_order", Title: "Set collection's order", Toolset: collectionsToolset,
			About: "Puts the spaces of a collection in this order; name all of them. The former order cannot be read. A person must approve.",
		}, previewCollectionOrder, setCollectionOrder),
		restored(destructive(Doc{
			Name: "delete_collection", Title: "Delete collection", Toolset: collectionsToolset,
			About: "Deletes an empty collection; the API refuses one that still holds spaces. A person must approve.",
		}, previewDeleteCollection, deleteCollection), "create_collection", "A collection of the same name, description and visibility can be made again; its place among the others is lost.", func(_ collectionRef, _ collectionDone, before map[string]any) *store.Undo {
			return calling(filled(before))
		}),
	}
}

// collectionRef names one collection.
type collectionRef struct {
	CollectionID schema.Reference `json:"collection_id" jsonschema_description:"id or exact name"`
}

// Resolve implements [Resolver].
func (r *collectionRef) Resolve(ctx context.Context, c *Call) error {
	return collectionThing().resolve(ctx, c, &r.CollectionID)
}

func (r *collectionRef) id() apiclient.ID { return idOf(r.CollectionID) }

type collectionView struct {
	ID               apiclient.ID `json:"id"`
	Name             string       `json:"name,omitempty"`
	Description      string       `json:"description,omitempty"`
	VisibleToMembers bool         `json:"visible_to_members"`
	Position         int          `json:"position,omitempty"`
}

func showCollection(d detail) func(apiclient.Collection) view[collectionView] {
	return func(c apiclient.Collection) view[collectionView] {
		return show(collectionView{
			ID: c.ID, Name: line(c.Name), Description: body(c.Description, d), VisibleToMembers: c.VisibleToMembers, Position: c.Position,
		}, c.Raw, d)
	}
}

type getCollectionIn struct {
	collectionRef
	detailed
}

type createCollectionIn struct {
	Name             string `json:"name" jsonschema:"minLength=1,maxLength=200" jsonschema_description:"name"`
	Description      string `json:"description,omitempty" jsonschema:"maxLength=2000" jsonschema_description:"description"`
	VisibleToMembers *bool  `json:"visible_to_members,omitempty" jsonschema:"default=true" jsonschema_description:"members see it"`
}

func previewCreateCollection(_ context.Context, _ *Call, in createCollectionIn) (guardrails.Preview, error) {
	return guardrails.Preview{Action: "Make a collection.", Facts: []guardrails.Fact{
		guardrails.Quote("name", in.Name), guardrails.Quote("description", in.Description),
	}}, nil
}

func createCollection(ctx context.Context, c *Call, in createCollectionIn) (view[collectionView], error) {
	return shown(showCollection(concise))(c.API.Collections().Create(ctx, apiclient.CollectionCreate{
		Name: in.Name, Description: in.Description, VisibleToMembers: in.VisibleToMembers,
	}))
}

type updateCollectionIn struct {
	collectionRef
	Name             *string `json:"name,omitempty" jsonschema:"minLength=1,maxLength=200" jsonschema_description:"new name"`
	Description      *string `json:"description,omitempty" jsonschema:"maxLength=2000" jsonschema_description:"new description"`
	VisibleToMembers *bool   `json:"visible_to_members,omitempty" jsonschema_description:"members see it"`
}

// Check implements [Checker].
func (in *updateCollectionIn) Check() error {
	if in.Name == nil && in.Description == nil && in.VisibleToMembers == nil {
		return problem("name", `nothing to change: give "name", "description" or "visible_to_members"`)
	}
	return nil
}

func previewUpdateCollection(ctx context.Context, c *Call, in updateCollectionIn) (guardrails.Preview, error) {
	collection, err := c.API.Collections().Get(ctx, in.id())
	if err != nil {
		return guardrails.Preview{}, err
	}
	p := guardrails.Preview{Action: "Change this collection.", Facts: aboutCollection(collection), Before: map[string]any{}}
	if in.Name != nil {
		p.Facts = append(p.Facts, guardrails.Quote("new name", *in.Name))
		p.Before["name"] = collection.Name
	}
	if in.Description != nil {
		p.Facts = append(p.Facts, guardrails.Quote("new description", *in.Description))
		p.Before["description"] = collection.Description
	}
	if in.VisibleToMembers != nil {
		p.Facts = append(p.Facts, guardrails.Field("visible to members", fmt.Sprint(*in.VisibleToMembers)))
		p.Before["visible_to_members"] = collection.VisibleToMembers
	}
	return p, nil
}

func aboutCollection(c *apiclient.Collection) []guardrails.Fact {
	return []guardrails.Fact{guardrails.Quote("collection", c.Name), guardrails.Number("collection id", c.ID)}
}

func updateCollection(ctx context.Context, c *Call, in updateCollectionIn) (view[collectionView], error) {
	collection, err := c.API.Collections().Update(ctx, in.id(), apiclient.CollectionUpdate{
		Name: in.Name, Description: in.Description, VisibleToMembers: in.VisibleToMembers,
	})
	err = c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		var readErr error
		collection, readErr = c.API.Collections().Get(ctx, in.id())
		return readErr == nil && is(in.Name, collection.Name) && is(in.Description, collection.Description) &&
			(in.VisibleToMembers == nil || *in.VisibleToMembers == collection.VisibleToMembers), readErr
	})
	return shown(showCollection(concise))(collection, err)
}

type collectionOrderIn struct {
	collectionRef
	SpaceIDs []apiclient.ID `json:"space_ids" jsonschema:"minItems=1,maxItems=100" jsonschema_description:"all its spaces, first to last"`
}

type collectionOrderOut struct {
	CollectionID apiclient.ID   `json:"collection_id"`
	SpaceIDs     []apiclient.ID `json:"space_ids"`
}

// previewCollectionOrder reads the spaces for their names.
func previewCollectionOrder(ctx context.Context, c *Call, in collectionOrderIn) (guardrails.Preview, error) {
	collection, err := c.API.Collections().Get(ctx, in.id())
	if err != nil {
		return guardrails.Preview{}, err
	}
	names := map[apiclient.ID]string{}
	for space, err := range c.API.Spaces().All(ctx, apiclient.ListOptions{}) {
		if err != nil {
			return guardrails.Preview{}, err
		}
		if space.CollectionID == collection.ID {
			names[space.ID] = line(space.Name)
		}
	}
	var order []string
	for _, id := range in.SpaceIDs {
		order = append(order, fmt.Sprintf("%d %s", id, names[id]))
	}
	return guardrails.Preview{
		Action:   "Put the spaces of this collection in a new order.",
		Facts:    append(aboutCollection(collection), guardrails.Quote("new order", strings.Join(order, ", "))),
		Warnings: []string{"The API does not tell the present order, so this server cannot put it back."},
	}, nil
}

func setCollectionOrder(ctx context.Context, c *Call, in collectionOrderIn) (collectionOrderOut, error) {
	var order []apiclient.SpacePosition
	for i, id := range in.SpaceIDs {
		order = append(order, apiclient.SpacePosition{SpaceID: id, Position: i + 1})
	}
	_, err := c.API.Collections().SetOrder(ctx, in.id(), order)
	return collectionOrderOut{in.id(), in.SpaceIDs}, err
}

// collectionDone is the result of what ends one collection.
type collectionDone struct {
	CollectionID apiclient.ID `json:"collection_id"`
}

func previewDeleteCollection(ctx context.Context, c *Call, in collectionRef) (guardrails.Preview, error) {
	collection, err := c.API.Collections().Get(ctx, in.id())
	if err != nil {
		return guardrails.Preview{}, err
	}
	return guardrails.Preview{
		Action: "Delete this collection.", Facts: aboutCollection(collection),
		Before: fieldsOfCollection(collection),
	}, nil
}

func fieldsOfCollection(c *apiclient.Collection) values {
	return values{"name": c.Name, "description": c.Description, "visible_to_members": c.VisibleToMembers}
}

func deleteCollection(ctx context.Context, c *Call, in collectionRef) (collectionDone, error) {
	err := c.API.Collections().Delete(ctx, in.id())
	return collectionDone{in.id()}, c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		return gone(c.API.Collections().Get(ctx, in.id()))
	})
}
