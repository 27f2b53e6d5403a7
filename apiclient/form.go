package apiclient

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"path"
	"strings"
	"unicode"
)

// form is a complete multipart body. It is in memory, so that a file that
// cannot be read, or is too large, is noticed before anything is sent.
type form struct {
	data        []byte
	contentType string
}

// formFile is a file in a form, under the API's name for its field.
type formFile struct {
	name, filename string
	content        io.Reader
	limit          int64 // bytes
}

var (
	errFileTooLarge = errors.New("the file is too large")
	errFileEmpty    = errors.New("the file is empty")
)

// newForm writes the fields that are given, and the file if there is one.
// Its errors come from the file.
func newForm(file *formFile, fields ...field) (*form, error) {
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf) // writing to memory does not fail
	for _, f := range fields {
		if f.value != "" {
			_ = w.WriteField(f.name, f.value)
		}
	}
	if file != nil {
		if err := file.writeTo(w); err != nil {
			return nil, err
		}
	}
	_ = w.Close()
	return &form{data: buf.Bytes(), contentType: w.FormDataContentType()}, nil
}

func (f *formFile) writeTo(w *multipart.Writer) error {
	head := make([]byte, 512) // what DetectContentType looks at
	n, err := io.ReadFull(f.content, head)
	switch {
	case errors.Is(err, io.EOF):
		return errFileEmpty
	case err != nil && !errors.Is(err, io.ErrUnexpectedEOF):
		return err
	}
	head = head[:n]

	kind := mime.TypeByExtension(strings.ToLower(path.Ext(f.filename)))
	if kind == "" {
		kind = http.DetectContentType(head)
	}
	part, err := w.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {multipart.FileContentDisposition(f.name, f.filename)},
		"Content-Type":        {kind},
	})
	if err != nil {
		return err
	}
	// One byte more than allowed tells "full" from "too large".
	written, err := io.Copy(part, io.LimitReader(io.MultiReader(bytes.NewReader(head), f.content), f.limit+1))
	if err == nil && written > f.limit {
		err = errFileTooLarge
	}
	return err
}

// plainName returns the last element of a path of any system, as one line;
// "" when there is none.
func plainName(filename string) string {
	name := filename[strings.LastIndexAny(filename, `/\`)+1:]
	// Not by the rules for what people write: those shorten what repeats.
	name = strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, name)
	name = strings.Join(strings.Fields(name), " ")
	if name == "." || name == ".." {
		return ""
	}
	return name
}
