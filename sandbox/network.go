package sandbox

import "net/http"

func networkRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/", status: 200, handle: showNetwork},
		{method: http.MethodGet, path: "/me", status: 200, handle: showMe},
	}
}

type networkBody struct {
	ID          uint64 `json:"id"`
	CreatedAt   stamp  `json:"created_at"`
	UpdatedAt   stamp  `json:"updated_at"`
	Subdomain   string `json:"subdomain"`
	Title       string `json:"title"`
	Subtitle    string `json:"subtitle"`
	Purpose     string `json:"purpose"`
	Description string `json:"description"`
}

func (n networkInfo) body() networkBody {
	return networkBody{n.id, n.created, n.updated, n.subdomain, n.title, n.subtitle, n.purpose, n.description}
}

// userBody is the shorter form of a person: the key's owner in /me, and the
// creator of an event.
type userBody struct {
	ID        uint64 `json:"id"`
	CreatedAt stamp  `json:"created_at"`
	UpdatedAt stamp  `json:"updated_at"`
	Name      string `json:"name"`
	Email     string `json:"email"`
	ShortBio  string `json:"short_bio"`
	Admin     bool   `json:"admin"`
}

func (p *member) userBody() userBody {
	return userBody{p.id, p.created, p.updated, p.name(), p.shownEmail(), p.bio, p.role == roleHost}
}

func showNetwork(m *community, _ *call) (any, error) { return m.network.body(), nil }

// showMe describes the key: who it acts as, and where. It never holds the key
// itself.
func showMe(m *community, c *call) (any, error) {
	return map[string]any{"user": c.actor.userBody(), "network": m.network.body()}, nil
}
