package apiclient

import (
	"context"
	"math"
	"time"

	"github.com/mcp-mighty/mcp-mighty/store"
)

// paceDays is over how many days the pace is taken, today included.
const paceDays = 7

// AccountReport is what a network's requests cost in a month, and what they
// will.
type AccountReport struct {
	Month string // 2026-11, UTC
	Spent int64
	// Days are the days of the month that had requests.
	Days []store.DayOfUsage
	// PerDay is the pace: requests a day over the last seven days, or since the
	// first that was counted, but over no less than a day.
	PerDay float64
	// Forecast is Spent at the end of the month if the pace stays.
	Forecast int64
	// Allowance and Left are 0 when the allowance is unknown; Left is negative
	// beyond it.
	Allowance, Left int64
	// ForecastOver is how many requests of the forecast are beyond the
	// allowance, and ForecastCents what they cost; both are 0 when unknown.
	ForecastOver, ForecastCents int64
	// Percent of the allowance that is spent; 0 when it is unknown.
	Percent int
	Level   AccountLevel
	// Ends is when the month is over.
	Ends time.Time
	// Unwritten are requests of this process that could not be entered in the
	// store; Spent has them too.
	Unwritten int64
}

// AccountLevel is how far the allowance is spent.
type AccountLevel string

// The levels.
const (
	LevelUnknown AccountLevel = "unknown" // there is no allowance to compare with
	LevelOK      AccountLevel = "ok"
	LevelWarning AccountLevel = "warning"
	LevelStopped AccountLevel = "stopped" // no request leaves
)

// Report reads the account. It makes no request.
func (a *Account) Report(ctx context.Context, at time.Time) (AccountReport, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	at = at.UTC()
	begins, ends := time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, time.UTC), nextMonth(at)
	today := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC)
	week := today.AddDate(0, 0, 1-paceDays)
	from := begins
	if week.Before(from) {
		from = week
	}
	days, err := a.usage.Days(ctx, a.network, from, at)
	if err != nil {
		return AccountReport{}, err
	}
	r := AccountReport{
		Month: at.Format("2006-01"), Days: []store.DayOfUsage{}, Allowance: int64(a.terms.Allowance), Level: LevelUnknown,
		Ends: ends, Spent: a.pending, Unwritten: a.pending,
	}
	recent, since := a.pending, today
	for _, day := range days {
		if !day.Day.Before(begins) {
			r.Days = append(r.Days, day)
			r.Spent += day.Attempts
		}
		if !day.Day.Before(week) {
			recent += day.Attempts
		}
		if day.Day.Before(since) {
			since = day.Day
		}
	}
	if since.Before(week) {
		since = week
	}
	r.PerDay = float64(recent) / max(at.Sub(since).Hours()/24, 1)
	r.Forecast = r.Spent + int64(math.Round(r.PerDay*ends.Sub(at).Hours()/24))
	a.judge(&r)
	return r, nil
}

// Room returns how many requests may be spent before the month's reach the
// warning level; bounded is false where there is none.
func (a *Account) Room(ctx context.Context, at time.Time) (room int64, bounded bool, err error) {
	warn := a.terms.level(a.terms.WarnAt)
	if warn == 0 {
		return 0, false, nil
	}
	r, err := a.Report(ctx, at)
	return max(warn-r.Spent, 0), true, err
}

// judge compares the report with the terms.
func (a *Account) judge(r *AccountReport) {
	if a.terms.Allowance == 0 {
		return
	}
	r.Left, r.Percent, r.Level = r.Allowance-r.Spent, int(r.Spent*100/r.Allowance), LevelOK
	if warn := a.terms.level(a.terms.WarnAt); warn > 0 && r.Spent >= warn {
		r.Level = LevelWarning
	}
	if stop := a.terms.level(a.terms.StopAt); stop > 0 {
		r.Forecast = min(r.Forecast, max(stop, r.Spent)) // more do not leave
		if r.Spent >= stop {
			r.Level = LevelStopped
		}
	}
	r.ForecastOver = max(r.Forecast-r.Allowance, 0)
	r.ForecastCents = (r.ForecastOver*int64(a.terms.PricePerThousand) + 999) / 1000
}
