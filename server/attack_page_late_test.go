package server

import (
	"html"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// pageTypedAttacks type something else than the name of who is banned.
func pageTypedAttacks(watch *clock) []wireAttack {
	typed := func(name string, values func(h *hall, right string) []string) wireAttack {
		return atPage(watch, "typed: "+name, func(h *hall) {
			right := h.form.Get("typed")
			given := values(h, right)
			if len(given) > 0 && given[0] == right {
				h.t.Fatalf("%q is what is asked for", given[0])
			}
			got := h.olga.post(h.to("approve"), h.altered("typed", given...))
			h.shut(got, http.StatusUnprocessableEntity)
			mustContain(h.t, got.body, "Nothing was approved")
		})
	}
	fixed := func(name string, values ...string) wireAttack {
		return typed(name, func(*hall, string) []string { return values })
	}
	changed := func(name string, change func(right string) string) wireAttack {
		return typed(name, func(_ *hall, right string) []string { return []string{change(right)} })
	}
	return []wireAttack{
		fixed("nothing at all"), fixed("nothing", ""), fixed("spaces", "   "), fixed("yes", "yes"), fixed("true", "true"), fixed("a tick", "on"), fixed("a pattern", "%"),
		typed("the number instead of the name", func(h *hall, _ string) []string { return []string{itoa(h.spammer())} }),
		typed("the name of somebody else", func(h *hall, _ string) []string {
			other, _ := h.sandbox.MemberByID(h.sandbox.Notable().Spammers[1])
			return []string{other.FirstName + " " + other.LastName}
		}),
		typed("the code of the approval", func(h *hall, _ string) []string { return []string{h.code} }),
		typed("a wrong name before the right one", func(_ *hall, right string) []string { return []string{"x", right} }),
		changed("the first name", func(right string) string { return strings.Fields(right)[0] }),
		changed("the name and more", func(right string) string { return right + " x" }),
		changed("the name in quotes", func(right string) string { return `"` + right + `"` }),
		changed("the name without its space", func(right string) string { return strings.ReplaceAll(right, " ", "") }),
		changed("the name with letters of another alphabet", lookalikes.Replace),
		changed("the name in wide letters", func(right string) string {
			return strings.Map(func(r rune) rune {
				if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' {
					return r + 0xfee0
				}
				return r
			}, right)
		}),
		changed("the name with a character that is not seen", func(right string) string { return right[:1] + "\u200b" + right[1:] }),
		changed("the name with an accent", func(right string) string { return right[:1] + "\u0301" + right[1:] }),
		changed("the name backwards, turned round", func(right string) string {
			runes := []rune(right)
			for i, j := 0, len(runes)-1; i < j; i, j = i+1, j-1 {
				runes[i], runes[j] = runes[j], runes[i]
			}
			return "\u202e" + string(runes)
		}),
		changed("the name and a zero", func(right string) string { return right + "\x00" }),
		changed("the name with bytes that are no text", func(right string) string { return right + "\xff" }),
		atPage(watch, "typed: the name, in the address", func(h *hall) {
			h.shut(h.olga.post(h.to("approve")+"?"+h.name().Encode(), url.Values{"form": h.form["form"]}), http.StatusUnprocessableEntity)
		}),
		atPage(watch, "typed: the name, in another field", func(h *hall) {
			for _, field := range []string{"Typed", "typed[]", "name", "reason", "type_to_approve", " typed"} {
				h.shut(h.olga.post(h.to("approve"), url.Values{"form": h.form["form"], field: h.form["typed"]}), http.StatusUnprocessableEntity)
			}
		}),
		atPage(watch, "typed: the name of who was there when it was asked", func(h *hall) {
			h.unnamed(h.spammer(), "Ada", "Lovelace", func() {
				h.shut(h.olga.post(h.to("approve"), h.altered("typed", "Ada Lovelace")), http.StatusUnprocessableEntity)
			})
		}),
	}
}

// lookalikes turns letters into those of other alphabets that look the same.
var lookalikes = strings.NewReplacer("a", "а", "e", "е", "o", "о", "i", "і", "c", "с", "p", "р", "A", "А", "B", "В", "E", "Е", "H", "Н", "K", "К", "M", "М", "O", "О", "P", "Р", "C", "С", "T", "Т")

// unnamed gives a member another name for a while.
func (h *hall) unnamed(id uint64, first, last string, meanwhile func()) {
	h.t.Helper()
	former, _ := h.sandbox.MemberByID(id)
	if !h.sandbox.SetMemberName(id, first, last) {
		h.t.Fatal("there is no such member")
	}
	defer h.sandbox.SetMemberName(id, former.FirstName, former.LastName)
	meanwhile()
}

