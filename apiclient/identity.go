package apiclient

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/mcp-mighty/mcp-mighty/config"
)

// identityTransport says who is asking. It is the only place that puts the key
// on the wire, and it refuses any request that would carry the key elsewhere.
type identityTransport struct {
	next      http.RoundTripper
	origin    origin
	token     config.Secret
	userAgent string
}

// originError is a request that was withheld because it would have carried
// the key to another origin.
type originError struct{ to origin }

func (e *originError) Error() string {
	return fmt.Sprintf("the key is not sent to %s, which is not the configured API address", e.to)
}

// RoundTrip implements [http.RoundTripper].
func (t *identityTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	to := originOf(req.URL)
	// A Host that differs from the URL would reach another site on the same
	// address.
	if req.Host != "" && to == t.origin {
		to = originOf(&url.URL{Scheme: req.URL.Scheme, Host: req.Host})
	}
	if to != t.origin {
		closeBody(req)
		return nil, &originError{to: to}
	}
	signed := req.Clone(req.Context()) // a RoundTripper must not change its request
	signed.Header.Set("Authorization", "Bearer "+t.token.Reveal())
	// Without a User-Agent the API's bot wall answers instead of the API.
	signed.Header.Set("User-Agent", t.userAgent)
	signed.Header.Set("Accept", "application/json")
	return t.next.RoundTrip(signed)
}

// closeBody does for a withheld request what a transport does for a sent one.
func closeBody(req *http.Request) {
	if req.Body != nil {
		_ = req.Body.Close()
	}
}
