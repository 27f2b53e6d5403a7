package schema

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// quotedRunes bounds how much of a foreign value is repeated in a message.
const quotedRunes = 60

// quote repeats a foreign text safely.
func quote(s string) string { return `"` + escape(s, quotedRunes) + `"` }

// escape writes a foreign text so that it can neither forge the message
// around it nor hide in it: quotes, control characters and everything that
// shows as nothing (bidi marks, tags, variation selectors, fillers) come out
// as escapes. What is longer than most runes is cut.
func escape(s string, most int) string {
	var out strings.Builder
	count := 0
	for i, r := range s {
		if count == most {
			out.WriteString("…")
			break
		}
		count++
		switch {
		case r == '"' || r == '\\':
			out.WriteByte('\\')
			out.WriteRune(r)
		case r == unicode.ReplacementChar && !strings.HasPrefix(s[i:], "\uFFFD"):
			fmt.Fprintf(&out, `\x%02x`, s[i])
		case visible(r):
			out.WriteRune(r)
		default:
			ascii := strconv.QuoteRuneToASCII(r)
			out.WriteString(ascii[1 : len(ascii)-1])
		}
	}
	return out.String()
}

// visible reports whether a rune shows as itself. Letters and marks that are
// defined to show as nothing count as printable in Go, hence the tables.
func visible(r rune) bool {
	const brailleBlank = '\u2800'
	if r < 0x7F {
		return r >= ' '
	}
	return strconv.IsPrint(r) && r != brailleBlank &&
		!unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// clean writes an error text of a custom type into a message.
func clean(s string) string {
	const longest = 200
	return strings.ReplaceAll(escape(s, longest), `\"`, `"`)
}

// cut shortens our own text at a word.
func cut(s string, most int) string {
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	head := string(runes[:most])
	if space := strings.LastIndexByte(head, ' '); space > most/2 {
		head = head[:space]
	}
	return strings.TrimRight(head, " ,;:.") + "…"
}

// count writes a number the way people read it: 20,000.
func count(n int) string {
	return message.NewPrinter(language.English).Sprintf("%d", n)
}

// got names a value of a document: a text in quotes, a number as it was sent,
// and only the sort of anything larger.
func got(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case string:
		return "text " + quote(v)
	case json.Number:
		return escape(string(v), quotedRunes)
	case []any:
		return "an array"
	case map[string]any:
		return "an object"
	default:
		return fmt.Sprint(v)
	}
}

// show is got where it is plain that a text is meant.
func show(value any) string {
	if s, ok := value.(string); ok {
		return quote(s)
	}
	return got(value)
}

// list joins the permitted values of an argument.
func list(values []any) string {
	words := make([]string, len(values))
	for i, v := range values {
		if s, ok := v.(string); ok && s != "" {
			words[i] = s
		} else {
			words[i] = show(v)
		}
	}
	return strings.Join(words, ", ")
}
