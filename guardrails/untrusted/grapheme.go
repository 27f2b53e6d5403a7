package untrusted

import (
	"slices"
	"unicode"
)

// maxGrapheme bounds what counts as one grapheme, so that no text is one.
const maxGrapheme = 32

// graphemeLen returns how many runes at the start of rs, which is not empty,
// a reader sees as one character. It follows the rules of Unicode for extended
// grapheme clusters as far as cleaned text needs them: marks, selectors,
// joiners, emoji and flags, Hangul, Indic conjuncts.
func graphemeLen(rs []rune) int {
	end := min(len(rs), maxGrapheme)
	for i := 1; i < end; i++ {
		if isRegional(rs[0]) && i == 1 && isRegional(rs[1]) {
			continue
		}
		if !attaches(rs[:i], rs[i]) {
			return i
		}
	}
	return end
}

// attaches reports whether r belongs to the grapheme that before ends.
func attaches(before []rune, r rune) bool {
	last := before[len(before)-1]
	switch {
	case last == '\n' || last == ' ':
		return isMark(r)
	case isMark(r), r == zwj, r == zwnj, r == mvs, isSkinTone(r), r > 0xE0000,
		r == 0x0E33, r == 0x0EB3, r == 0xFF9E, r == 0xFF9F: // vowels and voicing marks that are letters by name
		return true
	case last == zwj && isPict(r):
		return true
	case unicode.IsLetter(r) && inJoiningScript(r):
		if last == zwj && len(before) > 1 {
			last = before[len(before)-2]
		}
		return isVirama(last) && last != 0x103A
	}
	return hangulAttaches(last, r)
}

// hangulAttaches joins the parts of a Korean syllable: leading consonants,
// vowels, trailing consonants.
func hangulAttaches(last, r rune) bool {
	isLead := func(r rune) bool { return r >= 0x1100 && r <= 0x115F || r >= 0xA960 && r <= 0xA97C }
	isVowel := func(r rune) bool { return r >= 0x1160 && r <= 0x11A7 || r >= 0xD7B0 && r <= 0xD7C6 }
	isTail := func(r rune) bool { return r >= 0x11A8 && r <= 0x11FF || r >= 0xD7CB && r <= 0xD7FB }
	isSyllable := func(r rune) bool { return r >= 0xAC00 && r <= 0xD7A3 }
	openSyllable := isSyllable(last) && (last-0xAC00)%28 == 0
	switch {
	case isLead(last):
		return isLead(r) || isVowel(r) || isSyllable(r)
	case isVowel(last) || openSyllable:
		return isVowel(r) || isTail(r)
	case isTail(last) || isSyllable(last):
		return isTail(r)
	}
	return false
}

// fit returns the length of the longest start of rs that has at most n runes
// and ends between two graphemes.
func fit(rs []rune, n int) int {
	end := 0
	for end < len(rs) {
		size := graphemeLen(rs[end:])
		if end+size > n {
			break
		}
		end += size
	}
	return end
}

// dropRepeats shortens runs of the same grapheme to maxRun. Runs of the same
// rune are gone already; these are emoji and letters of several runes. It
// works in place.
func dropRepeats(rs []rune) []rune {
	out := rs[:0]
	var before []rune
	run := 0
	for len(rs) > 0 {
		size := graphemeLen(rs)
		grapheme := rs[:size]
		rs = rs[size:]
		if size > 1 && slices.Equal(grapheme, before) {
			if run++; run > maxRun {
				continue
			}
		} else {
			run = 1
		}
		// before must be the copy in out: what it was read from is overwritten.
		out = append(out, grapheme...)
		before = out[len(out)-size:]
	}
	return out
}
