package sandbox

import (
	"net/http"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

func reactionRoutes() []route {
	// Reactions to a comment are not under the comment's post.
	const onPost, onComment = "/posts/{post_id}/reactions", "/comments/{comment_id}/reactions"
	var out []route
	for _, path := range []string{onPost, onComment} {
		out = append(out,
			route{method: http.MethodGet, path: path, query: paged(), status: 200, handle: listReactions},
			route{method: http.MethodPost, path: path, body: []param{{name: "emoji", required: true}}, status: 201, handle: addReaction},
			route{method: http.MethodDelete, path: path, status: 204, handle: removeReaction},
		)
	}
	return out
}

// What can be reacted to.
const (
	onPost    = "Post"
	onComment = "Comment"
)

// target is what a reaction is to.
type target struct {
	kind string
	id   uint64
}

type reaction struct {
	id               uint64
	member           *member
	emoji            string
	created, updated stamp
}

type reactionBody struct {
	ID                uint64 `json:"id"`
	CreatedAt         stamp  `json:"created_at"`
	UpdatedAt         stamp  `json:"updated_at"`
	SpaceID           uint64 `json:"space_id"`
	NetworkID         uint64 `json:"network_id"`
	TargetableID      uint64 `json:"targetable_id"`
	TargetableType    string `json:"targetable_type"`
	TargetableSpaceID uint64 `json:"targetable_space_id"`
	Emoji             string `json:"emoji"`
	BaseEmoji         string `json:"base_emoji"`
	MemberID          uint64 `json:"member_id"`
}

func (m *community) reactionBody(to target, space uint64, r *reaction) reactionBody {
	return reactionBody{
		ID: r.id, CreatedAt: r.created, UpdatedAt: r.updated, SpaceID: space, NetworkID: m.network.id, TargetableID: to.id,
		TargetableType: to.kind, TargetableSpaceID: space, Emoji: r.emoji, BaseEmoji: withoutTone(r.emoji), MemberID: r.member.id,
	}
}

// reactedTo resolves the id of a reaction route, of a post or of a comment,
// and says in which space that is.
func (m *community) reactedTo(c *call) (target, uint64, error) {
	if id, given := c.ids["post_id"]; given {
		p, err := m.post(id)
		if err != nil {
			return target{}, 0, err
		}
		return target{onPost, id}, p.space, nil
	}
	p, found, err := m.comment(c.id("comment_id"))
	if err != nil {
		return target{}, 0, err
	}
	return target{onComment, found.id}, p.space, nil
}

// comment finds a visible comment anywhere. It looks through every thread:
// well under a millisecond in the largest community.
func (m *community) comment(id uint64) (*post, *comment, error) {
	for on, thread := range m.threads {
		found := byID(thread, id)
		if found == nil {
			continue
		}
		if p, err := m.post(on); err == nil && found.author.visible() {
			return p, found, nil
		}
	}
	return nil, nil, notFound("Comment")
}

// reactionsTo returns the visible reactions to something, oldest first.
func (m *community) reactionsTo(to target) []*reaction {
	hidden := func(r *reaction) bool { return !r.member.visible() }
	return slices.DeleteFunc(slices.Clone(m.reactions[to]), hidden)
}

func listReactions(m *community, c *call) (any, error) {
	to, space, err := m.reactedTo(c)
	if err != nil {
		return nil, err
	}
	return pageOf(c, m.reactionsTo(to), func(r *reaction) any { return m.reactionBody(to, space, r) })
}

// addReaction reacts as the key's owner. There is one reaction per person: a
// second one changes the emoji of the first.
func addReaction(m *community, c *call) (any, error) {
	to, space, err := m.reactedTo(c)
	if err != nil {
		return nil, err
	}
	written, _ := c.str("emoji")
	emoji := strings.TrimSpace(written)
	if !isEmoji(emoji) {
		return nil, invalid("Emoji is invalid")
	}
	i := m.ownReaction(to, c.actor)
	if i < 0 {
		m.lastOf.reaction++
		i = len(m.reactions[to])
		m.reactions[to] = append(m.reactions[to], &reaction{id: m.lastOf.reaction, member: c.actor, created: c.now})
	}
	r := m.reactions[to][i]
	r.emoji, r.updated = emoji, c.now
	return m.reactionBody(to, space, r), nil
}

// removeReaction takes the key owner's own reaction back: the route names
// nobody else.
func removeReaction(m *community, c *call) (any, error) {
	to, _, err := m.reactedTo(c)
	if err != nil {
		return nil, err
	}
	i := m.ownReaction(to, c.actor)
	if i < 0 {
		return nil, notFound("Reaction")
	}
	m.reactions[to] = slices.Delete(m.reactions[to], i, i+1)
	return nil, nil
}

func (m *community) ownReaction(to target, who *member) int {
	return slices.IndexFunc(m.reactions[to], func(r *reaction) bool { return r.member == who })
}

// longestEmoji bounds an emoji in code points: a family with skin tones has
// about a dozen.
const longestEmoji = 16

// isEmoji tells an emoji from a word or a shortcode like ":heart:". It does not
// know where one emoji ends and a second begins.
func isEmoji(s string) bool {
	picture := strings.ContainsFunc(s, func(r rune) bool {
		return unicode.Is(unicode.So, r) || r == 0xFE0F || r == 0x20E3 // symbol, or something shown as one
	})
	wordy := strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsSpace(r) || unicode.IsControl(r)
	})
	return picture && !wordy && utf8.RuneCountInString(s) <= longestEmoji
}

// withoutTone strips the modifiers of skin tone.
func withoutTone(emoji string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0x1F3FB && r <= 0x1F3FF {
			return -1
		}
		return r
	}, emoji)
}
