package untrusted

import (
	"strconv"
	"strings"
	"unicode"
)

// The note reads "… [cut, 1,234 more characters]".
const (
	noteOpen  = "… [cut, "
	noteClose = " more characters]"

	// noteMost bounds the number in a note. A member can write a note too, and
	// its number must not overflow the sum.
	noteMost = 999_999_999_999
)

// note says that n characters are missing.
func note(n int) string {
	return noteOpen + grouped(min(max(n, 1), noteMost)) + noteClose
}

// grouped writes n > 0 with a comma between thousands.
func grouped(n int) string {
	digits := strconv.Itoa(n)
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return b.String()
}

// splitNote takes the note off the end of a text and returns its number, or
// the whole text and 0 if it ends in none. Only the exact form that [note]
// writes counts.
func splitNote(rs []rune) ([]rune, int) {
	longest := len(noteOpen) + len("999,999,999,999") + len(noteClose)
	tail := string(rs[max(0, len(rs)-longest):])
	at := strings.LastIndex(tail, noteOpen)
	if at < 0 {
		return rs, 0
	}
	tail = tail[at:]
	number, ok := strings.CutSuffix(tail[len(noteOpen):], noteClose)
	if !ok {
		return rs, 0
	}
	n, err := strconv.Atoi(strings.ReplaceAll(number, ",", ""))
	if err != nil || n < 1 || n > noteMost || note(n) != tail {
		return rs, 0
	}
	return rs[:len(rs)-len([]rune(tail))], n
}

// trimCut tidies the end of a cut text: no white space before the "…", no
// second "…", and no joiner that has lost what it joined.
func trimCut(rs []rune) []rune {
	end := len(rs)
	for end > 0 {
		switch r := rs[end-1]; {
		case r == ellipsis, r == zwj, r == zwnj, r == mvs, unicode.IsSpace(r):
			end--
			continue
		}
		break
	}
	return rs[:end]
}
