package apiclient

import (
	"math"
	"net/http"
	"time"

	"golang.org/x/time/rate"
)

const (
	// rateWindow is over what time APIs count requests.
	rateWindow = time.Minute
	// slowest is the part of the configured pace that refusals leave.
	slowest = 1.0 / 8
	// recovery is how long it takes until the whole pace is back.
	recovery = 5 * time.Minute
)

// pace says when the next attempt may go: by a bucket that holds what was
// configured, by what answers told of the API's own count, and after a 429 not
// before the API wants to hear again. Refusals also shrink the bucket, which
// then grows back.
type pace struct {
	bucket *rate.Limiter
	limit  rate.Limit // the bucket's, when nothing shrank it
	burst  int

	part float64   // what refusals left of both; 1 is all
	grow time.Time // since when the part grows back

	known     bool // the three below are what the API told
	count     int
	remaining int
	reset     time.Time
	last      time.Time // when the latest attempt was let through

	hold    Hold
	refused int // 429s in a row
}

// newPace returns a pace of so many attempts in any minute. What may go at
// once is taken from the steady rate, since a minute can have both.
func newPace(perMinute int) pace {
	burst := max(perMinute/5, 1)
	steady := rate.Limit(float64(max(perMinute-burst, 1)) / rateWindow.Seconds())
	return pace{bucket: rate.NewLimiter(steady, burst), limit: steady, burst: burst, part: 1}
}

// take lets an attempt through and returns 0, or says how long to wait before
// asking again.
func (p *pace) take(now time.Time) time.Duration {
	if wait := p.hold.Wait(now); wait > 0 {
		return wait
	}
	if wait := p.place(now, 0); wait > 0 {
		return wait
	}
	p.recover(now)
	if !p.bucket.AllowN(now, 1) {
		return p.refill(now, 1)
	}
	p.remaining-- // the answer will say so too, but others may ask before
	p.last = now
	p.hold.Pass(now)
	return 0
}

// forecast says how long the attempt has to wait that so many others are
// ahead of.
func (p *pace) forecast(now time.Time, ahead int) time.Duration {
	p.recover(now)
	return max(p.hold.Wait(now), p.place(now, ahead), p.refill(now, ahead+1))
}

// refill is how long it takes until the bucket has so many tokens, rounded up
// so that they are there then.
func (p *pace) refill(now time.Time, tokens int) time.Duration {
	missing := float64(tokens) - p.bucket.TokensAt(now)
	if missing <= 0 {
		return 0
	}
	return time.Duration(math.Ceil(missing/float64(p.bucket.Limit())*1e6)) * time.Microsecond
}

// place is the wait by the API's own count. Once a tenth of it is left, that
// is spread over the time until the count begins anew.
func (p *pace) place(now time.Time, ahead int) time.Duration {
	if !p.known || !now.Before(p.reset) {
		return 0
	}
	left := p.remaining - ahead
	switch {
	case left <= 0:
		return p.reset.Sub(now)
	case left > p.count/10:
		return 0
	}
	part := p.reset.Sub(p.last) / time.Duration(max(p.remaining, 0)+1)
	return p.last.Add(part * time.Duration(ahead+1)).Sub(now)
}

// recover lets the bucket grow back.
func (p *pace) recover(now time.Time) {
	if p.part >= 1 {
		return
	}
	since := max(now.Sub(p.grow), 0)
	p.size(now, min(p.part+(1-p.part)*since.Seconds()/recovery.Seconds(), 1))
	if since >= recovery {
		p.part = 1
	}
}

func (p *pace) size(now time.Time, part float64) {
	p.bucket.SetLimitAt(now, p.limit*rate.Limit(part))
	p.bucket.SetBurstAt(now, max(int(float64(p.burst)*part), 1))
}

// learn takes in what an answer says of the limit.
func (p *pace) learn(now time.Time, resp *http.Response) {
	told, hasCount, hasReset := readCount(resp.Header, now)
	if hasCount && hasReset {
		// Within one count answers may come out of order, and the lowest number
		// is the latest.
		if p.known && now.Before(p.reset) {
			p.remaining = min(p.remaining, told.remaining)
		} else {
			p.known, p.count, p.remaining, p.reset = true, told.limit, told.remaining, told.reset
		}
	}
	if resp.StatusCode != http.StatusTooManyRequests {
		p.refused = 0
		p.hold.Answered()
		return
	}
	// The refusal says better than the count when to come back.
	p.known = false
	paused := !p.hold.probing && p.hold.Wait(now) > 0
	if !paused {
		p.refused++
	}
	wait, told429 := retryAfter(resp.Header, now)
	switch {
	case told429:
	case hasReset:
		wait = told.reset.Sub(now)
	default:
		wait = min(time.Second<<min(max(p.refused-1, 0), 10), rateWindow)
	}
	p.hold.Refused(now, wait)
	p.slow(now, paused)
}

// slow halves the bucket and empties it. Refusals of what was under way
// already, when the first of them was learned, are the same piece of news.
func (p *pace) slow(now time.Time, known bool) {
	p.recover(now)
	if !known {
		p.part = max(float64(p.bucket.Limit()/p.limit)/2, slowest)
	}
	p.grow = p.hold.until
	p.size(now, p.part)
	p.bucket.AllowN(now, max(int(p.bucket.TokensAt(now)), 0))
}
