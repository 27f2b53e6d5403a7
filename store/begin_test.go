package store_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/store"
)

func pending(code string) store.Pending {
	return store.Pending{
		ID: "id " + code, Code: code, Asked: day, Expires: day.Add(time.Hour), Call: "call " + code, Caller: "caller", Token: "token", Document: []byte(`{}`),
	}
}

func add(t *testing.T, s *store.SQLite, code string, approve bool) store.Pending {
	t.Helper()
	p, err := s.AddPending(t.Context(), pending(code), store.Event{})
	if err == nil && approve {
		err = s.Decide(t.Context(), p.ID, store.Approved, store.PendingDecision{At: day}, store.Event{})
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// What begins uses everything up that belongs to it, or nothing.
func TestBeginIsAllOrNothing(t *testing.T) {
	full := store.Take{Key: "full", N: 2, Most: 1, Per: time.Hour}
	for name, spoil := range map[string]func(s *store.SQLite, start *store.Start){
		"a limit is full":      func(_ *store.SQLite, start *store.Start) { start.Takes = append(start.Takes, full) },
		"the answer was used":  func(s *store.SQLite, _ *store.Start) { _, _ = s.Spend(t.Context(), "nonce", day) },
		"the approval is gone": func(s *store.SQLite, _ *store.Start) { _ = s.Withdraw(t.Context(), "id A", store.Event{}) },
		"it was undone": func(s *store.SQLite, start *store.Start) {
			i := intent()
			i.Undoes = 4
			if _, err := s.Begin(t.Context(), store.Start{Intent: i}); err != nil {
				t.Error(err)
			}
			start.Undoes = 4
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, t.TempDir())
			add(t, s, "A", true)
			add(t, s, "B", false)
			room := store.Take{Key: "room", N: 1, Most: 1, Per: time.Hour}
			start := store.Start{
				Intent: intent(), Token: &store.Token{Nonce: "nonce", Expires: day}, Pending: "id A", Withdraw: "id B",
				Takes: []store.Take{room}, Event: store.Event{At: day, Kind: "begun"},
			}
			start.At = day
			spoil(s, &start)
			before, err := s.Entries(t.Context(), store.Query{})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Begin(t.Context(), start); err == nil {
				t.Fatal("it began")
			}
			after, err := s.Entries(t.Context(), store.Query{})
			if err != nil || len(after) != len(before) {
				t.Errorf("the intent was written: %v", err)
			}
			if err := s.Room(t.Context(), day, room); err != nil {
				t.Errorf("the limit was counted: %v", err)
			}
			if b, err := s.PendingByCode(t.Context(), "B"); err != nil || b.Status != store.Waiting {
				t.Errorf("the other approval was withdrawn: %v, %v", b.Status, err)
			}
			if records, _, err := read(t, s); err != nil || len(records) != 0 {
				t.Errorf("it was recorded: %+v, %v", records, err)
			}
			if fresh, err := s.Spend(t.Context(), "nonce", day); err != nil || !fresh && name != "the answer was used" {
				t.Errorf("the answer was used up: %v", err)
			}
			if a, err := s.PendingByCode(t.Context(), "A"); err != nil || a.Status == store.Used {
				t.Errorf("the approval was used up: %v, %v", a.Status, err)
			}
		})
	}
}

