package sandbox

import (
	"net/http"
	"slices"
)

func tagRoutes() []route {
	k := labelKind{"Tag", kindTag}
	return slices.Concat([]route{
		{method: http.MethodGet, path: "/tags", query: paged(), status: 200, handle: k.list},
		{method: http.MethodPost, path: "/tags", body: labelFields(true), status: 201, handle: k.create},
		{method: http.MethodGet, path: "/tags/{id}/", status: 200, handle: k.show},
		{method: http.MethodPatch, path: "/tags/{id}/", body: labelFields(false), status: 200, handle: k.patch},
		{method: http.MethodPut, path: "/tags/{id}/", body: labelFields(false), status: 200, handle: k.put},
		{method: http.MethodDelete, path: "/tags/{id}/", status: 204, handle: k.remove},
	}, k.heldRoutes("/members/{member_id}/tags", 200)) // a badge given is 201
}
