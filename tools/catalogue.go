package tools

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/guardrails/privacy"
	"github.com/mcp-mighty/mcp-mighty/workspace"
)

// all returns every tool there is, resource by resource.
func all() []Tool {
	singles := slices.Concat(
		networkTools(),
		usageTools(),
		memberTools(),
		memberAccessTools(),
		spaceTools(),
		spaceWriteTools(),
		spaceMemberTools(),
		postTools(),
		commentTools(),
		eventTools(),
		planTools(), planMemberTools(), planInviteTools(), inviteTools(), billingTools(), passwordResetTools(),
		tagTools(), memberTagTools(), badgeTools(), memberBadgeTools(),
		customFieldTools(), customFieldOptionTools(), answerTools(), assetTools(),
		memberSearchTools(), directoryTools(), exportTools(), crmTools(), activityReportTools(), memberProfileTools(), moderationQueueTools(),
		eventUpdateTools(),
		rsvpTools(),
		collectionTools(),
		pollTools(),
		reactionTools(),
		courseworkTools(),
		actionTools(),
	)
	return slices.Concat(singles, bulkTools(singles), workspaceTools())
}

// Selection is the operator's choice of tools. The zero value selects
// [PresetCore].
type Selection struct {
	// Toolsets and presets switched on.
	Toolsets []string
	// Tools switched on by name. With Toolsets they add to them; alone they
	// are all there is.
	Tools []string
	// Exclude switches tools off by name, whatever the others say.
	Exclude []string
}

// SelectionError is a choice of tools that names what does not exist.
type SelectionError struct{ message string }

// Error implements error.
func (e *SelectionError) Error() string { return e.message }

// Options configure a [Catalogue].
type Options struct {
	// Networks are the networks that tools work on, the first one where a call
	// names none. With more than one every tool takes the argument "network".
	Networks  []Env
	Gate      *guardrails.Gate
	Selection Selection
	// Workspace returns the client of the workspace, the second Admin API; nil
	// when none is configured, and then its toolset does not exist.
	Workspace func() (*workspace.Client, error)
	Logger    *slog.Logger
	// UploadDir is the folder whose files may be uploaded; "" for none, so that
	// only what has an address can be.
	UploadDir string
	// ExportDir is the folder into which members are exported; "" for none.
	ExportDir string
	// Mask is what the clients of the networks and of the workspace mask.
	Mask privacy.Mask
	// CRM is where members are sent; nil for nowhere.
	CRM *CRM
	// CallTimeout bounds the call of a tool that reads; 0 is a minute. Acting
	// tools are bounded by the gate.
	CallTimeout time.Duration
	// Journal is read by the tools that tell of actions and undo them; nil for
	// none, and then there is nothing to tell.
	Journal Journal
	// Directory says how the networks' directories are used.
	Directory DirectoryRules
	// AnswerTokens is how long an answer may be; 0 is [DefaultAnswerTokens].
	AnswerTokens int
	// BulkItems is how many items a call in bulk may name; 0 is all that its
	// schema takes.
	BulkItems int
}

// Catalogue is the set of tools of one server, with the gate before them.
type Catalogue struct {
	o     Options
	tools []Tool
	named map[string]int
	off   map[string]string
	// excluded are those of off that the operator named, or that are made of one.
	excluded map[string]bool
	written  written
	// absent are tools of what is not configured.
	absent []Tool
}

