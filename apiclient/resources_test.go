package apiclient

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// jsonFields returns the JSON names of a struct's fields.
func jsonFields(v any) []string {
	var names []string
	for _, f := range reflect.VisibleFields(reflect.TypeOf(v)) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && name != "-" {
			names = append(names, name)
		}
	}
	return names
}

// Every typed field must be filled from the API's field of that name.
func TestEveryFieldIsRead(t *testing.T) {
	const when = "2026-07-05T21:11:41+02:00"
	for _, dst := range []any{new(Network), new(Member), new(Space), new(Post), new(Comment), new(Event), new(Asset), new(EmbeddedLink), new(Me),
		new(Collection), new(PlacedSpace), new(Poll), new(PollChoice), new(Coursework), new(Reaction), new(RSVP), new(EventInstance), new(AbuseReport),
		new(Plan), new(Invite), new(Tag), new(Badge), new(CustomField), new(CustomFieldOption), new(Answer), new(Segment)} {
		typ := reflect.TypeOf(dst).Elem()
		source := map[string]any{}
		for _, f := range reflect.VisibleFields(typ) {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			switch f.Type {
			case reflect.TypeFor[ID](), reflect.TypeFor[int]():
				source[name] = 5
			case reflect.TypeFor[bool]():
				source[name] = true
			case reflect.TypeFor[time.Time]():
				source[name] = when
			case reflect.TypeFor[[]string]():
				source[name] = []string{"x"}
			case reflect.TypeFor[[]Asset](), reflect.TypeFor[[]PollChoice](), reflect.TypeFor[[]Segment]():
				source[name] = []any{map[string]any{"id": 1}}
			case reflect.TypeFor[string]():
				source[name] = "x"
			default:
				source[name] = map[string]any{"id": 1}
			}
		}
		delete(source, "-")
		data, _ := json.Marshal(source)
		if err := json.Unmarshal(data, dst); err != nil {
			t.Errorf("%s: %v", typ, err)
			continue
		}
		value := reflect.ValueOf(dst).Elem()
		for i := range typ.NumField() {
			if value.Field(i).IsZero() {
				t.Errorf("%s.%s is not read", typ, typ.Field(i).Name)
			}
		}
	}
}

func TestMemberIsReadLoosely(t *testing.T) {
	var m Member
	data := `{"id":"42","email":null,"first_name":"Ada","last_name":"Lovelace","referral_count":"3","location":{"city":"x"},
		"categories":[{"id":1,"title":"Founder"},"Speaker",null],"created_at":"2026-07-05T21:11:41+00:00","updated_at":"yesterday",
		"role":null,"shiny_new_field":{"a":[1]}}`
	if err := json.Unmarshal([]byte(data), &m); err != nil {
		t.Fatal(err)
	}
	want := Member{ID: 42, FirstName: "Ada", LastName: "Lovelace", ReferralCount: 3, Categories: []string{"Founder", "Speaker"},
		CreatedAt: time.Date(2026, 7, 5, 21, 11, 41, 0, time.UTC), Raw: json.RawMessage(data)}
	if diff := cmp.Diff(want, m); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if m.FullName() != "Ada Lovelace" {
		t.Errorf("name %q", m.FullName())
	}
	var raw map[string]any
	if err := json.Unmarshal(m.Raw, &raw); err != nil || raw["shiny_new_field"] == nil {
		t.Errorf("Raw lost a field: %v %s", err, m.Raw)
	}
}

func TestCategoriesAsText(t *testing.T) {
	for in, want := range map[string][]string{
		`"Founder"`: {"Founder"}, `""`: nil, `null`: nil, `[]`: nil, `["a","b"]`: {"a", "b"}, `[{"name":"n"}]`: {"n"}, `7`: {"7"}, `{"title":"t"}`: {"t"},
	} {
		var m Member
		if err := json.Unmarshal([]byte(`{"id":1,"categories":`+in+`}`), &m); err != nil {
			t.Errorf("%s: %v", in, err)
		}
		if diff := cmp.Diff(want, m.Categories); diff != "" {
			t.Errorf("%s (-want +got)\n%s", in, diff)
		}
	}
}

