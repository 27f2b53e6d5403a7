package main

import (
	"context"
	"fmt"
	"time"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/tools"
)

// requests shows what the month's requests cost.
func (d *doctor) requests(ctx context.Context) {
	for _, env := range d.app.existing() {
		d.requestsOf(ctx, env)
	}
}

func (d *doctor) requestsOf(ctx context.Context, env tools.Env) {
	r, err := env.Account.Report(ctx, time.Now())
	if err != nil {
		d.wrong("requests", "network %s: %s; what is spent is not counted. Make the state directory writable for its owner", env.Network, err)
		return
	}
	said := fmt.Sprintf("network %s: %d spent in %s, %.1f a day; at this pace %d by the end of the month", env.Network, r.Spent, r.Month, r.PerDay, r.Forecast)
	if r.Level == apiclient.LevelUnknown {
		d.ok("requests", "%s; no allowance is set (requests.monthly_allowance)", said)
		return
	}
	said += fmt.Sprintf("; %d %% of the allowance of %d, %d left", r.Percent, r.Allowance, r.Left)
	if r.ForecastOver > 0 {
		said += fmt.Sprintf("; %d beyond it", r.ForecastOver)
		if r.ForecastCents > 0 {
			said += fmt.Sprintf(", for %d.%02d", r.ForecastCents/100, r.ForecastCents%100)
		}
	}
	switch r.Level {
	case apiclient.LevelStopped:
		d.wrong("requests", "%s; no more are sent this month. Raise requests.monthly_allowance or requests.stop_at", said)
	case apiclient.LevelWarning:
		d.say("note", "requests", "%s", said)
	default:
		d.ok("requests", "%s", said)
	}
}
