package sandbox

import (
	"net/http"
	"slices"
)

// There is nothing but a list: reports are filed and settled in the app.
func reportRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/abuse_reports", query: paged(), status: 200, handle: listReports},
	}
}

// report is a complaint. It is a record of its own: it outlives what it is
// about and whoever filed it. Whether the real API keeps it is unknown.
type report struct {
	id               uint64
	reporter         *member
	about            reported
	kind, reason     string
	created, ignored stamp // ignored: 0 while it is open
	ignoredBy        uint64
}

// reported is what a report is about, and where: a member was met under a post
// or comment.
type reported struct {
	kind        string // "Post", "Comment" or "User"
	id          uint64
	contextKind string
	contextID   uint64
	space       uint64
}

type reportBody struct {
	ID             uint64 `json:"id"`
	CreatedAt      stamp  `json:"created_at"`
	UpdatedAt      stamp  `json:"updated_at"`
	MemberID       uint64 `json:"member_id"`
	TargetableID   uint64 `json:"targetable_id"`
	TargetableType string `json:"targetable_type"`
	ReportType     string `json:"report_type"`
	Reason         string `json:"reason,omitempty"`
	ContextID      uint64 `json:"context_id,omitempty"`
	ContextType    string `json:"context_type,omitempty"`
	SpaceID        uint64 `json:"space_id,omitempty"`
	NetworkID      uint64 `json:"network_id"`
	IgnoredAt      stamp  `json:"ignored_at,omitempty"`
	IgnoredByID    uint64 `json:"ignored_by_id,omitempty"`
}

func (m *community) reportBody(r *report) reportBody {
	return reportBody{
		ID: r.id, CreatedAt: r.created, UpdatedAt: max(r.created, r.ignored), MemberID: r.reporter.id,
		TargetableID: r.about.id, TargetableType: r.about.kind, ReportType: r.kind, Reason: r.reason,
		ContextID: r.about.contextID, ContextType: r.about.contextKind, SpaceID: r.about.space, NetworkID: m.network.id,
		IgnoredAt: r.ignored, IgnoredByID: r.ignoredBy,
	}
}

// listReports lists newest first, ignored ones among them: there is no filter.
func listReports(m *community, c *call) (any, error) {
	newest := slices.Clone(m.reports)
	slices.Reverse(newest)
	return pageOf(c, newest, func(r *report) any { return m.reportBody(r) })
}
