package server

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// pagePath is where the approvals page is.
const pagePath = "/approvals"

// How much a form of the page may have, in bytes, and how long what was
// settled stays on the list.
const (
	maxForm     = 16 << 10
	settledKept = 24 * time.Hour
)

// page is the approvals page: where people settle what waits for them. It is
// for approvers, who sign in with a secret of their own; no token of a caller
// opens it, and its secrets open nothing else.
//
// It trusts no other page. A browser sends our cookie along with requests that
// pages of other ports of this machine make, so that the cookie alone means
// nothing: a form counts only when it was sent by this very page.
type page struct {
	find     func(secret string) (config.Approver, bool)
	desk     guardrails.Desk
	guard    guard
	attempts *attempts
	visits   *visits
	secure   bool // browsers reach it over TLS
	limits   limits
	now      func() time.Time
	log      *slog.Logger
	routes   *http.ServeMux
}

func (s *Server) newPage() *page {
	p := &page{
		find: s.o.Approvers, desk: s.o.Desk, guard: s.guard, secure: s.o.BehindProxy, limits: s.limits, now: s.o.Now, log: s.o.Logger,
		attempts: newAttempts(s.o.Now, s.o.BehindProxy), visits: newVisits(s.o.Now), routes: http.NewServeMux(),
	}
	p.routes.HandleFunc("GET "+pagePath, p.seen(p.list))
	p.routes.HandleFunc("GET "+pagePath+"/{code}", p.seen(p.paper))
	p.routes.HandleFunc("POST "+pagePath+"/sign-in", p.signIn)
	p.routes.HandleFunc("POST "+pagePath+"/sign-out", p.sent(p.signOut))
	p.routes.HandleFunc("POST "+pagePath+"/{code}/approve", p.sent(p.approve))
	p.routes.HandleFunc("POST "+pagePath+"/{code}/reject", p.sent(p.reject))
	p.routes.HandleFunc("POST "+pagePath+"/{code}/reopen", p.sent(p.reopen))
	p.routes.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		p.message(w, nil, http.StatusNotFound, "There is no such page", "Follow the link to what waits, or check the address.")
	})
	return p
}

// isPage reports whether a request is for the page.
func isPage(r *http.Request) bool {
	return r.URL.Path == pagePath || strings.HasPrefix(r.URL.Path, pagePath+"/")
}

// ServeHTTP implements [http.Handler].
func (p *page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	setPageHeaders(w.Header())
	switch {
	case !p.guard.admitsHost(r.Host):
		p.message(w, nil, http.StatusForbidden, "Not under this name", "The approvals page is not served under the name in the address. Its operator can allow the name (allowed hosts).")
		return
	case r.Method == http.MethodPost && !sentByUs(r):
		p.message(w, nil, http.StatusForbidden, "Nothing was done", "This form was not sent by the approvals page itself. Open the page, and decide there.")
		return
	case r.Method != http.MethodPost && !openedAlone(r):
		p.message(w, nil, http.StatusForbidden, "Opened from another site", "To be sure that you want to be here, the approvals page does not open from other sites. Go on with the link below.")
		return
	}
	if r.Method == http.MethodPost {
		// net/http lifts the deadline once the body has been read.
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(p.limits.body))
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		if err := r.ParseForm(); err != nil {
			w.Header().Set("Connection", "close")
			p.message(w, nil, http.StatusBadRequest, "Nothing was done", "The form could not be read to its end. Go back and send it again.")
			return
		}
	}
	p.routes.ServeHTTP(w, r)
}

// sentByUs reports whether a form was sent by this page. The page's referrer
// policy makes browsers hide the origin ("null"); they say then in
// Sec-Fetch-Site what they hide, which no page can forge.
func sentByUs(r *http.Request) bool {
	site, origins := r.Header.Get("Sec-Fetch-Site"), r.Header.Values("Origin")
	if site != "" && site != "same-origin" || len(origins) > 1 {
		return false
	}
	if len(origins) == 0 || origins[0] == "null" {
		return site == "same-origin"
	}
	return isOrigin(origins[0], r.Host)
}

// openedAlone reports whether a person opened the page, in a window of its
// own and not from another site, or the page's script asks for news.
func openedAlone(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "none", "same-origin":
	default:
		return false
	}
	switch r.Header.Get("Sec-Fetch-Dest") {
	case "", "document", "empty":
	default:
		return false
	}
	origin := r.Header.Get("Origin")
	return origin == "" || isOrigin(origin, r.Host)
}

func isOrigin(origin, host string) bool {
	return strings.EqualFold(origin, "http://"+host) || strings.EqualFold(origin, "https://"+host)
}

