package sandbox

import (
	"slices"
	"testing"
)

func TestPolls(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	poll := func(more string) string {
		return path(`{"space_id":%d,"title":"Which?","poll_type":%s}`, n.PaidSpace, more)
	}
	for _, test := range []struct {
		body    string
		status  int
		message string
	}{
		{`{"space_id":1,"title":"x","poll_type":"question"}`, 404, "Space not found"},
		{path(`{"space_id":%d,"title":" ","poll_type":"question"}`, n.PaidSpace), 422, "Title can't be blank"},
		{path(`{"space_id":%d,"title":"x","poll_type":"question"}`, n.EventsOnlySpace), 422, "Polls are not enabled"},
		{poll(`"quiz"`), 422, "Poll type is invalid"},
		{poll(`"multiple_choice_poll","choices":["a","b"]`), 422, "Poll type is invalid"}, // the name in answers
		{poll(`"multiple_choice"`), 422, "Choices must be at least 2"},
		{poll(`"hot_cold","choices":[]`), 422, "Choices must be at least 2"},
		{poll(`"percentage","choices":["a"]`), 422, "Choices must be at least 2"},
		{poll(`"percentage","choices":["a"," "]`), 422, "Choices can't be blank"},
		{poll(`"question","choices":["a","b"]`), 422, "Choices are not allowed"},
		{poll(`"percentage","choices":["a",2]`), 400, "choices must be an array of strings"},
		{poll(`"percentage","choices":"a,b"`), 400, "choices must be an array of strings"},
	} {
		a.want("POST", "/polls", test.body, test.status, test.message)
	}
	a.want("POST", "/polls?notify=true", poll(`"question"`), 400, "Unexpected parameters: notify")
	if a.box.Changes() != 0 || len(a.box.Outbox()) != 0 {
		t.Fatal("a refused poll changed something")
	}

	for _, kind := range []string{"multiple_choice", "hot_cold", "percentage"} {
		a.want("POST", "/polls", poll(`"`+kind+`","choices":["a","b"],"notify":false`), 201, `"post_type":"poll","poll_type":"`+kind+`_poll"`)
	}
	question := a.want("POST", "/polls", poll(`"question"`), 201, `"post_type":"question","title"`).decode(t)
	if question["poll_type"] != nil || question["choices"] != nil || a.number(question["space"], "id") != n.PaidSpace || a.number(question["creator"], "id") != n.Owner {
		t.Errorf("a question is %v", question)
	}
	if len(a.box.Outbox()) != 0 {
		t.Errorf("told people unasked: %v", a.box.Outbox())
	}
	id := a.want("POST", "/polls", poll(`"multiple_choice","choices":["a","b"],"description":"d","notify":true`), 201, `"text":"b"`).id(t)
	if want := []Notice{{Kind: "poll_notification", PostID: id}}; !slices.Equal(a.box.Outbox(), want) {
		t.Errorf("outbox %v, want %v", a.box.Outbox(), want)
	}

	one := path("/polls/%d/", id)
	a.want("PATCH", one, `{"choices":["c","d"]}`, 400, "Unexpected parameters: choices")
	a.want("PATCH", one, `{"title":""}`, 422, "Title can't be blank")
	a.want("PATCH", one, `{"title":"This one?"}`, 200, `"title":"This one?","description":"d"`)
	a.want("PUT", one, `{"description":"x"}`, 422, "Title can't be blank")
	a.want("PUT", one, `{"title":"That one?"}`, 200, `"title":"That one?","description":""`)
	if state, _ := a.box.PollByID(id); state.Type != "multiple_choice" || !slices.Equal(state.Choices, []string{"a", "b"}) {
		t.Errorf("updates changed the choices: %+v", state)
	}
	a.want("DELETE", one, "", 204, "")
	for _, method := range []string{"GET", "DELETE"} {
		a.want(method, one, "", 404, "Poll not found")
	}
	a.want("PATCH", one, `{}`, 404, "Poll not found")
	a.want("PUT", one, `{}`, 404, "Poll not found")
}

func TestPollListAndFilter(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	all := a.ids("/polls?per_page=5")
	if len(all) < 10 || !slices.IsSortedFunc(all, func(x, y uint64) int { return int(y) - int(x) }) {
		t.Errorf("polls %v are not newest first", all)
	}
	state, _ := a.box.PollByID(n.Poll)
	only := a.ids(path("/polls?space_id=%d", state.SpaceID))
	if !slices.Contains(only, n.Poll) || len(only) == len(all) {
		t.Errorf("filtered %v", only)
	}
	for _, id := range only {
		if other, _ := a.box.PollByID(id); other.SpaceID != state.SpaceID {
			t.Errorf("poll %d is in space %d", id, other.SpaceID)
		}
	}
	a.want("GET", "/polls?space_id=1", "", 200, `"items":[]`)
}

// TestABanTakesPollsEventsAndReactions: what a banned person made is gone, in
// lists and by id.
func TestABanTakesPollsEventsAndReactions(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	var event, post uint64
	for id, e := range a.box.community.events {
		if e.creator.id == n.SecondHost {
			event = id
		}
	}
	for _, id := range a.box.community.postOrder {
		if a.box.community.posts[id].author.id == n.Owner && a.box.ReactionOf(id, n.SecondHost) != "" && a.box.ReactionOf(id, n.Spammers[0]) == "" {
			post = id
		}
	}
	before := len(a.ids(path("/posts/%d/reactions", post)))
	for _, id := range []uint64{n.SecondHost, n.Spammers[0]} {
		a.want("POST", path("/spaces/%d/members/%d/ban", n.AutoJoinSpace, id), `{}`, 200, "")
	}
	a.want("GET", path("/polls/%d/", n.SpamPoll), "", 404, "Poll not found")
	a.want("GET", path("/events/%d/", event), "", 404, "Event not found")
	a.want("GET", path("/events/%d/rsvps", event), "", 404, "Event not found")
	if _, there := a.box.PollByID(n.SpamPoll); there || slices.Contains(a.ids("/polls"), n.SpamPoll) || slices.Contains(a.ids("/events"), event) {
		t.Error("what they made is still there")
	}
	if after := len(a.ids(path("/posts/%d/reactions", post))); after != before-1 || a.box.ReactionOf(post, n.SecondHost) != "" {
		t.Errorf("%d reactions before the ban, %d after", before, after)
	}
}
