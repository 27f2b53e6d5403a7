package sandbox

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPosts(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	for _, test := range []struct {
		body    string
		status  int
		message string
	}{
		{`{"space_id":1,"title":"x"}`, 404, "Space not found"},
		{path(`{"space_id":%d,"title":" "}`, n.PaidSpace), 422, "Title can't be blank"},
		{path(`{"space_id":%d,"title":"x","post_type":"poll"}`, n.PaidSpace), 422, "Post type is invalid"},
		{path(`{"space_id":%d,"title":"x"}`, n.EventsOnlySpace), 422, "Posts are not enabled in this space"},
	} {
		a.want("POST", "/posts", test.body, test.status, test.message)
	}
	made := a.want("POST", "/posts", path(`{"space_id":%d,"title":"Tide","description":"<p>High &amp; dry</p>","post_type":"article"}`, n.PaidSpace), 201, `"post_type":"article"`)
	id := made.id(t)
	one := path("/posts/%d/", id)
	body := made.decode(t)
	if body["summary"] != "High & dry" || a.number(body, "creator_id") != a.box.OwnerID() {
		t.Errorf("created %s", made.body)
	}
	if body["published_at"] != "2026-03-05T12:00:00+00:00" {
		t.Errorf("published_at is %v", body["published_at"])
	}

	a.want("PATCH", one, `{"title":""}`, 422, "Title can't be blank")
	a.want("PATCH", one, `{"title":"Ebb"}`, 200, `"summary":"High \u0026 dry"`)
	a.want("PUT", one, `{"description":"x"}`, 422, "Title can't be blank")
	a.want("PUT", one, `{"title":"Flood"}`, 200, `"description":""`)
	a.want("PATCH", one, `{"space_id":1}`, 400, "Unexpected parameters: space_id")
	if len(a.box.Outbox()) != 0 {
		t.Errorf("told people unasked: %v", a.box.Outbox())
	}
	a.want("PATCH", one+"?notify=true", `{"title":"Slack"}`, 200, "")
	a.want("POST", "/posts?notify=false", path(`{"space_id":%d,"title":"quiet"}`, n.PaidSpace), 201, "")
	if want := []Notice{{Kind: "post_notification", PostID: id}}; !slices.Equal(a.box.Outbox(), want) {
		t.Errorf("outbox %v, want %v", a.box.Outbox(), want)
	}

	a.want("DELETE", one, "", 204, "")
	for _, method := range []string{"GET", "DELETE"} {
		a.want(method, one, "", 404, "Post not found")
	}
	a.want("PATCH", one, `{}`, 404, "Post not found")
	a.want("PUT", one, `{}`, 404, "Post not found")
	a.want("GET", path("/posts/%d/comments", id), "", 404, "Post not found")
}

func TestPostListAndFilter(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	all := a.ids("/posts?per_page=100")
	if all[0] != n.LatestPost || len(all) < 150 {
		t.Errorf("%d posts, the first is %d, want at least 150 and %d", len(all), all[0], n.LatestPost)
	}
	filtered := a.ids(path("/posts?space_id=%d&per_page=4", n.DuplicateSpaces[0]))
	for _, id := range filtered {
		if state, _ := a.box.PostByID(id); state.SpaceID != n.DuplicateSpaces[0] {
			t.Errorf("post %d is in space %d", id, state.SpaceID)
		}
	}
	if len(filtered) < 5 {
		t.Fatalf("only %d posts in the space: too few to page", len(filtered))
	}
	a.want("GET", "/posts?space_id=1", "", 200, `"items":[]`)
	a.want("GET", path("/posts/%d/", n.UntitledPost), "", 200, `"images":null,"title":null`)
	a.want("PATCH", path("/posts/%d/", n.UntitledPost), `{"title":"Low tide"}`, 200, `"images":[],"title":"Low tide"`)
}

func TestSummaryIsCut(t *testing.T) {
	got := summary("<p>" + strings.Repeat("åß ", 100) + "</p><p>end</p>")
	if utf8.RuneCountInString(got) > summaryLength+1 || !strings.HasSuffix(got, "…") || strings.Contains(got, "<") {
		t.Errorf("summary %q", got)
	}
}

func TestComments(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	comments := path("/posts/%d/comments", n.InjectionPost)
	before := len(a.ids(comments))
	for _, test := range []struct {
		body    string
		message string
	}{
		{`{"text":"  "}`, "Text can't be blank"},
		{`{"text":"x","reply_to_id":1}`, "Reply to must be a comment on the same post"},
	} {
		a.want("POST", comments, test.body, 422, test.message)
	}
	a.want("POST", path("/posts/%d/comments", n.ClosedPost), `{"text":"x"}`, 422, "Comments are disabled")
	a.want("POST", "/posts/1/comments", `{"text":"x"}`, 404, "Post not found")

	parent := uint64(0)
	var made []uint64
	for depth := 1; depth <= maxDepth; depth++ {
		body := `{"text":"See https://example.com/a?b=1&c=2\n<b>now</b>"}`
		if parent != 0 {
			body = path(`{"text":"reply","reply_to_id":%d}`, parent)
		}
		parent = a.want("POST", comments, body, 201, path(`"depth":%d`, depth)).id(t)
		made = append(made, parent)
	}
	a.want("POST", comments, path(`{"text":"x","reply_to_id":%d}`, parent), 422, "Reply to cannot be replied to")
	top := a.want("GET", path("%s/%d/", comments, made[0]), "", 200, `"reply_count":1`).decode(t)
	if want := `<p>See <a href="https://example.com/a?b=1&amp;c=2">https://example.com/a?b=1&amp;c=2</a><br>&lt;b&gt;now&lt;/b&gt;</p>`; top["text"] != want {
		t.Errorf("text came back as %v\nwant %s", top["text"], want)
	}
	if a.number(top, "author_id") != a.box.OwnerID() {
		t.Errorf("a comment is by %v, not by the key's owner", top["author_id"])
	}
	a.want("GET", path("/posts/%d/", n.InjectionPost), "", 200, `"last_activity_at":"2026-03-05T12:00:00+00:00"`)
	if got := len(a.ids(comments + "?per_page=2")); got != before+maxDepth {
		t.Errorf("%d comments, want %d", got, before+maxDepth)
	}

	a.want("DELETE", path("%s/%d/", comments, made[0]), "", 204, "")
	if got := len(a.ids(comments)); got != before {
		t.Errorf("%d comments after deleting a thread, want %d", got, before)
	}
	a.want("DELETE", path("%s/%d/", comments, made[0]), "", 404, "Comment not found")
	a.want("GET", path("%s/%d/", comments, made[1]), "", 404, "Comment not found")
	a.want("GET", path("/posts/%d/comments/1/", n.InjectionPost), "", 404, "Comment not found")
	a.want("GET", "/posts/1/comments", "", 404, "Post not found")
}
