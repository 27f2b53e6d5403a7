package server

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/mcp-mighty/mcp-mighty/config"
)

// namesakes are approvers whose names read like that of a caller, and one
// without a name. The configuration takes none of them; the page must not
// depend on that.
var namesakes = map[string]string{
	"secret of who asked, in other case":       "MARIA",
	"secret of who asked, with what is unseen": "mar\u200bia",
	"secret of who asked, with spaces":         " maria\u00a0",
	"secret of nobody whom it knows by name":   "",
}

func pageGroup() wireGroup {
	watch := newClock()
	change := func(s *setup) {
		s.options.Callers, s.options.Now = team, watch.now
		s.options.Approvers = func(secret string) (config.Approver, bool) {
			if name, known := namesakes[secret]; known {
				return config.Approver{Name: name}, true
			}
			return approvers(secret)
		}
		s.policy.Rules = []config.Rule{{Tools: []string{"delete_member"}, Is: config.TwoPeople}}
	}
	return wireGroup{"page", []func(*setup){change}, slices.Concat(
		pageSecretAttacks(watch), pageVisitAttacks(watch), pageFormAttacks(watch), pageOriginAttacks(watch), pageMethodAttacks(watch),
		pageBodyAttacks(watch), pageTypedAttacks(watch), pageLateAttacks(watch), pagePeopleAttacks(watch), pageMarkupAttacks(watch),
	)}
}

// hall is where a case about the approvals page begins: maria's assistant has
// asked for a ban, and olga has signed in and has its form before her.
type hall struct {
	*wireSiege
	watch *clock
	maria *rawHTTP
	olga  *visitor
	code  string
	form  url.Values
}

// enter begins a case, long after the one before: what that one left has
// expired by now.
func enter(s *wireSiege, watch *clock) *hall {
	s.t.Helper()
	watch.wind(48 * time.Hour)
	h := &hall{wireSiege: s, watch: watch, maria: s.web.as(s.t, mariasToken), olga: s.visitor()}
	h.code = s.world.waits(h.maria)
	h.form = h.signedIn(h.olga)
	return h
}

// signedIn has olga sign in, and returns the form with which she would approve
// the ban.
func (h *hall) signedIn(v *visitor) url.Values {
	h.t.Helper()
	wantStatus(h.t, "sign in", v.signIn(olgasSecret), http.StatusSeeOther)
	form := h.name()
	form.Set("form", v.mark())
	return form
}

// to is the path of a decision about the ban.
func (h *hall) to(decision string) string { return pagePath + "/" + h.code + "/" + decision }

// altered is olga's form with another value in a field.
func (h *hall) altered(field string, values ...string) url.Values {
	form := url.Values{}
	for name, as := range h.form {
		form[name] = as
	}
	form[field] = values
	return form
}

// stranger is a browser in which nobody has signed in.
func (h *hall) stranger() *visitor { return h.visitor() }

// atPage is a case in which nothing must be decided. Afterwards the ban still
// waits, and olga can decide about it.
func atPage(watch *clock, name string, try func(h *hall)) wireAttack {
	return wireAttack{name, func(s *wireSiege) {
		h := enter(s, watch)
		try(h)
		h.undecided()
		h.decides()
	}}
}

// undecided wants the ban to wait as before.
func (h *hall) undecided() {
	h.t.Helper()
	got := h.maria.callModern("ban_member", h.banParams(), canNone).last()
	h.waits(got)
	if !strings.Contains(got.text(), h.code) {
		h.t.Errorf("%s does not wait any more: %s", h.code, got.text())
	}
}

// decides has olga approve the ban, in a browser of her own, and take that back
// before the assistant calls again.
func (h *hall) decides() {
	h.t.Helper()
	olga := h.visitor()
	form := h.signedIn(olga)
	wantStatus(h.t, "approve", olga.post(h.to("approve"), form), http.StatusSeeOther)
	mustContain(h.t, olga.get(pagePath+"/"+h.code).body, "Approved by <bdi>olga</bdi>", "not used yet")
	wantStatus(h.t, "take it back", olga.post(h.to("reject"), form), http.StatusSeeOther)
	h.refused(h.maria.callModern("ban_member", h.banParams(), canNone).last())
}

// both tries to approve and to reject in the same wrong way.
func both(watch *clock, name string, send func(h *hall, path string) answered, statuses ...int) wireAttack {
	return atPage(watch, name, func(h *hall) {
		h.shut(send(h, h.to("reject")), statuses...)
		h.shut(send(h, h.to("approve")), statuses...)
	})
}

