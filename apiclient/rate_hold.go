package apiclient

import "time"

const (
	// LongestHold is how long nothing at all is sent after a 429. An answer that
	// asks for more may mean it, or be a mistake that nobody would notice if
	// nothing were ever sent again: after this time one request looks, and what
	// its answer asks for is learned anew.
	LongestHold = 15 * time.Minute
	// probeTime is how long the others wait for the answer of the one that looks.
	probeTime = 5 * time.Second
)

// Hold is the time in which nothing goes after a 429. Its user holds a lock.
type Hold struct {
	until   time.Time
	cut     bool // the API asked for longer than until
	probing bool // one that looks was let through, and its answer is not known
}

// Wait is how long the hold lasts yet.
func (h *Hold) Wait(now time.Time) time.Duration { return max(h.until.Sub(now), 0) }

// Pass is called for an attempt that is let through when the hold is over.
func (h *Hold) Pass(now time.Time) {
	if h.cut {
		h.probing, h.until = true, now.Add(probeTime)
	}
}

// Refused holds after a 429 that asks for a wait, unless the hold is longer
// already.
func (h *Hold) Refused(now time.Time, wait time.Duration) {
	until := now.Add(min(wait, LongestHold))
	if h.probing || until.After(h.until) {
		*h = Hold{until: until, cut: wait > LongestHold}
	}
}

// Answered takes in that an attempt was answered otherwise. It ends the hold if
// that may have been the one that looks; others had left before the 429 came.
func (h *Hold) Answered() {
	if h.probing {
		*h = Hold{}
	}
}
