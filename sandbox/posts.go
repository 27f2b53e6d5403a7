package sandbox

import (
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

func postRoutes() []route {
	notify := []param{{name: "notify", kind: boolean}}
	create := []param{{name: "space_id", kind: integer, required: true}, {name: "title", required: true}, {name: "description"}, {name: "post_type"}}
	change := []param{{name: "title"}, {name: "description"}}
	return []route{
		{method: http.MethodGet, path: "/posts", query: paged(param{name: "space_id", kind: integer}), status: 200, handle: listPosts},
		{method: http.MethodPost, path: "/posts", query: notify, body: create, status: 201, handle: createPost},
		{method: http.MethodGet, path: "/posts/{id}/", status: 200, handle: showPost},
		{method: http.MethodPatch, path: "/posts/{id}/", query: notify, body: change, status: 200, handle: patchPost},
		{method: http.MethodPut, path: "/posts/{id}/", query: notify, body: change, status: 200, handle: putPost},
		{method: http.MethodDelete, path: "/posts/{id}/", status: 204, handle: deletePost},
	}
}

type postBody struct {
	ID              uint64   `json:"id"`
	CreatedAt       stamp    `json:"created_at"`
	UpdatedAt       stamp    `json:"updated_at"`
	CreatorID       uint64   `json:"creator_id"`
	SpaceID         uint64   `json:"space_id"`
	Summary         string   `json:"summary"`
	Description     string   `json:"description"`
	PostType        string   `json:"post_type"`
	Images          []string `json:"images"`
	Title           *string  `json:"title"`
	Status          string   `json:"status"`
	PublishedAt     stamp    `json:"published_at"`
	LastActivityAt  stamp    `json:"last_activity_at"`
	ContentType     string   `json:"content_type"`
	CommentsEnabled bool     `json:"comments_enabled"`
	Permalink       string   `json:"permalink"`
}

func (m *community) postBody(p *post) postBody {
	title := p.title // a copy: the body is encoded after the lock is gone
	b := postBody{
		ID: p.id, CreatedAt: p.created, UpdatedAt: p.updated, CreatorID: p.author.id, SpaceID: p.space,
		Summary: summary(p.description), Description: p.description, PostType: p.kind, Images: p.images,
		Title: &title, Status: "posted", PublishedAt: p.created, LastActivityAt: p.activity,
		ContentType: "text", CommentsEnabled: !p.closed, Permalink: m.network.address("posts/%d", p.id),
	}
	if len(p.images) > 0 {
		b.ContentType = "image"
	}
	switch {
	case p.untitled: // users of the API saw both as null
		b.Title, b.Images = nil, nil
	case p.images == nil:
		b.Images = []string{}
	}
	return b
}

var htmlTag = regexp.MustCompile(`<[^>]*>`)

// summaryLength is where a summary is cut, in characters.
const summaryLength = 140

// summary is the beginning of a body without its markup.
func summary(description string) string {
	plain := strings.Join(strings.Fields(html.UnescapeString(htmlTag.ReplaceAllString(description, " "))), " ")
	if utf8.RuneCountInString(plain) <= summaryLength {
		return plain
	}
	return strings.TrimSpace(string([]rune(plain)[:summaryLength])) + "…"
}

// listPosts lists newest first, our choice as no order is documented. A filter
// for a space that does not exist finds nothing: no 404 is documented.
func listPosts(m *community, c *call) (any, error) {
	only, filtered := c.uint("space_id")
	ids := slices.DeleteFunc(m.postOrder.newestFirst(), func(id uint64) bool {
		p := m.posts[id]
		return !p.author.visible() || filtered && p.space != only
	})
	return pageOf(c, ids, func(id uint64) any { return m.postBody(m.posts[id]) })
}

func showPost(m *community, c *call) (any, error) {
	p, err := m.post(c.id("id"))
	if err != nil {
		return nil, err
	}
	return m.postBody(p), nil
}

// postKinds are the kinds that can be created; more appear in responses. The
// vendor names only "article" and leaves the list open.
func postKinds() []string { return []string{"post", "article", "announcement", "introduction"} }

func createPost(m *community, c *call) (any, error) {
	id, _ := c.uint("space_id")
	sp, err := m.space(id)
	if err != nil {
		return nil, err
	}
	p := &post{space: sp.id, author: c.actor, kind: "post", created: c.now, updated: c.now, activity: c.now}
	p.write(c)
	if kind, given := c.str("post_type"); given {
		p.kind = kind
	}
	switch {
	case p.title == "":
		return nil, invalid("Title can't be blank")
	case !slices.Contains(postKinds(), p.kind):
		return nil, invalid("Post type is invalid")
	case sp.noPosts:
		return nil, invalid("Posts are not enabled in this space")
	}
	m.last.post++
	p.id = m.last.post
	m.posts[p.id] = p
	m.postOrder.add(p.id)
	m.announce(p, c)
	return m.postBody(p), nil
}

// write lays the arguments over title and body.
func (p *post) write(c *call) {
	if title, given := c.str("title"); given {
		p.title = strings.TrimSpace(title)
	}
	if description, given := c.str("description"); given {
		p.description = description
	}
}

// announce tells everyone when the call asks for it. The default of notify is
// unstated by the vendor; here nobody is told.
func (m *community) announce(p *post, c *call) {
	if c.flag("notify", false) {
		m.outbox = append(m.outbox, Notice{Kind: "post_notification", PostID: p.id})
	}
}

func patchPost(m *community, c *call) (any, error) { return m.updatePost(c, false) }

// putPost replaces title and body: a missing title is refused, a missing body
// empties it.
func putPost(m *community, c *call) (any, error) { return m.updatePost(c, true) }

func (m *community) updatePost(c *call, replace bool) (any, error) {
	p, err := m.post(c.id("id"))
	if err != nil {
		return nil, err
	}
	want := *p
	if replace {
		want.title, want.description = "", ""
	}
	want.write(c)
	if _, given := c.str("title"); want.title == "" && (given || replace) {
		return nil, invalid("Title can't be blank")
	}
	p.untitled = p.untitled && want.title == ""
	p.title, p.description, p.updated = want.title, want.description, c.now
	m.announce(p, c)
	return m.postBody(p), nil
}

func deletePost(m *community, c *call) (any, error) {
	p, err := m.post(c.id("id"))
	if err != nil {
		return nil, err
	}
	m.dropPost(p.id)
	return nil, nil
}
