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
	// waits are how long calls have waited; on this clock that takes no time.
	waits []time.Duration
}

func newClocked(t testing.TB, options tools.Options, members int, directory ...store.Directory) *clocked {
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
	directory = append(directory, nil)
	options.Networks = []tools.Env{{
		Network: "harbour", Now: clock, Sleep: s.wait, Client: func() (*apiclient.Client, error) { return client, nil },
		Directory: keptDirectory(t, directory[0]),
	}}
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

func (s *clocked) wait(ctx context.Context, d time.Duration) error {
	s.waits = append(s.waits, d)
	s.pass(d)
	return ctx.Err()
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

func TestDirectoryIsReadOnceAndAgainInTime(t *testing.T) {
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
	s.pass(24*time.Hour - time.Minute)
	s.costs(0, "search_members", all) // fresh as of a day ago
	s.pass(time.Minute)
	if again := s.costs(3, "search_members", all); again["age_seconds"] != 0.0 {
		t.Errorf("after a day the age is %v", again["age_seconds"])
	}
}

func TestDirectoryIsKeptAsLongAsTheOperatorSays(t *testing.T) {
	s := newClocked(t, tools.Options{Directory: tools.DirectoryRules{MaxAge: time.Hour}}, 150)
	s.costs(2, "search_members", args("name", "maria"))
	s.pass(59 * time.Minute)
	s.costs(0, "search_members", args("name", "maria"))
	s.pass(time.Minute)
	s.costs(2, "search_members", args("name", "maria"))
	s.costs(1, "get_network_stats", nil) // the spaces
	s.costs(0, "get_network_stats", nil)
}

func TestReadingGoesOnWhereItStopped(t *testing.T) {
	s := newClocked(t, tools.Options{}, 450)
	all := args("joined_after", "2000-01-01", "max_requests", 2)
	for i, want := range []struct {
		searched float64
		complete bool
		requests int
	}{{200, false, 2}, {300, false, 2}, {400, false, 2}, {450, true, 2}, {450, true, 0}} {
		got := s.costs(want.requests, "search_members", all)
		if got["searched"] != want.searched || got["complete"] != want.complete || (got["note"] == nil) != want.complete {
			t.Errorf("call %d says %v, want %+v", i+1, got, want)
		}
	}
	// A reading that fails costs no more than the page that failed, and what
	// was read before still answers.
	if err := s.inject("GET /members status=500 skip=3 times=1"); err != nil {
		t.Fatal(err)
	}
	s.pass(time.Minute)
	failed := s.costs(4, "search_members", args("name", "x", "fresh", true))
	if note := fmt.Sprint(failed["note"]); failed["age_seconds"] != 60.0 || failed["complete"] != true || !strings.Contains(note, "could not be read anew") {
		t.Errorf("a failed page: %v", failed)
	}
	if got := s.costs(3, "search_members", args("name", "x", "fresh", true)); got["complete"] != true || got["searched"] != 450.0 || got["note"] != nil {
		t.Errorf("after the failure: %v", got)
	}
	// An old list is not begun anew where it could not be read to its end.
	s.pass(24 * time.Hour)
	old := s.costs(0, "search_members", all)
	if note := fmt.Sprint(old["note"]); old["complete"] != true || old["age_seconds"] != 86400.0 || !strings.Contains(note, "about 5 requests") {
		t.Errorf("an old list with 2 requests: %v", old)
	}
	s.costs(5, "search_members", args("name", "x"))
}

func TestAFirstReadingThatFailsIsAnError(t *testing.T) {
	s := newClocked(t, tools.Options{}, 250)
	if err := s.inject("GET /members status=500 times=1"); err != nil {
		t.Fatal(err)
	}
	if answer := s.call("search_members", args("name", "x")); answer.Code != "unavailable" || answer.Requests != 1 {
		t.Errorf("a failed page: %s %s after %d requests", answer.Code, answer.Problem, answer.Requests)
	}
	s.costs(3, "search_members", args("name", "x"))
}

// TestAPartThatWasReadAnswers, where the API fails at the rest, in this call or
// in a later one.
func TestAPartThatWasReadAnswers(t *testing.T) {
	s := newClocked(t, tools.Options{}, 250)
	if err := s.inject("GET /members status=500 skip=1 times=2"); err != nil {
		t.Fatal(err)
	}
	for call, requests := range []int{2, 1} {
		got := s.costs(requests, "search_members", args("joined_after", "2000-01-01"))
		if note := fmt.Sprint(got["note"]); got["complete"] != false || got["searched"] != 100.0 || got["total"] != 100.0 || !strings.Contains(note, "rest of the list could not be read: ") || !strings.Contains(note, "HTTP 500") {
			t.Errorf("call %d: %v", call, got)
		}
	}
	s.costs(3, "search_members", args("name", "x")) // the first page, which was kept, again
}

// TestAClockThatWasSetBack makes what was read old: nobody knows how old.
func TestAClockThatWasSetBack(t *testing.T) {
	directory := store.NewMemoryDirectory()
	s := newClocked(t, tools.Options{}, 150, directory)
	mayNot := newClocked(t, tools.Options{Directory: tools.DirectoryRules{RefreshRoles: []string{}}}, 150, directory)
	n := s.sandbox.Notable()
	byTag := args("email", "@example.org", "tag_id", n.Tag)
	first := s.ok("search_members", byTag)
	s.ok("get_network_stats", nil)
	s.ok("refresh_directory", args("max_requests", 100))
	s.pass(-48 * time.Hour)
	mayNot.pass(-48 * time.Hour)
	if got := mayNot.costs(0, "search_members", args("name", "maria")); got["age_seconds"] != nil || !strings.Contains(fmt.Sprint(got["note"]), "is old, and your role") {
		t.Errorf("where nothing may be spent: %v", got)
	}
	if got := s.costs(0, "refresh_directory", nil); got["age_seconds"] != nil {
		t.Errorf("the age is %v", got["age_seconds"])
	}
	state, err := directory.List(t.Context(), store.MemberList{Kind: store.InNetwork})
	if err != nil {
		t.Fatal(err)
	}
	if said := tools.DirectoryAge(state, now.Add(-48*time.Hour)); strings.Contains(said, "-") || !strings.Contains(said, "clock was set back") {
		t.Errorf("people read %q", said)
	}
	asked := int(first["requests"].(float64)) - 2
	again := s.costs(2+asked, "search_members", byTag)
	if again["age_seconds"] != 0.0 || again["note"] != first["note"] {
		t.Errorf("a search: %v", again)
	}
	s.costs(1, "get_network_stats", nil) // the spaces
	s.costs(0, "search_members", byTag)
	// A reading that began in the future is not gone on with.
	s.pass(72 * time.Hour)
	s.costs(1, "refresh_directory", args("max_requests", 1))
	s.pass(-48 * time.Hour)
	s.costs(2+4, "refresh_directory", args("max_requests", 100))
}

// TestAgeIsOfTheAnswer, not of the call's beginning, and of nothing there is none.
func TestAgeIsOfTheAnswer(t *testing.T) {
	s := newClocked(t, tools.Options{Directory: tools.DirectoryRules{RefreshRoles: []string{}}}, 150)
	for _, tool := range []string{"search_members", "get_network_stats", "get_member_activity_report", "refresh_directory"} {
		arguments := map[string]any{}
		if tool == "search_members" {
			arguments["name"] = "maria"
		}
		if got := s.ok(tool, arguments); got["age_seconds"] != nil {
			t.Errorf("%s, where nothing was read: %v", tool, got)
		}
	}
	s = newClocked(t, tools.Options{}, 350)
	out := s.refresh(100, 200, func() { s.pass(10 * time.Minute) })
	if out["age_seconds"] != 600.0 {
		t.Errorf("after a reading of ten minutes the age is %v", out["age_seconds"])
	}
}

func TestListIsReadOnceForAllWhoWait(t *testing.T) {
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

func TestOurOwnWritesShowInTheDirectory(t *testing.T) {
	s := newClocked(t, tools.Options{}, 150)
	n := s.sandbox.Notable()
	search := args("name", "zzyzx")
	if got := s.costs(2, "search_members", search); got["total"] != 0.0 {
		t.Fatalf("somebody has the name already: %v", got)
	}
	s.ok("update_member", args("member_id", n.Moderator, "last_name", "Zzyzx"))
	if got := s.costs(0, "search_members", search); got["total"] != 1.0 {
		t.Errorf("after our own rename: %v", got)
	}
	s.ok("change_member_email", args("member_id", n.Moderator, "email", "zzyzx@example.org"))
	if got := s.costs(0, "search_members", args("email", "zzyzx@")); got["total"] != 1.0 {
		t.Errorf("after our own change of the address: %v", got)
	}
	inSpace := args("space_id", n.PaidSpace)
	before := s.ok("search_members", inSpace)["total"].(float64)
	s.ok("add_space_member", args("space_id", n.PaidSpace, "member_id", n.Spammers[0]))
	if got := s.costs(0, "search_members", inSpace); got["total"] != before+1 {
		t.Errorf("after our own addition %v are in the space, want %v", got["total"], before+1)
	}
	s.ok("bulk_remove_space_members", args("items", []any{args("space_id", n.PaidSpace, "member_id", n.Spammers[0])}))
	if got := s.costs(0, "search_members", inSpace); got["total"] != before {
		t.Errorf("after our own removal %v are in the space, want %v", got["total"], before)
	}
	created := s.ok("create_member", args("email", "qwxyz@example.org", "first_name", "Qwxyz", "last_name", "New"))["result"].(map[string]any)["member"].(map[string]any)
	if got := s.found(args("name", "qwxyz")); len(got) != 1 || float64(got[0]) != created["id"] {
		t.Errorf("after our own creation: %v", got)
	}
	s.ok("ban_member", args("member_id", created["id"]))
	if got := s.costs(0, "search_members", args("name", "qwxyz")); got["total"] != 0.0 || got["searched"] != 150.0 {
		t.Errorf("after our own ban: %v", got)
	}
	// What was declined changed nothing, and neither does a post.
	s.callAs(&person{decision: guardrails.Declined}, "ban_member", args("member_id", n.Spammers[0]))
	s.ok("create_post", args("space_id", s.postSpace(), "title", "Hello"))
	s.costs(0, "search_members", search)
}

// TestAWriteOfUnknownOutcomeIsReadAgain: nobody knows whether the rename
// happened, so the one member is looked at.
func TestAWriteOfUnknownOutcomeIsReadAgain(t *testing.T) {
	s := newClocked(t, tools.Options{}, 150)
	s.ok("search_members", args("name", "x"))
	if err := s.inject("PATCH /members/* reset-after times=1"); err != nil {
		t.Fatal(err)
	}
	if err := s.inject("GET /members/* status=500 times=1 skip=1"); err != nil {
		t.Fatal(err)
	}
	answer := s.call("update_member", args("member_id", s.sandbox.Notable().Moderator, "last_name", "Zzyzx"))
	if answer.Problem == "" {
		t.Fatalf("the answer was not lost: %s", answer.JSON)
	}
	if got := s.costs(1, "search_members", args("name", "zzyzx")); got["total"] != 1.0 {
		t.Errorf("after a rename of unknown outcome: %v", got)
	}
	s.costs(0, "search_members", args("name", "zzyzx"))
}

func TestSingleReadsKeepTheDirectoryFresh(t *testing.T) {
	s := newClocked(t, tools.Options{}, 150)
	n := s.sandbox.Notable()
	s.ok("search_members", args("name", "x"))
	s.sandbox.SetMemberName(n.Moderator, "Zzyzx", "Elsewhere")
	s.costs(0, "search_members", args("name", "zzyzx"))
	s.ok("get_member", args("member_id", n.Moderator))
	if got := s.costs(0, "search_members", args("name", "zzyzx")); got["total"] != 1.0 {
		t.Errorf("after a single read: %v", got)
	}
	s.sandbox.SetMemberName(n.Spammers[0], "Qwxyz", "Elsewhere")
	s.ok("list_members", args("per_page", 100))
	s.ok("list_members", args("per_page", 100, "page", 2))
	if got := s.costs(0, "search_members", args("name", "qwxyz")); got["total"] != 1.0 {
		t.Errorf("after a list that passed by: %v", got)
	}
	s.costs(0, "search_members", args("name", "nobody"))
}

func TestReadingDuringAWriteIsRight(t *testing.T) {
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
	if out := s.costs(0, "search_members", args("name", "zzyzx")); out["total"] != 1.0 {
		t.Errorf("after a write during the reading: %v", out)
	}
}

func TestWhoMayNotSpendGetsWhatIsThere(t *testing.T) {
	directory := store.NewMemoryDirectory()
	may := newClocked(t, tools.Options{}, 250, directory)
	n := may.sandbox.Notable()
	mayNot := newClocked(t, tools.Options{Directory: tools.DirectoryRules{RefreshRoles: []string{}}}, 250, directory)
	none := mayNot.costs(0, "search_members", args("name", "maria"))
	if none["complete"] != false || !strings.Contains(fmt.Sprint(none["note"]), "your role may not spend") {
		t.Errorf("with nothing there: %v", none)
	}
	if answer := mayNot.problem("refresh_directory", args("max_requests", 10)); !strings.Contains(answer.Problem, "may not spend") || answer.Requests != 0 {
		t.Errorf("refresh: %s", answer.Problem)
	}
	mayNot.costs(0, "refresh_directory", nil)
	may.costs(3, "search_members", args("name", "maria"))
	if got := mayNot.costs(0, "search_members", args("name", "maria")); got["complete"] != true || got["note"] != nil || got["total"] == 0.0 {
		t.Errorf("with a directory: %v", got)
	}
	if got := mayNot.costs(0, "search_members", args("name", "maria", "tag_id", n.Tag)); got["complete"] != false || !strings.Contains(fmt.Sprint(got["note"]), "may not spend") {
		t.Errorf("by a tag: %v", got)
	}
	mayNot.pass(25 * time.Hour)
	if got := mayNot.costs(0, "search_members", args("name", "maria")); got["age_seconds"] != 90000.0 || !strings.Contains(fmt.Sprint(got["note"]), "is old, and your role") {
		t.Errorf("with an old directory: %v", got)
	}
}

func TestWithoutADirectoryNothingIsKept(t *testing.T) {
	s := newSandboxed(t, func(o *setup) { o.withoutDirectory = true })
	for range 2 {
		if got := s.costs(3, "search_members", args("name", "maria")); got["complete"] != true || got["total"] == 0.0 {
			t.Errorf("without a directory: %v", got)
		}
	}
	if got := s.costs(2, "search_members", args("name", "maria", "max_requests", 2)); !strings.Contains(fmt.Sprint(got["note"]), "keeps nothing") {
		t.Errorf("with 2 requests: %v", got)
	}
	s.costs(3, "get_member_activity_report", nil)
	if answer := s.problem("refresh_directory", nil); !strings.Contains(answer.Problem, "MIGHTY_DIRECTORY_KEEP") {
		t.Errorf("refresh: %s", answer.Problem)
	}
}

func TestRefreshDirectory(t *testing.T) {
	s := newClocked(t, tools.Options{}, 450)
	cost := s.costs(0, "refresh_directory", nil)
	if cost["complete"] != false || cost["estimated_requests"] != nil || !strings.Contains(fmt.Sprint(cost["note"]), "1 request for each 100") {
		t.Errorf("of an empty directory: %v", cost)
	}
	if part := s.costs(3, "refresh_directory", args("max_requests", 3)); part["members"] != 300.0 || part["complete"] != false {
		t.Errorf("a part: %v", part)
	}
	whole := s.costs(3+4, "refresh_directory", args("max_requests", 100))
	if whole["members"] != 450.0 || whole["complete"] != true || whole["note"] != nil {
		t.Errorf("the rest: %v", whole)
	}
	s.costs(0, "get_network_stats", nil)
	name := s.ok("get_space", args("space_id", s.sandbox.Notable().PaidSpace))["name"]
	s.costs(1, "search_members", args("space_id", name)) // its members, not its name
	s.pass(time.Hour)
	if cost := s.costs(0, "refresh_directory", nil); cost["estimated_requests"] != 9.0 || cost["age_seconds"] != 3600.0 {
		t.Errorf("of a full directory: %v", cost)
	}
	s.costs(9, "refresh_directory", args("max_requests", 100))
}

// TestReadingStopsAtAListThatRepeats meets an API that ignores page numbers.
func TestReadingStopsAtAListThatRepeats(t *testing.T) {
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
	if !strings.Contains(string(answer.JSON), "again and again") || !strings.Contains(string(answer.JSON), `"complete":false`) || requests != 2 {
		t.Errorf("after %d requests: %s%s", requests, answer.Problem, answer.JSON)
	}
}
