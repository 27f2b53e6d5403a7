package untrusted

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxBreaks = 2  // line breaks in a row
	maxRun    = 10 // times that a character may follow itself
	// Digits may follow each other for longer: shortening 1000000000000000 or an
	// all-zero identifier would turn it into another one.
	maxDigits = 64

	maxStack = 4 // marks above and below one letter
	maxMarks = 8 // marks on one letter, those beside it included
	maxChain = 7 // joiners in one emoji; the longest in use have four
)

// runLimit is how many times r may follow itself.
func runLimit(r rune) int {
	if r >= '0' && r <= '9' {
		return maxDigits
	}
	return maxRun
}

// A cleaner writes the visible part of a text to out. It looks back only at
// what it has written and never ahead, except for the three flags that are
// spelled in tags, so one pass is linear and a second pass finds nothing to do.
type cleaner struct {
	line bool // all white space is one space
	out  []rune

	spaces []rune // white space not written yet: it may turn out to be at an end
	breaks int    // line breaks not written yet, at most maxBreaks

	joiner rune     // joiner not written yet: the next character decides
	joins  joinKind // what the joiner would join

	run   int // times that the last rune of out follows itself
	stack int // marks above and below on the letter at the end of out
	marks int // all marks on it
	chain int // joiners in the emoji at the end of out
}

type joinKind int

const (
	joinsLetters joinKind = iota
	joinsNumber
	joinsEmoji
	joinsMongolian
)

// clean returns the visible part of s. In a line all white space is one space;
// otherwise line breaks stay, two in a row at most.
func clean(s string, line bool) []rune {
	c := &cleaner{line: line, out: make([]rune, 0, len(s))}
	broken := false // the byte before was not UTF-8
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			if !broken {
				c.visible(utf8.RuneError)
			}
			broken = true
			i++
			continue
		}
		broken = false
		switch {
		case r == '\r' && strings.HasPrefix(s[i+1:], "\n"):
			// The line feed that follows counts for both.
		case isBreak(r):
			c.lineBreak()
		case isSpace(r):
			c.space(r)
		case r < 0x20 || r >= 0x7F && r <= 0x9F:
			size = escapeLen(s[i:], r, size)
		case r == blackFlag:
			if c.visible(r) {
				size += c.flagTags(s[i+size:])
			}
		default:
			c.rune(r)
		}
		i += size
	}
	return dropRepeats(c.out)
}

func (c *cleaner) lineBreak() {
	if c.line {
		c.space(' ')
		return
	}
	c.joiner = 0
	c.spaces = c.spaces[:0]
	c.breaks = min(c.breaks+1, maxBreaks)
}

func (c *cleaner) space(r rune) {
	c.joiner = 0
	switch {
	case c.line:
		c.spaces = append(c.spaces[:0], ' ')
	case len(c.spaces) < maxRun:
		if r != '\t' {
			r = ' '
		}
		c.spaces = append(c.spaces, r)
	}
}

// rune takes a character that is neither white space nor a control.
func (c *cleaner) rune(r rune) {
	switch {
	case r == zwj, r == zwnj, r == mvs:
		c.join(r)
	case r == textStyle, r == emojiStyle:
		c.selector(r, takesStyle)
	case isIdeographSelector(r):
		c.selector(r, isIdeograph)
	case isMongolianSelector(r):
		c.selector(r, isMongolian)
	case forbidden(r):
	case isMark(r):
		c.mark(r)
	default:
		c.visible(r)
	}
}

// last returns the character that the next one would touch, 0 if there is none.
func (c *cleaner) last() rune {
	if len(c.out) == 0 || len(c.spaces) > 0 || c.breaks > 0 || c.joiner != 0 {
		return 0
	}
	return c.out[len(c.out)-1]
}

// selector keeps a variation selector directly behind a character that takes
// it, and one only.
func (c *cleaner) selector(r rune, takes func(rune) bool) {
	if takes(c.last()) {
		c.put(r)
	}
}

// join holds a joiner back if it can join what stands before it.
func (c *cleaner) join(r rune) {
	last := c.last()
	switch {
	case last == 0:
	case r == mvs:
		if isMongolian(last) || isMongolianSelector(last) {
			c.joiner, c.joins = r, joinsMongolian
		}
	case isVirama(last):
		c.put(r)
	case r == zwj && c.chain < maxChain && endsInEmoji(c.out):
		c.joiner, c.joins = r, joinsEmoji
	default:
		base := beforeMarks(c.out)
		switch {
		case inJoiningScript(base):
			c.joiner, c.joins = r, joinsLetters
		case r == zwnj && unicode.IsDigit(base):
			// Persian sets a suffix against a number with it.
			c.joiner, c.joins = r, joinsNumber
		}
	}
}

