package untrusted

import "unicode/utf8"

// escapeLen returns how many bytes at the start of s make up a terminal escape
// sequence that r introduces, r being the first rune of s and size its length.
// A sequence is taken whole, so that its parameters do not stay behind as
// noise. An introducer without a complete sequence counts alone: what follows
// is visible text, and a broken introducer must not swallow it.
func escapeLen(s string, r rune, size int) int {
	switch r {
	case 0x9B:
		return controlLen(s, size)
	case 0x90, 0x98, 0x9D, 0x9E, 0x9F:
		return stringLen(s, size)
	}
	if r != 0x1B || len(s) == 1 {
		return size
	}
	switch c := s[1]; {
	case c == '[':
		return controlLen(s, 2)
	case c == 'P', c == 'X', c == ']', c == '^', c == '_':
		return stringLen(s, 2)
	case c >= 0x20 && c <= 0x2F:
		// Intermediate bytes, then one final byte: character set selections.
		for i := 2; i < len(s); i++ {
			if s[i] >= 0x30 && s[i] <= 0x7E {
				return i + 1
			}
			if s[i] < 0x20 || s[i] > 0x2F {
				break
			}
		}
	case c >= 0x30 && c <= 0x7E:
		return 2
	}
	return size
}

// controlLen measures a control sequence (colours, cursor movements) whose
// introducer takes intro bytes.
func controlLen(s string, intro int) int {
	i := intro
	for i < len(s) && s[i] >= 0x30 && s[i] <= 0x3F {
		i++
	}
	for i < len(s) && s[i] >= 0x20 && s[i] <= 0x2F {
		i++
	}
	if i < len(s) && s[i] >= 0x40 && s[i] <= 0x7E {
		return i + 1
	}
	return intro
}

// stringLen measures a control string (window titles, links) whose introducer
// takes intro bytes. It ends with BEL or a string terminator; any other
// control character, a line break too, shows that it was never closed.
func stringLen(s string, intro int) int {
	for i := intro; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == 0x07, r == 0x9C:
			return i + size
		case r == 0x1B && i+1 < len(s) && s[i+1] == '\\':
			return i + 2
		case r < 0x20, r >= 0x7F && r <= 0x9F, r == utf8.RuneError && size == 1:
			return intro
		}
		i += size
	}
	return intro
}
