package untrusted

import (
	"strings"

	"golang.org/x/net/html"
)

// maxPlainRounds bounds how often [Plain] looks again after it took something
// out, which may have put together what stood around it.
const maxPlainRounds = 4

// Bounds of what [Plain] looks at, since an element that is never closed is read
// to the end and left: bytes of a text, and such elements in it.
const (
	maxPlain = 8 << 10
	maxOpen  = 50
)

// Plain returns s as [Line] does, without HTML comments and without elements
// that a browser does not show, as far as they are closed: it is for fields that
// should hold no HTML, and may be shown as such or not. Other tags stay as they
// are written, and nothing is taken out by a tag that is never closed, so that
// no word can hide what stands behind it.
//
// What somebody approves is not for Plain: there a comment has to be seen.
func Plain(s string, max int) string {
	if strings.IndexByte(s, '<') < 0 {
		return Line(s, max)
	}
	// Cleaned first: that may put together what invisible characters held apart.
	s = string(clean(s, true))
	if len(s) > maxPlain {
		s = strings.ToValidUTF8(s[:maxPlain], "") + string(ellipsis)
	}
	for range maxPlainRounds {
		shown := withoutHidden(s)
		if shown == s {
			break
		}
		s = shown
	}
	return Line(s, max)
}

// withoutHidden takes comments and closed hidden elements out of s.
func withoutHidden(s string) string {
	if !looksLikeHTML(s) {
		return s
	}
	var b strings.Builder
	for open := 0; open < maxOpen; {
		at := strings.IndexByte(s, '<')
		if at < 0 {
			break
		}
		b.WriteString(s[:at])
		s = s[at:]
		length, isOpen := hiddenLen(s)
		if isOpen {
			open++
		}
		if length == 0 {
			b.WriteByte('<')
			length = 1
		}
		s = s[length:]
	}
	return b.String() + s
}

// hiddenLen returns how many bytes at the start of s, which is a "<", make up a
// comment or a hidden element; 0 for none. isOpen says that there is such an
// element, which is never closed.
func hiddenLen(s string) (length int, isOpen bool) {
	const open, close = "<!--", "-->"
	if strings.HasPrefix(s, open) {
		// Its two dashes may be those of its end: "<!-->" is a whole comment.
		end := strings.Index(s[2:], close)
		if end < 0 {
			return len(open), false // never closed: what follows stays
		}
		return 2 + end + len(close), false
	}
	z := html.NewTokenizer(strings.NewReader(s))
	if z.Next() != html.StartTagToken {
		return 0, false
	}
	first := z.Token()
	length = len(z.Raw())
	if void(first.Data) || !tag.MatchString(s[:length]) || !invisible(first.Data, first.Attr) {
		return 0, false
	}
	for depth := 1; ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			return 0, true
		}
		length += len(z.Raw())
		if name, _ := z.TagName(); (kind == html.StartTagToken || kind == html.EndTagToken) && string(name) == first.Data {
			if kind == html.StartTagToken {
				depth++
			} else if depth--; depth == 0 {
				return length, false
			}
		}
	}
}
