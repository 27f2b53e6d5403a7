package apiclient

import (
	"errors"
	"net/http"
	"time"

	"github.com/mcp-mighty/mcp-mighty/config"
)

// way is how calls reach one API and how its answers are read: the transport
// chain, and what differs from one API to the other in words only. [Client]
// and [Line] stand on it.
type way struct {
	origin  origin
	token   config.Secret
	maxBody int64
	now     func() time.Time
	mask    func(body []byte) []byte // nil for none

	chain http.RoundTripper
	own   *http.Transport // nil when the caller brought the transport

	// said reads the body of a refusal; its texts are clean.
	said func(body []byte) problem
	// fault sorts the 4xx that mean something else from one API to the other.
	fault func(op *Operation, status int, said string) (Kind, string)
}

func newWay(s settings) way {
	w := way{origin: s.origin, token: s.Token, maxBody: s.MaxBody, now: s.Now, mask: s.Mask}
	wire := s.Transport
	if wire == nil {
		w.own = newWire()
		wire = w.own
	}
	w.chain = assemble(wire, s)
	return w
}

func (w *way) close() {
	if w.own != nil {
		w.own.CloseIdleConnections()
	}
}

// exchange sends a request and returns its answer if that reports success.
func (w *way) exchange(op *Operation, req *http.Request) (answer, error) {
	resp, err := w.chain.RoundTrip(req)
	if err != nil {
		return answer{}, w.failed(op, err)
	}
	body, err := bodyOf(resp, w.maxBody)
	if err != nil {
		return answer{}, w.failed(op, &tryError{cause: causeCutShort, sent: true, status: resp.StatusCode, err: err})
	}
	if w.mask != nil {
		body = w.mask(body)
	}
	a := answer{status: resp.StatusCode, header: resp.Header, body: body, url: req.URL}
	if !isSuccess(op, a.status) {
		return answer{}, w.refused(op, a)
	}
	return a, nil
}

// garbled is a success whose content is of no use.
func (w *way) garbled(op *Operation, a answer, why error) *Error {
	message := "the API's answer cannot be read: " + w.cleanUpstream(why.Error())
	if op.isWrite() {
		message = "the API reported success, but its answer cannot be read: " + w.cleanUpstream(why.Error())
	}
	e := lost(op, &Error{Status: a.status, Operation: op.String()}, message)
	e.cause = why
	return e
}

// Withheld is an attempt that a link of the chain did not let through:
// nothing was sent. Links from outside ([LineOptions.Link]) return it, so that
// a write they held back is known not to have happened.
type Withheld struct {
	// Kind and Message become those of the [Error].
	Kind    Kind
	Message string
	// Wait is how long to wait before asking again; 0 when unknown.
	Wait time.Duration
	// Cause may be nil.
	Cause error
}

// Error implements error.
func (e *Withheld) Error() string { return e.Message }

// Unwrap returns the cause.
func (e *Withheld) Unwrap() error { return e.Cause }

// withheld turns it into the error of a call.
func (w *way) withheld(op *Operation, held *Withheld) *Error {
	e := &Error{Kind: held.Kind, Operation: op.String(), Message: held.Message, cause: held.Cause}
	if held.Wait > 0 {
		e.RetryAfter, e.RetryAt = held.Wait, w.now().Add(held.Wait)
	}
	return e
}

func isWithheld(err error) bool {
	var held *Withheld
	return errors.As(err, &held)
}
