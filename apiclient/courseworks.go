package apiclient

import (
	"context"
	"iter"
)

// CourseworksService reads and changes the content of a course. spaceID is the
// course in each of its methods; one that does not exist is [NotFound].
type CourseworksService struct{ c *Client }

// List returns one page of a course's coursework
// (GET /networks/{network_id}/spaces/{space_id}/courseworks), of all levels
// unless opts.ParentID is set.
func (s CourseworksService) List(ctx context.Context, spaceID ID, opts CourseworkList) (*Page[Coursework], error) {
	query := filters(field{"type", opts.Type}, field{"parent_id", given(opts.ParentID)}, field{"status", opts.Status})
	return list[Coursework](ctx, s.c, call{op: opCourseworkList, path: ids(spaceID), query: query}, opts.ListOptions)
}

// All walks every piece of a course's coursework that opts selects, as
// [MembersService.All] walks members.
func (s CourseworksService) All(ctx context.Context, spaceID ID, opts CourseworkList) iter.Seq2[Coursework, error] {
	return all(ctx, s.c, opCourseworkList, opts.ListOptions, func(ctx context.Context, at ListOptions) (*Page[Coursework], error) {
		page := opts
		page.ListOptions = at
		return s.List(ctx, spaceID, page)
	})
}

// Get returns a piece of coursework
// (GET /networks/{network_id}/spaces/{space_id}/courseworks/{id}/).
func (s CourseworksService) Get(ctx context.Context, spaceID, id ID) (*Coursework, error) {
	return fetch[Coursework](ctx, s.c, call{op: opCourseworkGet, path: ids(spaceID, id)})
}

// Create makes a section, lesson or quiz
// (POST /networks/{network_id}/spaces/{space_id}/courseworks). A parent that
// does not exist is [NotFound].
func (s CourseworksService) Create(ctx context.Context, spaceID ID, c CourseworkCreate) (*Coursework, error) {
	if err := missing(opCourseworkCreate, field{"type", c.Type}); err != nil {
		return nil, err
	}
	return fetch[Coursework](ctx, s.c, call{op: opCourseworkCreate, path: ids(spaceID), body: c})
}

// Update changes what is set in c
// (PATCH /networks/{network_id}/spaces/{space_id}/courseworks/{id}/). The API
// can change neither the kind nor the place among the siblings.
func (s CourseworksService) Update(ctx context.Context, spaceID, id ID, c CourseworkUpdate) (*Coursework, error) {
	if c == (CourseworkUpdate{}) {
		return nil, invalid(opCourseworkUpdate, nothingToUpdate)
	}
	return fetch[Coursework](ctx, s.c, call{op: opCourseworkUpdate, path: ids(spaceID, id), body: c})
}

// Delete deletes a piece of coursework for good
// (DELETE /networks/{network_id}/spaces/{space_id}/courseworks/{id}/). The API
// does not say what becomes of what is inside a section.
func (s CourseworksService) Delete(ctx context.Context, spaceID, id ID) error {
	return s.c.perform(ctx, call{op: opCourseworkDelete, path: ids(spaceID, id)})
}
