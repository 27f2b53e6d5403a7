package sandbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
)

// upload is a file that arrived in a form.
type upload struct {
	name string
	size int64
	sum  string // SHA-256 in hexadecimal
}

// readForm reads a multipart body against the row of the route.
func readForm(r *route, header http.Header, body []byte, args map[string]any) error {
	media, params, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil || media != "multipart/form-data" || params["boundary"] == "" {
		return badRequest("Content-Type must be multipart/form-data")
	}
	parts := map[string]any{}
	for reader := multipart.NewReader(bytes.NewReader(body), params["boundary"]); ; {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return badRequest("Request body is not a form")
		}
		name := part.FormName()
		if _, twice := parts[name]; twice {
			return badRequest("Invalid parameter: " + name + " is given more than once")
		}
		if parts[name], err = readPart(part); err != nil {
			return badRequest("Request body is not a form")
		}
	}
	if err := expected(parts, r.body); err != nil {
		return err
	}
	for _, p := range r.body {
		v, given := parts[p.name]
		if !given {
			continue
		}
		if _, isFile := v.(upload); isFile != (p.kind == file) {
			return badRequest("Invalid parameter: " + p.name + " must be " + p.kind.words())
		}
		args[p.name] = v
	}
	return nil
}

// readPart returns an upload for a part with a file name, and a string for any
// other.
func readPart(part *multipart.Part) (any, error) {
	content, err := io.ReadAll(part)
	if err != nil {
		return nil, err
	}
	if part.FileName() == "" {
		return string(content), nil
	}
	sum := sha256.Sum256(content)
	return upload{part.FileName(), int64(len(content)), hex.EncodeToString(sum[:])}, nil
}
