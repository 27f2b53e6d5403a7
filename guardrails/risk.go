// Package guardrails is the gate between an assistant and a community. Every
// call of every tool passes [Gate.Do], which decides, with a person where it
// matters, whether the call may happen, and writes down what was meant before
// it happens.
package guardrails

import "fmt"

// Risk says what a tool can do to the world. A tool has exactly one.
type Risk uint8

// The risk classes, from harmless to grave.
const (
	// Read changes nothing.
	Read Risk = iota + 1
	// Write adds something or changes it in a way that can be undone.
	Write
	// Outward reaches people: mail or notifications go out.
	Outward
	// Destructive cannot be taken back, or takes access, content or money.
	Destructive
)

// String returns the name of the class as operators write it.
func (r Risk) String() string {
	switch r {
	case Read:
		return "read"
	case Write:
		return "write"
	case Outward:
		return "outward"
	case Destructive:
		return "destructive"
	}
	return fmt.Sprintf("risk(%d)", uint8(r))
}

// Acts reports whether a tool of this class changes anything.
func (r Risk) Acts() bool { return r != Read }

// NeedsApproval reports whether a person must agree before a tool of this
// class runs. An unknown class needs it too: closed when in doubt.
func (r Risk) NeedsApproval() bool { return r != Read && r != Write }

// Mode is how far the server may go.
type Mode string

// The modes.
const (
	// ReadOnly refuses every tool that changes anything. It is the default.
	ReadOnly Mode = "read-only"
	// PreviewOnly lets acting tools say what they would do, and does nothing.
	PreviewOnly Mode = "preview"
	// Live lets acting tools act, through the gate.
	Live Mode = "live"
)

// ParseMode reads a mode as operators write it; "" is [ReadOnly].
func ParseMode(s string) (Mode, error) {
	switch m := Mode(s); m {
	case "":
		return ReadOnly, nil
	case ReadOnly, PreviewOnly, Live:
		return m, nil
	}
	return "", fmt.Errorf("unknown mode %q; valid modes: %s, %s, %s", s, ReadOnly, PreviewOnly, Live)
}
