package apiclient

import (
	"bytes"
	"context"
	"fmt"
	"iter"
)

// maxEmptyPages is how many pages in a row may be empty and still name a next
// one before the list counts as endless.
const maxEmptyPages = 3

// all walks a list page by page, one request at a time and none before it is
// needed. It ends with the last page, with the first error, or when the
// caller stops; a list that does not end is an error, never a silent cut.
func all[T any](ctx context.Context, c *Client, op opID, opts ListOptions,
	fetch func(context.Context, ListOptions) (*Page[T], error),
) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		at := ListOptions{Page: orDefault(opts.Page, 1), PerPage: orDefault(opts.PerPage, MaxPerPage)}
		guard := walk{op: op, limit: c.maxPages}
		for {
			page, err := fetch(ctx, at)
			if err == nil {
				err = guard.arrived(page.Page, len(page.Items), page.raw)
			}
			if err != nil {
				yield(zero, err)
				return
			}
			for _, item := range page.Items {
				if !yield(item, nil) {
					return
				}
			}
			if page.NextPage == 0 {
				return
			}
			if err := guard.goOn(); err != nil {
				yield(zero, err)
				return
			}
			at.Page = page.NextPage
		}
	}
}

// walk notices a list that does not end.
type walk struct {
	op           opID
	limit        int    // pages
	pages, empty int    // so far; in a row
	last         []byte // the last page's items as they came
}

// arrived takes note of a page and refuses one that repeats its predecessor,
// which is what an API that ignores the page number sends.
func (w *walk) arrived(page, items int, raw []byte) error {
	repeated := items > 0 && bytes.Equal(raw, w.last)
	w.pages, w.last = w.pages+1, raw
	w.empty++
	if items > 0 {
		w.empty = 0
	}
	if repeated {
		return w.stop(fmt.Sprintf("page %d repeats the page before it", page))
	}
	return nil
}

// goOn decides whether another page may be asked for.
func (w *walk) goOn() error {
	if w.pages >= w.limit {
		return w.stop(fmt.Sprintf("the list has not ended after %d pages", w.pages))
	}
	if w.empty >= maxEmptyPages {
		return w.stop(fmt.Sprintf("%d pages in a row were empty, and each names another", w.empty))
	}
	return nil
}

func (w *walk) stop(why string) error {
	return &Error{Kind: BadResponse, Operation: w.op.row().String(), Message: why + "; the walk through the list was stopped and is incomplete"}
}
