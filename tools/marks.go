package tools

import (
	"context"
	"iter"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
)

// MarksOf returns a look-up of all tags or badges of a member, for
// [guardrails.Protector].
func MarksOf(envs []Env) func(ctx context.Context, network string, member uint64, kind string) ([]guardrails.Mark, error) {
	return func(ctx context.Context, network string, member uint64, kind string) ([]guardrails.Mark, error) {
		client, err := networks(envs).named(network).Client()
		if err != nil {
			return nil, err
		}
		id, options := apiclient.ID(member), apiclient.ListOptions{PerPage: apiclient.MaxPerPage}
		if kind == guardrails.Badge {
			return asMarks(client.MemberBadges().All(ctx, id, options), badgeAsMark)
		}
		return asMarks(client.MemberTags().All(ctx, id, options), tagAsMark)
	}
}

// Marks returns a look-up of all tags or badges of a network, for
// [guardrails.Protector].
func Marks(envs []Env) func(ctx context.Context, network, kind string) ([]guardrails.Mark, error) {
	return func(ctx context.Context, network, kind string) ([]guardrails.Mark, error) {
		client, err := networks(envs).named(network).Client()
		if err != nil {
			return nil, err
		}
		options := apiclient.ListOptions{PerPage: apiclient.MaxPerPage}
		if kind == guardrails.Badge {
			return asMarks(client.Badges().All(ctx, options), badgeAsMark)
		}
		return asMarks(client.Tags().All(ctx, options), tagAsMark)
	}
}

func tagAsMark(tag apiclient.Tag) guardrails.Mark {
	return guardrails.Mark{Kind: guardrails.Tag, ID: uint64(tag.ID), Title: tag.Title}
}

func badgeAsMark(badge apiclient.Badge) guardrails.Mark {
	return guardrails.Mark{Kind: guardrails.Badge, ID: uint64(badge.ID), Title: badge.Title}
}

func asMarks[T any](all iter.Seq2[T, error], as func(T) guardrails.Mark) (marks []guardrails.Mark, err error) {
	for each, err := range all {
		if err != nil {
			return nil, err
		}
		marks = append(marks, as(each))
	}
	return marks, nil
}

// NamedMark returns a look-up of a tag's or badge's title, for
// [guardrails.Protector].
func NamedMark(envs []Env) func(ctx context.Context, network string, mark guardrails.Mark) (guardrails.Mark, error) {
	return func(ctx context.Context, network string, mark guardrails.Mark) (guardrails.Mark, error) {
		client, err := networks(envs).named(network).Client()
		if err != nil {
			return mark, err
		}
		if mark.Field != 0 {
			option, err := client.CustomFieldOptions().Get(ctx, apiclient.ID(mark.Field), apiclient.ID(mark.ID))
			if err != nil {
				return mark, err
			}
			mark.Title = option.Title
			return mark, nil
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
