package tools

import (
	"context"
	"iter"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
)

func planThing() kindOfThing[apiclient.Plan] {
	return kindOfThing[apiclient.Plan]{
		argument: "plan_id", one: "plan", many: "plans", list: "list_plans",
		all: func(ctx context.Context, c *Call) iter.Seq2[apiclient.Plan, error] {
			return c.API.Plans().All(ctx, apiclient.ListOptions{})
		},
		id: func(p apiclient.Plan) apiclient.ID { return p.ID }, name: func(p apiclient.Plan) string { return p.Name },
	}
}

func tagThing() kindOfThing[apiclient.Tag] {
	return kindOfThing[apiclient.Tag]{
		argument: "tag_id", one: "tag", many: "tags", list: "list_tags",
		all: func(ctx context.Context, c *Call) iter.Seq2[apiclient.Tag, error] {
			return c.API.Tags().All(ctx, apiclient.ListOptions{})
		},
		id: func(t apiclient.Tag) apiclient.ID { return t.ID }, name: func(t apiclient.Tag) string { return t.Title },
	}
}

func badgeThing() kindOfThing[apiclient.Badge] {
	return kindOfThing[apiclient.Badge]{
		argument: "badge_id", one: "badge", many: "badges", list: "list_badges",
		all: func(ctx context.Context, c *Call) iter.Seq2[apiclient.Badge, error] {
			return c.API.Badges().All(ctx, apiclient.ListOptions{})
		},
		id: func(b apiclient.Badge) apiclient.ID { return b.ID }, name: func(b apiclient.Badge) string { return b.Title },
	}
}

func customFieldThing() kindOfThing[apiclient.CustomField] {
	return kindOfThing[apiclient.CustomField]{
		argument: "custom_field_id", one: "custom field", many: "custom fields", list: "list_custom_fields",
		all: func(ctx context.Context, c *Call) iter.Seq2[apiclient.CustomField, error] {
			return c.API.CustomFields().All(ctx, apiclient.CustomFieldList{})
		},
		id: func(f apiclient.CustomField) apiclient.ID { return f.ID }, name: func(f apiclient.CustomField) string { return f.Title },
	}
}
