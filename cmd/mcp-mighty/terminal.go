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
// a pipe is not a person. What has to be typed is in the question and new each
// time, so that nothing typed ahead, and nobody who has not read it, approves.
type terminal struct {
	in  *os.File
	out io.Writer
}

// codeLength is how many letters approve.
const codeLength = 5

// Channel implements [guardrails.Approver].
func (t terminal) Channel() string { return "terminal" }

// Ask implements [guardrails.Approver].
func (t terminal) Ask(ctx context.Context, q guardrails.Question) (guardrails.Decision, error) {
	if !term.IsTerminal(int(t.in.Fd())) {
		return guardrails.Unavailable, nil
	}
	code := strings.ToLower(rand.Text()[:codeLength])
	fmt.Fprintf(t.out, "%s\n\nType %s to approve, anything else to decline: ", q.Text(), code)
	// The reader may outlive the question by one line; the program ends then.
	answer := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(t.in).ReadString('\n')
		answer <- line
	}()
	select {
	case line := <-answer:
		switch strings.TrimSpace(line) {
		case code:
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
