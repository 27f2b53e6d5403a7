package apiclient

import "context"

// PasswordResetsService lets members choose a new password.
type PasswordResetsService struct{ c *Client }

// Create mails a member a link to reset their password, at once
// (POST /networks/{network_id}/members/{member_id}/password_resets).
func (s PasswordResetsService) Create(ctx context.Context, memberID ID) error {
	return s.c.perform(ctx, call{op: opPasswordResetCreate, path: ids(memberID)})
}
