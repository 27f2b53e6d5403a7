package guardrails

import "fmt"

// Code names why the gate refused a call.
type Code string

// The reasons for a refusal.
const (
	CodeReadOnly    Code = "read_only"
	CodeToolOff     Code = "tool_off"
	CodeProtected   Code = "protected"
	CodeDeclined    Code = "declined"
	CodeCancelled   Code = "cancelled"
	CodeTimedOut    Code = "timed_out"
	CodeNoChannel   Code = "no_approval_channel"
	CodeBadAnswer   Code = "answer_unreadable"
	CodeBadApproval Code = "approval_invalid"
	CodeExpired     Code = "approval_expired"
	CodeSpent       Code = "approval_spent"
	CodeChanged     Code = "target_changed"
	CodeJournal     Code = "journal_unavailable"
	CodePolicy      Code = "policy"
	CodeQuiet       Code = "quiet_hours"
	CodeLimit       Code = "limit_reached"
	CodeMistyped    Code = "mistyped"
	CodeAuto        Code = "auto_declined"
	CodeRejected    Code = "rejected"
	CodeCrowded     Code = "too_many_waiting"
	CodeUndone      Code = "undone_before"
)

// Refusal is the gate's "no". The call did nothing: no request that changes
// anything has left. Its message is for the model and the person behind it.
type Refusal struct {
	Code    Code
	Message string
	// Err is the cause, where there is one; it is for logs.
	Err error
}

// Error implements error. It says what happened, that nothing was done, and
// what to do next.
func (r *Refusal) Error() string { return r.Message }

// Unwrap returns the cause.
func (r *Refusal) Unwrap() error { return r.Err }

func refuse(code Code, format string, args ...any) *Refusal {
	return &Refusal{Code: code, Message: fmt.Sprintf(format, args...)}
}
