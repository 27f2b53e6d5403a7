package schema

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	jsonschema "github.com/santhosh-tekuri/jsonschema/v6"
)

// bindError binds arguments that must be refused and returns the error.
func bindError(t *testing.T, s *Schema, arguments string, into any) *ArgumentError {
	t.Helper()
	before := reflect.ValueOf(into).Elem().Interface()
	err := s.Bind(json.RawMessage(arguments), into)
	var refused *ArgumentError
	if !errors.As(err, &refused) {
		t.Fatalf("Bind(%.100s) = %v, want an ArgumentError", arguments, err)
	}
	if after := reflect.ValueOf(into).Elem().Interface(); !reflect.DeepEqual(before, after) {
		t.Errorf("Bind(%.100s) failed and changed the value to %+v", arguments, after)
	}
	return refused
}

func TestBindMessages(t *testing.T) {
	s := input[everything](t)
	const valid = "; valid arguments: title, member_id, page, per_page, role, detail, notify, note, score, small, step, below, " +
		"email, starts_at, ends_at, day, slug, tags, levels, spaces, first"
	for _, test := range []struct{ name, extra, argument, want string }{
		{"integer fraction", `"page":1.5`, "page", `argument "page" must be a whole number, got 1.5`},
		{"integer tiny fraction", `"page":1e-999999999`, "page", `argument "page" must be a whole number, got 1e-999999999`},
		{"integer text", `"page":"abc"`, "page", `argument "page" must be a whole number, got text "abc"`},
		{"integer text fraction", `"page":"1.5"`, "page", `argument "page" must be a whole number, got text "1.5"`},
		{"integer padded text", `"page":" 42 "`, "page", `argument "page" must be a whole number, got text " 42 "`},
		{"integer leading zero", `"page":"042"`, "page", `argument "page" must be a whole number, got text "042"`},
		{"integer grouped text", `"page":"1,000"`, "page", `argument "page" must be a whole number, got text "1,000"`},
		{"integer empty text", `"page":""`, "page", `argument "page" must be a whole number, got text ""`},
		{"integer boolean", `"page":true`, "page", `argument "page" must be a whole number, got true`},
		{"integer array", `"page":[1]`, "page", `argument "page" must be a whole number, got an array`},
		{"integer object", `"page":{}`, "page", `argument "page" must be a whole number, got an object`},
		{"range above", `"per_page":500`, "per_page", `argument "per_page" must be between 1 and 100, got 500`},
		{"range below", `"per_page":"0"`, "per_page", `argument "per_page" must be between 1 and 100, got 0`},
		{"range overflow", `"per_page":1e999999999`, "per_page", `argument "per_page" must be between 1 and 100, got 1e999999999`},
		{"minimum alone", `"page":0`, "page", `argument "page" must be at least 1, got 0`},
		{"negative", `"page":-1`, "page", `argument "page" must be at least 1, got -1`},
		{"width of int", `"page":9223372036854775808`, "page", `argument "page" must be at most 9223372036854775807, got 9223372036854775808`},
		{"width of int8", `"small":128`, "small", `argument "small" must be at most 127, got 128`},
		{"int8 below", `"small":-6`, "small", `argument "small" must be at least -5, got -6`},
		{"exclusive maximum", `"below":10`, "below", `argument "below" must be less than 10, got 10`},
		{"unsigned", `"below":-1`, "below", `argument "below" must be at least 0, got -1`},
		{"multiple", `"step":7`, "step", `argument "step" must be a multiple of 5, got 7`},
		{"number text", `"score":"much"`, "score", `argument "score" must be a number, got text "much"`},
		{"number exclusive", `"score":0`, "score", `argument "score" must be more than 0, got 0`},
		{"number maximum", `"score":5.5`, "score", `argument "score" must be at most 5, got 5.5`},
		{"number overflow", `"score":1e400`, "score", `argument "score" is too large for a 64-bit floating-point number, got 1e400`},
		{"number underflow", `"score":1e-999999999`, "score", `argument "score" must be more than 0, got 0`},
		{"boolean text", `"notify":"yes"`, "notify", `argument "notify" must be true or false, got text "yes"`},
		{"boolean case", `"notify":"True"`, "notify", `argument "notify" must be true or false, got text "True"`},
		{"boolean number", `"notify":1`, "notify", `argument "notify" must be true or false, got 1`},
		{"string number", `"note":5`, "note", `argument "note" must be text, got the number 5`},
		{"string boolean", `"note":false`, "note", `argument "note" must be text, got false`},
		{"string array", `"note":["a"]`, "note", `argument "note" must be text, got an array`},
		{"enum", `"role":"admin"`, "role", `argument "role" must be one of host, moderator, contributor, got "admin"`},
		{"enum case", `"role":"Host"`, "role", `argument "role" must be one of host, moderator, contributor, got "Host"`},
		{"enum number", `"role":1`, "role", `argument "role" must be one of host, moderator, contributor, got 1`},
		{"enum integer", `"levels":[1,3]`, "levels[1]", `argument "levels[1]" must be one of 1, 2, got 3`},
		{"email", `"email":"ada"`, "email", `argument "email" must be an e-mail address such as ada@example.org, got "ada" (the @ is missing)`},
		{"date-time in a string", `"ends_at":"2026-03-01T18:30"`, "ends_at", `argument "ends_at" must be a date and time with its offset from UTC, such as 2026-03-01T18:30:00Z or 2026-03-01T18:30:00+02:00, got "2026-03-01T18:30" (the seconds and the offset are missing)`},
		{"date-time in a time", `"starts_at":"tomorrow"`, "starts_at", `argument "starts_at" must be a date and time with its offset from UTC, such as 2026-03-01T18:30:00Z or 2026-03-01T18:30:00+02:00, got "tomorrow"`},
		{"date", `"day":"2026-02-30"`, "day", `argument "day" must be a date such as 2026-03-01, got "2026-02-30"`},
		{"pattern", `"slug":"A,1"`, "slug", `argument "slug" must match the pattern ^[a-z]{1,9}$, got "A,1"`},
		{"array text", `"tags":"ada"`, "tags", `argument "tags" must be an array, got text "ada"`},
		{"array too few", `"tags":["a"]`, "tags", `argument "tags" has too few elements: 1, at least 2`},
		{"array too many", `"tags":["a","b","c","d","e"]`, "tags", `argument "tags" has too many elements: 5, at most 4`},
		{"array too many and equal", `"tags":["a","a","a","a","a"]`, "tags", `argument "tags" has too many elements: 5, at most 4`},
		{"array twice", `"tags":["a","b","a"]`, "tags", `argument "tags" has the same element twice, at [0] and [2]`},
		{"element too long", `"tags":["a","abcdefghij"]`, "tags[1]", `argument "tags[1]" is too long: 10 characters, at most 9`},
		{"element null", `"tags":["a",null]`, "tags[1]", `argument "tags[1]" must be text, got null`},
		{"inner maxItems", `"levels":[` + strings.Repeat("1,", 200) + `1]`, "levels", `argument "levels" has too many elements: 201, at most 200`},
		{"inner maxLength", `"note":"` + strings.Repeat("é", 20_001) + `"`, "note", `argument "note" is too long: 20,001 characters, at most 20,000`},
		{"object text", `"first":"x"`, "first", `argument "first" must be an object, got text "x"`},
		{"nested", `"spaces":[{"space_id":1,"position":1},{"space_id":0,"position":1}]`, "spaces[1].space_id", `argument "spaces[1].space_id" must be at least 1, got 0`},
		{"nested missing", `"spaces":[{"space_id":1}]`, "spaces[0].position", `missing argument "spaces[0].position" (integer: Place in the order, from 1)`},
		{"nested unknown", `"first":{"space_id":1,"position":2,"hiden":true}`, "first.hiden", `unknown argument "first.hiden" (did you mean "hidden"?); valid arguments in "first": space_id, position, hidden`},
		{"unknown", `"zzz":1`, "zzz", `unknown argument "zzz"` + valid},
		{"unknown typo", `"perpage":1`, "perpage", `unknown argument "perpage" (did you mean "per_page"?)` + valid},
		{"unknown camel", `"startsAt":null`, "startsAt", `unknown argument "startsAt" (did you mean "starts_at"?)` + valid},
		{"unknown case", `"Note":"x"`, "Note", `unknown argument "Note" (did you mean "note"?)` + valid},
		{"unknown long", `"` + strings.Repeat("x", 70) + `":1`, strings.Repeat("x", 60) + "…", `unknown argument "` + strings.Repeat("x", 60) + `…"` + valid},
		{"own decoder", `"spaces":[{"space_id":666,"position":1}]`, "spaces", `argument "spaces" is not accepted: this id is reserved\u202e`},
		{"hostile value", `"role":"a\u202e\"\n\udb40\udc41` + strings.Repeat("z", 80) + `"`, "role",
			`argument "role" must be one of host, moderator, contributor, got "a\u202e\"\n\U000e0041` + strings.Repeat("z", 55) + `…"`},
		{"hostile name", `"a\u200b\"b":1`, `a\u200b\"b`, `unknown argument "a\u200b\"b"` + valid},
		{"twice", `"note":"a","note":"a"`, "note", `argument "note" is given twice; give it once`},
		{"twice by escape", `"note":"a","\u006eote":"b"`, "note", `argument "note" is given twice; give it once`},
		{"twice nested", `"first":{"space_id":1,"space_id":1,"position":1}`, "first.space_id", `argument "first.space_id" is given twice; give it once`},
		{"NUL", `"note":"a\u0000"`, "note", `argument "note" holds the NUL character (\u0000)`},
		{"escape", `"note":"a\u001b[2J"`, "note", `argument "note" holds a control character (\u001b)`},
		{"delete", "\"note\":\"a\u007f\"", "note", `argument "note" holds a control character (\u007f)`},
		{"C1", "\"tags\":[\"a\",\"\u0085\"]", "tags[1]", `argument "tags[1]" holds a control character (\u0085)`},
		{"half surrogate", `"note":"\ud83d"`, "note", `argument "note" holds half of a surrogate pair (a lone \ud800 to \udfff escape)`},
		{"low surrogates", `"note":"\ude00\ude00"`, "note", `argument "note" holds half of a surrogate pair (a lone \ud800 to \udfff escape)`},
		{"not UTF-8", "\"tags\":[\"a\",\"\xff\"]", "tags[1]", `argument "tags[1]" is not valid UTF-8 text`},
		{"name not UTF-8", "\"\xff\":1", `\xff`, `argument "\xff" has a name that is not valid UTF-8 text`},
	} {
		t.Run(test.name, func(t *testing.T) {
			var into everything
			err := bindError(t, s, `{"title":"Hello","member_id":7,`+test.extra+`}`, &into)
			if got := err.Error(); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			if len(err.Problems) != 1 || err.Problems[0].Argument != test.argument {
				t.Errorf("problems %+v, want one at %q", err.Problems, test.argument)
			}
		})
	}
}

