package server

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/sandbox"
)

// slowReads makes every read take a while.
func slowReads(d time.Duration) func(*setup) {
	return func(s *setup) {
		s.sandbox.Faults = []sandbox.Fault{{Method: "GET", Kind: sandbox.FaultSlow, Delay: d}}
	}
}

func hangingReads(s *setup) {
	s.sandbox.Faults = []sandbox.Fault{{Method: "GET", Kind: sandbox.FaultHang}}
}

func getNetworks(n int) []string {
	lines := make([]string, n)
	for i := range lines {
		lines[i] = message(i, "tools/call", callParams("get_network", nil))
	}
	return lines
}

func TestEveryCallThatWasReadIsAnswered(t *testing.T) {
	const n = 200
	for name, end := range map[string]func(*rawLines){
		"end of input":                func(r *rawLines) { _ = r.pipe.in.Close() },
		"end of input without a line": func(r *rawLines) { _, _ = io.WriteString(r.pipe.in, message(n, "ping", nil)); _ = r.pipe.in.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, slowReads(10*time.Millisecond))
			lines := w.rawStdio()
			lines.open(canNone)
			lines.send(getNetworks(n)...)
			end(lines)
			answered := map[any]bool{}
			for _, f := range lines.rest() {
				if f.isError() || f.Error != nil {
					t.Errorf("%+v", f)
				}
				answered[f.ID] = true
			}
			want := n
			if name != "end of input" {
				want++
			}
			if len(answered) != want {
				t.Errorf("%d answers, want %d", len(answered), want)
			}
			if err := lines.pipe.stop(); err != nil {
				t.Error(err)
			}
		})
	}
}

// What stands in the server's buffers when it is told to stop was read.
func TestStoppingAnswersWhatWasRead(t *testing.T) {
	const n = 200
	w := newWorld(t)
	ctx, stop := context.WithCancel(t.Context())
	input, client := io.Pipe()
	clientIn, output := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := w.server.ServeStdio(ctx, input, output)
		_ = output.Close()
		ended <- err
	}()
	// One write that the server reads at once; then it is told to stop.
	go func() {
		_, _ = io.WriteString(client, strings.Join(getNetworks(n), "\n")+"\n")
		stop()
	}()
	text, err := io.ReadAll(clientIn)
	if err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if got := strings.Count(string(text), `"structuredContent"`); got != n {
		t.Errorf("%d answers, want %d", got, n)
	}
}

