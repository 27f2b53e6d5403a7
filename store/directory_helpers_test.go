package store_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/store"
)

var began = time.UnixMilli(1_760_000_000_000).UTC()

func network() store.MemberList { return store.MemberList{Kind: store.InNetwork} }

// member makes a member whose texts are searched as they are.
func member(id uint64, name, email, place string) store.DirectoryMember {
	first, last, _ := strings.Cut(name, " ")
	return store.DirectoryMember{
		ID: id, First: first, Last: last, Email: email, Type: "full", Location: place, TimeZone: "Europe/Oslo",
		Joined:   began.AddDate(0, 0, -int(id%1000)),
		FindName: strings.ToLower(name), FindEmail: strings.ToLower(email), FindPlace: strings.ToLower(place),
	}
}

func people(from, to uint64) []store.DirectoryMember {
	var list []store.DirectoryMember
	for id := from; id <= to; id++ {
		list = append(list, member(id, fmt.Sprintf("Ada Person%d", id), fmt.Sprintf("ada%d@example.org", id), "Bergen, Norway"))
	}
	return list
}

func openDirectory(t testing.TB, dir string) *store.FileDirectory {
	t.Helper()
	d := store.NewDirectory(dir, "https://api.example 42", "")
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// must returns what cannot fail.
func must[T any](t testing.TB) func(T, error) T {
	return func(value T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// walked reads a list to its end, from given pages.
func walked(t testing.TB, d store.Directory, list store.MemberList, pages ...[]store.DirectoryMember) store.Walk {
	t.Helper()
	walk := must[store.Walk](t)(d.Begin(t.Context(), list, began, true))
	for i, page := range pages {
		next := i + 2
		if i == len(pages)-1 {
			next = 0
		}
		walk = must[store.Walk](t)(d.Page(t.Context(), walk, page, next))
	}
	return walk
}

func find(t testing.TB, d store.Directory, q store.MemberQuery) []uint64 {
	t.Helper()
	found, all, err := d.Find(t.Context(), q, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	ids := []uint64{}
	for _, m := range found {
		ids = append(ids, m.ID)
	}
	slices.Sort(ids)
	if all != len(ids) && len(ids) < 1000 {
		t.Errorf("%d were found and %d counted by %+v", len(ids), all, q)
	}
	return ids
}

func state(t testing.TB, d store.Directory) store.DirectoryStatus {
	t.Helper()
	return must[store.DirectoryStatus](t)(d.Status(context.Background()))
}
