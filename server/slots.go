package server

import "context"

// slots bounds how many calls run at once. One call that waits takes no slot,
// so that open questions cannot keep other calls from running.
type slots chan struct{}

// slot is the place of one call among those that run.
type slot struct {
	of   slots
	held bool
}

type slotKey struct{}

// enter waits for a place. The context that it returns knows the place; leave
// gives it back.
func (s slots) enter(ctx context.Context) (_ context.Context, leave func(), err error) {
	place := &slot{of: s}
	if err := place.take(ctx); err != nil {
		return ctx, nil, err
	}
	return context.WithValue(ctx, slotKey{}, place), place.give, nil
}

// outside runs wait without the call's place and takes it again afterwards. A
// call whose caller has left meanwhile goes on without one; it is about to end.
func outside(ctx context.Context, wait func()) {
	place, _ := ctx.Value(slotKey{}).(*slot)
	if place == nil {
		wait()
		return
	}
	place.give()
	wait()
	_ = place.take(ctx)
}

func (p *slot) take(ctx context.Context) error {
	select {
	case p.of <- struct{}{}:
		p.held = true
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *slot) give() {
	if p.held {
		p.held = false
		<-p.of
	}
}
