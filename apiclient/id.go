package apiclient

import (
	"fmt"
	"strconv"
	"strings"
)

// ID is the API's integer id of a network, member, space, post, comment or
// event. It is read from a JSON number or a numeric string, since the API
// writes both, and written as a number. 0 means "none".
type ID uint64

// ParseID reads an id from decimal digits; white space around them is
// ignored. Signs, fractions, 0 and what does not fit 64 bits are refused.
func ParseID(s string) (ID, error) {
	digits := strings.TrimSpace(s)
	id, err := parseDigits(digits)
	if err == nil && id == 0 {
		err = fmt.Errorf("0 is not an id; ids start at 1")
	}
	return id, err
}

func parseDigits(digits string) (ID, error) {
	n, err := strconv.ParseUint(digits, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%s is not an id; an id is a whole number", strconv.Quote(cleanLine(digits, 40)))
	}
	return ID(n), nil
}

// String returns the id in decimal.
func (id ID) String() string { return strconv.FormatUint(uint64(id), 10) }

// UnmarshalJSON reads a number, a numeric string, or null (0).
func (id *ID) UnmarshalJSON(data []byte) error {
	text := string(data)
	if text == "null" {
		*id = 0
		return nil
	}
	if len(text) >= 2 && text[0] == '"' {
		text = strings.TrimSpace(text[1 : len(text)-1])
	}
	n, err := parseDigits(text)
	if err != nil {
		return err
	}
	*id = n
	return nil
}
