package e2e

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/store"
)

// TestTheServerKeepsHouse: what is older than the retention goes, an action
// whose process died becomes unknown, and a question that nobody answered is
// recorded as that, while the server serves.
func TestTheServerKeepsHouse(t *testing.T) {
	c := newCommunity(t)
	state := store.NewSQLite(filepath.Join(home(c.env), "mcp-mighty"))
	defer state.Close()
	long := time.Now().AddDate(-3, 0, 0)
	for _, at := range []time.Time{long, long, time.Now()} {
		if err := state.Record(t.Context(), store.Event{At: at, Kind: "refused", Tool: "ban_member"}); err != nil {
			t.Fatal(err)
		}
	}
	id, err := state.Begin(t.Context(), store.Start{Intent: store.Intent{
		At: time.Now().Add(-time.Hour), Deadline: time.Now().Add(-time.Minute), Tool: "ban_member", Network: "default", Arguments: json.RawMessage(`{"member_id":7}`),
	}})
	if err != nil {
		t.Fatal(err)
	}
	for code, expires := range map[string]time.Time{"OLD": time.Now().Add(-25 * time.Hour), "NEW": time.Now().Add(-23 * time.Hour)} {
		if _, err := state.AddPending(t.Context(), store.Pending{ID: code, Code: code, Asked: expires.Add(-time.Minute), Expires: expires, Call: code}, store.Event{}); err != nil {
			t.Fatal(err)
		}
	}
	if answer := callHTTP(t, serveHTTP(t, c.env), "get_network", "{}", ""); answer.Result.IsError {
		t.Fatalf("%+v", answer)
	}
	settled := func() bool {
		_, old := state.PendingByCode(t.Context(), "OLD")
		_, recent := state.PendingByCode(t.Context(), "NEW")
		entry, err := state.Entry(t.Context(), id)
		listed := run(t, c.env, "", "audit", "list").stdout
		return errors.Is(old, store.ErrNoPending) && recent == nil && err == nil && entry.State == store.Unknown && !strings.Contains(listed, "\n1 ") && !strings.Contains(listed, "\n2 ") &&
			strings.Contains(listed, "\n3 ") && strings.Contains(listed, "settled") && strings.Contains(listed, "unanswered, OLD") && strings.Contains(listed, "unanswered, NEW")
	}
	for deadline := time.Now().Add(time.Minute); !settled(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("after a minute the trail is\n%s", run(t, c.env, "", "audit", "list").stdout)
		}
	}
	if r := run(t, c.env, "", "audit", "verify"); r.code != 0 || !strings.Contains(r.stdout, "Records 3 to 6") {
		t.Errorf("what is left: %+v", r)
	}
}
