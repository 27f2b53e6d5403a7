package schema

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// text draws any text that arguments may hold.
func text(most int) *rapid.Generator[string] {
	return rapid.StringN(0, most, -1).Filter(func(s string) bool {
		return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune("\t\n\r", r) })
	})
}

func places() *rapid.Generator[position] {
	return rapid.Custom(func(t *rapid.T) position {
		return position{
			SpaceID:  testID(rapid.Uint64Range(1, math.MaxUint64).Filter(func(n uint64) bool { return n != 666 }).Draw(t, "space")),
			Position: rapid.IntRange(1, 500).Draw(t, "position"),
			Hidden:   rapid.Bool().Draw(t, "hidden"),
		}
	})
}

// bound draws values as Bind leaves them: valid, defaults applied.
func bound() *rapid.Generator[everything] {
	return rapid.Custom(func(t *rapid.T) everything {
		instant := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "seconds"), rapid.Int64Range(0, 1e9-1).Draw(t, "nanos")).UTC()
		return everything{
			Title:    text(50).Filter(func(s string) bool { return s != "" }).Draw(t, "title"),
			MemberID: places().Draw(t, "member").SpaceID,
			Page:     rapid.IntRange(1, math.MaxInt).Draw(t, "page"),
			PerPage:  rapid.IntRange(1, 100).Draw(t, "per_page"),
			Role:     rapid.SampledFrom([]testRole{"", "host", "moderator", "contributor"}).Draw(t, "role"),
			Detail:   rapid.SampledFrom([]string{"concise", "full"}).Draw(t, "detail"),
			Notify:   ptr(rapid.Bool().Draw(t, "notify")),
			Note:     rapid.Ptr(text(100), true).Draw(t, "note"),
			Score:    rapid.Ptr(rapid.Float64Range(math.SmallestNonzeroFloat64, 5), true).Draw(t, "score"),
			Small:    rapid.Ptr(rapid.Int8Range(-5, 127), true).Draw(t, "small"),
			Step:     rapid.Ptr(rapid.Map(rapid.Int64Range(0, math.MaxInt64/5), func(n int64) int64 { return 5 * n }), true).Draw(t, "step"),
			Below:    rapid.Ptr(rapid.Uint16Range(0, 9), true).Draw(t, "below"),
			Email:    rapid.SampledFrom([]string{"", "ada@example.org"}).Draw(t, "email"),
			StartsAt: rapid.Ptr(rapid.Just(instant), true).Draw(t, "starts_at"),
			EndsAt:   rapid.SampledFrom([]string{"", instant.Format(time.RFC3339Nano)}).Draw(t, "ends_at"),
			Day:      rapid.SampledFrom([]string{"", instant.Format(time.DateOnly)}).Draw(t, "day"),
			Slug:     rapid.Ptr(rapid.StringMatching(`[a-z]{1,9}`), true).Draw(t, "slug"),
			Tags:     rapid.SampledFrom([][]string{nil, {"a", "b"}, {"ü", "<&>", "\u2028", "\\"}}).Draw(t, "tags"),
			Levels:   nilIfEmpty(rapid.SliceOfN(rapid.IntRange(1, 2), 0, 5).Draw(t, "levels")),
			Spaces:   nilIfEmpty(rapid.SliceOfN(places(), 0, 3).Draw(t, "spaces")),
			First:    rapid.Ptr(places(), true).Draw(t, "first"),
		}
	})
}

func nilIfEmpty[T any](s []T) []T {
	if len(s) == 0 {
		return nil
	}
	return s
}

// What was bound can be written, stored, and bound again to the same value:
// an approved action runs with exactly the arguments that were approved.
func TestCanonicalRoundTrip(t *testing.T) {
	s := input[everything](t)
	rapid.Check(t, func(t *rapid.T) {
		want := bound().Draw(t, "value")
		text, err := Canonical(want)
		if err != nil {
			t.Fatal(err)
		}
		var got everything
		if err := s.Bind(text, &got); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%s:\ngot  %+v\nwant %+v", text, got, want)
		}
		again, err := Canonical(got)
		if err != nil || string(again) != string(text) {
			t.Fatalf("%v\n%s\n%s", err, text, again)
		}
		if err := s.Check(text); err != nil {
			t.Fatal(err)
		}
	})
}

