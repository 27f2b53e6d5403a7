package store_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mcp-mighty/mcp-mighty/store"
)

func TestWalkGoesOnInAnotherProcess(t *testing.T) {
	dir := t.TempDir()
	first := store.NewDirectory(dir, "https://api.example 42", "")
	walk := must[store.Walk](t)(first.Begin(t.Context(), network(), began, false))
	walk = must[store.Walk](t)(first.Page(t.Context(), walk, people(1, 100), 2))
	// It stops without a word, as a killed process does.
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}

	second := openDirectory(t, dir)
	second.SetClock(func() time.Time { return time.Now().Add(time.Hour) })
	on := must[store.Walk](t)(second.Begin(t.Context(), network(), began.Add(time.Hour), false))
	if on.Next != 1 || on.Seen != 100 || !on.Since.Equal(began) || on.Number != walk.Number {
		t.Errorf("the walk goes on as %+v, want page 1 of %+v, once more", on, walk)
	}
	if on = must[store.Walk](t)(second.Page(t.Context(), on, people(1, 100), 2)); on.Next != 2 || on.Seen != 100 {
		t.Errorf("after the page that was known it goes on as %+v", on)
	}
	must[store.Walk](t)(second.Page(t.Context(), on, people(101, 150), 0))
	want := store.ListState{Members: 150, Since: began}
	if got := must[store.ListState](t)(second.List(t.Context(), network())); !got.Since.Equal(want.Since) || got.Members != 150 || !got.Walking.IsZero() {
		t.Errorf("after the walk: %+v, want %+v", got, want)
	}
}

