package sandbox

import (
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"
)

func customFieldAnswerRoutes() []route {
	const list = "/custom_fields/{custom_field_id}/members/{member_id}/answers"
	write := []param{{name: "text"}, {name: "segment_ids", kind: integers}}
	return []route{
		{method: http.MethodGet, path: list, query: paged(), status: 200, handle: listAnswers},
		{method: http.MethodPost, path: list, body: write, status: 200, handle: writeAnswer},
		// Deleting names no answer: there is one per field and member.
		{method: http.MethodDelete, path: list, status: 204, handle: deleteAnswer},
		{method: http.MethodGet, path: list + "/{id}/", status: 200, handle: showAnswer},
	}
}

type answerBody struct {
	ID            uint64      `json:"id"`
	CreatedAt     stamp       `json:"created_at"`
	UpdatedAt     stamp       `json:"updated_at"`
	UserID        uint64      `json:"user_id"`
	CustomFieldID uint64      `json:"custom_field_id"`
	Text          string      `json:"text,omitempty"`
	Segments      []labelBody `json:"segments,omitempty"`
	LastEditedAt  stamp       `json:"last_edited_at"`
}

func (m *community) answerBody(f *field, a *fieldAnswer) answerBody {
	b := answerBody{ID: a.id, CreatedAt: a.created, UpdatedAt: a.edited, UserID: a.member, CustomFieldID: f.id, Text: a.text, LastEditedAt: a.edited}
	for _, id := range a.picked {
		segment := m.options[id].labelBody()
		segment.AvatarURL = "" // a segment shows no picture
		b.Segments = append(b.Segments, segment)
	}
	return b
}

func (m *community) answering(c *call) (*field, *member, error) {
	f, err := m.field(c.id("custom_field_id"))
	if err != nil {
		return nil, nil, err
	}
	p := m.active(c.id(memberParam))
	if p == nil {
		return nil, nil, notFound("Member")
	}
	return f, p, nil
}

// answerable is answering for a write: only hosts answer for others, and no
// host answers a field that came with the network. Tags and badges have routes
// of their own.
func (m *community) answerable(c *call) (*field, *member, error) {
	f, p, err := m.answering(c)
	switch {
	case err != nil:
		return nil, nil, err
	case f.system, c.actor.role != roleHost && c.actor != p:
		return nil, nil, forbidden("You do not have permission to manage this member's responses")
	case !f.listed():
		return nil, nil, invalid("Custom field type is not supported")
	}
	return f, p, nil
}

func listAnswers(m *community, c *call) (any, error) {
	f, p, err := m.answering(c)
	if err != nil {
		return nil, err
	}
	var given []*fieldAnswer // one at most
	if a := f.answers[p.id]; a != nil {
		given = append(given, a)
	}
	return pageOf(c, given, func(a *fieldAnswer) any { return m.answerBody(f, a) })
}

func showAnswer(m *community, c *call) (any, error) {
	f, p, err := m.answering(c)
	if err != nil {
		return nil, err
	}
	if a := f.answers[p.id]; a != nil && a.id == c.id("id") {
		return m.answerBody(f, a), nil
	}
	return nil, notFound("Answer")
}

// How long texts may be, in characters. The real limits are unknown.
const (
	shortAnswer = 255
	longAnswer  = 10_000
)

// writeAnswer replaces the member's answer as a whole, or makes one.
func writeAnswer(m *community, c *call) (any, error) {
	f, p, err := m.answerable(c)
	if err != nil {
		return nil, err
	}
	written, _ := c.str("text")
	written = strings.TrimSpace(written)
	segments, _ := c.args["segment_ids"].([]uint64)
	if f.dropdown() {
		err = m.checkSegments(f, written, segments)
	} else {
		err = f.checkText(written, segments)
	}
	if err != nil {
		return nil, err
	}
	a := m.answerTo(f, p.id, c.now)
	a.text, a.picked = written, nil
	for _, id := range segments {
		a.picked.add(id)
	}
	return m.answerBody(f, a), nil
}

func (f *field) checkText(written string, segments []uint64) error {
	limit := longAnswer
	if f.kind == kindShort {
		limit = shortAnswer
	}
	switch {
	case len(segments) > 0:
		return invalid("Segments are for dropdown types only")
	case written == "":
		return invalid("Text can't be blank")
	case utf8.RuneCountInString(written) > limit:
		return invalid("Text is too long")
	}
	return nil
}

func (m *community) checkSegments(f *field, written string, segments []uint64) error {
	limit := uint64(1)
	if f.kind == kindMulti {
		if limit = f.maxAnswers; limit == 0 {
			limit = maxResponses
		}
	}
	switch {
	case written != "":
		return invalid("Text is for text types only")
	case len(segments) == 0:
		return invalid("Segments can't be blank")
	case uint64(len(segments)) > limit:
		return invalid("Segments are too many")
	case slices.ContainsFunc(segments, func(id uint64) bool { return m.optionOf(f, id) == nil }):
		return invalid("Segments include one that is no option of this custom field")
	}
	return nil
}

func deleteAnswer(m *community, c *call) (any, error) {
	f, p, err := m.answerable(c)
	if err != nil {
		return nil, err
	}
	if f.answers[p.id] == nil {
		return nil, notFound("Answer")
	}
	delete(f.answers, p.id)
	return nil, nil
}
