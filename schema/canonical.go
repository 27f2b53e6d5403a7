package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// Canonical writes a bound struct as compact JSON: fields in struct order, map
// keys sorted, nothing escaped for HTML. Equal values give equal bytes, and
// for a value that [Schema.Bind] filled, Bind of those bytes gives it back. It
// fails on what JSON cannot hold exactly: NaN, infinities, functions, and text
// that is not UTF-8, where two different values would write the same bytes.
func Canonical(v any) (json.RawMessage, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, fmt.Errorf("schema: writing %T as canonical JSON: %w", v, err)
	}
	text := bytes.TrimSuffix(out.Bytes(), []byte("\n"))
	if replacedText(text) {
		return nil, fmt.Errorf("schema: writing %T as canonical JSON: %w", v, errNotUTF8)
	}
	return text, nil
}

var errNotUTF8 = errors.New("it holds text that is not valid UTF-8")

// replacedText finds the escape that encoding/json writes in place of bytes
// that are not UTF-8; a real U+FFFD is written as itself. An escape begins
// only after an even number of backslashes.
func replacedText(text []byte) bool {
	mark := []byte(`\ufffd`)
	for from := 0; ; {
		i := bytes.Index(text[from:], mark)
		if i < 0 {
			return false
		}
		at := from + i
		before := len(text[:at]) - len(bytes.TrimRight(text[:at], `\`))
		if before%2 == 0 {
			return true
		}
		from = at + len(mark)
	}
}
