package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// bounds limits what a document may be before anyone looks at its schema.
type bounds struct {
	bytes, depth, values int
	// controls permits control characters in texts.
	controls bool
}

// argumentBounds are for what a caller sends: far above any real call, and
// low enough that refusing the rest costs nothing.
func argumentBounds() bounds { return bounds{bytes: 1 << 20, depth: 32, values: 10_000} }

// documentBounds are for what the program itself wrote.
func documentBounds() bounds {
	return bounds{bytes: 16 << 20, depth: 64, values: 1 << 20, controls: true}
}

// parser reads a document into maps, slices, strings, json.Number, booleans
// and nil. It differs from encoding/json in what it refuses: a name given
// twice, and texts that would silently change on the way (bytes that are not
// UTF-8, half surrogate pairs, control characters).
type parser struct {
	raw    string
	pos    int
	bounds bounds
	values int
	path   []step
	found  findings
}

// parse reads one document. The findings are empty exactly when the value can
// be used.
func parse(raw []byte, b bounds, noun noun) (any, findings) {
	p := parser{bounds: b, found: findings{noun: noun}}
	if len(raw) > b.bytes {
		p.whole("%s: %s bytes, at most %s; send less at once", noun.tooLarge(), count(len(raw)), count(b.bytes))
		return nil, p.found
	}
	// The standard library decides what JSON is; below, the text is known to
	// be well-formed and only read.
	if !json.Valid(raw) {
		p.whole("%s", syntaxProblem(raw, noun))
		return nil, p.found
	}
	p.raw = string(raw) // once, so that every text in it is a piece of this
	value, ok := p.value(0)
	if !ok || p.found.any() {
		return nil, p.found
	}
	return value, p.found
}

// syntaxProblem says where a text stops being one JSON document.
func syntaxProblem(raw []byte, noun noun) string {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	var first json.RawMessage
	if err := decoder.Decode(&first); err == nil {
		return noun.whole + " must be one JSON object, but something follows it at byte " +
			count(int(decoder.InputOffset()))
	}
	problem := noun.whole + " are not valid JSON"
	if noun.singular {
		problem = noun.whole + " is not valid JSON"
	}
	var syntax *json.SyntaxError
	if err := json.Unmarshal(raw, &first); errors.As(err, &syntax) {
		problem += ": " + clean(syntax.Error()) + " at byte " + count(int(syntax.Offset))
	}
	return problem
}

// whole records a problem of the document as a whole.
func (p *parser) whole(format string, args ...any) { p.found.add(nil, "", format, args...) }

// here records a problem of the value being read.
func (p *parser) here(format string, args ...any) {
	path := render(p.path)
	p.found.add([]int{p.values}, path, "%s "+format, append([]any{p.found.noun.subject(path)}, args...)...)
}

// value reads one value; false means that a bound was passed and reading
// stopped.
func (p *parser) value(depth int) (any, bool) {
	p.space()
	p.values++
	switch {
	case depth > p.bounds.depth:
		p.whole("%s nested deeper than %d levels", p.found.noun.are(), p.bounds.depth)
		return nil, false
	case p.values > p.bounds.values:
		p.whole("%s more than %s values; send less at once", p.found.noun.hold(), count(p.bounds.values))
		return nil, false
	}
	switch p.raw[p.pos] {
	case '{':
		return p.object(depth)
	case '[':
		return p.array(depth)
	case '"':
		text, fault := p.text()
		if fault != "" {
			p.here("%s", fault)
		}
		return text, true
	case 't':
		p.pos += len("true")
		return true, true
	case 'f':
		p.pos += len("false")
		return false, true
	case 'n':
		p.pos += len("null")
		return nil, true
	}
	start := p.pos
	for p.pos < len(p.raw) && strings.IndexByte("+-.0123456789eE", p.raw[p.pos]) >= 0 {
		p.pos++
	}
	return json.Number(p.raw[start:p.pos]), true
}

