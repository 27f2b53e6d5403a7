package tools_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
)

// hidden is in what no person sees, and so must be in nothing that leaves.
const hidden = "Hidden_words"

// unseen has no character that a person sees.
const unseen = "\u202e\u2066\u200b\u00ad\ufeff\u180e\u2063\u061c"

// hostile is a text that has in it everything that is to be taken out.
var hostile = unseen + inTags(hidden) + "\x1b[31m\x1b]0;" + hidden + "\x07\x00\x08\u009b2J" +
	"<!-- " + hidden + " --><p style=\"display:none\">" + hidden + "</p><script>" + hidden + "</script>" +
	"\U000e0100\ufe00\ue000\ufffc\u3164\u2028\u2029\u0085" + strings.Repeat("y", 3000) + strings.Repeat("a\u0301\u0302\u0303\u0304\u0305\u0306", 40)

func inTags(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteRune(0xE0000 + r)
	}
	return b.String()
}

// mark is the visible part of the text in a field.
func mark(typ, field string) string { return "Mark_" + typ + "_" + field + "_End" }

var markForm = regexp.MustCompile(`Mark_[A-Za-z]+_[a-z_]+_End`)

// poison stands before the API and puts a text into every field that people
// write, of every type of answer, whether the sandbox has it or not, and into
// fields that nobody knows.
type poison struct {
	// text makes the text for a field from its mark.
	text func(mark string) string
	// refuse answers this to everything but reads; "" answers as usual.
	refuse string
	// refuseReads answers so to reads too.
	refuseReads bool

	mu   sync.Mutex
	sent map[string]bool // marks
}

func poisoned(text func(mark string) string) *poison {
	return &poison{text: text, sent: map[string]bool{}}
}

func (p *poison) front(next http.Handler) http.Handler {
	// The workspace is another API, with paths of its own.
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { p.serve(next, w, r) })
}

func (p *poison) serve(next http.Handler, w http.ResponseWriter, r *http.Request) {
	if p.refuse != "" && (p.refuseReads || r.Method != http.MethodGet) && !strings.HasSuffix(r.URL.Path, "/me") {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusUnprocessableEntity)
		body, _ := json.Marshal(map[string]any{"error": p.refuse, "errors": []any{map[string]any{"detail": p.refuse}, p.refuse}})
		_, _ = w.Write(body)
		return
	}
	recorder := httptest.NewRecorder()
	next.ServeHTTP(recorder, r)
	body := recorder.Body.Bytes()
	var answer any
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if recorder.Code < 300 && decoder.Decode(&answer) == nil {
		p.mu.Lock()
		p.answer(typeOf(r.URL.Path), answer, r.URL.Query().Get("email"))
		p.mu.Unlock()
		body, _ = json.Marshal(answer)
	}
	for name, values := range recorder.Header() {
		if name != "Content-Length" {
			w.Header()[name] = values
		}
	}
	w.WriteHeader(recorder.Code)
	_, _ = w.Write(body)
}

// typeOf names the type of what a path answers.
func typeOf(path string) string {
	segments := slices.DeleteFunc(strings.Split(path, "/"), func(s string) bool { return s == "" || s[0] >= '0' && s[0] <= '9' })
	last := segments[len(segments)-1]
	return map[string]string{
		"networks": "Network", "me": "Me", "members": "Member", "by_email": "Member", "ban": "Member", "spaces": "Space",
		"abuse_reports": "AbuseReport", "badges": "Badge", "tags": "Tag", "collections": "Collection", "order": "Collection",
		"custom_fields": "CustomField", "options": "CustomFieldOption", "answers": "Answer", "events": "Event", "rsvps": "RSVP",
		"polls": "Poll", "posts": "Post", "comments": "Comment", "reactions": "Reaction", "invites": "Invite", "plans": "Plan",
		"purchases": "Purchase", "subscriptions": "Subscription", "assets": "Asset", "courseworks": "Coursework", "users": "User",
	}[last]
}

