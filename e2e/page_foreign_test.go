package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// TestForeignPagesCannotDecide has a page on another port of the same machine,
// to whose requests browsers add our cookie, try all that it can; it even
// knows the mark of the form.
func TestForeignPagesCannotDecide(t *testing.T) {
	o := newOffice(t)
	post := map[string]any{"space_id": o.space(), "title": "Boat shed open day"}
	at := o.waits("announce_post", post)
	o.open(at)
	o.signIn()
	mark := eval[string](o.browser, `document.querySelector("input[name=form]").value`)
	o.mustBeQuiet()

	foreign := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		switch r.URL.Path {
		case "/form":
			policy := r.URL.Query().Get("policy")
			fmt.Fprintf(w, `<meta name="referrer" content="%s"><form method="post" action="%s/approve"><input name="form" value="%s"><button autofocus>Win a boat</button></form>`, policy, at, mark)
		case "/frame":
			fmt.Fprintf(w, `<iframe src="%s"></iframe>`, at)
		case "/link":
			fmt.Fprintf(w, `<a href="%s" autofocus>What waits</a>`, at)
		}
	}))
	t.Cleanup(foreign.Close)

	for _, policy := range []string{"no-referrer", "unsafe-url"} {
		o.open(foreign.URL + "/form?policy=" + policy)
		o.tabTo("button")
		o.press(kb.Enter)
		o.shows("This form was not sent by the approvals page itself")
	}
	// The page of the form asks in the background.
	o.open(foreign.URL + "/form")
	for _, request := range []string{
		`fetch(%q + "/approve", {method: "POST", mode: "no-cors", credentials: "include", body: new URLSearchParams({form: %q})}).then(() => true, () => true)`,
		`fetch(%q, {credentials: "include"}).then((r) => r.text()).then((t) => t.includes(%q), () => false)`,
	} {
		got := eval[bool](o.browser, fmt.Sprintf(request, at, mark))
		if strings.Contains(request, "r.text") && got {
			t.Error("a foreign page reads the approvals page")
		}
	}
	o.complained()
	o.open(foreign.URL + "/frame")
	o.until(`document.querySelector("iframe") !== null`)
	framed := ""
	o.eventually(func() bool { framed += strings.Join(o.complained(), "\n"); return framed != "" })
	if !strings.Contains(framed, "frame-ancestors") && !strings.Contains(framed, "X-Frame-Options") {
		t.Errorf("the console says of a frame: %q", framed)
	}
	if text, status := o.ask("announce_post", post); status != "awaiting_approval" {
		t.Fatalf("a foreign page decided: %s", text)
	}

	// A person who follows a link arrives after one more step.
	o.open(foreign.URL + "/link")
	o.tabTo("a")
	o.press(kb.Enter)
	o.shows("Opened from another site")
	o.tabTo("main a")
	o.press(kb.Enter)
	o.shows("Signed in as visitor")
}

// TestApprovalsPageIsReadable looks at every text in both schemes, and at the
// width of a phone.
func TestApprovalsPageIsReadable(t *testing.T) {
	o := newOffice(t)
	o.open(o.page)
	o.readable("sign-in")
	o.signIn()
	o.readable("empty")
	at := o.waits("ban_member", map[string]any{"member_id": joss, "reason": strings.Repeat("averyveryverylongword", 12)})
	o.waits("announce_post", map[string]any{"space_id": o.space(), "title": "Boat shed open day"})
	o.shows("Boat shed")
	o.readable("list")
	o.open(at)
	o.readable("approval")
	o.tabTo("#typed")
	o.press("x" + kb.Enter)
	o.shows("Nothing was approved")
	o.readable("mistake")
	o.tabTo("#reason")
	o.press("No." + kb.Enter)
	o.shows("Rejected by visitor")
	o.readable("rejected")
	o.open(o.page + "/AAAA-AAAA")
	o.readable("gone")
	o.mustBeQuiet()
}

// poor lists texts whose contrast with their ground is below 4.5, and controls
// without a name.
const poor = `(() => {
	const channels = (css) => (css.match(/[\d.]+/g) ?? []).map(Number);
	const light = (css) => {
		const [r, g, b] = channels(css).map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	};
	const ground = (e) => {
		for (; e; e = e.parentElement) {
			const css = getComputedStyle(e).backgroundColor;
			if (channels(css)[3] !== 0) return css;
		}
		return "rgb(255, 255, 255)";
	};
	const found = [];
	for (const e of document.body.querySelectorAll("*")) {
		const named = e.labels?.length || e.textContent.trim() || e.type === "hidden" || e.hidden;
		if (e.matches("input, button, a") && !named) found.push("no name: " + e.outerHTML);
		if (!Array.from(e.childNodes).some((n) => n.nodeType === 3 && n.data.trim()) || e.matches("script, style")) continue;
		const [a, b] = [light(getComputedStyle(e).color), light(ground(e))];
		const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
		if (contrast < 4.5) found.push(contrast.toFixed(1) + ": " + e.textContent.trim().slice(0, 40));
	}
	for (const role of ["main", "header", "h1"]) if (document.querySelectorAll(role).length !== 1) found.push("not one " + role);
	if (document.documentElement.scrollWidth > innerWidth) found.push("wider than the window: " + document.documentElement.scrollWidth);
	return found;
})()`

func (o *office) readable(what string) {
	o.t.Helper()
	for _, scheme := range []string{"light", "dark"} {
		o.window(360, 740, scheme)
		if found := eval[[]string](o.browser, poor); len(found) > 0 {
			o.t.Errorf("%s, %s: %q", what, scheme, found)
		}
	}
}
