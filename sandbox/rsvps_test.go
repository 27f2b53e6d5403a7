package sandbox

import (
	"net/url"
	"slices"
	"testing"
	"time"
)

func TestRSVPs(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	all := path("/events/%d/rsvps", n.UpcomingEvent)
	answer := func(member uint64, more string) string { return path(`{"member_id":%d,"status":%s}`, member, more) }
	next := a.box.NextOccurrence(n.WeeklyEvent)
	for _, test := range []struct {
		path, body string
		status     int
		message    string
	}{
		{"/events/1/rsvps", answer(n.OneName, `"yes"`), 404, "Event not found"},
		{all, answer(1, `"yes"`), 404, "Member not found"},
		{all, answer(n.Removed, `"yes"`), 403, "Member is not in this network"},
		{all, answer(n.Banned, `"yes"`), 403, "Member is not in this network"},
		{path("/events/%d/rsvps", n.LockedEvent), answer(n.OneName, `"yes"`), 403, "RSVPs are closed"},
		{all, answer(n.OneName, `"attending"`), 422, "Status is invalid"},
		{all, answer(n.OneName, `"yes","instance_at":"`+next+`"`), 422, "not an occurrence"}, // of a single event
		{path("/events/%d/rsvps", n.WeeklyEvent), answer(n.OneName, `"yes","instance_at":"2026-03-06T18:00:00Z"`), 422, "not an occurrence"},
		{path("/events/%d/rsvps", n.WeeklyEvent), answer(n.OneName, `"yes","instance_at":"thursday"`), 422, "not an ISO 8601 time"},
	} {
		a.want("POST", test.path, test.body, test.status, test.message)
	}
	if a.box.Changes() != 0 {
		t.Fatal("a refused RSVP changed something")
	}

	before := len(a.ids(all + "?per_page=3"))
	a.do("DELETE", path("%s/%d/", all, n.RSVP), "")
	first := a.want("POST", all, answer(n.Moderator, `"yes"`), 200, `"status":"yes"`)
	again := a.want("POST", all, answer(n.Moderator, `"maybe"`), 200, `"status":"maybe"`)
	if first.id(t) != again.id(t) || len(a.ids(all)) != before {
		t.Errorf("a second answer is another RSVP: %s", again.body)
	}
	if state, _ := a.box.RSVPOf(n.UpcomingEvent, n.Moderator); state.Status != "maybe" || state.ID != first.id(t) {
		t.Errorf("state %+v", state)
	}
	body := first.decode(t)
	if event := body["event"].(map[string]any); a.number(event, "id") != n.UpcomingEvent || event["space"] == nil || event["creator"] == nil || a.number(body["member"], "id") != n.Moderator {
		t.Errorf("answered %s", first.body)
	}

	one := path("%s/%d/", all, first.id(t))
	a.want("PATCH", one, `{"status":"no"}`, 200, `"status":"no"`)
	a.want("PATCH", one, `{"status":"perhaps"}`, 422, "Status is invalid")
	a.want("PATCH", one, path(`{"member_id":%d}`, n.Removed), 403, "not in this network")
	a.want("PUT", one, `{"status":"yes"}`, 422, "Missing required parameters: member_id")
	other := a.want("POST", all, answer(n.OneName, `"yes"`), 200, "").id(t)
	a.want("PATCH", one, path(`{"member_id":%d}`, n.OneName), 422, "already has an RSVP")
	a.want("GET", path("/events/%d/rsvps/%d/", n.WeeklyEvent, other), "", 404, "RSVP not found")
	a.want("DELETE", one, "", 204, "")
	for _, method := range []string{"GET", "DELETE"} {
		a.want(method, one, "", 404, "RSVP not found")
	}
	a.want("PATCH", one, `{}`, 404, "RSVP not found")
	a.want("PUT", one, answer(n.OneName, `"yes"`), 404, "RSVP not found")

	// Whoever leaves comes to nothing, until they are back.
	if !a.box.DropMember(n.OneName) || slices.Contains(a.ids(all), other) {
		t.Error("somebody who left is still coming")
	}
	a.want("DELETE", path("/events/%d/", n.UpcomingEvent), "", 204, "")
	if _, there := a.box.RSVPOf(n.UpcomingEvent, n.OneName); there {
		t.Error("an RSVP outlives its event")
	}
}

func TestLockedRSVPs(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	all := path("/events/%d/rsvps", n.LockedEvent)
	one := path("%s/%d/", all, a.ids(all)[0])
	whole := path(`{"member_id":%d,"status":"no"}`, n.Owner)
	a.want("PATCH", one, `{"status":"no"}`, 403, "RSVPs are closed")
	a.want("PUT", one, whole, 403, "RSVPs are closed")
	a.want("GET", one, "", 200, "")
	event := path("/events/%d/", n.UpcomingEvent)
	a.want("PATCH", event, `{"rsvp_enabled":false}`, 200, "")
	a.want("POST", event+"rsvps", whole, 403, "RSVPs are closed")
	a.want("DELETE", one, "", 204, "")
}

