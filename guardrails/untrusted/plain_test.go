package untrusted

import (
	"strings"
	"testing"
	"time"
)

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		"Ada Lovelace":                      "Ada Lovelace",
		"a < b > c, <3, <ada@example.org>":  "a < b > c, <3, <ada@example.org>",
		"How <b> and <script> work":         "How <b> and <script> work",
		"a<!-- x -->b":                      "ab",
		"a<!-- x":                           "a x",
		"a<!---->b<!-->c":                   "abc",
		"a<!-- <b> --> b":                   "a b",
		"a<script>x</script>b":              "ab",
		"a<SCRIPT type=x>x</sCript >b":      "ab",
		"a<p style='display:none'>x</p>b":   "ab",
		"a<p hidden>x<p>y</p></p>b":         "ab",
		"a<p hidden>x":                      "a<p hidden>x",
		"a<i>b</i>c":                        "a<i>b</i>c",
		"a<!-<!-- x -->- y -->b":            "ab",
		"<<!-- x -->!-- y -->b":             "b",
		"a<title>x</title>b":                "ab",
		"<template>x</template>":            "",
		"a<p hidden>x</p>b<p hidden>y</p>c": "abc",
		"a\u200b<!-\u200b- x -->b":          "ab",
		"50% <off>":                         "50% <off>",
	} {
		if got := Plain(in, 100); got != want {
			t.Errorf("Plain(%q) = %q, want %q", in, got, want)
		}
	}
}

// Markup that nests or repeats without end takes no time to speak of.
func TestPlainIsQuick(t *testing.T) {
	for name, s := range map[string]string{
		"open elements":  strings.Repeat("<p hidden>", 20_000),
		"open comments":  strings.Repeat("<!--", 50_000),
		"angles":         strings.Repeat("<", 200_000),
		"nested":         strings.Repeat("<p hidden>", 10_000) + strings.Repeat("</p>", 10_000),
		"open and large": "<p hidden>" + strings.Repeat("x<b>", 50_000),
	} {
		start := time.Now()
		Plain(s, 200)
		if took := time.Since(start); took > 3*time.Second {
			t.Errorf("%s: %v", name, took)
		}
	}
}

func FuzzPlain(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, s string, max int) {
		max %= 1 << 12
		got := Plain(s, max)
		if why := offence(got); why != "" {
			t.Errorf("%s in Plain(%+q, %d) = %+q", why, s, max, got)
		}
		if n := runes(got); n > runes(s) || n > 0 && n > max {
			t.Errorf("Plain(%+q, %d) = %+q has %d characters", s, max, got, n)
		}
		if !strings.Contains(s, "<") && got != Line(s, max) {
			t.Errorf("Plain(%+q, %d) = %+q, Line %+q", s, max, got, Line(s, max))
		}
	})
}
