package tools

import (
	"context"
	"sync"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
)

// Owner returns a look-up of the person to whom the network's key belongs
// (GET /me), for [guardrails.Protector]. It asks once: a key never changes its
// owner. A failure is not kept.
func Owner(env Env) func(ctx context.Context, network string) (guardrails.Person, error) {
	var (
		mu    sync.Mutex
		owner guardrails.Person
	)
	return func(ctx context.Context, _ string) (guardrails.Person, error) {
		mu.Lock()
		defer mu.Unlock()
		if owner.ID != 0 {
			return owner, nil
		}
		client, err := env.Client()
		if err != nil {
			return guardrails.Person{}, err
		}
		me, err := client.Me().Get(ctx)
		if err != nil {
			return guardrails.Person{}, err
		}
		owner = guardrails.Person{ID: uint64(me.User.ID), Email: me.User.Email}
		return owner, nil
	}
}
