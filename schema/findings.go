package schema

import (
	"fmt"
	"slices"
	"strings"
)

// noun is what the parts of a document are called in messages.
type noun struct {
	part     string // "argument"
	whole    string // "the arguments"
	singular bool   // the grammar of whole
}

func argumentNoun() noun { return noun{part: "argument", whole: "the arguments"} }
func fieldNoun() noun    { return noun{part: "field", whole: "the document", singular: true} }

// subject begins a sentence about the value at a path.
func (n noun) subject(path string) string {
	if path == "" {
		return n.whole
	}
	return n.part + ` "` + path + `"`
}

func (n noun) are() string {
	if n.singular {
		return n.whole + " is"
	}
	return n.whole + " are"
}

func (n noun) hold() string {
	if n.singular {
		return n.whole + " holds"
	}
	return n.whole + " hold"
}

func (n noun) tooLarge() string { return n.are() + " too large" }

// finding is a problem with its place in the schema, by which problems are
// sorted: the validator walks maps, and a message must not depend on their
// order.
type finding struct {
	order  []int
	path   string
	format string
	args   []any
}

// findings collects problems. Sentences are made for the few that are told.
type findings struct {
	noun noun
	list []finding
	more int // counted, not kept
}

func (f *findings) add(order []int, path, format string, args ...any) {
	f.list = append(f.list, finding{slices.Clone(order), path, format, args})
}

func (f *findings) any() bool { return len(f.list) > 0 }

// problems returns the first few in order, and how many more there are.
func (f *findings) problems() ([]Problem, int) {
	slices.SortStableFunc(f.list, func(a, b finding) int {
		if c := slices.Compare(a.order, b.order); c != 0 {
			return c
		}
		return strings.Compare(a.path, b.path)
	})
	told := f.list[:min(len(f.list), maxProblems)]
	problems := make([]Problem, len(told))
	for i, one := range told {
		problems[i] = Problem{Argument: one.path, Message: fmt.Sprintf(one.format, one.args...)}
	}
	return problems, len(f.list) - len(told) + f.more
}

// step is one level of a path: a name, or the index of an array element.
type step struct {
	name    string
	index   int
	indexed bool
}

// render writes a path like "spaces[2].position". Names may be the caller's
// own, and as deep as the bounds permit, so they are shortened and escaped,
// and the path ends in "…" when it grows too long to help.
func render(path []step) string {
	const longest = 200
	var out strings.Builder
	for _, s := range path {
		if out.Len() > longest {
			out.WriteString("…")
			break
		}
		if s.indexed {
			fmt.Fprintf(&out, "[%d]", s.index)
			continue
		}
		if out.Len() > 0 {
			out.WriteByte('.')
		}
		out.WriteString(escape(s.name, quotedRunes))
	}
	return out.String()
}
