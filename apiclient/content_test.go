package apiclient

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestPollsSayWhetherTheyNotify(t *testing.T) {
	for _, notify := range []bool{false, true} {
		got := record(t, 201, `{"id":9}`, func(c *Client) error {
			return only(c.Polls().Create(t.Context(), PollCreate{SpaceID: 3, Title: "T", PollType: PollQuestion, Notify: notify}))
		})
		if want := map[bool]string{false: "false", true: "true"}[notify]; string(got.body["notify"]) != want || len(got.query) != 0 {
			t.Errorf("notify %s in the body, query %v; want %s in the body alone", got.body["notify"], got.query, want)
		}
	}
}

func TestContentOnTheWire(t *testing.T) {
	drive := func(name string) recorded {
		return record(t, 200, contentDrives[name].answer, func(c *Client) error { return contentDrives[name].full(t.Context(), c) })
	}
	order := drive("Collections.SetOrder")
	if got := string(order.body["spaces"]); got != `[{"space_id":3,"position":1},{"space_id":4,"position":2}]` {
		t.Errorf("spaces %s", got)
	}
	if order.query.Get("page") != "1" || order.query.Get("per_page") != "100" {
		t.Errorf("the answer to an order is cut short: %v", order.query)
	}
	if got := string(drive("Polls.Create").body["choices"]); got != `["a","b"]` {
		t.Errorf("choices %s", got)
	}
	if got := string(drive("PostReactions.Add").body["emoji"]); got != `"👍"` {
		t.Errorf("emoji %s", got)
	}
	for _, name := range []string{"Posts.Mute", "Posts.Unmute"} {
		if got := drive(name).query.Get("user_id"); got != "7" {
			t.Errorf("%s: user_id %q", name, got)
		}
	}
	answer := drive("RSVPs.Create").body
	if string(answer["member_id"]) != "7" || string(answer["status"]) != `"yes"` || string(answer["instance_at"]) != `"2026-03-01T18:00:00Z"` {
		t.Errorf("RSVP %s", answer)
	}

	// The offset's plus sign must not arrive as a blank.
	east := at.In(time.FixedZone("", 2*60*60))
	got := record(t, 200, emptyList, func(c *Client) error {
		return only(c.RSVPs().List(t.Context(), 6, RSVPList{InstanceAt: east}))
	})
	if got.query.Get("instance_at") != "2026-03-01T20:00:00+02:00" {
		t.Errorf("instance_at %q", got.query.Get("instance_at"))
	}
}

// A filter that is lost after the first page would mix in what nobody asked
// for.
func TestWalksKeepTheirFilter(t *testing.T) {
	for name, tt := range map[string]struct {
		walk func(*Client) error
		want url.Values
	}{
		"polls": {
			func(c *Client) error { return drain(c.Polls().All(t.Context(), PollList{SpaceID: 3})) },
			url.Values{"space_id": {"3"}},
		},
		"courseworks": {
			func(c *Client) error {
				return drain(c.Courseworks().All(t.Context(), 3, CourseworkList{Type: "lesson", ParentID: 5, Status: "posted"}))
			},
			url.Values{"type": {"lesson"}, "parent_id": {"5"}, "status": {"posted"}},
		},
		"rsvps": {
			func(c *Client) error { return drain(c.RSVPs().All(t.Context(), 6, RSVPList{InstanceAt: at})) },
			url.Values{"instance_at": {"2026-03-01T18:00:00Z"}},
		},
	} {
		var mu sync.Mutex
		var queries []url.Values
		serveTwo := pages(2, func(page, _ int) []int { return []int{page} })
		server := serve(t, func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			queries = append(queries, r.URL.Query())
			mu.Unlock()
			serveTwo(w, r)
		})
		if err := tt.walk(newClient(t, server.URL)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if len(queries) != 2 {
			t.Errorf("%s: %d requests, want 2", name, len(queries))
		}
		for _, got := range queries {
			for param := range tt.want {
				if got.Get(param) != tt.want.Get(param) {
					t.Errorf("%s: page %s was asked with %s=%q", name, got.Get("page"), param, got.Get(param))
				}
			}
		}
	}
}

