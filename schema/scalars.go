package schema

import (
	"encoding/json"
	"math"
	"reflect"
	"regexp"
	"strings"

	"github.com/invopop/jsonschema"
)

// What an argument may hold where its tag does not say. These are checked and
// not printed.
const (
	defaultMaxLength = 20_000
	defaultMaxItems  = 200
)

// convertEnum takes over the permitted values.
func (b *builder) convertEnum(s *jsonschema.Schema, n *node, at place) {
	bare := &node{kind: n.kind}
	seen := map[string]bool{}
	for _, value := range s.Enum {
		parsed := shaper{}.shape(bare, b.literal(value, "enum", at))
		fits := false
		switch parsed.(type) {
		case string:
			fits = n.kind == kindString
		case int64, uint64:
			fits = n.kind == kindInteger
		case json.Number:
			fits = n.kind == kindNumber
		}
		text := string(appendValue(nil, parsed))
		switch {
		case !fits:
			b.refuse(at, "enum: %s is not of type %s", text, n.kind)
		case seen[text]:
			b.refuse(at, "enum: %s is given twice", text)
		default:
			n.enum = append(n.enum, parsed)
		}
		seen[text] = true
	}
}

func (b *builder) convertString(s *jsonschema.Schema, n *node, at place) {
	n.minLength, n.maxLength = toLimit(s.MinLength, true), toLimit(s.MaxLength, false)
	n.pattern, n.format = s.Pattern, s.Format
	if n.maxLength.set && n.minLength.n > n.maxLength.n {
		b.refuse(at, "minLength is above maxLength")
	}
	if n.pattern != "" {
		if _, err := regexp.Compile(n.pattern); err != nil {
			b.refuse(at, "pattern: %v", err)
		}
	}
	if n.format != "" && formatWords(n.format) == "" {
		b.refuse(at, "format %q is not one that is asserted (email, date-time, date)", n.format)
	}
	if len(n.enum) > 0 && (n.minLength.set || n.maxLength.set || n.pattern != "" || n.format != "") {
		b.refuse(at, "an enum says all; drop the other limits")
	}
	if b.input {
		n.inner.maxLength = limit{set: true, n: defaultMaxLength}
	}
}

func (b *builder) convertNumber(t reflect.Type, s *jsonschema.Schema, n *node, at place) {
	read := func(keyword string, number json.Number) string {
		if number == "" {
			return ""
		}
		bare := &node{kind: n.kind}
		value := shaper{}.shape(bare, number)
		if _, bad := value.(refused); bad || !isNumber(string(number)) {
			b.refuse(at, "%s: %s is not a number of type %s", keyword, quote(string(number)), n.kind)
			return ""
		}
		return string(appendValue(nil, value))
	}
	n.minimum, n.maximum = read("minimum", s.Minimum), read("maximum", s.Maximum)
	n.exclusiveMinimum = read("exclusiveMinimum", s.ExclusiveMinimum)
	n.exclusiveMaximum = read("exclusiveMaximum", s.ExclusiveMaximum)
	n.multipleOf = read("multipleOf", s.MultipleOf)
	if n.multipleOf != "" && compareNumbers(n.multipleOf, "0") <= 0 {
		b.refuse(at, "multipleOf must be above 0")
	}
	if (n.minimum != "" && n.exclusiveMinimum != "") || (n.maximum != "" && n.exclusiveMaximum != "") {
		b.refuse(at, "an end of the range is given both inclusive and exclusive")
	}
	low, high := n.minimum+n.exclusiveMinimum, n.maximum+n.exclusiveMaximum
	if low != "" && high != "" && compareNumbers(low, high) > 0 {
		b.refuse(at, "the lower end of the range is above the upper end")
	}
	if n.kind == kindInteger && b.input {
		b.boundInteger(t, n, low, high, at)
	}
}

// boundInteger gives an integer argument its ends. The width of the Go type is
// an inner limit; the lower end is shown, because it is what a model gets
// wrong, and so a signed integer has to name its own.
func (b *builder) boundInteger(t reflect.Type, n *node, low, high string, at place) {
	n.inner.minimum, n.inner.maximum = format(int64(math.MinInt64)), format(uint64(math.MaxUint64))
	unsigned := false
	if t != nil {
		switch kindName := t.Kind().String(); {
		case strings.HasPrefix(kindName, "uint"):
			unsigned = true
			n.inner.minimum, n.inner.maximum = "0", format(uint64(math.MaxUint64)>>(64-t.Bits()))
		case strings.HasPrefix(kindName, "int") && t.Kind() != reflect.Interface:
			n.inner.minimum = format(int64(math.MinInt64) >> (64 - t.Bits()))
			n.inner.maximum = format(int64(math.MaxInt64) >> (64 - t.Bits()))
		}
	}
	switch {
	case low != "" && compareNumbers(low, n.inner.minimum) < 0, high != "" && compareNumbers(high, n.inner.maximum) > 0:
		b.refuse(at, "the range is wider than the Go type %s", t)
	case low != "" || len(n.enum) > 0:
	case unsigned:
		n.minimum = "0"
	default:
		b.refuse(at, "an integer needs a minimum, or an unsigned type")
	}
}

// checkDefault holds a default to what it promises: that leaving the argument
// out and sending the default are the same, and that sending anything else is
// not.
func (b *builder) checkDefault(f field, required bool, n *node, at place) {
	if required {
		b.refuse(at, "a required argument never takes its default")
		return
	}
	validator, err := n.compile()
	if err != nil {
		b.refuse(at, "%v", err)
		return
	}
	n.fallback = shaper{}.shape(n, n.fallback)
	if validator.Validate(n.fallback) != nil {
		b.refuse(at, "the default %s does not fit the schema", appendValue(nil, n.fallback))
		return
	}
	if f.goField.Type == nil || f.goField.Type.Kind() == reflect.Pointer {
		return
	}
	text, err := json.Marshal(reflect.Zero(f.goField.Type).Interface())
	if err != nil {
		b.refuse(at, "its zero value cannot be written: %v", err)
		return
	}
	if string(text) == "null" {
		text = []byte("[]") // a nil slice stands for an empty one
	}
	zero := shaper{}.shape(n, b.literal(json.RawMessage(text), "zero value", at))
	if string(appendValue(nil, zero)) == string(appendValue(nil, n.fallback)) {
		return
	}
	if validator.Validate(zero) == nil {
		b.refuse(at, "its zero value %s is a valid argument that could not be told from a missing one, which takes the default; use a pointer", text)
	}
}
