// Package privacy masks personal data of members: e-mail addresses, names and
// where they live.
//
// What is masked is masked where the API's answers come in, before anything
// reads them. So it holds for everything behind that (results, previews,
// questions, files, records for other systems, resources, the journal, logs)
// by construction, and there is nothing to search, sort or choose by that could
// give it away. The price is told where it is paid: who wants to look somebody
// up by their address has to know all of it, and a masked name cannot be put
// back by an undo.
//
// What a call was given by its caller is not masked, such as the new address of
// a member: a person has to read it to approve it, and the journal keeps the
// arguments of a call, by which its end can be found out where nobody knows it.
//
// Names and places are found by the fields that hold them, addresses also by
// their form, wherever they stand. A name or a place that somebody wrote into a
// post stays.
package privacy

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Mask says what is masked. The zero value masks nothing.
type Mask struct{ Email, Name, Location bool }

// Parse reads the words email, name and location. The error names a word that
// is none of them.
func Parse(words []string) (Mask, error) {
	var m Mask
	for _, word := range words {
		switch word {
		case "email":
			m.Email = true
		case "name":
			m.Name = true
		case "location":
			m.Location = true
		default:
			return Mask{}, fmt.Errorf("%q cannot be masked; email, name and location can", word)
		}
	}
	return m, nil
}

// On reports whether anything is masked.
func (m Mask) On() bool { return m != Mask{} }

// String lists in words what is masked; "" for nothing.
func (m Mask) String() string {
	var words []string
	for _, part := range []struct {
		on   bool
		word string
	}{{m.Email, "e-mail addresses"}, {m.Name, "names"}, {m.Location, "locations and time zones"}} {
		if part.on {
			words = append(words, part.word)
		}
	}
	return strings.Join(words, ", ")
}

// gap stands for what was taken out.
const gap = "…"

// Address masks one e-mail address: "ada@example.org" becomes "a…@e…". What is
// no address becomes "…", and what is masked stays as it is.
func Address(address string) string {
	address = strings.TrimSpace(address)
	if address == "" {
		return ""
	}
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return gap
	}
	return first(address[:at]) + gap + "@" + first(address[at+1:]) + gap
}

// IsMasked reports whether an address is in the form of [Address]. Such an
// address is nobody's: many have the same.
func IsMasked(address string) bool {
	return strings.Contains(address, gap+"@") || address == gap
}

// first returns the first letter or digit of s in lower case.
func first(s string) string {
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return string(unicode.ToLower(r))
		}
	}
	return ""
}

// initials is how many words of a name leave a letter.
const initials = 3

// Name masks a name: "Ada Lovelace" becomes "A. L.". What is masked stays as it
// is.
func Name(name string) string {
	var out []string
	for _, word := range strings.Fields(name) {
		i := strings.IndexFunc(word, unicode.IsLetter)
		if i < 0 {
			continue
		}
		r, _ := utf8.DecodeRuneInString(word[i:])
		if out = append(out, string(r)+"."); len(out) == initials {
			break
		}
	}
	if out == nil && strings.TrimSpace(name) != "" {
		return gap
	}
	return strings.Join(out, " ")
}

// addressForm finds addresses in a text, also those that were escaped for the
// address of a page.
var addressForm = regexp.MustCompile(`[\pL\pN._%+'’~!$*^-]+(?:@|%40|＠)[\pL\pN-]+(?:\.[\pL\pN-]+)+`)

// Text masks the addresses in a text, if addresses are masked.
func (m Mask) Text(text string) string {
	if !m.Email || !strings.ContainsAny(text, "@＠") && !strings.Contains(text, "%40") {
		return text
	}
	return addressForm.ReplaceAllStringFunc(text, func(found string) string {
		return Address(strings.NewReplacer("%40", "@", "＠", "@").Replace(found))
	})
}
