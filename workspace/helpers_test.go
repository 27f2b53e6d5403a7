package workspace_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/sandbox"
	"github.com/mcp-mighty/mcp-mighty/sandbox/workspace"
	client "github.com/mcp-mighty/mcp-mighty/workspace"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// clock is a time that moves only while somebody sleeps.
type clock struct {
	mu    sync.Mutex
	time  time.Time
	waits []time.Duration
}

func newClock() *clock { return &clock{time: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.time
}

func (c *clock) sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waits = append(c.waits, d)
	c.time = c.time.Add(d)
	return ctx.Err()
}

// slept returns the waits since it was last asked.
func (c *clock) slept() []time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	waits := c.waits
	c.waits = nil
	return waits
}

// world is an emulated workspace with a client of it.
type world struct {
	*workspace.Workspace
	clock  *clock
	client *client.Client
}

func newWorld(t *testing.T, o workspace.Options, change ...func(*client.Options)) world {
	t.Helper()
	w := world{clock: newClock()}
	o.Now = w.clock.now
	w.Workspace = workspace.New(o)
	server := httptest.NewServer(w.Workspace)
	t.Cleanup(server.Close)
	w.client = newClient(t, server.URL, w.clock, append([]func(*client.Options){func(o *client.Options) {
		o.Token = config.NewSecret(w.Token())
	}}, change...)...)
	return w
}

func newClient(t *testing.T, address string, clock *clock, change ...func(*client.Options)) *client.Client {
	t.Helper()
	o := client.Options{BaseURL: address, Token: config.NewSecret("sk_live_0123456789abcdef"), Version: "1.2.3", Now: clock.now, Sleep: clock.sleep}
	for _, f := range change {
		f(&o)
	}
	c, err := client.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// refusal answers so many requests with a status, 0 all of them, as the API
// words it.
func refusal(status int, retryAfter string, times int) sandbox.Fault {
	return sandbox.Fault{
		Kind: sandbox.FaultStatus, Status: status, RetryAfter: retryAfter, Times: times,
		Body: fmt.Sprintf(`{"error":{"code":"fault","message":"injected fault","status":%d,"request_id":"req_000001"}}`, status),
	}
}

// answers serves one answer to every request.
func answers(t *testing.T, status int, contentType, body string) *client.Client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return newClient(t, server.URL, newClock())
}

// apiError fails the test unless err is an error of the kind.
func apiError(t *testing.T, err error, kind apiclient.Kind) *apiclient.Error {
	t.Helper()
	var e *apiclient.Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v (%T), want an *apiclient.Error of kind %s", err, err, kind)
	}
	if e.Kind != kind || e.Operation == "" || e.Message == "" || e.Advice() == "" {
		t.Fatalf("got %+v (%v), want kind %s with operation, message and advice", e, e, kind)
	}
	if strings.Contains(e.Error()+e.Advice(), "sk_live") {
		t.Fatalf("the key is shown: %v", e)
	}
	return e
}

// transport is a transport made of a function.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func secret(key string) config.Secret { return config.NewSecret(key) }
