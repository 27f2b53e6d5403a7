package server

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// pageVisitAttacks decide with the cookie of no visit.
func pageVisitAttacks(watch *clock) []wireAttack {
	cookie := func(name string, cookie func(h *hall) string) wireAttack {
		return both(watch, name, func(h *hall, path string) answered {
			return h.stranger().post(path, h.form, func(r *http.Request) {
				r.Header.Del("Cookie")
				if value := cookie(h); value != "" {
					r.Header.Set("Cookie", value)
				}
			})
		}, http.StatusUnauthorized)
	}
	// ended ends olga's visit, after which her cookie and her form are worth
	// nothing.
	ended := func(name string, end func(h *hall)) wireAttack {
		return atPage(watch, name, func(h *hall) {
			old := &visitor{rawHTTP: h.olga.rawHTTP, cookie: h.olga.cookie}
			end(h)
			for _, decision := range []string{"reject", "approve", "reopen"} {
				h.shut(old.post(h.to(decision), h.form), http.StatusUnauthorized)
			}
			// The approval may have run out meanwhile; then another one waits.
			h.code = h.world.waits(h.maria)
		})
	}
	value := func(h *hall) string { return strings.TrimPrefix(h.olga.cookie, cookieName+"=") }
	return []wireAttack{
		cookie("no cookie", func(*hall) string { return "" }),
		cookie("an empty cookie", func(*hall) string { return cookieName + "=" }),
		cookie("a cookie that was altered", func(h *hall) string {
			last := "A"
			if strings.HasSuffix(h.olga.cookie, last) {
				last = "B"
			}
			return h.olga.cookie[:len(h.olga.cookie)-1] + last
		}),
		cookie("a cookie that was cut", func(h *hall) string { return h.olga.cookie[:len(h.olga.cookie)-1] }),
		cookie("a cookie in other case", func(h *hall) string { return cookieName + "=" + strings.ToLower(value(h)) }),
		cookie("a cookie of another name", func(h *hall) string { return "mcp-mighty=" + value(h) }),
		cookie("the name for a cookie", func(*hall) string { return cookieName + "=olga" }),
		cookie("the mark of the form for a cookie", func(h *hall) string { return cookieName + "=" + h.form.Get("form") }),
		both(watch, "a cookie in the address", func(h *hall, path string) answered {
			return h.stranger().post(path+"?"+h.olga.cookie, h.form)
		}, http.StatusUnauthorized),
		ended("after the sign-out", func(h *hall) {
			wantStatus(h.t, "sign out", h.olga.post(pagePath+"/sign-out", url.Values{"form": {h.form.Get("form")}}), http.StatusSeeOther)
		}),
		ended("after another sign-in in the same browser", func(h *hall) {
			wantStatus(h.t, "sign in", h.olga.signIn(olgasSecret), http.StatusSeeOther)
		}),
		ended("after too long a rest", func(h *hall) { h.watch.wind(visitIdle) }),
		ended("after a rest in which the page asked for news", func(h *hall) {
			for range 3 {
				h.watch.wind(visitIdle / 3)
				h.olga.get(pagePath, header(newsHeader, "1"))
			}
		}),
		ended("after too long a visit", func(h *hall) {
			for range visitMost / visitIdle * 2 {
				h.watch.wind(visitIdle / 2)
				h.olga.get(pagePath)
			}
		}),
		ended("after too many further visits", func(h *hall) {
			for range maxVisitsEach {
				h.watch.wind(time.Second)
				h.visitor().signIn(olgasSecret)
			}
		}),
		atPage(watch, "a cookie that was there before the sign-in", func(h *hall) {
			planted := cookieName + "=PLANTED"
			v := h.stranger()
			v.cookie = planted
			form := h.signedIn(v)
			v.cookie = planted
			h.shut(v.post(h.to("approve"), form), http.StatusUnauthorized)
		}),
	}
}

