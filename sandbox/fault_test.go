package sandbox

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestFaults runs one write through every kind of fault and looks at both
// ends: what the client sees and what was done.
func TestFaults(t *testing.T) {
	for _, test := range []struct {
		spec     string
		status   int    // 0: no answer
		contains string // in the body or the header
		executed bool
	}{
		{"POST /posts status=500", 500, `{"error":"internal server error"}`, false},
		{"POST /posts 429 retry-after=2", 429, "Retry-After: 2", false},
		{"POST /posts 503 html", 503, "<h1>Service Unavailable</h1>", false},
		{`POST /posts 422 body='{"error": "too long"}'`, 422, `{"error": "too long"}`, false},
		{"POST /posts 302 location=/elsewhere", 302, "Location: /elsewhere", false},
		{"POST /posts 204", 204, "", false},
		{"POST /posts bot-wall retry-after=9", 403, "Retry-After: 9", false},
		{"POST /posts reset", 0, "", false},
		{"POST /posts reset-after", 0, "", true},
		{"POST /posts truncate", 0, "", true},
		{"POST /posts slow delay=1ms", 201, `"title":"x"`, true},
		{"POST /posts status-after=500", 500, `{"error":"internal server error"}`, true},
		{"POST /posts status-after=503 retry-after=9 html", 503, "Retry-After: 9", true},
		{"POST /posts plain", 201, "Content-Type: text/plain", true},
		{"POST /posts drip delay=1us", 201, `"title":"x"`, true},
		{"POST /posts huge", 201, `"title":"x"`, true},
		{"POST /posts envelope", 201, `{"results":{"id":`, true},
		{"POST /posts envelope shape=list", 201, `[{"id":`, true},
		{"POST /posts envelope shape=data", 201, `{"data":{"id":`, true},
		{"POST /posts envelope shape=empty", 201, `{}`, true},
	} {
		t.Run(test.spec, func(t *testing.T) {
			fault, err := ParseFault(test.spec)
			if err != nil {
				t.Fatal(err)
			}
			a := serve(t, Options{Faults: []Fault{fault}})
			answer, err := a.send(a.request("POST", "/posts", path(`{"space_id":%d,"title":"x"}`, a.box.Notable().PaidSpace)))
			if (err != nil) != (test.status == 0) {
				t.Errorf("client got error %v", err)
			}
			whole := answer.body
			for name, values := range answer.header {
				whole += "\n" + name + ": " + strings.Join(values, ",")
			}
			if err == nil && (answer.status != test.status || !strings.Contains(whole, test.contains)) {
				t.Errorf("client got %d %s", answer.status, whole)
			}
			changes := 0
			if test.executed {
				changes = 1
			}
			seen := a.box.Requests()
			if len(seen) != 1 || seen[0].Status != test.status || seen[0].Executed != test.executed || seen[0].Changed != test.executed || seen[0].Fault != fault.String() {
				t.Errorf("recorded %+v", seen)
			}
			if a.box.Changes() != changes {
				t.Errorf("%d changes, want %d", a.box.Changes(), changes)
			}
		})
	}
}

func TestTruncatedBodyStopsHalfway(t *testing.T) {
	a := serve(t, Options{})
	whole := a.want("GET", "/members", "", 200, "").body
	a.box.Inject(Fault{Kind: FaultTruncate})
	answer, err := a.send(a.request("GET", "/members", ""))
	if !errors.Is(err, io.ErrUnexpectedEOF) || answer.status != 200 || answer.body != whole[:len(whole)/2] {
		t.Errorf("got %d, %d of %d bytes, %v", answer.status, len(answer.body), len(whole), err)
	}
	// An answer without a body is lost altogether.
	if answer, err := a.send(a.request("DELETE", path("/posts/%d/", a.box.Notable().LatestPost), "")); err == nil {
		t.Errorf("got %+v", answer)
	}
}

func TestEnvelopeFaultOnAList(t *testing.T) {
	for shape, prefix := range map[string]string{"": `{"results":[{`, ShapeResults: `{"results":[{`, ShapeList: `[{`, ShapeData: `{"data":[{`, ShapeEmpty: `{}`} {
		for _, dataMeta := range []bool{false, true} {
			a := serve(t, Options{DataMetaEnvelope: dataMeta, Faults: []Fault{{Kind: FaultEnvelope, Shape: shape}}})
			if got := a.want("GET", "/spaces", "", 200, ""); !strings.HasPrefix(got.body, prefix) {
				t.Errorf("shape %q: %.40s", shape, got.body)
			}
		}
	}
}

