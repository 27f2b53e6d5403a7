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
// for links of the chain; now is what a date is compared with. told is false
// when there is nothing that can be read.
func RetryAfter(header http.Header, now time.Time) (wait time.Duration, told bool) {
	return retryAfter(header, now)
}

// retryAfter reads the Retry-After header, in seconds or as an HTTP date that
// is compared with now. told is false when there is none that can be read.
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
		return min(max(at.Sub(now), 0), longestWait), true
	}
	return 0, false
}
