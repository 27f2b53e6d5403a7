package apiclient

import (
	"errors"
	"net/http"
	"testing"

	"github.com/mcp-mighty/mcp-mighty/config"
)

func TestTheKeyStaysAtItsOrigin(t *testing.T) {
	for address, allowed := range map[string]bool{
		"https://api.mn.co/admin/v1/x":           true,
		"https://api.mn.co:443/x":                true,
		"https://API.MN.CO/x":                    true,
		"http://api.mn.co/x":                     false,
		"https://api.mn.co:444/x":                false,
		"https://api.mn.co.example.com/x":        false,
		"https://example.com/x":                  false,
		"https://api.mn.co@example.com/x":        false,
		"https://example.com/?https://api.mn.co": false,
	} {
		sent := false
		transport := &identityTransport{
			origin: originOf(mustURL(t, "https://api.mn.co")), token: config.NewSecret(testToken), userAgent: "mcp-mighty/1",
			next: roundTrip(func(r *http.Request) (*http.Response, error) {
				sent = true
				if r.Header.Get("Authorization") != "Bearer "+testToken || r.UserAgent() != "mcp-mighty/1" {
					t.Errorf("header %v", r.Header)
				}
				return respond(r, 200, "{}"), nil
			}),
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, err = transport.RoundTrip(req)
		var refused *originError
		if sent != allowed || errors.As(err, &refused) == allowed {
			t.Errorf("%s: sent %v, %v", address, sent, err)
		}
		if err != nil && maybeSent(err) {
			t.Errorf("%s: a withheld request counts as sent", address)
		}
		if req.Header.Get("Authorization") != "" {
			t.Errorf("%s: the caller's request was changed", address)
		}
	}
}

func TestAnotherHostHeaderIsAnotherOrigin(t *testing.T) {
	transport := &identityTransport{
		origin: originOf(mustURL(t, "https://api.mn.co")), token: config.NewSecret(testToken),
		next: roundTrip(func(*http.Request) (*http.Response, error) {
			t.Error("sent")
			return nil, errors.New("sent")
		}),
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://api.mn.co/x", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = "example.com"
	if _, err := transport.RoundTrip(req); err == nil {
		t.Error("no error")
	}
}
