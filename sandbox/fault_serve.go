package sandbox

import (
	"bytes"
	"encoding/json"
	"net"
	"net/http"
	"strings"
	"time"
)

// serveFault answers, or does not answer, a request that a fault took.
func (s *Sandbox) serveFault(w http.ResponseWriter, r *http.Request, body []byte, entry *Request, f *Fault, released <-chan struct{}) {
	s.journal.faulted(entry, f.String())
	f.serve(w, r, released, func() *answer {
		a := s.answer(r, body)
		s.journal.lost(entry, a)
		return a
	}, func(a *answer) { s.journal.answered(entry, a) })
}

// Serve lets the fault that takes a request answer it, or not answer it, and
// reports whether one did. api is what stands behind; it is asked where the
// fault runs, and its answer is damaged on the way.
func (l *Faults) Serve(w http.ResponseWriter, r *http.Request, api http.HandlerFunc) bool {
	f, released := l.take(r.Method, r.URL.Path)
	if f == nil {
		return false
	}
	f.serve(w, r, released, func() *answer {
		a := answerWriter{&answer{status: http.StatusOK, header: http.Header{}}}
		api(a, r)
		return a.answer
	}, func(*answer) {})
	return true
}

// answerWriter keeps an answer instead of sending it.
type answerWriter struct{ *answer }

func (a answerWriter) Header() http.Header { return a.header }

func (a answerWriter) WriteHeader(status int) { a.status = status }

func (a answerWriter) Write(p []byte) (int, error) {
	a.body = append(a.body, p...)
	return len(p), nil
}

// serve is what the fault makes of a request. run executes it; answered is told
// of an answer that leaves in whole.
func (f *Fault) serve(w http.ResponseWriter, r *http.Request, released <-chan struct{}, run func() *answer, answered func(*answer)) {
	finish := func(a *answer) {
		answered(a)
		a.send(w)
	}
	if err := f.Validate(); err != nil {
		finish(errorAnswer(http.StatusInternalServerError, "sandbox: invalid fault: "+err.Error()))
		return
	}
	switch f.Kind {
	case FaultStatus:
		finish(f.statusAnswer())
	case FaultBotWall:
		a := htmlAnswer(http.StatusForbidden, botPage)
		f.setHeaders(a.header)
		finish(a)
	case FaultHang:
		wait(r, released, nil)
		breakConnection(w)
	case FaultReset:
		breakConnection(w)
	case FaultResetAfter:
		run()
		breakConnection(w)
	case FaultTruncate:
		truncate(w, run())
	case FaultSlow:
		a := run()
		timer := time.NewTimer(f.Delay)
		defer timer.Stop()
		if wait(r, released, timer.C) {
			finish(a)
		} else {
			breakConnection(w)
		}
	case FaultStatusAfter:
		ran, a := run(), f.statusAnswer()
		a.route, a.executed, a.changed = ran.route, ran.executed, ran.changed
		finish(a)
	case FaultHangAfter:
		run()
		wait(r, released, nil)
		breakConnection(w)
	case FaultHangBody:
		f.trickle(w, r, run(), released)
	case FaultDrip, FaultHuge:
		a := run()
		answered(a)
		f.trickle(w, r, a, released)
	case FaultPlain:
		a := run()
		a.header.Set("Content-Type", "text/plain; charset=utf-8")
		finish(a)
	case FaultEnvelope:
		a := run()
		a.body = reshape(f.Shape, a.body)
		finish(a)
	}
}

// wait returns true when due fires, false when the client leaves, the server
// closes or the faults are cleared first.
func wait(r *http.Request, released <-chan struct{}, due <-chan time.Time) bool {
	select {
	case <-r.Context().Done():
		return false
	case <-released:
		return false
	case <-due:
		return true
	}
}

