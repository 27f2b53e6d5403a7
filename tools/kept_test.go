package tools_test

import (
	"context"
	"encoding/json"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// nobody is a client that cannot ask: what needs a person waits elsewhere.
type nobody struct{}

func (nobody) Channel() string { return "test" }

func (nobody) CanAsk() bool { return false }

func (nobody) Ask(context.Context, guardrails.Question) (guardrails.Answer, error) {
	return guardrails.Answer{Decision: guardrails.Unavailable}, nil
}

// recorded returns what the store keeps for people to read: the audit trail,
// and the approvals that wait, as decoded JSON.
func (s *sandboxed) recorded() []any {
	s.t.Helper()
	var kept []any
	add := func(v any) {
		encoded, err := json.Marshal(v)
		if err != nil {
			s.t.Fatal(err)
		}
		var decoded any
		if err := json.Unmarshal(encoded, &decoded); err != nil {
			s.t.Fatal(err)
		}
		kept = append(kept, decoded)
	}
	if _, _, err := s.journal.Trail(s.t.Context(), func(r store.Record) error { add(r.Event); return nil }); err != nil {
		s.t.Fatal(err)
	}
	waiting, err := s.journal.Pendings(s.t.Context(), now)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, p := range waiting {
		var d guardrails.Document
		if err := json.Unmarshal(p.Document, &d); err != nil {
			s.t.Fatal(err)
		}
		add(d)
		kept = append(kept, d.Text(), d.Wrapped(80))
	}
	return kept
}