// pageFormAttacks send forms that were not made for the visit.
func pageFormAttacks(watch *clock) []wireAttack {
	mark := func(name string, marks func(h *hall) []string) wireAttack {
		return both(watch, name, func(h *hall, path string) answered {
			return h.olga.post(path, h.altered("form", marks(h)...))
		}, http.StatusForbidden)
	}
	return []wireAttack{
		mark("no mark", func(*hall) []string { return nil }),
		mark("an empty mark", func(*hall) []string { return []string{""} }),
		mark("an invented mark", func(*hall) []string { return []string{"ABCDEFGHIJKLMNOPQRSTUVWXYZ"} }),
		mark("a mark that was cut", func(h *hall) []string { return []string{h.form.Get("form")[:25]} }),
		mark("a mark and more", func(h *hall) []string { return []string{h.form.Get("form") + "A"} }),
		mark("a mark in other case", func(h *hall) []string { return []string{strings.ToLower(h.form.Get("form"))} }),
		mark("a wrong mark before the right one", func(h *hall) []string { return []string{"x", h.form.Get("form")} }),
		mark("the cookie for a mark", func(h *hall) []string { return []string{strings.TrimPrefix(h.olga.cookie, cookieName+"=")} }),
		mark("the mark of another approver", func(h *hall) []string {
			maria := h.visitor()
			maria.signIn(mariasSecret)
			return []string{maria.mark()}
		}),
		mark("the mark of an earlier visit", func(h *hall) []string {
			old := h.form.Get("form")
			wantStatus(h.t, "sign in", h.olga.signIn(olgasSecret), http.StatusSeeOther)
			h.form.Set("form", h.olga.mark())
			return []string{old}
		}),
		mark("the mark of another browser of the same approver", func(h *hall) []string {
			return []string{h.signedIn(h.visitor()).Get("form")}
		}),
		both(watch, "the mark in the address", func(h *hall, path string) answered {
			return h.olga.post(path+"?"+h.form.Encode(), nil)
		}, http.StatusForbidden),
		both(watch, "the mark in the address, the rest in the form", func(h *hall, path string) answered {
			return h.olga.post(path+"?form="+h.form.Get("form"), h.name())
		}, http.StatusForbidden),
		both(watch, "the mark in a header", func(h *hall, path string) answered {
			return h.olga.post(path, h.name(), header("X-CSRF-Token", h.form.Get("form")), header("Form", h.form.Get("form")))
		}, http.StatusForbidden),
		both(watch, "the mark in a cookie", func(h *hall, path string) answered {
			return h.olga.post(path, h.name(), header("Cookie", h.olga.cookie+"; form="+h.form.Get("form")))
		}, http.StatusForbidden),
		atPage(watch, "the form of one approval at another", func(h *hall) {
			other := h.asks("ban_member", map[string]any{"member_id": h.sandbox.Notable().Spammers[1]})
			h.shut(h.olga.post(pagePath+"/"+other+"/approve", h.form), http.StatusUnprocessableEntity)
			mustContain(h.t, h.olga.get(pagePath+"/"+other).body, "Your decision")
		}),
		atPage(watch, "the code of another approval in the form", func(h *hall) {
			other := h.asks("ban_member", map[string]any{"member_id": h.sandbox.Notable().Spammers[1]})
			for _, name := range []string{"code", "then", "id"} {
				h.shut(h.olga.post(pagePath+"/"+other+"/approve", h.altered(name, h.code)), http.StatusUnprocessableEntity)
			}
		}),
	}
}

// asks has maria's assistant ask for something else, and returns the code.
func (h *hall) asks(tool string, arguments map[string]any) string {
	h.t.Helper()
	got := h.maria.callModern(tool, callParams(tool, arguments), canNone).last()
	h.waits(got)
	return codePattern.FindString(got.text())
}

