package schema

import (
	"encoding/json"
	"fmt"
)

// format writes a bound into a message.
func format(n any) string { return fmt.Sprint(n) }

// leastAndMost returns the bounds of an integer or number that a message
// names; empty where there is none.
func (n *node) leastAndMost() (least, most string) {
	least, most = n.minimum, n.maximum
	if least == "" && n.exclusiveMinimum == "" {
		least = n.inner.minimum
	}
	if most == "" && n.exclusiveMaximum == "" {
		most = n.inner.maximum
	}
	return least, most
}

// rangeProblem says what a number must be: both ends where the model is told
// both, otherwise the end that was passed. The width of a Go type is named
// only when it is what was exceeded.
func (n *node) rangeProblem(below bool) string {
	switch {
	case n.minimum != "" && n.maximum != "":
		return between(n.minimum, n.maximum)
	case below && n.exclusiveMinimum != "":
		return "must be more than " + n.exclusiveMinimum
	case !below && n.exclusiveMaximum != "":
		return "must be less than " + n.exclusiveMaximum
	}
	least, most := n.leastAndMost()
	if below {
		return "must be at least " + least
	}
	return "must be at most " + most
}

func between(least, most string) string {
	switch {
	case least == "":
		return "must be at most " + most
	case most == "":
		return "must be at least " + least
	}
	return "must be between " + least + " and " + most
}

func tooManyItems(got, most int) string {
	return fmt.Sprintf("has too many elements: %s, at most %s", count(got), count(most))
}

func tooFewItems(got, least int) string {
	return fmt.Sprintf("has too few elements: %s, at least %s", count(got), count(least))
}

func tooLong(got, most int) string {
	return fmt.Sprintf("is too long: %s characters, at most %s", count(got), count(most))
}

func tooShort(got, least int) string {
	if got == 0 && least == 1 {
		return "must not be empty"
	}
	return fmt.Sprintf("is too short: %s characters, at least %s", count(got), count(least))
}

// kindProblem says what sort of value was expected and what came.
func (n *node) kindProblem(value any) string {
	switch n.kind {
	case kindString:
		if len(n.enum) > 0 {
			return "must be one of " + list(n.enum) + ", got " + got(value)
		}
		switch value.(type) {
		case json.Number, int64, uint64:
			return "must be text, got the number " + got(value)
		}
		return "must be text, got " + got(value)
	case kindInteger:
		return "must be a whole number, got " + got(value)
	case kindNumber:
		return "must be a number, got " + got(value)
	case kindBoolean:
		return "must be true or false, got " + got(value)
	case kindArray:
		return "must be an array, got " + got(value)
	case kindObject:
		return "must be an object, got " + got(value)
	}
	return "is not accepted, got " + got(value)
}

// missing describes an argument that was left out, so that the model need not
// look the schema up again.
func (n *node) missing() string {
	const longest = 80
	sort := string(n.kind)
	if n.kind == kindArray && n.items.kind != kindAny {
		sort += " of " + string(n.items.kind)
	}
	switch {
	case sort == "" && n.description == "":
		return ""
	case n.description == "":
		return " (" + sort + ")"
	}
	return " (" + sort + ": " + cut(n.description, longest) + ")"
}