// Whatever type passes the rules at the start has a validator later: that is
// what permits building it at the first use. It also prints well-formed JSON.
func TestAcceptedTypesCompile(t *testing.T) {
	types := []reflect.Type{
		reflect.TypeFor[string](), reflect.TypeFor[*string](), reflect.TypeFor[int](), reflect.TypeFor[*uint8](), reflect.TypeFor[testID](),
		reflect.TypeFor[bool](), reflect.TypeFor[float64](), reflect.TypeFor[*float64](), reflect.TypeFor[[]string](), reflect.TypeFor[[]uint](),
		reflect.TypeFor[position](), reflect.TypeFor[*position](), reflect.TypeFor[[]position](), reflect.TypeFor[testRole](), reflect.TypeFor[*time.Time](),
		reflect.TypeFor[any](), reflect.TypeFor[map[string]int](),
	}
	keywords := []string{"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern",
		"format", "enum", "default", "minItems", "maxItems", "uniqueItems"}
	values := []string{"0", "1", "-1", "10", "1e2", "1.5", "1e-400", "1e400", "2147483648", "18446744073709551615", "-0", "00", "", "a", "true",
		"email", "date", "uri", "(", "^a$", `a\\,b`, "ada@example.org", "NaN"}
	accepted := 0
	rapid.Check(t, func(t *rapid.T) {
		var fields []reflect.StructField
		for i := range rapid.IntRange(0, 3).Draw(t, "fields") {
			var tags []string
			for range rapid.IntRange(0, 3).Draw(t, "tags") {
				tags = append(tags, rapid.SampledFrom(keywords).Draw(t, "keyword")+"="+rapid.SampledFrom(values).Draw(t, "value"))
			}
			tag := fmt.Sprintf("json:\"f%d%s\" jsonschema:\"%s\" jsonschema_description:\"Any\"", i,
				rapid.SampledFrom([]string{"", ",omitempty", ",omitzero"}).Draw(t, "option"), strings.Join(tags, ","))
			fields = append(fields, reflect.StructField{
				Name: "F" + strconv.Itoa(i), Type: rapid.SampledFrom(types).Draw(t, "type"), Tag: reflect.StructTag(tag)})
		}
		typ := reflect.StructOf(fields)
		for name, make := range map[string]func(reflect.Type) (*Schema, error){"Input": Input, "Output": Output} {
			s, err := make(typ)
			if err != nil {
				continue
			}
			accepted++
			if err := s.Compile(); err != nil {
				t.Fatalf("%s of %s: %v", name, typ, err)
			}
			if !json.Valid(s.JSON()) {
				t.Fatalf("%s of %s: %s", name, typ, s.JSON())
			}
			for _, banned := range []string{"$ref", "$defs", "$schema", "$id", "oneOf", "anyOf", "allOf", "title", "int64"} {
				if strings.Contains(string(s.JSON()), banned) {
					t.Fatalf("%s of %s prints %s: %s", name, typ, banned, s.JSON())
				}
			}
		}
	})
	if accepted == 0 {
		t.Error("no type was accepted, so nothing was tested")
	}
}

