package apiclient

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"testing"
	"time"
)

// A removal by id can be repeated once after a lost answer, and what it then
// finds settles what became of the lost one. Whatever settles nothing leaves
// the outcome unknown.
func TestALostRemovalIsSettled(t *testing.T) {
	gone := replyJSON(404, `{"error":"not found"}`)
	for name, tt := range map[string]struct {
		first, then http.HandlerFunc
		want        Kind // "" is success
		requests    int
	}{
		"done, answer lost":     {sabotage(t, reset), gone, "", 2},
		"done, 500":             {replyJSON(500, `{}`), gone, "", 2},
		"done, body cut":        {sabotage(t, send(halfAnswer)), gone, "", 2},
		"done, 410":             {replyJSON(502, `{}`), replyJSON(410, `{}`), "", 2},
		"not done, reset":       {sabotage(t, reset), replyJSON(204, ``), "", 2},
		"not done, 503":         {replyJSON(503, `{}`), replyJSON(200, `{}`), "", 2},
		"fails twice":           {replyJSON(500, `{}`), replyJSON(500, `{}`), OutcomeUnknown, 2},
		"then too many":         {replyJSON(500, `{}`), replyJSON(429, `{}`), OutcomeUnknown, 2},
		"then refused":          {replyJSON(500, `{}`), replyJSON(422, `{"error":"no"}`), OutcomeUnknown, 2},
		"then a foreign 404":    {replyJSON(500, `{}`), reply(404, "text/html", "<html>"), OutcomeUnknown, 2},
		"then a bot check":      {replyJSON(500, `{}`), reply(403, "text/html", "<html>"), OutcomeUnknown, 2},
		"never there":           {gone, gone, NotFound, 1},
		"refused":               {replyJSON(422, `{}`), gone, Validation, 1},
		"page instead":          {reply(200, "text/html", "<html>"), gone, OutcomeUnknown, 1},
		"too many, then gone":   {limited, gone, NotFound, 2},
		"too many, then lost":   {limited, sabotage(t, reset), OutcomeUnknown, 3},
		"too many, then passes": {limited, replyJSON(204, ``), "", 2},
	} {
		t.Run(name, func(t *testing.T) {
			var requests counter
			server := serve(t, requests.count(func(w http.ResponseWriter, r *http.Request) {
				if requests.requests() == 1 {
					tt.first(w, r)
				} else {
					tt.then(w, r)
				}
			}))
			c := newClient(t, server.URL, func(o *Options) { o.Breaker.Disabled = true })
			err := c.Members().Delete(t.Context(), 7)
			if KindOf(err) != tt.want || (err == nil) != (tt.want == "") || requests.requests() != tt.requests {
				t.Errorf("%d requests: %v", requests.requests(), err)
			}
			var e *Error
			if errors.As(err, &e) && e.OutcomeUnknown() != (tt.want == OutcomeUnknown) {
				t.Errorf("%+v", e)
			}
		})
	}
}

func limited(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Retry-After", "1")
	replyJSON(429, `{"error":"slow down"}`)(w, r)
}

// The second attempt finds no connection at all: that says nothing of the
// first.
func TestALostRemovalWithoutASecondConnection(t *testing.T) {
	for name, second := range map[string]error{
		"refused":      &tryError{cause: causeBroken, err: errors.New("refused")},
		"breaker open": &openError{wait: time.Second},
		"held back":    &Withheld{Kind: RateLimited, Wait: time.Minute},
	} {
		ctx := withOperation(t.Context(), opMemberDelete.row())
		got := retryOver(t, "DELETE", ctx, RetrySettings{Tries: 2}, &tryError{cause: causeBroken, sent: true, err: errors.New("reset")}, second)
		if got.tries != 2 || !maybeSent(got.err) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// What is not removed for good may be there again: a second removal would be a
// second act.
func TestOtherRemovalsAreNotRepeated(t *testing.T) {
	for _, op := range operations {
		if op.Method != http.MethodDelete {
			continue
		}
		got := retryOver(t, "DELETE", withOperation(t.Context(), &op), RetrySettings{}, 500, 404)
		if want := map[bool]int{true: 2, false: 1}[op.final]; got.tries != want {
			t.Errorf("%s: %d tries", op.Name, got.tries)
		}
	}
	for _, name := range []string{"subscription.cancel", "purchase.cancel", "plan.archive", "member.remove", "space_member.remove", "plan_member.remove"} {
		i := slices.IndexFunc(operations[:], func(op Operation) bool { return op.Name == name })
		if operations[i].final {
			t.Errorf("%s is not the removal of one thing for good", name)
		}
	}
}

// The caller leaves while the client waits to repeat: after a lost attempt
// nobody knows, after one that was turned away nothing happened.
func TestLeavingBeforeTheRepetition(t *testing.T) {
	for status, unknown := range map[int]bool{500: true, 429: false} {
		server := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", "1")
			replyJSON(status, `{}`)(w, r)
		})
		ctx, cancel := context.WithCancel(t.Context())
		c := newClient(t, server.URL, func(o *Options) {
			o.Sleep = func(ctx context.Context, _ time.Duration) error { cancel(); return ctx.Err() }
		})
		var e *Error
		if err := c.Members().Delete(ctx, 7); !errors.As(err, &e) || e.OutcomeUnknown() != unknown || !errors.Is(err, context.Canceled) {
			t.Errorf("%d: %v", status, err)
		}
		cancel()
	}
}

// A repeated write sends its whole body again.
func TestARepeatedWriteIsComplete(t *testing.T) {
	var bodies []string
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		bodies = append(bodies, string(body))
		if len(bodies) == 1 {
			limited(w, r)
			return
		}
		replyJSON(201, `{"id":7}`)(w, r)
	})
	c := newClient(t, server.URL)
	if _, err := c.Posts().Create(t.Context(), PostCreate{SpaceID: 1, Title: "T"}); err != nil {
		t.Fatal(err)
	}
	if len(bodies) != 2 || bodies[0] == "" || bodies[0] != bodies[1] {
		t.Errorf("%q", bodies)
	}
}
