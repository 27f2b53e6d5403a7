package sandbox

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ParseFault reads a fault in its command-line form:
//
//	METHOD PATH WHAT [OPTION…]
//
//	METHOD  GET, POST, PUT, PATCH, DELETE, or * for any
//	PATH    relative to the network: /members, /members/*, /spaces/*/members,
//	        /posts/** (everything below), / (the network itself), or * for any;
//	        a trailing slash makes no difference
//	WHAT    status=CODE, or the bare CODE   answer that (200 to 599)
//	        bot-wall      answer the HTML challenge, 403
//	        hang          never answer
//	        reset         break the connection, nothing executed
//	        reset-after   execute, then break the connection
//	        truncate      execute, then break off halfway through the body
//	        slow          execute, then wait for delay=… before answering
//	        status-after=CODE  execute, then answer that
//	        hang-after    execute, then never answer
//	        hang-body     execute, then stop halfway through the body
//	        drip          execute, then send a byte every delay=…
//	        huge          execute, then send 50 MB before the body
//	        plain         execute, then call the answer plain text
//	        envelope      execute, then answer in another wrapping (shape=…)
//	OPTION  times=N       hit N requests, then no more (without it: every one)
//	        skip=N        let the first N matching requests pass
//	        retry-after=V a Retry-After header (status, bot-wall)
//	        location=URL  a Location header (status, as the next two)
//	        html          an HTML page instead of {"error": …} (status)
//	        body=TEXT     this body instead (status)
//	        delay=2s      a Go duration (slow, drip)
//	        shape=S       results, list, data or empty (envelope)
//
// Words are separated by spaces. A value with spaces goes in quotes:
// body='{"error": "too long"}', or double quotes with Go's escapes. Examples:
//
//	GET /members status=500 times=2
//	GET /members/* 429 retry-after=2
//	PATCH /members/* reset-after
//	* /spaces truncate skip=1
//
// The error names the word that is wrong and lists what is valid there.
func ParseFault(spec string) (Fault, error) {
	words, err := faultWords(spec)
	if err != nil {
		return Fault{}, fmt.Errorf("fault %q: %w", spec, err)
	}
	if len(words) < 3 {
		return Fault{}, fmt.Errorf(`fault %q: want METHOD PATH WHAT [OPTION…], e.g. "GET /members status=500 times=2"`, spec)
	}
	f := Fault{Method: strings.ToUpper(words[0]), Path: words[1]}
	if !slices.Contains(faultMethods(), f.Method) {
		return Fault{}, fmt.Errorf("fault %q: unknown method %q; valid: %s", spec, words[0], list(faultMethods()))
	}
	if err := f.setKind(words[2]); err != nil {
		return Fault{}, fmt.Errorf("fault %q: %w", spec, err)
	}
	for _, word := range words[3:] {
		if err := f.setOption(word); err != nil {
			return Fault{}, fmt.Errorf("fault %q: %w", spec, err)
		}
	}
	if err := f.Validate(); err != nil {
		return Fault{}, fmt.Errorf("fault %q: %w", spec, err)
	}
	return f, nil
}

func faultMethods() []string {
	return []string{"*", http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}
}

func (f *Fault) setKind(word string) error {
	code, given := strings.CutPrefix(word, "status=")
	if _, err := strconv.Atoi(word); err == nil || given {
		f.Kind = FaultStatus
		n, err := strconv.Atoi(code)
		if err != nil {
			return fmt.Errorf("status %q is not a number", code)
		}
		f.Status = n
		return nil
	}
	if code, given := strings.CutPrefix(word, string(FaultStatusAfter)+"="); given {
		n, err := strconv.Atoi(code)
		if err != nil {
			return fmt.Errorf("status %q is not a number", code)
		}
		f.Kind, f.Status = FaultStatusAfter, n
		return nil
	}
	f.Kind = FaultKind(word)
	if f.Kind == FaultStatus || f.Kind == FaultStatusAfter || !slices.Contains(faultKinds(), f.Kind) {
		return fmt.Errorf("unknown fault %q; valid: status=CODE, CODE, status-after=CODE, %s", word,
			list(slices.DeleteFunc(faultKinds()[1:], func(k FaultKind) bool { return k == FaultStatusAfter })))
	}
	return nil
}

