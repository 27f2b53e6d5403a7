package tools_test

import (
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/sandbox"
	"github.com/mcp-mighty/mcp-mighty/store"
	"github.com/mcp-mighty/mcp-mighty/tools"
)

// TestEveryToolWithEveryDocumentedFailure finds out which operations of the API
// each tool uses, lets each of them fail in each way that is documented for it,
// and reads what the model is then told through MCP.
func TestEveryToolWithEveryDocumentedFailure(t *testing.T) {
	notUnderRace(t)
	benches := make(chan *bench, max(2, runtime.GOMAXPROCS(0)))
	for range cap(benches) {
		benches <- newBench(t)
	}
	first := <-benches
	all := first.catalogue.All()
	benches <- first
	var tried atomic.Int64
	t.Run("tools", func(t *testing.T) {
		for _, tool := range all {
			if tool.Name == "get_request_usage" {
				continue // it asks the API nothing
			}
			t.Run(tool.Name, func(t *testing.T) {
				t.Parallel()
				b := <-benches
				defer func() { benches <- b }()
				b.t = t
				switch {
				case tool.Name == "list_recent_actions": // asks the API nothing
				case tool.Toolset == "workspace":
					tried.Add(int64(b.failWorkspace(tool)))
				default:
					tried.Add(int64(b.failNetwork(tool)))
				}
			})
		}
	})
	t.Logf("%d tools, %d failures", len(all), tried.Load())
}

// failure is one way in which a tool's call goes wrong.
type failure struct {
	operation apiclient.Operation
	status    int
	// passed is how many requests of the operation succeed before.
	passed int
}

func (f failure) String() string {
	after := ""
	if f.passed > 0 {
		after = fmt.Sprintf(" after %d", f.passed)
	}
	return fmt.Sprintf("%s%s %d", f.operation.Name, after, f.status)
}

// looksUp reports whether it is a single thing that cannot be read.
func (f failure) looksUp() bool { return strings.HasSuffix(f.operation.Name, ".get") }

// fault is the failure as the sandbox takes it. What the API says repeats the
// key, as a careless server might.
func (f failure) fault(key string) sandbox.Fault {
	segments := strings.Split(strings.TrimPrefix(f.operation.Path, networkPath), "/")
	for i, segment := range segments {
		if strings.HasPrefix(segment, "{") {
			segments[i] = "*"
		}
	}
	said, _ := json.Marshal(map[string]string{"error": "the reason, for " + key})
	return sandbox.Fault{
		Method: f.operation.Method, Path: strings.Join(segments, "/"),
		Kind: sandbox.FaultStatus, Status: f.status, Body: string(said), Skip: f.passed,
	}
}

const networkPath = "/networks/{network_id}"

// failNetwork tries every failure of a tool that works on a network, and
// returns how many there are.
func (b *bench) failNetwork(tool tools.Tool) int {
	b.t.Helper()
	b.freshCommunity()
	catalogue, session := b.catalogue, b.session
	defer func() { b.catalogue, b.session = catalogue, session }()
	if keepsAuthors(tool) {
		b.catalogue, b.session = b.another()
	}
	failures := b.failuresOf(tool)
	if len(failures) == 0 {
		b.t.Fatalf("%s asks the API nothing", tool.Name)
	}
	var (
		arguments map[string]any
		entry     int
	)
	fresh := func() {
		b.freshCommunity()
		arguments = b.prepare(tool)
		_, entry = b.journalled(0)
	}
	fresh()
	for _, f := range failures {
		if f.looksUp() && keepsAuthors(tool) {
			b.catalogue, b.session = b.another()
		}
		before := b.traces()
		b.sandbox.ResetRequests()
		b.sandbox.Inject(f.fault(b.sandbox.Token()))
		text, isError := b.ask(tool.Name, arguments)
		b.sandbox.ClearFaults()

		complain := func(format string, args ...any) {
			b.t.Helper()
			b.t.Errorf("%s: %s\n%s", f, fmt.Sprintf(format, args...), text)
		}
		if !b.struck(f.operation) {
			complain("the sandbox was not asked for this, or failed something else as well")
		}
		for _, fault := range told(tool, f, text, isError) {
			complain("%s", fault)
		}
		stands, lawful := inPlaceOfError(tool, f)
		after := b.traces()
		changed, sent := after.changes > before.changes, after.contacts > before.contacts
		switch goesOn := lawful && tool.Single == ""; {
		case stands.done || goesOn && tool.Risk.Acts():
			if !changed && !sent {
				complain("it says that something was done, and nothing was")
			}
		case after != before:
			complain("it left traces: %+v, before %+v", after, before)
		}
		if tool.Risk.Acts() {
			var state store.State
			if state, entry = b.journalled(entry); !slices.Contains(endings(tool, f), state) {
				complain("the journal says %q", state)
			}
		}
		if changed {
			fresh()
		}
	}
	if state, _ := b.journalled(entry); state != "" {
		b.t.Errorf("the journal has an entry of its own: %q", state)
	}
	return len(failures)
}

