package schema

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	s := output[memberPage](t)
	if err := s.Check(listing(t, 25)); err != nil {
		t.Fatal(err)
	}
	const ada = `{"id":1,"first_name":"Ada","last_name":"Lovelace","created_at":"2021-03-04T05:06:07.5+01:00","permalink":"p"`
	page := func(items string) string { return `{"items":[` + items + `],"page":1,"per_page":25}` }
	for _, test := range []struct{ document, want string }{
		{page(ada + `}`), ""},
		{page(``), ""},
		{`{"items":[],"page":1.0,"per_page":25}`, ""}, // a whole number all the same
		{page(ada + `,"karma":1}`), `unknown field "items[0].karma"; valid fields in "items[0]": id, email, first_name, last_name, created_at, location, permalink`},
		{page(ada + `},` + ada + `,"email":"x"}`), `field "items[1].email" must be an e-mail address such as ada@example.org, got "x" (the @ is missing)`},
		{page(`{"id":"1","first_name":"Ada","last_name":"Lovelace","created_at":"2021-03-04T05:06:07Z","permalink":"p"}`), `field "items[0].id" must be a whole number, got text "1"`},
		{page(ada + `,"location":null}`), `field "items[0].location" must be text, got null`},
		{`{"items":null,"page":1,"per_page":25}`, `field "items" must be an array, got null`},
		{`{"items":[],"page":1}`, `missing field "per_page" (integer)`},
		{`{"items":[],"page":1,"per_page":25,"next_page":null}`, `field "next_page" must be a whole number, got null`},
		{`{"items":[],"page":1.5,"per_page":25}`, `field "page" must be a whole number, got 1.5`},
		{`{"items":[],"page":1e99,"per_page":25}`, `field "page" must be between -9223372036854775808 and 18446744073709551615, got 1e99`},
		{`{"items":[],"page":1,"page":1,"per_page":25}`, `field "page" is given twice; give it once`},
		{`[]`, `the document must be an object, got an array`},
		{`null`, `the document must be an object, got null`},
		{``, `the document is not valid JSON: unexpected end of JSON input at byte 0`},
		{`{} {}`, `the document must be one JSON object, but something follows it at byte 2`},
		{strings.Repeat("[", 70) + strings.Repeat("]", 70), `the document is nested deeper than 64 levels`},
	} {
		err := s.Check(json.RawMessage(test.document))
		if test.want == "" {
			if err != nil {
				t.Errorf("%s: %v", test.document, err)
			}
			continue
		}
		var wrong *DocumentError
		if !errors.As(err, &wrong) {
			t.Errorf("%s: %v, want a DocumentError", test.document, err)
		} else if got := err.Error(); got != test.want {
			t.Errorf("%s:\ngot  %s\nwant %s", test.document, got, test.want)
		}
	}
}

func TestCheckOpenObjects(t *testing.T) {
	s := output[openMember](t)
	text, err := Canonical(openMember{ID: 1, Extra: map[string]json.RawMessage{"karma": json.RawMessage(`{"a":[1e999999999,null]}`)}})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Check(text); err != nil {
		t.Error(err)
	}
	counts := output[struct {
		Counts map[string]uint `json:"counts"`
	}](t)
	if err := counts.Check(json.RawMessage(`{"counts":{"a":1,"B c":2}}`)); err != nil {
		t.Error(err)
	}
	err = counts.Check(json.RawMessage(`{"counts":{"a\u202eb":"x"}}`))
	if want := `field "counts.a\u202eb" must be a whole number, got text "x"`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// An input schema checks too; then nothing is read liberally.
func TestCheckIsStrict(t *testing.T) {
	s := input[position](t)
	for _, document := range []string{`{"space_id":"1","position":1}`, `{"space_id":1,"position":1,"hidden":null}`, `{"space_id":1,"position":1,"hidden":"true"}`} {
		if err := s.Check(json.RawMessage(document)); err == nil {
			t.Errorf("%s was accepted", document)
		}
	}
	if err := s.Check(json.RawMessage(`{"space_id":1,"position":1}`)); err != nil {
		t.Error(err)
	}
}

func TestDocumentErrorTellsMany(t *testing.T) {
	err := output[memberPage](t).Check(json.RawMessage(`{}`))
	want := "3 problems with the document:\n- missing field \"items\" (array of object)\n- missing field \"page\" (integer)\n- missing field \"per_page\" (integer)"
	if err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}
