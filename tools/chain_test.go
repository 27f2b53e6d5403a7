package tools_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
)

// keepingAnswers lets the client keep answers as the program does.
func keepingAnswers(o *setup) {
	o.client = func(o *apiclient.Options) {
		o.Cache = apiclient.CacheSettings{Lists: time.Hour, Settings: time.Hour}
	}
}

// What is asked twice costs once, and the answer says how old it is; what the
// server changes itself shows at once.
func TestKeptAnswersDoNotSurprise(t *testing.T) {
	s := newSandboxed(t, keepingAnswers)
	member := map[string]any{"member_id": s.sandbox.Notable().Moderator}
	first := s.call("get_member", member)
	second := s.call("get_member", member)
	if first.Requests != 1 || first.Kept != 0 || second.Requests != 0 || second.Kept != 1 || string(first.JSON) != string(second.JSON) {
		t.Errorf("%d requests and %d kept, then %d and %d", first.Requests, first.Kept, second.Requests, second.Kept)
	}
	s.ok("update_member", map[string]any{"member_id": member["member_id"], "first_name": "Grace"})
	if third := s.call("get_member", member); third.Requests != 1 || !strings.Contains(string(third.JSON), "Grace") {
		t.Errorf("after the change, with %d requests: %s", third.Requests, third.JSON)
	}
}

// What a person approves, and what is decided by, is never taken from memory.
func TestActingToolsLookAtWhatIsThereNow(t *testing.T) {
	s := newSandboxed(t, keepingAnswers)
	id := s.sandbox.Notable().Moderator
	s.ok("get_member", map[string]any{"member_id": id})
	s.elsewhere(http.MethodPatch, fmt.Sprintf("/members/%d/", id), `{"first_name":"Grace"}`)
	who := &person{decision: guardrails.Declined}
	s.callAs(who, "delete_member", map[string]any{"member_id": id})
	if len(who.asked) != 1 || !strings.Contains(fmt.Sprint(who.asked[0].Preview.View()), "Grace") {
		t.Errorf("the person was shown %+v", who.asked)
	}
}

// elsewhere changes something as another client of the API would.
func (s *sandboxed) elsewhere(method, path, body string) {
	s.t.Helper()
	request, err := http.NewRequest(method, fmt.Sprintf("http://sandbox/admin/v1/networks/%d%s", s.sandbox.NetworkID(), path), strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+s.sandbox.Token())
	request.Header.Set("User-Agent", "another")
	request.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	s.sandbox.ServeHTTP(answer, request)
	if answer.Code < 200 || answer.Code > 299 {
		s.t.Fatalf("%s %s: %d %s", method, path, answer.Code, answer.Body)
	}
}

// A job that is told to use nothing kept does not do so below itself either.
func TestFreshReachesTheClient(t *testing.T) {
	s := newSandboxed(t, keepingAnswers)
	search := map[string]any{"name": "a", "fresh": true}
	s.ok("search_members", search)
	if again := s.call("search_members", search); again.Requests == 0 || again.Kept != 0 {
		t.Errorf("%d requests and %d kept answers", again.Requests, again.Kept)
	}
}

// A read ends in time also when the API does not answer at all.
func TestReadsAreBounded(t *testing.T) {
	s := newSandboxed(t, func(o *setup) { o.callTimeout = 100 * time.Millisecond })
	if err := s.inject("GET * hang"); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if answer := s.problem("get_network", nil); answer.Code != string(apiclient.Canceled) || !strings.Contains(answer.Problem, "time ran out") {
		t.Errorf("%s: %s", answer.Code, answer.Problem)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
	s.sandbox.ClearFaults()
}

// fewLeft is a transport whose first answer tells that of 100 requests a second
// 8 are left, so that the next ones go one after the other.
type fewLeft struct {
	http.Transport
	told sync.Once
}

func (f *fewLeft) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := f.Transport.RoundTrip(r)
	f.told.Do(func() {
		response.Header.Set("X-RateLimit-Limit", "100")
		response.Header.Set("X-RateLimit-Remaining", "8")
		response.Header.Set("X-RateLimit-Reset", "1")
	})
	return response, err
}

// Callers are told apart by who they are: the many calls of one do not keep the
// single call of another waiting.
func TestEachCallerHasALine(t *testing.T) {
	transport := &fewLeft{}
	defer transport.CloseIdleConnections()
	s := newSandboxed(t, func(o *setup) {
		o.client = func(o *apiclient.Options) {
			o.Transport, o.Rate = transport, apiclient.RateSettings{PerMinute: 1000, MaxWait: time.Minute}
		}
	})
	s.ok("get_network", nil)
	var calls sync.WaitGroup
	ask := func(principal string, post int) {
		calls.Go(func() {
			s.catalogue.Call(t.Context(), "get_post", guardrails.Request{
				Caller: guardrails.Caller{Principal: principal}, Arguments: json.RawMessage(fmt.Sprintf(`{"post_id": %d}`, post)),
			}, nil)
		})
	}
	for i := range 6 {
		ask("export", i+1)
	}
	time.Sleep(50 * time.Millisecond) // the others stand in line before
	ask("ada", 7)
	calls.Wait()
	for place, request := range s.sandbox.Requests() {
		if strings.HasSuffix(request.Path, "/posts/7/") && place > 3 {
			t.Errorf("ada was served as number %d", place)
		}
	}
}
