package apiclient

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// sabotage takes the connection over and does to it what f does.
func sabotage(t testing.TB, f func(net.Conn)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		f(conn)
		_ = conn.Close()
	}
}

func send(text string) func(net.Conn) {
	return func(conn net.Conn) { _, _ = io.WriteString(conn, text) }
}

func reset(conn net.Conn) { _ = conn.(*net.TCPConn).SetLinger(0) }

// hang answers nothing until the client gives up. The body must be read first:
// the server watches for a closed connection only after that.
func hang(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
}

const halfAnswer = "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"id\":7,"

// sentOnce checks the heart of the matter: an answer was lost, so a write may
// have happened. It is sent once and reported as unknown, while a read is
// tried three times.
func sentOnce(t *testing.T, c *Client, requests *counter, says string) {
	t.Helper()
	writes := map[string]func() error{
		"POST":   func() error { return only(c.Posts().Create(t.Context(), PostCreate{SpaceID: 1, Title: "T"})) },
		"PATCH":  func() error { return only(c.Members().Update(t.Context(), 7, MemberUpdate{Role: ptr("host")})) },
		"DELETE": func() error { return c.Members().RemoveFromNetwork(t.Context(), 7, false) },
	}
	for method, write := range writes {
		before := requests.requests()
		e := apiError(t, write(), OutcomeUnknown)
		if e.Changed != ChangedUnknown || !strings.HasPrefix(e.Operation, method) || !strings.Contains(e.Message, says) {
			t.Errorf("%s: %+v", method, e)
		}
		if n := requests.requests() - before; n != 1 {
			t.Errorf("%s was sent %d times", method, n)
		}
	}

	before := requests.requests()
	_, err := c.Members().Get(t.Context(), 7)
	if e := apiError(t, err, Unavailable); e.Changed != ChangedNo {
		t.Errorf("GET: %+v", e)
	}
	if n := requests.requests() - before; n != 3 {
		t.Errorf("GET was sent %d times", n)
	}
}

func TestLostAnswers(t *testing.T) {
	for name, tt := range map[string]struct {
		handler http.HandlerFunc
		says    string
	}{
		"500":        {replyJSON(500, `{"error":"oops"}`), "oops"},
		"502 page":   {reply(502, "text/html", "<html>bad gateway"), "failed"},
		"closed":     {sabotage(t, func(net.Conn) {}), "closed"},
		"reset":      {sabotage(t, reset), "reset"},
		"no HTTP":    {sabotage(t, send("SSH-2.0-OpenSSH\r\n\r\n")), "failed"},
		"header cut": {sabotage(t, send("HTTP/1.1 201 Cre")), "closed"},
		"body cut":   {sabotage(t, send(halfAnswer)), "broke off"},
		"body reset": {sabotage(t, func(c net.Conn) { send(halfAnswer)(c); reset(c) }), ""},
		"chunk cut":  {sabotage(t, send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n100\r\n{\"id\"")), "broke off"},
	} {
		t.Run(name, func(t *testing.T) {
			var requests counter
			server := serve(t, requests.count(tt.handler))
			sentOnce(t, newClient(t, server.URL, func(o *Options) { o.Breaker.Disabled = true }), &requests, tt.says)
		})
	}
}

// An API that hangs, on a clock that jumps: the whole HTTP exchange runs over
// pipes within the bubble.
func TestAnswersThatDoNotCome(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"nothing": hang,
		"half an answer": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "100")
			w.WriteHeader(200)
			_, _ = io.WriteString(w, `{"id":7,`)
			w.(http.Flusher).Flush()
			hang(w, r)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var requests counter
				transport := overPipes(t, requests.count(handler))
				c := newClient(t, "http://127.0.0.1", func(o *Options) { o.Transport = transport; o.Breaker.Disabled = true })
				start := time.Now()
				sentOnce(t, c, &requests, "no complete answer within 20s")
				if took := time.Since(start); took != 6*DefaultTimeout {
					t.Errorf("three writes and three tries took %s", took)
				}
			})
		})
	}
}

func TestAReadRecovers(t *testing.T) {
	var requests counter
	server := serve(t, requests.count(func(w http.ResponseWriter, r *http.Request) {
		switch requests.requests() {
		case 1:
			replyJSON(503, `{}`)(w, r)
		case 2:
			sabotage(t, send(halfAnswer))(w, r)
		default:
			replyJSON(200, `{"id":7}`)(w, r)
		}
	}))
	m, err := newClient(t, server.URL).Members().Get(t.Context(), 7)
	if err != nil || m.ID != 7 || requests.requests() != 3 {
		t.Errorf("%v, %v after %d requests", m, err, requests.requests())
	}
}

// refusing returns the address of a port where nobody listens.
func refusing(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	return server.URL
}

