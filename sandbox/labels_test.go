package sandbox

import (
	"slices"
	"strings"
	"testing"
)

func TestTagsAndBadges(t *testing.T) {
	for _, kind := range []struct {
		list, name, hidden string
		held               func(*Sandbox, uint64) []uint64
		given, taken       int // status of giving, and of taking what is not held
		extra              func(Notable) string
	}{
		{"/tags", "tag", "tag", (*Sandbox).MemberTags, 200, 422, func(Notable) string { return "" }},
		{"/badges", "badge", "badge", (*Sandbox).MemberBadges, 201, 404, func(n Notable) string { return path(`,"avatar_id":%d`, n.AvatarAsset) }},
	} {
		t.Run(kind.name, func(t *testing.T) {
			a := serve(t, Options{})
			n := a.box.Notable()
			for _, test := range []struct{ body, message string }{
				{`{"title":" "` + kind.extra(n) + `}`, "Title can't be blank"},
				{`{"title":"T","color":"red"` + kind.extra(n) + `}`, "Color must be a hex color"},
			} {
				a.want("POST", kind.list, test.body, 422, test.message)
			}
			id := a.want("POST", kind.list, `{"title":"T","description":"D","color":"#0a0B0c"`+kind.extra(n)+`}`, 201, `"custom_field_id":`).id(t)
			one := path("%s/%d/", kind.list, id)
			if !slices.Contains(a.ids(kind.list), id) {
				t.Error("the new one is not listed")
			}
			a.want("PATCH", one, `{"color":""}`, 200, `"description":"D"`)
			a.want("PUT", one, `{"description":"E"}`, 422, "Title can't be blank")
			if put := a.want("PUT", one, `{"title":"U"`+kind.extra(n)+`}`, 200, `"title":"U"`); strings.Contains(put.body, "description") {
				t.Errorf("PUT kept what it left out: %s", put.body)
			}

			holders := []uint64{n.OneName, n.SecondHost}
			for _, member := range holders {
				held := path("/members/%d%s", member, kind.list)
				body := path(`{"%s_id":%d}`, kind.name, id)
				a.want("GET", path("%s/%d/", held, id), "", 404, "not found")
				a.want("POST", held, body, kind.given, path(`"id":%d`, id))
				a.want("POST", held, body, 422, "already has this "+kind.name)
				a.want("GET", path("%s/%d/", held, id), "", 200, `"title":"U"`)
				if got := a.ids(held); !slices.Equal(got, []uint64{id}) || !slices.Equal(got, kind.held(a.box, member)) {
					t.Errorf("member %d holds %v", member, got)
				}
			}
			// It is an option of a hidden field, which knows the same holders.
			hidden := a.ids("/custom_fields?response_type=" + kind.hidden)
			if len(hidden) != 1 || slices.Contains(a.ids("/custom_fields"), hidden[0]) {
				t.Fatalf("the hidden field is %v", hidden)
			}
			a.want("GET", path("/custom_fields/%d/options/%d/", hidden[0], id), "", 200, `"member_count":2`)
			a.want("GET", path("/custom_fields/%d/members/%d/answers", hidden[0], n.OneName), "", 200, path(`"segments":[{"id":%d`, id))
			a.want("POST", path("/custom_fields/%d/options", hidden[0]), `{"title":"x"}`, 422, "takes no options")

			a.want("DELETE", path("/members/%d%s/%d/", n.SecondHost, kind.list, id), "", 204, "")
			a.want("DELETE", path("/members/%d%s/%d/", n.SecondHost, kind.list, id), "", kind.taken, "")
			a.want("GET", path("/custom_fields/%d/options/%d/", hidden[0], id), "", 200, `"member_count":1`)
			a.want("DELETE", one, "", 204, "")
			a.want("GET", one, "", 404, "not found")
			if got := kind.held(a.box, n.OneName); len(got) != 0 || len(a.ids(path("/members/%d%s", n.OneName, kind.list))) != 0 {
				t.Errorf("deleted, and still held: %v", got)
			}
			if got := kind.held(a.box, n.Moderator); len(got) != 1 {
				t.Errorf("the moderator's own changed to %v", got)
			}
		})
	}
}

