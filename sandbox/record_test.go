package sandbox

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

func TestRequestsAreRecorded(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	body := path(`{"space_id":%d,"title":"x"}`, n.PaidSpace)
	r := a.request("POST", "/posts?notify=true", body)
	r.Header.Set("Cookie", "a=b")
	r.Header.Set("X-Trace", "t1")
	if _, err := a.send(r); err != nil {
		t.Fatal(err)
	}
	a.do("GET", "/posts/1/", "")        // the handler ran and found nothing
	a.do("GET", "/posts/1", "")         // no such route
	a.do("GET", "/posts?surprise=", "") // refused before the handler

	seen := a.box.Requests()
	if len(seen) != 4 {
		t.Fatalf("recorded %d requests", len(seen))
	}
	first := seen[0]
	if first.Method != "POST" || first.Path != basePath+"4242/posts" || first.Query.Get("notify") != "true" || string(first.Body) != body {
		t.Errorf("recorded %+v", first)
	}
	if first.Header.Get("X-Trace") != "t1" || first.Header.Get("User-Agent") == "" {
		t.Errorf("headers are lost: %v", first.Header)
	}
	for _, request := range seen {
		if request.Header.Get("Authorization") != "" || request.Header.Get("Cookie") != "" {
			t.Errorf("a secret was recorded: %v", request.Header)
		}
	}
	type outcome struct {
		route             string
		status            int
		executed, changed bool
	}
	want := []outcome{{"/posts", 201, true, true}, {"/posts/{id}/", 404, true, false}, {"", 404, false, false}, {"/posts", 400, false, false}}
	for i, request := range seen {
		if got := (outcome{request.Route, request.Status, request.Executed, request.Changed}); got != want[i] {
			t.Errorf("request %d: %+v, want %+v", i+1, got, want[i])
		}
	}
	if a.box.Changes() != 1 {
		t.Errorf("%d changes, want 1", a.box.Changes())
	}
	a.box.ResetRequests()
	if len(a.box.Requests()) != 0 {
		t.Error("ResetRequests kept something")
	}
}

func TestTheJournalIsBounded(t *testing.T) {
	var j journal
	r, err := http.NewRequestWithContext(t.Context(), "GET", "http://127.0.0.1/", nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 2*keptRequests + 1 {
		j.arrive(r, bytes.Repeat([]byte("x"), 8))
	}
	if len(j.entries) != keptRequests+1 {
		t.Errorf("kept %d requests", len(j.entries))
	}
	if entry := j.arrive(r, bytes.Repeat([]byte("x"), keptBody+1)); len(entry.Body) != keptBody {
		t.Errorf("kept %d bytes of a body", len(entry.Body))
	}
}

func TestChangesBehindTheClientsBack(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	id := n.Moderator
	if !a.box.SetMemberName(id, "Amy", "Okafor-Li") || !a.box.SetMemberEmail(id, "amy@example.org") || !a.box.SetMemberRole(id, "host") {
		t.Fatal("a setter found no member")
	}
	a.want("GET", "/members/by_email?email=amy@example.org", "", 200, `"first_name":"Amy","last_name":"Okafor-Li"`)
	if state, _ := a.box.MemberByID(id); state.Role != "host" {
		t.Errorf("state is %+v", state)
	}
	if !a.box.SetPost(n.LatestPost, "New title", "<p>new</p>") {
		t.Fatal("SetPost found no post")
	}
	a.want("GET", path("/posts/%d/", n.LatestPost), "", 200, `"title":"New title"`)
	if !a.box.DropMember(id) || a.box.DropMember(id) || a.box.SetMemberName(id, "x", "y") {
		t.Error("DropMember did not take the member out once")
	}
	a.want("GET", path("/members/%d/", id), "", 404, "")
	if a.box.SetPost(1, "", "") {
		t.Error("SetPost found a post that does not exist")
	}
	if a.box.Changes() != 0 {
		t.Errorf("fixtures count as %d changes", a.box.Changes())
	}
}

func TestRoutesAreListed(t *testing.T) {
	all := Routes()
	want := Route{Method: "POST", Path: "/admin/v1/networks/{network_id}/posts", Query: []string{"notify"}, Body: []string{"space_id", "title", "description", "post_type"}, Status: 201}
	if !slices.ContainsFunc(all, func(r Route) bool {
		return r.Method == want.Method && r.Path == want.Path && slices.Equal(r.Query, want.Query) && slices.Equal(r.Body, want.Body) && r.Status == want.Status
	}) {
		t.Errorf("%+v is not among %d routes", want, len(all))
	}
	seen := map[string]bool{}
	for _, r := range all {
		key := r.Method + " " + r.Path
		if seen[key] || strings.Contains(r.Path, "//") {
			t.Errorf("%s is there twice, or malformed", key)
		}
		seen[key] = true
	}
}

// TestTheRecordPrecedesTheAnswer: who has the answer finds it in Requests.
func TestTheRecordPrecedesTheAnswer(t *testing.T) {
	box := New(Options{})
	w := &watchingWriter{ResponseWriter: httptest.NewRecorder(), box: box}
	box.ServeHTTP(w, httptest.NewRequest(http.MethodGet, basePath+"4242/me", nil))
	if w.recorded != http.StatusForbidden {
		t.Errorf("when the answer left, the record said %d", w.recorded)
	}
}

type watchingWriter struct {
	http.ResponseWriter
	box      *Sandbox
	recorded int
}

func (w *watchingWriter) WriteHeader(status int) {
	w.recorded = w.box.Requests()[0].Status
	w.ResponseWriter.WriteHeader(status)
}
