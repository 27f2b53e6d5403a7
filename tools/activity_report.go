package tools

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mcp-mighty/mcp-mighty/store"
)

// activityReportTools count who joined.
func activityReportTools() []Tool {
	return []Tool{
		read(Doc{
			Name: "get_member_activity_report", Title: "Get member activity report", Toolset: membersToolset,
			About: "Members in all, joins of the last days by ISO week (UTC), top locations and time zones; nothing of visits or posts. Reads like search_members.",
		}, memberActivityReport),
	}
}

type activityReportIn struct {
	Days int `json:"days,omitempty" jsonschema:"minimum=1,maximum=366,default=30" jsonschema_description:"days back"`
	costed
}

type activityReportOut struct {
	Total        int         `json:"total"`
	Joined       int         `json:"joined"`
	Since        string      `json:"since"`
	JoinedByWeek []weekCount `json:"joined_by_week"`
	Locations    []shareOf   `json:"top_locations"`
	TimeZones    []shareOf   `json:"top_time_zones"`
	Complete     bool        `json:"complete" jsonschema_description:"false: the counts are too low"`
	AgeSeconds   *int        `json:"age_seconds,omitempty"`
	Requests     int         `json:"requests"`
	Note         string      `json:"note,omitempty"`
}

type weekCount struct {
	Week   string `json:"week"`
	Starts string `json:"starts"`
	Joined int    `json:"joined"`
}

// shareOf is how many members have something in common.
type shareOf struct {
	Name    string `json:"name"`
	Members int    `json:"members"`
	Joined  int    `json:"joined"`
}

// topShares is how many locations and time zones are listed.
const topShares = 10

func memberActivityReport(ctx context.Context, c *Call, in activityReportIn) (activityReportOut, error) {
	ctx, spending := in.reading(ctx)
	r, err := c.roster(ctx, inNetwork(), reading{fresh: in.Fresh, left: spending.left})
	if err != nil {
		return activityReportOut{}, err
	}
	d := c.directory()
	since := c.Now.UTC().AddDate(0, 0, -in.Days)
	out := activityReportOut{
		Since: stamp(since), JoinedByWeek: weeks(since, c.Now.UTC()), Complete: r.complete, AgeSeconds: c.age(r.since),
		Requests: spending.spent(), Note: strings.Join(r.notes, " "),
	}
	total, joined, err := d.Joins(ctx, since, monday(since), 7*24*time.Hour)
	if err != nil {
		return activityReportOut{}, err
	}
	out.Total = total
	for week, n := range joined {
		out.Joined += n
		// Somebody from a clock ahead of ours counts into the last week.
		out.JoinedByWeek[min(week, len(out.JoinedByWeek)-1)].Joined += n
	}
	for by, top := range map[string]*[]shareOf{store.ByLocation: &out.Locations, store.ByTimeZone: &out.TimeZones} {
		counted, err := d.Shares(ctx, by, since)
		if err != nil {
			return activityReportOut{}, err
		}
		*top = topOf(counted)
	}
	return out, nil
}

// weeks lists the ISO weeks from one time to another, also those in which
// nobody joined.
func weeks(from, to time.Time) []weekCount {
	var list []weekCount
	for start := monday(from); !start.After(to); start = start.AddDate(0, 0, 7) {
		year, week := start.ISOWeek()
		list = append(list, weekCount{Week: fmt.Sprintf("%d-W%02d", year, week), Starts: day(start)})
	}
	return list
}

// monday returns when the ISO week of a time begins, in UTC.
func monday(t time.Time) time.Time {
	t = t.UTC()
	back := (int(t.Weekday()) + 6) % 7
	return time.Date(t.Year(), t.Month(), t.Day()-back, 0, 0, 0, 0, time.UTC)
}

// topOf counts without regard to case and accents; the first spelling stands
// for all.
func topOf(counted []store.Share) []shareOf {
	byName := map[string]*shareOf{}
	for _, one := range counted {
		name := line(one.Value)
		if name == "" {
			continue
		}
		key := fold(name)
		if byName[key] == nil {
			byName[key] = &shareOf{Name: name}
		}
		byName[key].Members += one.Members
		byName[key].Joined += one.Joined
	}
	all := make([]shareOf, 0, len(byName))
	for _, share := range byName {
		all = append(all, *share)
	}
	slices.SortFunc(all, func(a, b shareOf) int {
		return cmp.Or(b.Members-a.Members, cmp.Compare(a.Name, b.Name))
	})
	return all[:min(len(all), topShares)]
}