func TestTextsAreUnescaped(t *testing.T) {
	for in, want := range map[string]string{
		`"plain"`: "plain", `""`: "", `"a\"b\\c"`: `a"b\c`, `"\u00e9\n"`: "é\n", `"é 日本"`: "é 日本", "\"a\xffb\"": "a\ufffdb", `12.50`: "12.50", `true`: "true",
	} {
		var s Space
		if err := json.Unmarshal([]byte(`{"id":1,"name":`+in+`}`), &s); err != nil || s.Name != want {
			t.Errorf("%s: %q, %v", in, s.Name, err)
		}
	}
}

func TestRawDoesNotShareTheBuffer(t *testing.T) {
	data := []byte(`{"id":1,"name":"x"}`)
	var s Space
	if err := s.UnmarshalJSON(data); err != nil {
		t.Fatal(err)
	}
	clear(data)
	if string(s.Raw) != `{"id":1,"name":"x"}` {
		t.Errorf("Raw %q", s.Raw)
	}
}

func TestWrapperIsAccepted(t *testing.T) {
	for _, data := range []string{`{"network":{"id":3,"title":"T"}}`, `{"data":{"id":"3","title":"T"}}`} {
		var n Network
		if err := json.Unmarshal([]byte(data), &n); err != nil || n.ID != 3 || n.Title != "T" {
			t.Errorf("%s: %+v, %v", data, n, err)
		}
	}
}

func TestAResourceNeedsAnID(t *testing.T) {
	for _, data := range []string{`{}`, `[]`, `null`, `"x"`, `7`, `{"id":null}`, `{"id":0}`, `{"id":"abc"}`, `{"id":-1}`, `{"id":1.5}`, `{"error":"x"}`, `{"member":null}`, `{"member":{}}`} {
		if err := new(Member).UnmarshalJSON([]byte(data)); err == nil {
			t.Errorf("%s passes as a member", data)
		}
	}
	for _, data := range []string{`{}`, `[]`, `null`, `{"user":{"id":1}}`, `{"network":{"id":1}}`, `{"user":null,"network":{"id":1}}`} {
		if err := new(Me).UnmarshalJSON([]byte(data)); err == nil {
			t.Errorf("%s passes as me", data)
		}
	}
}

func TestMeAndCreatorAreUsers(t *testing.T) {
	var me Me
	data := `{"user":{"id":"9","name":"Grace Hopper","email":"g@example.com","short_bio":"Navy","admin":true},"network":{"id":1,"title":"T"}}`
	if err := json.Unmarshal([]byte(data), &me); err != nil {
		t.Fatal(err)
	}
	if me.User.ID != 9 || me.User.FullName() != "Grace Hopper" || me.User.Bio != "Navy" || !me.Admin || me.Network.Title != "T" {
		t.Errorf("%+v", me)
	}
	var e Event
	if err := json.Unmarshal([]byte(`{"id":1,"creator":{"id":9,"name":"Grace"}}`), &e); err != nil || e.Creator.FullName() != "Grace" {
		t.Errorf("%+v %v", e, err)
	}
	if err := json.Unmarshal([]byte(`{"id":1,"creator":null}`), &e); err != nil || e.Creator != nil {
		t.Errorf("%+v %v", e, err)
	}
}

func TestTimesAreReadLoosely(t *testing.T) {
	want := time.Date(2026, 7, 5, 21, 11, 41, 0, time.UTC)
	for _, text := range []string{"2026-07-05T21:11:41Z", "2026-07-05T21:11:41+00:00", "2026-07-05T23:11:41+02:00", "2026-07-05T21:11:41", "2026-07-05 21:11:41 UTC", "2026-07-05 21:11:41"} {
		var s Space
		if err := json.Unmarshal([]byte(`{"id":1,"created_at":"`+text+`"}`), &s); err != nil || !s.CreatedAt.Equal(want) {
			t.Errorf("%s: %v, %v", text, s.CreatedAt, err)
		}
	}
}

func TestResourcesSurviveARoundTrip(t *testing.T) {
	in := Member{ID: 1 << 63, FirstName: "Ada", Categories: []string{"x"}, CreatedAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	data, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	var out Member
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	out.Raw = nil
	if diff := cmp.Diff(in, out); diff != "" {
		t.Errorf("(-in +out)\n%s", diff)
	}
}
