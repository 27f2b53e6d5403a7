package schema

import (
	"encoding/json"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestInputRules(t *testing.T) {
	for _, test := range []struct {
		name string
		typ  any
		want string // part of the error
	}{
		{"not a struct", 1, "made from a struct type, got int"},
		{"pointer", &position{}, "made from a struct type, got *schema.position"},
		{"time", time.Time{}, "made from a struct type, got time.Time"},
		{"recursive", recursive{}, `field Next ("next"): type schema.recursive contains itself`},
		{"recursive array", recursiveByArray{}, `field Below[] ("below[]"): type schema.recursiveByArray contains itself`},
		{"no json tag", struct{ Title string }{}, `field Title (""): needs a json tag with a name in snake_case`},
		{"camel", struct {
			A string `json:"memberId" jsonschema_description:"A"`
		}{}, `field A ("memberId"): needs a json tag with a name in snake_case`},
		{"digit first", struct {
			A string `json:"1a" jsonschema_description:"A"`
		}{}, "needs a json tag with a name in snake_case"},
		{"double underscore", struct {
			A string `json:"a__b" jsonschema_description:"A"`
		}{}, "needs a json tag with a name in snake_case"},
		{"string option", struct {
			A int `json:"a,string" jsonschema:"minimum=1" jsonschema_description:"A"`
		}{}, `json option "string" is not supported`},
		{"same name embedded", struct {
			selfNamed
			B string `json:"a" jsonschema_description:"B"`
		}{}, `field B ("a"): another field has the same name`},
		{"embedded pointer", struct{ *position }{}, "only a struct can be embedded"},
		{"no description", struct {
			A string `json:"a"`
		}{}, `field A ("a"): has no description`},
		{"no nested description", struct {
			A []struct {
				B string `json:"b"`
			} `json:"a" jsonschema_description:"A"`
		}{}, `field A[].B ("a[].b"): has no description`},
		{"hidden in description", struct {
			A string "json:\"a\" jsonschema_description:\"A\u200b\""
		}{}, "control or invisible characters"},
		{"space around description", struct {
			A string `json:"a" jsonschema_description:" A"`
		}{}, "white space around it"},
		{"description in jsonschema", struct {
			A string `json:"a" jsonschema:"description=one, two"`
		}{}, "put the description into the tag jsonschema_description"},
		{"misspelt keyword", struct {
			A int `json:"a" jsonschema:"minimum=1,maxmum=2" jsonschema_description:"A"`
		}{}, `"maxmum=2" is not a keyword for type integer`},
		{"keyword of another type", struct {
			A string `json:"a" jsonschema:"minimum=1" jsonschema_description:"A"`
		}{}, `"minimum=1" is not a keyword for type string`},
		{"keyword without value", struct {
			A []string `json:"a" jsonschema:"uniqueItems" jsonschema_description:"A"`
		}{}, `"uniqueItems" is not a keyword for type array`},
		{"keyword twice", struct {
			A int `json:"a" jsonschema:"minimum=1,minimum=2" jsonschema_description:"A"`
		}{}, `minimum is given twice`},
		{"unreadable number", struct {
			A int `json:"a" jsonschema:"minimum=one" jsonschema_description:"A"`
		}{}, `"one" is not a value for minimum`},
		{"unreadable count", struct {
			A string `json:"a" jsonschema:"maxLength=-1" jsonschema_description:"A"`
		}{}, `"-1" is not a value for maxLength`},
		{"unreadable boolean", struct {
			A bool `json:"a,omitempty" jsonschema:"default=yes" jsonschema_description:"A"`
		}{}, `"yes" is not a value for default`},
		{"unreadable default", struct {
			A int `json:"a,omitempty" jsonschema:"minimum=1,default=ten" jsonschema_description:"A"`
		}{}, `"ten" is not a value for default`},
		{"extras tag", struct {
			A string `json:"a" jsonschema_extras:"x=y" jsonschema_description:"A"`
		}{}, `keyword "x" is not permitted`},
		{"required by tag", struct {
			A string `json:"a,omitempty" jsonschema:"required" jsonschema_description:"A"`
		}{}, `"required" is not a keyword for type string`},
		{"required by method", requiredByMethod{}, `differ on whether it is required`},
		{"hidden from the schema", struct {
			A string `json:"a" jsonschema:"-" jsonschema_description:"A"`
		}{}, `the schema does not mention this field`},
		{"nullable", struct {
			A *string `json:"a,omitempty" jsonschema:"nullable" jsonschema_description:"A"`
		}{}, `must be one of string, integer, number, boolean, array, object, got ""`},
		{"oneof_type", struct {
			A any `json:"a" jsonschema:"oneof_type=string;integer" jsonschema_description:"A"`
		}{}, `an argument of any type`},
		{"anyof_required", struct {
			A string `json:"a,omitempty" jsonschema:"anyof_required=x" jsonschema_description:"A"`
		}{}, `keyword "anyOf" is not permitted for type object`},
		{"oneOf", struct {
			A withOneOf `json:"a" jsonschema_description:"A"`
		}{}, `field A ("a"): keyword "oneOf" is not permitted for type string`},
		{"anyOf at root", withAnyOfAtRoot{}, `type schema.withAnyOfAtRoot: keyword "anyOf" is not permitted for type object`},
		{"ref", struct {
			A withRef `json:"a" jsonschema_description:"A"`
		}{}, `must be one of string, integer`},
		{"title", struct {
			A withTitle `json:"a" jsonschema_description:"A"`
		}{}, `keyword "title" is not permitted`},
		{"extra keyword", struct {
			A withExtra `json:"a" jsonschema_description:"A"`
		}{}, `keyword "x-order" is not permitted`},
		{"pointer receiver", struct {
			A byPointer `json:"a" jsonschema_description:"A"`
		}{}, `method JSONSchemaExtend of schema.byPointer has a pointer receiver and would be ignored`},
		{"alias", struct {
			A alias `json:"a" jsonschema_description:"A"`
		}{}, `method JSONSchemaAlias of schema.alias is not supported`},
		{"mixed enum", struct {
			A mixedEnum `json:"a" jsonschema_description:"A"`
		}{}, `enum: 1 is not of type string`},
		{"enum twice", struct {
			A string `json:"a" jsonschema:"enum=a,enum=a" jsonschema_description:"A"`
		}{}, `enum: "a" is given twice`},
		{"enum and length", struct {
			A string `json:"a" jsonschema:"enum=a,maxLength=3" jsonschema_description:"A"`
		}{}, `an enum says all`},
		{"additional arguments", open{}, `an object must not take additional arguments`},
		{"argument without a field", addsArgument{}, `field b ("b"): no field takes this argument`},
		{"array of what", struct {
			A bareArray `json:"a" jsonschema_description:"A"`
		}{}, `the schema does not say what the elements are`},
		{"text as root", textRoot{}, `the root must be an object, its schema says "string"`},
		{"nothing said", struct {
			A saysNothing `json:"a" jsonschema_description:"A"`
		}{}, `an argument of any type`},
		{"camel inside", struct {
			A camelInside `json:"a" jsonschema_description:"A"`
		}{}, `field A.memberId ("a.memberId"): the name is not in snake_case`},
		{"unwritable default", struct {
			A *unwritableDefault `json:"a,omitempty" jsonschema_description:"A"`
		}{}, `default: json: unsupported type: func()`},
		{"field dropped", dropsField{}, `field A ("a"): the schema does not mention this field`},
		{"required stranger", requiresMore{}, `"b" is required but not described`},
		{"writes itself", struct {
			A selfWritten `json:"a" jsonschema_description:"A"`
		}{}, `schema.selfWritten encodes itself`},
		{"reads itself", selfRead{}, `schema.selfRead encodes itself`},
		{"embeds a time", struct{ time.Time }{}, `encodes itself`},
		{"text of an int", struct {
			A textLevel `json:"a" jsonschema:"minimum=1" jsonschema_description:"A"`
		}{}, `schema.textLevel is written as text`},
		{"map", struct {
			A map[string]string `json:"a" jsonschema_description:"A"`
		}{}, `a map would take arguments of any name`},
		{"any", struct {
			A any `json:"a" jsonschema_description:"A"`
		}{}, `an argument of any type`},
		{"raw", struct {
			A json.RawMessage `json:"a" jsonschema_description:"A"`
		}{}, `an argument of any type`},
		{"bytes", struct {
			A []byte `json:"a" jsonschema_description:"A"`
		}{}, `bytes ([]uint8) would be base64`},
		{"float32", struct {
			A float32 `json:"a" jsonschema_description:"A"`
		}{}, `use float64`},
		{"channel", struct {
			A chan int `json:"a" jsonschema_description:"A"`
		}{}, `a chan int has no JSON form`},
		{"URL", struct {
			A url.URL `json:"a" jsonschema_description:"A"`
		}{}, `field A.Scheme ("a."): needs a json tag`},
		{"pointer to pointer", struct {
			A **string `json:"a,omitempty" jsonschema_description:"A"`
		}{}, `a pointer to a pointer`},
		{"pointer elements", struct {
			A []*string `json:"a,omitempty" jsonschema_description:"A"`
		}{}, `elements must not be pointers`},
		{"required pointer", struct {
			A *string `json:"a" jsonschema_description:"A"`
		}{}, `a pointer is an optional value: add omitempty`},
		{"omitempty struct", struct {
			A position `json:"a,omitempty" jsonschema_description:"A"`
		}{}, `omitempty never leaves a struct out`},
		{"omitempty Go array", struct {
			A [2]string `json:"a,omitempty" jsonschema_description:"A"`
		}{}, `omitempty never leaves a Go array out`},
		{"unbounded integer", struct {
			A int `json:"a" jsonschema_description:"A"`
		}{}, `an integer needs a minimum`},
		{"unbounded elements", struct {
			A []int `json:"a" jsonschema_description:"A"`
		}{}, `field A[] ("a[]"): an integer needs a minimum`},
		{"wider than the type", struct {
			A uint8 `json:"a" jsonschema:"maximum=300" jsonschema_description:"A"`
		}{}, `wider than the Go type uint8`},
		{"below the type", struct {
			A uint `json:"a" jsonschema:"minimum=-1" jsonschema_description:"A"`
		}{}, `wider than the Go type uint`},
		{"fractional bound", struct {
			A int `json:"a" jsonschema:"minimum=1.5" jsonschema_description:"A"`
		}{}, `minimum: "1.5" is not a number of type integer`},
		{"huge bound", struct {
			A float64 `json:"a" jsonschema:"minimum=1e999999999" jsonschema_description:"A"`
		}{}, `"1e999999999" is not a value for minimum`},
		{"crossed range", struct {
			A int `json:"a" jsonschema:"minimum=5,maximum=4" jsonschema_description:"A"`
		}{}, `the lower end of the range is above the upper end`},
		{"two lower ends", struct {
			A int `json:"a" jsonschema:"minimum=5,exclusiveMinimum=4" jsonschema_description:"A"`
		}{}, `both inclusive and exclusive`},
		{"multiple of nothing", struct {
			A uint `json:"a" jsonschema:"multipleOf=0" jsonschema_description:"A"`
		}{}, `multipleOf must be above 0`},
		{"crossed lengths", struct {
			A string `json:"a" jsonschema:"minLength=3,maxLength=2" jsonschema_description:"A"`
		}{}, `minLength is above maxLength`},
		{"crossed items", struct {
			A []string `json:"a" jsonschema:"minItems=3,maxItems=2" jsonschema_description:"A"`
		}{}, `minItems is above maxItems`},
		{"bad pattern", struct {
			A string `json:"a" jsonschema:"pattern=[" jsonschema_description:"A"`
		}{}, `pattern: error parsing regexp`},
		{"unknown format", struct {
			A string `json:"a" jsonschema:"format=uri" jsonschema_description:"A"`
		}{}, `format "uri" is not one that is asserted`},
		{"default out of range", struct {
			A int `json:"a,omitempty" jsonschema:"minimum=1,maximum=9,default=10" jsonschema_description:"A"`
		}{}, `the default 10 does not fit the schema`},
		{"default not in enum", struct {
			A string `json:"a,omitempty" jsonschema:"enum=a,default=b" jsonschema_description:"A"`
		}{}, `the default "b" does not fit the schema`},
		{"default of the wrong format", struct {
			A *string `json:"a,omitempty" jsonschema:"format=email,default=b" jsonschema_description:"A"`
		}{}, `the default "b" does not fit the schema`},
		{"default of integer array", struct {
			A *[]uint `json:"a,omitempty" jsonschema:"default=1" jsonschema_description:"A"`
		}{}, `the default ["1"] does not fit the schema`},
		{"default on required", struct {
			A int `json:"a" jsonschema:"minimum=1,default=1" jsonschema_description:"A"`
		}{}, `a required argument never takes its default`},
		{"default that swallows false", struct {
			A bool `json:"a,omitempty" jsonschema:"default=true" jsonschema_description:"A"`
		}{}, `its zero value false is a valid argument that could not be told from a missing one`},
		{"default that swallows zero", struct {
			A uint `json:"a,omitempty" jsonschema:"default=5" jsonschema_description:"A"`
		}{}, `its zero value 0 is a valid argument`},
		{"default that swallows an empty list", struct {
			A []string `json:"a,omitempty" jsonschema:"default=x" jsonschema_description:"A"`
		}{}, `its zero value [] is a valid argument`},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, err := Input(reflect.TypeOf(test.typ))
			if err == nil {
				t.Fatalf("accepted as %s", s.JSON())
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
	if _, err := Input(nil); err == nil {
		t.Error("accepted nil")
	}
}

type selfNamed struct {
	A string `json:"a" jsonschema_description:"A"`
}

// One start tells everything that is wrong with a type.
func TestInputTellsAllProblems(t *testing.T) {
	_, err := Input(reflect.TypeFor[struct {
		A string `json:"a"`
		B int    `json:"b" jsonschema_description:"B"`
	}]())
	if err == nil || !strings.Contains(err.Error(), `field A ("a"): has no description`) ||
		!strings.Contains(err.Error(), `field B ("b"): an integer needs a minimum`) {
		t.Errorf("got %v", err)
	}
}

func TestOutputRules(t *testing.T) {
	for _, test := range []struct {
		name string
		typ  any
		want string
	}{
		{"required pointer", struct {
			A *string `json:"a"`
		}{}, `a pointer is an optional value`},
		{"omitempty time", struct {
			A time.Time `json:"a,omitempty"`
		}{}, `omitempty never leaves a struct out`},
		{"keys that are numbers", struct {
			A map[int]string `json:"a"`
		}{}, `the keys of a map must be strings, not int`},
		{"camel", struct {
			A string `json:"aB"`
		}{}, `needs a json tag with a name in snake_case`},
		{"writes itself", struct {
			A selfWritten `json:"a"`
		}{}, `encodes itself`},
		{"recursive", recursive{}, `contains itself`},
		{"recursive by map", struct {
			A map[string]recursive `json:"a"`
		}{}, `contains itself`},
		{"combinator", withAnyOfAtRoot{}, `keyword "anyOf" is not permitted`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := Output(reflect.TypeOf(test.typ)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}
