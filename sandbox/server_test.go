package sandbox

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestStartSaysWhichAddressFailed(t *testing.T) {
	first, err := Start("127.0.0.1:0", http.NotFoundHandler())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = first.Close() }()
	addr := strings.TrimPrefix(first.URL, "http://")
	if second, err := Start(addr, http.NotFoundHandler()); err == nil || !strings.Contains(err.Error(), addr) {
		t.Errorf("a second listener on %s: %v, %v", addr, second, err)
	}
}

// TestCloseWaitsForHandlers: when Close returns, no handler is left running,
// not even one that would have gone on for ever.
func TestCloseWaitsForHandlers(t *testing.T) {
	started, ended := make(chan struct{}), make(chan struct{})
	server, err := Start("127.0.0.1:0", http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(started)
		<-r.Context().Done()
		close(ended)
	}))
	if err != nil {
		t.Fatal(err)
	}
	failed := make(chan error, 1)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	go func() {
		r, err := http.NewRequestWithContext(context.Background(), "GET", server.URL, nil)
		if err == nil {
			var response *http.Response
			if response, err = client.Do(r); err == nil {
				_, _ = io.Copy(io.Discard, response.Body)
				_ = response.Body.Close()
			}
		}
		failed <- err
	}()
	<-started
	if err := server.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	select {
	case <-ended:
	default:
		t.Error("Close returned while a handler was running")
	}
	if err := <-failed; err == nil {
		t.Error("the request was answered")
	}
	if err := server.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
}

func TestConcurrentClients(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	const clients, rounds = 8, 20
	ended := make(chan error, clients)
	for i := range clients {
		mine := *a // the notes of a client are its own
		go func() {
			ended <- mine.bustle(i, rounds, n)
		}()
	}
	for range clients {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	if got := a.box.Changes(); got != clients*rounds*4 {
		t.Errorf("%d changes, want %d", got, clients*rounds*4)
	}
	if got := len(a.box.Requests()); got != clients*rounds*7 {
		t.Errorf("%d requests recorded, want %d", got, clients*rounds*7)
	}
}

// bustle reads and writes all over the place: 7 requests a round, 4 of which
// change something.
func (a *api) bustle(client, rounds int, n Notable) error {
	for round := range rounds {
		created, err := a.send(a.request("POST", "/members", path(`{"email":"c%d.%d@example.com","first_name":"C","last_name":"R"}`, client, round)))
		if err != nil {
			return err
		}
		id := created.id(a.t)
		for _, step := range []struct{ method, path, body string }{
			{"GET", "/members?per_page=100", ""},
			{"PATCH", path("/members/%d/", id), `{"first_name":"D"}`},
			{"GET", "/posts?per_page=100", ""},
			{"POST", path("/posts/%d/comments", n.LatestPost), `{"text":"hi"}`},
			{"GET", path("/spaces/%d/members/%d/", n.AutoJoinSpace, id), ""},
			{"POST", path("/spaces/%d/members/%d/ban", n.AutoJoinSpace, id), `{}`},
		} {
			if _, err := a.send(a.request(step.method, step.path, step.body)); err != nil {
				return err
			}
		}
		a.box.SetMemberName(n.Moderator, "Amara", path("Okafor %d", round))
		a.box.SetPost(n.LatestPost, path("Round %d", round), "")
	}
	return nil
}

// TestNoHandlerStartsAfterClose: otherwise Close could wait for one that
// nobody cancels any more.
func TestNoHandlerStartsAfterClose(t *testing.T) {
	server := &Server{closing: true}
	handler := server.counted(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the handler ran") }))
	defer func() {
		if got := recover(); got != http.ErrAbortHandler {
			t.Errorf("the connection was not dropped: %v", got)
		}
	}()
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
}
