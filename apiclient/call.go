package apiclient

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// pathPrefix stands before every path of the table.
const pathPrefix = "/admin/v1"

// call is one use of an operation.
type call struct {
	op    opID
	path  []string   // values of the path's placeholders after network_id, in order
	query url.Values // what goes into the query string
	body  any        // what goes into the body as JSON; nil sends no body
	form  *form      // what goes into the body in place of JSON
}

// answer is a complete response.
type answer struct {
	status int
	header http.Header
	body   []byte
	url    *url.URL // where it was asked
}

// send makes the call and returns its answer if that reports success.
func (c *Client) send(ctx context.Context, k call) (answer, error) {
	op := k.op.row()
	if err := ctx.Err(); err != nil {
		return answer{}, left(op, err)
	}
	if isReadBack(ctx) && op.Method != http.MethodGet {
		return answer{}, unsent(op)
	}
	req, err := c.request(ctx, op, k)
	if err != nil {
		return answer{}, err
	}
	return c.exchange(op, req)
}

// isSuccess accepts the statuses the vendor documents for the operation, and
// the other plain successes, which users saw in their place. 202 and 206 are
// not among them: they say that something is missing.
func isSuccess(op *Operation, status int) bool {
	return slices.Contains(op.Success, status) ||
		status == http.StatusOK || status == http.StatusCreated || status == http.StatusNoContent
}

func (c *Client) request(ctx context.Context, op *Operation, k call) (*http.Request, error) {
	path, err := fillPath(op.Path, append([]string{c.network}, k.path...))
	if err != nil {
		return nil, invalid(k.op, err.Error())
	}
	address := c.origin.String() + pathPrefix + path
	if len(k.query) > 0 {
		address += "?" + k.query.Encode()
	}
	var body io.Reader
	contentType := "application/json"
	switch {
	case k.form != nil:
		body, contentType = bytes.NewReader(k.form.data), k.form.contentType
	case k.body != nil:
		data, err := json.Marshal(k.body)
		if err != nil {
			return nil, invalid(k.op, "the values cannot be written as JSON: "+cleanLine(err.Error(), maxMessage))
		}
		body = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(withOperation(ctx, op), op.Method, address, body)
	if err != nil {
		return nil, invalid(k.op, "no request can be made of these values")
	}
	if body != nil {
		req.Header.Set("Content-Type", contentType)
	}
	return req, nil
}

// fillPath puts the values, escaped, into the placeholders of a template.
func fillPath(template string, values []string) (string, error) {
	var b strings.Builder
	for segment := range strings.SplitSeq(template, "/") {
		if b.Len() > 0 || segment != "" {
			b.WriteByte('/')
		}
		if !strings.HasPrefix(segment, "{") {
			b.WriteString(segment)
			continue
		}
		name := strings.Trim(segment, "{}")
		if len(values) == 0 {
			return "", fmt.Errorf("%s is missing", name)
		}
		value := values[0]
		values = values[1:]
		// Escaping leaves dots alone, and servers resolve dot segments.
		if value == "" || value == "." || value == ".." {
			return "", fmt.Errorf("%s cannot be %q", name, value)
		}
		b.WriteString(url.PathEscape(value))
	}
	if len(values) > 0 {
		return "", fmt.Errorf("%d values too many for %s", len(values), template)
	}
	return b.String(), nil
}

// ids writes ids as path values. 0 is nobody's id: it becomes the empty value,
// which fillPath refuses by name.
func ids(list ...ID) []string {
	out := make([]string, len(list))
	for i, id := range list {
		if id != 0 {
			out[i] = id.String()
		}
	}
	return out
}

// fetch makes a call whose answer is one resource.
func fetch[T any](ctx context.Context, c *Client, k call) (*T, error) {
	a, err := c.send(ctx, k)
	if err != nil {
		return nil, err
	}
	resource := new(T)
	if err := a.decode(resource); err != nil {
		return nil, c.unreadable(k.op, a, err)
	}
	return resource, nil
}

// perform makes a call that answers with nothing of interest.
func (c *Client) perform(ctx context.Context, k call) error {
	a, err := c.send(ctx, k)
	if err != nil {
		return err
	}
	// The status alone is no proof when a page stands where the API answers
	// with nothing or with an object.
	if len(bytes.TrimSpace(a.body)) == 0 {
		return nil
	}
	var ignored json.RawMessage
	if err := a.decode(&ignored); err != nil {
		return c.unreadable(k.op, a, err)
	}
	return nil
}

// decode reads the body as JSON into v. Its errors say why that failed and
// repeat nothing of the body.
func (a answer) decode(v any) error {
	encoding := a.header.Get("Content-Encoding")
	if encoding != "" && encoding != "identity" {
		return errors.New("it is encoded in a way nobody asked for")
	}
	if len(bytes.TrimSpace(a.body)) == 0 {
		return errors.New("it is empty")
	}
	err := json.Unmarshal(a.body, v)
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax) && a.isHTML():
		return errors.New("it is a web page")
	case errors.As(err, &syntax):
		return errors.New("it is not JSON")
	}
	return err
}

// unreadable is a success whose content is of no use.
func (c *Client) unreadable(op opID, a answer, why error) *Error {
	return c.garbled(op.row(), a, why)
}

type operationKey struct{}

// withOperation tells the transports which operation a request belongs to, so
// that they need not log addresses, whose queries contain e-mails.
func withOperation(ctx context.Context, op *Operation) context.Context {
	return context.WithValue(ctx, operationKey{}, op)
}

// opOf returns the operation that the request belongs to, or nil.
func opOf(ctx context.Context) *Operation {
	op, _ := ctx.Value(operationKey{}).(*Operation)
	return op
}

func operationOf(ctx context.Context) string {
	if op := opOf(ctx); op != nil {
		return op.String()
	}
	return "unknown operation"
}
