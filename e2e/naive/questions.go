package naive

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

type member struct {
	ID        uint64    `json:"id"`
	First     string    `json:"first_name"`
	Last      string    `json:"last_name"`
	Email     string    `json:"email"`
	CreatedAt time.Time `json:"created_at"`
}

func (m member) name() string { return strings.TrimSpace(m.First + " " + m.Last) }

type post struct {
	ID       uint64 `json:"id"`
	AuthorID uint64 `json:"creator_id"`
	Title    string `json:"title"`
}

type named struct {
	ID           uint64 `json:"id"`
	Name         string `json:"name"`
	Title        string `json:"title"`
	ResponseType string `json:"response_type"`
}

// JoinedAndSilent returns who joined since a time and has written no post.
func (c *Client) JoinedAndSilent(ctx context.Context, since time.Time) ([]string, error) {
	members, err := all[member](ctx, c, "/members", nil)
	if err != nil {
		return nil, err
	}
	posts, err := all[post](ctx, c, "/posts", nil)
	if err != nil {
		return nil, err
	}
	wrote := map[uint64]bool{}
	for _, p := range posts {
		wrote[p.AuthorID] = true
	}
	var found []string
	for _, m := range members {
		if !m.CreatedAt.Before(since) && !wrote[m.ID] {
			found = append(found, fmt.Sprint(m.ID))
		}
	}
	return found, nil
}

// Called returns who has a name, with their addresses.
func (c *Client) Called(ctx context.Context, name string) ([]string, error) {
	members, err := all[member](ctx, c, "/members", nil)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, m := range members {
		if strings.EqualFold(m.name(), name) {
			found = append(found, fmt.Sprint(m.ID, " ", m.Email))
		}
	}
	return found, nil
}

// PlansOf returns the names of the plans of the member with an address, nil
// when nobody has it.
func (c *Client) PlansOf(ctx context.Context, email string) ([]string, error) {
	var m member
	if found, err := c.get(ctx, "/members/by_email", url.Values{"email": {email}}, &m); err != nil || !found {
		return nil, err
	}
	plans, err := all[named](ctx, c, fmt.Sprintf("/members/%d/plans", m.ID), nil)
	names := []string{fmt.Sprint(m.ID)}
	for _, p := range plans {
		names = append(names, p.Name)
	}
	return names, err
}

// JoinedByWeek returns how many joined since a time, by ISO week.
func (c *Client) JoinedByWeek(ctx context.Context, since time.Time) ([]string, error) {
	members, err := all[member](ctx, c, "/members", nil)
	weeks := map[string]int{}
	for _, m := range members {
		if !m.CreatedAt.Before(since) {
			year, week := m.CreatedAt.UTC().ISOWeek()
			weeks[fmt.Sprintf("%d-W%02d", year, week)]++
		}
	}
	var found []string
	for week, n := range weeks {
		found = append(found, fmt.Sprint(week, " ", n))
	}
	return found, err
}

// InSpaceWithoutBadge returns who is in a space and does not have a badge.
func (c *Client) InSpaceWithoutBadge(ctx context.Context, space, badge uint64) ([]string, error) {
	members, err := all[member](ctx, c, fmt.Sprintf("/spaces/%d/members", space), nil)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, m := range members {
		badges, err := all[named](ctx, c, fmt.Sprintf("/members/%d/badges", m.ID), nil)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(badges, func(b named) bool { return b.ID == badge }) {
			found = append(found, fmt.Sprint(m.ID))
		}
	}
	return found, nil
}

// NextEvents returns the next events and who said yes to each.
func (c *Client) NextEvents(ctx context.Context, n int, now time.Time) ([]string, error) {
	type event struct {
		ID       uint64    `json:"id"`
		Title    string    `json:"title"`
		StartsAt time.Time `json:"starts_at"`
	}
	events, err := all[event](ctx, c, "/events", nil)
	if err != nil {
		return nil, err
	}
	events = slices.DeleteFunc(events, func(e event) bool { return e.StartsAt.Before(now) })
	slices.SortFunc(events, func(a, b event) int { return cmp.Or(a.StartsAt.Compare(b.StartsAt), cmp.Compare(a.ID, b.ID)) })
	var found []string
	for _, e := range events[:min(n, len(events))] {
		rsvps, err := all[struct {
			Status string
			Member member
		}](ctx, c, fmt.Sprintf("/events/%d/rsvps", e.ID), nil)
		if err != nil {
			return nil, err
		}
		found = append(found, fmt.Sprint(e.ID))
		for _, r := range rsvps {
			if r.Status == "yes" {
				found = append(found, fmt.Sprint(e.ID, " ", r.Member.ID))
			}
		}
	}
	return found, nil
}

// Plans returns the plans and how many hold each.
func (c *Client) Plans(ctx context.Context) ([]string, error) {
	plans, err := all[named](ctx, c, "/plans", nil)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, p := range plans {
		members, err := all[member](ctx, c, fmt.Sprintf("/plans/%d/members", p.ID), nil)
		if err != nil {
			return nil, err
		}
		found = append(found, fmt.Sprint(p.Name, " ", len(members)))
	}
	return found, nil
}

// LatestPosts returns the first posts of a space with their authors' names.
func (c *Client) LatestPosts(ctx context.Context, space uint64, n int) ([]string, error) {
	var page struct{ Items []post }
	if _, err := c.get(ctx, "/posts", url.Values{"space_id": {fmt.Sprint(space)}}, &page); err != nil {
		return nil, err
	}
	var found []string
	for _, p := range page.Items[:min(n, len(page.Items))] {
		var author member
		if _, err := c.get(ctx, fmt.Sprintf("/members/%d/", p.AuthorID), nil, &author); err != nil {
			return nil, err
		}
		found = append(found, fmt.Sprint(p.ID, " ", author.name()))
	}
	return found, nil
}
