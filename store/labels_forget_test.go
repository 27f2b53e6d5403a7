package store_test

import (
	"slices"
	"testing"

	"github.com/mcp-mighty/mcp-mighty/store"
)

// Only those who have a label are asked again when it may have gone.
func TestForgetLabels(t *testing.T) {
	d := openDirectory(t, t.TempDir())
	walked(t, d, network(), people(1, 5))
	for _, kind := range []string{store.WithTag, store.WithBadge} {
		if err := d.Labels(t.Context(), kind, began, map[uint64][]uint64{1: {9}, 2: nil, 3: {9, 10}, 4: {10}, 5: nil}); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct {
		id   uint64
		want []uint64
	}{{9, []uint64{1, 3}}, {0, []uint64{1, 3, 4}}} {
		if err := d.ForgetLabels(t.Context(), store.MemberList{Kind: store.WithTag, ID: step.id}); err != nil {
			t.Fatal(err)
		}
		if ids := find(t, d, store.MemberQuery{Unasked: store.WithTag, AskedSince: began, AskedUntil: began}); !slices.Equal(ids, step.want) {
			t.Errorf("of tag %d are to be asked %v, want %v", step.id, ids, step.want)
		}
	}
	if ids := find(t, d, store.MemberQuery{Unasked: store.WithBadge, AskedSince: began, AskedUntil: began}); len(ids) != 0 {
		t.Errorf("and about badges %v", ids)
	}
}
