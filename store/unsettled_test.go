package store_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/store"
)

// TestUnsettledIsTheSameCall finds a call whose end is not known, and no other.
func TestUnsettledIsTheSameCall(t *testing.T) {
	s := open(t, t.TempDir())
	in := intent()
	id, err := s.Begin(t.Context(), store.Start{Intent: in})
	if err != nil {
		t.Fatal(err)
	}
	same := func() (tool, network, identity string, arguments json.RawMessage, since time.Time) {
		return in.Tool, in.Network, in.Identity, in.Arguments, in.At
	}
	find := func(tool, network, identity string, arguments json.RawMessage, since time.Time) int64 {
		t.Helper()
		found, err := s.Unsettled(t.Context(), tool, network, identity, arguments, since)
		if err != nil {
			t.Fatal(err)
		}
		if found == nil {
			return 0
		}
		return found.ID
	}
	if got := find(same()); got != id {
		t.Errorf("the same call is entry %d, want %d", got, id)
	}
	for what, got := range map[string]int64{
		"another tool":          find("update_post", in.Network, in.Identity, in.Arguments, in.At),
		"another network":       find(in.Tool, "lake", in.Identity, in.Arguments, in.At),
		"another of its name":   find(in.Tool, in.Network, "elsewhere", in.Arguments, in.At),
		"other arguments":       find(in.Tool, in.Network, in.Identity, json.RawMessage(`{"member_id":8}`), in.At),
		"begun before the time": find(in.Tool, in.Network, in.Identity, in.Arguments, in.At.Add(time.Second)),
	} {
		if got != 0 {
			t.Errorf("%s is entry %d", what, got)
		}
	}
	for _, state := range []store.State{store.Unknown, store.Done} {
		if err := s.Finish(t.Context(), id, store.Ending{At: in.At, State: state}, store.Event{}); err != nil {
			t.Fatal(err)
		}
		if got := find(same()); got != 0 != (state == store.Unknown) {
			t.Errorf("%s: it is entry %d", state, got)
		}
	}
}
