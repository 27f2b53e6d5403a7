package store

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 15, 12, 0, 0, 0, time.UTC)

func mustAdd(t *testing.T, u Usage, network string, at time.Time, n, most int64) (month int64, added bool) {
	t.Helper()
	month, added, err := u.Add(t.Context(), network, at, n, most)
	if err != nil {
		t.Fatal(err)
	}
	return month, added
}

func TestUsageIsByNetworkAndCalendarMonth(t *testing.T) {
	u := NewUsage(t.TempDir())
	defer u.Close()
	mustAdd(t, u, "a", noon, 3, 0)
	mustAdd(t, u, "b", noon, 10, 0)
	mustAdd(t, u, "a", noon.AddDate(0, 0, 1), 1, 0)
	// Midnight in UTC parts months, wherever the clock stands.
	last := time.Date(2026, 11, 30, 23, 59, 59, 0, time.UTC).In(time.FixedZone("east", 5*3600))
	if month, _ := mustAdd(t, u, "a", last, 1, 0); month != 5 {
		t.Errorf("%d in November", month)
	}
	if month, _ := mustAdd(t, u, "a", last.Add(time.Second), 1, 0); month != 1 {
		t.Errorf("%d in December", month)
	}
	days, err := u.Days(t.Context(), "a", noon, last)
	if err != nil || len(days) != 3 || days[0].Attempts != 3 || !days[2].Day.Equal(time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("%v %v", days, err)
	}
}

func TestUsageStopsAtTheBound(t *testing.T) {
	u := NewMemoryUsage()
	defer u.Close()
	mustAdd(t, u, "b", noon, 100, 0)
	for i := int64(1); i <= 3; i++ {
		if month, added := mustAdd(t, u, "a", noon, 1, 3); month != i || !added {
			t.Errorf("%d, added: %v", month, added)
		}
	}
	if month, added := mustAdd(t, u, "a", noon, 1, 3); month != 3 || added {
		t.Errorf("%d, added: %v beyond the bound", month, added)
	}
	if _, added := mustAdd(t, u, "a", noon.AddDate(0, 1, 0), 1, 3); !added {
		t.Error("the next month is bounded by this one")
	}
}

// Several processes on one file count together, and none beyond the bound.
func TestUsageOfSeveralStoresIsOne(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	var mu sync.Mutex
	total := 0
	for range 4 {
		u := NewUsage(dir)
		defer u.Close()
		wg.Go(func() {
			for range 50 {
				_, added, err := u.Add(t.Context(), "a", noon, 1, 150)
				if err != nil {
					t.Error(err)
				}
				if added {
					mu.Lock()
					total++
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	u := NewUsage(dir)
	defer u.Close()
	if month, _ := mustAdd(t, u, "a", noon, 0, 0); month != 150 || total != 150 {
		t.Errorf("%d counted, %d let through", month, total)
	}
}

// TestUsageOutlivesAKill runs itself as a process that counts until it is
// killed, and wants every count that it reported.
func TestUsageOutlivesAKill(t *testing.T) {
	if dir := os.Getenv("USAGE_TEST_DIR"); dir != "" {
		u := NewUsage(dir)
		for {
			if _, _, err := u.Add(t.Context(), "a", noon, 1, 0); err != nil {
				t.Fatal(err)
			}
			_, _ = os.Stdout.WriteString("+")
		}
	}
	dir := t.TempDir()
	command := exec.Command(os.Args[0], "-test.run", "^TestUsageOutlivesAKill$")
	command.Env = append(os.Environ(), "USAGE_TEST_DIR="+dir)
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	counted, buffer := 0, make([]byte, 4096)
	for killed := false; ; {
		n, err := out.Read(buffer)
		counted += strings.Count(string(buffer[:n]), "+")
		if counted > 200 && !killed {
			killed = true
			_ = command.Process.Kill()
		}
		if err != nil {
			break
		}
	}
	_ = command.Wait()
	u := NewUsage(dir)
	defer u.Close()
	// One more can be there, whose report the kill cut off.
	if month, _ := mustAdd(t, u, "a", noon, 0, 0); month < int64(counted) || month > int64(counted)+1 {
		t.Errorf("%d were counted before the kill, %d are there", counted, month)
	}
}

func TestUsageIsForItsOwnerOnly(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	u := NewUsage(dir)
	mustAdd(t, u, "a", noon, 1, 0)
	defer u.Close()
	for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, usageFile): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v %v", path, info.Mode(), err)
		}
	}
}

// A directory that cannot be used is an error each time, and none once it can.
func TestUsageWaitsForItsDirectory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	if err := os.WriteFile(dir, nil, 0o600); err != nil { // a file where the directory should be
		t.Fatal(err)
	}
	u := NewUsage(dir)
	defer u.Close()
	for range 2 {
		if _, _, err := u.Add(t.Context(), "a", noon, 1, 0); err == nil {
			t.Fatal("no error")
		}
	}
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	if month, _ := mustAdd(t, u, "a", noon, 1, 0); month != 1 {
		t.Errorf("%d", month)
	}
}

// A process that holds the file holds nobody up for long.
func TestUsageDoesNotWaitLongForALock(t *testing.T) {
	dir := t.TempDir()
	u := NewUsage(dir)
	defer u.Close()
	mustAdd(t, u, "a", noon, 1, 0)
	other := NewUsage(dir)
	defer other.Close()
	mustAdd(t, other, "a", noon, 1, 0)
	tx, err := other.db.BeginTx(t.Context(), nil) // immediate: it has the write lock
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if _, _, err := u.Add(t.Context(), "a", noon, 1, 0); err == nil {
		t.Error("no error")
	}
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("it waited %s", took)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if month, _ := mustAdd(t, u, "a", noon, 1, 0); month != 3 {
		t.Errorf("%d", month)
	}
}

func BenchmarkUsageAdd(b *testing.B) {
	u := NewUsage(b.TempDir())
	defer u.Close()
	for b.Loop() {
		if _, _, err := u.Add(b.Context(), "a", noon, 1, 1<<40); err != nil {
			b.Fatal(err)
		}
	}
}
