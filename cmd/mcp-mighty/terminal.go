package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
)

// terminal asks a person at the keyboard. Without a terminal nobody is asked:
// a pipe that says "yes" is not a person.
type terminal struct {
	in  *os.File
	out io.Writer
}

// Channel implements [guardrails.Approver].
func (t terminal) Channel() string { return "terminal" }

// Ask implements [guardrails.Approver].
func (t terminal) Ask(ctx context.Context, q guardrails.Question) (guardrails.Decision, error) {
	if !term.IsTerminal(int(t.in.Fd())) {
		return guardrails.Unavailable, nil
	}
	fmt.Fprintf(t.out, "%s\n\nType yes to approve, anything else to decline: ", q.Text())
	// The reader may outlive the question by one line; the program ends then.
	answer := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(t.in).ReadString('\n')
		answer <- line
	}()
	select {
	case line := <-answer:
		switch strings.TrimSpace(line) {
		case "yes":
			return guardrails.Approved, nil
		case "":
			return guardrails.Cancelled, nil
		}
		return guardrails.Declined, nil
	case <-ctx.Done():
		fmt.Fprintln(t.out)
		return guardrails.Cancelled, nil
	}
}
