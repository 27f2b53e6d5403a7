package apiclient

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// MaxPerPage is the API's largest page.
const MaxPerPage = 100

// defaultPerPage is the API's page when none is asked for.
const defaultPerPage = 25

// ListOptions chooses a page of a list.
type ListOptions struct {
	// Page counts from 1; 0 is the first.
	Page int
	// PerPage is 1 to [MaxPerPage]; 0 leaves it to the API (25), or in an All
	// iterator takes the largest.
	PerPage int
}

func (o ListOptions) query(op opID) (url.Values, error) {
	if o.Page < 0 {
		return nil, invalid(op, "page counts from 1")
	}
	if o.PerPage < 0 || o.PerPage > MaxPerPage {
		return nil, invalid(op, fmt.Sprintf("per_page must be 1 to %d", MaxPerPage))
	}
	query := url.Values{}
	if o.Page > 0 {
		query.Set("page", strconv.Itoa(o.Page))
	}
	if o.PerPage > 0 {
		query.Set("per_page", strconv.Itoa(o.PerPage))
	}
	return query, nil
}

// Page is one page of a list.
type Page[T any] struct {
	// Items is never nil.
	Items []T `json:"items"`
	// Page and PerPage say which page this is.
	Page    int `json:"page"`
	PerPage int `json:"per_page"`
	// NextPage is 0 on the last page.
	NextPage int `json:"next_page,omitempty"`

	raw json.RawMessage // the items as they came, to notice a page that repeats
}

// list makes a call whose answer is a page. filter adds to the query.
func list[T any](ctx context.Context, c *Client, k call, opts ListOptions) (*Page[T], error) {
	query, err := opts.query(k.op)
	if err != nil {
		return nil, err
	}
	for name, values := range k.query {
		query[name] = values
	}
	k.query = query
	a, err := c.send(ctx, k)
	if err != nil {
		return nil, err
	}
	page, err := readPage[T](a, opts)
	if err != nil {
		return nil, c.unreadable(k.op, a, err)
	}
	return page, nil
}

// envelope is both shapes of a list: {items, links} and {data, meta}.
type envelope struct {
	Items json.RawMessage `json:"items"`
	Data  json.RawMessage `json:"data"`
	Links *struct {
		Next json.RawMessage `json:"next"`
	} `json:"links"`
	Meta json.RawMessage `json:"meta"`
}

var errShape = errors.New("it is not a list in a shape this client knows")

func readPage[T any](a answer, opts ListOptions) (*Page[T], error) {
	var env envelope
	if err := a.decode(&env); err != nil {
		var mistyped *json.UnmarshalTypeError
		if errors.As(err, &mistyped) {
			return nil, errShape
		}
		return nil, err
	}
	page := &Page[T]{Page: max(opts.Page, 1), PerPage: opts.PerPage, Items: []T{}}
	if page.PerPage == 0 {
		page.PerPage = defaultPerPage
	}
	switch {
	case isArray(env.Items):
		page.raw = env.Items
	case isArray(env.Data) && (env.Links != nil || isObject(env.Meta)):
		page.raw = env.Data
	default:
		return nil, errShape
	}
	if err := page.position(a, env); err != nil {
		return nil, err
	}
	if page.NextPage != 0 && page.NextPage <= page.Page {
		return nil, fmt.Errorf("page %d names page %d as the next one", page.Page, page.NextPage)
	}
	if err := json.Unmarshal(page.raw, &page.Items); err != nil {
		return nil, fmt.Errorf("an item of the list: %w", err)
	}
	return page, nil
}

// position fills in where the page stands, from its link or its meta object.
func (p *Page[T]) position(a answer, env envelope) error {
	var meta object
	if isObject(env.Meta) {
		_ = json.Unmarshal(env.Meta, &meta.fields) // valid: the answer was
		if n := meta.count("per_page"); n > 0 {
			p.PerPage = n
		}
	}
	if env.Links != nil {
		next, err := nextPage(a.url, env.Links.Next)
		p.NextPage = next
		return err
	}
	current, total := meta.count("current_page"), meta.count("total_pages")
	if current != 0 && current != p.Page {
		return fmt.Errorf("page %d was asked for, page %d came", p.Page, current)
	}
	if total > p.Page {
		p.NextPage = p.Page + 1
	}
	return nil
}

// nextPage reads the page number out of links.next; 0 when there is none. The
// link itself is never requested, since the key would travel along; it must
// still lead to the list it came from, or the number means nothing.
func nextPage(asked *url.URL, raw json.RawMessage) (int, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return 0, nil
	}
	var link string
	if json.Unmarshal(raw, &link) != nil {
		return 0, errors.New("its link to the next page is not a text")
	}
	if link == "" {
		return 0, nil
	}
	next, err := asked.Parse(link)
	if err != nil {
		return 0, errors.New("its link to the next page is not a URL")
	}
	if originOf(next) != originOf(asked) || next.User != nil || next.Opaque != "" {
		return 0, errors.New("its link to the next page leads to another origin; it was not followed")
	}
	if !sameList(asked.EscapedPath(), next.EscapedPath()) {
		return 0, errors.New("its link to the next page leads to another path; it was not followed")
	}
	number, err := strconv.Atoi(next.Query().Get("page"))
	if err != nil || number < 1 {
		return 0, errors.New("its link to the next page has no page number")
	}
	return number, nil
}

// sameList compares paths. The network may be written as its id in one and as
// its subdomain in the other; two different ids are two networks.
func sameList(asked, next string) bool {
	if asked == next {
		return true
	}
	const start = pathPrefix + "/networks/"
	askedRef, askedRest, ok1 := strings.Cut(strings.TrimPrefix(asked, start), "/")
	nextRef, nextRest, ok2 := strings.Cut(strings.TrimPrefix(next, start), "/")
	if !ok1 || !ok2 || !strings.HasPrefix(asked, start) || !strings.HasPrefix(next, start) || askedRest != nextRest {
		return false
	}
	return integerRef.MatchString(askedRef) && subdomainRef.MatchString(nextRef) ||
		subdomainRef.MatchString(askedRef) && integerRef.MatchString(nextRef)
}

func isArray(raw json.RawMessage) bool  { return bytes.HasPrefix(bytes.TrimSpace(raw), []byte("[")) }
func isObject(raw json.RawMessage) bool { return bytes.HasPrefix(bytes.TrimSpace(raw), []byte("{")) }
