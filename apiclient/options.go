package apiclient

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// settings are checked options with every default filled in.
type settings struct {
	Options
	origin origin
	// link is a part of the chain that not every API needs; it may be nil.
	link func(next http.RoundTripper, clock Clock) http.RoundTripper
}

// check fills the defaults into o and refuses what cannot work.
func (o *Options) check() (settings, error) {
	if o.BaseURL == "" {
		o.BaseURL = DefaultBaseURL
	}
	if err := checkNetwork(o.Network); err != nil {
		return settings{}, fmt.Errorf("network: %w", err)
	}
	return o.checkWay()
}

// checkWay checks what every API needs.
func (o *Options) checkWay() (settings, error) {
	at, err := parseBase(o.BaseURL)
	if err != nil {
		return settings{}, fmt.Errorf("API address: %w", err)
	}
	if err := checkToken(o.Token.Reveal()); err != nil {
		return settings{}, fmt.Errorf("API key: %w", err)
	}
	if o.Version == "" {
		o.Version = "dev"
	}
	if !isVisibleASCII(o.Version) {
		return settings{}, errors.New("version: only visible ASCII characters fit into the User-Agent")
	}
	if o.MaxBody < 0 || o.Timeout < 0 || o.MaxPages < 0 {
		return settings{}, errors.New("MaxBody, Timeout and MaxPages cannot be negative")
	}
	if err := o.Retry.fill(); err != nil {
		return settings{}, fmt.Errorf("retry: %w", err)
	}
	if err := o.Breaker.fill(); err != nil {
		return settings{}, fmt.Errorf("breaker: %w", err)
	}
	if err := o.Rate.fill(); err != nil {
		return settings{}, fmt.Errorf("rate: %w", err)
	}
	if err := o.Cache.fill(); err != nil {
		return settings{}, fmt.Errorf("cache: %w", err)
	}
	o.fill()
	return settings{Options: *o, origin: at}, nil
}

func (o *Options) fill() {
	if o.MaxBody == 0 {
		o.MaxBody = DefaultMaxBody
	}
	if o.Timeout == 0 {
		o.Timeout = DefaultTimeout
	}
	if o.MaxPages == 0 {
		o.MaxPages = DefaultMaxPages
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
}

// origin is where the key may go: two URLs have the same origin when their
// scheme, host and port are the same.
type origin struct {
	scheme string
	host   string // lower case, with the port always written out
}

func (o origin) String() string { return o.scheme + "://" + o.host }

func originOf(u *url.URL) origin {
	port := u.Port()
	if port == "" {
		port = map[string]string{"https": "443", "http": "80"}[strings.ToLower(u.Scheme)]
	}
	return origin{
		scheme: strings.ToLower(u.Scheme),
		host:   net.JoinHostPort(strings.ToLower(u.Hostname()), port),
	}
}

// parseBase reads the API's address. Its errors do not repeat the address,
// which may hold a password by mistake.
func parseBase(base string) (origin, error) {
	u, err := url.Parse(strings.TrimSuffix(base, "/"))
	if err != nil {
		return origin{}, errors.New("not a URL; write scheme://host or scheme://host:port")
	}
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return origin{}, errors.New("must begin with https://")
	case u.User != nil:
		return origin{}, errors.New("must not contain a user name or password")
	case u.Hostname() == "" || u.Opaque != "":
		return origin{}, errors.New("has no host; write scheme://host or scheme://host:port")
	case u.Path != "" || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.HasSuffix(base, "#"):
		return origin{}, errors.New("must be scheme, host and port only; the path is the client's own")
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return origin{}, errors.New("plain http is accepted for loopback addresses only; use https")
	}
	if port := u.Port(); port != "" || strings.HasSuffix(u.Host, ":") {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return origin{}, errors.New("the port must be a number from 1 to 65535")
		}
	}
	return originOf(u), nil
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

var (
	integerRef   = regexp.MustCompile(`^[1-9][0-9]*$`)
	subdomainRef = regexp.MustCompile(`^[a-z][a-z0-9-]+$`)
)

func checkNetwork(ref string) error {
	if ref == "" {
		return errors.New("missing; give the network's integer id or its subdomain")
	}
	if integerRef.MatchString(ref) {
		_, err := ParseID(ref)
		return err
	}
	if !subdomainRef.MatchString(ref) {
		return errors.New("must be an integer id or a subdomain of lower-case letters, digits and hyphens (paint-pals, not a URL)")
	}
	return nil
}

// checkToken refuses what would not survive in a header line.
func checkToken(token string) error {
	if token == "" {
		return errors.New("missing")
	}
	if !isVisibleASCII(token) {
		return errors.New("contains a space, a line break or a character that no key has; copy it again")
	}
	return nil
}

func isVisibleASCII(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// sleep waits until d is over or ctx is done.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
