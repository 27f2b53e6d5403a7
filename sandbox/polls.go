package sandbox

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

func pollRoutes() []route {
	create := []param{
		{name: "space_id", kind: integer, required: true}, {name: "title", required: true}, {name: "poll_type", required: true},
		// notify is a field of the body here, and a query parameter of posts.
		{name: "description"}, {name: "choices", kind: texts}, {name: "notify", kind: boolean},
	}
	change := []param{{name: "title"}, {name: "description"}}
	return []route{
		{method: http.MethodGet, path: "/polls", query: paged(param{name: "space_id", kind: integer}), status: 200, handle: listPolls},
		{method: http.MethodPost, path: "/polls", body: create, status: 201, handle: createPoll},
		{method: http.MethodGet, path: "/polls/{id}/", status: 200, handle: showPoll},
		{method: http.MethodPatch, path: "/polls/{id}/", body: change, status: 200, handle: patchPoll},
		{method: http.MethodPut, path: "/polls/{id}/", body: change, status: 200, handle: putPoll},
		{method: http.MethodDelete, path: "/polls/{id}/", status: 204, handle: deletePoll},
	}
}

// pollQuestion is the one type without choices.
const pollQuestion = "question"

func pollTypes() []string { return []string{"multiple_choice", "hot_cold", "percentage", pollQuestion} }

type poll struct {
	id, space          uint64
	creator            *member
	kind               string // as at creation
	title, description string
	choices            []string
	created, updated   stamp
}

type pollBody struct {
	ID              uint64       `json:"id"`
	CreatedAt       stamp        `json:"created_at"`
	UpdatedAt       stamp        `json:"updated_at"`
	PostType        string       `json:"post_type"`
	PollType        string       `json:"poll_type,omitempty"`
	Title           string       `json:"title"`
	Description     string       `json:"description"`
	Creator         userBody     `json:"creator"`
	Space           spaceBody    `json:"space"`
	Images          []string     `json:"images"`
	Choices         []choiceBody `json:"choices,omitempty"`
	Status          string       `json:"status"`
	PublishedAt     stamp        `json:"published_at"`
	Permalink       string       `json:"permalink"`
	CommentsEnabled bool         `json:"comments_enabled"`
	LastActivityAt  stamp        `json:"last_activity_at"`
}

type choiceBody struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// pollBody shows a poll. Its type has another name than at creation: what was
// asked for as "hot_cold" comes back as "hot_cold_poll", and a question has no
// poll type at all but a post type of its own.
func (m *community) pollBody(p *poll) pollBody {
	b := pollBody{
		ID: p.id, CreatedAt: p.created, UpdatedAt: p.updated, PostType: "poll", PollType: p.kind + "_poll",
		Title: p.title, Description: p.description, Creator: p.creator.userBody(), Space: m.spaces[p.space].body(),
		Images: []string{}, Status: "posted", PublishedAt: p.created, Permalink: m.network.address("posts/%d", p.id),
		CommentsEnabled: true, LastActivityAt: p.updated,
	}
	if p.kind == pollQuestion {
		b.PostType, b.PollType = pollQuestion, ""
	}
	for i, text := range p.choices {
		b.Choices = append(b.Choices, choiceBody{strconv.FormatUint(p.id, 10) + "-" + strconv.Itoa(i+1), text})
	}
	return b
}

// poll returns a visible poll or question.
func (m *community) poll(id uint64) (*poll, error) {
	if p := m.polls[id]; p != nil && p.creator.visible() {
		return p, nil
	}
	return nil, notFound("Poll")
}

// listPolls lists newest first, like posts.
func listPolls(m *community, c *call) (any, error) {
	only, filtered := c.uint("space_id")
	ids := slices.DeleteFunc(m.pollOrder.newestFirst(), func(id uint64) bool {
		p := m.polls[id]
		return !p.creator.visible() || filtered && p.space != only
	})
	return pageOf(c, ids, func(id uint64) any { return m.pollBody(m.polls[id]) })
}

func showPoll(m *community, c *call) (any, error) {
	p, err := m.poll(c.id("id"))
	if err != nil {
		return nil, err
	}
	return m.pollBody(p), nil
}

func createPoll(m *community, c *call) (any, error) {
	id, _ := c.uint("space_id")
	sp, err := m.space(id)
	if err != nil {
		return nil, err
	}
	p := &poll{space: sp.id, creator: c.actor, created: c.now, updated: c.now}
	p.kind, _ = c.str("poll_type")
	p.choices, _ = c.args["choices"].([]string)
	p.write(c)
	if problems := p.problems(); len(problems) > 0 {
		return nil, invalid(problems...)
	}
	if sp.noPosts {
		return nil, invalid("Polls are not enabled in this space")
	}
	m.last.post++
	p.id = m.last.post
	m.polls[p.id] = p
	m.pollOrder.add(p.id)
	// The default of notify is unstated by the vendor; here nobody is told.
	if c.flag("notify", false) {
		m.outbox = append(m.outbox, Notice{Kind: "poll_notification", PostID: p.id})
	}
	return m.pollBody(p), nil
}

// write lays the arguments over title and description.
func (p *poll) write(c *call) {
	if title, given := c.str("title"); given {
		p.title = strings.TrimSpace(title)
	}
	if description, given := c.str("description"); given {
		p.description = description
	}
}

// problems says what is wrong with a new poll. How many choices there must be,
// and what a question does with some, is unknown.
func (p *poll) problems() []string {
	var out []string
	if p.title == "" {
		out = append(out, "Title can't be blank")
	}
	blank := func(choice string) bool { return strings.TrimSpace(choice) == "" }
	switch {
	case !slices.Contains(pollTypes(), p.kind):
		out = append(out, "Poll type is invalid")
	case p.kind == pollQuestion && len(p.choices) > 0:
		out = append(out, "Choices are not allowed for a question")
	case p.kind != pollQuestion && len(p.choices) < 2:
		out = append(out, "Choices must be at least 2")
	case slices.ContainsFunc(p.choices, blank):
		out = append(out, "Choices can't be blank")
	}
	return out
}

func patchPoll(m *community, c *call) (any, error) { return m.updatePoll(c, false) }

// putPoll replaces title and description: a missing title is refused, a missing
// description empties it. Type and choices are for good.
func putPoll(m *community, c *call) (any, error) { return m.updatePoll(c, true) }

func (m *community) updatePoll(c *call, replace bool) (any, error) {
	p, err := m.poll(c.id("id"))
	if err != nil {
		return nil, err
	}
	want := *p
	if replace {
		want.title, want.description = "", ""
	}
	want.write(c)
	if want.title == "" {
		return nil, invalid("Title can't be blank")
	}
	p.title, p.description, p.updated = want.title, want.description, c.now
	return m.pollBody(p), nil
}

func deletePoll(m *community, c *call) (any, error) {
	p, err := m.poll(c.id("id"))
	if err != nil {
		return nil, err
	}
	m.dropPoll(p.id)
	return nil, nil
}
