package apiclient

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// rateCount is what an answer tells of the API's own count.
type rateCount struct {
	limit, remaining int
	reset            time.Time
}

// readCount reads X-RateLimit-Limit, -Remaining and -Reset, or the same three
// as RateLimit-…. hasCount is false when the first two are not both there.
func readCount(header http.Header, now time.Time) (told rateCount, hasCount, hasReset bool) {
	for _, prefix := range [...]string{"X-Ratelimit-", "Ratelimit-"} {
		limit, hasLimit := headerNumber(header, prefix+"Limit")
		remaining, hasRemaining := headerNumber(header, prefix+"Remaining")
		reset, hasReset := resetTime(header, prefix+"Reset", now)
		if hasLimit && hasRemaining || hasReset {
			return rateCount{limit, remaining, reset}, hasLimit && hasRemaining, hasReset
		}
	}
	return rateCount{}, false, false
}

// headerNumber reads a whole number from 0 on. What follows it, as in
// "100;w=60" or "100, 100;w=60", is left out.
func headerNumber(header http.Header, name string) (int, bool) {
	values := header[name]
	if len(values) == 0 {
		return 0, false
	}
	text, _, _ := strings.Cut(values[0], ",")
	text, _, _ = strings.Cut(text, ";")
	n, err := strconv.Atoi(strings.TrimSpace(text))
	return n, err == nil && n >= 0
}

// unixTime is the number from which on a reset is a point in time.
const unixTime = 1_000_000_000

// resetTime reads when the count begins anew. Both forms are usual, and vendors
// do not say which is theirs: seconds from now, and seconds since 1970. No
// reset is further away than the window, whatever the clocks say.
func resetTime(header http.Header, name string, now time.Time) (time.Time, bool) {
	n, ok := headerNumber(header, name)
	if !ok {
		return time.Time{}, false
	}
	wait := time.Duration(min(n, unixTime)) * time.Second
	if n >= unixTime {
		wait = time.Unix(int64(n), 0).Sub(AnsweredAt(header, now))
	}
	return now.Add(min(max(wait, 0), rateWindow)), true
}