func (f *Fault) statusAnswer() *answer {
	var a *answer
	switch {
	case f.Status == http.StatusNoContent || f.Status == http.StatusNotModified:
		a = jsonAnswer(f.Status, nil)
	case f.HTML:
		page := f.Body
		if page == "" {
			title := http.StatusText(f.Status)
			page = "<!DOCTYPE html><html><head><title>" + title + "</title></head><body><h1>" + title + "</h1></body></html>\n"
		}
		a = htmlAnswer(f.Status, page)
	case f.Body != "":
		a = jsonAnswer(f.Status, struct{}{})
		a.body = []byte(f.Body) // verbatim: it need not be valid JSON
	default:
		a = errorAnswer(f.Status, strings.ToLower(http.StatusText(f.Status)))
	}
	f.setHeaders(a.header)
	return a
}

func (f *Fault) setHeaders(h http.Header) {
	if f.RetryAfter != "" {
		h.Set("Retry-After", f.RetryAfter)
	}
	if f.Location != "" {
		h.Set("Location", f.Location)
	}
}

// truncate promises the whole body and sends half of it.
func truncate(w http.ResponseWriter, a *answer) {
	if len(a.body) == 0 {
		breakConnection(w)
		return
	}
	a.sendHeader(w)
	_, _ = w.Write(a.body[:len(a.body)/2])
	_ = http.NewResponseController(w).Flush()
	// Not a reset: that could overtake the half that was sent.
	panic(http.ErrAbortHandler) // net/http ends the connection and stays silent
}

// hugeBody is how many blanks FaultHuge sends.
const hugeBody = 50 << 20

// trickle sends an answer in a way that takes its time, or its reader's memory.
func (f *Fault) trickle(w http.ResponseWriter, r *http.Request, a *answer, released <-chan struct{}) {
	controller := http.NewResponseController(w)
	send := func(part []byte) bool {
		_, err := w.Write(part)
		return err == nil && controller.Flush() == nil
	}
	if len(a.body) == 0 {
		a.body = []byte("{}") // something has to come slowly
		a.status = http.StatusOK
	}
	switch f.Kind {
	case FaultHangBody:
		a.sendHeader(w)
		send(a.body[:len(a.body)/2])
		wait(r, released, nil)
		panic(http.ErrAbortHandler)
	case FaultDrip:
		a.sendHeader(w)
		pause := time.NewTicker(f.Delay)
		defer pause.Stop()
		for i := range a.body {
			if !send(a.body[i:i+1]) || !wait(r, released, pause.C) {
				panic(http.ErrAbortHandler)
			}
		}
	case FaultHuge:
		a.header.Del("Content-Length")
		w.Header().Set("Content-Type", a.header.Get("Content-Type"))
		w.WriteHeader(a.status)
		blanks := bytes.Repeat([]byte(" "), 1<<20)
		for sent := 0; sent < hugeBody; sent += len(blanks) {
			if !send(blanks) {
				return
			}
		}
		send(a.body)
	}
}

// breakConnection ends the connection without an answer, with a TCP reset
// where the transport allows it.
func breakConnection(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // HTTP/2: net/http resets the stream
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// reshape puts a JSON body into another wrapping. Bodies that are no JSON
// object stay as they are.
func reshape(shape string, body []byte) []byte {
	var object map[string]json.RawMessage
	if json.Unmarshal(body, &object) != nil {
		return body
	}
	content, isList := object["items"]
	if !isList {
		if content, isList = object["data"]; !isList {
			content = body
		}
	}
	var wrapped any
	switch shape {
	case ShapeList:
		wrapped = content
		if !isList {
			wrapped = []json.RawMessage{content}
		}
	case ShapeData:
		wrapped = map[string]any{"data": content, "meta": map[string]int{"current_page": 1, "total_pages": 1}}
	case ShapeEmpty:
		wrapped = struct{}{}
	default:
		wrapped = map[string]json.RawMessage{"results": content}
	}
	out, err := json.Marshal(wrapped)
	if err != nil {
		return body
	}
	return out
}
