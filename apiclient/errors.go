package apiclient

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Kind sorts errors by what to do about them.
type Kind string

// The kinds of [Error].
const (
	NotFound       Kind = "not_found"       // the id or e-mail names nothing this key can see
	NotAllowed     Kind = "not_allowed"     // the key, the plan or a rule forbids it
	KeyRejected    Kind = "key_rejected"    // the key is wrong, revoked or expired
	WrongNetwork   Kind = "wrong_network"   // the key does not belong to this network, or there is no such network
	Validation     Kind = "validation"      // the values were refused, by the API or before sending
	Conflict       Kind = "conflict"        // the target's state forbids it
	RateLimited    Kind = "rate_limited"    // too many requests; see RetryAfter
	AllowanceSpent Kind = "allowance_spent" // withheld, because the month's requests are used up; see RetryAt
	BotWall        Kind = "bot_wall"        // a bot check answered in the API's place
	BreakerOpen    Kind = "breaker_open"    // withheld, because the API failed repeatedly; see RetryAfter
	OutcomeUnknown Kind = "outcome_unknown" // a write was sent and its answer is lost
	Unavailable    Kind = "unavailable"     // the API could not be reached or failed, and nothing changed
	BadResponse    Kind = "bad_response"    // the answer is not what this operation answers
	Redirected     Kind = "redirected"      // the answer points elsewhere; it was not followed
	Canceled       Kind = "canceled"        // the caller left or its time ran out
	TooLarge       Kind = "too_large"       // the answer exceeds the size bound
)

// Changed says whether a failed call may have changed something.
type Changed int

const (
	// ChangedNo: nothing was changed by this call.
	ChangedNo Changed = iota
	// ChangedUnknown: the call may have taken effect.
	ChangedUnknown
)

// String returns "no" or "unknown".
func (c Changed) String() string {
	if c == ChangedUnknown {
		return "unknown"
	}
	return "no"
}

// Error is every error that a method of this package returns. It contains no
// key, and text from the API only as one cleaned, bounded, quoted line.
type Error struct {
	// Kind decides what to do.
	Kind Kind
	// Status is the HTTP status; 0 when no answer arrived or none was asked.
	Status int
	// Operation is the method and the path template below /admin/v1, for
	// example "PATCH /networks/{network_id}/members/{id}/".
	Operation string
	// Message says what happened, in one line.
	Message string
	// Details are the API's own messages when it sent a list of them.
	Details []string
	// RequestID is the API's own name for the request, for its support; ""
	// where it told none.
	RequestID string
	// RetryAfter is how long to wait before asking again; 0 when unknown.
	RetryAfter time.Duration
	// RetryAt is RetryAfter as a time; zero when unknown.
	RetryAt time.Time
	// Changed says whether something may have changed.
	Changed Changed

	cause  error
	advice string // in place of the general one; "" for that
}

// Error returns one sentence: the operation, what happened, and for a write
// whether anything changed.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", e.Operation, e.Message)
	if len(e.Details) > 1 {
		fmt.Fprintf(&b, " (%s)", strings.Join(e.Details, "; "))
	}
	switch {
	case e.Status != 0 && e.RequestID != "":
		fmt.Fprintf(&b, " [HTTP %d, request %s]", e.Status, e.RequestID)
	case e.Status != 0:
		fmt.Fprintf(&b, " [HTTP %d]", e.Status)
	}
	switch {
	case e.Changed == ChangedUnknown:
		b.WriteString("; whether it took effect is unknown")
	case !strings.HasPrefix(e.Operation, "GET "):
		b.WriteString("; nothing was changed")
	}
	return b.String()
}

// OutcomeUnknown reports whether the call may have taken effect.
func (e *Error) OutcomeUnknown() bool { return e.Changed == ChangedUnknown }

// Unwrap returns the cause, for example [context.Canceled]; it may be nil.
func (e *Error) Unwrap() error { return e.cause }

// KindOf returns the kind of the [Error] in err's chain, or "" when there is
// none (nil included).
func KindOf(err error) Kind {
	var apiErr *Error
	if errors.As(err, &apiErr) {
		return apiErr.Kind
	}
	return ""
}
