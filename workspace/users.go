package workspace

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
)

// Role is what a user may do in the workspace.
type Role string

// The roles. Viewer is the one that the API gives where none is asked for.
const (
	RoleAdmin  Role = "admin"
	RoleEditor Role = "editor"
	RoleViewer Role = "viewer"
)

// Status is where a user stands.
type Status string

// The statuses. Pending users have not accepted their invitation.
const (
	StatusActive   Status = "active"
	StatusPending  Status = "pending"
	StatusDisabled Status = "disabled"
)

// Bounds of [ListOptions.Limit].
const (
	DefaultLimit = 20
	MaxLimit     = 100
)

// User is a user of the workspace.
type User struct {
	// ID is the API's id, a text such as "usr_01hv".
	ID     string
	Name   string
	Email  string
	Role   Role
	Status Status
	// CreatedAt is zero where the API sent no time that can be read.
	CreatedAt time.Time
	// Raw is the whole object as it came.
	Raw json.RawMessage
}

// UnmarshalJSON implements json.Unmarshaler. What has no id is no user.
func (u *User) UnmarshalJSON(data []byte) error {
	var fields struct {
		ID        string `json:"id"`
		Name      string `json:"name"`
		Email     string `json:"email"`
		Role      Role   `json:"role"`
		Status    Status `json:"status"`
		CreatedAt string `json:"created_at"`
	}
	if err := json.Unmarshal(data, &fields); err != nil {
		return errors.New("expected a user, which is a JSON object with texts in it")
	}
	if fields.ID == "" {
		return errors.New("expected a user with an id")
	}
	created, _ := time.Parse(time.RFC3339, fields.CreatedAt)
	*u = User{
		ID: fields.ID, Name: fields.Name, Email: fields.Email, Role: fields.Role, Status: fields.Status,
		CreatedAt: created, Raw: bytes.Clone(data),
	}
	return nil
}

// ListOptions choose the users of [Client.ListUsers].
type ListOptions struct {
	// Limit is how many users to return, 1 to [MaxLimit]; 0 is [DefaultLimit].
	Limit int
	// Offset is how many to leave out at the beginning.
	Offset int
	// Role and Status leave out all others; "" leaves out nobody.
	Role   Role
	Status Status
}

// Page is a part of the list of users.
type Page struct {
	Users []User
	// Total counts all users who fit the filters, on every page.
	Total int
	// Limit and Offset are those that the API used.
	Limit, Offset int
	// NextOffset leads to the next page; 0 when this is the last one.
	NextOffset int
}

var (
	listUsers  = &apiclient.Operation{Name: "users.list", Method: http.MethodGet, Path: "/users"}
	createUser = &apiclient.Operation{Name: "users.create", Method: http.MethodPost, Path: "/users"}
)

// ListUsers returns users of the workspace, GET /users. Limits, offsets, roles
// and statuses that do not exist are refused without a request
// ([apiclient.Validation]).
func (c *Client) ListUsers(ctx context.Context, o ListOptions) (*Page, error) {
	o.Limit = cmp.Or(o.Limit, DefaultLimit)
	switch {
	case o.Limit < 1 || o.Limit > MaxLimit:
		return nil, c.line.Invalid(listUsers, fmt.Sprintf("limit must be from 1 to %d", MaxLimit))
	case o.Offset < 0:
		return nil, c.line.Invalid(listUsers, "offset cannot be negative")
	case o.Role != "" && !o.Role.exists():
		return nil, c.line.Invalid(listUsers, "role must be admin, editor or viewer")
	case o.Status != "" && !o.Status.exists():
		return nil, c.line.Invalid(listUsers, "status must be active, pending or disabled")
	}
	query := url.Values{"limit": {strconv.Itoa(o.Limit)}, "offset": {strconv.Itoa(o.Offset)}}
	if o.Role != "" {
		query.Set("role", string(o.Role))
	}
	if o.Status != "" {
		query.Set("status", string(o.Status))
	}
	var got envelope
	if err := c.line.Do(ctx, listUsers, query, nil, &got); err != nil {
		return nil, err
	}
	return got.page(o), nil
}

