package tools

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/schema"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// How a call in bulk goes about its list.
const (
	// lookups at a time, while the preview is made.
	bulkLookups = 4
	// failures in a row after which the rest is left alone: they will fail too.
	bulkFailures = 3
)

// bulkIn is a list of what the single tool takes.
type bulkIn[In any] struct {
	Items []In `json:"items" jsonschema:"minItems=1,maxItems=200" jsonschema_description:"one for each"`
}

func (in bulkIn[In]) items() int { return len(in.Items) }

// Check implements [Checker]: it checks every item, and refuses one that is
// there twice.
func (in *bulkIn[In]) Check() error {
	seen := map[string]int{}
	for i := range in.Items {
		if checker, ok := any(&in.Items[i]).(Checker); ok {
			if err := checker.Check(); err != nil {
				return &itemError{i + 1, err}
			}
		}
		canonical, err := schema.Canonical(in.Items[i])
		if err != nil {
			return err
		}
		if first, twice := seen[string(canonical)]; twice {
			return problem("items", fmt.Sprintf("items %d and %d are the same", first, i+1))
		}
		seen[string(canonical)] = i + 1
	}
	return nil
}

// itemError says which item of a list an error is about.
type itemError struct {
	item int
	err  error
}

func (e *itemError) Error() string { return fmt.Sprintf("item %d: %v", e.item, e.err) }

func (e *itemError) Unwrap() error { return e.err }

// bulkOut says what became of each item, in the order of the list.
type bulkOut struct {
	Done     int        `json:"done"`
	Failed   int        `json:"failed"`
	Unknown  int        `json:"unknown"`
	NotDone  int        `json:"not_done"`
	Outcomes []bulkItem `json:"outcomes" jsonschema_description:"only what was not done"`
}

// bulkItem is an item that was not simply done.
type bulkItem struct {
	Item    int    `json:"item" jsonschema_description:"from 1"`
	Outcome string `json:"outcome" jsonschema:"enum=failed,enum=unknown,enum=not_done"`
	Problem string `json:"problem,omitempty"`
}

// summary implements [partial].
func (o bulkOut) summary(action string) (status, message string, ending store.State) {
	if o.Failed+o.Unknown+o.NotDone == 0 {
		return statusDone, fmt.Sprintf("Done for all %d: %s", o.Done, action), store.Done
	}
	ending = store.Done
	switch {
	case o.Unknown > 0:
		ending = store.Unknown
	case o.Done == 0:
		ending = store.NotDone
	}
	message = fmt.Sprintf("%d done, %d failed, %d with an unknown outcome, %d left alone: %s", o.Done, o.Failed, o.Unknown, o.NotDone, action)
	return statusPartial, message, ending
}

// bulk makes a tool that does what another one does to a whole list: one
// preview, one approval for exactly that list, an outcome for each item. undo
// names the tool that undoes a write in bulk.
func bulk(one Tool, doc Doc, undo string) Tool {
	if one.many == nil {
		return Tool{Doc: doc, broken: fmt.Errorf("tool %s: there is no single tool to make it of", doc.Name)}
	}
	return one.many(doc, undo)
}

