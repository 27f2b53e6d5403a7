package tools

import (
	"encoding/csv"
	"io"
	"regexp"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
)

// The formats of exported files.
const (
	formatCSV    = "csv"
	formatNDJSON = "ndjson"
)

// rowWriter writes members, one line for each.
type rowWriter interface {
	header(fields []memberField) error
	row(fields []memberField, m *apiclient.Member) error
	flush() error
}

func newRowWriter(format string, to io.Writer) rowWriter {
	if format == formatNDJSON {
		return ndjsonRows{to}
	}
	return &csvRows{to: csv.NewWriter(to)}
}

// csvRows writes RFC 4180. No cell has a line break, so that a line is a
// member for every program.
type csvRows struct {
	to    *csv.Writer
	cells []string
}

func (c *csvRows) header(fields []memberField) error {
	c.cells = c.cells[:0]
	for _, f := range fields {
		c.cells = append(c.cells, f.name)
	}
	return c.to.Write(c.cells)
}

func (c *csvRows) row(fields []memberField, m *apiclient.Member) error {
	c.cells = c.cells[:0]
	for _, f := range fields {
		c.cells = append(c.cells, harmless(fieldText(f.value(m))))
	}
	return c.to.Write(c.cells)
}

func (c *csvRows) flush() error {
	c.to.Flush()
	return c.to.Error()
}

var (
	// What spreadsheets take for the beginning of a formula, the wide forms of
	// East Asian keyboards included.
	formula = regexp.MustCompile(`^["'\s]*[=+\-@＝＋－＠]`)
	// The same behind a semicolon, which is what separates cells where the
	// comma belongs to numbers.
	hiddenFormula = regexp.MustCompile(`;(["'\s]*[=+\-@＝＋－＠])`)
)

// harmless makes a text one that no spreadsheet takes for a formula: people
// choose their names, and a formula can send away what stands beside it.
func harmless(cell string) string {
	if formula.MatchString(cell) {
		cell = "'" + cell
	}
	return hiddenFormula.ReplaceAllString(cell, ";'$1")
}

// ndjsonRows writes one JSON object a line.
type ndjsonRows struct{ to io.Writer }

func (n ndjsonRows) header([]memberField) error { return nil }

func (n ndjsonRows) row(fields []memberField, m *apiclient.Member) error {
	line := []byte{'{'}
	for i, f := range fields {
		value, err := encode(f.value(m))
		if err != nil {
			return err
		}
		if i > 0 {
			line = append(line, ',')
		}
		line = append(append(append(append(line, '"'), f.name...), '"', ':'), value...)
	}
	_, err := n.to.Write(append(line, '}', '\n'))
	return err
}

func (n ndjsonRows) flush() error { return nil }
