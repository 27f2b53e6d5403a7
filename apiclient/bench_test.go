package apiclient

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/store"
)

const benchMember = `{"id":7,"created_at":"2026-07-05T21:11:41+00:00","updated_at":"2026-07-05T21:11:41+00:00",` +
	`"email":"ada.lovelace@example.com","member_type":"full","first_name":"Ada","last_name":"Lovelace","time_zone":"Europe/London",` +
	`"location":"London","bio":"Notes on the engine","referral_count":3,"avatar":"https://example.com/a.png","categories":[],` +
	`"permalink":"https://example.mn.co/members/7","ambassador_level":""}`

func benchServer(b *testing.B) *httptest.Server {
	return serve(b, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(benchMember))
	})
}

// BenchmarkMemberGet is one read through the whole chain, beside the same
// request made with net/http alone.
func BenchmarkMemberGet(b *testing.B) {
	b.Run("client", func(b *testing.B) {
		c := newClient(b, benchServer(b).URL)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := c.Members().Get(b.Context(), 7); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("client, metered", func(b *testing.B) {
		c := newClient(b, benchServer(b).URL)
		ctx, _ := WithMeter(b.Context())
		b.ReportAllocs()
		for b.Loop() {
			if _, err := c.Members().Get(ctx, 7); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("client, whole chain", func(b *testing.B) {
		usage := store.NewUsage(b.TempDir())
		b.Cleanup(func() { _ = usage.Close() })
		c := newClient(b, benchServer(b).URL, func(o *Options) {
			o.Rate = RateSettings{PerMinute: 1 << 40}
			o.Cache = CacheSettings{Lists: time.Minute, Settings: time.Minute}
			o.Account = NewAccount(usage, "n", Terms{Allowance: 1 << 40, WarnAt: 80, StopAt: 100})
		})
		ctx, _ := WithMeter(Fresh(b.Context()))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := c.Members().Get(ctx, 7); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("client, kept answer", func(b *testing.B) {
		c := newClient(b, benchServer(b).URL, func(o *Options) { o.Cache.Lists = time.Hour })
		b.ReportAllocs()
		for b.Loop() {
			if _, err := c.Members().Get(b.Context(), 7); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("net/http", func(b *testing.B) {
		url := benchServer(b).URL + "/admin/v1/networks/1/members/7/"
		transport := newWire()
		b.Cleanup(transport.CloseIdleConnections)
		client := &http.Client{Transport: transport}
		b.ReportAllocs()
		for b.Loop() {
			resp, err := client.Get(url)
			if err != nil {
				b.Fatal(err)
			}
			var member struct {
				ID    ID     `json:"id"`
				Email string `json:"email"`
			}
			if err := json.NewDecoder(resp.Body).Decode(&member); err != nil {
				b.Fatal(err)
			}
			_ = resp.Body.Close()
		}
	})
}

// BenchmarkBreakerOpen is how long an answer takes while the API is down.
func BenchmarkBreakerOpen(b *testing.B) {
	server := serve(b, replyJSON(500, `{}`))
	c := newClient(b, server.URL, func(o *Options) { o.Breaker.OpenFor = time.Hour })
	for range 2 {
		_, _ = c.Members().Get(b.Context(), 7)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Members().Get(b.Context(), 7); KindOf(err) != BreakerOpen {
			b.Fatal(err)
		}
	}
}
