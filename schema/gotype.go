package schema

import (
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/invopop/jsonschema"
)

func timeType() reflect.Type    { return reflect.TypeFor[time.Time]() }
func rawJSONType() reflect.Type { return reflect.TypeFor[json.RawMessage]() }

// The methods by which a type can describe itself. They are asked for by their
// interfaces: a look-up by name would keep every method of every type in the
// program.
var (
	describer  = reflect.TypeFor[interface{ JSONSchema() *jsonschema.Schema }]()
	extender   = reflect.TypeFor[interface{ JSONSchemaExtend(*jsonschema.Schema) }]()
	aliaser    = reflect.TypeFor[interface{ JSONSchemaAlias() any }]()
	propertier = reflect.TypeFor[interface{ JSONSchemaProperty(string) any }]()
)

// implements reports whether a type has the methods of an interface, by value
// or by pointer.
func implements(t, methods reflect.Type) bool {
	return t.Implements(methods) || reflect.PointerTo(t).Implements(methods)
}

// element takes a pointer off a type.
func element(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

// inspect holds a Go type to the rules that its reflected schema no longer
// shows.
func (b *builder) inspect(t reflect.Type, at place) {
	if t == timeType() {
		return
	}
	if b.inspectMethods(t, at) {
		return
	}
	if slices.Contains(b.open, t) {
		b.refuse(at, "type %s contains itself, which takes a $ref to describe", t)
		return
	}
	b.open = append(b.open, t)
	defer func() { b.open = b.open[:len(b.open)-1] }()

	switch t.Kind() {
	case reflect.Struct:
		for _, f := range b.fields(t, at) {
			b.inspectField(f, at.field(f))
		}
	case reflect.Slice, reflect.Array:
		b.inspectArray(t, at)
	case reflect.Map:
		switch {
		case b.input:
			b.refuse(at, "a map would take arguments of any name; use a struct or an array of structs")
		case t.Key().Kind() != reflect.String:
			b.refuse(at, "the keys of a map must be strings, not %s", t.Key())
		default:
			b.inspect(element(t.Elem()), at.element())
		}
	case reflect.Interface:
		if b.input {
			b.refuse(at, "an argument of any type (%s) cannot be described to a model", t)
		}
	case reflect.Bool, reflect.String, reflect.Float64,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
	case reflect.Float32:
		b.refuse(at, "use float64: a float32 changes the number that was sent")
	case reflect.Pointer:
		b.refuse(at, "a pointer to a pointer (%s) says nothing more than a pointer", reflect.PointerTo(t))
	default:
		b.refuse(at, "a %s has no JSON form", t)
	}
}

func (b *builder) inspectArray(t reflect.Type, at place) {
	switch {
	case t == rawJSONType():
		if b.input {
			b.refuse(at, "an argument of any type (%s) cannot be described to a model", t)
		}
		return
	case t.Elem().Kind() == reflect.Uint8 && !implements(t.Elem(), reflect.TypeFor[json.Marshaler]()):
		b.refuse(at, "bytes (%s) would be base64; use string", t)
		return
	case t.Elem().Kind() == reflect.Pointer && b.input:
		b.refuse(at, "elements must not be pointers: an argument's array holds no null")
	}
	b.inspect(element(t.Elem()), at.element())
}

// describesItself reports whether a type stands for whatever its JSONSchema
// method returns.
func describesItself(t reflect.Type) bool { return t.Implements(describer) }

func isComposite(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Struct, reflect.Slice, reflect.Array, reflect.Map:
		return true
	}
	return false
}

// inspectMethods looks at how a type describes and encodes itself. It returns
// true when there is nothing below the type to inspect.
func (b *builder) inspectMethods(t reflect.Type, at place) bool {
	if t.Kind() == reflect.Interface {
		return false
	}
	for name, methods := range map[string]reflect.Type{"JSONSchema": describer, "JSONSchemaExtend": extender} {
		if implements(t, methods) && !t.Implements(methods) {
			b.refuse(at, "method %s of %s has a pointer receiver and would be ignored; give it a value receiver", name, t)
		}
	}
	for name, methods := range map[string]reflect.Type{"JSONSchemaAlias": aliaser, "JSONSchemaProperty": propertier} {
		if implements(t, methods) {
			b.refuse(at, "method %s of %s is not supported; use JSONSchema or JSONSchemaExtend", name, t)
		}
	}
	if describesItself(t) {
		return true
	}
	if t.Implements(extender) || t == rawJSONType() {
		return false
	}
	encodesItself := implements(t, reflect.TypeFor[json.Marshaler]()) || implements(t, reflect.TypeFor[json.Unmarshaler]())
	textual := implements(t, reflect.TypeFor[encoding.TextMarshaler]()) || implements(t, reflect.TypeFor[encoding.TextUnmarshaler]())
	switch {
	case isComposite(t) && (encodesItself || textual):
		b.refuse(at, "%s encodes itself, so its Go fields do not describe it; give it a JSONSchema method", t)
		return true
	case !isComposite(t) && t.Kind() != reflect.String && textual && !encodesItself:
		b.refuse(at, "%s is written as text; give it a JSONSchema method that says so", t)
		return true
	}
	return false
}

// field is a struct field that encoding/json reads and writes.
type field struct {
	name     string
	optional bool
	goField  reflect.StructField
}

// fields lists the fields of a struct in order, embedded structs spread out
// as encoding/json does it.
func (b *builder) fields(t reflect.Type, at place) []field {
	var all []field
	for goField := range t.Fields() {
		tag := goField.Tag.Get("json")
		name, options, _ := strings.Cut(tag, ",")
		here := place{join(at.goPath, goField.Name), join(at.path, name)}
		switch {
		case tag == "-":
			continue
		case goField.Anonymous && name == "":
			if goField.Type.Kind() != reflect.Struct {
				b.refuse(here, "only a struct can be embedded, not %s", goField.Type)
				continue
			}
			all = append(all, b.fields(goField.Type, at)...)
			continue
		case !goField.IsExported():
			continue
		case !isSnakeCase(name):
			b.refuse(here, "needs a json tag with a name in snake_case")
			continue
		}
		f := field{name: name, goField: goField}
		for option := range strings.SplitSeq(options, ",") {
			switch option {
			case "omitempty", "omitzero":
				f.optional = true
			case "":
			default:
				b.refuse(here, "json option %q is not supported", option)
			}
		}
		all = append(all, f)
	}
	for i, f := range all {
		if slices.ContainsFunc(all[:i], func(other field) bool { return other.name == f.name }) {
			b.refuse(at.field(f), "another field has the same name")
		}
	}
	return all
}

// isSnakeCase reports whether a name is lower-case words and digits joined by
// single underscores, beginning with a letter: how the API names things, and
// what every client takes.
func isSnakeCase(name string) bool {
	for word := range strings.SplitSeq(name, "_") {
		if word == "" || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
			return false
		}
	}
	return name[0] >= 'a' && name[0] <= 'z'
}

func (b *builder) inspectField(f field, at place) {
	t := f.goField.Type
	options := f.goField.Tag.Get("json")
	if t.Kind() == reflect.Pointer && !f.optional {
		b.refuse(at, "a pointer is an optional value: add omitempty, or drop the pointer")
	}
	if t.Kind() == reflect.Struct && f.optional && !strings.Contains(options, ",omitzero") {
		b.refuse(at, "omitempty never leaves a struct out: use omitzero or a pointer")
	}
	if t.Kind() == reflect.Array && f.optional && !strings.Contains(options, ",omitzero") {
		b.refuse(at, "omitempty never leaves a Go array out: use a slice")
	}
	b.inspect(element(t), at)
}
