package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

var errList = errors.New("it is one value, not a list")

// setText takes one value that check understands.
func setText(to *string, r raw, check func(string) (string, error)) error {
	if r.isList {
		return errList
	}
	value, err := check(strings.TrimSpace(r.text))
	if err == nil {
		*to = value
	}
	return err
}

// setList takes a list, or text with commas, and replaces what was there. An
// empty list is a choice too: it stays apart from nil.
func setList(to *[]string, r raw, check func(string) (string, error)) error {
	list := r.list
	if !r.isList {
		list = strings.Split(r.text, ",")
	}
	values := []string{}
	for _, item := range list {
		if item = strings.TrimSpace(item); item == "" {
			continue
		}
		value, err := check(item)
		if err != nil {
			return err
		}
		if !slices.Contains(values, value) {
			values = append(values, value)
		}
	}
	*to = values
	return nil
}

func setIDs(to *[]uint64, r raw) error {
	var texts []string
	if err := setList(&texts, r, func(s string) (string, error) {
		if !positive.MatchString(s) {
			return "", fmt.Errorf("%s is not a member id; use whole numbers above 0, like 123456", shown(s))
		}
		return s, nil
	}); err != nil {
		return err
	}
	ids := make([]uint64, len(texts))
	for i, text := range texts {
		id, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return fmt.Errorf("%s is too large for a member id", shown(text))
		}
		ids[i] = id
	}
	*to = ids
	return nil
}

func setMode(to *Mode, r raw) error {
	return setWord((*string)(to), r, "a mode", []string{string(ReadOnly), string(Preview), string(Live)})
}

// setWord takes one word of a few; what names the kind of word.
func setWord(to *string, r raw, what string, valid []string) error {
	return setText(to, r, func(s string) (string, error) { return word(s, what, valid) })
}

func word(s, what string, valid []string) (string, error) {
	if !slices.Contains(valid, s) {
		return "", oneOf(s, what, valid)
	}
	return s, nil
}

func setBool(to *bool, r raw) error {
	var text string
	err := setWord(&text, r, "an answer", []string{"true", "false"})
	if err == nil {
		*to = text == "true"
	}
	return err
}

var wholeNumber = regexp.MustCompile(`^(0|[1-9][0-9]{0,9})$`)

// setInt takes a whole number between two bounds.
func setInt(to *int, r raw, least, most int) error {
	if r.isList {
		return errList
	}
	text := strings.TrimSpace(r.text)
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || !wholeNumber.MatchString(text) || n < int64(least) || n > int64(most) {
		return fmt.Errorf("%s is not a whole number from %d to %d", shown(text), least, most)
	}
	*to = int(n)
	return nil
}

func setLevel(to *slog.Level, r raw) error {
	levels := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}
	var name string
	err := setText(&name, r, func(s string) (string, error) {
		if _, ok := levels[strings.ToLower(s)]; !ok {
			return "", oneOf(s, "a log level", []string{"debug", "info", "warn", "error"})
		}
		return strings.ToLower(s), nil
	})
	if err == nil {
		*to = levels[name]
	}
	return err
}

// setDuration takes a duration between two bounds, which are part of the
// message and so given as text.
func setDuration(to *time.Duration, r raw, least, most string) error {
	if r.isList {
		return errList
	}
	text := strings.TrimSpace(r.text)
	low, _ := parseDuration(least)
	high, _ := parseDuration(most)
	d, err := parseDuration(text)
	if err != nil {
		return fmt.Errorf("%s is not a length of time; write it with a unit, like 90s, 5m, 1h or 7d, from %s to %s", shown(text), least, most)
	}
	if d < low || d > high {
		return fmt.Errorf("%s is out of range; use a length of time from %s to %s", shown(text), least, most)
	}
	*to = d
	return nil
}

var days = regexp.MustCompile(`^([0-9]{1,5})d$`)

// parseDuration is [time.ParseDuration], and knows days of 24 hours.
func parseDuration(s string) (time.Duration, error) {
	if match := days.FindStringSubmatch(s); match != nil {
		n, err := strconv.Atoi(match[1])
		return time.Duration(n) * 24 * time.Hour, err
	}
	return time.ParseDuration(s)
}

// The bounds of http.max_body, in bytes.
const (
	leastBody = 16 << 10
	mostBody  = 64 << 20
)

var size = regexp.MustCompile(`^([0-9]{1,12})\s*([A-Za-z]*)$`)

func setSize(to *int64, r raw) error {
	if r.isList {
		return errList
	}
	text := strings.TrimSpace(r.text)
	wrong := fmt.Errorf("%s is not a size; use a number of bytes, or one with KiB or MiB, from 16KiB to 64MiB", shown(text))
	match := size.FindStringSubmatch(text)
	if match == nil {
		return wrong
	}
	n, err := strconv.ParseInt(match[1], 10, 64)
	if err != nil {
		return wrong
	}
	switch strings.ToLower(match[2]) {
	case "", "b":
	case "k", "kb", "kib":
		n <<= 10
	case "m", "mb", "mib":
		n <<= 20
	default:
		return wrong
	}
	if n < leastBody || n > mostBody {
		return wrong
	}
	*to = n
	return nil
}

var (
	nameForm    = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,63}$`)
	profileForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)
	emailForm   = regexp.MustCompile(`^[^\s@,;<>"]+@[^\s@,;<>"]+$`)
	positive    = regexp.MustCompile(`^[1-9][0-9]{0,19}$`)
)

func toolName(s string) (string, error) {
	if !nameForm.MatchString(s) {
		return "", fmt.Errorf("%s cannot be a name; names are lower-case words like members or list_members (`mcp-mighty tools` lists them)", shown(s))
	}
	return s, nil
}

func profileName(s string) (string, error) {
	if !profileForm.MatchString(s) {
		return "", fmt.Errorf("%s cannot be the name of a network's profile; use letters, digits, '.', '_' and '-', like harbour", shown(s))
	}
	return s, nil
}

func emailAddress(s string) (string, error) {
	if !emailForm.MatchString(s) {
		return "", fmt.Errorf("%s is not an e-mail address; use addresses like ada@example.com", shown(s))
	}
	return strings.ToLower(s), nil
}

func listenAddress(s string) (string, error) {
	wrong := fmt.Errorf("%s is not an address to listen on; use host:port, like 127.0.0.1:8765", shown(s))
	host, port, err := net.SplitHostPort(s)
	if err != nil || strings.ContainsAny(host, "/ ") {
		return "", wrong
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || strconv.FormatUint(n, 10) != port {
		return "", wrong
	}
	return s, nil
}

func webOrigin(s string) (string, error) {
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || (u.Scheme != "http" && u.Scheme != "https") ||
		u.Scheme+"://"+u.Host != s || strings.ContainsAny(u.Host, "*@ ") {
		return "", fmt.Errorf("%s is not a web origin; use https://host or https://host:port, without path or wildcard", shownURL(s))
	}
	return strings.ToLower(s), nil
}

func hostName(s string) (string, error) {
	u, err := url.Parse("//" + s)
	if err != nil || u.Host != s || u.Hostname() == "" || strings.ContainsAny(s, "*@/ ") {
		return "", fmt.Errorf("%s is not a host name; use a name or an address with or without port, like mcp.example.com, without wildcard", shown(s))
	}
	return strings.ToLower(s), nil
}
