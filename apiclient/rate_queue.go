package apiclient

import "slices"

// fairQueue is one line per caller, served in turn.
type fairQueue struct {
	lanes []*lane // none is empty; the first is next
	size  int
}

type lane struct {
	key     string
	waiters []*waiter
}

func (q *fairQueue) add(w *waiter) {
	q.size++
	for _, l := range q.lanes {
		if l.key == w.key {
			l.waiters = append(l.waiters, w)
			return
		}
	}
	q.lanes = append(q.lanes, &lane{w.key, []*waiter{w}})
}

func (q *fairQueue) first() *waiter { return q.lanes[0].waiters[0] }

// pop takes the first and lets the next caller have its turn.
func (q *fairQueue) pop() *waiter {
	l := q.lanes[0]
	w := l.waiters[0]
	l.waiters = l.waiters[1:]
	q.size--
	q.lanes = q.lanes[1:]
	if len(l.waiters) > 0 {
		q.lanes = append(q.lanes, l)
	}
	return w
}

// remove takes w out wherever it stands.
func (q *fairQueue) remove(w *waiter) {
	for i, l := range q.lanes {
		at := slices.Index(l.waiters, w)
		if at < 0 {
			continue
		}
		l.waiters = slices.Delete(l.waiters, at, at+1)
		q.size--
		if len(l.waiters) == 0 {
			q.lanes = slices.Delete(q.lanes, i, i+1)
		}
		return
	}
}

// inTurn returns all who wait, in the order in which they will be served.
func (q *fairQueue) inTurn() []*waiter {
	order := make([]*waiter, 0, q.size)
	for round := 0; len(order) < q.size; round++ {
		for _, l := range q.lanes {
			if round < len(l.waiters) {
				order = append(order, l.waiters[round])
			}
		}
	}
	return order
}
