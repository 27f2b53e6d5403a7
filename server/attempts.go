package server

import (
	"crypto/sha256"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"
)

// How many wrong secrets may be tried from one address at a stretch, and how
// often another one after that.
const (
	attemptsAtOnce = 10
	attemptsEvery  = 6 * time.Second
	// maxAddresses bounds how many addresses are watched; what comes from
	// others beyond that is counted together.
	maxAddresses = 10_000
)

// attempts slows down who guesses secrets. An address that tried too many
// wrong ones is not looked at for a while, not even when the next one is right:
// otherwise guessing would cost nothing.
type attempts struct {
	now func() time.Time
	// proxied: the address of the client is the last one in X-Forwarded-For.
	proxied bool

	mu sync.Mutex
	by map[netip.Addr]*tally
}

// tally is what one address has tried.
type tally struct {
	wrong float64 // how many wrong ones count, as of at
	at    time.Time
	// recent are digests of the latest wrong ones. To try one again is no
	// guess: a program with an old token must not lock out its neighbours.
	recent [][sha256.Size]byte
}

func newAttempts(now func() time.Time, proxied bool) *attempts {
	return &attempts{now: now, proxied: proxied, by: map[netip.Addr]*tally{}}
}

// try counts an attempt with a secret that was right or wrong. While it
// returns a time to wait, the attempt counts for nothing, also a right one.
// began reports whether the address has to wait from now on.
func (a *attempts) try(from netip.Addr, secret string, right bool) (wait time.Duration, began bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	t := a.of(from)
	if t.wrong > attemptsAtOnce-1 {
		return time.Duration((t.wrong - (attemptsAtOnce - 1)) * float64(attemptsEvery)), false
	}
	digest := sha256.Sum256([]byte(secret))
	if right || slices.Contains(t.recent, digest) {
		return 0, false
	}
	t.recent = append(t.recent, digest)
	if len(t.recent) > attemptsAtOnce {
		t.recent = t.recent[1:]
	}
	t.wrong++
	return 0, t.wrong > attemptsAtOnce-1
}

// of returns the tally of an address, as of now.
func (a *attempts) of(from netip.Addr) *tally {
	t := a.by[from]
	if t == nil && len(a.by) >= maxAddresses {
		a.forget()
		if len(a.by) >= maxAddresses {
			from = netip.Addr{}
			t = a.by[from]
		}
	}
	if t == nil {
		t = &tally{at: a.now()}
		a.by[from] = t
	}
	t.decay(a.now())
	return t
}

func (t *tally) decay(now time.Time) {
	t.wrong = max(0, t.wrong-max(0, now.Sub(t.at).Seconds())/attemptsEvery.Seconds())
	t.at = now
}

// forget drops the addresses that may try as often as a new one.
func (a *attempts) forget() {
	for from, t := range a.by {
		if t.decay(a.now()); t.wrong == 0 {
			delete(a.by, from)
		}
	}
}

// address is where a request comes from, for counting. A household's IPv6
// addresses are one.
func (a *attempts) address(r *http.Request) netip.Addr {
	remote, _ := netip.ParseAddrPort(r.RemoteAddr)
	from := remote.Addr().Unmap()
	if forwarded := r.Header.Values("X-Forwarded-For"); a.proxied && len(forwarded) > 0 {
		last := forwarded[len(forwarded)-1]
		last = strings.TrimSpace(last[strings.LastIndexByte(last, ',')+1:])
		if client, err := netip.ParseAddr(last); err == nil {
			from = client.Unmap()
		}
	}
	from = from.WithZone("")
	if from.Is6() {
		if network, err := from.Prefix(64); err == nil {
			from = network.Addr()
		}
	}
	return from
}
