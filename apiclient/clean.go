package apiclient

import (
	"regexp"
	"strings"

	"github.com/mcp-mighty/mcp-mighty/guardrails/untrusted"
)

// Bounds of text that the API wrote, in characters and in messages. It may
// repeat what members wrote, so it stays short.
const (
	maxMessage  = 300
	maxMessages = 10
)

// cleanLine makes one line of at most limit characters out of foreign text, by
// the rules for everything that people write.
func cleanLine(s string, limit int) string { return untrusted.Line(s, limit) }

// cleanUpstream is cleanLine for text from the API, without the key, which a
// server or proxy might repeat.
func (w *way) cleanUpstream(s string) string {
	// The key goes before the cleaning, which shortens what repeats; after it,
	// since it may put together what invisible characters held apart; and before
	// the cut, which may leave half of it.
	return cleanLine(w.withoutKey(cleanLine(w.withoutKey(s), len(s))), maxMessage)
}

func (w *way) withoutKey(s string) string {
	s = keyShape.ReplaceAllString(s, "***")
	if token := w.token.Reveal(); len(token) >= minSecret {
		s = strings.ReplaceAll(s, token, "***")
	}
	return s
}

// keyShape is how the vendor's keys look, of either API.
var keyShape = regexp.MustCompile(`mn_[0-9A-Fa-f]{16,}|sk_(?:live|test)_[0-9A-Za-z]{8,}`)

// minSecret is the length below which a key is a placeholder, and taking it
// out of a text would only garble the text.
const minSecret = 6
