package tools

import (
	"sync"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
)

// kept is what a catalogue keeps between calls, so that what was paid for is
// not asked for twice.
type kept struct {
	turns   turns
	authors *authors
	// opened has the networks that have answered a call, so that their key fits.
	opened sync.Map
}

func newKept() *kept {
	return &kept{turns: turns{taken: map[turn]chan struct{}{}}, authors: &authors{of: map[authored]apiclient.ID{}}}
}

// authors are who wrote what. That never changes, so it is kept until there is
// no more room. The id 0 stands for what is gone.
type authors struct {
	mu sync.Mutex
	of map[authored]apiclient.ID
}

type authored struct {
	network string
	content reportedContent
}

const maxKeptAuthors = 10_000

func (a *authors) get(network string, content reportedContent) (apiclient.ID, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	id, known := a.of[authored{network, content}]
	return id, known
}

func (a *authors) put(network string, content reportedContent, author apiclient.ID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.of) >= maxKeptAuthors {
		clear(a.of)
	}
	a.of[authored{network, content}] = author
}
