package apiclient

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"
)

// maxErrorBody bounds what is read of an answer that reports an error, in
// bytes. Its text is cut to a line or two anyway.
const maxErrorBody = 64 << 10

// tryTransport is one attempt: it bounds its time and the size of its answer,
// and reads the answer to its end. A body that breaks off is therefore a
// failed attempt to everything outside, which can repeat or count it, and the
// connection is free for the next request.
type tryTransport struct {
	next    http.RoundTripper
	timeout time.Duration
	maxBody int64
}

// cause is why an attempt has no usable answer.
type cause int

const (
	causeBroken   cause = iota // no connection, or it broke
	causeTimeout               // no (complete) answer within the attempt's time
	causeCutShort              // a success whose body broke off
	causeTooLarge              // a success whose body exceeds the bound
	causeLeft                  // the caller's context ended
)

// tryError is an attempt without a usable answer.
type tryError struct {
	cause  cause
	sent   bool // the request may have reached the API
	slow   bool // causeLeft: the API had half of the attempt's time and said nothing
	status int  // the answer's status; 0 when none arrived
	limit  string
	err    error
}

func (e *tryError) Error() string {
	switch e.cause {
	case causeTimeout:
		return "no complete answer within " + e.limit
	case causeCutShort:
		return "the answer broke off"
	case causeTooLarge:
		return "the answer is larger than " + e.limit
	case causeLeft:
		if errors.Is(e.err, context.DeadlineExceeded) {
			return "the call's time ran out before the network answered"
		}
		return "the caller gave up waiting"
	default:
		return describe(e.err)
	}
}

func (e *tryError) Unwrap() error { return e.err }

// maybeSent reports whether a request that ended in err may have reached the
// API. Only what is known to have been withheld is not.
func maybeSent(err error) bool {
	var try *tryError
	if errors.As(err, &try) {
		return try.sent
	}
	var wrongOrigin *originError
	var open *openError
	return !errors.As(err, &wrongOrigin) && !errors.As(err, &open) && !isWithheld(err)
}

// RoundTrip implements [http.RoundTripper]. The response's body is complete
// and in memory.
func (t *tryTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	caller := req.Context()
	if err := caller.Err(); err != nil {
		closeBody(req)
		return nil, &tryError{cause: causeLeft, err: err}
	}
	t = t.withTimeFor(req.ContentLength)
	ctx, cancel := context.WithTimeout(caller, t.timeout)
	defer cancel()
	var traced, connected atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { traced.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	})

	start := time.Now()
	resp, err := t.next.RoundTrip(req.WithContext(ctx))
	if err == nil && resp == nil {
		err = errors.New("the transport returned neither an answer nor an error")
	}
	if err != nil {
		failed := t.failure(caller, ctx, start, err)
		failed.sent = connected.Load() || !traced.Load() && !isDialError(err)
		return nil, failed
	}

	data, err := t.read(resp)
	success := resp.StatusCode >= 200 && resp.StatusCode < 300
	if err != nil && success {
		failed := t.failure(caller, ctx, start, err)
		failed.sent, failed.status = true, resp.StatusCode
		if failed.cause == causeBroken {
			failed.cause = causeCutShort
		}
		return nil, failed
	}
	// A refusal whose text is lost is still a refusal.
	resp.Body = newMemory(data)
	return resp, nil
}

// uploadRate is how slow a line may be that carries a file, in bytes per
// second. What is shorter than a second of it gets no extra time.
const uploadRate = 256 << 10

// withTimeFor returns t with the time added that it takes to send so many
// bytes over a slow line: the API cannot answer before it has them.
func (t *tryTransport) withTimeFor(bytes int64) *tryTransport {
	longer := *t
	longer.timeout += time.Duration(max(bytes, 0)/uploadRate) * time.Second
	return &longer
}

// failure names the cause of err, which the attempt that began at start met.
func (t *tryTransport) failure(caller, attempt context.Context, start time.Time, err error) *tryError {
	var timeout interface{ Timeout() bool }
	switch {
	case errors.Is(err, errTooLarge):
		return &tryError{cause: causeTooLarge, limit: sizeText(t.maxBody), err: err}
	case caller.Err() != nil:
		slow := errors.Is(caller.Err(), context.DeadlineExceeded) && time.Since(start) >= t.timeout/2
		return &tryError{cause: causeLeft, slow: slow, err: caller.Err()}
	case attempt.Err() != nil, errors.As(err, &timeout) && timeout.Timeout():
		return &tryError{cause: causeTimeout, limit: t.timeout.String(), err: err}
	default:
		return &tryError{cause: causeBroken, err: err}
	}
}

var errTooLarge = errors.New("body exceeds the bound")

// read returns the body, whole or as far as it came, and closes it.
func (t *tryTransport) read(resp *http.Response) ([]byte, error) {
	defer resp.Body.Close()
	bound := t.maxBody
	if resp.StatusCode >= 300 {
		bound = min(bound, maxErrorBody)
	}
	if resp.ContentLength > bound {
		// Not drained: reading on costs more than a new connection.
		return nil, errTooLarge
	}
	var buf bytes.Buffer
	if resp.ContentLength > 0 {
		buf.Grow(int(resp.ContentLength) + bytes.MinRead)
	}
	// One byte more than allowed tells "full" from "too large"; the transport
	// decompresses as we read, so the bound holds for what is unpacked.
	n, err := buf.ReadFrom(io.LimitReader(resp.Body, bound+1))
	if err == nil && n > bound {
		return buf.Bytes()[:bound], errTooLarge
	}
	return buf.Bytes(), err
}

// memory is a body that is already here.
type memory struct {
	*bytes.Reader
	data []byte
}

func newMemory(data []byte) *memory { return &memory{Reader: bytes.NewReader(data), data: data} }

func (*memory) Close() error { return nil }

// bodyOf returns a response's whole body without copying it when it can.
func bodyOf(resp *http.Response, bound int64) ([]byte, error) {
	if body, ok := resp.Body.(*memory); ok {
		return body.data, nil
	}
	defer resp.Body.Close()
	return io.ReadAll(io.LimitReader(resp.Body, bound))
}

// isDialError reports whether err happened before there was a connection, for
// transports that do not trace.
func isDialError(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

func sizeText(bytes int64) string {
	if bytes >= 1<<20 && bytes%(1<<20) == 0 {
		return fmt.Sprintf("%d MiB", bytes>>20)
	}
	return fmt.Sprintf("%d bytes", bytes)
}
