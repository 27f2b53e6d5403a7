package apiclient

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func discardLog() *log.Logger { return log.New(io.Discard, "", 0) }

func TestBodiesAreBounded(t *testing.T) {
	body := func(size int) string {
		const frame = `{"id":7,"bio":""}`
		return `{"id":7,"bio":"` + strings.Repeat("x", size-len(frame)) + `"}`
	}
	for name, tt := range map[string]struct {
		size  int
		chunk bool
		kind  Kind
	}{
		"just fits":          {1000, false, ""},
		"just fits, chunked": {1000, true, ""},
		"one too many":       {1001, false, TooLarge},
		"chunked":            {1001, true, TooLarge},
		"much too many":      {1 << 20, true, TooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			var requests counter
			server := serve(t, requests.count(func(w http.ResponseWriter, r *http.Request) {
				if tt.chunk {
					w.(http.Flusher).Flush() // no Content-Length
				}
				_, _ = io.WriteString(w, body(tt.size))
			}))
			c := newClient(t, server.URL, func(o *Options) { o.MaxBody = 1000 })
			m, err := c.Members().Get(t.Context(), 7)
			if tt.kind == "" {
				if err != nil || len(m.Raw) != tt.size {
					t.Errorf("%v", err)
				}
				return
			}
			if e := apiError(t, err, tt.kind); e.Status != 200 || !strings.Contains(e.Message, "1000 bytes") {
				t.Errorf("%+v", e)
			}
			if requests.requests() != 1 {
				t.Errorf("a too large answer was asked for %d times", requests.requests())
			}
			_, err = c.Members().Update(t.Context(), 7, MemberUpdate{Role: ptr("host")})
			apiError(t, err, OutcomeUnknown)
		})
	}
}

func TestCompressedAnswersAreReadAndBounded(t *testing.T) {
	for name, tt := range map[string]struct {
		size int64
		kind Kind
	}{"small": {100, ""}, "bomb": {1 << 30, TooLarge}} {
		t.Run(name, func(t *testing.T) {
			server := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
					t.Error("gzip was not offered")
				}
				w.Header().Set("Content-Encoding", "gzip")
				w.Header().Set("Content-Type", "application/json")
				zip := gzip.NewWriter(w)
				_, _ = io.WriteString(zip, `{"id":7,"bio":"`)
				block := []byte(strings.Repeat("x", 1<<16))
				for sent := int64(0); sent < tt.size; sent += int64(len(block)) {
					if _, err := zip.Write(block[:min(int64(len(block)), tt.size-sent)]); err != nil {
						return // the client has had enough
					}
				}
				_, _ = io.WriteString(zip, `"}`)
				_ = zip.Close()
			})
			c := newClient(t, server.URL, func(o *Options) { o.MaxBody = 1 << 20 })
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			m, err := c.Members().Get(t.Context(), 7)
			runtime.ReadMemStats(&after)
			if tt.kind == "" {
				if err != nil || len(m.Bio) != int(tt.size) {
					t.Errorf("%v", err)
				}
				return
			}
			apiError(t, err, tt.kind)
			if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20 {
				t.Errorf("%d bytes were allocated for an answer bounded at 1 MiB", used)
			}
		})
	}
}

// endless is a body that does not end; it counts what is read of it.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	e.read += len(p)
	return len(p), nil
}

func (*endless) Close() error { return nil }

func TestErrorBodiesAreReadInPart(t *testing.T) {
	body := &endless{}
	transport := &tryTransport{timeout: time.Minute, maxBody: DefaultMaxBody, next: roundTrip(func(r *http.Request) (*http.Response, error) {
		resp := respond(r, 404, "")
		resp.Body, resp.ContentLength = body, -1
		return resp, nil
	})}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1/x", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := transport.RoundTrip(req)
	if err != nil || resp.StatusCode != 404 || body.read > 2*maxErrorBody {
		t.Errorf("%v after %d bytes", err, body.read)
	}
}

func TestUnaskedEncodingIsRefused(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "br")
		_, _ = io.WriteString(w, `{"id":7}`)
	})
	_, err := newClient(t, server.URL).Members().Get(t.Context(), 7)
	apiError(t, err, BadResponse)
}

// The standard transport over TLS, where it speaks HTTP/2.
func TestHTTP2(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 2 {
			t.Errorf("HTTP/%d", r.ProtoMajor)
		}
		if r.Method == http.MethodDelete {
			panic(http.ErrAbortHandler) // the stream is reset
		}
		replyJSON(200, `{"id":7}`)(w, r)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	c := newClient(t, server.URL, func(o *Options) { o.Transport = server.Client().Transport })
	ctx, meter := WithMeter(t.Context())
	if _, err := c.Members().Get(ctx, 7); err != nil {
		t.Fatal(err)
	}
	apiError(t, c.Members().RemoveFromNetwork(ctx, 7, false), OutcomeUnknown)
	if meter.Requests() != 2 {
		t.Errorf("the meter says %d", meter.Requests())
	}
}

// tryOver runs one attempt over a transport made of a function.
func tryOver(ctx context.Context, next roundTrip) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1/x", nil)
	if err != nil {
		return nil, err
	}
	return (&tryTransport{next: next, timeout: 20 * time.Second, maxBody: 100}).RoundTrip(req)
}

// Of a transport that does not trace, only a failed dial is known not to have
// sent anything.
func TestSentIsAssumedWithoutTrace(t *testing.T) {
	for want, err := range map[bool]error{
		true:  errors.New("something broke"),
		false: fmt.Errorf("wrapped: %w", &net.OpError{Op: "dial", Err: errors.New("no route")}),
	} {
		_, got := tryOver(t.Context(), func(*http.Request) (*http.Response, error) { return nil, err })
		if maybeSent(got) != want {
			t.Errorf("%v: sent %v, want %v", err, !want, want)
		}
	}
	_, err := tryOver(t.Context(), func(*http.Request) (*http.Response, error) { return nil, nil })
	if err == nil {
		t.Error("no answer and no error passes")
	}
	if !maybeSent(errors.New("from a later transport")) {
		t.Error("an unknown error must count as sent")
	}
}

func TestAttemptsAreTimed(t *testing.T) {
	hanging := roundTrip(func(r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	})
	for name, tt := range map[string]struct {
		deadline time.Duration // of the caller; 0 is none
		cause    cause
		slow     bool
		took     time.Duration
	}{
		"own limit":            {0, causeTimeout, false, 20 * time.Second},
		"generous caller":      {time.Minute, causeTimeout, false, 20 * time.Second},
		"hasty caller":         {time.Second, causeLeft, false, time.Second},
		"caller with patience": {15 * time.Second, causeLeft, true, 15 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx := t.Context()
				if tt.deadline != 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, tt.deadline)
					defer cancel()
				}
				start := time.Now()
				_, err := tryOver(ctx, hanging)
				var try *tryError
				if !errors.As(err, &try) || try.cause != tt.cause || try.slow != tt.slow || time.Since(start) != tt.took {
					t.Errorf("%+v after %s", err, time.Since(start))
				}
			})
		})
	}
}

func TestEndedContextSendsNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := tryOver(ctx, func(*http.Request) (*http.Response, error) {
		t.Error("sent")
		return nil, nil
	})
	if maybeSent(err) || !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
