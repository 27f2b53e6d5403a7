package tools

import (
	"context"
	"sync"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
)

// Owner returns a look-up of the person to whom a network's key belongs
// (GET /me), for [guardrails.Protector]. It asks once for each network: a key
// never changes its owner. A failure is not kept.
func Owner(envs []Env) func(ctx context.Context, network string) (guardrails.Person, error) {
	var mu sync.Mutex
	owners := map[string]guardrails.Person{}
	return func(ctx context.Context, network string) (guardrails.Person, error) {
		mu.Lock()
		defer mu.Unlock()
		if owner, known := owners[network]; known {
			return owner, nil
		}
		client, err := networks(envs).named(network).Client()
		if err != nil {
			return guardrails.Person{}, err
		}
		me, err := client.Me().Get(ctx)
		if err != nil {
			return guardrails.Person{}, err
		}
		owner := guardrails.Person{ID: uint64(me.User.ID), Email: me.User.Email}
		owners[network] = owner
		return owner, nil
	}
}
