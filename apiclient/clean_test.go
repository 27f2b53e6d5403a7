package apiclient

import (
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestCleanLine(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                          "plain",
		"  two\r\n\tlines \x00 ":         "two lines",
		"a\u202Eb\u200bc\ufeffd\u2066":   "abcd",
		"x\U000E0041\U000E0042y":         "xy", // tag characters
		"bad \xff\xfe bytes":             "bad \ufffd bytes",
		"\x1b[31mred\x1b[0m":             "red",
		"Zoë – naïve 日本":                 "Zoë – naïve 日本",
		"a\u2028b\u0085c\u00a0d":         "a b c d",
		"x\U000e0100\u3164y\ufe00":       "xy", // marks and letters that show nothing
		"":                               "",
		"\u200b":                         "",
		"0123456789012345678901234567":   "0123456789012345678…",
		"01234567890123456789":           "01234567890123456789",
		"0123456789012345678 012345678":  "0123456789012345678…",
		"01234567890123456789\u200b\r\n": "01234567890123456789",
	} {
		if got := cleanLine(in, 20); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestCleanLineHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")) + rapid.String().Draw(t, "text")
		limit := rapid.IntRange(1, 50).Draw(t, "limit")
		out := cleanLine(in, limit)
		if n := utf8.RuneCountInString(out); n > limit {
			t.Fatalf("%d characters, want at most %d", n, limit)
		}
		for _, r := range out {
			if unicode.IsControl(r) || unicode.IsSpace(r) && r != ' ' {
				t.Fatalf("%q keeps %U", out, r)
			}
		}
		if again := cleanLine(out, limit); again != out {
			t.Fatalf("cleaning twice differs: %q, %q", out, again)
		}
	})
}
