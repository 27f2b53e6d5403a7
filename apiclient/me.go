package apiclient

import (
	"context"
	"encoding/json"
	"errors"
)

// Me is whom the key speaks for, and where.
type Me struct {
	// User is the admin who made the key; posts and comments made with it are
	// theirs. Of a member's fields the API fills in id, name, e-mail, bio and
	// the times.
	User Member `json:"user"`
	// Network is the network the key belongs to.
	Network Network `json:"network"`
	// Admin says whether the user is an admin of the network.
	Admin bool `json:"admin"`

	// Raw is the whole object as it came.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON reads the answer loosely and keeps it whole in Raw.
func (m *Me) UnmarshalJSON(data []byte) error {
	o := object{raw: append(json.RawMessage(nil), data...)}
	if json.Unmarshal(data, &o.fields) != nil {
		return errors.New("expected an object with user and network")
	}
	me := Me{Raw: o.raw}
	if !o.nested("user", &me.User) || !o.nested("network", &me.Network) {
		return errors.New("expected an object with user and network")
	}
	var user object
	_ = json.Unmarshal(o.fields["user"], &user.fields) // valid: the user was just read
	me.Admin = user.flag("admin") || o.flag("admin")
	*m = me
	return nil
}

// MeService reads the key's owner.
type MeService struct{ c *Client }

// Get returns the key's owner and network (GET /networks/{network_id}/me). It
// is the cheapest check of a key: a rejected key is [KeyRejected], a key of
// another network [WrongNetwork].
func (s MeService) Get(ctx context.Context) (*Me, error) {
	return fetch[Me](ctx, s.c, call{op: opMeGet})
}
