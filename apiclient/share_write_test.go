package apiclient

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// What this client writes shows in what it reads next.
func TestOwnWritesDropWhatTheyTouch(t *testing.T) {
	reads := map[string]func(context.Context, *Client) error{
		"member":       func(ctx context.Context, c *Client) error { return only(c.Members().Get(ctx, 7)) },
		"space":        func(ctx context.Context, c *Client) error { return only(c.Spaces().Get(ctx, 7)) },
		"tag":          func(ctx context.Context, c *Client) error { return only(c.Tags().Get(ctx, 7)) },
		"custom field": func(ctx context.Context, c *Client) error { return only(c.CustomFields().Get(ctx, 7)) },
		"me":           func(ctx context.Context, c *Client) error { return only(c.Me().Get(ctx)) },
	}
	for name, tt := range map[string]struct {
		write func(context.Context, *Client) error
		again []string // what is asked again, sorted
	}{
		"a member's name": {func(ctx context.Context, c *Client) error {
			return only(c.Members().Update(ctx, 7, MemberUpdate{FirstName: ptr("Ada")}))
		}, []string{"me", "member"}},
		"a post": {func(ctx context.Context, c *Client) error {
			return only(c.Posts().Create(ctx, PostCreate{SpaceID: 1, Title: "T"}))
		}, []string{"member"}},
		"a space": {func(ctx context.Context, c *Client) error { return c.Spaces().Delete(ctx, 7) }, []string{"member", "space"}},
		"a tag":   {func(ctx context.Context, c *Client) error { return c.Tags().Delete(ctx, 7) }, []string{"custom field", "member", "tag"}},
	} {
		g := &gated{}
		c := sharing(t, g)
		readAll := func() (asked []string) {
			for what, read := range reads {
				before := g.requests()
				_ = read(t.Context(), c)
				if g.requests() > before {
					asked = append(asked, what)
				}
			}
			slices.Sort(asked)
			return asked
		}
		if readAll(); len(readAll()) != 0 {
			t.Fatal("nothing is kept")
		}
		_ = tt.write(t.Context(), c)
		if again := readAll(); !slices.Equal(again, tt.again) {
			t.Errorf("%s: asked again: %v, want %v", name, again, tt.again)
		}
	}
}

// Every write of the table drops at least what it is about, and whatever hangs
// on a read of the same kind.
func TestNoWriteLeavesItsOwnResource(t *testing.T) {
	for _, write := range operations {
		if !write.isWrite() {
			continue
		}
		for _, read := range operations {
			if !read.isWrite() && read.resource() == write.resource() && !touchedBy(&write).reach(&read) {
				t.Errorf("%s leaves %s", write.Name, read.Name)
			}
		}
	}
	if unknown := (&Operation{Name: "novelty.create"}); !touchedBy(unknown).everything || !touchedBy(nil).everything {
		t.Error("a write that nobody knows leaves something")
	}
}

// A read that began before a write may show what was before it: its callers
// get it, and nobody else.
func TestAReadAroundAWriteIsNotKept(t *testing.T) {
	for name, when := range map[string]struct{ before, during bool }{
		"under way before the write": {before: true},
		"begun during the write":     {during: true},
	} {
		synctest.Test(t, func(t *testing.T) {
			reading, writing := make(chan struct{}), make(chan struct{})
			reads := 0
			c := newClient(t, "http://127.0.0.1:9", func(o *Options) {
				o.Sleep, o.Cache = nil, CacheSettings{Lists: time.Hour, Settings: time.Hour}
				o.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
					if r.Method != http.MethodGet {
						<-writing
						return respond(r, 200, `{"id":7}`), nil
					}
					if reads++; reads == 1 {
						<-reading
					}
					return respond(r, 200, `{"id":7}`), nil
				})
			})
			read := func() { _, _ = c.Members().Get(t.Context(), 7) }
			if when.before {
				go read()
				synctest.Wait()
			}
			go func() { _, _ = c.Members().Update(t.Context(), 7, MemberUpdate{FirstName: ptr("Ada")}) }()
			synctest.Wait()
			if when.during {
				go read()
				synctest.Wait()
				close(reading) // it comes back before the write does
				synctest.Wait()
			}
			close(writing)
			synctest.Wait()
			if when.before {
				// Who comes after the write does not join what began before it.
				go read()
				synctest.Wait()
				if reads != 2 {
					t.Errorf("%s: %d reads; the second one joined the first", name, reads)
				}
				close(reading)
				synctest.Wait()
				return
			}
			if read(); reads != 2 {
				t.Errorf("%s: %d reads; the first was kept", name, reads)
			}
		})
	}
}

// What a write under way is about to change is asked for, not remembered.
func TestWhileAWriteIsUnderWayNothingIsRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reads, writing := 0, make(chan struct{})
		c := newClient(t, "http://127.0.0.1:9", func(o *Options) {
			o.Sleep, o.Cache = nil, CacheSettings{Lists: time.Hour}
			o.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
				if r.Method == http.MethodGet {
					reads++
				} else {
					<-writing
				}
				return respond(r, 200, `{"id":7}`), nil
			})
		})
		_, _ = c.Members().Get(t.Context(), 7)
		go func() { _, _ = c.Members().Update(t.Context(), 7, MemberUpdate{FirstName: ptr("Ada")}) }()
		synctest.Wait()
		if _, _ = c.Members().Get(t.Context(), 7); reads != 2 {
			t.Errorf("%d reads", reads)
		}
		close(writing)
		synctest.Wait()
	})
}

// The late answer of a read from before the write does not take the place of
// what was read after it.
func TestALateReadIsNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gated{gate: make(chan struct{})}
		c := sharing(t, g)
		go func() { _, _ = c.Members().Get(t.Context(), 7) }()
		synctest.Wait()
		_, _ = c.Members().Update(t.Context(), 7, MemberUpdate{FirstName: ptr("Ada")})
		close(g.gate)
		synctest.Wait()
		m, err := c.Members().Get(t.Context(), 7)
		if err != nil || m.FirstName != "answer 3" {
			t.Errorf("%+v %v", m, err)
		}
	})
}

// A write whose answer is lost may yet happen: for a while nothing is kept that
// it may change.
func TestAfterAnUnknownOutcomeNothingIsKept(t *testing.T) {
	for name, step := range map[string]any{
		"500":      500,
		"accepted": 202,
		"lost":     &tryError{cause: causeTimeout, sent: true},
	} {
		synctest.Test(t, func(t *testing.T) {
			reads := 0
			c := newClient(t, "http://127.0.0.1:9", func(o *Options) {
				o.Cache = CacheSettings{Lists: time.Hour, Settings: time.Hour}
				o.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
					if r.Method == http.MethodGet {
						reads++
						return respond(r, 200, `{"id":7}`), nil
					}
					if err, lost := step.(error); lost {
						return nil, err
					}
					return respond(r, step.(int), `{}`), nil
				})
			})
			read := func() int { _, _ = c.Members().Get(t.Context(), 7); return reads }
			read()
			_, err := c.Members().Update(t.Context(), 7, MemberUpdate{FirstName: ptr("Ada")})
			apiError(t, err, OutcomeUnknown)
			if first, second := read(), read(); first != 2 || second != 3 {
				t.Errorf("%s: %d reads; something was kept", name, reads)
			}
			time.Sleep(settleTime)
			if first, second := read(), read(); first != 4 || second != 4 {
				t.Errorf("%s: %d reads; nothing is kept any more", name, reads)
			}
		})
	}
}
