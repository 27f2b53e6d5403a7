package tools

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
)

// Results say which of their texts people wrote, so that a client can keep
// those apart from what the server and the API say. The names of the fields
// decide, the same in every result.
var (
	// peopleWrite are fields that hold what members or hosts wrote, or what is
	// made of it.
	peopleWrite = []string{
		"avatar_url", "bio", "changed", "choices", "color", "description", "email", "emoji", "event_type", "first_name", "last_name", "link", "location",
		"member_name", "name", "on", "options", "permalink", "purpose", "reason", "recipient_email", "recipient_first_name", "recipient_last_name",
		"short_bio", "subdomain", "subtitle", "summary", "text", "time_zone", "title", "url",
	}
	// weWrite are fields with the server's words, the API's, or the operator's.
	weWrite = []string{
		"access_until", "action", "at", "by", "canceled_at", "code", "created_at", "currency", "current_period_end", "ends_at", "expires", "expires_at", "id", "ignored_at", "instance_at",
		"interval", "last_edited_at", "mail_sent", "masked", "member_type", "message", "mime_type", "month", "month_ends", "note", "outcome", "part", "path", "payment_platform",
		"poll_type", "post_type", "pricing_type", "problem", "published_at", "purchased_at", "recurrence_rule", "report_type", "response_type",
		"resume_after", "reversal", "role", "since", "starts", "starts_at", "state", "status", "tool", "trial_end", "type", "undo", "uri", "warnings", "week", "when",
	}
)

// written returns the paths of a tool's result at which people's words stand,
// such as "items[].bio", in order. "*" stands for all fields that have no path
// of their own: with detail "full" everything else that the API sent.
func (t Tool) written(full bool) []string {
	var schema outputSchema
	if json.Unmarshal(t.Output.JSON(), &schema) != nil {
		return []string{"*"} // closed when in doubt
	}
	paths := map[string]bool{}
	schema.written("", full, paths)
	return slices.Sorted(maps.Keys(paths))
}

// outputSchema is what there is to know of a result's schema.
type outputSchema struct {
	Type                 any
	Properties           map[string]outputSchema
	Items                *outputSchema
	AdditionalProperties json.RawMessage
}

func (s outputSchema) written(path string, full bool, paths map[string]bool) {
	for name, property := range s.Properties {
		property.written(strings.TrimPrefix(path+"."+name, "."), full, paths)
	}
	if s.Items != nil {
		s.Items.written(path+"[]", full, paths)
	}
	switch others := string(s.AdditionalProperties); {
	case others == "" && s.Properties != nil && full, strings.HasPrefix(others, "{"):
		paths[strings.TrimPrefix(path+".*", ".")] = true
	}
	name := strings.TrimSuffix(path[strings.LastIndexByte(path, '.')+1:], "[]")
	if s.isText() && name != "" && !slices.Contains(weWrite, name) {
		paths[path] = true
	}
}

// isText reports whether a text can stand there.
func (s outputSchema) isText() bool {
	switch of := s.Type.(type) {
	case string:
		return of == "string"
	case []any:
		return slices.Contains(of, any("string"))
	}
	return s.Properties == nil && s.Items == nil && s.AdditionalProperties == nil
}

// wantsAll reports whether a bound call asked for all fields, or chose among
// them.
func wantsAll(call guardrails.Bound) bool {
	b, ok := call.(bound)
	if !ok {
		return false
	}
	if in, ok := b.in.(interface{ wantsFull() bool }); ok && in.wantsFull() {
		return true
	}
	in, ok := b.in.(interface{ choosesFields() bool })
	return ok && in.choosesFields()
}

func (d detailed) wantsFull() bool { return d.Detail == full }

func (c chosen[T, A]) choosesFields() bool { return len(c.Fields) > 0 }

// written keeps the paths of tools that have been called.
type written struct{ kept sync.Map }

func (w *written) of(t Tool, all bool) []string {
	type key struct {
		tool string
		all  bool
	}
	if paths, known := w.kept.Load(key{t.Name, all}); known {
		return paths.([]string)
	}
	paths := t.written(all)
	w.kept.Store(key{t.Name, all}, paths)
	return paths
}
