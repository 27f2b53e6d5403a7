package schema

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/invopop/jsonschema"
	santhosh "github.com/santhosh-tekuri/jsonschema/v6"
)

func TestInputJSON(t *testing.T) {
	s := input[everything](t)
	want := `{"type":"object","properties":{` + strings.Join([]string{
		`"title":{"type":"string","description":"Headline"}`,
		`"member_id":{"type":"integer","description":"Who, as an id; the same number is called user id elsewhere, which is a long story to tell here"}`,
		`"page":{"type":"integer","description":"Page, from 1"}`,
		`"per_page":{"type":"integer","description":"Per page","maximum":100,"default":25}`,
		`"role":{"type":"string","description":"Role","enum":["host","moderator","contributor"]}`,
		`"detail":{"type":"string","description":"How much","enum":["concise","full"],"default":"concise"}`,
		`"notify":{"type":"boolean","description":"Mail them","default":true}`,
		`"note":{"type":"string","description":"Note"}`,
		`"score":{"type":"number","description":"Score","exclusiveMinimum":0,"maximum":5}`,
		`"small":{"type":"integer","description":"Small","minimum":-5}`,
		`"step":{"type":"integer","description":"Step","multipleOf":5}`,
		`"below":{"type":"integer","description":"Below","exclusiveMaximum":10}`,
		`"email":{"type":"string","description":"Mail","format":"email"}`,
		`"starts_at":{"type":"string","description":"Start","format":"date-time"}`,
		`"ends_at":{"type":"string","description":"End","format":"date-time"}`,
		`"day":{"type":"string","description":"Day","format":"date"}`,
		`"slug":{"type":"string","description":"Slug","pattern":"^[a-z]{1,9}$"}`,
		`"tags":{"type":"array","description":"Tags","minItems":2,"maxItems":4,"uniqueItems":true,"items":{"type":"string","maxLength":9}}`,
		`"levels":{"type":"array","description":"Levels","items":{"type":"integer","enum":[1,2]}}`,
		`"spaces":{"type":"array","description":"Order","items":{"type":"object","properties":{` +
			`"space_id":{"type":"integer","description":"Space to place"},` +
			`"position":{"type":"integer","description":"Place in the order, from 1","maximum":500},` +
			`"hidden":{"type":"boolean","description":"Hide it"}},"required":["space_id","position"],"additionalProperties":false}}`,
		`"first":{"type":"object","description":"First","properties":{` +
			`"space_id":{"type":"integer","description":"Space to place"},` +
			`"position":{"type":"integer","description":"Place in the order, from 1","maximum":500},` +
			`"hidden":{"type":"boolean","description":"Hide it"}},"required":["space_id","position"],"additionalProperties":false}`,
	}, ",") + `},"required":["title","member_id"],"additionalProperties":false}`
	for range 5 {
		if got := string(input[everything](t).JSON()); got != want {
			t.Fatalf("got\n%s\nwant\n%s", got, want)
		}
	}
	if got, want := s.Properties(), []string{"title", "member_id", "page", "per_page", "role", "detail", "notify", "note", "score", "small", "step",
		"below", "email", "starts_at", "ends_at", "day", "slug", "tags", "levels", "spaces", "first"}; !slices.Equal(got, want) {
		t.Errorf("Properties() = %q", got)
	}
}

// Nobody can change a schema through what it hands out.
func TestSchemaIsImmutable(t *testing.T) {
	s := input[position](t)
	s.JSON()[0] = 'x'
	s.Properties()[0] = "x"
	if !json.Valid(s.JSON()) || s.Properties()[0] != "space_id" {
		t.Errorf("the schema became %s with %q", s.JSON(), s.Properties())
	}
}

