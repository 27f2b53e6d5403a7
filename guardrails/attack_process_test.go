package guardrails_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/tools"
)

// otherProcess is the variable of the environment in which a test program that
// runs as a house of its own finds what it needs.
const otherProcess = "MCP_MIGHTY_TEST_OTHER_PROCESS"

// street is what a house in another process needs to know.
type street struct {
	Dir, Name string
	Networks  []reached
}

// errand is one call that a house in another process makes.
type errand struct {
	Millis                 int64 // what time it is
	Limit                  *config.Limit
	Tool, Arguments, State string
	Typed                  string
	Alone                  bool
}

// neighbour is a house in a process of its own, on the same state directory.
type neighbour struct {
	in  io.WriteCloser
	out *bufio.Scanner
}

// neighbours starts the test program again, twice, and keeps the two for the
// group.
func (s *siege) neighbours() [2]*neighbour {
	s.t.Helper()
	s.moveIn.Do(func() {
		for i, name := range []string{"first", "second"} {
			s.next[i] = s.neighbour(name)
		}
	})
	return s.next
}

func (s *siege) neighbour(name string) *neighbour {
	s.t.Helper()
	told, err := json.Marshal(street{Dir: s.dir, Name: name, Networks: s.reached})
	if err != nil {
		s.t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestAsAnotherProcess$", "-test.timeout=5m")
	cmd.Env = append(os.Environ(), otherProcess+"="+string(told))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.group.Cleanup(func() {
		_ = in.Close() // it ends when there are no more errands
		_ = cmd.Wait()
	})
	n := &neighbour{in: in, out: bufio.NewScanner(out)}
	n.out.Buffer(nil, 1<<20)
	return n
}

// runs sends a neighbour on an errand.
func (s *siege) runs(n *neighbour, c siegeCall, limit *config.Limit) tools.Answer {
	s.t.Helper()
	e := errand{Millis: s.millis.Load(), Limit: limit, Tool: c.tool, Arguments: c.arguments, Alone: c.evidence == nil}
	if c.evidence != nil {
		e.State, e.Typed = c.evidence.State, c.evidence.Answer.Typed
	}
	line, err := json.Marshal(e)
	if err == nil {
		_, err = n.in.Write(append(line, '\n'))
	}
	if err != nil {
		s.t.Error(err)
	}
	for n.out.Scan() {
		if text, is := strings.CutPrefix(n.out.Text(), "answer "); is {
			var answer tools.Answer
			if err := json.Unmarshal([]byte(text), &answer); err != nil {
				s.t.Error(err)
			}
			return answer
		}
	}
	s.t.Error("the other process is gone")
	return tools.Answer{}
}

// TestAsAnotherProcess is no test: it is the house that the test program is
// when [siege.neighbours] starts it again.
func TestAsAnotherProcess(t *testing.T) {
	told := os.Getenv(otherProcess)
	if told == "" {
		t.Skip("for " + otherProcess)
	}
	var where street
	if err := json.Unmarshal([]byte(told), &where); err != nil {
		t.Fatal(err)
	}
	s := &siege{t: t, group: t, dir: where.Dir}
	for _, network := range where.Networks {
		s.envs, s.secrets = append(s.envs, s.reach(network, where.Name)), append(s.secrets, network.Token)
	}
	s.open()
	errands := bufio.NewScanner(os.Stdin)
	for errands.Scan() {
		var e errand
		if err := json.Unmarshal(errands.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		s.millis.Store(e.Millis)
		s.rules(nil)
		if e.Limit != nil {
			s.rules(limited(*e.Limit))
		}
		c := s.calling(e.Tool, e.Arguments)
		if e.Alone {
			c = c.alone()
		} else {
			c = c.with(e.State, guardrails.Answer{Decision: guardrails.Approved, Typed: e.Typed})
		}
		answer := s.send(c)
		line, err := json.Marshal(tools.Answer{JSON: answer.JSON, Problem: answer.Problem, Code: answer.Code})
		if err != nil {
			t.Fatal(err)
		}
		_, _ = os.Stdout.WriteString("answer " + string(line) + "\n")
	}
}

// meeting holds requests back until both neighbours have sent one. Each has
// then looked at what there is to look at before it looks at the target, and
// neither has begun.
type meeting struct {
	mu    sync.Mutex
	here  map[string]bool
	begun chan struct{}
}

// meet makes the next calls of the neighbours meet.
func (s *siege) meet() { s.met.Store(&meeting{here: map[string]bool{}, begun: make(chan struct{})}) }

// patience is how long one waits for the other.
const patience = 15 * time.Second

// attend lets a request wait for that of the other neighbour.
func (m *meeting) attend(r *http.Request) {
	if m == nil || r.Method != http.MethodGet {
		return
	}
	m.mu.Lock()
	if before := len(m.here); before < 2 {
		m.here[r.UserAgent()] = true
		if len(m.here) == 2 && before == 1 {
			close(m.begun)
		}
	}
	m.mu.Unlock()
	select {
	case <-m.begun:
	case <-time.After(patience):
	}
}

// processAttacks are races of processes that have nothing in common but the
// disk.
func processAttacks() []attack {
	race := func(s *siege, limit *config.Limit, one, two siegeCall) {
		s.t.Helper()
		next := s.neighbours()
		s.meet()
		s.atOnce(1, func() tools.Answer { return s.runs(next[0], one, limit) }, func() tools.Answer { return s.runs(next[1], two, limit) })
		select {
		case <-s.met.Swap(nil).begun:
		default:
			s.t.Error("the two did not meet")
		}
	}
	limit := config.Limit{Risks: []string{"destructive"}, Most: 1, Per: time.Hour}
	return []attack{
		{"one yes, in two programs", func(s *siege) {
			c := s.approved(s.removing())
			race(s, nil, c, c)
		}},
		{"one approval elsewhere, in two programs", func(s *siege) {
			c := s.removing().alone()
			s.agrees(s.waits(c))
			race(s, nil, c, c)
		}},
		{"two answers for one limit, in two programs", func(s *siege) {
			one, two := s.approved(s.removing()), s.approved(s.calling("ban_member", s.member(s.n.Spammers[1])))
			race(s, &limit, one, two)
		}},
		{"two approvals elsewhere for one limit, in two programs", func(s *siege) {
			one, two := s.removing().alone(), s.calling("ban_member", s.member(s.n.Spammers[1])).alone()
			s.agrees(s.waits(one))
			s.agrees(s.waits(two))
			race(s, &limit, one, two)
		}},
	}
}
