package config

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"unicode"
)

// hidden is what a [Secret] shows wherever Go can print a value.
const hidden = "***"

// Secret holds a credential that cannot be printed by accident: fmt with any
// verb, encoding/json, encoding/text, YAML and slog all show "***".
//
// The value sits behind a function, not in a string field, because fmt reads
// unexported fields of enclosing structs without asking their methods.
// The zero value is an empty secret.
type Secret struct {
	reveal func() string
}

// NewSecret wraps a credential. It takes off the damage that copying a key
// into an environment variable or a file usually does: surrounding white
// space, quotes, newlines that were written out as \n or \r, and the word
// "Bearer" of a header. Use [ParseSecret] for what an operator typed.
func NewSecret(value string) Secret {
	value = trimCredential(value)
	if value == "" {
		return Secret{}
	}
	return Secret{reveal: func() string { return value }}
}

// ParseSecret is [NewSecret] for a value that may be no credential at all: it
// refuses what is empty, and what has white space or characters in it that no
// header can carry. Its errors continue a sentence ("the key in X ...") and
// never contain the value.
func ParseSecret(value string) (Secret, error) {
	value = trimCredential(value)
	if value == "" {
		return Secret{}, errors.New("is empty")
	}
	for _, r := range value {
		switch {
		case unicode.IsSpace(r):
			return Secret{}, errors.New("has white space inside; a key is one word, so copy it again, alone")
		case r <= ' ' || r > '~':
			return Secret{}, errors.New("has a character inside that no key has (an invisible or a special one); copy it again")
		}
	}
	return NewSecret(value), nil
}

// Reveal returns the credential itself. Only the code that puts it on the
// wire may call it.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// IsZero reports whether there is no credential.
func (s Secret) IsZero() bool { return s.reveal == nil }

// String implements [fmt.Stringer].
func (s Secret) String() string { return hidden }

// GoString implements [fmt.GoStringer].
func (s Secret) GoString() string { return hidden }

// Format implements [fmt.Formatter], so that no verb reaches the value.
func (s Secret) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, hidden) }

// MarshalJSON implements json.Marshaler.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + hidden + `"`), nil }

// MarshalText implements [encoding.TextMarshaler]; YAML encoders use it too.
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// LogValue implements [slog.LogValuer].
func (s Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// damage is what copying leaves around a key, besides white space: quotes of
// all kinds, one alone included, byte order marks and zero width spaces.
const damage = "\"'`\u201c\u201d\u2018\u2019\ufeff\u200b"

// trimCredential repeats until nothing more comes off, since the damage nests
// ("\"Bearer key\\n\"").
func trimCredential(value string) string {
	for {
		before := value
		value = strings.Trim(strings.TrimSpace(value), damage)
		for _, escaped := range []string{`\n`, `\r`} {
			value = strings.TrimSuffix(strings.TrimPrefix(value, escaped), escaped)
		}
		const scheme = "bearer"
		if n := len(scheme); len(value) >= n && strings.EqualFold(value[:n], scheme) &&
			(len(value) == n || value[n] == ' ' || value[n] == '\t' || value[n] == ':') {
			value = strings.TrimPrefix(value[n:], ":")
		}
		if value == before {
			return value
		}
	}
}
