package tools

import (
	"time"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
)

// Env is what tools need of one network.
type Env struct {
	// Network is the name of the network's profile.
	Network string
	// Client returns the client of the network. An error says what is wrong
	// with the configuration and what to do about it.
	Client func() (*apiclient.Client, error)
	Now    func() time.Time

	progress ProgressFunc
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

// reporting returns the networks for one call, whose progress goes to f.
func (n networks) reporting(f ProgressFunc) networks {
	reporting := make(networks, len(n))
	for i, env := range n {
		env.progress = f
		reporting[i] = env
	}
	return reporting
}
