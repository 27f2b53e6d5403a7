package schema

import (
	"encoding/json"
	"reflect"
	"slices"
	"sync"

	jsonschema "github.com/santhosh-tekuri/jsonschema/v6"
)

// Schema is the JSON Schema of one Go struct type, made by [Input] or
// [Output]. It never changes and may be used by many goroutines.
type Schema struct {
	typ   reflect.Type
	input bool
	root  *node
	text  json.RawMessage
	// choice names the argument that is not in the struct; mostly "".
	choice string

	validator func() (*jsonschema.Schema, error)
}

// Input makes the schema of a tool's arguments from a struct type. The rules
// are strict, so that every client and model provider takes the schema and
// every refusal can be explained: every argument described, names in snake
// case, no additional arguments at any level, no combinators and no
// references, integers bounded, defaults that fit. It returns one error that
// names the type and every field at fault; it is meant to stop the program at
// its start.
//
// The schema is checked here in full. The validator behind it is built at the
// first Bind or Check, since building it costs about as much as everything
// else that happens to a schema; [Schema.Compile] builds it at once.
func Input(t reflect.Type) (*Schema, error) { return build(t, true) }

// Output makes the schema of a tool's result from a struct type. Descriptions
// are optional, and so are limits. Maps and values of any type are permitted,
// and an object takes additional properties where its type says so: by a
// JSONSchemaExtend method that sets AdditionalProperties. A field that would be
// written as null where its schema says otherwise is refused.
func Output(t reflect.Type) (*Schema, error) { return build(t, false) }

// made holds what build has made, by what it was made of: a schema never
// changes, and many a catalogue of the same types needs it once.
var made sync.Map

func build(t reflect.Type, input bool) (*Schema, error) {
	type source struct {
		typ   reflect.Type
		input bool
	}
	if s, ok := made.Load(source{t, input}); ok {
		return s.(*Schema), nil
	}
	root, err := newBuilder(t, input).build()
	if err != nil {
		return nil, err
	}
	s, _ := made.LoadOrStore(source{t, input}, &Schema{
		typ:       t,
		input:     input,
		root:      root,
		text:      root.appendSchema(nil, false),
		validator: sync.OnceValues(root.compile),
	})
	return s.(*Schema), nil
}

// JSON returns the schema as compact JSON: at every level the type first and
// properties in the order of the struct; the same bytes every time. There are
// no "$schema", "$id", "$defs" or "$ref" in it, and no titles.
func (s *Schema) JSON() json.RawMessage { return slices.Clone(s.text) }

// Properties returns the names of the top-level properties in the order of
// the struct.
func (s *Schema) Properties() []string { return s.root.names() }

// Compile builds the validator now instead of at the first use. Building
// cannot fail for a schema that Input or Output returned; tests that walk over
// every schema call it to hold that.
func (s *Schema) Compile() error {
	_, err := s.validator()
	return err
}
