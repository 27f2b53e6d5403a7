package tools

import (
	"context"
	"slices"
	"time"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails/privacy"
	"github.com/mcp-mighty/mcp-mighty/store"
	"github.com/mcp-mighty/mcp-mighty/workspace"
)

// Env is what tools need of one network.
type Env struct {
	// Network is the name of the network's profile.
	Network string
	// Identity is what no other network has: its address and its id.
	Identity string
	// Client returns the client of the network. An error says what is wrong
	// with the configuration and what to do about it.
	Client func() (*apiclient.Client, error)
	// Account is what the network's requests are entered in; nil for none.
	Account *apiclient.Account
	Now     func() time.Time
	// Sleep waits in a long call, until d is over or ctx is done, whose error it
	// then returns; nil is the real thing.
	Sleep func(ctx context.Context, d time.Duration) error
	// Directory is the local copy of the network's members; nil keeps none.
	Directory store.Directory

	// workspace returns the client of the workspace, in place of Client, for
	// tools that belong to no network.
	workspace func() (*workspace.Client, error)

	progress ProgressFunc
	// callTimeout bounds a read with all its requests.
	callTimeout time.Duration

	past      past
	uploadDir string
	kept      *kept
	access    directoryAccess
	exportDir string
	crm       *CRM
	mask      privacy.Mask
	// answerBytes is how long an answer may be, bulkItems how many items a call
	// in bulk may name; 0 for all that its schema takes.
	answerBytes, bulkItems int
}

// networks are what a catalogue works on; the first is the one that a call
// without a choice is about.
type networks []Env

// named returns the network of a name, the first one for "". The name comes
// from a checked argument, so it exists.
func (n networks) named(name string) Env {
	for _, env := range n {
		if env.Network == name {
			return env
		}
	}
	return n[0]
}

func (n networks) names() []string {
	names := make([]string, len(n))
	for i, env := range n {
		names[i] = env.Network
	}
	return names
}

// keeping returns the networks with what is kept between calls.
func (n networks) keeping(k *kept) networks {
	keeping := slices.Clone(n)
	for i := range keeping {
		keeping[i].kept = k
	}
	return keeping
}

// within returns the networks with the bounds of a call.
func (n networks) within(answerBytes, bulkItems int) networks {
	within := slices.Clone(n)
	for i := range within {
		within[i].answerBytes, within[i].bulkItems = answerBytes, bulkItems
	}
	return within
}

// during returns the networks for one call, whose progress goes to f and whose
// reads are bounded by limit.
func (n networks) during(f ProgressFunc, limit time.Duration) networks {
	reporting := make(networks, len(n))
	for i, env := range n {
		env.progress, env.callTimeout = f, limit
		reporting[i] = env
	}
	return reporting
}
