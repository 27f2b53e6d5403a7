package tools

import (
	"context"
	"time"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// rsvpTools read and set who comes to an event.
func rsvpTools() []Tool {
	return []Tool{
		read(Doc{
			Name: "list_rsvps", Title: "List RSVPs", Toolset: eventsToolset,
			About: "Who said yes, maybe or no to an event; of a recurring one, to the occurrence instance_at.",
		}, func(ctx context.Context, c *Call, in listRSVPsIn) (list[view[rsvpView]], error) {
			return listed(c, showRSVP(in.Detail))(c.API.RSVPs().List(ctx, in.EventID, apiclient.RSVPList{ListOptions: in.options(), InstanceAt: moment(in.InstanceAt)}))
		}),
		read(Doc{
			Name: "get_rsvp", Title: "Get RSVP", Toolset: eventsToolset,
			About: "One RSVP by its id, as list_rsvps tells it.",
		}, func(ctx context.Context, c *Call, in getRSVPIn) (view[rsvpView], error) {
			return shown(showRSVP(in.Detail))(c.API.RSVPs().Get(ctx, in.EventID, in.RSVPID))
		}),
		write(Doc{
			Name: "set_rsvp", Title: "Set RSVP", Toolset: eventsToolset,
			About: "Answers an event for a member, or changes their answer. They must be in the network, and the event must take RSVPs.",
		}, previewSetRSVP, setRSVP, "set_rsvp", func(in setRSVPIn, out view[rsvpView], before map[string]any) *store.Undo {
			left := values{"status": objectOf[apiclient.RSVP](out).Status}
			switch status := before["status"]; status {
			case nil: // there was no answer before
				return unmaking(values{"event_id": in.EventID, "rsvp_id": out.fields.ID}, left)
			case unknownRSVP:
				return nil
			default:
				return putBack(filled(values{"event_id": in.EventID, "member_id": in.MemberID, "instance_at": in.InstanceAt}), values{"status": status}, left)
			}
		}).orIfNew("delete_rsvp"),
		write(Doc{
			Name: "update_rsvp", Title: "Update RSVP", Toolset: eventsToolset,
			About: "Changes one RSVP by its id; set_rsvp does so by member.",
		}, previewUpdateRSVP, updateRSVP, "update_rsvp", func(in updateRSVPIn, out view[rsvpView], before map[string]any) *store.Undo {
			return putBack(values{"event_id": in.EventID, "rsvp_id": in.RSVPID}, before, values{"status": objectOf[apiclient.RSVP](out).Status})
		}),
		restored(destructive(Doc{
			Name: "delete_rsvp", Title: "Delete RSVP", Toolset: eventsToolset,
			About: "Takes a member's answer to an event away, as if they had not answered. A person must approve.",
		}, previewDeleteRSVP, deleteRSVP), "set_rsvp", "", func(in rsvpRef, _ rsvpRef, before map[string]any) *store.Undo {
			if before["member_id"] == nil {
				return nil
			}
			who := filled(values{"event_id": in.EventID, "member_id": before["member_id"], "instance_at": before["instance_at"]})
			return giveAgain(who, values{"status": before["status"]})
		}),
	}
}

// rsvpRef names one RSVP of one event.
type rsvpRef struct {
	eventRef
	RSVPID apiclient.ID `json:"rsvp_id" jsonschema:"minimum=1" jsonschema_description:"RSVP id"`
}

type rsvpView struct {
	ID         apiclient.ID `json:"id"`
	Status     string       `json:"status,omitempty"`
	MemberID   apiclient.ID `json:"member_id,omitempty"`
	MemberName string       `json:"member_name,omitempty"`
	InstanceAt string       `json:"instance_at,omitempty"`
}

func showRSVP(d detail) func(apiclient.RSVP) view[rsvpView] {
	return func(r apiclient.RSVP) view[rsvpView] {
		fields := rsvpView{ID: r.ID, Status: line(r.Status)}
		if r.Member != nil {
			fields.MemberID, fields.MemberName = r.Member.ID, line(r.Member.FullName())
		}
		if r.Instance != nil {
			fields.InstanceAt = stamp(r.Instance.StartsAt)
		}
		return show(fields, r.Raw, d)
	}
}

type listRSVPsIn struct {
	eventRef
	InstanceAt string `json:"instance_at,omitempty" jsonschema:"format=date-time" jsonschema_description:"start of the occurrence"`
	paged
	detailed
}

type getRSVPIn struct {
	rsvpRef
	detailed
}

// answering is a yes, maybe or no.
type answering struct {
	Status string `json:"status" jsonschema:"enum=yes,enum=maybe,enum=no" jsonschema_description:"the answer"`
}

type setRSVPIn struct {
	eventRef
	memberRef
	answering
	InstanceAt string `json:"instance_at,omitempty" jsonschema:"format=date-time" jsonschema_description:"start of the occurrence"`
}

// unknownRSVP stands for an answer that was not looked for to the end.
const unknownRSVP = "unknown"

// previewSetRSVP looks for the answer that will be overwritten.
func previewSetRSVP(ctx context.Context, c *Call, in setRSVPIn) (guardrails.Preview, error) {
	p := guardrails.Preview{Action: "Answer this event for this member.", Facts: []guardrails.Fact{
		guardrails.Number("event id", in.EventID), guardrails.Number("member id", in.MemberID), guardrails.Field("answer", in.Status),
	}, Before: map[string]any{}}
	if in.InstanceAt != "" {
		p.Facts = append(p.Facts, guardrails.Field("occurrence", in.InstanceAt))
	}
	looked := 0
	for rsvp, err := range c.API.RSVPs().All(ctx, in.EventID, apiclient.RSVPList{
		ListOptions: apiclient.ListOptions{PerPage: apiclient.MaxPerPage}, InstanceAt: moment(in.InstanceAt),
	}) {
		if err != nil {
			return p, err
		}
		if rsvp.Member != nil && rsvp.Member.ID == in.MemberID && (rsvp.Instance == nil) == (in.InstanceAt == "") {
			p.Before["status"] = rsvp.Status
			p.Facts = append(p.Facts, guardrails.Field("answer so far", rsvp.Status))
			return p, nil
		}
		if looked++; looked == maxCounted {
			p.Before["status"] = unknownRSVP
			p.Reversal = "This cannot be undone: there are too many answers to look for an earlier one."
			return p, nil
		}
	}
	return p, nil
}

func setRSVP(ctx context.Context, c *Call, in setRSVPIn) (view[rsvpView], error) {
	return shown(showRSVP(concise))(c.API.RSVPs().Create(ctx, in.EventID, apiclient.RSVPCreate{
		MemberID: in.MemberID, Status: in.Status, InstanceAt: moment(in.InstanceAt),
	}))
}

type updateRSVPIn struct {
	rsvpRef
	answering
}

func previewUpdateRSVP(ctx context.Context, c *Call, in updateRSVPIn) (guardrails.Preview, error) {
	rsvp, err := c.API.RSVPs().Get(ctx, in.EventID, in.RSVPID)
	if err != nil {
		return guardrails.Preview{}, err
	}
	return guardrails.Preview{
		Action: "Change this RSVP.", Facts: append(aboutRSVP(rsvp), guardrails.Field("new answer", in.Status)),
		Before: map[string]any{"status": rsvp.Status},
	}, nil
}

func aboutRSVP(r *apiclient.RSVP) []guardrails.Fact {
	facts := []guardrails.Fact{guardrails.Number("RSVP id", r.ID), guardrails.Field("answer", r.Status)}
	if r.Member != nil {
		facts = append(facts, guardrails.Quote("member", r.Member.FullName()), guardrails.Number("member id", r.Member.ID))
	}
	if r.Event != nil {
		facts = append(facts, guardrails.Quote("event", r.Event.Title))
	}
	return facts
}

func updateRSVP(ctx context.Context, c *Call, in updateRSVPIn) (view[rsvpView], error) {
	rsvp, err := c.API.RSVPs().Update(ctx, in.EventID, in.RSVPID, apiclient.RSVPUpdate{Status: &in.Status})
	err = c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		var readErr error
		rsvp, readErr = c.API.RSVPs().Get(ctx, in.EventID, in.RSVPID)
		return readErr == nil && rsvp.Status == in.Status, readErr
	})
	return shown(showRSVP(concise))(rsvp, err)
}

func previewDeleteRSVP(ctx context.Context, c *Call, in rsvpRef) (guardrails.Preview, error) {
	rsvp, err := c.API.RSVPs().Get(ctx, in.EventID, in.RSVPID)
	if err != nil {
		return guardrails.Preview{}, err
	}
	p := guardrails.Preview{Action: "Take this answer to the event away.", Facts: aboutRSVP(rsvp), Before: values{"status": rsvp.Status}}
	if rsvp.Member != nil {
		p.Before["member_id"] = rsvp.Member.ID
	} else {
		p.Reversal = noWayBack
	}
	if rsvp.Instance != nil {
		p.Before["instance_at"] = rsvp.Instance.StartsAt.Format(time.RFC3339)
		p.Facts = append(p.Facts, guardrails.Field("occurrence", rsvp.Instance.StartsAt.Format(time.RFC3339)))
	}
	return p, nil
}

func deleteRSVP(ctx context.Context, c *Call, in rsvpRef) (rsvpRef, error) {
	err := c.API.RSVPs().Delete(ctx, in.EventID, in.RSVPID)
	return in, c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		return gone(c.API.RSVPs().Get(ctx, in.EventID, in.RSVPID))
	})
}
