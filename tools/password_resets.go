package tools

import (
	"context"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
)

// passwordResetTools help members who cannot log in.
func passwordResetTools() []Tool {
	return []Tool{
		outward(Doc{
			Name: "send_password_reset", Title: "Send password reset", Toolset: membersToolset, Anew: true,
			About: "Mails a member a link to choose a new password; the old one stays until then. A person must approve.",
		}, previewPasswordReset, sendPasswordReset),
	}
}

// passwordResetOut is the result of a mail to a member.
type passwordResetOut struct {
	MemberID apiclient.ID `json:"member_id"`
	MailSent bool         `json:"mail_sent"`
}

func previewPasswordReset(ctx context.Context, c *Call, in memberRef) (guardrails.Preview, error) {
	member, err := c.API.Members().Get(ctx, in.MemberID)
	if err != nil {
		return guardrails.Preview{}, err
	}
	return guardrails.Preview{
		Action: "Mail this member a link to choose a new password.", Facts: describe(member), Warnings: []string{mailWarning},
	}, nil
}

// sendPasswordReset has no read-back: no answer of the API tells of a mail.
func sendPasswordReset(ctx context.Context, c *Call, in memberRef) (passwordResetOut, error) {
	if err := c.API.PasswordResets().Create(ctx, in.MemberID); err != nil {
		return passwordResetOut{}, err
	}
	return passwordResetOut{MemberID: in.MemberID, MailSent: true}, nil
}
