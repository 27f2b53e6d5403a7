package schema

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"sync"
)

// WithChoice returns the schema with one more optional argument at its end,
// which takes one of the values. It is for what depends on the configuration
// and not on the tool; [Schema.BindChoice] returns it beside the struct. An
// error means that the name is taken or the schema is no input.
func (s *Schema) WithChoice(name, description string, values []string) (*Schema, error) {
	if _, taken := s.root.index[name]; taken || !s.input || len(values) == 0 {
		return nil, fmt.Errorf("schema: %s cannot take the further argument %q", s.typ, name)
	}
	choice := &node{kind: kindString, description: description}
	for _, value := range values {
		choice.enum = append(choice.enum, value)
	}
	root := *s.root
	root.properties = append(slices.Clone(s.root.properties), property{name: name, node: choice})
	root.index = maps.Clone(s.root.index)
	if root.index == nil {
		root.index = map[string]int{}
	}
	root.index[name] = len(root.properties) - 1
	return &Schema{
		typ: s.typ, input: true, root: &root, choice: name,
		text: root.appendSchema(nil, false), validator: sync.OnceValues(root.compile),
	}, nil
}

// BindChoice is [Schema.Bind] for a schema made by [Schema.WithChoice]: it
// also returns the chosen value, "" where none was given. Without such an
// argument it is Bind.
func (s *Schema) BindChoice(arguments json.RawMessage, into any) (string, error) {
	target, err := s.target(into)
	if err != nil {
		return "", err
	}
	document, err := s.read(arguments)
	if err != nil {
		return "", err
	}
	choice := ""
	if s.choice != "" {
		choice, _ = document[s.choice].(string)
		delete(document, s.choice)
	}
	fresh := reflect.New(s.typ)
	if err := json.Unmarshal(appendValue(nil, document), fresh.Interface()); err != nil {
		return "", argumentError(s.undecodable(document, err))
	}
	target.Set(fresh.Elem())
	return choice, nil
}
