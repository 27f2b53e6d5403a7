package server

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

var (
	//go:embed page/page.css
	pageStyle string
	//go:embed page/page.js
	pageScript string
)

type fact = guardrails.DocumentFact

func hasWritten(facts []fact) bool {
	return slices.ContainsFunc(facts, func(f fact) bool { return f.Written || hasWritten(f.Parts) })
}

// newsHeader marks what the page's script asks for by itself.
const newsHeader = "Mighty-News"

// pagePolicy lets the page have its own style and script, by what is in them,
// and nothing else: no image, no frame, no request elsewhere, and no text that
// becomes markup.
var pagePolicy = "default-src 'none'; style-src '" + hashOf(pageStyle) + "'; script-src '" + hashOf(pageScript) + "'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

func setPageHeaders(h http.Header) {
	for name, value := range map[string]string{
		"Content-Security-Policy":      pagePolicy,
		"X-Frame-Options":              "DENY",
		"X-Content-Type-Options":       "nosniff",
		"Referrer-Policy":              "no-referrer",
		"Cache-Control":                "no-store",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Permissions-Policy":           "camera=(), geolocation=(), microphone=()",
	} {
		h.Set(name, value)
	}
}

// kind is which page it is.
type kind int

const (
	messageKind kind = iota
	signInKind
	listKind
	paperKind
	goneKind
)

// view is what a page is made of.
type view struct {
	Kind  kind
	Title string
	// Approver who has signed in, and the mark of their forms.
	Approver, Form string
	// Alert says what went wrong.
	Alert string
	Text  string
	// Then is the code of the approval to see after the sign-in.
	Then string

	Waiting, Settled []shown
	Paper            *shown
	// Again: what was typed was wrong.
	Again bool
}

// shown is an approval as the page shows it.
type shown struct {
	guardrails.Paper
	// State is its status, or one of those below.
	State store.PendingStatus
	// Own: the approver asked for it, and another person has to approve it.
	Own bool
	// Revocable: it was decided, and that can still be taken back.
	Revocable bool
}

const (
	expiredState store.PendingStatus = store.Expired
	voidState    store.PendingStatus = "void" // it cannot be approved
)

func (p *page) shown(paper guardrails.Paper, v *visit) shown {
	s := shown{Paper: paper, State: paper.Status}
	switch open := paper.Status == store.Waiting || paper.Status == store.Approved; {
	case open && !p.now().Before(paper.Expires):
		s.State = expiredState
	case open && paper.Void:
		s.State = voidState
	}
	s.Revocable = (s.State == store.Approved || s.State == store.Rejected) && p.now().Before(paper.Expires)
	s.Own = paper.TwoPeople && strings.EqualFold(paper.Document.Principal, v.approver)
	return s
}

// Open reports whether there is something to decide.
func (s shown) Open() bool { return s.State == store.Waiting || s.State == voidState }

// Versions are what a list shows, in short.
func versions(list []shown) string {
	var b strings.Builder
	for _, s := range list {
		b.WriteString(s.Code + " " + string(s.State) + " ")
	}
	return b.String()
}

func (p *page) render(w http.ResponseWriter, status int, v view) {
	var b bytes.Buffer
	if err := v.document().Render(&b); err != nil {
		p.log.Error("the approvals page could not be made", slog.Any("error", err))
		http.Error(w, "The page could not be made. Nothing was decided. Use `mcp-mighty approvals` in a terminal.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}

// askIn shows the sign-in.
func (p *page) askIn(w http.ResponseWriter, status int, alert, code string) {
	p.render(w, status, view{Kind: signInKind, Title: "Sign in", Alert: alert, Then: code})
}

// message shows a page that only says something; v is nil for those who have
// not signed in.
func (p *page) message(w http.ResponseWriter, v *visit, status int, title, text string) {
	p.render(w, status, signed(view{Kind: messageKind, Title: title, Text: text}, v))
}

func signed(s view, v *visit) view {
	if v != nil {
		s.Approver, s.Form = v.approver, v.form
	}
	return s
}

// failed says that the server could not do its part.
func (p *page) failed(w http.ResponseWriter, v *visit, err error) {
	p.log.Error("the approvals page", slog.Any("error", err))
	p.message(w, v, http.StatusInternalServerError, "The approvals cannot be read",
		"Nothing was decided. Try again; if it stays like this, `mcp-mighty doctor` says what is wrong.")
}

// list shows what waits and what was settled.
func (p *page) list(w http.ResponseWriter, r *http.Request, v *visit) {
	waiting, settled, err := p.papers(r.Context(), v)
	if err != nil {
		p.failed(w, v, err)
		return
	}
	p.render(w, http.StatusOK, signed(view{Kind: listKind, Title: "Approvals", Waiting: waiting, Settled: settled}, v))
}

func (p *page) papers(ctx context.Context, v *visit) (waiting, settled []shown, err error) {
	papers, err := p.desk.Recent(ctx, p.now().Add(-settledKept))
	if err != nil {
		return nil, nil, err
	}
	for _, paper := range papers {
		if s := p.shown(paper, v); s.Open() {
			waiting = append(waiting, s)
		} else {
			settled = append([]shown{s}, settled...) // the latest first
		}
	}
	return waiting, settled, nil
}

// paper shows one approval.
func (p *page) paper(w http.ResponseWriter, r *http.Request, v *visit) {
	p.show(w, r, v, http.StatusOK, "", false)
}

func (p *page) show(w http.ResponseWriter, r *http.Request, v *visit, status int, alert string, again bool) {
	paper, err := p.desk.Paper(r.Context(), r.PathValue("code"))
	switch {
	case errors.Is(err, guardrails.ErrNoPaper):
		p.render(w, http.StatusNotFound, signed(view{Kind: goneKind, Title: "Nothing to decide", Alert: alert}, v))
		return
	case err != nil:
		p.failed(w, v, err)
		return
	}
	s := p.shown(paper, v)
	p.render(w, status, signed(view{Kind: paperKind, Title: paper.Document.Title, Alert: alert, Paper: &s, Again: again}, v))
}
