package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"

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
	var s standIns
	s.plain(&node)
	var text strings.Builder
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	if err := encoder.Encode(&node); err != nil {
		return err
	}
	_, err := strings.NewReplacer(s.back...).WriteString(out, text.String())
	return err
}

// standIns take emoji, and letters of scripts that Unicode took in late, past
// the encoder, which writes all beyond the first plane as numbers. In their
// place it gets characters for private use, of which a text has none that could
// be read. What cannot be seen is left to it.
type standIns struct {
	given map[rune]rune
	back  []string
}

// The characters for private use.
const firstPrivate, lastPrivate = '\ue000', '\uf8ff'

func (s *standIns) plain(node *yaml.Node) {
	node.Style = 0
	node.Value = strings.Map(s.standIn, node.Value)
	for _, child := range node.Content {
		s.plain(child)
	}
}

func (s *standIns) standIn(r rune) rune {
	private := firstPrivate <= r && r <= lastPrivate
	if !private && (r <= 0xffff || !unicode.IsPrint(r)) {
		return r
	}
	if given, seen := s.given[r]; seen {
		return given
	}
	next := firstPrivate + rune(len(s.given))
	if next > lastPrivate {
		return r
	}
	if s.given == nil {
		s.given = map[rune]rune{}
	}
	s.given[r] = next
	s.back = append(s.back, string(next), string(r))
	return next
}