func TestBindWholeDocument(t *testing.T) {
	s := input[everything](t)
	for _, test := range []struct{ name, arguments, want string }{
		{"array", `[1]`, `the arguments must be one JSON object, got an array`},
		{"number", `17`, `the arguments must be one JSON object, got 17`},
		{"text", `"hello"`, `the arguments must be one JSON object, got text "hello"`},
		{"object in a text", `"{\"a\":1}"`, `the arguments must be one JSON object, got text "{\"a\":1}" (send the object itself, not a text that holds it)`},
		{"trailing", `{"title":"a"} {}`, `the arguments must be one JSON object, but something follows it at byte 13`},
		{"cut off", `{"title":`, `the arguments are not valid JSON: unexpected end of JSON input at byte 9`},
		{"single quotes", `{'title':1}`, `the arguments are not valid JSON: invalid character '\\'' looking for beginning of object key string at byte 2`},
		{"too large", `{"title":"` + strings.Repeat("a", 1<<20) + `"}`, `the arguments are too large: 1,048,588 bytes, at most 1,048,576; send less at once`},
		{"too deep", `{"title":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`, `the arguments are nested deeper than 32 levels`},
		{"too many", `{"tags":[` + strings.Repeat("1,", 10_000) + `1]}`, `the arguments hold more than 10,000 values; send less at once`},
		{"nothing", ``, "2 problems with the arguments:\n- missing argument \"title\" (string: Headline)\n- missing argument \"member_id\" (integer: Who, as an id; the same number is called user id elsewhere, which is a long…)"},
		{"null", ` null `, "2 problems with the arguments:\n- missing argument \"title\" (string: Headline)\n- missing argument \"member_id\" (integer: Who, as an id; the same number is called user id elsewhere, which is a long…)"},
		{"null for required", `{"title":null,"member_id":1}`, `missing argument "title" (string: Headline)`},
	} {
		t.Run(test.name, func(t *testing.T) {
			var into everything
			if got := bindError(t, s, test.arguments, &into).Error(); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// All problems come at once, in the order of the schema whatever the order of
// the arguments, names first found unknown last, and no more than eight.
func TestBindManyProblems(t *testing.T) {
	s := input[everything](t)
	var into everything
	want := strings.Join([]string{
		"12 problems with the arguments:",
		`- argument "title" must not be empty`,
		`- argument "page" must be a whole number, got text "x"`,
		`- argument "per_page" must be between 1 and 100, got 101`,
		`- argument "tags[0]" is too long: 10 characters, at most 9`,
		`- argument "tags[1]" must be text, got the number 2`,
		`- unknown argument "a"; valid arguments: title, member_id, page, per_page, role, detail, notify, note, score, small, step, below, email, starts_at, ends_at, day, slug, tags, levels, spaces, first`,
		`- unknown argument "memberId" (did you mean "member_id"?)`,
		`- unknown argument "z0"`,
		"- and 4 more",
	}, "\n")
	for range 20 { // the validator walks maps
		err := bindError(t, s, `{"z4":1,"z3":1,"z2":1,"z1":1,"z0":1,"a":1,"tags":["abcdefghij",2],"per_page":101,"memberId":7,"page":"x","title":""}`, &into)
		if got := err.Error(); got != want {
			t.Fatalf("got\n%s\nwant\n%s", got, want)
		}
		if len(err.Problems) != 8 {
			t.Fatalf("%d problems", len(err.Problems))
		}
	}
}

// A name that was merely misspelt is not reported as missing too, but others
// are.
func TestBindSuggestsInsteadOfMissing(t *testing.T) {
	s := input[position](t)
	var into position
	got := bindError(t, s, `{"spaceId":1}`, &into).Error()
	want := "2 problems with the arguments:\n- missing argument \"position\" (integer: Place in the order, from 1)\n" +
		"- unknown argument \"spaceId\" (did you mean \"space_id\"?); valid arguments: space_id, position, hidden"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	// The right name is there as well: then it cannot have been meant.
	got = bindError(t, s, `{"spaceId":1,"space_id":1,"position":1}`, &into).Error()
	if want := `unknown argument "spaceId"; valid arguments: space_id, position, hidden`; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// However many names are wrong, the error stays short, and nothing is looked
// up for the names that are not told.
func TestBindManyUnknown(t *testing.T) {
	s := input[position](t)
	var names []string
	for i := range 5000 {
		names = append(names, fmt.Sprintf(`"x%04d":1`, i))
	}
	var into position
	err := bindError(t, s, `{"space_id":1,"position":1,`+strings.Join(names, ",")+`}`, &into)
	if got := err.Error(); len(err.Problems) != 8 || !strings.HasPrefix(got, "5000 problems with the arguments:\n- unknown argument \"x0000\"; valid arguments: ") ||
		!strings.HasSuffix(got, "- unknown argument \"x0007\"\n- and 4992 more") {
		t.Errorf("got %s", got)
	}
	members := map[string]any{"space_id": int64(1), "position": int64(1)}
	for i := range 5000 {
		members[fmt.Sprintf("x%04d", i)] = true
	}
	validator, verr := s.validator()
	if verr != nil {
		t.Fatal(verr)
	}
	var invalid *jsonschema.ValidationError
	if !errors.As(validator.Validate(members), &invalid) {
		t.Fatal("5000 wrong names are valid")
	}
	if found := translate(s.root, members, invalid, argumentNoun()); len(found.list) > maxProblems {
		t.Errorf("%d findings were made", len(found.list))
	}
}

func TestBindNoArguments(t *testing.T) {
	type none struct{}
	s := input[none](t)
	var into none
	for _, arguments := range []string{"", " \n", "null", "{}", " { } "} {
		if err := s.Bind(json.RawMessage(arguments), &into); err != nil {
			t.Errorf("Bind(%q) = %v", arguments, err)
		}
	}
	if err := s.Bind(nil, &into); err != nil {
		t.Errorf("Bind(nil) = %v", err)
	}
	if got, want := bindError(t, s, `{"x":1}`, &into).Error(), `unknown argument "x"; there are no valid arguments`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestBindValues(t *testing.T) {
	s := input[everything](t)
	base := everything{Title: "Hello", MemberID: 7, Page: 1, PerPage: 25, Detail: "concise", Notify: ptr(true)}
	with := func(change func(*everything)) everything {
		e := base
		change(&e)
		return e
	}
	start := time.Date(2026, 3, 1, 18, 30, 0, 0, time.UTC)
	for _, test := range []struct {
		extra string
		want  everything
	}{
		{`"page":null,"notify":null,"note":null,"first":null`, base},
		{`"page":2`, with(func(e *everything) { e.Page = 2 })},
		{`"page":"42"`, with(func(e *everything) { e.Page = 42 })},
		{`"page":42.0`, with(func(e *everything) { e.Page = 42 })},
		{`"page":4.2e1`, with(func(e *everything) { e.Page = 42 })},
		{`"page":"4.20E+1"`, with(func(e *everything) { e.Page = 42 })},
		{`"page":4200e-2`, with(func(e *everything) { e.Page = 42 })},
		{`"page":9223372036854775807`, with(func(e *everything) { e.Page = 9223372036854775807 })},
		{`"member_id":18446744073709551615`, with(func(e *everything) { e.MemberID = 18446744073709551615 })},
		{`"member_id":"9007199254740993"`, with(func(e *everything) { e.MemberID = 9007199254740993 })},
		{`"small":-0`, with(func(e *everything) { e.Small = ptr(int8(0)) })},
		{`"notify":"false"`, with(func(e *everything) { e.Notify = ptr(false) })},
		{`"notify":false`, with(func(e *everything) { e.Notify = ptr(false) })},
		{`"score":"4.25"`, with(func(e *everything) { e.Score = ptr(4.25) })},
		{`"score":1e-320`, with(func(e *everything) { e.Score = ptr(1e-320) })},
		{`"note":""`, with(func(e *everything) { e.Note = ptr("") })},
		{`"note":"<b>\ud83d\ude00 & \u2028\\ud800\t"`, with(func(e *everything) { e.Note = ptr("<b>😀 & \u2028\\ud800\t") })},
		{`"role":"moderator"`, with(func(e *everything) { e.Role = "moderator" })},
		{`"starts_at":"2026-03-01T18:30:00Z"`, with(func(e *everything) { e.StartsAt = &start })},
		{`"tags":["a","b"],"levels":[2,"1"]`, with(func(e *everything) { e.Tags, e.Levels = []string{"a", "b"}, []int{2, 1} })},
		{`"spaces":[{"space_id":"3","position":1,"hidden":null}],"first":{"position":2,"space_id":4,"hidden":"true"}`, with(func(e *everything) {
			e.Spaces = []position{{SpaceID: 3, Position: 1}}
			e.First = &position{SpaceID: 4, Position: 2, Hidden: true}
		})},
	} {
		into := everything{Note: ptr("left over")}
		arguments := `{"title":"Hello","member_id":7,` + test.extra + `}`
		if strings.Contains(test.extra, "member_id") {
			arguments = `{"title":"Hello",` + test.extra + `}`
		}
		if err := s.Bind(json.RawMessage(arguments), &into); err != nil {
			t.Errorf("%s: %v", test.extra, err)
			continue
		}
		if !reflect.DeepEqual(into, test.want) {
			t.Errorf("%s:\ngot  %+v\nwant %+v", test.extra, into, test.want)
		}
	}
}

// What the caller gave stays as it was: the same bytes may be journalled.
func TestBindLeavesArgumentsAlone(t *testing.T) {
	s := input[position](t)
	arguments := json.RawMessage(` {"position": "3", "space_id": 4.0} `)
	before := string(arguments)
	var into position
	if err := s.Bind(arguments, &into); err != nil {
		t.Fatal(err)
	}
	if string(arguments) != before {
		t.Errorf("the arguments became %s", arguments)
	}
}

// Defaults belong to the schema, so nothing a caller does to a bound value may
// reach the next one.
func TestBindDefaultsAreNotShared(t *testing.T) {
	type lists struct {
		Tags *[]string `json:"tags,omitempty" jsonschema:"default=a,default=b" jsonschema_description:"Tags"`
	}
	s := input[lists](t)
	for range 2 {
		var into lists
		if err := s.Bind(nil, &into); err != nil {
			t.Fatal(err)
		}
		if got := *into.Tags; !reflect.DeepEqual(got, []string{"a", "b"}) {
			t.Fatalf("got %q", got)
		}
		(*into.Tags)[0] = "changed"
	}
}

func TestBindWrongTarget(t *testing.T) {
	in, out := input[position](t), output[memberPage](t)
	var nothing *position
	for _, test := range []struct {
		s    *Schema
		into any
	}{
		{in, position{}}, {in, nothing}, {in, nil}, {in, &everything{}}, {out, &memberPage{}},
	} {
		err := test.s.Bind(json.RawMessage(`{"space_id":1,"position":1}`), test.into)
		var refused *ArgumentError
		if err == nil || errors.As(err, &refused) {
			t.Errorf("Bind into %T = %v, want an error that is not the caller's", test.into, err)
		}
	}
}

// The validator is built at the first use, whoever comes first.
func TestBindConcurrently(t *testing.T) {
	s, err := Input(reflect.TypeFor[everything]())
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 50 {
				var into everything
				if err := s.Bind(json.RawMessage(`{"title":"a","member_id":"9","levels":[1]}`), &into); err != nil || into.MemberID != 9 {
					t.Errorf("Bind: %v, %+v", err, into)
				}
				if err := s.Bind(json.RawMessage(`{"titel":"a"}`), &into); err == nil {
					t.Error("bound a wrong name")
				}
			}
		})
	}
	group.Wait()
}
