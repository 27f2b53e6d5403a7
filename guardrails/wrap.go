package guardrails

import (
	"strings"

	"golang.org/x/text/width"
)

// hanging begins every line but the first of what is too long for one. Our own
// lines begin at the edge, so that no value can put a word there by its length.
const hanging = "      "

// leastWidth is the narrowest that lines are made.
const leastWidth = 40

// Wrapped is [Document.Text] for a screen of that many columns.
func (d Document) Wrapped(columns int) string {
	columns = max(columns, leastWidth)
	var b strings.Builder
	for i, line := range strings.Split(d.Text(), "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		wrap(&b, line, columns)
	}
	return b.String()
}

func wrap(b *strings.Builder, line string, columns int) {
	used := 0
	for word := range strings.SplitSeq(line, " ") {
		length := columnsOf(word)
		switch {
		case used == 0:
		case used+1+length <= columns:
			b.WriteByte(' ')
			used++
		case length <= columns-len(hanging), used >= columns:
			used = breakLine(b)
		default:
			// It fits on no line, so it begins on this one.
			b.WriteByte(' ')
			used++
		}
		for _, r := range word {
			if used += columnOf(r); used > columns {
				used = breakLine(b) + columnOf(r)
			}
			b.WriteRune(r)
		}
	}
}

func breakLine(b *strings.Builder) (used int) {
	b.WriteString("\n" + hanging)
	return len(hanging)
}

func columnsOf(s string) int {
	n := 0
	for _, r := range s {
		n += columnOf(r)
	}
	return n
}

// columnOf returns how many columns a character takes at most: two where some
// terminals take two.
func columnOf(r rune) int {
	if r < 0x300 {
		return 1
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianNarrow, width.EastAsianHalfwidth:
		return 1
	case width.Neutral:
		if r < 0x1F000 {
			return 1
		}
	}
	return 2
}