func TestWalkBelongsToOneProcessAtATime(t *testing.T) {
	dir := t.TempDir()
	first, second := openDirectory(t, dir), openDirectory(t, dir)
	walk := must[store.Walk](t)(first.Begin(t.Context(), network(), began, false))
	if _, err := second.Begin(t.Context(), network(), began, true); !errors.Is(err, store.ErrHeld) {
		t.Errorf("a second process began to walk: %v", err)
	}
	walk = must[store.Walk](t)(first.Page(t.Context(), walk, people(1, 100), 2))
	if err := first.End(t.Context(), walk); err != nil {
		t.Fatal(err)
	}
	on := must[store.Walk](t)(second.Begin(t.Context(), network(), began, false))
	// The first one slept through it.
	if _, err := first.Page(t.Context(), walk, people(101, 110), 0); !errors.Is(err, store.ErrLost) {
		t.Errorf("a walk that was taken over went on: %v", err)
	}
	must[store.Walk](t)(second.Page(t.Context(), on, people(101, 120), 0))
	if got := state(t, first); got.Members.Members != 120 {
		t.Errorf("the directory holds %d, want 120", got.Members.Members)
	}
	// A reading that was begun anew leaves the one before behind.
	old := must[store.Walk](t)(first.Begin(t.Context(), network(), began, true))
	must[store.Walk](t)(first.Begin(t.Context(), network(), began, true))
	if _, err := first.Page(t.Context(), old, people(1, 10), 0); !errors.Is(err, store.ErrLost) {
		t.Errorf("a walk went on after another was begun: %v", err)
	}
	// A page is kept once.
	walk = must[store.Walk](t)(first.Begin(t.Context(), network(), began, true))
	must[store.Walk](t)(first.Page(t.Context(), walk, people(1, 100), 2))
	if _, err := first.Page(t.Context(), walk, people(1, 100), 0); !errors.Is(err, store.ErrLost) {
		t.Errorf("a page was kept twice: %v", err)
	}
	if err := first.End(t.Context(), walk); err != nil {
		t.Fatal(err)
	}
	// A cleared directory is not filled by a walk that began before.
	walk = must[store.Walk](t)(first.Begin(t.Context(), network(), began, true))
	if err := second.Clear(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := first.Page(t.Context(), walk, people(1, 100), 2); !errors.Is(err, store.ErrLost) {
		t.Errorf("a walk went on after the directory was cleared: %v", err)
	}
}

func TestWhoIsNotOnTwoCompleteWalksIsGone(t *testing.T) {
	d := openDirectory(t, t.TempDir())
	walked(t, d, network(), people(1, 100), people(101, 200))
	walk := must[store.Walk](t)(d.Begin(t.Context(), network(), began.Add(time.Hour), true))
	walk = must[store.Walk](t)(d.Page(t.Context(), walk, people(2, 101), 2))
	if ids := find(t, d, store.MemberQuery{Name: []string{"person1"}}); !slices.Contains(ids, 1) || len(ids) != 1+10+100 {
		t.Errorf("before the walk ends %d are found, with the one who left: %v", len(ids), slices.Contains(ids, 1))
	}
	// Somebody comes a second time, since the list moved down.
	must[store.Walk](t)(d.Page(t.Context(), walk, people(101, 199), 0))
	if ids, all, err := d.Unseen(t.Context(), 1); err != nil || all != 2 || !slices.Equal(ids, []uint64{1}) {
		t.Errorf("unseen: %v of %d, %v", ids, all, err)
	}
	if ids := find(t, d, store.MemberQuery{}); len(ids) != 200 {
		t.Errorf("after one walk there are %d", len(ids))
	}
	walked(t, d, network(), people(2, 101), people(102, 199))
	if _, all, err := d.Unseen(t.Context(), 1); err != nil || all != 0 {
		t.Errorf("unseen after two: %d, %v", all, err)
	}
	if ids := find(t, d, store.MemberQuery{}); len(ids) != 198 || ids[0] != 2 || ids[197] != 199 {
		t.Errorf("after two walks there are %d, from %d to %d", len(ids), ids[0], ids[len(ids)-1])
	}
	if ids := find(t, d, store.MemberQuery{Name: []string{"person200"}}); len(ids) != 0 {
		t.Errorf("the finder still has %v", ids)
	}
	gone := must[[]store.DirectoryMember](t)(d.Known(t.Context(), []uint64{1}))
	if len(gone) != 1 || gone[0].Gone.IsZero() || gone[0].First != "Ada" || state(t, d).Gone != 2 {
		t.Errorf("who left is not marked: %+v", gone)
	}
	walked(t, d, network(), people(1, 100), people(101, 200))
	if ids := find(t, d, store.MemberQuery{Name: []string{"person1"}}); !slices.Contains(ids, 1) || state(t, d).Gone != 0 {
		t.Errorf("who came back is not found: %v", ids)
	}
}

// TestWhoIsSeenAgainIsNotGone: also by a single look-up, and by a walk that did
// not come to its end.
func TestWhoIsSeenAgainIsNotGone(t *testing.T) {
	for what, see := range map[string]func(store.Directory) error{
		"a look-up": func(d store.Directory) error { return d.Save(t.Context(), 1, people(5, 5)...) },
		"a walk": func(d store.Directory) error {
			walk := must[store.Walk](t)(d.Begin(t.Context(), network(), began, true))
			_, err := d.Page(t.Context(), walk, people(1, 5), 2)
			return err
		},
	} {
		d := store.NewMemoryDirectory()
		defer func() { _ = d.Close() }()
		walked(t, d, network(), people(1, 5))
		walked(t, d, network(), people(1, 4))
		if err := see(d); err != nil {
			t.Fatal(err)
		}
		walked(t, d, network(), people(1, 4))
		if ids := find(t, d, store.MemberQuery{}); !slices.Equal(ids, []uint64{1, 2, 3, 4, 5}) {
			t.Errorf("%s, and a walk without them: %v are there", what, ids)
		}
	}
}

// TestWalkGoesBackToWhomItHasSeen: so many have left that what comes next has
// moved up by pages.
func TestWalkGoesBackToWhomItHasSeen(t *testing.T) {
	space := store.MemberList{Kind: store.InSpace, ID: 7}
	for _, list := range []store.MemberList{network(), space} {
		d := store.NewMemoryDirectory()
		defer func() { _ = d.Close() }()
		walk := must[store.Walk](t)(d.Begin(t.Context(), list, began, true))
		for page := range uint64(4) {
			walk = must[store.Walk](t)(d.Page(t.Context(), walk, people(page*100+1, page*100+100), int(page)+2))
		}
		// All of 101 to 350 leave.
		now := [][]store.DirectoryMember{people(1, 100), append(people(351, 400), people(401, 450)...), people(451, 500)}
		walk = must[store.Walk](t)(d.Begin(t.Context(), list, began, false))
		var read []int
		for walk.Next != 0 {
			read = append(read, walk.Next)
			page, next := []store.DirectoryMember(nil), 0
			if walk.Next <= len(now) {
				page = now[walk.Next-1]
			}
			if walk.Next < len(now) {
				next = walk.Next + 1
			}
			walk = must[store.Walk](t)(d.Page(t.Context(), walk, page, next))
		}
		if want := []int{4, 3, 2, 3}; !slices.Equal(read, want) {
			t.Errorf("%v: the walk went over the pages %v, want %v", list, read, want)
		}
		if ids := find(t, d, store.MemberQuery{List: list}); !slices.Contains(ids, 401) || !slices.Contains(ids, 500) {
			t.Errorf("%v: who moved up is not there: %v", list, ids)
		}
	}
}

// TestWalkGoesBackWhereSomebodyLeaves whom it has seen, and only there.
func TestWalkGoesBackWhereSomebodyLeaves(t *testing.T) {
	space := store.MemberList{Kind: store.InSpace, ID: 7}
	gone := func(d store.Directory, id uint64) error { return d.Gone(t.Context(), id) }
	for _, c := range []struct {
		list  store.MemberList
		leave func(store.Directory, uint64) error
	}{
		{network(), gone}, {space, gone},
		{space, func(d store.Directory, id uint64) error { return d.Place(t.Context(), space, id, false, 0) }},
	} {
		for id, want := range map[uint64]int{150: 3, 450: 6} {
			d := store.NewMemoryDirectory()
			defer func() { _ = d.Close() }()
			walked(t, d, c.list, people(1, 500))
			walk := must[store.Walk](t)(d.Begin(t.Context(), c.list, began, true))
			for page := range uint64(4) {
				walk = must[store.Walk](t)(d.Page(t.Context(), walk, people(page*100+1, page*100+100), int(page)+2))
			}
			if err := c.leave(d, id); err != nil {
				t.Fatal(err)
			}
			if walk = must[store.Walk](t)(d.Page(t.Context(), walk, people(401, 500), 6)); walk.Next != want {
				t.Errorf("after %d left the list %v, the walk goes on with page %d, want %d", id, c.list, walk.Next, want)
			}
		}
	}
}

func TestWalkStopsAtAListThatRepeats(t *testing.T) {
	d := store.NewMemoryDirectory()
	defer func() { _ = d.Close() }()
	walk := must[store.Walk](t)(d.Begin(t.Context(), network(), began, false))
	walk = must[store.Walk](t)(d.Page(t.Context(), walk, people(1, 100), 2))
	if _, err := d.Page(t.Context(), walk, people(1, 100), 3); !errors.Is(err, store.ErrRepeats) {
		t.Errorf("a page that was there before: %v", err)
	}
}

func TestOurOwnWritesDecide(t *testing.T) {
	d := openDirectory(t, t.TempDir())
	walked(t, d, network(), people(1, 10))
	before := must[int64](t)(d.Clock(t.Context()))
	after := must[int64](t)(d.Touch(t.Context(), []uint64{3, 4}, nil))
	if ids, all, err := d.Touched(t.Context(), 1); err != nil || all != 2 || !slices.Equal(ids, []uint64{3}) {
		t.Errorf("touched: %v of %d, %v", ids, all, err)
	}
	old, renamed := member(3, "Old Name", "", ""), member(3, "New Name", "", "")
	save := func(asOf int64, m store.DirectoryMember) {
		t.Helper()
		if err := d.Save(t.Context(), asOf, m); err != nil {
			t.Fatal(err)
		}
	}
	save(after, renamed)
	save(before, old) // was requested before the write
	if ids := find(t, d, store.MemberQuery{Name: []string{"new"}}); !slices.Equal(ids, []uint64{3}) {
		t.Errorf("the new name finds %v", ids)
	}
	save(before, member(4, "Old Name", "", ""))
	if known := must[[]store.DirectoryMember](t)(d.Known(t.Context(), []uint64{4})); known[0].First != "Ada" {
		t.Errorf("an answer from before the write was taken: %+v", known[0])
	}
	save(after, member(4000, "A Stranger", "", ""))
	if known := must[[]store.DirectoryMember](t)(d.Known(t.Context(), []uint64{4000})); len(known) != 0 {
		t.Error("a stranger was taken")
	}
	// A walk whose page was requested before a ban does not bring them back.
	walk := must[store.Walk](t)(d.Begin(t.Context(), network(), began, true))
	if err := d.Gone(t.Context(), 5); err != nil {
		t.Fatal(err)
	}
	must[store.Walk](t)(d.Page(t.Context(), walk, people(1, 10), 0))
	if ids := find(t, d, store.MemberQuery{Name: []string{"person5"}}); len(ids) != 0 {
		t.Error("who was banned during the walk is found")
	}
	if ids := find(t, d, store.MemberQuery{}); len(ids) != 9 {
		t.Errorf("%d are there, want 9", len(ids))
	}
	if err := d.Add(t.Context(), after+10, member(11, "New Comer", "", "")); err != nil {
		t.Fatal(err)
	}
	if ids := find(t, d, store.MemberQuery{Name: []string{"comer"}}); !slices.Equal(ids, []uint64{11}) {
		t.Errorf("who was added is not found: %v", ids)
	}
}

func TestListsAndLabels(t *testing.T) {
	d := openDirectory(t, t.TempDir())
	space, plan, tag := store.MemberList{Kind: store.InSpace, ID: 7}, store.MemberList{Kind: store.OnPlan, ID: 8}, store.MemberList{Kind: store.WithTag, ID: 9}
	walked(t, d, network(), people(1, 10))
	walked(t, d, space, people(1, 6))
	walked(t, d, plan, people(5, 8))
	both := store.MemberQuery{List: space, On: []store.MemberList{plan}}
	if ids := find(t, d, both); !slices.Equal(ids, []uint64{5, 6}) {
		t.Errorf("in the space and on the plan: %v", ids)
	}
	for _, change := range []struct {
		list   store.MemberList
		member uint64
		on     bool
		want   []uint64
	}{{space, 7, true, []uint64{5, 6, 7}}, {plan, 5, false, []uint64{6, 7}}} {
		if err := d.Place(t.Context(), change.list, change.member, change.on, 0); err != nil {
			t.Fatal(err)
		}
		if ids := find(t, d, both); !slices.Equal(ids, change.want) {
			t.Errorf("after %+v: %v", change, ids)
		}
	}
	walked(t, d, space, people(1, 2))
	if ids := find(t, d, store.MemberQuery{List: space, Name: []string{"ada"}, Type: "full"}); !slices.Equal(ids, []uint64{1, 2}) {
		t.Errorf("after the space was read again: %v", ids)
	}
	if err := d.Labels(t.Context(), store.WithTag, began, map[uint64][]uint64{1: {9}, 2: nil, 3: {9, 10}}); err != nil {
		t.Fatal(err)
	}
	if ids := find(t, d, store.MemberQuery{On: []store.MemberList{tag}}); !slices.Equal(ids, []uint64{1, 3}) {
		t.Errorf("with the tag: %v", ids)
	}
	unasked := store.MemberQuery{Unasked: store.WithTag, AskedSince: began, AskedUntil: began}
	if ids := find(t, d, unasked); len(ids) != 7 || ids[0] != 4 {
		t.Errorf("not asked: %v", ids)
	}
	if at := must[time.Time](t)(d.Asked(t.Context(), store.MemberQuery{}, store.WithTag)); !at.Equal(began) {
		t.Errorf("they were asked at %v", at)
	}
	if must[int64](t)(d.Touch(t.Context(), []uint64{2}, []store.MemberList{tag})); !slices.Contains(find(t, d, unasked), 2) {
		t.Error("who was changed is not asked again")
	}
	if err := d.Drop(t.Context(), plan); err != nil {
		t.Fatal(err)
	}
	if ids := find(t, d, both); len(ids) != 0 {
		t.Errorf("a dropped list still has %v", ids)
	}
	must[int64](t)(d.Touch(t.Context(), nil, []store.MemberList{space}))
	if s := must[store.ListState](t)(d.List(t.Context(), space)); !s.Touched {
		t.Errorf("a touched list is %+v", s)
	}
	walked(t, d, space, people(1, 2))
	if s := must[store.ListState](t)(d.List(t.Context(), space)); s.Touched || s.Members != 2 {
		t.Errorf("after it was read again it is %+v", s)
	}
}

func TestNamesAndCounts(t *testing.T) {
	d := openDirectory(t, t.TempDir())
	walked(t, d, network(), people(1, 20))
	if _, at, err := d.Names(t.Context(), store.NamedSpace); err != nil || !at.IsZero() {
		t.Errorf("names that were never read are of %v, %v", at, err)
	}
	want := map[uint64]string{1: "Harbour", 2: "Workshop"}
	if err := d.SaveNames(t.Context(), store.NamedSpace, began, want); err != nil {
		t.Fatal(err)
	}
	if names, at, err := d.Names(t.Context(), store.NamedSpace); err != nil || !at.Equal(began) || !cmp.Equal(names, want) {
		t.Errorf("names %v of %v, %v", names, at, err)
	}
	if err := d.ForgetNames(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, at, _ := d.Names(t.Context(), store.NamedSpace); !at.IsZero() {
		t.Error("forgotten names have a time")
	}
	since := began.AddDate(0, 0, -10)
	all, joined, err := d.Joins(t.Context(), since, since, 7*24*time.Hour)
	if err != nil || all != 20 || !cmp.Equal(joined, map[int]int{0: 7, 1: 3}) {
		t.Errorf("joins: %d, %v, %v", all, joined, err)
	}
	shares, err := d.Shares(t.Context(), store.ByLocation, since)
	if err != nil || !cmp.Equal(shares, []store.Share{{Value: "Bergen, Norway", Members: 20, Joined: 10}}) {
		t.Errorf("shares: %v, %v", shares, err)
	}
	page, err := d.After(t.Context(), store.MemberQuery{Name: []string{"person1"}}, 10, 3)
	if err != nil || len(page) != 3 || page[0].ID != 11 || page[2].ID != 13 {
		t.Errorf("after member 10: %v, %v", page, err)
	}
}
