package store_test

import (
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/store"
)

// large is how large the largest community of the tests is. The full size
// takes half a minute and is measured where MIGHTY_LARGE is set.
func large() (members int, full bool) {
	if os.Getenv("MIGHTY_LARGE") != "" {
		return 100_000, true
	}
	return 3_000, false
}

// TestLargeDirectory holds a directory to the numbers that it promises:
//
//	MIGHTY_LARGE=1 go test ./store -run TestLargeDirectory -v
func TestLargeDirectory(t *testing.T) {
	const (
		searchTime = 20 * time.Millisecond // at the 95th percentile
		fileSize   = 150 << 20
		heapGrowth = 64 << 20
	)
	members, full := large()
	d := openDirectory(t, t.TempDir())
	random := rand.New(rand.NewPCG(1, 2))
	heap := newHeap()
	start := time.Now()
	walk := must[store.Walk](t)(d.Begin(t.Context(), network(), began, false))
	var models []store.DirectoryMember
	pages := 0
	for from := 1; from <= members; from += 100 {
		var page []store.DirectoryMember
		for id := from; id < from+100 && id <= members; id++ {
			page = append(page, invented(random, uint64(id)))
		}
		models = append(models, page[0])
		next := pages + 2
		if from+100 > members {
			next = 0
		}
		walk = must[store.Walk](t)(d.Page(t.Context(), walk, page, next))
		pages++
		heap.look()
	}
	t.Logf("%d members in %d pages took %s, %s a page", members, pages, time.Since(start).Round(time.Millisecond), (time.Since(start) / time.Duration(pages)).Round(time.Microsecond))

	var took []time.Duration
	for range 1_000 {
		q := questions(random, models[random.IntN(len(models))])
		// The quickest of three: what else the machine does is not measured.
		quickest := time.Hour
		for range 3 {
			start := time.Now()
			found, all, err := d.Find(t.Context(), q, 0, 25)
			quickest = min(quickest, time.Since(start))
			if err != nil || len(found) > all {
				t.Fatalf("%+v: %d of %d, %v", q, len(found), all, err)
			}
		}
		took = append(took, quickest)
		heap.look()
	}
	slices.Sort(took)
	at := func(percent int) time.Duration { return took[len(took)*percent/100].Round(10 * time.Microsecond) }
	t.Logf("a search takes %s at the median, %s at the 95th percentile, %s at the 99th", at(50), at(95), at(99))
	size := state(t, d).Bytes
	t.Logf("the file has %d MB, the heap grew by %d MB", size>>20, heap.growth()>>20)
	if heap.growth() > heapGrowth || size > fileSize {
		t.Errorf("the heap grew by %d bytes, the file has %d", heap.growth(), size)
	}
	if full && at(95) > searchTime {
		t.Errorf("a search takes %s at the 95th percentile, want %s", at(95), searchTime)
	}
}

// heap watches how much the heap grows.
type heap struct{ before, most uint64 }

func newHeap() *heap {
	runtime.GC()
	h := &heap{}
	h.look()
	h.before = h.most
	return h
}

func (h *heap) look() {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	h.most = max(h.most, stats.HeapAlloc)
}

func (h *heap) growth() uint64 { return h.most - h.before }
