package apiclient

import (
	"encoding/json"
	"io"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// recorded is a request as it arrived.
type recorded struct {
	method, path string // the path as escaped on the wire
	query        url.Values
	body         map[string]json.RawMessage // nil when there was none; the fields of a form are JSON strings
	contentType  string
}

// record runs call against a server that answers with the body and returns
// the one request it made.
func record(t *testing.T, status int, answer string, call func(*Client) error) recorded {
	t.Helper()
	var all []recorded
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got := recorded{method: r.Method, path: r.URL.EscapedPath(), query: r.URL.Query(), contentType: r.Header.Get("Content-Type")}
		data, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		if strings.HasPrefix(got.contentType, "multipart/form-data") {
			got.body = formOf(t, got.contentType, data)
		} else if len(data) > 0 {
			if err := json.Unmarshal(data, &got.body); err != nil {
				t.Errorf("body %s: %v", data, err)
			}
		}
		all = append(all, got)
		replyJSON(status, answer)(w, r)
	})
	if err := call(newClient(t, server.URL)); err != nil {
		t.Fatal(err)
	}
	if len(all) != 1 {
		t.Fatalf("%d requests, want 1", len(all))
	}
	return all[0]
}

func TestEveryMethodSendsItsRow(t *testing.T) {
	for name, d := range drives {
		t.Run(name, func(t *testing.T) {
			row := d.op.row()
			check := func(got recorded, query, body []string) {
				t.Helper()
				if got.method != row.Method || got.path != "/admin/v1/networks/1"+d.path {
					t.Errorf("sent %s %s, want %s %s", got.method, got.path, row.Method, d.path)
				}
				if sent := slices.Sorted(maps.Keys(got.query)); !slices.Equal(sent, sorted(query)) {
					t.Errorf("query %v, want %v", sent, sorted(query))
				}
				if sent := slices.Sorted(maps.Keys(got.body)); !slices.Equal(sent, sorted(body)) {
					t.Errorf("body %v, want %v", sent, sorted(body))
				}
				if isForm := len(row.Form) > 0; strings.HasPrefix(got.contentType, "multipart/form-data; boundary=") != isForm {
					t.Errorf("content type %q does not fit the row's form %v", got.contentType, row.Form)
				} else if hasBody := len(row.Body) > 0; !isForm && ((got.contentType == "application/json") != hasBody || (got.body != nil) != hasBody) {
					t.Errorf("content type %q and body %v do not fit the row's fields %v", got.contentType, got.body, row.Body)
				}
			}
			check(record(t, row.Success[0], d.answer, func(c *Client) error { return d.full(t.Context(), c) }),
				without(row.Query, d.except), without(slices.Concat(row.Body, row.Form), d.except))
			if d.except != "" && !slices.Contains(slices.Concat(d.leastQ, d.leastB), d.except) {
				t.Errorf("nothing sends %s", d.except)
			}
			if d.least != nil {
				check(record(t, row.Success[0], d.answer, func(c *Client) error { return d.least(t.Context(), c) }), d.leastQ, d.leastB)
			}
		})
	}
}

// The templates and the paths above must say the same.
func TestDrivenPathsFitTheTable(t *testing.T) {
	for name, d := range drives {
		want := strings.Split(strings.TrimPrefix(d.op.row().Path, network), "/")
		got := strings.Split(d.path, "/")
		if len(got) != len(want) {
			t.Errorf("%s: %s does not fit %s", name, d.path, d.op.row().Path)
			continue
		}
		for i := range want {
			if !strings.HasPrefix(want[i], "{") && got[i] != want[i] {
				t.Errorf("%s: %s does not fit %s", name, d.path, d.op.row().Path)
			}
		}
	}
}

