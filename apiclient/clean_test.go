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
		"bad \xff\xfe bytes":             "bad bytes",
		"\x1b[31mred\x1b[0m":             "[31mred [0m",
		"Zoë – naïve 日本":                 "Zoë – naïve 日本",
		"a\u2028b\u0085c\u00a0d":         "a b c d",
		"":                               "",
		"\u200b":                         "",
		"0123456789012345678901234567":   "01234567890123456789…",
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
		if n := utf8.RuneCountInString(out); n > limit+1 {
			t.Fatalf("%d characters, want at most %d and an ellipsis", n, limit)
		}
		for _, r := range out {
			if !unicode.IsPrint(r) || r == utf8.RuneError {
				t.Fatalf("%q keeps %U", out, r)
			}
		}
		if again := cleanLine(out, limit+1); again != out {
			t.Fatalf("cleaning twice differs: %q, %q", out, again)
		}
	})
}
