package server

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"sync"
	"time"
)

// How long a visit lasts after the last thing that the approver did, and at
// most; and how many there are at a time, all in all and of one approver.
const (
	visitIdle     = 30 * time.Minute
	visitMost     = 8 * time.Hour
	maxVisits     = 1000
	maxVisitsEach = 10
)

// visits are the browsers in which an approver is signed in. They are in
// memory only: whoever restarts the server signs everybody out.
type visits struct {
	now func() time.Time

	mu    sync.Mutex
	under map[[sha256.Size]byte]*visit // by the digest of the cookie
}

// visit is one browser in which an approver is signed in.
type visit struct {
	approver string
	// form is in every form that is made for the visit.
	form  string
	began time.Time

	key  [sha256.Size]byte
	last time.Time // under the lock of visits
}

// made reports whether a form was made for the visit.
func (v *visit) made(form string) bool {
	return subtle.ConstantTimeCompare([]byte(form), []byte(v.form)) == 1
}

func newVisits(now func() time.Time) *visits {
	return &visits{now: now, under: map[[sha256.Size]byte]*visit{}}
}

// begin begins a visit and returns the value of its cookie. One that is too
// many ends the one that was quiet for longest.
func (s *visits) begin(approver string) string {
	cookie := rand.Text() + rand.Text()
	v := &visit{approver: approver, form: rand.Text(), began: s.now(), last: s.now(), key: sha256.Sum256([]byte(cookie))}
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, other := range s.under {
		if s.over(other) {
			delete(s.under, key)
		}
	}
	s.makeRoom(maxVisits, func(*visit) bool { return true })
	s.makeRoom(maxVisitsEach, func(other *visit) bool { return other.approver == approver })
	s.under[v.key] = v
	return cookie
}

// makeRoom ends the quietest of the visits that count, if they are as many as
// there may be.
func (s *visits) makeRoom(most int, counts func(*visit) bool) {
	var quietest *visit
	n := 0
	for _, v := range s.under {
		if counts(v) {
			n++
			if quietest == nil || v.last.Before(quietest.last) {
				quietest = v
			}
		}
	}
	if n >= most {
		delete(s.under, quietest.key)
	}
}

// of returns the visit that a request belongs to, nil if there is none.
func (s *visits) of(r *http.Request) *visit {
	s.mu.Lock()
	defer s.mu.Unlock()
	// Another program on this machine may have set cookies of the same name:
	// browsers do not tell ports apart.
	for _, cookie := range r.CookiesNamed(cookieName) {
		if v := s.under[sha256.Sum256([]byte(cookie.Value))]; v != nil && !s.over(v) {
			return v
		}
	}
	return nil
}

func (s *visits) over(v *visit) bool {
	return s.now().Sub(v.last) >= visitIdle || s.now().Sub(v.began) >= visitMost
}

// touch notes that the approver did something.
func (s *visits) touch(v *visit) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v.last = s.now()
}

// end ends a visit; nil is none.
func (s *visits) end(v *visit) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v != nil {
		delete(s.under, v.key)
	}
}

// cookieName is what the browser keeps the visit under.
const cookieName = "mcp-mighty-approvals"

// cookie keeps a visit in the browser until that is closed, or removes it with
// age -1.
func (p *page) cookie(value string, age int) *http.Cookie {
	return &http.Cookie{
		Name: cookieName, Value: value, Path: pagePath, MaxAge: age,
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: p.secure,
	}
}