func bulkOf[In, Out any](doc Doc, risk guardrails.Risk, p preview[In], r run[In, Out], undo string, inv inverse[In, Out]) Tool {
	var inverseOfAll inverse[bulkIn[In], bulkOut]
	if risk == guardrails.Write {
		inverseOfAll = func(_ bulkIn[In], _ bulkOut, before map[string]any) map[string]any {
			calls, _ := before["undo"].([]map[string]any)
			if len(calls) == 0 {
				return nil
			}
			return map[string]any{"items": calls}
		}
	}
	previewAll := func(ctx context.Context, c *Call, in bulkIn[In]) (guardrails.Preview, error) {
		previews, err := previewItems(ctx, c, in.Items, p)
		if err != nil {
			return guardrails.Preview{}, err
		}
		return mergePreviews(previews), nil
	}
	runAll := func(ctx context.Context, c *Call, in bulkIn[In]) (bulkOut, error) {
		out := bulkOut{Outcomes: []bulkItem{}}
		befores, _ := c.before["items"].([]map[string]any)
		var undos []map[string]any
		inARow := 0
		for i, item := range in.Items {
			if inARow == bulkFailures || guardrails.CallerLeft(ctx) || ctx.Err() != nil {
				out.add(i, errNotTried)
				continue
			}
			one := *c
			one.before, one.progress = befores[i], nil
			result, err := r(ctx, &one, item)
			if out.add(i, err); err != nil {
				inARow++
			} else if inARow = 0; inv != nil {
				undos = append(undos, inv(item, result, befores[i]))
			}
			c.Progress(i+1, len(in.Items), fmt.Sprintf("%d of %d", i+1, len(in.Items)))
		}
		if c.before != nil {
			c.before["undo"] = undos
		}
		return out, nil
	}
	return single(doc, risk, previewAll, runAll, undo, inverseOfAll)
}

var errNotTried = errors.New("left alone")

// add notes what became of an item.
func (o *bulkOut) add(i int, err error) {
	var api *apiclient.Error
	switch {
	case err == nil:
		o.Done++
	case errors.Is(err, errNotTried):
		o.NotDone++
		o.Outcomes = append(o.Outcomes, bulkItem{Item: i + 1, Outcome: "not_done"})
	case errors.As(err, &api) && !api.OutcomeUnknown():
		o.Failed++
		o.Outcomes = append(o.Outcomes, bulkItem{Item: i + 1, Outcome: "failed", Problem: api.Error()})
	case errors.As(err, &api):
		o.Unknown++
		o.Outcomes = append(o.Outcomes, bulkItem{Item: i + 1, Outcome: "unknown", Problem: api.Error() + ". " + api.Advice()})
	default:
		o.addOther(i, err)
	}
}

// addOther notes an error that is not the API's.
func (o *bulkOut) addOther(i int, err error) {
	var obstacle *Obstacle
	if errors.As(err, &obstacle) {
		o.Failed++
		o.Outcomes = append(o.Outcomes, bulkItem{Item: i + 1, Outcome: "failed", Problem: obstacle.Message})
		return
	}
	o.Unknown++
	o.Outcomes = append(o.Outcomes, bulkItem{Item: i + 1, Outcome: "unknown", Problem: "it failed inside the server"})
}

// previewItems looks all targets up, some at a time. Where one cannot be
// found, nothing is asked and nothing done: the list is wrong.
func previewItems[In any](ctx context.Context, c *Call, items []In, p preview[In]) ([]guardrails.Preview, error) {
	previews := make([]guardrails.Preview, len(items))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(bulkLookups)
	for i, item := range items {
		group.Go(func() error {
			var err error
			if previews[i], err = p(ctx, c, item); err != nil {
				return &itemError{i + 1, err}
			}
			return nil
		})
	}
	return previews, group.Wait()
}

// mergePreviews makes one preview of many: what would happen, to how many, and
// a line about each.
func mergePreviews(previews []guardrails.Preview) guardrails.Preview {
	var (
		merged  guardrails.Preview
		actions []string
		befores []map[string]any
	)
	for i, p := range previews {
		if !slices.Contains(actions, p.Action) {
			actions = append(actions, p.Action)
		}
		for _, warning := range p.Warnings {
			if !slices.Contains(merged.Warnings, warning) {
				merged.Warnings = append(merged.Warnings, warning)
			}
		}
		merged.Facts = append(merged.Facts, guardrails.Group(fmt.Sprint(i+1), p.Facts))
		merged.Loses = append(merged.Loses, p.Loses...)
		befores = append(befores, p.Before)
	}
	merged.Action = fmt.Sprintf("For each of these %d: %s", len(previews), strings.Join(actions, " / "))
	merged.Before = map[string]any{"items": befores}
	return merged
}
