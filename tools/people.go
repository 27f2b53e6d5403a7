package tools

import (
	"context"
	"strings"
	"time"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/schema"
)

// memberRef names one member. A person is named by id and never guessed.
type memberRef struct {
	MemberID apiclient.ID `json:"member_id" jsonschema:"minimum=1" jsonschema_description:"member id"`
}

// memberView is a member as results show one.
type memberView struct {
	ID         apiclient.ID `json:"id"`
	FirstName  string       `json:"first_name,omitempty"`
	LastName   string       `json:"last_name,omitempty"`
	Email      string       `json:"email,omitempty"`
	MemberType string       `json:"member_type,omitempty"`
	Location   string       `json:"location,omitempty"`
	TimeZone   string       `json:"time_zone,omitempty"`
	Bio        string       `json:"bio,omitempty"`
	CreatedAt  string       `json:"created_at,omitempty"`
}

type chosenOfMember = chosen[memberView, apiclient.Member]

// memberRow is a member in a list: who, where, since when.
func memberRow(d detail) func(apiclient.Member) view[memberView] {
	return func(m apiclient.Member) view[memberView] {
		if d == full {
			return showMember(&m, d)
		}
		return show(memberView{
			ID: m.ID, FirstName: line(m.FirstName), LastName: line(m.LastName), Email: line(m.Email),
			MemberType: line(m.MemberType), Location: line(m.Location), CreatedAt: stamp(m.CreatedAt),
		}, m.Raw, d)
	}
}

func showMember(m *apiclient.Member, d detail) view[memberView] {
	return show(memberView{
		ID: m.ID, FirstName: line(m.FirstName), LastName: line(m.LastName), Email: line(m.Email),
		MemberType: line(m.MemberType), Location: line(m.Location), TimeZone: line(m.TimeZone),
		Bio: body(m.Bio, d), CreatedAt: stamp(m.CreatedAt),
	}, m.Raw, d)
}

// describe says who somebody is, for a person who has to decide about them.
func describe(m *apiclient.Member) []guardrails.Fact {
	return []guardrails.Fact{
		guardrails.Quote("member", m.FullName()),
		guardrails.Number("member id", m.ID),
		guardrails.Quote("e-mail", m.Email),
		guardrails.Field("joined", day(m.CreatedAt)),
	}
}

func asPerson(m *apiclient.Member) guardrails.Person {
	return protection(*m)
}

// stamp writes a time as the API does; the zero time is unknown.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

// day writes a date for people.
func day(t time.Time) string {
	if t.IsZero() {
		return "unknown"
	}
	return t.Format(time.DateOnly)
}

// The roles of the API, for networks and spaces alike.
const roleHelp = "host, moderator or contributor"

// parseRole reads a role. The vendor's prose has more words for roles than its
// API takes; the ones that are not roles there are explained, not guessed.
func parseRole(role string) (string, error) {
	explain := func(text string) error {
		return &schema.ArgumentError{Problems: []schema.Problem{{Argument: "role", Message: text}}}
	}
	switch word := strings.ToLower(strings.TrimSpace(role)); word {
	case apiclient.RoleHost, apiclient.RoleModerator, apiclient.RoleContributor:
		return word, nil
	case "member":
		return apiclient.RoleContributor, nil
	case "admin", "administrator", "owner":
		return "", explain(`argument "role" must be ` + roleHelp + `: the API has no "admin"; what the community calls an admin is a host, who can do everything`)
	case "guest":
		return "", explain(`argument "role" must be ` + roleHelp + `: the API has no role "guest"; somebody who belongs to single spaces only is a limited member, which is a member type`)
	}
	return "", explain(`argument "role" must be ` + roleHelp)
}

// settleTimeout bounds the look whether a write happened; the write itself may
// have used up the time of the call.
const settleTimeout = 20 * time.Second

// settle looks whether a write whose answer was lost has happened. Only when
// the target plainly shows it, and the API answers another question properly,
// is the write a success; otherwise the error stays, and says that the outcome
// is unknown.
func (c *Call) settle(ctx context.Context, err error, happened func(ctx context.Context) (bool, error)) error {
	if apiclient.KindOf(err) != apiclient.OutcomeUnknown {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTimeout)
	defer cancel()
	if yes, readErr := happened(ctx); readErr != nil || !yes {
		return err
	}
	// An API that finds nothing at all has not deleted everything.
	if _, readErr := c.API.Me().Get(ctx); readErr != nil {
		return err
	}
	return nil
}

// gone reports whether a look-up failed because its target is there no more.
func gone(_ any, err error) (bool, error) {
	if apiclient.KindOf(err) == apiclient.NotFound {
		return true, nil
	}
	return false, err
}