func TestEveryRowHasExactlyOneMethod(t *testing.T) {
	byRow := map[opID][]string{}
	for name, d := range drives {
		byRow[d.op] = append(byRow[d.op], name)
	}
	for id := range opCount {
		if len(byRow[id]) != 1 {
			t.Errorf("%s (%s) is driven by %v, want one method", id.row().Name, id.row(), byRow[id])
		}
	}
	// No method escapes the list above, but for the walks over a list, which
	// are made of one that is in it.
	client := reflect.TypeFor[*Client]()
	for i := range client.NumMethod() {
		service := client.Method(i)
		if service.Type.NumOut() != 1 || !strings.HasSuffix(service.Type.Out(0).Name(), "Service") {
			continue
		}
		methods := service.Type.Out(0)
		for j := range methods.NumMethod() {
			method := methods.Method(j)
			name := service.Name + "." + method.Name
			isWalk := method.Type.NumOut() == 1 && strings.HasPrefix(method.Type.Out(0).String(), "iter.Seq2[")
			if _, driven := drives[name]; !driven && !isWalk {
				t.Errorf("%s is not driven by a test", name)
			}
		}
	}
}

func TestWalksSendTheirRow(t *testing.T) {
	for op, call := range map[opID]func(*Client) error{
		opMemberList:      func(c *Client) error { return drain(c.Members().All(t.Context(), ListOptions{})) },
		opMemberSpaces:    func(c *Client) error { return drain(c.Members().AllSpaces(t.Context(), 7, ListOptions{})) },
		opSpaceList:       func(c *Client) error { return drain(c.Spaces().All(t.Context(), ListOptions{})) },
		opSpaceMemberList: func(c *Client) error { return drain(c.SpaceMembers().All(t.Context(), 3, ListOptions{})) },
		opPostList:        func(c *Client) error { return drain(c.Posts().All(t.Context(), PostList{SpaceID: 3})) },
		opCommentList:     func(c *Client) error { return drain(c.Comments().All(t.Context(), 9, ListOptions{})) },
		opEventList:       func(c *Client) error { return drain(c.Events().All(t.Context(), ListOptions{})) },

		opMemberPlans:      func(c *Client) error { return drain(c.Members().AllPlans(t.Context(), 7, ListOptions{})) },
		opPlanList:         func(c *Client) error { return drain(c.Plans().All(t.Context(), ListOptions{})) },
		opPlanMemberList:   func(c *Client) error { return drain(c.PlanMembers().All(t.Context(), 2, ListOptions{})) },
		opPlanInviteList:   func(c *Client) error { return drain(c.PlanInvites().All(t.Context(), 2, ListOptions{})) },
		opInviteList:       func(c *Client) error { return drain(c.Invites().All(t.Context(), InviteList{})) },
		opSubscriptionList: func(c *Client) error { return drain(c.Subscriptions().All(t.Context(), SubscriptionList{})) },
		opPurchaseList:     func(c *Client) error { return drain(c.Purchases().All(t.Context(), PurchaseList{})) },
		opTagList:          func(c *Client) error { return drain(c.Tags().All(t.Context(), ListOptions{})) },
		opMemberTagList:    func(c *Client) error { return drain(c.MemberTags().All(t.Context(), 7, ListOptions{})) },
		opBadgeList:        func(c *Client) error { return drain(c.Badges().All(t.Context(), ListOptions{})) },
		opMemberBadgeList:  func(c *Client) error { return drain(c.MemberBadges().All(t.Context(), 7, ListOptions{})) },
		opCustomFieldList:  func(c *Client) error { return drain(c.CustomFields().All(t.Context(), CustomFieldList{})) },
		opAnswerList:       func(c *Client) error { return drain(c.Answers().All(t.Context(), 13, 7, ListOptions{})) },
		opCustomFieldOptionList: func(c *Client) error {
			return drain(c.CustomFieldOptions().All(t.Context(), 13, CustomFieldOptionList{}))
		},

		opCollectionList:      func(c *Client) error { return drain(c.Collections().All(t.Context(), ListOptions{})) },
		opPollList:            func(c *Client) error { return drain(c.Polls().All(t.Context(), PollList{})) },
		opCourseworkList:      func(c *Client) error { return drain(c.Courseworks().All(t.Context(), 3, CourseworkList{})) },
		opPostReactionList:    func(c *Client) error { return drain(c.PostReactions().All(t.Context(), 9, ListOptions{})) },
		opCommentReactionList: func(c *Client) error { return drain(c.CommentReactions().All(t.Context(), 5, ListOptions{})) },
		opRSVPList:            func(c *Client) error { return drain(c.RSVPs().All(t.Context(), 6, RSVPList{})) },
		opAbuseReportList:     func(c *Client) error { return drain(c.AbuseReports().All(t.Context(), ListOptions{})) },
	} {
		got := record(t, 200, emptyList, call)
		if got.query.Get("per_page") != "100" || got.query.Get("page") != "1" {
			t.Errorf("%s: query %v", op.row(), got.query)
		}
		var path string
		for _, d := range drives {
			if d.op == op {
				path = d.path
			}
		}
		if got.path != "/admin/v1/networks/1"+path {
			t.Errorf("%s: path %s", op.row(), got.path)
		}
		if wantsSpace := op == opPostList; (got.query.Get("space_id") == "3") != wantsSpace {
			t.Errorf("%s: query %v", op.row(), got.query)
		}
	}
}