// New makes a catalogue. A tool with a bad schema, a double name or an inverse
// that does not exist is an error here and never in a call; so is a selection
// that names what does not exist.
func New(o Options) (*Catalogue, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	c := &Catalogue{o: o, tools: all(), named: map[string]int{}, off: map[string]string{}, excluded: map[string]bool{}}
	slices.SortStableFunc(c.tools, func(a, b Tool) int { return strings.Compare(a.Name, b.Name) })
	c.setAside()
	c.o.CallTimeout = cmp.Or(o.CallTimeout, time.Minute)
	var problems []error
	if len(o.Networks) == 0 {
		return nil, errors.New("tools: no network")
	}
	c.o.Networks = networks(o.Networks).keeping(newKept()).keepingTo(o.Directory).uploadingFrom(o.UploadDir).exportingTo(o.ExportDir, o.CRM).masking(o.Mask).within(answerBytes(o.AnswerTokens), o.BulkItems)
	for i, tool := range c.tools {
		if _, twice := c.named[tool.Name]; twice {
			problems = append(problems, fmt.Errorf("tool %s: defined twice", tool.Name))
		}
		c.named[tool.Name] = i
		problems = append(problems, c.finish(&c.tools[i]))
	}
	for _, tool := range c.tools {
		for _, inverse := range []string{tool.Inverse, tool.InverseIfNew} {
			if _, exists := c.named[inverse]; inverse != "" && !exists {
				problems = append(problems, fmt.Errorf("tool %s: its inverse %s does not exist", tool.Name, inverse))
			}
		}
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	if err := c.choose(o.Selection); err != nil {
		return nil, err
	}
	return c, nil
}

// networkArgument is what every tool takes where there are several networks.
const networkArgument = "network"

// finish gives a tool what depends on the configuration. Its schemas have been
// checked in full when it was made; their validators, which together would be
// most of the program's start and memory, are built when first used.
func (c *Catalogue) finish(tool *Tool) error {
	if tool.broken != nil {
		return tool.broken
	}
	if names := c.envs(*tool).names(); len(names) > 1 {
		input, err := tool.Input.WithChoice(networkArgument, "network; default "+names[0], names)
		if err != nil {
			return fmt.Errorf("tool %s: %w", tool.Name, err)
		}
		tool.Input = input
	}
	return nil
}

// choose works out which tools are switched off, and why.
func (c *Catalogue) choose(s Selection) error {
	if len(s.Toolsets) == 0 && len(s.Tools) == 0 {
		s.Toolsets = []string{PresetCore}
	}
	on := map[string]bool{}
	for _, name := range s.Toolsets {
		members, isPreset := presets()[name]
		switch {
		case name == PresetAll:
			members = c.Toolsets()
		case isPreset:
		case slices.Contains(c.Toolsets(), name):
			members = []string{name}
		case name == workspaceToolset:
			return &SelectionError{fmt.Sprintf("toolset %q %s", name, absentWorkspace)}
		default:
			return &SelectionError{fmt.Sprintf("unknown toolset %q; valid presets: %s; valid toolsets: %s",
				name, strings.Join(Presets(), ", "), strings.Join(c.Toolsets(), ", "))}
		}
		for _, member := range members {
			on[member] = true
		}
	}
	for _, name := range slices.Concat(s.Tools, s.Exclude) {
		if c.isAbsent(name) {
			if slices.Contains(s.Tools, name) {
				return &SelectionError{fmt.Sprintf("tool %q %s", name, absentWorkspace)}
			}
			continue // it is as good as excluded
		}
		if _, exists := c.named[name]; !exists {
			return &SelectionError{fmt.Sprintf("unknown tool %q; `mcp-mighty tools` lists them", name)}
		}
	}
	for _, tool := range c.tools {
		switch {
		case slices.Contains(s.Exclude, tool.Name):
			c.off[tool.Name], c.excluded[tool.Name] = "the operator excluded it", true
		case slices.Contains(s.Exclude, tool.Single):
			c.off[tool.Name], c.excluded[tool.Name] = "the operator excluded "+tool.Single+", of which it is made", true
		case on[tool.Toolset], on[tool.Name], slices.Contains(s.Tools, tool.Name):
		default:
			c.off[tool.Name] = fmt.Sprintf("its toolset, %s, is not on; a person can start the server with --toolsets %s added, or with --tools %s", tool.Toolset, tool.Toolset, tool.Name)
		}
	}
	return nil
}

// Presets returns the names of all presets, sorted.
func Presets() []string {
	return append(slices.Sorted(maps.Keys(presets())), PresetAll)
}

// Toolsets returns the names of all toolsets, sorted.
func (c *Catalogue) Toolsets() []string {
	var names []string
	for _, tool := range c.tools {
		names = append(names, tool.Toolset)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// All returns every tool, also those that are switched off, by name.
func (c *Catalogue) All() []Tool { return c.tools }

// Lookup returns a tool by its exact name.
func (c *Catalogue) Lookup(name string) (Tool, bool) {
	i, ok := c.named[name]
	if !ok {
		return Tool{}, false
	}
	return c.tools[i], true
}

// Answer is what came of a call. Exactly one of JSON, Problem and Ask is set.
type Answer struct {
	// JSON is the result, within the tool's output schema.
	JSON json.RawMessage
	// Problem is an error as the model and the person should read it.
	Problem string
	// Code is a short name for the kind of problem.
	Code string
	// NotDone says, beside JSON, why the tool did not do all that was asked: it
	// waits for approval, or was done in part. A preview in preview mode is what
	// was asked for.
	NotDone string
	// Ask must reach the client: a person has to decide.
	Ask *guardrails.Question
	// Written are the paths in JSON at which people's words stand, which are data
	// whatever they say: "items[].bio"; "items[].*" is everything of an item that
	// has no path of its own and is not the server's.
	Written []string
	// Requests is how many requests to the Admin API the call took; Kept is how
	// many answers it took from memory instead, the oldest of them of the age
	// Age.
	Requests, Kept int
	Age            time.Duration
	// Links lead to what the call has put on the client\'s shelf.
	Links []ExportLink
	// Warning says that the month's requests are nearly or wholly spent; "" where
	// they are not.
	Warning string
}

// Call runs a tool through the gate. It never fails: what went wrong is in
// the answer, in words to act on and without secrets.
func (c *Catalogue) Call(ctx context.Context, name string, request guardrails.Request, progress ProgressFunc) Answer {
	tool, exists := c.Lookup(name)
	if !exists {
		if why := c.Missing(name); why != "" {
			return Answer{Code: "not_configured", Problem: why + " Nothing was done."}
		}
		return Answer{Code: "unknown_tool", Problem: fmt.Sprintf("There is no tool %q. Nothing was done. tools/list has the names.", name)}
	}
	// The lines of all callers are served in turn.
	ctx, meter := apiclient.WithMeter(apiclient.WithCallerKey(ctx, request.Caller.Principal))
	if tool.Risk.Acts() {
		// What a person approves, and what an action is decided by, has to be
		// what is there now.
		ctx = apiclient.Fresh(ctx)
	}
	networks := c.envs(tool).during(progress, c.o.CallTimeout).calledBy(request.Caller)
	if tool.Toolset == actionsToolset {
		networks = networks.rememberingFor(c, request.Caller)
	}
	request.Requests = meter.Requests
	action := c.bindable(ctx, tool, networks)
	all, bind := false, action.Bind
	action.Bind = func(arguments json.RawMessage) (guardrails.Bound, error) {
		bound, err := bind(arguments)
		all = err == nil && wantsAll(bound)
		return bound, err
	}
	outcome, err := c.o.Gate.Do(ctx, action, request)
	answer := c.answer(tool, outcome, err)
	answer.Requests, answer.Kept, answer.Warning = meter.Requests(), meter.Cached(), c.allowanceWarning()
	if oldest := meter.Oldest(); !oldest.IsZero() {
		answer.Age = max(c.o.Networks[0].Now().Sub(oldest), 0)
	}
	if answer.JSON != nil {
		answer.Written = c.written.of(tool, all)
	}
	return answer
}

// Explain says what would happen to a call and why, without a request to the
// API; see [guardrails.Gate.Explain]. The tool must exist. The error is a
// [*schema.ArgumentError], or says that the state cannot be read.
func (c *Catalogue) Explain(ctx context.Context, tool Tool, request guardrails.Request) (guardrails.Explanation, error) {
	return c.o.Gate.Explain(ctx, c.bindable(ctx, tool, c.envs(tool).rememberingFor(c, request.Caller)), request)
}

// bindable is a tool as the gate sees it, for a call.
func (c *Catalogue) bindable(ctx context.Context, tool Tool, on networks) guardrails.Action {
	action := c.action(tool)
	action.Bind = func(arguments json.RawMessage) (guardrails.Bound, error) {
		return tool.bind(ctx, on, arguments)
	}
	return action
}

// action is a tool as the gate judges it.
func (c *Catalogue) action(tool Tool) guardrails.Action {
	action := guardrails.Action{
		Tool: tool.Name, Title: tool.Title, Toolset: tool.Toolset, Risk: tool.name().Risk, Off: c.off[tool.Name],
		Reversal: tool.reversal(), Undoes: tool.undoes, Anew: tool.Anew,
	}
	if single, exists := c.Lookup(tool.Single); exists {
		action.Single = single.name()
	}
	return action
}

// name is what policies know a tool by. An undo is a write, and besides that
// whatever its inverse is.
func (t Tool) name() guardrails.Name {
	name := guardrails.Name{Tool: t.Name, Toolset: t.Toolset, Risk: t.Risk}
	if t.undoes {
		name.Risk = guardrails.Write
	}
	return name
}

// unwritten is said of what was done, or was not, where the journal does not
// know.
const unwritten = " How it ended could not be written to the journal: there it shows as unknown, and undo_action cannot take it back. The operator can run `mcp-mighty doctor`."

func (c *Catalogue) answer(tool Tool, outcome guardrails.Outcome, err error) Answer {
	if err != nil {
		answer := c.problem(tool, err)
		if outcome.Unwritten && tool.Risk.Acts() {
			answer.Problem += unwritten
		}
		return answer
	}
	if outcome.Ask != nil {
		return Answer{Ask: outcome.Ask}
	}
	result := outcome.Result
	if acted, ok := result.(actedResult); ok && outcome.Unwritten {
		acted.Message += unwritten
		result = acted
	}
	if w := outcome.Waiting; w != nil {
		message := "Nothing was done yet: " + tool.Name + " waits for approval " + w.Code + ". "
		var changed []string
		if w.Lapse != nil {
			message, changed = message+w.Lapse.Text()+" ", w.Lapse.Differences()
		}
		message += w.How
		if !tool.Risk.Acts() {
			return Answer{Code: statusWaiting, Problem: message} // its schema has no place for this
		}
		result = actedResult{
			Status: statusWaiting, Message: message, Preview: &w.Preview,
			Waiting: &waiting{Code: w.Code, Expires: w.Expires.UTC().Format(time.RFC3339), Changed: changed},
		}
	}
	if outcome.Previewed != nil {
		view := outcome.Previewed.View()
		result = actedResult{
			Status:  statusPreview,
			Message: "Nothing was done: this server only previews. In live mode this call would, after approval where that is needed: " + view.Action,
			Preview: &view,
		}
	}
	encoded, err := encode(result)
	if err == nil {
		var long *Answer
		if encoded, long, err = c.fit(tool, result, encoded); long != nil {
			return *long
		}
	}
	if err == nil {
		err = tool.Output.Check(encoded)
	}
	if err != nil {
		// A fault of ours or a surprise from upstream; what was done is done.
		c.o.Logger.Error("a result does not fit its schema", "tool", tool.Name, "error", err)
		return Answer{Code: "internal", Problem: unshown(tool, outcome.Previewed != nil || outcome.Waiting != nil)}
	}
	answer := Answer{JSON: encoded, Links: linksOf(result)}
	if acted, acts := result.(actedResult); acts && (acted.Status == statusWaiting || acted.Status == statusPartial) {
		answer.NotDone = acted.Message
	}
	return answer
}

// unshown says what became of a call whose answer cannot be shown.
func unshown(tool Tool, previewed bool) string {
	switch {
	case previewed:
		return tool.Name + ": what it would do could not be shown. Nothing was done."
	case tool.Risk.Acts():
		return tool.Name + " was done, but its result could not be shown. Do not repeat it; read the target to see it."
	}
	return tool.Name + ": the API's answer could not be shown. Nothing was changed."
}