// pageLateAttacks decide when there is nothing to decide any more.
func pageLateAttacks(watch *clock) []wireAttack {
	const life = 11 * time.Minute // longer than an approval is good for
	late := func(name string, try func(h *hall)) wireAttack {
		return wireAttack{name, func(s *wireSiege) { try(enter(s, watch)) }}
	}
	// other wants the call to wait under another code than before.
	other := func(h *hall) {
		h.t.Helper()
		if now := h.world.waits(h.maria); now == h.code {
			h.t.Errorf("%s waits still", now)
		}
	}
	again := func(h *hall) frame { return h.maria.callModern("ban_member", h.banParams(), canNone).last() }
	return []wireAttack{
		late("approved after its time", func(h *hall) {
			h.watch.wind(life)
			h.shut(h.olga.post(h.to("approve"), h.form), http.StatusNotFound)
			other(h)
		}),
		late("approved after its time, when the call has been asked about anew", func(h *hall) {
			h.watch.wind(life)
			other(h)
			h.shut(h.olga.post(h.to("approve"), h.form), http.StatusNotFound)
			other(h)
		}),
		late("approved in time, used after it", func(h *hall) {
			wantStatus(h.t, "approve", h.olga.post(h.to("approve"), h.form), http.StatusSeeOther)
			h.watch.wind(life)
			h.waits(again(h))
			other(h)
		}),
		late("approved after another rejected it", func(h *hall) {
			maria := h.visitor()
			maria.signIn(mariasSecret)
			wantStatus(h.t, "reject", maria.decide(h.code, "reject", url.Values{"reason": {"no"}}), http.StatusSeeOther)
			h.shut(h.olga.post(h.to("approve"), h.form), http.StatusConflict)
			h.refused(again(h))
		}),
		late("approved and rejected from two tabs", func(h *hall) {
			wantStatus(h.t, "reject", h.olga.post(h.to("reject"), h.form), http.StatusSeeOther)
			h.shut(h.olga.post(h.to("approve"), h.form), http.StatusConflict)
			h.refused(again(h))
		}),
		late("approved and rejected from two tabs at once", func(h *hall) {
			h.atOnce("approve", "reject", "approve", "reject")
			// Whoever was first, a rejection ends it: an approval can be taken back.
			h.refused(again(h))
		}),
		late("approved, taken back, and approved from the first tab again", func(h *hall) {
			wantStatus(h.t, "approve", h.olga.post(h.to("approve"), h.form), http.StatusSeeOther)
			wantStatus(h.t, "take it back", h.olga.post(h.to("reject"), h.form), http.StatusSeeOther)
			h.shut(h.olga.post(h.to("approve"), h.form), http.StatusConflict)
			h.refused(again(h))
		}),
		late("approved twice at once, to run twice", func(h *hall) {
			arguments := map[string]any{"member_id": h.sandbox.Notable().Spammers[1]}
			ban := func() frame {
				return h.maria.callModern("ban_member", callParams("ban_member", arguments), canNone).last()
			}
			h.code = h.asks("ban_member", arguments)
			h.form = h.altered("typed", h.wanted(h.code))
			h.atOnce("approve", "approve", "approve")
			if got := ban(); got.status() != "done" {
				h.t.Errorf("what was approved: %+v", got)
			}
			*h.rightful++
			h.shut(h.olga.post(h.to("approve"), h.form), http.StatusConflict)
			h.refusedOrWaits(ban())
		}),
		late("approved after the assistant's own person answered", func(h *hall) {
			params := h.removeParams()
			code := h.asks("remove_space_member", params["arguments"].(map[string]any))
			asked := h.maria.callModern("remove_space_member", h.removeParams(), canForm).last()
			got := h.maria.callModern("remove_space_member", with(h.removeParams(), map[string]any{
				"requestState":   asked.Result["requestState"],
				"inputResponses": map[string]any{"approval": map[string]any{"action": "accept", "content": map[string]any{"approve": true}}},
			}), canForm).last()
			if got.status() != "done" {
				h.t.Fatalf("what was approved in the client: %+v", got)
			}
			*h.rightful++
			for _, decision := range []string{"approve", "reject"} {
				answer := h.olga.post(pagePath+"/"+code+"/"+decision, h.form)
				h.shut(answer, http.StatusConflict)
				mustContain(h.t, answer.body, "too late and changed nothing", "Settled in the assistant itself")
			}
			h.refusedOrWaits(h.maria.callModern("remove_space_member", h.removeParams(), canNone).last())
		}),
		late("approved for who was somebody else by then", func(h *hall) {
			wantStatus(h.t, "approve", h.olga.post(h.to("approve"), h.form), http.StatusSeeOther)
			h.unnamed(h.spammer(), "Ada", "Lovelace", func() {
				got := again(h)
				h.waits(got)
				mustContain(h.t, got.text(), "Ada Lovelace")
				h.shut(h.olga.post(h.to("approve"), h.form), http.StatusConflict)
				other(h)
			})
		}),
		late("approved for one, called for another", func(h *hall) {
			wantStatus(h.t, "approve", h.olga.post(h.to("approve"), h.form), http.StatusSeeOther)
			if code := h.asks("ban_member", map[string]any{"member_id": h.sandbox.Notable().Spammers[2]}); code == h.code {
				h.t.Error("the same approval")
			}
			h.shut(h.web.as(h.t, botsToken).do("POST", h.to("approve"), h.form.Encode()), http.StatusForbidden)
		}),
		late("approved for one caller, called by another", func(h *hall) {
			wantStatus(h.t, "approve", h.olga.post(h.to("approve"), h.form), http.StatusSeeOther)
			h.waits(h.web.as(h.t, botsToken).callModern("ban_member", h.banParams(), canNone).last())
		}),
		late("what was asked with another key", func(h *hall) {
			h.deskKey = func() ([]byte, error) { return []byte(strings.Repeat("another key ", 3)), nil }
			defer func() { h.deskKey = nil }()
			h.shut(h.olga.post(h.to("approve"), h.form), http.StatusConflict)
			h.deskKey = nil
			h.undecided()
			h.decides()
		}),
	}
}

