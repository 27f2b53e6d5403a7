package tools_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
)

// TestWhatMayBeThereIsNotMadeAgainUnasked loses the answer to a post that was
// made. An assistant that then sends the same call again makes a second one only
// if a person, who is told, says so.
func TestWhatMayBeThereIsNotMadeAgainUnasked(t *testing.T) {
	s := newSandboxed(t)
	good := s.goodArguments()
	if err := s.inject("POST /posts reset-after times=1"); err != nil {
		t.Fatal(err)
	}
	if answer := s.problem("create_post", good["create_post"]); answer.Code != "outcome_unknown" {
		t.Fatalf("with its answer lost: %s %s", answer.Code, answer.Problem)
	}
	if s.sandbox.Changes() != 1 {
		t.Fatalf("%d posts were made, want the one", s.sandbox.Changes())
	}

	no := &person{decision: guardrails.Declined}
	s.callAs(no, "create_post", good["create_post"])
	if len(no.asked) != 1 || !strings.Contains(strings.Join(no.asked[0].Preview.Warnings, " "), "it may be there already") {
		t.Errorf("the person was asked: %+v", no.asked)
	}
	if answer := s.callAs(nil, "create_post", good["create_post"]); !strings.Contains(answer.Problem+string(answer.JSON), "it may be there already") {
		t.Errorf("where nobody can be asked: %s%s", answer.Problem, answer.JSON)
	}
	if s.sandbox.Changes() != 1 {
		t.Errorf("%d posts were made without a yes", s.sandbox.Changes()-1)
	}

	tool, _ := s.catalogue.Lookup("create_post")
	arguments, err := json.Marshal(good["create_post"])
	if err != nil {
		t.Fatal(err)
	}
	told, err := s.catalogue.Explain(t.Context(), tool, guardrails.Request{Arguments: arguments})
	if err != nil || told.Plan != guardrails.WouldAsk || !strings.Contains(told.Why, "is not known") {
		t.Errorf("what would happen is explained as %+v, %v", told, err)
	}

	// Another post, and what makes nothing anew, need nobody.
	other := map[string]any{}
	for name, value := range good["create_post"] {
		other[name] = value
	}
	other["title"] = "Another title"
	if answer := s.callAs(no, "create_post", other); answer.Problem != "" {
		t.Errorf("another post: %s", answer.Problem)
	}
	if err := s.inject("PATCH /posts/* reset times=1"); err != nil {
		t.Fatal(err)
	}
	s.problem("update_post", good["update_post"])
	if answer := s.callAs(no, "update_post", good["update_post"]); answer.Problem != "" {
		t.Errorf("an update once more: %s", answer.Problem)
	}
	if len(no.asked) != 1 {
		t.Errorf("the person was asked %d times, want once", len(no.asked))
	}

	// A yes makes it; that makes no difference to what is not known.
	s.ok("create_post", good["create_post"])
	if s.sandbox.Changes() != 4 {
		t.Errorf("%d changes in the end, want 4", s.sandbox.Changes())
	}
}

// TestAnewIsWhatMakesSomething holds the mark to the names, which say it.
func TestAnewIsWhatMakesSomething(t *testing.T) {
	for _, tool := range newSandboxed(t).catalogue.All() {
		makes := false
		for _, verb := range []string{"create_", "announce_", "upload_", "send_", "resend_", "bulk_create_"} {
			makes = makes || strings.HasPrefix(tool.Name, verb)
		}
		if tool.Anew != makes {
			t.Errorf("%s: a second one is made: %t", tool.Name, tool.Anew)
		}
	}
}