func TestBadgesNeedAPicture(t *testing.T) {
	a := serve(t, Options{})
	one := path("/badges/%d/", a.box.Notable().Badge)
	a.want("POST", "/badges", `{"title":"T"}`, 422, "avatar_id")
	a.want("POST", "/badges", `{"title":"T","avatar_id":1}`, 422, "Avatar does not exist")
	a.want("PATCH", one, `{"avatar_id":1}`, 422, "Avatar does not exist")
	a.want("PATCH", one, `{"title":"T"}`, 200, `"avatar_url":"https`)
	a.want("PUT", one, `{"title":"T"}`, 422, "Avatar does not exist")
}

func TestDuplicateTags(t *testing.T) {
	a := serve(t, Options{})
	var names []any
	for _, id := range a.box.Notable().DuplicateTags {
		names = append(names, a.want("GET", path("/tags/%d/", id), "", 200, "").decode(t)["title"])
	}
	if names[0] != names[1] {
		t.Errorf("the duplicate tags are called %v", names)
	}
}

// TestLeavingLosesLabels: what people answered and were given does not come
// back with them.
func TestLeavingLosesLabels(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	a.want("DELETE", path("/members/%d/network_membership", n.Moderator), "", 204, "")
	a.want("GET", path("/members/%d/tags", n.Moderator), "", 404, "Member not found")
	a.want("POST", "/members", `{"email":"amara.okafor@example.net","first_name":"Amara","last_name":"Okafor"}`, 201, "")
	if _, answered := a.box.AnswerOf(n.ShortTextField, n.Moderator); answered || len(a.box.MemberTags(n.Moderator)) != 0 || len(a.box.MemberBadges(n.Moderator)) != 0 {
		t.Error("labels came back")
	}
}

func TestCustomFields(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	const good = `"title":"T","privacy":"private","response_by":"individual_member"`
	for _, test := range []struct{ body, message string }{
		{`{` + good + `,"response_type":"tag"}`, "Response type is invalid"},
		{`{"title":" ","response_type":"text_long","privacy":"all","response_by":"me"}`, "Title can't be blank, Privacy is invalid, Response by is invalid"},
		{`{` + good + `,"response_type":"text_short","options":["a"]}`, "Options are for dropdown types only"},
		{`{` + good + `,"response_type":"text_short","allow_ad_hoc":true}`, "Allow ad hoc"},
		{`{` + good + `,"response_type":"dropdown_single_select","max_responses":2}`, "dropdown_multi_select only"},
		{`{` + good + `,"response_type":"dropdown_multi_select","max_responses":1}`, "between 2 and 40"},
		{`{` + good + `,"response_type":"dropdown_multi_select","max_responses":41}`, "between 2 and 40"},
		{`{` + good + `,"response_type":"dropdown_multi_select","options":["a"," "]}`, "Options can't be blank"},
	} {
		a.want("POST", "/custom_fields", test.body, 422, test.message)
	}
	a.want("POST", "/custom_fields", `{`+good+`,"response_type":"dropdown_multi_select","options":"a"}`, 400, "an array of strings")
	for _, kind := range fieldKinds() {
		id := a.want("POST", "/custom_fields", path(`{%s,"response_type":%q}`, good, kind), 201, path(`"response_type":%q`, kind)).id(t)
		if got := a.ids("/custom_fields?response_type=" + kind); !slices.Contains(got, id) {
			t.Errorf("%s: listed %v", kind, got)
		}
	}
	if all, odd := a.ids("/custom_fields"), a.ids("/custom_fields?response_type=essay"); !slices.Equal(all, odd) || len(all) != len(questions())+4 {
		t.Errorf("an unknown type is not ignored: %d of %d", len(odd), len(all))
	}

	id := a.want("POST", "/custom_fields", `{`+good+`,"description":"D","response_type":"dropdown_multi_select","max_responses":3,"options":["a","b"]}`, 201, "").id(t)
	one := path("/custom_fields/%d/", id)
	state, _ := a.box.FieldByID(id)
	if state.MaxResponses != 3 || len(state.Options) != 2 || state.Privacy != "private" || state.Status != "visible" {
		t.Errorf("created %+v", state)
	}
	a.want("PATCH", one, `{"status":"gone"}`, 422, "Status is invalid")
	a.want("PATCH", one, `{"title":""}`, 422, "Title can't be blank")
	a.want("PATCH", one, `{"primary":true}`, 200, "")
	if was, _ := a.box.FieldByID(n.SingleSelectField); was.Primary {
		t.Error("two primary fields")
	}
	a.want("PUT", one, `{"description":"x"}`, 422, "Title can't be blank")
	a.want("PUT", one, `{"title":"U"}`, 200, "")
	if state, _ = a.box.FieldByID(id); state.Description != "" || state.Primary || state.Title != "U" {
		t.Errorf("PUT left %+v", state)
	}
	for _, locked := range []uint64{n.SystemField, n.TagField, n.BadgeField} {
		for _, method := range []string{"PATCH", "PUT"} {
			a.want(method, path("/custom_fields/%d/", locked), `{"title":"U"}`, 403, "cannot be changed by hosts")
		}
		a.want("DELETE", path("/custom_fields/%d/", locked), "", 403, "cannot be changed by hosts")
	}
	if _, there := a.box.FieldByID(n.TagField); !there {
		t.Error("the field behind the tags is gone")
	}
}