// keepsAuthors reports whether a tool remembers what it looked up, for good: who
// wrote something never changes.
func keepsAuthors(tool tools.Tool) bool {
	return tool.Name == "list_moderation_queue" || tool.Name == "get_member_profile"
}

// prepare returns arguments with which the tool succeeds.
func (b *bench) prepare(tool tools.Tool) map[string]any {
	b.t.Helper()
	if !tool.Risk.Acts() {
		return b.readArguments(tool.Name)
	}
	if tool.Name == "undo_action" {
		b.past = 0 // an action is undone once
	}
	good := b.goodArguments()
	if strings.HasPrefix(tool.Name, "remove_") && strings.HasSuffix(tool.Name, "_reaction") {
		add := strings.Replace(tool.Name, "remove", "add", 1)
		b.ok(add, good[add])
	}
	return good[tool.Name]
}

// failuresOf lets a tool succeed and returns what could have failed: in each
// documented way each operation, the first time and, where there were several,
// also the last.
func (b *bench) failuresOf(tool tools.Tool) []failure {
	b.t.Helper()
	arguments := b.prepare(tool)
	b.sandbox.ResetRequests()
	if text, isError := b.ask(tool.Name, arguments); isError {
		b.t.Fatalf("%s fails without a failure: %s", tool.Name, text)
	}
	byRoute := map[string]apiclient.Operation{}
	for _, operation := range apiclient.Operations() {
		byRoute[operation.String()] = operation
	}
	var used []apiclient.Operation
	times := map[string]int{}
	for _, request := range b.sandbox.Requests() {
		operation, known := byRoute[request.Method+" "+networkPath+request.Route]
		if !known {
			b.t.Fatalf("%s asks for %s %s, which is no operation", tool.Name, request.Method, request.Path)
		}
		if times[operation.Name]++; times[operation.Name] == 1 {
			used = append(used, operation)
		}
	}
	b.clearExports()
	var failures []failure
	for _, operation := range used {
		for _, status := range failuresOf(operation.Name) {
			failures = append(failures, failure{operation, status, 0})
			if n := times[operation.Name]; n > 1 {
				failures = append(failures, failure{operation, status, n - 1})
			}
		}
	}
	return failures
}

// struck reports whether the fault took requests, and only of the operation.
func (b *bench) struck(operation apiclient.Operation) bool {
	struck := false
	for _, request := range b.sandbox.Requests() {
		if request.Fault == "" {
			continue
		}
		if struck = true; request.Method != operation.Method || !isPath(operation.Path, strings.TrimPrefix(request.Path, "/admin/v1")) {
			return false
		}
	}
	return struck
}

// isPath reports whether a path is of an operation; what stands in a
// placeholder's place is a number.
func isPath(template, path string) bool {
	want, got := strings.Split(template, "/"), strings.Split(path, "/")
	return slices.EqualFunc(want, got, func(want, got string) bool {
		if !strings.HasPrefix(want, "{") {
			return want == got
		}
		_, err := strconv.ParseUint(got, 10, 64)
		return err == nil
	})
}

