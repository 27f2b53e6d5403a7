package untrusted

import "unicode"

const (
	zwnj = '\u200C' // zero width non-joiner
	zwj  = '\u200D' // zero width joiner

	mvs = '\u180E' // Mongolian vowel separator
	heh = '\u0647' // the Arabic letter

	textStyle  = '\uFE0E' // variation selector 15
	emojiStyle = '\uFE0F' // variation selector 16

	blackFlag = '\U0001F3F4' // base of the flags of Scotland, Wales and England
	tagEnd    = '\U000E007F'
)

// forbidden reports whether r is taken out wherever it stands. Characters
// whose fate hangs on their neighbours (joiners, variation selectors, flag
// tags) are decided before it is asked, and count as forbidden here.
func forbidden(r rune) bool {
	switch {
	case r < 0x7F:
		return r < ' '
	case r < 0xAD:
		return r < 0xA0
	case r >= 0xE0000 && r <= 0xEFFFF: // tags, selectors, and what is unassigned beside them
		return true
	case r&0xFFFE == 0xFFFE, r >= 0xFDD0 && r <= 0xFDEF: // noncharacters
		return true
	case unicode.Is(unicode.Co, r):
		return true
	case unicode.Is(unicode.Cf, r):
		return !visibleFormat(r)
	}
	return blank(r)
}

// visibleFormat lists the format characters that have a shape of their own:
// the number signs of Arabic, Syriac and Kaithi that enclose what follows.
func visibleFormat(r rune) bool {
	switch {
	case r >= 0x0600 && r <= 0x0605, r == 0x06DD, r == 0x08E2,
		r == 0x0890, r == 0x0891, r == 0x110BD, r == 0x110CD:
		return true
	}
	return false
}

// blank lists the characters that Unicode counts as letters, marks or symbols
// and that show nothing.
func blank(r rune) bool {
	switch r {
	case 0x034F, // combining grapheme joiner
		0x115F, 0x1160, 0x3164, 0xFFA0, // Hangul fillers
		0x17B4, 0x17B5, // Khmer inherent vowels
		0x180B, 0x180C, 0x180D, 0x180F, // Mongolian selectors
		0x2065,  // reserved among the invisible operators
		0xFFFC,  // object replacement
		0x1D159: // null notehead
		return true
	}
	return r >= 0xFE00 && r <= 0xFE0F || // variation selectors
		r >= 0xFFF0 && r <= 0xFFF8 // reserved among the annotations
}

// isSpace reports a white space that does not break the line. Every kind is
// written as a plain space: the widths are a way to hide a message. The blank
// braille pattern is braille's space.
func isSpace(r rune) bool {
	return r == ' ' || r == '\t' || r == 0x2800 || r > 0x7F && unicode.Is(unicode.Zs, r)
}

// isBreak reports a line or paragraph break.
func isBreak(r rune) bool {
	switch r {
	case '\n', '\r', '\v', '\f', 0x85, 0x2028, 0x2029:
		return true
	}
	return false
}

// isMark reports a combining mark.
func isMark(r rune) bool { return r > 0x2FF && unicode.Is(unicode.M, r) }

// isPict reports a character that can be an element of an emoji sequence
// (roughly Unicode's Extended_Pictographic; new emoji come into the same
// blocks, so the blocks are taken whole).
func isPict(r rune) bool {
	switch {
	case r == 0xA9, r == 0xAE, r == 0x203C, r == 0x2049, r == 0x2122, r == 0x2139,
		r == 0x24C2, r == 0x2934, r == 0x2935, r == 0x3030, r == 0x303D, r == 0x3297, r == 0x3299,
		r >= 0x2194 && r <= 0x21AA,
		r >= 0x231A && r <= 0x23FF,
		r >= 0x25AA && r <= 0x27BF,
		r >= 0x2B05 && r <= 0x2B55:
		return true
	}
	return r >= 0x1F000 && r <= 0x1FAFF && !isRegional(r) && !isSkinTone(r)
}

// takesStyle reports whether a text or emoji style selector may follow r.
func takesStyle(r rune) bool {
	return isPict(r) || r == '#' || r == '*' || r >= '0' && r <= '9'
}

func isRegional(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }

func isSkinTone(r rune) bool { return r >= 0x1F3FB && r <= 0x1F3FF }

// isIdeographSelector reports a selector that picks the written form of a
// Chinese, Japanese or Korean ideograph. Registered forms use the first 32;
// all 240 would carry a hidden byte behind every ideograph.
func isIdeographSelector(r rune) bool { return r >= 0xE0100 && r <= 0xE011F }

func isIdeograph(r rune) bool { return unicode.Is(unicode.Unified_Ideograph, r) }

func isMongolianSelector(r rune) bool { return r >= 0x180B && r <= 0x180D || r == 0x180F }

func isMongolian(r rune) bool {
	return unicode.Is(unicode.Mongolian, r) && unicode.IsLetter(r)
}

// inJoiningScript reports a letter or mark of a script whose spelling uses
// joiners: the cursive scripts and those of the Indic family.
func inJoiningScript(r rune) bool {
	switch {
	case r < 0x0600:
		return false
	case r == 0x0640: // tatweel, shared by several scripts
		return true
	case !unicode.IsLetter(r) && !isMark(r):
		return false
	}
	return unicode.In(r,
		unicode.Arabic, unicode.Syriac, unicode.Nko, unicode.Mandaic, unicode.Mongolian,
		unicode.Phags_Pa, unicode.Adlam, unicode.Hanifi_Rohingya,
		unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya,
		unicode.Tamil, unicode.Telugu, unicode.Kannada, unicode.Malayalam, unicode.Sinhala,
		unicode.Tibetan, unicode.Myanmar, unicode.Khmer, unicode.Tai_Tham, unicode.Limbu,
		unicode.Lepcha, unicode.Meetei_Mayek, unicode.Ol_Chiki, unicode.Saurashtra, unicode.Chakma,
		unicode.Balinese, unicode.Javanese, unicode.Sundanese, unicode.Batak, unicode.Buginese,
		unicode.Syloti_Nagri, unicode.Newa, unicode.Tirhuta, unicode.Grantha, unicode.Sharada,
		unicode.Kaithi, unicode.Khojki, unicode.Modi, unicode.Takri, unicode.Dogra, unicode.Nandinagari,
		unicode.Gunjala_Gondi, unicode.Masaram_Gondi, unicode.Rejang,
	)
}

// isVirama reports a sign that silences the vowel of the letter before it. A
// joiner behind one has a meaning by itself, also at the end of a word.
func isVirama(r rune) bool {
	switch r {
	case 0x094D, 0x09CD, 0x0A4D, 0x0ACD, 0x0B4D, 0x0BCD, 0x0C4D, 0x0CCD,
		0x0D3B, 0x0D3C, 0x0D4D, 0x0DCA, 0x1039, 0x103A, 0x17D2, 0x1A60,
		0x1B44, 0x1BAA, 0x1BAB, 0xA806, 0xA8C4, 0xA953, 0xA9C0, 0xAAF6, 0xABED,
		0x110B9, 0x11133, 0x11134, 0x111C0, 0x11235, 0x1134D, 0x11442,
		0x114C2, 0x1163F, 0x116B6, 0x11839, 0x119E0, 0x11D45, 0x11D97:
		return true
	}
	return false
}