func TestMakingAFieldVisibleNotifies(t *testing.T) {
	a := serve(t, Options{})
	one := path("/custom_fields/%d/", a.box.Notable().UnpublishedField)
	a.want("PATCH", one, `{"title":"Potluck","notify_all_members":true}`, 200, "")
	if len(a.box.Outbox()) != 0 {
		t.Fatalf("a hidden field was announced: %v", a.box.Outbox())
	}
	a.want("PATCH", one, `{"status":"visible","notify_all_members":true}`, 200, "")
	a.want("PATCH", one, `{"status":"visible","notify_all_members":true}`, 200, "") // it was visible
	a.want("PATCH", one, `{"status":"hidden"}`, 200, "")
	a.want("PATCH", one, `{"status":"visible"}`, 200, "")
	want := []Notice{{Kind: "custom_field_notification", CustomFieldID: a.box.Notable().UnpublishedField}}
	if got := a.box.Outbox(); !slices.Equal(got, want) {
		t.Errorf("outbox is %v, want %v", got, want)
	}
}

func TestFieldOptions(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	options := path("/custom_fields/%d/options", n.MultiSelectField)
	if got := a.want("GET", options+"?term=MACH", "", 200, "Sewing machine"); strings.Contains(got.body, "Bandsaw") {
		t.Errorf("term is ignored: %s", got.body)
	}
	a.want("GET", "/custom_fields/1/options", "", 404, "Custom field not found")
	a.want("POST", path("/custom_fields/%d/options", n.ShortTextField), `{"title":"x"}`, 422, "takes no options")
	id := a.want("POST", options, `{"title":"Loom"}`, 201, path(`"creator_id":%d`, n.Owner)).id(t)
	one := path("%s/%d/", options, id)
	a.want("PATCH", one, `{"description":"Wide"}`, 200, `"title":"Loom"`)
	a.want("PATCH", one, `{"title":" "}`, 422, "Title can't be blank")
	a.want("PUT", one, `{"description":"x"}`, 422, "Title can't be blank")
	a.want("PUT", one, `{"title":"Big loom"}`, 200, `"title":"Big loom"`)
	a.want("GET", path("/custom_fields/%d/options/%d/", n.SingleSelectField, id), "", 404, "Option not found") // another field's

	answers := path("/custom_fields/%d/members/%d/answers", n.MultiSelectField, n.OneName)
	other := a.ids(options)[0]
	a.want("POST", answers, path(`{"segment_ids":[%d,%d]}`, id, other), 200, "")
	a.want("GET", one, "", 200, `"member_count":1`)
	a.want("DELETE", one, "", 204, "")
	if state, _ := a.box.AnswerOf(n.MultiSelectField, n.OneName); !slices.Equal(state.Options, []uint64{other}) {
		t.Errorf("after the option was deleted the answer is %+v", state)
	}
	a.want("DELETE", path("%s/%d/", options, other), "", 204, "")
	if _, answered := a.box.AnswerOf(n.MultiSelectField, n.OneName); answered {
		t.Error("an answer without options is left")
	}
}

