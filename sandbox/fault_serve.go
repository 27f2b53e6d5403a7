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
	if err := f.Validate(); err != nil {
		s.finish(w, entry, errorAnswer(http.StatusInternalServerError, "sandbox: invalid fault: "+err.Error()))
		return
	}
	switch f.Kind {
	case FaultStatus:
		s.finish(w, entry, f.statusAnswer())
	case FaultBotWall:
		a := htmlAnswer(http.StatusForbidden, botPage)
		f.setHeaders(a.header)
		s.finish(w, entry, a)
	case FaultHang:
		wait(r, released, nil)
		breakConnection(w)
	case FaultReset:
		breakConnection(w)
	case FaultResetAfter:
		s.journal.lost(entry, s.answer(r, body))
		breakConnection(w)
	case FaultTruncate:
		a := s.answer(r, body)
		s.journal.lost(entry, a)
		truncate(w, a)
	case FaultSlow:
		a := s.answer(r, body)
		s.journal.lost(entry, a)
		timer := time.NewTimer(f.Delay)
		defer timer.Stop()
		if wait(r, released, timer.C) {
			s.finish(w, entry, a)
		} else {
			breakConnection(w)
		}
	case FaultStatusAfter:
		ran, a := s.answer(r, body), f.statusAnswer()
		a.route, a.executed, a.changed = ran.route, ran.executed, ran.changed
		s.finish(w, entry, a)
	case FaultHangAfter:
		s.journal.lost(entry, s.answer(r, body))
		wait(r, released, nil)
		breakConnection(w)
	case FaultHangBody:
		a := s.answer(r, body)
		s.journal.lost(entry, a)
		f.trickle(w, r, a, released)
	case FaultDrip, FaultHuge:
		a := s.answer(r, body)
		s.journal.answered(entry, a)
		f.trickle(w, r, a, released)
	case FaultPlain:
		a := s.answer(r, body)
		a.header.Set("Content-Type", "text/plain; charset=utf-8")
		s.finish(w, entry, a)
	case FaultEnvelope:
		a := s.answer(r, body)
		a.body = reshape(f.Shape, a.body)
		s.finish(w, entry, a)
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
