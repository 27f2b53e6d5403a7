package tools

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
)

// exportOut is where the rows of an export go. Until finish nobody can see
// them; discard takes away what was not finished.
type exportOut interface {
	row(m *apiclient.Member) error
	finish() (exportPlace, error)
	discard()
}

// exportPlace is where an export can be found.
type exportPlace struct {
	File    string       `json:"path,omitempty" jsonschema_description:"within the export folder"`
	Links   []ExportLink `json:"links,omitempty" jsonschema_description:"resources to read, in order"`
	Expires string       `json:"expires_at,omitempty" jsonschema_description:"when the links end"`
	Bytes   int64        `json:"bytes"`
}

// ExportLink leads to a part of an export.
type ExportLink struct {
	URI      string `json:"uri"`
	Name     string `json:"name"`
	MIMEType string `json:"mime_type"`
	Bytes    int    `json:"bytes"`
}

// linked is a result that leads to resources.
type linked interface{ links() []ExportLink }

func linksOf(result any) []ExportLink {
	if acted, ok := result.(actedResult); ok {
		result = acted.Result
	}
	if with, ok := result.(linked); ok {
		return with.links()
	}
	return nil
}

// Shelf keeps exports for a client that does not share this computer's disk,
// and for nobody else.
type Shelf interface {
	// Room returns how many bytes an export may have.
	Room() int
	// Put keeps the parts of an export and returns how to read them, and until
	// when. An error is for the model.
	Put(parts []ExportPart) ([]ExportLink, time.Time, error)
	// Lifetime is how long an export is kept.
	Lifetime() time.Duration
}

// ExportPart is a part of an export; each can be read by itself.
type ExportPart struct {
	Name, MIMEType string
	Text           []byte
}

type shelfKey struct{}

// WithShelf returns a context for the calls of a client that cannot see files:
// what they export is put on the shelf and not into the operator's folder.
func WithShelf(ctx context.Context, s Shelf) context.Context {
	return context.WithValue(ctx, shelfKey{}, s)
}

func shelfOf(ctx context.Context) Shelf {
	s, _ := ctx.Value(shelfKey{}).(Shelf)
	return s
}

// fileOut writes into a file of the operator's folder.
type fileOut struct {
	folder *exportFolder
	file   *exportFile
	fields []memberField
	rows   rowWriter
}

func newFileOut(dir, name, format string, fields []memberField) (*fileOut, error) {
	folder, err := openExports(dir)
	if err != nil {
		return nil, err
	}
	file, err := folder.create(name)
	if err != nil {
		folder.close()
		return nil, err
	}
	out := &fileOut{folder: folder, file: file, fields: fields, rows: newRowWriter(format, file.buffer)}
	if err := out.rows.header(fields); err != nil {
		out.discard()
		return nil, fileObstacle(err)
	}
	return out, nil
}

func (f *fileOut) row(m *apiclient.Member) error {
	if err := f.rows.row(f.fields, m); err != nil {
		return fileObstacle(err)
	}
	return nil
}

func (f *fileOut) finish() (exportPlace, error) {
	if err := f.rows.flush(); err != nil {
		return exportPlace{}, fileObstacle(err)
	}
	if err := f.file.publish(); err != nil {
		return exportPlace{}, err
	}
	return exportPlace{File: f.file.name, Bytes: f.file.size}, nil
}

func (f *fileOut) discard() {
	f.file.discard()
	f.folder.close()
}

// partBytes is how long a part of an export becomes, so that no answer to a
// client is much longer.
const partBytes = 512 << 10

// shelfOut collects the parts of an export for the shelf. Each has its own
// header, so that each is a whole file.
type shelfOut struct {
	shelf        Shelf
	name, format string
	fields       []memberField

	parts []ExportPart
	text  *bytes.Buffer
	rows  rowWriter
	size  int
}

func newShelfOut(shelf Shelf, name, format string, fields []memberField) (*shelfOut, error) {
	out := &shelfOut{shelf: shelf, name: name, format: format, fields: fields}
	return out, out.begin()
}

func (s *shelfOut) begin() error {
	s.text = &bytes.Buffer{}
	s.rows = newRowWriter(s.format, s.text)
	return s.rows.header(s.fields)
}

func (s *shelfOut) row(m *apiclient.Member) error {
	if err := s.rows.row(s.fields, m); err != nil {
		return err
	}
	if err := s.rows.flush(); err != nil {
		return err
	}
	if s.size+s.text.Len() > s.shelf.Room() {
		return &Obstacle{Message: fmt.Sprintf("The export is longer than the %d MB that can be kept for a client. Choose fewer members or fields, or let the operator export into a folder of the computer where this server runs. No part of it was kept.", s.shelf.Room()>>20)}
	}
	if s.text.Len() < partBytes {
		return nil
	}
	s.end()
	return s.begin()
}

// end closes the part that is being written.
func (s *shelfOut) end() {
	mime := "text/csv"
	if s.format == formatNDJSON {
		mime = "application/x-ndjson"
	}
	s.size += s.text.Len()
	s.parts = append(s.parts, ExportPart{
		Name: fmt.Sprintf("%s-%d.%s", s.name, len(s.parts)+1, s.format), MIMEType: mime, Text: bytes.Clone(s.text.Bytes()),
	})
}

func (s *shelfOut) finish() (exportPlace, error) {
	if err := s.rows.flush(); err != nil {
		return exportPlace{}, err
	}
	s.end()
	links, expires, err := s.shelf.Put(s.parts)
	if err != nil {
		return exportPlace{}, err
	}
	return exportPlace{Links: links, Expires: stamp(expires.UTC()), Bytes: int64(s.size)}, nil
}

func (s *shelfOut) discard() { s.parts, s.text = nil, nil }
