package sandbox

import "net/http"

func muteRoutes() []route {
	const mute = "/posts/{post_id}/mute"
	// The vendor documents no 422 here, so that a missing user is a bad request.
	who := []param{{name: "user_id", kind: integer, required: true}}
	return []route{
		{method: http.MethodPost, path: mute, query: who, status: 204, absent: 400, handle: mutePost},
		{method: http.MethodDelete, path: mute, query: who, status: 204, absent: 400, handle: unmutePost},
	}
}

// mutedBy resolves post and member of a mute route.
func (m *community) mutedBy(c *call) (post, user uint64, err error) {
	p, err := m.post(c.id("post_id"))
	if err != nil {
		return 0, 0, err
	}
	id, _ := c.uint("user_id")
	if m.active(id) == nil {
		return 0, 0, notFound("User")
	}
	return p.id, id, nil
}

// mutePost ends a member's notifications about a post. It can be repeated, and
// so can its opposite; whether the real API minds is unknown.
func mutePost(m *community, c *call) (any, error) {
	post, user, err := m.mutedBy(c)
	if err != nil {
		return nil, err
	}
	users := m.muted[post]
	users.add(user)
	m.muted[post] = users
	return nil, nil
}

func unmutePost(m *community, c *call) (any, error) {
	post, user, err := m.mutedBy(c)
	if err != nil {
		return nil, err
	}
	users := m.muted[post]
	users.remove(user)
	m.muted[post] = users
	return nil, nil
}
