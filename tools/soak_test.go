package tools_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// flaky answers one request of ten with a failure, or with none.
func flaky(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch rand.IntN(40) {
		case 0:
			w.WriteHeader(http.StatusServiceUnavailable)
		case 1:
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(http.StatusTooManyRequests)
		case 2:
			panic(http.ErrAbortHandler) // before it is executed
		case 3:
			next.ServeHTTP(discarded{http.Header{}}, r)
			panic(http.ErrAbortHandler) // after
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// discarded is an answer that is lost.
type discarded struct{ header http.Header }

func (d discarded) Header() http.Header         { return d.header }
func (d discarded) Write(p []byte) (int, error) { return len(p), nil }
func (d discarded) WriteHeader(int)             {}

// TestSoak lets eight clients call tools of all kinds while one request of ten
// fails, for as long as MCP_MIGHTY_SOAK says (10m): memory and goroutines stay
// flat, and no call gets stuck.
func TestSoak(t *testing.T) {
	length, err := time.ParseDuration(os.Getenv("MCP_MIGHTY_SOAK"))
	if err != nil {
		t.Skip("MCP_MIGHTY_SOAK is not set to a length of time such as 10m")
	}
	s := newSandboxed(t, func(o *setup) {
		o.front = flaky
		o.journal = store.NewSQLite(filepath.Join(t.TempDir(), "state"))
		o.client = func(o *apiclient.Options) {
			o.Cache = apiclient.CacheSettings{Lists: 100 * time.Millisecond, Settings: time.Second}
			o.Retry.Base = time.Millisecond
			o.Breaker.OpenFor = 50 * time.Millisecond
		}
	})
	n := s.sandbox.Notable()
	calls := []struct {
		tool      string
		arguments map[string]any
	}{
		{"get_network", nil}, {"list_members", nil}, {"list_spaces", nil}, {"list_posts", nil}, {"search_members", map[string]any{"name": "a"}},
		{"get_member", map[string]any{"member_id": n.Moderator}}, {"get_post", map[string]any{"post_id": n.CommentedPost}},
		{"list_comments", map[string]any{"post_id": n.CommentedPost}}, {"get_request_usage", nil},
		{"update_post", map[string]any{"post_id": n.SpamPost, "title": "T"}},
		{"update_member", map[string]any{"member_id": n.Spammers[0], "first_name": "Z"}},
		{"set_member_role", map[string]any{"member_id": n.SecondHost, "role": "host"}},
	}
	ctx, cancel := context.WithTimeout(t.Context(), length)
	defer cancel()
	var made, failed atomic.Int64
	var slowest atomic.Int64
	var clients sync.WaitGroup
	for range 8 {
		clients.Go(func() {
			for ctx.Err() == nil {
				c := calls[rand.IntN(len(calls))]
				start := time.Now()
				answer := s.call(c.tool, c.arguments)
				made.Add(1)
				if answer.Problem != "" {
					failed.Add(1)
				}
				for took := int64(time.Since(start)); ; {
					if most := slowest.Load(); took <= most || slowest.CompareAndSwap(most, took) {
						break
					}
				}
			}
		})
	}
	type sample struct {
		heap       uint64
		goroutines int
	}
	var samples []sample
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-time.After(length / 20):
		}
		s.sandbox.ResetRequests() // what the sandbox remembers is no leak of ours
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		samples = append(samples, sample{m.HeapAlloc, runtime.NumGoroutine()})
	}
	done := make(chan struct{})
	go func() { clients.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Fatal("a call got stuck")
	}
	show := ""
	for _, s := range samples {
		show += fmt.Sprintf(" %.1f MB/%d", float64(s.heap)/(1<<20), s.goroutines)
	}
	t.Logf("%d calls, %d of them failed, the slowest took %s; heap and goroutines:%s", made.Load(), failed.Load(), time.Duration(slowest.Load()), show)
	quarter := len(samples) / 4
	early, late := samples[quarter], samples[len(samples)-1]
	for _, s := range samples[quarter : 2*quarter] {
		early.heap, early.goroutines = max(early.heap, s.heap), max(early.goroutines, s.goroutines)
	}
	for _, s := range samples[3*quarter:] {
		late.heap, late.goroutines = min(late.heap, s.heap), min(late.goroutines, s.goroutines)
	}
	if late.heap > early.heap+early.heap/4+4<<20 || late.goroutines > early.goroutines+16 {
		t.Errorf("it grows: at least %+v in the end, at most %+v before", late, early)
	}
}
