package tools

import (
	"strings"
	"time"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// directoryMember is what the directory keeps of a member. Texts are kept as
// they came and cleaned on their way out, as they are for an answer of the
// API; what is searched is the cleaned text, since that is what is shown.
func directoryMember(m apiclient.Member) store.DirectoryMember {
	row := store.DirectoryMember{
		ID: uint64(m.ID), First: m.FirstName, Last: m.LastName, Email: m.Email, Type: line(m.MemberType),
		Location: m.Location, TimeZone: m.TimeZone, Joined: m.CreatedAt,
	}
	if m.FirstName == "" && m.LastName == "" {
		row.Name = m.Name
	}
	row.FindName, row.FindEmail, row.FindPlace = fold(rowName(row)), fold(line(row.Email)), fold(line(row.Location))
	return row
}

func directoryMembers(members []apiclient.Member) []store.DirectoryMember {
	rows := make([]store.DirectoryMember, len(members))
	for i, m := range members {
		rows[i] = directoryMember(m)
	}
	return rows
}

// rowName is a member's name as it is shown and searched.
func rowName(m store.DirectoryMember) string {
	if name := strings.TrimSpace(line(m.First) + " " + line(m.Last)); name != "" {
		return name
	}
	return line(m.Name)
}

// rowView shows a member of the directory as lists of members do.
func rowView(m store.DirectoryMember) memberView {
	view := memberView{
		ID: apiclient.ID(m.ID), FirstName: line(m.First), LastName: line(m.Last), Email: line(m.Email),
		MemberType: line(m.Type), Location: line(m.Location), CreatedAt: rowJoined(m),
	}
	if view.FirstName == "" && view.LastName == "" {
		view.FirstName = line(m.Name)
	}
	return view
}

func rowJoined(m store.DirectoryMember) string { return stamp(m.Joined.Truncate(time.Second)) }

// asMember writes a member of the directory as the API does.
func asMember(m store.DirectoryMember) apiclient.Member {
	return apiclient.Member{
		ID: apiclient.ID(m.ID), FirstName: m.First, LastName: m.Last, Name: m.Name, Email: m.Email, MemberType: m.Type,
		Location: m.Location, TimeZone: m.TimeZone, CreatedAt: m.Joined,
	}
}
