// Package naive asks an Admin API what a thin wrapper around it would ask: one
// call for each endpoint, every list to its end in pages of the API's own size,
// a look-up for each thing that a row only names by its id, and nothing shared
// between two of them. It is what the program is compared with, so it wastes
// nothing that such a wrapper would not waste: what a row carries is not looked
// up, and an address is looked for where the API looks for addresses.
package naive

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// Client asks one network. It is not safe for concurrent use.
type Client struct {
	base, key string
	http      *http.Client
	// read is what was read since the last Reset, as a wrapper would hand it
	// to a model.
	read     []byte
	requests int
}

// New returns a client of the network at base, an address that ends in the
// network's id.
func New(base, key string) *Client { return &Client{base: base, key: key, http: &http.Client{}} }

// Reset forgets what was read and counted.
func (c *Client) Reset() { c.read, c.requests = nil, 0 }

// Read returns all bodies since the last Reset, one after the other, and how
// many requests they took.
func (c *Client) Read() (bodies []byte, requests int) { return c.read, c.requests }

// Close ends idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// get reads one path into v. It returns false when the API finds nothing there.
func (c *Client) get(ctx context.Context, path string, query url.Values, v any) (bool, error) {
	address := c.base + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return false, err
	}
	request.Header.Set("Authorization", "Bearer "+c.key)
	request.Header.Set("User-Agent", "naive/1")
	response, err := c.http.Do(request)
	if err != nil {
		return false, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return false, err
	}
	c.requests++
	c.read = append(append(c.read, body...), '\n')
	switch response.StatusCode {
	case http.StatusOK:
		return true, json.Unmarshal(body, v)
	case http.StatusNotFound:
		return false, nil
	}
	return false, fmt.Errorf("GET %s: %s", path, response.Status)
}

// all walks a list to its end, in pages of the API's own size.
func all[T any](ctx context.Context, c *Client, path string, query url.Values) ([]T, error) {
	var rows []T
	for page := 1; ; page++ {
		paged := url.Values{}
		for name, values := range query {
			paged[name] = values
		}
		if page > 1 {
			paged.Set("page", fmt.Sprint(page))
		}
		var one struct {
			Items []T
			Links struct{ Next *string }
		}
		found, err := c.get(ctx, path, paged, &one)
		if err != nil {
			return nil, err
		}
		rows = append(rows, one.Items...)
		if !found || one.Links.Next == nil {
			return rows, nil
		}
	}
}
