package apiclient

import (
	"encoding/json"
	"strings"
	"time"
)

// The roles that the API accepts in a network and in a space.
const (
	RoleHost        = "host"
	RoleModerator   = "moderator"
	RoleContributor = "contributor"
)

// The member types: a full member joins the whole network, a limited one
// only the spaces they are put into.
const (
	MemberFull    = "full"
	MemberLimited = "limited"
)

// Member is a person in the network. Their id is the same number wherever the
// API speaks of a user id.
type Member struct {
	ID              ID        `json:"id"`
	Name            string    `json:"name,omitempty"` // only where the API gives one name instead of two
	FirstName       string    `json:"first_name,omitempty"`
	LastName        string    `json:"last_name,omitempty"`
	Email           string    `json:"email,omitempty"` // may be empty or masked, depending on plan and consent
	Role            string    `json:"role,omitempty"`  // usually absent: the API accepts a role but does not return it
	MemberType      string    `json:"member_type,omitempty"`
	TimeZone        string    `json:"time_zone,omitempty"`
	Location        string    `json:"location,omitempty"`
	Bio             string    `json:"bio,omitempty"`
	Avatar          string    `json:"avatar,omitempty"` // URL
	Permalink       string    `json:"permalink,omitempty"`
	Categories      []string  `json:"categories,omitempty"` // titles
	AmbassadorLevel string    `json:"ambassador_level,omitempty"`
	ReferralCount   int       `json:"referral_count,omitempty"`
	CreatedAt       time.Time `json:"created_at,omitzero"`
	UpdatedAt       time.Time `json:"updated_at,omitzero"`      // of the profile, not a visit
	LastVisitedAt   time.Time `json:"last_visited_at,omitzero"` // where the network sends it

	// Raw is the whole object as it came.
	Raw json.RawMessage `json:"-"`
}

// FullName returns the member's name as people write it; "" when there is
// none.
func (m Member) FullName() string {
	return firstOf(strings.TrimSpace(m.FirstName+" "+m.LastName), m.Name)
}

// UnmarshalJSON reads a member loosely and keeps it whole in Raw. It also
// reads the shorter form in which the API describes users (name, short_bio).
func (m *Member) UnmarshalJSON(data []byte) error {
	o, err := readObject("member", data)
	if err != nil {
		return err
	}
	*m = Member{
		ID:              o.id("id"),
		Name:            o.text("name"),
		FirstName:       o.text("first_name"),
		LastName:        o.text("last_name"),
		Email:           o.text("email"),
		Role:            o.text("role"),
		MemberType:      o.text("member_type"),
		TimeZone:        o.text("time_zone"),
		Location:        o.text("location"),
		Bio:             firstOf(o.text("bio"), o.text("short_bio")),
		Avatar:          o.text("avatar"),
		Permalink:       o.text("permalink"),
		Categories:      o.texts("categories"),
		AmbassadorLevel: o.text("ambassador_level"),
		ReferralCount:   o.count("referral_count"),
		CreatedAt:       o.time("created_at"),
		UpdatedAt:       o.time("updated_at"),
		LastVisitedAt:   o.time("last_visited_at"),
		Raw:             o.raw,
	}
	return nil
}

// MemberCreate describes a member to add. Email, FirstName and LastName are
// required; other empty fields are not sent.
type MemberCreate struct {
	Email     string `json:"email"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	// Role is [RoleHost], [RoleModerator] or [RoleContributor]; "" lets the
	// API take contributor.
	Role string `json:"role,omitempty"`
	// MemberType is [MemberFull] or [MemberLimited]; "" lets the API take full.
	MemberType string `json:"member_type,omitempty"`
	// SpaceIDs are the spaces a limited member joins, who needs at least one.
	SpaceIDs []ID `json:"space_ids,omitempty"`
	// SendWelcomeEmail is always sent: the API mails when it is left out.
	SendWelcomeEmail bool `json:"send_welcome_email"`
}

// MemberUpdate describes a change; nil leaves a field as it is.
type MemberUpdate struct {
	Role      *string `json:"role,omitempty"`
	Email     *string `json:"email,omitempty"`
	FirstName *string `json:"first_name,omitempty"`
	LastName  *string `json:"last_name,omitempty"`
}
