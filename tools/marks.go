package tools

import (
	"context"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
)

// MarksOf returns a look-up of all tags or badges of a member, for
// [guardrails.Protector].
func MarksOf(envs []Env) func(ctx context.Context, network string, member uint64, kind string) ([]guardrails.Mark, error) {
	return func(ctx context.Context, network string, member uint64, kind string) (marks []guardrails.Mark, err error) {
		client, err := networks(envs).named(network).Client()
		if err != nil {
			return nil, err
		}
		id, options := apiclient.ID(member), apiclient.ListOptions{PerPage: apiclient.MaxPerPage}
		if kind == guardrails.Badge {
			for badge, err := range client.MemberBadges().All(ctx, id, options) {
				if err != nil {
					return nil, err
				}
				marks = append(marks, guardrails.Mark{Kind: kind, ID: uint64(badge.ID), Title: badge.Title})
			}
			return marks, nil
		}
		for tag, err := range client.MemberTags().All(ctx, id, options) {
			if err != nil {
				return nil, err
			}
			marks = append(marks, guardrails.Mark{Kind: kind, ID: uint64(tag.ID), Title: tag.Title})
		}
		return marks, nil
	}
}

// NamedMark returns a look-up of a tag's or badge's title, for
// [guardrails.Protector].
func NamedMark(envs []Env) func(ctx context.Context, network string, mark guardrails.Mark) (guardrails.Mark, error) {
	return func(ctx context.Context, network string, mark guardrails.Mark) (guardrails.Mark, error) {
		client, err := networks(envs).named(network).Client()
		if err != nil {
			return mark, err
		}
		if mark.Kind == guardrails.Badge {
			badge, err := client.Badges().Get(ctx, apiclient.ID(mark.ID))
			if err != nil {
				return mark, err
			}
			mark.Title = badge.Title
			return mark, nil
		}
		tag, err := client.Tags().Get(ctx, apiclient.ID(mark.ID))
		if err != nil {
			return mark, err
		}
		mark.Title = tag.Title
		return mark, nil
	}
}
