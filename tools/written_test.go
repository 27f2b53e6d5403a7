package tools

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// TestEveryTextOfAResultIsClassed walks the results of all tools: each text is
// people's or ours, and somebody has decided which.
func TestEveryTextOfAResultIsClassed(t *testing.T) {
	used := map[string]bool{}
	for _, tool := range all() {
		var schema outputSchema
		if err := json.Unmarshal(tool.Output.JSON(), &schema); err != nil {
			t.Fatal(err)
		}
		schema.eachText("", func(path string) {
			name := strings.TrimSuffix(path[strings.LastIndexByte(path, '.')+1:], "[]")
			used[name] = true
			people, ours := slices.Contains(peopleWrite, name), slices.Contains(weWrite, name)
			if people == ours {
				t.Errorf("%s: %s is in both lists or in none; say in written.go who writes it", tool.Name, path)
			}
			if marked := slices.Contains(tool.written(false), path); marked != people {
				t.Errorf("%s: %s marked as people's words: %v", tool.Name, path, marked)
			}
		})
		for _, path := range tool.written(true) {
			if !strings.HasSuffix(path, "*") && !slices.Contains(tool.written(false), path) {
				t.Errorf("%s: %s is marked with detail full only", tool.Name, path)
			}
		}
		if tool.Risk.Acts() && !slices.Contains(tool.written(false), "preview.facts.*") {
			t.Errorf("%s: what a preview quotes is not marked", tool.Name)
		}
	}
	for _, name := range slices.Concat(peopleWrite, weWrite) {
		if !used[name] {
			t.Errorf("%s is in a list and in no result", name)
		}
	}
}

func (s outputSchema) eachText(path string, visit func(path string)) {
	if s.isText() {
		visit(path)
	}
	for name, property := range s.Properties {
		property.eachText(strings.TrimPrefix(path+"."+name, "."), visit)
	}
	if s.Items != nil {
		s.Items.eachText(path+"[]", visit)
	}
}

// TestUnknownTextCountsAsPeoples: what nobody has classed is marked.
func TestUnknownTextCountsAsPeoples(t *testing.T) {
	for schema, want := range map[string][]string{
		`{"properties":{"new_thing":{"type":"string"},"status":{"type":"string"},"n":{"type":"integer"}},"additionalProperties":false}`:        {"new_thing"},
		`{"properties":{"a":{}},"additionalProperties":false}`:                                                                                 {"a"},
		`{"properties":{"items":{"items":{"properties":{"bio":{"type":"string"}}}}},"additionalProperties":false}`:                             {"items[].*", "items[].bio"},
		`{"properties":{"facts":{"additionalProperties":{"type":"string"}},"texts":{"items":{"type":"string"}}},"additionalProperties":false}`: {"facts.*", "texts[]"},
		`{"properties":{"n":{"type":"integer"}}}`:                                                                                              {"*"},
	} {
		var s outputSchema
		if err := json.Unmarshal([]byte(schema), &s); err != nil {
			t.Fatal(err)
		}
		paths := map[string]bool{}
		s.written("", true, paths)
		for _, path := range want {
			if !paths[path] || len(paths) != len(want) {
				t.Errorf("%s: %v, want %v", schema, paths, want)
			}
		}
	}
}
