package schema

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"
)

// createPost is an input of five arguments, the common size.
type createPost struct {
	SpaceID     testID   `json:"space_id" jsonschema:"minimum=1" jsonschema_description:"Space to post in"`
	Title       string   `json:"title" jsonschema:"minLength=1,maxLength=300" jsonschema_description:"Headline of the post"`
	Description string   `json:"description,omitempty" jsonschema_description:"Body; HTML is accepted"`
	Role        testRole `json:"role,omitempty" jsonschema_description:"Role that may read it"`
	PerPage     int      `json:"per_page,omitempty" jsonschema:"minimum=1,maximum=100,default=25" jsonschema_description:"How many"`
}

func BenchmarkInput(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Input(reflect.TypeFor[createPost]()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOutput(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Output(reflect.TypeFor[memberPage]()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCompile(b *testing.B) {
	s := input[createPost](b)
	for b.Loop() {
		if _, err := s.root.compile(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBind(b *testing.B) {
	s := input[createPost](b)
	arguments := json.RawMessage(`{"space_id":4242424242,"title":"Welcome to the garden","description":"<p>Hello & welcome</p>","role":"host","per_page":50}`)
	var into createPost
	b.ReportAllocs()
	for b.Loop() {
		if err := s.Bind(arguments, &into); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBindRefusal(b *testing.B) {
	s := input[createPost](b)
	arguments := json.RawMessage(`{"space_id":0,"titel":"Welcome to the garden","role":"admin","per_page":500}`)
	var into createPost
	b.ReportAllocs()
	for b.Loop() {
		if err := s.Bind(arguments, &into); err == nil {
			b.Fatal("bound")
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	s := output[memberPage](b)
	document := listing(b, 25)
	b.SetBytes(int64(len(document)))
	b.ReportAllocs()
	for b.Loop() {
		if err := s.Check(document); err != nil {
			b.Fatal(err)
		}
	}
}

// listing is a page of members as a tool would return it.
func listing(t testing.TB, n int) json.RawMessage {
	page := memberPage{Page: 1, PerPage: n, NextPage: ptr(2)}
	for i := range n {
		page.Items = append(page.Items, member{
			ID: testID(1 + i), Email: "ada@example.org", FirstName: "Ada", LastName: "Lovelace",
			CreatedAt: time.Date(2021, 3, 4, 5, 6, 7, 0, time.UTC), Location: "London",
			Permalink: "https://garden.example.org/members/1",
		})
	}
	text, err := Canonical(page)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
