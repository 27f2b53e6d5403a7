package apiclient

import (
	"context"
	"iter"
)

// PollsService reads and changes polls and questions.
type PollsService struct{ c *Client }

// List returns one page of polls and questions
// (GET /networks/{network_id}/polls), of one space when opts.SpaceID is set.
func (s PollsService) List(ctx context.Context, opts PollList) (*Page[Poll], error) {
	query := filters(field{"space_id", given(opts.SpaceID)})
	return list[Poll](ctx, s.c, call{op: opPollList, query: query}, opts.ListOptions)
}

// All walks every poll that opts selects, as [MembersService.All] walks
// members.
func (s PollsService) All(ctx context.Context, opts PollList) iter.Seq2[Poll, error] {
	return all(ctx, s.c, opPollList, opts.ListOptions, func(ctx context.Context, at ListOptions) (*Page[Poll], error) {
		return s.List(ctx, PollList{ListOptions: at, SpaceID: opts.SpaceID})
	})
}

// Get returns a poll (GET /networks/{network_id}/polls/{id}/).
func (s PollsService) Get(ctx context.Context, id ID) (*Poll, error) {
	return fetch[Poll](ctx, s.c, call{op: opPollGet, path: ids(id)})
}

// Create makes a poll as the key's owner (POST /networks/{network_id}/polls).
// A space that does not exist is [NotFound].
func (s PollsService) Create(ctx context.Context, p PollCreate) (*Poll, error) {
	if err := missing(opPollCreate, field{"space_id", given(p.SpaceID)}, field{"title", p.Title}, field{"poll_type", p.PollType}); err != nil {
		return nil, err
	}
	if p.PollType != PollQuestion && len(p.Choices) == 0 {
		return nil, invalid(opPollCreate, "a poll needs choices; only a "+PollQuestion+" goes without")
	}
	return fetch[Poll](ctx, s.c, call{op: opPollCreate, body: p})
}

// Update changes what is set in p (PATCH /networks/{network_id}/polls/{id}/).
func (s PollsService) Update(ctx context.Context, id ID, p PollUpdate) (*Poll, error) {
	if p == (PollUpdate{}) {
		return nil, invalid(opPollUpdate, nothingToUpdate)
	}
	return fetch[Poll](ctx, s.c, call{op: opPollUpdate, path: ids(id), body: p})
}

// Delete deletes a poll for good
// (DELETE /networks/{network_id}/polls/{id}/).
func (s PollsService) Delete(ctx context.Context, id ID) error {
	return s.c.perform(ctx, call{op: opPollDelete, path: ids(id)})
}
