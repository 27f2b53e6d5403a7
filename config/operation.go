package config

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// The defaults of [Audit], [Bulk], [Answers], [Requests] and [Directory].
const (
	DefaultRetention         = 400 * 24 * time.Hour
	DefaultBulkItems         = 200
	DefaultAnswerTokens      = 20_000
	DefaultRequestsPerMinute = 100
	DefaultMaxWait           = 15 * time.Second
	DefaultCacheLists        = 30 * time.Second
	DefaultCacheSettings     = 5 * time.Minute
	DefaultWarnAt            = 80 // percent
	DefaultDirectoryAge      = 24 * time.Hour
)

// Audit says how the audit trail is kept.
type Audit struct {
	// Retention is how long a record is kept; 0 is for ever.
	Retention time.Duration
}

// What [Privacy] can mask.
const (
	MaskEmail    = "email"
	MaskName     = "name"
	MaskLocation = "location"
)

// Privacy says which personal data of members is never shown.
type Privacy struct {
	// Mask has some of [MaskEmail], [MaskName] and [MaskLocation].
	Mask []string
}

// Bulk bounds calls that act on many things.
type Bulk struct {
	// MaxItems is how many items one call may name.
	MaxItems int
}

// Answers bounds what a tool answers.
type Answers struct {
	// MaxTokens is how long an answer may be.
	MaxTokens int
}

// Requests says what may be spent on requests to the Admin API.
type Requests struct {
	// PerMinute is how many requests a minute a network gets.
	PerMinute int
	// MaxWait is how long a call may wait for its turn.
	MaxWait time.Duration
	// CacheLists is how old an answer about lists may be, CacheSettings one
	// about the network, its spaces, plans, tags, badges and custom fields. 0
	// asks each time.
	CacheLists, CacheSettings time.Duration
	// MonthlyAllowance is how many requests a calendar month includes; 0 is
	// unknown.
	MonthlyAllowance int
	// WarnAt is the percentage of the allowance from which on answers warn.
	WarnAt int
	// StopAt is the percentage of the allowance from which on no request
	// leaves; 0 is never. Above 0 there is an allowance.
	StopAt int
	// PricePerThousand is what a thousand requests beyond the allowance cost,
	// in cents of the account's currency; 0 is unknown.
	PricePerThousand int
}

// Where [Directory] can be kept.
const (
	KeepFile   = "file"   // in the state directory
	KeepMemory = "memory" // until the program ends
	KeepOff    = "off"    // there is no directory
)

// Directory says how the local directory of members is kept.
type Directory struct {
	// Keep is one of [KeepFile], [KeepMemory] and [KeepOff].
	Keep string
	// MaxAge is how old it may become before it counts as stale.
	MaxAge time.Duration
	// RefreshRoles are the roles whose calls may spend requests on filling it:
	// roles of callers, or [LocalRole]. Empty, nobody's may.
	RefreshRoles []string
}

// setMask takes what is masked.
func setMask(to *[]string, r raw) error {
	return setList(to, r, func(s string) (string, error) {
		return word(s, "something that can be masked", []string{MaskEmail, MaskName, MaskLocation})
	})
}

// setRetention takes a length of time, or "forever".
func setRetention(to *time.Duration, r raw) error {
	switch {
	case r.isList:
		return errList
	case strings.TrimSpace(r.text) == "forever":
		*to = 0
		return nil
	}
	if err := setDuration(to, r, "1d", "3650d"); err != nil {
		return fmt.Errorf("%w, or forever", err)
	}
	return nil
}

// label understands the name or the id of a tag or a badge. Names are the
// network's, so nearly anything can be one.
func label(s string) (string, error) {
	switch {
	case keyLike.MatchString(s):
		return "", fmt.Errorf("%s looks like a key and not like a name or an id", shown(s))
	case !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) || utf8.RuneCountInString(s) > 200:
		return "", fmt.Errorf("%s cannot be a name or an id; use one line of at most 200 characters", shown(s))
	}
	return s, nil
}
