package sandbox

import (
	"testing"
	"time"
)

const validEvent = `{"title":"Launch","starts_at":"2026-06-01T18:00:00+02:00","ends_at":"2026-06-01T20:00:00+02:00","event_type":"local_meetup","space_id":%d%s}`

func TestEvents(t *testing.T) {
	a := serve(t, Options{})
	space := a.box.Notable().EventsOnlySpace
	create := func(more string) string { return path(validEvent, space, more) }
	for _, test := range []struct{ body, message string }{
		{path(validEvent, 1, ""), "Space does not exist"},
		{create(`,"title":""`), "Title can't be blank"},
		{create(`,"starts_at":"tomorrow"`), "Starts at is not an ISO 8601 time"},
		{create(`,"ends_at":"2026-06-01T16:00:00Z"`), "Ends at must be after starts at"},
		{create(`,"time_zone":"Mars/Olympus"`), "Time zone is invalid"},
		{create(`,"time_zone":"Local"`), "Time zone is invalid"},
		{create(`,"frequency":"hourly"`), "Frequency is invalid"},
		{create(`,"frequency":"daily","interval":0`), "Interval must be at least 1"},
		{create(`,"by_days":"MO,Tuesday"`), "By days is invalid"},
		{create(`,"by_month_days":"32"`), "By month days is invalid"},
		{create(`,"recur_until":"never"`), "Recur until is not an ISO 8601 time"},
	} {
		a.want("POST", "/events", test.body, 422, test.message)
	}

	made := a.want("POST", "/events", create(`,"time_zone":"Asia/Tokyo"`), 200, `"starts_at":"2026-06-02T01:00:00+09:00"`)
	body := made.decode(t)
	for field, want := range map[string]any{"rsvp_enabled": true, "post_in_feed": true, "rsvp_closed": false, "restricted_event": false, "post_type": "event"} {
		if body[field] != want {
			t.Errorf("%s is %v by default, want %v", field, body[field], want)
		}
	}
	if _, shown := body["space_id"]; shown {
		t.Error("the answer shows a space_id")
	}
	if creator := a.number(body["creator"], "id"); creator != a.box.OwnerID() {
		t.Errorf("created by %d", creator)
	}
	one := path("/events/%d/", made.id(t))

	a.want("PATCH", one, path(`{"space_id":%d}`, space), 400, "Unexpected parameters: space_id")
	a.want("PATCH", one, `{"ends_at":"2026-06-01T10:00:00Z"}`, 422, "Ends at must be after starts at")
	a.want("PATCH", one, `{"location":"Slip 2","frequency":"weekly","interval":2,"by_days":"MO,WE","recurrence_count":4}`, 200,
		`"recurrence_rule":"RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;COUNT=4"`)
	a.want("PATCH", one, `{"title":"Launch day"}`, 200, `"location":"Slip 2"`)
	a.want("PUT", one, `{"title":"Only this"}`, 422, "Event type can't be blank, Starts at can't be blank, Ends at can't be blank")
	a.want("PUT", one, `{"title":"New","starts_at":"2026-06-01T18:00:00Z","ends_at":"2026-06-01T19:00:00Z","event_type":"webinar"}`, 200, `"title":"New"`)
	if again := a.want("GET", one, "", 200, "").decode(t); again["location"] != nil || again["recurrence_rule"] != nil || again["starts_at"] != "2026-06-01T18:00:00+00:00" {
		t.Errorf("PUT kept what it left out: %v", again)
	}
	// The vendor types by_month_days as an integer at creation and as a string
	// in updates.
	a.want("POST", "/events", create(`,"frequency":"monthly","by_month_days":15,"recur_until":"2027-01-01T00:00:00Z"`), 200,
		`"recurrence_rule":"RRULE:FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=15;UNTIL=20270101T000000Z"`)

	a.want("DELETE", one, "", 204, "")
	for _, method := range []string{"GET", "DELETE"} {
		a.want(method, one, "", 404, "Event not found")
	}
	a.want("PATCH", one, `{}`, 404, "Event not found")
	a.want("PUT", one, `{}`, 404, "Event not found")
}

func TestEventsStandAroundTheClock(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	past, coming := 0, 0
	for _, item := range a.want("GET", "/events?per_page=100", "", 200, "").decode(t)["items"].([]any) {
		starts, err := time.Parse(time.RFC3339, item.(map[string]any)["starts_at"].(string))
		if err != nil {
			t.Fatal(err)
		}
		if starts.Before(noon) {
			past++
		} else {
			coming++
		}
	}
	if past < 5 || coming < 5 || past+coming < 20 {
		t.Errorf("%d past and %d coming events", past, coming)
	}
	next := a.want("GET", path("/events/%d/", n.UpcomingEvent), "", 200, "").decode(t)
	starts, _ := time.Parse(time.RFC3339, next["starts_at"].(string))
	if until := starts.Sub(noon); until < 0 || until > 7*24*time.Hour {
		t.Errorf("the upcoming event starts at %s", starts)
	}
	a.want("GET", path("/events/%d/", n.WeeklyEvent), "", 200, `"frequency":"weekly","interval":1`)
	if !a.box.EventExists(n.WeeklyEvent) || a.box.EventExists(1) {
		t.Error("EventExists is wrong")
	}
}