func TestRSVPsForOneOccurrence(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	all := path("/events/%d/rsvps", n.WeeklyEvent)
	next := a.box.NextOccurrence(n.WeeklyEvent)
	starts, err := time.Parse(time.RFC3339, next)
	if err != nil || starts.Weekday() != time.Thursday {
		t.Fatalf("next occurrence %q", next)
	}
	// Europe/Oslo leaves winter time on 29 March 2026: the bench opens at six
	// on the wall all the same.
	later := starts.AddDate(0, 0, 28).Add(-time.Hour).UTC().Format(time.RFC3339)
	whole := path(`{"member_id":%d,"status":"no"}`, n.Owner)
	for _, r := range a.box.RSVPsOf(n.WeeklyEvent, n.Owner) { // what the seed answered for them
		a.want("DELETE", path("%s/%d/", all, r.ID), "", 204, "")
	}
	a.want("POST", all, whole, 200, "")
	one := a.want("POST", all, path(`{"member_id":%d,"status":"yes","instance_at":%q}`, n.Owner, later), 200, `"instance_index":4`)
	instance := one.decode(t)["event_instance"].(map[string]any)
	if a.number(instance, "post_id") != n.WeeklyEvent || instance["starts_at"] != starts.AddDate(0, 0, 28).Format("2006-01-02T15:04:05")+"+02:00" {
		t.Errorf("instance %v", instance)
	}
	if got := a.box.RSVPsOf(n.WeeklyEvent, n.Owner); len(got) != 2 || got[0].InstanceAt != "" || got[1].InstanceAt != instance["starts_at"] {
		t.Errorf("state %+v", got)
	}
	if got := a.ids(all + "?instance_at=" + url.QueryEscape(later)); !slices.Equal(got, []uint64{one.id(t)}) {
		t.Errorf("filtered %v", got)
	}
	if coming := a.ids(all + "?instance_at=" + url.QueryEscape(next)); len(coming) < 2 {
		t.Errorf("%v come next time", coming)
	}
	a.want("GET", all+"?instance_at=soon", "", 400, "must be an ISO 8601 time")
	// PUT without instance_at is for the whole event, where there is one.
	a.want("PUT", path("%s/%d/", all, one.id(t)), whole, 422, "already has an RSVP")
	a.want("PATCH", path("%s/%d/", all, one.id(t)), `{"status":"maybe"}`, 200, `"instance_index":4`)
}

func TestOccurrences(t *testing.T) {
	monday := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		change func(d *eventDetails)
		want   []string
	}{
		"single":              {func(*eventDetails) {}, nil},
		"daily, every second": {func(d *eventDetails) { d.frequency, d.interval, d.count = "daily", 2, 3 }, []string{"01-05", "01-07", "01-09"}},
		"weekdays":            {func(d *eventDetails) { d.frequency, d.byDays, d.count = "daily", "MO,TU", 3 }, []string{"01-05", "01-06", "01-12"}},
		"every second week": {func(d *eventDetails) {
			d.frequency, d.interval, d.byDays, d.count = "weekly", 2, "MO,SU", 4
		}, []string{"01-05", "01-11", "01-19", "01-25"}},
		"weekly, until":         {func(d *eventDetails) { d.frequency, d.until = "weekly", stampOf(monday.AddDate(0, 0, 14)) }, []string{"01-05", "01-12", "01-19"}},
		"monthly":               {func(d *eventDetails) { d.frequency, d.count = "monthly", 3 }, []string{"01-05", "02-05", "03-05"}},
		"monthly, last of some": {func(d *eventDetails) { d.frequency, d.byMonthDays, d.count = "monthly", "31", 3 }, []string{"01-05", "01-31", "03-31"}},
		"every second month":    {func(d *eventDetails) { d.frequency, d.interval, d.count = "monthly", 2, 2 }, []string{"01-05", "03-05"}},
		"yearly":                {func(d *eventDetails) { d.frequency, d.count = "yearly", 2 }, []string{"01-05", "01-05"}},
	} {
		d := defaultDetails()
		d.starts = stampOf(monday)
		test.change(&d)
		var got []string
		for number, at := range d.occurrences() {
			if number != uint64(len(got)) {
				t.Errorf("%s: number %d", name, number)
			}
			got = append(got, at.time().Format("01-02"))
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
	d := defaultDetails()
	d.starts, d.frequency, d.interval = stampOf(monday), "daily", 1<<63
	if _, there := d.occurrence(stampOf(monday.AddDate(9000, 0, 0))); there {
		t.Error("an occurrence thousands of years away")
	}
}
