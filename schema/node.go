package schema

import "strconv"

// kind is a JSON Schema type. The empty kind takes every value; only results
// may use it.
type kind string

const (
	kindAny     kind = ""
	kindObject  kind = "object"
	kindArray   kind = "array"
	kindString  kind = "string"
	kindInteger kind = "integer"
	kindNumber  kind = "number"
	kindBoolean kind = "boolean"
)

// node is one level of a schema: the small part of JSON Schema that every
// client and every model provider takes. Nothing else can be expressed, so
// nothing else can be printed.
type node struct {
	kind        kind
	description string
	enum        []any // as in a parsed document; empty: anything
	fallback    any   // the default, as in a parsed document; nil: none

	// object
	properties []property
	index      map[string]int
	rest       *node // what further properties hold; nil: there are none

	// array
	items              *node
	minItems, maxItems limit
	unique             bool

	// string
	minLength, maxLength limit
	pattern, format      string
	reference            bool // takes whole numbers too; see [Reference]

	// integer and number, as JSON literals; empty: none
	minimum, maximum                   string
	exclusiveMinimum, exclusiveMaximum string
	multipleOf                         string

	inner inner
}

// inner holds the limits that are checked but not printed.
type inner struct {
	maxItems, maxLength limit
	minimum, maximum    string
}

// property is one named value of an object.
type property struct {
	name     string
	required bool
	node     *node
}

// limit is a count with its absence.
type limit struct {
	set bool
	n   int
}

// or returns the limit itself, or the other one where it is not set.
func (l limit) or(other limit) limit {
	if l.set {
		return l
	}
	return other
}

// child returns what the schema says about a property, nil when it says
// nothing.
func (n *node) child(name string) *node {
	if i, ok := n.index[name]; ok {
		return n.properties[i].node
	}
	return n.rest
}

// names lists the properties in struct order.
func (n *node) names() []string {
	names := make([]string, len(n.properties))
	for i, p := range n.properties {
		names[i] = p.name
	}
	return names
}

// appendSchema writes the node as JSON Schema: the type first, properties in
// struct order, no keyword that says nothing. With checked set it writes what
// the validator needs: the inner limits, but neither descriptions nor defaults.
func (n *node) appendSchema(dst []byte, checked bool) []byte {
	w := keywords{dst: append(dst, '{')}
	switch {
	case n.kind == kindInteger && checked:
		// The shaper lets nothing but whole numbers through here, and the
		// validator would find that out again with big rationals.
		w.text("type", string(kindNumber))
	case n.kind != kindAny:
		w.text("type", string(n.kind))
	}
	if n.description != "" && !checked {
		w.text("description", n.description)
	}
	if len(n.enum) > 0 {
		w.value("enum", n.enum)
	}
	bounds := *n
	if checked {
		bounds.maxItems = n.maxItems.or(n.inner.maxItems)
		bounds.maxLength = n.maxLength.or(n.inner.maxLength)
		if n.minimum == "" && n.exclusiveMinimum == "" {
			bounds.minimum = n.inner.minimum
		}
		if n.maximum == "" && n.exclusiveMaximum == "" {
			bounds.maximum = n.inner.maximum
		}
	} else {
		bounds.leaveOutTheExpected()
	}
	bounds.appendBounds(&w)
	if bounds.fallback != nil && !checked {
		w.value("default", bounds.fallback)
	}
	switch n.kind {
	case kindArray:
		w.key("items")
		w.dst = n.items.appendSchema(w.dst, checked)
	case kindObject:
		n.appendProperties(&w, checked)
	}
	return append(w.dst, '}')
}

// unreachedLength is how long a text may be without its limit being printed.
const unreachedLength = 40

// leaveOutTheExpected takes off what everybody expects anyway. It is checked,
// and not worth its tokens in every conversation: who counts or names something
// by number expects no less than one, a text or list that is given is not
// empty, few texts come near a generous limit, a flag that is not given is not
// set, and counting begins at its beginning.
func (n *node) leaveOutTheExpected() {
	if n.fallback == false || n.kind == kindInteger && string(appendValue(nil, n.fallback)) == n.minimum {
		n.fallback = nil
	}
	if n.kind == kindInteger && (n.minimum == "0" || n.minimum == "1") {
		n.minimum = ""
	}
	if n.minLength.n == 1 {
		n.minLength = limit{}
	}
	if n.minItems.n == 1 {
		n.minItems = limit{}
	}
	if n.maxLength.n >= unreachedLength {
		n.maxLength = limit{}
	}
}

func (n *node) appendBounds(w *keywords) {
	w.literal("minimum", n.minimum)
	w.literal("exclusiveMinimum", n.exclusiveMinimum)
	w.literal("maximum", n.maximum)
	w.literal("exclusiveMaximum", n.exclusiveMaximum)
	w.literal("multipleOf", n.multipleOf)
	w.count("minLength", n.minLength)
	w.count("maxLength", n.maxLength)
	if n.pattern != "" {
		w.text("pattern", n.pattern)
	}
	if n.format != "" {
		w.text("format", n.format)
	}
	w.count("minItems", n.minItems)
	w.count("maxItems", n.maxItems)
	if n.unique {
		w.literal("uniqueItems", "true")
	}
}

// appendProperties writes "properties" even when there are none: some model
// providers refuse an object schema without it. "additionalProperties" stays
// away where everything may follow, because that is what its absence means.
func (n *node) appendProperties(w *keywords, checked bool) {
	w.key("properties")
	properties := keywords{dst: append(w.dst, '{')}
	var required []any
	for _, p := range n.properties {
		properties.key(p.name)
		properties.dst = p.node.appendSchema(properties.dst, checked)
		if p.required {
			required = append(required, p.name)
		}
	}
	w.dst = append(properties.dst, '}')
	if len(required) > 0 {
		w.value("required", required)
	}
	switch {
	case n.rest == nil:
		w.literal("additionalProperties", "false")
	case n.rest.kind != kindAny:
		w.key("additionalProperties")
		w.dst = n.rest.appendSchema(w.dst, checked)
	}
}

// keywords writes the members of one JSON object.
type keywords struct {
	dst   []byte
	begun bool
}

func (w *keywords) key(name string) {
	if w.begun {
		w.dst = append(w.dst, ',')
	}
	w.begun = true
	w.dst = append(appendString(w.dst, name), ':')
}

func (w *keywords) text(name, value string) {
	w.key(name)
	w.dst = appendString(w.dst, value)
}

func (w *keywords) literal(name, value string) {
	if value != "" {
		w.key(name)
		w.dst = append(w.dst, value...)
	}
}

func (w *keywords) count(name string, value limit) {
	if value.set {
		w.literal(name, strconv.Itoa(value.n))
	}
}

func (w *keywords) value(name string, value any) {
	w.key(name)
	w.dst = appendValue(w.dst, value)
}
