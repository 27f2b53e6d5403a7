package tools

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
)

// maxWaits bounds how often a reading waits for one page: an API that does not
// keep to the pause that it asked for would be paid for each time.
const maxWaits = 2

// waited waits, after a page that did not come because the API asked for a
// pause, and reports whether the page is to be requested again. The client waits
// a few seconds at most, which is right for a single answer; a reading has the
// time of its call, and what it has read would otherwise wait for somebody to go
// on with it.
func (c *Call) waited(ctx context.Context, err error, read int) bool {
	var held *apiclient.Error
	if !errors.As(err, &held) || held.Kind != apiclient.RateLimited || held.RetryAfter <= 0 {
		return false
	}
	if deadline, bounded := ctx.Deadline(); !bounded || time.Until(deadline) <= held.RetryAfter {
		return false
	}
	// Reports have to rise.
	c.Progress(read+1, 0, fmt.Sprintf("the API asks to wait for %s, after %d members were read", held.RetryAfter.Round(time.Second), read))
	sleep := c.sleep
	if sleep == nil {
		sleep = pause
	}
	return sleep(ctx, held.RetryAfter) == nil
}

// pause waits until d is over or ctx is done.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