// checkBind holds Bind to its promises for arbitrary bytes: no panic, an error
// that is safe to show and leaves the value alone, or the exact value.
func checkBind(t *testing.T, s *Schema, arguments []byte) {
	sentinel := everything{Title: "untouched", Note: ptr("untouched")}
	into := sentinel
	err := s.Bind(arguments, &into)
	if err != nil {
		var refused *ArgumentError
		if !errors.As(err, &refused) {
			t.Fatalf("%q: %v is not an ArgumentError", arguments, err)
		}
		if !reflect.DeepEqual(into, sentinel) {
			t.Fatalf("%q: refused, and the value changed to %+v", arguments, into)
		}
		told := err.Error()
		if utf8.RuneCountInString(told) > 8000 || len(refused.Problems) == 0 || len(refused.Problems) > maxProblems {
			t.Fatalf("%q: %d problems, %d bytes", arguments, len(refused.Problems), len(told))
		}
		for _, r := range told {
			if r != '\n' && !visible(r) {
				t.Fatalf("%q: the error holds %U: %s", arguments, r, told)
			}
		}
		return
	}
	given := map[string]any{}
	decoder := json.NewDecoder(strings.NewReader(string(arguments)))
	decoder.UseNumber()
	if err := decoder.Decode(&given); err != nil {
		t.Fatalf("%q: bound what is not JSON: %v", arguments, err)
	}
	if given["title"] != into.Title {
		t.Fatalf("%q: title %q", arguments, into.Title)
	}
	literal := fmt.Sprint(given["member_id"])
	if sent, ok := new(big.Rat).SetString(literal); len(literal) < 40 && (!ok || sent.Cmp(new(big.Rat).SetUint64(uint64(into.MemberID))) != 0) {
		t.Fatalf("%q: member_id %d", arguments, into.MemberID)
	}
	canonical, err := Canonical(into)
	if err != nil {
		t.Fatalf("%q: %v", arguments, err)
	}
	var again everything
	if err := s.Bind(canonical, &again); err != nil {
		t.Fatalf("%q: bound once, and refused as %s: %v", arguments, canonical, err)
	}
	if second, err := Canonical(again); err != nil || string(second) != string(canonical) {
		t.Fatalf("%q: %s became %s, %v", arguments, canonical, second, err)
	}
}

func FuzzBind(f *testing.F) {
	for _, seed := range []string{
		``, `null`, `{}`, `[]`, `"{}"`, `{"title":"a","member_id":1}`, `{"title":"a","member_id":"18446744073709551615"}`,
		`{"title":"a","member_id":4.2e1,"page":"2","notify":"false","score":1e-5}`, `{"title":"a","member_id":1e999999999}`,
		`{"title":"\ud83d\ude00","member_id":1}`, `{"title":"\ud83d","member_id":1}`, `{"title":"\u0000","member_id":1}`, "{\"title\":\"\xff\"}",
		`{"titel":"a","memberId":1,"Title":null}`, `{"title":"a","title":"b","member_id":1}`, `{"title":"a","member_id":1} x`,
		`{"title":"a","member_id":1,"starts_at":"2026-03-01T18:30:00+02:00","ends_at":"2026-03-01T18:30:00Z","day":"2026-03-01"}`,
		`{"title":"a","member_id":1,"tags":["a","b"],"levels":[1,"2"],"spaces":[{"space_id":1,"position":2}],"first":{"space_id":3,"position":4,"hidden":true}}`,
		`{"title":"a","member_id":666}`, `{"title":"a","member_id":1,"slug":"abc","email":"ada@example.org","small":-5,"step":10,"below":3,"role":"host","detail":"full","note":"\u202e\\"}`,
	} {
		f.Add([]byte(seed))
	}
	s := input[everything](f)
	f.Fuzz(func(t *testing.T, arguments []byte) {
		if len(strings.Trim(string(arguments), " \t\r\n")) == 0 {
			return
		}
		checkBind(t, s, arguments)
	})
}

// FuzzParse holds the reader against encoding/json: it accepts less, and what
// it accepts it reads the same.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{`{"a":[1,2.5e3,"x\n\u00e9\ud83d\ude00",true,false,null,{}]}`, ` [ ] `, `"\\\""`, `-0`, `{"a":{"b":{"a":1}}}`, `{"a":1,"a":2}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, found := parse(raw, documentBounds(), fieldNoun())
		var want any
		decoder := json.NewDecoder(strings.NewReader(string(raw)))
		decoder.UseNumber()
		err := decoder.Decode(&want)
		if found.any() {
			return
		}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%q: got %#v, want %#v, %v", raw, got, want, err)
		}
	})
}
