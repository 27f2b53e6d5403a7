package apiclient

import (
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/url"
	"time"
)

// assemble builds the transport chain around the wire. Read from the bottom
// up it is the way of a request: what stands outside sees a call once, what
// stands inside sees every attempt.
func assemble(wire http.RoundTripper, s settings) http.RoundTripper {
	chain := wire
	// One attempt, with its time limit, read to its end.
	chain = &tryTransport{next: chain, timeout: s.Timeout, maxBody: s.MaxBody}
	// The key, for our origin only.
	chain = &identityTransport{next: chain, origin: s.origin, token: s.Token, userAgent: "mcp-mighty/" + s.Version}
	// Counts attempts, so it stands inside everything that may withhold one.
	chain = &meterTransport{next: chain, account: s.Account, now: s.Now, log: s.Logger}
	// Holds attempts back so that the API's limit is not met. Who waits here
	// has not failed, so the breaker does not count it.
	chain = newRate(chain, s)
	// What another API asks of its clients, such as a pace.
	if s.link != nil {
		chain = s.link(chain, Clock{Now: s.Now, Sleep: s.Sleep})
	}
	// Sees every attempt's outcome, so that three failed tries count as three.
	chain = newBreaker(chain, s.Breaker, s.Logger)
	// Each try passes all of the above again.
	chain = newRetry(chain, s)
	// Outermost: what somebody else has asked, or has just been told, needs
	// none of the above.
	return newShare(chain, s)
}

// newWire returns the transport the client uses when it is given none.
func newWire() *http.Transport {
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy:               proxyFromEnvironment,
		DialContext:         dialer.DialContext,
		TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout: 10 * time.Second,
		ForceAttemptHTTP2:   true,
		// One connection carries everything in HTTP/2; a dead one would fail
		// every request until the system notices, which takes minutes.
		HTTP2:                  &http.HTTP2Config{SendPingTimeout: 10 * time.Second, PingTimeout: 5 * time.Second},
		MaxIdleConns:           32,
		MaxIdleConnsPerHost:    32, // one host is all we talk to
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
	}
}

// proxyFromEnvironment hides the reason of a failure, since the standard
// library repeats the proxy's address, which may carry a password.
func proxyFromEnvironment(req *http.Request) (*url.URL, error) {
	proxy, err := http.ProxyFromEnvironment(req)
	if err != nil {
		return nil, errors.New("the proxy address in the environment (HTTPS_PROXY) cannot be read")
	}
	return proxy, nil
}
