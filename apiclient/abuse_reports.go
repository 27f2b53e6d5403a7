package apiclient

import (
	"context"
	"encoding/json"
	"iter"
	"time"
)

// AbuseReport is a member's complaint about content or about somebody.
type AbuseReport struct {
	ID             ID        `json:"id"`
	MemberID       ID        `json:"member_id,omitempty"`     // who complains
	TargetableID   ID        `json:"targetable_id,omitempty"` // what is complained about: a post, comment, user or space
	TargetableType string    `json:"targetable_type,omitempty"`
	ReportType     string    `json:"report_type,omitempty"` // spam, offensive, impersonation, other
	Reason         string    `json:"reason,omitempty"`      // in the reporter's words
	ContextID      ID        `json:"context_id,omitempty"`  // where it was reported
	ContextType    string    `json:"context_type,omitempty"`
	SpaceID        ID        `json:"space_id,omitempty"`
	NetworkID      ID        `json:"network_id,omitempty"`
	IgnoredAt      time.Time `json:"ignored_at,omitzero"`     // zero while nobody has set it aside
	IgnoredByID    ID        `json:"ignored_by_id,omitempty"` // a member's id
	CreatedAt      time.Time `json:"created_at,omitzero"`
	UpdatedAt      time.Time `json:"updated_at,omitzero"`

	// Raw is the whole object as it came.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON reads a report loosely and keeps it whole in Raw.
func (r *AbuseReport) UnmarshalJSON(data []byte) error {
	o, err := readObject("abuse report", data)
	if err != nil {
		return err
	}
	*r = AbuseReport{
		ID:             o.id("id"),
		MemberID:       o.id("member_id"),
		TargetableID:   o.id("targetable_id"),
		TargetableType: o.text("targetable_type"),
		ReportType:     o.text("report_type"),
		Reason:         o.text("reason"),
		ContextID:      o.id("context_id"),
		ContextType:    o.text("context_type"),
		SpaceID:        o.id("space_id"),
		NetworkID:      o.id("network_id"),
		IgnoredAt:      o.time("ignored_at"),
		IgnoredByID:    o.id("ignored_by_id"),
		CreatedAt:      o.time("created_at"),
		UpdatedAt:      o.time("updated_at"),
		Raw:            o.raw,
	}
	return nil
}

// AbuseReportsService reads abuse reports. The API has no way to settle one.
type AbuseReportsService struct{ c *Client }

// List returns one page of abuse reports
// (GET /networks/{network_id}/abuse_reports), those set aside included. The
// API offers no filter.
func (s AbuseReportsService) List(ctx context.Context, opts ListOptions) (*Page[AbuseReport], error) {
	return list[AbuseReport](ctx, s.c, call{op: opAbuseReportList}, opts)
}

// All walks every abuse report, as [MembersService.All] walks members.
func (s AbuseReportsService) All(ctx context.Context, opts ListOptions) iter.Seq2[AbuseReport, error] {
	return all(ctx, s.c, opAbuseReportList, opts, s.List)
}