func TestContentRefusedBeforeSending(t *testing.T) {
	var requests counter
	server := serve(t, requests.count(replyJSON(200, `{"id":1,"items":[]}`)))
	c, ctx := newClient(t, server.URL), t.Context()
	order := func(entries ...SpacePosition) error { return only(c.Collections().SetOrder(ctx, 8, entries)) }
	tooLate := time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, err := range map[string]error{
		"name/space":              only(c.Spaces().Create(ctx, SpaceCreate{" "})),
		"change/space":            only(c.Spaces().Update(ctx, 3, SpaceUpdate{})),
		"id/space":                c.Spaces().Delete(ctx, 0),
		"name/collection":         only(c.Collections().Create(ctx, CollectionCreate{Description: "D"})),
		"change/collection":       only(c.Collections().Update(ctx, 8, CollectionUpdate{})),
		"id/collection":           c.Collections().Delete(ctx, 0),
		"spaces":                  order(),
		"space_id is missing":     order(SpacePosition{Position: 1}),
		"counts from 1":           order(SpacePosition{3, 0}),
		"space_id 3":              order(SpacePosition{3, 1}, SpacePosition{3, 2}),
		"position 1":              order(SpacePosition{3, 1}, SpacePosition{4, 1}),
		"space_id/poll":           only(c.Polls().Create(ctx, PollCreate{Title: "T", PollType: PollQuestion})),
		"title/poll":              only(c.Polls().Create(ctx, PollCreate{SpaceID: 3, PollType: PollQuestion})),
		"poll_type":               only(c.Polls().Create(ctx, PollCreate{SpaceID: 3, Title: "T", Choices: []string{"a"}})),
		"choices":                 only(c.Polls().Create(ctx, PollCreate{SpaceID: 3, Title: "T", PollType: PollHotCold})),
		"change/poll":             only(c.Polls().Update(ctx, 9, PollUpdate{})),
		"space_id/courseworks":    only(c.Courseworks().List(ctx, 0, CourseworkList{})),
		"type/coursework":         only(c.Courseworks().Create(ctx, 3, CourseworkCreate{Title: "T"})),
		"change/coursework":       only(c.Courseworks().Update(ctx, 3, 5, CourseworkUpdate{})),
		"id/coursework":           c.Courseworks().Delete(ctx, 3, 0),
		"user_id/mute":            c.Posts().Mute(ctx, 9, 0),
		"user_id/unmute":          c.Posts().Unmute(ctx, 9, 0),
		"post_id/mute":            c.Posts().Mute(ctx, 0, 7),
		"emoji/post":              only(c.PostReactions().Add(ctx, 9, "")),
		"post_id/remove reaction": c.PostReactions().Remove(ctx, 0),
		"emoji/comment":           only(c.CommentReactions().Add(ctx, 5, "")),
		"comment_id":              c.CommentReactions().Remove(ctx, 0),
		"member_id":               only(c.RSVPs().Create(ctx, 6, RSVPCreate{Status: RSVPYes})),
		"status":                  only(c.RSVPs().Create(ctx, 6, RSVPCreate{MemberID: 7})),
		"change/rsvp":             only(c.RSVPs().Update(ctx, 6, 2, RSVPUpdate{})),
		"instance_at":             only(c.RSVPs().List(ctx, 6, RSVPList{InstanceAt: tooLate})),
		"instance_at/walk":        drain(c.RSVPs().All(ctx, 6, RSVPList{InstanceAt: tooLate})),
		"event_id":                c.RSVPs().Delete(ctx, 0, 2),
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

// The order is a write that answers with a list: it is sent once, and an
// answer that is none leaves the outcome open.
func TestAnOrderIsAWrite(t *testing.T) {
	order := func(c *Client) (*Page[PlacedSpace], error) {
		return c.Collections().SetOrder(t.Context(), 8, []SpacePosition{{4, 1}, {3, 2}})
	}
	server := serve(t, replyJSON(200, `{"items":[{"id":"4","name":"B","position":1},{"id":3,"name":"A","position":"2"}],"links":{"next":null}}`))
	page, err := order(newClient(t, server.URL))
	if err != nil || len(page.Items) != 2 || page.Items[0].ID != 4 || page.Items[1].Position != 2 || page.Items[1].Name != "A" {
		t.Errorf("%+v, %v", page, err)
	}
	for name, handler := range map[string]http.HandlerFunc{
		"failure": replyJSON(500, `{"error":"oops"}`),
		"no list": replyJSON(200, `{"id":8}`),
	} {
		var requests counter
		server := serve(t, requests.count(handler))
		_, err := order(newClient(t, server.URL))
		if e := apiError(t, err, OutcomeUnknown); e.Changed != ChangedUnknown || requests.requests() != 1 {
			t.Errorf("%s: %v after %d requests", name, e, requests.requests())
		}
	}
}

func TestPollChoicesAreReadLoosely(t *testing.T) {
	var p Poll
	data := `{"id":"9","poll_type":"multiple_choice_poll","choices":[{"id":"c1","text":"Red"},{"id":2,"text":"Blue"},"Green",null,7],
		"creator":{"id":7,"name":"Ada"},"space":{"id":3,"name":"Lounge"}}`
	if err := json.Unmarshal([]byte(data), &p); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, choice := range p.Choices {
		got = append(got, choice.ID+":"+choice.Text)
	}
	if strings.Join(got, " ") != "c1:Red 2:Blue :Green :7" {
		t.Errorf("choices %q", got)
	}
	if p.Creator.FullName() != "Ada" || p.Space.Name != "Lounge" {
		t.Errorf("%+v", p)
	}
	if err := json.Unmarshal([]byte(`{"id":9,"choices":null,"creator":null,"space":null}`), &p); err != nil || p.Choices != nil || p.Creator != nil || p.Space != nil {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestAnRSVPNamesEventMemberAndDate(t *testing.T) {
	var r RSVP
	data := `{"id":"2","updated":"2026-07-05T21:11:42+00:00","status":"maybe",
		"event":{"id":6,"space_id":"3","title":"Picnic","summary":"Bring cake","creator":{"id":1}},
		"member":{"id":7,"first_name":"Ada"},
		"event_instance":{"post_id":6,"starts_at":"2026-03-01T18:00:00Z","ends_at":"2026-03-01T19:00:00Z","instance_index":4}}`
	if err := json.Unmarshal([]byte(data), &r); err != nil {
		t.Fatal(err)
	}
	if r.ID != 2 || r.Status != RSVPMaybe || r.UpdatedAt.IsZero() || r.Member.ID != 7 {
		t.Errorf("%+v", r)
	}
	if r.Event.SpaceID != 3 || r.Event.Title != "Picnic" || r.Event.Description != "Bring cake" || r.Event.Creator.ID != 1 {
		t.Errorf("event %+v", r.Event)
	}
	if r.Instance.PostID != 6 || !r.Instance.StartsAt.Equal(at) || r.Instance.Index != 4 {
		t.Errorf("date %+v", r.Instance)
	}
	if err := json.Unmarshal([]byte(`{"id":2,"event":null,"member":null,"event_instance":null}`), &r); err != nil || r.Event != nil || r.Member != nil || r.Instance != nil {
		t.Errorf("%+v, %v", r, err)
	}
}
