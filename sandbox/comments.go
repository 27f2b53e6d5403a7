package sandbox

import (
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

func commentRoutes() []route {
	const one = "/posts/{post_id}/comments/{id}/"
	create := []param{{name: "text", required: true}, {name: "reply_to_id", kind: integer}}
	return []route{
		{method: http.MethodGet, path: "/posts/{post_id}/comments", query: paged(), status: 200, handle: listComments},
		{method: http.MethodPost, path: "/posts/{post_id}/comments", body: create, status: 201, handle: createComment},
		{method: http.MethodGet, path: one, status: 200, handle: showComment},
		{method: http.MethodDelete, path: one, status: 204, handle: deleteComment},
	}
}

type commentBody struct {
	ID             uint64 `json:"id"`
	CreatedAt      stamp  `json:"created_at"`
	UpdatedAt      stamp  `json:"updated_at"`
	TargetableID   uint64 `json:"targetable_id"`
	TargetableType string `json:"targetable_type"`
	Text           string `json:"text"`
	Replyable      bool   `json:"replyable"`
	Depth          uint64 `json:"depth"`
	CheerCount     int    `json:"cheer_count"`
	ReplyCount     int    `json:"reply_count"`
	ReplyToID      uint64 `json:"reply_to_id,omitempty"`
	AuthorID       uint64 `json:"author_id"`
	SpaceID        uint64 `json:"space_id"`
	Files          []any  `json:"files"`
	Permalink      string `json:"permalink"`
}

// maxDepth is where replies end. The real limit is unknown.
const maxDepth = 3

func (m *community) commentBody(on *post, c *comment) commentBody {
	replies := 0
	for _, other := range m.threads[on.id] {
		if other.replyTo == c.id && other.author.visible() {
			replies++
		}
	}
	return commentBody{
		ID: c.id, CreatedAt: c.created, UpdatedAt: c.created, TargetableID: on.id, TargetableType: "Post",
		Text: c.text, Replyable: !on.closed && c.depth < maxDepth, Depth: c.depth, CheerCount: len(m.reactionsTo(target{onComment, c.id})),
		ReplyCount: replies, ReplyToID: c.replyTo, AuthorID: c.author.id, SpaceID: on.space, Files: []any{},
		Permalink: m.network.address("posts/%d?comment_id=%d", on.id, c.id),
	}
}

// thread returns a post and its visible comments, oldest first, replies among
// them.
func (m *community) thread(c *call) (*post, []*comment, error) {
	p, err := m.post(c.id("post_id"))
	if err != nil {
		return nil, nil, err
	}
	hidden := func(c *comment) bool { return !c.author.visible() }
	return p, slices.DeleteFunc(slices.Clone(m.threads[p.id]), hidden), nil
}

// commentOf resolves both ids of a comment route.
func (m *community) commentOf(c *call) (*post, *comment, error) {
	p, thread, err := m.thread(c)
	if err != nil {
		return nil, nil, err
	}
	if found := byID(thread, c.id("id")); found != nil {
		return p, found, nil
	}
	return nil, nil, notFound("Comment")
}

func byID(thread []*comment, id uint64) *comment {
	for _, c := range thread {
		if c.id == id {
			return c
		}
	}
	return nil
}

func listComments(m *community, c *call) (any, error) {
	p, thread, err := m.thread(c)
	if err != nil {
		return nil, err
	}
	return pageOf(c, thread, func(found *comment) any { return m.commentBody(p, found) })
}

func showComment(m *community, c *call) (any, error) {
	p, found, err := m.commentOf(c)
	if err != nil {
		return nil, err
	}
	return m.commentBody(p, found), nil
}

func createComment(m *community, c *call) (any, error) {
	p, thread, err := m.thread(c)
	if err != nil {
		return nil, err
	}
	written, _ := c.str("text")
	added := &comment{author: c.actor, text: formatComment(written), depth: 1, created: c.now}
	if parentID, isReply := c.uint("reply_to_id"); isReply {
		parent := byID(thread, parentID)
		if parent == nil {
			return nil, invalid("Reply to must be a comment on the same post")
		}
		if parent.depth >= maxDepth {
			return nil, invalid("Reply to cannot be replied to")
		}
		added.replyTo, added.depth = parent.id, parent.depth+1
	}
	switch {
	case strings.TrimSpace(written) == "":
		return nil, invalid("Text can't be blank")
	case p.closed:
		return nil, invalid("Comments are disabled on this post")
	}
	m.last.comment++
	added.id = m.last.comment
	m.threads[p.id] = append(m.threads[p.id], added)
	p.activity = c.now
	return m.commentBody(p, added), nil
}

var webAddress = regexp.MustCompile(`https?://[^\s<>"']+`)

// formatComment makes the HTML that comes back from the text that went in.
// Text is taken literally, so that markup in it shows as written; what the
// real API does with markup is unknown.
func formatComment(written string) string {
	safe := html.EscapeString(strings.TrimSpace(written))
	safe = webAddress.ReplaceAllString(safe, `<a href="$0">$0</a>`)
	return "<p>" + strings.ReplaceAll(safe, "\n", "<br>") + "</p>"
}

// deleteComment takes a comment and everything under it. Whether replies go
// along on the real API is unknown.
func deleteComment(m *community, c *call) (any, error) {
	p, found, err := m.commentOf(c)
	if err != nil {
		return nil, err
	}
	// Replies stand after what they reply to, so one pass finds all of them.
	gone := map[uint64]bool{found.id: true}
	m.threads[p.id] = slices.DeleteFunc(m.threads[p.id], func(c *comment) bool {
		if gone[c.replyTo] {
			gone[c.id] = true
		}
		if gone[c.id] {
			m.dropReactions(c)
		}
		return gone[c.id]
	})
	return nil, nil
}