func drain[T any](seq iter.Seq2[T, error]) error {
	for _, err := range seq {
		if err != nil {
			return err
		}
	}
	return nil
}

func TestValuesOnTheWire(t *testing.T) {
	event := record(t, 200, `{"id":6}`, func(c *Client) error { return drives["Events.Create"].full(t.Context(), c) })
	for name, want := range map[string]string{
		"space_id": "3", "starts_at": `"2026-03-01T18:00:00Z"`, "by_days": `"MO"`, "by_month_days": `"1"`, "rsvp_enabled": "false",
	} {
		if string(event.body[name]) != want {
			t.Errorf("%s: %s, want %s", name, event.body[name], want)
		}
	}
	days := record(t, 200, `{"id":6}`, func(c *Client) error {
		return only(c.Events().Update(t.Context(), 6, EventUpdate{ByDays: []string{"MO", "WE"}, ByMonthDays: []int{1, 15}}))
	})
	if string(days.body["by_days"]) != `"MO,WE"` || string(days.body["by_month_days"]) != `"1,15"` {
		t.Errorf("lists on the wire: %s", days.body)
	}
	member := record(t, 201, `{"id":7}`, func(c *Client) error { return drives["Members.Create"].full(t.Context(), c) })
	if string(member.body["space_ids"]) != "[3]" {
		t.Errorf("space_ids %s, want numbers", member.body["space_ids"])
	}

	// What reaches people or costs them money is always said, never left to
	// a default of the API.
	least := func(name string) recorded {
		return record(t, 200, `{"id":1}`, func(c *Client) error { return drives[name].least(t.Context(), c) })
	}
	if got := string(least("Members.Create").body["send_welcome_email"]); got != "false" {
		t.Errorf("send_welcome_email %q", got)
	}
	for name, param := range map[string]string{"Posts.Create": "notify", "Posts.Update": "notify", "Members.RemoveFromNetwork": "cancel_plans"} {
		if got := least(name).query.Get(param); got != "false" {
			t.Errorf("%s: %s is %q, want false", name, param, got)
		}
	}
	if got := record(t, 200, `{"id":1}`, func(c *Client) error { return drives["Posts.Create"].full(t.Context(), c) }); got.query.Get("notify") != "true" {
		t.Errorf("notify %v", got.query)
	}
}

func TestEmailLookupTrimsAndFolds(t *testing.T) {
	got := record(t, 200, `{"id":7}`, func(c *Client) error {
		return only(c.Members().FindByEmail(t.Context(), "  Ada+News@Example.COM\n"))
	})
	if got.query.Get("email") != "ada+news@example.com" {
		t.Errorf("email %q", got.query.Get("email"))
	}
}

