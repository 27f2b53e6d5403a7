package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// noon is the time on every test's clock unless it brings its own.
var noon = time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC)

// api is a client of one sandbox over real HTTP.
type api struct {
	t      testing.TB
	box    *Sandbox
	server *Server
	client *http.Client
	base   string
	notes  []exchange // what was said, for the contract test
}

type exchange struct {
	request  *http.Request
	sent     string
	response reply
}

type reply struct {
	status int
	header http.Header
	body   string
}

func serve(t testing.TB, options Options) *api {
	t.Helper()
	if options.Now == nil {
		options.Now = func() time.Time { return noon }
	}
	box := New(options)
	server, err := Start("127.0.0.1:0", box)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{MaxIdleConnsPerHost: 16}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		if err := server.Close(); err != nil {
			t.Errorf("closing the server: %v", err)
		}
	})
	return &api{
		t: t, box: box, server: server, base: fmt.Sprintf("%s%s%d", server.URL, basePath, box.NetworkID()),
		client: &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}
}

// request builds a request with key and agent; a body is sent as JSON.
func (a *api) request(method, path, body string) *http.Request {
	a.t.Helper()
	address := path
	if !strings.HasPrefix(path, "http") {
		address = a.base + path
	}
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	r, err := http.NewRequestWithContext(context.Background(), method, address, reader)
	if err != nil {
		a.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+a.box.Token())
	r.Header.Set("User-Agent", "sandbox-test/1.0")
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

func (a *api) send(r *http.Request) (reply, error) {
	var sent []byte
	if r.Body != nil {
		sent, _ = io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(sent))
	}
	response, err := a.client.Do(r)
	if err != nil {
		return reply{}, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	answer := reply{response.StatusCode, response.Header, string(body)}
	a.notes = append(a.notes, exchange{r, string(sent), answer})
	return answer, err
}

// do sends and fails the test when there is no whole answer.
func (a *api) do(method, path, body string) reply {
	a.t.Helper()
	answer, err := a.send(a.request(method, path, body))
	if err != nil {
		a.t.Fatalf("%s %s: %v", method, path, err)
	}
	return answer
}

// want sends and checks the status and a part of the body; "" is any body.
func (a *api) want(method, path, body string, status int, contains string) reply {
	a.t.Helper()
	answer := a.do(method, path, body)
	if answer.status != status || !strings.Contains(answer.body, contains) {
		a.t.Errorf("%s %s %s\n got %d %s\nwant %d …%s…", method, path, body, answer.status, answer.body, status, contains)
	}
	return answer
}

func (r reply) decode(t testing.TB) map[string]any {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(r.body))
	d.UseNumber()
	var v map[string]any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("answer %d is no JSON object: %v\n%s", r.status, err, r.body)
	}
	return v
}

func (r reply) id(t testing.TB) uint64 {
	t.Helper()
	var v struct{ ID uint64 }
	if err := json.Unmarshal([]byte(r.body), &v); err != nil || v.ID == 0 {
		t.Fatalf("answer has no integer id (%v): %s", err, r.body)
	}
	return v.ID
}

// ids walks a list to its end by links.next and returns the ids on it.
func (a *api) ids(path string) []uint64 {
	a.t.Helper()
	var out []uint64
	for next := path; next != ""; {
		var page struct {
			Items []struct{ ID uint64 }
			Links struct{ Next *string }
		}
		answer := a.want(http.MethodGet, next, "", 200, "")
		if err := json.Unmarshal([]byte(answer.body), &page); err != nil {
			a.t.Fatalf("%s: %v", next, err)
		}
		for _, item := range page.Items {
			out = append(out, item.ID)
		}
		next = ""
		if page.Links.Next != nil {
			next = *page.Links.Next
		}
	}
	return out
}

func path(format string, args ...any) string { return fmt.Sprintf(format, args...) }
