package apiclient

import (
	"context"
	"iter"
	"net/url"
	"strconv"
	"strings"
)

// MembersService reads and changes the network's members.
type MembersService struct{ c *Client }

// List returns one page of members (GET /networks/{network_id}/members). The
// API offers no filter and no order; inactive people can be absent.
func (s MembersService) List(ctx context.Context, opts ListOptions) (*Page[Member], error) {
	return list[Member](ctx, s.c, call{op: opMemberList}, opts)
}

// All walks every member from opts.Page on, 100 per request unless
// opts.PerPage says otherwise. An error is the last thing it yields.
func (s MembersService) All(ctx context.Context, opts ListOptions) iter.Seq2[Member, error] {
	return all(ctx, s.c, opMemberList, opts, s.List)
}

// Get returns a member (GET /networks/{network_id}/members/{id}/). A removed
// member is [NotFound].
func (s MembersService) Get(ctx context.Context, id ID) (*Member, error) {
	return fetch[Member](ctx, s.c, call{op: opMemberGet, path: ids(id)})
}

// FindByEmail returns the member with exactly this address
// (GET /networks/{network_id}/members/by_email); white space around it and
// its case do not matter. Nobody with it is a nil member and [NotFound]. It
// can find people whom the list leaves out as inactive.
func (s MembersService) FindByEmail(ctx context.Context, email string) (*Member, error) {
	email = strings.ToLower(strings.TrimSpace(email))
	if !strings.Contains(email, "@") {
		return nil, invalid(opMemberByEmail, "email must be a whole e-mail address")
	}
	return fetch[Member](ctx, s.c, call{op: opMemberByEmail, query: url.Values{"email": {email}}})
}

// Create adds a member (POST /networks/{network_id}/members). Somebody who is
// a member already is [Validation].
func (s MembersService) Create(ctx context.Context, m MemberCreate) (*Member, error) {
	if err := missing(opMemberCreate, field{"email", m.Email}, field{"first_name", m.FirstName}, field{"last_name", m.LastName}); err != nil {
		return nil, err
	}
	if m.MemberType == MemberLimited && len(m.SpaceIDs) == 0 {
		return nil, invalid(opMemberCreate, "a limited member needs space_ids")
	}
	return fetch[Member](ctx, s.c, call{op: opMemberCreate, body: m})
}

// Update changes what is set in m (PATCH /networks/{network_id}/members/{id}/).
// The returned member does not show the role: the API leaves it out. Another
// e-mail is another login.
func (s MembersService) Update(ctx context.Context, id ID, m MemberUpdate) (*Member, error) {
	if m == (MemberUpdate{}) {
		return nil, invalid(opMemberUpdate, nothingToUpdate)
	}
	return fetch[Member](ctx, s.c, call{op: opMemberUpdate, path: ids(id), body: m})
}

// Delete deletes the member's account
// (DELETE /networks/{network_id}/members/{id}/). There is no way to restore
// it. Someone who owns spaces that cannot be deleted is [Validation].
func (s MembersService) Delete(ctx context.Context, id ID) error {
	return s.c.perform(ctx, call{op: opMemberDelete, path: ids(id)})
}

// RemoveFromNetwork takes the member out of the network
// (DELETE /networks/{network_id}/members/{id}/network_membership); they may
// join again. cancelPlans ends their paid plans as well; it is always sent,
// since the API does not say what it does without it.
func (s MembersService) RemoveFromNetwork(ctx context.Context, id ID, cancelPlans bool) error {
	query := url.Values{"cancel_plans": {strconv.FormatBool(cancelPlans)}}
	return s.c.perform(ctx, call{op: opMemberRemove, path: ids(id), query: query})
}

// Spaces returns one page of the spaces a member is in
// (GET /networks/{network_id}/members/{member_id}/spaces).
func (s MembersService) Spaces(ctx context.Context, id ID, opts ListOptions) (*Page[Space], error) {
	return list[Space](ctx, s.c, call{op: opMemberSpaces, path: ids(id)}, opts)
}

// AllSpaces walks every space a member is in, as [MembersService.All] walks
// members.
func (s MembersService) AllSpaces(ctx context.Context, id ID, opts ListOptions) iter.Seq2[Space, error] {
	return all(ctx, s.c, opMemberSpaces, opts, func(ctx context.Context, opts ListOptions) (*Page[Space], error) {
		return s.Spaces(ctx, id, opts)
	})
}

// Plans returns one page of the plans a member has, paid or not
// (GET /networks/{network_id}/members/{member_id}/plans). It shows
// access; [PurchasesService] shows payments only.
func (s MembersService) Plans(ctx context.Context, id ID, opts ListOptions) (*Page[Plan], error) {
	return list[Plan](ctx, s.c, call{op: opMemberPlans, path: ids(id)}, opts)
}

// AllPlans walks every plan a member has, as [MembersService.All] walks
// members.
func (s MembersService) AllPlans(ctx context.Context, id ID, opts ListOptions) iter.Seq2[Plan, error] {
	return all(ctx, s.c, opMemberPlans, opts, func(ctx context.Context, opts ListOptions) (*Page[Plan], error) {
		return s.Plans(ctx, id, opts)
	})
}
