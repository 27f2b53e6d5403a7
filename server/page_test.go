package server

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/config"
)

const (
	olgasSecret  = "olgas-secret-2718-abcdef"
	mariasSecret = "marias-secret-3141-abcdef"
)

// approvers are olga, and maria, who is a caller too.
func approvers(secret string) (config.Approver, bool) {
	known := map[string]config.Approver{olgasSecret: {Name: "olga"}, mariasSecret: {Name: "maria"}}
	approver, ok := known[secret]
	return approver, ok
}

func withPage(s *setup) { s.options.Callers, s.options.Approvers = team, approvers }

// visitor is a browser as the page sees it.
type visitor struct {
	*rawHTTP
	cookie string
}

func (w *world) visitor() *visitor { return &visitor{rawHTTP: w.rawHTTP()} }

// get opens a page, and post sends a form, from the page itself.
func (v *visitor) get(path string, change ...func(*http.Request)) answered {
	v.t.Helper()
	return v.browse("GET", path, nil, change...)
}

func (v *visitor) post(path string, form url.Values, change ...func(*http.Request)) answered {
	v.t.Helper()
	return v.browse("POST", path, form, change...)
}

func (v *visitor) browse(method, path string, form url.Values, change ...func(*http.Request)) answered {
	v.t.Helper()
	v.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	got := v.do(method, path, form.Encode(), append([]func(*http.Request){func(r *http.Request) {
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		if method == "POST" {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		if v.cookie != "" {
			r.Header.Set("Cookie", v.cookie)
		}
	}}, change...)...)
	if set := got.header.Get("Set-Cookie"); set != "" {
		v.cookie, _, _ = strings.Cut(set, ";")
	}
	return got
}

func (v *visitor) signIn(secret string) answered {
	v.t.Helper()
	return v.post("/approvals/sign-in", url.Values{"secret": {secret}})
}

var markPattern = regexp.MustCompile(`name="form" value="([A-Z2-7]+)"`)

// mark is the mark of the forms that the page makes.
func (v *visitor) mark() string {
	v.t.Helper()
	found := markPattern.FindStringSubmatch(v.get("/approvals").body)
	if found == nil {
		v.t.Fatal("nobody has signed in")
	}
	return found[1]
}

// decide sends the form of a decision.
func (v *visitor) decide(code, decision string, more url.Values) answered {
	v.t.Helper()
	form := url.Values{"form": {v.mark()}}
	for name, values := range more {
		form[name] = values
	}
	return v.post("/approvals/"+code+"/"+decision, form)
}

var codePattern = regexp.MustCompile(`[A-Z2-7]{4}-[A-Z2-7]{4}`)

// waits has somebody ask for a ban, and returns the code of the approval.
func (w *world) waits(caller *rawHTTP) string {
	w.t.Helper()
	got := caller.callModern("ban_member", w.banParams(), canNone).last()
	code := codePattern.FindString(got.text())
	if got.status() != "awaiting_approval" || code == "" {
		w.t.Fatalf("%+v", got)
	}
	return code
}

// name is what has to be typed to ban the spammer.
func (w *world) name() url.Values {
	return url.Values{"typed": {w.yes()["content"].(map[string]any)["type_to_approve"].(string)}}
}

func TestThePageIsThereForApproversOnly(t *testing.T) {
	without := newWorld(t).visitor()
	wantStatus(t, "no approvers", without.get("/approvals"), http.StatusNotFound)
	w := newWorld(t, withPage)
	v := w.visitor()
	wantStatus(t, "a caller's token", v.signIn(mariasToken), http.StatusUnauthorized)
	wantStatus(t, "a caller's token as a header", v.get("/approvals", as(mariasToken)), http.StatusOK)
	if got := v.get("/approvals", as(mariasToken)); !strings.Contains(got.body, `id="secret"`) {
		t.Errorf("a caller's token opens the page: %s", got.body)
	}
	wantStatus(t, "an approver's secret at the tools", doors()["POST /mcp"](v.rawHTTP, as(olgasSecret)), http.StatusUnauthorized)
	wantStatus(t, "an approver", v.signIn(olgasSecret), http.StatusSeeOther)
	mustContain(t, v.get("/approvals").body, "Signed in as <bdi>olga</bdi>", "Nothing waits")
	wantStatus(t, "a visit at the tools", doors()["POST /mcp"](v.rawHTTP, header("Cookie", v.cookie)), http.StatusUnauthorized)
	for _, secret := range []string{olgasSecret, mariasToken, "Bearer"} {
		if w.logged(secret) {
			t.Errorf("%q is in the log", secret)
		}
	}
}

func TestThePageSendsStrictHeaders(t *testing.T) {
	w := newWorld(t, withPage)
	v := w.visitor()
	pages := map[string]answered{
		"sign-in": v.get("/approvals"), "foreign": v.post("/approvals/sign-in", nil, header("Sec-Fetch-Site", "cross-site")),
		"signed in": v.signIn(olgasSecret), "list": v.get("/approvals"), "gone": v.get("/approvals/AAAA-AAAA"), "nothing": v.get("/approvals/a/b"),
	}
	for name, got := range pages {
		for field, want := range map[string]string{
			"X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Access-Control-Allow-Origin": "",
		} {
			if got.header.Get(field) != want {
				t.Errorf("%s: %s: %q, want %q", name, field, got.header.Get(field), want)
			}
		}
		policy := got.header.Get("Content-Security-Policy")
		mustContain(t, policy, "default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'", "require-trusted-types-for 'script'")
		if strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") || strings.Contains(policy, "http") {
			t.Errorf("%s: %s", name, policy)
		}
	}
	cookie := pages["signed in"].header.Get("Set-Cookie")
	mustContain(t, cookie, "Path=/approvals", "HttpOnly", "SameSite=Strict")
	if strings.Contains(cookie, "Secure") || strings.Contains(cookie, "Domain") {
		t.Errorf("on plain loopback: %s", cookie)
	}
	proxied := newWorld(t, withPage, func(s *setup) { s.options.BehindProxy = true }).visitor()
	mustContain(t, proxied.signIn(olgasSecret).header.Get("Set-Cookie"), "Secure")
}

