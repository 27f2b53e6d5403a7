package sandbox

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestBotWall(t *testing.T) {
	for _, test := range []struct {
		agent   string
		options Options
		stopped bool
	}{
		{"", Options{}, true},
		{"  ", Options{}, true},
		{"Go-http-client/1.1", Options{}, true},
		{"Go-http-client/1.1", Options{AllowGoUserAgent: true}, false},
		{"", Options{AllowGoUserAgent: true}, true},
		{"mcp-mighty/0.1", Options{}, false},
	} {
		a := serve(t, test.options)
		r := a.request(http.MethodGet, "/me", "")
		r.Header.Set("User-Agent", test.agent)
		got, err := a.send(r)
		if err != nil {
			t.Fatal(err)
		}
		isHTML := strings.HasPrefix(got.header.Get("Content-Type"), "text/html")
		if stopped := got.status == 403 && isHTML; stopped != test.stopped {
			t.Errorf("agent %q with %+v: got %d %s", test.agent, test.options, got.status, got.body)
		}
	}
}

func TestKeyAndNetwork(t *testing.T) {
	a := serve(t, Options{OtherNetworks: []uint64{77}})
	good := "Bearer " + a.box.Token()
	for _, test := range []struct {
		authorization, network string
		status                 int
		body                   string
	}{
		{"", "4242", 401, `{"error":"Missing or malformed Authorization header"}`},
		{"Bearer ", "4242", 401, `{"error":"Missing or malformed Authorization header"}`},
		{a.box.Token(), "4242", 401, `{"error":"Missing or malformed Authorization header"}`},
		{"Basic " + a.box.Token(), "4242", 401, `{"error":"Missing or malformed Authorization header"}`},
		{"Bearer mn_wrong", "4242", 401, `{"error":"unauthorized"}`},
		{good + "0", "4242", 401, `{"error":"unauthorized"}`},
		{good, "4242", 200, `"network"`},
		{"bearer " + a.box.Token(), "4242", 200, `"network"`},
		{good, "harbour-makers", 200, `"network"`},
		{good, "77", 403, `{"error":"forbidden"}`},
		{"Bearer mn_wrong", "77", 401, `{"error":"unauthorized"}`},
		{good, "4243", 404, `{"error":"Network not found"}`},
		{good, "someone-else", 404, `{"error":"Network not found"}`},
	} {
		r := a.request(http.MethodGet, a.server.URL+basePath+test.network+"/me", "")
		r.Header.Del("Authorization")
		if test.authorization != "" {
			r.Header.Set("Authorization", test.authorization)
		}
		got, err := a.send(r)
		if err != nil {
			t.Fatal(err)
		}
		if got.status != test.status || !strings.Contains(got.body, test.body) {
			t.Errorf("%q on %s: got %d %s, want %d %s", test.authorization, test.network, got.status, got.body, test.status, test.body)
		}
	}
}

func TestSlashesAreExactAndNothingRedirects(t *testing.T) {
	a := serve(t, Options{})
	member, space, post := a.box.OwnerID(), a.box.Notable().AutoJoinSpace, a.box.Notable().LatestPost
	for _, test := range []struct {
		path   string
		status int
	}{
		{"/", 200}, {"", 404},
		{"/me", 200}, {"/me/", 404},
		{"/members", 200}, {"/members/", 404}, {"//members", 404},
		{path("/members/%d/", member), 200}, {path("/members/%d", member), 404}, {path("/members/%d//", member), 404},
		{path("/members/%d/spaces", member), 200}, {path("/members/%d/spaces/", member), 404},
		{path("/spaces/%d", space), 200}, {path("/spaces/%d/", space), 404},
		{path("/spaces/%d/members/%d/", space, member), 200}, {path("/spaces/%d/members/%d", space, member), 404},
		{path("/posts/%d/", post), 200}, {path("/posts/%d", post), 404},
		{path("/posts/%d/comments", post), 200}, {path("/posts/%d/comments/", post), 404},
		{"/members/by_email/", 404}, {"/members/abc/", 404}, {"/members/-1/", 404}, {"/nowhere", 404},
	} {
		got := a.want(http.MethodGet, test.path, "", test.status, "{")
		if got.header.Get("Content-Type") != "application/json; charset=utf-8" {
			t.Errorf("%s answers %s", test.path, got.header.Get("Content-Type"))
		}
	}
	// Other methods and anything outside the networks are no routes either.
	a.want(http.MethodPost, "/me", "", 404, "Not found")
	a.want(http.MethodGet, a.server.URL+"/admin/v1/members", "", 404, "Not found")
	a.want(http.MethodGet, a.server.URL+"/", "", 404, "Not found")
}