// nestedTypes are those of what stands inside.
var nestedTypes = map[string]string{
	"creator": "Member", "member": "Member", "user": "Member", "network": "Network", "space": "Space", "event": "Event",
	"choices": "PollChoice", "segments": "Segment", "files": "Asset", "embedded_link": "EmbeddedLink", "plan": "SoldPlan",
	"spaces": "PlacedSpace", "subscription": "Subscription", "purchase": "Purchase",
}

// answer poisons an answer. Who was asked for by their address keeps it.
func (p *poison) answer(typ string, answer any, address string) {
	object, _ := answer.(map[string]any)
	items, isList := object["items"].([]any)
	if !isList {
		p.value(typ, answer)
		return
	}
	p.value(typ, items)
	if typ == "Invite" && address != "" {
		for _, item := range items {
			item.(map[string]any)["recipient_email"] = address
		}
	}
}

func (p *poison) value(typ string, value any) {
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			p.value(typ, item)
		}
	case map[string]any:
		p.object(typ, v)
	}
}

func (p *poison) object(typ string, o map[string]any) {
	switch typ {
	case "Comment":
		o["files"] = []any{map[string]any{"id": 1}}
		o["embedded_link"] = map[string]any{"id": 1}
	case "Poll":
		o["choices"] = []any{map[string]any{"id": "a"}, map[string]any{"id": "b"}}
	case "Answer":
		if o["segments"] == nil {
			o["segments"] = []any{map[string]any{"id": 1}}
		}
	case "Purchase", "Subscription":
		if o["member_id"] != nil { // a row, which describes the payer
			prefix := ""
			if _, has := o["member_email"]; has {
				prefix = "member_"
			}
			p.fields("Member", prefix, o)
		}
	}
	for key, nested := range nestedTypes {
		if inner := o[key]; inner != nil {
			p.value(nested, inner)
		}
	}
	p.fields(typ, "", o)
	if typ != "" {
		unknown := p.marked(typ, "unknown")
		o["unknown"] = map[string]any{"deep": []any{unknown}, "key\u202e\u200b" + inTags(hidden): unknown}
	}
}

func (p *poison) fields(typ, prefix string, o map[string]any) {
	texts := apiclient.Texts()[typ]
	if typ == "User" { // of the workspace
		texts = map[string]apiclient.Writer{"name": apiclient.ByMember, "email": apiclient.ByMember}
	}
	for field, writer := range texts {
		if !writer.IsData() || prefix != "" && field == "name" {
			continue
		}
		text := p.marked(typ, field)
		switch field {
		case "images", "categories":
			o[prefix+field] = []any{text}
		case "email": // nobody has another one's
			o[prefix+field] = fmt.Sprint(o["id"], o[prefix+"id"], text)
		default:
			o[prefix+field] = text
		}
	}
}

func (p *poison) marked(typ, field string) string {
	m := mark(typ, field)
	p.sent[m] = true
	if strings.HasSuffix(field, "url") || field == "avatar" || field == "permalink" || field == "link" || field == "images" {
		return p.text("https://x.example/" + m)
	}
	return p.text(m)
}

// offence tells what is in a text that should have been taken out; "" for
// nothing. What a person is asked about shows markup instead of taking it out.
func offence(text string) string {
	if why := unseenIn(text); why != "" {
		return why
	}
	for _, words := range []string{hidden, "<!--", "<script", "display:none"} {
		if strings.Contains(text, words) {
			return words
		}
	}
	return ""
}

func unseenIn(text string) string {
	for _, r := range text {
		switch {
		case r == '\n' || r == '\t' || r == 0x200C || r == 0x200D || r == 0xFE0F || r == 0xFE0E:
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r),
			r >= 0xE0000 && r <= 0xEFFFF, r >= 0xFE00 && r <= 0xFE0D, r == 0x3164, r == 0xFFFC:
			return fmt.Sprintf("%U", r)
		}
	}
	for _, words := range []string{strings.Repeat("y", 11), "\u0301\u0302\u0303\u0304\u0305"} {
		if strings.Contains(text, words) {
			return words
		}
	}
	return ""
}
