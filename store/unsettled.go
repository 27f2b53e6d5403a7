package store

import (
	"context"
	"encoding/json"
	"time"
)

// Unsettled implements [Journal].
func (s *SQLite) Unsettled(ctx context.Context, tool, network, identity string, arguments json.RawMessage, since time.Time) (*Entry, error) {
	found, err := s.entries(ctx, `WHERE state IN (?, ?) AND tool = ? AND network = ? AND identity = ? AND arguments = ? AND begun_at >= ? ORDER BY id DESC LIMIT 1`,
		string(Begun), string(Unknown), tool, network, identity, string(arguments), since.UnixMilli())
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}
