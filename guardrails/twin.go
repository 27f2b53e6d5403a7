package guardrails

import (
	"context"
	"fmt"
	"time"

	"github.com/mcp-mighty/mcp-mighty/config"
)

// twinFor is how long a call whose end nobody knows stands in the way of the
// next one of the same.
const twinFor = 24 * time.Hour

// findTwin looks for the same call, in the journal, whose end is not known. What
// it was to make may be there; to make it once more a person has to say so,
// also where the policy would ask nobody. An action that can be repeated
// without doing anything twice needs none of this.
func (c *call) findTwin(ctx context.Context) error {
	if !c.action.Anew || c.previews() {
		return nil
	}
	since := c.gate.o.Now().Add(-twinFor)
	twin, err := c.gate.o.Journal.Unsettled(ctx, c.action.Tool, c.bound.Network(), c.bound.Identity(), c.arguments, since)
	if err != nil {
		return c.journalRefusal(err)
	}
	if twin == nil {
		return nil
	}
	c.warning = fmt.Sprintf("The same was asked for at %s (action %d), and how that ended is not known: it may be there already. Look first; a yes may make it a second time.",
		twin.Intent.At.UTC().Format("2006-01-02 15:04 UTC"), twin.ID)
	if c.judged.verdict == config.Allow {
		c.judged = judgement{verdict: config.Confirm, why: fmt.Sprintf("how action %d, the same, ended is not known", twin.ID)}
	}
	return nil
}
