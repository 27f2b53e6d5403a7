package tools

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/mcp-mighty/mcp-mighty/guardrails/privacy"
	"github.com/mcp-mighty/mcp-mighty/guardrails/untrusted"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// actionTools tell what was done through this server, and undo it.
func actionTools() []Tool {
	return []Tool{
		read(Doc{
			Name: "list_recent_actions", Title: "List recent actions", Toolset: actionsToolset,
			About: "What was done through this server, newest first, and what of it undo_action can undo. Takes no request to the API.",
		}, listRecentActions),
		undoAction(),
	}
}

type recentActionsIn struct {
	BeforeID int64 `json:"before_id,omitempty" jsonschema:"minimum=1" jsonschema_description:"only older ones"`
	Limit    int   `json:"limit,omitempty" jsonschema:"minimum=1,maximum=100,default=20" jsonschema_description:"how many"`
}

type recentActionsOut struct {
	Items []recentAction `json:"items"`
	// NextBeforeID is there exactly when there are older ones.
	NextBeforeID int64  `json:"next_before_id,omitempty"`
	Note         string `json:"note,omitempty"`
}

type recentAction struct {
	ID       int64  `json:"id"`
	At       string `json:"at"`
	By       string `json:"by,omitempty"`
	Tool     string `json:"tool"`
	On       string `json:"on,omitempty"`
	State    string `json:"state"`
	UndoneBy int64  `json:"undone_by,omitempty"`
	CanUndo  bool   `json:"can_undo"`
	Undo     string `json:"undo" jsonschema_description:"how it is undone, or why not"`
}

func listRecentActions(ctx context.Context, c *Call, in recentActionsIn) (recentActionsOut, error) {
	p := c.past
	if p.journal == nil {
		return recentActionsOut{}, errNoJournal
	}
	q := p.query(c.identity)
	q.Before, q.Limit = in.BeforeID, in.Limit+1 // one more tells whether there are more
	entries, err := p.journal.Entries(ctx, q)
	if err != nil {
		return recentActionsOut{}, fmt.Errorf("list recent actions: %w", err)
	}
	out, size := recentActionsOut{Items: []recentAction{}}, 0
	for i, entry := range entries {
		item := p.show(entry, c)
		encoded, err := encode(item)
		if err != nil {
			return recentActionsOut{}, err
		}
		size += len(encoded)
		if i == in.Limit || size > c.itemBytes() && i > 0 {
			out.NextBeforeID = entries[i-1].ID
			break
		}
		out.Items = append(out.Items, item)
	}
	if out.NextBeforeID != 0 && len(out.Items) < in.Limit {
		out.Note = fmt.Sprintf("Cut to fit. Go on with before_id %d.", out.NextBeforeID)
	}
	return out, nil
}

func (p past) show(entry store.Entry, c *Call) recentAction {
	item := recentAction{
		ID: entry.ID, At: stamp(entry.Intent.At.UTC()), By: line(entry.Principal), Tool: line(entry.Tool), On: c.mask.Text(targetOf(entry, c.mask)),
		State: string(stateOf(entry, c.Now)), UndoneBy: entry.UndoneBy,
	}
	if entry.Seal == store.Altered {
		item.State = string(store.Altered)
	}
	inverse, why := p.wayBack(entry, c.Now)
	if why == "" {
		why = p.forbidden(inverse)
	}
	if item.Undo = why; why != "" {
		return item
	}
	item.CanUndo, item.Undo = true, "by "+inverse.Name
	if inverse.Risk.NeedsApproval() {
		item.Undo += ", which a person must approve"
	}
	if entry.Undo.As != "" {
		item.Undo += ". " + entry.Undo.As
	}
	return item
}

// maxTarget bounds what is said of an action's target, in characters.
const maxTarget = 160

// targetOf says in a short line what an action was about: the ids among its
// arguments, and a title.
func targetOf(entry store.Entry, mask privacy.Mask) string {
	var arguments values
	if decode(entry.Arguments, &arguments) != nil {
		return ""
	}
	if items, isList := arguments["items"].([]any); isList {
		return fmt.Sprintf("%d targets", len(items))
	}
	arguments = mask.Values(arguments)
	if entry.Undo != nil {
		for name, value := range entry.Undo.Arguments { // the id of what was made
			if _, there := arguments[name]; !there && strings.HasSuffix(name, "_id") {
				arguments[name] = value
			}
		}
	}
	var parts []string
	for name, value := range arguments {
		if strings.HasSuffix(name, "_id") {
			parts = append(parts, fmt.Sprintf("%s %v", name, value))
		}
	}
	slices.Sort(parts)
	for _, name := range []string{"title", "name"} {
		for _, from := range []values{mask.Values(entry.Before), arguments} {
			if text, _ := from[name].(string); text != "" {
				parts = append(parts, quoted(text))
				break
			}
		}
	}
	return untrusted.Line(strings.Join(parts, ", "), maxTarget)
}
