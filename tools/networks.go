package tools

import (
	"context"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
)

const networkToolset = "network"

// networkTools tell about the network as a whole.
func networkTools() []Tool {
	return []Tool{
		read(Doc{
			Name: "get_network", Title: "Get network", Toolset: networkToolset,
			About: "The network's title, subdomain, purpose and description.",
		}, getNetwork),
		read(Doc{
			Name: "get_current_user", Title: "Get current user", Toolset: networkToolset,
			About: "The key's owner: posts and comments made here carry their name.",
		}, getCurrentUser),
		read(Doc{
			Name: "get_network_stats", Title: "Get network statistics", Toolset: networkToolset,
			About: "Counts members and spaces by reading all pages, one request per 100.",
		}, getNetworkStats),
	}
}

type networkView struct {
	ID          apiclient.ID `json:"id"`
	Title       string       `json:"title,omitempty"`
	Subdomain   string       `json:"subdomain,omitempty"`
	Subtitle    string       `json:"subtitle,omitempty"`
	Purpose     string       `json:"purpose,omitempty"`
	Description string       `json:"description,omitempty"`
	CreatedAt   string       `json:"created_at,omitempty"`
}

func showNetwork(n *apiclient.Network, d detail) view[networkView] {
	return show(networkView{
		ID: n.ID, Title: line(n.Title), Subdomain: line(n.Subdomain), Subtitle: line(n.Subtitle),
		Purpose: body(n.Purpose, d), Description: body(n.Description, d), CreatedAt: stamp(n.CreatedAt),
	}, n.Raw, d)
}

func getNetwork(ctx context.Context, c *Call, in detailed) (view[networkView], error) {
	network, err := c.API.Networks().Get(ctx)
	if err != nil {
		return view[networkView]{}, err
	}
	return showNetwork(network, in.Detail), nil
}

type userView struct {
	ID       apiclient.ID `json:"id"`
	Name     string       `json:"name,omitempty"`
	Email    string       `json:"email,omitempty"`
	ShortBio string       `json:"short_bio,omitempty"`
	Admin    bool         `json:"admin"`
}

type currentUserOut struct {
	User    view[userView]    `json:"user"`
	Network view[networkView] `json:"network"`
}

func getCurrentUser(ctx context.Context, c *Call, in detailed) (currentUserOut, error) {
	me, err := c.API.Me().Get(ctx)
	if err != nil {
		return currentUserOut{}, err
	}
	u := me.User
	return currentUserOut{
		User: show(userView{
			ID: u.ID, Name: line(u.FullName()), Email: line(u.Email), ShortBio: body(u.Bio, in.Detail), Admin: me.Admin,
		}, u.Raw, in.Detail),
		Network: showNetwork(&me.Network, in.Detail),
	}, nil
}

type networkStatsIn struct {
	MaxRequests int `json:"max_requests,omitempty" jsonschema:"minimum=2,maximum=2000,default=100" jsonschema_description:"requests to spend at most"`
}

type networkStatsOut struct {
	Members  int  `json:"members"`
	Spaces   int  `json:"spaces"`
	Complete bool `json:"complete" jsonschema_description:"false: stopped early, there are more"`
	Requests int  `json:"requests"`
}

func getNetworkStats(ctx context.Context, c *Call, in networkStatsIn) (networkStatsOut, error) {
	ctx, meter := apiclient.WithMeter(ctx)
	out := networkStatsOut{Complete: true}
	// The last request is kept for the spaces, which are few.
	err := count(ctx, c, "members", c.API.Members().List, func() bool { return meter.Requests() < in.MaxRequests-1 }, &out.Members, &out.Complete)
	if err == nil {
		err = count(ctx, c, "spaces", c.API.Spaces().List, func() bool { return meter.Requests() < in.MaxRequests }, &out.Spaces, &out.Complete)
	}
	out.Requests = meter.Requests()
	return out, err
}

// count adds up the pages of a list until the last one, or until there may be
// no more requests, and then says that the count is not complete.
func count[T any](ctx context.Context, c *Call, what string, pages func(context.Context, apiclient.ListOptions) (*apiclient.Page[T], error), more func() bool, n *int, complete *bool) error {
	for next := 1; next != 0; {
		page, err := pages(ctx, apiclient.ListOptions{Page: next, PerPage: apiclient.MaxPerPage})
		if err != nil {
			return err
		}
		*n += len(page.Items)
		c.Progress(*n, 0, what+" counted")
		if next = page.NextPage; next != 0 && !more() {
			*complete = false
			return nil
		}
	}
	return nil
}
