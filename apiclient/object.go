package apiclient

import (
	"bytes"
	"encoding/json"

	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// object reads a resource's fields loosely: what the API documents as one
// type arrives as another, or as null. A field that cannot be read is empty;
// the whole object stays in the resource's Raw.
type object struct {
	fields map[string]json.RawMessage
	raw    json.RawMessage
}

// readObject reads a resource. It must be an object with an id, alone or
// inside a wrapper ({"member": {…}} or {"data": {…}}); anything else is an
// error, so that no answer of another kind passes as an empty resource.
func readObject(noun string, data []byte) (object, error) {
	o := object{raw: bytes.Clone(data)}
	if json.Unmarshal(data, &o.fields) != nil || o.fields == nil {
		return object{}, fmt.Errorf("expected a %s, which is a JSON object", noun)
	}
	if _, has := o.fields["id"]; !has {
		for _, wrapper := range []string{noun, "data"} {
			if inner, has := o.fields[wrapper]; has {
				wrapped := object{raw: bytes.Clone(inner)}
				if json.Unmarshal(inner, &wrapped.fields) == nil {
					o = wrapped
					break
				}
			}
		}
	}
	if o.id("id") == 0 {
		return object{}, fmt.Errorf("expected a %s, but there is no id", noun)
	}
	return o, nil
}

func (o object) id(name string) ID {
	var id ID
	if raw, has := o.fields[name]; !has || json.Unmarshal(raw, &id) != nil {
		return 0
	}
	return id
}

// text reads a string; a number or boolean is taken as written.
func (o object) text(name string) string { return textOf(o.fields[name]) }

func textOf(raw json.RawMessage) string {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return ""
	}
	switch raw[0] {
	case '"':
		// Most texts hold no escapes and are what they look like.
		if plain := raw[1 : len(raw)-1]; bytes.IndexByte(plain, '\\') < 0 && utf8.Valid(plain) {
			return string(plain)
		}
		var s string
		_ = json.Unmarshal(raw, &s) // valid: the enclosing object was
		return s
	case '{', '[', 'n': // object, array, null
		return ""
	default:
		return string(raw)
	}
}

func (o object) count(name string) int {
	n, err := strconv.ParseFloat(o.text(name), 64)
	if err != nil || n != n || n < -1<<53 || n > 1<<53 {
		return 0
	}
	return int(n)
}

func (o object) flag(name string) bool {
	switch strings.ToLower(o.text(name)) {
	case "true", "1", "yes":
		return true
	default:
		return false
	}
}

// timeLayouts are RFC 3339, as documented, and what is left of it when a
// server drops the zone or the time.
var timeLayouts = [...]string{
	time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05 MST", "2006-01-02 15:04:05", time.DateOnly,
}

func (o object) time(name string) time.Time {
	text := o.text(name)
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t
		}
	}
	return time.Time{}
}

// texts reads a list of strings. Objects in it stand for their title or name;
// a single string is a list of one.
func (o object) texts(name string) []string {
	raw := o.fields[name]
	var entries []json.RawMessage
	if json.Unmarshal(raw, &entries) != nil {
		entries = []json.RawMessage{raw}
	}
	var out []string
	for _, entry := range entries {
		text := textOf(entry)
		var fields object
		if text == "" && json.Unmarshal(entry, &fields.fields) == nil {
			text = firstOf(fields.text("title"), fields.text("name"), fields.text("url"))
		}
		if text != "" {
			out = append(out, text)
		}
	}
	return out
}

func firstOf(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// nested reads a resource inside a resource into dst and reports whether it
// is there and readable.
func (o object) nested(name string, dst json.Unmarshaler) bool {
	raw, has := o.fields[name]
	return has && dst.UnmarshalJSON(raw) == nil
}

// nestedList reads the readable ones of a list of objects.
func nestedList[T any](o object, name string) []T {
	var entries []json.RawMessage
	if json.Unmarshal(o.fields[name], &entries) != nil {
		return nil
	}
	var out []T
	for _, entry := range entries {
		var item T
		if json.Unmarshal(entry, &item) == nil {
			out = append(out, item)
		}
	}
	return out
}
