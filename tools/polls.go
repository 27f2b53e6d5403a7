package tools

import (
	"context"
	"strings"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/schema"
	"github.com/mcp-mighty/mcp-mighty/store"
)

const pollsToolset = "polls"

// pollTools read, make and remove polls.
func pollTools() []Tool {
	return []Tool{
		read(Doc{
			Name: "list_polls", Title: "List polls", Toolset: pollsToolset,
			About: "Polls of the network or of one space. Votes are not told.",
		}, listPolls),
		read(Doc{
			Name: "get_poll", Title: "Get poll", Toolset: pollsToolset,
			About: "One poll with its choices. Votes are not told.",
		}, func(ctx context.Context, c *Call, in getPollIn) (view[pollView], error) {
			return shown(showPoll(in.Detail))(c.API.Polls().Get(ctx, in.PollID))
		}),
		write(Doc{
			Name: "create_poll", Title: "Create poll", Toolset: pollsToolset, Anew: true,
			About: "Publishes a poll under the key owner's name and notifies nobody (announce_poll does).",
		}, previewPoll("Publish this poll in this space, without notifying anybody."), publishPoll(false), "delete_poll",
			func(_ createPollIn, out view[pollView], _ map[string]any) *store.Undo {
				poll := objectOf[apiclient.Poll](out)
				return unmaking(values{"poll_id": poll.ID}, values{"title": poll.Title, "description": poll.Description})
			}),
		outward(Doc{
			Name: "announce_poll", Title: "Announce poll", Toolset: pollsToolset, Anew: true,
			About: "Publishes a poll like create_poll and notifies the members. A person must approve.",
		}, previewPollAnnouncement, publishPoll(true)),
		write(Doc{
			Name: "update_poll", Title: "Update poll", Toolset: pollsToolset,
			About: "Changes what a poll asks or its description; choices cannot be changed.",
		}, previewUpdatePoll, updatePoll, "update_poll", func(in updatePollIn, out view[pollView], before map[string]any) *store.Undo {
			return putBack(values{"poll_id": in.PollID}, before, in.of(objectOf[apiclient.Poll](out)))
		}),
		restored(destructive(Doc{
			Name: "delete_poll", Title: "Delete poll", Toolset: pollsToolset,
			About: "Deletes a poll with its votes, for good. A person must approve.",
		}, previewDeletePoll, deletePoll), "create_poll", pollLimits, func(_, _ pollRef, before map[string]any) *store.Undo {
			return restoredPoll(before)
		}),
	}
}

// pollRef names one poll.
type pollRef struct {
	PollID apiclient.ID `json:"poll_id" jsonschema:"minimum=1" jsonschema_description:"poll id"`
}

type pollView struct {
	ID          apiclient.ID `json:"id"`
	Title       string       `json:"title,omitempty"`
	PollType    string       `json:"poll_type,omitempty"`
	Description string       `json:"description,omitempty"`
	Choices     []string     `json:"choices,omitempty"`
	CreatorID   apiclient.ID `json:"creator_id,omitempty"`
	SpaceID     apiclient.ID `json:"space_id,omitempty"`
	PublishedAt string       `json:"published_at,omitempty"`
}

// showPoll overlays the choices' texts as "choices"; in full detail the API's
// own form of them is in there with the rest.
func showPoll(d detail) func(apiclient.Poll) view[pollView] {
	return func(p apiclient.Poll) view[pollView] {
		fields := pollView{
			ID: p.ID, Title: line(p.Title), PollType: line(p.PollType), Description: body(p.Description, d), PublishedAt: stamp(p.PublishedAt),
		}
		for _, choice := range p.Choices {
			fields.Choices = append(fields.Choices, line(choice.Text))
		}
		if p.Creator != nil {
			fields.CreatorID = p.Creator.ID
		}
		if p.Space != nil {
			fields.SpaceID = p.Space.ID
		}
		return show(fields, p.Raw, d)
	}
}

type listPollsIn struct {
	SpaceID schema.Reference `json:"space_id,omitempty" jsonschema_description:"id or exact name"`
	paged
	detailed
}

// Resolve implements [Resolver].
func (in *listPollsIn) Resolve(ctx context.Context, c *Call) error {
	return spaceThing().resolve(ctx, c, &in.SpaceID)
}

func listPolls(ctx context.Context, c *Call, in listPollsIn) (list[view[pollView]], error) {
	return listed(c, showPoll(in.Detail))(c.API.Polls().List(ctx, apiclient.PollList{ListOptions: in.options(), SpaceID: idOf(in.SpaceID)}))
}

type getPollIn struct {
	pollRef
	detailed
}

type createPollIn struct {
	spaceRef
	Title       string   `json:"title" jsonschema:"minLength=1,maxLength=300" jsonschema_description:"what is asked"`
	PollType    string   `json:"poll_type" jsonschema:"enum=multiple_choice,enum=hot_cold,enum=percentage,enum=question" jsonschema_description:"question has no choices"`
	Choices     []string `json:"choices,omitempty" jsonschema:"maxItems=50" jsonschema_description:"the choices"`
	Description string   `json:"description,omitempty" jsonschema:"maxLength=20000" jsonschema_description:"text, HTML allowed"`
}

// Check implements [Checker].
func (in *createPollIn) Check() error {
	switch open := in.PollType == apiclient.PollQuestion; {
	case open && len(in.Choices) > 0:
		return problem("choices", `argument "choices" does not go with poll_type "question", which is answered in words`)
	case !open && len(in.Choices) == 0:
		return problem("choices", `missing argument "choices": only poll_type "question" has none`)
	}
	return nil
}