// pageOriginAttacks send olga's form, with her cookie, from elsewhere.
func pageOriginAttacks(watch *clock) []wireAttack {
	from := func(name string, change func(h *hall, r *http.Request)) wireAttack {
		return both(watch, "sent "+name, func(h *hall, path string) answered {
			return h.olga.post(path, h.form, func(r *http.Request) { change(h, r) })
		}, http.StatusForbidden)
	}
	site := func(site, origin string) func(h *hall, r *http.Request) {
		return func(_ *hall, r *http.Request) {
			r.Header.Del("Sec-Fetch-Site")
			if site != "" {
				r.Header.Set("Sec-Fetch-Site", site)
			}
			if origin != "" {
				r.Header.Set("Origin", origin)
			}
		}
	}
	own := func(change func(own string) []string) func(h *hall, r *http.Request) {
		return func(h *hall, r *http.Request) {
			r.Header.Del("Sec-Fetch-Site")
			r.Header["Origin"] = change(h.olga.url)
		}
	}
	return []wireAttack{
		from("from another site", site("cross-site", "https://evil.example")),
		from("from another site that hides", site("cross-site", "null")),
		from("from another port", site("same-site", "http://127.0.0.1:3000")),
		from("from another port that hides", site("same-site", "null")),
		from("by a browser's own doing", site("none", "")),
		from("from another site by an old browser", site("", "https://evil.example")),
		from("from another port by an old browser", site("", "http://127.0.0.1:3000")),
		from("from a sandboxed frame by an old browser", site("", "null")),
		from("from nowhere", site("", "")),
		from("from two places", own(func(own string) []string { return []string{own, "https://evil.example"} })),
		from("from an empty origin", own(func(string) []string { return []string{""} })),
		from("from an origin that begins like the page's", own(func(own string) []string { return []string{own + ".evil.example"} })),
		from("from an origin that ends like the page's", own(func(own string) []string {
			return []string{"http://evil.example@" + strings.TrimPrefix(own, "http://")}
		})),
		from("from an origin with a path", own(func(own string) []string { return []string{own + "/approvals"} })),
		from("from an origin of another scheme", own(func(own string) []string { return []string{"ftp" + strings.TrimPrefix(own, "http")} })),
		from("from a foreign origin that says it is the same", site("same-origin", "https://evil.example")),
		from("from the page's origin, but by another site", func(h *hall, r *http.Request) {
			r.Header.Set("Sec-Fetch-Site", "cross-site")
			r.Header.Set("Origin", h.olga.url)
		}),
		from("with the page for a referrer", func(h *hall, r *http.Request) {
			r.Header.Del("Sec-Fetch-Site")
			r.Header.Set("Referer", h.olga.url+pagePath+"/"+h.code)
		}),
		from("under another host", func(_ *hall, r *http.Request) { r.Host = "evil.example" }),
		from("under another host and its own page", func(_ *hall, r *http.Request) {
			r.Host = "evil.example"
			r.Header.Del("Sec-Fetch-Site")
			r.Header.Set("Origin", "http://evil.example")
		}),
		from("under a host with a loopback name in it", func(_ *hall, r *http.Request) { r.Host = "127.0.0.1.evil.example" }),
		from("with the right host in another header", func(h *hall, r *http.Request) {
			r.Header.Set("X-Forwarded-Host", r.Host)
			r.Host = "evil.example"
		}),
		atPage(watch, "the page in a frame", func(h *hall) {
			for _, dest := range []string{"iframe", "frame", "embed", "object", "fencedframe"} {
				got := h.olga.get(pagePath+"/"+h.code, header("Sec-Fetch-Dest", dest))
				h.shut(got, http.StatusForbidden)
				if strings.Contains(got.body, h.form.Get("form")) {
					h.t.Errorf("%s gets a form", dest)
				}
			}
		}),
		atPage(watch, "the page read by another site", func(h *hall) {
			for _, change := range []func(*http.Request){
				header("Sec-Fetch-Site", "same-site"), header("Sec-Fetch-Site", "cross-site"), header("Origin", "http://127.0.0.1:3000"), header("Origin", "null"), host("evil.example"),
			} {
				got := h.olga.get(pagePath+"/"+h.code, change)
				h.shut(got, http.StatusForbidden)
				if strings.Contains(got.body, h.form.Get("form")) || strings.Contains(got.body, "olga") || got.header.Get("Access-Control-Allow-Origin") != "" {
					h.t.Errorf("it gets: %v %s", got.header, got.body)
				}
			}
		}),
	}
}

// pageMethodAttacks decide by another method than the form's.
func pageMethodAttacks(watch *clock) []wireAttack {
	var attacks []wireAttack
	for _, method := range []string{"GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "post"} {
		attacks = append(attacks, both(watch, "the method "+method, func(h *hall, path string) answered {
			body := h.form
			if method == "GET" || method == "HEAD" {
				path += "?" + h.form.Encode()
				body = nil
			}
			return h.olga.browse(method, path, body, header("Content-Type", "application/x-www-form-urlencoded"))
		}, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusBadRequest))
	}
	return append(attacks,
		both(watch, "a GET that calls itself a POST", func(h *hall, path string) answered {
			return h.olga.get(path+"?_method=POST&"+h.form.Encode(), header("X-HTTP-Method-Override", "POST"), header("X-HTTP-Method", "POST"), header("X-Method-Override", "POST"))
		}, http.StatusNotFound),
		both(watch, "a POST elsewhere that names the decision", func(h *hall, path string) answered {
			return h.olga.post(pagePath+"/"+h.code, h.altered("action", path), header("X-Original-URL", path), header("X-Rewrite-URL", path))
		}, http.StatusNotFound),
		atPage(watch, "other paths to the decision", func(h *hall) {
			for _, path := range []string{
				"/" + h.code + "/approve/", "/" + h.code + "/APPROVE", "/" + h.code + "/approve/x", "/" + h.code + "%2Fapprove", "/approve/" + h.code, "//approve",
				"/" + h.code + "/approve%00", "/" + h.code + "/approve;x",
			} {
				h.shut(h.olga.post(pagePath+path, h.form), http.StatusNotFound, http.StatusTemporaryRedirect, http.StatusPermanentRedirect, http.StatusMovedPermanently)
			}
		}),
		atPage(watch, "codes that are none", func(h *hall) {
			for _, code := range []string{"AAAA-AAAA", "%25%25%25%25-%25%25%25%25", "____-____", "%27%20OR%201=1", "*", "0", strings.Repeat("A", 2000)} {
				for _, decision := range []string{"approve", "reject", "reopen"} {
					h.shut(h.olga.post(pagePath+"/"+code+"/"+decision, h.form), http.StatusNotFound, http.StatusConflict)
				}
			}
		}),
	)
}