// seen lets those who have signed in see something; others see the sign-in.
func (p *page) seen(next func(http.ResponseWriter, *http.Request, *visit)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v := p.visits.of(r)
		if v == nil {
			p.askIn(w, http.StatusOK, "", r.PathValue("code"))
			return
		}
		if r.Header.Get(newsHeader) == "" {
			p.visits.touch(v) // somebody sits there; the script would go on for ever
		}
		next(w, r, v)
	}
}

// sent lets those who have signed in do something, with a form that was made
// for them.
func (p *page) sent(next func(http.ResponseWriter, *http.Request, *visit)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v := p.visits.of(r)
		switch {
		case v == nil:
			p.askIn(w, http.StatusUnauthorized, "You are signed out, and nothing was decided. Sign in and look again.", r.PathValue("code"))
		case !v.made(r.PostForm.Get("form")):
			p.message(w, v, http.StatusForbidden, "Nothing was done", "This form is not of this visit. Open the page again, and decide there.")
		default:
			p.visits.touch(v)
			next(w, r, v)
		}
	}
}

// signIn begins a visit.
func (p *page) signIn(w http.ResponseWriter, r *http.Request) {
	secret, code := r.PostForm.Get("secret"), r.PostForm.Get("then")
	approver, known := p.find(secret)
	from := p.attempts.address(r)
	wait, began := p.attempts.try(from, secret, known)
	if began {
		p.log.Warn("too many wrong secrets for the approvals page came from one address; it has to wait", slog.String("address", from.String()))
	}
	switch {
	case wait > 0:
		w.Header().Set("Retry-After", seconds(wait))
		p.askIn(w, http.StatusTooManyRequests, "Too many wrong secrets were tried from here. Wait "+seconds(wait)+" seconds, then try again.", code)
		return
	case !known:
		p.askIn(w, http.StatusUnauthorized, "That is no approver's secret. Check it and try again; whoever runs this server gave it to you.", code)
		return
	}
	p.visits.end(p.visits.of(r))
	http.SetCookie(w, p.cookie(p.visits.begin(approver.Name), 0))
	p.log.Info("an approver signed in", slog.String("approver", approver.Name))
	to := pagePath
	if code != "" {
		to += "/" + url.PathEscape(code)
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// signOut ends the visit.
func (p *page) signOut(w http.ResponseWriter, r *http.Request, v *visit) {
	p.visits.end(v)
	http.SetCookie(w, p.cookie("", -1))
	http.Redirect(w, r, pagePath, http.StatusSeeOther)
}

func (p *page) approve(w http.ResponseWriter, r *http.Request, v *visit) {
	by := guardrails.Settler{Name: v.approver, Channel: "page"}
	p.settled(w, r, v, store.Approved, p.desk.Approve(r.Context(), r.PathValue("code"), by, r.PostForm.Get("typed")))
}

func (p *page) reject(w http.ResponseWriter, r *http.Request, v *visit) {
	by := guardrails.Settler{Name: v.approver, Channel: "page"}
	p.settled(w, r, v, store.Rejected, p.desk.Reject(r.Context(), r.PathValue("code"), by, r.PostForm.Get("reason")))
}

func (p *page) reopen(w http.ResponseWriter, r *http.Request, v *visit) {
	by := guardrails.Settler{Name: v.approver, Channel: "page"}
	p.settled(w, r, v, store.Reopened, p.desk.Reopen(r.Context(), r.PathValue("code"), by))
}

// settled shows what came of a decision that was meant to bring an approval to
// a status.
func (p *page) settled(w http.ResponseWriter, r *http.Request, v *visit, meant store.PendingStatus, err error) {
	code := r.PathValue("code")
	if errors.Is(err, guardrails.ErrNoPaper) {
		// Who pressed the button twice was not too late.
		if paper, lookErr := p.desk.Paper(r.Context(), code); lookErr == nil && paper.Status == meant && paper.By == v.approver {
			err = nil
		}
	}
	switch {
	case err == nil:
		http.Redirect(w, r, pagePath+"/"+url.PathEscape(code), http.StatusSeeOther)
	case errors.Is(err, guardrails.ErrMistyped):
		p.show(w, r, v, http.StatusUnprocessableEntity, "Nothing was approved: what you typed is not what is asked for. Type it as it stands there.", true)
	case errors.Is(err, guardrails.ErrSamePerson), errors.Is(err, guardrails.ErrNamedPerson):
		p.show(w, r, v, http.StatusForbidden, "Nothing was approved: whoever asked for it cannot approve it. Another approver has to.", false)
	case errors.Is(err, guardrails.ErrVoid):
		p.show(w, r, v, http.StatusConflict, "Nothing was approved: this approval was altered, or the server's key was replaced since. Reject it; the assistant can ask anew.", false)
	case errors.Is(err, guardrails.ErrNoPaper):
		p.show(w, r, v, http.StatusConflict, "Your decision came too late and changed nothing: somebody else settled it, it was used, or its time was up.", false)
	default:
		p.failed(w, v, err)
	}
}
