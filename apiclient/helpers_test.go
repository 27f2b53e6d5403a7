package apiclient

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/mcp-mighty/mcp-mighty/config"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const testToken = "mn_0123456789abcdef0123456789abcdef"

// serve runs a handler on loopback for the length of the test.
func serve(t testing.TB, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

// newClient returns a client of the address that does not wait between tries.
func newClient(t testing.TB, address string, change ...func(*Options)) *Client {
	t.Helper()
	opts := Options{
		BaseURL: address,
		Network: "1",
		Token:   config.NewSecret(testToken),
		Version: "1.2.3",
		Sleep:   func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	}
	for _, f := range change {
		f(&opts)
	}
	c, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// reply answers every request in the same way.
func reply(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func replyJSON(status int, body string) http.HandlerFunc {
	return reply(status, "application/json; charset=utf-8", body)
}

// counter counts the requests a handler gets.
type counter struct {
	mu sync.Mutex
	n  int
}

func (c *counter) count(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		c.n++
		c.mu.Unlock()
		next(w, r)
	}
}

func (c *counter) requests() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}

// apiError fails the test unless err is an Error of the kind.
func apiError(t testing.TB, err error, kind Kind) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v (%T), want an *Error of kind %s", err, err, kind)
	}
	if e.Kind != kind {
		t.Fatalf("got kind %s (%v), want %s", e.Kind, e, kind)
	}
	if e.Operation == "" || e.Message == "" || e.Advice() == "" {
		t.Fatalf("an error without operation, message or advice: %+v", e)
	}
	return e
}

// roundTrip is a transport made of a function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// respond is an answer as a transport returns it.
func respond(r *http.Request, status int, body string) *http.Response {
	recorder := httptest.NewRecorder()
	recorder.Header().Set("Content-Type", "application/json")
	recorder.WriteHeader(status)
	_, _ = recorder.WriteString(body)
	resp := recorder.Result()
	resp.Request = r
	return resp
}

func ptr[T any](v T) *T { return &v }
