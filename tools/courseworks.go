package tools

import (
	"context"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

const coursesToolset = "courses"

// courseworkTools read and build courses: the sections, lessons and quizzes of
// a course space.
func courseworkTools() []Tool {
	return []Tool{
		read(Doc{
			Name: "list_courseworks", Title: "List courseworks", Toolset: coursesToolset,
			About: "Sections, lessons and quizzes of a course space. Members' progress is not told by the API.",
		}, func(ctx context.Context, c *Call, in listCourseworksIn) (list[view[courseworkView]], error) {
			return listed(c, in.rows(courseworkRow, in.Detail))(c.API.Courseworks().List(ctx, in.id(), apiclient.CourseworkList{
				ListOptions: in.options(), Type: in.Type, ParentID: in.ParentID, Status: in.Status,
			}))
		}),
		read(Doc{
			Name: "get_coursework", Title: "Get coursework", Toolset: coursesToolset,
			About: "One section, lesson or quiz, with its content.",
		}, func(ctx context.Context, c *Call, in getCourseworkIn) (view[courseworkView], error) {
			return shown(showCoursework(in.Detail))(c.API.Courseworks().Get(ctx, in.id(), in.CourseworkID))
		}),
		write(Doc{
			Name: "create_coursework", Title: "Create coursework", Toolset: coursesToolset, Anew: true,
			About: "Adds a section, lesson or quiz to a course. The API takes no quiz questions.",
		}, previewCreateCoursework, createCoursework, "delete_coursework", func(in createCourseworkIn, out view[courseworkView], _ map[string]any) *store.Undo {
			work := objectOf[apiclient.Coursework](out)
			return unmaking(values{"space_id": in.id(), "coursework_id": work.ID}, aboutCourseworkMade(work))
		}),
		write(Doc{
			Name: "update_coursework", Title: "Update coursework", Toolset: coursesToolset,
			About: "Changes a section, lesson or quiz; what is left out stays.",
		}, previewUpdateCoursework, updateCoursework, "update_coursework", func(in updateCourseworkIn, out view[courseworkView], before map[string]any) *store.Undo {
			return putBack(values{"space_id": in.id(), "coursework_id": in.CourseworkID}, before, in.of(objectOf[apiclient.Coursework](out)))
		}),
		restored(destructive(Doc{
			Name: "delete_coursework", Title: "Delete coursework", Toolset: coursesToolset,
			About: "Deletes a section, lesson or quiz with all below it, for good. A person must approve.",
		}, previewDeleteCoursework, deleteCoursework), "create_coursework", courseworkLimits, func(in courseworkRef, _ courseworkDone, before map[string]any) *store.Undo {
			return restoredCoursework(in.id(), before)
		}),
	}
}

const courseworkLimits = "It can be made again with the same content, as a new and hidden one at the end of its section. Members' progress in it does not come back."

// courseworkRef names one part of one course.
type courseworkRef struct {
	spaceRef
	CourseworkID apiclient.ID `json:"coursework_id" jsonschema:"minimum=1" jsonschema_description:"coursework id"`
}

type courseworkView struct {
	ID            apiclient.ID `json:"id"`
	Type          string       `json:"type,omitempty"`
	Title         string       `json:"title,omitempty"`
	Status        string       `json:"status,omitempty"`
	ParentID      apiclient.ID `json:"parent_id,omitempty"`
	Position      int          `json:"position,omitempty"`
	ChildrenCount int          `json:"children_count,omitempty"`
	Description   string       `json:"description,omitempty"`
}

func courseworkHead(c apiclient.Coursework) courseworkView {
	return courseworkView{
		ID: c.ID, Type: line(c.Type), Title: line(c.Title), Status: line(c.Status), ParentID: c.ParentID,
		Position: c.Position, ChildrenCount: c.ChildrenCount,
	}
}

func courseworkRow(d detail) func(apiclient.Coursework) view[courseworkView] {
	if d == full {
		return showCoursework(d)
	}
	return func(c apiclient.Coursework) view[courseworkView] { return show(courseworkHead(c), c.Raw, d) }
}

func showCoursework(d detail) func(apiclient.Coursework) view[courseworkView] {
	return func(c apiclient.Coursework) view[courseworkView] {
		fields := courseworkHead(c)
		fields.Description = body(c.Description, d)
		return show(fields, c.Raw, d)
	}
}

type listCourseworksIn struct {
	spaceRef
	Type     string       `json:"type,omitempty" jsonschema:"enum=section,enum=lesson,enum=quiz,enum=overview" jsonschema_description:"only these"`
	ParentID apiclient.ID `json:"parent_id,omitempty" jsonschema:"minimum=1" jsonschema_description:"only directly below this"`
	Status   string       `json:"status,omitempty" jsonschema:"enum=posted,enum=hidden,enum=pending" jsonschema_description:"only these"`
	paged
	detailed
	chosen[courseworkView, apiclient.Coursework]
}

type getCourseworkIn struct {
	courseworkRef
	detailed
}

// courseworkRules say when a part is done and when it opens.
type courseworkRules struct {
	CompletionCriteria string `json:"completion_criteria,omitempty" jsonschema:"enum=none,enum=visited,enum=button,enum=video,enum=minimum_correct_percentage" jsonschema_description:"when it is done"`
	UnlockingCriteria  string `json:"unlocking_criteria,omitempty" jsonschema:"enum=none,enum=sequential,enum=time_from_course_join,enum=scheduled_date" jsonschema_description:"when it opens"`
}

type createCourseworkIn struct {
	spaceRef
	Type        string       `json:"type" jsonschema:"enum=section,enum=lesson,enum=quiz" jsonschema_description:"what to add"`
	Title       string       `json:"title" jsonschema:"minLength=1,maxLength=300" jsonschema_description:"title"`
	Description string       `json:"description,omitempty" jsonschema:"maxLength=100000" jsonschema_description:"content, HTML allowed"`
	ParentID    apiclient.ID `json:"parent_id,omitempty" jsonschema:"minimum=1" jsonschema_description:"section to put it in"`
	Status      string       `json:"status,omitempty" jsonschema:"enum=hidden,enum=posted,default=hidden" jsonschema_description:"posted: members see it"`
	courseworkRules
}

func previewCreateCoursework(ctx context.Context, c *Call, in createCourseworkIn) (guardrails.Preview, error) {
	p := guardrails.Preview{Action: "Add this to a course.", Facts: []guardrails.Fact{
		guardrails.Field("type", in.Type), guardrails.Quote("title", in.Title), guardrails.Field("status", in.Status),
	}}
	where, err := aboutTargetSpace(ctx, c, in.id())
	p.Facts = append(p.Facts, where...)
	return p, err
}

func createCoursework(ctx context.Context, c *Call, in createCourseworkIn) (view[courseworkView], error) {
	return shown(courseworkRow(concise))(c.API.Courseworks().Create(ctx, in.id(), apiclient.CourseworkCreate{
		Type: in.Type, ParentID: in.ParentID, Title: in.Title, Description: in.Description, Status: in.Status,
		CompletionCriteria: in.CompletionCriteria, UnlockingCriteria: in.UnlockingCriteria,
	}))
}

type updateCourseworkIn struct {
	courseworkRef
	Title       *string      `json:"title,omitempty" jsonschema:"minLength=1,maxLength=300" jsonschema_description:"new title"`
	Description *string      `json:"description,omitempty" jsonschema:"maxLength=100000" jsonschema_description:"new content, HTML allowed"`
	Status      *string      `json:"status,omitempty" jsonschema:"enum=hidden,enum=posted" jsonschema_description:"posted: members see it"`
	ParentID    apiclient.ID `json:"parent_id,omitempty" jsonschema:"minimum=1" jsonschema_description:"section to move it to"`
	courseworkRules
}

// Check implements [Checker].
func (in *updateCourseworkIn) Check() error {
	if in.Title == nil && in.Description == nil && in.Status == nil && in.ParentID == 0 && in.courseworkRules == (courseworkRules{}) {
		return problem("title", "nothing to change: give at least one value besides the ids")
	}
	return nil
}

func previewUpdateCoursework(ctx context.Context, c *Call, in updateCourseworkIn) (guardrails.Preview, error) {
	work, err := c.API.Courseworks().Get(ctx, in.id(), in.CourseworkID)
	if err != nil {
		return guardrails.Preview{}, err
	}
	p := guardrails.Preview{Action: "Change this part of a course.", Facts: aboutCoursework(work), Before: in.of(work)}
	for _, field := range in.fields(work) {
		if field.given {
			p.Facts = append(p.Facts, guardrails.Quote("new "+field.name, excerpt(text(field.wanted))))
		}
	}
	// What the tool would not take could not be put back by it.
	if work.ParentID == 0 {
		dropped(&p, "parent_id", "it is in no section now, and the API cannot take it out of one again.")
	}
	if work.CompletionCriteria == "" {
		dropped(&p, "completion_criteria", "it has no rule for when it is done now, and the API takes none away.")
	}
	if work.UnlockingCriteria == "" {
		dropped(&p, "unlocking_criteria", "it has no rule for when it opens now, and the API takes none away.")
	}
	if work.Status != "hidden" && work.Status != "posted" {
		dropped(&p, "status", "its status now is one that cannot be set.")
	}
	return p, nil
}

func (in *updateCourseworkIn) fields(work *apiclient.Coursework) []changing {
	return []changing{
		{"title", in.Title != nil, in.Title, work.Title},
		{"description", in.Description != nil, in.Description, work.Description},
		{"status", in.Status != nil, in.Status, work.Status},
		{"parent_id", in.ParentID != 0, in.ParentID, work.ParentID},
		{"completion_criteria", in.CompletionCriteria != "", in.CompletionCriteria, work.CompletionCriteria},
		{"unlocking_criteria", in.UnlockingCriteria != "", in.UnlockingCriteria, work.UnlockingCriteria},
	}
}

// of returns what of a part of a course the change is about.
func (in *updateCourseworkIn) of(work *apiclient.Coursework) values {
	return beingChanged(in.fields(work))
}

func aboutCoursework(c *apiclient.Coursework) []guardrails.Fact {
	return []guardrails.Fact{
		guardrails.Number("coursework id", c.ID), guardrails.Field("type", c.Type), guardrails.Quote("title", c.Title), guardrails.Field("status", c.Status),
	}
}

func updateCoursework(ctx context.Context, c *Call, in updateCourseworkIn) (view[courseworkView], error) {
	change := apiclient.CourseworkUpdate{Title: in.Title, Description: in.Description, Status: in.Status, ParentID: in.ParentID}
	if in.CompletionCriteria != "" {
		change.CompletionCriteria = &in.CompletionCriteria
	}
	if in.UnlockingCriteria != "" {
		change.UnlockingCriteria = &in.UnlockingCriteria
	}
	work, err := c.API.Courseworks().Update(ctx, in.id(), in.CourseworkID, change)
	err = c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		var readErr error
		work, readErr = c.API.Courseworks().Get(ctx, in.id(), in.CourseworkID)
		return readErr == nil && is(in.Title, work.Title) && is(in.Description, work.Description) && is(in.Status, work.Status) &&
			(in.ParentID == 0 || in.ParentID == work.ParentID) &&
			(in.CompletionCriteria == "" || in.CompletionCriteria == work.CompletionCriteria) &&
			(in.UnlockingCriteria == "" || in.UnlockingCriteria == work.UnlockingCriteria), readErr
	})
	return shown(courseworkRow(concise))(work, err)
}

