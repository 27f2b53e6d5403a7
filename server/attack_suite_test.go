package server

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// wireAttack is one case of the part of the attack suite that is about the
// wire. The other part is in package guardrails.
type wireAttack struct {
	name string
	try  func(s *wireSiege)
}

// wireGroup are cases that share a server.
type wireGroup struct {
	name    string
	change  []func(*setup)
	attacks []wireAttack
}

func wireGroups() []wireGroup {
	team := []func(*setup){withTeam}
	return []wireGroup{
		{"answers", nil, answerAttacks()},
		{"smuggled", nil, smuggledAttacks()},
		{"late", []func(*setup){func(s *setup) { s.options.LegacyWait = 30 * time.Millisecond }}, lateAttacks()},
		{"answered", nil, answeredAttacks()},
		{"strangers", team, strangerAttacks()},
		{"envelopes", []func(*setup){func(s *setup) { s.options.MaxBody = 20_000 }}, envelopeAttacks()},
		{"doors", team, doorAttacks()},
		pageGroup(),
	}
}

// leastWireAttacks is how many cases this part has at least.
const leastWireAttacks = 250

// wireSiege is a server under attack.
type wireSiege struct {
	*world
	web   *rawHTTP // a client in the handshake era or in the modern one
	heard int
	// rightful counts what the cases of the group did rightfully.
	rightful *int
}

// TestWireAttacks is the attack suite on the wire: real HTTP, pipes that stand
// for standard input and output, and SSE. Each case checks that the community
// saw no change and that the answers say so.
func TestWireAttacks(t *testing.T) {
	var ran atomic.Int32
	groups := wireGroups()
	for _, group := range groups {
		t.Run(group.name, func(t *testing.T) {
			w := newWorld(t, group.change...)
			w.serveHTTP()
			rightful := 0
			for _, a := range group.attacks {
				t.Run(a.name, func(t *testing.T) {
					former := w.t
					defer func() { w.t = former }()
					w.t = t
					s := &wireSiege{world: w, web: w.rawHTTP(), rightful: &rightful}
					a.try(s)
					if s.heard == 0 {
						t.Error("the case heard no answer that says that nothing was done")
					}
					s.unharmed()
					ran.Add(1)
				})
			}
		})
	}
	if strings.Contains(flag.Lookup("test.run").Value.String(), "/") || flag.Lookup("test.skip").Value.String() != "" {
		return
	}
	if ran.Load() < leastWireAttacks {
		t.Errorf("%d cases ran, want %d at least", ran.Load(), leastWireAttacks)
	}
	page, err := os.ReadFile("../docs/attacks.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, group := range groups {
		if row := fmt.Sprintf("| `%s` | %d |", group.name, len(group.attacks)); !strings.Contains(string(page), row) {
			t.Errorf("docs/attacks.md lacks the row %s", row)
		}
	}
}

// unharmed checks that the community saw no change but those that the cases
// made rightfully, and no attempt at one.
func (s *wireSiege) unharmed() {
	s.t.Helper()
	var attempts []string
	for _, request := range s.sandbox.Requests() {
		if request.Method != http.MethodGet {
			attempts = append(attempts, request.Method+" "+request.Path)
		}
	}
	if len(attempts) != *s.rightful {
		s.t.Errorf("%q reached the community; %d of them rightfully", attempts, *s.rightful)
	}
	if s.sandbox.Changes() != *s.rightful || len(s.sandbox.Outbox()) != 0 {
		s.t.Errorf("%d changes, %d messages; want %d and none", s.sandbox.Changes(), len(s.sandbox.Outbox()), *s.rightful)
	}
}

var saysNothing = regexp.MustCompile(`(?i)nothing (was|is) (done|changed)|nothing happens unless you approve`)

// refused wants a tool's error, a protocol's error or a closed door, and, where
// there are words, that they say that nothing was done.
func (s *wireSiege) refused(f frame) {
	s.t.Helper()
	switch {
	case f.Error != nil && f.Result == nil:
	case f.isError() && saysNothing.MatchString(f.text()):
	default:
		s.t.Errorf("the answer does not say that nothing was done: %+v", f)
		return
	}
	s.heard++
}

// shut wants a closed door.
func (s *wireSiege) shut(a answered, statuses ...int) {
	s.t.Helper()
	for _, status := range statuses {
		if a.status == status {
			s.heard++
			return
		}
	}
	s.t.Errorf("answered with %d %s, want %d", a.status, a.body, statuses)
}

// waits wants the call to wait for a person.
func (s *wireSiege) waits(f frame) {
	s.t.Helper()
	if f.isError() || f.status() != "awaiting_approval" || !saysNothing.MatchString(f.text()) {
		s.t.Errorf("does not wait: %+v", f)
		return
	}
	s.heard++
}

// asked wants a question, whichever era asks it.
func (s *wireSiege) asked(f frame) {
	s.t.Helper()
	if f.Result["resultType"] != "input_required" && f.Method != "elicitation/create" {
		s.t.Errorf("asks nothing: %+v", f)
		return
	}
	s.heard++
}