func (p *parser) object(depth int) (any, bool) {
	members := make(map[string]any)
	for p.pos++; p.next() != '}'; {
		name, fault := p.text()
		p.path = append(p.path, step{name: name})
		if fault != "" {
			p.here("has a name that %s", fault)
		}
		if _, twice := members[name]; twice {
			p.here("is given twice; give it once")
		}
		p.next() // onto the colon
		p.pos++
		value, ok := p.value(depth + 1)
		if !ok {
			return nil, false
		}
		members[name] = value
		p.path = p.path[:len(p.path)-1]
		if p.next() == ',' {
			p.pos++
		}
	}
	p.pos++
	return members, true
}

func (p *parser) array(depth int) (any, bool) {
	items := []any{}
	for p.pos++; p.next() != ']'; {
		p.path = append(p.path, step{index: len(items), indexed: true})
		value, ok := p.value(depth + 1)
		if !ok {
			return nil, false
		}
		items = append(items, value)
		p.path = p.path[:len(p.path)-1]
		if p.next() == ',' {
			p.pos++
		}
	}
	p.pos++
	return items, true
}

// text reads a string and says what is wrong with it.
func (p *parser) text() (text, fault string) {
	start := p.pos
	escaped := false
	for p.pos++; p.raw[p.pos] != '"'; p.pos++ {
		if p.raw[p.pos] == '\\' {
			escaped = true
			p.pos++
		}
	}
	p.pos++
	token := p.raw[start:p.pos]
	switch {
	case !utf8.ValidString(token):
		return token[1 : len(token)-1], "is not valid UTF-8 text"
	case !escaped:
		text = token[1 : len(token)-1]
		return text, p.control(text)
	case halfSurrogate(token):
		fault = `holds half of a surrogate pair (a lone \ud800 to \udfff escape)`
	}
	if err := json.Unmarshal([]byte(token), &text); err != nil {
		return "", "cannot be read as text"
	}
	if fault == "" {
		fault = p.control(text)
	}
	return text, fault
}

// control looks for a character that shows nothing and steers a terminal or a
// program instead. Tabs and line breaks are texts' own.
func (p *parser) control(text string) (fault string) {
	if p.bounds.controls {
		return ""
	}
	for _, r := range text {
		switch {
		case r == 0:
			return `holds the NUL character (\u0000)`
		case unicode.IsControl(r) && r != '\t' && r != '\n' && r != '\r':
			return fmt.Sprintf(`holds a control character (\u%04x)`, r)
		}
	}
	return ""
}

// halfSurrogate looks for an escape of a surrogate without its other half;
// encoding/json would turn it into U+FFFD without a word.
func halfSurrogate(token string) bool {
	for i := 0; i < len(token); i++ {
		if token[i] != '\\' {
			continue
		}
		i++ // the character after the backslash
		unit, ok := escapedUnit(token, i-1)
		if !ok || unit < 0xD800 || unit > 0xDFFF {
			continue
		}
		low, ok := escapedUnit(token, i+5)
		if unit > 0xDBFF || !ok || low < 0xDC00 || low > 0xDFFF {
			return true
		}
		i += 10 // past both halves
	}
	return false
}

// escapedUnit reads the \uXXXX that begins at an offset.
func escapedUnit(token string, at int) (uint64, bool) {
	if at+6 > len(token) || token[at] != '\\' || token[at+1] != 'u' {
		return 0, false
	}
	unit, err := strconv.ParseUint(token[at+2:at+6], 16, 32)
	return unit, err == nil
}

// next skips white space and returns the byte there.
func (p *parser) next() byte {
	p.space()
	return p.raw[p.pos]
}

func (p *parser) space() {
	for p.pos < len(p.raw) {
		switch p.raw[p.pos] {
		case ' ', '\t', '\n', '\r':
			p.pos++
		default:
			return
		}
	}
}