func TestInputWithoutArguments(t *testing.T) {
	type none struct{}
	if got, want := string(input[none](t).JSON()), `{"type":"object","properties":{},"additionalProperties":false}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestOutputJSON(t *testing.T) {
	for _, test := range []struct {
		s    *Schema
		want string
	}{
		{output[memberPage](t), `{"type":"object","properties":{"items":{"type":"array","items":{"type":"object","properties":{` +
			`"id":{"type":"integer"},"email":{"type":"string","format":"email"},"first_name":{"type":"string"},"last_name":{"type":"string"},` +
			`"created_at":{"type":"string","format":"date-time"},"location":{"type":"string"},"permalink":{"type":"string"}},` +
			`"required":["id","first_name","last_name","created_at","permalink"],"additionalProperties":false}},` +
			`"page":{"type":"integer"},"per_page":{"type":"integer"},"next_page":{"type":"integer","description":"Only when there is one"}},` +
			`"required":["items","page","per_page"],"additionalProperties":false}`},
		{output[openMember](t), `{"type":"object","properties":{"id":{"type":"integer"}},"required":["id"]}`},
		{output[struct {
			Counts map[string]int  `json:"counts"`
			Raw    json.RawMessage `json:"raw,omitempty" jsonschema_description:"Anything"`
			Any    []any           `json:"any"`
			Loose  map[string]any  `json:"loose"`
		}](t), `{"type":"object","properties":{"counts":{"type":"object","properties":{},"additionalProperties":{"type":"integer"}},` +
			`"raw":{"description":"Anything"},"any":{"type":"array","items":{}},"loose":{"type":"object","properties":{}}},` +
			`"required":["counts","any","loose"],"additionalProperties":false}`},
	} {
		if got := string(test.s.JSON()); got != test.want {
			t.Errorf("got\n%s\nwant\n%s", got, test.want)
		}
	}
}

// What is printed is itself a valid schema of the draft that MCP speaks, apart
// from what the validator gets.
func TestPrintedSchemaCompiles(t *testing.T) {
	for _, s := range []*Schema{input[everything](t), output[memberPage](t), output[openMember](t)} {
		document, err := santhosh.UnmarshalJSON(bytes.NewReader(s.JSON()))
		if err != nil {
			t.Fatal(err)
		}
		compiler := santhosh.NewCompiler()
		compiler.DefaultDraft(santhosh.Draft2020)
		if err := compiler.AddResource("schema:///printed", document); err != nil {
			t.Fatal(err)
		}
		if _, err := compiler.Compile("schema:///printed"); err != nil {
			t.Errorf("%s: %v", s.JSON(), err)
		}
	}
}

type sharedName struct {
	A string `json:"a" jsonschema_description:"A"`
}

func otherWithSharedName() reflect.Type {
	type sharedName struct {
		Inner string `json:"inner" jsonschema_description:"Inner"`
	}
	return reflect.TypeFor[sharedName]()
}

// Two types of the same bare name, as apiclient.Post and tools.Post, must not
// be taken for one another.
func TestTypesOfTheSameName(t *testing.T) {
	outer := reflect.StructOf([]reflect.StructField{
		{Name: "One", Type: reflect.TypeFor[sharedName](), Tag: `json:"one" jsonschema_description:"One"`},
		{Name: "Two", Type: otherWithSharedName(), Tag: `json:"two" jsonschema_description:"Two"`},
	})
	s, err := Input(outer)
	if err != nil {
		t.Fatal(err)
	}
	if text := string(s.JSON()); !strings.Contains(text, `"one":{"type":"object","description":"One","properties":{"a":`) ||
		!strings.Contains(text, `"two":{"type":"object","description":"Two","properties":{"inner":`) {
		t.Errorf("got %s", text)
	}
	type sharedName struct {
		Nested []sharedNameOutside `json:"nested" jsonschema_description:"Nested"`
	}
	if got := input[sharedName](t).Properties(); !slices.Equal(got, []string{"nested"}) {
		t.Errorf("the root took the properties of a nested type: %q", got)
	}
}

type sharedNameOutside = sharedName

func TestEmbeddedStructsSpreadOut(t *testing.T) {
	type paging struct {
		Page int `json:"page,omitempty" jsonschema:"minimum=1,default=1" jsonschema_description:"Page"`
	}
	type embedding struct {
		A string `json:"a" jsonschema_description:"A"`
		paging
		B string `json:"b" jsonschema_description:"B"`
	}
	if got := input[embedding](t).Properties(); !slices.Equal(got, []string{"a", "page", "b"}) {
		t.Errorf("got %q", got)
	}
}

// money describes itself; its fields stay its own business.
type money struct{ cents int64 }

func (money) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "integer", Minimum: "0"}
}

func (m *money) UnmarshalJSON(text []byte) error { return json.Unmarshal(text, &m.cents) }

func (m money) MarshalJSON() ([]byte, error) { return json.Marshal(m.cents) }

func TestTypeThatDescribesItself(t *testing.T) {
	type purchase struct {
		Price money `json:"price" jsonschema_description:"In cents"`
	}
	s := input[purchase](t)
	if got, want := string(s.JSON()), `{"type":"object","properties":{"price":{"type":"integer","description":"In cents"}},"required":["price"],"additionalProperties":false}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	var into purchase
	if err := s.Bind(json.RawMessage(`{"price":"250"}`), &into); err != nil || into.Price.cents != 250 {
		t.Errorf("got %+v, %v", into, err)
	}
}

// A default on a time must not be taken for its zero value.
func TestTimeDefault(t *testing.T) {
	type since struct {
		Since *time.Time `json:"since,omitempty" jsonschema:"default=2026-01-01T00:00:00Z" jsonschema_description:"Since"`
	}
	s := input[since](t)
	var into since
	if err := s.Bind(nil, &into); err != nil || into.Since.Year() != 2026 {
		t.Errorf("got %+v, %v", into, err)
	}
}

// What everybody expects is not printed, and is checked and filled in all the same.
func TestExpectedLimitsAreCheckedAndNotPrinted(t *testing.T) {
	type in struct {
		Title string   `json:"title" jsonschema:"minLength=1,maxLength=40" jsonschema_description:"Title"`
		Items []string `json:"items" jsonschema:"minItems=1" jsonschema_description:"Items"`
		Page  int      `json:"page,omitempty" jsonschema:"minimum=1,default=1" jsonschema_description:"Page"`
		Flag  bool     `json:"flag,omitempty" jsonschema:"default=false" jsonschema_description:"Flag"`
	}
	s := input[in](t)
	if got, want := string(s.JSON()), `{"type":"object","properties":{"title":{"type":"string","description":"Title"},`+
		`"items":{"type":"array","description":"Items","items":{"type":"string"}},"page":{"type":"integer","description":"Page"},`+
		`"flag":{"type":"boolean","description":"Flag"}},"required":["title","items"],"additionalProperties":false}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for arguments, part := range map[string]string{
		`{"title":"","items":["a"]}`:                                "title",
		`{"title":"` + strings.Repeat("x", 41) + `","items":["a"]}`: "title",
		`{"title":"a","items":[]}`:                                  "items",
		`{"title":"a","items":["a"],"page":0}`:                      "page",
	} {
		if err := s.Bind(json.RawMessage(arguments), new(in)); err == nil || !strings.Contains(err.Error(), `"`+part+`"`) {
			t.Errorf("%s: %v", arguments, err)
		}
	}
	var filled in
	if err := s.Bind(json.RawMessage(`{"title":"a","items":["a"]}`), &filled); err != nil || filled.Page != 1 {
		t.Errorf("%+v, %v", filled, err)
	}
}
