package sandbox

import (
	"slices"
	"testing"
)

func TestCourseworks(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	all := path("/spaces/%d/courseworks", n.CourseSpace)
	for _, test := range []struct {
		path, body string
		status     int
		message    string
	}{
		{"/spaces/1/courseworks", `{"type":"lesson"}`, 404, "Space not found"},
		{path("/spaces/%d/courseworks", n.UndeletableSpace), `{"type":"lesson"}`, 422, "Courses are not enabled"},
		{all, `{"type":"overview"}`, 422, "Type is invalid"},
		{all, `{"title":"x"}`, 422, "Missing required parameters: type"},
		{all, `{"type":"lesson","title":" "}`, 422, "Title can't be blank"},
		{all, `{"type":"lesson","status":"published"}`, 422, "Status is invalid"},
		{all, `{"type":"lesson","completion_criteria":"x"}`, 422, "Completion criteria is invalid"},
		{all, `{"type":"lesson","unlocking_criteria":"x"}`, 422, "Unlocking criteria is invalid"},
		{all, `{"type":"lesson","parent_id":1}`, 404, "Parent coursework not found"},
		{all, path(`{"type":"lesson","parent_id":%d}`, n.Lesson), 422, "Parent must be a section or the overview"},
	} {
		a.want("POST", test.path, test.body, test.status, test.message)
	}
	if a.box.Changes() != 0 {
		t.Fatal("a refused item changed something")
	}
	if state, _ := a.box.CourseworkByID(n.Overview); len(state.Children) != 3 {
		t.Errorf("refused items hang under the overview: %v", state.Children)
	}

	section := a.want("POST", all, `{"type":"section","title":"Sails"}`, 201,
		path(`"parent_id":%d,"parent_type":"overview","title":"Sails","description":"","status":"hidden","position":4,"completion_criteria":"none","unlocking_criteria":"none","children_count":0`, n.Overview)).id(t)
	lesson := a.want("POST", all, path(`{"type":"lesson","parent_id":%d,"description":"<p>d</p>","status":"posted","completion_criteria":"video"}`, section), 201,
		`"parent_type":"section","title":"Untitled lesson"`).id(t)
	one := path("%s/%d/", all, lesson)
	a.want("GET", path("%s/%d/", all, section), "", 200, `"children_count":1`)
	a.want("GET", path("/spaces/%d/courseworks/%d/", n.DuplicateSpaces[1], lesson), "", 404, "Coursework not found")

	a.want("PATCH", one, `{"type":"quiz"}`, 400, "Unexpected parameters: type")
	a.want("PATCH", one, `{"title":"Seams"}`, 200, `"title":"Seams","description":"\u003cp\u003ed\u003c/p\u003e","status":"posted"`)
	a.want("PATCH", one, path(`{"parent_id":%d}`, n.Quiz), 422, "Parent must be")
	a.want("PATCH", path("%s/%d/", all, section), path(`{"parent_id":%d}`, section), 422, "inside the item itself")
	a.want("PATCH", one, path(`{"parent_id":%d,"title":"Hems"}`, n.Section), 200, path(`"parent_id":%d`, n.Section))
	if state, _ := a.box.CourseworkByID(n.Section); state.Children[len(state.Children)-1] != lesson {
		t.Errorf("the moved lesson is not last: %v", state.Children)
	}
	if state, _ := a.box.CourseworkByID(section); len(state.Children) != 0 {
		t.Errorf("the moved lesson stayed behind: %v", state.Children)
	}
	a.want("PUT", one, `{"status":"posted"}`, 422, "Title can't be blank")
	a.want("GET", one, "", 200, `"status":"posted"`)
	a.want("PUT", one, `{"title":"Reefs"}`, 200, `"parent_type":"overview","title":"Reefs","description":"","status":"hidden"`)

	overview := path("%s/%d/", all, n.Overview)
	a.want("PATCH", overview, `{"title":"x"}`, 422, "read-only")
	a.want("PUT", overview, `{"title":"x"}`, 422, "read-only")
	a.want("DELETE", overview, "", 404, "Coursework not found")

	a.want("DELETE", path("%s/%d/", all, n.Section), "", 204, "")
	a.want("GET", path("%s/%d/", all, n.Lesson), "", 404, "Coursework not found") // went with its section
	a.want("DELETE", one, "", 204, "")
	for _, method := range []string{"GET", "DELETE"} {
		a.want(method, one, "", 404, "Coursework not found")
	}
	a.want("PATCH", one, `{}`, 404, "Coursework not found")
	a.want("PUT", one, `{}`, 404, "Coursework not found")
}

func TestCourseworkFilters(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	all := path("/spaces/%d/courseworks", n.CourseSpace)
	listed := a.ids(all + "?per_page=4")
	if len(listed) < 10 || listed[0] != n.Overview || listed[1] != n.Section || listed[2] != n.Lesson {
		t.Errorf("the course is listed as %v", listed)
	}
	section, _ := a.box.CourseworkByID(n.Section)
	if got := a.ids(path("%s?parent_id=%d", all, n.Section)); !slices.Equal(got, section.Children) {
		t.Errorf("under the section: %v", got)
	}
	if got := a.ids(all + "?type=overview"); !slices.Equal(got, []uint64{n.Overview}) {
		t.Errorf("overviews: %v", got)
	}
	if got := a.ids(path("%s?type=lesson&status=posted&parent_id=%d", all, n.Section)); !slices.Contains(got, n.Lesson) || slices.Contains(got, n.Quiz) {
		t.Errorf("posted lessons of the section: %v", got)
	}
	if hidden := a.ids(all + "?status=hidden"); len(hidden) == 0 || slices.Contains(hidden, n.Lesson) {
		t.Errorf("hidden: %v", hidden)
	}
	a.want("GET", all+"?status=published", "", 200, `"items":[]`)
	a.want("GET", path("/spaces/%d/courseworks", n.UndeletableSpace), "", 200, `"items":[]`)
}
