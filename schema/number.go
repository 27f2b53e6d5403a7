package schema

import (
	"encoding/json"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// numberFault says why a number literal is not an exact 64-bit whole number.
type numberFault int

const (
	noFault numberFault = iota
	fraction
	overflow
)

// exactInteger reads a JSON number literal as a whole number, as int64 where
// it fits and as uint64 above that. "42.0" and "4.2e1" are 42. It never goes
// through a float, so an id above 2^53 arrives as it was sent, and it never
// builds the digits of a huge exponent.
func exactInteger(literal string) (any, numberFault) {
	unsigned, negative := strings.CutPrefix(literal, "-")
	mantissa, exponent, _ := strings.Cut(strings.ToLower(unsigned), "e")
	whole, decimals, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimLeft(whole+decimals, "0")
	if digits == "" {
		return int64(0), noFault
	}
	shift := readExponent(exponent) - len(decimals)
	significant := strings.TrimRight(digits, "0")
	shift += len(digits) - len(significant)
	switch {
	case shift < 0:
		return nil, fraction
	case len(significant)+shift > len("18446744073709551615"):
		return nil, overflow
	}
	n, err := strconv.ParseUint(significant+strings.Repeat("0", shift), 10, 64)
	switch {
	case err != nil, negative && n > 1<<63:
		return nil, overflow
	case negative:
		return -int64(n), noFault // -(1<<63) wraps onto itself, which is right
	case n <= math.MaxInt64:
		return int64(n), noFault
	}
	return n, noFault
}

// readExponent returns the exponent of a literal, held within what no
// document of the permitted size can balance with its digits.
func readExponent(exponent string) int {
	const huge = 1 << 40
	if exponent == "" {
		return 0
	}
	n, err := strconv.ParseInt(exponent, 10, 40)
	switch {
	case err == nil:
		return int(n)
	case strings.HasPrefix(exponent, "-"):
		return -huge
	}
	return huge
}

// plainNumber returns a literal for the same float64 that is safe to hand to
// the validator: it computes with big rationals, and 1e-999999999 would make
// it build a billion digits. It reports false for what no float64 holds.
func plainNumber(literal string) (json.Number, bool) {
	const longest, tiniest = 64, 1e-300
	f, err := strconv.ParseFloat(literal, 64)
	if err != nil {
		return "", false
	}
	if len(literal) > longest || math.Abs(f) < tiniest {
		return json.Number(strconv.FormatFloat(f, 'g', -1, 64)), true
	}
	return json.Number(literal), true
}

// isNumber reports whether a text is exactly one JSON number.
func isNumber(s string) bool {
	s = strings.TrimPrefix(s, "-")
	whole := leadingDigits(s)
	if whole == 0 || (whole > 1 && s[0] == '0') {
		return false
	}
	s = s[whole:]
	if strings.HasPrefix(s, ".") {
		decimals := leadingDigits(s[1:])
		if decimals == 0 {
			return false
		}
		s = s[1+decimals:]
	}
	if s != "" && (s[0] == 'e' || s[0] == 'E') {
		s = s[1:]
		if s != "" && (s[0] == '+' || s[0] == '-') {
			s = s[1:]
		}
		exponent := leadingDigits(s)
		return exponent > 0 && exponent == len(s)
	}
	return s == ""
}

func leadingDigits(s string) int {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return i
		}
	}
	return len(s)
}

// compareNumbers orders two literals that plainNumber or exactInteger let
// through.
func compareNumbers(a, b string) int {
	left, okLeft := new(big.Rat).SetString(a)
	right, okRight := new(big.Rat).SetString(b)
	if !okLeft || !okRight {
		return 0
	}
	return left.Cmp(right)
}
