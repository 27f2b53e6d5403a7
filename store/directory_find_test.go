package store_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"github.com/mcp-mighty/mcp-mighty/store"
)

// alphabet has what names and addresses are made of, and what could be taken
// for the finder's language or for the end of a token.
func alphabet() []rune {
	return []rune(`aab bcé ø王小明李山田佐藤-'"*:^()@.+_%\/{}~` + "`" + "\t\u00a0\u200bИа🌿\u0301NOT")
}

// TestFindIsWhatAFilterFinds compares the finder with looking at every member.
func TestFindIsWhatAFilterFinds(t *testing.T) {
	text := rapid.StringOfN(rapid.SampledFrom(alphabet()), 0, 30, -1)
	rapid.Check(t, func(r *rapid.T) {
		d := store.NewMemoryDirectory()
		defer func() { _ = d.Close() }()
		var all []store.DirectoryMember
		for i := range rapid.IntRange(1, 20).Draw(r, "members") {
			m := member(uint64(i+1), text.Draw(r, "name"), text.Draw(r, "email"), text.Draw(r, "place"))
			m.Type = rapid.SampledFrom([]string{"full", "limited", ""}).Draw(r, "type")
			all = append(all, m)
		}
		walked(t, d, network(), all)
		part := func(of string) string {
			runes := []rune(of)
			if len(runes) == 0 || rapid.IntRange(0, 3).Draw(r, "any") == 0 {
				return strings.ToLower(text.Draw(r, "query"))
			}
			from := rapid.IntRange(0, len(runes)-1).Draw(r, "from")
			return string(runes[from:rapid.IntRange(from, len(runes)).Draw(r, "to")])
		}
		model := rapid.SampledFrom(all).Draw(r, "model")
		var q store.MemberQuery
		if rapid.Bool().Draw(r, "by name") {
			q.Name = strings.Fields(part(model.FindName))
		}
		if rapid.Bool().Draw(r, "by email") {
			q.Email = part(model.FindEmail)
		}
		if rapid.Bool().Draw(r, "by place") {
			q.Place = part(model.FindPlace)
		}
		if rapid.Bool().Draw(r, "by type") {
			q.Type = model.Type
		}
		want := []uint64{}
		for _, m := range all {
			if q.Fits(m) {
				want = append(want, m.ID)
			}
		}
		if got := find(t, d, q); !slices.Equal(got, want) {
			r.Fatalf("%+v finds %v, want %v", q, got, want)
		}
		after, err := d.After(t.Context(), q, 0, 1000)
		if err != nil || len(after) != len(want) {
			r.Fatalf("%+v streams %d, %v; want %d", q, len(after), err, len(want))
		}
	})
}

func TestFinderLanguageCannotBeInjected(t *testing.T) {
	d := store.NewMemoryDirectory()
	defer func() { _ = d.Close() }()
	walked(t, d, network(), people(1, 5))
	for _, hostile := range []string{`"`, `""`, `ada" OR "ada`, `ada*`, `NOT ada`, `ada AND person1`, `tokens:ada`, `^ada`, `NEAR(ada)`, `-ada`, `'; DROP TABLE members; --`, "\x00", `{tokens}:ada`, "ada\x00\"*"} {
		for _, q := range []store.MemberQuery{{Name: strings.Fields(hostile)}, {Email: hostile}, {Place: hostile}} {
			if len(q.Name) == 0 && q.Email+q.Place == "" {
				continue
			}
			got := find(t, d, q)
			for _, part := range q.Name {
				if strings.Contains("ada person1", part) {
					got = nil // "ada" alone is a name like any other
				}
			}
			if len(got) != 0 {
				t.Errorf("%q finds %v", hostile, got)
			}
		}
	}
}

