package apiclient

import (
	"bytes"
	"encoding/json"
	"time"
)

// The kinds of poll that can be made. The API calls them by longer names
// (multiple_choice_poll) when it returns one.
const (
	PollMultipleChoice = "multiple_choice" // one of a list
	PollHotCold        = "hot_cold"        // a place on a scale between two ends
	PollPercentage     = "percentage"      // shares of a whole
	PollQuestion       = "question"        // answered in words, without choices
)

// Poll is a poll or a question in a space. The API tells neither who answered
// nor what.
type Poll struct {
	ID              ID           `json:"id"`
	PostType        string       `json:"post_type,omitempty"` // poll or question
	PollType        string       `json:"poll_type,omitempty"` // multiple_choice_poll, hot_cold_poll, percentage_poll
	Title           string       `json:"title,omitempty"`     // what is asked
	Description     string       `json:"description,omitempty"`
	Creator         *Member      `json:"creator,omitempty"`
	Space           *Space       `json:"space,omitempty"`
	Choices         []PollChoice `json:"choices,omitempty"`
	Images          []string     `json:"images,omitempty"` // URLs
	Status          string       `json:"status,omitempty"`
	CommentsEnabled bool         `json:"comments_enabled"`
	Permalink       string       `json:"permalink,omitempty"`
	CreatedAt       time.Time    `json:"created_at,omitzero"`
	UpdatedAt       time.Time    `json:"updated_at,omitzero"`
	PublishedAt     time.Time    `json:"published_at,omitzero"`
	LastActivityAt  time.Time    `json:"last_activity_at,omitzero"`

	// Raw is the whole object as it came.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON reads a poll loosely and keeps it whole in Raw.
func (p *Poll) UnmarshalJSON(data []byte) error {
	o, err := readObject("poll", data)
	if err != nil {
		return err
	}
	*p = Poll{
		ID:              o.id("id"),
		PostType:        o.text("post_type"),
		PollType:        o.text("poll_type"),
		Title:           o.text("title"),
		Description:     o.text("description"),
		Choices:         nestedList[PollChoice](o, "choices"),
		Images:          o.texts("images"),
		Status:          o.text("status"),
		CommentsEnabled: o.flag("comments_enabled"),
		Permalink:       o.text("permalink"),
		CreatedAt:       o.time("created_at"),
		UpdatedAt:       o.time("updated_at"),
		PublishedAt:     o.time("published_at"),
		LastActivityAt:  o.time("last_activity_at"),
		Raw:             o.raw,
	}
	var creator Member
	if o.nested("creator", &creator) {
		p.Creator = &creator
	}
	var space Space
	if o.nested("space", &space) {
		p.Space = &space
	}
	return nil
}

// PollChoice is one of the answers a poll offers.
type PollChoice struct {
	ID   string `json:"id,omitempty"` // not a number
	Text string `json:"text,omitempty"`

	// Raw is the whole choice as it came.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON reads a choice loosely and keeps it whole in Raw. A plain
// string is a choice without an id.
func (c *PollChoice) UnmarshalJSON(data []byte) error {
	if text := textOf(data); text != "" {
		*c = PollChoice{Text: text, Raw: bytes.Clone(data)}
		return nil
	}
	o, err := readPart("poll choice", data)
	if err != nil {
		return err
	}
	*c = PollChoice{ID: o.text("id"), Text: o.text("text"), Raw: o.raw}
	return nil
}

// PollList chooses polls.
type PollList struct {
	ListOptions
	// SpaceID limits the list to one space; 0 is the whole network.
	SpaceID ID
}

// PollCreate describes a poll to make. SpaceID, Title and PollType are
// required, and Choices for every kind but [PollQuestion]; other empty fields
// are not sent.
type PollCreate struct {
	SpaceID     ID       `json:"space_id"`
	Title       string   `json:"title"` // what is asked
	PollType    string   `json:"poll_type"`
	Description string   `json:"description,omitempty"`
	Choices     []string `json:"choices,omitempty"`
	// Notify tells the network about the poll. It is always sent, in the body:
	// the API does not say what it does without it.
	Notify bool `json:"notify"`
}

// PollUpdate describes a change; nil leaves a field as it is. The API cannot
// change the kind or the choices.
type PollUpdate struct {
	Title       *string `json:"title,omitempty"`
	Description *string `json:"description,omitempty"`
}