func TestHangEndsWhenTheClientLeaves(t *testing.T) {
	a := serve(t, Options{Faults: []Fault{{Kind: FaultHang}}})
	ctx, leave := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		r := a.request("DELETE", path("/posts/%d/", a.box.Notable().LatestPost), "").WithContext(ctx)
		response, err := a.client.Do(r)
		if err == nil {
			_ = response.Body.Close()
		}
		ended <- err
	}()
	waitFor(t, func() bool { seen := a.box.Requests(); return len(seen) == 1 && seen[0].Fault != "" })
	leave()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("client got %v", err)
	}
	if seen := a.box.Requests()[0]; seen.Status != 0 || seen.Executed || a.box.Changes() != 0 {
		t.Errorf("recorded %+v", seen)
	}
	// Closing the server, in the cleanup, waits for the handler.
}

func TestClearFaultsReleasesWhatHangs(t *testing.T) {
	a := serve(t, Options{Faults: []Fault{{Kind: FaultHang, Times: 1}, {Kind: FaultSlow, Delay: time.Hour}}})
	ended := make(chan error, 2)
	for range 2 {
		go func() {
			response, err := a.client.Do(a.request("GET", "/me", ""))
			if err == nil {
				_ = response.Body.Close()
			}
			ended <- err
		}()
	}
	waitFor(t, func() bool {
		seen := a.box.Requests()
		return len(seen) == 2 && seen[0].Fault != "" && seen[1].Fault != ""
	})
	a.box.ClearFaults()
	for range 2 {
		if err := <-ended; err == nil {
			t.Error("a released request was answered")
		}
	}
	a.want("GET", "/me", "", 200, "")
}

func TestSlowExecutesFirst(t *testing.T) {
	a := serve(t, Options{Faults: []Fault{{Kind: FaultSlow, Delay: time.Hour}}})
	ctx, leave := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if response, err := a.client.Do(a.request("DELETE", path("/posts/%d/", a.box.Notable().LatestPost), "").WithContext(ctx)); err == nil {
			_ = response.Body.Close()
		}
	}()
	waitFor(t, func() bool { return a.box.Changes() == 1 })
	leave()
	<-ended
	waitFor(t, func() bool { return a.box.Requests()[0].Executed })
	if seen := a.box.Requests()[0]; seen.Status != 0 || !seen.Changed {
		t.Errorf("recorded %+v", seen)
	}
}

func TestSkipTimesAndOrder(t *testing.T) {
	a := serve(t, Options{})
	a.box.Inject(Fault{Method: "get", Path: "/me", Kind: FaultStatus, Status: 500, Skip: 1, Times: 2})
	a.box.Inject(Fault{Path: "/me", Kind: FaultStatus, Status: 502, Skip: 4})
	for i, want := range []int{200, 500, 500, 200, 200, 200, 502, 502} {
		// The second fault counts only what the first lets through: 1 request
		// before its hits and 3 after them.
		if got := a.do("GET", "/me", ""); got.status != want {
			t.Errorf("request %d: %d, want %d", i+1, got.status, want)
		}
	}
	a.want("GET", "/spaces", "", 200, "")
}

func TestFaultPaths(t *testing.T) {
	for _, test := range []struct {
		pattern, path string
		match         bool
	}{
		{"", "/anything", true},
		{"*", basePath + "4242/members", true},
		{"/", basePath + "4242/", true},
		{"/", basePath + "4242/me", false},
		{"/members", basePath + "4242/members", true},
		{"/members", basePath + "harbour-makers/members", true},
		{"/members", basePath + "4242/members/", true},
		{"/members", basePath + "4242/members/7/", false},
		{"/members/*", basePath + "4242/members/7/", true},
		{"/members/*/", basePath + "4242/members/7/", true},
		{"/members/*", basePath + "4242/members", false},
		{"/members/*", basePath + "4242/members/7/spaces", false},
		{"/members/**", basePath + "4242/members/7/spaces", true},
		{"/members/**", basePath + "4242/members", true},
		{"/members/**", basePath + "4242/posts", false},
		{"/spaces/*/members/*/ban", basePath + "4242/spaces/1/members/2/ban", true},
		{"/members", "/members", false},
	} {
		if got := (Fault{Path: test.pattern}).matches(http.MethodGet, test.path); got != test.match {
			t.Errorf("%q on %q: %v", test.pattern, test.path, got)
		}
	}
}

func TestInvalidFaultShows(t *testing.T) {
	a := serve(t, Options{Faults: []Fault{{Kind: "explode"}}})
	a.want("GET", "/me", "", 500, `sandbox: invalid fault: unknown fault \"explode\"; valid: status, bot-wall, hang`)
}

// waitFor waits for a condition that other goroutines bring about.
func waitFor(t *testing.T, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !condition(); {
		if time.Now().After(deadline) {
			t.Fatal("the condition did not come true within a minute")
		}
		time.Sleep(time.Millisecond)
	}
}
