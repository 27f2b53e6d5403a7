package apiclient

import "encoding/json"

// Asset is a file attached to content.
type Asset struct {
	ID   ID     `json:"id"`
	Type string `json:"type,omitempty"`
	Name string `json:"name,omitempty"` // the file's name
	URL  string `json:"url,omitempty"`

	// Raw is the whole object as it came.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON reads an asset loosely and keeps it whole in Raw.
func (a *Asset) UnmarshalJSON(data []byte) error {
	o, err := readObject("asset", data)
	if err != nil {
		return err
	}
	*a = Asset{ID: o.id("id"), Type: o.text("type"), Name: o.text("name"), URL: o.text("url"), Raw: o.raw}
	return nil
}

// EmbeddedLink is the preview of a web page that content links to.
type EmbeddedLink struct {
	ID          ID     `json:"id"`
	URL         string `json:"url,omitempty"`
	Title       string `json:"title,omitempty"`
	Description string `json:"description,omitempty"`
	FaviconURL  string `json:"favicon_url,omitempty"`

	// Raw is the whole object as it came.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON reads a link loosely and keeps it whole in Raw.
func (l *EmbeddedLink) UnmarshalJSON(data []byte) error {
	o, err := readObject("embedded link", data)
	if err != nil {
		return err
	}
	*l = EmbeddedLink{
		ID:          o.id("id"),
		URL:         o.text("url"),
		Title:       o.text("title"),
		Description: o.text("description"),
		FaviconURL:  o.text("favicon_url"),
		Raw:         o.raw,
	}
	return nil
}
