package apiclient

import (
	"encoding/json"
	"time"
)

// Post is an entry in a space. The API tells neither how many comments nor
// how many reactions it has.
type Post struct {
	ID              ID        `json:"id"`
	SpaceID         ID        `json:"space_id,omitempty"`
	CreatorID       ID        `json:"creator_id,omitempty"` // a member's id
	Title           string    `json:"title,omitempty"`
	Summary         string    `json:"summary,omitempty"`
	Description     string    `json:"description,omitempty"` // the text, as HTML
	PostType        string    `json:"post_type,omitempty"`
	ContentType     string    `json:"content_type,omitempty"`
	Status          string    `json:"status,omitempty"`
	Images          []string  `json:"images,omitempty"` // URLs
	CommentsEnabled bool      `json:"comments_enabled"`
	Permalink       string    `json:"permalink,omitempty"`
	CreatedAt       time.Time `json:"created_at,omitzero"`
	UpdatedAt       time.Time `json:"updated_at,omitzero"`
	PublishedAt     time.Time `json:"published_at,omitzero"`
	LastActivityAt  time.Time `json:"last_activity_at,omitzero"`

	// Raw is the whole object as it came.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON reads a post loosely and keeps it whole in Raw.
func (p *Post) UnmarshalJSON(data []byte) error {
	o, err := readObject("post", data)
	if err != nil {
		return err
	}
	*p = Post{
		ID:              o.id("id"),
		SpaceID:         o.id("space_id"),
		CreatorID:       o.id("creator_id"),
		Title:           o.text("title"),
		Summary:         o.text("summary"),
		Description:     o.text("description"),
		PostType:        o.text("post_type"),
		ContentType:     o.text("content_type"),
		Status:          o.text("status"),
		Images:          o.texts("images"),
		CommentsEnabled: o.flag("comments_enabled"),
		Permalink:       o.text("permalink"),
		CreatedAt:       o.time("created_at"),
		UpdatedAt:       o.time("updated_at"),
		PublishedAt:     o.time("published_at"),
		LastActivityAt:  o.time("last_activity_at"),
		Raw:             o.raw,
	}
	return nil
}

// PostList chooses posts.
type PostList struct {
	ListOptions
	// SpaceID limits the list to one space; 0 is the whole network.
	SpaceID ID
}

// PostCreate describes a post to write. SpaceID and Title are required; other
// empty fields are not sent.
type PostCreate struct {
	SpaceID     ID     `json:"space_id"`
	Title       string `json:"title"`
	Description string `json:"description,omitempty"` // the text; HTML is accepted
	PostType    string `json:"post_type,omitempty"`   // for example "article"
	// Notify tells the network about the post. It is always sent, in the query.
	Notify bool `json:"-"`
}

// PostUpdate describes a change; nil leaves a field as it is.
type PostUpdate struct {
	Title       *string `json:"title,omitempty"`
	Description *string `json:"description,omitempty"`
	// Notify tells the network about the change. It is always sent, in the query.
	Notify bool `json:"-"`
}
