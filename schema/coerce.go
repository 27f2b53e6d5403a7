package schema

import (
	"encoding/json"
	"fmt"
	"math"
)

// refused stands in a document for a value that a reader already turned down.
// The validator knows no such type and reports it in its place, so that all
// problems come out of one list.
type refused struct {
	problem string
	value   any
}

// shaper fits a parsed document to a schema before it is validated.
type shaper struct {
	// arguments is set for what a caller sent: numbers and booleans may come
	// as text, and null means absent.
	arguments bool
}

// shape returns the value in the form the validator and the decoder take:
// whole numbers as int64 or uint64, other numbers as harmless literals. It
// leaves what does not fit as it is, for the validator to report.
func (s shaper) shape(n *node, value any) any {
	switch n.kind {
	case kindObject:
		if members, ok := value.(map[string]any); ok {
			s.shapeObject(n, members)
		}
	case kindArray:
		if items, ok := value.([]any); ok {
			return s.shapeArray(n, items)
		}
	case kindInteger:
		if literal, ok := s.literal(value); ok {
			return shapeInteger(n, literal, value)
		}
	case kindNumber:
		if literal, ok := s.literal(value); ok {
			number, ok := plainNumber(literal)
			if !ok {
				return refused{"is too large for a 64-bit floating-point number", value}
			}
			return number
		}
	case kindString:
		if number, ok := value.(json.Number); ok && n.reference && s.arguments {
			if whole, fault := exactInteger(string(number)); fault == noFault {
				return fmt.Sprint(whole)
			}
		}
	case kindBoolean:
		if text, ok := value.(string); ok && s.arguments && (text == "true" || text == "false") {
			return text == "true"
		}
	}
	return value
}

// literal returns a number literal, taken from a text where the caller may
// send one: models quote ids, since some clients round them otherwise.
func (s shaper) literal(value any) (string, bool) {
	switch v := value.(type) {
	case json.Number:
		return string(v), true
	case string:
		return v, s.arguments && isNumber(v)
	}
	return "", false
}

func shapeInteger(n *node, literal string, value any) any {
	number, fault := exactInteger(literal)
	switch fault {
	case fraction:
		return refused{"must be a whole number", value}
	case overflow:
		least, most := n.leastAndMost()
		if most == "" {
			least, most = format(math.MinInt64), format(uint64(math.MaxUint64))
		}
		return refused{between(least, most), value}
	}
	return number
}

func (s shaper) shapeObject(n *node, members map[string]any) {
	for i := range n.properties {
		p := &n.properties[i]
		switch value, given := members[p.name]; {
		case !given:
		case value == nil && s.arguments:
			delete(members, p.name)
		case p.node.kind == kindString && !p.node.reference || p.node.kind == kindAny:
			// Nothing to shape; storing it again is what would cost.
		default:
			members[p.name] = s.shape(p.node, value)
		}
	}
	if n.rest == nil || n.rest.kind == kindAny {
		return
	}
	for name, value := range members {
		if _, known := n.index[name]; !known {
			members[name] = s.shape(n.rest, value)
		}
	}
}

// fill gives missing arguments their defaults. It runs on a valid document:
// defaults were checked when the schema was made, and until then only what the
// caller sent counts as given.
func fill(n *node, value any) {
	switch v := value.(type) {
	case map[string]any:
		for i := range n.properties {
			p := &n.properties[i]
			if member, given := v[p.name]; given {
				fill(p.node, member)
			} else if p.node.fallback != nil {
				v[p.name] = p.node.fallback
			}
		}
	case []any:
		for _, item := range v {
			fill(n.items, item)
		}
	}
}

// shapeArray turns an overlong array down as a whole: looking at each of its
// elements, and comparing them with one another where they must differ, is
// work that the sender could make arbitrarily large.
func (s shaper) shapeArray(n *node, items []any) any {
	if most := n.maxItems.or(n.inner.maxItems); most.set && len(items) > most.n {
		return refused{tooManyItems(len(items), most.n), nil}
	}
	for i, item := range items {
		items[i] = s.shape(n.items, item)
	}
	return items
}
