package server

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"

	mcpserver "github.com/mark3labs/mcp-go/server"
)

// maxSessions bounds the sessions of Streamable HTTP, and likewise those of
// SSE, that live at the same time.
const maxSessions = 4096

var errUnknownSession = errors.New("unknown session")

// sessions are the living sessions of Streamable HTTP's handshake era. It is
// mcp-go's SessionIdManager; unlike the one that mcp-go brings it forgets the
// dead ones, and each session has a context that ends with it.
type sessions struct {
	mu   sync.Mutex
	live map[string]session
	// all ends when the server stops, and every session's context with it.
	all context.Context
}

type session struct {
	open context.Context
	end  context.CancelFunc
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

// open returns the context of a living session.
func (s *sessions) open(id string) (context.Context, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.live[id]
	return found.open, ok
}

// Generate implements mcp-go's SessionIdManager. Who knows an id is the
// client, so it has 128 random bits and more.
func (s *sessions) Generate() string {
	id := rand.Text()
	ctx, cancel := context.WithCancel(s.all)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.live[id] = session{open: ctx, end: cancel}
	return id
}

// Validate implements mcp-go's SessionIdManager.
func (s *sessions) Validate(id string) (terminated bool, err error) {
	if _, ok := s.open(id); !ok {
		return false, errUnknownSession
	}
	return false, nil
}

// Terminate implements mcp-go's SessionIdManager. Streams and open questions
// of the session end; calls that run have their answer on their own way.
func (s *sessions) Terminate(id string) (notAllowed bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ended, ok := s.live[id]; ok {
		delete(s.live, id)
		ended.end()
	}
	return false, nil
}

var _ mcpserver.SessionIdManager = (*sessions)(nil)
