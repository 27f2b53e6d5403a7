package tools

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails/untrusted"
)

// memberField is one thing that is known of a member, as it leaves this server
// in a file or to another system: whole, since nobody reads it in a
// conversation, but without what cannot be seen.
type memberField struct {
	name string
	// value returns a text of one line, a number or a list of texts.
	value func(*apiclient.Member) any
}

// The longest address and the longest text, in characters. A mail address has
// at most 254.
const (
	addressLength = 2_000
	fieldLength   = 500
)

// memberFields returns all fields, under the API's names for them.
func memberFields() []memberField {
	text := func(name string, most int, of func(*apiclient.Member) string) memberField {
		return memberField{name, func(m *apiclient.Member) any { return untrusted.Plain(of(m), most) }}
	}
	return []memberField{
		{"id", func(m *apiclient.Member) any { return uint64(m.ID) }},
		text("name", fieldLength, func(m *apiclient.Member) string { return m.FullName() }),
		text("first_name", fieldLength, func(m *apiclient.Member) string { return m.FirstName }),
		text("last_name", fieldLength, func(m *apiclient.Member) string { return m.LastName }),
		text("email", fieldLength, func(m *apiclient.Member) string { return m.Email }),
		text("member_type", fieldLength, func(m *apiclient.Member) string { return m.MemberType }),
		text("role", fieldLength, func(m *apiclient.Member) string { return m.Role }),
		text("location", fieldLength, func(m *apiclient.Member) string { return m.Location }),
		text("time_zone", fieldLength, func(m *apiclient.Member) string { return m.TimeZone }),
		text("bio", fullLength, func(m *apiclient.Member) string { return untrusted.HTML(m.Bio, fullLength) }),
		text("avatar", addressLength, func(m *apiclient.Member) string { return m.Avatar }),
		text("permalink", addressLength, func(m *apiclient.Member) string { return m.Permalink }),
		{"categories", func(m *apiclient.Member) any { return lines(m.Categories) }},
		text("ambassador_level", fieldLength, func(m *apiclient.Member) string { return m.AmbassadorLevel }),
		{"referral_count", func(m *apiclient.Member) any { return m.ReferralCount }},
		text("created_at", fieldLength, func(m *apiclient.Member) string { return stamp(m.CreatedAt) }),
		text("updated_at", fieldLength, func(m *apiclient.Member) string { return stamp(m.UpdatedAt) }),
		text("last_visited_at", fieldLength, func(m *apiclient.Member) string { return stamp(m.LastVisitedAt) }),
	}
}

// usualFields are taken where nobody chooses: who, where, since when.
func usualFields() []string {
	return []string{"id", "first_name", "last_name", "email", "member_type", "location", "created_at"}
}

// keptFields are those that the directory keeps.
func keptFields() []string { return append(usualFields(), "name", "time_zone") }

func lines(texts []string) []string {
	clean := make([]string, len(texts))
	for i, text := range texts {
		clean[i] = untrusted.Plain(text, fieldLength)
	}
	return clean
}

// chosenFields finds fields by their names. Its error lists them all.
func chosenFields(names []string) ([]memberField, error) {
	all := memberFields()
	var chosen []memberField
	for _, name := range names {
		i := slices.IndexFunc(all, func(f memberField) bool { return f.name == name })
		if i < 0 {
			known := make([]string, len(all))
			for i, f := range all {
				known[i] = f.name
			}
			return nil, fmt.Errorf("there is no member field %s; fields: %s", quoted(name), strings.Join(known, ", "))
		}
		chosen = append(chosen, all[i])
	}
	return chosen, nil
}

// fieldText writes a value of a field as one text.
func fieldText(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case uint64:
		return strconv.FormatUint(v, 10)
	case int:
		return strconv.Itoa(v)
	case []string:
		return strings.Join(v, " | ")
	}
	return fmt.Sprint(value)
}

// unset reports a value that says nothing.
func unset(value any) bool {
	switch v := value.(type) {
	case string:
		return v == ""
	case []string:
		return len(v) == 0
	}
	return false
}
