package tools_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/sandbox"
	"github.com/mcp-mighty/mcp-mighty/store"
	"github.com/mcp-mighty/mcp-mighty/tools"
)

// clocked is a sandboxed catalogue whose clock a test moves. Its client does
// not repeat what failed, so that requests can be counted.
type clocked struct {
	*sandboxed
	passed atomic.Int64
}

func newClocked(t testing.TB, options tools.Options, members int) *clocked {
	t.Helper()
	s := &clocked{sandboxed: &sandboxed{t: t, journal: store.NewMemory()}}
	clock := func() time.Time { return now.Add(time.Duration(s.passed.Load())) }
	s.sandbox = sandbox.New(sandbox.Options{Now: func() time.Time { return now }, Members: members})
	server, err := sandbox.Start("127.0.0.1:0", s.sandbox)
	if err != nil {
		t.Fatal(err)
	}
	client, err := apiclient.New(apiclient.Options{
		BaseURL: server.URL, Network: fmt.Sprint(s.sandbox.NetworkID()), Token: config.NewSecret(s.sandbox.Token()), Version: "test",
		Retry: apiclient.RetrySettings{Tries: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		client.Close()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		_ = s.journal.Close()
	})
	options.Selection = tools.Selection{Toolsets: []string{tools.PresetAll}}
	options.Networks = []tools.Env{{Network: "harbour", Now: clock, Client: func() (*apiclient.Client, error) { return client, nil }}}
	options.Gate, err = guardrails.New(guardrails.Options{
		Mode: guardrails.Live, Journal: s.journal, Key: s.journal.SigningKey, Now: clock,
		Protector: guardrails.Protector{Owner: tools.Owner(options.Networks)},
	})
	if err != nil {
		t.Fatal(err)
	}
	if s.catalogue, err = tools.New(options); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *clocked) pass(d time.Duration) { s.passed.Add(int64(d)) }

// costs runs a tool that must succeed with exactly so many requests, as the
// sandbox counts them and as the result says.
func (s *sandboxed) costs(requests int, tool string, arguments map[string]any) map[string]any {
	s.t.Helper()
	s.sandbox.ResetRequests()
	out := s.ok(tool, arguments)
	if got := len(s.sandbox.Requests()); got != requests || out["requests"] != float64(got) {
		s.t.Errorf("%s(%v) took %d requests and says %v, want %d", tool, arguments, got, out["requests"], requests)
	}
	return out
}

func args(pairs ...any) map[string]any {
	m := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i].(string)] = pairs[i+1]
	}
	return m
}

func TestRosterIsReadOnceAndForgottenInTime(t *testing.T) {
	s := newClocked(t, tools.Options{}, 250)
	all := args("joined_after", "2000-01-01")
	first := s.costs(3, "search_members", all)
	if first["complete"] != true || first["searched"] != 250.0 || first["total"] != 250.0 || first["age_seconds"] != 0.0 {
		t.Errorf("the first search says %v", first)
	}
	s.pass(9 * time.Minute)
	if kept := s.costs(0, "search_members", args("name", "maria")); kept["age_seconds"] != 540.0 || kept["complete"] != true {
		t.Errorf("a search in what is kept says %v", kept)
	}
	s.costs(0, "get_member_activity_report", nil)
	s.costs(3, "search_members", args("name", "maria", "fresh", true))
	s.pass(9 * time.Minute)
	s.costs(0, "search_members", all) // fresh as of nine minutes ago
	s.pass(time.Minute)
	if again := s.costs(3, "search_members", all); again["age_seconds"] != 0.0 {
		t.Errorf("after ten minutes the age is %v", again["age_seconds"])
	}
}

func TestRosterIsKeptAsLongAsTheOperatorSays(t *testing.T) {
	s := newClocked(t, tools.Options{KeepMembers: time.Hour}, 150)
	s.costs(2, "search_members", args("name", "maria"))
	s.pass(59 * time.Minute)
	s.costs(0, "search_members", args("name", "maria"))
	s.pass(time.Minute)
	s.costs(2, "search_members", args("name", "maria"))
}

func TestRosterGoesOnWhereItStopped(t *testing.T) {
	s := newClocked(t, tools.Options{}, 450)
	all := args("joined_after", "2000-01-01", "max_requests", 2)
	for i, want := range []struct {
		searched float64
		complete bool
		requests int
	}{{200, false, 2}, {400, false, 2}, {450, true, 1}, {450, true, 0}} {
		got := s.costs(want.requests, "search_members", all)
		if got["searched"] != want.searched || got["complete"] != want.complete || (got["note"] == nil) != want.complete {
			t.Errorf("call %d says %v, want %+v", i+1, got, want)
		}
	}
	// A reading that fails costs no more than the page that failed.
	if err := s.inject("GET /members status=500 skip=3 times=1"); err != nil {
		t.Fatal(err)
	}
	if answer := s.call("search_members", args("name", "x", "fresh", true)); answer.Code != "unavailable" || answer.Requests != 4 {
		t.Errorf("a failed page: %s %s after %d requests", answer.Code, answer.Problem, answer.Requests)
	}
	if got := s.costs(2, "search_members", args("name", "x")); got["complete"] != true || got["searched"] != 450.0 {
		t.Errorf("after the failure: %v", got)
	}
}

