package tools_test

import (
	"encoding/json"
	"testing"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
)

// BenchmarkGetMember measures the corridor below the transports: arguments,
// gate, client, sandbox over HTTP, and the shaping of the answer.
func BenchmarkGetMember(b *testing.B) {
	s := newSandboxed(b)
	request := guardrails.Request{Arguments: json.RawMessage(`{"member_id":5100012}`)}
	for b.Loop() {
		if answer := s.catalogue.Call(b.Context(), "get_member", request, nil); answer.Problem != "" {
			b.Fatal(answer.Problem)
		}
	}
}
