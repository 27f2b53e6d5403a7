package schema

import "github.com/invopop/jsonschema"

// The types below break one rule each.

type recursive struct {
	Next *recursive `json:"next,omitempty" jsonschema_description:"Next"`
}

type recursiveByArray struct {
	Below []recursiveByArray `json:"below,omitempty" jsonschema_description:"Below"`
}

type selfWritten struct {
	A string `json:"a" jsonschema_description:"A"`
}

func (selfWritten) MarshalJSON() ([]byte, error) { return []byte("1"), nil }

type selfRead struct {
	A string `json:"a" jsonschema_description:"A"`
}

func (*selfRead) UnmarshalJSON([]byte) error { return nil }

type textLevel int

func (textLevel) MarshalText() ([]byte, error) { return []byte("low"), nil }

type withTitle string

func (withTitle) JSONSchemaExtend(s *jsonschema.Schema) { s.Title = "Title" }

type withRef string

func (withRef) JSONSchema() *jsonschema.Schema { return &jsonschema.Schema{Ref: "#/$defs/x"} }

type withOneOf string

func (withOneOf) JSONSchemaExtend(s *jsonschema.Schema) {
	s.OneOf = []*jsonschema.Schema{{Type: "string"}}
}

type withExtra string

func (withExtra) JSONSchemaExtend(s *jsonschema.Schema) { s.Extras = map[string]any{"x-order": 1} }

type withAnyOfAtRoot struct {
	A string `json:"a" jsonschema_description:"A"`
}

func (withAnyOfAtRoot) JSONSchemaExtend(s *jsonschema.Schema) {
	s.AnyOf = []*jsonschema.Schema{{Required: []string{"a"}}}
}

type byPointer string

func (*byPointer) JSONSchemaExtend(s *jsonschema.Schema) { s.Enum = []any{"a"} }

type alias string

func (alias) JSONSchemaAlias() any { return 1 }

type mixedEnum string

func (mixedEnum) JSONSchemaExtend(s *jsonschema.Schema) { s.Enum = []any{"a", 1} }

type open struct {
	A string `json:"a" jsonschema_description:"A"`
}

func (open) JSONSchemaExtend(s *jsonschema.Schema) { s.AdditionalProperties = nil }

type dropsField struct {
	A string `json:"a" jsonschema_description:"A"`
}

func (dropsField) JSONSchemaExtend(s *jsonschema.Schema) {
	s.Properties.Delete("a")
	s.Required = nil
}

type requiresMore struct {
	A string `json:"a" jsonschema_description:"A"`
}

func (requiresMore) JSONSchemaExtend(s *jsonschema.Schema) { s.Required = append(s.Required, "b") }

type requiredByMethod struct {
	A string `json:"a,omitempty" jsonschema_description:"A"`
}

func (requiredByMethod) JSONSchemaExtend(s *jsonschema.Schema) { s.Required = []string{"a"} }

type addsArgument struct {
	A string `json:"a" jsonschema_description:"A"`
}

func (addsArgument) JSONSchemaExtend(s *jsonschema.Schema) {
	s.Properties.Set("b", &jsonschema.Schema{Type: "string", Description: "B"})
}

type bareArray []string

func (bareArray) JSONSchema() *jsonschema.Schema { return &jsonschema.Schema{Type: "array"} }

type textRoot struct{}

func (textRoot) JSONSchema() *jsonschema.Schema { return &jsonschema.Schema{Type: "string"} }

type saysNothing struct{}

func (saysNothing) JSONSchema() *jsonschema.Schema { return &jsonschema.Schema{} }

type camelInside struct{}

func (camelInside) JSONSchema() *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "object", Properties: jsonschema.NewProperties(), AdditionalProperties: jsonschema.FalseSchema}
	s.Properties.Set("memberId", &jsonschema.Schema{Type: "string", Description: "B"})
	return s
}

type unwritableDefault string

func (unwritableDefault) JSONSchemaExtend(s *jsonschema.Schema) { s.Default = func() {} }
