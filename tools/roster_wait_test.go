package tools_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/tools"
)

// TestReadingWaitsAsLongAsItsCall, where the API asks for a pause, and says so.
func TestReadingWaitsAsLongAsItsCall(t *testing.T) {
	s := newClocked(t, tools.Options{}, 450)
	if err := s.inject("GET /members status=429 retry-after=20 skip=2 times=1"); err != nil {
		t.Fatal(err)
	}
	var said []string
	answer := s.catalogue.Call(t.Context(), "refresh_directory", guardrails.Request{Arguments: json.RawMessage(`{"max_requests":100}`)}, func(done, _ int, message string) {
		said = append(said, fmt.Sprint(done, " ", message))
	})
	if !strings.Contains(string(answer.JSON), `"complete":true`) || answer.Requests != 6+4 || !slices.Equal(s.waits, []time.Duration{20 * time.Second}) {
		t.Errorf("after waits of %v: %s%s", s.waits, answer.JSON, answer.Problem)
	}
	if !slices.ContainsFunc(said, func(text string) bool { return strings.Contains(text, "201 the API asks to wait for 20s") }) {
		t.Errorf("nobody is told: %q", said)
	}
	// Not for longer than the call has.
	if err := s.inject("GET /members status=429 retry-after=3000 skip=2 times=1"); err != nil {
		t.Fatal(err)
	}
	if out := s.costs(3, "refresh_directory", args("max_requests", 100)); len(s.waits) != 1 || !strings.Contains(fmt.Sprint(out["note"]), "could not be read anew") {
		t.Errorf("after waits of %v: %v", s.waits, out)
	}
}

// TestReadingGivesUpOnAPageThatNeverComes, however often it is asked for.
func TestReadingGivesUpOnAPageThatNeverComes(t *testing.T) {
	for what, arguments := range map[string]map[string]any{"refresh_directory": args("max_requests", 100), "export_members": args("fields", []any{"id", "bio"})} {
		s := newClocked(t, tools.Options{ExportDir: t.TempDir()}, 450)
		if err := s.inject("GET /members status=429 retry-after=20 skip=2"); err != nil {
			t.Fatal(err)
		}
		answer := s.call(what, arguments)
		if said := string(answer.JSON) + answer.Problem; answer.Requests != 2+3 || len(s.waits) != 2 || !strings.Contains(said, "HTTP 429") {
			t.Errorf("%s, after %d requests and %d waits: %s", what, answer.Requests, len(s.waits), said)
		}
	}
}

// TestExportWaitsAsLongAsItsCall, where it reads the network itself.
func TestExportWaitsAsLongAsItsCall(t *testing.T) {
	dir := t.TempDir()
	s := newClocked(t, tools.Options{ExportDir: dir}, 250)
	if err := s.inject("GET /members status=429 retry-after=20 skip=1 times=1"); err != nil {
		t.Fatal(err)
	}
	out := s.ok("export_members", args("fields", []any{"id", "bio"}))["result"].(map[string]any)
	if out["rows"] != 250.0 || out["complete"] != true || len(s.waits) != 1 {
		t.Errorf("after waits of %v: %v", s.waits, out)
	}
}
