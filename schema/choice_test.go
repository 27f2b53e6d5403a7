package schema_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/mcp-mighty/mcp-mighty/schema"
)

type placed struct {
	Space schema.Reference   `json:"space" jsonschema_description:"id or exact name"`
	More  []schema.Reference `json:"more,omitempty" jsonschema_description:"more of them"`
}

func placedSchema(t *testing.T) *schema.Schema {
	t.Helper()
	s, err := schema.Input(reflect.TypeFor[placed]())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestReferenceTakesNamesAndIDs(t *testing.T) {
	s := placedSchema(t)
	if text := string(s.JSON()); !strings.Contains(text, `"space":{"type":"string","description":"id or exact name"}`) {
		t.Errorf("the schema is %s", text)
	}
	for arguments, want := range map[string]placed{
		`{"space": "General"}`:                    {Space: "General"},
		`{"space": "7"}`:                          {Space: "7"},
		`{"space": 7}`:                            {Space: "7"},
		`{"space": 7.0}`:                          {Space: "7"},
		`{"space": 18446744073709551615}`:         {Space: "18446744073709551615"},
		`{"space": 1, "more": [2, "three", 4e0]}`: {Space: "1", More: []schema.Reference{"2", "three", "4"}},
	} {
		var got placed
		if err := s.Bind(json.RawMessage(arguments), &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v; want %+v", arguments, got, err, want)
		}
	}
	for _, arguments := range []string{`{"space": 7.5}`, `{"space": true}`, `{"space": null}`, `{"space": ["7"]}`, `{"space": "` + strings.Repeat("x", 201) + `"}`} {
		if err := s.Bind(json.RawMessage(arguments), new(placed)); err == nil {
			t.Errorf("%s was taken", arguments)
		}
	}
}

func TestWithChoice(t *testing.T) {
	plain := placedSchema(t)
	s, err := plain.WithChoice("network", "which network", []string{"harbour", "lake"})
	if err != nil {
		t.Fatal(err)
	}
	if want := `"network":{"type":"string","description":"which network","enum":["harbour","lake"]}`; !strings.Contains(string(s.JSON()), want) || strings.Contains(string(plain.JSON()), "network") {
		t.Errorf("with the choice: %s\nwithout: %s", s.JSON(), plain.JSON())
	}
	for arguments, want := range map[string]string{`{"space": 1, "network": "lake"}`: "lake", `{"space": 1}`: "", `{"space": 1, "network": null}`: ""} {
		var got placed
		if choice, err := s.BindChoice(json.RawMessage(arguments), &got); err != nil || choice != want || got.Space != "1" {
			t.Errorf("%s: %q, %+v, %v; want %q", arguments, choice, got, err, want)
		}
	}
	var got placed
	if _, err := s.BindChoice(json.RawMessage(`{"space": 1, "network": "sea"}`), &got); err == nil || !strings.Contains(err.Error(), "harbour, lake") {
		t.Errorf("an unknown choice: %v", err)
	}
	if err := plain.Bind(json.RawMessage(`{"space": 1, "network": "lake"}`), &got); err == nil {
		t.Error("a schema without the choice took it")
	}
	if _, err := s.WithChoice("space", "again", []string{"x"}); err == nil {
		t.Error("a taken name was given twice")
	}
}