func TestAnswers(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	of := func(field uint64) string { return path("/custom_fields/%d/members/%d/answers", field, n.OneName) }
	options := a.ids(path("/custom_fields/%d/options", n.MultiSelectField))
	for _, test := range []struct {
		field         uint64
		body, message string
	}{
		{n.ShortTextField, `{}`, "Text can't be blank"},
		{n.ShortTextField, `{"text":"` + strings.Repeat("é", shortAnswer+1) + `"}`, "Text is too long"},
		{n.LongTextField, `{"text":"` + strings.Repeat("é", longAnswer+1) + `"}`, "Text is too long"},
		{n.ShortTextField, path(`{"text":"x","segment_ids":[%d]}`, n.FieldOption), "Segments are for dropdown types only"},
		{n.SingleSelectField, `{"text":"Wood"}`, "Text is for text types only"},
		{n.SingleSelectField, `{"segment_ids":[]}`, "Segments can't be blank"},
		{n.SingleSelectField, path(`{"segment_ids":[%d,%d]}`, n.FieldOption, n.FieldOption), "Segments are too many"},
		{n.SingleSelectField, path(`{"segment_ids":[%d]}`, options[0]), "no option of this custom field"},
		{n.MultiSelectField, path(`{"segment_ids":[%d,%d,%d,%d]}`, options[0], options[1], options[2], options[3]), "Segments are too many"},
		{n.TagField, path(`{"segment_ids":[%d]}`, n.Tag), "type is not supported"},
	} {
		a.want("POST", of(test.field), test.body, 422, test.message)
	}
	a.want("POST", of(n.SystemField), `{"text":"x"}`, 403, "permission")
	a.want("DELETE", of(n.SystemField), "", 403, "permission")
	a.want("DELETE", of(n.TagField), "", 422, "type is not supported")
	a.want("POST", of(n.ShortTextField), `{"text":"`+strings.Repeat("é", shortAnswer)+`"}`, 200, "")

	first := a.want("POST", of(n.MultiSelectField), path(`{"segment_ids":[%d,%d]}`, options[1], options[0]), 200, "").id(t)
	second := a.want("POST", of(n.MultiSelectField), path(`{"segment_ids":[%d]}`, options[2]), 200, path(`"segments":[{"id":%d`, options[2])).id(t)
	if first != second || !slices.Equal(a.ids(of(n.MultiSelectField)), []uint64{first}) {
		t.Errorf("writing again made answer %d of %d", second, first)
	}
	if state, _ := a.box.AnswerOf(n.MultiSelectField, n.OneName); !slices.Equal(state.Options, options[2:3]) {
		t.Errorf("the second answer did not replace the first: %+v", state)
	}
	a.want("GET", path("%s/%d/", of(n.MultiSelectField), first), "", 200, "")
	a.want("GET", path("%s/%d/", of(n.ShortTextField), first), "", 404, "Answer not found")
	a.want("DELETE", of(n.MultiSelectField), "", 204, "")
	a.want("DELETE", of(n.MultiSelectField), "", 404, "Answer not found")
	a.want("POST", of(n.HostsOnlyField), `{"text":"Call in May"}`, 200, "Call in May")

	a.want("DELETE", path("/custom_fields/%d/", n.ShortTextField), "", 204, "")
	a.want("GET", of(n.ShortTextField), "", 404, "Custom field not found")
	// Only hosts answer for others.
	a.want("PATCH", path("/members/%d/", n.Owner), `{"role":"moderator"}`, 200, "")
	a.want("POST", of(n.LongTextField), `{"text":"x"}`, 403, "permission")
}