// pageSecretAttacks try to sign in with what is no approver's secret, and
// where none belongs.
func pageSecretAttacks(watch *clock) []wireAttack {
	var attacks []wireAttack
	for _, try := range []struct{ name, secret string }{
		{"a caller's token", mariasToken}, {"nothing", ""}, {"the name", "olga"}, {"most of the secret", olgasSecret[:len(olgasSecret)-1]},
		{"more than the secret", olgasSecret + "x"}, {"the secret in other case", strings.ToUpper(olgasSecret)}, {"the secret and a space", olgasSecret + " "},
		{"the secret and a zero", olgasSecret + "\x00"}, {"a pattern", "%"}, {"a quote", "' OR ''='"},
	} {
		attacks = append(attacks, atPage(watch, "signing in with "+try.name, func(h *hall) {
			v, secret := h.stranger(), try.secret
			h.shut(v.signIn(secret), http.StatusUnauthorized)
			h.shut(v.post(h.to("approve"), h.form), http.StatusUnauthorized)
			if v.cookie != "" {
				h.t.Errorf("a visit began: %s", v.cookie)
			}
		}))
	}
	unsigned := func(name string, change func(h *hall, r *http.Request)) wireAttack {
		return both(watch, name, func(h *hall, path string) answered {
			return h.stranger().post(path, h.form, func(r *http.Request) { change(h, r) })
		}, http.StatusUnauthorized)
	}
	return append(attacks,
		unsigned("a caller's token in the header", func(_ *hall, r *http.Request) { as(mariasToken)(r) }),
		unsigned("a secret in the header", func(_ *hall, r *http.Request) { as(olgasSecret)(r) }),
		unsigned("a name and a secret in the header", func(_ *hall, r *http.Request) { r.SetBasicAuth("olga", olgasSecret) }),
		unsigned("a secret in the address of a decision", func(_ *hall, r *http.Request) { r.URL.RawQuery = "secret=" + olgasSecret }),
		unsigned("a secret in a cookie", func(_ *hall, r *http.Request) { header("Cookie", cookieName+"="+olgasSecret)(r) }),
		atPage(watch, "a secret in the address of the sign-in", func(h *hall) {
			v := h.stranger()
			h.shut(v.post(pagePath+"/sign-in?secret="+olgasSecret, nil), http.StatusUnauthorized)
			h.shut(v.get(pagePath+"/sign-in?secret="+olgasSecret), http.StatusOK, http.StatusNotFound)
			h.shut(v.post(h.to("approve"), h.form), http.StatusUnauthorized)
			if h.logged(olgasSecret) {
				h.t.Error("the log has the secret")
			}
		}),
		atPage(watch, "a secret in JSON", func(h *hall) {
			h.shut(h.stranger().do("POST", pagePath+"/sign-in", `{"secret":"`+olgasSecret+`"}`, header("Sec-Fetch-Site", "same-origin")), http.StatusUnauthorized)
		}),
		atPage(watch, "two secrets, a wrong one first", func(h *hall) {
			h.shut(h.stranger().post(pagePath+"/sign-in", url.Values{"secret": {"x", olgasSecret}}), http.StatusUnauthorized)
		}),
		atPage(watch, "signing somebody in from another page", func(h *hall) {
			v := h.stranger()
			h.shut(v.post(pagePath+"/sign-in", url.Values{"secret": {mariasSecret}}, header("Sec-Fetch-Site", "same-site"), header("Origin", "http://127.0.0.1:3000")), http.StatusForbidden)
			if v.cookie != "" {
				h.t.Error("signed in")
			}
		}),
		atPage(watch, "a secret at the tools", func(h *hall) {
			h.shut(h.web.do("POST", "/mcp", message(1, "tools/call", modern(h.banParams(), canNone)), modernHeaders("tools/call", "ban_member"), as(olgasSecret)), http.StatusUnauthorized)
			h.shut(h.web.do("POST", "/mcp", message(1, "tools/call", modern(h.banParams(), canNone)), modernHeaders("tools/call", "ban_member"), header("Cookie", h.olga.cookie)), http.StatusUnauthorized)
		}),
		atPage(watch, "guesses until one is right", func(h *hall) { h.guess(func(int, *http.Request) {}) }),
		atPage(watch, "guesses under many addresses", func(h *hall) {
			h.guess(func(i int, r *http.Request) {
				for _, name := range []string{"X-Forwarded-For", "X-Real-IP", "Forwarded"} {
					r.Header.Set(name, "203.0.113."+string(rune('0'+i%10)))
				}
			})
		}),
		atPage(watch, "a sign-in that leads elsewhere", func(h *hall) {
			for _, then := range []string{"//evil.example", "https://evil.example/", "/\\evil.example", "..//evil.example", "%2f%2fevil.example", "\r\nSet-Cookie: x=y", "x?form=y", h.code + "/approve"} {
				got := h.stranger().post(pagePath+"/sign-in", url.Values{"secret": {olgasSecret}, "then": {then}})
				to, err := url.Parse(got.header.Get("Location"))
				if err != nil || to.Host != "" || to.Scheme != "" || to.RawQuery != "" || strings.Count(to.EscapedPath(), "/") != 2 || !strings.HasPrefix(to.EscapedPath(), pagePath+"/") || len(got.header.Values("Set-Cookie")) != 1 {
					h.t.Errorf("%q leads to %q, %v", then, got.header.Get("Location"), got.header.Values("Set-Cookie"))
				}
			}
		}),
	)
}

// guess tries wrong secrets until the page looks at none, and then the right
// one.
func (h *hall) guess(change func(i int, r *http.Request)) {
	h.t.Helper()
	v := h.stranger()
	guess := func(i int, secret string) answered {
		return v.post(pagePath+"/sign-in", url.Values{"secret": {secret}}, func(r *http.Request) { change(i, r) })
	}
	for i := range attemptsAtOnce {
		h.shut(guess(i, h.code+strings.Repeat("x", i+1)), http.StatusUnauthorized)
	}
	for i := range 5 {
		h.shut(guess(attemptsAtOnce+i, olgasSecret), http.StatusTooManyRequests)
	}
	h.shut(v.post(h.to("approve"), h.form), http.StatusUnauthorized)
	wantStatus(h.t, "olga is in already", h.olga.get(pagePath+"/"+h.code), http.StatusOK)
	h.watch.wind(attemptsEvery)
}
