package untrusted

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestLine(t *testing.T) {
	tests := []struct {
		name, in string
		max      int
		want     string
	}{
		{"white space", "  Ada\t\tLovelace \r\n x\u2028y ", 100, "Ada Lovelace x y"},
		{"fits exactly", "abcde", 5, "abcde"},
		{"cut", "abcdef", 5, "abcd…"},
		{"cut at a space", "abc def", 5, "abc…"},
		{"cut behind an ellipsis", "abc…def", 5, "abc…"},
		{"only the ellipsis", "abc", 1, "…"},
		{"no room", "abc", 0, ""},
		{"negative", "abc", -1, ""},
		{"empty", "", 5, ""},
		{"nothing visible", "\u200b\u3164", 5, ""},
		{"letter with marks", "abce\u0301\u0302x", 5, "abc…"},
		{"family does not split", "ab👨\u200d👩\u200d👧 and more", 5, "ab…"},
		{"flag does not split", "abc🇩🇪🇫🇷", 5, "abc…"},
		{"flag in tags does not split", "ab🏴" + tags("gbsct") + "\U000e007fcd", 8, "ab…"},
		{"Persian joiner goes with what it joined", "می\u200cخواهم", 4, "می…"},
		{"conjunct does not split", "ab\u0915\u094d\u0937c", 5, "ab…"},
		{"Korean syllable does not split", "ab\u1112\u1161\u11abc", 5, "ab…"},
		{"first grapheme too long", "👨\u200d👩\u200d👧", 3, "…"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Line(tt.in, tt.max); got != tt.want {
				t.Errorf("Line(%+q, %d) = %+q, want %+q", tt.in, tt.max, got, tt.want)
			}
		})
	}
}

func TestText(t *testing.T) {
	words := strings.Repeat("word ", 400)
	tests := []struct {
		name, in string
		max      int
		want     string
	}{
		{"paragraphs", "\n\n one \r\n\r\n\r\n\r\ntwo\t\n three\u2029four \n", 100, "one\n\ntwo\n three\nfour"},
		{"indentation", "list:\n  - a\n\t- b", 100, "list:\n  - a\n\t- b"},
		{"fits exactly", "abcde", 5, "abcde"},
		{"cut", "abcdefgh", 5, "abcde… [cut, 3 more characters]"},
		{"cut at a break", "abc\n\ndef", 4, "abc… [cut, 5 more characters]"},
		{"cut by thousands", words, 9, "word word… [cut, 1,990 more characters]"},
		{"emoji does not split", "ab👩🏽\u200d🚀cd", 5, "ab… [cut, 6 more characters]"},
		{"a note of the member's own", "abcdefghij… [cut, 7 more characters]", 5, "abcde… [cut, 12 more characters]"},
		{"a note out of form", "abcdefghij… [cut, 07 more characters]", 36, "abcdefghij… [cut, 07 more characters… [cut, 1 more characters]"},
		{"no room", "abc", 0, ""},
		{"empty", " \n ", 5, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Text(tt.in, tt.max)
			if got != tt.want {
				t.Errorf("Text(%+q, %d) = %+q, want %+q", tt.in, tt.max, got, tt.want)
			}
			if again := Text(got, tt.max); again != got {
				t.Errorf("second pass: %+q", again)
			}
		})
	}
}

// The note's number has a ceiling, so that adding to one never overflows.
func TestTextNoteCeiling(t *testing.T) {
	got := Text("abcdef… [cut, 999,999,999,999 more characters]", 3)
	if want := "abc… [cut, 999,999,999,999 more characters]"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Clean ASCII comes back as the same string, without a copy, and the fast
// path agrees with the slow one.
func TestFastPath(t *testing.T) {
	for _, s := range []string{"", "Ada Lovelace", "a\nb\n\n  c", "a  b", " a", "a ", "a \nb", "a\n\n\nb", "a\tb",
		strings.Repeat("x", 10), strings.Repeat("x", 11), strings.Repeat("0", 64), strings.Repeat("0", 65), "a\x7f", "a![b", "![", "a! [b"} {
		if got, want := Line(s, 100), string(clean(s, true)); got != want {
			t.Errorf("Line(%q) = %q, slow path %q", s, got, want)
		}
		if got, want := Text(s, 100), string(clean(s, false)); got != want {
			t.Errorf("Text(%q) = %q, slow path %q", s, got, want)
		}
	}
	name, body := "Ada Lovelace", "First line.\n\nSecond (with 50% more) line."
	if n := testing.AllocsPerRun(100, func() {
		if Line(name, 80) != name || Text(body, 500) != body || HTML(body, 500) != body {
			t.Error("clean ASCII was changed")
		}
	}); n != 0 {
		t.Errorf("%v allocations for clean ASCII, want 0", n)
	}
}

func BenchmarkLineASCII(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Line("Ada Lovelace of the Analytical Engine", 80)
	}
}

func BenchmarkLineUnicode(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Line("Zoë Müller 👩🏽\u200d🚀 из Москвы", 80)
	}
}

func BenchmarkTextASCII(b *testing.B) {
	body := strings.Repeat("A post with words, as members write them.\n", 100) + "End."
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		Text(body, 10_000)
	}
}

func BenchmarkTextUnicode(b *testing.B) {
	body := strings.Repeat("Ein Beitrag, wie ihn Mitglieder schreiben: größer, schöner 🎉\n", 100)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		Text(body, 10_000)
	}
}

func BenchmarkHTML(b *testing.B) {
	body := strings.Repeat(`<p>A post with <b>words</b>, as <a href="https://e.example/x">members</a> write them.</p>`, 50)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		HTML(body, 10_000)
	}
}

func runes(s string) int { return utf8.RuneCountInString(s) }
