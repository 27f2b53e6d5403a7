package guardrails

import (
	"regexp"
	"strings"

	"github.com/mcp-mighty/mcp-mighty/guardrails/untrusted"
)

// quoted puts a cleaned line between quotes that it cannot end itself, nor seem
// to end: what looks like the quote is written as the quote. Some clients show
// questions as Markdown, so that links and elements are broken by a space; the
// words stay to be seen.
func quoted(line string) string {
	line = opening.ReplaceAllString(inert.Replace(line), "< $1")
	return `"` + escaped.Replace(line) + `"`
}

var (
	escaped = strings.NewReplacer(`\`, `\\`, `"`, `\"`,
		"\u201c", `\"`, "\u201d", `\"`, "\u201e", `\"`, "\u201f", `\"`, "\u2033", `\"`, "\u2036", `\"`, "\u02ba", `\"`, "\u02dd", `\"`, "\u02ee", `\"`,
		"\u02f6", `\"`, "\u301d", `\"`, "\u301e", `\"`, "\u301f", `\"`, "\uff02", `\"`, "\u275d", `\"`, "\u275e", `\"`, "\U0001f676", `\"`, "\U0001f677", `\"`, "\U0001f678", `\"`)
	inert   = strings.NewReplacer("](", "] (", "][", "] [", "]:", "] :")
	opening = regexp.MustCompile(`<([A-Za-z/!?])`)
)

// maxRetype bounds what a person has to type, in characters; leastRetype is how
// long it is at least, where it is a name.
const (
	maxRetype   = 40
	leastRetype = 4
)

// RetypeName asks for a name; for the id where the name cannot be typed by
// everybody, because it is too long or has more in it than letters and digits,
// or where somebody who wants to decline might type it.
func RetypeName(what, name string, id uint64) *Retype {
	clean := untrusted.Line(name, factLength)
	if plainName(clean) && !answers(clean) {
		return &Retype{What: "the name of " + what, Value: clean}
	}
	return RetypeID(what, id)
}

// plainName reports whether a name can be typed on any keyboard and read
// without doubt.
func plainName(name string) bool {
	letters := 0
	for _, r := range name {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z':
			letters++
		case '0' <= r && r <= '9', r == ' ', r == '-', r == '.', r == '\'':
		default:
			return false
		}
	}
	return letters >= leastRetype && len(name) <= maxRetype
}

// answers reports whether a name has a word in it that people answer questions
// with. Members choose their names; one who is called "No Thanks" would be
// banned by whoever declines that.
func answers(name string) bool {
	for _, word := range strings.FieldsFunc(normalTyped(name), func(r rune) bool { return r < 'a' || r > 'z' }) {
		if answerWords[word] {
			return true
		}
	}
	return false
}

var answerWords = words("no not nope nah non nein nie nao nee nei nej ne net never don dont yes yep yeah ja oui si sim da y n ok okay " +
	"approve approved decline declined reject rejected refuse deny denied cancel cancelled abort stop quit exit end leave skip wait undo help " +
	"nothing none anything everything delete ban remove archive confirm confirmed accept agree agreed type enter return back close later")

func words(list string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(list) {
		set[word] = true
	}
	return set
}
