package e2e

import (
	"context"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

var secretPattern = regexp.MustCompile(`Sign in with: +[A-Z2-7]{26}`)

// office is a sandboxed server, an assistant that cannot ask anybody, and a
// person at the approvals page.
type office struct {
	*browser
	page, secret string
	session      *sdk.ClientSession
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{browser: newBrowser(t)}
	p := start(t, isolated(t), "serve", "--sandbox", "--toolsets", "all", "--http", "127.0.0.1:0")
	server := p.url()
	line := p.stderr.waitFor(t, secretPattern)
	o.page, o.secret = server+"/approvals", line[len(line)-26:]
	client := sdk.NewClient(&sdk.Implementation{Name: "assistant", Version: "1"}, nil)
	session, err := client.Connect(t.Context(), &sdk.StreamableClientTransport{Endpoint: server + "/mcp"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = session.Close() })
	o.session = session
	return o
}

// ask calls a tool, and returns its answer as text and the status in it.
func (o *office) ask(tool string, arguments map[string]any) (text string, status any) {
	o.t.Helper()
	result, err := o.session.CallTool(o.t.Context(), &sdk.CallToolParams{Name: tool, Arguments: arguments})
	if err != nil {
		o.t.Fatal(err)
	}
	structured, _ := result.StructuredContent.(map[string]any)
	return result.Content[0].(*sdk.TextContent).Text, structured["status"]
}

// waits asks for what a person has to approve, and returns the address where.
func (o *office) waits(tool string, arguments map[string]any) string {
	o.t.Helper()
	text, status := o.ask(tool, arguments)
	at := regexp.MustCompile(regexp.QuoteMeta(o.page) + `/[A-Z2-7]{4}-[A-Z2-7]{4}`).FindString(text)
	if status != "awaiting_approval" || at == "" {
		o.t.Fatalf("%s does not wait for the page: %s", tool, text)
	}
	return at
}

// space is one of the community's spaces.
func (o *office) space() uint64 {
	o.t.Helper()
	text, _ := o.ask("list_spaces", map[string]any{})
	var list struct {
		Items []struct{ ID uint64 }
	}
	if err := json.Unmarshal([]byte(text), &list); err != nil || len(list.Items) == 0 {
		o.t.Fatalf("list_spaces: %v\n%s", err, text)
	}
	return list.Items[0].ID
}

// signIn signs in where the page asks for it.
func (o *office) signIn() {
	o.t.Helper()
	o.signInAs(o.secret, "visitor")
}

func (b *browser) signInAs(secret, name string) {
	b.t.Helper()
	b.tabTo("#secret")
	b.press(secret + kb.Enter)
	b.shows("Signed in as " + name)
}

// joss is a member of the sandbox, and jossName is what they are called.
const (
	joss     = 5100032
	jossName = "Joss Lockwood"
)

func TestApprovalsPageByKeyboard(t *testing.T) {
	o := newOffice(t)
	ban := map[string]any{"member_id": joss, "reason": "spam"}

	o.open(o.page)
	o.tabTo("#secret")
	o.press("not the secret of anybody" + kb.Enter)
	o.shows("That is no approver's secret")
	o.signIn()
	o.shows("Nothing waits")

	eval[int](o.browser, `window.sameDocument = 1`)
	at := o.waits("ban_member", ban)
	o.shows(jossName)
	o.until(`document.getElementById("news").textContent === "Now waiting: Ban member" && document.title.startsWith("(1)") && window.sameDocument === 1`)

	o.tabTo("#waiting a")
	o.press(kb.Enter)
	o.shows("Your decision")
	if here := eval[string](o.browser, `location.href`); here != at {
		t.Errorf("the list leads to %s, the answer to %s", here, at)
	}
	o.tabTo("#typed")
	o.press("Ada" + kb.Enter)
	o.shows("Nothing was approved: what you typed is not what is asked for")
	if focused := eval[string](o.browser, `document.activeElement.id`); focused != "typed" {
		t.Errorf("after a mistake the focus is on %q", focused)
	}
	if text, status := o.ask("ban_member", ban); status != "awaiting_approval" {
		t.Fatalf("after a wrong name: %s", text)
	}
	o.press(" joss   lockwood " + kb.Enter)
	o.shows("Approved by visitor")

	if text, status := o.ask("ban_member", ban); status != "done" {
		t.Fatalf("approved: %s", text)
	}
	o.shows("and used")
	o.until(`document.getElementById("news").textContent.startsWith("Now: Approved by visitor")`)
	if text, status := o.ask("ban_member", ban); status != nil {
		t.Errorf("a second time: %s", text)
	}
	o.tabTo("header button")
	o.press(kb.Enter)
	o.shows("Your secret")
	o.mustBeQuiet()
}

func TestApprovalsPageRejects(t *testing.T) {
	o := newOffice(t)
	announcement := map[string]any{"space_id": o.space(), "title": "Boat shed open day", "description": "<p>On <b>Saturday</b>.</p>"}
	at := o.waits("announce_post", announcement)
	o.open(at)
	o.signIn() // and back to what was asked for
	o.shows("Boat shed open day")
	o.tabTo("#reason")
	o.press("It is on Sunday." + kb.Enter)
	o.shows("Rejected by visitor")
	text, _ := o.ask("announce_post", announcement)
	for _, want := range []string{"rejected", "visitor", "It is on Sunday.", "Nothing was done"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in: %s", want, text)
		}
	}
	o.open(o.page)
	o.shows("It is on Sunday.")

	// What was approved can be taken back until it is used.
	announcement["title"] = "Boat shed closed"
	o.open(o.waits("announce_post", announcement))
	o.tabTo("button.main")
	o.press(kb.Enter)
	o.shows("Approved by visitor")
	o.tabTo("#reason")
	o.press("Changed my mind" + kb.Enter)
	o.shows("Rejected by visitor")
	if text, status := o.ask("announce_post", announcement); status != nil || !strings.Contains(text, "Changed my mind") {
		t.Errorf("taken back: %s", text)
	}
	o.mustBeQuiet()
}

