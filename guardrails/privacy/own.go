package privacy

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ownWords are the names and the place of a person, which their other fields,
// such as the bio, may repeat. Each is replaced by its masked form.
type ownWords []ownWord

type ownWord struct{ word, masked string }

// leastWord is how many characters a name has at least to be looked for in
// other texts: "Li" or "Bo" would be found everywhere.
const leastWord = 3

func (m Mask) ownWords(person bool, o map[string]any) ownWords {
	if !person {
		return nil
	}
	var own ownWords
	add := func(text, masked string) {
		if text = strings.TrimSpace(text); utf8.RuneCountInString(text) >= leastWord && !strings.HasSuffix(text, ".") {
			own = append(own, ownWord{strings.ToLower(text), masked})
		}
	}
	if m.Name {
		for _, field := range []string{"name", "full_name", "last_name", "first_name"} {
			name, _ := o[field].(string)
			add(name, Name(name))
			if parts := strings.Fields(name); len(parts) > 1 {
				for _, part := range parts {
					add(part, Name(part))
				}
			}
		}
	}
	if m.Location {
		place, _ := o["location"].(string)
		add(place, gap)
		for part := range strings.SplitSeq(place, ",") {
			add(part, gap)
		}
	}
	return own
}

// replace masks the words in a text, where they stand as words, in any case.
func (own ownWords) replace(text string) string {
	for _, w := range own {
		text = w.replace(text)
	}
	return text
}

func (w ownWord) replace(text string) string {
	if !strings.Contains(strings.ToLower(text), w.word) {
		return text
	}
	var b strings.Builder
	rest := 0
	for _, at := range regexp.MustCompile(`(?i)`+regexp.QuoteMeta(w.word)).FindAllStringIndex(text, -1) {
		before, _ := utf8.DecodeLastRuneInString(text[:at[0]])
		after, _ := utf8.DecodeRuneInString(text[at[1]:])
		if inWord(before) || inWord(after) {
			continue
		}
		b.WriteString(text[rest:at[0]])
		b.WriteString(w.masked)
		rest = at[1]
	}
	return b.String() + text[rest:]
}

func inWord(r rune) bool { return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)) }
