package tools_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// TestNobodyAskedReadingLeavesTheRestOfTheMonth: a search does not spend what
// is beyond the warning level, and says what does.
func TestNobodyAskedReadingLeavesTheRestOfTheMonth(t *testing.T) {
	directory := store.NewMemoryDirectory()
	s := newSandboxed(t, spending(apiclient.Terms{Allowance: 40, WarnAt: 50, PricePerThousand: 500}), func(o *setup) {
		o.sandbox.Members, o.directory = 350, directory
	})
	cost := s.costs(0, "refresh_directory", nil)
	if note := fmt.Sprint(cost["note"]); !strings.Contains(note, "Of the 40 requests that this month includes 40 are left; a thousand beyond it cost 500 cents.") {
		t.Errorf("the cost is %q", note)
	}
	// It can take 100 requests, and 20 are left until the warning.
	none := s.costs(0, "search_members", args("name", "maria"))
	if note := fmt.Sprint(none["note"]); none["complete"] != false || none["age_seconds"] != nil || !strings.Contains(note, "up to 100 requests, and 20 are left") || !strings.Contains(note, "refresh_directory") {
		t.Errorf("with nothing there: %v", none)
	}
	if got := s.costs(0, "search_members", args("space_id", fmt.Sprint(s.sandbox.Notable().PaidSpace))); !strings.Contains(fmt.Sprint(got["note"]), "with fresh") {
		t.Errorf("in a space: %v", got)
	}
	s.costs(4, "search_members", args("name", "maria", "max_requests", 20))
	if got := s.costs(0, "search_members", args("name", "maria")); got["complete"] != true || got["note"] != nil {
		t.Errorf("in what is kept: %v", got)
	}
	// refresh_directory is asked for, and so is what is to be fresh.
	s.costs(8, "refresh_directory", args("max_requests", 100))
	s.costs(4, "search_members", args("name", "maria", "fresh", true))
	if _, err := directory.Touch(t.Context(), nil, []store.MemberList{{Kind: store.InNetwork}}); err != nil {
		t.Fatal(err)
	}
	old := s.costs(4, "search_members", args("name", "maria")) // exactly up to the level
	if old["note"] != nil {
		t.Errorf("up to the level: %v", old)
	}
	if _, err := directory.Touch(t.Context(), nil, []store.MemberList{{Kind: store.InNetwork}}); err != nil {
		t.Fatal(err)
	}
	for _, tool := range []string{"search_members", "get_member_activity_report", "get_network_stats"} {
		arguments := map[string]any{}
		if tool == "search_members" {
			arguments["name"] = "maria"
		}
		if got := s.costs(0, tool, arguments); got["complete"] != true || got["age_seconds"] == nil || !strings.Contains(fmt.Sprint(got["note"]), "up to 4 requests, and 0 are left") {
			t.Errorf("%s at the level: %v", tool, got)
		}
	}
	for range 20 {
		s.call("get_network", args())
	}
	if cost := s.costs(0, "refresh_directory", nil); !strings.Contains(fmt.Sprint(cost["note"]), "includes 0 are left, so that about 8 of these would be beyond it; a thousand beyond it cost 500 cents.") {
		t.Errorf("beyond the allowance the cost is %v", cost)
	}
}
