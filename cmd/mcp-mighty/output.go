package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v4"
)

// outputFlag chooses how results are printed.
type outputFlag struct{ format string }

func (f *outputFlag) register(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&f.format, "output", "o", "text", "how to print: text or json")
	check := cmd.Args
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if f.format != "text" && f.format != "json" {
			return usagef("--output must be text or json, got %q", f.format)
		}
		return check(cmd, args)
	}
}

func (f *outputFlag) json() bool { return f.format == "json" }

func printJSON(out io.Writer, v any) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}

// printReadable shows a JSON document as people read one: as YAML, without
// the brackets and quotes. JSON is YAML already; only its style is dropped.
func printReadable(out io.Writer, document json.RawMessage) error {
	var node yaml.Node
	if err := yaml.Unmarshal(document, &node); err != nil {
		return fmt.Errorf("show the result: %w", err)
	}
	plain(&node)
	encoder := yaml.NewEncoder(out)
	encoder.SetIndent(2)
	return encoder.Encode(&node)
}

func plain(node *yaml.Node) {
	node.Style = 0
	for _, child := range node.Content {
		plain(child)
	}
}
