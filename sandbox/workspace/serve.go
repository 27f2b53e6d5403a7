package workspace

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/mail"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mcp-mighty/mcp-mighty/sandbox"
)

const maxBody = 1 << 20

// refusal is an error of the API.
type refusal struct {
	status  int
	code    string
	message string
}

func (e *refusal) Error() string { return e.message }

func invalid(format string, args ...any) error {
	return &refusal{http.StatusBadRequest, "invalid_request", fmt.Sprintf(format, args...)}
}

func (r *refusal) envelope(request string) any {
	return map[string]any{"error": map[string]any{"code": r.code, "message": r.message, "status": r.status, "request_id": request}}
}

// Inject adds a fault, see [sandbox.Faults]. A status that says nothing else is
// sent in this API's own envelope.
func (w *Workspace) Inject(f sandbox.Fault) {
	if f.Status >= http.StatusBadRequest && f.Body == "" && !f.HTML {
		refused := refusal{f.Status, "fault", strings.ToLower(http.StatusText(f.Status))}
		body, err := json.Marshal(refused.envelope("req_fault"))
		if err == nil { // strings and a number always marshal
			f.Body = string(body)
		}
	}
	w.Faults.Inject(f)
}

// ServeHTTP implements [http.Handler]. A fault that breaks the connection may
// panic with [http.ErrAbortHandler], which is how net/http is told to do so.
func (w *Workspace) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(out, r.Body, maxBody))
	if err != nil {
		body = nil
	}
	w.mu.Lock()
	arrived := len(w.requests)
	w.requests = append(w.requests, Request{Method: r.Method, Path: r.URL.RequestURI(), Body: string(body)})
	w.mu.Unlock()
	execute := func(out http.ResponseWriter, r *http.Request) {
		status, answer := w.execute(out.Header(), r, body, arrived)
		out.Header().Set("Content-Type", "application/json")
		out.WriteHeader(status)
		_, _ = out.Write(answer) // a client that left is no error here
	}
	if !w.Serve(out, r, execute) {
		execute(out, r)
	}
}

// execute does what a request asks for, and notes how it was answered.
func (w *Workspace) execute(header http.Header, r *http.Request, body []byte, arrived int) (int, []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	status, answer, err := w.answer(header, r, body)
	if err != nil {
		e := &refusal{http.StatusInternalServerError, "internal", "internal error"}
		_ = errors.As(err, &e)
		status = e.status
		answer = e.envelope(fmt.Sprintf("req_%06d", arrived+1))
	}
	w.requests[arrived].Status = status
	encoded, err := json.Marshal(answer)
	if err != nil {
		return http.StatusInternalServerError, nil // only our own types get here, and all of them marshal
	}
	return status, encoded
}

func (w *Workspace) answer(header http.Header, r *http.Request, body []byte) (int, any, error) {
	scheme, key, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || key != token && key != viewerToken {
		return 0, nil, &refusal{http.StatusUnauthorized, "unauthorized", "Invalid API key"}
	}
	if err := w.count(header, key); err != nil {
		return 0, nil, err
	}
	switch {
	case r.URL.Path != Prefix+"users":
	case r.Method == http.MethodGet:
		answer, err := w.list(r.URL.Query())
		return http.StatusOK, answer, err
	case r.Method == http.MethodPost:
		if key != token {
			return 0, nil, &refusal{http.StatusForbidden, "forbidden", "Only admins can create users"}
		}
		user, err := w.create(body)
		return http.StatusCreated, user, err
	}
	return 0, nil, &refusal{http.StatusNotFound, "not_found", "No such resource"}
}

// count takes one request off a key's minute, and tells what is left.
func (w *Workspace) count(header http.Header, key string) error {
	now := w.now()
	if begun, known := w.begun[key]; !known || now.Sub(begun) >= time.Minute {
		w.begun[key], w.used[key] = now, 0
	}
	left := w.begun[key].Add(time.Minute).Sub(now)
	seconds := strconv.Itoa(int((left + time.Second - 1) / time.Second))
	exceeded := w.used[key] >= w.perMinute
	if !exceeded {
		w.used[key]++
	}
	header.Set("X-RateLimit-Limit", strconv.Itoa(w.perMinute))
	header.Set("X-RateLimit-Remaining", strconv.Itoa(w.perMinute-w.used[key]))
	header.Set("X-RateLimit-Reset", seconds)
	if exceeded {
		header.Set("Retry-After", seconds)
		return &refusal{http.StatusTooManyRequests, "rate_limited", "Too many requests"}
	}
	return nil
}

var (
	roles    = []string{"admin", "editor", "viewer"}
	statuses = []string{"active", "pending", "disabled"}
)

func (w *Workspace) list(query url.Values) (any, error) {
	for name := range query {
		if !slices.Contains([]string{"limit", "offset", "role", "status"}, name) {
			return nil, invalid("unknown parameter %s", name)
		}
	}
	limit, err := number(query, "limit", 20, 1, 100)
	if err != nil {
		return nil, err
	}
	offset, err := number(query, "offset", 0, 0, 1<<31)
	if err != nil {
		return nil, err
	}
	role, status := query.Get("role"), query.Get("status")
	if role != "" && !slices.Contains(roles, role) || status != "" && !slices.Contains(statuses, status) {
		return nil, invalid("unknown role or status")
	}
	matching := []User{}
	for _, user := range w.users {
		if (role == "" || user.Role == role) && (status == "" || user.Status == status) {
			matching = append(matching, user)
		}
	}
	from := min(offset, len(matching))
	return map[string]any{
		"data": matching[from:min(from+limit, len(matching))],
		"meta": map[string]int{"total": len(matching), "limit": limit, "offset": offset},
	}, nil
}

func number(query url.Values, name string, fallback, least, most int) (int, error) {
	if !query.Has(name) {
		return fallback, nil
	}
	n, err := strconv.Atoi(query.Get(name))
	if err != nil || n < least || n > most {
		return 0, invalid("%s must be a number from %d to %d", name, least, most)
	}
	return n, nil
}

func (w *Workspace) create(body []byte) (any, error) {
	var in struct{ Email, Name, Role string }
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if decoder.Decode(&in) != nil {
		return nil, invalid("the body must be a JSON object with email, name and role")
	}
	if in.Role == "" {
		in.Role = "viewer"
	}
	address, err := mail.ParseAddress(in.Email)
	switch {
	case err != nil || address.Address != in.Email:
		return nil, invalid("email is not valid")
	case strings.TrimSpace(in.Name) == "":
		return nil, invalid("name is required")
	case !slices.Contains(roles, in.Role):
		return nil, invalid("unknown role")
	case slices.ContainsFunc(w.users, func(u User) bool { return strings.EqualFold(u.Email, in.Email) }):
		return nil, invalid("email has already been taken")
	}
	user := User{
		ID: userID(len(w.users) + 1), Name: in.Name, Email: in.Email, Role: in.Role, Status: "pending",
		CreatedAt: w.now().UTC().Truncate(time.Second),
	}
	w.users = append(w.users, user)
	w.mails = append(w.mails, user.Email)
	return user, nil
}
