package apiclient

import (
	"fmt"
	"strings"
)

// Advice returns the next step, for a language model or a human who reads it
// without knowing this client.
func (e *Error) Advice() string {
	if e.advice != "" {
		return e.advice
	}
	switch e.Kind {
	case NotFound:
		return "Check the id or e-mail: it may be mistyped, removed, or invisible to this key. Look it up again instead of guessing. " +
			"If every id fails, the configured network may be the wrong one."
	case NotAllowed:
		return "Repeating will not help. The usual reasons: the network's plan has no Admin API (Scale, Growth and Mighty Pro have it), " +
			"the key belongs to another network, or the network forbids this for this target, " +
			"such as removing someone from a space that comes with their paid plan."
	case KeyRejected:
		return "The API key must be replaced by the operator: create a new one in the network's admin settings " +
			"(API keys, or Integrations > Admin API) and configure it. Repeating with the same key will not help."
	case WrongNetwork:
		return "A key works for exactly one network. Compare the configured network id or subdomain with the network the key was made in, " +
			"and check that its plan has the Admin API (Scale, Growth and Mighty Pro have it)."
	case Validation:
		return "Correct the values named in the message and send the call again; " +
			"where it says that the target is so already or does not allow this, there is nothing to correct."
	case Conflict:
		return "Read the target's present state first; what was asked does not fit it, or has been done already."
	case RateLimited:
		return e.waitFor("The API limits how many requests it answers.") + " Ask for fewer things at once."
	case AllowanceSpent:
		return e.spent()
	case BotWall:
		return "A bot check in front of the API stopped the request before the API saw it; it does not say anything about the key. " +
			"Check that no proxy removes or changes the User-Agent, wait some minutes, and if it stays ask the vendor to let this address through."
	case BreakerOpen:
		return e.waitFor("The API failed repeatedly of late, so requests are held back.")
	case OutcomeUnknown:
		return "Do not repeat it yet: it may have happened. Read the target back first, and repeat only if the change is not there. " +
			"What reading cannot show (a mail, a notification) counts as sent."
	case Unavailable:
		return e.waitFor("The API or the way to it is not working at the moment.") +
			" If it stays, check the configured API address, the internet connection and the vendor's status page."
	case BadResponse:
		return "Something between this client and the API may have answered (a proxy, a login page), or the API has changed. " +
			"Check the configured API address; if it is right, report this as a defect."
	case Redirected:
		return "Check the configured API address: the real one answers without redirects. Nothing was sent to the other address."
	case Canceled:
		return "Ask again if the answer is still wanted, with more time or for less at once."
	case TooLarge:
		return "Ask for less at once, for example a smaller page."
	default:
		return "Report this as a defect."
	}
}

// spent is the advice when the month's requests are used up.
func (e *Error) spent() string {
	until := "Until then"
	if !e.RetryAt.IsZero() {
		until = "Until " + e.RetryAt.UTC().Format(dateForm)
	}
	return "The operator set a stop, so that no more requests are sent than the network's monthly allowance has. " + until +
		", repeating will not help; answers that need no request still come. The operator can raise the allowance or lift the stop in the configuration."
}

// waitFor completes why with how long to wait.
func (e *Error) waitFor(why string) string {
	if e.RetryAfter <= 0 {
		return why + " Wait a minute before trying again."
	}
	at := ""
	if !e.RetryAt.IsZero() {
		at = " (at " + clockTime(e.RetryAt, e.RetryAt.Add(-e.RetryAfter)) + ")"
	}
	advice := fmt.Sprintf("%s Try again in %s%s.", why, Span(e.RetryAfter), at)
	if e.Kind == RateLimited && e.RetryAfter > LongestHold {
		advice += fmt.Sprintf(" One request is let through every %s, to see whether that holds.", Span(LongestHold))
	}
	return strings.TrimSpace(advice)
}
