package naive

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
)

type report struct {
	ID          uint64    `json:"id"`
	MemberID    uint64    `json:"member_id"`
	TargetID    uint64    `json:"targetable_id"`
	TargetType  string    `json:"targetable_type"`
	ContextID   uint64    `json:"context_id"`
	ContextType string    `json:"context_type"`
	IgnoredAt   *string   `json:"ignored_at"`
	CreatedAt   time.Time `json:"created_at"`
}

// author looks up who wrote what a report is about; 0 when it is gone.
func (c *Client) author(ctx context.Context, r report) (uint64, error) {
	var about struct {
		AuthorID  uint64 `json:"creator_id"`
		Commenter uint64 `json:"author_id"`
	}
	switch {
	case r.TargetType == "User":
		return r.TargetID, nil
	case r.TargetType == "Comment":
		_, err := c.get(ctx, fmt.Sprintf("/posts/%d/comments/%d/", r.ContextID, r.TargetID), nil, &about)
		return about.Commenter, err
	}
	_, err := c.get(ctx, fmt.Sprintf("/posts/%d/", r.TargetID), nil, &about)
	return about.AuthorID, err
}

// ModerationQueue returns the open reports, each with who wrote what it is
// about, who reported it, both looked up, and how many reports on the same
// author came before.
func (c *Client) ModerationQueue(ctx context.Context) ([]string, error) {
	reports, err := all[report](ctx, c, "/abuse_reports", nil)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(reports, func(a, b report) int { return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID)) })
	earlier := map[uint64]int{}
	var found []string
	for _, r := range reports {
		written, err := c.author(ctx, r)
		if err != nil {
			return nil, err
		}
		before := earlier[written]
		earlier[written]++
		if r.IgnoredAt != nil {
			continue
		}
		var author, reporter member
		for id, m := range map[uint64]*member{written: &author, r.MemberID: &reporter} {
			if id == 0 {
				continue
			}
			if _, err := c.get(ctx, fmt.Sprintf("/members/%d/", id), nil, m); err != nil {
				return nil, err
			}
		}
		if written == 0 {
			before = 0 // nobody knows whose it was
		}
		found = append(found, fmt.Sprint(r.ID, " by ", author.Email, " reported by ", reporter.Email, " after ", before))
	}
	return found, nil
}

// Everything returns what is known of a member: spaces, plans, tags, badges,
// the custom fields they answered, and the open reports about them.
func (c *Client) Everything(ctx context.Context, id uint64) ([]string, error) {
	var m member
	if _, err := c.get(ctx, fmt.Sprintf("/members/%d/", id), nil, &m); err != nil {
		return nil, err
	}
	found := []string{"member " + m.Email}
	for _, part := range []string{"spaces", "plans", "tags", "badges"} {
		rows, err := all[named](ctx, c, fmt.Sprintf("/members/%d/%s", id, part), nil)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			found = append(found, fmt.Sprint(part, " ", row.ID))
		}
	}
	fields, err := all[named](ctx, c, "/custom_fields", nil)
	if err != nil {
		return nil, err
	}
	for _, field := range fields {
		if field.ResponseType == "tag" || field.ResponseType == "badge" {
			continue // these are there already
		}
		answers, err := all[named](ctx, c, fmt.Sprintf("/custom_fields/%d/members/%d/answers", field.ID, id), nil)
		if err != nil {
			return nil, err
		}
		if len(answers) > 0 {
			found = append(found, fmt.Sprint("answers ", field.ID))
		}
	}
	reports, err := all[report](ctx, c, "/abuse_reports", nil)
	for _, r := range reports {
		if r.IgnoredAt != nil {
			continue
		}
		author, err := c.author(ctx, r)
		if err != nil {
			return nil, err
		}
		if author == id {
			found = append(found, fmt.Sprint("reports ", r.ID))
		}
	}
	return found, err
}
