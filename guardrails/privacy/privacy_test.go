package privacy

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var all = Mask{Email: true, Name: true, Location: true}

func TestForms(t *testing.T) {
	for in, want := range map[string]string{
		"ada@example.org": "a…@e…", " Ada.L+x@Mail.Example ": "a…@m…", "": "", "nothing": "…", "@": "…@…", "a…@e…": "a…@e…", "…": "…",
		`"quoted"@x.org`: "q…@x…", "ünal@österreich.at": "ü…@ö…",
	} {
		if got := Address(in); got != want || Address(got) != got {
			t.Errorf("Address(%q) = %q, then %q; want %q", in, got, Address(got), want)
		}
		if in != "" && in != "@" && IsMasked(in) != strings.Contains(in, "…") {
			t.Errorf("IsMasked(%q)", in)
		}
	}
	for in, want := range map[string]string{
		"Ada": "A.", "Ada Lovelace": "A. L.", "": "", "  ": "", "🙂 Bo": "B.", "🙂": "…", "12": "…", "A.": "A.", "A. L.": "A. L.", "…": "…",
		"Émile de la Tour": "É. d. l.", "محمد علي": "م. ع.", "李小龙": "李.", "(Bo) Nilsson": "B. N.",
	} {
		if got := Name(in); got != want || Name(got) != got {
			t.Errorf("Name(%q) = %q, then %q; want %q", in, got, Name(got), want)
		}
	}
}

