package sandbox

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // events are shown in their own zone, also where the system knows none
)

// eventDetails is the part of an event that can be written.
type eventDetails struct {
	title, description, link, location, kind string
	zone                                     string // IANA name; "" shows UTC
	starts, ends                             stamp
	rsvpEnabled, rsvpClosed                  bool
	restricted, inFeed                       bool
	frequency                                string
	interval                                 uint64
	byDays, byMonthDays                      string
	count                                    uint64
	until                                    stamp
}

func defaultDetails() eventDetails {
	return eventDetails{rsvpEnabled: true, inFeed: true, interval: 1}
}

// with lays the arguments over the details and checks the whole.
func (d eventDetails) with(c *call) (eventDetails, error) {
	for name, field := range map[string]*string{
		"title": &d.title, "description": &d.description, "link": &d.link, "location": &d.location,
		"event_type": &d.kind, "time_zone": &d.zone, "frequency": &d.frequency,
		"by_days": &d.byDays, "by_month_days": &d.byMonthDays,
	} {
		if v, given := c.str(name); given {
			*field = strings.TrimSpace(v)
		}
	}
	d.rsvpEnabled = c.flag("rsvp_enabled", d.rsvpEnabled)
	d.rsvpClosed = c.flag("rsvp_closed", d.rsvpClosed)
	d.restricted = c.flag("restricted_event", d.restricted)
	d.inFeed = c.flag("post_in_feed", d.inFeed)
	if n, given := c.uint("interval"); given {
		d.interval = n
	}
	if n, given := c.uint("recurrence_count"); given {
		d.count = n
	}
	var problems []string
	for _, moment := range []struct {
		name, label string
		field       *stamp
	}{{"starts_at", "Starts at", &d.starts}, {"ends_at", "Ends at", &d.ends}, {"recur_until", "Recur until", &d.until}} {
		v, given := c.str(moment.name)
		if !given {
			continue
		}
		at, err := time.Parse(time.RFC3339, v)
		if err != nil {
			problems = append(problems, moment.label+" is not an ISO 8601 time")
			continue
		}
		*moment.field = stampOf(at)
	}
	problems = append(problems, d.problems()...)
	if len(problems) > 0 {
		return eventDetails{}, invalid(problems...)
	}
	return d, nil
}

// problems says what is wrong with the details, in the API's order of fields.
func (d eventDetails) problems() []string {
	var out []string
	wrong := func(bad bool, problem string) {
		if bad {
			out = append(out, problem)
		}
	}
	wrong(d.title == "", "Title can't be blank")
	wrong(d.kind == "", "Event type can't be blank")
	wrong(d.starts == 0, "Starts at can't be blank")
	wrong(d.ends == 0, "Ends at can't be blank")
	wrong(d.starts != 0 && d.ends != 0 && d.ends <= d.starts, "Ends at must be after starts at")
	_, err := d.place()
	wrong(err != nil, "Time zone is invalid")
	wrong(d.frequency != "" && !slices.Contains([]string{"daily", "weekly", "monthly", "yearly"}, d.frequency), "Frequency is invalid")
	wrong(d.interval == 0, "Interval must be at least 1")
	for _, day := range splitList(d.byDays) {
		wrong(!slices.Contains([]string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}, day), "By days is invalid")
	}
	for _, day := range splitList(d.byMonthDays) {
		n, err := strconv.Atoi(day)
		wrong(err != nil || n < 1 || n > 31, "By month days is invalid")
	}
	return slices.Compact(out)
}

func splitList(s string) []string {
	if s == "" {
		return nil
	}
	words := strings.Split(s, ",")
	for i := range words {
		words[i] = strings.TrimSpace(words[i])
	}
	return words
}

// place is the zone the event's times are shown in.
func (d eventDetails) place() (*time.Location, error) {
	if d.zone == "Local" { // Go's own word for the machine's zone, no IANA name
		return nil, fmt.Errorf("unknown time zone %s", d.zone)
	}
	return time.LoadLocation(d.zone)
}

// local writes a moment in the event's zone.
func (d eventDetails) local(at stamp) string {
	zone, err := d.place()
	if err != nil {
		zone = time.UTC // zones are checked on the way in
	}
	return at.time().In(zone).Format(stampLayout)
}

// rule is the recurrence in RRULE form, "" for a single event.
func (d eventDetails) rule() string {
	if d.frequency == "" {
		return ""
	}
	parts := []string{"FREQ=" + strings.ToUpper(d.frequency), fmt.Sprintf("INTERVAL=%d", d.interval)}
	if d.byDays != "" {
		parts = append(parts, "BYDAY="+strings.Join(splitList(d.byDays), ","))
	}
	if d.byMonthDays != "" {
		parts = append(parts, "BYMONTHDAY="+strings.Join(splitList(d.byMonthDays), ","))
	}
	if d.count > 0 {
		parts = append(parts, fmt.Sprintf("COUNT=%d", d.count))
	}
	if d.until != 0 {
		parts = append(parts, "UNTIL="+d.until.time().Format("20060102T150405Z"))
	}
	return "RRULE:" + strings.Join(parts, ";")
}