// TestApprovalsPageWithoutScript: deciding needs no JavaScript.
func TestApprovalsPageWithoutScript(t *testing.T) {
	o := newOffice(t)
	o.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	}))
	ban := map[string]any{"member_id": joss}
	o.open(o.waits("ban_member", ban))
	o.signIn()
	o.shows(" UTC") // the script would show the time of here
	o.tabTo("#typed")
	o.press(jossName + kb.Enter)
	o.shows("Approved by visitor")
	if text, status := o.ask("ban_member", ban); status != "done" {
		t.Errorf("%s", text)
	}
	o.mustBeQuiet()
}

func TestMembersCannotSpoofTheApprovalsPage(t *testing.T) {
	o := newOffice(t)
	hostile := map[string]any{
		"member_id":  joss,
		"first_name": `<script>document.title="owned"</script><img src=x onerror=alert(1)>`,
		"last_name":  "\u202eevorppA\u2066 \n\n# Approved\n\n**Nothing to decide** </bdi></q></dd></dl><h1>Approved</h1>",
	}
	if text, status := o.ask("update_member", hostile); status != "done" {
		t.Fatalf("update_member: %s", text)
	}
	o.open(o.page)
	o.signIn()
	eval[int](o.browser, `window.sameDocument = 1`)
	at := o.waits("ban_member", map[string]any{"member_id": joss, "reason": "</script><style>main{display:none}</style>{{.}}\n- e-mail: ada@example.com"})
	o.shows("Ban member")
	harmless := func(where, named string) { // a list shows the beginning of a name
		t.Helper()
		type seen struct {
			Elements, Headings, Outside, Lines int
			Title, Text                        string
		}
		got := eval[seen](o.browser, `({
			Elements: document.querySelectorAll("main script, main img, main style, main q h1, main q a").length,
			Headings: document.querySelectorAll("main h1").length,
			Outside: Array.from(document.querySelectorAll("q.written > bdi[dir=auto]")).filter((e) => getComputedStyle(e).unicodeBidi !== "isolate" && getComputedStyle(e).unicodeBidi !== "plaintext").length,
			Lines: Array.from(document.querySelectorAll("q.written")).filter((e) => /[\n\u202e\u2066]/.test(e.textContent)).length,
			Title: document.title, Text: Array.from(document.querySelectorAll("q.written")).map((e) => e.textContent).join(" | ")})`)
		if got.Elements != 0 || got.Headings != 1 || got.Outside != 0 || got.Lines != 0 || strings.Contains(got.Title, "owned") {
			t.Errorf("%s: %+v", where, got)
		}
		if !strings.Contains(got.Text, named) {
			t.Errorf("%s: the name is not in the quotes: %s", where, got.Text)
		}
	}
	harmless("the list, as the script shows it", `<script>document.title="owned"</script>`)
	o.until(`window.sameDocument === 1`)
	o.open(o.page)
	harmless("the list, as the server shows it", `<script>document.title="owned"</script>`)
	o.open(at)
	harmless("the approval", "# Approved")
	o.mustBeQuiet()
}