// pageBodyAttacks bend the body of the form.
func pageBodyAttacks(watch *clock) []wireAttack {
	sent := func(name string, body func(h *hall) (kind, body string), statuses ...int) wireAttack {
		return both(watch, name, func(h *hall, path string) answered {
			kind, text := body(h)
			return h.olga.do("POST", path, text, header("Sec-Fetch-Site", "same-origin"), header("Cookie", h.olga.cookie), func(r *http.Request) {
				r.Header.Del("Content-Type")
				if kind != "" {
					r.Header.Set("Content-Type", kind)
				}
				if name == "a long form of unknown length" {
					r.ContentLength = -1
				}
				if name == "a form that is packed" {
					r.Header.Set("Content-Encoding", "gzip")
				}
			})
		}, statuses...)
	}
	const kind = "application/x-www-form-urlencoded"
	long := func(h *hall) (string, string) { return kind, h.form.Encode() + "&x=" + strings.Repeat("x", maxForm) }
	return []wireAttack{
		sent("a form in JSON", func(h *hall) (string, string) {
			fields, _ := json.Marshal(map[string]string{"form": h.form.Get("form"), "typed": h.form.Get("typed")})
			return "application/json", string(fields)
		}, http.StatusForbidden),
		sent("a form in parts", func(h *hall) (string, string) {
			var b bytes.Buffer
			parts := multipart.NewWriter(&b)
			for name := range h.form {
				_ = parts.WriteField(name, h.form.Get(name))
			}
			_ = parts.Close()
			return parts.FormDataContentType(), b.String()
		}, http.StatusForbidden),
		sent("a form as plain text", func(h *hall) (string, string) { return "text/plain", h.form.Encode() }, http.StatusForbidden),
		sent("a form in lines of plain text", func(h *hall) (string, string) {
			return "text/plain", "form=" + h.form.Get("form") + "\r\ntyped=" + h.form.Get("typed")
		}, http.StatusForbidden),
		sent("a form of no kind", func(h *hall) (string, string) { return "", h.form.Encode() }, http.StatusForbidden),
		sent("a form of a kind that cannot be read", func(h *hall) (string, string) { return kind + "; =;", h.form.Encode() }, http.StatusForbidden, http.StatusBadRequest),
		sent("a form of two kinds", func(h *hall) (string, string) { return "text/plain, " + kind, h.form.Encode() }, http.StatusForbidden, http.StatusBadRequest),
		sent("a form that is packed", func(h *hall) (string, string) {
			var b bytes.Buffer
			packed := gzip.NewWriter(&b)
			_, _ = packed.Write([]byte(h.form.Encode()))
			_ = packed.Close()
			return kind, b.String()
		}, http.StatusForbidden, http.StatusBadRequest),
		sent("a form with semicolons", func(h *hall) (string, string) { return kind, strings.ReplaceAll(h.form.Encode(), "&", ";") }, http.StatusBadRequest),
		sent("a form with half a sign", func(h *hall) (string, string) { return kind, h.form.Encode() + "&x=%4" }, http.StatusBadRequest),
		sent("a form with names in other case", func(h *hall) (string, string) { return kind, strings.Replace(h.form.Encode(), "form=", "Form=", 1) }, http.StatusForbidden),
		sent("a form with names in brackets", func(h *hall) (string, string) { return kind, strings.Replace(h.form.Encode(), "form=", "form[]=", 1) }, http.StatusForbidden),
		sent("a long form", long, http.StatusBadRequest),
		sent("a long form of unknown length", long, http.StatusBadRequest),
		sent("no form", func(*hall) (string, string) { return kind, "" }, http.StatusForbidden),
	}
}
