package sandbox

import (
	"slices"
	"testing"
)

// TestEveryOperationIsServed names what the vendor describes and no route
// answers.
func TestEveryOperationIsServed(t *testing.T) {
	doc := vendorDocument(t)
	table := routeTable()
	count := 0
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			count++
			if !slices.ContainsFunc(table, func(r route) bool { return r.method == method && basePath+"{network_id}"+r.path == path }) {
				t.Errorf("not served: %s %s", method, path)
			}
		}
	}
	if count != len(table) {
		t.Errorf("%d operations in the document, %d routes here", count, len(table))
	}
}

// converseContent says what there is to say about spaces, collections, polls,
// courses, reactions, RSVPs and reports.
func converseContent(a *api) {
	n := a.box.Notable()
	converseSpaces(a, n)
	conversePolls(a, n)
	converseCourses(a, n)
	converseReactions(a, n)
	converseRSVPs(a, n)
	a.do("GET", "/abuse_reports?per_page=100", "")
}

func converseSpaces(a *api, n Notable) {
	space := path("/spaces/%d", a.do("POST", "/spaces", `{"name":"S"}`).id(a.t))
	a.do("POST", "/spaces", `{"name":""}`)
	a.do("POST", "/spaces", `{"name":"S","surprise":1}`)
	for _, method := range []string{"PATCH", "PUT"} {
		a.do(method, space, path(`{"name":"T","collection_id":%d}`, n.EmptyCollection))
		a.do(method, space, `{"name":"T","surprise":1}`)
		a.do(method, space, `{"name":""}`)
		a.do(method, "/spaces/1", `{"name":"T"}`)
	}
	a.do("DELETE", path("/spaces/%d", n.UndeletableSpace), "")
	a.do("DELETE", space, "")
	a.do("DELETE", space, "")

	a.do("GET", "/collections", "")
	id := a.do("POST", "/collections", `{"name":"C","description":"d","visible_to_members":false}`).id(a.t)
	a.do("POST", "/collections", `{"name":"C"}`)
	a.do("POST", "/collections", `{"name":"D","surprise":1}`)
	one := path("/collections/%d/", id)
	for _, method := range []string{"PATCH", "PUT"} {
		a.do(method, one, `{"name":"C","visible_to_members":true}`)
		a.do(method, one, `{"name":"C","surprise":1}`)
		a.do(method, path("/collections/%d/", n.SystemCollection), `{"name":"X"}`)
		a.do(method, "/collections/1/", `{"name":"X"}`)
	}
	order := `{"spaces":[`
	for i, id := range a.box.CollectionOrder(n.Collection) {
		if i > 0 {
			order += ","
		}
		order += path(`{"space_id":%d,"position":%d}`, id, i+1)
	}
	a.do("PUT", path("/collections/%d/order?per_page=3", n.Collection), order+"]}")
	a.do("PUT", path("/collections/%d/order", n.Collection), `{"spaces":[]}`)
	a.do("PUT", path("/collections/%d/order", n.Collection), `{"spaces":[],"surprise":1}`)
	a.do("PUT", "/collections/1/order", `{"spaces":[]}`)
	a.do("DELETE", path("/collections/%d/", n.Collection), "")
	for _, method := range []string{"GET", "DELETE", "GET", "DELETE"} {
		a.do(method, one, "")
	}
}

func conversePolls(a *api, n Notable) {
	a.do("GET", "/polls?per_page=100", "")
	a.do("GET", path("/polls?space_id=%d", n.PaidSpace), "")
	a.do("GET", path("/polls/%d/", n.Question), "")
	poll := path("/polls/%d/", a.do("POST", "/polls", path(`{"space_id":%d,"title":"P","poll_type":"hot_cold","choices":["a","b"],"notify":false}`, n.PaidSpace)).id(a.t))
	a.do("POST", "/polls", path(`{"space_id":%d,"title":"P","poll_type":"hot_cold"}`, n.PaidSpace))
	a.do("POST", "/polls", `{"space_id":1,"title":"P","poll_type":"question"}`)
	for _, method := range []string{"PATCH", "PUT"} {
		a.do(method, poll, `{"title":"Q","description":"d"}`)
		a.do(method, poll, `{"title":""}`)
		a.do(method, "/polls/1/", `{"title":"Q"}`)
	}
	for _, method := range []string{"GET", "DELETE", "GET", "DELETE"} {
		a.do(method, poll, "")
	}
}

func converseCourses(a *api, n Notable) {
	all := path("/spaces/%d/courseworks", n.CourseSpace)
	a.do("GET", all+"?type=lesson&status=posted", "")
	a.do("GET", all+"?per_page=100", "")
	a.do("GET", "/spaces/1/courseworks", "")
	item := path("%s/%d/", all, a.do("POST", all, path(`{"type":"lesson","parent_id":%d,"title":"L"}`, n.Section)).id(a.t))
	a.do("POST", all, `{"type":"exam"}`)
	a.do("POST", all, `{"type":"quiz","parent_id":1}`)
	for _, method := range []string{"PATCH", "PUT"} {
		a.do(method, item, path(`{"title":"M","status":"posted","parent_id":%d}`, n.Overview))
		a.do(method, item, `{"title":"M","status":"open"}`)
		a.do(method, path("%s/1/", all), `{"title":"M"}`)
	}
	for _, method := range []string{"GET", "DELETE", "GET", "DELETE"} {
		a.do(method, item, "")
	}
}

func converseReactions(a *api, n Notable) {
	for _, list := range []string{path("/posts/%d/reactions", n.CommentedPost), path("/comments/%d/reactions", n.Comment)} {
		a.do("POST", list, `{"emoji":"👍🏽"}`)
		a.do("POST", list, `{"emoji":"yes"}`)
		a.do("GET", list, "")
		a.do("DELETE", list, "")
		a.do("DELETE", list, "")
	}
	for _, list := range []string{"/posts/1/reactions", "/comments/1/reactions"} {
		a.do("POST", list, `{"emoji":"👍"}`)
		a.do("GET", list, "")
	}
	for _, method := range []string{"POST", "DELETE"} {
		a.do(method, path("/posts/%d/mute?user_id=%d", n.CommentedPost, n.Owner), "")
		a.do(method, path("/posts/%d/mute?user_id=1", n.CommentedPost), "")
	}
}

func converseRSVPs(a *api, n Notable) {
	all := path("/events/%d/rsvps", n.WeeklyEvent)
	next := a.box.NextOccurrence(n.WeeklyEvent)
	a.do("GET", path("/events/%d/rsvps", n.UpcomingEvent), "")
	a.do("GET", all+"?instance_at=2026-03-12T17:00:00Z", "")
	a.do("GET", "/events/1/rsvps", "")
	whole := path(`{"member_id":%d,"status":"yes","instance_at":%q}`, n.SecondHost, next)
	one := path("%s/%d/", all, a.do("POST", all, whole).id(a.t))
	outside := path(`{"member_id":%d,"status":"yes"}`, n.Removed)
	vague := path(`{"member_id":%d,"status":"perhaps"}`, n.SecondHost)
	a.do("POST", all, outside)
	a.do("POST", all, vague)
	a.do("POST", "/events/1/rsvps", whole)
	for _, method := range []string{"PATCH", "PUT"} {
		a.do(method, one, whole)
		a.do(method, one, outside)
		a.do(method, one, vague)
		a.do(method, all+"/1/", whole)
	}
	for _, method := range []string{"GET", "DELETE", "GET", "DELETE"} {
		a.do(method, one, "")
	}
}
