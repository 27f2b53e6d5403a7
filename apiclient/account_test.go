package apiclient

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/store"
)

var (
	midMonth = time.Date(2026, 11, 16, 0, 0, 0, 0, time.UTC) // 15 of 30 days are over
	terms    = Terms{Allowance: 1000, WarnAt: 80, StopAt: 100, PricePerThousand: 500}
)

// spend spends n requests at a time and returns the last error.
func spend(a *Account, at time.Time, n int) (err error) {
	for range n {
		err = a.Spend(context.Background(), at)
	}
	return err
}

func memoryUsage(t *testing.T) store.Usage {
	u := store.NewMemoryUsage()
	t.Cleanup(func() { _ = u.Close() })
	return u
}

func report(t *testing.T, a *Account, at time.Time) AccountReport {
	t.Helper()
	r, err := a.Report(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestTheAccountWarnsAndStops(t *testing.T) {
	a := NewAccount(memoryUsage(t), "n", Terms{Allowance: 10, WarnAt: 75, StopAt: 90})
	if err := spend(a, midMonth, 7); err != nil || a.Warning(midMonth) != "" || report(t, a, midMonth).Level != LevelOK {
		t.Errorf("after 7 of 10: %v, %q", err, a.Warning(midMonth))
	}
	if err := spend(a, midMonth, 1); err != nil || !strings.Contains(a.Warning(midMonth), "8 of the 10 requests") || report(t, a, midMonth).Level != LevelWarning {
		t.Errorf("after 8 of 10: %v, %q", err, a.Warning(midMonth))
	}
	if err := spend(a, midMonth, 1); err != nil {
		t.Errorf("the 9th: %v", err)
	}
	err := spend(a, midMonth, 1)
	var held *Withheld
	if !errors.As(err, &held) || held.Kind != AllowanceSpent || held.Wait != 15*24*time.Hour {
		t.Fatalf("the 10th: %v", err)
	}
	if r := report(t, a, midMonth); r.Level != LevelStopped || r.Spent != 9 {
		t.Errorf("%+v", r)
	}
	// A new month begins anew, and the warning of the old one is over.
	december := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	if a.Warning(december) != "" {
		t.Errorf("%q", a.Warning(december))
	}
	if err := spend(a, december, 1); err != nil {
		t.Errorf("in December: %v", err)
	}
}

func TestWithoutTermsNothingStops(t *testing.T) {
	for _, free := range []Terms{{}, {Allowance: 3}, {StopAt: 100, WarnAt: 1}, {Allowance: 3, WarnAt: 80}} {
		a := NewAccount(memoryUsage(t), "n", free)
		if err := spend(a, midMonth, 10); err != nil || report(t, a, midMonth).Spent != 10 {
			t.Errorf("%+v: %v", free, err)
		}
	}
}

func TestForecast(t *testing.T) {
	for name, tt := range map[string]struct {
		spent map[string]int64 // by day
		now   time.Time
		want  AccountReport
	}{
		"a steady pace": {
			map[string]int64{"2026-11-09": 50, "2026-11-12": 20, "2026-11-15": 40}, midMonth,
			// Seven days with today, which has just begun: 60 in 6 whole days.
			AccountReport{Spent: 110, PerDay: 10, Forecast: 260, Left: 890, Percent: 11, Level: LevelOK},
		},
		"nothing yet": {nil, midMonth, AccountReport{Left: 1000, Level: LevelOK}},
		"the first hour does not make a month": {
			map[string]int64{"2026-11-16": 100}, midMonth.Add(time.Hour),
			AccountReport{Spent: 100, PerDay: 100, Forecast: 1000, Left: 900, Percent: 10, Level: LevelOK}, // stopped at 1000
		},
		"a new month goes on at the old one's pace": {
			map[string]int64{"2026-10-30": 40, "2026-10-31": 20}, time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC),
			AccountReport{PerDay: 30, Forecast: 900, Left: 1000, Level: LevelOK},
		},
	} {
		usage := memoryUsage(t)
		for day, n := range tt.spent {
			at, _ := time.Parse(time.DateOnly, day)
			if _, _, err := usage.Add(t.Context(), "n", at, n, 0); err != nil {
				t.Fatal(err)
			}
		}
		got := report(t, NewAccount(usage, "n", terms), tt.now)
		if got.Spent != tt.want.Spent || got.PerDay != tt.want.PerDay || got.Forecast != tt.want.Forecast ||
			got.Left != tt.want.Left || got.Percent != tt.want.Percent || got.Level != tt.want.Level {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestPriceOfTheOverage(t *testing.T) {
	usage := memoryUsage(t)
	if _, _, err := usage.Add(t.Context(), "n", midMonth.AddDate(0, 0, -2), 1200, 0); err != nil {
		t.Fatal(err)
	}
	free := terms
	free.StopAt = 0
	r := report(t, NewAccount(usage, "n", free), midMonth)
	// 1200 in two days, 15 to go: 1200 + 9000, of which 9200 at 5.00 a thousand.
	if r.Forecast != 10200 || r.ForecastOver != 9200 || r.ForecastCents != 4600 || r.Left != -200 || r.Level != LevelWarning {
		t.Errorf("%+v", r)
	}
}

// brokenUsage is a store whose directory is a file.
func brokenUsage(t *testing.T) (usage store.Usage, repair func()) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "state")
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	u := store.NewUsage(dir)
	t.Cleanup(func() { _ = u.Close() })
	return u, func() {
		if err := os.Remove(dir); err != nil {
			t.Fatal(err)
		}
	}
}

// What cannot be written is remembered, said once, and written later.
func TestAnAccountThatCannotBeWritten(t *testing.T) {
	usage, repair := brokenUsage(t)
	a := NewAccount(usage, "n", Terms{})
	at := midMonth
	if spend(a, at, 1) == nil {
		t.Error("the first failure is not said")
	}
	for range 3 {
		at = at.Add(2 * time.Second)
		if err := spend(a, at, 1); err != nil {
			t.Errorf("a further failure: %v", err)
		}
	}
	repair()
	at = at.Add(2 * time.Second)
	if err := spend(a, at, 1); err != nil {
		t.Error(err)
	}
	if r := report(t, a, at); r.Spent != 5 || r.Unwritten != 0 {
		t.Errorf("%+v", r)
	}
}

// The stop holds for what the process itself has spent.
func TestAnAccountThatCannotBeWrittenStillStops(t *testing.T) {
	usage, _ := brokenUsage(t)
	a := NewAccount(usage, "n", Terms{Allowance: 3, StopAt: 100})
	_ = spend(a, midMonth, 3)
	for _, later := range []time.Duration{0, 2 * time.Second} {
		var held *Withheld
		if err := spend(a, midMonth.Add(later), 1); !errors.As(err, &held) || held.Kind != AllowanceSpent {
			t.Errorf("the 4th: %v", err)
		}
	}
}

func TestAnAccountInParallel(t *testing.T) {
	a := NewAccount(memoryUsage(t), "n", terms)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() { _ = spend(a, midMonth, 25) })
	}
	wg.Wait()
	if r := report(t, a, midMonth); r.Spent != 200 {
		t.Errorf("%+v", r)
	}
}
