package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/guardrails/untrusted"
	"github.com/mcp-mighty/mcp-mighty/tools"
)

// protected looks up all that the configuration protects: what is misspelt
// protects nobody, and calls cannot tell.
func (d *doctor) protected(ctx context.Context) {
	listed, problems := d.app.config.Protected, d.problems
	for _, id := range listed.IDs {
		d.protectedMember("protected.ids", fmt.Sprint(id), func(c *apiclient.Client) error {
			_, err := c.Members().Get(ctx, apiclient.ID(id))
			return err
		})
	}
	for _, email := range listed.Emails {
		d.protectedMember("protected.emails", email, func(c *apiclient.Client) error {
			_, err := c.Members().FindByEmail(ctx, email)
			return err
		})
	}
	d.protectedMarks(ctx, guardrails.Tag, listed.Tags)
	d.protectedMarks(ctx, guardrails.Badge, listed.Badges)
	if members := len(listed.IDs) + len(listed.Emails); members+len(listed.Tags)+len(listed.Badges) > 0 && d.problems == problems {
		d.ok("protected", "%d members, %d tags and %d badges of the list are there", members, len(listed.Tags), len(listed.Badges))
	}
}

// protectedMember says so when no network has a member of the list.
func (d *doctor) protectedMember(setting, who string, find func(*apiclient.Client) error) {
	for _, env := range d.app.networks {
		client, err := env.Client()
		if err == nil {
			err = find(client)
		}
		switch {
		case err == nil:
			return
		case apiclient.KindOf(err) != apiclient.NotFound:
			d.wrong("protected", "%s: %s cannot be looked up in network %s: %s", setting, who, env.Network, advised(err))
			return
		}
	}
	d.wrong("protected", "%s: no member is %s, so it protects nobody; correct it, or take it out", setting, who)
}

// protectedMarks says so when no network has a tag or badge of the list.
func (d *doctor) protectedMarks(ctx context.Context, kind string, words []string) {
	if len(words) == 0 {
		return
	}
	var all []guardrails.Mark
	var titles []string
	for _, env := range d.app.networks {
		marks, err := tools.Marks(d.app.networks)(ctx, env.Network, kind)
		if err != nil {
			d.wrong("protected", "protected.%ss cannot be looked up in network %s: %s", kind, env.Network, advised(err))
			return
		}
		all = append(all, marks...)
	}
	for _, mark := range all {
		titles = append(titles, strings.ToLower(untrusted.Line(mark.Title, 80)))
	}
	for _, word := range words {
		if len(guardrails.Fitting(word, all)) == 0 {
			d.wrong("protected", "protected.%ss: no %[1]s is called %[2]q or has it as its id%s, so it protects nobody; correct it, or take it out", kind, word, config.DidYouMean(word, titles))
		}
	}
}
