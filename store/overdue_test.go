package store_test

import (
	"context"
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
