package sandbox

import "net/http"

func passwordResetRoutes() []route {
	return []route{
		{method: http.MethodPost, path: "/members/{member_id}/password_resets", status: 204, handle: sendPasswordReset},
	}
}

// sendPasswordReset mails the member a link. Nothing else changes.
func sendPasswordReset(m *community, c *call) (any, error) {
	p := m.active(c.id(memberParam))
	if p == nil {
		return nil, notFound("Member")
	}
	m.outbox = append(m.outbox, Notice{Kind: "password_reset_email", MemberID: p.id})
	return nil, nil
}
