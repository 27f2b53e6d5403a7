package tools_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"github.com/mcp-mighty/mcp-mighty/sandbox"
)

// plainly folds as a reader would: case and accents away.
func plainly(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(cases.Fold().String(s)) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(r)
		}
	}
	return strings.NewReplacer("ø", "o", "ł", "l", "đ", "d", "ð", "d", "ħ", "h", "ı", "i", "æ", "ae", "œ", "oe", "þ", "th").Replace(b.String())
}

// person as a list shows them.
type shownPerson struct {
	id                           uint64
	name, email, place, kind, at string
}

// TestSearchFindsWhatAFilterFinds compares a search in the directory with
// looking at everybody whom list_members shows, for parts of their names,
// addresses and places in whatever case and script.
func TestSearchFindsWhatAFilterFinds(t *testing.T) {
	notUnderRace(t)
	s := newSandboxed(t, func(o *setup) { o.sandbox = sandbox.Options{Members: 600, Now: o.sandbox.Now} })
	var everybody []shownPerson
	for page := 1.0; page != 0; {
		out := s.ok("list_members", args("page", page, "per_page", 100))
		for _, item := range out["items"].([]any) {
			m := item.(map[string]any)
			text := func(key string) string { value, _ := m[key].(string); return value }
			everybody = append(everybody, shownPerson{
				uint64(m["id"].(float64)), strings.TrimSpace(text("first_name") + " " + text("last_name")),
				text("email"), text("location"), text("member_type"), text("created_at"),
			})
		}
		page, _ = out["next_page"].(float64)
	}
	random := rand.New(rand.NewPCG(7, 8))
	part := func(of string) string {
		runes := []rune(of)
		if len(runes) == 0 {
			return ""
		}
		from := random.IntN(len(runes))
		cut := string(runes[from : from+1+random.IntN(len(runes)-from)])
		if random.IntN(2) == 0 {
			cut = strings.ToUpper(cut)
		}
		return strings.TrimSpace(cut)
	}
	found := 0
	for range 400 {
		model := everybody[random.IntN(len(everybody))]
		query := map[string]any{}
		for argument, value := range map[string]string{"name": part(model.name), "email": part(model.email), "location": part(model.place)} {
			if value != "" && random.IntN(2) == 0 {
				query[argument] = value
			}
		}
		if random.IntN(4) == 0 {
			query["member_type"] = model.kind
		}
		if random.IntN(4) == 0 {
			query["joined_after"] = model.at[:len("2006-01-02")]
		}
		if len(query) == 0 {
			continue
		}
		of := func(argument string) string { text, _ := query[argument].(string); return text }
		want := []uint64{}
		for _, m := range everybody {
			fits := strings.Contains(plainly(m.email), plainly(of("email"))) && strings.Contains(plainly(m.place), plainly(of("location"))) &&
				(of("member_type") == "" || of("member_type") == m.kind) && m.at[:len("2006-01-02")] >= of("joined_after")
			for word := range strings.FieldsSeq(plainly(of("name"))) {
				fits = fits && strings.Contains(plainly(m.name), word)
			}
			if fits {
				want = append(want, m.id)
			}
		}
		slices.Sort(want)
		given := map[string]any{"per_page": 100}
		for argument, value := range query {
			given[argument] = value
		}
		if got := s.found(given); !slices.Equal(got, want) {
			t.Errorf("%v finds %v, want %v", query, got, want)
		}
		found += len(want)
	}
	if found == 0 {
		t.Error("nobody was ever found")
	}
}
