package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
)

// terminal asks a person at the keyboard. Without a terminal nobody is asked:
// a pipe is not a person. What has to be typed is in the question and mostly
// new each time, so that nobody who has not read it approves; for the worst it
// is what the question is about. What was typed before the question stood there
// answers nothing: it may have been pasted with the command.
type terminal struct {
	in  *os.File
	out io.Writer
}

// codeLength is how many letters approve.
const codeLength = 5

// Channel implements [guardrails.Approver].
func (t terminal) Channel() string { return "terminal" }

// Firsthand implements [guardrails.Firsthand].
func (t terminal) Firsthand() {}

// CanAsk implements [guardrails.Approver].
func (t terminal) CanAsk() bool { return term.IsTerminal(int(t.in.Fd())) }

// Ask implements [guardrails.Approver].
func (t terminal) Ask(ctx context.Context, q guardrails.Question) (guardrails.Answer, error) {
	return t.ask(ctx, q.Document()), nil
}

// columns is how wide the terminal is. Where it does not say, lines are short
// enough for most.
func (t terminal) columns() int {
	for _, file := range []any{t.out, t.in} {
		if f, ok := file.(*os.File); ok {
			if columns, _, err := term.GetSize(int(f.Fd())); err == nil && columns > 0 {
				return columns
			}
		}
	}
	return 72
}

// ask shows a document and reads the answer. With a value to type the answer
// is yes to whatever was typed; whoever asked checks it.
func (t terminal) ask(ctx context.Context, d guardrails.Document) guardrails.Answer {
	code := strings.ToLower(rand.Text()[:codeLength])
	fmt.Fprintf(t.out, "%s\n\n", d.Wrapped(t.columns()))
	_ = dropTyped(t.in) // a system that has no way to do it, asks all the same
	if d.Retype == nil {
		fmt.Fprintf(t.out, "Type %s to approve, anything else to decline: ", code)
	} else {
		fmt.Fprintf(t.out, "Type %s to approve, which is %s, anything else to decline: ", d.Retype.What, d.Retype.Value)
	}
	// The reader may outlive the question by one line; the program ends then.
	answer := make(chan string, 1)
	go func() {
		line, err := bufio.NewReader(t.in).ReadString('\n')
		if err != nil {
			line = "" // they left, or the terminal did, without an Enter
		}
		answer <- line
	}()
	select {
	case line := <-answer:
		switch line = strings.TrimSpace(line); {
		case line == "":
			return guardrails.Answer{Decision: guardrails.Cancelled}
		case d.Retype != nil:
			return guardrails.Answer{Decision: guardrails.Approved, Typed: line}
		case line == code:
			return guardrails.Answer{Decision: guardrails.Approved}
		}
		return guardrails.Answer{Decision: guardrails.Declined}
	case <-ctx.Done():
		fmt.Fprintln(t.out)
		return guardrails.Answer{Decision: guardrails.Cancelled}
	}
}
