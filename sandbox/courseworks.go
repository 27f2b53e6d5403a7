package sandbox

import (
	"net/http"
	"slices"
	"strings"
)

func courseworkRoutes() []route {
	const all, one = "/spaces/{space_id}/courseworks", "/spaces/{space_id}/courseworks/{id}/"
	filters := paged(param{name: "type"}, param{name: "parent_id", kind: integer}, param{name: "status"})
	change := []param{
		{name: "parent_id", kind: integer}, {name: "title"}, {name: "description"}, {name: "status"},
		{name: "completion_criteria"}, {name: "unlocking_criteria"},
	}
	create := append([]param{{name: "type", required: true}}, change...)
	return []route{
		{method: http.MethodGet, path: all, query: filters, status: 200, handle: listCourseworks},
		{method: http.MethodPost, path: all, body: create, status: 201, handle: createCoursework},
		{method: http.MethodGet, path: one, status: 200, handle: showCoursework},
		{method: http.MethodPatch, path: one, body: change, status: 200, handle: patchCoursework},
		{method: http.MethodPut, path: one, body: change, status: 200, handle: putCoursework},
		{method: http.MethodDelete, path: one, status: 204, handle: deleteCoursework},
	}
}

type courseworkBody struct {
	ID                 uint64 `json:"id"`
	CreatedAt          stamp  `json:"created_at"`
	UpdatedAt          stamp  `json:"updated_at"`
	SpaceID            uint64 `json:"space_id"`
	Type               string `json:"type"`
	ParentID           uint64 `json:"parent_id,omitempty"`
	ParentType         string `json:"parent_type,omitempty"`
	Title              string `json:"title"`
	Description        string `json:"description"`
	Status             string `json:"status"`
	Position           int    `json:"position"`
	CompletionCriteria string `json:"completion_criteria"`
	UnlockingCriteria  string `json:"unlocking_criteria"`
	ChildrenCount      int    `json:"children_count"`
	Permalink          string `json:"permalink"`
}

func (m *community) courseworkBody(w *coursework) courseworkBody {
	b := courseworkBody{
		ID: w.id, CreatedAt: w.created, UpdatedAt: w.updated, SpaceID: w.space, Type: w.kind, Title: w.title,
		Description: w.description, Status: w.status, Position: 1, CompletionCriteria: w.completion,
		UnlockingCriteria: w.unlocking, ChildrenCount: len(w.children), Permalink: m.network.address("posts/%d", w.id),
	}
	if w.parent != nil {
		b.ParentID, b.ParentType = w.parent.id, w.parent.kind
		b.Position = 1 + slices.Index(w.parent.children, w)
	}
	return b
}

// course returns the overview of a space's course, nil for a space without
// one.
func (m *community) course(c *call) (*space, *coursework, error) {
	sp, err := m.space(c.id("space_id"))
	if err != nil {
		return nil, nil, err
	}
	return sp, m.courses[sp.id], nil
}

// courseworkOf resolves both ids of a coursework route.
func (m *community) courseworkOf(c *call) (overview, found *coursework, err error) {
	_, overview, err = m.course(c)
	if err != nil {
		return nil, nil, err
	}
	if found = overview.find(c.id("id")); found == nil {
		return nil, nil, notFound("Coursework")
	}
	return overview, found, nil
}

// listCourseworks lists a course as one would read it, each item before those
// under it: our choice, as no order is documented. A space without a course
// has an empty list, and a filter nobody knows finds nothing.
func listCourseworks(m *community, c *call) (any, error) {
	_, overview, err := m.course(c)
	if err != nil {
		return nil, err
	}
	kind, byKind := c.str("type")
	status, byStatus := c.str("status")
	parent, byParent := c.uint("parent_id")
	shown := slices.DeleteFunc(overview.branch(), func(w *coursework) bool {
		return byKind && w.kind != kind || byStatus && w.status != status || byParent && (w.parent == nil || w.parent.id != parent)
	})
	return pageOf(c, shown, func(w *coursework) any { return m.courseworkBody(w) })
}

func showCoursework(m *community, c *call) (any, error) {
	_, w, err := m.courseworkOf(c)
	if err != nil {
		return nil, err
	}
	return m.courseworkBody(w), nil
}

func createCoursework(m *community, c *call) (any, error) {
	sp, overview, err := m.course(c)
	if err != nil {
		return nil, err
	}
	if overview == nil {
		return nil, invalid("Courses are not enabled in this space")
	}
	kind, _ := c.str("type")
	if !slices.Contains([]string{kindLesson, kindQuiz, kindSection}, kind) {
		return nil, invalid("Type is invalid")
	}
	w := &coursework{space: sp.id, kind: kind, created: c.now}
	base := newOutline()
	base.title = "Untitled " + kind // only the type is required
	if err := w.rewrite(base, overview, overview, c); err != nil {
		return nil, err
	}
	m.last.post++
	w.id = m.last.post
	return m.courseworkBody(w), nil
}

func patchCoursework(m *community, c *call) (any, error) { return m.updateCoursework(c, false) }

// putCoursework starts from the defaults of a new item: a missing title is
// refused, a missing parent is the overview, a missing status hides it.
func putCoursework(m *community, c *call) (any, error) { return m.updateCoursework(c, true) }

func (m *community) updateCoursework(c *call, replace bool) (any, error) {
	overview, w, err := m.courseworkOf(c)
	if err != nil {
		return nil, err
	}
	if w == overview {
		return nil, invalid("The course overview is read-only")
	}
	base, parent := w.outline, w.parent
	if replace {
		base, parent = newOutline(), overview
	}
	if err := w.rewrite(base, overview, parent, c); err != nil {
		return nil, err
	}
	return m.courseworkBody(w), nil
}

// deleteCoursework takes an item and everything under it; whether the real API
// does is unknown. The overview cannot be deleted, and since only 404 is
// documented it counts as not found.
func deleteCoursework(m *community, c *call) (any, error) {
	overview, w, err := m.courseworkOf(c)
	if err != nil {
		return nil, err
	}
	if w == overview {
		return nil, notFound("Coursework")
	}
	w.detach()
	return nil, nil
}

// rewrite lays the arguments over an outline and gives it to the item, under
// the parent they name or else under the given one. On error the item is
// unchanged.
func (w *coursework) rewrite(want outline, overview, parent *coursework, c *call) error {
	for name, field := range map[string]*string{
		"title": &want.title, "description": &want.description, "status": &want.status,
		"completion_criteria": &want.completion, "unlocking_criteria": &want.unlocking,
	} {
		if v, given := c.str(name); given {
			*field = strings.TrimSpace(v)
		}
	}
	if id, given := c.uint("parent_id"); given {
		if parent = overview.find(id); parent == nil {
			return notFound("Parent coursework")
		}
	}
	problems := want.problems()
	if parent.kind != kindSection && parent.kind != kindOverview {
		problems = append(problems, "Parent must be a section or the overview")
	}
	if slices.Contains(w.branch(), parent) {
		problems = append(problems, "Parent cannot be inside the item itself")
	}
	if len(problems) > 0 {
		return invalid(problems...)
	}
	w.outline, w.updated = want, c.now
	w.moveTo(parent)
	return nil
}
