package store_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/store"
)

func overdue(e store.Entry) store.Event { return store.Event{At: day, Kind: "settled", Tool: e.Tool} }

func TestOverdueActionsAreUnknown(t *testing.T) {
	dir := t.TempDir()
	handles := []*store.SQLite{open(t, dir), open(t, dir)}
	s := handles[0]
	begin := func(deadline time.Time) int64 {
		t.Helper()
		i := intent()
		i.At, i.Deadline = day, deadline
		id, err := s.Begin(t.Context(), store.Start{Intent: i})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	late, inTime, ended, undated := begin(day.Add(time.Minute)), begin(day.Add(time.Hour)), begin(day.Add(time.Minute)), begin(time.Time{})
	if err := s.Finish(t.Context(), ended, store.Ending{At: day, State: store.Done}, store.Event{}); err != nil {
		t.Fatal(err)
	}
	var closed atomic.Int32
	var wg sync.WaitGroup
	for i := range 8 { // all servers look at once, and one record is made
		wg.Go(func() {
			n, err := handles[i%2].CloseOverdue(context.Background(), day.Add(2*time.Minute), overdue)
			if err != nil {
				t.Error(err)
			}
			closed.Add(int32(n))
		})
	}
	wg.Wait()
	want := map[int64]store.State{late: store.Unknown, inTime: store.Begun, ended: store.Done, undated: store.Begun}
	check := func() {
		t.Helper()
		for id, state := range want {
			if entry, err := s.Entry(t.Context(), id); err != nil || entry.State != state {
				t.Errorf("entry %d is %s, %v; want %s", id, entry.State, err, state)
			}
		}
	}
	check()
	if records, _, err := read(t, s); err != nil || closed.Load() != 1 || len(records) != 1 || records[0].Entry != late {
		t.Errorf("%d were closed, with the records %+v, %v", closed.Load(), records, err)
	}
	if n, err := s.CloseOverdue(t.Context(), day.Add(25*time.Hour), overdue); err != nil || n != 2 {
		t.Errorf("a day later %d were closed, %v", n, err)
	}
	want[inTime], want[undated] = store.Unknown, store.Unknown
	check()
	// One that was only slow says how it ended.
	if err := s.Finish(t.Context(), late, store.Ending{At: day, State: store.NotDone}, store.Event{}); err != nil {
		t.Error(err)
	}
}

// TestUnknownActionsDoNotStayForEver: a person closes one, once, and the time
// the other. Of both the trail tells.
func TestUnknownActionsDoNotStayForEver(t *testing.T) {
	s := open(t, t.TempDir())
	var entries []store.Entry
	for i, state := range []store.State{store.Unknown, store.Unknown, store.Done, ""} {
		id, err := s.Begin(t.Context(), store.Start{Intent: intent()})
		if err == nil && state != "" {
			err = s.Finish(t.Context(), id, store.Ending{At: day.Add(time.Duration(i) * time.Second), State: state, Note: "n"}, store.Event{})
		}
		if err != nil {
			t.Fatal(err)
		}
		entry, err := s.Entry(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		entries = append(entries, entry)
	}
	event := store.Event{At: day, Kind: "settled", Outcome: "closed"}
	for i, want := range []error{nil, store.ErrNotUnknown, store.ErrNotUnknown, store.ErrNotUnknown} {
		if i == 1 {
			entries[i] = entries[0] // once more
		}
		if err := s.CloseUnknown(t.Context(), entries[i], event); !errors.Is(err, want) {
			t.Errorf("closing entry %d, which is %s: %v, want %v", entries[i].ID, entries[i].State, err, want)
		}
	}
	if entry, err := s.Entry(t.Context(), 1); err != nil || entry.State != store.Closed || entry.Note != "n" || entry.Seal != store.Sealed {
		t.Errorf("what was closed is %+v, %v", entry, err)
	}
	if err := s.Finish(t.Context(), 1, store.Ending{State: store.Done}, store.Event{}); err == nil {
		t.Error("what was closed was ended once more")
	}
	if _, err := s.Prune(t.Context(), day.Add(time.Hour), overdue); err != nil {
		t.Fatal(err)
	}
	if left, err := s.Entries(t.Context(), store.Query{}); err != nil || len(left) != 1 || left[0].ID != 4 {
		t.Errorf("there are left %+v, %v; want what has not ended", left, err)
	}
	records, _, err := read(t, s)
	if err != nil || len(records) != 2 || records[0].Outcome != "closed" || records[1].Entry != 2 || records[1].Kind != "settled" {
		t.Errorf("the trail is %+v, %v; want what was closed and what nobody looked after", records, err)
	}
}
