package tools

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// Settle looks whether an action of the journal whose end is not known has
// happened, by the same read-back with which its tool settles a lost answer.
// Nothing that changes anything is sent. It returns true, and has the journal
// say so, only where the target plainly shows it and no other action can have
// done it; otherwise the entry stays as it is. An error says why nothing can be
// told, or that the journal cannot be written.
func (c *Catalogue) Settle(ctx context.Context, entry store.Entry) (done bool, err error) {
	if why := entry.Seal.Why(); why != "" {
		return false, fmt.Errorf("what it was to do is not looked for. %s", why)
	}
	tool, exists := c.Lookup(entry.Tool)
	if !exists || !tool.Risk.Acts() {
		return false, fmt.Errorf("this version has no tool %s that could look", entry.Tool)
	}
	if tool.Toolset == workspaceToolset || tool.Toolset == actionsToolset {
		return false, nil // they have no read-back
	}
	for _, env := range c.o.Networks {
		if env.Network != entry.Network || env.Identity != entry.Identity {
			continue
		}
		// Without a way to anything but the API.
		env.crm, env.exportDir, env.uploadDir = nil, "", ""
		return c.settle(ctx, tool, env, entry)
	}
	return false, fmt.Errorf("the network %s that %s was about is not configured, or is another one now", entry.Network, entry.Tool)
}

func (c *Catalogue) settle(ctx context.Context, tool Tool, env Env, entry store.Entry) (bool, error) {
	in := reflect.New(tool.inputType).Interface()
	if _, err := tool.Input.BindChoice(entry.Arguments, in); err != nil {
		return false, fmt.Errorf("its arguments cannot be read by this version: %w", err)
	}
	if err := tool.check(in); err != nil {
		return false, fmt.Errorf("its arguments cannot be read by this version: %w", err)
	}
	looking := apiclient.ReadBack(apiclient.Fresh(ctx))
	result, undo, err := bound{tool: tool, env: env, in: in}.Run(looking, guardrails.Preview{Before: revive(entry.Before)})
	if err != nil {
		return false, nil
	}
	if ended, ok := result.(guardrails.Ended); ok {
		if state, _ := ended.Ending(); state != store.Done {
			return false, nil
		}
	}
	other, err := c.maker(ctx, entry, undo)
	switch {
	case err != nil:
		return false, err
	case other != 0:
		return false, fmt.Errorf("what %s was to do on network %s is done, but action %d, which came after it, did the same or was about the same target, so that nobody knows by which of them; there is no way back from this one",
			entry.Tool, entry.Network, other)
	}
	return true, c.o.Gate.SettledAsDone(ctx, entry, undo)
}

// revive gives what a preview kept the types back that it had before it went
// through the journal.
func revive(before map[string]any) map[string]any {
	revived := make(map[string]any, len(before))
	for key, value := range before {
		revived[key] = value
		list, isList := value.([]any)
		if !isList {
			continue
		}
		var ids []apiclient.ID
		var maps []map[string]any
		for _, each := range list {
			switch v := each.(type) {
			case json.Number:
				if id, err := apiclient.ParseID(v.String()); err == nil {
					ids = append(ids, id)
				}
			case map[string]any:
				maps = append(maps, revive(v))
			case nil:
				maps = append(maps, nil)
			}
		}
		switch len(list) {
		case len(ids):
			revived[key] = ids
		case len(maps):
			revived[key] = maps
		}
	}
	return revived
}