// kindOf is what a failure means to whoever reads it.
func (f failure) kind() apiclient.Kind {
	reads := f.operation.Method == "GET"
	switch f.status {
	case 400, 422:
		return apiclient.Validation
	case 401:
		return apiclient.KeyRejected
	case 403:
		if f.operation.Name == "me.get" || f.operation.Name == "network.get" {
			return apiclient.WrongNetwork
		}
		return apiclient.NotAllowed
	case 404:
		return apiclient.NotFound
	case 409:
		return apiclient.Conflict
	case 429:
		return apiclient.RateLimited
	case 500:
		if reads {
			return apiclient.Unavailable
		}
		return apiclient.OutcomeUnknown
	}
	return ""
}

// endings are what the journal may say of a call with the failure; "" is no
// entry.
func endings(tool tools.Tool, f failure) []store.State {
	switch {
	case tool.Name == "sync_members_to_crm" && f.passed > 0:
		return []store.State{store.Done, store.Partial} // what was sent is there
	case f.operation.Method == "GET":
		if stands, _ := inPlaceOfError(tool, f); stands.done {
			return []store.State{store.Done}
		}
		return []store.State{"", store.NotDone}
	case f.status >= 500:
		return []store.State{store.Unknown}
	}
	return []store.State{store.NotDone}
}

// told returns what is wrong with what the model is told of a failure.
func told(tool tools.Tool, f failure, text string, isError bool) []string {
	var faults []string
	must := func(what, part string) {
		if !strings.Contains(text, part) {
			faults = append(faults, fmt.Sprintf("%s is missing: %q", what, part))
		}
	}
	if stands, lawful := inPlaceOfError(tool, f); lawful && !isError {
		for _, part := range stands.says {
			must("what stands in place of an error", part)
		}
		if stands.done {
			return faults
		}
		return append(faults, forbidden(text)...)
	}
	if !isError {
		faults = append(faults, "it is no error")
	}
	must("what failed", f.operation.String())
	must("the status", fmt.Sprintf("[HTTP %d]", f.status))
	must("what to do next", (&apiclient.Error{Kind: f.kind()}).Advice())
	switch {
	case !tool.Risk.Acts():
	case f.operation.Method == "GET":
		must("that nothing was done", "Nothing was done.")
	case f.status >= 500:
		must("that it may have happened", "whether it took effect is unknown")
	default:
		must("that nothing was changed", "nothing was changed")
	}
	return append(faults, forbidden(text)...)
}

// answer is what a call says that goes on without what failed.
type answer struct {
	says []string
	// done: the call is through, since it can do without.
	done bool
}

// inPlaceOfError returns what a call may answer in place of an error. What is
// not here must fail.
func inPlaceOfError(tool tools.Tool, f failure) (answer, bool) {
	named := []string{f.operation.String(), fmt.Sprintf("[HTTP %d]", f.status)}
	switch use := tool.Name + " " + f.operation.Name; {
	case use == "find_member_by_email member.by_email" && f.status == 404:
		return answer{says: []string{`"found":false`}}, true // as the API says that nobody has it
	case (use == "delete_tag custom_field_option.get" || use == "delete_badge custom_field_option.get") && (f.status == 403 || f.status == 404):
		// How many hold it is for the person who is asked; they may have to
		// decide without.
		return answer{says: []string{`"status":"done"`}, done: true}, true
	case f.operation.Name == "member.get" && f.status == 404 && slices.Contains([]string{"delete_post", "delete_comment", "bulk_delete_posts"}, tool.Name):
		return answer{says: []string{`"status":"done"`}, done: true}, true // its author has left
	case tool.Name == "list_moderation_queue" && f.operation.Name != "abuse_report.list":
		// The last look-ups are for counting, and leave no state behind.
		switch last := f.passed > 0; {
		case f.status == 404 && last:
			return answer{}, true
		case f.status == 404:
			return answer{says: []string{`"state":"gone"`}}, true
		case !last:
			named = append(named, `"state":"not_looked_up"`)
		}
		return answer{says: append(named, "Look-ups were ended by an error")}, true
	case tool.Name == "get_member_profile" && f.looksUp() && f.operation.Name != "member.get" && f.status == 404:
		return answer{}, true // what is gone was reported in vain
	case tool.Name == "get_member_profile" && f.operation.Name != "member.get":
		return answer{says: append(named, `"failed":[{"part":`)}, true
	case f.operation.Name == "member.list" && f.passed > 0 && slices.Contains([]string{"search_members", "get_network_stats", "get_member_activity_report", "refresh_directory"}, tool.Name):
		// What was read and paid for is shown, and said to be a part.
		rest := apiclient.Error{Kind: f.kind()}
		return answer{says: append(named, `"complete":false`, rest.Advice())}, true
	case tool.Name == "sync_members_to_crm" && f.passed > 0:
		return answer{says: append(named, `"status":"partial"`, `"complete":false`, `"resume_after":"`)}, true
	case tool.Single != "" && (f.operation.Method != "GET" || use == "bulk_ban_members member.spaces" && f.passed > 1):
		// A list has an outcome for each of its items, of which there is one here.
		outcome, changed := `"outcome":"failed"`, "nothing was changed"
		if f.kind() == apiclient.OutcomeUnknown {
			outcome, changed = `"outcome":"unknown"`, "whether it took effect is unknown"
		}
		if f.operation.Method == "GET" {
			changed = ""
		}
		return answer{says: append(named, `"status":"partial"`, `"done":0`, outcome, changed)}, true
	}
	return answer{}, false
}

