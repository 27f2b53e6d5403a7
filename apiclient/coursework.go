package apiclient

import (
	"encoding/json"
	"time"
)

// The kinds of coursework. Every course has one overview, which the API shows
// but does not make.
const (
	CourseworkSection  = "section"
	CourseworkLesson   = "lesson"
	CourseworkQuiz     = "quiz"
	CourseworkOverview = "overview"
)

// What members see of a piece of coursework.
const (
	CourseworkPosted  = "posted"
	CourseworkHidden  = "hidden"
	CourseworkPending = "pending"
)

// Coursework is a section, lesson or quiz of a course, which is a space. The
// API tells neither a quiz's questions nor who got how far.
type Coursework struct {
	ID                 ID        `json:"id"`
	SpaceID            ID        `json:"space_id,omitempty"` // the course
	Type               string    `json:"type,omitempty"`
	ParentID           ID        `json:"parent_id,omitempty"`
	ParentType         string    `json:"parent_type,omitempty"` // section or overview
	Title              string    `json:"title,omitempty"`
	Description        string    `json:"description,omitempty"` // the content
	Status             string    `json:"status,omitempty"`
	Position           int       `json:"position,omitempty"`            // among its siblings
	CompletionCriteria string    `json:"completion_criteria,omitempty"` // none, visited, button, video, minimum_correct_percentage
	UnlockingCriteria  string    `json:"unlocking_criteria,omitempty"`  // none, sequential, time_from_course_join, scheduled_date
	ChildrenCount      int       `json:"children_count,omitempty"`      // direct ones
	Permalink          string    `json:"permalink,omitempty"`
	CreatedAt          time.Time `json:"created_at,omitzero"`
	UpdatedAt          time.Time `json:"updated_at,omitzero"`

	// Raw is the whole object as it came.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON reads a piece of coursework loosely and keeps it whole in Raw.
func (c *Coursework) UnmarshalJSON(data []byte) error {
	o, err := readObject("coursework", data)
	if err != nil {
		return err
	}
	*c = Coursework{
		ID:                 o.id("id"),
		SpaceID:            o.id("space_id"),
		Type:               o.text("type"),
		ParentID:           o.id("parent_id"),
		ParentType:         o.text("parent_type"),
		Title:              o.text("title"),
		Description:        o.text("description"),
		Status:             o.text("status"),
		Position:           o.count("position"),
		CompletionCriteria: o.text("completion_criteria"),
		UnlockingCriteria:  o.text("unlocking_criteria"),
		ChildrenCount:      o.count("children_count"),
		Permalink:          o.text("permalink"),
		CreatedAt:          o.time("created_at"),
		UpdatedAt:          o.time("updated_at"),
		Raw:                o.raw,
	}
	return nil
}

// CourseworkList chooses coursework; empty fields choose nothing away.
type CourseworkList struct {
	ListOptions
	Type     string // for example [CourseworkLesson]
	ParentID ID     // direct children of this section or overview
	Status   string // for example [CourseworkPosted]
}

// CourseworkCreate describes a piece of coursework to make. Type is required;
// other empty fields are not sent.
type CourseworkCreate struct {
	Type               string `json:"type"`                // [CourseworkSection], [CourseworkLesson] or [CourseworkQuiz]
	ParentID           ID     `json:"parent_id,omitempty"` // 0 puts it under the course's overview
	Title              string `json:"title,omitempty"`
	Description        string `json:"description,omitempty"`         // the content
	Status             string `json:"status,omitempty"`              // "" lets the API take hidden
	CompletionCriteria string `json:"completion_criteria,omitempty"` // none, visited, button, video, minimum_correct_percentage
	UnlockingCriteria  string `json:"unlocking_criteria,omitempty"`  // none, sequential, time_from_course_join, scheduled_date
}

// CourseworkUpdate describes a change; nil, and 0 for ParentID, leave a field
// as it is. The fields mean what they mean in [CourseworkCreate].
type CourseworkUpdate struct {
	Title              *string `json:"title,omitempty"`
	Description        *string `json:"description,omitempty"`
	Status             *string `json:"status,omitempty"`
	ParentID           ID      `json:"parent_id,omitempty"` // moves it there
	CompletionCriteria *string `json:"completion_criteria,omitempty"`
	UnlockingCriteria  *string `json:"unlocking_criteria,omitempty"`
}