func TestParse(t *testing.T) {
	if m, err := Parse([]string{"email", "name", "location"}); err != nil || m != all {
		t.Errorf("%v, %v", m, err)
	}
	if m, err := Parse(nil); err != nil || m.On() || m.String() != "" {
		t.Errorf("%v, %v", m, err)
	}
	if _, err := Parse([]string{"phone"}); err == nil || !strings.Contains(err.Error(), `"phone"`) {
		t.Errorf("%v", err)
	}
	if got := all.String(); got != "e-mail addresses, names, locations and time zones" {
		t.Error(got)
	}
}

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"write to Ada.L@example.org, please":               "write to a…@e…, please",
		"(ada@example.org)<bo@example.co.uk>":              "(a…@e…)<b…@e…>",
		"https://x.example/?mail=ada%40example.org&page=2": "https://x.example/?mail=a…@e…&page=2",
		"ada＠example.org":                                  "a…@e…",
		"no address: @ada, a@b, 5 @ 3.50":                  "no address: @ada, a@b, 5 @ 3.50",
		"a…@e… stays":                                      "a…@e… stays",
		"":                                                 "",
	} {
		if got := all.Text(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	if got := (Mask{Name: true}).Text("ada@example.org"); got != "ada@example.org" {
		t.Error(got)
	}
}

func TestAnswer(t *testing.T) {
	const ada = `"id":7,"first_name":"Ada","last_name":"Lovelace","email":"ada@example.org","location":"Turin, Italy","time_zone":"Europe/Rome"`
	for _, tt := range []struct {
		name string
		mask Mask
		in   string
		want string
	}{
		{"member", all, `{` + ada + `,"permalink":"https://x.example/members/ada","referral_count":2}`,
			`{"id":7,"first_name":"A.","last_name":"L.","email":"a…@e…","referral_count":2}`},
		{"what a profile repeats", all, `{` + ada + `,"bio":"I am ADA LOVELACE from Turin, mail ada@example.org. Adagio. Italy!"}`,
			`{"id":7,"first_name":"A.","last_name":"L.","email":"a…@e…","bio":"I am A. L. from …, mail a…@e…. Adagio. …!"}`},
		{"e-mail only", Mask{Email: true}, `{` + ada + `}`,
			`{"id":7,"first_name":"Ada","last_name":"Lovelace","email":"a…@e…","location":"Turin, Italy","time_zone":"Europe/Rome"}`},
		{"name only", Mask{Name: true}, `{` + ada + `,"avatar":"https://x.example/ada.png"}`,
			`{"id":7,"first_name":"A.","last_name":"L.","email":"ada@example.org","location":"Turin, Italy","time_zone":"Europe/Rome"}`},
		{"location only", Mask{Location: true}, `{` + ada + `}`,
			`{"id":7,"first_name":"Ada","last_name":"Lovelace","email":"ada@example.org"}`},
		{"short form", all, `{"user":{"id":1,"name":"Ada Lovelace","avatar":"x"},"network":{"id":2,"title":"Ada's harbour"}}`,
			`{"user":{"id":1,"name":"A. L."},"network":{"id":2,"title":"Ada's harbour"}}`},
		{"list and its links", all, `{"items":[{` + ada + `}],"links":{"next":"https://x.example/?email=ada%40example.org&page=2"}}`,
			`{"items":[{"id":7,"first_name":"A.","last_name":"L.","email":"a…@e…"}],"links":{"next":"https://x.example/?email=ada%40example.org&page=2"}}`},
		{"what only looks like a person's", all, `{"id":3,"name":"Harbour walks","location":"Pier 4","time_zone":"Europe/Rome","permalink":"https://x.example/e/3"}`,
			`{"id":3,"name":"Harbour walks","location":"Pier 4","time_zone":"Europe/Rome","permalink":"https://x.example/e/3"}`},
		{"nested in something else", all, `{"id":3,"title":"Walk","location":"Pier 4","creator":{` + ada + `}}`,
			`{"id":3,"title":"Walk","location":"Pier 4","creator":{"id":7,"first_name":"A.","last_name":"L.","email":"a…@e…"}}`},
		{"with a prefix", all, `{"member_id":7,"member_first_name":"Ada","member_email":"ada@example.org","member_location":"Turin","member_permalink":"p","plan":{"name":"Gold"}}`,
			`{"member_id":7,"member_first_name":"A.","member_email":"a…@e…","plan":{"name":"Gold"}}`},
		{"invite", all, `{"id":5,"recipient_email":"ada@example.org","recipient_first_name":"Ada","recipient_last_name":null,"sender_id":7}`,
			`{"id":5,"recipient_email":"a…@e…","recipient_first_name":"A.","recipient_last_name":null,"sender_id":7}`},
		{"unknown nesting", all, `{"id":5,"mentions":[{"id":7,"name":"Ada Lovelace"}],"x":{"y":[{"id":7,"email":"ada@example.org","name":"Ada"}]}}`,
			`{"id":5,"mentions":[{"id":7,"name":"A. L."}],"x":{"y":[{"id":7,"email":"a…@e…","name":"A."}]}}`},
		{"error", all, `{"error":"Email ada@example.org has already been taken"}`, `{"error":"Email a…@e… has already been taken"}`},
		{"large ids", all, `{"id":18446744073709551615,"x":1.50}`, `{"id":18446744073709551615,"x":1.50}`},
		{"empty list", all, `{"items":[],"links":{}}`, `{"items":[],"links":{}}`},
		{"empty address", all, `{"id":7,"email":""}`, `{"id":7,"email":""}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.mask.Answer([]byte(tt.in))
			if diff := cmp.Diff(decoded(t, []byte(tt.want)), decoded(t, got)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(decoded(t, got), decoded(t, tt.mask.Answer(got))); diff != "" {
				t.Errorf("a second time: %s", diff)
			}
		})
	}
}

func TestAnswerThatIsNoJSON(t *testing.T) {
	for in, want := range map[string]string{"": "", "<p>ada@example.org</p>": "<p>a…@e…</p>", `{"a":"ada@example.org"} x`: `{"a":"a…@e…"} x`} {
		if got := string(all.Answer([]byte(in))); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	if got := string(Mask{}.Answer([]byte(` {"email": "ada@example.org"} `))); got != ` {"email": "ada@example.org"} ` {
		t.Errorf("without a mask: %q", got)
	}
}

func TestValuesAndSpoils(t *testing.T) {
	fields := map[string]any{"member_id": 7, "first_name": "Ada", "location": "Turin", "note": "ada@example.org"}
	if got := all.Values(fields); got["first_name"] != "A." || got["location"] != nil || got["note"] != "a…@e…" || fields["first_name"] != "Ada" {
		t.Errorf("%v of %v", got, fields)
	}
	if got := (Mask{}).Values(fields); got["first_name"] != "Ada" || got["location"] != "Turin" {
		t.Errorf("without a mask: %v", got)
	}
	if all.Values(nil) != nil || len(all.Values(map[string]any{"f": func() {}})) != 0 {
		t.Error("what has no JSON form is let through")
	}
	for _, tt := range []struct {
		mask   Mask
		values any
		want   bool
	}{
		{all, map[string]any{"member_id": 7}, false},
		{all, map[string]any{"first_name": "A."}, true},
		{all, map[string]any{"first_name": ""}, false},
		{all, map[string]any{"items": []map[string]any{{"recipient_last_name": "L."}}}, true},
		{all, map[string]any{"text": "write to a…@e… please"}, true},
		{all, map[string]any{"email": "a…@e…"}, true},
		{all, map[string]any{"email": "ada@example.org"}, false},
		{all, func() {}, true},
		{Mask{Name: true}, map[string]any{"text": "a…@e…"}, false},
		{Mask{Email: true}, map[string]any{"first_name": "A."}, false},
		{Mask{}, map[string]any{"first_name": "A.", "email": "a…@e…"}, false},
	} {
		if got := tt.mask.Spoils(tt.values); got != tt.want {
			t.Errorf("%+v: %v: %v", tt.mask, tt.values, got)
		}
	}
	if !all.HoldsMasked("x a…@e… y") || all.HoldsMasked("x … @ y") || (Mask{}).HoldsMasked("a…@e…") {
		t.Error("masked addresses are not told from other texts")
	}
}

func decoded(t *testing.T, body []byte) any {
	t.Helper()
	var v any
	decoder := json.NewDecoder(strings.NewReader(string(body)))
	decoder.UseNumber()
	if err := decoder.Decode(&v); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	return v
}
