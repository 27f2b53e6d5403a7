package apiclient

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// problem is what the API's error body says, in the shapes seen on the wire:
// {"error": text}, {"error": code, "message": text, "status": n} and
// {"errors": [{"detail"|"message": text} or text]}.
type problem struct {
	text string   // one line; "" when the body says nothing readable
	list []string // the entries of an errors list
	// requestID is the API's own name for the request, where it has one.
	requestID string
}

func (w *way) readProblem(body []byte) problem {
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil {
		return problem{}
	}
	var p problem
	for _, entry := range errorList(fields["errors"]) {
		if line := w.cleanUpstream(entry); line != "" && len(p.list) < maxMessages {
			p.list = append(p.list, line)
		}
	}
	code, message := messageIn(fields["error"]), messageIn(fields["message"])
	switch {
	case code == "" || strings.EqualFold(code, message):
		p.text = message
	case message == "":
		p.text = code
	default:
		p.text = code + ": " + message
	}
	p.text = w.cleanUpstream(p.text)
	if p.text == "" && len(p.list) > 0 {
		p.text = p.list[0]
	}
	return p
}

// errorList reads a list of messages, or an object of lists by field name.
func errorList(raw json.RawMessage) []string {
	var entries []json.RawMessage
	if json.Unmarshal(raw, &entries) == nil {
		var out []string
		for _, entry := range entries {
			out = append(out, messageIn(entry))
		}
		return out
	}
	var byField map[string]json.RawMessage
	if json.Unmarshal(raw, &byField) != nil {
		return []string{messageIn(raw)}
	}
	var out []string
	for _, field := range slices.Sorted(maps.Keys(byField)) {
		messages := errorList(byField[field])
		for _, message := range messages {
			out = append(out, field+": "+message)
		}
	}
	return out
}

// messageIn reads a text, or the text inside an object that carries one.
func messageIn(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	var entry struct {
		Detail  string `json:"detail"`
		Message string `json:"message"`
		Title   string `json:"title"`
	}
	if json.Unmarshal(raw, &entry) != nil {
		return ""
	}
	for _, text := range []string{entry.Detail, entry.Message, entry.Title} {
		if text != "" {
			return text
		}
	}
	return ""
}
