package guardrails_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// BenchmarkGate measures what the gate adds to a call that takes no time
// itself, with the store on disk: to a read, to a write that nobody is asked
// about, and to a destructive call from its question to its end.
func BenchmarkGate(b *testing.B) {
	for _, bench := range []struct {
		name string
		risk guardrails.Risk
	}{{"read", guardrails.Read}, {"write", guardrails.Write}, {"approved", guardrails.Destructive}} {
		b.Run(bench.name, func(b *testing.B) {
			journal := store.NewSQLite(b.TempDir())
			defer journal.Close()
			gate, err := guardrails.New(guardrails.Options{
				Mode: guardrails.Live, Journal: journal, Key: journal.SigningKey, Policy: config.Policy{Limits: []config.Limit{{Most: 1 << 40, Per: 1}}},
				Protector: guardrails.Protector{Owner: owner(guardrails.Person{ID: 1, Email: "owner@example.org"})},
			})
			if err != nil {
				b.Fatal(err)
			}
			community := &world{name: "Bo"}
			do := func(evidence *guardrails.Evidence) guardrails.Outcome {
				outcome, err := gate.Do(context.Background(), guardrails.Action{
					Tool: "ban_member", Title: "Ban member", Risk: bench.risk,
					Bind: func(json.RawMessage) (guardrails.Bound, error) {
						return bound{community, "harbour", `{"member_id":7}`}, nil
					},
				}, guardrails.Request{
					Caller: guardrails.Caller{Principal: "stdio"}, Approver: &person{decision: guardrails.Deferred}, Evidence: evidence,
				})
				if err != nil {
					b.Fatal(err)
				}
				return outcome
			}
			do(nil)
			for b.Loop() {
				if outcome := do(nil); outcome.Ask != nil {
					do(yesTo(outcome.Ask.State))
				}
			}
		})
	}
}
