package schema

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/invopop/jsonschema"
)

// builder makes the nodes of one struct type. It works in two passes: first
// the Go type is inspected, because what invopop does with some types is to
// recurse without end or to say something that encoding/json does not do; then
// the schema invopop reflected is taken over, keyword by keyword.
type builder struct {
	root     reflect.Type
	input    bool
	open     []reflect.Type // the types being inspected, to find cycles
	problems []string
}

func newBuilder(t reflect.Type, input bool) *builder { return &builder{root: t, input: input} }

// place is where the builder is, for messages: the path of Go fields and the
// path of JSON names.
type place struct{ goPath, path string }

func (p place) field(f field) place {
	return place{join(p.goPath, f.goField.Name), join(p.path, f.name)}
}

func (p place) element() place { return place{p.goPath + "[]", p.path + "[]"} }

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// refuse records a rule that the type breaks.
func (b *builder) refuse(at place, format string, args ...any) {
	problem := fmt.Sprintf(format, args...)
	if at.goPath != "" {
		problem = fmt.Sprintf("field %s (%q): %s", at.goPath, at.path, problem)
	}
	b.problems = append(b.problems, problem)
}

func (b *builder) err() error {
	if len(b.problems) == 0 {
		return nil
	}
	return errors.New("schema: type " + b.root.String() + ": " + strings.Join(b.problems, "; "))
}

func (b *builder) build() (*node, error) {
	if b.root == nil || b.root.Kind() != reflect.Struct || b.root == timeType() {
		return nil, fmt.Errorf("schema: a schema is made from a struct type, got %v", b.root)
	}
	b.inspect(b.root, place{})
	if err := b.err(); err != nil {
		return nil, err
	}
	// ExpandedStruct stays off: invopop would then look the root up by its
	// bare name and find a nested type of the same name from another package.
	reflector := jsonschema.Reflector{Anonymous: true, DoNotReference: true}
	reflected := reflector.ReflectFromType(b.root)
	reflected.Version = ""
	root := b.convert(b.root, reflected, place{})
	if err := b.err(); err != nil {
		return nil, err
	}
	if root.kind != kindObject {
		return nil, fmt.Errorf("schema: type %s: the root must be an object, its schema says %q", b.root, root.kind)
	}
	root.description = ""
	return root, nil
}