// forbidden returns what must not be in an answer to a call that failed.
func forbidden(text string) []string {
	var faults []string
	for _, word := range []string{`"status":"done"`, "Done:", "mn_", "sk_live", crmToken, "Bearer"} {
		if strings.Contains(text, word) {
			faults = append(faults, fmt.Sprintf("it says %q", word))
		}
	}
	return faults
}

// failWorkspace tries every failure of a tool that works on the workspace.
func (b *bench) failWorkspace(tool tools.Tool) int {
	b.t.Helper()
	arguments := goodArgumentsWorkspace()[tool.Name]
	method, path := "GET", "/users"
	if tool.Risk.Acts() {
		method = "POST"
	}
	_, entry := b.journalled(0)
	for _, status := range failuresOfWorkspace() {
		b.freshWorkspace()
		before := b.traces()
		b.workspace.Inject(sandbox.Fault{Method: method, Kind: sandbox.FaultStatus, Status: status})
		text, isError := b.ask(tool.Name, arguments)
		f := failure{operation: apiclient.Operation{Method: method, Path: path}, status: status}
		for _, fault := range toldOfWorkspace(tool, f, text, isError) {
			b.t.Errorf("%d: %s\n%s", status, fault, text)
		}
		if after := b.traces(); after != before {
			b.t.Errorf("%d: it left traces: %+v, before %+v", status, after, before)
		}
		var state store.State
		if state, entry = b.journalled(entry); !slices.Contains(endings(tool, f), state) {
			b.t.Errorf("%d: the journal says %q", status, state)
		}
	}
	b.freshWorkspace()
	return len(failuresOfWorkspace())
}

// toldOfWorkspace is told for the second Admin API, which has advice of its own
// and a name for every request.
func toldOfWorkspace(tool tools.Tool, f failure, text string, isError bool) []string {
	advice := map[apiclient.Kind]string{
		apiclient.Validation: "Correct the values", apiclient.KeyRejected: "The workspace's API key must be replaced",
		apiclient.NotAllowed: "Repeating will not help", apiclient.NotFound: "Check the configured address of the workspace API",
		apiclient.RateLimited: "Wait a minute before trying again", apiclient.Unavailable: "Wait a minute", apiclient.OutcomeUnknown: "Do not repeat it yet",
	}
	faults := forbidden(text)
	if !isError {
		faults = append(faults, "it is no error")
	}
	parts := []string{f.operation.String(), fmt.Sprintf("[HTTP %d, request req_", f.status), advice[f.kind()]}
	switch {
	case !tool.Risk.Acts():
	case f.status >= 500:
		parts = append(parts, "whether it took effect is unknown")
	default:
		parts = append(parts, "nothing was changed")
	}
	for _, part := range parts {
		if !strings.Contains(text, part) {
			faults = append(faults, fmt.Sprintf("it does not say %q", part))
		}
	}
	return faults
}
