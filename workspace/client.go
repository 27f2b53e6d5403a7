package workspace

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/config"
)

// DefaultBaseURL is where the API is; Prefix stands before its paths.
const (
	DefaultBaseURL = "https://api.admin.io"
	Prefix         = "/v3"
)

// Options configure a [Client]. Token is required; the zero value of every
// other field means its default.
type Options struct {
	// BaseURL is scheme://host[:port] of the API; "" is [DefaultBaseURL]. Only
	// https is accepted, plain http on loopback alone.
	BaseURL string
	// Token is the API key. It is sent to BaseURL's origin and nowhere else.
	Token config.Secret
	// Version goes into the User-Agent "mcp-mighty/VERSION"; "" is "dev".
	Version string
	// Transport puts requests on the wire; nil is the client's own, tuned one.
	// A transport given here is not closed by [Client.Close].
	Transport http.RoundTripper
	// Timeout bounds one try; 0 is 20 s. The caller's context bounds the whole
	// call.
	Timeout time.Duration
	// MaxPause is the longest that one try is held back, so that the API's
	// limit is not met; what would have to wait longer fails at once and says
	// for how long. 0 is 10 s.
	MaxPause time.Duration
	// Mask is that of [apiclient.Options].
	Mask func(body []byte) []byte
	// Logger receives retries and the breaker's changes, never the key or a
	// body; nil discards.
	Logger *slog.Logger

	// Now is the clock; nil is [time.Now].
	Now func() time.Time
	// Sleep waits until d is over or ctx is done, and returns ctx's error
	// then; nil waits on a timer.
	Sleep func(ctx context.Context, d time.Duration) error
}

// Client is a client of one workspace. It is safe for concurrent use.
type Client struct {
	line *apiclient.Line
}

// New checks the options and returns a client. It sends nothing. Its errors
// name the option that is wrong and never contain the key.
func New(o Options) (*Client, error) {
	if o.Logger != nil {
		o.Logger = o.Logger.With("api", "workspace")
	}
	line, err := apiclient.NewLine(apiclient.LineOptions{
		Options: apiclient.Options{
			BaseURL: cmp.Or(o.BaseURL, DefaultBaseURL), Token: o.Token, Version: o.Version,
			Transport: o.Transport, Timeout: o.Timeout, Mask: o.Mask, Logger: o.Logger, Now: o.Now, Sleep: o.Sleep,
		},
		Prefix: Prefix, Problem: readProblem, Fault: fault, Advice: advice,
		Link: func(next http.RoundTripper, clock apiclient.Clock) http.RoundTripper {
			return &paceTransport{next: next, clock: clock, maxPause: cmp.Or(o.MaxPause, 10*time.Second)}
		},
	})
	if err != nil {
		return nil, err
	}
	return &Client{line: line}, nil
}

// Close releases idle connections of the client's own transport.
func (c *Client) Close() { c.line.Close() }
