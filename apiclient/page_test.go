package apiclient

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestBothEnvelopes(t *testing.T) {
	const at = "%[1]s/admin/v1/networks/1/members"
	for _, tt := range []struct {
		name, body string
		opts       ListOptions
		items      int
		page, per  int
		next       int
	}{
		{"items and link", `{"items":[{"id":1},{"id":"2"}],"links":{"self":"` + at + `","next":"` + at + `?page=2&per_page=25"}}`, ListOptions{}, 2, 1, 25, 2},
		{"relative link", `{"items":[{"id":1}],"links":{"next":"?page=4"}}`, ListOptions{Page: 3, PerPage: 10}, 1, 3, 10, 4},
		{"last page", `{"items":[{"id":1}],"links":{"self":"x","next":null}}`, ListOptions{Page: 3}, 1, 3, 25, 0},
		{"empty next", `{"items":[],"links":{"next":""}}`, ListOptions{}, 0, 1, 25, 0},
		{"no links", `{"items":[{"id":1}]}`, ListOptions{}, 1, 1, 25, 0},
		{"items and meta", `{"items":[{"id":1}],"meta":{"current_page":1,"total_pages":2,"per_page":1}}`, ListOptions{}, 1, 1, 1, 2},
		{"data and meta", `{"data":[{"id":1}],"meta":{"current_page":2,"total_pages":3,"total_count":70,"per_page":30}}`, ListOptions{Page: 2, PerPage: 30}, 1, 2, 30, 3},
		{"meta as text", `{"data":[{"id":1}],"meta":{"current_page":"1","total_pages":"2"}}`, ListOptions{}, 1, 1, 25, 2},
		{"last data", `{"data":[],"meta":{"current_page":1,"total_pages":0}}`, ListOptions{}, 0, 1, 25, 0},
		{"data and link", `{"data":[{"id":1}],"links":{"next":"?page=2"}}`, ListOptions{}, 1, 1, 25, 2},
		{"network by name", `{"items":[],"links":{"next":"/admin/v1/networks/paint-pals/members?page=2"}}`, ListOptions{}, 0, 1, 25, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server := serve(t, func(w http.ResponseWriter, r *http.Request) {
				replyJSON(200, strings.ReplaceAll(tt.body, "%[1]s", "http://"+r.Host))(w, r)
			})
			page, err := newClient(t, server.URL).Members().List(t.Context(), tt.opts)
			if err != nil {
				t.Fatal(err)
			}
			if len(page.Items) != tt.items || page.Items == nil || page.Page != tt.page || page.PerPage != tt.per || page.NextPage != tt.next {
				t.Errorf("got %d items, page %d, per page %d, next %d", len(page.Items), page.Page, page.PerPage, page.NextPage)
			}
			if tt.items > 0 && page.Items[0].ID != 1 {
				t.Errorf("first item %+v", page.Items[0])
			}
		})
	}
}

func TestWhatIsNoListIsAnError(t *testing.T) {
	for _, body := range []string{
		`{}`, `[]`, `[{"id":1}]`, `null`, `"x"`, ``, ` `, `{"members":[{"id":1}]}`, `{"items":null}`, `{"items":{}}`, `{"items":"x"}`,
		`{"data":[{"id":1}]}`, `{"data":null,"meta":{}}`, `{"data":[],"meta":[]}`, `{"items":[{"id":1}],"links":"x"}`,
		`{"items":[{}]}`, `{"items":[null]}`, `{"items":[{"id":1}`, `{"error":"x"}`, `<html>`, `{"items":[]} x`,
	} {
		server := serve(t, replyJSON(200, body))
		page, err := newClient(t, server.URL).Members().List(t.Context(), ListOptions{})
		if err == nil {
			t.Errorf("%s passes as a list: %+v", body, page)
			continue
		}
		apiError(t, err, BadResponse)
	}
}

func TestNextLinkLeadsNowhereElse(t *testing.T) {
	for name, link := range map[string]string{
		"host":            `http://127.0.0.2:9/admin/v1/networks/1/members?page=2`,
		"port":            `http://127.0.0.1:1/admin/v1/networks/1/members?page=2`,
		"scheme":          `https://%s/admin/v1/networks/1/members?page=2`,
		"protocol":        `//evil.example/admin/v1/networks/1/members?page=2`,
		"user":            `http://ada@%s/admin/v1/networks/1/members?page=2`,
		"path":            `http://%s/admin/v1/networks/1/posts?page=2`,
		"slash":           `http://%s/admin/v1/networks/1/members/?page=2`,
		"outside":         `http://%s/evil?page=2`,
		"dots":            `../../../../evil/members?page=2`,
		"another network": `http://%s/admin/v1/networks/2/members?page=2`,
		"no page":         `http://%s/admin/v1/networks/1/members?cursor=abc`,
		"bad page":        `http://%s/admin/v1/networks/1/members?page=x`,
		"page zero":       `http://%s/admin/v1/networks/1/members?page=0`,
		"same page":       `http://%s/admin/v1/networks/1/members?page=1`,
		"opaque":          `mailto:x@example.com`,
		"no URL":          `http://[::1`,
	} {
		t.Run(name, func(t *testing.T) {
			var requests counter
			server := serve(t, requests.count(func(w http.ResponseWriter, r *http.Request) {
				link := strings.ReplaceAll(link, "%s", r.Host)
				replyJSON(200, fmt.Sprintf(`{"items":[{"id":1}],"links":{"next":%q}}`, link))(w, r)
			}))
			c := newClient(t, server.URL)
			_, err := c.Members().List(t.Context(), ListOptions{})
			apiError(t, err, BadResponse)
			apiError(t, drain(c.Members().All(t.Context(), ListOptions{})), BadResponse)
			if n := requests.requests(); n != 2 {
				t.Errorf("%d requests, want one per call", n)
			}
		})
	}
	server := serve(t, replyJSON(200, `{"items":[],"links":{"next":7}}`))
	_, err := newClient(t, server.URL).Members().List(t.Context(), ListOptions{})
	apiError(t, err, BadResponse)
}

func TestAnotherPageThanAsked(t *testing.T) {
	server := serve(t, replyJSON(200, `{"data":[{"id":1}],"meta":{"current_page":1,"total_pages":9}}`))
	_, err := newClient(t, server.URL).Members().List(t.Context(), ListOptions{Page: 3})
	apiError(t, err, BadResponse)
}

func TestDefaultPortIsTheSameOrigin(t *testing.T) {
	asked := mustURL(t, "https://api.mn.co/admin/v1/networks/1/members?page=1")
	for link, want := range map[string]int{
		`"https://api.mn.co:443/admin/v1/networks/1/members?page=2"`:  2,
		`"HTTPS://API.MN.CO/admin/v1/networks/1/members?page=2"`:      2,
		`"https://api.mn.co:8443/admin/v1/networks/1/members?page=2"`: 0,
	} {
		got, err := nextPage(asked, []byte(link))
		if got != want || (err == nil) != (want != 0) {
			t.Errorf("%s: %d, %v", link, got, err)
		}
	}
}
