package apiclient

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Line is the transport of [Client] for an API beside the Admin API of a
// network: the same chain (retry of reads, breaker, meter, identity, one
// bounded attempt), the same [Error] and the same care with lost answers. What
// differs between two APIs is in [LineOptions]. A Line is safe for concurrent
// use.
type Line struct {
	way
	prefix string
	advice func(*Error) string
}

// LineOptions configure a [Line].
type LineOptions struct {
	// Options are those of a client; Network and MaxPages are not used, and
	// BaseURL has to be given.
	Options Options
	// Prefix stands before every path, such as "/v3".
	Prefix string
	// Problem reads the body of a refusal. What it returns is cleaned and cut
	// before anybody sees it.
	Problem func(body []byte) Said
	// Fault names the kind of the remaining 4xx, and what happened, in words.
	Fault func(status int) (Kind, string)
	// Advice returns the next step where the general one of [Error.Advice]
	// does not fit, and "" where it does. It may be nil.
	Advice func(*Error) string
	// Link, if there is one, wraps the part of the chain that every attempt
	// passes on its way to the wire, inside retry and breaker. What it does not
	// let through it answers with a [*Withheld].
	Link func(next http.RoundTripper, clock Clock) http.RoundTripper
}

// Clock is the time as the whole chain sees it, from [Options].
type Clock struct {
	Now   func() time.Time
	Sleep func(ctx context.Context, d time.Duration) error
}

// Said is what the body of a refusal says.
type Said struct {
	// Text is for people; "" when the body says nothing readable.
	Text string
	// RequestID is the API's own name for the request; "" when it has none.
	RequestID string
}

// NewLine checks the options and returns a line. It sends nothing. Its errors
// name the option that is wrong and never contain the key.
func NewLine(o LineOptions) (*Line, error) {
	s, err := o.Options.checkWay()
	if err != nil {
		return nil, err
	}
	s.link = o.Link
	l := &Line{way: newWay(s), prefix: o.Prefix, advice: o.Advice}
	l.said = func(body []byte) problem {
		said := o.Problem(body)
		return problem{text: l.cleanUpstream(said.Text), requestID: l.cleanUpstream(said.RequestID)}
	}
	l.fault = func(_ *Operation, status int, _ string) (Kind, string) { return o.Fault(status) }
	return l, nil
}

// Close releases idle connections of the line's own transport.
func (l *Line) Close() { l.close() }

// Do makes one call of op and decodes the answer, which is JSON, into into.
// body is sent as JSON; nil sends none. The error is an [*Error].
func (l *Line) Do(ctx context.Context, op *Operation, query url.Values, body, into any) error {
	err := l.do(ctx, op, query, body, into)
	if e := (*Error)(nil); errors.As(err, &e) && l.advice != nil {
		e.advice = l.advice(e)
	}
	return err
}

func (l *Line) do(ctx context.Context, op *Operation, query url.Values, body, into any) error {
	if err := ctx.Err(); err != nil {
		return left(op, err)
	}
	address := l.origin.String() + l.prefix + op.Path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	var content io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return l.Invalid(op, "the values cannot be written as JSON")
		}
		content = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(withOperation(ctx, op), op.Method, address, content)
	if err != nil {
		return l.Invalid(op, "no request can be made of these values")
	}
	if content != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	a, err := l.exchange(op, req)
	if err != nil {
		return err
	}
	if err := a.decode(into); err != nil {
		return l.garbled(op, a, err)
	}
	return nil
}

// Invalid is a call that is refused here, before anything is sent.
func (l *Line) Invalid(op *Operation, message string) *Error {
	return &Error{Kind: Validation, Operation: op.String(), Message: message + "; nothing was sent"}
}
