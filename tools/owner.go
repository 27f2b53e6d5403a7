package tools

import (
	"context"
	"sync"

	"golang.org/x/sync/singleflight"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
)

// Owner returns a look-up of the person to whom a network's key belongs
// (GET /me), for [guardrails.Protector]. It asks once for each network: a key
// never changes its owner. A failure is not kept.
func Owner(envs []Env) func(ctx context.Context, network string) (guardrails.Person, error) {
	var (
		owners  sync.Map // network to guardrails.Person
		running singleflight.Group
	)
	return func(ctx context.Context, network string) (guardrails.Person, error) {
		if owner, known := owners.Load(network); known {
			return owner.(guardrails.Person), nil
		}
		// One request for all who wait, and each may stop waiting by itself.
		asked := running.DoChan(network, func() (any, error) {
			client, err := networks(envs).named(network).Client()
			if err != nil {
				return nil, err
			}
			me, err := client.Me().Get(context.WithoutCancel(ctx))
			if err != nil {
				return nil, err
			}
			owner := guardrails.Person{ID: uint64(me.User.ID), Email: me.User.Email}
			owners.Store(network, owner)
			return owner, nil
		})
		select {
		case answer := <-asked:
			owner, _ := answer.Val.(guardrails.Person)
			return owner, answer.Err
		case <-ctx.Done():
			return guardrails.Person{}, ctx.Err()
		}
	}
}
