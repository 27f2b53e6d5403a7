package sandbox

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// FaultKind is a way in which a request goes wrong.
type FaultKind string

// The ways. "Runs" says whether the route's handler runs and changes what it
// changes.
const (
	// FaultStatus answers Fault.Status. Does not run.
	FaultStatus FaultKind = "status"
	// FaultBotWall answers the HTML challenge with 403. Does not run.
	FaultBotWall FaultKind = "bot-wall"
	// FaultHang never answers: it ends when the client leaves, the server
	// closes or the faults are cleared. Does not run.
	FaultHang FaultKind = "hang"
	// FaultReset breaks the connection. Does not run. Go's own http.Transport
	// quietly repeats a GET on a fresh connection when a kept-alive one breaks,
	// so that a single reset may go unnoticed.
	FaultReset FaultKind = "reset"
	// FaultResetAfter runs, then breaks the connection: the answer is lost.
	FaultResetAfter FaultKind = "reset-after"
	// FaultTruncate runs, then breaks off halfway through the body (an answer
	// without a body is lost altogether).
	FaultTruncate FaultKind = "truncate"
	// FaultSlow runs, then holds the answer back for Fault.Delay.
	FaultSlow FaultKind = "slow"
	// FaultStatusAfter runs, then answers Fault.Status all the same, with the
	// options of FaultStatus.
	FaultStatusAfter FaultKind = "status-after"
	// FaultHangAfter runs, then never answers; it ends as FaultHang does.
	FaultHangAfter FaultKind = "hang-after"
	// FaultHangBody runs, then sends half of the body and no more; it ends as
	// FaultHang does.
	FaultHangBody FaultKind = "hang-body"
	// FaultDrip runs, then sends the body byte by byte, each Fault.Delay after
	// the other.
	FaultDrip FaultKind = "drip"
	// FaultHuge runs, then sends 50 MB of blanks before the body.
	FaultHuge FaultKind = "huge"
	// FaultPlain runs, then calls the answer plain text.
	FaultPlain FaultKind = "plain"
	// FaultEnvelope runs, then answers in the wrapping Fault.Shape names.
	FaultEnvelope FaultKind = "envelope"
)

func faultKinds() []FaultKind {
	return []FaultKind{
		FaultStatus, FaultBotWall, FaultHang, FaultReset, FaultResetAfter, FaultTruncate, FaultSlow, FaultStatusAfter, FaultHangAfter, FaultHangBody, FaultDrip,
		FaultHuge, FaultPlain, FaultEnvelope,
	}
}

// The wrappings of FaultEnvelope.
const (
	ShapeResults = "results" // {"results": […]}: neither envelope the vendor names; the default
	ShapeList    = "list"    // a bare array
	ShapeData    = "data"    // {"data": […], "meta": {…}}
	ShapeEmpty   = "empty"   // {}
)

func shapes() []string { return []string{ShapeResults, ShapeList, ShapeData, ShapeEmpty} }

// Fault makes matching requests go wrong. [ParseFault] reads one from a line.
type Fault struct {
	// Method is the HTTP method; "" or "*" is any.
	Method string
	// Path is relative to the network, e.g. "/members/*": a "*" segment is
	// any one segment, "**" at the end any number of them, and a trailing
	// slash makes no difference. "" or "*" is any path at all; where there is
	// no network, as before the workspace, nothing else fits.
	Path string
	// Kind is what happens.
	Kind FaultKind

	// Status is what FaultStatus and FaultStatusAfter answer: 200 to 599. What is
	// said of FaultStatus below holds for both.
	Status int
	// RetryAfter is the value of a Retry-After header, verbatim (seconds, a
	// date, or nonsense); "" sends none. FaultStatus and FaultBotWall.
	RetryAfter string
	// Location is the value of a Location header; "" sends none. FaultStatus.
	Location string
	// HTML answers an HTML page instead of {"error": …}. FaultStatus.
	HTML bool
	// Body replaces the body of FaultStatus; it is sent as JSON, or as HTML
	// when HTML is set.
	Body string
	// Delay is how long FaultSlow holds an answer back, and FaultDrip each byte.
	Delay time.Duration
	// Shape is the wrapping of FaultEnvelope; "" means ShapeResults.
	Shape string

	// Skip lets that many matching requests pass first.
	Skip int
	// Times is how many requests are hit after that; 0 means every one.
	Times int
}

