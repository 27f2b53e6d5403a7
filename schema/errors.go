package schema

import (
	"fmt"
	"strings"
)

// maxProblems bounds how many problems one error tells. A model repairs a
// handful at a time, and a hostile document must not fill its context.
const maxProblems = 8

// Problem is one thing that is wrong with a document.
type Problem struct {
	// Argument is the path of the value, like "spaces[2].position"; empty
	// when the document as a whole is meant. Names that the caller made up
	// are shortened and escaped.
	Argument string
	// Message is the whole sentence, naming the argument, what it must be
	// and what it was.
	Message string
}

// ArgumentError is what [Schema.Bind] returns for arguments that do not fit.
// It is meant to be shown to the model that sent them: nothing was done, and
// the text says what to send instead. Values from the arguments are quoted,
// shortened to 60 characters and free of control and invisible characters.
type ArgumentError struct {
	// Problems holds the first eight problems in the order of the schema.
	Problems []Problem

	more int // problems beyond those
}

// Error tells all problems at once.
func (e *ArgumentError) Error() string {
	return tell("problems with the arguments", e.Problems, e.more)
}

// DocumentError is what [Schema.Check] returns for a document that does not
// fit its schema: a mistake of the program that made the document, not of the
// caller.
type DocumentError struct {
	// Problems holds the first eight problems in the order of the schema.
	Problems []Problem

	more int
}

// Error tells all problems at once.
func (e *DocumentError) Error() string {
	return tell("problems with the document", e.Problems, e.more)
}

func tell(title string, problems []Problem, more int) string {
	if len(problems) == 1 && more == 0 {
		return problems[0].Message
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%d %s:", len(problems)+more, title)
	for _, p := range problems {
		text.WriteString("\n- ")
		text.WriteString(p.Message)
	}
	if more > 0 {
		fmt.Fprintf(&text, "\n- and %d more", more)
	}
	return text.String()
}