func (f *Fault) setOption(word string) error {
	name, value, given := strings.Cut(word, "=")
	if name == "html" && !given {
		f.HTML = true
		return nil
	}
	if !given {
		return unknownOption(word)
	}
	var err error
	switch name {
	case "times":
		f.Times, err = positive(name, value)
	case "skip":
		f.Skip, err = positive(name, value)
	case "delay":
		if f.Delay, err = time.ParseDuration(value); err != nil {
			err = fmt.Errorf("delay %q is not a duration such as 250ms or 2s", value)
		}
	case "retry-after":
		f.RetryAfter = value
	case "location":
		f.Location = value
	case "body":
		f.Body = value
	case "shape":
		f.Shape = value
	default:
		err = unknownOption(word)
	}
	return err
}

func unknownOption(word string) error {
	return fmt.Errorf("unknown option %q; valid: times=N, skip=N, retry-after=V, location=URL, html, body=TEXT, delay=DURATION, shape=S", word)
}

func positive(name, value string) (int, error) {
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("%s %q is not a whole number above 0", name, value)
	}
	return n, nil
}

// faultWords splits a line at spaces outside quotes and takes the quotes off.
func faultWords(spec string) ([]string, error) {
	var words []string
	for rest := strings.TrimSpace(spec); rest != ""; rest = strings.TrimLeft(rest, " \t") {
		var word strings.Builder
		for rest != "" && rest[0] != ' ' && rest[0] != '\t' {
			piece, tail, err := faultPiece(rest)
			if err != nil {
				return nil, err
			}
			word.WriteString(piece)
			rest = tail
		}
		words = append(words, word.String())
	}
	return words, nil
}

// faultPiece takes one quoted piece or one unquoted run off the front.
func faultPiece(s string) (piece, rest string, err error) {
	switch s[0] {
	case '"':
		quoted, err := strconv.QuotedPrefix(s)
		if err != nil {
			return "", "", errors.New("a double quote is not closed")
		}
		piece, err = strconv.Unquote(quoted)
		return piece, s[len(quoted):], err
	case '\'':
		piece, rest, found := strings.Cut(s[1:], "'")
		if !found {
			return "", "", errors.New("a single quote is not closed")
		}
		return piece, rest, nil
	default:
		end := strings.IndexAny(s, " \t\"'")
		if end < 0 {
			end = len(s)
		}
		return s[:end], s[end:], nil
	}
}

// String writes the fault in the form [ParseFault] reads.
func (f Fault) String() string {
	words := []string{orStar(f.Method), orStar(f.Path), string(f.Kind)}
	if f.Kind == FaultStatus || f.Kind == FaultStatusAfter {
		words[2] = fmt.Sprintf("%s=%d", f.Kind, f.Status)
	}
	option := func(name, value string) {
		if value != "" {
			words = append(words, name+"="+quoteWord(value))
		}
	}
	option("retry-after", f.RetryAfter)
	option("location", f.Location)
	if f.HTML {
		words = append(words, "html")
	}
	option("body", f.Body)
	if f.Delay != 0 {
		option("delay", f.Delay.String())
	}
	option("shape", f.Shape)
	if f.Skip != 0 {
		option("skip", strconv.Itoa(f.Skip))
	}
	if f.Times != 0 {
		option("times", strconv.Itoa(f.Times))
	}
	return strings.Join(words, " ")
}

func orStar(s string) string {
	if s == "" {
		return "*"
	}
	return s
}

func quoteWord(value string) string {
	if quoted := strconv.Quote(value); strings.ContainsAny(value, " '") || quoted != `"`+value+`"` {
		return quoted
	}
	return value
}
