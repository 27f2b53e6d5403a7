package tools_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/sandbox"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// TestLargeNetwork walks a large network into a directory, and searches it:
// through the catalogue, over HTTP, from a file. The full size takes minutes
// and is measured where MIGHTY_LARGE is set:
//
//	MIGHTY_LARGE=1 go test ./tools -run TestLargeNetwork -v
func TestLargeNetwork(t *testing.T) {
	notUnderRace(t)
	const (
		searchTime = 20 * time.Millisecond // at the 95th percentile
		heapGrowth = 64 << 20
		fileSize   = 150 << 20
	)
	members, full := 3_000, os.Getenv("MIGHTY_LARGE") != ""
	if full {
		members = 100_000
	}
	directory := store.NewDirectory(t.TempDir(), "large", "")
	s, _ := exporting(t, func(o *setup) {
		o.sandbox = sandbox.Options{Members: members, Now: func() time.Time { return now }}
		o.directory, o.callTimeout = directory, time.Hour
	})
	used := func() int64 {
		runtime.GC()
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return int64(stats.HeapAlloc)
	}
	s.sandbox.ResetRequests()
	before, most, reports := used(), int64(0), 0
	ask := func(tool string, arguments map[string]any) map[string]any {
		t.Helper()
		encoded, err := json.Marshal(arguments)
		if err != nil {
			t.Fatal(err)
		}
		answer := s.catalogue.Call(context.Background(), tool, guardrails.Request{Arguments: encoded, Approver: &person{decision: guardrails.Approved}}, func(int, int, string) {
			if reports++; reports%50 == 0 {
				most = max(most, used()-before)
				s.sandbox.ResetRequests() // its list of them is no part of ours
			}
		})
		if answer.Problem != "" {
			t.Fatalf("%s: %s", tool, answer.Problem)
		}
		var out map[string]any
		if err := json.Unmarshal(answer.JSON, &out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	start := time.Now()
	out := ask("refresh_directory", map[string]any{"max_requests": members/100 + 4})
	if out["complete"] != true || out["members"] != float64(members) || out["requests"] != float64(members/100+4) {
		t.Fatalf("the walk says %v", out)
	}
	t.Logf("%d members in %v requests took %s", members, out["requests"], time.Since(start).Round(time.Second))

	var took []time.Duration
	for last := uint64(0); ; {
		some, err := directory.After(t.Context(), store.MemberQuery{}, last, members/200)
		if err != nil {
			t.Fatal(err)
		}
		if len(some) == 0 {
			break
		}
		m := some[0]
		last = some[len(some)-1].ID
		for _, query := range []map[string]any{{"name": m.First + " " + m.Last}, {"name": m.Last}, {"email": m.Email}, {"location": "or", "name": m.First}, {"joined_after": "2026-10-25"}} {
			if query["name"] == "" || query["email"] == "" || query["name"] == " " {
				continue
			}
			start := time.Now()
			found := ask("search_members", query)
			took = append(took, time.Since(start))
			if found["requests"] != 0.0 || found["complete"] != true {
				t.Fatalf("%v: %v", query, found)
			}
		}
	}
	most = max(most, used()-before)
	slices.Sort(took)
	p95 := took[len(took)*95/100]
	start = time.Now()
	ask("get_member_activity_report", nil)
	report := time.Since(start)
	start = time.Now()
	exported := ask("export_members", nil)["result"].(map[string]any)
	if exported["rows"] != float64(members) || exported["requests"] != 0.0 {
		t.Errorf("the export says %v", exported)
	}
	most = max(most, used()-before)
	status, err := directory.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d searches: median %s, 95th percentile %s; report %s; export %s; heap +%s; file %d MB", len(took), took[len(took)/2].Round(time.Microsecond), p95.Round(time.Microsecond),
		report.Round(time.Millisecond), time.Since(start).Round(time.Millisecond), fmt.Sprintf("%.1f MiB", float64(most)/(1<<20)), status.Bytes>>20)
	if most > heapGrowth || status.Bytes > fileSize {
		t.Errorf("the heap grew by %d bytes, the file has %d", most, status.Bytes)
	}
	if full && p95 > searchTime {
		t.Errorf("a search takes %s at the 95th percentile, want %s", p95, searchTime)
	}
}
