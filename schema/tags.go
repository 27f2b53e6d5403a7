package schema

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// checkTag holds a jsonschema tag to what its field's type can say. invopop
// passes over a misspelt keyword, an unreadable number and the rest of a text
// after a comma without a word; each would be a rule that silently is none.
func (b *builder) checkTag(f reflect.StructField, n *node, at place) {
	if _, found := f.Tag.Lookup("jsonschema_extras"); found {
		b.refuse(at, "jsonschema_extras is not supported")
	}
	tag, found := f.Tag.Lookup("jsonschema")
	if !found || tag == "" {
		return
	}
	var seen []string
	for _, item := range splitTag(tag) {
		keyword, value, ok := strings.Cut(item, "=")
		switch {
		case keyword == "description":
			b.refuse(at, "put the description into the tag jsonschema_description, where commas do not split it")
		case !ok || !slices.Contains(tagKeywords(n), keyword):
			b.refuse(at, "tag jsonschema: %q is not a keyword for %s", item, sortName(n))
		case slices.Contains(seen, keyword) && keyword != "enum" && !(keyword == "default" && n.kind == kindArray):
			b.refuse(at, "tag jsonschema: %s is given twice", keyword)
		case !readableTag(keyword, value, n):
			b.refuse(at, "tag jsonschema: %q is not a value for %s", value, keyword)
		}
		seen = append(seen, keyword)
	}
}

func sortName(n *node) string {
	if n.kind == kindAny {
		return "a value of any type"
	}
	return "type " + string(n.kind)
}

// splitTag splits at commas that no backslash precedes, as invopop does.
func splitTag(tag string) []string {
	var items []string
	for item := range strings.SplitSeq(tag, ",") {
		if last := len(items) - 1; last >= 0 && strings.HasSuffix(items[last], `\`) {
			items[last] = strings.TrimSuffix(items[last], `\`) + "," + item
			continue
		}
		items = append(items, item)
	}
	return items
}

// tagKeywords lists what a tag may say about a type. For an array, what
// invopop passes on to the elements is included.
func tagKeywords(n *node) []string {
	switch n.kind {
	case kindString:
		return []string{"minLength", "maxLength", "pattern", "format", "enum", "default"}
	case kindInteger, kindNumber:
		return []string{"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "enum", "default"}
	case kindBoolean:
		return []string{"default"}
	case kindArray:
		keywords := []string{"minItems", "maxItems", "uniqueItems", "default"}
		for _, keyword := range tagKeywords(n.items) {
			// An array's default is its own, and tags do not reach further
			// than one level down.
			if keyword != "default" && n.items.kind != kindArray {
				keywords = append(keywords, keyword)
			}
		}
		return keywords
	}
	return nil
}

// readableTag reports whether invopop can read the value at all; whether it
// makes sense is decided by the schema that comes out.
func readableTag(keyword, value string, n *node) bool {
	number := n.kind == kindInteger || n.kind == kindNumber ||
		n.kind == kindArray && (n.items.kind == kindInteger || n.items.kind == kindNumber)
	switch keyword {
	case "minLength", "maxLength", "minItems", "maxItems":
		_, err := strconv.ParseUint(value, 10, 31)
		return err == nil
	case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf":
		_, fits := plainNumber(value)
		return isNumber(value) && fits
	case "uniqueItems":
		return value == "true"
	case "enum", "default":
		switch {
		case n.kind == kindArray && keyword == "default":
			return true // checked against the elements' schema
		case n.kind == kindBoolean:
			return value == "true" || value == "false"
		case number:
			_, fits := plainNumber(value)
			return isNumber(value) && fits
		}
	}
	return true
}
