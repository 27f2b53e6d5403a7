package tools

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// chosen is the argument of tools whose objects have many fields: which of them
// to show. T is what we show of an object and A what the API sends of it.
type chosen[T, A any] struct {
	Fields []string `json:"fields,omitempty" jsonschema_description:"only these fields"`
}

// Check implements [Checker].
func (c *chosen[T, A]) Check() error {
	known := fieldNames(reflect.TypeFor[T](), reflect.TypeFor[A]())
	for _, name := range c.Fields {
		if !slices.Contains(known, name) {
			return problem("fields", fmt.Sprintf(`argument "fields": there is no field %s; fields: %s`, quoted(name), strings.Join(known, ", ")))
		}
	}
	return nil
}

// from returns how much of an object must be there to choose from.
func (c chosen[T, A]) from(d detail) detail {
	if len(c.Fields) > 0 {
		return full
	}
	return d
}

// of leaves what was chosen of one object; the id always stays.
func (c chosen[T, A]) of(v view[T]) view[T] {
	v.only = c.Fields
	return v
}

// rows leaves what was chosen of each object that show shows.
func (c chosen[T, A]) rows(show func(detail) func(A) view[T], d detail) func(A) view[T] {
	row := show(c.from(d))
	return func(a A) view[T] { return c.of(row(a)) }
}

// fieldNames returns the names that the fields of struct types have in JSON,
// each once, the first type's first.
func fieldNames(types ...reflect.Type) []string {
	var names []string
	for _, t := range types {
		for _, field := range reflect.VisibleFields(t) {
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if name != "" && name != "-" && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}
