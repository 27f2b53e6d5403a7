package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// call is one request that passed the checks of its route: ids from the path,
// and the query parameters and body fields in one map, since no route uses a
// name in both.
type call struct {
	now   stamp
	actor *member // the key's owner, as whom the call acts
	ids   map[string]uint64
	args  map[string]any
}

// id returns a path id.
func (c *call) id(name string) uint64 { return c.ids[name] }

// str returns a string argument. A JSON null counts as given and empty.
func (c *call) str(name string) (string, bool) {
	v, given := c.args[name]
	s, _ := v.(string)
	return s, given
}

// uint returns an integer argument.
func (c *call) uint(name string) (uint64, bool) {
	n, ok := c.args[name].(uint64)
	return n, ok
}

// flag returns a boolean argument, or the default when it is absent or null.
func (c *call) flag(name string, otherwise bool) bool {
	if v, ok := c.args[name].(bool); ok {
		return v
	}
	return otherwise
}

// readArgs checks query and body against the row of the route and returns the
// arguments by name. The order of complaints is: unexpected, malformed,
// absent.
func readArgs(r *route, query url.Values, header http.Header, body []byte) (map[string]any, error) {
	args := map[string]any{}
	if err := readQuery(r, query, args); err != nil {
		return nil, err
	}
	if err := readBody(r, header, body, args); err != nil {
		return nil, err
	}
	var absent []string
	for _, p := range slices.Concat(r.query, r.body) {
		if p.required && args[p.name] == nil {
			absent = append(absent, p.name)
		}
	}
	if len(absent) > 0 {
		status := r.absent
		if status == 0 {
			status = http.StatusUnprocessableEntity
		}
		return nil, &apiError{status, "Missing required parameters: " + strings.Join(absent, ", ")}
	}
	return args, nil
}

func readQuery(r *route, query url.Values, args map[string]any) error {
	if err := expected(query, r.query); err != nil {
		return err
	}
	for _, p := range r.query {
		values, given := query[p.name]
		if !given {
			continue
		}
		if len(values) > 1 {
			return badRequest("Invalid parameter: " + p.name + " is given more than once")
		}
		v, err := parseQueryValue(p, values[0])
		if err != nil {
			return err
		}
		args[p.name] = v
	}
	return nil
}

func parseQueryValue(p param, value string) (any, error) {
	switch p.kind {
	case integer:
		n, err := strconv.ParseUint(value, 10, 64)
		if err != nil {
			return nil, badRequest("Invalid parameter: " + p.name + " must be an integer")
		}
		return n, nil
	case boolean:
		if value != "true" && value != "false" {
			return nil, badRequest("Invalid parameter: " + p.name + " must be true or false")
		}
		return value == "true", nil
	default:
		return value, nil
	}
}

func readBody(r *route, header http.Header, body []byte, args map[string]any) error {
	if r.body == nil {
		if len(body) > 0 {
			return badRequest("Unexpected request body")
		}
		return nil
	}
	if len(body) == 0 {
		// The vendor marks every body as required, those of which each field
		// is optional too.
		return badRequest("Request body is missing")
	}
	if r.form {
		return readForm(r, header, body, args)
	}
	if media, _, err := mime.ParseMediaType(header.Get("Content-Type")); err != nil || media != "application/json" {
		return badRequest("Content-Type must be application/json")
	}
	fields, err := decodeObject(body)
	if err != nil {
		return badRequest("Request body is not a JSON object")
	}
	if err := expected(fields, r.body); err != nil {
		return err
	}
	for _, p := range r.body {
		v, given := fields[p.name]
		if !given {
			continue
		}
		if args[p.name], err = parseField(p, v); err != nil {
			return err
		}
	}
	return nil
}

// decodeObject reads exactly one JSON object, with numbers kept exact.
func decodeObject(body []byte) (map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var fields map[string]any
	if err := d.Decode(&fields); err != nil {
		return nil, err
	}
	if fields == nil {
		return nil, fmt.Errorf("null is no object")
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("more follows the object")
	}
	return fields, nil
}

// parseField turns a decoded JSON value into the Go value of its kind. null
// stays nil: present, and without a value.
func parseField(p param, v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	switch p.kind {
	case text:
		if s, ok := v.(string); ok {
			return s, nil
		}
	case integer:
		if n, ok := unsigned(v); ok {
			return n, nil
		}
	case boolean:
		if b, ok := v.(bool); ok {
			return b, nil
		}
	case integers:
		if list, ok := v.([]any); ok {
			return unsignedList(p.name, list)
		}
	case texts:
		if list, ok := v.([]any); ok {
			return textList(p.name, list)
		}
	case placings:
		if list, ok := v.([]any); ok {
			return parsePlacings(p.name, list)
		}
	case wordlist:
		switch v := v.(type) {
		case string:
			return v, nil
		case json.Number:
			return v.String(), nil
		}
	}
	return nil, badRequest("Invalid parameter: " + p.name + " must be " + p.kind.words())
}

func unsigned(v any) (uint64, bool) {
	number, ok := v.(json.Number)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseUint(number.String(), 10, 64)
	return n, err == nil
}

func unsignedList(name string, list []any) (any, error) {
	out := make([]uint64, 0, len(list))
	for _, v := range list {
		n, ok := unsigned(v)
		if !ok {
			return nil, badRequest("Invalid parameter: " + name + " must be " + integers.words())
		}
		out = append(out, n)
	}
	return out, nil
}

func textList(name string, list []any) (any, error) {
	out := make([]string, 0, len(list))
	for _, v := range list {
		s, ok := v.(string)
		if !ok {
			return nil, badRequest("Invalid parameter: " + name + " must be " + texts.words())
		}
		out = append(out, s)
	}
	return out, nil
}

func (k kind) words() string {
	switch k {
	case integer:
		return "an integer"
	case boolean:
		return "true or false"
	case integers:
		return "an array of integers"
	case texts:
		return "an array of strings"
	case placings:
		return "an array of objects with space_id and position"
	case wordlist:
		return "a comma-separated list"
	case file:
		return "a file"
	default:
		return "a string"
	}
}

// expected refuses every name the route does not list, as the API does.
func expected[V any](given map[string]V, params []param) error {
	var unknown []string
	for name := range given {
		if !slices.ContainsFunc(params, func(p param) bool { return p.name == name }) {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	slices.Sort(unknown)
	return badRequest("Unexpected parameters: " + strings.Join(unknown, ", "))
}
