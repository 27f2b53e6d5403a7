package apiclient

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// refused turns an answer that reports no success into an error.
func (w *way) refused(op *Operation, a answer) *Error {
	e := &Error{Status: a.status, Operation: op.String()}
	said := w.said(a.body)
	e.Details, e.RequestID = said.list, said.requestID
	if wait, told := retryAfter(a.header, w.now()); told && wait > 0 {
		e.RetryAfter, e.RetryAt = wait, w.now().Add(wait)
	}
	switch status := a.status; {
	case status < 200 || status >= 500 || status == http.StatusRequestTimeout:
		return upstreamFailed(op, e, said)
	case status < 300:
		return lost(op, e, "the answer's status is not one this operation has")
	case status < 400:
		return redirected(op, e)
	case status == http.StatusNotFound && a.isForeign():
		// A proxy's or a default page's: it says nothing about the target.
		e.Kind, e.Message = BadResponse, "something else than the API answered that nothing is there"
		return e
	case status == http.StatusForbidden && a.isForeign():
		e.Kind, e.Message = BotWall, "a web page instead of the API refused the request, as a bot check does"
		return e
	case status == http.StatusUnauthorized:
		e.Kind, e.Message = KeyRejected, "the API did not accept the key"
	case status == http.StatusTooManyRequests:
		e.Kind, e.Message = RateLimited, "the request was refused because there were too many"
	case a.isHTML():
		e.Kind, e.Message = BadResponse, "a web page answered instead of the API"
		return e
	default:
		e.Kind, e.Message = w.fault(op, status, said.text)
	}
	e.Message = quoted(e.Message, said.text)
	return e
}

// clientFault sorts the remaining 4xx.
func clientFault(op *Operation, status int, said string) (Kind, string) {
	switch status {
	case http.StatusForbidden, http.StatusPaymentRequired:
		// What addresses nothing but the network is refused for the key.
		if op.root || speaksOfNetwork(said) {
			return WrongNetwork, "the key does not open this network"
		}
		return NotAllowed, "the network does not allow this"
	case http.StatusNotFound, http.StatusGone:
		if op.root {
			return WrongNetwork, "the API knows no such network, or does not show it to this key"
		}
		return NotFound, "nothing was found there"
	case http.StatusConflict, http.StatusPreconditionFailed:
		return Conflict, "the target's present state forbids this"
	case http.StatusBadRequest, http.StatusUnprocessableEntity,
		http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType:
		return Validation, "the network refused the values"
	default:
		return BadResponse, "the API refused in a way this client does not know"
	}
}

// speaksOfNetwork recognises, in a refusal's text, that the key and the
// network do not fit. The API documents no code for it.
func speaksOfNetwork(said string) bool {
	said = strings.ToLower(said)
	if !strings.Contains(said, "network") {
		return false
	}
	return slices.ContainsFunc([]string{"key", "token", "credential", "another network", "other network", "different network", "wrong"},
		func(word string) bool { return strings.Contains(said, word) })
}

// upstreamFailed is an answer that says the API itself failed.
func upstreamFailed(op *Operation, e *Error, said problem) *Error {
	if op.isWrite() {
		return lost(op, e, quoted("the API failed while it handled the request", said.text))
	}
	e.Kind, e.Message = Unavailable, quoted("the API failed", said.text)
	return e
}

// redirected is a 3xx. 301, 307 and 308 say that the request was not taken at
// this address; the others may follow upon work that was done.
func redirected(op *Operation, e *Error) *Error {
	e.Kind, e.Message = Redirected, "the answer is a redirect, which was not followed"
	moved := e.Status == http.StatusMovedPermanently || e.Status == http.StatusTemporaryRedirect ||
		e.Status == http.StatusPermanentRedirect
	if op.isWrite() && !moved {
		return lost(op, e, e.Message)
	}
	return e
}

// lost is an answer that arrived but does not tell what was asked: after a
// write the outcome is unknown.
func lost(op *Operation, e *Error, message string) *Error {
	e.Kind, e.Message = BadResponse, message
	if op.isWrite() {
		e.Kind, e.Changed = OutcomeUnknown, ChangedUnknown
	}
	return e
}

// failed turns an attempt without a usable answer into an error.
func (w *way) failed(op *Operation, err error) *Error {
	e := &Error{Operation: op.String(), cause: err}
	var try *tryError
	var open *openError
	var wrongOrigin *originError
	var held *Withheld
	switch {
	case errors.As(err, &held):
		return w.withheld(op, held)
	case errors.As(err, &open):
		e.Kind, e.Message = BreakerOpen, open.Error()
		e.RetryAfter, e.RetryAt = open.wait, w.now().Add(open.wait)
		return e
	case errors.As(err, &wrongOrigin):
		e.Kind, e.Message = BadResponse, wrongOrigin.Error()
		return e
	case errors.As(err, &try):
		e.Status, e.Message, e.cause = try.status, try.Error(), try.err
		e.Kind = map[cause]Kind{causeLeft: Canceled, causeTooLarge: TooLarge}[try.cause]
	default:
		e.Message = describe(err)
	}
	if e.Kind == "" {
		e.Kind = Unavailable
	}
	if op.isWrite() && maybeSent(err) {
		e.Kind, e.Changed = OutcomeUnknown, ChangedUnknown
		if e.Status != 0 {
			e.Message = "the API reported success, but " + e.Message
		} else {
			e.Message = "the answer was lost: " + e.Message
		}
	}
	return e
}

// left is a call whose context was over before anything was sent.
func left(op *Operation, err error) *Error {
	message := "the caller gave up before anything was sent"
	if errors.Is(err, context.DeadlineExceeded) {
		message = "the call's time was over before anything was sent"
	}
	return &Error{Kind: Canceled, Operation: op.String(), Message: message, cause: err}
}

// invalid is a call that is refused here, before anything is sent.
func invalid(op opID, message string) *Error {
	return &Error{Kind: Validation, Operation: op.row().String(), Message: message + "; nothing was sent"}
}

// quoted appends the API's own text, marked as such.
func quoted(message, said string) string {
	if said == "" {
		return message
	}
	return message + ": " + strconv.Quote(said)
}

// describe names a connection's failure in words, without the text of foreign
// errors, which can contain whatever a proxy or resolver put there.
func describe(err error) string {
	var dns *net.DNSError
	var untrusted *tls.CertificateVerificationError
	var op *net.OpError
	switch {
	case errors.As(err, &dns):
		return "the API's host name could not be resolved"
	case errors.As(err, &untrusted):
		return "the API's certificate was not accepted"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "the connection was refused"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "the connection was reset"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection was closed before the answer was complete"
	case errors.As(err, &op) && op.Op == "dial":
		return "the API could not be reached"
	default:
		return "the connection to the API failed"
	}
}

// isForeign tells that the API did not write this: its errors are JSON, those
// of a bot check are a web page or a line of plain text.
func (a answer) isForeign() bool {
	kind, _, _ := mime.ParseMediaType(a.header.Get("Content-Type"))
	blank := len(bytes.TrimSpace(a.body)) == 0
	return a.isHTML() || kind != "application/json" && !blank && !json.Valid(a.body)
}

// isHTML tells a web page from the API by its type, or by its first byte when
// the type is missing.
func (a answer) isHTML() bool {
	kind, _, _ := mime.ParseMediaType(a.header.Get("Content-Type"))
	if kind == "" {
		return bytes.HasPrefix(bytes.TrimSpace(a.body), []byte("<"))
	}
	return kind == "text/html" || kind == "application/xhtml+xml"
}
