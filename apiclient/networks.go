package apiclient

import (
	"context"
	"encoding/json"
	"time"
)

// Network is a community as a whole.
type Network struct {
	ID          ID        `json:"id"`
	Subdomain   string    `json:"subdomain,omitempty"`
	Title       string    `json:"title,omitempty"` // its name
	Subtitle    string    `json:"subtitle,omitempty"`
	Purpose     string    `json:"purpose,omitempty"`
	Description string    `json:"description,omitempty"`
	CreatedAt   time.Time `json:"created_at,omitzero"`
	UpdatedAt   time.Time `json:"updated_at,omitzero"`

	// Raw is the whole object as it came.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON reads a network loosely and keeps it whole in Raw.
func (n *Network) UnmarshalJSON(data []byte) error {
	o, err := readObject("network", data)
	if err != nil {
		return err
	}
	*n = Network{
		ID:          o.id("id"),
		Subdomain:   o.text("subdomain"),
		Title:       o.text("title"),
		Subtitle:    o.text("subtitle"),
		Purpose:     o.text("purpose"),
		Description: o.text("description"),
		CreatedAt:   o.time("created_at"),
		UpdatedAt:   o.time("updated_at"),
		Raw:         o.raw,
	}
	return nil
}

// NetworksService reads the network the client is configured for.
type NetworksService struct{ c *Client }

// Get returns the network (GET /networks/{network_id}/). A network that does
// not exist, or that the key does not open, is [WrongNetwork].
func (s NetworksService) Get(ctx context.Context) (*Network, error) {
	return fetch[Network](ctx, s.c, call{op: opNetworkGet})
}
