package tools

import (
	"fmt"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
)

// paged are the arguments of every list.
type paged struct {
	Page    int `json:"page,omitempty" jsonschema:"minimum=1,default=1" jsonschema_description:"page"`
	PerPage int `json:"per_page,omitempty" jsonschema:"minimum=1,maximum=100,default=25" jsonschema_description:"items"`
}

// listIn are the arguments of a list that has none of its own.
type listIn struct {
	paged
	detailed
}

func (p paged) options() apiclient.ListOptions {
	return apiclient.ListOptions{Page: p.Page, PerPage: p.PerPage}
}

// list is the result of every list. There is a next page exactly when
// next_page is there.
type list[T any] struct {
	Items    []T    `json:"items"`
	Page     int    `json:"page"`
	PerPage  int    `json:"per_page"`
	NextPage int    `json:"next_page,omitempty"`
	Note     string `json:"note,omitempty"`
}

// listOf turns a page of the API into a result. Where it would be too long it
// becomes a page of fewer items, so that page and next_page still lead on.
func listOf[A, T any](c *Call, page *apiclient.Page[A], item func(A) T) (list[T], error) {
	out := list[T]{Items: []T{}, Page: page.Page, PerPage: page.PerPage, NextPage: page.NextPage}
	size := 0
	for _, each := range page.Items {
		shown := item(each)
		encoded, err := encode(shown)
		if err != nil {
			return list[T]{}, err
		}
		if size += len(encoded) + 1; size > c.itemBytes() && len(out.Items) > 0 {
			out.shorten()
			break
		}
		out.Items = append(out.Items, shown)
	}
	return out, nil
}

// shorten makes the list a page of fewer items: of the most that fit and that
// still divide what came before, so that no item is skipped.
func (l *list[T]) shorten() {
	before := (l.Page - 1) * l.PerPage
	asked := l.PerPage
	for l.PerPage = len(l.Items); before%l.PerPage != 0; l.PerPage-- {
	}
	l.Items = l.Items[:l.PerPage]
	l.Page = before/l.PerPage + 1
	l.NextPage = l.Page + 1
	l.Note = fmt.Sprintf("Cut to fit: these are %d of the %d items asked for. Go on with page %d and per_page %d.", l.PerPage, asked, l.NextPage, l.PerPage)
}

// listed turns what a list of the API answered into a result.
func listed[A, T any](c *Call, item func(A) T) func(*apiclient.Page[A], error) (list[T], error) {
	return func(page *apiclient.Page[A], err error) (list[T], error) {
		if err != nil {
			return list[T]{}, err
		}
		return listOf(c, page, item)
	}
}

// shown turns a single object that the API answered into a result.
func shown[A, T any](item func(A) T) func(*A, error) (T, error) {
	return func(object *A, err error) (T, error) {
		if err != nil {
			var none T
			return none, err
		}
		return item(*object), nil
	}
}
