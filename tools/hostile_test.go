package tools_test

import (
	"encoding/json"
	"fmt"
	"maps"
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
	notUnderRace(t)
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
		if p.Minimum == nil || *p.Minimum >= 0 { // at least 0 or 1 goes without saying
			wrong = append(wrong, `-1`, `"-1"`, `-9223372036854775808`)
		}
		if p.Maximum != nil {
			wrong = append(wrong, fmt.Sprint(int64(*p.Maximum)+1))
		}
	case "number":
		wrong = append(wrong, `true`, `"abc"`, `1e999`)
	case "boolean":
		wrong = append(wrong, `1`, `0`, `"yes"`, `"TRUE"`, `""`)
	case "string":
		wrong = append(wrong, `true`, `1.5`, `"a\u0000b"`, `"a\u001b[2Jb"`, `"a\u0007b"`, "\"a\u007fb\"", "\"a\u009bb\"", `"`+strings.Repeat("x", 500_000)+`"`)
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

// TestNamesAreNoPaths puts path characters where names may stand. A name is
// looked for among the names, and no part of it becomes part of an address.
func TestNamesAreNoPaths(t *testing.T) {
	s := newSandboxed(t)
	tried := 0
	for _, tool := range s.catalogue.All() {
		if tool.Toolset == "workspace" {
			continue
		}
		good := s.goodArguments()[tool.Name]
		if !tool.Risk.Acts() {
			good = s.readArguments(tool.Name)
		}
		var schema struct{ Properties map[string]property }
		if err := json.Unmarshal(tool.Input.JSON(), &schema); err != nil {
			t.Fatal(err)
		}
		for name, p := range schema.Properties {
			if p.Type != "string" || !strings.HasSuffix(name, "_id") {
				continue
			}
			for _, value := range []string{"../members/1", "..%2fme", "/", "1/../../2", "?per_page=1", "#", "1;2", "\\..\\1", "%00", "http://evil.example/"} {
				arguments := maps.Clone(good)
				if arguments == nil {
					arguments = map[string]any{}
				}
				arguments[name] = value
				s.sandbox.ResetRequests()
				answer := s.problem(tool.Name, arguments)
				if answer.Code != tools.CodeBadArguments && answer.Code != "not_found" {
					t.Errorf("%s(%s: %q): %s %s", tool.Name, name, value, answer.Code, answer.Problem)
				}
				for _, request := range s.sandbox.Requests() {
					if strings.ContainsAny(request.Path, "%.;?#\\") || request.Method != "GET" {
						t.Errorf("%s(%s: %q) asked for %s %s", tool.Name, name, value, request.Method, request.Path)
					}
				}
				tried++
			}
		}
	}
	if tried < 300 {
		t.Errorf("only %d names were tried", tried)
	}
}
