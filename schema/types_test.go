package schema

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/invopop/jsonschema"
)

// testID is shaped like the API client's id type: an unsigned integer that
// reads itself, from a number or from a text.
type testID uint64

func (id *testID) UnmarshalJSON(text []byte) error {
	if len(text) > 1 && text[0] == '"' {
		text = text[1 : len(text)-1]
	}
	n, err := strconv.ParseUint(string(text), 10, 64)
	if err != nil {
		return fmt.Errorf("an id is a whole number: %w", err)
	}
	if n == 666 {
		return errors.New("this id is reserved\u202e")
	}
	*id = testID(n)
	return nil
}

// testRole gets its enum from the type.
type testRole string

func (testRole) JSONSchemaExtend(s *jsonschema.Schema) {
	s.Enum = []any{testRole("host"), testRole("moderator"), testRole("contributor")}
}

type position struct {
	SpaceID  testID `json:"space_id" jsonschema:"minimum=1" jsonschema_description:"Space to place"`
	Position int    `json:"position" jsonschema:"minimum=1,maximum=500" jsonschema_description:"Place in the order, from 1"`
	Hidden   bool   `json:"hidden,omitempty" jsonschema_description:"Hide it"`
}

// everything holds an argument of each sort.
type everything struct {
	Title    string     `json:"title" jsonschema:"minLength=1,maxLength=50" jsonschema_description:"Headline"`
	MemberID testID     `json:"member_id" jsonschema:"minimum=1" jsonschema_description:"Who, as an id; the same number is called user id elsewhere, which is a long story to tell here"`
	Page     int        `json:"page,omitempty" jsonschema:"minimum=1,default=1" jsonschema_description:"Page, from 1"`
	PerPage  int        `json:"per_page,omitempty" jsonschema:"minimum=1,maximum=100,default=25" jsonschema_description:"Per page"`
	Role     testRole   `json:"role,omitempty" jsonschema_description:"Role"`
	Detail   string     `json:"detail,omitempty" jsonschema:"enum=concise,enum=full,default=concise" jsonschema_description:"How much"`
	Notify   *bool      `json:"notify,omitempty" jsonschema:"default=true" jsonschema_description:"Mail them"`
	Note     *string    `json:"note,omitempty" jsonschema_description:"Note"`
	Score    *float64   `json:"score,omitempty" jsonschema:"exclusiveMinimum=0,maximum=5" jsonschema_description:"Score"`
	Small    *int8      `json:"small,omitempty" jsonschema:"minimum=-5" jsonschema_description:"Small"`
	Step     *int64     `json:"step,omitempty" jsonschema:"minimum=0,multipleOf=5" jsonschema_description:"Step"`
	Below    *uint16    `json:"below,omitempty" jsonschema:"exclusiveMaximum=10" jsonschema_description:"Below"`
	Email    string     `json:"email,omitempty" jsonschema:"format=email" jsonschema_description:"Mail"`
	StartsAt *time.Time `json:"starts_at,omitempty" jsonschema_description:"Start"`
	EndsAt   string     `json:"ends_at,omitempty" jsonschema:"format=date-time" jsonschema_description:"End"`
	Day      string     `json:"day,omitempty" jsonschema:"format=date" jsonschema_description:"Day"`
	Slug     *string    `json:"slug,omitempty" jsonschema:"pattern=^[a-z]{1\\,9}$" jsonschema_description:"Slug"`
	Tags     []string   `json:"tags,omitempty" jsonschema:"minItems=2,maxItems=4,uniqueItems=true,maxLength=9" jsonschema_description:"Tags"`
	Levels   []int      `json:"levels,omitempty" jsonschema:"enum=1,enum=2" jsonschema_description:"Levels"`
	Spaces   []position `json:"spaces,omitempty" jsonschema_description:"Order"`
	First    *position  `json:"first,omitempty" jsonschema_description:"First"`
}

// member and memberPage are a result as the tools give it.
type member struct {
	ID        testID    `json:"id"`
	Email     string    `json:"email,omitempty" jsonschema:"format=email"`
	FirstName string    `json:"first_name"`
	LastName  string    `json:"last_name"`
	CreatedAt time.Time `json:"created_at"`
	Location  string    `json:"location,omitempty"`
	Permalink string    `json:"permalink"`
}

type memberPage struct {
	Items    []member `json:"items"`
	Page     int      `json:"page"`
	PerPage  int      `json:"per_page"`
	NextPage *int     `json:"next_page,omitempty" jsonschema_description:"Only when there is one"`
}

// openMember takes properties that the program does not know.
type openMember struct {
	ID    testID                     `json:"id"`
	Extra map[string]json.RawMessage `json:"-"`
}

func (openMember) JSONSchemaExtend(s *jsonschema.Schema) {
	s.AdditionalProperties = jsonschema.TrueSchema
}

func (m openMember) MarshalJSON() ([]byte, error) {
	all := map[string]any{"id": m.ID}
	for name, value := range m.Extra {
		all[name] = value
	}
	return json.Marshal(all)
}

func input[T any](t testing.TB) *Schema {
	t.Helper()
	s, err := Input(reflect.TypeFor[T]())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Compile(); err != nil {
		t.Fatal(err)
	}
	return s
}

func output[T any](t testing.TB) *Schema {
	t.Helper()
	s, err := Output(reflect.TypeFor[T]())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Compile(); err != nil {
		t.Fatal(err)
	}
	return s
}

func ptr[T any](v T) *T { return &v }
