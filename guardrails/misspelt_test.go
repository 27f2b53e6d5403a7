package guardrails_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
)

func TestTitlesAreComparedAsPeopleReadThem(t *testing.T) {
	marks := []guardrails.Mark{
		{Kind: guardrails.Tag, ID: 1, Title: "Founding Mentor"}, {Kind: guardrails.Tag, ID: 2, Title: "  founding  MENTOR "},
		{Kind: guardrails.Tag, ID: 3, Title: "\u00c6ldste Caf\u00e9"}, {Kind: guardrails.Tag, ID: 4, Title: "Stra\u00dfe"}, {Kind: guardrails.Tag, ID: 5, Title: "12"}, {Kind: guardrails.Tag, ID: 12, Title: "Dozen"},
	}
	for word, want := range map[string][]uint64{
		"Founding Mentor": {1, 2}, " FOUNDING mentor": {1, 2}, "Founding\u200b Mentor": {1, 2}, "Mentor": nil, "FoundingMentor": nil,
		"\u00e6ldste CAFE\u0301": {3}, "aeldste cafe": nil, "STRASSE": {4}, "12": {5, 12}, " 4 ": {4}, "04": nil,
	} {
		fits := guardrails.Fitting(word, marks)
		ids := map[uint64]bool{}
		for _, mark := range fits {
			ids[mark.ID] = true
		}
		same := len(ids) == len(want)
		for _, id := range want {
			same = same && ids[id]
		}
		if !same {
			t.Errorf("%q means %v, want %v", word, fits, want)
		}
	}
}

// A title that differs in case or spaces protects, on whoever has it and by
// itself.
func TestATitleInAnyCaseProtects(t *testing.T) {
	f := newFixture(t, func(o *guardrails.Options) {
		o.Protector.Tags = []string{"mentor"}
		o.Protector.MarksOf = func(context.Context, string, uint64, string) ([]guardrails.Mark, error) {
			return []guardrails.Mark{{Kind: guardrails.Tag, ID: 3, Title: " MENTOR"}}, nil
		}
	})
	_, err := f.do(write())
	f.wantRefusal(err, guardrails.CodeProtected)
}

// What protects nobody is logged when that shows, once, and looked up once.
func TestMisspeltProtectionIsLoggedOnce(t *testing.T) {
	var logged bytes.Buffer
	looks, bears := 0, []guardrails.Mark{{Kind: guardrails.Tag, ID: 3, Title: "Other"}}
	protect := func(o *guardrails.Options) {
		o.Logger = slog.New(slog.NewTextHandler(&logged, nil))
		o.Protector.Emails, o.Protector.Tags = []string{"nobody@example.org", "there@example.org"}, []string{"mentr", "HOST"}
		o.Protector.IDOf = func(_ context.Context, _, email string) (uint64, error) {
			return map[string]uint64{"there@example.org": 9}[email], nil
		}
		o.Protector.MarksOf = func(context.Context, string, uint64, string) ([]guardrails.Mark, error) { return bears, nil }
		o.Protector.Marks = func(_ context.Context, network, kind string) ([]guardrails.Mark, error) {
			looks++
			return []guardrails.Mark{{Kind: kind, ID: 4, Title: "Host"}, bears[0]}, nil
		}
	}
	f := newFixture(t, protect)
	for range 3 {
		if _, err := f.do(write()); err != nil {
			t.Fatal(err)
		}
	}
	lines := strings.Split(strings.TrimSpace(logged.String()), "\n")
	if looks != 1 || len(lines) != 2 || !strings.Contains(lines[0], "nobody@example.org") || !strings.Contains(lines[1], "tag=mentr") {
		t.Errorf("after %d look-ups: %s", looks, logged.String())
	}
	other := write()
	other.network = "lake"
	if _, err := f.do(other); err != nil || looks != 2 {
		t.Errorf("in another network: %d look-ups, %v", looks, err)
	}
	// Where all words are seen on a member, they are there; and what cannot be
	// looked up keeps nothing from happening.
	logged.Reset()
	looks = 0
	f = newFixture(t, protect, func(o *guardrails.Options) { o.Protector.Tags = []string{"other"} })
	_, err := f.do(write())
	f.wantRefusal(err, guardrails.CodeProtected)
	if looks != 0 {
		t.Errorf("%d look-ups of what was seen", looks)
	}
	f = newFixture(t, protect, func(o *guardrails.Options) {
		o.Protector.Marks = func(context.Context, string, string) ([]guardrails.Mark, error) { return nil, errors.New("down") }
	})
	if _, err := f.do(write()); err != nil || !strings.Contains(logged.String(), "cannot be checked") {
		t.Errorf("%v: %s", err, logged.String())
	}
}