func previewDeleteCoursework(ctx context.Context, c *Call, in courseworkRef) (guardrails.Preview, error) {
	work, err := c.API.Courseworks().Get(ctx, in.id(), in.CourseworkID)
	if err != nil {
		return guardrails.Preview{}, err
	}
	p := guardrails.Preview{
		Action:   "Delete this part of a course with all below it.",
		Facts:    append(aboutCoursework(work), guardrails.Number("parts below it", work.ChildrenCount)),
		Warnings: []string{"Members' progress in it is lost."},
		Before:   aboutCourseworkMade(work),
	}
	p.Before["type"], p.Before["parent_id"], p.Before["parts"] = work.Type, work.ParentID, work.ChildrenCount
	p.Before["completion_criteria"], p.Before["unlocking_criteria"] = work.CompletionCriteria, work.UnlockingCriteria
	if restoredCoursework(in.id(), p.Before) == nil {
		p.Reversal = noWayBack
	}
	return p, nil
}

// aboutCourseworkMade returns what of a part of a course shows that it is still
// the one that was made.
func aboutCourseworkMade(work *apiclient.Coursework) values {
	return values{"title": work.Title, "description": work.Description, "status": work.Status}
}

// courseworkDone is the result of what ends one part of a course.
type courseworkDone struct {
	CourseworkID apiclient.ID `json:"coursework_id"`
}

func deleteCoursework(ctx context.Context, c *Call, in courseworkRef) (courseworkDone, error) {
	err := c.API.Courseworks().Delete(ctx, in.id(), in.CourseworkID)
	return courseworkDone{in.CourseworkID}, c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		return gone(c.API.Courseworks().Get(ctx, in.id(), in.CourseworkID))
	})
}
