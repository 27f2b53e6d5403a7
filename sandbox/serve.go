package sandbox

import (
	"crypto/subtle"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// maxBody is the largest request body that is read, in bytes, and maxForm the
// largest with a file in it.
const (
	maxBody = 1 << 20
	maxForm = maxAsset + maxBody
)

// limit is the largest body that a path takes.
func limit(path string) int64 {
	if strings.HasSuffix(path, assetPath) {
		return maxForm
	}
	return maxBody
}

// botPage stands for the challenge that the API's front door shows to clients
// it takes for bots.
const botPage = `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>One moment</title></head>
<body><h1>Checking that you are human</h1><p>Enable JavaScript and cookies to continue.</p></body></html>
`

// ServeHTTP implements [http.Handler]: it records the request, lets a fault
// take it if one matches, and answers otherwise. Nothing is ever redirected. A
// fault that breaks the connection may panic with [http.ErrAbortHandler], which
// is how net/http is told to do so.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// The body is read first: it is recorded whatever happens, and the server
	// notices a client that leaves only once the body is through.
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit(r.URL.Path)))
	entry := s.journal.arrive(r, body)
	if err != nil {
		a := errorAnswer(http.StatusBadRequest, "Request body could not be read")
		if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
			a = errorAnswer(http.StatusRequestEntityTooLarge, "Request body is too large")
		}
		s.finish(w, entry, a)
		return
	}
	if f, released := s.take(r.Method, r.URL.Path); f != nil {
		s.serveFault(w, r, body, entry, f, released)
		return
	}
	s.finish(w, entry, s.answer(r, body))
}

// finish notes the answer before it leaves, so that a client that has its
// answer also finds it in Requests.
func (s *Sandbox) finish(w http.ResponseWriter, entry *Request, a *answer) {
	s.journal.answered(entry, a)
	a.send(w)
}

// answer runs the request through the front door and its route.
func (s *Sandbox) answer(r *http.Request, body []byte) *answer {
	if s.suspicious(r.UserAgent()) {
		return htmlAnswer(http.StatusForbidden, botPage)
	}
	network, path, ok := splitPath(r.URL.Path)
	if !ok {
		return errorAnswer(http.StatusNotFound, "Not found")
	}
	if refusal := s.admit(r.Header.Get("Authorization"), network); refusal != nil {
		if path == assetPath && r.Method == http.MethodPost {
			// Here the vendor documents one answer for a wrong key and a wrong network.
			return errorAnswer(http.StatusUnauthorized, "unauthorized")
		}
		return refusal
	}
	row, ids := match(s.routes, r.Method, path)
	if row == nil {
		return errorAnswer(http.StatusNotFound, "Not found")
	}
	a := s.execute(row, ids, r, body)
	a.route = row.path
	return a
}

// suspicious reports whether the bot wall stops a User-Agent.
func (s *Sandbox) suspicious(agent string) bool {
	return strings.TrimSpace(agent) == "" || !s.allowGoAgent && strings.HasPrefix(agent, "Go-http-client/")
}

// splitPath parts "/admin/v1/networks/4242/members" into "4242" and
// "/members".
func splitPath(path string) (network, rest string, ok bool) {
	tail, ok := strings.CutPrefix(path, basePath)
	if !ok {
		return "", "", false
	}
	slash := strings.IndexByte(tail, '/')
	if slash <= 0 {
		return "", "", false
	}
	return tail[:slash], tail[slash:], true
}

// admit checks the key, then whether the network is the key's own.
func (s *Sandbox) admit(authorization, network string) *answer {
	scheme, key, found := strings.Cut(authorization, " ")
	if !found || !strings.EqualFold(scheme, "Bearer") || strings.TrimSpace(key) == "" {
		return errorAnswer(http.StatusUnauthorized, "Missing or malformed Authorization header")
	}
	if subtle.ConstantTimeCompare([]byte(key), []byte(s.token)) != 1 || !s.ownerPresent() {
		return errorAnswer(http.StatusUnauthorized, "unauthorized")
	}
	if network == s.Subdomain() {
		return nil
	}
	id, err := strconv.ParseUint(network, 10, 64)
	switch {
	case err == nil && id == s.NetworkID():
		return nil
	case err == nil && slices.Contains(s.otherNetworks, id):
		return errorAnswer(http.StatusForbidden, "forbidden")
	default:
		return errorAnswer(http.StatusNotFound, "Network not found")
	}
}

// ownerPresent reports whether the person the key acts as is still a member. A
// key is its maker's; what the API does when they are gone is unknown, and
// here the key dies with the membership.
func (s *Sandbox) ownerPresent() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.community.active(s.community.owner) != nil
}

// execute checks the arguments and runs the handler under the lock that the
// route needs.
func (s *Sandbox) execute(row *route, ids map[string]uint64, r *http.Request, body []byte) *answer {
	args, err := readArgs(row, r.URL.Query(), r.Header, body)
	if err != nil {
		return refused(err)
	}
	c := &call{now: stampOf(s.now()), ids: ids, args: args}
	v, err := s.run(row, c)
	if err != nil {
		a := refused(err)
		a.executed = true
		return a
	}
	if l, ok := v.(listing); ok {
		v = s.envelope(l, r)
	}
	a := jsonAnswer(row.status, v)
	a.executed, a.changed = true, row.writes()
	return a
}

func (s *Sandbox) run(row *route, c *call) (any, error) {
	if !row.writes() {
		s.mu.RLock()
		defer s.mu.RUnlock()
		c.actor = s.community.members[s.community.owner]
		return row.handle(s.community, c)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c.actor = s.community.members[s.community.owner]
	v, err := row.handle(s.community, c)
	if err == nil {
		s.changes++
	}
	return v, err
}

// refused renders a handler's or a check's error.
func refused(err error) *answer {
	var e *apiError
	if !errors.As(err, &e) {
		return errorAnswer(http.StatusInternalServerError, "sandbox: "+err.Error())
	}
	return errorAnswer(e.status, e.message)
}