// TestStrictParameters holds every row to its own list of parameters.
func TestStrictParameters(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	before := a.box.Changes()
	fill := strings.NewReplacer("{space_id}", path("%d", n.AutoJoinSpace), "{user_id}", path("%d", n.Moderator),
		"{member_id}", path("%d", n.Moderator), "{post_id}", path("%d", n.LatestPost), "{plan_id}", "1", "{tag_id}", "1", "{badge_id}", "1", "{custom_field_id}", "1", "{event_id}", "1", "{comment_id}", "1")
	for _, row := range routeTable() {
		target := fill.Replace(row.path)
		switch {
		case strings.HasPrefix(target, "/spaces"):
			target = strings.ReplaceAll(target, "{id}", path("%d", n.AutoJoinSpace))
		case strings.HasPrefix(target, "/members"):
			target = strings.ReplaceAll(target, "{id}", path("%d", n.Moderator))
		default:
			target = strings.ReplaceAll(target, "{id}", "1")
		}
		query := url.Values{"surprise": {"1"}, "also": {"2"}}
		for _, p := range row.query {
			query.Set(p.name, "1")
		}
		a.want(row.method, target+"?"+query.Encode(), "", 400, `{"error":"Unexpected parameters: also, surprise"}`)
		if row.body == nil {
			a.want(row.method, target, `{}`, 400, `{"error":"Unexpected request body"}`)
			continue
		}
		if row.form {
			a.want(row.method, target, ``, 400, `{"error":"Request body is missing"}`)
			a.want(row.method, target, `{}`, 400, `{"error":"Content-Type must be multipart/form-data"}`)
			continue
		}
		a.want(row.method, target, `{"surprise":1}`, 400, `{"error":"Unexpected parameters: surprise"}`)
		a.want(row.method, target, ``, 400, `{"error":"Request body is missing"}`)
		a.want(row.method, target, `{"a":`, 400, `{"error":"Request body is not a JSON object"}`)
		a.want(row.method, target, `{} {}`, 400, `{"error":"Request body is not a JSON object"}`)
		a.want(row.method, target, `[]`, 400, `{"error":"Request body is not a JSON object"}`)
		a.want(row.method, target, `null`, 400, `{"error":"Request body is not a JSON object"}`)
		r := a.request(row.method, target, `{}`)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if got, err := a.send(r); err != nil || got.status != 400 || !strings.Contains(got.body, "Content-Type must be application/json") {
			t.Errorf("%s %s as a form: %v %+v", row.method, target, err, got)
		}
	}
	if a.box.Changes() != before {
		t.Errorf("a refused request changed something: %d changes", a.box.Changes()-before)
	}
}

func TestParameterTypes(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	for _, test := range []struct{ method, path, body, message string }{
		{"GET", "/members?page=one", "", "page must be an integer"},
		{"GET", "/members?page=-1", "", "page must be an integer"},
		{"GET", "/members?page=0", "", "page and per_page start at 1"},
		{"GET", "/members?per_page=0", "", "page and per_page start at 1"},
		{"GET", "/members?page=1&page=2", "", "page is given more than once"},
		{"GET", "/posts?space_id=", "", "space_id must be an integer"},
		{"POST", path("/spaces/%d/members?user_id=ada", n.AutoJoinSpace), "", "user_id must be an integer"},
		{"POST", "/posts?notify=yes", `{"space_id":1,"title":"x"}`, "notify must be true or false"},
		{"POST", "/posts", `{"space_id":"1","title":"x"}`, "space_id must be an integer"},
		{"POST", "/posts", `{"space_id":1.5,"title":"x"}`, "space_id must be an integer"},
		{"POST", "/posts", `{"space_id":1,"title":7}`, "title must be a string"},
		{"POST", "/members", `{"email":"a@example.com","first_name":"A","last_name":"B","send_welcome_email":"no"}`, "send_welcome_email must be true or false"},
		{"POST", "/members", `{"email":"a@example.com","first_name":"A","last_name":"B","space_ids":["1"]}`, "space_ids must be an array of integers"},
		{"POST", "/events", `{"by_days":["MO"]}`, "by_days must be a comma-separated list"},
	} {
		a.want(test.method, test.path, test.body, 400, test.message)
	}
}

func TestMissingParameters(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	for _, test := range []struct {
		method, path, body string
		status             int
		message            string
	}{
		{"GET", "/members/by_email", "", 400, "Missing required parameters: email"},
		{"POST", "/members", `{"email":"x@example.com"}`, 422, "Missing required parameters: first_name, last_name"},
		{"POST", "/members", `{"email":null,"first_name":"A","last_name":"B"}`, 422, "Missing required parameters: email"},
		{"POST", path("/spaces/%d/members", n.AutoJoinSpace), "", 422, "Missing required parameters: user_id"},
		{"POST", "/posts", `{}`, 422, "Missing required parameters: space_id, title"},
		{"POST", path("/posts/%d/comments", n.LatestPost), `{}`, 422, "Missing required parameters: text"},
		{"POST", "/events", `{"title":"x"}`, 422, "Missing required parameters: starts_at, ends_at, event_type, space_id"},
	} {
		a.want(test.method, test.path, test.body, test.status, test.message)
	}
}

func TestBodyTooLarge(t *testing.T) {
	a := serve(t, Options{})
	a.want(http.MethodPost, "/posts", `{"title":"`+strings.Repeat("x", maxBody)+`"}`, 413, "too large")
}
