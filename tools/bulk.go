package tools

import (
	"context"
	"errors"
	"fmt"
	"reflect"
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

// itemsOf returns pointers to the items of a bulkIn.
func itemsOf(in any) []any {
	list := reflect.ValueOf(in).Elem().Field(0)
	items := make([]any, list.Len())
	for i := range items {
		items[i] = list.Index(i).Addr().Interface()
	}
	return items
}

// checkItems checks every item, and then the list.
func checkItems(in any, list func(items []any) error) error {
	items := itemsOf(in)
	for i, item := range items {
		if err := checkInput(item); err != nil {
			return &itemError{i + 1, err}
		}
	}
	return list(items)
}

// distinct refuses a list with the same in it twice.
func distinct(items []any) error {
	seen := map[string]int{}
	for i, item := range items {
		canonical, err := schema.Canonical(item)
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

	undos []*store.Undo // the inverse calls of what was done
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
	ending = store.Partial
	switch {
	case o.Unknown > 0:
		ending = store.Unknown
	case o.Done == 0:
		ending = store.NotDone
	}
	message = fmt.Sprintf("%d done, %d failed, %d with an unknown outcome, %d left alone: %s", o.Done, o.Failed, o.Unknown, o.NotDone, action)
	return statusPartial, message, ending
}

// note implements [noted].
func (o bulkOut) note() string {
	var notes []string
	for _, item := range o.Outcomes {
		notes = append(notes, fmt.Sprintf("item %d %s", item.Item, item.Outcome))
	}
	return strings.Join(notes, ", ")
}

// bulk makes a tool that does what another one does to a whole list: one
// preview, one approval for exactly that list, an outcome for each item. undo
// names the tool that undoes a write in bulk.
func bulk(one Tool, doc Doc, undo string) Tool { return bulkOf(one, doc, undo, distinct) }

// bulkOf is bulk with another check of the list.
func bulkOf(one Tool, doc Doc, undo string, list func(items []any) error) Tool {
	if one.listType == nil {
		return Tool{Doc: doc, broken: fmt.Errorf("tool %s: there is no single tool to make it of", doc.Name)}
	}
	tool := define(doc, one.Risk, reflect.TypeFor[acted[bulkOut]](), behaviour{
		inputType: one.listType,
		check:     func(in any) error { return checkItems(in, list) },
		items:     func(in any) int { return len(itemsOf(in)) },
		preview: func(ctx context.Context, c *Call, in any) (guardrails.Preview, error) {
			return previewItems(ctx, c, itemsOf(in), one, list)
		},
		run: func(ctx context.Context, c *Call, in any) (any, error) {
			return runItems(ctx, c, itemsOf(in), one), nil
		},
	})
	tool.Single = one.Name
	if tool.Inverse, tool.Limits = undo, one.Limits; one.inverse != nil {
		tool.inverse = func(_, out any, _ map[string]any) *store.Undo { return undoItems(out.(bulkOut).undos) }
	}
	return tool
}

// undoItems makes one call of the inverse calls of many: of the bulk tool that
// undoes, or of the single one with a list (see [undoBound]).
func undoItems(undos []*store.Undo) *store.Undo {
	if len(undos) == 0 {
		return nil
	}
	arguments, afters := make([]values, len(undos)), make([]values, len(undos))
	for i, undo := range undos {
		arguments[i], afters[i] = undo.Arguments, undo.After
	}
	return &store.Undo{Arguments: values{"items": arguments}, After: values{"items": afters}, As: undos[0].As}
}

// runItems does it to one item after the other.
func runItems(ctx context.Context, c *Call, items []any, one Tool) bulkOut {
	out := bulkOut{Outcomes: []bulkItem{}}
	befores, _ := c.before["items"].([]map[string]any)
	inARow := 0
	for i, item := range items {
		if inARow == bulkFailures || guardrails.CallerLeft(ctx) || ctx.Err() != nil {
			out.add(i, errNotTried)
			continue
		}
		single := &Call{API: c.API, Now: c.Now, clock: c.clock, before: befores[i], local: c.local}
		result, err := one.act(ctx, single, item)
		if out.add(i, err); err != nil {
			inARow++
		} else if undo := one.undo(item, result, befores[i]); undo != nil {
			inARow, out.undos = 0, append(out.undos, undo)
		} else {
			inARow = 0
		}
		c.Progress(i+1, len(items), fmt.Sprintf("%d of %d", i+1, len(items)))
	}
	return out
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
func previewItems(ctx context.Context, c *Call, items []any, one Tool, list func(items []any) error) (guardrails.Preview, error) {
	// Names come first and one after the other, so that each is looked up once.
	for i, item := range items {
		if err := resolve(ctx, c, item); err != nil {
			return guardrails.Preview{}, &itemError{i + 1, err}
		}
	}
	if err := list(items); err != nil { // two names can be those of one thing
		return guardrails.Preview{}, err
	}
	previews := make([]guardrails.Preview, len(items))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(bulkLookups)
	for i, item := range items {
		group.Go(func() error {
			preview, err := one.preview(ctx, c, item)
			if err != nil {
				return &itemError{i + 1, err}
			}
			previews[i] = preview
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return guardrails.Preview{}, err
	}
	return mergePreviews(previews), nil
}

// mergePreviews makes one preview of many: what would happen, to how many, and
// a line about each.
func mergePreviews(previews []guardrails.Preview) guardrails.Preview {
	var (
		merged  guardrails.Preview
		actions []string
		// what is said of single ones, where it differs from the rest
		reversals []string
		befores   []map[string]any
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
		if p.Reversal != "" && !slices.Contains(reversals, p.Reversal) {
			reversals = append(reversals, p.Reversal)
		}
		merged.Loses = append(merged.Loses, p.Loses...)
		merged.Marks = append(merged.Marks, p.Marks...)
		befores = append(befores, p.Before)
	}
	merged.Action = fmt.Sprintf("For each of these %d: %s", len(previews), strings.Join(actions, " / "))
	merged.Before = map[string]any{"items": befores}
	if len(reversals) > 0 {
		merged.Reversal = "Of some: " + strings.Join(reversals, " / ")
	}
	return merged
}
