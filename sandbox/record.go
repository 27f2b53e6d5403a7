package sandbox

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"sync"
)

// Request is one request that arrived, whatever became of it.
type Request struct {
	Method string
	Path   string      // as sent, e.g. "/admin/v1/networks/4242/members/7/"
	Route  string      // the row that matched, e.g. "/members/{id}/"; "" when none was reached
	Query  url.Values  // decoded
	Header http.Header // without Authorization, Proxy-Authorization and Cookie
	Body   []byte      // the first 64 KiB
	Status int         // what was answered in whole; 0 while open, and when hung or broken off

	// Executed says that the route's handler ran: key, network and parameters
	// had passed. It is true also when the answer was then lost to a fault.
	Executed bool
	// Changed says that the handler changed the community.
	Changed bool
	// Fault is the fault that took the request, in command-line form; "" when
	// none did.
	Fault string
}

const (
	keptRequests = 10_000
	keptBody     = 64 << 10
)

// journal keeps the latest requests. It is bounded, because a sandbox may
// serve for weeks.
type journal struct {
	mu      sync.Mutex
	entries []*Request
}

func (j *journal) arrive(r *http.Request, body []byte) *Request {
	header := r.Header.Clone()
	for _, secret := range []string{"Authorization", "Proxy-Authorization", "Cookie"} {
		header.Del(secret)
	}
	entry := &Request{
		Method: r.Method, Path: r.URL.Path, Query: r.URL.Query(), Header: header,
		Body: bytes.Clone(body[:min(len(body), keptBody)]),
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.entries) >= 2*keptRequests {
		j.entries = slices.Clone(j.entries[len(j.entries)-keptRequests:])
	}
	j.entries = append(j.entries, entry)
	return entry
}

func (j *journal) answered(entry *Request, a *answer) {
	j.mu.Lock()
	defer j.mu.Unlock()
	entry.Status = a.status
	entry.Route, entry.Executed, entry.Changed = a.route, a.executed, a.changed
}

// lost notes what ran for a request whose answer never leaves.
func (j *journal) lost(entry *Request, a *answer) {
	j.mu.Lock()
	defer j.mu.Unlock()
	entry.Route, entry.Executed, entry.Changed = a.route, a.executed, a.changed
}

func (j *journal) faulted(entry *Request, name string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	entry.Fault = name
}

// Requests returns what arrived so far in order of arrival, at least the
// latest 10,000. The result is a copy; its maps are not to be changed.
func (s *Sandbox) Requests() []Request {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()
	out := make([]Request, len(s.journal.entries))
	for i, entry := range s.journal.entries {
		out[i] = *entry
	}
	return out
}

// ResetRequests forgets what arrived. Requests still open at this moment stay
// forgotten.
func (s *Sandbox) ResetRequests() {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()
	s.journal.entries = nil
}

// Changes counts the successful executions of routes that write, since the
// start. Two equal values mean that nothing happened in between. Fixtures such
// as [Sandbox.SetMemberName] do not count.
func (s *Sandbox) Changes() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.changes
}