func TestRosterIsReadOnceForAllWhoWait(t *testing.T) {
	s := newClocked(t, tools.Options{}, 450)
	s.sandbox.ResetRequests()
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			answer := s.catalogue.Call(context.Background(), "search_members", guardrails.Request{Arguments: json.RawMessage(`{"name":"maria"}`)}, nil)
			if answer.Problem != "" {
				t.Error(answer.Problem)
			}
		})
	}
	wait.Wait()
	if n := len(s.sandbox.Requests()); n != 5 {
		t.Errorf("eight searches at once took %d requests, want 5", n)
	}
	// Somebody who leaves while they wait takes nobody with them.
	if err := s.inject("GET /members hang times=1"); err != nil {
		t.Fatal(err)
	}
	ctx, leave := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer leave()
	fresh := guardrails.Request{Arguments: json.RawMessage(`{"name":"maria","fresh":true}`)}
	wait.Go(func() { s.catalogue.Call(ctx, "search_members", fresh, nil) })
	wait.Wait()
	if got := s.ok("search_members", args("name", "maria")); got["complete"] != true {
		t.Errorf("after somebody left: %v", got)
	}
}

func TestOurOwnWritesMakeTheRosterOld(t *testing.T) {
	s := newClocked(t, tools.Options{}, 150)
	n := s.sandbox.Notable()
	search := args("name", "zzyzx")
	if got := s.costs(2, "search_members", search); got["total"] != 0.0 {
		t.Fatalf("somebody has the name already: %v", got)
	}
	s.ok("update_member", args("member_id", n.Moderator, "last_name", "Zzyzx"))
	if got := s.costs(2, "search_members", search); got["total"] != 1.0 {
		t.Errorf("after our own rename: %v", got)
	}
	inSpace := args("space_id", n.PaidSpace)
	before := s.ok("search_members", inSpace)["total"].(float64)
	s.ok("add_space_member", args("space_id", n.PaidSpace, "member_id", n.Spammers[0]))
	if got := s.ok("search_members", inSpace); got["total"] != before+1 {
		t.Errorf("after our own addition %v are in the space, want %v", got["total"], before+1)
	}
	s.ok("search_members", search)
	// What was declined changed nothing, and neither does a post.
	s.callAs(&person{decision: guardrails.Declined}, "ban_member", args("member_id", n.Spammers[0]))
	s.ok("create_post", args("space_id", s.postSpace(), "title", "Hello"))
	s.costs(0, "search_members", search)
}

func TestRosterHasItsRoom(t *testing.T) {
	s := newClocked(t, tools.Options{}, 450)
	s.catalogue.LimitKeptMembers(250)
	all := args("joined_after", "2000-01-01")
	for _, requests := range []int{3, 0} {
		out := s.costs(requests, "search_members", all)
		if out["complete"] != false || out["searched"] != 250.0 || !strings.Contains(out["note"].(string), "no more in memory") {
			t.Errorf("with room for 250: %v", out)
		}
	}
	// What was used longest ago makes room.
	space := s.sandbox.Notable().PaidSpace
	s.ok("search_members", args("space_id", space))
	if n := s.catalogue.KeptMembers(); n != len(s.sandbox.SpaceMembers(space)) {
		t.Errorf("%d are kept, want those of the space only", n)
	}
	s.pass(tools.DefaultKeepMembers)
	s.ok("search_members", args("space_id", s.postSpace(), "max_requests", 2))
	s.pass(tools.DefaultKeepMembers)
	s.problem("search_members", args("space_id", 1))
	if n := s.catalogue.KeptMembers(); n != 0 {
		t.Errorf("%d are kept beyond their time", n)
	}
}

func TestRosterReadDuringAWriteIsNotKept(t *testing.T) {
	s := newClocked(t, tools.Options{}, 250)
	written := false
	progress := func(int, int, string) {
		if !written {
			written = true
			s.ok("update_member", args("member_id", s.sandbox.Notable().Moderator, "last_name", "Zzyzx"))
		}
	}
	answer := s.catalogue.Call(t.Context(), "search_members", guardrails.Request{Arguments: json.RawMessage(`{"name":"x"}`)}, progress)
	if answer.Problem != "" || !written {
		t.Fatalf("%s (written %v)", answer.Problem, written)
	}
	if out := s.costs(3, "search_members", args("name", "zzyzx")); out["total"] != 1.0 {
		t.Errorf("after a write during the reading: %v", out)
	}
}

// TestRosterStopsAtAListThatRepeats meets an API that ignores page numbers.
func TestRosterStopsAtAListThatRepeats(t *testing.T) {
	requests := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests++
		page, _ := strconv.Atoi(r.URL.Query().Get("page"))
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"items":[{"id":7,"first_name":"A"}],"links":{"next":"%s?page=%d"}}`, r.URL.Path, page+1)
	}))
	defer server.Close()
	client, err := apiclient.New(apiclient.Options{BaseURL: server.URL, Network: "42", Token: config.NewSecret("k"), Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	journal := store.NewMemory()
	defer func() { _ = journal.Close() }()
	envs := []tools.Env{{Network: "n", Now: func() time.Time { return now }, Client: func() (*apiclient.Client, error) { return client, nil }}}
	gate, err := guardrails.New(guardrails.Options{Journal: journal, Mode: guardrails.ReadOnly, Key: journal.SigningKey, Protector: guardrails.Protector{Owner: tools.Owner(envs)}})
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := tools.New(tools.Options{Networks: envs, Gate: gate})
	if err != nil {
		t.Fatal(err)
	}
	answer := catalogue.Call(t.Context(), "search_members", guardrails.Request{Arguments: json.RawMessage(`{"name":"a"}`)}, nil)
	if !strings.Contains(answer.Problem, "again and again") || requests != 2 {
		t.Errorf("after %d requests: %s%s", requests, answer.Problem, answer.JSON)
	}
}