// Validate says what is wrong with a fault, naming what is valid. The error is
// nil when the fault can be injected.
func (f Fault) Validate() error {
	var problems []error
	complain := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	if !slices.Contains(faultKinds(), f.Kind) {
		complain("unknown fault %q; valid: %s", f.Kind, list(faultKinds()))
	}
	answers := f.Kind == FaultStatus || f.Kind == FaultStatusAfter
	if answers && (f.Status < 200 || f.Status > 599) {
		complain("status %d is not between 200 and 599", f.Status)
	}
	if !answers && (f.Status != 0 || f.Location != "" || f.HTML || f.Body != "") {
		complain("status, location, html and body only go with a status fault")
	}
	if f.RetryAfter != "" && !answers && f.Kind != FaultBotWall {
		complain("retry-after only goes with a status or bot-wall fault")
	}
	waits := f.Kind == FaultSlow || f.Kind == FaultDrip
	if waits && f.Delay <= 0 {
		complain("%s needs a delay above 0, e.g. delay=2s", f.Kind)
	}
	if !waits && f.Delay != 0 {
		complain("delay only goes with slow and drip")
	}
	if f.Shape != "" && (f.Kind != FaultEnvelope || !slices.Contains(shapes(), f.Shape)) {
		complain("shape %q is not valid; it goes with envelope and is one of: %s", f.Shape, list(shapes()))
	}
	if f.Times < 0 || f.Skip < 0 {
		complain("times and skip cannot be negative")
	}
	if p := f.Path; p != "" && p != "*" && !strings.HasPrefix(p, "/") {
		complain("path %q must start with / (relative to the network, e.g. /members/*), or be * for any", p)
	}
	return errors.Join(problems...)
}

func list[S ~string](words []S) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = string(w)
	}
	return strings.Join(out, ", ")
}

// matches reports whether the fault is meant for a request.
func (f Fault) matches(method, path string) bool {
	if f.Method != "" && f.Method != "*" && !strings.EqualFold(f.Method, method) {
		return false
	}
	if f.Path == "" || f.Path == "*" {
		return true
	}
	_, rest, ok := splitPath(path)
	if !ok {
		return false
	}
	want, got := segments(f.Path), segments(rest)
	for i, segment := range want {
		if segment == "**" && i == len(want)-1 {
			return true
		}
		if i >= len(got) || segment != "*" && segment != got[i] {
			return false
		}
	}
	return len(want) == len(got)
}

func segments(path string) []string {
	path = strings.Trim(path, "/")
	if path == "" {
		return nil
	}
	return strings.Split(path, "/")
}

// Faults are the faults in force before an API, in the order of their
// injection. The zero value lets everything pass.
type Faults struct {
	mu       sync.Mutex
	armed    []*armedFault
	released chan struct{} // closed when faults are cleared, to let hung requests go
}

type armedFault struct {
	Fault
	seen int // matching requests so far
}

// Inject adds a fault. The first that matches a request and is not used up
// takes it. An invalid fault (see [Fault.Validate]) answers 500 with what is
// wrong with it, so that no test passes because its fault never struck.
func (l *Faults) Inject(f Fault) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.armed = append(l.armed, &armedFault{Fault: f})
}

// ClearFaults removes every fault and breaks the connections of the requests
// that hang.
func (l *Faults) ClearFaults() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.armed = nil
	if l.released != nil {
		close(l.released)
		l.released = nil
	}
}

// take finds the fault for a request, counting it, and a channel that closes
// when faults are cleared.
func (l *Faults) take(method, path string) (*Fault, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, armed := range l.armed {
		if !armed.matches(method, path) {
			continue
		}
		armed.seen++
		hit := armed.seen - armed.Skip
		if hit <= 0 || armed.Times > 0 && hit > armed.Times {
			continue
		}
		if l.released == nil {
			l.released = make(chan struct{})
		}
		f := armed.Fault
		return &f, l.released
	}
	return nil, nil
}
