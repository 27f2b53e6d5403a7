package store

import (
	"context"
	"database/sql"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The finder is the full-text index of the directory. It answers whether a
// text is anywhere in another, which the usual index of words cannot: what is
// indexed are the endings of every text, each as one token, so that a part of
// it begins one of them. That holds for any script, and for parts of any length.
//
// A token begins with a letter for the field. Only who is on the network's
// list is in the index. It keeps no texts, no positions and no columns.

// tokenRunes is the length of a token without its field, in characters. What
// is looked for and longer is compared with the text itself as well.
const tokenRunes = 12

// The fields of the finder.
const (
	nameField  = "n"
	emailField = "e"
	placeField = "p"
	typeField  = "t"
)

// finderSchema makes every visible ASCII character part of a token; those
// beyond ASCII are anyway. The prefixes speed up what is short and so common.
const finderSchema = `
CREATE VIRTUAL TABLE found USING fts5 (
	tokens, content = '', contentless_delete = 1, detail = none, prefix = '2 3 4 5 6 7 8',
	tokenize = "ascii tokenchars '!""#$%&()*+,-./:;<=>?@[\]^_` + "`" + `{|}~'''"
);
`

// A token has no white space and nothing invisible in it: these would end it.
// A space is written as space, and all else, space itself as well, as other.
const (
	space = '␣'
	other = '␤'
)

// tokenText writes a text so that it is one token. exact says that no other
// text is written so.
func tokenText(text string) (token []rune, exact bool) {
	exact = true
	for _, r := range text {
		switch {
		case r == ' ':
			r = space
		case r == space, r == other, r == utf8.RuneError, unicode.IsSpace(r), unicode.IsControl(r):
			r, exact = other, false
		}
		token = append(token, r)
	}
	return token, exact
}

// tokens returns all that is indexed of a member.
func tokens(m DirectoryMember) string {
	var b strings.Builder
	seen := map[string]bool{}
	add := func(field, text string) {
		runes, _ := tokenText(text)
		for i := range runes {
			token := field + string(runes[i:min(len(runes), i+tokenRunes)])
			if !seen[token] {
				seen[token] = true
				b.WriteString(token)
				b.WriteByte(' ')
			}
		}
	}
	for _, word := range strings.Fields(m.FindName) {
		add(nameField, word)
	}
	add(emailField, m.FindEmail)
	add(placeField, m.FindPlace)
	if m.Type != "" {
		runes, _ := tokenText(m.Type)
		b.WriteString(typeField + string(runes))
	}
	return b.String()
}

// looked is a query for the finder, and what it cannot answer alone.
type looked struct {
	match string
	// exact is a condition in SQL for texts that are longer than a token.
	exact []string
	args  []any
}

// lookFor writes a query's texts for the finder.
func lookFor(q MemberQuery) looked {
	var l looked
	for _, part := range q.Name {
		l.add(nameField, "find_name", part)
	}
	l.add(emailField, "find_email", q.Email)
	l.add(placeField, "find_place", q.Place)
	if l.match != "" && q.Type != "" {
		runes, _ := tokenText(q.Type)
		l.and(quoteToken(typeField+string(runes), false))
	}
	return l
}

func (l *looked) add(field, column, text string) {
	if text == "" {
		return
	}
	runes, exact := tokenText(text)
	// A whole token begins no other one.
	l.and(quoteToken(field+string(runes[:min(len(runes), tokenRunes)]), len(runes) < tokenRunes))
	if len(runes) > tokenRunes {
		// Both its ends, so that few are left to be compared.
		l.and(quoteToken(field+string(runes[len(runes)-tokenRunes:]), false))
	}
	if !exact || len(runes) > tokenRunes {
		l.exact = append(l.exact, "instr(m."+column+", ?) > 0")
		l.args = append(l.args, text)
	}
}

func (l *looked) and(token string) {
	if l.match != "" {
		l.match += " AND "
	}
	l.match += token
}

// quoteToken makes a token a string of the finder's language. In a string
// nothing but the quotation mark has a meaning.
func quoteToken(token string, prefix bool) string {
	quoted := `"` + strings.ReplaceAll(token, `"`, `""`) + `"`
	if prefix {
		quoted += "*"
	}
	return quoted
}

// index puts a member into the finder, who is not in it.
func (k keeper) index(ctx context.Context, m DirectoryMember) error {
	_, err := k.exec(ctx, `INSERT INTO found (rowid, tokens) VALUES (?, ?)`, int64(m.ID), tokens(m))
	return err
}

// unindex takes a member out of the finder.
func (k keeper) unindex(ctx context.Context, id uint64) error {
	_, err := k.exec(ctx, `DELETE FROM found WHERE rowid = ?`, int64(id))
	return err
}

func unindexAll(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO found (found) VALUES ('delete-all')`)
	return err
}
