package tools

import (
	"context"
	"fmt"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/schema"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// spaceWriteTools make, rename, move and remove spaces.
func spaceWriteTools() []Tool {
	return []Tool{
		write(Doc{
			Name: "create_space", Title: "Create space", Toolset: spacesToolset, Anew: true,
			About: "Makes a space. A person sets in the community what it holds and who sees it.",
		}, previewCreateSpace, createSpace, "delete_space", func(_ createSpaceIn, out view[spaceView], _ map[string]any) *store.Undo {
			space := objectOf[apiclient.Space](out)
			return unmaking(values{"space_id": space.ID}, values{"name": space.Name})
		}),
		write(Doc{
			Name: "update_space", Title: "Update space", Toolset: spacesToolset,
			About: "Renames a space, or moves it to a collection.",
		}, previewUpdateSpace, updateSpace, "update_space", func(in updateSpaceIn, out view[spaceView], before map[string]any) *store.Undo {
			return putBack(values{"space_id": in.id()}, before, in.of(objectOf[apiclient.Space](out)))
		}),
		destructive(Doc{
			Name: "delete_space", Title: "Delete space", Toolset: spacesToolset,
			About: "Deletes a space with everything in it, for good. A person must approve.",
		}, previewDeleteSpace, deleteSpace),
	}
}

type createSpaceIn struct {
	Name string `json:"name" jsonschema:"minLength=1,maxLength=200" jsonschema_description:"name"`
}

func previewCreateSpace(_ context.Context, _ *Call, in createSpaceIn) (guardrails.Preview, error) {
	return guardrails.Preview{Action: "Make a space.", Facts: []guardrails.Fact{guardrails.Quote("name", in.Name)}}, nil
}

func createSpace(ctx context.Context, c *Call, in createSpaceIn) (view[spaceView], error) {
	space, err := c.API.Spaces().Create(ctx, apiclient.SpaceCreate{Name: in.Name})
	if err != nil {
		return view[spaceView]{}, err
	}
	return showSpace(concise)(*space), nil
}

type updateSpaceIn struct {
	spaceRef
	Name         *string          `json:"name,omitempty" jsonschema:"minLength=1,maxLength=200" jsonschema_description:"new name"`
	CollectionID schema.Reference `json:"collection_id,omitempty" jsonschema_description:"new collection; id or exact name"`
}

// Check implements [Checker].
func (in *updateSpaceIn) Check() error {
	if in.Name == nil && in.CollectionID == "" {
		return problem("name", `nothing to change: give "name", "collection_id" or both`)
	}
	return nil
}

// Resolve implements [Resolver].
func (in *updateSpaceIn) Resolve(ctx context.Context, c *Call) error {
	if err := in.spaceRef.Resolve(ctx, c); err != nil {
		return err
	}
	return collectionThing().resolve(ctx, c, &in.CollectionID)
}

func previewUpdateSpace(ctx context.Context, c *Call, in updateSpaceIn) (guardrails.Preview, error) {
	space, err := c.API.Spaces().Get(ctx, in.id())
	if err != nil {
		return guardrails.Preview{}, err
	}
	p := guardrails.Preview{Action: "Change this space.", Facts: aboutSpace(space), Before: in.of(space)}
	if in.Name != nil {
		p.Facts = append(p.Facts, guardrails.Quote("new name", *in.Name))
	}
	if in.CollectionID != "" {
		p.Facts = append(p.Facts, guardrails.Number("new collection", idOf(in.CollectionID)))
		if space.CollectionID == 0 {
			dropped(&p, "collection_id", "the space is in no collection now, and the API cannot take it out of one again.")
		}
	}
	return p, nil
}

// of returns what of a space the change is about.
func (in *updateSpaceIn) of(space *apiclient.Space) values {
	v := values{}
	if in.Name != nil {
		v["name"] = space.Name
	}
	if in.CollectionID != "" {
		v["collection_id"] = space.CollectionID
	}
	return v
}

func updateSpace(ctx context.Context, c *Call, in updateSpaceIn) (view[spaceView], error) {
	space, err := c.API.Spaces().Update(ctx, in.id(), apiclient.SpaceUpdate{Name: in.Name, CollectionID: idOf(in.CollectionID)})
	err = c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		var readErr error
		space, readErr = c.API.Spaces().Get(ctx, in.id())
		return readErr == nil && is(in.Name, space.Name) && (in.CollectionID == "" || idOf(in.CollectionID) == space.CollectionID), readErr
	})
	if err != nil {
		return view[spaceView]{}, err
	}
	return showSpace(concise)(*space), nil
}

// previewDeleteSpace says how much goes with the space, as far as one page of
// each tells.
func previewDeleteSpace(ctx context.Context, c *Call, in spaceRef) (guardrails.Preview, error) {
	space, err := c.API.Spaces().Get(ctx, in.id())
	if err != nil {
		return guardrails.Preview{}, err
	}
	posts, err := c.API.Posts().List(ctx, apiclient.PostList{SpaceID: space.ID, ListOptions: apiclient.ListOptions{PerPage: apiclient.MaxPerPage}})
	if err != nil {
		return guardrails.Preview{}, err
	}
	members, err := c.API.SpaceMembers().List(ctx, space.ID, apiclient.ListOptions{PerPage: apiclient.MaxPerPage})
	if err != nil {
		return guardrails.Preview{}, err
	}
	return guardrails.Preview{
		Action: "Delete this space with everything in it.",
		Facts: append(aboutSpace(space),
			guardrails.Field("posts", atLeast(posts)), guardrails.Field("members", atLeast(members))),
		Warnings: []string{"It cannot be restored through the API: posts, comments, events and courses in it are lost."},
		Before:   map[string]any{"name": space.Name, "collection_id": space.CollectionID},
		Retype:   guardrails.RetypeName("the space", space.Name, uint64(space.ID)),
	}, nil
}

// atLeast counts a page, and says when there are more.
func atLeast[T any](page *apiclient.Page[T]) string {
	if page.NextPage != 0 {
		return fmt.Sprintf("%d or more", len(page.Items))
	}
	return fmt.Sprint(len(page.Items))
}

// spaceDone is the result of what ends one space.
type spaceDone struct {
	SpaceID apiclient.ID `json:"space_id"`
}

func deleteSpace(ctx context.Context, c *Call, in spaceRef) (spaceDone, error) {
	err := c.API.Spaces().Delete(ctx, in.id())
	return spaceDone{in.id()}, c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		return gone(c.API.Spaces().Get(ctx, in.id()))
	})
}
