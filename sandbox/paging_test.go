package sandbox

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"
)

func TestPaging(t *testing.T) {
	a := serve(t, Options{Members: 103})
	for _, test := range []struct {
		query string
		count int
		next  string // query of links.next, "" for null
	}{
		{"", 25, "page=2&per_page=25"},
		{"?page=4", 25, "page=5&per_page=25"},
		{"?page=5", 3, ""},
		{"?page=6", 0, ""},
		{"?page=18446744073709551615&per_page=100", 0, ""},
		{"?per_page=100", 100, "page=2&per_page=100"},
		{"?per_page=101", 100, "page=2&per_page=100"}, // clamped
		{"?per_page=103&page=2", 3, ""},
		{"?per_page=1&page=103", 1, ""},
	} {
		answer := a.want("GET", "/members"+test.query, "", 200, "")
		var page struct {
			Items []json.RawMessage
			Links map[string]*string
		}
		if err := json.Unmarshal([]byte(answer.body), &page); err != nil {
			t.Fatal(err)
		}
		if len(page.Items) != test.count || page.Items == nil {
			t.Errorf("%q: %d items, want %d", test.query, len(page.Items), test.count)
		}
		if self := page.Links["self"]; self == nil || *self != a.base+"/members"+test.query {
			t.Errorf("%q: links.self is %v", test.query, page.Links["self"])
		}
		next, present := page.Links["next"]
		switch {
		case !present:
			t.Errorf("%q: no links.next", test.query)
		case test.next == "" && next != nil:
			t.Errorf("%q: links.next is %s on the last page", test.query, *next)
		case test.next != "" && (next == nil || *next != a.base+"/members?"+test.next):
			t.Errorf("%q: links.next is %v, want …%s", test.query, next, test.next)
		}
	}
	if got := a.ids("/members?per_page=7"); len(got) != 103 || !slices.IsSorted(got) || len(slices.Compact(got)) != 103 {
		t.Errorf("walking gave %d members", len(got))
	}
}

func TestNextKeepsTheFilterAndTheHost(t *testing.T) {
	a := serve(t, Options{})
	space := a.box.Notable().DuplicateSpaces[0]
	r := a.request("GET", path("/posts?space_id=%d&per_page=2", space), "")
	r.Host = "api.example.com"
	got, err := a.send(r)
	if err != nil {
		t.Fatal(err)
	}
	next, err := url.Parse(got.decode(t)["links"].(map[string]any)["next"].(string))
	if err != nil {
		t.Fatal(err)
	}
	if next.Host != "api.example.com" || next.Query().Get("space_id") != path("%d", space) || next.Query().Get("page") != "2" {
		t.Errorf("next is %s", next)
	}
}

func TestDataMetaEnvelope(t *testing.T) {
	a := serve(t, Options{DataMetaEnvelope: true})
	body := a.want("GET", "/members?page=2&per_page=40", "", 200, "").decode(t)
	if len(body["data"].([]any)) != 40 || body["items"] != nil || body["links"] != nil {
		t.Errorf("envelope has %d items and %v", len(body["data"].([]any)), body["links"])
	}
	got, _ := json.Marshal(body["meta"])
	if string(got) != `{"current_page":2,"per_page":40,"total_count":250,"total_pages":7}` {
		t.Errorf("meta is %s", got)
	}
	if answer := a.want("GET", "/posts?space_id=1", "", 200, ""); !strings.Contains(answer.body, `"data":[]`) {
		t.Errorf("an empty list is %s", answer.body)
	}
}
