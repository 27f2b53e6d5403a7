package sandbox

import (
	"iter"
	"slices"
	"strconv"
	"time"
)

// recurrenceDays is how far ahead a recurring event is worked out, in days.
const recurrenceDays = 10 * 366

// occurrences yields when a recurring event starts, each time with its number
// from 0. The first is the event's own start, whatever its rule says. A single
// event has none.
func (d eventDetails) occurrences() iter.Seq2[uint64, stamp] {
	return func(yield func(uint64, stamp) bool) {
		if d.frequency == "" {
			return
		}
		zone, err := d.place()
		if err != nil {
			zone = time.UTC // zones are checked on the way in
		}
		first := d.starts.time().In(zone)
		number := uint64(0)
		for day := range recurrenceDays {
			// The clock on the wall stays, whatever daylight saving does.
			at := time.Date(first.Year(), first.Month(), first.Day()+day, first.Hour(), first.Minute(), first.Second(), 0, zone)
			over := d.until != 0 && stampOf(at) > d.until || d.count > 0 && number >= d.count
			if over {
				return
			}
			if day > 0 && !d.recursOn(first, at, day) {
				continue
			}
			if !yield(number, stampOf(at)) {
				return
			}
			number++
		}
	}
}

// recursOn reports whether the rule takes in a day, so many days after the
// first.
func (d eventDetails) recursOn(first, at time.Time, day int) bool {
	every := int(min(d.interval, recurrenceDays))
	months := 12*(at.Year()-first.Year()) + int(at.Month()) - int(first.Month())
	weekday := d.byDays == "" || slices.Contains(splitList(d.byDays), weekdayName(at.Weekday()))
	switch d.frequency {
	case "daily":
		return day%every == 0 && weekday
	case "weekly":
		week := (day + daysSinceMonday(first.Weekday())) / 7
		return week%every == 0 && weekday && (d.byDays != "" || at.Weekday() == first.Weekday())
	case "monthly":
		if months%every != 0 {
			return false
		}
		if d.byMonthDays != "" {
			return slices.Contains(splitList(d.byMonthDays), strconv.Itoa(at.Day()))
		}
		return weekday && (d.byDays != "" || at.Day() == first.Day())
	default: // yearly
		return months%(12*every) == 0 && at.Day() == first.Day()
	}
}

func weekdayName(day time.Weekday) string {
	return []string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}[day]
}

func daysSinceMonday(day time.Weekday) int { return (int(day) + 6) % 7 }

// occurrence returns the number of the occurrence that starts at a moment.
// False when none does.
func (d eventDetails) occurrence(at stamp) (uint64, bool) {
	for number, starts := range d.occurrences() {
		if starts >= at {
			return number, starts == at
		}
	}
	return 0, false
}

// nextOccurrence returns the first start after a moment, 0 when there is none.
func (d eventDetails) nextOccurrence(after stamp) stamp {
	for _, starts := range d.occurrences() {
		if starts > after {
			return starts
		}
	}
	return 0
}
