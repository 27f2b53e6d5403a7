package tools

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/invopop/jsonschema"

	"github.com/mcp-mighty/mcp-mighty/guardrails/untrusted"
)

// How much of a text is shown, in characters.
const (
	lineLength    = 200
	excerptLength = 280
	bodyLength    = 4_000
	fullLength    = 20_000
)

// detail is how much of an object a result shows.
type detail string

const (
	concise detail = "concise"
	full    detail = "full"
)

// detailed is the argument of every tool that shows objects.
type detailed struct {
	Detail detail `json:"detail,omitempty" jsonschema:"enum=concise,enum=full" jsonschema_description:"full: all fields"`
}

// view is an object in a result: the fields of T, and with detail "full" also
// everything else that the API sent, cleaned, known to us or not.
type view[T any] struct {
	fields T
	rest   json.RawMessage // the whole object as it came; nil when concise
	only   []string        // the fields that were chosen; empty: all of these
	raw    json.RawMessage // the same in every case, for what is not shown
}

// show makes a view. raw is the object as the API sent it.
func show[T any](fields T, raw json.RawMessage, d detail) view[T] {
	if d == full {
		return view[T]{fields: fields, rest: raw, raw: raw}
	}
	return view[T]{fields: fields, raw: raw}
}

// JSONSchema makes the schema of a view that of its fields, with room for the
// others.
func (view[T]) JSONSchema() *jsonschema.Schema {
	reflector := jsonschema.Reflector{Anonymous: true, ExpandedStruct: true, DoNotReference: true}
	s := reflector.ReflectFromType(reflect.TypeFor[T]())
	s.Version, s.AdditionalProperties = "", jsonschema.TrueSchema
	return s
}

// MarshalJSON implements json.Marshaler. Our own fields win over those that
// came: they are cleaned with knowledge of what they hold.
func (v view[T]) MarshalJSON() ([]byte, error) {
	fields, err := encode(v.fields)
	if err != nil || v.rest == nil {
		return fields, err
	}
	whole := map[string]any{}
	if err := decode(v.rest, &whole); err != nil {
		return nil, fmt.Errorf("show all fields: %w", err)
	}
	whole, _ = untrusted.Value(whole, fullLength).(map[string]any)
	for name, value := range whole {
		if value == nil {
			delete(whole, name) // says nothing, and costs tokens
		}
	}
	if err := decode(fields, &whole); err != nil {
		return nil, fmt.Errorf("show all fields: %w", err)
	}
	if len(v.only) > 0 {
		maps.DeleteFunc(whole, func(name string, _ any) bool { return name != "id" && !slices.Contains(v.only, name) })
		// What the API may say and did not is shown as that, so that nobody
		// takes it for overlooked. Ours are left out where they are empty.
		ours := fieldNames(reflect.TypeFor[T]())
		for _, name := range v.only {
			if _, said := whole[name]; !said && !slices.Contains(ours, name) {
				whole[name] = nil
			}
		}
	}
	return encode(whole)
}

// encode is json.Marshal without the escapes for HTML, which cost tokens.
func encode(v any) (json.RawMessage, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// decode keeps numbers as they are written, so that large ids survive.
func decode(raw json.RawMessage, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	return decoder.Decode(into)
}

// line cleans one line that a member wrote.
func line(s string) string { return untrusted.Plain(s, lineLength) }

// excerpt shows the beginning of a text in one line.
func excerpt(html string) string {
	return untrusted.Line(untrusted.HTML(html, bodyLength), excerptLength)
}

// body shows a text, more of it in full detail.
func body(html string, d detail) string {
	if d == full {
		return untrusted.HTML(html, fullLength)
	}
	return untrusted.HTML(html, bodyLength)
}