func TestOnlyThePageItselfDecides(t *testing.T) {
	w := newWorld(t, withPage)
	maria := w.rawHTTP().as(t, mariasToken)
	code, v := w.waits(maria), w.visitor()
	v.signIn(olgasSecret)
	approve := func(form url.Values, change ...func(*http.Request)) answered {
		return v.post("/approvals/"+code+"/approve", form, change...)
	}
	right := w.name()
	right.Set("form", v.mark())
	with := func(name, value string) url.Values {
		form := url.Values{}
		for k, values := range right {
			form[k] = values
		}
		form.Set(name, value)
		return form
	}
	none := func(r *http.Request) { r.Header.Del("Sec-Fetch-Site") }
	for name, got := range map[string]answered{
		"no mark":              approve(w.name()),
		"another mark":         approve(with("form", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")),
		"mark cut":             approve(with("form", right.Get("form")[:25])),
		"another site":         approve(right, header("Sec-Fetch-Site", "cross-site")),
		"another port":         approve(right, header("Sec-Fetch-Site", "same-site"), header("Origin", "null")),
		"foreign origin":       approve(right, none, header("Origin", "http://127.0.0.1:3000")),
		"hidden origin":        approve(right, none, header("Origin", "null")),
		"nothing said":         approve(right, none),
		"listed for the tools": approve(right, header("Origin", "https://app.example")),
		"another host":         approve(right, host("evil.example")),
		"two origins":          approve(right, func(r *http.Request) { r.Header["Origin"] = []string{v.url, v.url} }),
	} {
		wantStatus(t, name, got, http.StatusForbidden)
	}
	wantStatus(t, "a plain link", v.get("/approvals/"+code+"/approve?"+right.Encode()), http.StatusNotFound)
	wantStatus(t, "the mark in the address", v.post("/approvals/"+code+"/approve?"+right.Encode(), nil), http.StatusForbidden)
	wantStatus(t, "no visit", w.visitor().post("/approvals/"+code+"/approve", right), http.StatusUnauthorized)
	other := w.visitor()
	other.signIn(mariasSecret)
	wantStatus(t, "the mark of another visit", other.post("/approvals/"+code+"/approve", right), http.StatusForbidden)
	for _, dest := range []string{"iframe", "frame", "embed", "object", "image", "script"} {
		got := v.get("/approvals", header("Sec-Fetch-Dest", dest))
		wantStatus(t, dest, got, http.StatusForbidden)
	}
	got := v.get("/approvals/"+code, header("Sec-Fetch-Site", "cross-site"), header("Sec-Fetch-Dest", "document"))
	if wantStatus(t, "a link elsewhere", got, http.StatusForbidden); strings.Contains(got.body, "olga") {
		t.Error("a page that was opened from elsewhere shows who has signed in")
	}
	if got := maria.callModern("ban_member", w.banParams(), canNone).last(); got.status() != "awaiting_approval" || w.sandbox.IsBanned(w.spammer()) {
		t.Fatalf("decided by somebody else: %+v", got)
	}
	wantStatus(t, "the page itself", approve(right, none, header("Origin", v.url)), http.StatusSeeOther)
	if got := maria.callModern("ban_member", w.banParams(), canNone).last(); got.status() != "done" || !w.sandbox.IsBanned(w.spammer()) {
		t.Errorf("%+v", got)
	}
}

// TestRowsCanBeToldApart: whoever decides about nine of a kind must see which is
// which.
func TestRowsCanBeToldApart(t *testing.T) {
	w := newWorld(t, withPage)
	post := w.sandbox.Notable().CommentedPost
	w.sandbox.SetPost(post, "Cheap <b>watches</b>", "<p>Buy</p>")
	got := w.rawHTTP().as(t, mariasToken).callModern("delete_post", callParams("delete_post", map[string]any{"post_id": post}), canNone).last()
	if got.status() != "awaiting_approval" {
		t.Fatalf("%+v", got)
	}
	v := w.visitor()
	v.signIn(olgasSecret)
	mustContain(t, v.get("/approvals").body,
		`<span class="label">title</span> <q class="written"><bdi dir="auto">Cheap &lt;b&gt;watches`, `<span class="label">author</span> <q class="written">`, fmt.Sprint(post))
}

// TestAChangeIsToldOnThePageAndToTheModel: who approves again sees what is
// different, and the assistant is told why it has to wait again.
func TestAChangeIsToldOnThePageAndToTheModel(t *testing.T) {
	w := newWorld(t, withPage)
	post := w.sandbox.Notable().CommentedPost
	w.sandbox.SetPost(post, "Old", "<p>Text</p>")
	maria := w.rawHTTP().as(t, mariasToken)
	ask := func() (code string, got frame) {
		got = maria.callModern("delete_post", callParams("delete_post", map[string]any{"post_id": post}), canNone).last()
		if got.status() != "awaiting_approval" {
			t.Fatalf("%+v", got)
		}
		return codePattern.FindString(got.text()), got
	}
	first, _ := ask()
	v := w.visitor()
	v.signIn(olgasSecret)
	wantStatus(t, "approve", v.decide(first, "approve", nil), http.StatusSeeOther)
	w.sandbox.SetPost(post, "New <i>", "<p>Text</p>")
	second, got := ask()
	said := "The approval " + first + " no longer counts, because this changed since it was shown: title (from \\\"Old\\\" to \\\"New < i>\\\")."
	mustContain(t, got.text(), said, `"changed":["title (from \"Old\" to \"New < i>\")"]`)
	mustContain(t, v.get("/approvals/"+second).body, `<bdi>title</bdi> <span class="label">was</span> <q class="written"><bdi dir="auto">Old</bdi></q> <span class="label">is now</span> <q class="written"><bdi dir="auto">New &lt;i&gt;`)
}

// TestARejectionCanBeTakenBack: a person changes their mind, and is asked anew.
func TestARejectionCanBeTakenBack(t *testing.T) {
	watch := newClock()
	w := newWorld(t, withPage, func(s *setup) { s.options.Now = watch.now })
	maria, v := w.rawHTTP().as(t, mariasToken), w.visitor()
	v.signIn(olgasSecret)
	code := w.waits(maria)
	wantStatus(t, "taking back what nobody rejected", v.decide(code, "reopen", nil), http.StatusConflict)
	wantStatus(t, "reject", v.decide(code, "reject", nil), http.StatusSeeOther)
	got := maria.callModern("ban_member", w.banParams(), canNone).last()
	mustContain(t, got.text(), "It stays rejected until 20", "mcp-mighty approvals reopen "+code)
	mustContain(t, v.get("/approvals").body, "Look at it, or take it back")
	mustContain(t, v.get("/approvals/"+code).body, `action="/approvals/`+code+`/reopen"`, "Take the rejection back")
	wantStatus(t, "reopen", v.decide(code, "reopen", nil), http.StatusSeeOther)
	mustContain(t, v.get("/approvals/"+code).body, "Rejected, and taken back by <bdi>olga</bdi>")
	wantStatus(t, "approving the old one", v.decide(code, "approve", w.name()), http.StatusConflict)
	again := w.waits(maria)
	if again == code {
		t.Error("the old question stands")
	}
	wantStatus(t, "reject", v.decide(again, "reject", nil), http.StatusSeeOther)
	watch.wind(11 * time.Minute)
	if body := v.get("/approvals").body; strings.Contains(body, "take it back") || !strings.Contains(body, "Rejected by") {
		t.Errorf("a rejection whose time is up: %s", body)
	}
}

func TestVisitsEnd(t *testing.T) {
	watch := newClock()
	w := newWorld(t, withPage, func(s *setup) { s.options.Now = watch.now })
	in := func(v *visitor) bool {
		return strings.Contains(v.get("/approvals", header(newsHeader, "1")).body, "Signed in as")
	}
	v := w.visitor()
	v.signIn(olgasSecret)
	watch.wind(visitIdle - time.Minute)
	v.get("/approvals")
	watch.wind(visitIdle - time.Minute)
	if !in(v) {
		t.Error("a visit ended although somebody was there")
	}
	watch.wind(time.Minute)
	if in(v) {
		t.Error("the page's own questions kept a visit going")
	}
	v.signIn(olgasSecret)
	for range visitMost / visitIdle * 2 {
		watch.wind(visitIdle / 2)
		v.get("/approvals")
	}
	if in(v) {
		t.Error("a visit goes on for ever")
	}

	v.signIn(olgasSecret)
	old := v.cookie
	v.signIn(olgasSecret)
	if in(&visitor{v.rawHTTP, old}) {
		t.Error("signing in again leaves the old visit behind")
	}
	form := url.Values{"form": {v.mark()}}
	stolen := v.cookie
	wantStatus(t, "sign out", v.post("/approvals/sign-out", form), http.StatusSeeOther)
	if in(&visitor{v.rawHTTP, stolen}) {
		t.Error("a visit goes on after its end")
	}
	first := w.visitor()
	first.signIn(olgasSecret)
	for range maxVisitsEach {
		watch.wind(time.Second)
		w.visitor().signIn(olgasSecret)
	}
	if in(first) {
		t.Error("there are more visits than there may be")
	}
}

func TestGuessingSecretsIsSlow(t *testing.T) {
	watch := newClock()
	w := newWorld(t, withPage, func(s *setup) { s.options.Now = watch.now })
	v := w.visitor()
	for i := range attemptsAtOnce {
		wantStatus(t, "a guess", v.signIn(strings.Repeat("x", 20+i)), http.StatusUnauthorized)
	}
	got := v.signIn(olgasSecret)
	wantStatus(t, "the right one, too soon", got, http.StatusTooManyRequests)
	mustContain(t, got.body, "Wait 6 seconds")
	wantStatus(t, "tokens are another matter", doors()["POST /mcp"](v.rawHTTP, as(mariasToken)), http.StatusOK)
	watch.wind(attemptsEvery)
	wantStatus(t, "the right one", v.signIn(olgasSecret), http.StatusSeeOther)
}

func TestTwoPeopleAreTwo(t *testing.T) {
	w := newWorld(t, withPage, func(s *setup) {
		s.policy.Rules = []config.Rule{{Tools: []string{"ban_member"}, Is: config.TwoPeople}}
	})
	asker := w.rawHTTP().as(t, mariasToken)
	code := w.waits(asker)
	maria, olga := w.visitor(), w.visitor()
	maria.signIn(mariasSecret)
	olga.signIn(olgasSecret)
	mustContain(t, maria.get("/approvals/"+code).body, "You asked for this yourself")
	got := maria.decide(code, "approve", w.name())
	wantStatus(t, "the asker", got, http.StatusForbidden)
	mustContain(t, got.body, "Nothing was approved", "Another approver")
	if got := asker.callModern("ban_member", w.banParams(), canNone).last(); got.status() != "awaiting_approval" {
		t.Fatalf("%+v", got)
	}
	wantStatus(t, "another", olga.decide(code, "approve", w.name()), http.StatusSeeOther)
	if got := asker.callModern("ban_member", w.banParams(), canNone).last(); got.status() != "done" {
		t.Errorf("%+v", got)
	}
}

func TestDecisionsThatComeTooLateSaySo(t *testing.T) {
	watch := newClock()
	w := newWorld(t, withPage, func(s *setup) { s.options.Now = watch.now })
	maria, v := w.rawHTTP().as(t, mariasToken), w.visitor()
	v.signIn(olgasSecret)
	code := w.waits(maria)
	wantStatus(t, "reject", v.decide(code, "reject", url.Values{"reason": {"Not <b>them</b>."}}), http.StatusSeeOther)
	mustContain(t, v.get("/approvals/"+code).body, "Rejected by <bdi>olga</bdi>", "Not &lt;b&gt;them&lt;/b&gt;.")
	wantStatus(t, "the same once more", v.decide(code, "reject", nil), http.StatusSeeOther)
	got := v.decide(code, "approve", w.name())
	wantStatus(t, "after that", got, http.StatusConflict)
	mustContain(t, got.body, "too late and changed nothing", "Rejected by")
	watch.wind(11 * time.Minute)
	got = v.decide(code, "approve", w.name())
	wantStatus(t, "after its time", got, http.StatusNotFound)
	wantStatus(t, "a look after its time", v.get("/approvals/"+code), http.StatusNotFound)
	code = w.waits(maria)
	watch.wind(11 * time.Minute)
	mustContain(t, v.get("/approvals").body, "Nothing waits", "Expired", code)
	if w.sandbox.IsBanned(w.spammer()) {
		t.Error("banned")
	}
}

func TestWhatWasAskedWithAnotherKeyIsNotApproved(t *testing.T) {
	w := newWorld(t, withPage)
	code := w.waits(w.rawHTTP().as(t, mariasToken))
	w.deskKey = func() ([]byte, error) { return []byte(strings.Repeat("another key ", 3)), nil }
	v := w.visitor()
	v.signIn(olgasSecret)
	mustContain(t, v.get("/approvals").body, "Cannot be approved", code)
	if got := v.get("/approvals/" + code); strings.Contains(got.body, "/approve\"") || !strings.Contains(got.body, "It cannot be approved") {
		t.Errorf("%s", got.body)
	}
	got := v.decide(code, "approve", w.name())
	wantStatus(t, "approve", got, http.StatusConflict)
	mustContain(t, got.body, "Nothing was approved")
	wantStatus(t, "reject", v.decide(code, "reject", nil), http.StatusSeeOther)
	mustContain(t, v.get("/approvals").body, "Nothing waits", "Rejected by")
}

func TestThePageSaysWhenItCannotRead(t *testing.T) {
	w := newWorld(t, withPage)
	w.waits(w.rawHTTP().as(t, mariasToken))
	v := w.visitor()
	v.signIn(olgasSecret)
	w.deskKey = func() ([]byte, error) { return nil, errors.New("the disk is on fire") }
	got := v.get("/approvals")
	wantStatus(t, "no key", got, http.StatusInternalServerError)
	mustContain(t, got.body, "The approvals cannot be read", "Nothing was decided", "mcp-mighty doctor")
	if strings.Contains(got.body, "on fire") || !w.logged("on fire") {
		t.Errorf("the error belongs in the log: %s", got.body)
	}
}

func TestThePageTakesNoLongForms(t *testing.T) {
	w := newWorld(t, withPage)
	v := w.visitor()
	wantStatus(t, "a long form", v.signIn(strings.Repeat("x", maxForm)), http.StatusBadRequest)
	if v.cookie != "" {
		t.Error("signed in")
	}
}
