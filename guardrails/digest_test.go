package guardrails

import (
	"testing"

	"pgregory.net/rapid"
)

// A part cannot be moved across the border between two, or an approval of one
// call could be spent on another.
func TestDigestKeepsBorders(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringN(1, 40, -1).Draw(t, "text")
		i := rapid.IntRange(0, len(text)).Draw(t, "i")
		j := rapid.IntRange(0, len(text)).Draw(t, "j")
		if same := digest(text[:i], text[i:]) == digest(text[:j], text[j:]); same != (i == j) {
			t.Fatalf("%q at %d and %d: same digest %v", text, i, j, same)
		}
	})
	if digest() == digest("") || digest("") == digest("", "") {
		t.Error("empty parts are not counted")
	}
}
