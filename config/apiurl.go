package config

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// apiURL understands the address of the Admin API: scheme, host and port and
// nothing else, since the path is the program's own. Keys go there, so plain
// http is for this machine alone.
func apiURL(s string) (string, error) {
	const form = "use scheme, host and port only, like " + DefaultAPIURL
	u, err := url.Parse(s)
	if err != nil || u.Opaque != "" || u.Host == "" {
		return "", fmt.Errorf("%s is not an address; %s", shownURL(s), form)
	}
	switch {
	case u.User != nil:
		return "", errors.New("it has a user name or a password in it, which the Admin API does not use; " + form)
	case u.Path != "" && u.Path != "/":
		return "", fmt.Errorf("%s has a path; %s", shownURL(s), form)
	case u.RawQuery != "" || u.ForceQuery:
		return "", fmt.Errorf("%s has a query; %s", shownURL(s), form)
	case u.Fragment != "" || strings.Contains(s, "#"):
		return "", fmt.Errorf("%s has a fragment; %s", shownURL(s), form)
	}
	return originOf(u, s, form, "the key")
}

// originOf checks and returns scheme, host and port of an address. Messages
// call it s, say what form has to say, and what would be sent there.
func originOf(u *url.URL, s, form, sent string) (string, error) {
	host := strings.ToLower(u.Hostname())
	if host == "" || strings.ContainsAny(host, "%*") {
		return "", fmt.Errorf("%s has no host; %s", shownURL(s), form)
	}
	if port := u.Port(); port != "" || strings.HasSuffix(u.Host, ":") {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return "", fmt.Errorf("%s has a port that does not exist; %s", shownURL(s), form)
		}
	}
	switch {
	case u.Scheme == "https":
	case u.Scheme == "http" && isLoopback(host):
	case u.Scheme == "http":
		return "", fmt.Errorf("%s would send %s unencrypted; use https (plain http is for localhost, 127.0.0.0/8 and ::1 alone)", shownURL(s), sent)
	default:
		return "", fmt.Errorf("%s has a scheme that cannot be used; use https", shownURL(s))
	}
	return u.Scheme + "://" + strings.ToLower(u.Host), nil
}

// isLoopback reports a host that is this machine by its very name. A name that
// merely resolves to it may resolve to something else the next time.
func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback() && !addr.Is4In6()
}

// shownURL quotes an address unless it may carry a password.
func shownURL(s string) string {
	if strings.Contains(s, "@") {
		return "the value"
	}
	return shown(s)
}
