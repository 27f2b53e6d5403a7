package apiclient

import (
	"context"
	"errors"
	"net/http"
)

// retried is one call on its way through several attempts.
type retried struct {
	req     *http.Request
	op      *Operation // nil when unknown
	tries   int
	limited bool // an attempt was answered 429
	// lost is how an attempt ended that may have taken effect.
	lost *outcome
	// met is how the latest attempt ended that was repeated.
	met *outcome
}

type outcome struct {
	resp *http.Response
	err  error
}

// attempt returns the request of the next attempt, whose body is at its
// beginning.
func (c *retried) attempt() *http.Request {
	c.tries++
	if c.tries == 1 || c.req.GetBody == nil {
		return c.req
	}
	again := c.req.Clone(c.req.Context())
	again.Body, _ = c.req.GetBody() // of a body in memory, which cannot fail
	return again
}

// failed takes note of an attempt that is going to be repeated.
func (c *retried) failed(resp *http.Response, err error) {
	if err == nil {
		c.limited = c.limited || resp.StatusCode == http.StatusTooManyRequests
		_ = resp.Body.Close()
	}
	c.met = &outcome{resp, err}
	if err != nil && maybeSent(err) || err == nil && isFailure(resp.StatusCode) {
		c.lost = c.met
	}
}

// mayRepeat reports whether a repetition after this could not do anything
// twice. Reads do nothing. A write can be repeated when the attempt did not
// leave, or was turned away because there were too many; and once more a
// removal of what is removed once and for all, which finds nothing to remove
// when the lost attempt did it.
func (c *retried) mayRepeat(resp *http.Response, err error) bool {
	switch {
	case c.req.Method == http.MethodGet:
		return true
	case c.req.Body != nil && c.req.Body != http.NoBody && c.req.GetBody == nil:
		return false // it cannot be sent again
	case err != nil && !maybeSent(err):
		return true
	case err == nil && resp.StatusCode == http.StatusTooManyRequests:
		return true
	}
	return c.op != nil && c.op.final && c.lost == nil
}

// end is what the call ends with, after its last attempt did. A removal that was
// repeated because its answer was lost is done when the repetition succeeds or
// finds nothing: the target was there, as far as anybody knows, and it is gone.
// Everything else says nothing about the lost attempt, which therefore stays
// what the call ended with.
//
// An attempt that the call's own end cut off says nothing: what the one before
// met does, unless this one is a write that may have taken effect.
func (c *retried) end(resp *http.Response, err error) (*http.Response, error) {
	if c.met != nil && isLeft(err) && errors.Is(err, context.DeadlineExceeded) && (c.req.Method == http.MethodGet || !maybeSent(err)) {
		resp, err = c.met.resp, c.met.err
	}
	switch {
	case c.lost == nil || c.req.Method == http.MethodGet:
		return resp, err
	case err == nil && resp.StatusCode >= 200 && resp.StatusCode < 300:
		return resp, nil
	case err == nil && saysGone(resp):
		gone := *resp
		gone.StatusCode, gone.Status = http.StatusNoContent, "204 No Content"
		gone.Body, gone.ContentLength = newMemory(nil), 0
		return &gone, nil
	}
	return c.lost.resp, c.lost.err
}

// saysGone reports whether the API itself says that there is nothing.
func saysGone(resp *http.Response) bool {
	if resp.StatusCode != http.StatusNotFound && resp.StatusCode != http.StatusGone {
		return false
	}
	body, err := bodyOf(resp, maxErrorBody)
	return err == nil && !(answer{header: resp.Header, body: body}).isForeign()
}

// isFailure tells statuses that say that the API failed.
func isFailure(status int) bool {
	return status >= 500 || status == http.StatusRequestTimeout
}
