package tools

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// answerTools look after what custom fields say about members.
func answerTools() []Tool {
	return []Tool{
		read(Doc{
			Name: "list_member_answers", Title: "List member's answers", Toolset: customFieldsToolset,
			About: "What a member answered to one custom field.",
		}, listAnswers),
		read(Doc{
			Name: "get_member_answer", Title: "Get member's answer", Toolset: customFieldsToolset,
			About: "One answer by its id; list_member_answers needs none.",
		}, getAnswer),
		write(Doc{
			Name: "set_member_answer", Title: "Set member's answer", Toolset: customFieldsToolset,
			About: "Answers a custom field for a member, in place of their present answer.",
		}, previewSetAnswer, setAnswer, "set_member_answer", func(in setAnswerIn, out view[answerView], before map[string]any) *store.Undo {
			undo := &store.Undo{Arguments: values{"custom_field_id": in.id(), "member_id": in.MemberID}, After: asBefore(objectOf[apiclient.Answer](out))}
			maps.Copy(undo.Arguments, before)
			return undo
		}).orIfNew("delete_member_answer"),
		restored(destructive(Doc{
			Name: "delete_member_answer", Title: "Delete member's answer", Toolset: customFieldsToolset,
			About: "Deletes what a member answered to a custom field. A person must approve.",
		}, previewDeleteAnswer, deleteAnswer), "set_member_answer", "", func(in answerRef, _ answerDone, before map[string]any) *store.Undo {
			return giveAgain(values{"custom_field_id": in.id(), "member_id": in.MemberID}, before)
		}),
	}
}

// answerRef names what one member answered to one custom field.
type answerRef struct {
	customFieldRef
	memberRef
}

type answerView struct {
	ID            apiclient.ID  `json:"id"`
	UserID        apiclient.ID  `json:"user_id,omitempty"`
	CustomFieldID apiclient.ID  `json:"custom_field_id,omitempty"`
	Text          string        `json:"text,omitempty"`
	Segments      []segmentView `json:"segments,omitempty"`
	LastEditedAt  string        `json:"last_edited_at,omitempty"`
}

// segmentView is an option that was chosen.
type segmentView struct {
	ID    apiclient.ID `json:"id"`
	Title string       `json:"title,omitempty"`
}

func showAnswer(d detail) func(apiclient.Answer) view[answerView] {
	return func(a apiclient.Answer) view[answerView] {
		fields := answerView{
			ID: a.ID, UserID: a.MemberID, CustomFieldID: a.CustomFieldID, Text: body(a.Text, d), LastEditedAt: stamp(a.LastEditedAt),
		}
		for _, segment := range a.Segments {
			fields.Segments = append(fields.Segments, segmentView{segment.ID, line(segment.Title)})
		}
		return show(fields, a.Raw, d)
	}
}

// listAnswers has no pages: there is one answer at most, since a write
// replaces it.
func listAnswers(ctx context.Context, c *Call, in answerRef) (list[view[answerView]], error) {
	page, err := c.API.Answers().List(ctx, in.id(), in.MemberID, apiclient.ListOptions{})
	if err != nil {
		return list[view[answerView]]{}, err
	}
	return listOf(c, page, showAnswer(concise))
}

type getAnswerIn struct {
	answerRef
	AnswerID apiclient.ID `json:"answer_id" jsonschema:"minimum=1" jsonschema_description:"answer id"`
}

func getAnswer(ctx context.Context, c *Call, in getAnswerIn) (view[answerView], error) {
	answer, err := c.API.Answers().Get(ctx, in.id(), in.MemberID, in.AnswerID)
	if err != nil {
		return view[answerView]{}, err
	}
	return showAnswer(concise)(*answer), nil
}

type setAnswerIn struct {
	answerRef
	Text       string         `json:"text,omitempty" jsonschema:"maxLength=20000" jsonschema_description:"for a text field"`
	SegmentIDs []apiclient.ID `json:"segment_ids,omitempty" jsonschema:"minimum=1,uniqueItems=true" jsonschema_description:"option ids for a dropdown"`
}

// Check implements [Checker].
func (in *setAnswerIn) Check() error {
	if blank := strings.TrimSpace(in.Text) == ""; blank == (len(in.SegmentIDs) == 0) {
		return problem("text", `give either "text" or "segment_ids"; to empty an answer use delete_member_answer`)
	}
	return nil
}

// present returns the answer that is there; nil when there is none. There is
// one at most: a write replaces it.
func (r *answerRef) present(ctx context.Context, c *Call) (*apiclient.Answer, error) {
	page, err := c.API.Answers().List(ctx, r.id(), r.MemberID, apiclient.ListOptions{})
	if err != nil || len(page.Items) == 0 {
		return nil, err
	}
	return &page.Items[0], nil
}

// asBefore keeps an answer in the words that put it back; empty for none.
func asBefore(a *apiclient.Answer) map[string]any {
	switch {
	case a == nil:
	case len(a.Segments) > 0:
		return map[string]any{"segment_ids": segmentIDs(a)}
	case strings.TrimSpace(a.Text) != "":
		return map[string]any{"text": a.Text}
	}
	return map[string]any{}
}

