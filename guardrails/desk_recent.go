package guardrails

import (
	"context"
	"time"
)

// Recent returns what waits, and what was settled, used or left to expire and
// would have run out after since, oldest first. Approvals are forgotten a day
// after they expire.
func (d Desk) Recent(ctx context.Context, since time.Time) ([]Paper, error) {
	pendings, err := d.Store.Pendings(ctx, since)
	if err != nil {
		return nil, err
	}
	papers := make([]Paper, 0, len(pendings))
	for _, p := range pendings {
		paper, err := d.asPaper(p)
		if err != nil {
			return nil, err
		}
		papers = append(papers, paper)
	}
	return papers, nil
}
