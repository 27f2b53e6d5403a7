package apiclient

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func mustURL(t *testing.T, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// pages answers page n of a list with what itemsOf says, and names a next page
// while n is below last.
func pages(last int, itemsOf func(page, per int) []int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.URL.Query().Get("page"))
		per, _ := strconv.Atoi(r.URL.Query().Get("per_page"))
		var items []string
		for _, id := range itemsOf(n, per) {
			items = append(items, fmt.Sprintf(`{"id":%d}`, id))
		}
		next := "null"
		if n < last {
			next = fmt.Sprintf(`"?page=%d&per_page=%d"`, n+1, per)
		}
		replyJSON(200, fmt.Sprintf(`{"items":[%s],"links":{"next":%s}}`, strings.Join(items, ","), next))(w, r)
	}
}

func collect(c *Client, ctx context.Context, opts ListOptions) (ids []ID, err error) {
	for m, err := range c.Members().All(ctx, opts) {
		if err != nil {
			return ids, err
		}
		ids = append(ids, m.ID)
	}
	return ids, nil
}

func TestAllWalksEveryPage(t *testing.T) {
	var requests counter
	server := serve(t, requests.count(pages(3, func(page, per int) []int {
		if per != 100 {
			t.Errorf("per_page %d", per)
		}
		return []int{page*10 + 1, page*10 + 2}
	})))
	c := newClient(t, server.URL)
	got, err := collect(c, t.Context(), ListOptions{})
	if want := []ID{11, 12, 21, 22, 31, 32}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
	if requests.requests() != 3 {
		t.Errorf("%d requests", requests.requests())
	}
}

func TestAllAsksNoPageTooMuch(t *testing.T) {
	var requests counter
	server := serve(t, requests.count(pages(9, func(page, _ int) []int { return []int{page * 2, page*2 + 1} })))
	c := newClient(t, server.URL)
	for m, err := range c.Members().All(t.Context(), ListOptions{Page: 2, PerPage: 2}) {
		if err != nil {
			t.Fatal(err)
		}
		if m.ID == 5 { // the last one of page 2
			break
		}
	}
	if requests.requests() != 1 {
		t.Errorf("%d requests", requests.requests())
	}
}

func TestAllCanRunTwice(t *testing.T) {
	server := serve(t, pages(2, func(page, _ int) []int { return []int{page} }))
	seq := newClient(t, server.URL).Members().All(t.Context(), ListOptions{})
	for range 2 {
		n := 0
		for _, err := range seq {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		if n != 2 {
			t.Errorf("%d members", n)
		}
	}
}

func TestAllDoesNotRunForever(t *testing.T) {
	for name, tt := range map[string]struct {
		items    func(page, per int) []int
		members  int // yielded before the error
		requests int
	}{
		"no last page":    {func(page, _ int) []int { return []int{page} }, 5, 5},
		"the same page":   {func(int, int) []int { return []int{1, 2} }, 2, 2},
		"only empty ones": {func(int, int) []int { return nil }, 0, maxEmptyPages},
	} {
		t.Run(name, func(t *testing.T) {
			var requests counter
			server := serve(t, requests.count(pages(1<<30, tt.items)))
			c := newClient(t, server.URL, func(o *Options) { o.MaxPages = 5 })
			got, err := collect(c, t.Context(), ListOptions{})
			e := apiError(t, err, BadResponse)
			if !strings.Contains(e.Message, "incomplete") {
				t.Errorf("message %q does not say that the list is cut", e.Message)
			}
			if len(got) != tt.members || requests.requests() != tt.requests {
				t.Errorf("%d members in %d requests", len(got), requests.requests())
			}
		})
	}
}

func TestAllPassesOverAnEmptyPage(t *testing.T) {
	server := serve(t, pages(4, func(page, _ int) []int {
		if page == 2 || page == 3 {
			return nil
		}
		return []int{page}
	}))
	got, err := collect(newClient(t, server.URL), t.Context(), ListOptions{})
	if err != nil || !slices.Equal(got, []ID{1, 4}) {
		t.Errorf("%v, %v", got, err)
	}
}

func TestAllAtExactlyTheBound(t *testing.T) {
	server := serve(t, pages(5, func(page, _ int) []int { return []int{page} }))
	got, err := collect(newClient(t, server.URL, func(o *Options) { o.MaxPages = 5 }), t.Context(), ListOptions{})
	if err != nil || len(got) != 5 {
		t.Errorf("%v, %v", got, err)
	}
}

func TestAllEndsWithTheFirstError(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("page") == "2" {
			replyJSON(404, `{"error":"gone"}`)(w, r)
			return
		}
		pages(3, func(page, _ int) []int { return []int{page} })(w, r)
	})
	got, err := collect(newClient(t, server.URL), t.Context(), ListOptions{})
	apiError(t, err, NotFound)
	if len(got) != 1 {
		t.Errorf("%v", got)
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = collect(newClient(t, server.URL), ctx, ListOptions{})
	apiError(t, err, Canceled)
}
