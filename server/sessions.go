package server

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"sync"

	mcpserver "github.com/mark3labs/mcp-go/server"
)

// maxSessions bounds the sessions of Streamable HTTP, and likewise those of
// SSE, that live at the same time.
const maxSessions = 4096

var errUnknownSession = errors.New("unknown session")

// sessions are the living sessions of Streamable HTTP's handshake era. It gives
// mcp-go its SessionIdManager; unlike the one that mcp-go brings it forgets the
// dead ones, each session has a context that ends with it, and it belongs to
// the caller who opened it.
type sessions struct {
	mu   sync.Mutex
	live map[string]session
	// all ends when the server stops, and every session's context with it.
	all context.Context
}

type session struct {
	// owner is the principal that opened it. It is nobody else's.
	owner string
	open  context.Context
	end   context.CancelFunc
}

func newSessions(all context.Context) *sessions {
	return &sessions{live: map[string]session{}, all: all}
}

// full reports whether no further session may begin.
func (s *sessions) full() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.live) >= maxSessions
}

// open returns the context of a living session of owner's.
func (s *sessions) open(id, owner string) (context.Context, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.live[id]
	if !ok || found.owner != owner {
		return nil, false
	}
	return found.open, true
}

// terminate ends a session. Streams and open questions of it end; calls that
// run have their answer on their own way.
func (s *sessions) terminate(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ended, ok := s.live[id]; ok {
		delete(s.live, id)
		ended.end()
	}
}

// ResolveSessionIdManager implements mcp-go's SessionIdManagerResolver. mcp-go
// asks without a request when it ends sessions by itself.
func (s *sessions) ResolveSessionIdManager(r *http.Request) mcpserver.SessionIdManager {
	if r == nil {
		return ownSessions{s, ""}
	}
	return ownSessions{s, arrivalOf(r.Context()).principal}
}

// ownSessions are the sessions as one principal sees them.
type ownSessions struct {
	*sessions
	owner string
}

// Generate implements mcp-go's SessionIdManager. Who knows an id, and is its
// owner, is the client, so it has 128 random bits and more.
func (s ownSessions) Generate() string {
	id := rand.Text()
	ctx, cancel := context.WithCancel(s.all)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.live[id] = session{owner: s.owner, open: ctx, end: cancel}
	return id
}

// Validate implements mcp-go's SessionIdManager.
func (s ownSessions) Validate(id string) (terminated bool, err error) {
	if _, ok := s.open(id, s.owner); !ok {
		return false, errUnknownSession
	}
	return false, nil
}

// Terminate implements mcp-go's SessionIdManager. Who may end a session was
// checked before: mcp-go forgets it whatever this returns.
func (s ownSessions) Terminate(id string) (notAllowed bool, err error) {
	s.terminate(id)
	return false, nil
}

var (
	_ mcpserver.SessionIdManager         = ownSessions{}
	_ mcpserver.SessionIdManagerResolver = (*sessions)(nil)
)
