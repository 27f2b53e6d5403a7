package config

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Kind says what sort of mistake a [Problem] is.
type Kind string

// The kinds of problems.
const (
	Invalid   Kind = "invalid"    // a value that the setting does not take
	Unknown   Kind = "unknown"    // a key in the file that does not exist
	BadFile   Kind = "bad-file"   // the file cannot be read or is not YAML
	NoNetwork Kind = "no-network" // no network is chosen, or not one that exists
	NoToken   Kind = "no-token"   // a network, caller or approver without a usable key
)

// Problem is one mistake in the configuration.
type Problem struct {
	Kind Kind
	// Setting is the name in the file, like "http.addr"; "" if the problem is
	// the file as a whole.
	Setting string
	// Source is where it was set: a file with its line, an environment
	// variable, a flag; "" if it was set nowhere.
	Source string
	// Message says what is wrong and what would be right, in one line, and
	// never quotes a key.
	Message string
}

// String is the problem in one line.
func (p Problem) String() string {
	switch {
	case p.Setting == "" && p.Source == "":
		return p.Message
	case p.Setting == "":
		return p.Source + ": " + p.Message
	case p.Source == "":
		return p.Setting + ": " + p.Message
	}
	return p.Setting + " (" + p.Source + "): " + p.Message
}

// Error is a configuration that cannot be used as it is. It prints as one line;
// Problems has the mistakes one by one.
type Error struct {
	Problems []Problem
}

// Error implements error.
func (e *Error) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return "configuration: " + strings.Join(lines, "; ")
}

// Has reports whether there is a problem of that kind.
func (e *Error) Has(kind Kind) bool {
	return slices.ContainsFunc(e.Problems, func(p Problem) bool { return p.Kind == kind })
}

// keyLike matches what may be an API key that was put in the wrong place. The
// keys of networks seen so far are "mn_" and 64 hexadecimal digits; those of
// workspaces begin with "sk_live_".
var keyLike = regexp.MustCompile(`(?i)\bmn_[0-9a-z]{8,}|\bsk_(?:live|test)_[0-9a-z]+|[0-9a-f]{32,}|eyJ[0-9a-z_-]{20,}[0-9a-z_.-]*`)

// shown quotes an operator's value for a message: short, printable, and with
// anything that could be a key covered.
func shown(value string) string {
	value = keyLike.ReplaceAllString(value, hidden)
	value = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, value)
	const most = 60
	if rs := []rune(value); len(rs) > most {
		value = string(rs[:most]) + "…"
	}
	return strconv.Quote(value)
}

// oneOf is the message for a value outside a list.
func oneOf(value string, what string, valid []string) error {
	return fmt.Errorf("%s is not %s%s; use one of: %s", shown(value), what, DidYouMean(value, valid), strings.Join(valid, ", "))
}

// DidYouMean suggests the valid name that was probably meant, in parentheses
// and after a space, or nothing.
func DidYouMean(name string, valid []string) string {
	best, distance := "", 3
	for _, candidate := range valid {
		if d := editDistance(strings.ToLower(name), candidate); d < distance && d < len(candidate) {
			best, distance = candidate, d
		}
	}
	if best == "" {
		return ""
	}
	return " (did you mean " + best + "?)"
}

// editDistance counts the letters to add, drop or change between two names.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
