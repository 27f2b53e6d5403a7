package tools_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mcp-mighty/mcp-mighty/tools"
)

// TestGoldenDocs keeps the reference that people read equal to the catalogue.
func TestGoldenDocs(t *testing.T) {
	golden(t, filepath.Join("..", "docs", "tools.md"), []byte(reference(t, newSandboxed(t).catalogue)))
}

func reference(t *testing.T, catalogue *tools.Catalogue) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("<!-- Generated from the catalogue by: go test ./tools -run TestGolden -update -->\n\n# Tools\n\n" +
		"Risk: **read** changes nothing; **write** can be undone; **outward** reaches people and **destructive** cannot be taken\n" +
		"back or takes something away, so both ask a person first. Tokens are o200k, over name, description and input schema.\n")
	for _, toolset := range catalogue.Toolsets() {
		fmt.Fprintf(&b, "\n## %s\n", toolset)
		for _, tool := range catalogue.All() {
			if tool.Toolset == toolset {
				describe(t, &b, tool)
			}
		}
	}
	return b.String()
}

func describe(t *testing.T, b *strings.Builder, tool tools.Tool) {
	t.Helper()
	fmt.Fprintf(b, "\n### %s\n\n%s. Risk: %s. %d tokens.", tool.Name, tool.Title, tool.Risk, countTokens(t, tool))
	switch {
	case tool.Limits != "":
		fmt.Fprintf(b, " Undone in part by `%s`.", tool.Inverse)
	case tool.Inverse != "":
		fmt.Fprintf(b, " Undone by `%s`.", tool.Inverse)
	}
	fmt.Fprintf(b, "\n\n%s\n", tool.About)
	var input struct {
		Required   []string
		Properties map[string]struct {
			Type, Description string
			Enum              []any
			Default           any
		}
	}
	if err := json.Unmarshal(tool.Input.JSON(), &input); err != nil {
		t.Fatal(err)
	}
	required := map[string]bool{}
	for _, name := range input.Required {
		required[name] = true
	}
	for i, name := range tool.Input.Properties() {
		if i == 0 {
			b.WriteString("\n| argument | type | |\n| --- | --- | --- |\n")
		}
		p := input.Properties[name]
		text := p.Description
		if len(p.Enum) > 0 {
			text += fmt.Sprintf(" (%s)", enumeration(p.Enum))
		}
		if p.Default != nil {
			text += fmt.Sprintf("; default %v", p.Default)
		}
		if required[name] {
			text += "; required"
		}
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", name, p.Type, strings.ReplaceAll(text, "|", `\|`))
	}
}

func enumeration(values []any) string {
	var texts []string
	for _, value := range values {
		texts = append(texts, fmt.Sprint(value))
	}
	return strings.Join(texts, ", ")
}
