package untrusted

import "strings"

// ellipsis marks the place of a cut.
const ellipsis = '…'

// Line returns s as one line for a name, a title or any other short field:
// cleaned, every run of white space as one space, trimmed, and at most max
// characters long, the "…" of a cut included. With max below 1 the result is
// empty.
func Line(s string, max int) string {
	if max < 1 {
		return ""
	}
	if len(s) <= max && plainLine(s) {
		return s
	}
	return cutLine(clean(s, true), max)
}

// Text returns s with its paragraphs: cleaned, at most two line breaks in a
// row, no white space at the ends of lines, trimmed. A text of more than max
// characters is cut there and ends in a note like "… [cut, 1,234 more
// characters]", which comes on top of max; the number counts characters of
// the cleaned text. With max below 1 the result is empty.
func Text(s string, max int) string {
	if max < 1 {
		return ""
	}
	if len(s) <= max && plainText(s) {
		return s
	}
	return cutText(clean(s, false), max, 0)
}

// plainLine reports whether s is a line that [clean] would return unchanged,
// looking at bytes only. It is the path that almost every name takes.
func plainLine(s string) bool {
	return plain(s, false)
}

// plainText is plainLine for texts with line breaks.
func plainText(s string) bool {
	return plain(s, true)
}

func plain(s string, breaks bool) bool {
	if s == "" {
		return true
	}
	if last := s[len(s)-1]; s[0] <= ' ' || last <= ' ' {
		return false
	}
	run := 0
	var before byte
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c < ' ' && (c != '\n' || !breaks) || c > '~' {
			return false
		}
		if c != before {
			if c == '\n' && before == ' ' || c == '[' && before == '!' {
				return false
			}
			before, run = c, 1
			continue
		}
		if run++; run > asciiRun(c, breaks) {
			return false
		}
	}
	return true
}

// asciiRun is how many times c may follow itself on the fast path.
func asciiRun(c byte, breaks bool) int {
	switch {
	case c == '\n':
		return maxBreaks
	case c == ' ' && !breaks:
		return 1
	}
	return runLimit(rune(c))
}

// cutLine shortens a cleaned line to max characters with the "…".
func cutLine(rs []rune, max int) string {
	if len(rs) <= max {
		return string(rs)
	}
	return string(append(trimCut(rs[:fit(rs, max-1)]), ellipsis))
}

// cutText shortens a cleaned text to max characters and adds the note. more
// counts characters that were left out before, and forces the note if it is
// not zero.
//
// A text that already ends in such a note is measured without it, so that a
// text that passed here once passes unchanged the second time.
func cutText(rs []rune, max, more int) string {
	if len(rs) <= max && more == 0 {
		return string(rs)
	}
	body, before := splitNote(rs)
	kept := body
	if len(body) > max {
		kept = body[:fit(body, max)]
	}
	kept = trimCut(kept)
	var b strings.Builder
	b.WriteString(string(kept))
	b.WriteString(note(len(body) - len(kept) + before + more))
	return b.String()
}
