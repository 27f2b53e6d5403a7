package sandbox

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

// vendorDocument loads the vendor's description of the API, with the mistakes
// in its response types mended that the sandbox does not share.
func vendorDocument(t *testing.T) *openapi3.T {
	t.Helper()
	file := filepath.Join("..", "..", "shared", "upstream", "admin-api.openapi.json")
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		t.Skip("the vendor's document is not at ../shared/upstream beside the repository")
	}
	doc, err := openapi3.NewLoader().LoadFromFile(file)
	if err != nil {
		t.Fatal(err)
	}
	schemas := doc.Components.Schemas
	// Typed as a string, described as an array of objects.
	schemas["MemberResponse"].Value.Properties["categories"].Value = &openapi3.Schema{
		Type: &openapi3.Types{"array"}, Items: schemas["CategoryResponse"],
	}
	schemas["PurchaseResponse"].Value.Properties["member_categories"].Value = &openapi3.Schema{
		Type: &openapi3.Types{"array"}, Items: schemas["CategoryResponse"],
	}
	// Described as null when the plan was deleted, and not typed so.
	for _, schema := range []string{"SubscriptionPlanResponse", "PurchasePlanResponse"} {
		for _, field := range []string{"id", "name"} {
			property := schemas[schema].Value.Properties[field].Value
			property.Type = &openapi3.Types{(*property.Type)[0], "null"}
		}
	}
	// Users of the API saw null in both.
	for _, field := range []string{"title", "images"} {
		property := schemas["PostResponse"].Value.Properties[field].Value
		property.Type = &openapi3.Types{(*property.Type)[0], "null"}
	}
	return doc
}

func operation(doc *openapi3.T, method, path string) *openapi3.Operation {
	if item := doc.Paths.Value(path); item != nil {
		return item.GetOperation(method)
	}
	return nil
}

// TestTableAgreesWithTheDocument compares every row with the operation the
// vendor describes: parameters, body fields, what is required, success code.
func TestTableAgreesWithTheDocument(t *testing.T) {
	doc := vendorDocument(t)
	for _, row := range routeTable() {
		name := row.method + " " + row.path
		op := operation(doc, row.method, basePath+"{network_id}"+row.path)
		if op == nil {
			t.Errorf("%s: not in the document", name)
			continue
		}
		theirs := map[string]bool{} // name to required
		for _, p := range op.Parameters {
			if p.Value.In == openapi3.ParameterInQuery {
				theirs[p.Value.Name] = p.Value.Required
			}
		}
		if ours := requirements(row.query); !maps.Equal(ours, theirs) {
			t.Errorf("%s: query %v, the document says %v", name, ours, theirs)
		}
		if (op.RequestBody == nil) != (row.body == nil) {
			t.Errorf("%s: body %v, the document says %v", name, row.body != nil, op.RequestBody != nil)
		} else if row.body != nil {
			media := "application/json"
			if row.form {
				media = "multipart/form-data"
			}
			schema := op.RequestBody.Value.Content.Get(media).Schema.Value
			theirs := map[string]bool{}
			for field := range schema.Properties {
				theirs[field] = slices.Contains(schema.Required, field)
			}
			if ours := requirements(row.body); !maps.Equal(ours, theirs) {
				t.Errorf("%s: body %v, the document says %v", name, ours, theirs)
			}
		}
		if op.Responses.Value(strconv.Itoa(row.status)) == nil {
			t.Errorf("%s: success is %d here, the document has %v", name, row.status, slices.Sorted(maps.Keys(op.Responses.Map())))
		}
		if missing := cmp.Or(row.absent, 422); slices.ContainsFunc(slices.Concat(row.query, row.body), func(p param) bool { return p.required }) &&
			missing == 422 && op.Responses.Value("422") == nil {
			t.Errorf("%s: answers 422 for a missing parameter, which the document does not have", name)
		}
	}
}

func requirements(params []param) map[string]bool {
	out := map[string]bool{}
	for _, p := range params {
		out[p.name] = p.required
	}
	return out
}

