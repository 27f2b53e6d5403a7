package guardrails_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
)

func toldOf(facts ...guardrails.Fact) string {
	return guardrails.Question{Preview: guardrails.Preview{Facts: facts}}.Document().Told()
}

func TestRowsOfAListCanBeToldApart(t *testing.T) {
	post := func(id int, title, author string) []guardrails.Fact {
		return []guardrails.Fact{
			guardrails.Number("post id", id), guardrails.Quote("title", title), guardrails.Quote("text", "Hello all"), guardrails.Quote("author", author),
		}
	}
	var many []guardrails.Fact
	for i := range 9 {
		many = append(many, guardrails.Group(fmt.Sprint(i+1), post(i, fmt.Sprint("Spam ", i), "Mallory")))
	}
	for want, facts := range map[string][]guardrails.Fact{
		`title "Hello", author "Ada", post id 7`:                              post(7, "Hello", "Ada"),
		`text "Hello all", author "Ada", post id 7`:                           post(7, " ", "Ada"), // without a title
		`title "a\"; post id 8", author "Ada", post id 7`:                     post(7, "a\u201d; post\u202e id\n8", "Ada"),
		`title "` + strings.Repeat("ab", 29) + `a…", author "Ada", post id 7`: post(7, strings.Repeat("ab", 500), "Ada"),
		`member "Ada", e-mail "ada@example.org", new role moderator, member id 7`: {
			guardrails.Quote("member", "Ada"), guardrails.Number("member id", 7), guardrails.Quote("e-mail", "ada@example.org"), guardrails.Field("new role", "moderator"),
		},
		`format csv`: {guardrails.Field("format", "csv"), guardrails.Field("fields", "name")},
		``:           nil,
		`title "Spam 0", author "Mallory", post id 0; title "Spam 1", author "Mallory", post id 1; title "Spam 2", author "Mallory", post id 2; and 6 more`: many,
	} {
		if got := toldOf(facts...); got != want {
			t.Errorf("told\n%s, want\n%s", got, want)
		}
	}
}
