package sandbox

import (
	"net/http"
	"slices"
)

func badgeRoutes() []route {
	k := labelKind{"Badge", kindBadge}
	// A badge needs a picture, which is uploaded first.
	create := labelFields(true, param{name: "avatar_id", kind: integer, required: true})
	change := labelFields(false, param{name: "avatar_id", kind: integer})
	return slices.Concat([]route{
		{method: http.MethodGet, path: "/badges", query: paged(), status: 200, handle: k.list},
		{method: http.MethodPost, path: "/badges", body: create, status: 201, handle: k.create},
		{method: http.MethodGet, path: "/badges/{id}/", status: 200, handle: k.show},
		{method: http.MethodPatch, path: "/badges/{id}/", body: change, status: 200, handle: k.patch},
		{method: http.MethodPut, path: "/badges/{id}/", body: change, status: 200, handle: k.put},
		{method: http.MethodDelete, path: "/badges/{id}/", status: 204, handle: k.remove},
	}, k.heldRoutes("/members/{member_id}/badges", 201))
}
