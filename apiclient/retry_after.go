package apiclient

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// longestWait bounds what a Retry-After may claim, so that arithmetic with it
// cannot overflow.
const longestWait = 366 * 24 * time.Hour

// RetryAfter reads how long an answer asks to wait (the header Retry-After),
// for links of the chain. told is false when there is nothing that can be read.
func RetryAfter(header http.Header, now time.Time) (wait time.Duration, told bool) {
	return retryAfter(header, now)
}

// retryAfter reads the Retry-After header, in seconds or as an HTTP date. told is
// false when there is none that can be read.
func retryAfter(header http.Header, now time.Time) (wait time.Duration, told bool) {
	value := strings.TrimSpace(header.Get("Retry-After"))
	if value == "" {
		return 0, false
	}
	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil {
		if seconds < 0 {
			return 0, false
		}
		return min(time.Duration(min(seconds, int64(longestWait/time.Second)))*time.Second, longestWait), true
	}
	if at, err := http.ParseTime(value); err == nil {
		return min(max(at.Sub(AnsweredAt(header, now)), 0), longestWait), true
	}
	return 0, false
}

// AnsweredAt is the time of an answer by the clock that wrote it (the header
// Date), with which the other times in it can be compared however wrong a clock
// is; now where the answer does not tell.
func AnsweredAt(header http.Header, now time.Time) time.Time {
	if at, err := http.ParseTime(strings.TrimSpace(header.Get("Date"))); err == nil {
		return at
	}
	return now
}
