package apiclient

// WriteCount is told of the writes to a network and counts them, those of other
// processes included, so that what these change does not stay in memory. Both
// methods are quick.
type WriteCount interface {
	// Wrote counts a write, and returns whether it could.
	Wrote() bool
	// Count returns how many were counted.
	Count() int64
}

// heed forgets everything when somebody else has written since it was last
// asked: nobody says what. Reads under way may be of before; they reach those
// who wait for them, and nobody else. Its caller holds the lock.
func (t *shareTransport) heed() {
	if t.writes == nil {
		return
	}
	if now := t.writes.Count(); now != t.written {
		t.written = now
		clear(t.flights)
		t.kept.drop(touches{everything: true})
	}
}

// tell counts a write of our own, which we need not heed. Its caller holds the
// lock.
func (t *shareTransport) tell() {
	if t.writes != nil && t.writes.Wrote() {
		t.written++
	}
}
