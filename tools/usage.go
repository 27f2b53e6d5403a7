package tools

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"
)

// usageTools tell what requests cost.
func usageTools() []Tool {
	return []Tool{
		read(Doc{
			Name: "get_request_usage", Title: "Get request usage", Toolset: networkToolset,
			About: "Requests this server spent on the network this month (UTC), pace, forecast, allowance and price of the forecast overage. Costs none. Other clients of the key are not counted.",
		}, getRequestUsage),
	}
}

type requestUsageIn struct{}

type requestUsageOut struct {
	Month     string   `json:"month"`
	MonthEnds string   `json:"month_ends"`
	Spent     int64    `json:"spent"`
	ByDay     []dayOut `json:"by_day"`
	PerDay    float64  `json:"per_day" jsonschema_description:"over the last 7 days"`
	Forecast  int64    `json:"forecast" jsonschema_description:"spent at the end of the month at this pace"`
	Status    string   `json:"status" jsonschema:"enum=unknown,enum=ok,enum=warning,enum=stopped" jsonschema_description:"unknown: no allowance is configured"`
	Allowance int64    `json:"allowance,omitempty"`
	Left      *int64   `json:"left,omitempty" jsonschema_description:"negative beyond the allowance"`
	Over      *int64   `json:"forecast_over,omitempty" jsonschema_description:"of the forecast beyond the allowance"`
	Cents     *int64   `json:"forecast_over_price_cents,omitempty"`
	Note      string   `json:"note,omitempty"`
}

type dayOut struct {
	When     string `json:"when"`
	Requests int64  `json:"requests"`
}

func getRequestUsage(ctx context.Context, c *Call, _ requestUsageIn) (requestUsageOut, error) {
	if c.account == nil {
		return requestUsageOut{}, &Obstacle{Message: "This server keeps no account of requests."}
	}
	r, err := c.account.Report(ctx, c.Now)
	if err != nil {
		return requestUsageOut{}, &Obstacle{Message: "The account of requests cannot be read. The operator can run `mcp-mighty doctor`."}
	}
	out := requestUsageOut{
		Month: r.Month, MonthEnds: r.Ends.Format(time.RFC3339), Spent: r.Spent, ByDay: make([]dayOut, len(r.Days)),
		PerDay: math.Round(r.PerDay*10) / 10, Forecast: r.Forecast, Status: string(r.Level), Allowance: r.Allowance,
	}
	for i, day := range r.Days {
		out.ByDay[i] = dayOut{day.Day.Format(time.DateOnly), day.Attempts}
	}
	if r.Allowance > 0 {
		out.Left, out.Over = &r.Left, &r.ForecastOver
		if c.account.Terms().PricePerThousand > 0 {
			out.Cents = &r.ForecastCents
		}
	}
	if r.Unwritten > 0 {
		out.Note = fmt.Sprintf("%d of them could not be written down yet.", r.Unwritten)
	}
	return out, nil
}

// allowanceWarning says of which networks the month's requests are nearly or
// wholly spent; "" when of none.
func (c *Catalogue) allowanceWarning() string {
	var warnings []string
	for _, env := range c.o.Networks {
		if env.Account == nil {
			continue
		}
		if said := env.Account.Warning(env.Now()); said != "" {
			if len(c.o.Networks) > 1 {
				said = "Network " + env.Network + ": " + said
			}
			warnings = append(warnings, said)
		}
	}
	return strings.Join(warnings, " ")
}
