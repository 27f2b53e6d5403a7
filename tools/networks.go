package tools

import (
	"context"
	"strings"
	"time"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/store"
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
			About: "Counts members and spaces. Reads like search_members.",
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

// requestsUpTo implements [budgeted].
func (in networkStatsIn) requestsUpTo() int { return in.MaxRequests }

type networkStatsOut struct {
	Members    int    `json:"members"`
	Spaces     int    `json:"spaces"`
	Complete   bool   `json:"complete" jsonschema_description:"false: there are more"`
	AgeSeconds *int   `json:"age_seconds,omitempty"`
	Requests   int    `json:"requests"`
	Note       string `json:"note,omitempty"`
}

func getNetworkStats(ctx context.Context, c *Call, in networkStatsIn) (networkStatsOut, error) {
	ctx, spending := spendingUpTo(ctx, in.MaxRequests)
	// The last request is kept for the spaces, which are few.
	r, err := c.roster(ctx, inNetwork(), reading{left: func() int { return max(0, spending.left()-1) }})
	if err != nil {
		return networkStatsOut{}, err
	}
	spaces, at, complete, err := countSpaces(ctx, c, spending.left)
	if err != nil {
		return networkStatsOut{}, err
	}
	return networkStatsOut{
		Members: r.size, Spaces: spaces, Complete: r.complete && complete, AgeSeconds: c.age(c.older(at, r.since)), Requests: spending.spent(),
		Note: strings.Join(r.notes, " "),
	}, nil
}

// countSpaces counts the spaces whose names are kept, or reads them.
func countSpaces(ctx context.Context, c *Call, left func() int) (n int, at time.Time, complete bool, err error) {
	d := c.directory()
	kept, at, err := d.Names(ctx, store.NamedSpace)
	if err != nil || !at.IsZero() && !c.isOld(at, c.maxAge) {
		return len(kept), at, true, err
	}
	ctx = apiclient.Fresh(ctx)
	names := map[uint64]string{}
	for next := 1; next != 0; {
		if left() == 0 && next > 1 {
			return len(names), c.Now, false, nil
		}
		page, err := c.API.Spaces().List(ctx, apiclient.ListOptions{Page: next, PerPage: apiclient.MaxPerPage})
		if err != nil {
			return 0, at, false, err
		}
		for _, space := range page.Items {
			names[uint64(space.ID)] = space.Name
		}
		next = page.NextPage
	}
	return len(names), c.Now, true, d.SaveNames(ctx, store.NamedSpace, c.Now, names)
}