// wanted is what the page asks to type.
func (h *hall) wanted(code string) string {
	h.t.Helper()
	found := wantedPattern.FindStringSubmatch(h.olga.get(pagePath + "/" + code).body)
	if found == nil {
		h.t.Fatalf("%s asks to type nothing", code)
	}
	return html.UnescapeString(found[1])
}

var wantedPattern = regexp.MustCompile(`<kbd><bdi dir="auto">([^<]+)</bdi></kbd>`)

// atOnce sends olga's decisions from as many tabs at the same moment.
func (h *hall) atOnce(decisions ...string) {
	h.t.Helper()
	start := make(chan struct{})
	var all sync.WaitGroup
	tabs := make([]*visitor, len(decisions))
	for i := range tabs {
		tabs[i] = &visitor{rawHTTP: h.visitor().rawHTTP, cookie: h.olga.cookie}
	}
	for i, decision := range decisions {
		all.Go(func() {
			<-start
			if got := tabs[i].post(h.to(decision), h.form); got.status != http.StatusSeeOther && got.status != http.StatusConflict {
				h.t.Errorf("%s: %d %s", decision, got.status, got.body)
			}
		})
	}
	close(start)
	all.Wait()
}

// pagePeopleAttacks approve alone what takes two.
func pagePeopleAttacks(watch *clock) []wireAttack {
	asker := func(name, secret string) wireAttack {
		return atPage(watch, "two people: "+name, func(h *hall) {
			code, form := h.deletion()
			v := h.visitor()
			wantStatus(h.t, "sign in", v.signIn(secret), http.StatusSeeOther)
			found := markPattern.FindStringSubmatch(v.get(pagePath + "/" + code).body)
			if found == nil {
				h.t.Fatal("there is no form to reject it with")
			}
			form.Set("form", found[1])
			got := v.post(pagePath+"/"+code+"/approve", form)
			h.shut(got, http.StatusForbidden)
			mustContain(h.t, got.body, "Nothing was ")
			if again, _ := h.deletion(); again != code {
				h.t.Errorf("%s does not wait any more", code)
			}
		})
	}
	attacks := []wireAttack{
		asker("who asked", mariasSecret),
		atPage(watch, "two people: who asked, with the other's form", func(h *hall) {
			code, form := h.deletion()
			maria := h.visitor()
			maria.signIn(mariasSecret)
			form.Set("form", h.form.Get("form"))
			h.shut(maria.post(pagePath+"/"+code+"/approve", form), http.StatusForbidden)
			h.shut(h.visitor().post(pagePath+"/"+code+"/approve", form, header("Cookie", cookieName+"=x")), http.StatusUnauthorized)
		}),
		atPage(watch, "two people: who asked, with a name in the form", func(h *hall) {
			code, form := h.deletion()
			maria := h.visitor()
			maria.signIn(mariasSecret)
			form["form"] = []string{maria.mark()}
			for _, field := range []string{"approver", "by", "name", "username", "as"} {
				form[field] = []string{"olga"}
			}
			h.shut(maria.post(pagePath+"/"+code+"/approve", form), http.StatusForbidden)
		}),
		atPage(watch, "two people: who asked, under another client's name", func(h *hall) {
			params := modern(h.deleteParams(), canNone)
			params["_meta"].(map[string]any)["io.modelcontextprotocol/clientInfo"] = map[string]any{"name": "chat-ops", "version": "1"}
			got := h.maria.do("POST", "/mcp", message(1, "tools/call", params), modernHeaders("tools/call", "delete_member")).last()
			h.waits(got)
			maria := h.visitor()
			maria.signIn(mariasSecret)
			h.shut(maria.decide(codePattern.FindString(got.text()), "approve", h.name()), http.StatusForbidden)
		}),
	}
	for _, secret := range slices.Sorted(maps.Keys(namesakes)) {
		attacks = append(attacks, asker(strings.TrimPrefix(secret, "secret of "), secret))
	}
	return attacks
}

func (h *hall) deleteParams() map[string]any {
	return callParams("delete_member", map[string]any{"member_id": h.spammer()})
}

// deletion has maria's assistant ask for what takes two people, and returns
// the code and what is typed to approve it.
func (h *hall) deletion() (code string, form url.Values) {
	h.t.Helper()
	return h.asks("delete_member", map[string]any{"member_id": h.spammer()}), h.name()
}
