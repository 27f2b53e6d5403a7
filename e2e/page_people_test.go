package e2e

import (
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

const teamFile = `callers:
  maria: {role: moderator, token: {env: MARIA_TOKEN}}
approvers:
  maria: {secret: {env: MARIA_SECRET}}
  olga: {secret: {env: OLGA_SECRET}}
policy:
  rules:
    - {tool: announce_post, role: moderator, is: two_people}
`

// bearing sends a token with every request.
type bearing struct{ token string }

// RoundTrip implements [http.RoundTripper].
func (b bearing) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+b.token)
	return http.DefaultTransport.RoundTrip(r)
}

// TestTwoPeopleOnThePage has a team at work on a network, with what waits on
// disk, and a second program on the same disk.
func TestTwoPeopleOnThePage(t *testing.T) {
	b := newBrowser(t)
	c := newCommunity(t)
	env := with(c.env, "MARIA_TOKEN=marias-token-4711-abcdef", "MARIA_SECRET=marias-secret-3141-abcdef", "OLGA_SECRET=olgas-secret-2718-abcdef")
	config := configured(t, teamFile)
	p := start(t, env, "serve", "--http", "127.0.0.1:0", "--config", config)
	server := p.url()
	connect := func(transport sdk.Transport) *office {
		session, err := sdk.NewClient(&sdk.Implementation{Name: "assistant", Version: "1"}, nil).Connect(t.Context(), transport, nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = session.Close() })
		return &office{browser: b, page: server + "/approvals", session: session}
	}
	maria := connect(&sdk.StreamableClientTransport{Endpoint: server + "/mcp", HTTPClient: &http.Client{Transport: bearing{"marias-token-4711-abcdef"}}})

	announcement := map[string]any{"space_id": c.space, "title": "By two people"}
	at := maria.waits("announce_post", announcement)
	b.open(at)
	b.signInAs("marias-secret-3141-abcdef", "maria")
	b.shows("You asked for this yourself")
	if eval[int](b, `document.querySelectorAll("form[action$=approve]").length`) != 0 {
		t.Error("whoever asked can approve")
	}
	b.tabTo("header button")
	b.press(kb.Enter)
	b.shows("Your secret")
	b.open(at)
	b.signInAs("olgas-secret-2718-abcdef", "olga")
	b.tabTo("button.main")
	b.press(kb.Enter)
	b.shows("Approved by olga")
	if text, status := maria.ask("announce_post", announcement); status != "done" || len(c.posts("By two people")) != 1 {
		t.Fatalf("approved by another: %s", text)
	}

	// An assistant with a program of its own, on the same state directory.
	command := exec.Command(binary, "serve", "--config", config)
	command.Env = env
	local := connect(&sdk.CommandTransport{Command: command})
	announcement["title"] = "From another program"
	if text, status := local.ask("announce_post", announcement); status != "awaiting_approval" {
		t.Fatalf("%s", text)
	}
	b.open(server + "/approvals")
	b.shows("From another program")
	b.tabTo("#waiting a")
	b.press(kb.Enter)
	b.shows("Your decision")
	b.tabTo("button.main")
	b.press(kb.Enter)
	b.shows("Approved by olga")
	if text, status := local.ask("announce_post", announcement); status != "done" || len(c.posts("From another program")) != 1 {
		t.Errorf("approved in another program: %s", text)
	}
	b.mustBeQuiet()
	for _, secret := range []string{"marias-", "olgas-"} {
		if strings.Contains(p.stderr.String(), secret) {
			t.Errorf("%q is in the log", secret)
		}
	}
}