func TestOneActionIsUndoneOnce(t *testing.T) {
	s := open(t, t.TempDir())
	first, err := s.Begin(t.Context(), store.Start{Intent: intent()})
	if err != nil {
		t.Fatal(err)
	}
	undo := intent()
	undo.Undoes = first
	begin := func() (int64, error) { return s.Begin(t.Context(), store.Start{Intent: undo}) }
	finish := func(id int64, state store.State) {
		t.Helper()
		if err := s.Finish(t.Context(), id, store.Ending{At: day, State: state}, store.Event{}); err != nil {
			t.Fatal(err)
		}
	}
	failed, err := begin()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := begin(); !errors.Is(err, store.ErrUndone) {
		t.Errorf("while it is being undone: %v", err)
	}
	finish(failed, store.NotDone)
	second, err := begin()
	if err != nil {
		t.Fatalf("after an undo that was not done: %v", err)
	}
	finish(second, store.Unknown)
	if _, err := begin(); !errors.Is(err, store.ErrUndone) {
		t.Errorf("after one whose end is unknown: %v", err)
	}
	if entry, err := s.Entry(t.Context(), first); err != nil || entry.UndoneBy != second {
		t.Errorf("it was undone by %d, %v; want %d", entry.UndoneBy, err, second)
	}
	if _, err := s.Entry(t.Context(), 99); !errors.Is(err, store.ErrNoEntry) {
		t.Errorf("no such entry: %v", err)
	}
}

func TestEntriesAreChosen(t *testing.T) {
	s := open(t, t.TempDir())
	for i, who := range []string{"maria", "bot", "maria", "kim"} {
		intended := intent()
		intended.Principal, intended.Role = who, map[bool]string{true: "moderator", false: "bot"}[who != "bot"]
		id, err := s.Begin(t.Context(), store.Start{Intent: intended})
		if err == nil && i < 2 {
			err = s.Finish(t.Context(), id, store.Ending{At: day, State: store.Done}, store.Event{})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for want, q := range map[string]store.Query{
		"[4 3 2 1]": {}, "[4 3]": {Limit: 2}, "[2 1]": {States: []store.State{store.Done}}, "[3 1]": {Principals: []string{"maria"}},
		"[4 3 1]": {Roles: []string{"moderator"}}, "[3 2 1]": {Before: 4}, "[1]": {Before: 3, Principals: []string{"maria", "kim"}, States: []store.State{store.Done, store.Begun}},
	} {
		entries, err := s.Entries(t.Context(), q)
		ids := []int64{}
		for _, entry := range entries {
			ids = append(ids, entry.ID)
		}
		if got := fmt.Sprint(ids); err != nil || got != want {
			t.Errorf("%+v: %s, %v; want %s", q, got, err, want)
		}
	}
}

// Of two people who settle at once, one does.
func TestOnePersonSettles(t *testing.T) {
	s := open(t, t.TempDir())
	p := add(t, s, "A", true)
	decide := func(status store.PendingStatus, at time.Time) error {
		return s.Decide(t.Context(), p.ID, status, store.PendingDecision{At: at}, store.Event{})
	}
	if err := decide(store.Approved, day); !errors.Is(err, store.ErrNoPending) {
		t.Errorf("approved twice: %v", err)
	}
	if err := decide(store.Rejected, day.Add(time.Hour)); !errors.Is(err, store.ErrNoPending) {
		t.Errorf("after its time: %v", err)
	}
	if err := decide(store.Rejected, day); err != nil {
		t.Errorf("a yes taken back: %v", err)
	}
	for _, status := range []store.PendingStatus{store.Approved, store.Rejected} {
		if err := decide(status, day); !errors.Is(err, store.ErrNoPending) {
			t.Errorf("%s after a no: %v", status, err)
		}
	}
}

func TestExpiredApprovalsAreForgottenInTime(t *testing.T) {
	s := open(t, t.TempDir())
	add(t, s, "A", false)
	later := pending("B")
	later.Asked, later.Expires = day.Add(26*time.Hour), day.Add(27*time.Hour)
	if _, err := s.AddPending(t.Context(), later, store.Event{}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.PendingByCode(t.Context(), "A"); !errors.Is(err, store.ErrNoPending) {
		t.Errorf("a day after it expired: %v", err)
	}
	if found, err := s.Pendings(t.Context(), later.Asked, store.Waiting); err != nil || len(found) != 1 || found[0].Code != "B" {
		t.Errorf("%+v, %v", found, err)
	}
}