// flush writes what was held back, now that r follows it. Nothing held back
// is written at the start of the text.
func (c *cleaner) flush(r rune) {
	if len(c.out) > 0 {
		for range c.breaks {
			c.put('\n')
		}
		for _, space := range c.spaces {
			c.put(space)
		}
	}
	if len(c.spaces) > 0 || c.breaks > 0 {
		c.spaces, c.breaks = c.spaces[:0], 0
		c.stack, c.marks, c.chain = 0, 0, 0
	}
	if c.joiner == 0 {
		return
	}
	joined := false
	switch c.joins {
	case joinsEmoji:
		joined = isPict(r)
	case joinsLetters:
		// Heh before a full stop keeps its first form in abbreviations.
		joined = inJoiningScript(r) || c.joiner == zwj && r == '.' && len(c.out) > 0 && c.out[len(c.out)-1] == heh
	case joinsMongolian:
		joined = isMongolian(r)
	case joinsNumber:
		joined = inJoiningScript(r) && !isMark(r)
	}
	if joined {
		c.put(c.joiner)
	}
	c.joiner = 0
}

// visible writes a character that stands for itself and reports whether it was
// kept.
func (c *cleaner) visible(r rune) bool {
	c.flush(r)
	c.stack, c.marks = 0, 0
	switch {
	case isSkinTone(r):
		// It belongs to the emoji before it, whose chain goes on.
	case len(c.out) > 0 && c.out[len(c.out)-1] == zwj && isPict(r):
		c.chain++
	default:
		c.chain = 0
	}
	return c.put(r)
}

// mark writes a combining mark, unless the stack is full or there is nothing
// that could carry it.
func (c *cleaner) mark(r rune) {
	if len(c.out) == 0 {
		return
	}
	above := unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r)
	if fresh := len(c.spaces) > 0 || c.breaks > 0; !fresh &&
		(c.marks >= maxMarks || above && c.stack >= maxStack) {
		return
	}
	c.flush(r)
	if c.put(r) {
		c.marks++
		if above {
			c.stack++
		}
	}
}

// put appends r unless it has followed itself too often. A "!" directly before
// "[" goes: in Markdown the two begin an image, which whoever renders it loads
// from where the writer chose.
func (c *cleaner) put(r rune) bool {
	if r == '[' {
		c.dropLast('!')
	}
	if n := len(c.out); n > 0 && c.out[n-1] == r {
		if c.run >= runLimit(r) {
			return false
		}
		c.run++
	} else {
		c.run = 1
	}
	c.out = append(c.out, r)
	return true
}

// dropLast takes r off the end, as often as it stands there.
func (c *cleaner) dropLast(r rune) {
	n := len(c.out)
	for n > 0 && c.out[n-1] == r {
		n--
	}
	if n == len(c.out) {
		return
	}
	c.out = c.out[:n]
	for c.run = 0; c.run < n && c.out[n-1-c.run] == c.out[n-1]; {
		c.run++
	}
}

// flagTags keeps the tags behind a black flag if they spell one of the three
// flags that are written so, and returns how many bytes of s they take. Any
// other spelling would be room for a hidden message.
func (c *cleaner) flagTags(s string) int {
	for _, region := range [...]string{"gbeng", "gbsct", "gbwls"} {
		tags := make([]rune, 0, len(region)+1)
		for _, letter := range region {
			tags = append(tags, 0xE0000+letter)
		}
		tags = append(tags, tagEnd)
		if spelled := string(tags); strings.HasPrefix(s, spelled) {
			c.out = append(c.out, tags...)
			c.run = 1
			return len(spelled)
		}
	}
	return 0
}

// endsInEmoji reports whether the last character of rs is an emoji, with its
// style selector and skin tone.
func endsInEmoji(rs []rune) bool {
	i := len(rs) - 1
	for i > 0 && (rs[i] == emojiStyle || isSkinTone(rs[i])) && len(rs)-i < 3 {
		i--
	}
	return i >= 0 && isPict(rs[i])
}

// beforeMarks returns the last character of rs that is not a mark.
func beforeMarks(rs []rune) rune {
	for i := len(rs) - 1; i >= 0 && len(rs)-i <= maxMarks+1; i-- {
		if !isMark(rs[i]) {
			return rs[i]
		}
	}
	return 0
}