func previewPoll(action string) preview[createPollIn] {
	return func(ctx context.Context, c *Call, in createPollIn) (guardrails.Preview, error) {
		p := guardrails.Preview{Action: action, Facts: []guardrails.Fact{
			guardrails.Quote("title", in.Title), guardrails.Field("type", in.PollType), guardrails.Quote("choices", strings.Join(in.Choices, " / ")),
		}}
		p.Facts = append(p.Facts, aboutText(in.Description)...)
		where, err := aboutTargetSpace(ctx, c, in.id())
		p.Facts = append(p.Facts, where...)
		return p, err
	}
}

func previewPollAnnouncement(ctx context.Context, c *Call, in createPollIn) (guardrails.Preview, error) {
	p, err := previewPoll("Publish this poll in this space and notify the members.")(ctx, c, in)
	p.Warnings = []string{"The notification goes out at once and cannot be called back."}
	return p, err
}

func publishPoll(notify bool) run[createPollIn, view[pollView]] {
	return func(ctx context.Context, c *Call, in createPollIn) (view[pollView], error) {
		return shown(showPoll(concise))(c.API.Polls().Create(ctx, apiclient.PollCreate{
			SpaceID: in.id(), Title: in.Title, PollType: in.PollType, Description: in.Description, Choices: in.Choices, Notify: notify,
		}))
	}
}

type updatePollIn struct {
	pollRef
	Title       *string `json:"title,omitempty" jsonschema:"minLength=1,maxLength=300" jsonschema_description:"what is asked"`
	Description *string `json:"description,omitempty" jsonschema:"maxLength=20000" jsonschema_description:"text, HTML allowed"`
}

// Check implements [Checker].
func (in *updatePollIn) Check() error {
	if in.Title == nil && in.Description == nil {
		return problem("title", `nothing to change: give "title", "description" or both`)
	}
	return nil
}

func previewUpdatePoll(ctx context.Context, c *Call, in updatePollIn) (guardrails.Preview, error) {
	poll, err := c.API.Polls().Get(ctx, in.PollID)
	if err != nil {
		return guardrails.Preview{}, err
	}
	p := guardrails.Preview{Action: "Change this poll.", Facts: aboutPoll(poll), Before: in.of(poll)}
	if in.Title != nil {
		p.Facts = append(p.Facts, guardrails.Quote("new title", *in.Title))
	}
	if in.Description != nil {
		p.Facts = append(p.Facts, guardrails.Quote("new description", excerpt(*in.Description)))
	}
	return p, nil
}

// of returns what of a poll the change is about.
func (in *updatePollIn) of(poll *apiclient.Poll) values {
	v := values{}
	if in.Title != nil {
		v["title"] = poll.Title
	}
	if in.Description != nil {
		v["description"] = poll.Description
	}
	return v
}

func aboutPoll(p *apiclient.Poll) []guardrails.Fact {
	return []guardrails.Fact{guardrails.Quote("poll", p.Title), guardrails.Number("poll id", p.ID)}
}

func updatePoll(ctx context.Context, c *Call, in updatePollIn) (view[pollView], error) {
	poll, err := c.API.Polls().Update(ctx, in.PollID, apiclient.PollUpdate{Title: in.Title, Description: in.Description})
	err = c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		var readErr error
		poll, readErr = c.API.Polls().Get(ctx, in.PollID)
		return readErr == nil && is(in.Title, poll.Title) && is(in.Description, poll.Description), readErr
	})
	return shown(showPoll(concise))(poll, err)
}

func previewDeletePoll(ctx context.Context, c *Call, in pollRef) (guardrails.Preview, error) {
	poll, err := c.API.Polls().Get(ctx, in.PollID)
	if err != nil {
		return guardrails.Preview{}, err
	}
	p := guardrails.Preview{
		Action: "Delete this poll with its votes.", Facts: append(aboutPoll(poll), guardrails.Field("published", day(poll.PublishedAt))),
		Warnings: []string{"The votes cannot be restored."},
		Before:   keptPoll(poll),
	}
	if restoredPoll(p.Before) == nil {
		p.Reversal = noWayBack
	}
	return p, nil
}

const pollLimits = "The same can be asked again in a new poll under the key owner's name, which says whose it was. Votes and comments do not come back."

// keptPoll is what of a poll is kept when it is deleted.
func keptPoll(poll *apiclient.Poll) values {
	kept := values{
		"poll": poll.Raw, "title": poll.Title, "description": poll.Description,
		"poll_type": strings.TrimSuffix(poll.PollType, "_poll"), "published": day(poll.PublishedAt),
	}
	if poll.PostType == apiclient.PollQuestion {
		kept["poll_type"] = apiclient.PollQuestion
	}
	var choices []string
	for _, choice := range poll.Choices {
		choices = append(choices, choice.Text)
	}
	kept["choices"] = choices
	if poll.Space != nil {
		kept["space_id"] = poll.Space.ID
	}
	if poll.Creator != nil {
		kept["author"], kept["author_id"] = poll.Creator.FullName(), poll.Creator.ID
	}
	return kept
}

func deletePoll(ctx context.Context, c *Call, in pollRef) (pollRef, error) {
	err := c.API.Polls().Delete(ctx, in.PollID)
	return in, c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		return gone(c.API.Polls().Get(ctx, in.PollID))
	})
}
