package tools_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
)

// spending keeps an account on the tests' clock.
func spending(terms apiclient.Terms) func(*setup) {
	return func(o *setup) {
		o.terms = terms
		o.client = func(o *apiclient.Options) { o.Now = func() time.Time { return now } }
	}
}

func TestRequestUsage(t *testing.T) {
	s := newSandboxed(t, spending(apiclient.Terms{Allowance: 10, WarnAt: 50, StopAt: 90, PricePerThousand: 1000}))
	usage := func() (out struct {
		Month        string
		Spent, Left  int64
		Forecast     int64
		ForecastOver *int64 `json:"forecast_over"`
		Status       string
		ByDay        []struct{ When string } `json:"by_day"`
	}) {
		t.Helper()
		answer := s.call("get_request_usage", nil)
		if answer.Requests != 0 {
			t.Errorf("asking what requests cost takes %d requests", answer.Requests)
		}
		if err := json.Unmarshal(answer.JSON, &out); err != nil {
			t.Fatalf("%v: %s%s", err, answer.JSON, answer.Problem)
		}
		return out
	}
	if u := usage(); u.Spent != 0 || u.Left != 10 || u.Status != "ok" || u.Month != "2026-11" {
		t.Errorf("%+v", u)
	}
	for i := range 9 {
		answer := s.call("get_network", nil)
		if answer.Problem != "" || (answer.Warning != "") != (i >= 4) {
			t.Errorf("request %d: %s, warning %q", i+1, answer.Problem, answer.Warning)
		}
	}
	answer := s.call("get_network", nil)
	if answer.Code != string(apiclient.AllowanceSpent) || !strings.Contains(answer.Problem, "2026-12-01 00:00 UTC") || answer.Requests != 0 {
		t.Errorf("beyond the stop: %s: %s", answer.Code, answer.Problem)
	}
	// What acts is stopped before it has done anything, and that is known.
	if answer := s.call("create_post", s.goodArguments()["create_post"]); answer.Code != string(apiclient.AllowanceSpent) || !strings.Contains(answer.Problem, "othing was") {
		t.Errorf("%s: %s", answer.Code, answer.Problem)
	}
	if u := usage(); u.Spent != 9 || u.Left != 1 || u.Status != "stopped" || len(u.ByDay) != 1 || u.ByDay[0].When != "2026-11-01" || len(s.sandbox.Requests()) != 9 {
		t.Errorf("%+v after %d requests", u, len(s.sandbox.Requests()))
	}
}

func TestRequestUsageWithoutAnAllowance(t *testing.T) {
	s := newSandboxed(t, spending(apiclient.Terms{WarnAt: 80, PricePerThousand: 1000}))
	s.ok("get_network", nil)
	text := string(s.call("get_request_usage", nil).JSON)
	if !strings.Contains(text, `"status":"unknown"`) || !strings.Contains(text, `"spent":1`) ||
		strings.Contains(text, "left") || strings.Contains(text, "over") || strings.Contains(text, "allowance") {
		t.Errorf("%s", text)
	}
}
