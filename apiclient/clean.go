package apiclient

import (
	"regexp"
	"strings"
	"unicode"
)

// Bounds of text that the API wrote, in characters and in messages. It may
// repeat what members wrote, so it stays short.
const (
	maxMessage  = 300
	maxMessages = 10
)

// cleanLine makes one line of at most limit characters out of foreign text:
// controls and line breaks become spaces, runs of them one, and characters
// that cannot be seen (bidirectional marks, tags, private use) disappear.
func cleanLine(s string, limit int) string {
	var b strings.Builder
	written, gap := 0, false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r) || unicode.IsControl(r):
			gap = b.Len() > 0
			continue
		case r == unicode.ReplacementChar || !unicode.IsPrint(r):
			continue
		}
		space := ""
		if gap {
			space = " "
		}
		if written+len(space)+1 > limit {
			b.WriteString("…")
			break
		}
		b.WriteString(space)
		b.WriteRune(r)
		written, gap = written+len(space)+1, false
	}
	return b.String()
}

// cleanUpstream is cleanLine for text from the API, without the key, which a
// server or proxy might repeat.
func (w *way) cleanUpstream(s string) string {
	// The key goes after the cleaning, which may put together what invisible
	// characters held apart, and before the cut, which may leave half of it.
	line := cleanLine(s, len(s))
	line = keyShape.ReplaceAllString(line, "***")
	if token := w.token.Reveal(); len(token) >= minSecret {
		line = strings.ReplaceAll(line, token, "***")
	}
	return cleanLine(line, maxMessage)
}

// keyShape is how the vendor's keys look, of either API.
var keyShape = regexp.MustCompile(`mn_[0-9A-Fa-f]{16,}|sk_(?:live|test)_[0-9A-Za-z]{8,}`)

// minSecret is the length below which a key is a placeholder, and taking it
// out of a text would only garble the text.
const minSecret = 6