// TestExchangesAgreeWithTheDocument holds a conversation that reaches every
// documented answer of every route, and validates both sides of it.
func TestExchangesAgreeWithTheDocument(t *testing.T) {
	doc := vendorDocument(t)
	a := serve(t, Options{})
	converse(a)
	converseAboutLabels(a)
	converseAboutMoney(a)
	reached := map[string]bool{}
	for _, e := range a.notes {
		_, rest, ok := splitPath(e.request.URL.Path)
		row, ids := match(routeTable(), e.request.Method, rest)
		if !ok || row == nil {
			t.Fatalf("%s %s: no route", e.request.Method, e.request.URL.Path)
		}
		name := row.method + " " + row.path
		op := operation(doc, row.method, basePath+"{network_id}"+row.path)
		if op == nil {
			continue // reported by the other test
		}
		reached[name+" "+strconv.Itoa(e.response.status)] = true
		if err := validate(doc, op, row, ids, e); err != nil {
			t.Errorf("%s\nsent %s\ngot %d %s\n%v", name, e.sent, e.response.status, e.response.body, err)
		}
	}
	for _, row := range routeTable() {
		op := operation(doc, row.method, basePath+"{network_id}"+row.path)
		if op == nil {
			continue
		}
		for status := range op.Responses.Map() {
			if key := row.method + " " + row.path + " " + status; !reached[key] {
				t.Errorf("no exchange reached %s", key)
			}
		}
	}
}

func validate(doc *openapi3.T, op *openapi3.Operation, row *route, ids map[string]uint64, e exchange) error {
	params := map[string]string{"network_id": "4242"}
	for name, id := range ids {
		params[name] = strconv.FormatUint(id, 10)
	}
	request := e.request.Clone(context.Background())
	request.Body = io.NopCloser(strings.NewReader(e.sent))
	input := &openapi3filter.RequestValidationInput{
		Request: request, PathParams: params, QueryParams: request.URL.Query(),
		Route: &routers.Route{ // our table knows already which operation was meant
			Spec: doc, Path: basePath + "{network_id}" + row.path, Method: row.method, Operation: op,
			PathItem: doc.Paths.Value(basePath + "{network_id}" + row.path),
		},
		Options: &openapi3filter.Options{IncludeResponseStatus: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
	}
	if err := openapi3filter.ValidateRequest(context.Background(), input); err != nil {
		return err
	}
	return openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: e.response.status, Header: e.response.header,
		Body: io.NopCloser(bytes.NewReader([]byte(e.response.body))), Options: input.Options,
	})
}