func segmentIDs(a *apiclient.Answer) []apiclient.ID {
	ids := []apiclient.ID{}
	for _, segment := range a.Segments {
		ids = append(ids, segment.ID)
	}
	return ids
}

// changedOptions are the options that an answer loses, and those that it gets
// anew, whose titles are not known.
func (r *answerRef) changedOptions(a *apiclient.Answer, now []apiclient.ID) []guardrails.Mark {
	var marks []guardrails.Mark
	var before []apiclient.ID
	if a != nil {
		before = segmentIDs(a)
		for _, segment := range a.Segments {
			if !slices.Contains(now, segment.ID) {
				marks = append(marks, optionMarks(segment.ID, segment.Title)...)
			}
		}
	}
	for _, id := range now {
		if slices.Contains(before, id) {
			continue
		}
		for _, mark := range optionMarks(id, "") {
			mark.Field = uint64(r.id())
			marks = append(marks, mark)
		}
	}
	return marks
}

// aboutAnswer says what is there now.
func aboutAnswer(a *apiclient.Answer) guardrails.Fact {
	const name = "present answer"
	if len(asBefore(a)) == 0 {
		return guardrails.Field(name, "none")
	}
	var titles []string
	for _, segment := range a.Segments {
		titles = append(titles, line(segment.Title))
	}
	return guardrails.Quote(name, excerpt(a.Text)+strings.Join(titles, ", "))
}

func previewSetAnswer(ctx context.Context, c *Call, in setAnswerIn) (guardrails.Preview, error) {
	present, err := in.present(ctx, c)
	if err != nil {
		return guardrails.Preview{}, err
	}
	p := guardrails.Preview{Action: "Answer this custom field for this member.", Before: asBefore(present), Marks: in.changedOptions(present, in.SegmentIDs)}
	if !c.ForPerson {
		p.Facts = []guardrails.Fact{guardrails.Number("custom field id", in.id()), guardrails.Number("member id", in.MemberID)}
	} else if p.Facts, err = in.about(ctx, c); err != nil {
		return p, err
	}
	p.Facts = append(p.Facts, aboutAnswer(present))
	if in.Text != "" {
		p.Marks = append(p.Marks, optionMarks(0, in.Text)...) // a text may make an option of its own
		p.Facts = append(p.Facts, guardrails.Quote("new answer", excerpt(in.Text)))
	}
	for i, id := range in.SegmentIDs {
		p.Facts = append(p.Facts, guardrails.Number(fmt.Sprintf("new option %d", i+1), id))
	}
	return p, nil
}

// about describes the member and the custom field.
func (r *answerRef) about(ctx context.Context, c *Call) ([]guardrails.Fact, error) {
	member, err := c.API.Members().Get(ctx, r.MemberID)
	if err != nil {
		return nil, err
	}
	field, err := c.API.CustomFields().Get(ctx, r.id())
	if err != nil {
		return nil, err
	}
	return append(describe(member), aboutField(field)...), nil
}

func setAnswer(ctx context.Context, c *Call, in setAnswerIn) (view[answerView], error) {
	answer, err := c.API.Answers().Create(ctx, in.id(), in.MemberID, apiclient.AnswerCreate{Text: in.Text, SegmentIDs: in.SegmentIDs})
	err = c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		var readErr error
		answer, readErr = in.present(ctx, c)
		return readErr == nil && in.isGiven(answer), readErr
	})
	if err != nil {
		return view[answerView]{}, err
	}
	return showAnswer(concise)(*answer), nil
}

// isGiven reports whether an answer is the one that was to be set.
func (in *setAnswerIn) isGiven(a *apiclient.Answer) bool {
	if a == nil {
		return false
	}
	there, wanted := segmentIDs(a), slices.Clone(in.SegmentIDs)
	slices.Sort(there)
	slices.Sort(wanted)
	return slices.Equal(there, wanted) && strings.TrimSpace(a.Text) == strings.TrimSpace(in.Text)
}

func previewDeleteAnswer(ctx context.Context, c *Call, in answerRef) (guardrails.Preview, error) {
	present, err := in.present(ctx, c)
	if err != nil {
		return guardrails.Preview{}, err
	}
	facts, err := in.about(ctx, c)
	return guardrails.Preview{
		Action:   "Delete what this member answered to this custom field.",
		Facts:    append(facts, aboutAnswer(present)),
		Warnings: []string{"The answer stays in this server's journal only."},
		Before:   asBefore(present),
		Marks:    in.changedOptions(present, nil),
	}, err
}

// answerDone is the result of what ends an answer.
type answerDone struct {
	CustomFieldID apiclient.ID `json:"custom_field_id"`
	MemberID      apiclient.ID `json:"member_id"`
}

func deleteAnswer(ctx context.Context, c *Call, in answerRef) (answerDone, error) {
	err := c.API.Answers().Delete(ctx, in.id(), in.MemberID)
	return answerDone{in.id(), in.MemberID}, c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		present, err := in.present(ctx, c)
		return err == nil && present == nil, err
	})
}
