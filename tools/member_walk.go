package tools

import (
	"context"
	"slices"
	"strings"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// memberFilters choose members by what the list of members itself tells of
// them, as search_members does.
type memberFilters struct {
	Name         string `json:"name,omitempty" jsonschema:"maxLength=100" jsonschema_description:"parts of the name"`
	Email        string `json:"email,omitempty" jsonschema:"maxLength=254" jsonschema_description:"part of the address"`
	Location     string `json:"location,omitempty" jsonschema:"maxLength=100" jsonschema_description:"part of the location"`
	MemberType   string `json:"member_type,omitempty" jsonschema:"enum=full,enum=limited" jsonschema_description:"type"`
	JoinedAfter  string `json:"joined_after,omitempty" jsonschema:"format=date" jsonschema_description:"first day"`
	JoinedBefore string `json:"joined_before,omitempty" jsonschema:"format=date" jsonschema_description:"day after the last"`
}

// Check implements [Checker].
func (f *memberFilters) Check() error {
	f.Name, f.Email, f.Location = strings.TrimSpace(f.Name), strings.TrimSpace(f.Email), strings.TrimSpace(f.Location)
	if f.JoinedAfter != "" && f.JoinedBefore != "" && f.JoinedAfter >= f.JoinedBefore {
		return problem("joined_before", `argument "joined_before" must be a later day than "joined_after"`)
	}
	return nil
}

// query is what the filters ask of members. It is the search's own, so that
// both find the same people.
func (f memberFilters) query() store.MemberQuery {
	return searchMembersIn{
		Name: f.Name, Email: f.Email, Location: f.Location, MemberType: f.MemberType,
		JoinedAfter: f.JoinedAfter, JoinedBefore: f.JoinedBefore,
	}.query()
}

// fits returns the test for the filters.
func (f memberFilters) fits() func(apiclient.Member) bool {
	if f == (memberFilters{}) {
		return func(apiclient.Member) bool { return true }
	}
	query := f.query()
	return func(m apiclient.Member) bool { return query.Fits(directoryMember(m)) }
}

// facts tells a person who is chosen. The values come from the arguments, so
// they stand in quotes.
func (f memberFilters) facts() []guardrails.Fact {
	var facts []guardrails.Fact
	for _, filter := range []struct{ label, value string }{
		{"only names with", f.Name}, {"only addresses with", f.Email}, {"only locations with", f.Location},
		{"only of type", f.MemberType}, {"joined from", f.JoinedAfter}, {"joined before", f.JoinedBefore},
	} {
		if filter.value != "" {
			facts = append(facts, guardrails.Quote(filter.label, filter.value))
		}
	}
	if facts == nil {
		facts = append(facts, guardrails.Field("who", "all members"))
	}
	return facts
}

// walkMembers reads a list from a page on and hands page after
// page to visit, until that wants no more; it holds one page at a time. It
// requests no more than may be spent, and stops when the caller has left.
// complete says that the list was read to its end. It keeps nothing, so that it
// notices no departure: who moves up over the end of a page that was read is
// passed over, and only whoever knows them from elsewhere can tell.
func walkMembers(ctx context.Context, c *Call, list store.MemberList, from int, s *spending, visit func(*apiclient.Page[apiclient.Member]) (more bool, err error)) (complete bool, err error) {
	var last apiclient.ID // of the page before
	read, waits := 0, 0
	for number := from; s.left() > 0; {
		if guardrails.CallerLeft(ctx) {
			return false, context.Canceled
		}
		page, err := c.page(ctx, list, number)
		if waits < maxWaits && c.waited(ctx, err, read) {
			waits++
			continue
		}
		if err != nil {
			return false, err
		}
		if n := len(page.Items); n > 0 {
			if page.Items[n-1].ID == last {
				return false, &Obstacle{Message: "The API sends the same members again and again, so the list cannot be read to its end."}
			}
			last = page.Items[n-1].ID
			read += n
		}
		if more, err := visit(page); err != nil || !more {
			return false, err
		}
		if page.NextPage == 0 {
			return true, nil
		}
		number, waits = page.NextPage, 0
	}
	return false, nil
}

// exportingTo returns the networks with the places where members may go.
func (n networks) exportingTo(dir string, crm *CRM) networks {
	exporting := slices.Clone(n)
	for i := range exporting {
		exporting[i].exportDir, exporting[i].crm = dir, crm
	}
	return exporting
}
