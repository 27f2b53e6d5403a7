package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	jsonschema "github.com/santhosh-tekuri/jsonschema/v6"
)

// Bind checks arguments against the schema and stores them in the struct that
// into points to, which must be of the schema's type. No arguments at all, and
// null, mean {}. Whole numbers arrive exactly, up to 64 bits.
//
// It is liberal where the meaning is certain: a number or boolean may come as
// text ("42", "true"), a whole number as 42.0 or 4.2e1, null for an optional
// argument means absent. Everything else is refused with an [*ArgumentError]
// that tells all problems at once; then into is left as it was. On success
// into is replaced as a whole, defaults included. Any other error is a mistake
// of the program: a wrong type behind into, or a schema that was made by
// [Output].
func (s *Schema) Bind(arguments json.RawMessage, into any) error {
	_, err := s.BindChoice(arguments, into)
	return err
}

// read checks arguments and returns them as a document with its defaults.
func (s *Schema) read(arguments json.RawMessage) (map[string]any, error) {
	validator, err := s.validator()
	if err != nil {
		return nil, err
	}
	noun := argumentNoun()
	arguments = bytes.Trim(arguments, " \t\r\n")
	if len(arguments) == 0 || string(arguments) == "null" {
		arguments = json.RawMessage("{}")
	}
	parsed, found := parse(arguments, argumentBounds(), noun)
	if found.any() {
		return nil, argumentError(found)
	}
	document, ok := parsed.(map[string]any)
	if !ok {
		return nil, argumentError(notAnObject(parsed, noun))
	}
	shaper{arguments: true}.shape(s.root, document)
	if err := validator.Validate(document); err != nil {
		var invalid *jsonschema.ValidationError
		if !errors.As(err, &invalid) {
			return nil, fmt.Errorf("schema: validating arguments for %s: %w", s.typ, err)
		}
		return nil, argumentError(translate(s.root, document, invalid, noun))
	}
	fill(s.root, document)
	return document, nil
}

// Check validates a document as it stands, such as a tool's result: nothing is
// read liberally and no default is applied. A document that does not fit gives
// a [*DocumentError].
func (s *Schema) Check(document json.RawMessage) error {
	validator, err := s.validator()
	if err != nil {
		return err
	}
	noun := fieldNoun()
	value, found := parse(document, documentBounds(), noun)
	if found.any() {
		return documentError(found)
	}
	value = shaper{}.shape(s.root, value)
	if err := validator.Validate(value); err != nil {
		var invalid *jsonschema.ValidationError
		if !errors.As(err, &invalid) {
			return fmt.Errorf("schema: validating a document for %s: %w", s.typ, err)
		}
		return documentError(translate(s.root, value, invalid, noun))
	}
	return nil
}

// target returns the struct that Bind fills.
func (s *Schema) target(into any) (reflect.Value, error) {
	if !s.input {
		return reflect.Value{}, fmt.Errorf("schema: Bind with the result schema of %s: only schemas made by Input bind arguments", s.typ)
	}
	pointer := reflect.ValueOf(into)
	if pointer.Kind() != reflect.Pointer || pointer.IsNil() || pointer.Type().Elem() != s.typ {
		return reflect.Value{}, fmt.Errorf("schema: Bind into %T: the schema was made from %s and needs a pointer to one", into, s.typ)
	}
	return pointer.Elem(), nil
}

func argumentError(found findings) error {
	problems, more := found.problems()
	return &ArgumentError{Problems: problems, more: more}
}

func documentError(found findings) error {
	problems, more := found.problems()
	return &DocumentError{Problems: problems, more: more}
}

// notAnObject answers the commonest shapes that are no arguments: a bare
// value, and the object written into a string.
func notAnObject(document any, noun noun) findings {
	found := findings{noun: noun}
	hint := ""
	if text, ok := document.(string); ok && len(text) > 0 && text[0] == '{' {
		hint = " (send the object itself, not a text that holds it)"
	}
	found.add(nil, "", "%s must be one JSON object, got %s%s", noun.whole, got(document), hint)
	return found
}

// undecodable finds the argument that a type's own UnmarshalJSON turned down:
// such an error does not say where it came from, so each argument is tried
// alone.
func (s *Schema) undecodable(members map[string]any, cause error) findings {
	found := findings{noun: argumentNoun()}
	for i, p := range s.root.properties {
		value, given := members[p.name]
		if !given {
			continue
		}
		alone := appendValue(nil, map[string]any{p.name: value})
		if err := json.Unmarshal(alone, reflect.New(s.typ).Interface()); err != nil {
			found.add([]int{i}, p.name, "%s is not accepted: %s", found.noun.subject(p.name), clean(err.Error()))
		}
	}
	if !found.any() {
		found.add(nil, "", "%s were not accepted: %s", found.noun.whole, clean(cause.Error()))
	}
	return found
}
