package apiclient

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// hanging answers nothing, and notes when it was asked.
func hanging(start time.Time, asked *[]time.Duration) roundTrip {
	return func(r *http.Request) (*http.Response, error) {
		*asked = append(*asked, time.Since(start).Round(time.Second))
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
}

// Tries that fill the caller's time are no fault of the caller's: the answer is
// what they met. And none is sent that would be cut off before its half.
func TestTriesThatFillTheCall(t *testing.T) {
	for _, tt := range []struct {
		call  time.Duration
		tries int
	}{{60 * time.Second, 3}, {52 * time.Second, 3}, {49 * time.Second, 2}, {25 * time.Second, 1}} {
		synctest.Test(t, func(t *testing.T) {
			var asked []time.Duration
			c := newClient(t, "http://127.0.0.1:9", func(o *Options) {
				o.Sleep, o.Timeout = nil, 20*time.Second
				o.Transport = hanging(time.Now(), &asked)
			})
			ctx, cancel := context.WithTimeout(t.Context(), tt.call)
			defer cancel()
			_, err := c.Members().Get(ctx, 7)
			if e := apiError(t, err, Unavailable); !strings.Contains(e.Message, "no complete answer within 20s") || len(asked) != tt.tries {
				t.Errorf("within %s, asked at %v: %v", tt.call, asked, e)
			}
		})
	}
}

// One try alone that the caller did not wait for is the caller's.
func TestWhoLeavesIsToldSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked []time.Duration
		c := newClient(t, "http://127.0.0.1:9", func(o *Options) {
			o.Sleep, o.Timeout = nil, 20*time.Second
			o.Transport = hanging(time.Now(), &asked)
		})
		ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
		defer cancel()
		_, err := c.Members().Get(ctx, 7)
		apiError(t, err, Canceled)
		left, leave := context.WithCancel(t.Context())
		time.AfterFunc(30*time.Second, leave) // in the second try
		_, err = c.Members().Get(left, 7)
		apiError(t, err, Canceled)
	})
}

// A write whose earlier tries never left is unknown when the last one did and
// was cut off.
func TestACutOffWriteStaysUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		unsent := &tryError{cause: causeBroken, err: context.DeadlineExceeded}
		transport := newRetry(roundTrip(func(r *http.Request) (*http.Response, error) {
			if tries++; tries == 1 {
				return nil, unsent
			}
			return nil, &tryError{cause: causeLeft, sent: true, err: context.DeadlineExceeded}
		}), settings{Options: Options{Retry: RetrySettings{Tries: 3, Base: 1, Ceiling: 1}, Sleep: sleep, Now: time.Now, Logger: slog.New(slog.DiscardHandler)}})
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1/x", nil)
		if _, err := transport.RoundTrip(req); !maybeSent(err) || tries != 2 {
			t.Errorf("%v after %d tries", err, tries)
		}
	})
}
