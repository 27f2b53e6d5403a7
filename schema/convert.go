package schema

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/invopop/jsonschema"
)

// convert takes over one level of a reflected schema. Where the Go type is nil
// or a composite that describes itself, there are no fields to name; a plain
// type that describes itself still has the width of its kind.
func (b *builder) convert(t reflect.Type, s *jsonschema.Schema, at place) *node {
	if t != nil && describesItself(t) && isComposite(t) {
		t = nil
	}
	n := &node{kind: kind(s.Type), description: s.Description}
	if isTrue(s) {
		if b.input {
			b.refuse(at, "an argument of any type cannot be described to a model")
		}
		return n
	}
	if !b.checkKeywords(s, n, at) {
		return n
	}
	b.checkDescription(n.description, at)
	b.convertEnum(s, n, at)
	switch n.kind {
	case kindObject:
		b.convertObject(t, s, n, at)
	case kindArray:
		b.convertArray(t, s, n, at)
	case kindString:
		b.convertString(s, n, at)
		markReference(t, n)
	case kindInteger, kindNumber:
		b.convertNumber(t, s, n, at)
	}
	if s.Default != nil {
		n.fallback = b.literal(s.Default, "default", at)
	}
	return n
}

// isTrue reports whether a schema says nothing at all.
func isTrue(s *jsonschema.Schema) bool {
	if s.Type != "" {
		return false
	}
	bare := *s
	bare.Description = ""
	return reflect.DeepEqual(&bare, jsonschema.TrueSchema) || reflect.DeepEqual(&bare, &jsonschema.Schema{})
}

// isFalse reports whether a schema takes nothing.
func isFalse(s *jsonschema.Schema) bool {
	return s != nil && reflect.DeepEqual(s, jsonschema.FalseSchema)
}

// checkKeywords refuses every keyword outside the plain subset: combinators
// and references because many clients drop the whole tool list over them,
// titles and the like because each costs the model context and says nothing.
func (b *builder) checkKeywords(s *jsonschema.Schema, n *node, at place) bool {
	rest := *s
	rest.Type, rest.Description, rest.Default = "", "", nil
	switch n.kind {
	case kindObject:
		rest.Default = s.Default
		rest.Properties, rest.Required, rest.AdditionalProperties = nil, nil, nil
	case kindArray:
		rest.Items, rest.MinItems, rest.MaxItems, rest.UniqueItems = nil, nil, nil, false
	case kindString:
		rest.Enum, rest.MinLength, rest.MaxLength, rest.Pattern, rest.Format = nil, nil, nil, "", ""
	case kindInteger, kindNumber:
		rest.Enum, rest.MultipleOf, rest.Minimum, rest.Maximum = nil, "", "", ""
		rest.ExclusiveMinimum, rest.ExclusiveMaximum = "", ""
	case kindBoolean:
	default:
		b.refuse(at, "the type must be one of string, integer, number, boolean, array, object, got %q", n.kind)
		return false
	}
	value := reflect.ValueOf(rest)
	if value.IsZero() {
		return true
	}
	for i := range value.NumField() {
		if name, _, _ := strings.Cut(value.Type().Field(i).Tag.Get("json"), ","); !value.Field(i).IsZero() {
			if name == "-" {
				name = strings.Join(slices.Sorted(maps.Keys(s.Extras)), ", ")
			}
			b.refuse(at, "keyword %q is not permitted for %s", name, sortName(n))
		}
	}
	return false
}

// checkDescription keeps out of a description what a reviewer cannot see.
func (b *builder) checkDescription(text string, at place) {
	if text != strings.TrimSpace(text) || strings.ContainsFunc(text, func(r rune) bool { return !visible(r) }) {
		b.refuse(at, "the description has white space around it, or control or invisible characters in it")
	}
}

