package tools_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/tools"
)

// property is what a schema says of one argument, as far as this test needs it.
type property struct {
	Type    string
	Minimum *float64
	Maximum *float64
	Enum    []any
	Items   *property
}

// TestHostileArguments sends every tool arguments that are wrong in every way
// that we can think of, one at a time. Each is refused by name, nothing is
// requested, and nothing breaks.
func TestHostileArguments(t *testing.T) {
	s := newSandboxed(t)
	for _, tool := range s.catalogue.All() {
		var schema struct{ Properties map[string]property }
		if err := json.Unmarshal(tool.Input.JSON(), &schema); err != nil {
			t.Fatal(err)
		}
		for name, p := range schema.Properties {
			for _, value := range wrongValues(p) {
				s.refused(tool, fmt.Sprintf(`{%q: %s}`, name, value), name)
			}
			s.refused(tool, fmt.Sprintf(`{%q: 1, %q: 1}`, name, name), name)
			s.refused(tool, fmt.Sprintf(`{%q: 1}`, strings.ToUpper(name)), strings.ToUpper(name))
		}
		for _, document := range []string{
			`[]`, `"{}"`, `7`, `true`, `{"__proto__": {}}`, `{"confirm": true}`, `{"approve": true}`, `{"": 1}`, `{"a": 1} {"b": 2}`, `{"a":`, `{"\u0000": 1}`,
			strings.Repeat(`{"a":`, 2000) + `1` + strings.Repeat(`}`, 2000), `{"x": "` + strings.Repeat("x", 2<<20) + `"}`, "{\"a\": \"\xff\xfe\"}", `{"a": "\ud800"}`,
		} {
			s.refused(tool, document, "")
		}
	}
	if n := len(s.sandbox.Requests()); n != 0 {
		t.Errorf("%d requests were sent for arguments that are wrong", n)
	}
}

func (s *sandboxed) refused(tool tools.Tool, arguments, name string) {
	s.t.Helper()
	answer := s.catalogue.Call(s.t.Context(), tool.Name, guardrails.Request{
		Arguments: json.RawMessage(arguments), Approver: &person{decision: guardrails.Approved},
	}, nil)
	if answer.Code != tools.CodeBadArguments || len(answer.Problem) > 4000 {
		s.t.Errorf("%s(%.80s): %s %.300s%s", tool.Name, arguments, answer.Code, answer.Problem, answer.JSON)
		return
	}
	if name != "" && !strings.Contains(answer.Problem, name) {
		s.t.Errorf("%s(%.80s) does not name the argument: %s", tool.Name, arguments, answer.Problem)
	}
}

// wrongValues are JSON documents that do not fit a property.
func wrongValues(p property) []string {
	wrong := []string{`{}`, `{"a": 1}`}
	if p.Type != "array" {
		wrong = append(wrong, `[]`, `["x"]`, `[[]]`)
	}
	switch p.Type {
	case "integer":
		wrong = append(wrong, `true`, `1.5`, `"1.5"`, `1e400`, `-1e30`, `99999999999999999999999`, `"abc"`, `" 7"`, `"0x10"`, `""`, `"7; DROP"`, `"../1"`)
		if p.Minimum != nil && *p.Minimum >= 0 {
			wrong = append(wrong, `-1`, `"-1"`)
		}
		if p.Maximum != nil {
			wrong = append(wrong, fmt.Sprint(int64(*p.Maximum)+1))
		}
	case "number":
		wrong = append(wrong, `true`, `"abc"`, `1e999`)
	case "boolean":
		wrong = append(wrong, `1`, `0`, `"yes"`, `"TRUE"`, `""`)
	case "string":
		wrong = append(wrong, `true`, `1.5`, `"a\u0000b"`, `"`+strings.Repeat("x", 500_000)+`"`)
		if len(p.Enum) > 0 {
			wrong = append(wrong, `""`, `"nonsense"`, `" `+fmt.Sprint(p.Enum[0])+`"`)
		}
	case "array":
		wrong = append(wrong, `true`, `"x"`, `7`, `["`+strings.Repeat("x", 500_000)+`"]`, `[`+strings.Repeat(`{},`, 5000)+`{}]`, `[null]`)
		if p.Items != nil {
			for _, value := range wrongValues(*p.Items) {
				wrong = append(wrong, `[`+value+`]`)
			}
		}
	}
	return wrong
}
