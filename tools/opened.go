package tools

import (
	"context"
	"slices"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
)

// fits notes that a network's key fits, where a call that succeeded has asked
// the network for something.
func (b bound) fits(asked *apiclient.Meter) {
	if b.env.kept != nil && asked.Requests() > 0 {
		b.env.kept.opened.Store(b.env.Network, true)
	}
}

// unfit looks, while no call of a network has succeeded yet, whether a refusal
// is for the key and not for what was asked: the API says "forbidden" or "not
// found" to both. Then the error is that of the key; otherwise it is the one
// that was given.
func (b bound) unfit(ctx context.Context, c *Call, err error) error {
	if b.env.kept == nil { // the workspace
		return err
	}
	refusals := []apiclient.Kind{apiclient.NotAllowed, apiclient.NotFound}
	if _, fits := b.env.kept.opened.Load(b.env.Network); fits || !slices.Contains(refusals, apiclient.KindOf(err)) {
		return err
	}
	_, refused := c.API.Me().Get(ctx)
	switch kind := apiclient.KindOf(refused); {
	case refused == nil:
		b.env.kept.opened.Store(b.env.Network, true)
	case kind == apiclient.WrongNetwork, kind == apiclient.KeyRejected:
		return refused
	}
	return err
}
