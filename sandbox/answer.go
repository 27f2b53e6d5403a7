package sandbox

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// apiError is a refusal: a status and the sentence that goes into
// {"error": "…"}.
type apiError struct {
	status  int
	message string
}

func (e *apiError) Error() string { return e.message }

func badRequest(message string) error { return &apiError{http.StatusBadRequest, message} }
func forbidden(message string) error  { return &apiError{http.StatusForbidden, message} }
func notFound(what string) error      { return &apiError{http.StatusNotFound, what + " not found"} }
func invalid(problems ...string) error {
	return &apiError{http.StatusUnprocessableEntity, strings.Join(problems, ", ")}
}

// answer is a response before it is on the wire, so that a fault can still
// damage it.
type answer struct {
	status   int
	header   http.Header
	body     []byte
	route    string // the row that answered, e.g. "/members/{id}/"
	executed bool   // the handler ran
	changed  bool   // and changed the community
}

func jsonAnswer(status int, v any) *answer {
	a := &answer{status: status, header: http.Header{}}
	if v == nil {
		return a
	}
	body, err := json.Marshal(v)
	if err != nil {
		// Only our own response types get here, and all of them marshal.
		a.status, body = http.StatusInternalServerError, []byte(`{"error":"sandbox could not encode its answer"}`)
	}
	a.header.Set("Content-Type", "application/json; charset=utf-8")
	a.body = body
	return a
}

func errorAnswer(status int, message string) *answer {
	return jsonAnswer(status, map[string]string{"error": message})
}

func htmlAnswer(status int, page string) *answer {
	return &answer{status: status, header: http.Header{"Content-Type": {"text/html; charset=utf-8"}}, body: []byte(page)}
}

// writeTime bounds the writing of one answer. It is set per answer and not on
// the server, because hang and slow faults keep a request open for as long as
// they like.
const writeTime = 30 * time.Second

// send puts the answer on the wire. A client that left is no error here.
func (a *answer) send(w http.ResponseWriter) {
	a.sendHeader(w)
	_, _ = w.Write(a.body)
}

func (a *answer) sendHeader(w http.ResponseWriter) {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(writeTime))
	for name, values := range a.header {
		w.Header()[name] = values
	}
	if a.status != http.StatusNoContent {
		w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	w.WriteHeader(a.status)
}

// Paging as documented: page counts from 1, 25 items unless asked otherwise,
// at most 100.
const (
	defaultPerPage = 25
	maxPerPage     = 100
)

// listing is one page of a list, before it is put into an envelope.
type listing struct {
	items   []any
	page    uint64
	perPage uint64
	total   uint64
}

func (l listing) last() bool { return l.page >= l.pages() }

func (l listing) pages() uint64 { return (l.total + l.perPage - 1) / l.perPage }

// pageOf cuts the page that was asked for out of a whole list. What the API
// does with per_page over 100 is unknown: here it is clamped. A page past the
// end is empty, which is unknown as well; page 0 and per_page 0 are refused.
func pageOf[T any](c *call, all []T, render func(T) any) (any, error) {
	l := listing{items: []any{}, page: 1, perPage: defaultPerPage, total: uint64(len(all))}
	if n, ok := c.uint("page"); ok {
		l.page = n
	}
	if n, ok := c.uint("per_page"); ok {
		l.perPage = min(n, maxPerPage)
	}
	if l.page == 0 || l.perPage == 0 {
		return nil, badRequest("Invalid parameter: page and per_page start at 1")
	}
	if l.page > l.pages() {
		return l, nil
	}
	start := (l.page - 1) * l.perPage
	for _, v := range all[start:min(start+l.perPage, l.total)] {
		l.items = append(l.items, render(v))
	}
	return l, nil
}

// envelope wraps a page the way the network is set to: {items, links} with
// absolute addresses, or {data, meta}.
func (s *Sandbox) envelope(l listing, r *http.Request) any {
	if s.dataMeta {
		return map[string]any{"data": l.items, "meta": map[string]any{
			"current_page": l.page, "total_pages": l.pages(), "total_count": l.total, "per_page": l.perPage,
		}}
	}
	self := url.URL{Scheme: "http", Host: r.Host, Path: r.URL.Path, RawQuery: r.URL.RawQuery}
	if r.TLS != nil {
		self.Scheme = "https"
	}
	links := map[string]any{"self": self.String(), "next": nil}
	if !l.last() {
		query := r.URL.Query()
		query.Set("page", strconv.FormatUint(l.page+1, 10))
		query.Set("per_page", strconv.FormatUint(l.perPage, 10))
		next := self
		next.RawQuery = query.Encode()
		links["next"] = next.String()
	}
	return map[string]any{"items": l.items, "links": links}
}

// stamp is a moment in whole seconds since 1970. It is written as the API
// writes time: ISO 8601 with a numeric offset.
type stamp int64

const stampLayout = "2006-01-02T15:04:05-07:00"

func stampOf(t time.Time) stamp { return stamp(t.Unix()) }

func (s stamp) time() time.Time { return time.Unix(int64(s), 0).UTC() }

// MarshalText implements encoding.TextMarshaler.
func (s stamp) MarshalText() ([]byte, error) { return s.time().AppendFormat(nil, stampLayout), nil }
