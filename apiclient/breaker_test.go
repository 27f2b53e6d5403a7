package apiclient

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// breakerOver returns a breaker over a script, and a call that reports
// "sent", "open" (withheld) or "failed" (sent without an answer).
func breakerOver(t *testing.T, conf BreakerSettings, s *script) (call func() string) {
	t.Helper()
	if err := conf.fill(); err != nil {
		t.Fatal(err)
	}
	transport := newBreaker(s, conf, slog.New(slog.DiscardHandler))
	return func() string {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1/x", nil)
		if err != nil {
			t.Fatal(err)
		}
		before := s.n
		_, err = transport.RoundTrip(req)
		var open *openError
		switch {
		case errors.As(err, &open) && s.n == before:
			return "open"
		case s.n != before+1:
			t.Errorf("%d requests", s.n-before)
		case err != nil:
			return "failed"
		}
		return "sent"
	}
}

func times(n int, call func() string) (last string) {
	for range n {
		last = call()
	}
	return last
}

func TestWhatOpensTheBreaker(t *testing.T) {
	for name, tt := range map[string]struct {
		step  any
		opens bool
	}{
		"500":               {500, true},
		"503":               {503, true},
		"broken":            {&tryError{cause: causeBroken}, true},
		"timeout":           {&tryError{cause: causeTimeout}, true},
		"cut short":         {&tryError{cause: causeCutShort}, true},
		"slow for a caller": {&tryError{cause: causeLeft, slow: true}, true},
		"caller left":       {&tryError{cause: causeLeft, err: context.Canceled}, false},
		"too large":         {&tryError{cause: causeTooLarge}, false},
		"other origin":      {&originError{}, false},
		"200":               {200, false},
		"302":               {302, false},
		"400":               {400, false},
		"401":               {401, false},
		"403":               {403, false},
		"404":               {404, false},
		"408":               {408, false},
		"422":               {422, false},
		"429":               {429, false},
	} {
		call := breakerOver(t, BreakerSettings{}, &script{steps: []any{tt.step}})
		if times(5, call) == "open" {
			t.Errorf("%s: open after fewer than 5", name)
		}
		if opened := call() == "open"; opened != tt.opens {
			t.Errorf("%s: open after 5: %v", name, opened)
		}
		if last := times(50, call); (last == "open") != tt.opens {
			t.Errorf("%s: %s after 50", name, last)
		}
	}
}

func TestASuccessResetsTheCount(t *testing.T) {
	s := &script{steps: []any{500, 500, 500, 500, 404, 500, 500, 500, 500, 200}}
	if last := times(11, breakerOver(t, BreakerSettings{}, s)); last != "sent" {
		t.Errorf("%s", last)
	}
}

// Callers who leave neither fail nor heal: they do not interrupt the count.
func TestLeavingDoesNotResetTheCount(t *testing.T) {
	gone := &tryError{cause: causeLeft}
	s := &script{steps: []any{500, 500, 500, 500, gone, 500}}
	call := breakerOver(t, BreakerSettings{}, s)
	if times(6, call); call() != "open" {
		t.Error("not open after five failures around a caller who left")
	}
}

func TestTheRatioOpensTheBreaker(t *testing.T) {
	var steps []any
	for range 10 {
		steps = append(steps, 200, 500)
	}
	call := breakerOver(t, BreakerSettings{}, &script{steps: steps})
	if times(20, call) != "sent" || call() != "open" {
		t.Error("half of 20 attempts failed and the breaker is not open")
	}
	call = breakerOver(t, BreakerSettings{}, &script{steps: append([]any{200, 200}, steps...)})
	if times(21, call) == "open" {
		t.Error("open although fewer than half failed")
	}
}

func TestTheWindowRolls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// Four failures, a pause of more than the window, four more: a count
		// without a window would be at eight.
		call := breakerOver(t, BreakerSettings{Consecutive: 5, Window: time.Minute}, &script{steps: []any{500}})
		times(4, call)
		time.Sleep(61 * time.Second)
		if last := times(4, call); last != "sent" {
			t.Errorf("%s", last)
		}
		if call(); call() != "open" {
			t.Error("not open after five within a minute")
		}
	})
}

// A window that starts afresh every minute would forget four failures a second
// old; a rolling one does not.
func TestTheWindowRollsInParts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		call := breakerOver(t, BreakerSettings{Consecutive: 5, Window: time.Minute}, &script{steps: []any{500}})
		time.Sleep(59 * time.Second)
		times(4, call)
		time.Sleep(2 * time.Second)
		if call(); call() != "open" {
			t.Error("not open after five failures within two seconds")
		}
	})
}

func TestTheBreakerClosesAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []any{500, 500, 500, 500, 500, 500, 404, 200}}
		call := breakerOver(t, BreakerSettings{OpenFor: 15 * time.Second}, s)
		times(5, call)
		if time.Sleep(14 * time.Second); call() != "open" {
			t.Error("not open")
		}
		time.Sleep(1001 * time.Millisecond)
		if call() != "sent" || call() != "open" {
			t.Error("one attempt tests the API, and its failure opens the breaker again")
		}
		time.Sleep(15001 * time.Millisecond)
		if call() != "sent" || times(10, call) != "sent" {
			t.Error("a refusal shows that the API is back")
		}
	})
}

func TestOneAttemptTestsTheAPI(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		fail := true
		wire := roundTrip(func(r *http.Request) (*http.Response, error) {
			if fail {
				return respond(r, 500, ""), nil
			}
			<-release
			return respond(r, 200, ""), nil
		})
		conf := BreakerSettings{Consecutive: 1, OpenFor: time.Second}
		if err := conf.fill(); err != nil {
			t.Fatal(err)
		}
		transport := newBreaker(wire, conf, slog.New(slog.DiscardHandler))
		call := func() (*http.Response, error) {
			req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1/x", nil)
			return transport.RoundTrip(req)
		}
		_, _ = call()
		fail = false
		time.Sleep(1001 * time.Millisecond)
		go func() { _, _ = call() }()
		synctest.Wait()
		_, err := call()
		var open *openError
		if !errors.As(err, &open) || open.wait != probeWait {
			t.Errorf("a second attempt beside the test: %v", err)
		}
		close(release)
		synctest.Wait()
		if _, err := call(); err != nil {
			t.Errorf("after the test succeeded: %v", err)
		}
	})
}

// A caller who leaves during the test must not block it for everyone.
func TestALeavingTesterDoesNotJamTheBreaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gone := &tryError{cause: causeLeft}
		call := breakerOver(t, BreakerSettings{Consecutive: 1, OpenFor: time.Second}, &script{steps: []any{500, gone, gone, 200}})
		call()
		time.Sleep(1001 * time.Millisecond)
		got := []string{call(), call(), call(), call()}
		if want := []string{"failed", "failed", "sent", "sent"}; !slices.Equal(got, want) {
			t.Errorf("the breaker did not recover: %v", got)
		}
	})
}

func TestTheBreakerSaysWhen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, "http://127.0.0.1:9", func(o *Options) {
			o.Retry.Tries = 1
			o.Breaker = BreakerSettings{Consecutive: 1, OpenFor: 15 * time.Second}
			o.Transport = roundTrip(func(r *http.Request) (*http.Response, error) { return respond(r, 500, ""), nil })
		})
		_, err := c.Members().Get(t.Context(), 7)
		apiError(t, err, Unavailable)
		time.Sleep(5 * time.Second)
		_, err = c.Members().Get(t.Context(), 7)
		e := apiError(t, err, BreakerOpen)
		if e.RetryAfter != 10*time.Second || !e.RetryAt.Equal(time.Now().Add(10*time.Second)) {
			t.Errorf("%+v", e)
		}
	})
}

// What is said holds for both ways in which it opens: every second attempt that
// fails is none in a row.
func TestTheBreakerSaysWhatHappened(t *testing.T) {
	n := 0
	c := newClient(t, "http://127.0.0.1:9", func(o *Options) {
		o.Retry.Tries = 1
		o.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
			n++
			return respond(r, 200+300*(1-n%2), `{"id":7}`), nil
		})
	})
	for range 20 {
		_, _ = c.Members().Get(t.Context(), 7)
	}
	_, err := c.Members().Get(t.Context(), 7)
	e := apiError(t, err, BreakerOpen)
	if said := e.Error() + e.Advice(); n != 20 || strings.Contains(said, "in a row") || !strings.Contains(said, "failed repeatedly") {
		t.Errorf("after %d attempts: %s", n, said)
	}
}

func TestTheBreakerCanBeSwitchedOff(t *testing.T) {
	if last := times(100, breakerOver(t, BreakerSettings{Disabled: true}, &script{steps: []any{500}})); last != "sent" {
		t.Errorf("%s", last)
	}
}

// The chain as a whole: three tries of one read are three failures.
func TestEveryTryPassesTheBreaker(t *testing.T) {
	var requests counter
	server := serve(t, requests.count(replyJSON(500, `{}`)))
	c := newClient(t, server.URL)
	_, err := c.Members().Get(t.Context(), 7)
	apiError(t, err, Unavailable)
	_, err = c.Members().Get(t.Context(), 7)
	apiError(t, err, BreakerOpen)
	if requests.requests() != 5 {
		t.Errorf("%d requests reached the API", requests.requests())
	}
}
