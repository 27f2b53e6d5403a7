package sandbox

import "slices"

// The types of coursework.
const (
	kindOverview = "overview" // the root of a course; comes with it
	kindSection  = "section"
	kindLesson   = "lesson"
	kindQuiz     = "quiz"
)

// coursework is an item of a course: the tree of a course hangs on its
// overview. Nobody is its author, and so it outlives bans, as tables of
// contents do.
type coursework struct {
	id, space        uint64
	kind             string
	parent           *coursework // nil for the overview
	children         []*coursework
	created, updated stamp
	outline
}

// outline is the part of an item that can be written.
type outline struct{ title, description, status, completion, unlocking string }

// newOutline holds the defaults. Hidden is documented, the others are not.
func newOutline() outline { return outline{status: "hidden", completion: "none", unlocking: "none"} }

func (o outline) problems() []string {
	var out []string
	if o.title == "" {
		out = append(out, "Title can't be blank")
	}
	if !slices.Contains([]string{"posted", "hidden", "pending"}, o.status) {
		out = append(out, "Status is invalid")
	}
	if !slices.Contains([]string{"none", "visited", "button", "video", "minimum_correct_percentage"}, o.completion) {
		out = append(out, "Completion criteria is invalid")
	}
	if !slices.Contains([]string{"none", "sequential", "time_from_course_join", "scheduled_date"}, o.unlocking) {
		out = append(out, "Unlocking criteria is invalid")
	}
	return out
}

// branch lists an item and everything under it, in reading order. nil has
// none.
func (w *coursework) branch() []*coursework {
	if w == nil {
		return nil
	}
	out := []*coursework{w}
	for _, child := range w.children {
		out = append(out, child.branch()...)
	}
	return out
}

// find returns the item with an id among an item and those under it, or nil.
func (w *coursework) find(id uint64) *coursework {
	for _, item := range w.branch() {
		if item.id == id {
			return item
		}
	}
	return nil
}

// detach takes an item out from under its parent.
func (w *coursework) detach() {
	w.parent.children = slices.DeleteFunc(w.parent.children, func(child *coursework) bool { return child == w })
}

// moveTo puts an item last under a parent; one that is there already keeps its
// place.
func (w *coursework) moveTo(parent *coursework) {
	if w.parent == parent && slices.Contains(parent.children, w) {
		return
	}
	if w.parent != nil {
		w.detach()
	}
	w.parent = parent
	parent.children = append(parent.children, w)
}
