package tools

import (
	"context"
	"sync"

	"golang.org/x/sync/singleflight"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
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
			owner := protection(me.User)
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

// IDByEmail returns a look-up of members by address (GET /members/by_email),
// for [guardrails.Protector]. What was found is kept: an id never changes its
// person. Who is not there is looked for again.
func IDByEmail(envs []Env) func(ctx context.Context, network, email string) (uint64, error) {
	type address struct{ network, email string }
	var known sync.Map // address to uint64
	return func(ctx context.Context, network, email string) (uint64, error) {
		key := address{network, email}
		if id, found := known.Load(key); found {
			return id.(uint64), nil
		}
		client, err := networks(envs).named(network).Client()
		if err != nil {
			return 0, err
		}
		member, err := client.Members().FindByEmail(ctx, email)
		if apiclient.KindOf(err) == apiclient.NotFound {
			return 0, nil
		}
		if err != nil {
			return 0, err
		}
		known.Store(key, uint64(member.ID))
		return uint64(member.ID), nil
	}
}