func TestAWriteThatWasNotSentIsNotUnknown(t *testing.T) {
	write := func(ctx context.Context, c *Client) *Error {
		_, err := c.Members().Update(ctx, 7, MemberUpdate{Role: ptr("host")})
		var e *Error
		if !errors.As(err, &e) || e.Changed != ChangedNo || !strings.HasSuffix(e.Error(), "nothing was changed") {
			t.Errorf("got %v", err)
		}
		return e
	}
	t.Run("nobody listens", func(t *testing.T) {
		e := write(t.Context(), newClient(t, refusing(t)))
		if e.Kind != Unavailable || !strings.Contains(e.Message, "refused") {
			t.Errorf("%v", e)
		}
	})
	t.Run("no TLS", func(t *testing.T) {
		server := httptest.NewUnstartedServer(replyJSON(200, `{"id":7}`))
		server.Config.ErrorLog = discardLog()
		server.StartTLS() // with a certificate that nobody vouches for
		t.Cleanup(server.Close)
		waits := 0
		c := newClient(t, server.URL, func(o *Options) {
			o.Sleep = func(context.Context, time.Duration) error { waits++; return nil }
		})
		e := write(t.Context(), c)
		if e.Kind != Unavailable || !strings.Contains(e.Message, "certificate") {
			t.Errorf("%v", e)
		}
		// Waiting makes no certificate trusted.
		ctx, meter := WithMeter(t.Context())
		if _, err := c.Members().Get(ctx, 7); err == nil || meter.Requests() != 0 || waits != 0 {
			t.Errorf("%v, %d requests, %d waits", err, meter.Requests(), waits)
		}
	})
	t.Run("caller gone before", func(t *testing.T) {
		var requests counter
		server := serve(t, requests.count(replyJSON(200, `{"id":7}`)))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		e := write(ctx, newClient(t, server.URL))
		if e.Kind != Canceled || !errors.Is(e, context.Canceled) || !strings.Contains(e.Message, "before anything was sent") || requests.requests() != 0 {
			t.Errorf("%v after %d requests", e, requests.requests())
		}
		ctx, cancel = context.WithDeadline(t.Context(), time.Unix(1, 0))
		defer cancel()
		if e := write(ctx, newClient(t, server.URL)); e.Kind != Canceled || !errors.Is(e, context.DeadlineExceeded) {
			t.Errorf("%v", e)
		}
	})
	t.Run("dialing takes too long", func(t *testing.T) {
		over := make(chan struct{}) // the transport goes on dialing when nobody waits any more
		defer close(over)
		c := newClient(t, "http://127.0.0.1:9", func(o *Options) {
			o.Timeout = 50 * time.Millisecond
			o.Transport = &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
				<-over
				return nil, errors.New("over")
			}}
		})
		if e := write(t.Context(), c); e.Kind != Unavailable || !strings.Contains(e.Message, "50ms") {
			t.Errorf("%v", e)
		}
	})
	t.Run("breaker open", func(t *testing.T) {
		c := newClient(t, refusing(t), func(o *Options) { o.Breaker.Consecutive = 1; o.Breaker.OpenFor = time.Hour })
		write(t.Context(), c)
		e := write(t.Context(), c)
		if e.Kind != BreakerOpen || e.RetryAfter <= 59*time.Minute || e.RetryAfter > time.Hour || e.RetryAt.Before(time.Now().Add(59*time.Minute)) {
			t.Errorf("%+v", e)
		}
	})
	t.Run("refused", func(t *testing.T) {
		server := serve(t, replyJSON(429, `{"error":"slow down"}`))
		if e := write(t.Context(), newClient(t, server.URL)); e.Kind != RateLimited {
			t.Errorf("%v", e)
		}
	})
}

func TestCallerLeavesInTheMiddle(t *testing.T) {
	arrived := make(chan struct{}, 1)
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		arrived <- struct{}{}
		hang(w, r)
	})
	c := newClient(t, server.URL)
	leave := func(call func(context.Context) error) error {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go func() {
			<-arrived
			cancel()
		}()
		return call(ctx)
	}
	e := apiError(t, leave(func(ctx context.Context) error { return only(c.Members().Get(ctx, 7)) }), Canceled)
	if !errors.Is(e, context.Canceled) {
		t.Errorf("%v", e)
	}
	e = apiError(t, leave(func(ctx context.Context) error { return c.Members().Delete(ctx, 7) }), OutcomeUnknown)
	if !errors.Is(e, context.Canceled) || e.Changed != ChangedUnknown {
		t.Errorf("%v", e)
	}
}

// A refusal is a refusal even when its text is lost.
func TestARefusalWithABrokenBody(t *testing.T) {
	for name, body := range map[string]string{
		"cut":  "Content-Length: 100\r\n\r\n{\"error\":",
		"huge": "Content-Length: 99999999999\r\n\r\n{",
	} {
		server := serve(t, sabotage(t, send("HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\n"+body)))
		c := newClient(t, server.URL)
		_, err := c.Members().Get(t.Context(), 7)
		apiError(t, err, NotFound)
		if e := apiError(t, c.Members().Delete(t.Context(), 7), NotFound); e.Changed != ChangedNo {
			t.Errorf("%s: %v", name, e)
		}
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	var elsewhere counter
	other := serve(t, elsewhere.count(replyJSON(200, `{"id":7}`)))
	for _, status := range []int{301, 302, 303, 307, 308} {
		server := serve(t, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, other.URL, status)
		})
		c := newClient(t, server.URL)
		_, err := c.Members().Get(t.Context(), 7)
		if e := apiError(t, err, Redirected); !strings.Contains(e.Message, "not followed") {
			t.Errorf("%d: %v", status, e)
		}
		if c.Members().Delete(t.Context(), 7) == nil {
			t.Errorf("%d: a redirected write passes as done", status)
		}
	}
	if elsewhere.requests() != 0 {
		t.Errorf("%d requests went to the other address", elsewhere.requests())
	}
}
