package schema

import (
	"errors"
	"strings"
	"time"
	"unicode"

	jsonschema "github.com/santhosh-tekuri/jsonschema/v6"
)

// formats are the ones that are really asserted. A schema that names another
// is refused when it is made, because a format nobody checks is a promise
// nobody keeps.
func formats() []*jsonschema.Format {
	return []*jsonschema.Format{
		textFormat("email", checkEmail),
		textFormat("date-time", checkDateTime),
		textFormat("date", checkDate),
	}
}

// formatWords says what a format wants, in words.
func formatWords(name string) string {
	switch name {
	case "email":
		return "an e-mail address such as ada@example.org"
	case "date-time":
		return "a date and time with its offset from UTC, such as 2026-03-01T18:30:00Z or 2026-03-01T18:30:00+02:00"
	case "date":
		return "a date such as 2026-03-01"
	}
	return ""
}

func textFormat(name string, check func(string) error) *jsonschema.Format {
	return &jsonschema.Format{Name: name, Validate: func(v any) error {
		if s, ok := v.(string); ok {
			return check(s)
		}
		return nil
	}}
}

// checkDateTime takes exactly RFC 3339 and says what a near miss lacks.
func checkDateTime(s string) error {
	if isDateTime(s) {
		return nil
	}
	// RFC 3339 permits t and z, but much that reads it does not.
	upper := strings.ToUpper(s)
	if isDateTime(upper) {
		return errors.New("write T and Z as capital letters")
	}
	for _, near := range []struct{ layout, lacks string }{
		{"2006-01-02T15:04:05", "the offset is missing"},
		{"2006-01-02T15:04Z07:00", "the seconds are missing"},
		{"2006-01-02T15:04", "the seconds and the offset are missing"},
		{"2006-01-02", "the time is missing"},
		{"2006-01-02 15:04:05Z07:00", "a T stands between date and time"},
		{"2006-01-02 15:04:05", "a T stands between date and time, and the offset is missing"},
		{"2006-01-02 15:04", "a T stands between date and time, and the seconds and the offset are missing"},
		{"2006-01-02T15:04:05-0700", "the offset has a colon"},
	} {
		if _, err := time.Parse(near.layout, upper); err == nil {
			return errors.New(near.lacks)
		}
	}
	return errFormat
}

// isDateTime holds a text to the form of RFC 3339 and to the calendar. The
// form needs its own look: time.Parse also takes an hour of one digit and a
// comma before the fraction.
func isDateTime(s string) bool {
	const form = "....-..-..T..:..:.."
	if len(s) <= len(form) || strings.Contains(s, ",") {
		return false
	}
	for i := range len(form) {
		if form[i] != '.' && form[i] != s[i] {
			return false
		}
	}
	_, err := time.Parse(time.RFC3339, s)
	return err == nil
}

func checkDate(s string) error {
	if _, err := time.Parse(time.DateOnly, s); err == nil {
		return nil
	}
	if head, _, ok := strings.Cut(s, "T"); ok {
		if _, err := time.Parse(time.DateOnly, head); err == nil {
			return errors.New("leave the time off")
		}
	}
	return errFormat
}

// checkEmail takes one plain address. It is stricter than RFC 5322, which
// permits quoted names and comments, and looser on letters, since addresses
// may be international.
func checkEmail(s string) error {
	if s != strings.TrimSpace(s) {
		return errors.New("take off the white space around it")
	}
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return errors.New("the @ is missing")
	}
	local, domain := s[:at], s[at+1:]
	if local == "" || len(local) > 64 || len(domain) > 253 ||
		strings.ContainsFunc(s, func(r rune) bool { return !visible(r) || unicode.IsSpace(r) }) ||
		strings.ContainsAny(local, `"(),:;<>[\]@`) || badDots(local) || badDots(domain) {
		return errFormat
	}
	for label := range strings.SplitSeq(domain, ".") {
		if len(label) > 63 || strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") ||
			strings.ContainsFunc(label, func(r rune) bool {
				return r != '-' && !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r)
			}) {
			return errFormat
		}
	}
	return nil
}

// errFormat is the verdict that has nothing to add to formatWords.
var errFormat = errors.New("")

// badDots finds an empty piece between, before or after dots.
func badDots(s string) bool {
	return s == "" || strings.HasPrefix(s, ".") || strings.HasSuffix(s, ".") || strings.Contains(s, "..")
}
