package apiclient

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/mcp-mighty/mcp-mighty/store"
)

// Terms are what a network's plan includes, and what its operator wants to
// spend. The zero value knows nothing and stops nothing.
type Terms struct {
	// Allowance is how many requests a calendar month (UTC) includes; 0 is
	// unknown.
	Allowance int
	// WarnAt and StopAt are percentages of the allowance: from WarnAt on results
	// warn, from StopAt on no request leaves. 0 is never.
	WarnAt, StopAt int
	// PricePerThousand is what a thousand requests beyond the allowance cost, in
	// cents; 0 is unknown.
	PricePerThousand int
}

// level is a percentage of the allowance as a number of requests; 0 is none.
func (t Terms) level(percent int) int64 {
	if t.Allowance == 0 || percent == 0 {
		return 0
	}
	return max((int64(t.Allowance)*int64(percent)+99)/100, 1)
}

// Account is a [Spender] that keeps its counts in a store. It is safe for
// concurrent use.
//
// When the store cannot be written, requests go on, since an account is no
// reason to silence a network; what they cost is remembered and entered later,
// or lost with the process. The stop then holds for what this process knows.
type Account struct {
	usage   store.Usage
	network string
	terms   Terms

	mu      sync.Mutex
	pending int64 // counted here and not yet there
	broken  bool  // the last attempt to write failed
	tried   time.Time
	month   string
	spent   int64 // in month, as far as this process knows
}

// NewAccount returns the account of a network, named so that no other has the
// name.
func NewAccount(usage store.Usage, network string, terms Terms) *Account {
	return &Account{usage: usage, network: network, terms: terms}
}

// Terms returns the account's terms.
func (a *Account) Terms() Terms { return a.terms }

var _ Spender = (*Account)(nil)

// Spend implements [Spender]. Of errors in a row it returns the first: one line
// in the log says what every further one would say again.
func (a *Account) Spend(ctx context.Context, at time.Time) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	stop := a.terms.level(a.terms.StopAt)
	if month := at.UTC().Format("2006-01"); month != a.month {
		a.month, a.spent = month, 0
	}
	if since := at.Sub(a.tried); a.broken && since >= 0 && since < retryAccount {
		return a.remember(at, stop)
	}
	a.tried = at
	spent, added, err := a.usage.Add(ctx, a.network, at, a.pending+1, stop)
	switch {
	case err != nil:
		known := a.broken
		a.broken = true
		if held := a.remember(at, stop); held != nil || known {
			return held
		}
		return err
	case !added:
		a.spent, a.broken = spent, false
		return a.stopped(at, spent)
	}
	a.pending, a.broken, a.spent = 0, false, spent
	return nil
}

// retryAccount is how long after a failure the store is left alone: a locked
// one would hold every request up.
const retryAccount = time.Second

// remember counts an attempt that cannot be entered.
func (a *Account) remember(at time.Time, stop int64) error {
	if stop > 0 && a.spent >= stop {
		return a.stopped(at, a.spent)
	}
	a.pending++
	a.spent++
	return nil
}

// stopped is the answer to an attempt beyond the stop.
func (a *Account) stopped(at time.Time, spent int64) error {
	return &Withheld{
		Kind: AllowanceSpent, Wait: nextMonth(at).Sub(at),
		Message: fmt.Sprintf("%d requests of this month's allowance of %d are spent, and the operator stops at %d %% of it; nothing was sent", spent, a.terms.Allowance, a.terms.StopAt),
	}
}

// nextMonth is when the calendar month after that of at begins.
func nextMonth(at time.Time) time.Time {
	at = at.UTC()
	return time.Date(at.Year(), at.Month()+1, 1, 0, 0, 0, 0, time.UTC)
}

// Warning says in a sentence that the month's requests are nearly or wholly
// spent; "" below the level. It looks at what this process has learned while it
// spent, and asks nobody.
func (a *Account) Warning(at time.Time) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	warn := a.terms.level(a.terms.WarnAt)
	if warn == 0 || a.spent < warn || at.UTC().Format("2006-01") != a.month {
		return ""
	}
	return fmt.Sprintf("%d of the %d requests that this month includes are spent (%d %%).", a.spent, a.terms.Allowance, a.spent*100/int64(a.terms.Allowance))
}
