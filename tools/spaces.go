package tools

import (
	"context"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/schema"
)

const spacesToolset = "spaces"

// spaceTools look spaces up.
func spaceTools() []Tool {
	return []Tool{
		read(Doc{
			Name: "list_spaces", Title: "List spaces", Toolset: spacesToolset,
			About: "The spaces of the network. Names may occur twice.",
		}, listSpaces),
		read(Doc{
			Name: "get_space", Title: "Get space", Toolset: spacesToolset,
			About: "One space. The API tells neither privacy nor member count.",
		}, getSpace),
	}
}

// spaceRef names one space.
type spaceRef struct {
	SpaceID schema.Reference `json:"space_id" jsonschema_description:"id or exact name"`
}

// Resolve implements [Resolver].
func (r *spaceRef) Resolve(ctx context.Context, c *Call) error {
	return spaceThing().resolve(ctx, c, &r.SpaceID)
}

func (r *spaceRef) id() apiclient.ID { return idOf(r.SpaceID) }

type spaceView struct {
	ID           apiclient.ID `json:"id"`
	Name         string       `json:"name"`
	CollectionID apiclient.ID `json:"collection_id,omitempty"`
	CreatedAt    string       `json:"created_at,omitempty"`
}

func showSpace(d detail) func(apiclient.Space) view[spaceView] {
	return func(s apiclient.Space) view[spaceView] {
		return show(spaceView{ID: s.ID, Name: line(s.Name), CollectionID: s.CollectionID, CreatedAt: stamp(s.CreatedAt)}, s.Raw, d)
	}
}

func listSpaces(ctx context.Context, c *Call, in listIn) (list[view[spaceView]], error) {
	page, err := c.API.Spaces().List(ctx, in.options())
	if err != nil {
		return list[view[spaceView]]{}, err
	}
	return listOf(c, page, showSpace(in.Detail))
}

type getSpaceIn struct {
	spaceRef
	detailed
}

func getSpace(ctx context.Context, c *Call, in getSpaceIn) (view[spaceView], error) {
	space, err := c.API.Spaces().Get(ctx, in.id())
	if err != nil {
		return view[spaceView]{}, err
	}
	return showSpace(in.Detail)(*space), nil
}