func (r Role) exists() bool { return slices.Contains([]Role{RoleAdmin, RoleEditor, RoleViewer}, r) }

func (s Status) exists() bool {
	return slices.Contains([]Status{StatusActive, StatusPending, StatusDisabled}, s)
}

// envelope is the answer of GET /users.
type envelope struct {
	Data []User
	Meta meta
}

type meta struct {
	Total  *int `json:"total"`
	Limit  int  `json:"limit"`
	Offset *int `json:"offset"`
}

// UnmarshalJSON implements json.Unmarshaler. An answer without its list is an
// error, since it would pass for a workspace without users.
func (e *envelope) UnmarshalJSON(data []byte) error {
	var parts struct {
		Data json.RawMessage `json:"data"`
		Meta meta            `json:"meta"`
	}
	if err := json.Unmarshal(data, &parts); err != nil {
		return errors.New("expected an object with data and meta")
	}
	if text := bytes.TrimSpace(parts.Data); len(text) == 0 || text[0] != '[' {
		return errors.New("expected a list of users under data")
	}
	if parts.Meta.Total == nil || *parts.Meta.Total < 0 {
		return errors.New("expected the total under meta")
	}
	e.Meta = parts.Meta
	return json.Unmarshal(parts.Data, &e.Data)
}

// page says what was returned and where it goes on: after what came, whatever
// was asked for, so that no user is skipped.
func (e envelope) page(asked ListOptions) *Page {
	p := &Page{Users: e.Data, Total: *e.Meta.Total, Limit: cmp.Or(e.Meta.Limit, asked.Limit), Offset: asked.Offset}
	if e.Meta.Offset != nil {
		p.Offset = *e.Meta.Offset
	}
	if next := p.Offset + len(p.Users); len(p.Users) > 0 && next < p.Total {
		p.NextOffset = next
	}
	return p
}

// UserCreate is a new user.
type UserCreate struct {
	// Email and Name are required.
	Email string `json:"email"`
	Name  string `json:"name"`
	// Role is what the user may do; "" is [RoleViewer].
	Role Role `json:"role"`
}

// CreateUser adds a user and sends an invitation to their address, POST
// /users. It is sent once: when the answer is lost, the error says
// [apiclient.OutcomeUnknown]. Missing values and a role that does not exist are
// refused without a request.
func (c *Client) CreateUser(ctx context.Context, u UserCreate) (*User, error) {
	u.Email, u.Name, u.Role = strings.TrimSpace(u.Email), strings.TrimSpace(u.Name), cmp.Or(u.Role, RoleViewer)
	switch {
	case u.Email == "":
		return nil, c.line.Invalid(createUser, "required but not given: email")
	case u.Name == "":
		return nil, c.line.Invalid(createUser, "required but not given: name")
	case !u.Role.exists():
		return nil, c.line.Invalid(createUser, "role must be admin, editor or viewer")
	}
	var got createdUser
	if err := c.line.Do(ctx, createUser, nil, u, &got); err != nil {
		return nil, err
	}
	return &got.User, nil
}

// createdUser is the answer of POST /users. The vendor does not say whether the
// user stands alone or under data, as in lists; both are read.
type createdUser struct{ User User }

// UnmarshalJSON implements json.Unmarshaler.
func (c *createdUser) UnmarshalJSON(data []byte) error {
	var wrapped struct {
		ID   json.RawMessage `json:"id"`
		Data json.RawMessage `json:"data"`
	}
	if json.Unmarshal(data, &wrapped) == nil && wrapped.ID == nil && wrapped.Data != nil {
		data = wrapped.Data
	}
	return json.Unmarshal(data, &c.User)
}