// TestFormerMembersAreFoundApart: by what is asked of themselves.
func TestFormerMembersAreFoundApart(t *testing.T) {
	d := store.NewMemoryDirectory()
	defer func() { _ = d.Close() }()
	walked(t, d, network(), people(1, 30))
	for _, id := range []uint64{7, 21} {
		if err := d.Gone(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	for want, q := range map[string]store.MemberQuery{
		"[7 21]": {Former: true, Name: []string{"ada"}},
		"[21]":   {Former: true, Email: "ada2", From: began.AddDate(-1, 0, 0)},
		"[7]":    {Former: true, Name: []string{"person7"}, Place: "bergen", Type: "full"},
		"[]":     {Former: true, Name: []string{"person8"}},
	} {
		if got := fmt.Sprint(find(t, d, q)); got != want {
			t.Errorf("%+v finds %v, want %v", q, got, want)
		}
	}
}

func TestFindPages(t *testing.T) {
	d := store.NewMemoryDirectory()
	defer func() { _ = d.Close() }()
	walked(t, d, network(), people(1, 100), people(101, 250))
	for _, q := range []store.MemberQuery{{Name: []string{"ada"}}, {}, {From: began.AddDate(-5, 0, 0)}} {
		seen := map[uint64]bool{}
		for offset := 0; offset < 300; offset += 60 {
			page, all, err := d.Find(t.Context(), q, offset, 60)
			if err != nil || all != 250 {
				t.Fatalf("at %d of %d: %v", offset, all, err)
			}
			for _, m := range page {
				seen[m.ID] = true
			}
		}
		if len(seen) != 250 {
			t.Errorf("the pages of %+v hold %d different members, want 250", q, len(seen))
		}
	}
	if page, all, err := d.Find(t.Context(), store.MemberQuery{Name: []string{"ada"}}, 10_000, 25); err != nil || all != 250 || len(page) != 0 {
		t.Errorf("past the end: %d of %d, %v", len(page), all, err)
	}
}

// invented makes members of a large community: names from a small stock, so
// that many share them, and addresses of a few providers.
func invented(random *rand.Rand, id uint64) store.DirectoryMember {
	pick := func(words string) string {
		stock := strings.Fields(words)
		return stock[random.IntN(len(stock))]
	}
	first := pick("Ada Grace Owen Hazel Rowan Imogen Callum Bryony Maria Jose Lucia Soren Asa Bjorn Jurgen Kathe Lukas 小明 美玲 太郎 花子 Иван Ольга Zoe Etienne Chloe Francois Aurelie")
	last := pick("Whitlock Ashby Pemberton Marlowe Hargreaves O'Connell Trevithick Garcia Munoz Quiroga Muller Gross Schafer Vogt 王 李 山田 佐藤 Иванов Петрова Wisniewski Dvorak Kowalczyk Lefevre Moreau")
	email := fmt.Sprintf("%s.%s%d@%s", pick("ada grace owen hazel maria jose lucia soren"), pick("whitlock ashby garcia munoz muller vogt moreau"), random.IntN(5000), pick("gmail.com example.com example.org posteo.de outlook.com"))
	m := member(id, first+" "+last, email, pick("Falmouth,␣UK Bergen,␣Norway Göteborg Hamburg,␣Germany Praha Gdańsk,␣Poland Halifax,␣Nova␣Scotia Kiel"))
	m.Location = strings.ReplaceAll(m.Location, "␣", " ")
	m.FindPlace = strings.ToLower(m.Location)
	if random.IntN(20) == 0 {
		m.Type = "limited"
	}
	if random.IntN(30) == 0 {
		m.Email, m.FindEmail = "", ""
	}
	return m
}

// questions are searches as people make them.
func questions(random *rand.Rand, m store.DirectoryMember) store.MemberQuery {
	cut := func(text string, least int) string {
		runes := []rune(text)
		n := min(len(runes), least+random.IntN(6))
		from := random.IntN(len(runes) - n + 1)
		return strings.TrimFunc(string(runes[from:from+n]), unicode.IsSpace)
	}
	words := strings.Fields(m.FindName)
	switch random.IntN(10) {
	case 0, 1, 2:
		return store.MemberQuery{Name: words}
	case 3, 4:
		return store.MemberQuery{Name: words[:1]}
	case 5:
		return store.MemberQuery{Name: []string{cut(words[1], 2)}}
	case 6:
		if m.FindEmail != "" {
			return store.MemberQuery{Email: cut(m.FindEmail, 4)}
		}
		return store.MemberQuery{Type: "limited"}
	case 7:
		return store.MemberQuery{Place: cut(m.FindPlace, 4)}
	case 8:
		return store.MemberQuery{From: m.Joined, To: m.Joined.AddDate(0, 0, 7)}
	default:
		return store.MemberQuery{Name: words[:1], Place: m.FindPlace}
	}
}
