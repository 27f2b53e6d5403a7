package apiclient

import (
	"fmt"
	"time"
)

// dateForm is a time of another day, for people.
const dateForm = "2006-01-02 15:04 UTC"

// Span writes a wait as a person says it: in one unit, and rounded up, since
// trying early is what a wait is meant to prevent.
func Span(wait time.Duration) string {
	const day = 24 * time.Hour
	unit, name := day, "day"
	switch {
	case wait <= 2*time.Minute:
		unit, name = time.Second, "second"
	case wait <= 2*time.Hour:
		unit, name = time.Minute, "minute"
	case wait <= 2*day:
		unit, name = time.Hour, "hour"
	}
	n := (wait + unit - 1) / unit
	if n != 1 {
		name += "s"
	}
	return fmt.Sprintf("%d %s", n, name)
}

// clockTime writes when something is, seen from now: with its date, unless that
// is today's.
func clockTime(at, now time.Time) string {
	at, now = at.UTC(), now.UTC()
	if at.YearDay() == now.YearDay() && at.Year() == now.Year() {
		return at.Format("15:04:05 UTC")
	}
	return at.Format(dateForm)
}
