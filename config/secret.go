package config

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
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
// space, quotes, and newlines that were written out as \n or \r.
func NewSecret(value string) Secret {
	value = trimCredential(value)
	if value == "" {
		return Secret{}
	}
	return Secret{reveal: func() string { return value }}
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

// trimCredential repeats until nothing more comes off, since the damage nests
// ("\"key\\n\"").
func trimCredential(value string) string {
	for {
		before := value
		value = strings.TrimSpace(value)
		for _, escaped := range []string{`\n`, `\r`} {
			value = strings.TrimSuffix(strings.TrimPrefix(value, escaped), escaped)
		}
		if n := len(value); n >= 2 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0] {
			value = value[1 : n-1]
		}
		if value == before {
			return value
		}
	}
}