func TestStoppingDoesNotWaitForInput(t *testing.T) {
	w := newWorld(t)
	lines := w.rawStdio()
	lines.open(canNone)
	start := time.Now()
	if err := lines.pipe.stop(); err != nil {
		t.Error(err)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
}

func TestDrainingHasALimit(t *testing.T) {
	w := newWorld(t, hangingReads, func(s *setup) { s.options.DrainTimeout = 50 * time.Millisecond })
	lines := w.rawStdio()
	lines.open(canNone)
	for i, tool := range []string{"get_network", "list_spaces", "list_members"} { // identical ones would be one request
		lines.send(message(i, "tools/call", callParams(tool, nil)))
	}
	eventually(t, "the calls run", func() bool { return len(w.sandbox.Requests()) == 3 })
	_ = lines.pipe.in.Close()
	// Calls that only read are cancelled and still answered.
	if rest := lines.rest(); len(rest) != 3 || !rest[0].isError() {
		t.Errorf("%+v", rest)
	}
	if err := lines.pipe.stop(); err != nil {
		t.Error(err)
	}
}

func TestLinesThatAreNoRequests(t *testing.T) {
	w := newWorld(t)
	lines := w.rawStdio()
	lines.open(canNone)
	lines.send("", "   ", "\r", message(nil, "notifications/unheard_of", nil), answerTo(99, map[string]any{}), `{"jsonrpc":"2.0","id":"x","error":{"code":1,"message":"no"}}`)
	lines.send("this is no JSON")
	if got := lines.next(); got.Error == nil || got.Error.Code != -32700 || got.ID != nil {
		t.Errorf("%+v", got)
	}
	lines.send("[" + message(1, "ping", nil) + "]")
	if got := lines.next(); got.Error == nil || got.Error.Code != -32700 {
		t.Errorf("%+v", got)
	}
	lines.send(message(2, "ping", nil) + "\r")
	if got := lines.next(); got.ID != 2.0 {
		t.Errorf("%+v", got)
	}
}

func TestALineThatIsTooLongIsSkipped(t *testing.T) {
	w := newWorld(t)
	lines := w.rawStdio()
	lines.open(canNone)
	lines.send(message(1, "tools/call", callParams("get_network", map[string]any{"x": strings.Repeat("x", maxLine)})))
	if got := lines.next(); got.Error == nil || got.ID != nil || !strings.Contains(got.Error.Message, "bytes") {
		t.Errorf("%+v", got)
	}
	lines.send(message(2, "ping", nil))
	if got := lines.next(); got.ID != 2.0 {
		t.Errorf("%+v", got)
	}
	long := message(3, "ping", map[string]any{"x": strings.Repeat("x", maxLine-200)})
	lines.send(long)
	if got := lines.next(); got.ID != 3.0 {
		t.Errorf("a line within the limit: %+v", got)
	}
}

// mcp-go's own stdio transport stops reading for good when too many calls wait
// for people.
func TestManyOpenQuestionsBlockNothing(t *testing.T) {
	const n = 300
	w := newWorld(t)
	lines := w.rawStdio()
	lines.open(canForm)
	go func() {
		for i := range n {
			lines.send(message(i, "tools/call", w.banParams()))
		}
	}()
	var questions []any
	for range n {
		questions = append(questions, lines.next().ID)
	}
	lines.send(message("quick", "tools/call", callParams("get_network", nil)))
	if got := lines.next(); got.ID != "quick" {
		t.Fatalf("%+v", got)
	}
	go func() {
		for _, id := range questions {
			lines.send(answerTo(id, map[string]any{"action": "decline"}))
		}
	}()
	for range n {
		if got := lines.next(); !got.isError() {
			t.Fatalf("%+v", got)
		}
	}
}

func TestTooManyWaitingCallsAreRefused(t *testing.T) {
	w := newWorld(t)
	sent := make(chan string, 10)
	l := w.server.newLink(arrival{principal: "test"}, func(m []byte) error { sent <- string(m); return nil })
	for _, full := range []func(){
		func() { l.waiting = maxWaiting },
		func() { l.waiting, l.bytes = 1, maxWaitingBytes },
	} {
		l.mu.Lock()
		full()
		l.mu.Unlock()
		l.receive([]byte(message(1, "tools/call", callParams("get_network", nil))))
		mustContain(t, <-sent, `"id":1`, "refused. Nothing was done")
	}
	l.close()
	l.quiesce()
}

func TestAClientThatCannotBeWrittenToEndsTheServer(t *testing.T) {
	w := newWorld(t)
	in, client := io.Pipe()
	out, output := io.Pipe()
	_ = out.CloseWithError(errors.New("gone"))
	ended := make(chan error, 1)
	go func() { ended <- w.server.ServeStdio(t.Context(), in, output) }()
	_, _ = io.WriteString(client, message(1, "ping", nil)+"\n")
	select {
	case err := <-ended:
		if err == nil {
			t.Error("no error")
		}
	case <-time.After(patience):
		t.Fatal("the server went on")
	}
	_ = client.Close()
}

func TestAReadErrorIsReported(t *testing.T) {
	w := newWorld(t)
	in, client := io.Pipe()
	_ = client.CloseWithError(errors.New("wire cut"))
	if err := w.server.ServeStdio(t.Context(), in, io.Discard); err == nil || !strings.Contains(err.Error(), "wire cut") {
		t.Errorf("%v", err)
	}
}

func TestTwoStdioServersDoNotShareAnything(t *testing.T) {
	w := newWorld(t)
	can, cannot := w.rawStdio(), w.rawStdio()
	cannot.open(canNone)
	can.open(canForm)
	cannot.send(message(1, "tools/call", w.banParams()))
	if got := cannot.next(); got.status() != "awaiting_approval" {
		t.Errorf("asked a client that cannot ask: %+v", got)
	}
	can.send(message(1, "tools/call", w.banParams()))
	question := can.next()
	cannot.send(answerTo(question.ID, w.yes()))
	cannot.send(message(2, "ping", nil))
	cannot.next()
	w.mustNotBeBanned("somebody else answered")
	can.send(answerTo(question.ID, map[string]any{"action": "decline"}))
	can.next()
}
