package schema

import (
	"bytes"
	"fmt"

	jsonschema "github.com/santhosh-tekuri/jsonschema/v6"
)

// compile makes the validator of a node, with its inner limits.
func (n *node) compile() (*jsonschema.Schema, error) {
	text := n.appendSchema(nil, true)
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("schema: reading the schema back: %w", err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	compiler.AssertFormat()
	for _, format := range formats() {
		compiler.RegisterFormat(format)
	}
	// A name of its own keeps the compiler from looking at the file system.
	const name = "schema:///root"
	if err := compiler.AddResource(name, document); err != nil {
		return nil, fmt.Errorf("schema: adding the schema to the compiler: %w", err)
	}
	compiled, err := compiler.Compile(name)
	if err != nil {
		return nil, fmt.Errorf("schema: compiling: %w", err)
	}
	return compiled, nil
}
