package sandbox

import "slices"

// SpaceState is a space as the sandbox knows it.
type SpaceState struct {
	ID           uint64
	Name         string
	CollectionID uint64 // 0: in no collection
	Course       bool   // takes courseworks
}

// SpaceByID returns a space. False when it never existed or was deleted.
func (s *Sandbox) SpaceByID(id uint64) (SpaceState, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	sp := s.community.spaces[id]
	if sp == nil {
		return SpaceState{}, false
	}
	return SpaceState{ID: sp.id, Name: sp.name, CollectionID: sp.collection, Course: s.community.courses[id] != nil}, true
}

// SpaceExists reports whether there is such a space.
func (s *Sandbox) SpaceExists(id uint64) bool {
	_, exists := s.SpaceByID(id)
	return exists
}

// CollectionState is a collection as the sandbox knows it.
type CollectionState struct {
	ID          uint64
	Name        string
	Description string
	Visible     bool     // to ordinary members
	Spaces      []uint64 // ids in the order of display
}

// CollectionByID returns a collection. False when it never existed or was
// deleted.
func (s *Sandbox) CollectionByID(id uint64) (CollectionState, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	col := s.community.collections[id]
	if col == nil {
		return CollectionState{}, false
	}
	return CollectionState{ID: col.id, Name: col.name, Description: col.description, Visible: !col.hidden, Spaces: slices.Clone(col.spaces)}, true
}

// CollectionOrder returns the ids of a collection's spaces in the order of
// display; nil when there is no such collection.
func (s *Sandbox) CollectionOrder(id uint64) []uint64 {
	col, _ := s.CollectionByID(id)
	return col.Spaces
}

// PollState is a poll or question as the sandbox knows it.
type PollState struct {
	ID          uint64
	SpaceID     uint64
	CreatorID   uint64
	Type        string // as at creation: "multiple_choice", "hot_cold", "percentage" or "question"
	Title       string
	Description string
	Choices     []string
}

// PollByID returns a poll that can be seen. False when it never existed, was
// deleted, or its creator is banned or out of the network.
func (s *Sandbox) PollByID(id uint64) (PollState, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	p, err := s.community.poll(id)
	if err != nil {
		return PollState{}, false
	}
	return PollState{
		ID: p.id, SpaceID: p.space, CreatorID: p.creator.id, Type: p.kind, Title: p.title, Description: p.description,
		Choices: slices.Clone(p.choices),
	}, true
}

// CourseworkState is an item of a course as the sandbox knows it.
type CourseworkState struct {
	ID          uint64
	SpaceID     uint64
	Type        string // "overview", "section", "lesson" or "quiz"
	ParentID    uint64 // 0 for the overview
	Title       string
	Description string
	Status      string   // "posted", "hidden" or "pending"
	Children    []uint64 // ids of the items directly under it, in order
}

// CourseworkByID returns an item of any course. False when it never existed or
// was deleted.
func (s *Sandbox) CourseworkByID(id uint64) (CourseworkState, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, overview := range s.community.courses {
		w := overview.find(id)
		if w == nil {
			continue
		}
		state := CourseworkState{ID: w.id, SpaceID: w.space, Type: w.kind, Title: w.title, Description: w.description, Status: w.status}
		if w.parent != nil {
			state.ParentID = w.parent.id
		}
		for _, child := range w.children {
			state.Children = append(state.Children, child.id)
		}
		return state, true
	}
	return CourseworkState{}, false
}

// CommentState is a comment as the sandbox knows it.
type CommentState struct {
	ID       uint64
	PostID   uint64
	AuthorID uint64
	Text     string // HTML as the API shows it
}

// CommentByID returns a comment that can be seen. False when it never existed,
// was deleted with or without its post, or an author is banned or out of the
// network.
func (s *Sandbox) CommentByID(id uint64) (CommentState, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	p, c, err := s.community.comment(id)
	if err != nil {
		return CommentState{}, false
	}
	return CommentState{ID: c.id, PostID: p.id, AuthorID: c.author.id, Text: c.text}, true
}

// ReactionOf returns the emoji a member reacted to a post with, "" for none.
func (s *Sandbox) ReactionOf(postID, memberID uint64) string {
	return s.reactionOf(target{onPost, postID}, memberID)
}

// CommentReactionOf returns the emoji a member reacted to a comment with, ""
// for none.
func (s *Sandbox) CommentReactionOf(commentID, memberID uint64) string {
	return s.reactionOf(target{onComment, commentID}, memberID)
}

func (s *Sandbox) reactionOf(to target, memberID uint64) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, r := range s.community.reactionsTo(to) {
		if r.member.id == memberID {
			return r.emoji
		}
	}
	return ""
}

// Muted reports whether a member muted a post.
func (s *Sandbox) Muted(postID, memberID uint64) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.community.muted[postID].has(memberID)
}

// RSVPState is what a member answered for an event.
type RSVPState struct {
	ID         uint64
	MemberID   uint64
	Status     string // "yes", "maybe" or "no"
	InstanceAt string // start of the occurrence it is for, in the event's zone; "" for the event as a whole
}

// RSVPsOf returns what a member answered for an event and its occurrences,
// oldest first.
func (s *Sandbox) RSVPsOf(eventID, memberID uint64) []RSVPState {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []RSVPState
	for _, r := range s.community.rsvps[eventID] {
		if r.member.id != memberID {
			continue
		}
		state := RSVPState{ID: r.id, MemberID: memberID, Status: r.status}
		if r.instance != 0 {
			state.InstanceAt = s.community.events[eventID].details.local(r.instance)
		}
		out = append(out, state)
	}
	return out
}

// RSVPOf returns what a member answered for an event as a whole. False when
// they did not.
func (s *Sandbox) RSVPOf(eventID, memberID uint64) (RSVPState, bool) {
	for _, r := range s.RSVPsOf(eventID, memberID) {
		if r.InstanceAt == "" {
			return r, true
		}
	}
	return RSVPState{}, false
}

// NextOccurrence returns when a recurring event starts next, as instance_at of
// an RSVP takes it; "" when it does not recur, or not any more.
func (s *Sandbox) NextOccurrence(eventID uint64) string {
	now := stampOf(s.now())
	s.mu.RLock()
	defer s.mu.RUnlock()
	e := s.community.events[eventID]
	if e == nil {
		return ""
	}
	if next := e.details.nextOccurrence(now); next != 0 {
		return e.details.local(next)
	}
	return ""
}

// SetSpaceName renames a space behind the client's back. False when there is no
// such space.
func (s *Sandbox) SetSpaceName(id uint64, name string) bool {
	now := stampOf(s.now())
	s.mu.Lock()
	defer s.mu.Unlock()
	sp := s.community.spaces[id]
	if sp == nil {
		return false
	}
	sp.name, sp.updated = name, now
	return true
}