// converse says everything there is to say. What must not happen before
// something else comes last.
func converse(a *api) {
	n := a.box.Notable()
	member := func(id uint64) string { return path("/members/%d/", id) }
	seat := func(space, user uint64) string { return path("/spaces/%d/members/%d/", space, user) }
	post := func(id uint64) string { return path("/posts/%d/", id) }

	a.do("GET", "/", "")
	a.do("GET", "/me", "")

	a.do("GET", "/members?page=1&per_page=100", "")
	a.do("GET", "/members?page=3&per_page=100", "")
	a.do("POST", "/members", `{"email":"new@example.com","first_name":"Nye","last_name":"Bevan","role":"moderator","send_welcome_email":false}`)
	a.do("POST", "/members", `{"email":"new@example.com","first_name":"Nye","last_name":"Bevan"}`)
	a.do("POST", "/members", path(`{"email":"lim@example.com","first_name":"L","last_name":"M","member_type":"limited","space_ids":[%d]}`, n.PaidSpace))
	a.do("GET", "/members/by_email?email=new%40example.com", "")
	a.do("GET", "/members/by_email?email=no%40example.com", "")
	for _, id := range []uint64{n.Owner, n.OneName, n.HiddenTextAuthor, 1} {
		a.do("GET", member(id), "")
	}
	for _, method := range []string{"PATCH", "PUT"} {
		whole := `{"email":"amy@example.com","first_name":"Amy","last_name":"O","role":"host"}`
		a.do(method, member(n.Moderator), whole)
		a.do(method, member(n.Moderator), `{"role":"emperor"}`)
		a.do(method, member(1), whole)
		a.do(method, seat(n.AutoJoinSpace, n.Moderator), `{"role":"moderator"}`)
		a.do(method, seat(n.AutoJoinSpace, n.Moderator), `{"role":"emperor"}`)
		a.do(method, seat(n.AutoJoinSpace, 1), `{"role":"host"}`)
	}
	a.do("GET", path("/members/%d/spaces?per_page=3", n.Owner), "")
	a.do("GET", "/members/1/spaces", "")

	a.do("GET", "/spaces?per_page=100", "")
	a.do("GET", path("/spaces/%d", n.DuplicateSpaces[0]), "")
	a.do("GET", path("/spaces/%d/members", n.PaidSpace), "")
	a.do("GET", "/spaces/1/members", "")
	a.do("GET", seat(n.PaidSpace, n.PaidMember), "")
	a.do("GET", seat(n.PaidSpace, 1), "")
	a.do("POST", path("/spaces/%d/members?user_id=%d", n.PaidSpace, n.LimitedMember), "")
	a.do("POST", path("/spaces/%d/members?user_id=%d", n.PaidSpace, n.LimitedMember), "")
	a.do("POST", path("/spaces/%d/members?user_id=1", n.PaidSpace), "")
	a.do("DELETE", seat(n.PaidSpace, n.PaidMember), "")
	a.do("DELETE", seat(n.PaidSpace, n.LimitedMember), "")
	a.do("DELETE", seat(n.PaidSpace, n.LimitedMember), "")

	a.do("GET", "/posts?per_page=100&page=1", "")
	a.do("GET", path("/posts?space_id=%d", n.PaidSpace), "")
	created := a.do("POST", "/posts?notify=true", path(`{"space_id":%d,"title":"T","description":"<p>D</p>","post_type":"article"}`, n.PaidSpace)).id(a.t)
	a.do("POST", "/posts", `{"space_id":1,"title":"T"}`)
	a.do("POST", "/posts", path(`{"space_id":%d,"title":"T"}`, n.EventsOnlySpace))
	for _, id := range []uint64{created, n.UntitledPost, n.HiddenTextPost, 1} {
		a.do("GET", post(id), "")
	}
	for _, method := range []string{"PATCH", "PUT"} {
		a.do(method, post(created)+"?notify=false", `{"title":"U"}`)
		a.do(method, post(created), `{"title":""}`)
		a.do(method, post(1), `{"title":"U"}`)
	}

	comments := path("/posts/%d/comments", created)
	first := a.do("POST", comments, `{"text":"one"}`).id(a.t)
	a.do("POST", comments, path(`{"text":"two","reply_to_id":%d}`, first))
	a.do("POST", comments, `{"text":" "}`)
	a.do("POST", "/posts/1/comments", `{"text":"x"}`)
	a.do("GET", comments, "")
	a.do("GET", "/posts/1/comments", "")
	one := path("%s/%d/", comments, first)
	for _, method := range []string{"GET", "DELETE", "GET", "DELETE"} {
		a.do(method, one, "")
	}
	a.do("DELETE", post(created), "")
	a.do("DELETE", post(created), "")

	a.do("GET", "/events?per_page=100", "")
	times := `"starts_at":"2026-06-01T18:00:00Z","ends_at":"2026-06-01T19:00:00Z","event_type":"webinar"`
	gathering := a.do("POST", "/events", path(`{"title":"E",%s,"space_id":%d,"time_zone":"Asia/Tokyo","frequency":"monthly","by_month_days":15}`, times, n.PaidSpace)).id(a.t)
	a.do("POST", "/events", path(`{"title":"E",%s,"space_id":1}`, times))
	event := path("/events/%d/", gathering)
	for _, method := range []string{"PATCH", "PUT"} {
		a.do(method, event, path(`{"title":"F",%s,"by_days":"MO,TU","frequency":"weekly"}`, times))
		a.do(method, event, `{"title":""}`)
		a.do(method, "/events/1/", `{"title":"F"}`)
	}
	for _, method := range []string{"GET", "DELETE", "GET", "DELETE"} {
		a.do(method, event, "")
	}

	converseContent(a)

	a.do("POST", seat(n.AutoJoinSpace, n.Spammers[0])+"ban", `{"ban_reason":"Spam"}`)
	a.do("POST", seat(n.AutoJoinSpace, n.Spammers[0])+"ban", `{}`)
	a.do("DELETE", member(n.SpaceOwner), "")
	for range 2 {
		a.do("DELETE", member(n.Spammers[1]), "")
		a.do("DELETE", path("/members/%d/network_membership?cancel_plans=true", n.Spammers[2]), "")
	}
}