func (b *builder) convertObject(t reflect.Type, s *jsonschema.Schema, n *node, at place) {
	switch extra := s.AdditionalProperties; {
	case isFalse(extra):
	case b.input:
		b.refuse(at, "an object must not take additional arguments")
	case extra == nil || isTrue(extra):
		n.rest = &node{}
	default:
		n.rest = b.convert(valueType(t), extra, at.element())
	}
	known := map[string]field{}
	if t != nil && t.Kind() == reflect.Struct {
		for _, f := range b.fields(t, at) {
			known[f.name] = f
		}
	}
	n.index = map[string]int{}
	if s.Properties != nil {
		for pair := s.Properties.Oldest(); pair != nil; pair = pair.Next() {
			f, found := known[pair.Key]
			if !found {
				f = field{name: pair.Key, goField: reflect.StructField{Name: pair.Key}}
				if b.input && t != nil {
					b.refuse(at.field(f), "no field takes this argument")
				}
			}
			required := slices.Contains(s.Required, pair.Key)
			n.index[pair.Key] = len(n.properties)
			child := b.convertProperty(f, found, required, pair.Value, at.field(f))
			n.properties = append(n.properties, property{pair.Key, required, child})
			delete(known, pair.Key)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(known)) {
		b.refuse(at.field(known[name]), "the schema does not mention this field; use the tag json:\"-\" to leave it out")
	}
	for _, name := range s.Required {
		if _, found := n.index[name]; !found {
			b.refuse(at, "%q is required but not described", name)
		}
	}
}

// valueType is the type of a map's values, nil for anything else.
func valueType(t reflect.Type) reflect.Type {
	if t != nil && t.Kind() == reflect.Map {
		return element(t.Elem())
	}
	return nil
}

func (b *builder) convertProperty(f field, found, required bool, s *jsonschema.Schema, at place) *node {
	var t reflect.Type
	if found {
		t = element(f.goField.Type)
	}
	if !isSnakeCase(f.name) {
		b.refuse(at, "the name is not in snake_case")
	}
	before := len(b.problems)
	n := b.convert(t, s, at)
	if found && (n.kind != kindArray || n.items != nil) {
		b.checkTag(f.goField, n, at)
	}
	if len(b.problems) > before {
		return n
	}
	if found && required == f.optional {
		b.refuse(at, "the schema and the json tag differ on whether it is required; say it with omitempty alone")
	}
	if b.input && n.description == "" {
		b.refuse(at, "has no description; add the tag jsonschema_description")
	}
	if len(b.problems) == before && n.fallback != nil {
		b.checkDefault(f, required, n, at)
	}
	return n
}

func (b *builder) convertArray(t reflect.Type, s *jsonschema.Schema, n *node, at place) {
	var elem reflect.Type
	if t != nil && (t.Kind() == reflect.Slice || t.Kind() == reflect.Array) {
		elem = element(t.Elem())
	}
	n.items = &node{}
	if s.Items != nil {
		n.items = b.convert(elem, s.Items, at.element())
	} else if b.input {
		b.refuse(at, "the schema does not say what the elements are")
	}
	n.minItems, n.maxItems = toLimit(s.MinItems, true), toLimit(s.MaxItems, false)
	n.unique = s.UniqueItems
	if n.maxItems.set && n.minItems.n > n.maxItems.n {
		b.refuse(at, "minItems is above maxItems")
	}
	if b.input {
		n.inner.maxItems = limit{set: true, n: defaultMaxItems}
	}
}

// literal brings a value that a type put into its schema into the form of a
// parsed document.
func (b *builder) literal(value any, keyword string, at place) any {
	text, err := json.Marshal(value)
	if err != nil {
		b.refuse(at, "%s: %v", keyword, err)
		return nil
	}
	parsed, found := parse(text, documentBounds(), fieldNoun())
	if found.any() {
		b.refuse(at, "%s cannot be read back", keyword)
		return nil
	}
	return parsed
}

// toLimit takes a count over; a lower limit of nothing says nothing.
func toLimit(n *uint64, lower bool) limit {
	if n == nil || (lower && *n == 0) {
		return limit{}
	}
	return limit{set: true, n: int(min(*n, 1<<31-1))}
}
