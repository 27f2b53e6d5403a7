package sandbox

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// basePath is what every route hangs under; the network follows it.
const basePath = "/admin/v1/networks/"

// handler answers one route. It runs with the community locked (for writing
// when the route is no GET) and returns the value to encode: nil for an empty
// answer, a listing for a list. An error is an *apiError.
type handler func(m *community, c *call) (any, error)

// route is one row of the table. The path is relative to the network and
// exact, trailing slash included; {name} stands for an integer id.
type route struct {
	method string
	path   string
	query  []param
	body   []param // nil: the route takes no body; empty: an object without fields
	form   bool    // the body is a multipart form instead of JSON
	status int     // success
	absent int     // status when a required parameter is absent; 0 means 422
	handle handler
}

// param is a query parameter or a body field.
type param struct {
	name     string
	kind     kind
	required bool
}

// kind is the type a parameter must have.
type kind int

const (
	text     kind = iota // a string
	integer              // an unsigned integer
	boolean              // true or false
	integers             // an array of unsigned integers
	texts                // an array of strings
	placings             // an array of {space_id, position}
	wordlist             // "MO,WE" or a bare number: the vendor types the same field both ways
	file                 // a file in a form
)

// paged are the two query parameters of every list.
func paged(more ...param) []param {
	return append(more, param{name: "page", kind: integer}, param{name: "per_page", kind: integer})
}

// writes reports whether the route changes the community.
func (r *route) writes() bool { return r.method != http.MethodGet }

// routeTable is every route the sandbox knows, one resource after the other.
func routeTable() []route {
	return slices.Concat(
		networkRoutes(),
		memberRoutes(),
		spaceRoutes(),
		spaceMemberRoutes(),
		postRoutes(),
		commentRoutes(),
		eventRoutes(),
		planRoutes(),
		planMemberRoutes(),
		planInviteRoutes(),
		inviteRoutes(),
		subscriptionRoutes(),
		purchaseRoutes(),
		passwordResetRoutes(),
		tagRoutes(),
		badgeRoutes(),
		customFieldRoutes(),
		customFieldOptionRoutes(),
		customFieldAnswerRoutes(),
		assetRoutes(),
		collectionRoutes(),
		pollRoutes(),
		courseworkRoutes(),
		reactionRoutes(),
		muteRoutes(),
		rsvpRoutes(),
		reportRoutes(),
	)
}

// match finds the route for a method and a path relative to the network, with
// the ids its placeholders stand for.
func match(routes []route, method, path string) (*route, map[string]uint64) {
	for i := range routes {
		r := &routes[i]
		if r.method != method {
			continue
		}
		if ids, ok := bind(r.path, path); ok {
			return r, ids
		}
	}
	return nil, nil
}

// bind lays a path over a pattern. Slashes count: "/posts/7" is not
// "/posts/{id}/", and an id that is no integer is no such path.
func bind(pattern, path string) (map[string]uint64, bool) {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return nil, false
	}
	ids := map[string]uint64{}
	for i, segment := range want {
		if !strings.HasPrefix(segment, "{") {
			if segment != got[i] {
				return nil, false
			}
			continue
		}
		id, err := strconv.ParseUint(got[i], 10, 64)
		if err != nil {
			return nil, false
		}
		ids[strings.Trim(segment, "{}")] = id
	}
	return ids, true
}

// Route describes one route of the emulated API to the outside, for tests that
// compare a client with it.
type Route struct {
	Method string   // "GET"
	Path   string   // full path, e.g. "/admin/v1/networks/{network_id}/members/{id}/"
	Query  []string // query parameters it takes
	Body   []string // JSON fields it takes; nil when it takes no body
	Status int      // success code
}

// Routes returns every route the sandbox serves.
func Routes() []Route {
	table := routeTable()
	out := make([]Route, len(table))
	for i, r := range table {
		out[i] = Route{Method: r.method, Path: basePath + "{network_id}" + r.path, Query: names(r.query), Body: names(r.body), Status: r.status}
	}
	return out
}

func names(params []param) []string {
	if params == nil {
		return nil
	}
	out := make([]string, len(params))
	for i, p := range params {
		out[i] = p.name
	}
	return out
}
