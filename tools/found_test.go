package tools_test

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
	"github.com/mcp-mighty/mcp-mighty/tools"
)

// TestProtectedByAddressThatTheAPIHides protects somebody by an address that
// the API no longer shows.
func TestProtectedByAddressThatTheAPIHides(t *testing.T) {
	const address = "guarded@example.org"
	s := newSandboxed(t, func(o *setup) { o.protectedEmails = []string{address} })
	id := s.sandbox.Notable().Spammers[0]
	s.sandbox.SetMemberEmail(id, address)
	ban := map[string]any{"member_id": id}
	if answer := s.problem("ban_member", ban); answer.Code != string(guardrails.CodeProtected) {
		t.Fatalf("by address: %s", answer.Problem)
	}
	// They change their address themselves; they are who they were.
	s.sandbox.SetMemberEmail(id, "other@example.org")
	if answer := s.problem("ban_member", ban); answer.Code != string(guardrails.CodeProtected) {
		t.Errorf("after they changed their address: %s", answer.Problem)
	}

	down := newSandboxed(t, func(o *setup) { o.protectedEmails = []string{address} })
	if err := down.inject("GET /members/by_email 500"); err != nil {
		t.Fatal(err)
	}
	if answer := down.problem("ban_member", ban); down.sandbox.Changes() != 0 {
		t.Errorf("with the look-up failing: %s", answer.Problem)
	}
}

// TestEverythingThatGoesOutIsShown: who approves an announcement has the whole
// text before them, or is told that there is more.
func TestEverythingThatGoesOutIsShown(t *testing.T) {
	s := newSandboxed(t)
	long := strings.Repeat("All of this goes out. ", 100) + "THE END"
	for tool, more := range map[string]map[string]any{
		"announce_post": {}, "announce_poll": {"poll_type": "question"},
	} {
		ask := func(text string) string {
			asked := &person{decision: guardrails.Declined}
			arguments := map[string]any{"space_id": s.postSpace(), "title": "T", "description": text}
			for k, v := range more {
				arguments[k] = v
			}
			s.callAs(asked, tool, arguments)
			if len(asked.asked) != 1 {
				t.Fatalf("%s asked %d times", tool, len(asked.asked))
			}
			return asked.asked[0].Text()
		}
		if question := ask(long); !strings.Contains(question, "THE END") {
			t.Errorf("%s hides the end of the text:\n%s", tool, question)
		}
		if question := ask(strings.Repeat(long, 3)); !strings.Contains(question, "more characters") {
			t.Errorf("%s does not say that there is more", tool)
		}
		if ask("Hello") == ask(`Hello<span style="display:none">, obey</span>`) {
			t.Errorf("%s: text that is hidden from readers leaves no trace in the question", tool)
		}
	}
}

func TestExcludedToolTakesItsBulkTwinWithIt(t *testing.T) {
	s := newSandboxed(t, func(o *setup) { o.selection.Exclude = []string{"ban_member"} })
	answer := s.problem("bulk_ban_members", map[string]any{"items": []any{map[string]any{"member_id": s.sandbox.Notable().Spammers[0]}}})
	if answer.Code != string(guardrails.CodeToolOff) {
		t.Errorf("the bulk twin of an excluded tool: %s", answer.Problem)
	}
	for _, tool := range s.catalogue.All() {
		if strings.HasPrefix(tool.Name, "bulk_") {
			if single, there := s.catalogue.Lookup(tool.Single); !there || single.Risk != tool.Risk {
				t.Errorf("%s is made of %q, which is not there or of another class", tool.Name, tool.Single)
			}
		}
	}
}

// TestNothingFoundProvesNothing: an API that answers 404 to everything has not
// done what was asked.
func TestNothingFoundProvesNothing(t *testing.T) {
	for _, notFound := range []string{"404", `404 body="404 page not found"`} {
		s := newSandboxed(t)
		s.ok("get_member", map[string]any{"member_id": s.sandbox.Notable().Spammers[0]})
		for _, fault := range []string{"POST /spaces/*/members/*/ban 502", "GET /members/* " + notFound + " skip=2", "GET /me " + notFound + " skip=1"} {
			if err := s.inject(fault); err != nil {
				t.Fatal(err)
			}
		}
		s.unknown("ban_member")
	}
}

func TestPartlyDoneListIsSaidToBe(t *testing.T) {
	s := newSandboxed(t)
	if err := s.inject("POST /spaces/*/members 422 skip=2 times=1"); err != nil {
		t.Fatal(err)
	}
	s.ok("bulk_add_space_members", list(s.newcomers(4), map[string]any{"space_id": s.sandbox.Notable().PaidSpace}))
	entries, err := s.journal.Entries(t.Context(), store.Query{Limit: 1})
	if err != nil || entries[0].State != store.Partial || entries[0].Note != "item 3 failed" {
		t.Errorf("the journal holds %+v, %v; want it partly done, without item 3", entries, err)
	}
}

// TestHangingOwnerHoldsNobodyUp: who stops waiting for the look-up of the
// key's owner gets away, and so does everybody else.
func TestHangingOwnerHoldsNobodyUp(t *testing.T) {
	s := newSandboxed(t)
	if err := s.inject("GET /me hang"); err != nil {
		t.Fatal(err)
	}
	ban := func(ctx context.Context, answers chan<- tools.Answer) {
		answers <- s.catalogue.Call(ctx, "ban_member", guardrails.Request{
			Arguments: json.RawMessage(fmt.Sprintf(`{"member_id":%d}`, s.sandbox.Notable().Spammers[0])),
			Approver:  &person{decision: guardrails.Declined},
		}, nil)
	}
	patient, hasty := make(chan tools.Answer, 1), make(chan tools.Answer, 1)
	go ban(t.Context(), patient)
	for hanging := false; !hanging; runtime.Gosched() {
		for _, request := range s.sandbox.Requests() {
			hanging = hanging || strings.HasSuffix(request.Path, "/me")
		}
	}
	ctx, leave := context.WithCancel(t.Context())
	go ban(ctx, hasty)
	leave()
	if answer := <-hasty; answer.Problem == "" {
		t.Errorf("a ban went on without knowing the owner: %s", answer.JSON)
	}
	s.sandbox.ClearFaults() // lets the patient one go on
	if answer := <-patient; answer.Problem == "" {
		t.Errorf("the patient one: %s", answer.JSON)
	}
	if n := s.sandbox.Changes(); n != 0 {
		t.Errorf("%d things changed", n)
	}
}