func TestRefusedBeforeSending(t *testing.T) {
	var requests counter
	server := serve(t, requests.count(replyJSON(200, `{"id":1}`)))
	c, ctx := newClient(t, server.URL), t.Context()
	for name, err := range map[string]error{
		"id":         only(c.Members().Get(ctx, 0)),
		"id/delete":  c.Members().Delete(ctx, 0),
		"space_id":   only(c.SpaceMembers().Get(ctx, 0, 7)),
		"user_id":    c.SpaceMembers().Ban(ctx, 3, 0, ""),
		"user_id/+":  only(c.SpaceMembers().Add(ctx, 3, 0)),
		"page":       only(c.Members().List(ctx, ListOptions{Page: -1})),
		"page/all":   drain(c.Members().All(ctx, ListOptions{Page: -1})),
		"per_page":   only(c.Members().List(ctx, ListOptions{PerPage: 101})),
		"per_page/-": only(c.Members().List(ctx, ListOptions{PerPage: -1})),
		"email":      only(c.Members().FindByEmail(ctx, "ada")),
		"last_name":  only(c.Members().Create(ctx, MemberCreate{Email: "a@example.com", FirstName: "A", LastName: " "})),
		"space_ids":  only(c.Members().Create(ctx, MemberCreate{Email: "a@example.com", FirstName: "A", LastName: "L", MemberType: "limited"})),
		"change":     only(c.Members().Update(ctx, 1, MemberUpdate{})),
		"title":      only(c.Posts().Create(ctx, PostCreate{SpaceID: 3})),
		"change/p":   only(c.Posts().Update(ctx, 1, PostUpdate{Notify: true})),
		"text":       only(c.Comments().Create(ctx, 1, CommentCreate{})),
		"starts_at":  only(c.Events().Create(ctx, EventCreate{SpaceID: 1, Title: "T", EventType: "x"})),
		"change/e":   only(c.Events().Update(ctx, 1, EventUpdate{})),
		"role":       only(c.SpaceMembers().SetRole(ctx, 3, 7, "")),
		"JSON":       only(c.Events().Update(ctx, 1, EventUpdate{StartsAt: ptr(time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC))})),
	} {
		e := apiError(t, err, Validation)
		word, _, _ := strings.Cut(name, "/")
		if !strings.Contains(e.Message, word) || !strings.Contains(e.Message, "nothing was sent") {
			t.Errorf("%s: message %q", name, e.Message)
		}
	}
	if n := requests.requests(); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

func TestPathsEscapeEveryElement(t *testing.T) {
	for _, tt := range []struct {
		values []string
		want   string // "" is refused
	}{
		{[]string{"1", "7"}, "/networks/1/members/7/"},
		{[]string{"a/b", "x?y#z %"}, "/networks/a%2Fb/members/x%3Fy%23z%20%25/"},
		{[]string{"1", ".."}, ""},
		{[]string{"1", "."}, ""},
		{[]string{"1", ""}, ""},
		{[]string{"1"}, ""},
		{[]string{"1", "7", "8"}, ""},
	} {
		got, err := fillPath(operations[opMemberGet].Path, tt.values)
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%q: got %q, %v", tt.values, got, err)
		}
	}
}

func TestOperationsAreCopies(t *testing.T) {
	rows := Operations()
	if len(rows) != int(opCount) {
		t.Fatalf("%d rows", len(rows))
	}
	names := map[string]bool{}
	for _, row := range rows {
		if names[row.Name] || row.Name == "" {
			t.Errorf("name %q is missing or used twice", row.Name)
		}
		names[row.Name] = true
		// Its order has no PATCH twin, and replaces what it names alone.
		if row.Method == http.MethodPut && row.Name != "collection.set_order" {
			t.Errorf("%s: PUT may blank what is left out", row)
		}
	}
	rows[opMemberList].Query[0] = "spoilt"
	if Operations()[opMemberList].Query[0] != "page" {
		t.Error("the table can be changed from outside")
	}
}

func sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }
