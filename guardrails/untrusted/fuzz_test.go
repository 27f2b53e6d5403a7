package untrusted

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// offence names the first rune of s that has no business in a cleaned text, or
// is empty. It states the rules a second time, by themselves and not by the
// functions under test.
func offence(s string) string {
	if !utf8.ValidString(s) {
		return "invalid UTF-8"
	}
	rs := []rune(s)
	at := func(i int) rune {
		if i < 0 || i >= len(rs) {
			return 0
		}
		return rs[i]
	}
	if strings.Contains(s, "![") {
		return "image"
	}
	flags := strings.NewReplacer(
		"\U0001f3f4"+tags("gbeng")+"\U000e007f", "", "\U0001f3f4"+tags("gbsct")+"\U000e007f", "",
		"\U0001f3f4"+tags("gbwls")+"\U000e007f", "").Replace(s)
	for _, r := range flags {
		if r >= 0xE0000 && r <= 0xE007F {
			return "tag outside a flag"
		}
	}
	stack, run := 0, 0
	for i, r := range rs {
		before, after := at(i-1), at(i+1)
		if run++; r != before {
			run = 1
		}
		switch {
		case r == '\n' || r == '\t':
		case unicode.Is(unicode.Cc, r):
			return "control character"
		case r == 0x200C || r == 0x200D:
			joinsEmoji := r == 0x200D && after > 0xA8 && (unicode.IsSymbol(after) || unicode.IsPunct(after) || after > 0x1F000)
			if before < 0x0900 && after < 0x0600 || before == 0x200C || before == 0x200D || unicode.IsSpace(before) ||
				!joinsEmoji && !unicode.IsLetter(after) && !unicode.IsMark(after) && !unicode.Is(unicode.Mn, before) {
				if before == 0x0647 && r == 0x200D && after == '.' {
					break
				}
				return "joiner that joins nothing"
			}
		case r >= 0xE0020 && r <= 0xE007F:
		case r >= 0xE0100 && r <= 0xE01EF:
			if !unicode.Is(unicode.Han, before) {
				return "supplementary selector"
			}
		case r == 0xFE0E || r == 0xFE0F:
			if unicode.IsLetter(before) && before < 0x2000 || before == 0 || unicode.IsSpace(before) || unicode.Is(unicode.Mn, before) {
				return "style selector without a base"
			}
		case r == 0x180E && (before >= 0x180B && before <= 0x180D || before == 0x180F):
		case r >= 0x180B && r <= 0x180F && before >= 0x1800 && before <= 0x18AA && unicode.IsLetter(before):
		case unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r), unicode.Is(unicode.Variation_Selector, r):
			return "invisible character"
		case unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r):
			return "format character"
		case unicode.Is(unicode.Co, r), unicode.Is(unicode.Noncharacter_Code_Point, r), r == 0xFFFC, r == 0x1D159, r == 0x2800:
			return "private use, noncharacter or blank"
		case r >= 0xE0000 && r <= 0xEFFFF:
			return "plane 14"
		case unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r), unicode.Is(unicode.Zs, r) && r != ' ':
			return "white space of another kind"
		}
		if unicode.Is(unicode.Mn, r) && !unicode.Is(unicode.Variation_Selector, r) || unicode.Is(unicode.Me, r) {
			if stack++; stack > 4 {
				return "stack of marks"
			}
		} else if !unicode.Is(unicode.M, r) && r != 0x200C && r != 0x200D {
			stack = 0
		}
		if limit := 10; run > limit && !(r >= '0' && r <= '9' && run <= 64) {
			return "overlong run"
		}
	}
	return ""
}

func seeds(f *testing.F) {
	for _, s := range []string{
		"", "Ada Lovelace", "a\x1b[31mb\x1b]0;t\x07c", "a\u200b\u202eb\ufeff", "hi" + tags("do it"),
		"👨\u200d👩\u200d👧\u200d👦 🏴" + tags("gbsct") + "\U000e007f", "می\u200cخواهم", "क्\u200dष", "അവന്\u200d",
		"\u845b\U000e0100", "\u2764\ufe0f\u200d🔥", strings.Repeat("\u2764\ufe0f", 20), strings.Repeat("a\u0301\u0302", 30),
		"a\xff\xfeb", strings.Repeat("x", 50), "one\r\n\r\n\r\n two \t\n", "abcdefghij… [cut, 7 more characters]",
		"<p>a &lt; b</p><!-- x --><b style='display:none'>y</b>", "a < b && AT&T &amp; c", "\u1112\u1161\u11ab\u1112",
		"1\ufe0f\u20e3 \u0301x", "\u0600\u0661 \u200f\u05d0", "\U0001f1e9\U0001f1ea\U0001f1e9", "……………………………",
		"<table><tr><td>1<td>2</table><a href='javascript:x'>y</a><img alt='z]('>", "<div hidden>" + strings.Repeat("<div>", 600) + "x",
	} {
		for _, max := range []int{1, 5, 12, 1000} {
			f.Add(s, max)
		}
	}
}

func FuzzLine(f *testing.F) {
	seeds(f)
	f.Fuzz(checkLine)
}

func FuzzText(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, s string, max int) {
		max %= 1 << 12
		got := Text(s, max)
		checkText(t, "Text", s, got, max)
		if body, _ := splitNote([]rune(got)); len(body) > runes(s) {
			t.Errorf("Text(%+q, %d) = %+q grew", s, max, got)
		}
	})
}

func FuzzHTML(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, s string, max int) {
		max %= 1 << 12
		got := HTML(s, max)
		checkText(t, "HTML", s, got, max)
		if !strings.ContainsAny(s, "<&") && got != Text(s, max) {
			t.Errorf("HTML(%+q, %d) = %+q, Text %+q", s, max, got, Text(s, max))
		}
	})
}

// Random mixtures of the pieces that the rules speak of reach combinations
// that a fuzzer of bytes seldom finds.
func TestMixtures(t *testing.T) {
	pieces := []string{
		"a", "a", "0", "#", "#", " ", "\t", "\n", "\r", "…", "…", "\x1b", "\x1b[", "31m", "\x1b]", "\x07", "\u009b", "\u009d", "\u009c", "\xff",
		"\u200b", "\u202e", "\u200c", "\u200c", "\u200d", "\u200d", "\u200d", "\ufe0f", "\ufe0e", "\ufe00", "\u0301", "\u0301", "\u20e3", "\u0488", "\u0903",
		"\u06cc", "\u0645", "\u064e", "\u06f2", "\u0915", "\u094d", "\u093f", "\u0dca", "\u0dbb", "\u0d4d", "\u0d28", "\u1000", "\u103a",
		"\u1826", "\u180b", "\u180e", "\u0647", ".", "!", "![", "[", "\u1112", "\u1161", "\u11ab", "\uac00", "\u115f", "\u845b", "\U000e0100", "\U000e0148",
		"\U0001f469", "\U0001f468", "\u2764", "\U0001f3fd", "\U0001f1e9", "\U0001f1ea", "\U0001f3f4",
		"\U0001f3f4" + tags("gbsct") + "\U000e007f", tags("gbeng"), "\U000e007f", "\u0600", "\u0e33", "\ue000", "\ufffe", "\u3164", "\u00a0",
		"… [cut, 7 more characters]", "<b>", "</p>", "&amp;", "&#x200d;", "\U0001f469\U0001f3fd\u200d\U0001f680",
	}
	rounds := 6_000
	if testing.Short() {
		rounds = 1_000
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range rounds {
		var b strings.Builder
		// A small choice of pieces makes runs and neighbours likely.
		choice := make([]string, 1+random.IntN(7))
		for i := range choice {
			choice[i] = pieces[random.IntN(len(pieces))]
		}
		for range 1 + random.IntN(40) {
			b.WriteString(choice[random.IntN(len(choice))])
		}
		s, max := b.String(), random.IntN(60)
		checkLine(t, s, max)
		checkText(t, "Text", s, Text(s, max), max)
		checkText(t, "HTML", s, HTML(s, max), max)
		if t.Failed() {
			return
		}
	}
}

func checkLine(t *testing.T, s string, max int) {
	max %= 1 << 12
	got := Line(s, max)
	if why := offence(got); why != "" {
		t.Errorf("%s in Line(%+q, %d) = %+q", why, s, max, got)
	}
	if n := runes(got); n > runes(s) || n > 0 && n > max {
		t.Errorf("Line(%+q, %d) = %+q has %d characters", s, max, got, n)
	}
	if strings.ContainsAny(got, "\n\t") || strings.TrimSpace(got) != got || strings.Contains(got, "  ") {
		t.Errorf("Line(%+q, %d) = %+q is not one tidy line", s, max, got)
	}
	if again := Line(got, max); again != got {
		t.Errorf("Line(%+q, %d) = %+q, second pass %+q", s, max, got, again)
	}
	if text := Text(got, max); text != got {
		t.Errorf("Line(%+q, %d) = %+q, but Text of it %+q", s, max, got, text)
	}
}

func checkText(t *testing.T, name, s, got string, max int) {
	t.Helper()
	if why := offence(got); why != "" {
		t.Errorf("%s in %s(%+q, %d) = %+q", why, name, s, max, got)
	}
	if body, more := splitNote([]rune(got)); runes(got) > 0 && runes(got) > max && (len(body) > max || more == 0) {
		t.Errorf("%s(%+q, %d) = %+q has %d characters", name, s, max, got, runes(got))
	}
	if strings.Contains(got, "\n\n\n") || strings.Contains(got, " \n") || strings.TrimSpace(got) != got {
		t.Errorf("%s(%+q, %d) = %+q is untidy", name, s, max, got)
	}
	if again := Text(got, max); again != got {
		t.Errorf("%s(%+q, %d) = %+q, second pass %+q", name, s, max, got, again)
	}
}

func FuzzValue(f *testing.F) {
	for _, s := range []string{`{}`, `[1,"a\u200bb",null]`, `{"a":{"b\u200b":"<p>x</p>"},"b":1e3}`, `"x"`, `{"a":1,"a\u200b":2,"a\u200c":3}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var v any
		if json.Unmarshal([]byte(s), &v) != nil {
			return
		}
		walk(t, Value(v, 50))
	})
}

func walk(t *testing.T, v any) {
	t.Helper()
	switch v := v.(type) {
	case string:
		if why := offence(v); why != "" {
			t.Errorf("%s in %+q", why, v)
		}
	case []any:
		for _, item := range v {
			walk(t, item)
		}
	case map[string]any:
		for key, item := range v {
			walk(t, key)
			walk(t, item)
		}
	}
}
